// SPDX-License-Identifier: MIT
// The module sys: its table, its constants, and the small functions. Hooks are in hooks.c, what runs in threads.c.
#include "stdlib/sys/sys.h"

#include <dlfcn.h>
#include <float.h>
#include <unistd.h>

#include "core/base/atomic.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/exception.h"
#include "core/object/float.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "stdlib/sys/hooks.h"

SysConfig sys_config = {.hash_randomization = 1, .int_max_str_digits = 4300, .thread_inherit_context = 1, .context_aware_warnings = 1, .cpu_count = -1, .gil = -1, .platlibdir = "lib"};
bool sys_finalizing;
Dict *sys_dict;
extern int int_max_str_digits;      // core/object/int_text.c

Value sys_modules(Thread *th) { return new_ref(th, modules_dict); }
int sys_set(Thread *th, const char *name, Value v_owned) {
    if (v_owned == NO_VALUE) return -1;
    int r = dict_set_str(th, sys_dict, name, v_owned);
    decref(th, v_owned);
    return r;
}
Value sys_get(Thread *th, const char *name) {
    if (!sys_dict) return NO_VALUE;
    Value key = str_intern_cstr(th, name);
    if (key == NO_VALUE) { error_clear(th); return NO_VALUE; }
    return dict_get_str(th, sys_dict, key);
}

// ---- small functions -------------------------------------------------------------------------------------------

static SYS_FN(intern) {
    if (!value_is_str(args[0])) return raise_type_error(th, "intern() argument must be str, not %T", args[0]);
    if (!value_is_exact_str(args[0])) return raise_type_error(th, "can't intern %.400s", type_of(args[0])->name);
    return str_intern(th, new_ref(th, args[0]));
}
static SYS_FN(_is_interned) {
    if (!value_is_str(args[0])) return raise_type_error(th, "_is_interned() argument must be str, not %T", args[0]);
    return value_bool(str_is_interned(args[0]));
}
static SYS_FN(_is_immortal) {
    return value_bool(!value_is_object(args[0]) || (atomic_load_relaxed(&value_object(args[0])->shared) & (OBJ_IMMORTAL | OBJ_UNCOUNTED)));
}
static SYS_FN(getrefcount) {
    return value_imm_int(value_is_object(args[0]) ? object_refcount(value_object(args[0])) : OBJECT_UNCOUNTED_REFS);
}
static SYS_FN(getsizeof) {
    bool found;
    Value r = special_call(th, args[0], name_d_sizeof, NULL, 0, &found);
    if (r == NO_VALUE) {
        if (!error_pending(th) && !found) raise_type_error(th, "Type %.100s doesn't define __sizeof__", type_of(args[0])->name);
        if (args[1] && error_clear_if(th, &exc_TypeError)) return new_ref(th, args[1]);
        return NO_VALUE;
    }
    intptr_t n = number_as_ssize(th, r, &exc_OverflowError);
    decref(th, r);
    if (n == -1 && error_pending(th)) {
        if (args[1] && error_clear_if(th, &exc_TypeError)) return new_ref(th, args[1]);
        return NO_VALUE;
    }
    if (n < 0) return raise_value_error(th, "__sizeof__() should return >= 0");
    return value_imm_int(n);
}
static SYS_FN(getallocatedblocks) {
    uint64_t n = 0;
    world_stop(th);     // the counts are their threads' own
    for (Thread *t = thread_list; t; t = t->next) n += t->alloc_count;
    world_start(th);
    return int_from_u64(th, n);
}
static SYS_FN(getunicodeinternedsize) { return value_imm_int((int64_t)str_interned_count()); }

static SYS_FN(set_int_max_str_digits) {
    int n;
    if (number_as_int(th, args[0], &n)) return NO_VALUE;
    if (n != 0 && n < 640) return raise_value_error(th, "maxdigits must be >= 640 or 0 for unlimited");
    atomic_store_relaxed(&int_max_str_digits, n);
    return VALUE_NONE;
}
static SYS_FN(get_int_max_str_digits) { return value_imm_int(atomic_load_relaxed(&int_max_str_digits)); }
static SYS_FN(getdefaultencoding) { return new_ref(th, name_utf_8); }
static SYS_FN(getfilesystemencoding) { return new_ref(th, name_utf_8); }
static SYS_FN(getfilesystemencodeerrors) { return new_ref(th, name_surrogateescape); }

static int dlopen_flags = RTLD_NOW;
static SYS_FN(getdlopenflags) { return value_imm_int(atomic_load_relaxed(&dlopen_flags)); }
static SYS_FN(setdlopenflags) {
    int n;
    if (number_as_int(th, args[0], &n)) return NO_VALUE;
    atomic_store_relaxed(&dlopen_flags, n);
    return VALUE_NONE;
}
static SYS_FN(is_finalizing) { return value_bool(atomic_load_relaxed(&sys_finalizing)); }
static SYS_FN(is_stack_trampoline_active) { return VALUE_FALSE; }
static SYS_FN(activate_stack_trampoline) {
    if (!value_is_str(args[0])) return raise_type_error(th, "activate_stack_trampoline() argument must be str, not %T", args[0]);
    if (!str_equal_cstr(args[0], "perf") && !str_equal_cstr(args[0], "perf_jit")) return raise_value_error(th, "invalid backend: %U", args[0]);
    return raise_value_error(th, "perf trampoline not available");
}
static SYS_FN(deactivate_stack_trampoline) { return VALUE_NONE; }
static SYS_FN(is_remote_debug_enabled) { return VALUE_FALSE; }
static SYS_FN(remote_exec) { return raise_error(th, &exc_RuntimeError, "Remote debugging is not enabled"); }
static SYS_FN(_is_gil_enabled) { return VALUE_FALSE; }
static SYS_FN(_clear_caches) { return VALUE_NONE; }
static SYS_FN(_clear_type_cache) {
    return warn_format(th, &exc_DeprecationWarning, 1, "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. Use sys._clear_internal_caches() instead.") < 0 ? NO_VALUE : VALUE_NONE;
}
static SYS_FN(_clear_type_descriptors) {
    if (!value_is_type(args[0])) return raise_type_error(th, "argument must be a type");
    if (AS(Type, args[0])->flags & TYPE_IMMUTABLE) return raise_type_error(th, "argument is immutable");
    static const char *const names[] = {"__dict__", "__weakref__"};
    for (int i = 0; i < 2; i++) {
        Value k = str_intern_cstr(th, names[i]);
        if (k == NO_VALUE) return NO_VALUE;
        if (type_set_own(th, AS(Type, args[0]), k, NO_VALUE) < 0) return NO_VALUE;
    }
    return VALUE_NONE;
}
static SYS_FN(_debugmallocstats) {
#if !LADON_SYSTEM_MALLOC
    mi_stats_print(NULL);
#endif
    return VALUE_NONE;
}
static SYS_FN(_get_cpu_count_config) { return value_imm_int(sys_config.cpu_count); }
static SYS_FN(_baserepl) { return raise_error(th, &exc_NotImplementedError, "sys._baserepl"); }
static SYS_FN(_foreign_writes) { return int_from_u64(th, atomic_foreign_count()); }

const MethodDef sys_fns[] = {
    {"audit", "(event, /, *args)", sys_fn_audit, "Tells the audit hooks of an event."},
    {"addaudithook", "(hook)", sys_fn_addaudithook, "Adds an audit hook."},
    {"excepthook", "(exctype, value, traceback, /)", sys_fn_excepthook, "Prints an exception with its traceback on sys.stderr."},
    {"__excepthook__", "(exctype, value, traceback, /)", sys_fn_excepthook, "Prints an exception with its traceback on sys.stderr."},
    {"unraisablehook", "(unraisable, /)", sys_fn_unraisablehook, "Prints an exception that could not be raised."},
    {"__unraisablehook__", "(unraisable, /)", sys_fn_unraisablehook, "Prints an exception that could not be raised."},
    {"displayhook", "(object, /)", sys_fn_displayhook, "Prints the value of an interactive expression and keeps it in builtins._."},
    {"__displayhook__", "(object, /)", sys_fn_displayhook, "Prints the value of an interactive expression and keeps it in builtins._."},
    {"breakpointhook", "(*args, **kwargs)", sys_fn_breakpointhook, "What breakpoint() calls: enters the debugger that $PYTHONBREAKPOINT names.", METH_RAW},
    {"__breakpointhook__", "(*args, **kwargs)", sys_fn_breakpointhook, "What breakpoint() calls: enters the debugger that $PYTHONBREAKPOINT names.", METH_RAW},
    {"_getframe", "(depth=0, /)", sys_fn__getframe, "The frame depth calls below the top of the stack."},
    {"_getframemodulename", "(depth=0)", sys_fn__getframemodulename, "Name of the module of the frame depth calls below."},
    {"_current_frames", "()", sys_fn__current_frames, "Thread identifier to topmost frame, for every running thread."},
    {"_current_exceptions", "()", sys_fn__current_exceptions, "Thread identifier to exception being handled, for every running thread."},
    {"exc_info", "()", sys_fn_exc_info, "(type, value, traceback) of the exception being handled."},
    {"exception", "()", sys_fn_exception, "The exception being handled, or None."},
    {"exit", "(status=None, /)", sys_fn_exit, "Raises SystemExit(status)."},
    {"settrace", "(function, /)", sys_fn_settrace, "Sets the trace function of this thread."},
    {"gettrace", "()", sys_fn_gettrace, "The trace function of this thread, or None."},
    {"setprofile", "(function, /)", sys_fn_setprofile, "Sets the profile function of this thread."},
    {"getprofile", "()", sys_fn_getprofile, "The profile function of this thread, or None."},
    {"_settraceallthreads", "(function, /)", sys_fn__settraceallthreads, "Sets the trace function of all running threads."},
    {"_setprofileallthreads", "(function, /)", sys_fn__setprofileallthreads, "Sets the profile function of all running threads."},
    {"call_tracing", "(func, args, /)", sys_fn_call_tracing, "Calls func(*args) with tracing on."},
    {"setrecursionlimit", "(limit, /)", sys_fn_setrecursionlimit, "Sets how many Python frames a thread may have."},
    {"getrecursionlimit", "()", sys_fn_getrecursionlimit, "How many Python frames a thread may have."},
    {"setswitchinterval", "(interval, /)", sys_fn_setswitchinterval, "Kept for compatibility: threads are not switched by time here."},
    {"getswitchinterval", "()", sys_fn_getswitchinterval, "What setswitchinterval was given last."},
    {"set_asyncgen_hooks", "(firstiter=None, finalizer=None)", sys_fn_set_asyncgen_hooks, "Sets the hooks of asynchronous generators of this thread."},
    {"get_asyncgen_hooks", "()", sys_fn_get_asyncgen_hooks, "The hooks of asynchronous generators: (firstiter, finalizer)."},
    {"set_coroutine_origin_tracking_depth", "(depth)", sys_fn_set_coroutine_origin_tracking_depth, "How many frames a coroutine remembers of where it was made."},
    {"get_coroutine_origin_tracking_depth", "()", sys_fn_get_coroutine_origin_tracking_depth, "How many frames a coroutine remembers of where it was made."},
    {"intern", "(string, /)", sys_fn_intern, "The one copy of a string that all equal interned strings share."},
    {"_is_interned", "(string, /)", sys_fn__is_interned, "True for an interned string."},
    {"_is_immortal", "(op, /)", sys_fn__is_immortal, "True for an object that is never freed."},
    {"getrefcount", "(object, /)", sys_fn_getrefcount, "Number of references to an object."},
    {"getsizeof", "(object, default=None)", sys_fn_getsizeof, "Size of an object in bytes."},
    {"getallocatedblocks", "()", sys_fn_getallocatedblocks, "Number of traced objects that now live."},
    {"getunicodeinternedsize", "(*, _only_immortal=False)", sys_fn_getunicodeinternedsize, "Number of interned strings."},
    {"set_int_max_str_digits", "(maxdigits)", sys_fn_set_int_max_str_digits, "Sets the longest decimal text of an int."},
    {"get_int_max_str_digits", "()", sys_fn_get_int_max_str_digits, "The longest decimal text of an int; 0: no limit."},
    {"getdefaultencoding", "()", sys_fn_getdefaultencoding, "utf-8."},
    {"getfilesystemencoding", "()", sys_fn_getfilesystemencoding, "Encoding of file names."},
    {"getfilesystemencodeerrors", "()", sys_fn_getfilesystemencodeerrors, "Error handler of file names."},
    {"getdlopenflags", "()", sys_fn_getdlopenflags, "Flags for dlopen."},
    {"setdlopenflags", "(flags, /)", sys_fn_setdlopenflags, "Sets the flags for dlopen."},
    {"is_finalizing", "()", sys_fn_is_finalizing, "True once the program is on its way out."},
    {"is_stack_trampoline_active", "()", sys_fn_is_stack_trampoline_active, "False: there is none."},
    {"activate_stack_trampoline", "(backend, /)", sys_fn_activate_stack_trampoline, "Raises ValueError: there is no stack profiler trampoline."},
    {"deactivate_stack_trampoline", "()", sys_fn_deactivate_stack_trampoline, "Does nothing: there is no stack profiler trampoline."},
    {"is_remote_debug_enabled", "()", sys_fn_is_remote_debug_enabled, "False: other processes cannot be debugged."},
    {"remote_exec", "(pid, script)", sys_fn_remote_exec, "Raises RuntimeError: other processes cannot be debugged."},
    {"_is_gil_enabled", "()", sys_fn__is_gil_enabled, "False: there is no global lock."},
    {"_clear_type_cache", "()", sys_fn__clear_type_cache, "Does nothing: the caches keep themselves right."},
    {"_clear_internal_caches", "()", sys_fn__clear_caches, "Does nothing: the caches keep themselves right."},
    {"_clear_type_descriptors", "(type, /)", sys_fn__clear_type_descriptors, "Drops __dict__ and __weakref__ from the dictionary of a type."},
    {"_debugmallocstats", "()", sys_fn__debugmallocstats, "Prints what the allocator counts to standard error."},
    {"_get_cpu_count_config", "()", sys_fn__get_cpu_count_config, "What -X cpu_count said, or -1."},
    {"_baserepl", "()", sys_fn__baserepl, "The plain interactive prompt."},
    {"_foreign_writes", "()", sys_fn__foreign_writes, "Atomic writes of this thread to words other threads wrote last (counting build; else 0)."},
    {0}
};

// ---- values ----------------------------------------------------------------------------------------------------

// A struct sequence under its name in sys. fmt per field: i int (int64_t), u uint64_t, d double, s const char *, b bool as int.
// The type of something that there is one of.
static Value single_type(Thread *th, const char *name, const char *doc, const StructSeqField *fields, size_t n) {
    Value t = structseq_type(th, name, doc, fields, n);
    if (t && structseq_override(th, t, structseq_no_new, NULL)) clear_ref(th, &t);
    return t;
}
static int add_seq(Thread *th, Value type, const char *attr, const char *fmt, const Value *items) {
    (void)fmt;
    size_t n = strlen(fmt);
    Value v = type ? structseq_new(th, type, items, n) : NO_VALUE;
    decref(th, type);
    return sys_set(th, attr, v);
}

static Value I(int64_t i) { return value_imm_int(i); }

static int add_infos(Thread *th) {
    static const StructSeqField version_f[] = {{"major", "Major release number"}, {"minor", "Minor release number"}, {"micro", "Patch release number"},
                                               {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"}, {"serial", "Serial release number"}, {0}};
    Value version[5] = {I(PY_MAJOR), I(PY_MINOR), I(PY_MICRO), str_intern_cstr(th, "final"), I(0)};
    if (add_seq(th, single_type(th, "sys.version_info", "sys.version_info\n\nVersion information as a named tuple.", version_f, 5), "version_info", "iiisi", version)) return -1;
    static const StructSeqField float_f[] = {{"max", "largest finite float"}, {"max_exp", "largest e with radix**(e-1) finite"}, {"max_10_exp", "largest e with 10**e finite"},
        {"min", "smallest positive normalized float"}, {"min_exp", "smallest e with radix**(e-1) normalized"}, {"min_10_exp", "smallest e with 10**e normalized"},
        {"dig", "decimal digits that survive"}, {"mant_dig", "mantissa digits"}, {"epsilon", "from 1 to the next float"}, {"radix", "radix of the exponent"},
        {"rounds", "rounding mode"}, {0}};
    Value fl[11] = {float_from_double(th, DBL_MAX), I(DBL_MAX_EXP), I(DBL_MAX_10_EXP), float_from_double(th, DBL_MIN), I(DBL_MIN_EXP), I(DBL_MIN_10_EXP), I(DBL_DIG),
                    I(DBL_MANT_DIG), float_from_double(th, DBL_EPSILON), I(FLT_RADIX), I(1)};
    if (add_seq(th, structseq_type(th, "sys.float_info", "sys.float_info\n\nWhat a float can hold.", float_f, 11), "float_info", "diidiiiidii", fl)) return -1;
    static const StructSeqField int_f[] = {{"bits_per_digit", "bits of a digit"}, {"sizeof_digit", "bytes of a digit"}, {"default_max_str_digits", "longest decimal text at start"},
        {"str_digits_check_threshold", "smallest limit that can be set"}, {0}};
    Value in[4] = {I(64), I(8), I(4300), I(640)};
    if (add_seq(th, structseq_type(th, "sys.int_info", "sys.int_info\n\nHow ints are held.", int_f, 4), "int_info", "iiii", in)) return -1;
    static const StructSeqField hash_f[] = {{"width", "bits of a hash"}, {"modulus", "prime modulus of number hashes"}, {"inf", "hash of infinity"}, {"nan", "hash of a NaN (unused)"},
        {"imag", "multiplier of the imaginary part"}, {"algorithm", "algorithm for str, bytes, memoryview"}, {"hash_bits", "bits of its result"}, {"seed_bits", "bits of its seed"},
        {"cutoff", "small string optimization cutoff"}, {0}};
    Value ha[9] = {I(64), int_from_u64(th, ((uint64_t)1 << 61) - 1), I(314159), I(0), I(1000003), str_intern_cstr(th, "siphash13"), I(64), I(128), I(0)};
    if (add_seq(th, structseq_type(th, "sys.hash_info", "hash_info\n\nHow hashes are computed.", hash_f, 9), "hash_info", "iuiiisiii", ha)) return -1;
    static const StructSeqField thread_f[] = {{"name", "name of the thread implementation"}, {"lock", "name of the lock implementation"}, {"version", "name and version of the thread library"}, {0}};
    char library[64];
    size_t len = confstr(_CS_GNU_LIBPTHREAD_VERSION, library, sizeof library);
    // "semaphore" says of locks that a signal interrupts waiting for them.
    Value te[3] = {str_intern_cstr(th, "pthread"), str_intern_cstr(th, "semaphore"), len && len <= sizeof library ? str_intern_cstr(th, library) : VALUE_NONE};
    return add_seq(th, structseq_type(th, "sys.thread_info", "sys.thread_info\n\nHow threads are made.", thread_f, 3), "thread_info", "sss", te);
}

static int add_flags(Thread *th) {
    static const StructSeqField fields[] = {{"debug", "-d"}, {"inspect", "-i"}, {"interactive", "-i"}, {"optimize", "-O or -OO"}, {"dont_write_bytecode", "-B"},
        {"no_user_site", "-s"}, {"no_site", "-S"}, {"ignore_environment", "-E"}, {"verbose", "-v"}, {"bytes_warning", "-b"}, {"quiet", "-q"},
        {"hash_randomization", "-R"}, {"isolated", "-I"}, {"dev_mode", "-X dev"}, {"utf8_mode", "-X utf8"}, {"warn_default_encoding", "-X warn_default_encoding"},
        {"safe_path", "-P"}, {"int_max_str_digits", "-X int_max_str_digits"}, {"gil", "-X gil"}, {"thread_inherit_context", "-X thread_inherit_context"},
        {"context_aware_warnings", "-X context_aware_warnings"}, {0}};
    const SysConfig *c = &sys_config;
    Value v[21] = {I(c->debug), I(c->inspect), I(c->interactive), I(c->optimize), I(c->dont_write_bytecode), I(c->no_user_site), I(c->no_site), I(c->ignore_environment),
                   I(c->verbose), I(c->bytes_warning), I(c->quiet), I(c->hash_randomization), I(c->isolated), value_bool(c->dev_mode), I(c->utf8_mode),
                   I(c->warn_default_encoding), value_bool(c->safe_path), I(c->int_max_str_digits), c->gil < 0 ? VALUE_NONE : I(c->gil), I(c->thread_inherit_context), I(c->context_aware_warnings)};
    Value t = single_type(th, "sys.flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.", fields, 18);
    return add_seq(th, t, "flags", "iiiiiiiiiiiiibiibiiii", v);
}

static Value str_list(Thread *th, const char **items) {
    Value l = list_new(th, 8);
    for (size_t i = 0; l && items && items[i]; i++) {
        Value s = str_from_fs(th, items[i], strlen(items[i]));
        if (!s || list_append_owned(th, AS(List, l), s)) clear_ref(th, &l);
    }
    return l;
}
static Value str_or_none(Thread *th, const char *s) { return s ? str_from_fs(th, s, strlen(s)) : VALUE_NONE; }

static int add_xoptions(Thread *th) {
    Value d = dict_new(th);
    for (size_t i = 0; d && sys_config.xoptions && sys_config.xoptions[i]; i++) {
        const char *o = sys_config.xoptions[i], *eq = strchr(o, '=');
        Value k = str_from_fs(th, o, eq ? (size_t)(eq - o) : strlen(o)), v = eq ? str_from_fs(th, eq + 1, strlen(eq + 1)) : VALUE_TRUE;
        if (!k || !v || dict_set(th, AS(Dict, d), k, v)) clear_ref(th, &d);
        decref(th, k);
        decref(th, v);
    }
    return sys_set(th, "_xoptions", d);
}

static Value builtin_names(Thread *th) {
    static const char *const names[] = {
#define MODULE(c_name, py_name) py_name,
#include "stdlib/modules.def"
    };
    Value l = list_new(th, ARRAY_LEN(names));
    for (size_t i = 0; l && i < ARRAY_LEN(names); i++) {
        Value s = str_intern_cstr(th, names[i]);
        if (!s || list_append_owned(th, AS(List, l), s)) clear_ref(th, &l);
    }
    if (l && list_sort(th, l, VALUE_NONE, false)) clear_ref(th, &l);
    Value t = l ? list_to_tuple(th, AS(List, l)) : NO_VALUE;
    decref(th, l);
    return t;
}

static Value stdlib_names(Thread *th) {
    Value l = list_new(th, 320);
    for (size_t i = 0; l && sys_stdlib_names[i]; i++) {
        Value s = str_intern_cstr(th, sys_stdlib_names[i]);
        if (!s || list_append_owned(th, AS(List, l), s)) clear_ref(th, &l);
    }
    Value f = l ? frozenset_new(th, l) : NO_VALUE;
    decref(th, l);
    return f;
}

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)
#ifndef LADON_VERSION
#define LADON_VERSION "0.1"
#endif
#ifdef __clang__
#define COMPILER "Clang " STRINGIFY(__clang_major__) "." STRINGIFY(__clang_minor__) "." STRINGIFY(__clang_patchlevel__)
#else
#define COMPILER "GCC " STRINGIFY(__GNUC__) "." STRINGIFY(__GNUC_MINOR__) "." STRINGIFY(__GNUC_PATCHLEVEL__)
#endif

static int add_implementation(Thread *th) {
    int64_t hex = (PY_MAJOR << 24) | (PY_MINOR << 16) | (PY_MICRO << 8) | 0xF0;
    if (sys_set(th, "hexversion", I(hex))) return -1;
    static const char *const keys[] = {"name", "cache_tag", "version", "hexversion", "_multiarch", "supports_isolated_interpreters"};
    Value v[6] = {str_intern_cstr(th, "ladon"), str_intern_cstr(th, "ladon-314"), sys_get(th, "version_info"), I(hex), str_intern_cstr(th, SYS_MULTIARCH), VALUE_FALSE};
    Value names[6], kw = NO_VALUE, ns = NO_VALUE;
    for (int i = 0; i < 6; i++) names[i] = str_intern_cstr(th, keys[i]);
    kw = tuple_from_array(th, names, 6);
    if (kw) ns = object_call(th, VALUE_OF(&type_simple_namespace), v, 0, kw);
    decref(th, kw);
    decref(th, v[2]);
    return sys_set(th, "implementation", ns);
}

static int sys_exec(Thread *th, Value m) {
    const SysConfig *c = &sys_config;
    int_max_str_digits = c->int_max_str_digits;
    static const char version[] = STRINGIFY(PY_MAJOR) "." STRINGIFY(PY_MINOR) "." STRINGIFY(PY_MICRO) " free-threading build (ladon " LADON_VERSION ", " __DATE__ ", " __TIME__ ") [" COMPILER "]";
    if (add_infos(th) || add_flags(th) || add_implementation(th) || add_xoptions(th)) return -1;
    Value git[3] = {str_intern_cstr(th, "ladon"), str_empty, str_empty};
    bool bad = sys_set(th, "version", str_from_cstr(th, version)) || sys_set(th, "api_version", I(1013)) || sys_set(th, "copyright", str_from_cstr(th, "Copyright (c) the Ladon authors.")) ||
        sys_set(th, "platform", str_intern_cstr(th, "linux")) || sys_set(th, "maxsize", int_from_i64(th, INT64_MAX)) || sys_set(th, "maxunicode", I(0x10FFFF)) ||
        sys_set(th, "byteorder", str_intern_cstr(th, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "little" : "big")) || sys_set(th, "abiflags", str_intern_cstr(th, "t")) ||
        sys_set(th, "float_repr_style", str_intern_cstr(th, "short")) || sys_set(th, "platlibdir", str_from_cstr(th, c->platlibdir)) ||
        sys_set(th, "_git", tuple_from_array(th, git, 3)) || sys_set(th, "_framework", str_empty) || sys_set(th, "_home", VALUE_NONE) ||
        sys_set(th, "executable", c->executable ? str_or_none(th, c->executable) : str_empty) || sys_set(th, "_base_executable", c->base_executable ? str_or_none(th, c->base_executable) : str_empty) ||
        sys_set(th, "prefix", str_or_none(th, c->prefix)) || sys_set(th, "base_prefix", str_or_none(th, c->base_prefix)) ||
        sys_set(th, "exec_prefix", str_or_none(th, c->exec_prefix)) || sys_set(th, "base_exec_prefix", str_or_none(th, c->base_prefix)) ||
        sys_set(th, "_stdlib_dir", str_or_none(th, c->stdlib_dir)) || sys_set(th, "pycache_prefix", str_or_none(th, c->pycache_prefix)) ||
        sys_set(th, "dont_write_bytecode", value_bool(c->dont_write_bytecode)) || sys_set(th, "argv", str_list(th, c->argv)) || sys_set(th, "orig_argv", str_list(th, c->orig_argv)) ||
        sys_set(th, "path", str_list(th, c->path)) || sys_set(th, "warnoptions", str_list(th, c->warnoptions)) || sys_set(th, "meta_path", list_new(th, 4)) ||
        sys_set(th, "path_hooks", list_new(th, 2)) || sys_set(th, "path_importer_cache", dict_new(th)) || sys_set(th, "modules", new_ref(th, modules_dict)) ||
        sys_set(th, "builtin_module_names", builtin_names(th)) || sys_set(th, "stdlib_module_names", stdlib_names(th));
    return bad || sys_early_stderr(th) || sys_monitoring_init(th, m) ? -1 : 0;
}

const ModuleDef module_sys = { "sys", "What the interpreter holds and does: arguments, module table, hooks, limits, versions.", sys_fns, sys_exec };
extern const ModuleDef module_builtins;

Value sys_module, builtins_module;

int sys_modules_init(Thread *th) {
    error_unraisable_hook = sys_unraisable;
    modules_dict = dict_new(th);
    if (!modules_dict) return -1;
    object_make_immortal(value_object(modules_dict));
    gc_add_root(&modules_dict);
    // sys_exec writes through sys_dict.
    sys_module = module_from_def(th, &module_sys);
    builtins_module = sys_module ? module_from_def(th, &module_builtins) : NO_VALUE;
    if (!builtins_module) return -1;
    sys_dict = module_dict(sys_module);
    builtins_default = module_dict(builtins_module);
    Object *keep[] = {value_object(sys_module), value_object(builtins_module), &sys_dict->head, &builtins_default->head};
    for (size_t i = 0; i < ARRAY_LEN(keep); i++) object_make_immortal(keep[i]);
    gc_add_root(&sys_module);
    gc_add_root(&builtins_module);
    if (module_builtins.exec(th, builtins_module) || sys_exec(th, sys_module)) return -1;
    if (dict_set_str(th, AS(Dict, modules_dict), "sys", sys_module) || dict_set_str(th, AS(Dict, modules_dict), "builtins", builtins_module)) return -1;
    return sys_config.optimize ? dict_set_str(th, builtins_default, "__debug__", VALUE_FALSE) : 0;
}
