// SPDX-License-Identifier: MIT
// Parts of lists: reading, replacing and deleting ranges and slices. A private list (list_is_private) is read without its lock; every
// writer holds it. What leaves the list is released after the unlock, because a release may run Python code.
#include "core/object/list_int.h"
#include "core/object/iter.h"

// Takes up to n items from l, start + k * step each, into dst: new references. Returns how many there were.
ALWAYS_INLINE size_t items_take(Thread *th, List *l, size_t start, intptr_t step, size_t n, Value *dst) {
    size_t len = atomic_load_acquire(&l->len);
    ListItems *items = atomic_load_acquire(&l->items);
    if (items == NULL) return 0;
    if (UNLIKELY(len > items->cap)) len = items->cap;   // of another moment
    // All indices lie between the first and the last one.
    while (n && (start >= len || start + (n - 1) * (size_t)step >= len)) n--;
    for (size_t k = 0, at = start; k < n; k++, at += (size_t)step) { // behind the last one it may be anything
        Value v = atomic_load_acquire(&items->v[at]);
        if (value_is_ptr(v)) {
            if (UNLIKELY(v == NO_VALUE)) return k;
            object_incref(th, value_object(v));
        }
        dst[k] = v;
    }
    return n;
}

static Value list_take(Thread *th, List *l, size_t start, intptr_t step, size_t n, size_t room) {
    List *d = object_alloc(th, &shape_list, sizeof(List));
    if (n + room == 0 || UNLIKELY(d == NULL)) return VALUE_OF(d);
    ListItems *it = list_items_new(th, n + room);
    if (UNLIKELY(it == NULL)) { decref(th, VALUE_OF(d)); return NO_VALUE; }
    size_t got;
    if (LIKELY(list_is_private(th, l))) {
        got = items_take(th, l, start, step, n, it->v);
        // The loads above are acquiring, so this one comes after them: unmarked still, then nobody has written in between.
        if (LIKELY(!th->mt) || LIKELY(!object_seen(&l->head))) goto done;
        values_release(th, it->v, got);
    }
    list_lock(th, l);
    got = items_take(th, l, start, step, n, it->v);
    list_unlock(th, l);
done:
    for (size_t k = got; k < n; k++) it->v[k] = NO_VALUE;   // another thread made l shorter
    d->items = it;
    d->len = got;
    return VALUE_OF(d);
}

bool list_unpack(Thread *th, List *l, Value *dst, size_t n) {
    if (list_len(l) != n) return false;
    size_t got;
    if (LIKELY(list_is_private(th, l))) {
        got = items_take(th, l, 0, 1, n, dst);
        if (LIKELY(!th->mt) || LIKELY(!object_seen(&l->head))) goto done;   // see list_take
        values_release(th, dst, got);
    }
    list_lock(th, l);
    got = l->len == n ? items_take(th, l, 0, 1, n, dst) : 0;
    list_unlock(th, l);
done:
    if (LIKELY(got == n)) return true;
    values_release(th, dst, got);
    return false;
}

Value list_range(Thread *th, List *l, size_t start, size_t end) {
    size_t n = list_len(l);
    if (end > n) end = n;
    return list_take(th, l, start, 1, start < end ? end - start : 0, 0);
}
Value list_copy_with_room(Thread *th, List *l, size_t room) { return list_take(th, l, 0, 1, list_len(l), room); }

int list_remove_same(Thread *th, List *l, Value v) {
    list_lock(th, l);
    Value *p = list_items_raw(l);
    size_t len = l->len, i = 0;
    while (i < len && p[i] != v) i++;
    if (i < len) {
        atomic_store_release(&l->len, len - 1);
        values_move(p + i, p + i + 1, len - 1 - i, object_seen(&l->head));
        atomic_store_release(&p[len - 1], NO_VALUE);
        list_shrink_locked(th, l);
    }
    list_unlock(th, l);
    if (i < len) container_drop(th, &l->head, v);
    return i < len;
}

Value list_get_slice(Thread *th, List *l, Value start, Value stop, Value step) {
    SliceParts p;
    if (slice_unpack(th, start, stop, step, &p) < 0) return NO_VALUE;
    size_t n = slice_adjust(list_len(l), &p);
    return list_take(th, l, (size_t)p.start, p.step, n, 0);
}

// The items of `gone` were taken out of l.
ALWAYS_INLINE void drop_all(Thread *th, List *l, const Value *gone, size_t n) {
    for (size_t i = n; i-- > 0;) container_drop(th, &l->head, gone[i]);
}

enum { SPLICE_SMALL = 16 };

// Replaces [lo, hi) by n values, `owned` or borrowed (then counted here); owned ones are taken over also on failure.
ALWAYS_INLINE int splice(Thread *th, List *l, size_t lo, size_t hi, const Value *v, size_t n, bool owned) {
    Value small[SPLICE_SMALL], *gone = small;
    list_lock(th, l);
    size_t len = l->len;
    if (lo > len) lo = len;
    if (hi > len) hi = len;
    if (hi < lo) hi = lo;
    size_t del = hi - lo, new_len = len - del + n, out = 0;
    bool failed = false;
    if (del > SPLICE_SMALL && !(gone = mem_alloc(th, del * sizeof(Value)))) failed = true;
    if (!failed && new_len > 0 && list_reserve_locked(th, l, new_len) < 0) failed = true;
    if (UNLIKELY(failed)) {
        list_unlock(th, l);
        if (gone != small) mem_free(gone);
        for (size_t i = 0; owned && i < n; i++) decref(th, v[i]);
        return -1;
    }
    Value *p = list_items_raw(l);
    if (del == n) {     // nothing moves
        for (size_t i = 0; i < n; i++) {
            Value old = p[lo + i], new = v[i];
            if (!owned) incref(th, new);
            if (value_is_object(old)) gone[out++] = old;
            atomic_store_release(&p[lo + i], new);
        }
    } else {
        bool seen = object_seen(&l->head);
        for (size_t i = 0; i < del; i++) gone[out++] = p[lo + i];
        for (size_t i = 0; !owned && i < n; i++) incref(th, v[i]);
        if (new_len < len) atomic_store_release(&l->len, new_len);
        if (p) {
            values_move(p + lo + n, p + hi, len - hi, seen);
            values_copy_relaxed(p + lo, v, n);
            for (size_t i = new_len; i < len; i++) atomic_store_release(&p[i], NO_VALUE);
        }
        if (new_len > len) atomic_store_release(&l->len, new_len);
        list_shrink_locked(th, l);
    }
    list_unlock(th, l);
    drop_all(th, l, gone, out);
    if (gone != small) mem_free(gone);
    return 0;
}
int list_splice_owned(Thread *th, List *l, size_t lo, size_t hi, const Value *v, size_t n) { return splice(th, l, lo, hi, v, n, true); }

// What is assigned to a slice, as a list or a tuple that nobody changes meanwhile: a new reference. It may run Python code.
static Value slice_source(Thread *th, List *l, Value v) {
    if (value_is_list(v)) return v != VALUE_OF(l) && list_is_private(th, AS(List, v)) ? new_ref(th, v) : list_range(th, AS(List, v), 0, SIZE_MAX);
    if (value_is_exact_tuple(v)) return new_ref(th, v);
    Value it = object_iter(th, v), src = it ? sequence_to_list(th, it) : NO_VALUE;
    decref(th, it);
    if (!src && error_matches(th, &exc_TypeError) && !type_of(v)->slots.iter && !sequence_check(v)) {
        error_clear(th);
        raise_type_error(th, "must assign iterable to extended slice");
    }
    return src;
}

static int set_strided(Thread *th, List *l, const SliceParts *p, size_t n, const Value *items, size_t m) {
    if (m != n) {
        raise_value_error(th, "attempt to assign sequence of size %zu to extended slice of size %zd", m, (intptr_t)n);
        return -1;
    }
    if (n == 0) return 0;
    Value *old = mem_calloc(th, n, sizeof(Value));
    if (!old) return -1;
    list_lock(th, l);
    for (size_t k = 0; k < n; k++) {
        size_t i = (size_t)(p->start + (intptr_t)k * p->step);
        if (i >= l->len) continue;
        old[k] = l->items->v[i];
        atomic_store_release(&l->items->v[i], new_ref(th, items[k]));
    }
    list_unlock(th, l);
    drop_all(th, l, old, n);
    mem_free(old);
    return 0;
}

static int delete_strided(Thread *th, List *l, const SliceParts *parts, size_t n) {
    if (n == 0) return 0;
    Value *old = mem_calloc(th, n, sizeof(Value));
    if (!old) return -1;
    intptr_t start = parts->start, step = parts->step;
    if (step < 0) { start += step * ((intptr_t)n - 1); step = -step; }
    list_lock(th, l);
    Value *p = list_items_raw(l);
    size_t len = l->len, out = 0, gone = 0;
    for (size_t i = 0; i < len; i++) {
        bool del = (intptr_t)i >= start && gone < n && ((intptr_t)i - start) % step == 0;
        if (del) old[gone++] = p[i];
        else { if (out != i) atomic_store_release(&p[out], p[i]); out++; }
    }
    atomic_store_release(&l->len, out);
    for (size_t i = out; i < len; i++) atomic_store_release(&p[i], NO_VALUE);
    list_shrink_locked(th, l);
    list_unlock(th, l);
    drop_all(th, l, old, gone);
    mem_free(old);
    return 0;
}

int list_set_slice(Thread *th, List *l, Value start, Value stop, Value step, Value v) {
    SliceParts p;
    Value src = NO_VALUE;
    if (slice_unpack(th, start, stop, step, &p) < 0) return -1;
    if (v && !(src = slice_source(th, l, v))) return -1;
    // Both may have run Python code that changed this list: its length now counts.
    size_t n = slice_adjust(list_len(l), &p), m = 0;
    const Value *items = NULL;
    if (src) {
        if (value_is_exact_tuple(src)) { items = AS(Tuple, src)->items; m = AS(Tuple, src)->len; }
        else { items = list_items_raw(AS(List, src)); m = AS(List, src)->len; }
    }
    int r;
    if (p.step == 1) r = splice(th, l, (size_t)p.start, (size_t)p.start + n, items, m, false);
    else r = v ? set_strided(th, l, &p, n, items, m) : delete_strided(th, l, &p, n);
    decref(th, src);
    return r;
}
