// SPDX-License-Identifier: MIT
// The _heapq module: binary heaps in lists, min and max. While items can be compared without running Python code an operation is one step
// under the list's lock; else it goes on without the lock through the list's checked operations, and a change of the length is reported.
#include "core/object/container_inl.h"
#include "core/object/float.h"
#include "core/object/list.h"
#include "core/object/module.h"

typedef struct Heap { Thread *th; List *l; size_t len; bool max; } Heap; // len: the length when the operation began

// ---- the quick way: all under the list's lock, while comparing needs no call

// a < b without running Python code: 0 1, -1 not known.
static int quick_less(Value a, Value b, int depth) {
    if (value_both_imm_int(a, b)) return (int64_t)a < (int64_t)b;
    bool fa = value_is_imm_float(a) || (value_is_object(a) && atomic_load_relaxed(&value_object(a)->shape) == &shape_float);
    bool fb = value_is_imm_float(b) || (value_is_object(b) && atomic_load_relaxed(&value_object(b)->shape) == &shape_float);
    if (fa && fb) return float_value(a) < float_value(b);
    if (value_is_exact_str(a) && value_is_exact_str(b)) return str_compare(AS(Str, a), AS(Str, b)) < 0;
    if (value_is_exact_tuple(a) && value_is_exact_tuple(b) && depth < 4) {
        Tuple *x = AS(Tuple, a), *y = AS(Tuple, b);
        for (size_t i = 0; i < x->len && i < y->len; i++) {
            Value p = x->items[i], q = y->items[i];
            int e = value_equal_quick(p, q);
            if (e > 0) continue;
            if (e == 0) return quick_less(p, q, depth + 1);
            int l = quick_less(p, q, depth + 1);
            if (l) return l; // less, or not known
            if ((l = quick_less(q, p, depth + 1))) return l < 0 ? -1 : 0;
        }
        return x->len < y->len;
    }
    return -1;
}
static int quick(Heap *h, Value a, Value b) { return h->max ? quick_less(b, a, 0) : quick_less(a, b, 0); }

static void exchange(Value *p, size_t i, size_t j) {
    Value a = p[i], b = p[j];
    atomic_store_release(&p[i], b);
    atomic_store_release(&p[j], a);
}
// Both stop with false where a comparison is not known; *pos says where the item is.
static bool quick_down(Heap *h, Value *p, size_t start, size_t *pos) {
    while (*pos > start) {
        size_t parent = (*pos - 1) / 2;
        int r = quick(h, p[*pos], p[parent]);
        if (r < 0) return false;
        if (!r) return true;
        exchange(p, *pos, parent);
        *pos = parent;
    }
    return true;
}
static bool quick_up(Heap *h, Value *p, size_t *pos) {
    while (*pos < h->len / 2) {
        size_t child = 2 * *pos + 1;
        if (child + 1 < h->len) {
            int r = quick(h, p[child], p[child + 1]);
            if (r < 0) return false;
            if (!r) child++;
        }
        exchange(p, child, *pos);
        *pos = child;
    }
    return true;
}

// ---- the general way: comparisons may run Python code that changes the list

static int less(Heap *h, Value a, Value b) {
    if (h->max) { Value t = a; a = b; b = t; }
    int r = object_compare_bool(h->th, a, b, CMP_LT);
    if (r >= 0 && UNLIKELY(list_len(h->l) != h->len)) { raise_error(h->th, &exc_RuntimeError, "list changed size during iteration"); return -1; }
    return r;
}
// 0 with the items at i and j exchanged in the list, -1.
static int swap(Heap *h, size_t i, size_t j) {
    Value a = list_get(h->th, h->l, (intptr_t)i), b = a ? list_get(h->th, h->l, (intptr_t)j) : NO_VALUE;
    int r = b && list_set(h->th, h->l, (intptr_t)i, b) == 0 && list_set(h->th, h->l, (intptr_t)j, a) == 0 ? 0 : -1;
    decref(h->th, a);
    decref(h->th, b);
    return r;
}
static int less_at(Heap *h, size_t i, size_t j) {
    Value a = list_get(h->th, h->l, (intptr_t)i), b = a ? list_get(h->th, h->l, (intptr_t)j) : NO_VALUE;
    int r = b ? less(h, a, b) : -1;
    decref(h->th, a);
    decref(h->th, b);
    return r;
}
// Moves the item at pos towards the root, not beyond start.
static int sift_down(Heap *h, size_t start, size_t pos) {
    while (pos > start) {
        size_t parent = (pos - 1) / 2;
        int r = less_at(h, pos, parent);
        if (r < 0) return -1;
        if (!r) break;
        if (swap(h, pos, parent) < 0) return -1;
        pos = parent;
    }
    return 0;
}
// Bubbles the smaller child up till a leaf, then moves the item to its place, not beyond start.
static int sift_up(Heap *h, size_t start, size_t pos) {
    while (pos < h->len / 2) {
        size_t child = 2 * pos + 1;
        if (child + 1 < h->len) {
            int r = less_at(h, child, child + 1);
            if (r < 0) return -1;
            if (!r) child++;
        }
        if (swap(h, child, pos) < 0) return -1;
        pos = child;
    }
    return sift_down(h, start, pos);
}

// ---- operations

static void heap_lock(Heap *h) { owned_lock(h->th, &h->l->head, &h->l->lock); }
static void heap_unlock(Heap *h) { owned_unlock(h->th, &h->l->head, &h->l->lock); }
// Settles the item at pos whose subtree may be out of order; called with the lock held, gives it up. 0 or -1.
static int settle_up_unlock(Heap *h, size_t start) {
    size_t pos = start;
    Value *p = list_items_raw(h->l);
    bool up = quick_up(h, p, &pos);
    if (up && quick_down(h, p, start, &pos)) { heap_unlock(h); return 0; }
    heap_unlock(h);
    return up ? sift_down(h, start, pos) : sift_up(h, start, pos);
}
// What left the list: readers without the lock may be about to take a reference.
static Value taken(Heap *h, Value v) {
    container_hand_over(h->th, &h->l->head, v);
    return v;
}

static int heap_check(Thread *th, const char *fname, Value v, bool numbered) {
    if (value_is_list(v)) return 0;
    raise_type_error(th, numbered ? "%s() argument 1 must be list, not %T" : "%s() argument must be list, not %T", fname, v);
    return -1;
}

static Value push(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappush_max" : "heappush", args[0], true) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), 0, max};
    heap_lock(&h);
    size_t pos = h.l->len;
    if (list_reserve_locked(th, h.l, pos + 1) < 0) { heap_unlock(&h); return NO_VALUE; }
    Value *p = list_items_raw(h.l);
    atomic_store_release(&p[pos], new_ref(th, args[1]));
    atomic_store_release(&h.l->len, pos + 1);
    h.len = pos + 1;
    bool done = quick_down(&h, p, 0, &pos);
    heap_unlock(&h);
    return done || sift_down(&h, 0, pos) == 0 ? VALUE_NONE : NO_VALUE;
}

static Value pop(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappop_max" : "heappop", args[0], false) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), 0, max};
    heap_lock(&h);
    size_t n = h.l->len;
    if (n == 0) { heap_unlock(&h); return raise_error(th, &exc_IndexError, "index out of range"); }
    Value *p = list_items_raw(h.l), last = p[n - 1];
    atomic_store_release(&h.l->len, n - 1);
    atomic_store_release(&p[n - 1], NO_VALUE);
    if (n == 1) { heap_unlock(&h); return taken(&h, last); }
    Value top = p[0];
    atomic_store_release(&p[0], last);
    h.len = n - 1;
    int r = settle_up_unlock(&h, 0);
    top = taken(&h, top);
    if (r == 0) return top;
    decref(th, top);
    return NO_VALUE;
}

static Value replace(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heapreplace_max" : "heapreplace", args[0], true) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), 0, max};
    heap_lock(&h);
    h.len = h.l->len;
    if (h.len == 0) { heap_unlock(&h); return raise_error(th, &exc_IndexError, "index out of range"); }
    Value *p = list_items_raw(h.l), top = p[0];
    atomic_store_release(&p[0], new_ref(th, args[1]));
    int r = settle_up_unlock(&h, 0);
    top = taken(&h, top);
    if (r == 0) return top;
    decref(th, top);
    return NO_VALUE;
}

static Value pushpop(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappushpop_max" : "heappushpop", args[0], true) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), 0, max};
    heap_lock(&h);
    h.len = h.l->len;
    if (h.len == 0) { heap_unlock(&h); return new_ref(th, args[1]); }
    Value *p = list_items_raw(h.l), top = p[0];
    int r = quick(&h, top, args[1]);
    if (r < 0) {
        incref(th, top);
        heap_unlock(&h);
        // The comparison may change the heap: what it is then decides.
        r = max ? object_compare_bool(th, args[1], top, CMP_LT) : object_compare_bool(th, top, args[1], CMP_LT);
        decref(th, top);
        if (r < 0) return NO_VALUE;
        if (r) return replace(th, args, max);
        return new_ref(th, args[1]);
    }
    if (!r) { heap_unlock(&h); return new_ref(th, args[1]); }
    atomic_store_release(&p[0], new_ref(th, args[1]));
    r = settle_up_unlock(&h, 0);
    top = taken(&h, top);
    if (r == 0) return top;
    decref(th, top);
    return NO_VALUE;
}

static Value heapify(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heapify_max" : "heapify", args[0], false) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), 0, max};
    heap_lock(&h);
    size_t i = (h.len = h.l->len) / 2;
    Value *p = list_items_raw(h.l);
    while (i > 0) {
        size_t start = i - 1, pos = start;
        if (!quick_up(&h, p, &pos) || !quick_down(&h, p, start, &pos)) break;
        i--;
    }
    heap_unlock(&h);
    // From where a comparison needs a call; what the quick way left half-done is settled anew.
    for (; i > 0; i--) if (sift_up(&h, i - 1, i - 1) < 0) return NO_VALUE;
    return VALUE_NONE;
}

#define PAIR(name)                                                                                        \
    static Value heapq_fn_##name(Thread *th, Value m, Value *args) { return name(th, args, false); }       \
    static Value heapq_fn_##name##_max(Thread *th, Value m, Value *args) { return name(th, args, true); }
PAIR(push) PAIR(pop) PAIR(replace) PAIR(pushpop) PAIR(heapify)

static const MethodDef heapq_methods[] = {
    {"heappush", "(heap, item, /)", heapq_fn_push, "Push item onto heap, maintaining the heap invariant.", 0},
    {"heappushpop", "(heap, item, /)", heapq_fn_pushpop,
     "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().", 0},
    {"heappop", "(heap, /)", heapq_fn_pop, "Pop the smallest item off the heap, maintaining the heap invariant.", 0},
    {"heapreplace", "(heap, item, /)", heapq_fn_replace,
     "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\n"
     "returned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)", 0},
    {"heapify", "(heap, /)", heapq_fn_heapify, "Transform list into a heap, in-place, in O(len(heap)) time.", 0},
    {"heappush_max", "(heap, item, /)", heapq_fn_push_max, "Push item onto max heap, maintaining the heap invariant.", 0},
    {"heappushpop_max", "(heap, item, /)", heapq_fn_pushpop_max, "Maxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max() followed by\na separate call to heappop_max().", 0},
    {"heappop_max", "(heap, /)", heapq_fn_pop_max, "Maxheap variant of heappop.", 0},
    {"heapreplace_max", "(heap, item, /)", heapq_fn_replace_max, "Maxheap variant of heapreplace.", 0},
    {"heapify_max", "(heap, /)", heapq_fn_heapify_max, "Maxheap variant of heapify.", 0},
    {0},
};
static int heapq_exec(Thread *th, Value m) {
    return module_add_str(th, m, "__about__", "Heap queues: priority queues in plain lists. The item at index 0 is the smallest; the children of item k are at 2k+1 and 2k+2.");
}
const ModuleDef module__heapq = {
    "_heapq", "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.\n", heapq_methods, heapq_exec};
