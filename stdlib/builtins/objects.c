// SPDX-License-Identifier: MIT
// Built-in functions about objects: attributes, classes, iteration, text of objects. No state.
#include "stdlib/builtins/builtins_int.h"

#include "core/object/bytes.h"
#include "core/object/exception.h"
#include "core/vm/generator.h"
#include "core/object/iter.h"
#include "core/vm/vm.h"
#include "stdlib/sys/sys.h"

int raw_check(Thread *th, const char *name, size_t nargs, size_t min, size_t max, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) {
        raise_type_error(th, "%s() takes no keyword arguments", name);
        return -1;
    }
    if (nargs < min) {
        raise_type_error(th, "%s expected %s%zu argument%s, got %zu", name, min == max ? "" : "at least ", min, min == 1 ? "" : "s", nargs);
        return -1;
    }
    if (nargs > max) {
        raise_type_error(th, "%s expected %s%zu argument%s, got %zu", name, min == max ? "" : "at most ", max, max == 1 ? "" : "s", nargs);
        return -1;
    }
    return 0;
}

Value sys_attr(Thread *th, Value name) { return sys_dict ? dict_get_str(th, sys_dict, name) : NO_VALUE; }

// ---- attributes ------------------------------------------------------------------------------------------------

static int name_check(Thread *th, Value name) {
    if (LIKELY(value_is_str(name))) return 0;
    raise_type_error(th, "attribute name must be string, not '%.200s'", type_of(name)->name);
    return -1;
}

// Attribute names become keys of shapes: the interned text of an exact str.
static Value attr_name(Thread *th, Value name) {
    if (name_check(th, name)) return NO_VALUE;
    if (LIKELY(value_is_exact_str(name) && str_is_interned(name))) return new_ref(th, name);
    if (value_is_exact_str(name)) return str_intern(th, new_ref(th, name));
    return new_ref(th, name);
}

Value builtins_fn_getattr(RAW_ARGS) {
    if (UNLIKELY(raw_check(th, "getattr", nargs, 2, 3, kwnames))) return NO_VALUE;
    Value name = attr_name(th, args[1]);
    if (name == NO_VALUE) return NO_VALUE;
    Value r;
    if (nargs == 2) r = object_getattr(th, args[0], name);
    else {
        int f = object_getattr_optional(th, args[0], name, &r);
        if (f == 0) r = new_ref(th, args[2]);
        else if (f < 0) r = NO_VALUE;
    }
    decref(th, name);
    return r;
}

Value builtins_fn_hasattr(Thread *th, Value self, Value *args) {
    Value name = attr_name(th, args[1]), v;
    if (name == NO_VALUE) return NO_VALUE;
    int f = object_getattr_optional(th, args[0], name, &v);
    decref(th, name);
    if (f < 0) return NO_VALUE;
    if (f > 0) decref(th, v);
    return value_bool(f > 0);
}

Value builtins_fn_setattr(Thread *th, Value self, Value *args) {
    Value name = attr_name(th, args[1]);
    if (name == NO_VALUE) return NO_VALUE;
    int r = object_setattr(th, args[0], name, args[2]);
    decref(th, name);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

Value builtins_fn_delattr(Thread *th, Value self, Value *args) {
    Value name = attr_name(th, args[1]);
    if (name == NO_VALUE) return NO_VALUE;
    int r = object_setattr(th, args[0], name, NO_VALUE);
    decref(th, name);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

Value builtins_fn_dir(RAW_ARGS) {
    if (raw_check(th, "dir", nargs, 0, 1, kwnames)) return NO_VALUE;
    if (nargs == 1) return object_dir(th, args[0]);
    if (!th->frame) return raise_error(th, &exc_SystemError, "frame does not exist");
    Value locals = frame_locals_snapshot(th, th->frame);
    Value keys = locals ? mapping_keys(th, locals) : NO_VALUE;
    decref(th, locals);
    if (keys && !value_is_list(keys)) {
        Value list = sequence_to_list(th, keys);
        decref(th, keys);
        keys = list;
    }
    if (keys && list_sort(th, keys, VALUE_NONE, false)) clear_ref(th, &keys);
    return keys;
}

Value builtins_fn_vars(RAW_ARGS) {
    if (raw_check(th, "vars", nargs, 0, 1, kwnames)) return NO_VALUE;
    if (nargs == 0) return builtins_fn_locals(th, self, NULL);
    Value d;
    int r = object_getattr_optional(th, args[0], name_d_dict, &d);
    if (r < 0) return NO_VALUE;
    return r ? d : raise_type_error(th, "vars() argument must have __dict__ attribute");
}

Value builtins_fn_globals(Thread *th, Value self, Value *args) {
    Dict *d = vm_globals(th);
    return d ? new_ref(th, VALUE_OF(d)) : VALUE_NONE;
}

Value builtins_fn_locals(Thread *th, Value self, Value *args) {
    if (!th->frame) return raise_error(th, &exc_SystemError, "frame does not exist");
    return frame_locals_snapshot(th, th->frame);
}

// ---- classes, identity -----------------------------------------------------------------------------------------

Value builtins_fn_issubclass(Thread *th, Value self, Value *args) {
    int r = object_issubclass(th, args[0], args[1]);
    return r < 0 ? NO_VALUE : value_bool(r);
}
Value builtins_fn_callable(Thread *th, Value self, Value *args) { return value_bool(object_callable(args[0])); }
Value builtins_fn_id(Thread *th, Value self, Value *args) {
    Value id = int_from_u64(th, args[0]);
    if (UNLIKELY(sys_has_audit_hooks()) && id && sys_audit(th, "builtins.id", 1, id)) clear_ref(th, &id);
    return id;
}
Value builtins_fn_hash(Thread *th, Value self, Value *args) {
    int64_t h = object_hash(th, args[0]);
    return h == -1 && error_pending(th) ? NO_VALUE : int_from_i64(th, h);
}
Value builtins_fn_build_class(RAW_ARGS) { return class_build(th, self, args, nargs, kwnames); }

// ---- text ------------------------------------------------------------------------------------------------------

Value builtins_fn_repr(Thread *th, Value self, Value *args) { return object_repr(th, args[0]); }
Value builtins_fn_ascii(Thread *th, Value self, Value *args) { return object_ascii(th, args[0]); }
Value builtins_fn_format(Thread *th, Value self, Value *args) {
    if (args[1] && !value_is_str(args[1])) return raise_type_error(th, "format() argument 2 must be str, not %T", args[1]);
    return object_format(th, args[0], args[1]);
}
Value builtins_fn_chr(Thread *th, Value self, Value *args) {
    Value i = number_index(th, args[0]);
    if (i == NO_VALUE) return NO_VALUE;
    int64_t n;
    int over = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (over || n < 0 || n > 0x10FFFF) return raise_value_error(th, "chr() arg not in range(0x110000)");
    return str_from_char(th, (uint32_t)n);
}
Value builtins_fn_ord(Thread *th, Value self, Value *args) {
    Value c = args[0];
    size_t n;
    if (value_is_str(c)) {
        n = AS(Str, c)->len;
        if (n == 1) return value_imm_int(str_char_at(AS(Str, c), 0));
    } else if (value_is_bytes(c)) {
        n = AS(Bytes, c)->len;
        if (n == 1) return value_imm_int(AS(Bytes, c)->data[0]);
    } else if (value_is_instance(c, &type_bytearray)) {
        n = atomic_load_relaxed(&AS(ByteArray, c)->len);
        if (n == 1) return sequence_get(th, c, 0);
    } else return raise_type_error(th, "ord() expected string of length 1, but %.200s found", type_of(c)->name);
    return raise_type_error(th, "ord() expected a character, but string of length %zu found", n);
}

// ---- iteration -------------------------------------------------------------------------------------------------

Value builtins_fn_iter(RAW_ARGS) {
    if (raw_check(th, "iter", nargs, 1, 2, kwnames)) return NO_VALUE;
    if (nargs == 1) return object_iter(th, args[0]);
    if (!object_callable(args[0])) return raise_type_error(th, "iter(v, w): v must be callable");
    return callable_iter_new(th, args[0], args[1]);
}

Value builtins_fn_next(RAW_ARGS) {
    if (UNLIKELY(raw_check(th, "next", nargs, 1, 2, kwnames))) return NO_VALUE;
    UnaryFn next = type_of(args[0])->slots.next;
    if (UNLIKELY(next == NULL || !iter_check(args[0]))) return raise_type_error(th, "'%.200s' object is not an iterator", type_of(args[0])->name);
    Value v = next(th, args[0]);
    if (LIKELY(v != NO_VALUE)) return v;
    if (nargs == 2) {
        if (error_pending(th) && !error_clear_if(th, &exc_StopIteration)) return NO_VALUE;
        return new_ref(th, args[1]);
    }
    return error_pending(th) ? NO_VALUE : raise_none(th, &exc_StopIteration);
}

Value builtins_fn_aiter(Thread *th, Value self, Value *args) {
    UnaryFn f = type_of(args[0])->slots.aiter;
    if (!f) return raise_type_error(th, "'%.200s' object is not an async iterable", type_of(args[0])->name);
    Value it = f(th, args[0]);
    if (it && !type_of(it)->slots.anext) {
        raise_type_error(th, "aiter() returned not an async iterator of type '%.100s'", type_of(it)->name);
        decref(th, it);
        return NO_VALUE;
    }
    return it;
}

Value builtins_fn_anext(Thread *th, Value self, Value *args) {
    UnaryFn f = type_of(args[0])->slots.anext;
    if (!f) return raise_type_error(th, "'%.200s' object is not an async iterator", type_of(args[0])->name);
    Value step = f(th, args[0]);
    if (step == NO_VALUE || args[1] == NO_VALUE) return step;
    Value r = anext_awaitable_new(th, step, args[1]);
    decref(th, step);
    return r;
}


static int all_step(Thread *th, Value item, void *arg) {
    int t = object_truth(th, item);
    return t < 0 ? -1 : t == *(int *)arg ? 1 : 0;
}
Value builtins_fn_all(Thread *th, Value self, Value *args) {
    int want = 0, r = iterate(th, args[0], all_step, &want);
    return r < 0 ? NO_VALUE : value_bool(r == 0);
}
Value builtins_fn_any(Thread *th, Value self, Value *args) {
    int want = 1, r = iterate(th, args[0], all_step, &want);
    return r < 0 ? NO_VALUE : value_bool(r == 1);
}

Value builtins_fn_sorted(Thread *th, Value self, Value *args) {
    int reverse = args[2] ? object_truth(th, args[2]) : 0;
    if (reverse < 0) return NO_VALUE;
    Value list = sequence_to_list(th, args[0]);
    if (list && list_sort(th, list, args[1] ? args[1] : VALUE_NONE, reverse)) clear_ref(th, &list);
    return list;
}
