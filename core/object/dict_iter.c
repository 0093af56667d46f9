// SPDX-License-Identifier: MIT
// Iterators over dicts, six types with one structure. Threads may share one: the position moves by compare-and-swap, so that an
// entry is given out once; the dict is a slot emptied at the end.
#include "core/object/dict_int.h"
#include "core/object/list.h"

Value dict_iter_new(Thread *th, Type *t, Value dict) {
    DictIter *it = NEW(DictIter, th, t);
    if (!it) return NO_VALUE;
    Dict *d = AS(Dict, dict);
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
    if (iter_is_private(th, &it->head)) { atomic_store_relaxed(&it->pos, to); atomic_store_relaxed(&it->left, atomic_load_relaxed(&it->left) - 1); return true; }
    if (!atomic_cas_acq_rel(&it->pos, &from, to)) return false;
    atomic_add_relaxed(&it->left, -1);
    return true;
}

static NOINLINE int dict_iter_step_slow(Thread *th, Value self, Value *key, Value *value);
// 1 and borrowed key and value, 0 at the end, -1 error.
ALWAYS_INLINE int dict_iter_step(Thread *th, Value self, Value *k, Value *v) {
    return LIKELY(dict_iter_quick(th, AS(DictIter, self), k, v)) ? 1 : dict_iter_step_slow(th, self, k, v);
}
static Value dict_iter_next_key(Thread *th, Value self) {
    Value k, v;
    return dict_iter_step(th, self, &k, &v) > 0 ? new_ref(th, k) : NO_VALUE;
}
static Value dict_iter_next_value(Thread *th, Value self) {
    Value k, v;
    return dict_iter_step(th, self, &k, &v) > 0 ? new_ref(th, v) : NO_VALUE;
}
static Value dict_iter_next_item(Thread *th, Value self) {
    Value k, v;
    if (dict_iter_step(th, self, &k, &v) <= 0) return NO_VALUE;
    if (iter_is_private(th, value_object(self))) return pair_reuse(th, &AS(DictIter, self)->reuse, new_ref(th, k), new_ref(th, v));
    return tuple_pack2(th, k, v);
}
static int dict_iter_next_pair(Thread *th, Value self, Value pair[2]) {
    int r = dict_iter_step(th, self, &pair[0], &pair[1]);
    if (LIKELY(r > 0)) { incref(th, pair[0]); incref(th, pair[1]); }
    return r;
}

static NOINLINE int dict_iter_step_slow(Thread *th, Value self, Value *key, Value *value) {
    DictIter *it = AS(DictIter, self);
    for (;;) {
        Value dv = slot_borrow(th, &it->head, &it->dict);
        if (UNLIKELY(!dv)) return 0;
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
            raise_error(th, &exc_RuntimeError, "dictionary changed size during iteration");
            return -1;
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
            if (UNLIKELY(atomic_load_relaxed(&it->left) <= 0)) goto changed;
        } else {
            int64_t head = atomic_load_relaxed(&t->head);
            if (i < head) i = head;
            for (; i < n; i++) {
                v = atomic_load_acquire(&t->entries[i].value);
                k = atomic_load_acquire(&t->entries[i].key);
                if (v && k) break;
            }
            if (i >= n) break;
            if (UNLIKELY(atomic_load_relaxed(&it->left) <= 0)) goto changed;
        }
        if (!iter_advance(th, it, from, it->reverse ? i - 1 : i + 1)) continue;
        *key = k;
        *value = v;
        return 1;
    }
    slot_store(th, &it->head, &it->dict, NO_VALUE);
    return 0;
changed:
    raise_error(th, &exc_RuntimeError, "dictionary keys changed during iteration");
    return -1;
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

#define DICT_ITER_TYPE(cname, ...)                                                                                            \
    TYPE_DEFINE(cname, #cname, sizeof(DictIter), TYPE_TRACED | TYPE_ITERATOR, .methods = dict_iter_methods,               \
                .slots = {.dealloc = dict_iter_dealloc, .traverse = dict_iter_traverse, .iter = iter_self, __VA_ARGS__})
DICT_ITER_TYPE(dict_keyiterator, .next = dict_iter_next_key)
DICT_ITER_TYPE(dict_valueiterator, .next = dict_iter_next_value)
DICT_ITER_TYPE(dict_itemiterator, .next = dict_iter_next_item, .next_pair = dict_iter_next_pair)
DICT_ITER_TYPE(dict_reversekeyiterator, .next = dict_iter_next_key)
DICT_ITER_TYPE(dict_reversevalueiterator, .next = dict_iter_next_value)
DICT_ITER_TYPE(dict_reverseitemiterator, .next = dict_iter_next_item, .next_pair = dict_iter_next_pair)
