// SPDX-License-Identifier: MIT
// list_iterator and list_reverseiterator. Threads may share one: the position is an atomic counter, the list a slot that is emptied at
// the end; two threads never get out of bounds, though which gets which item is open.
#include "core/object/list_int.h"
#include "core/object/int.h"
#include "core/object/iter.h"

static Value list_iterator_make(Thread *th, Type *t, Value list, int64_t index) {
    ListIter *it = NEW(ListIter, th, t);
    if (!it) return NO_VALUE;
    it->seq = new_ref(th, list);
    it->index = index;
    return VALUE_OF(it);
}

Value list_slot_iter(Thread *th, Value self) { return list_iterator_make(th, &type_list_iterator, self, 0); }
Value list_meth_reversed(Thread *th, Value self, Value *args) {
    return list_iterator_make(th, &type_list_reverseiterator, self, (int64_t)list_len(AS(List, self)) - 1);
}

static Value list_iterator_slot_next(Thread *th, Value self) {
    ListIter *it = AS(ListIter, self);
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (UNLIKELY(!seq)) return NO_VALUE;
    List *l = AS(List, seq);
    if (UNLIKELY(!object_readable(th, &l->head))) {
        incref(th, seq); // marking may block, and the slot may be emptied meanwhile
        container_make_readable_slow(th, &l->head, &l->lock);
        decref(th, seq);
        if (!(seq = slot_borrow(th, &it->head, &it->seq))) return NO_VALUE;
        l = AS(List, seq);
    }
    int64_t i = counter_fetch_add(th, &it->index, 1);
    Value v = i < 0 ? NO_VALUE : list_load_borrow(l, (size_t)i);
    if (LIKELY(v != NO_VALUE)) return new_ref(th, v);
    slot_store(th, &it->head, &it->seq, NO_VALUE);
    return NO_VALUE;
}

static Value list_reverseiterator_slot_next(Thread *th, Value self) {
    ListIter *it = AS(ListIter, self);
    Value seq = slot_get(th, &it->head, &it->seq);
    if (!seq) return NO_VALUE;
    List *l = AS(List, seq);
    int64_t i = counter_fetch_add(th, &it->index, -1);
    Value v = i < 0 ? NO_VALUE : list_load(th, l, (size_t)i);
    decref(th, seq);
    if (!v) slot_store(th, &it->head, &it->seq, NO_VALUE);
    return v;
}

static Value list_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    ListIter *it = AS(ListIter, self);
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (!seq) return value_imm_int(0);
    int64_t n = (int64_t)list_len(AS(List, seq)) - atomic_load_relaxed(&it->index);
    return value_imm_int(n > 0 ? n : 0);
}

static Value list_reverseiterator_meth_length_hint(Thread *th, Value self, Value *args) {
    ListIter *it = AS(ListIter, self);
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (!seq) return value_imm_int(0);
    int64_t n = atomic_load_relaxed(&it->index) + 1;
    return value_imm_int(n < 0 || (int64_t)list_len(AS(List, seq)) < n ? 0 : n);
}

static Value reduce_with(Thread *th, const char *fn, ListIter *it) {
    // Looking the function up may run Python, which may exhaust the iterator.
    Value f = builtin_get(th, slot_borrow(th, &it->head, &it->seq) ? fn : "iter");
    if (!f) return NO_VALUE;
    Value seq = slot_get(th, &it->head, &it->seq), a = seq ? seq : list_new(th, 0);
    Value args = a ? tuple_from_owned(th, &a, 1) : NO_VALUE;
    if (!args) { decref(th, f); return NO_VALUE; }
    Value v[3] = {f, args, value_imm_int(atomic_load_relaxed(&it->index))};
    return tuple_from_owned(th, v, seq ? 3 : 2);
}
static Value list_iterator_meth_reduce(Thread *th, Value self, Value *args) { return reduce_with(th, "iter", AS(ListIter, self)); }
static Value list_reverseiterator_meth_reduce(Thread *th, Value self, Value *args) { return reduce_with(th, "reversed", AS(ListIter, self)); }

static Value list_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    ListIter *it = AS(ListIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value seq = slot_borrow(th, &it->head, &it->seq);
    if (seq) {
        intptr_t n = (intptr_t)list_len(AS(List, seq));
        if (type_of(self) == &type_list_iterator) i = i < 0 ? 0 : i > n ? n : i;
        else i = i < -1 ? -1 : i > n - 1 ? n - 1 : i;
        atomic_store_relaxed(&it->index, i);
    }
    return VALUE_NONE;
}

static void list_iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((ListIter *)self)->seq);
    object_free(th, self);
}
static int list_iterator_traverse(Object *self, VisitFn visit, void *arg) { return visit(((ListIter *)self)->seq, arg); }

#define ITER_METHODS(prefix)                                                                                                              \
    {"__length_hint__", "(self, /)", prefix##_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},              \
    {"__reduce__", "(self, /)", prefix##_meth_reduce, "Return state information for pickling.", 0},                                        \
    {"__setstate__", "(self, object, /)", list_iterator_meth_setstate, "Set state information for unpickling.", 0}, {0}
static const MethodDef list_iterator_methods[] = {ITER_METHODS(list_iterator)};
static const MethodDef list_reverseiterator_methods[] = {ITER_METHODS(list_reverseiterator)};

TYPE_DEFINE(list_iterator, "list_iterator", sizeof(ListIter), TYPE_TRACED | TYPE_ITERATOR, .methods = list_iterator_methods,
            .slots = {.dealloc = list_iterator_dealloc, .traverse = list_iterator_traverse, .iter = iter_self, .next = list_iterator_slot_next})
TYPE_DEFINE(list_reverseiterator, "list_reverseiterator", sizeof(ListIter), TYPE_TRACED | TYPE_ITERATOR, .methods = list_reverseiterator_methods,
            .slots = {.dealloc = list_iterator_dealloc, .traverse = list_iterator_traverse, .iter = iter_self, .next = list_reverseiterator_slot_next})
