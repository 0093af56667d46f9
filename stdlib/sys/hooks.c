// SPDX-License-Identifier: MIT
// The hooks of sys: displayhook, excepthook, unraisablehook, breakpointhook, audit hooks, and how exceptions are printed.
#include "stdlib/sys/hooks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/code/view.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/exception.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"
#include "core/vm/trace.h"

// ---- audit -----------------------------------------------------------------------------------------------------

static Value audit_hooks;   // [a] immortal Tuple, replaced whole by a longer one (the shorter ones stay), or NO_VALUE. No list: gc.get_objects() would hand it out

bool sys_has_audit_hooks(void) { return atomic_load_relaxed(&audit_hooks) != NO_VALUE; }

// Calls one hook, out of trace functions' sight unless its __cantrace__ is true. New reference or NO_VALUE.
static Value hook_call(Thread *th, Value hook, Value event, Value args) {
    if (LIKELY(atomic_load_relaxed(&th->tracing) == 0)) return call2(th, hook, event, args);
    Value name = str_intern_cstr(th, "__cantrace__"), v;
    int r = name == NO_VALUE ? -1 : object_getattr_optional(th, hook, name, &v), traced = 0;
    if (r > 0) { traced = object_truth(th, v); decref(th, v); }
    if (r < 0 || traced < 0) return NO_VALUE;
    if (traced) return call2(th, hook, event, args);
    Value saved = trace_callback_enter(th, th->frame, TRACE_EVENT_OTHER), result = call2(th, hook, event, args);
    trace_callback_leave(th, saved);
    return result;
}
static int audit_call(Thread *th, Value event, Value args) {
    const Tuple *hooks = AS(Tuple, atomic_load_acquire(&audit_hooks));
    for (size_t i = 0; i < hooks->len; i++) {
        Value r = hook_call(th, hooks->items[i], event, args);
        decref(th, r);
        if (r == NO_VALUE) return -1;
    }
    return 0;
}

int sys_audit(Thread *th, const char *event, unsigned n, ...) {
    if (LIKELY(!sys_has_audit_hooks())) return 0;
    Value items[16];
    va_list ap;
    va_start(ap, n);
    for (unsigned i = 0; i < n && i < 16; i++) {
        items[i] = va_arg(ap, Value);
        if (items[i] == NO_VALUE) items[i] = VALUE_NONE;
    }
    va_end(ap);
    Value name = str_intern_cstr(th, event), args = name ? tuple_from_array(th, items, n) : NO_VALUE;
    int r = args ? audit_call(th, name, args) : -1;
    decref(th, args);
    return r;
}
static int attr_hook(Thread *th, Value obj, const char *name, Value v) {
    if (LIKELY(!sys_has_audit_hooks())) return 0;
    Value n = str_intern_cstr(th, name);
    if (n == NO_VALUE) return -1;
    return v == NO_VALUE ? sys_audit(th, "object.__delattr__", 2, obj, n) : sys_audit(th, "object.__setattr__", 3, obj, n, v);
}
static int code_hook(Thread *th, Code *c) {
    if (LIKELY(!sys_has_audit_hooks())) return 0;
    Value text = view_code(th, c);
    int r = text == NO_VALUE ? -1 : sys_audit(th, "code.__new__", 9, text, c->filename, c->name, value_imm_int(c->argcount), value_imm_int(c->posonlyargcount),
                                              value_imm_int(c->kwonlyargcount), value_imm_int(c->nlocals), value_imm_int(c->nregs - c->nlocals), value_imm_int(c->flags));
    decref(th, text);
    return r;
}
__attribute__((constructor)) static void audit_load(void) {
    attr_audit_hook = attr_hook;
    code_audit_hook = code_hook;
}

SYS_FN(audit) {
    if (!value_is_str(args[0])) return raise_type_error(th, "audit() argument 1 must be str, not %T", args[0]);
    if (!sys_has_audit_hooks()) return VALUE_NONE;
    return audit_call(th, args[0], args[1]) ? NO_VALUE : VALUE_NONE;
}

SYS_FN(addaudithook) {
    // Hooks that are there may veto by an exception derived from Exception: it is swallowed, and nothing added.
    if (sys_audit(th, "sys.addaudithook", 0)) {
        if (error_clear_if(th, &exc_Exception)) return VALUE_NONE;
        return NO_VALUE;
    }
    Value old = atomic_load_acquire(&audit_hooks);
    for (;;) {
        size_t n = old ? AS(Tuple, old)->len : 0;
        Tuple *t = tuple_new(th, n + 1);
        if (!t) return NO_VALUE;
        for (size_t i = 0; i < n; i++) t->items[i] = new_ref(th, AS(Tuple, old)->items[i]);
        t->items[n] = new_ref(th, args[0]);
        if (atomic_cas_acq_rel(&audit_hooks, &old, VALUE_OF(t))) {
            object_make_immortal(&t->head);
            return VALUE_NONE;
        }
        decref(th, VALUE_OF(t));
    }
}

// ---- writing ---------------------------------------------------------------------------------------------------

static int file_write(Thread *th, Value file, Value text) {
    Value r = call_method1(th, file, name_write, text);
    decref(th, r);
    return r ? 0 : -1;
}
static void file_flush(Thread *th, Value file) {
    Value r = call_method0(th, file, name_flush);
    if (r == NO_VALUE) error_clear(th);
    decref(th, r);
}

static void fd_write(const char *p, size_t n) {
    while (n > 0) {
        ssize_t w = write(2, p, n);
        if (w <= 0) return;
        p += w;
        n -= (size_t)w;
    }
}

static void write_value(Thread *th, Value file, Value text) {
    if (text == NO_VALUE) { error_clear(th); return; }
    if (file && file != VALUE_NONE) {
        if (file_write(th, file, text) == 0) return;
        error_clear(th);
        return;
    }
    Value hold = NO_VALUE;
    size_t n;
    const char *p = str_utf8(th, text, &n, &hold);
    if (p) fd_write(p, n);
    else error_clear(th);
    decref(th, hold);
}

// sys.stderr while there is no _io yet: what importlib traces with -v goes through it.
static Value printer_meth_write(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "write() argument 1 must be str, not %T", args[0]);
    write_value(th, NO_VALUE, args[0]);
    return value_imm_int((int64_t)AS(Str, args[0])->len);
}
static Value printer_meth_none(Thread *th, Value self, Value *args) { return VALUE_NONE; }
static Value printer_meth_fileno(Thread *th, Value self, Value *args) { return value_imm_int(2); }
static Value printer_meth_isatty(Thread *th, Value self, Value *args) { return value_bool(isatty(2)); }
static Value printer_get_encoding(Thread *th, Value self) { return new_ref(th, name_utf_8); }
static Value printer_get_closed(Thread *th, Value self) { return VALUE_FALSE; }
static const MethodDef printer_methods[] = {
    {"write", "(self, text, /)", printer_meth_write, NULL}, {"flush", "(self, /)", printer_meth_none, NULL}, {"close", "(self, /)", printer_meth_none, NULL},
    {"fileno", "(self, /)", printer_meth_fileno, NULL}, {"isatty", "(self, /)", printer_meth_isatty, NULL}, {0}};
static const GetSetDef printer_getsets[] = {{"encoding", printer_get_encoding, NULL, NULL}, {"closed", printer_get_closed, NULL, NULL}, {0}};
MODULE_TYPE_DEFINE(printer, "stderrprinter", sizeof(Object), TYPE_NO_INSTANTIATE, .methods = printer_methods, .getsets = printer_getsets)

int sys_early_stderr(Thread *th) {
    if (type_ready(th, &type_printer)) return -1;
    Object *o = object_new(th, &type_printer, 0);
    if (!o) return -1;
    return sys_set(th, "__stderr__", new_ref(th, VALUE_OF(o))) || sys_set(th, "stderr", VALUE_OF(o)) ? -1 : 0;
}

void sys_write_stderr(Thread *th, const char *text) {
    Value file = sys_get(th, "stderr"), s = str_from_cstr(th, text);
    write_value(th, file, s);
    decref(th, s);
    if (file && file != VALUE_NONE) file_flush(th, file);
    decref(th, file);
}

int sys_flush_std(Thread *th) {
    int r = 0;
    static const char *const names[] = {"stdout", "stderr"};
    for (int i = 0; i < 2; i++) {
        Value f = sys_get(th, names[i]);
        if (f && f != VALUE_NONE) {
            Value closed;
            int has = object_getattr_optional(th, f, name_closed, &closed);
            bool is_closed = has > 0 && object_truth(th, closed) > 0;
            if (has > 0) decref(th, closed);
            if (th->exc) error_clear(th);
            if (!is_closed) {
                Value v = call_method0(th, f, name_flush);
                if (v == NO_VALUE) {
                    if (i == 0) {
                        error_unraisable(th, "Exception ignored while flushing sys.stdout", NO_VALUE);
                        r = -1;
                    } else {
                        error_clear(th);
                        r = -1;
                    }
                }
                decref(th, v);
            }
        }
        decref(th, f);
    }
    return r;
}

// ---- printing exceptions ---------------------------------------------------------------------------------------

// Line number `lineno` of a source file, if it can be read: stripped and indented.
static void write_source_line(Thread *th, Value file, Value filename, int lineno) {
    Value hold = NO_VALUE;
    size_t n;
    const char *path = str_fs_path(th, filename, &n, &hold);
    FILE *f = path ? fopen(path, "re") : NULL;
    decref(th, hold);
    if (th->exc) error_clear(th);
    if (!f) return;
    char *text = NULL;
    size_t cap = 0;
    ssize_t len = 0;
    for (int i = 0; i < lineno && len >= 0; i++) len = getline(&text, &cap, f);
    fclose(f);
    char *p = text;
    if (len > 0) {
        for (; len > 0 && (*p == ' ' || *p == '\t' || *p == '\f'); p++) len--;
        while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r')) len--;
        Value s = str_from_utf8(th, p, (size_t)len), line = s ? str_format(th, "    %U\n", s) : NO_VALUE;
        if (line) write_value(th, file, line);
        else error_clear(th);
        decref(th, line);
        decref(th, s);
    }
    free(text);
}

// module.name, without the module for builtins and __main__.
static Value shown_type_name(Thread *th, Type *t) {
    Value m, q, r = NO_VALUE;
    if (object_getattr_optional(th, VALUE_OF(t), name_d_module, &m) < 0) error_clear(th), m = NO_VALUE;
    if (object_getattr_optional(th, VALUE_OF(t), name_d_qualname, &q) < 0) error_clear(th), q = NO_VALUE;
    if (q && value_is_str(q) && m && value_is_str(m) && !str_equal_cstr(m, "builtins") && !str_equal_cstr(m, "__main__")) r = str_format(th, "%U.%U", m, q);
    else if (q && value_is_str(q)) r = new_ref(th, q);
    decref(th, m);
    decref(th, q);
    return r ? r : str_from_cstr(th, t->name);
}

// The plain form, without carets, for when the traceback module cannot be used and for what nobody can catch.
static void print_plain(Thread *th, Value file, Value exc, bool source) {
    Value tb = exception_get_traceback(th, exc);
    if (tb) {
        Value s = str_from_cstr(th, "Traceback (most recent call last):\n");
        write_value(th, file, s);
        decref(th, s);
    }
    for (Value t = tb; t && t != VALUE_NONE; t = AS(Traceback, t)->next) {
        FrameObject *fo = AS(FrameObject, AS(Traceback, t)->frame);
        Value s = str_format(th, "  File \"%U\", line %d, in %U\n", fo->code->filename, traceback_lineno(AS(Traceback, t)), fo->code->name);
        write_value(th, file, s);
        decref(th, s);
        if (source) write_source_line(th, file, fo->code->filename, traceback_lineno(AS(Traceback, t)));
    }
    decref(th, tb);
    Value name = shown_type_name(th, type_of(exc)), text = object_str(th, exc), line;
    if (text == NO_VALUE) {
        error_clear(th);
        line = str_format(th, "%U: <exception str() failed>\n", name);
    } else if (AS(Str, text)->len == 0 && !source) line = str_format(th, "%U\n", name);
    else line = str_format(th, "%U: %U\n", name, text);
    write_value(th, file, line);
    decref(th, line);
    decref(th, text);
    decref(th, name);
}

// The traceback module's printer; 0, or -1 with an exception. file: None for sys.stderr.
static int print_with_module(Thread *th, Value exc) {
    Value f = import_attr(th, "traceback", "_print_exception_bltin");
    if (f == NO_VALUE) return -1;
    Value r = call1(th, f, exc);
    decref(th, f);
    decref(th, r);
    return r ? 0 : -1;
}

void sys_print_exception(Thread *th, Value exc) {
    Value file = sys_get(th, "stderr");
    if (file == VALUE_NONE) return;
    if (!file || atomic_load_relaxed(&sys_finalizing) || print_with_module(th, exc)) {
        if (th->exc) error_clear(th);
        print_plain(th, file, exc, false);
    }
    if (file) file_flush(th, file);
    decref(th, file);
}

SYS_FN(excepthook) {
    Value exc = args[1], tb = args[2];
    if (!(type_flags_of(exc) & TYPE_EXC_SUBCLASS)) {
        Value s = str_format(th, "TypeError: print_exception(): Exception expected for value, %s found\n", type_of(exc)->name);
        Value file = sys_get(th, "stderr");
        if (file != VALUE_NONE) write_value(th, file, s);
        decref(th, file);
        decref(th, s);
        return VALUE_NONE;
    }
    if (value_is_exact(tb, &type_traceback)) {
        Value had = exception_get_traceback(th, exc);
        if (had == NO_VALUE) exception_set_traceback(th, exc, tb);
        decref(th, had);
    }
    sys_print_exception(th, exc);
    return VALUE_NONE;
}

static int set_last(Thread *th, Value exc, Value tb) {
    return sys_set(th, "last_exc", new_ref(th, exc)) || sys_set(th, "last_type", new_ref(th, VALUE_OF(type_of(exc)))) ||
                   sys_set(th, "last_value", new_ref(th, exc)) || sys_set(th, "last_traceback", new_ref(th, tb)) ? -1 : 0;
}

void sys_call_excepthook(Thread *th, Value exc) {
    Value tb = exception_get_traceback(th, exc);
    if (tb == NO_VALUE) tb = VALUE_NONE;
    if (set_last(th, exc, tb)) error_clear(th);
    Value hook = sys_get(th, "excepthook");
    if (hook == NO_VALUE) {
        sys_write_stderr(th, "sys.excepthook is missing\n");
        sys_print_exception(th, exc);
    } else if (sys_audit(th, "sys.excepthook", 4, hook, VALUE_OF(type_of(exc)), exc, tb)) {
        if (error_clear_if(th, &exc_RuntimeError)) goto out; // a hook's way to say: don't
        error_unraisable(th, NULL, hook);
    } else {
        Value r = call3(th, hook, VALUE_OF(type_of(exc)), exc, tb);
        if (r == NO_VALUE) {
            Value exc2 = error_fetch(th);
            if (exception_is(exc2, &exc_SystemExit)) {
                error_restore(th, exc2);   // the caller exits with it
                goto out;
            }
            sys_write_stderr(th, "Error in sys.excepthook:\n");
            sys_print_exception(th, exc2);
            sys_write_stderr(th, "\nOriginal exception was:\n");
            sys_print_exception(th, exc);
            decref(th, exc2);
        }
        decref(th, r);
    }
out:
    decref(th, hook);
    decref(th, tb);
}

// ---- unraisable ------------------------------------------------------------------------------------------------

static Value unraisable_type;   // struct sequence type

static Value unraisable_args_type(Thread *th) {
    Value t = atomic_load_acquire(&unraisable_type);
    if (t) return t;
    static const StructSeqField fields[] = {{"exc_type", "Exception type"}, {"exc_value", "Exception value"}, {"exc_traceback", "Exception traceback"},
                                            {"err_msg", "Error message"}, {"object", "Object causing the exception"}, {0}};
    t = structseq_type(th, "UnraisableHookArgs", "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.", fields, 5);
    if (t == NO_VALUE) return NO_VALUE;
    Value none = NO_VALUE;
    if (!atomic_cas_acq_rel(&unraisable_type, &none, t)) return none;
    object_make_immortal(value_object(t));
    return t;
}

// Prints "msg: object" and the exception.
static void unraisable_print(Thread *th, Value exc_type, Value exc, Value tb, Value msg, Value object) {
    Value file = sys_get(th, "stderr");
    if (file == VALUE_NONE) return;
    Value line = NO_VALUE;
    bool has_msg = msg && msg != VALUE_NONE;
    if (object && object != VALUE_NONE) {
        Value r = object_repr(th, object);
        if (r == NO_VALUE) {
            error_clear(th);
            r = str_from_cstr(th, "<object repr() failed>");
        }
        if (r) line = has_msg ? str_format(th, "%S: %U\n", msg, r) : str_format(th, "Exception ignored in: %U\n", r);
        decref(th, r);
    } else if (has_msg) line = str_format(th, "%S:\n", msg);
    if (line || th->exc) write_value(th, file, line);
    decref(th, line);
    if (value_is_object(exc) && (type_flags_of(exc) & TYPE_EXC_SUBCLASS)) {
        if (tb && value_is_exact(tb, &type_traceback)) {
            Value had = exception_get_traceback(th, exc);
            if (had == NO_VALUE) exception_set_traceback(th, exc, tb);
            decref(th, had);
        }
        print_plain(th, file, exc, true);
    } else if (value_is_type(exc_type)) {
        line = str_format(th, "%s\n", AS(Type, exc_type)->name);
        write_value(th, file, line);
        decref(th, line);
    }
    if (file) file_flush(th, file);
    decref(th, file);
}

void sys_unraisable(Thread *th, Value exc, const char *msg, Value where) {
    Value tb = exception_get_traceback(th, exc);
    if (tb == NO_VALUE && th->frame) {  // raised by native code: the place that runs
        if (traceback_add(th, exc, th->frame, frame_word(th->frame)) < 0) error_clear(th);
        tb = exception_get_traceback(th, exc);
    }
    if (tb == NO_VALUE) tb = VALUE_NONE;
    Value text = VALUE_NONE;
    if (msg && where) { // one text then, and no object
        Value r = object_repr(th, where);
        if (r == NO_VALUE) {
            error_clear(th);
            r = str_from_cstr(th, "<object repr() failed>");
        }
        text = r ? str_format(th, "%s %U", msg, r) : NO_VALUE;
        decref(th, r);
        where = NO_VALUE;
    } else if (msg) text = str_from_cstr(th, msg);
    if (text == NO_VALUE) { error_clear(th); text = VALUE_NONE; }
    Value hook = sys_get(th, "unraisablehook"), type = hook && hook != VALUE_NONE ? unraisable_args_type(th) : NO_VALUE;
    if (type) {
        Value items[5] = {new_ref(th, VALUE_OF(type_of(exc))), new_ref(th, exc), new_ref(th, tb), new_ref(th, text), where ? new_ref(th, where) : VALUE_NONE};
        Value a = structseq_new(th, type, items, 5), r = NO_VALUE;
        if (a && sys_audit(th, "sys.unraisablehook", 2, hook, a) == 0) r = call1(th, hook, a);
        decref(th, a);
        decref(th, r);
        if (r == NO_VALUE) {
            // The hook itself failed: report that, plainly, through the default.
            Value exc2 = error_fetch(th), t = str_from_cstr(th, "Exception ignored in sys.unraisablehook");
            if (exc2) {
                Value tb2 = exception_get_traceback(th, exc2);
                unraisable_print(th, VALUE_OF(type_of(exc2)), exc2, tb2, t, hook);
                decref(th, tb2);
            }
            decref(th, t);
            decref(th, exc2);
        }
    } else {
        if (th->exc) error_clear(th);
        unraisable_print(th, VALUE_OF(type_of(exc)), exc, tb, text, where);
    }
    if (th->exc) error_clear(th);
    decref(th, hook);
    decref(th, text);
    decref(th, tb);
}

SYS_FN(unraisablehook) {
    Value type = unraisable_args_type(th);
    if (type == NO_VALUE) return NO_VALUE;
    if (!value_is_exact(args[0], AS(Type, type))) return raise_type_error(th, "sys.unraisablehook argument type must be UnraisableHookArgs");
    Tuple *t = AS(Tuple, args[0]);
    unraisable_print(th, t->items[0], t->items[1], t->items[2], t->items[3], t->items[4]);
    return VALUE_NONE;
}

// ---- display and breakpoint ------------------------------------------------------------------------------------

SYS_FN(displayhook) {
    Value o = args[0];
    Value m = import_module(th, "builtins");
    if (m == NO_VALUE) return raise_error(th, &exc_RuntimeError, "lost builtins module");
    if (o == VALUE_NONE) { decref(th, m); return VALUE_NONE; }
    Value r = NO_VALUE, file = NO_VALUE, text = NO_VALUE;
    if (object_setattr(th, m, name_underscore, VALUE_NONE)) goto out;
    file = sys_get(th, "stdout");
    if (!file || file == VALUE_NONE) {
        raise_error(th, &exc_RuntimeError, "lost sys.stdout");
        goto out;
    }
    text = object_repr(th, o);
    if (text == NO_VALUE) goto out;
    if (file_write(th, file, text)) {
        if (!error_clear_if(th, &exc_UnicodeEncodeError)) goto out;
        // The stream's encoding lacks a character: its backslashreplace form goes out.
        Value enc = object_getattr(th, file, name_encoding);
        Value bs = str_intern_cstr(th, "backslashreplace");
        Value two[2] = {enc, bs}, bytes = enc && bs ? call_method(th, text, name_encode, two, 2) : NO_VALUE;
        Value one[2] = {enc, name_strict}, again = bytes ? call_method(th, bytes, name_decode, one, 2) : NO_VALUE;
        int w = again ? file_write(th, file, again) : -1;
        decref(th, enc);
        decref(th, bytes);
        decref(th, again);
        if (w) goto out;
    }
    if (file_write(th, file, str_from_char(th, '\n'))) goto out;
    if (object_setattr(th, m, name_underscore, o)) goto out;
    r = VALUE_NONE;
out:
    decref(th, text);
    decref(th, file);
    decref(th, m);
    return r;
}

Value sys_fn_breakpointhook(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    const char *env = sys_config.ignore_environment ? NULL : getenv("PYTHONBREAKPOINT");
    if (!env || !*env) env = "pdb.set_trace";
    if (strcmp(env, "0") == 0) return VALUE_NONE;
    const char *dot = strrchr(env, '.');
    char mod[512];
    if (!dot) snprintf(mod, sizeof mod, "builtins");
    else snprintf(mod, sizeof mod, "%.*s", (int)(dot - env), env);
    const char *attr = dot ? dot + 1 : env;
    Value module = *mod ? NO_VALUE : NO_VALUE, hook = NO_VALUE;
    if (*mod && *attr && (module = import_module(th, mod)) != NO_VALUE) hook = object_getattr_cstr(th, module, attr);
    decref(th, module);
    if (hook == NO_VALUE) {
        if (th->exc && !error_clear_if(th, &exc_ImportError) && !error_clear_if(th, &exc_AttributeError)) return NO_VALUE;
        return warn_format(th, &exc_RuntimeWarning, 1, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", env) ? NO_VALUE : VALUE_NONE;
    }
    Value r = object_call(th, hook, args, nargs, kwnames);
    decref(th, hook);
    return r;
}
