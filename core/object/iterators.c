// SPDX-License-Identifier: MIT
// iterator (over __getitem__) and callable_iterator. Their mutable parts are atomic slots and counters, so threads may share them.
#include "core/object/container_inl.h"
#include "core/object/iter.h"
#include "core/object/list.h"

typedef struct SeqIter { Object head; Value seq; int64_t index; } SeqIter; // seq [a] NO_VALUE at the end; index [a]

Value seq_iter_new(Thread *th, Value seq) {
    SeqIter *it = NEW(SeqIter, th, &type_iterator);
    if (it) it->seq = new_ref(th, seq);
    return VALUE_OF(it);
}

static Value iterator_slot_next(Thread *th, Value self) {
    SeqIter *it = AS(SeqIter, self);
    Value seq = slot_get(th, &it->head, &it->seq);
    if (!seq) return NO_VALUE;
    int64_t i = counter_fetch_add(th, &it->index, 1);
    Value v = NO_VALUE;
    if (i == INTPTR_MAX) { atomic_store_relaxed(&it->index, i); raise_error(th, &exc_OverflowError, "iter index too large"); }
    else v = sequence_get(th, seq, (intptr_t)i);
    decref(th, seq);
    if (v) return v;
    if (error_clear_if(th, &exc_IndexError) || error_clear_if(th, &exc_StopIteration)) slot_store(th, &it->head, &it->seq, NO_VALUE);
    return NO_VALUE;
}

static Value iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    SeqIter *it = AS(SeqIter, self);
    Value seq = slot_get(th, &it->head, &it->seq);
    if (!seq) return value_imm_int(0);
    if (!type_of(seq)->slots.len) { decref(th, seq); return VALUE_NOT_IMPLEMENTED; }
    intptr_t n = object_len(th, seq);
    decref(th, seq);
    if (n < 0) return NO_VALUE;
    n -= (intptr_t)atomic_load_relaxed(&it->index);
    return value_imm_int(n > 0 ? n : 0);
}

static Value iterator_meth_reduce(Thread *th, Value self, Value *args) {
    SeqIter *it = AS(SeqIter, self);
    Value f = builtin_get(th, "iter"); // may run Python code: before the state is read
    Value seq = slot_get(th, &it->head, &it->seq);
    if (seq) {
        Value a = tuple_from_owned(th, &seq, 1);
        return reduce_make(th, f, a, value_imm_int(atomic_load_relaxed(&it->index)));
    }
    return reduce_make2(th, f, tuple_pack1(th, tuple_empty));
}

static Value iterator_meth_setstate(Thread *th, Value self, Value *args) {
    SeqIter *it = AS(SeqIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    if (slot_borrow(th, &it->head, &it->seq)) atomic_store_relaxed(&it->index, i < 0 ? 0 : i);
    return VALUE_NONE;
}

static void iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((SeqIter *)self)->seq);
    object_free(th, self);
}
static int iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((SeqIter *)self)->seq, arg); }

static const MethodDef iterator_methods[] = {
    {"__length_hint__", "(self, /)", iterator_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", iterator_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", iterator_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(iterator, "iterator", sizeof(SeqIter), TYPE_TRACED | TYPE_ITERATOR, .methods = iterator_methods,
            .slots = {.dealloc = iterator_dealloc, .traverse = iterator_traverse, .iter = iter_self, .next = iterator_slot_next})

// ---- iter(callable, sentinel)

typedef struct CallIter { Object head; Value callable, sentinel; } CallIter; // callable [a] NO_VALUE at the end; sentinel [c]

Value callable_iter_new(Thread *th, Value callable, Value sentinel) {
    CallIter *it = NEW(CallIter, th, &type_callable_iterator);
    if (!it) return NO_VALUE;
    it->callable = new_ref(th, callable);
    it->sentinel = new_ref(th, sentinel);
    return VALUE_OF(it);
}

static Value callable_iterator_slot_next(Thread *th, Value self) {
    CallIter *it = AS(CallIter, self);
    Value f = slot_get(th, &it->head, &it->callable);
    if (!f) return NO_VALUE;
    Value v = call0(th, f);
    decref(th, f);
    if (v) {
        int e = value_equal(th, it->sentinel, v);
        // The call may have used this iterator up.
        if (e == 0 && slot_borrow(th, &it->head, &it->callable)) return v;
        decref(th, v);
        if (e > 0) slot_store(th, &it->head, &it->callable, NO_VALUE);
    } else if (error_clear_if(th, &exc_StopIteration)) slot_store(th, &it->head, &it->callable, NO_VALUE);
    return NO_VALUE;
}

static Value callable_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    CallIter *it = AS(CallIter, self);
    Value iter = builtin_get(th, "iter");
    Value f = slot_get(th, &it->head, &it->callable);
    if (!f) return reduce_make2(th, iter, tuple_pack1(th, tuple_empty));
    Value a = tuple_pack2(th, f, it->sentinel);
    decref(th, f);
    return reduce_make2(th, iter, a);
}

static void callable_iterator_dealloc(Thread *th, Object *self) {
    CallIter *it = (CallIter *)self;
    decref(th, it->callable);
    decref(th, it->sentinel);
    object_free(th, self);
}
static int callable_iterator_traverse(Object *self, VisitFn visit, void *arg) {
    CallIter *it = (CallIter *)self;
    int r = visit(it->callable, arg);
    return r ? r : visit(it->sentinel, arg);
}
static const MethodDef callable_iterator_methods[] = {
    {"__reduce__", "(self, /)", callable_iterator_meth_reduce, "Return state information for pickling.", 0},
    {0},
};
TYPE_DEFINE(callable_iterator, "callable_iterator", sizeof(CallIter), TYPE_TRACED | TYPE_ITERATOR, .methods = callable_iterator_methods,
            .slots = {.dealloc = callable_iterator_dealloc, .traverse = callable_iterator_traverse, .iter = iter_self, .next = callable_iterator_slot_next})
