// SPDX-License-Identifier: MIT
// The module _warnings: filters, registries, showing. State: the default filters and registry (objects shared with warnings.py), the version of the
// filters, and one reentrant lock that callers of the module take around changes of the filters; the C functions here take it while they decide.
#include <stdio.h>
#include <stdlib.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/exception.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/sys/sys.h"

#include <pthread.h>

static Value filters, once_registry, default_action, context_var;   // [c] after the module was made
static int64_t filters_version;                                      // [l]
static uint8_t lock_word;
static Thread *lock_owner;   // [a]
static int lock_depth;       // [l]

static void lock_take(Thread *th) {
    if (atomic_load_relaxed(&lock_owner) != th) {
        word_lock(th, &lock_word, -1, false);
        atomic_store_relaxed(&lock_owner, th);
    }
    lock_depth++;
}
static bool lock_drop(Thread *th) {
    if (atomic_load_relaxed(&lock_owner) != th) return false;
    if (--lock_depth == 0) {
        atomic_store_relaxed(&lock_owner, NULL);
        word_unlock(&lock_word);
    }
    return true;
}

// In a forked child: nobody who is left holds it, unless this thread does.
static void lock_after_fork(void) {
    if (lock_owner == thread_current()) return;
    lock_word = 0;
    lock_owner = NULL;
    lock_depth = 0;
}
__attribute__((constructor)) static void lock_load(void) { pthread_atfork(NULL, NULL, lock_after_fork); }

static Value name_of(Thread *th, const char *text) { return str_intern_cstr(th, text); }

// Attribute of the module warnings: new reference; NO_VALUE without exception when it isn't imported (and not to be), or lacks the name.
static Value warnings_attr(Thread *th, const char *attr, bool try_import) {
    Value m = NO_VALUE, v;
    if (try_import && !atomic_load_relaxed(&sys_finalizing)) {
        m = import_module(th, "warnings");
        if (!m) {
            if (!error_clear_if(th, &exc_ImportError)) return NO_VALUE;
            return NO_VALUE;
        }
    } else {
        Value key = name_of(th, "warnings");
        m = key ? dict_get_str(th, AS(Dict, modules_dict), key) : NO_VALUE;
        if (!m) return NO_VALUE;
    }
    int r = object_getattr_optional(th, m, name_of(th, attr), &v);
    decref(th, m);
    return r > 0 ? v : NO_VALUE;
}

// ---- filters ---------------------------------------------------------------------------------------------------

// 1, 0, -1. A str must be equal, anything else has a match method.
static int matches(Thread *th, Value pattern, Value arg) {
    if (pattern == VALUE_NONE) return 1;
    if (value_is_exact_str(pattern)) return object_equal(th, pattern, arg);
    Value r = call_method1(th, pattern, name_of(th, "match"), arg);
    if (!r) return -1;
    int t = r == VALUE_NONE ? 0 : object_truth(th, r);
    decref(th, r);
    return t;
}

// The filters of the current context, or None.
static Value context_filters(Thread *th) {
    if (!context_var) return VALUE_NONE;
    Value ctx = call_method1(th, context_var, name_of(th, "get"), VALUE_NONE);
    if (!ctx || ctx == VALUE_NONE) return ctx;
    Value f = object_getattr(th, ctx, name_of(th, "_filters"));
    decref(th, ctx);
    if (f && !value_is_list(f)) {
        raise_value_error(th, "_filters of warnings._warnings_context must be a list");
        clear_ref(th, &f);
    }
    return f;
}

// The action of the first filter that fits: new reference; NO_VALUE without an exception when none does.
static Value search(Thread *th, Value list, const char *what, Value category, Value text, int64_t lineno, Value module, Value *item_out) {
    for (size_t i = 0; i < list_len(AS(List, list)); i++) {
        Value item = list_get(th, AS(List, list), (intptr_t)i);
        if (!item) return error_clear_if(th, &exc_IndexError) ? NO_VALUE : NO_VALUE;
        if (!value_is_tuple(item) || AS(Tuple, item)->len != 5) {
            decref(th, item);
            return raise_value_error(th, "warnings.%s item %zu isn't a 5-tuple", what, i);
        }
        Value *f = AS(Tuple, item)->items;
        int64_t ln;
        int ok = -1;
        if (!value_is_str(f[0])) raise_type_error(th, "action must be a string, not '%.200s'", type_of(f[0])->name);
        else if ((ok = matches(th, f[1], text)) > 0 && (ok = object_issubclass(th, category, f[2])) > 0 && (ok = matches(th, f[3], module)) > 0)
            ok = number_as_i64(th, f[4], &ln) ? -1 : ln == 0 || ln == lineno;
        if (ok > 0) {
            *item_out = item;
            return new_ref(th, f[0]);
        }
        decref(th, item);
        if (ok < 0) return NO_VALUE;
    }
    return NO_VALUE;
}

static Value get_action(Thread *th, Value category, Value text, int64_t lineno, Value module, Value *item) {
    *item = VALUE_NONE;
    Value list = context_filters(th);
    if (!list) return NO_VALUE;
    Value action;
    if (list != VALUE_NONE) action = search(th, list, "_warnings_context", category, text, lineno, module, item);
    else {
        list = warnings_attr(th, "filters", false);
        if (th->exc) return NO_VALUE;
        if (!list) list = new_ref(th, filters);
        if (!value_is_list(list)) {
            decref(th, list);
            return raise_value_error(th, "warnings.filters must be a list");
        }
        action = search(th, list, "filters", category, text, lineno, module, item);
    }
    decref(th, list);
    if (action || th->exc) return action;
    action = warnings_attr(th, "defaultaction", false);
    if (th->exc) return NO_VALUE;
    if (!action) action = new_ref(th, default_action);
    if (!value_is_str(action)) {
        raise_type_error(th, "warnings.defaultaction must be a string, not '%.200s'", type_of(action)->name);
        clear_ref(th, &action);
    }
    return action;
}

// Has key been seen in this registry, since the filters changed? 1, 0, -1.
static int already_warned(Thread *th, Value registry, Value key, bool set) {
    if (!value_is_dict(registry)) return 0;
    Value version;
    int r = dict_get(th, AS(Dict, registry), name_of(th, "version"), &version);
    if (r < 0) return -1;
    bool same = r > 0 && value_is_imm_int(version) && value_imm_int_get(version) == filters_version;
    if (r > 0) decref(th, version);
    if (!same) {
        dict_clear(th, AS(Dict, registry));
        if (dict_set(th, AS(Dict, registry), name_of(th, "version"), value_imm_int(filters_version))) return -1;
    } else {
        Value v;
        r = dict_get(th, AS(Dict, registry), key, &v);
        if (r < 0) return -1;
        if (r > 0) {
            r = object_truth(th, v);
            decref(th, v);
            if (r) return r;
        }
    }
    return set ? dict_set(th, AS(Dict, registry), key, VALUE_TRUE) : 0;
}
static int update_registry(Thread *th, Value registry, Value text, Value category) {
    Value key = tuple_pack2(th, text, category);
    int r = key ? already_warned(th, registry, key, true) : -1;
    decref(th, key);
    return r;
}

// ---- showing ---------------------------------------------------------------------------------------------------

// Line n of a file without the blanks around it: new Str or NO_VALUE (no exception).
static Value source_line(Thread *th, Value filename, int64_t lineno) {
    Value hold = NO_VALUE;
    size_t n;
    const char *p = str_fs_path(th, filename, &n, &hold);
    Value line = NO_VALUE;
    FILE *f = p ? fopen(p, "re") : NULL;
    if (f) {
        char *buf = NULL;
        size_t cap = 0;
        ssize_t len = -1;
        for (int64_t i = 0; i < lineno; i++)
            if ((len = getline(&buf, &cap, f)) < 0) break;
        if (len >= 0) {
            char *s = buf, *e = buf + len;
            while (s < e && (*s == ' ' || *s == '\t' || *s == '\f')) s++;
            while (e > s && (e[-1] == '\n' || e[-1] == '\r' || e[-1] == ' ')) e--;
            line = str_from_fs(th, s, (size_t)(e - s));
        }
        free(buf);
        fclose(f);
    }
    decref(th, hold);
    if (th->exc) error_clear(th);
    return line;
}

static void show_plainly(Thread *th, Value filename, int64_t lineno, Value text, Value category, Value line_given) {
    Value line = line_given ? new_ref(th, line_given) : source_line(th, filename, lineno);
    Value s = line && AS(Str, line)->len ? str_format(th, "%S:%lld: %s: %S\n  %S\n", filename, (long long)lineno, AS(Type, category)->name, text, line)
                                         : str_format(th, "%S:%lld: %s: %S\n", filename, (long long)lineno, AS(Type, category)->name, text);
    decref(th, line);
    Value file = s ? sys_get(th, "stderr") : NO_VALUE;
    if (file && file != VALUE_NONE) {
        Value r = call_method1(th, file, name_write, s);
        decref(th, r);
    }
    decref(th, file);
    decref(th, s);
    if (th->exc) error_clear(th);
}

static int show(Thread *th, Value category, Value text, Value message, Value filename, int64_t lineno, Value line, Value source) {
    // A source needs tracemalloc's help in warnings.py: then that is worth an import.
    Value fn = warnings_attr(th, "_showwarnmsg", source != NO_VALUE);
    if (!fn) {
        if (th->exc) return -1;
        show_plainly(th, filename, lineno, text, category, line);
        return 0;
    }
    int r = -1;
    if (!object_callable(fn)) raise_type_error(th, "warnings._showwarnmsg() must be set to a callable");
    else {
        Value cls = warnings_attr(th, "WarningMessage", false);
        if (!cls) {
            if (!th->exc) raise_error(th, &exc_RuntimeError, "unable to get warnings.WarningMessage");
        } else {
            Value a[7] = {message, category, filename, value_imm_int(lineno), VALUE_NONE, line ? line : VALUE_NONE, source ? source : VALUE_NONE};
            Value msg = object_call(th, cls, a, 7, NO_VALUE), res = msg ? call1(th, fn, msg) : NO_VALUE;
            r = res ? 0 : -1;
            decref(th, msg);
            decref(th, res);
        }
        decref(th, cls);
    }
    decref(th, fn);
    return r;
}

// ---- deciding --------------------------------------------------------------------------------------------------

static Value module_of_file(Thread *th, Value filename) {
    size_t n = AS(Str, filename)->len;
    if (n == 0) return str_from_cstr(th, "<unknown>");
    Str *s = AS(Str, filename);
    if (n >= 3 && str_char_at(s, n - 3) == '.' && str_char_at(s, n - 2) == 'p' && str_char_at(s, n - 1) == 'y') return str_substring(th, filename, 0, n - 3);
    return new_ref(th, filename);
}

// All borrowed; module, registry, line, source may be NO_VALUE. 0 or -1.
static int warn_explicit(Thread *th, Value category, Value message, Value filename, int64_t lineno, Value module, Value registry, Value line, Value source) {
    if (registry == VALUE_NONE) registry = NO_VALUE;
    if (registry && !value_is_dict(registry)) {
        raise_type_error(th, "'registry' must be a dict or None, not %T", registry);
        return -1;
    }
    int r = -1;
    Value text = NO_VALUE, msg = NO_VALUE, key = NO_VALUE, action = NO_VALUE, item = VALUE_NONE;
    Value mod = module ? new_ref(th, module) : module_of_file(th, filename);
    if (!mod) return -1;
    int is_warning = object_isinstance(th, message, VALUE_OF(&exc_Warning));
    if (is_warning < 0) goto out;
    if (is_warning) {
        text = object_str(th, message);
        msg = new_ref(th, message);
        category = VALUE_OF(type_of(message));
    } else {
        text = new_ref(th, message);
        msg = call1(th, category, message);
    }
    if (!text || !msg) goto out;
    key = tuple_pack3(th, text, category, value_imm_int(lineno));
    if (!key) goto out;
    lock_take(th);
    int seen = registry ? already_warned(th, registry, key, false) : 0;
    if (seen == 0) action = get_action(th, category, text, lineno, mod, &item);
    bool shown = false;
    if (seen > 0) r = 0;
    else if (seen < 0 || !action) r = -1;
    else if (str_equal_cstr(action, "error")) {
        raise_object(th, msg, NO_VALUE);
        r = -1;
    } else if (str_equal_cstr(action, "ignore")) r = 0;
    else {
        int again = 0;
        if (!str_equal_cstr(action, "always") && !str_equal_cstr(action, "all")) {
            if (registry && dict_set(th, AS(Dict, registry), key, VALUE_TRUE)) again = -1;
            else if (str_equal_cstr(action, "once")) {
                Value reg = registry ? new_ref(th, registry) : warnings_attr(th, "onceregistry", false);
                if (!reg && !th->exc) reg = new_ref(th, once_registry);
                again = reg ? update_registry(th, reg, text, category) : -1;
                decref(th, reg);
            } else if (str_equal_cstr(action, "module")) {
                if (registry) again = update_registry(th, registry, text, category);
            } else if (!str_equal_cstr(action, "default")) {
                raise_error(th, &exc_RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action, item);
                again = -1;
            }
        }
        shown = again == 0;
        r = again < 0 ? -1 : 0;
    }
    lock_drop(th);
    if (shown) r = show(th, category, text, msg, filename, lineno, line, source);
out:
    decref(th, text);
    decref(th, msg);
    decref(th, key);
    decref(th, action);
    decref(th, item);
    decref(th, mod);
    return r;
}

// ---- where from ------------------------------------------------------------------------------------------------

static bool contains(Value s, const char *needle) {
    size_t n = strlen(needle), len = AS(Str, s)->len;
    for (size_t i = 0; i + n <= len; i++) {
        size_t k = 0;
        while (k < n && str_char_at(AS(Str, s), i + k) == (unsigned char)needle[k]) k++;
        if (k == n) return true;
    }
    return false;
}
static bool is_internal(const Frame *f) { return contains(f->code->filename, "importlib") && contains(f->code->filename, "_bootstrap"); }
static bool starts_with(Value s, Value prefix) {
    size_t n = AS(Str, prefix)->len;
    if (n > AS(Str, s)->len) return false;
    for (size_t i = 0; i < n; i++)
        if (str_char_at(AS(Str, s), i) != str_char_at(AS(Str, prefix), i)) return false;
    return true;
}
static bool is_skipped(const Frame *f, Value prefixes) {
    if (!prefixes) return false;
    for (size_t i = 0; i < AS(Tuple, prefixes)->len; i++)
        if (starts_with(f->code->filename, AS(Tuple, prefixes)->items[i])) return true;
    return false;
}
static Frame *next_external(Frame *f, Value prefixes) {
    do f = f->back;
    while (f && (is_internal(f) || is_skipped(f, prefixes)));
    return f;
}

// prefixes: Tuple of Str or NO_VALUE.
static int warn_here(Thread *th, Value category, Value message, int64_t stack_level, Value source, Value prefixes) {
    Frame *f = th->frame;
    if (stack_level <= 0 || (f && is_internal(f))) {
        while (--stack_level > 0 && f) f = f->back;
    } else
        while (--stack_level > 0 && f) f = next_external(f, prefixes);
    Dict *globals;
    Value filename;
    int64_t lineno;
    if (!f) {
        globals = sys_dict;
        filename = str_intern_cstr(th, "<sys>");
        lineno = 0;
    } else {
        globals = frame_globals(f);
        filename = new_ref(th, f->code->filename);
        lineno = frame_lineno(f);
    }
    if (!filename) return -1;
    incref(th, VALUE_OF(globals));
    Value registry = NO_VALUE, module = NO_VALUE, key = name_of(th, "__warningregistry__");
    int r = -1, has = key ? dict_get(th, globals, key, &registry) : -1;
    if (has == 0) {
        registry = dict_new(th);
        if (!registry || dict_set(th, globals, key, registry)) goto out;
    } else if (has < 0) {
        registry = NO_VALUE;
        goto out;
    }
    has = dict_get(th, globals, name_d_name, &module);
    if (has < 0) {
        module = NO_VALUE;
        goto out;
    }
    if (has == 0 || (module != VALUE_NONE && !value_is_str(module))) {
        if (has > 0) decref(th, module);
        module = str_from_cstr(th, "<string>");
        if (!module) goto out;
    }
    r = warn_explicit(th, category, message, filename, lineno, module, registry, NO_VALUE, source);
out:
    decref(th, registry);
    decref(th, module);
    decref(th, filename);
    decref(th, VALUE_OF(globals));
    return r;
}

static int hook(Thread *th, Type *category, Value message, int stack_level, Value source) {
    if (!filters) { // before the module is there: the defaults of a plain start
        if (category != &exc_SyntaxWarning && category != &exc_RuntimeWarning && category != &exc_UserWarning) return 0;
        Value name = str_intern_cstr(th, "_warnings"), m = name ? import_module(th, "_warnings") : NO_VALUE;
        decref(th, m);
        if (!m) {
            error_clear(th);
            return 0;
        }
    }
    return warn_here(th, VALUE_OF(category), message, stack_level, source, NO_VALUE);
}

// ---- functions -------------------------------------------------------------------------------------------------

static Value get_category(Thread *th, Value message, Value category) {
    int r = object_isinstance(th, message, VALUE_OF(&exc_Warning));
    if (r < 0) return NO_VALUE;
    if (r) category = VALUE_OF(type_of(message));
    else if (!category || category == VALUE_NONE) category = VALUE_OF(&exc_UserWarning);
    if (value_is_type(category)) {
        r = object_issubclass(th, category, VALUE_OF(&exc_Warning));
        if (r < 0) return NO_VALUE;
        if (r) return category;
        return raise_type_error(th, "category must be a Warning subclass, not class '%N'", AS(Type, category));
    }
    return raise_type_error(th, "category must be a Warning subclass, not '%T'", category);
}

static Value warnings_fn_warn(Thread *th, Value self, Value *args) {
    int64_t level = 1;
    if (args[2] && number_as_i64(th, args[2], &level)) return NO_VALUE;
    Value prefixes = args[4];
    if (prefixes) {
        if (!value_is_tuple(prefixes)) return raise_type_error(th, "warn() argument 'skip_file_prefixes' must be tuple, not %T", prefixes);
        if (AS(Tuple, prefixes)->len == 0) prefixes = NO_VALUE;
        else {
            for (size_t i = 0; i < AS(Tuple, prefixes)->len; i++)
                if (!value_is_str(AS(Tuple, prefixes)->items[i]))
                    return raise_type_error(th, "Found non-str '%s' in skip_file_prefixes.", type_of(AS(Tuple, prefixes)->items[i])->name);
            if (level < 2) level = 2;
        }
    }
    Value category = get_category(th, args[0], args[1]);
    if (!category) return NO_VALUE;
    return warn_here(th, category, args[0], level, args[3] == VALUE_NONE ? NO_VALUE : args[3], prefixes) ? NO_VALUE : VALUE_NONE;
}

// The line through module_globals' loader: new reference, NO_VALUE without exception when there is none.
static Value line_from_loader(Thread *th, Value globals, int64_t lineno) {
    Value external = import_attr(th, "_frozen_importlib_external", "_bless_my_loader"), loader = external ? call1(th, external, globals) : NO_VALUE;
    Value name = NO_VALUE, line = NO_VALUE, get, spec;
    decref(th, external);
    if (!loader) return NO_VALUE;
    int r = loader == VALUE_NONE ? 0 : dict_get(th, AS(Dict, globals), name_d_name, &name);
    if (r > 0 && value_is_str(name) && str_equal_cstr(name, "__main__") && dict_get(th, AS(Dict, globals), name_d_spec, &spec) > 0) {
        // The program's loader knows it under the name it was found by.
        Value real;
        if (spec != VALUE_NONE && object_getattr_optional(th, spec, name_name, &real) > 0) set_ref(th, &name, real);
        decref(th, spec);
    }
    if (r > 0) r = object_getattr_optional(th, loader, name_of(th, "get_source"), &get);
    decref(th, loader);
    if (r > 0) {
        Value source = call1(th, get, name);
        decref(th, get);
        if (!source && value_is_str(name) && str_equal_cstr(name, "__main__")) error_clear_if(th, &exc_ImportError);
        if (source && value_is_str(source)) {
            Value lines = str_splitlines(th, source, false);
            if (lines && lineno >= 1 && (size_t)lineno <= list_len(AS(List, lines))) line = list_get(th, AS(List, lines), (intptr_t)lineno - 1);
            decref(th, lines);
        }
        decref(th, source);
    }
    decref(th, name);
    return line;
}

static Value warnings_fn_warn_explicit(Thread *th, Value self, Value *args) {
    int64_t lineno;
    if (!value_is_str(args[2])) return raise_type_error(th, "warn_explicit() argument 'filename' must be str, not %T", args[2]);
    if (number_as_i64(th, args[3], &lineno)) return NO_VALUE;
    if (!value_is_type(args[1])) {
        int r = object_isinstance(th, args[0], VALUE_OF(&exc_Warning));
        if (r < 0) return NO_VALUE;
        if (!r) return raise_type_error(th, "category must be a Warning subclass, not '%T'", args[1]);
    }
    Value globals = args[6] == VALUE_NONE ? NO_VALUE : args[6], line = NO_VALUE;
    if (globals) {
        if (!value_is_dict(globals)) return raise_type_error(th, "module_globals must be a dict, not '%.200s'", type_of(globals)->name);
        line = line_from_loader(th, globals, lineno);
        if (th->exc) return NO_VALUE;
    }
    int r = warn_explicit(th, args[1], args[0], args[2], lineno, args[4], args[5], line, args[7] == VALUE_NONE ? NO_VALUE : args[7]);
    decref(th, line);
    return r ? NO_VALUE : VALUE_NONE;
}

static Value warnings_fn_filters_mutated(Thread *th, Value self, Value *args) {
    if (atomic_load_relaxed(&lock_owner) != th) return raise_error(th, &exc_RuntimeError, "warnings lock is not held");
    filters_version++;
    return VALUE_NONE;
}
static Value warnings_fn_acquire(Thread *th, Value self, Value *args) {
    lock_take(th);
    return VALUE_NONE;
}
static Value warnings_fn_release(Thread *th, Value self, Value *args) {
    return lock_drop(th) ? VALUE_NONE : raise_error(th, &exc_RuntimeError, "cannot release un-acquired lock");
}

static const MethodDef warnings_fns[] = {
    {"warn", "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())", warnings_fn_warn, "Issues a warning, or ignores it, or raises it."},
    {"warn_explicit", "(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)", warnings_fn_warn_explicit,
     "Issues a warning for a given place."},
    {"_filters_mutated_lock_held", "()", warnings_fn_filters_mutated, "Says that the filters changed; the lock is held."},
    {"_acquire_lock", "()", warnings_fn_acquire, "Takes the lock of the filters."},
    {"_release_lock", "()", warnings_fn_release, "Releases the lock of the filters."},
    {0}
};

static Value make_filter(Thread *th, Type *category, const char *action, const char *module) {
    Value items[5] = {str_intern_cstr(th, action), VALUE_NONE, VALUE_OF(category), module ? str_intern_cstr(th, module) : VALUE_NONE, value_imm_int(0)};
    return tuple_from_array(th, items, 5);
}

static int warnings_exec(Thread *th, Value m) {
    if (!filters) {
        static const struct { Type *category; const char *action, *module; } rows[] = {
            {&exc_DeprecationWarning, "default", "__main__"}, {&exc_DeprecationWarning, "ignore", NULL}, {&exc_PendingDeprecationWarning, "ignore", NULL},
            {&exc_ImportWarning, "ignore", NULL}, {&exc_ResourceWarning, "ignore", NULL}};
        Value l = list_new(th, 5);
        for (size_t i = 0; l && i < ARRAY_LEN(rows); i++) {
            Value f = make_filter(th, rows[i].category, rows[i].action, rows[i].module);
            if (!f || list_append_owned(th, AS(List, l), f)) clear_ref(th, &l);
        }
        once_registry = dict_new(th);
        default_action = str_intern_cstr(th, "default");
        Value cls = import_attr(th, "_contextvars", "ContextVar"), name = str_intern_cstr(th, "_warnings_context");
        context_var = cls && name ? call1(th, cls, name) : NO_VALUE;
        decref(th, cls);
        if (!l || !once_registry || !context_var) return -1;
        gc_add_root(&filters);
        gc_add_root(&once_registry);
        gc_add_root(&context_var);
        filters = l;
        error_warn_hook = hook;
    }
    return module_add(th, m, "filters", new_ref(th, filters)) || module_add(th, m, "_onceregistry", new_ref(th, once_registry)) ||
                   module_add(th, m, "_defaultaction", new_ref(th, default_action)) || module_add(th, m, "_warnings_context", new_ref(th, context_var))
               ? -1 : 0;
}

__attribute__((constructor)) static void warnings_load(void) { error_warn_hook = hook; }

const ModuleDef module__warnings = { "_warnings", "Warning filters and the showing of warnings.", warnings_fns, warnings_exec };
