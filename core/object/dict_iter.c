// SPDX-License-Identifier: MIT
// Iterators over dicts, six types with one structure. Threads may share one: the position moves by compare-and-swap, so that an
// entry is given out once; the dict is a slot emptied at the end.
#include "core/object/dict_int.h"
#include "core/object/list.h"

typedef struct DictIter {
    Object head;
    Value dict;      // [a] Dict, NO_VALUE when exhausted
    int64_t pos;     // [a] next entry number to look at
    int64_t left;    // [a] entries expected to come
    uint32_t used;   // [a] size of the dict at the start; UINT32_MAX after a size change was reported
    Value reuse;     // [o] items: the tuple handed out last (pair_reuse)
    uint8_t kind;    // [c] 1 keys, 2 values, 3 items
    uint8_t reverse; // [c]
} DictIter;

Value dict_iter_new(Thread *th, Type *t, Value dict) {
    DictIter *it = NEW(DictIter, th, t);
    if (!it) return NO_VALUE;
    Dict *d = AS(Dict, dict);
    it->kind = t == &type_dict_keyiterator || t == &type_dict_reversekeyiterator ? 1 : t == &type_dict_valueiterator || t == &type_dict_reversevalueiterator ? 2 : 3;
    it->reverse = t == &type_dict_reversekeyiterator || t == &type_dict_reversevalueiterator || t == &type_dict_reverseitemiterator;
    it->dict = new_ref(th, dict);
    it->used = (uint32_t)dict_len(d);
    it->left = it->used;
    if (it->reverse) {
        dict_readable(th, d);
        it->pos = (int64_t)atomic_load_acquire(&dict_table(d)->nentries) - 1;
    }
    return VALUE_OF(it);
}

static bool iter_advance(Thread *th, DictIter *it, int64_t from, int64_t to) {
    if (iter_is_private(th, &it->head)) { it->pos = to; it->left--; return true; }
    if (!atomic_cas_acq_rel(&it->pos, &from, to)) return false;
    atomic_add_relaxed(&it->left, -1);
    return true;
}

static Value dict_iter_next(Thread *th, Value self) {
    DictIter *it = AS(DictIter, self);
    for (;;) {
        Value dv = slot_borrow(th, &it->head, &it->dict);
        if (UNLIKELY(!dv)) return NO_VALUE;
        Dict *d = AS(Dict, dv);
        if (UNLIKELY(!object_readable(th, &d->head))) {
            incref(th, dv);
            container_make_readable_slow(th, &d->head, &d->lock);
            decref(th, dv);
            continue;
        }
        uint32_t used = atomic_load_relaxed(&it->used);
        if (UNLIKELY(used != (uint32_t)dict_len(d))) {
            atomic_store_relaxed(&it->used, UINT32_MAX); // stays so
            return raise_error(th, &exc_RuntimeError, "dictionary changed size during iteration");
        }
        DictTable *t = dict_table(d);
        int64_t n = (int64_t)atomic_load_acquire(&t->nentries), from = atomic_load_relaxed(&it->pos), i = from;
        Value k = NO_VALUE, v = NO_VALUE;
        if (it->reverse) {
            if (i >= n) break; // the table was replaced by a shorter one
            for (; i >= 0; i--) {
                v = atomic_load_acquire(&t->entries[i].value);
                k = atomic_load_acquire(&t->entries[i].key);
                if (v && k) break;
            }
            if (i < 0) break;
            if (UNLIKELY(atomic_load_relaxed(&it->left) <= 0)) return raise_error(th, &exc_RuntimeError, "dictionary keys changed during iteration");
        } else {
            int64_t head = atomic_load_relaxed(&t->head);
            if (i < head) i = head;
            for (; i < n; i++) {
                v = atomic_load_acquire(&t->entries[i].value);
                k = atomic_load_acquire(&t->entries[i].key);
                if (v && k) break;
            }
            if (i >= n) break;
            if (UNLIKELY(atomic_load_relaxed(&it->left) <= 0))
                return raise_error(th, &exc_RuntimeError, "dictionary keys changed during iteration");
        }
        if (!iter_advance(th, it, from, it->reverse ? i - 1 : i + 1)) continue;
        if (it->kind == 1) return new_ref(th, k);
        if (it->kind == 2) return new_ref(th, v);
        if (iter_is_private(th, &it->head)) return pair_reuse(th, &it->reuse, new_ref(th, k), new_ref(th, v));
        return tuple_pack2(th, k, v);
    }
    slot_store(th, &it->head, &it->dict, NO_VALUE);
    return NO_VALUE;
}

static Value dict_iter_meth_length_hint(Thread *th, Value self, Value *args) {
    DictIter *it = AS(DictIter, self);
    Value d = slot_borrow(th, &it->head, &it->dict);
    int64_t left = atomic_load_relaxed(&it->left);
    return value_imm_int(d && atomic_load_relaxed(&it->used) == dict_len(AS(Dict, d)) && left > 0 ? left : 0);
}

static Value dict_iter_meth_reduce(Thread *th, Value self, Value *args) {
    DictIter *it = AS(DictIter, self);
    // What is still to come, as a list; the iterator itself stays where it is.
    DictIter *copy = NEW(DictIter, th, type_of(self));
    if (!copy) return NO_VALUE;
    copy->dict = slot_get(th, &it->head, &it->dict);
    copy->pos = atomic_load_relaxed(&it->pos);
    copy->left = atomic_load_relaxed(&it->left);
    copy->used = atomic_load_relaxed(&it->used);
    copy->kind = it->kind;
    copy->reverse = it->reverse;
    Value l = sequence_to_list(th, VALUE_OF(copy));
    decref(th, VALUE_OF(copy));
    if (!l) return NO_VALUE;
    Value f = builtin_get(th, "iter"), a = tuple_from_owned(th, &l, 1);
    if (!f || !a) { decref(th, f); decref(th, a); return NO_VALUE; }
    Value v[2] = {f, a};
    return tuple_from_owned(th, v, 2);
}

static void dict_iter_dealloc(Thread *th, Object *self) {
    decref(th, ((DictIter *)self)->dict);
    decref(th, ((DictIter *)self)->reuse);
    object_free(th, self);
}
static int dict_iter_traverse(Object *self, VisitFn visit, void *arg) { 
    int r = visit(((DictIter *)self)->dict, arg);
    return r ? r : visit(((DictIter *)self)->reuse, arg);
}

static const MethodDef dict_iter_methods[] = {
    {"__length_hint__", "(self, /)", dict_iter_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", dict_iter_meth_reduce, "Return state information for pickling.", 0},
    {0},
};

#define DICT_ITER_TYPE(cname)                                                                                            \
    TYPE_DEFINE(cname, #cname, sizeof(DictIter), TYPE_TRACED | TYPE_ITERATOR, .methods = dict_iter_methods,               \
                .slots = {.dealloc = dict_iter_dealloc, .traverse = dict_iter_traverse, .iter = iter_self, .next = dict_iter_next})
DICT_ITER_TYPE(dict_keyiterator)
DICT_ITER_TYPE(dict_valueiterator)
DICT_ITER_TYPE(dict_itemiterator)
DICT_ITER_TYPE(dict_reversekeyiterator)
DICT_ITER_TYPE(dict_reversevalueiterator)
DICT_ITER_TYPE(dict_reverseitemiterator)
