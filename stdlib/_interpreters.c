// SPDX-License-Identifier: MIT
// _interpreters, on which concurrent.interpreters stands (PEP 734), for a runtime with one interpreter in a process: create() raises
// NotImplementedError, and all else is told of the main interpreter, which is always running. Threads, not interpreters, use the cores here.
// The exceptions are set once, under the import lock, before anyone can raise one.
#include "stdlib/_interpreters.h"

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "gc/gc.h"

enum { WHENCE_UNKNOWN, WHENCE_RUNTIME, WHENCE_LEGACY_CAPI, WHENCE_CAPI, WHENCE_XI, WHENCE_STDLIB };
enum { MAIN_ID = 0 };

static Value interpreter_error, not_found_error, not_shareable_error;    // [c] after interpreters_init
static Type *queue_type;       // [a] relaxed: only compared, never followed; _interpqueues owns the reference

// ---- what crosses ----------------------------------------------------------------------------------------------------------------------

void interpreters_set_queue_type(Type *t) { atomic_store_relaxed(&queue_type, t); }

Value interpreters_not_shareable(Thread *th, Value v) { return raise_error(th, AS(Type, not_shareable_error), "%R does not support cross-interpreter data", v); }

bool interpreters_shareable(Value v) {
    const Type *t = type_of(v);
    return v == VALUE_NONE || t == &type_bool || t == &type_int || t == &type_float || t == &type_str || t == &type_bytes || t == &type_tuple ||
           t == &type_memoryview || t == atomic_load_relaxed(&queue_type);
}

int interpreters_all_shareable(Thread *th, Value v) {
    if (!interpreters_shareable(v)) return 0;
    if (!value_is_tuple(v)) return 1;
    if (thread_c_recursion(th, " while sharing a tuple")) return -1;
    const Tuple *t = AS(Tuple, v);
    int r = 1;
    for (size_t i = 0; i < t->len && r == 1; i++) r = interpreters_all_shareable(th, t->items[i]);
    return r;
}

// ---- ids -------------------------------------------------------------------------------------------------------------------------------

int interpreters_id(Thread *th, Value v, const char *what, int64_t *out) {
    if (!value_is_int(v)) {
        raise_type_error(th, "%s must be an int, got %T", what, v);
        return -1;
    }
    int big = int_as_i64_overflow(v, out);
    if (big) {
        raise_error(th, &exc_OverflowError, "int too big to convert");
        return -1;
    }
    if (*out < 0) {
        raise_value_error(th, "%s must be a non-negative int, got %R", what, v);
        return -1;
    }
    return 0;
}

// The one interpreter by its id; restricted to those that create() made, it is not known. doing: what the message says cannot be done with it, NULL
// for a function that takes no such restriction. 0, or -1 with an exception.
static int find(Thread *th, Value id, Value restrict_to, const char *doing) {
    int64_t n;
    if (interpreters_id(th, id, "interpreter ID", &n)) return -1;
    if (n != MAIN_ID) {
        raise_error(th, AS(Type, not_found_error), "unrecognized interpreter ID %lld", (long long)n);
        return -1;
    }
    int only = doing && restrict_to ? object_truth(th, restrict_to) : 0;
    if (only > 0) raise_error(th, AS(Type, interpreter_error), "cannot %s unrecognized interpreter %d", doing, MAIN_ID);
    return only ? -1 : 0;
}

static Value raise_running(Thread *th) { return raise_error(th, AS(Type, interpreter_error), "interpreter already running"); }

static Value id_and_whence(Thread *th) { return tuple_pack2(th, value_imm_int(MAIN_ID), value_imm_int(WHENCE_RUNTIME)); }

// ---- configurations --------------------------------------------------------------------------------------------------------------------

static const char *const config_fields[] = {"use_main_obmalloc", "allow_fork", "allow_exec", "allow_threads", "allow_daemon_threads", "check_multi_interp_extensions", "gil"};
enum { CONFIG_FLAGS = 6, CONFIG_FIELDS = 7 };
typedef struct Config { const char *name, *gil; bool flags[CONFIG_FLAGS]; } Config;
static const Config configs[] = {
    {"isolated", "own", {false, false, false, true, false, true}},
    {"default", "own", {false, false, false, true, false, true}},
    {"legacy", "shared", {true, true, true, true, true, false}},
    {"empty", "default", {false, false, false, false, false, false}},
    {"main", "own", {true, true, true, true, true, false}},
};
enum { NAMED_CONFIGS = 4, MAIN_CONFIG = 4 };

// NULL with an exception.
static const Config *config_named(Thread *th, Value name) {
    if (!value_is_str(name)) {
        raise_type_error(th, "config name must be str, not %B", name);
        return NULL;
    }
    for (size_t i = 0; i < NAMED_CONFIGS; i++)
        if (str_equal_cstr(name, configs[i].name)) return &configs[i];
    raise_value_error(th, "unsupported config name %R", name);
    return NULL;
}

// SimpleNamespace of the dict's items; takes over d, which may be NO_VALUE with an exception.
static Value namespace_of(Thread *th, Value d_owned) {
    Value r = d_owned ? call1(th, VALUE_OF(&type_simple_namespace), d_owned) : NO_VALUE;
    decref(th, d_owned);
    return r;
}

static Value config_dict(Thread *th, const Config *c) {
    Value pairs[2 * CONFIG_FIELDS];
    for (size_t i = 0; i < CONFIG_FIELDS; i++) {
        pairs[2 * i] = str_intern_cstr(th, config_fields[i]);
        pairs[2 * i + 1] = i < CONFIG_FLAGS ? value_bool(c->flags[i]) : str_intern_cstr(th, c->gil);
    }
    return dict_from_owned(th, pairs, CONFIG_FIELDS);
}

// 0, 1 no such field, -1 with an exception.
static int config_override(Thread *th, Dict *config, Value name, Value v) {
    size_t i = 0;
    while (i < CONFIG_FIELDS && !str_equal_cstr(name, config_fields[i])) i++;
    if (i == CONFIG_FIELDS) return 1;
    if (i < CONFIG_FLAGS ? type_of(v) != &type_bool : !value_is_str(v)) {
        raise_type_error(th, "invalid config type: %s", config_fields[i]);
        return -1;
    }
    if (i == CONFIG_FLAGS && !str_equal_cstr(v, "own") && !str_equal_cstr(v, "shared") && !str_equal_cstr(v, "default")) {
        raise_value_error(th, "unsupported interpreter config .gil value %R", v);
        return -1;
    }
    return dict_set(th, config, name, v);
}

static Value interp_fn_new_config(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_count(th, "new_config", nargs, 0, 1)) return NO_VALUE;
    const Config *c = nargs ? config_named(th, args[0]) : &configs[0];
    Value d = c ? config_dict(th, c) : NO_VALUE, extra = d ? dict_new(th) : NO_VALUE;
    bool ok = extra != NO_VALUE;
    for (size_t i = 0; ok && i < kwnames_len(kwnames); i++) {
        Value name = AS(Tuple, kwnames)->items[i], v = args[nargs + i];
        int r = config_override(th, AS(Dict, d), name, v);
        ok = r > 0 ? dict_set(th, AS(Dict, extra), name, v) == 0 : r == 0;
    }
    size_t more = ok ? dict_len(AS(Dict, extra)) : 0;
    if (more) raise_value_error(th, "config dict has %zu extra item%s (%R)", more, more == 1 ? "" : "s", extra);
    decref(th, extra);
    if (ok && !more) return namespace_of(th, d);
    decref(th, d);
    return NO_VALUE;
}

static Value interp_fn_get_config(Thread *th, Value self, Value *args) {
    return find(th, args[0], args[1], "get the config of") ? NO_VALUE : namespace_of(th, config_dict(th, &configs[MAIN_CONFIG]));
}

// ---- the interpreters ------------------------------------------------------------------------------------------------------------------

static Value interp_fn_create(Thread *th, Value self, Value *args) {
    if (args[0] && value_is_str(args[0]) && !config_named(th, args[0])) return NO_VALUE;
    return raise_error(th, &exc_NotImplementedError, "_interpreters.create() is not supported: Ladon runs one interpreter in a process, and threads on all cores in it");
}
static Value interp_fn_get_current(Thread *th, Value self, Value *args) { return id_and_whence(th); }
static Value interp_fn_list_all(Thread *th, Value self, Value *args) {
    Value one = id_and_whence(th), r = one ? list_from_array(th, &one, 1) : NO_VALUE;
    decref(th, one);
    return r;
}
static Value interp_fn_whence(Thread *th, Value self, Value *args) {
    return find(th, args[0], NO_VALUE, NULL) ? NO_VALUE : value_imm_int(WHENCE_RUNTIME);
}
static Value interp_fn_is_running(Thread *th, Value self, Value *args) {
    return find(th, args[0], args[1], "check if running for") ? NO_VALUE : VALUE_TRUE;
}
static Value interp_fn_destroy(Thread *th, Value self, Value *args) {
    if (find(th, args[0], args[1], "destroy")) return NO_VALUE;
    return raise_error(th, AS(Type, interpreter_error), "cannot destroy the current interpreter");
}
// The main interpreter is there as long as the process is, whoever counts on it.
static Value interp_fn_incref(Thread *th, Value self, Value *args) { return find(th, args[0], args[2], "incref") ? NO_VALUE : VALUE_NONE; }
static Value interp_fn_decref(Thread *th, Value self, Value *args) { return find(th, args[0], args[1], "decref") ? NO_VALUE : VALUE_NONE; }

static Value interp_fn_exec(Thread *th, Value self, Value *args) {
    return find(th, args[0], args[3], "exec code for") ? NO_VALUE : raise_running(th);
}
static Value interp_fn_run_string(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[1])) return raise_type_error(th, "_interpreters.run_string() argument 2 must be a string, not %T", args[1]);
    return interp_fn_exec(th, self, args);
}
static Value interp_fn_run_func(Thread *th, Value self, Value *args) {
    if (type_of(args[1]) != &type_function && type_of(args[1]) != &type_code)
        return raise_type_error(th, "_interpreters.run_func() argument 2 must be a function, not %T", args[1]);
    return interp_fn_exec(th, self, args);
}
static Value interp_fn_call(Thread *th, Value self, Value *args) {
    return find(th, args[0], args[4], "make a call in") ? NO_VALUE : raise_running(th);
}
static Value interp_fn_set_main_attrs(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[1])) return raise_type_error(th, "_interpreters.set___main___attrs() argument 2 must be dict, not %T", args[1]);
    return find(th, args[0], args[2], "update __main__ for") ? NO_VALUE : raise_running(th);
}
static Value interp_fn_is_shareable(Thread *th, Value self, Value *args) { return value_bool(interpreters_shareable(args[0])); }

// ---- a snapshot of an exception --------------------------------------------------------------------------------------------------------

static Value call_named(Thread *th, Value obj, const char *name, const Value *args, size_t nargs) {
    Value key = str_intern_cstr(th, name), r = key ? call_method(th, obj, key, args, nargs) : NO_VALUE;
    decref(th, key);
    return r;
}

// What traceback would print of exc, without the last newline.
static Value error_display(Thread *th, Value exc) {
    Value cls = import_attr(th, "traceback", "TracebackException"), te = NO_VALUE, lines = NO_VALUE, text = NO_VALUE, r = NO_VALUE;
    if (cls) te = call_named(th, cls, "from_exception", &exc, 1);
    if (te) lines = call_named(th, te, "format", NULL, 0);
    if (lines) text = str_join(th, str_empty, lines);
    if (text) r = call_named(th, text, "rstrip", NULL, 0);
    decref(th, cls);
    decref(th, te);
    decref(th, lines);
    decref(th, text);
    return r;
}

// {keys[i]: values[i]} as a namespace; takes over the values, one of which may be NO_VALUE with an exception.
static Value namespace_of_values(Thread *th, const char *const *keys, const Value *values_owned, size_t n) {
    Value d = dict_new(th);
    bool ok = d != NO_VALUE;
    for (size_t i = 0; i < n; i++) {
        ok = ok && values_owned[i] && dict_set_str(th, AS(Dict, d), keys[i], values_owned[i]) == 0;
        decref(th, values_owned[i]);
    }
    if (ok) return namespace_of(th, d);
    decref(th, d);
    return NO_VALUE;
}

static Value interp_fn_capture_exception(Thread *th, Value self, Value *args) {
    Value exc = args[0];
    if (!exc || exc == VALUE_NONE) return VALUE_NONE;    // an exception that is being handled is not meant
    if (!value_is_instance(exc, &exc_BaseException)) return raise_type_error(th, "expected exception, got %R", exc);
    static const char *const type_keys[] = {"__name__", "__qualname__", "__module__"}, *const keys[] = {"type", "msg", "formatted", "errdisplay"};
    incref(th, exc);
    Value type = VALUE_OF(type_of(exc)), v[4] = {0}, t[3] = {0};
    for (size_t i = 0; i < 3 && (i == 0 || t[i - 1]); i++) {
        Value key = str_intern_cstr(th, type_keys[i]);
        t[i] = key ? object_getattr(th, type, key) : NO_VALUE;
        decref(th, key);
    }
    Value name = t[2] ? new_ref(th, t[0]) : NO_VALUE;
    if ((v[0] = namespace_of_values(th, type_keys, t, 3)) && (v[1] = object_str(th, exc)) &&
        (v[2] = str_format(th, "%S: %S", name, v[1]))) v[3] = error_display(th, exc);
    decref(th, name);
    decref(th, exc);
    return namespace_of_values(th, keys, v, 4);
}

// ---- the module ------------------------------------------------------------------------------------------------------------------------

static const MethodDef interp_functions[] = {
    {"call", "(id, callable, args=None, kwargs=None, *, restrict=False)", interp_fn_call, "Call the object in the interpreter."},
    {"capture_exception", "(exc=None)", interp_fn_capture_exception, "A snapshot of the exception."},
    {"create", "(config=None, *, reqrefs=False)", interp_fn_create, "Create an interpreter (not supported)."},
    {"decref", "(id, *, restrict=False)", interp_fn_decref, NULL},
    {"destroy", "(id, *, restrict=False)", interp_fn_destroy, "Destroy the interpreter."},
    {"exec", "(id, code, shared=None, *, restrict=False)", interp_fn_exec, "Execute the code in the interpreter's __main__ module."},
    {"get_config", "(id, *, restrict=False)", interp_fn_get_config, "The configuration that the interpreter was started with."},
    {"get_current", "()", interp_fn_get_current, "The id of the current interpreter, and what made it."},
    {"get_main", "()", interp_fn_get_current, "The id of the main interpreter, and what made it."},
    {"incref", "(id, *, implieslink=False, restrict=False)", interp_fn_incref, NULL},
    {"is_running", "(id, *, restrict=False)", interp_fn_is_running, "Whether the interpreter is running."},
    {"is_shareable", "(obj)", interp_fn_is_shareable, "Whether the object's data may be shared between interpreters."},
    {"list_all", "(*, require_ready=False)", interp_fn_list_all, "The ids of all interpreters, and what made each."},
    {"new_config", "(name='isolated', /, **overrides)", interp_fn_new_config, "A new configuration: isolated, default, legacy or empty, with fields overridden.", METH_RAW},
    {"run_func", "(id, func, shared=None, *, restrict=False)", interp_fn_run_func, "Execute the body of the function in the interpreter."},
    {"run_string", "(id, script, shared=None, *, restrict=False)", interp_fn_run_string, "Execute the text in the interpreter."},
    {"set___main___attrs", "(id, ns, *, restrict=False)", interp_fn_set_main_attrs, "Bind attributes of the interpreter's __main__ module."},
    {"whence", "(id)", interp_fn_whence, "What made the interpreter."},
    {0}
};

int interpreters_init(Thread *th) {
    if (interpreter_error) return 0;
    Value base = exception_create_type(th, "concurrent.interpreters.InterpreterError", NO_VALUE, "A cross-interpreter operation failed");
    if (!base) return -1;
    not_found_error = exception_create_type(th, "concurrent.interpreters.InterpreterNotFoundError", base, "An interpreter was not found");
    not_shareable_error = exception_create_type(th, "concurrent.interpreters.NotShareableError", VALUE_OF(&exc_TypeError), NULL);
    if (!not_found_error || !not_shareable_error) {
        clear_ref(th, &not_found_error);
        clear_ref(th, &not_shareable_error);
        decref(th, base);
        return -1;
    }
    gc_add_root(&not_found_error);
    gc_add_root(&not_shareable_error);
    gc_add_root(&interpreter_error);
    interpreter_error = base;
    return 0;
}

static int interp_exec(Thread *th, Value m) {
    if (interpreters_init(th)) return -1;
    const struct { const char *name; Value v; } errors[] = {
        {"InterpreterError", interpreter_error}, {"InterpreterNotFoundError", not_found_error}, {"NotShareableError", not_shareable_error},
    };
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (module_add(th, m, errors[i].name, new_ref(th, errors[i].v))) return -1;
    static const char *const whence[] = {"WHENCE_UNKNOWN", "WHENCE_RUNTIME", "WHENCE_LEGACY_CAPI", "WHENCE_CAPI", "WHENCE_XI", "WHENCE_STDLIB"};
    for (size_t i = 0; i < ARRAY_LEN(whence); i++)
        if (module_add_int(th, m, whence[i], (int64_t)i)) return -1;
    return 0;
}
const ModuleDef module__interpreters = { "_interpreters", "What concurrent.interpreters stands on. A process has one interpreter here.", interp_functions, interp_exec };
