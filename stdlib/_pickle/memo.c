// SPDX-License-Identifier: MIT
// The memo of a Pickler: which objects were written, and as which number. A hash table by identity, open addressing, at most half full. It holds a
// reference to each object, so that an address cannot be taken by another one. Only the user of the Pickler comes here (pickle_int.h).
// And what the proxies of both machines' memos have in common.
#include <stdlib.h>

#include "core/object/int.h"
#include "stdlib/_pickle/pickle_int.h"

enum { MEMO_MIN = 32 };

// Objects made one after the other lie side by side, and so do their places, which is kind to the cache; what meets there goes on elsewhere.
ALWAYS_INLINE size_t place(const PickleMemo *m, Value key) {
    size_t hash = (size_t)key >> 4, mask = m->cap - 1, i = hash & mask;
    while (m->tab[i].key && m->tab[i].key != key) {
        hash >>= 5;
        i = (i * 5 + hash + 1) & mask;
    }
    return i;
}

MemoEntry *pickle_memo_find(PickleMemo *m, Value key) {
    if (!m->used) return NULL;
    size_t i = place(m, key);
    if (m->tab[i].key) return &m->tab[i];
    m->missed = key; // what is not there is mostly put there next
    m->missed_at = i;
    return NULL;
}

static int memo_grow(Thread *th, PickleMemo *m) {
    PickleMemo n = {.cap = !m->cap ? MEMO_MIN : m->cap < 1 << 14 ? m->cap * 4 : m->cap * 2, .used = m->used};
    if (!(n.tab = mem_calloc(th, n.cap, sizeof *n.tab))) return -1;
    for (size_t i = 0; i < m->cap; i++)
        if (m->tab[i].key) n.tab[place(&n, m->tab[i].key)] = m->tab[i];
    MemoEntry *old = m->tab;
    *m = n;
    mem_free(old);
    return 0;
}

int pickle_memo_put(Thread *th, PickleMemo *m, Value key, size_t index) {
    if (UNLIKELY(m->used * 2 >= m->cap) && memo_grow(th, m) < 0) return -1;
    // The place is still free: then it is still the one.
    MemoEntry *e = &m->tab[key == m->missed && !m->tab[m->missed_at].key ? m->missed_at : place(m, key)];
    if (!e->key) {
        e->key = new_ref(th, key);
        m->used++;
    }
    e->index = index;
    return 0;
}

void pickle_memo_clear(Thread *th, PickleMemo *m) {
    PickleMemo old = *m;
    *m = (PickleMemo){0};
    for (size_t i = 0; i < old.cap; i++) decref(th, old.tab[i].key);
    mem_free(old.tab);
}

int pickle_memo_traverse(const PickleMemo *m, VisitFn visit, void *arg) {
    for (size_t i = 0; i < m->cap; i++) {
        int r = m->tab[i].key ? visit(m->tab[i].key, arg) : 0;
        if (r) return r;
    }
    return 0;
}

static int compare_index(const void *a, const void *b) {
    size_t x = ((const MemoEntry *)a)->index, y = ((const MemoEntry *)b)->index;
    return x < y ? -1 : x > y;
}

Value pickle_memo_to_dict(Thread *th, const PickleMemo *m) {
    // The entries in the order they came, held: making the dict may run a collection, and so finalizers.
    MemoEntry *all = mem_alloc(th, (m->used + 1) * sizeof *all);
    if (!all) return NO_VALUE;
    size_t n = 0;
    for (size_t i = 0; i < m->cap; i++)
        if (m->tab[i].key) {
            all[n] = m->tab[i];
            incref(th, all[n++].key);
        }
    qsort(all, n, sizeof *all, compare_index);
    Value d = dict_new_sized(th, n);
    for (size_t i = 0; d && i < n; i++) {
        Value id = int_from_u64(th, all[i].key), pair = id ? tuple_pack2(th, value_imm_int((int64_t)all[i].index), all[i].key) : NO_VALUE;
        if (!pair || dict_set(th, AS(Dict, d), id, pair) < 0) clear_ref(th, &d);
        decref(th, id);
        decref(th, pair);
    }
    for (size_t i = 0; i < n; i++) decref(th, all[i].key);
    mem_free(all);
    return d;
}

int pickle_memo_from_dict(Thread *th, PickleMemo *m, Value dict) {
    size_t pos = 0;
    Value pair;
    int r = 0;
    while (r == 0 && dict_next(th, AS(Dict, dict), &pos, NULL, &pair)) {
        int64_t index = 0;
        if (!value_is_tuple(pair) || AS(Tuple, pair)->len != 2) {
            raise_type_error(th, "'memo' values must be 2-item tuples");
            r = -1;
        } else if (!value_is_int(AS(Tuple, pair)->items[0])) {
            raise_type_error(th, "an integer is required");
            r = -1;
        } else r = int_as_i64(th, AS(Tuple, pair)->items[0], &index) < 0 ? -1 : pickle_memo_put(th, m, AS(Tuple, pair)->items[1], (size_t)index);
        decref(th, pair);
    }
    return r;
}

// ---- proxies --------------------------------------------------------------------------------------------------------------------------------

Value memo_proxy_new(Thread *th, Type *type, Value machine) {
    MemoProxy *m = NEW(MemoProxy, th, type);
    if (m) m->machine = new_ref(th, machine);
    return VALUE_OF(m);
}
Value memo_proxy_reduce(Thread *th, Value copy) {
    Value args = copy ? tuple_pack1(th, copy) : NO_VALUE, r = args ? tuple_pack2(th, VALUE_OF(&type_dict), args) : NO_VALUE;
    decref(th, copy);
    decref(th, args);
    return r;
}
int memo_proxy_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((MemoProxy *)self)->machine;
    return v ? visit(v, arg) : 0;
}
void memo_proxy_dealloc(Thread *th, Object *self) {
    decref(th, ((MemoProxy *)self)->machine);
    object_free(th, self);
}
