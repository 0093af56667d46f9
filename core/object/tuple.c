// SPDX-License-Identifier: MIT
// tuple: immutable sequence with inline items; no lock is needed once published.
#include "core/object/tuple.h"
#include "core/base/hash.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "gc/gc.h"

static struct { Object head; size_t len; int64_t hash; } tuple_empty_object __attribute__((aligned(16))) = {OBJECT_STATIC(&shape_tuple), 0, 0};
Value tuple_empty;
__attribute__((constructor)) static void tuple_empty_init(void) { tuple_empty = VALUE_OF(&tuple_empty_object); }

Tuple *tuple_new(Thread *th, size_t len) {
    Tuple *t;
    switch (len) { // sizes known at compile time are cleared without a call
    case 1: t = object_alloc(th, &shape_tuple, sizeof(Tuple) + sizeof(Value)); break;
    case 2: t = object_alloc(th, &shape_tuple, sizeof(Tuple) + 2 * sizeof(Value)); break;
    case 3: t = object_alloc(th, &shape_tuple, sizeof(Tuple) + 3 * sizeof(Value)); break;
    default:
        if (UNLIKELY(len > (size_t)1 << 59)) { raise_memory_error(th); return NULL; }
        t = object_alloc(th, &shape_tuple, sizeof(Tuple) + len * sizeof(Value));
    }
    if (LIKELY(t != NULL)) t->len = len;
    return t;
}

Value tuple_from_array(Thread *th, const Value *items, size_t n) {
    if (n == 0) return tuple_empty;
    Tuple *t = tuple_new(th, n);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < n; i++) t->items[i] = new_ref(th, items[i]);
    return VALUE_OF(t);
}

Value tuple_from_owned(Thread *th, const Value *items, size_t n) {
    if (n == 0) return tuple_empty;
    Tuple *t = tuple_new(th, n);
    if (!t) { for (size_t i = 0; i < n; i++) decref(th, items[i]); return NO_VALUE; }
    memcpy(t->items, items, n * sizeof(Value));
    return VALUE_OF(t);
}

Value tuple_pack1(Thread *th, Value a) { return tuple_from_array(th, &a, 1); }
Value tuple_pack2(Thread *th, Value a, Value b) {
    Tuple *t = object_alloc(th, &shape_tuple, sizeof(Tuple) + 2 * sizeof(Value));
    if (UNLIKELY(!t)) return NO_VALUE;
    t->len = 2;
    t->items[0] = new_ref(th, a);
    t->items[1] = new_ref(th, b);
    return VALUE_OF(t);
}
Value tuple_pack3(Thread *th, Value a, Value b, Value c) { Value v[3] = {a, b, c}; return tuple_from_array(th, v, 3); }

Value sequence_to_tuple(Thread *th, Value iterable) {
    if (value_is_exact_tuple(iterable)) return new_ref(th, iterable);
    if (value_is_exact_list(iterable)) return list_to_tuple(th, AS(List, iterable));
    Value l = sequence_items(th, iterable);
    if (!l) return NO_VALUE;
    // Nobody else knows this list: its references move into the tuple.
    List *list = AS(List, l);
    size_t n = list->len;
    list->len = 0;
    Value t = tuple_from_owned(th, list_items_raw(list), n);
    if (n) memset(list_items_raw(list), 0, n * sizeof(Value));
    decref(th, l);
    return t;
}

Value tuple_slice(Thread *th, Value t, size_t start, size_t end) {
    Tuple *tu = AS(Tuple, t);
    if (end > tu->len) end = tu->len;
    if (start >= end) return tuple_empty;
    if (start == 0 && end == tu->len && value_is_exact_tuple(t)) return new_ref(th, t);
    return tuple_from_array(th, tu->items + start, end - start);
}

static void tuple_dealloc(Thread *th, Object *self) {
    Tuple *t = (Tuple *)self;
    for (size_t i = t->len; i-- > 0;) decref_item(th, t->items[i]);
    if (LIKELY(self->shape == &shape_tuple)) object_free_sized(th, self, sizeof(Tuple) + t->len * sizeof(Value));
    else container_dealloc_end(th, self, &shape_tuple);
}

static int tuple_traverse(Object *self, VisitFn visit, void *arg) {
    Tuple *t = (Tuple *)self;
    return gc_visit_values(t->items, t->len, 1, visit, arg);
}

static Value tuple_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_check_new(th, type, &type_tuple, "tuple", nargs, 0, 1, kwnames) < 0) return NO_VALUE;
    Value t = nargs ? sequence_to_tuple(th, args[0]) : tuple_empty;
    if (!t || type == &type_tuple) return t;
    size_t n = AS(Tuple, t)->len;
    Tuple *u = object_new(th, type, n);
    if (u) {
        u->len = n;
        for (size_t i = 0; i < n; i++) u->items[i] = new_ref(th, AS(Tuple, t)->items[i]);
    }
    decref(th, t);
    return VALUE_OF(u);
}

static int64_t tuple_slot_hash(Thread *th, Value self) {
    Tuple *t = AS(Tuple, self);
    int64_t h = atomic_load_relaxed(&t->hash);
    if (h) return h;
    if (thread_c_recursion(th, " while hashing an object") < 0) return -1;
    uint64_t acc = HASH_TUPLE_START;
    for (size_t i = 0; i < t->len; i++) {
        int64_t e = value_hash(th, t->items[i]);
        if (e == -1) return -1;
        acc = hash_tuple_step(acc, e);
    }
    h = hash_tuple_finish(acc, t->len);
    atomic_store_relaxed(&t->hash, h);
    return h;
}

static Value tuple_slot_repr(Thread *th, Value self) {
    Tuple *t = AS(Tuple, self);
    if (t->len == 0) return str_from_cstr(th, "()");
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "(...)");
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '(');
    for (size_t i = 0; i < t->len; i++) {
        if (i) str_builder_ascii(&b, ", ", 2);
        if (repr_append(th, &b, t->items[i]) < 0) { str_builder_abort(&b); repr_leave(th, self); return NO_VALUE; }
    }
    if (t->len == 1) str_builder_char(&b, ',');
    str_builder_char(&b, ')');
    repr_leave(th, self);
    return str_builder_finish(&b);
}

static Value tuple_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_tuple(a) || !value_is_tuple(b)) return VALUE_NOT_IMPLEMENTED;
    Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
    size_t n = x->len < y->len ? x->len : y->len, i = 0;
    if (thread_c_recursion(th, " in comparison") < 0) return NO_VALUE;
    for (; i < n; i++) {
        int e = value_equal(th, x->items[i], y->items[i]);
        if (e < 0) return NO_VALUE;
        if (!e) break;
    }
    if (i == n) {
        bool r;
        switch (op) {
        case CMP_LT: r = x->len < y->len; break;
        case CMP_LE: r = x->len <= y->len; break;
        case CMP_EQ: r = x->len == y->len; break;
        case CMP_NE: r = x->len != y->len; break;
        case CMP_GT: r = x->len > y->len; break;
        default:     r = x->len >= y->len; break;
        }
        return value_bool(r);
    }
    if (op == CMP_EQ) return VALUE_FALSE;
    if (op == CMP_NE) return VALUE_TRUE;
    return object_compare(th, x->items[i], y->items[i], op);
}

static intptr_t tuple_slot_len(Thread *th, Value self) { return (intptr_t)AS(Tuple, self)->len; }

static Value tuple_slot_getitem(Thread *th, Value self, Value key) {
    Tuple *t = AS(Tuple, self);
    if (value_is_imm_int(key) || index_check(key)) {
        intptr_t i = value_is_imm_int(key) ? value_imm_int_get(key) : number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
        if (i < 0) i += (intptr_t)t->len;
        if ((size_t)i >= t->len) return raise_error(th, &exc_IndexError, "tuple index out of range");
        return new_ref(th, t->items[i]);
    }
    if (value_is_exact(key, &type_slice)) {
        intptr_t start, stop, step, n = slice_indices(th, key, t->len, &start, &stop, &step);
        if (n < 0) return NO_VALUE;
        if (n == 0) return tuple_empty;
        if (step == 1) return tuple_slice(th, self, (size_t)start, (size_t)(start + n));
        Tuple *r = tuple_new(th, (size_t)n);
        if (!r) return NO_VALUE;
        for (intptr_t k = 0; k < n; k++) r->items[k] = new_ref(th, t->items[start + k * step]);
        return VALUE_OF(r);
    }
    return raise_type_error(th, "tuple indices must be integers or slices, not %T", key);
}

static int tuple_slot_contains(Thread *th, Value self, Value item) {
    Tuple *t = AS(Tuple, self);
    for (size_t i = 0; i < t->len; i++) {
        int e = value_equal(th, t->items[i], item);
        if (e) return e;
    }
    return 0;
}

static Value tuple_slot_add(Thread *th, Value a, Value b) {
    if (!value_is_tuple(a)) return VALUE_NOT_IMPLEMENTED;
    if (!value_is_tuple(b)) {
        Value r = sequence_reflected_add(th, a, b);
        return r != VALUE_NOT_IMPLEMENTED ? r : raise_type_error(th, "can only concatenate tuple (not \"%T\") to tuple", b);
    }
    Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
    if (x->len == 0 && value_is_exact_tuple(b)) return new_ref(th, b);
    if (y->len == 0 && value_is_exact_tuple(a)) return new_ref(th, a);
    if (x->len + y->len == 0) return tuple_empty;
    Tuple *t = tuple_new(th, x->len + y->len);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < x->len; i++) t->items[i] = new_ref(th, x->items[i]);
    for (size_t i = 0; i < y->len; i++) t->items[x->len + i] = new_ref(th, y->items[i]);
    return VALUE_OF(t);
}

static Value tuple_slot_mul(Thread *th, Value a, Value b) {
    if (!value_is_tuple(a)) { Value x = a; a = b; b = x; }
    if (!value_is_tuple(a)) return VALUE_NOT_IMPLEMENTED;
    if (UNLIKELY(!value_is_imm_int(b))) {
        Value r = sequence_reflected_mul(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (!index_check(b)) return raise_type_error(th, "can't multiply sequence by non-int of type '%T'", b);
    intptr_t n = number_as_ssize(th, b, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    Tuple *x = AS(Tuple, a);
    if (n == 1 && value_is_exact_tuple(a)) return new_ref(th, a);
    if (n <= 0 || x->len == 0) return tuple_empty;
    if ((size_t)n > ((size_t)1 << 59) / x->len) return raise_memory_error(th);
    Tuple *t = tuple_new(th, x->len * (size_t)n);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < t->len; i++) t->items[i] = new_ref(th, x->items[i % x->len]);
    return VALUE_OF(t);
}

static Value tuple_meth_count(Thread *th, Value self, Value *args) {
    Tuple *t = AS(Tuple, self);
    int64_t n = 0;
    for (size_t i = 0; i < t->len; i++) {
        int e = value_equal(th, t->items[i], args[0]);
        if (e < 0) return NO_VALUE;
        n += e;
    }
    return value_imm_int(n);
}

static Value tuple_meth_index(Thread *th, Value self, Value *args) {
    Tuple *t = AS(Tuple, self);
    intptr_t start = 0, stop = INTPTR_MAX, n = (intptr_t)t->len;
    if (args[1] && args_slice_index(th, args[1], &start) < 0) return NO_VALUE;
    if (args[2] && args_slice_index(th, args[2], &stop) < 0) return NO_VALUE;
    if (start < 0) { start += n; if (start < 0) start = 0; }
    if (stop < 0) stop += n;
    if (stop > n) stop = n;
    for (intptr_t i = start; i < stop; i++) {
        int e = value_equal(th, t->items[i], args[0]);
        if (e < 0) return NO_VALUE;
        if (e) return value_imm_int(i);
    }
    return raise_value_error(th, "tuple.index(x): x not in tuple");
}

static Value tuple_meth_getnewargs(Thread *th, Value self, Value *args) {
    Tuple *t = AS(Tuple, self);
    Value c = tuple_from_array(th, t->items, t->len);
    if (!c) return NO_VALUE;
    Value r = tuple_from_owned(th, &c, 1);
    return r;
}

static const MethodDef tuple_methods[] = {
    {"index", "(self, value, start=0, stop=sys.maxsize, /)", tuple_meth_index, "Return first index of value.\n\nRaises ValueError if the value is not present.", 0},
    {"count", "(self, value, /)", tuple_meth_count, "Return number of occurrences of value.", 0},
    {"__getnewargs__", "(self, /)", tuple_meth_getnewargs, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};

// The iterator keeps its position in an atomic counter; the tuple is let go at the end.

static Value tuple_slot_iter(Thread *th, Value self) {
    TupleIter *it = NEW(TupleIter, th, &type_tuple_iterator);
    if (!it) return NO_VALUE;
    it->seq = new_ref(th, self);
    return VALUE_OF(it);
}

static Value tuple_iterator_slot_next(Thread *th, Value self) {
    TupleIter *it = AS(TupleIter, self);
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (!seq) return NO_VALUE;
    Tuple *t = AS(Tuple, seq);
    int64_t i = counter_fetch_add(th, &it->index, 1);
    if ((uint64_t)i < t->len) return new_ref(th, t->items[i]);
    slot_store(th, &it->head, &it->seq, NO_VALUE);
    return NO_VALUE;
}

static int64_t tuple_iterator_left(Thread *th, TupleIter *it) {
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (!seq) return 0;
    int64_t n = (int64_t)AS(Tuple, seq)->len - atomic_load_relaxed(&it->index);
    return n > 0 ? n : 0;
}

static Value tuple_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    return value_imm_int(tuple_iterator_left(th, AS(TupleIter, self)));
}

static Value tuple_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    TupleIter *it = AS(TupleIter, self);
    Value iter = builtin_get(th, "iter");
    if (!iter) return NO_VALUE;
    Value seq = slot_get(th, &it->head, &it->seq), r;
    if (seq) {
        Value a = tuple_pack1(th, seq);
        Value v[3] = {iter, a, value_imm_int(atomic_load_relaxed(&it->index))};
        decref(th, seq);
        if (!a) { decref(th, iter); return NO_VALUE; }
        r = tuple_from_owned(th, v, 3);
    } else {
        Value a = tuple_pack1(th, tuple_empty);
        if (!a) { decref(th, iter); return NO_VALUE; }
        Value v[2] = {iter, a};
        r = tuple_from_owned(th, v, 2);
    }
    return r;
}

static Value tuple_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    TupleIter *it = AS(TupleIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (seq) {
        if (i < 0) i = 0;
        if ((size_t)i > AS(Tuple, seq)->len) i = (intptr_t)AS(Tuple, seq)->len;
        atomic_store_relaxed(&it->index, i);
    }
    return VALUE_NONE;
}

static const MethodDef tuple_iterator_methods[] = {
    {"__length_hint__", "(self, /)", tuple_iterator_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", tuple_iterator_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", tuple_iterator_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};

static void tuple_iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((TupleIter *)self)->seq);
    object_free(th, self);
}
static int tuple_iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((TupleIter *)self)->seq, arg); }

TYPE_DEFINE(tuple, "tuple", sizeof(Tuple),
            TYPE_TRACED | TYPE_BASETYPE | TYPE_TUPLE_SUBCLASS | TYPE_VARSIZE | TYPE_SEQUENCE_PATTERN | TYPE_MATCH_SELF,
            .item_size = sizeof(Value), .methods = tuple_methods,
            .doc = "tuple(iterable=(), /)\n--\n\nBuilt-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\n"
                   "If iterable is specified the tuple is initialized from iterable's items.\n\n"
                   "If the argument is a tuple, the return value is the same object.",
            .slots = {.new_ = tuple_slot_new, .dealloc = tuple_dealloc, .traverse = tuple_traverse, .repr = tuple_slot_repr,
                      .hash = tuple_slot_hash, .compare = tuple_slot_compare, .iter = tuple_slot_iter, .len = tuple_slot_len,
                      .getitem = tuple_slot_getitem, .contains = tuple_slot_contains, .add = tuple_slot_add, .mul = tuple_slot_mul})
TYPE_DEFINE(tuple_iterator, "tuple_iterator", sizeof(TupleIter), TYPE_TRACED | TYPE_ITERATOR, .methods = tuple_iterator_methods,
            .slots = {.dealloc = tuple_iterator_dealloc, .traverse = tuple_iterator_traverse, .iter = iter_self, .next = tuple_iterator_slot_next})
