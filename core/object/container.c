// SPDX-License-Identifier: MIT
// The out-of-line parts of core/object/container_inl.h. No state of its own.
#include "core/object/container_inl.h"

#include <sched.h>

#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/set_int.h"
#include "core/object/int.h"
#include "core/object/module.h"

void container_make_readable_slow(Thread *th, Object *o, ObjLock *lock) {
    if (!th->mt) { object_mark_seen(o); return; }
    for (unsigned i = 0; !obj_try_lock(lock);) {
        // Held by the owner, or by others that came first: those mark the object, and then there is nothing left to do.
        if (atomic_load_acquire(&o->shared) & OBJ_SEEN) return;   // acquire: what the owner did before the mark
        if (++i % 64 == 0) sched_yield();
        else cpu_pause();
    }
    object_mark_seen(o);
    obj_unlock(th, lock);
}

void object_touch(Thread *th, Object *o) {
    if (object_readable(th, o)) return;
    uint32_t flags = atomic_load_acquire(&o->shape)->flags;
    if (flags & TYPE_LIST_SUBCLASS) container_make_readable_slow(th, o, &((List *)o)->lock);
    else if (flags & TYPE_DICT_SUBCLASS) container_make_readable_slow(th, o, &((Dict *)o)->lock);
    else if (flags & TYPE_SET_SUBCLASS) container_make_readable_slow(th, o, &((Set *)o)->lock);
    else object_mark_seen(o);
}

void values_move(Value *dst, const Value *src, size_t n, bool shared) {
    if (!shared) { memmove(dst, src, n * sizeof(Value)); return; }
    if (dst < src) for (size_t i = 0; i < n; i++) atomic_store_release(&dst[i], src[i]);
    else for (size_t i = n; i-- > 0;) atomic_store_release(&dst[i], src[i]);
}

NOINLINE int key_equal_quick(Value a, Value b) {
    if (value_is_exact_str(a) && value_is_exact_str(b)) return str_equal(AS(Str, a), AS(Str, b));
    if (value_is_exact_tuple(a) && value_is_exact_tuple(b)) return tuple_equal_quick(a, b, 8);
    return value_equal_quick(a, b);
}
int tuple_equal_quick(Value a, Value b, int depth) {
    const Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
    if (x->len != y->len) return 0;
    for (size_t i = 0; i < x->len; i++) {
        Value p = x->items[i], q = y->items[i];
        int r = value_is_exact_tuple(p) && value_is_exact_tuple(q) && depth > 0 ? tuple_equal_quick(p, q, depth - 1) : value_equal_quick(p, q);
        if (r <= 0) return r;
    }
    return 1;
}
void values_release(Thread *th, Value *v, size_t n) {
    for (size_t i = 0; i < n; i++) decref(th, v[i]);
}

int args_no_keywords(Thread *th, const char *fname, Value kwnames) {
    if (LIKELY(kwnames_len(kwnames) == 0)) return 0;
    raise_type_error(th, "%s() takes no keyword arguments", fname);
    return -1;
}

int args_count(Thread *th, const char *fname, size_t nargs, size_t min, size_t max) {
    if (LIKELY(nargs >= min && nargs <= max)) return 0;
    size_t bound = nargs < min ? min : max;
    raise_type_error(th, "%s expected %s%zu argument%s, got %zu", fname, min == max ? "" : nargs < min ? "at least " : "at most ",
                     bound, bound == 1 ? "" : "s", nargs);
    return -1;
}

int args_check_new(Thread *th, Type *type, Type *t, const char *fname, size_t nargs, size_t min, size_t max, Value kwnames) {
    // A subclass with its own __init__ may take keywords.
    if ((type == t || type->slots.init == t->slots.init) && args_no_keywords(th, fname, kwnames) < 0) return -1;
    return args_count(th, fname, nargs, min, max);
}

int64_t container_hash_failed(Thread *th, Value v, const char *role) {
    if (!th->exc || type_of(th->exc) != &exc_TypeError) return -1;
    Value e = error_fetch(th);
    raise_type_error(th, "cannot use '%T' as a %s (%S)", v, role, e);
    decref(th, e);
    return -1;
}

Value builtin_get(Thread *th, const char *name) { return import_attr(th, "builtins", name); }

int repr_append(Thread *th, StrBuilder *b, Value v) {
    Value r = object_repr(th, v);
    if (!r) return -1;
    str_builder_str(b, r);
    decref(th, r);
    return 0;
}

Value reduce_make2(Thread *th, Value f, Value args) {
    if (!f || !args) { decref(th, f); decref(th, args); return NO_VALUE; }
    Value v[2] = {f, args};
    return tuple_from_owned(th, v, 2);
}

Value reduce_make(Thread *th, Value f, Value args, Value state) {
    if (!f || !args || !state) { decref(th, f); decref(th, args); decref(th, state); return NO_VALUE; }
    Value v[3] = {f, args, state};
    return tuple_from_owned(th, v, 3);
}

int args_slice_index(Thread *th, Value v, intptr_t *out) {
    if (!index_check(v)) { raise_type_error(th, "slice indices must be integers or have an __index__ method"); return -1; }
    *out = number_as_ssize(th, v, NULL);
    return *out == -1 && error_pending(th) ? -1 : 0;
}

Value index_exact(Thread *th, Value v) {
    Value i = number_index(th, v);
    if (!i || LIKELY(value_is_imm_int(i)) || value_is_exact(i, &type_int)) return i;
    Value r = int_add(th, i, value_imm_int(0));
    decref(th, i);
    return r;
}

static Value reflected(Thread *th, Value a, Value b, Value *name, const char *text, BinaryFn fn) {
    if (!fn || !(type_of(b)->flags & TYPE_HEAP)) return VALUE_NOT_IMPLEMENTED;
    if (!*name && !(*name = str_intern_cstr(th, text))) return NO_VALUE;
    return type_lookup(type_of(b), *name) ? fn(th, a, b) : VALUE_NOT_IMPLEMENTED;
}
Value sequence_reflected_add(Thread *th, Value a, Value b) {
    static Value name; // immortal
    return reflected(th, a, b, &name, "__radd__", type_of(b)->slots.add);
}
Value sequence_reflected_mul(Thread *th, Value a, Value b) {
    static Value name; // immortal
    Type *t = type_of(b);
    if (t->flags & (TYPE_STR_SUBCLASS | TYPE_BYTES_SUBCLASS | TYPE_LIST_SUBCLASS | TYPE_TUPLE_SUBCLASS)) return VALUE_NOT_IMPLEMENTED;
    return reflected(th, a, b, &name, "__rmul__", t->slots.mul);
}
