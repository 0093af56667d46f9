// SPDX-License-Identifier: MIT
// The _heapq module: binary heaps in lists, min and max. Comparing may run Python code that changes the list: every access goes
// through the list's checked operations, and a change of its length is reported.
#include "core/object/container_inl.h"
#include "core/object/list.h"
#include "core/object/module.h"

typedef struct Heap { Thread *th; List *l; size_t len; bool max; } Heap; // len: the length when the operation began

static int less(Heap *h, Value a, Value b) {
    if (h->max) { Value t = a; a = b; b = t; }
    if (value_both_imm_int(a, b)) return (int64_t)a < (int64_t)b;
    int r = object_compare_bool(h->th, a, b, CMP_LT);
    if (r >= 0 && UNLIKELY(list_len(h->l) != h->len)) { raise_error(h->th, &exc_RuntimeError, "list changed size during iteration"); return -1; }
    return r;
}
// 0 with *a, *b exchanged in the list, -1.
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
// Bubbles the smaller child up till a leaf, then moves the item to its place.
static int sift_up(Heap *h, size_t pos) {
    size_t start = pos, end = h->len, limit = end / 2;
    while (pos < limit) {
        size_t child = 2 * pos + 1;
        if (child + 1 < end) {
            int r = less_at(h, child, child + 1);
            if (r < 0) return -1;
            if (!r) child++;
        }
        if (swap(h, child, pos) < 0) return -1;
        pos = child;
    }
    return sift_down(h, start, pos);
}

static int heap_check(Thread *th, const char *fname, Value v, bool numbered) {
    if (value_is_list(v)) return 0;
    raise_type_error(th, numbered ? "%s() argument 1 must be list, not %T" : "%s() argument must be list, not %T", fname, v);
    return -1;
}

static Value push(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappush_max" : "heappush", args[0], true) < 0) return NO_VALUE;
    List *l = AS(List, args[0]);
    if (list_append(th, l, args[1]) < 0) return NO_VALUE;
    Heap h = {th, l, list_len(l), max};
    return sift_down(&h, 0, h.len - 1) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value pop(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappop_max" : "heappop", args[0], false) < 0) return NO_VALUE;
    List *l = AS(List, args[0]);
    if (list_len(l) == 0) return raise_error(th, &exc_IndexError, "index out of range");
    Value last = list_pop(th, l, -1);
    if (!last || list_len(l) == 0) return last;
    Value top = list_get(th, l, 0);
    int r = top ? list_set(th, l, 0, last) : -1;
    decref(th, last);
    Heap h = {th, l, list_len(l), max};
    if (r < 0 || sift_up(&h, 0) < 0) { decref(th, top); return NO_VALUE; }
    return top;
}

static Value replace_top(Thread *th, List *l, Value item, bool max) {
    Value top = list_get(th, l, 0);
    if (!top) return NO_VALUE;
    Heap h = {th, l, list_len(l), max};
    if (list_set(th, l, 0, item) < 0 || sift_up(&h, 0) < 0) { decref(th, top); return NO_VALUE; }
    return top;
}
static Value replace(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heapreplace_max" : "heapreplace", args[0], true) < 0) return NO_VALUE;
    List *l = AS(List, args[0]);
    if (list_len(l) == 0) return raise_error(th, &exc_IndexError, "index out of range");
    return replace_top(th, l, args[1], max);
}
static Value pushpop(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heappushpop_max" : "heappushpop", args[0], true) < 0) return NO_VALUE;
    List *l = AS(List, args[0]);
    if (list_len(l) == 0) return new_ref(th, args[1]);
    Value top = list_get(th, l, 0);
    if (!top) return NO_VALUE;
    // The comparison may change the heap: what it is then decides.
    int r = max ? object_compare_bool(th, args[1], top, CMP_LT) : object_compare_bool(th, top, args[1], CMP_LT);
    decref(th, top);
    if (r < 0) return NO_VALUE;
    if (!r) return new_ref(th, args[1]);
    if (list_len(l) == 0) return raise_error(th, &exc_IndexError, "index out of range");
    return replace_top(th, l, args[1], max);
}
static Value heapify(Thread *th, Value *args, bool max) {
    if (heap_check(th, max ? "heapify_max" : "heapify", args[0], false) < 0) return NO_VALUE;
    Heap h = {th, AS(List, args[0]), list_len(AS(List, args[0])), max};
    for (size_t i = h.len / 2; i-- > 0;) if (sift_up(&h, i) < 0) return NO_VALUE;
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
