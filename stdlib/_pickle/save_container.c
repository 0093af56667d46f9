// SPDX-License-Identifier: MIT
// Writing lists, tuples, dicts and sets: the container first, then its items in batches. Items are looked up one by one, as they are at that moment: other
// threads, and Python code that an item runs, may change the container meanwhile. A dict or a set whose size has changed is a RuntimeError; one that
// other threads know of is copied first, in one step, and the copy is written.
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

enum { BATCH = 1000, FAST_DEEP = 50 };

// What was said of an item, while an exception is pending. Always -1.
static COLD int note_index(Thread *th, Value of, size_t i) {
    error_note(th, "when serializing %Q item %zu", of, i);
    return -1;
}
static COLD int note_key(Thread *th, Value of, Value key) {
    error_note(th, "when serializing %Q item %R", of, key);
    return -1;
}
static COLD int note_element(Thread *th, Value of) {
    error_note(th, "when serializing %Q element", of);
    return -1;
}
static COLD int changed(Thread *th, const char *what) {
    raise_error(th, &exc_RuntimeError, "%s changed size during iteration", what);
    return -1;
}

// ---- fast mode: nothing is remembered, so that a container that holds itself would have no end ----------------------------------------------

static int fast_enter(Thread *th, Pickler *p, Value v) {
    if (LIKELY(!atomic_load_relaxed(&p->fast))) return 0;
    if (++p->fast_nesting < FAST_DEEP) return 0;
    if (!p->fast_memo && !(p->fast_memo = dict_new(th))) return -1;
    Value key = int_from_u64(th, v);
    int has = key ? dict_contains(th, AS(Dict, p->fast_memo), key) : -1;
    if (has == 0) has = dict_set(th, AS(Dict, p->fast_memo), key, VALUE_NONE);
    else if (has > 0) {
        raise_value_error(th, "fast mode: can't pickle cyclic objects including object type %.200s at %p", type_of(v)->name, (void *)(uintptr_t)v);
        has = -1;
    }
    decref(th, key);
    return has;
}
static int fast_leave(Thread *th, Pickler *p, Value v, int r) {
    if (LIKELY(p->fast_nesting == 0)) return r;
    if (p->fast_nesting-- < FAST_DEEP || !p->fast_memo) return r;
    Value pending = error_fetch(th), key = int_from_u64(th, v);
    if (key && dict_delete(th, AS(Dict, p->fast_memo), key) < 0) r = -1;
    decref(th, key);
    if (pending) error_restore(th, pending);
    return r;
}

// ---- lists ----------------------------------------------------------------------------------------------------------------------------------

static int list_item(Thread *th, Pickler *p, List *l, size_t i) {
    Value item = list_item_at(th, l, i);
    if (!item) return 0; // gone meanwhile
    int r = pickle_save(th, p, item);
    decref(th, item);
    return r < 0 ? note_index(th, VALUE_OF(l), i) : 0;
}

static int list_items(Thread *th, Pickler *p, List *l) {
    size_t n = list_len(l);
    if (n == 0) return 0;
    if (!atomic_load_relaxed(&p->bin)) {
        for (size_t i = 0; i < list_len(l); i++)
            if (list_item(th, p, l, i) < 0 || out_op(th, p, OPC_APPEND) < 0) return -1;
        return 0;
    }
    if (n == 1) {
        Value item = list_item_at(th, l, 0);
        if (!item) return 0;
        int r = pickle_save(th, p, item);
        decref(th, item);
        return r < 0 ? note_index(th, VALUE_OF(l), 0) : out_op(th, p, OPC_APPEND);
    }
    for (size_t i = 0; i < list_len(l);) {
        if (out_op(th, p, OPC_MARK) < 0) return -1;
        for (size_t end = i + BATCH; i < end && i < list_len(l); i++)
            if (UNLIKELY(list_item(th, p, l, i) < 0)) return -1;
        if (out_op(th, p, OPC_APPENDS) < 0) return -1;
    }
    return 0;
}

static int save_list(Thread *th, Pickler *p, Value v) {
    if (fast_enter(th, p, v) < 0) return fast_leave(th, p, v, -1);
    int r = atomic_load_relaxed(&p->bin) ? out_op(th, p, OPC_EMPTY_LIST) : out_bytes(th, p, "(l", 2);
    if (r == 0) r = pickle_memoize(th, p, v);
    if (r == 0) r = list_items(th, p, AS(List, v));
    return fast_leave(th, p, v, r);
}

// ---- dicts ----------------------------------------------------------------------------------------------------------------------------------

static int save_pair(Thread *th, Pickler *p, Value of, Value key, Value value) {
    if (pickle_save(th, p, key) < 0) return -1;
    return UNLIKELY(pickle_save(th, p, value) < 0) ? note_key(th, of, key) : 0;
}

static int dict_items(Thread *th, Pickler *p, Dict *d, Value of) {
    size_t n = dict_len(d), pos = 0;
    Value k, v;
    if (n == 0) return 0;
    if (n == 1 || !atomic_load_relaxed(&p->bin)) {
        while (dict_next(th, d, &pos, &k, &v)) {
            int r = save_pair(th, p, of, k, v);
            decref(th, k);
            decref(th, v);
            if (r < 0 || out_op(th, p, OPC_SETITEM) < 0) return -1;
            if (UNLIKELY(dict_len(d) != n)) return changed(th, "dictionary");
        }
        return 0;
    }
    size_t i;
    do {
        if (out_op(th, p, OPC_MARK) < 0) return -1;
        for (i = 0; i < BATCH && dict_next(th, d, &pos, &k, &v); i++) {
            int r = save_pair(th, p, of, k, v);
            decref(th, k);
            decref(th, v);
            if (UNLIKELY(r < 0)) return -1;
            if (UNLIKELY(dict_len(d) != n)) return changed(th, "dictionary");
        }
        if (out_op(th, p, OPC_SETITEMS) < 0) return -1;
    } while (i == BATCH);
    return 0;
}

static int save_dict(Thread *th, Pickler *p, Value v) {
    if (fast_enter(th, p, v) < 0) return fast_leave(th, p, v, -1);
    int r = atomic_load_relaxed(&p->bin) ? out_op(th, p, OPC_EMPTY_DICT) : out_bytes(th, p, "(d", 2);
    if (r == 0) r = pickle_memoize(th, p, v);
    if (r == 0 && dict_len(AS(Dict, v))) {
        Value from = v;
        if (UNLIKELY(th->mt) && (object_seen(value_object(v)) || !object_is_owner(th, value_object(v)))) from = dict_copy(th, AS(Dict, v));
        r = from ? dict_items(th, p, AS(Dict, from), v) : -1;
        if (from != v) decref(th, from);
    }
    return fast_leave(th, p, v, r);
}

int pickle_save_pairs(Thread *th, Pickler *p, const Value *keys, const Value *values, size_t n) {
    // n is below BATCH. What is said of an error says it of a dict: that is what is read back.
    if (n > 1 && out_op(th, p, OPC_MARK) < 0) return -1;
    for (size_t i = 0; i < n; i++) {
        if (pickle_save(th, p, keys[i]) < 0) return -1;
        if (UNLIKELY(pickle_save(th, p, values[i]) < 0)) {
            error_note(th, "when serializing dict item %R", keys[i]);
            return -1;
        }
    }
    return n ? out_op(th, p, n > 1 ? OPC_SETITEMS : OPC_SETITEM) : 0;
}

// ---- items that an iterator gives: the fourth and fifth parts of what an object reduces to ---------------------------------------------------

typedef struct Batch { Value it, of; bool pairs; size_t i; } Batch; // i: items written

// NO_VALUE at the end, or with an exception.
static Value batch_next(Thread *th, const Batch *b) {
    Value item = iter_step(th, b->it);
    if (!item || !b->pairs || (value_is_tuple(item) && AS(Tuple, item)->len == 2)) return item;
    decref(th, item);
    return raise_type_error(th, "dict items iterator must return 2-tuples");
}
static int batch_save(Thread *th, Pickler *p, Batch *b, Value item_owned) {
    int r;
    if (b->pairs) r = save_pair(th, p, b->of, AS(Tuple, item_owned)->items[0], AS(Tuple, item_owned)->items[1]);
    else if ((r = pickle_save(th, p, item_owned)) < 0) note_index(th, b->of, b->i);
    b->i++;
    decref(th, item_owned);
    return r;
}

static int save_batches(Thread *th, Pickler *p, Batch *b) {
    uint8_t one = b->pairs ? OPC_SETITEM : OPC_APPEND, many = b->pairs ? OPC_SETITEMS : OPC_APPENDS;
    for (Value item; (item = batch_next(th, b));) {
        Value next = atomic_load_relaxed(&p->bin) ? batch_next(th, b) : NO_VALUE;
        if (!next) {
            if (error_pending(th)) {
                decref(th, item);
                return -1;
            }
            if (batch_save(th, p, b, item) < 0 || out_op(th, p, one) < 0) return -1;
            if (atomic_load_relaxed(&p->bin)) return 0;
            continue;
        }
        int r = out_op(th, p, OPC_MARK);
        if (r < 0) decref(th, item);
        else r = batch_save(th, p, b, item);
        if (r < 0) {
            decref(th, next);
            return -1;
        }
        for (size_t n = 1; next; next = n < BATCH ? batch_next(th, b) : NO_VALUE) {
            if (batch_save(th, p, b, next) < 0) return -1;
            n++;
        }
        if (error_pending(th) || out_op(th, p, many) < 0) return -1;
    }
    return error_pending(th) ? -1 : 0;
}

int pickle_batch_list(Thread *th, Pickler *p, Value it, Value of) { return save_batches(th, p, &(Batch){it, of, false, 0}); }
int pickle_batch_dict(Thread *th, Pickler *p, Value it, Value of) { return save_batches(th, p, &(Batch){it, of, true, 0}); }

// ---- tuples ---------------------------------------------------------------------------------------------------------------------------------

// v was written in the course of writing its items, so it holds itself: what they left on the reader's stack is thrown away, and that one taken.
static int recursive(Thread *th, Pickler *p, const MemoEntry *e, size_t n, bool marked) {
    size_t index = e->index;
    if (marked && atomic_load_relaxed(&p->bin)) {
        if (out_op(th, p, OPC_POP_MARK) < 0) return -1;
    } else {
        for (size_t i = 0; i < n + marked; i++)
            if (out_op(th, p, OPC_POP) < 0) return -1;
    }
    MemoEntry copy = {NO_VALUE, index};
    return pickle_put_get(th, p, &copy);
}

static int save_tuple(Thread *th, Pickler *p, Value v) {
    const Tuple *t = AS(Tuple, v);
    size_t n = t->len;
    if (n == 0) return p->proto ? out_op(th, p, OPC_EMPTY_TUPLE) : out_bytes(th, p, "(t", 2); // there is one only: not remembered
    bool small = n <= 3 && p->proto >= 2;
    if (!small && out_op(th, p, OPC_MARK) < 0) return -1;
    for (size_t i = 0; i < n; i++)
        if (UNLIKELY(pickle_save(th, p, t->items[i]) < 0)) return note_index(th, v, i);
    const MemoEntry *e = pickle_memo_find(&p->memo, v);
    if (UNLIKELY(e != NULL)) return recursive(th, p, e, n, !small);
    if (out_op(th, p, small ? (uint8_t)(OPC_TUPLE1 + n - 1) : OPC_TUPLE) < 0) return -1;
    return pickle_memoize(th, p, v);
}

// ---- sets -----------------------------------------------------------------------------------------------------------------------------------

// Before protocol 4: a call of the type with a list.
static int save_set_call(Thread *th, Pickler *p, Value v) {
    Value list = sequence_to_list(th, v), args = list ? tuple_pack1(th, list) : NO_VALUE;
    Value r = args ? tuple_pack2(th, VALUE_OF(type_of(v)), args) : NO_VALUE;
    int e = r ? pickle_save_reduce(th, p, r, v) : -1;
    decref(th, list);
    decref(th, args);
    decref(th, r);
    return e;
}

static int set_items(Thread *th, Pickler *p, Set *s, Value of) {
    size_t n = set_len(s), pos = 0, i;
    Value item;
    if (n == 0) return 0;
    do {
        if (out_op(th, p, OPC_MARK) < 0) return -1;
        for (i = 0; i < BATCH && set_next(th, s, &pos, &item); i++) {
            int r = pickle_save(th, p, item);
            decref(th, item);
            if (UNLIKELY(r < 0)) return note_element(th, of);
            if (UNLIKELY(set_len(s) != n)) return changed(th, "set");
        }
        if (out_op(th, p, OPC_ADDITEMS) < 0) return -1;
    } while (i == BATCH);
    return 0;
}

static int save_set(Thread *th, Pickler *p, Value v) {
    if (p->proto < 4) return save_set_call(th, p, v);
    if (out_op(th, p, OPC_EMPTY_SET) < 0 || pickle_memoize(th, p, v) < 0) return -1;
    if (LIKELY(!th->mt)) return set_items(th, p, AS(Set, v), v);
    Value copy = set_new(th, v);
    int r = copy ? set_items(th, p, AS(Set, copy), v) : -1;
    decref(th, copy);
    return r;
}

static int save_frozenset(Thread *th, Pickler *p, Value v) {
    if (p->proto < 4) return save_set_call(th, p, v);
    if (out_op(th, p, OPC_MARK) < 0) return -1;
    size_t pos = 0;
    Value item;
    while (set_next(th, AS(Set, v), &pos, &item)) {
        int r = pickle_save(th, p, item);
        decref(th, item);
        if (UNLIKELY(r < 0)) return note_element(th, v);
    }
    const MemoEntry *e = pickle_memo_find(&p->memo, v);
    if (UNLIKELY(e != NULL)) return recursive(th, p, e, 0, true);
    if (out_op(th, p, OPC_FROZENSET) < 0) return -1;
    return pickle_memoize(th, p, v);
}

int pickle_save_container(Thread *th, Pickler *p, Value v, const Shape *s, bool *done) {
    *done = true;
    if (s == &shape_dict) return save_dict(th, p, v);
    if (s == &shape_list) return save_list(th, p, v);
    if (s == &shape_tuple) return save_tuple(th, p, v);
    if (s == &shape_set) return save_set(th, p, v);
    if (s == &shape_frozenset) return save_frozenset(th, p, v);
    if (s == &shape_bytearray) return pickle_save_bytearray(th, p, v);
    if (value_is_object(v) && value_is_exact(v, pickle_buffer_type)) return pickle_save_buffer(th, p, v);
    *done = false;
    return 0;
}
