// SPDX-License-Identifier: MIT
// Importing as the import statements see it: the fast path for modules that are there, and the errors of `from x import y`. Finding and loading is
// importlib's (the frozen-in Python half).
#include "core/vm/interp_int.h"

#include <stdio.h>

#include "core/object/call.h"
#include "core/object/module.h"
#include "core/object/module_shadow.h"
#include "sched/thread/lock.h"

Value import_bootstrap;
Value (*import_native_hook)(Thread *th, Value name);

static Value sys_modules(Thread *th) {
    if (modules_dict == NO_VALUE) return raise_error(th, &exc_RuntimeError, "unable to get sys.modules");
    return new_ref(th, modules_dict);
}
static Value importlib_bootstrap(Thread *th) { return import_bootstrap; }
static Value import_native(Thread *th, Value name) {
    Value m = import_native_hook ? import_native_hook(th, name) : NO_VALUE;
    if (m == NO_VALUE && !error_pending(th)) raise_error(th, &exc_ModuleNotFoundError, "No module named %R", name);
    return m;
}

// Is the module still being initialised (__spec__._initializing)? 1, 0, -1.
static int initializing(Thread *th, Value module) {
    Value spec, v;
    int r = object_getattr_optional(th, module, name_d_spec, &spec);
    if (r <= 0) return r;
    r = spec == VALUE_NONE ? 0 : object_getattr_optional(th, spec, name_initializing, &v);
    decref(th, spec);
    if (r <= 0) return r;
    r = object_truth(th, v);
    decref(th, v);
    return r;
}
static int modules_get(Thread *th, Value name, Value *out) {
    Value m = sys_modules(th);
    if (m == NO_VALUE) return -1;
    int r;
    if (value_is_exact_dict(m)) r = dict_get(th, AS(Dict, m), name, out);
    else {
        *out = object_getitem(th, m, name);
        r = *out != NO_VALUE ? 1 : error_clear_if(th, &exc_KeyError) ? 0 : -1;
    }
    decref(th, m);
    return r;
}
// Takes importlib's own frames out of the pending exception's traceback: all of them for ImportError, else each chunk that ends in
// _call_with_frames_removed.
static void remove_importlib_frames(Thread *th) {
    Value exc = th->exc;
    if (exc == NO_VALUE) return;
    bool always = exception_is(exc, &exc_ImportError), inside = false;
    Value *outer = &AS(Exception, exc)->traceback, *prev = outer;
    Value tb = *outer;
    while (tb != NO_VALUE) {
        Traceback *t = AS(Traceback, tb);
        const Code *c = AS(FrameObject, t->frame)->code;
        bool now = str_equal_cstr(c->filename, "<frozen importlib._bootstrap>") || str_equal_cstr(c->filename, "<frozen importlib._bootstrap_external>");
        if (now && !inside) outer = prev;
        inside = now;
        Value next = t->next;
        if (inside && (always || str_equal_cstr(c->name, "_call_with_frames_removed"))) {
            incref(th, next);
            Value old = *outer;
            *outer = next;
            decref(th, old);
            prev = outer;
        } else prev = &t->next;
        tb = next;
    }
}
static Value bootstrap_call(Thread *th, const char *fn, const Value *args, size_t n) {
    Value b = importlib_bootstrap(th);
    if (b == NO_VALUE) return NO_VALUE;
    Value f = object_getattr_cstr(th, b, fn);
    if (f == NO_VALUE) return NO_VALUE;
    Value r = object_call(th, f, args, n, NO_VALUE);
    decref(th, f);
    return r;
}
int vm_import_time;   // -X importtime: 1 loaded modules, 2 also those that were there

// How long imports took, nested ones apart.
static __thread struct { int level; int64_t nested; bool header; } import_clock;
static void import_time_row(Thread *th, Value name, const char *self, const char *total) {
    static uint8_t header;
    if (!atomic_swap_acq_rel(&header, (uint8_t)1)) fputs("import time: self [us] | cumulative | imported package\n", stderr);
    Value shown = object_ascii(th, name), hold = NO_VALUE;
    size_t n = 0;
    const char *p = shown ? str_utf8(th, shown, &n, &hold) : NULL;
    if (p && n >= 2) fprintf(stderr, "import time: %9s | %10s | %*s%.*s\n", self, total, import_clock.level * 2, "", (int)n - 2, p + 1);
    else error_clear(th);
    decref(th, hold);
    decref(th, shown);
}
static Value import_timed(Thread *th, Value name, const Value *args) {
    int64_t before = import_clock.nested, start = thread_clock_ns();
    import_clock.nested = 0;
    import_clock.level++;
    Value m = bootstrap_call(th, "_find_and_load", args, 2);
    import_clock.level--;
    int64_t total = thread_clock_ns() - start;
    char self_text[24], total_text[24];
    snprintf(self_text, sizeof self_text, "%lld", (long long)(total - import_clock.nested) / 1000);
    snprintf(total_text, sizeof total_text, "%lld", (long long)total / 1000);
    Value exc = error_fetch(th);
    import_time_row(th, name, self_text, total_text);
    error_restore(th, exc);
    import_clock.nested = before + total;
    return m;
}

// Modules of the standard library that get something from one of ours once they are there. asyncio's last: the native loop becomes its default (without our
// library folder the default stays); opcode: operands and jumps of the instructions that co_code shows.
void (*import_linecache_hook)(Thread *th);
static int after_load(Thread *th, Value name) {
    if (import_linecache_hook && str_equal_cstr(name, "linecache")) import_linecache_hook(th);
    static const struct { const char *name, *ours; } rows[] = {{"asyncio.unix_events", "ladon.loop"}, {"opcode", "_opcode"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!str_equal_cstr(name, rows[i].name)) continue;
        Value f = import_attr(th, rows[i].ours, "_install"), r = f ? call0(th, f) : NO_VALUE;
        decref(th, f);
        decref(th, r);
        return r || error_clear_if(th, &exc_ImportError) ? 0 : -1;
    }
    return 0;
}
// The module called abs_name, loaded if need be. New reference.
// Is the pending exception importlib's about a circle of module locks?
static bool deadlock_error(Thread *th) { return th->exc != NO_VALUE && strcmp(type_of(th->exc)->name, "_DeadlockError") == 0; }

static Value import_absolute(Thread *th, Value abs_name) {
    Value m;
    int r = modules_get(th, abs_name, &m);
    if (r < 0) return NO_VALUE;
    if (r > 0 && m != VALUE_NONE) {
        if (UNLIKELY(vm_import_time > 1)) import_time_row(th, abs_name, "cached   ", "cached    ");
        r = initializing(th, m);
        if (r < 0) { decref(th, m); return NO_VALUE; }
        if (r == 0) return m;
        // Another thread may be in the middle of it: wait for its lock.
        if (importlib_bootstrap(th) != NO_VALUE) {
            Value done = bootstrap_call(th, "_lock_unlock_module", &abs_name, 1);
            if (done == NO_VALUE) { decref(th, m); return NO_VALUE; }
            decref(th, done);
        }
        // It may have failed there, and is gone again.
        Value now;
        r = modules_get(th, abs_name, &now);
        if (r > 0 && now == m) { decref(th, now); return m; }
        decref(th, m);
        if (r < 0) return NO_VALUE;
        if (r > 0 && now != VALUE_NONE) return now;
        m = now;
    }
    if (r > 0) decref(th, m);
    if (importlib_bootstrap(th) == NO_VALUE) return import_native(th, abs_name);
    Value imp = builtins_default ? dict_get_str(th, builtins_default, name_d_import) : NO_VALUE;
    Value args[2] = {abs_name, imp ? imp : VALUE_NONE};
    m = UNLIKELY(vm_import_time) ? import_timed(th, abs_name, args) : bootstrap_call(th, "_find_and_load", args, 2);
    decref(th, imp);
    if (UNLIKELY(m == NO_VALUE) && deadlock_error(th)) {
        // Two threads import modules that import each other, and the other one began this module after we had looked: as above, what there is
        // of it will do. (importlib accepts that where it waits for a module that it has seen, and raises where it has not.)
        Value e = error_fetch(th);
        r = modules_get(th, abs_name, &m);
        if (r > 0 && m != VALUE_NONE) { decref(th, e); return m; }
        if (r > 0) decref(th, m);
        if (r < 0) decref(th, e);
        else error_restore(th, e);
        return NO_VALUE;
    }
    if (m && UNLIKELY(after_load(th, abs_name) < 0)) clear_ref(th, &m);
    return m;
}
// __package__ of globals for a relative import: new reference or NO_VALUE with the error.
static Value package_of(Thread *th, Value globals) {
    if (globals == NO_VALUE) return raise_error(th, &exc_KeyError, "'__name__' not in globals");
    if (!value_is_dict(globals)) return raise_type_error(th, "globals must be a dict");
    Value pkg = NO_VALUE, spec = NO_VALUE, name = NO_VALUE, parent = NO_VALUE, path;
    if (dict_get(th, AS(Dict, globals), name_d_package, &pkg) < 0) return NO_VALUE;
    if (dict_get(th, AS(Dict, globals), name_d_spec, &spec) < 0) goto fail;
    if (spec == VALUE_NONE) spec = NO_VALUE;
    if (pkg != NO_VALUE && pkg != VALUE_NONE) {
        if (!value_is_str(pkg)) { raise_type_error(th, "package must be a string"); goto fail; }
        if (spec != NO_VALUE) {
            if ((parent = object_getattr_cstr(th, spec, "parent")) == NO_VALUE) goto fail;
            int same = object_equal(th, pkg, parent);
            decref(th, parent);
            if (same < 0 || (!same && warn_format(th, &exc_DeprecationWarning, 1, "__package__ != __spec__.parent") < 0)) goto fail;
        }
        decref(th, spec);
        return pkg;
    }
    pkg = NO_VALUE;
    if (spec != NO_VALUE) {
        parent = object_getattr_cstr(th, spec, "parent");
        if (parent == NO_VALUE) goto fail;
        decref(th, spec);
        if (!value_is_str(parent)) { decref(th, parent); return raise_type_error(th, "__spec__.parent must be a string"); }
        return parent;
    }
    if (warn_format(th, &exc_ImportWarning, 1, "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__") < 0) return NO_VALUE;
    int r = dict_get(th, AS(Dict, globals), name_d_name, &name);
    if (r < 0) return NO_VALUE;
    if (r == 0) return raise_error(th, &exc_KeyError, "'__name__' not in globals");
    if (!value_is_str(name)) { decref(th, name); return raise_type_error(th, "__name__ must be a string"); }
    r = dict_get(th, AS(Dict, globals), name_d_path, &path);
    if (r < 0) { decref(th, name); return NO_VALUE; }
    if (r > 0) { decref(th, path); return name; }
    Str *s = AS(Str, name);
    intptr_t dot = str_find(s, AS(Str, name_dot), 0, (intptr_t)s->len, -1);
    Value v = dot < 0 ? new_ref(th, name_empty) : str_substring(th, name, 0, (size_t)dot);
    decref(th, name);
    return v;
fail:
    decref(th, pkg);
    decref(th, spec);
    return NO_VALUE;
}
static Value resolve_name(Thread *th, Value name, Value globals, int64_t level) {
    Value pkg = package_of(th, globals);
    if (pkg == NO_VALUE) return NO_VALUE;
    if (AS(Str, pkg)->len == 0) { decref(th, pkg); return raise_error(th, &exc_ImportError, "attempted relative import with no known parent package"); }
    size_t end = AS(Str, pkg)->len;
    for (int64_t up = 1; up < level; up++) {
        intptr_t dot = str_find(AS(Str, pkg), AS(Str, name_dot), 0, (intptr_t)end, -1);
        if (dot < 0) { decref(th, pkg); return raise_error(th, &exc_ImportError, "attempted relative import beyond top-level package"); }
        end = (size_t)dot;
    }
    Value base = str_substring(th, pkg, 0, end);
    decref(th, pkg);
    if (base == NO_VALUE || AS(Str, name)->len == 0) return base;
    Value v = str_format(th, "%U.%U", base, name);
    decref(th, base);
    return v;
}

Value import_name(Thread *th, Value name, Dict *globals, Value locals, Value fromlist, Value level_v) {
    int64_t level = 0;
    if (level_v != NO_VALUE && level_v != VALUE_NONE && number_as_i64(th, level_v, &level) < 0) return NO_VALUE;
    if (!value_is_str(name)) return raise_type_error(th, "module name must be a string");
    if (level < 0) return raise_value_error(th, "level must be >= 0");
    Value abs;
    if (level > 0) {
        abs = resolve_name(th, name, globals ? VALUE_OF(globals) : NO_VALUE, level);
        if (abs == NO_VALUE) return NO_VALUE;
    } else {
        if (AS(Str, name)->len == 0) return raise_value_error(th, "Empty module name");
        abs = new_ref(th, name);
    }
    Value m = import_absolute(th, abs);
    if (m == NO_VALUE) { decref(th, abs); remove_importlib_frames(th); return NO_VALUE; }
    int from = fromlist == NO_VALUE || fromlist == VALUE_NONE ? 0 : object_truth(th, fromlist);
    if (from < 0) { decref(th, m); decref(th, abs); return NO_VALUE; }
    Value r;
    if (!from) {
        // `import a.b.c` binds a.
        intptr_t dot = str_find(AS(Str, name), AS(Str, name_dot), 0, (intptr_t)AS(Str, name)->len, 1);
        if (dot < 0 || (level > 0 && AS(Str, name)->len == 0)) r = new_ref(th, m);
        else {
            Value front = str_substring(th, name, 0, (size_t)dot);
            if (front == NO_VALUE) r = NO_VALUE;
            else if (level == 0) r = import_absolute(th, front);
            else {
                // The same number of characters is cut off the absolute name.
                size_t cut = AS(Str, name)->len - (size_t)dot;
                Value key = str_substring(th, abs, 0, AS(Str, abs)->len - cut);
                r = NO_VALUE;
                if (key != NO_VALUE) {
                    int got = modules_get(th, key, &r);
                    if (got == 0) r = raise_error(th, &exc_KeyError, "%R not in sys.modules as expected", key);
                    else if (got < 0) r = NO_VALUE;
                    decref(th, key);
                }
            }
            decref(th, front);
        }
    } else {
        Value path;
        int has = object_getattr_optional(th, m, name_d_path, &path);
        if (has < 0) r = NO_VALUE;
        else if (has > 0 && importlib_bootstrap(th) != NO_VALUE) {
            decref(th, path);
            Value b = importlib_bootstrap(th), imp = object_getattr_cstr(th, b, "_gcd_import");
            Value args[3] = {m, fromlist, imp};
            r = imp == NO_VALUE ? NO_VALUE : bootstrap_call(th, "_handle_fromlist", args, 3);
            decref(th, imp);
        } else {
            if (has > 0) decref(th, path);
            r = new_ref(th, m);
        }
    }
    decref(th, m);
    decref(th, abs);
    if (r == NO_VALUE) remove_importlib_frames(th);
    return r;
}
// builtins.__import__ as it was at start: when it still is that, no call is needed.
static bool import_is_ours(Value f) {
    if (!value_is_object(f) || atomic_load_relaxed(&value_object(f)->shape) != &shape_builtin_function) return false;
    return strcmp(AS(BuiltinFunction, f)->def->name, "__import__") == 0;
}
SLOW(import_name) {
    Value *r = &f->regs[instr_b(insn)];
    Value name = AS(Tuple, f->code->names)->items[instr_c(insn)], fn = NO_VALUE, v;
    if (dict_get(th, f->func->builtins, name_d_import, &fn) < 0) return -1;
    if (fn == NO_VALUE) { raise_error(th, &exc_ImportError, "__import__ not found"); return -1; }
    if (import_is_ours(fn)) v = import_name(th, name, f->func->globals, NO_VALUE, r[1], r[0]);
    else {
        Value locals = f->flags & FRAME_HAS_LOCALS ? f->locals : VALUE_NONE;
        Value args[5] = {name, VALUE_OF(f->func->globals), locals, r[1], r[0]};
        v = object_call(th, fn, args, 5, NO_VALUE);
    }
    decref(th, fn);
    if (v == NO_VALUE) return -1;
    reg_clear(th, &r[0]);
    reg_clear(th, &r[1]);
    DST(v);
    return 0;
}

// ImportError with name, path and name_from.
static void raise_import_from(Thread *th, Value text_owned, Value module_name, Value origin, Value name) {
    if (text_owned == NO_VALUE) return;
    static const char *const keys[] = {"name", "path", "name_from"};
    Value kw[3];
    for (int i = 0; i < 3; i++) if ((kw[i] = str_intern_cstr(th, keys[i])) == NO_VALUE) { decref(th, text_owned); return; }
    Value kwnames = tuple_from_array(th, kw, 3);
    if (kwnames != NO_VALUE) {
        Value args[4] = {text_owned, module_name == NO_VALUE ? VALUE_NONE : module_name, origin == NO_VALUE ? VALUE_NONE : origin, name};
        Value exc = object_call(th, VALUE_OF(&exc_ImportError), args, 1, kwnames);
        decref(th, kwnames);
        if (exc != NO_VALUE) { raise_object(th, exc, NO_VALUE); decref(th, exc); }
    }
    decref(th, text_owned);
}
static Value optional(Thread *th, Value o, Value name) {
    Value v;
    int r = object_getattr_optional(th, o, name, &v);
    if (r < 0) error_clear(th);
    return r > 0 ? v : NO_VALUE;
}
Value import_from(Thread *th, Value module, Value name) {
    Value v;
    int r = object_getattr_optional(th, module, name, &v);
    if (r > 0) return v;
    if (r < 0) return NO_VALUE;
    // Circular imports: the submodule may be in sys.modules already.
    Value mname = optional(th, module, name_d_name);
    if (mname != NO_VALUE && value_is_str(mname)) {
        Value full = str_format(th, "%U.%U", mname, name);
        if (full == NO_VALUE) { decref(th, mname); return NO_VALUE; }
        r = modules_get(th, full, &v);
        decref(th, full);
        if (r != 0) { decref(th, mname); return r > 0 ? v : NO_VALUE; }
    }
    bool known = mname != NO_VALUE && value_is_str(mname);
    Value shown = known ? new_ref(th, mname) : str_from_cstr(th, "<unknown module name>");
    Value spec = optional(th, module, name_d_spec), origin = NO_VALUE, text;
    if (spec != NO_VALUE && spec != VALUE_NONE) {
        Value has = object_getattr_cstr(th, spec, "has_location");
        int loc = has == NO_VALUE ? 0 : object_truth(th, has);
        decref(th, has);
        error_clear(th);
        if (loc > 0) { origin = object_getattr_cstr(th, spec, "origin"); error_clear(th); }
    }
    if (origin == NO_VALUE) {
        origin = optional(th, module, name_d_file);
    }
    if (origin != NO_VALUE && !value_is_str(origin)) { decref(th, origin); origin = NO_VALUE; }
    int init = initializing(th, module), shadow = known ? module_shadow(th, mname, origin) : SHADOW_NONE;
    if (init < 0) { error_clear(th); init = 0; }
    if (shadow < 0) text = NO_VALUE;
    else if (shadow == SHADOW_STDLIB)
        text = str_format(th, "cannot import name %R from %R (consider renaming %R since it has the same name as the standard library module named %R and prevents importing that standard library module)",
                          name, shown, origin, shown);
    else if (shadow == SHADOW_LIBRARY && init)
        text = str_format(th, "cannot import name %R from %R (consider renaming %R if it has the same name as a library you intended to import)", name, shown, origin);
    else if (origin == NO_VALUE) {
        text = init ? str_format(th, "cannot import name %R from partially initialized module %R (most likely due to a circular import) (unknown location)", name, shown)
                    : str_format(th, "cannot import name %R from %R (unknown location)", name, shown);
    } else text = init ? str_format(th, "cannot import name %R from partially initialized module %R (most likely due to a circular import) (%S)", name, shown, origin)
                       : str_format(th, "cannot import name %R from %R (%S)", name, shown, origin);
    raise_import_from(th, text, known ? mname : NO_VALUE, origin, name);
    decref(th, shown);
    decref(th, mname);
    decref(th, spec);
    decref(th, origin);
    return NO_VALUE;
}
SLOW(import_from) {
    Value v = import_from(th, f->regs[instr_b(insn)], AS(Tuple, f->code->names)->items[instr_c(insn)]);
    if (v == NO_VALUE) return -1;
    DST(v);
    return 0;
}
int import_star(Thread *th, Frame *f, Value module) {
    Value ns = f->flags & FRAME_HAS_LOCALS ? f->locals : VALUE_OF(f->func->globals), all, dict = NO_VALUE;
    bool skip = false;
    int r = object_getattr_optional(th, module, name_d_all, &all);
    if (r < 0) return -1;
    if (r == 0) {
        r = object_getattr_optional(th, module, name_d_dict, &dict);
        if (r < 0) return -1;
        if (r == 0) { raise_error(th, &exc_ImportError, "from-import-* object has no __dict__ and no __all__"); return -1; }
        all = mapping_keys(th, dict);
        decref(th, dict);
        if (all == NO_VALUE) return -1;
        skip = true;
    }
    r = -1;
    for (intptr_t i = 0;; i++) {
        Value name = sequence_get(th, all, i);
        if (name == NO_VALUE) { if (error_clear_if(th, &exc_IndexError)) r = 0; break; }
        if (!value_is_str(name)) {
            Value mname = optional(th, module, name_d_name);
            if (mname == NO_VALUE || !value_is_str(mname)) raise_type_error(th, "module __name__ must be a string, not %T", mname == NO_VALUE ? VALUE_NONE : mname);
            else raise_type_error(th, "%s in %U.%s must be str, not %T", skip ? "Key" : "Item", mname, skip ? "__dict__" : "__all__", name);
            decref(th, mname);
            decref(th, name);
            break;
        }
        if (skip && AS(Str, name)->len && str_char_at(AS(Str, name), 0) == '_') { decref(th, name); continue; }
        Value v = object_getattr(th, module, name);
        int ok = v == NO_VALUE ? -1 : value_is_exact_dict(ns) ? dict_set(th, AS(Dict, ns), name, v) : object_setitem(th, ns, name, v);
        decref(th, v);
        decref(th, name);
        if (ok < 0) break;
    }
    decref(th, all);
    return r;
}
SLOW(import_star) {
    unsigned ra = instr_a(insn);
    if (import_star(th, f, opnd(th, f, ra)) < 0) { opnd_fail(th, f, ra); return -1; }
    opnd_done(th, f, ra);
    return 0;
}
