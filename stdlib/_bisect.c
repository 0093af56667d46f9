// SPDX-License-Identifier: MIT
// The _bisect module. No state: sequences are read item by item.
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"

// Is a < b? 0 1 -1
static int less(Thread *th, Value a, Value b) {
    if (value_both_imm_int(a, b)) return (int64_t)a < (int64_t)b;
    return object_compare_bool(th, a, b, CMP_LT);
}

static Value item_at(Thread *th, Value seq, intptr_t i) {
    return value_is_exact_list(seq) ? list_get(th, AS(List, seq), i) : sequence_get(th, seq, i);
}

// Where x (already a key) goes in a[lo:hi]. -1 error.
static intptr_t search(Thread *th, Value a, Value x, intptr_t lo, intptr_t hi, Value key, bool right) {
    if (lo < 0) { raise_value_error(th, "lo must be non-negative"); return -1; }
    if (hi == -1 && (hi = object_len(th, a)) < 0) return -1;
    while (lo < hi) {
        intptr_t mid = (intptr_t)(((size_t)lo + (size_t)hi) / 2);
        Value item = item_at(th, a, mid);
        if (item && key) {
            Value k = call1(th, key, item);
            decref(th, item);
            item = k;
        }
        if (!item) return -1;
        int r = right ? less(th, x, item) : less(th, item, x);
        decref(th, item);
        if (r < 0) return -1;
        if (right ? r : !r) hi = mid; else lo = mid + 1;
    }
    return lo;
}

// args: a, x, lo, hi, key. Position or -1; insort: x is transformed by key first.
static intptr_t bisect_args(Thread *th, Value *args, bool right, bool insort) {
    intptr_t lo = 0, hi = -1;
    if (args[2]) { lo = number_as_ssize(th, args[2], &exc_OverflowError); if (lo == -1 && error_pending(th)) return -1; }
    if (args[3] && args[3] != VALUE_NONE) {
        hi = number_as_ssize(th, args[3], &exc_OverflowError);
        if (hi == -1 && error_pending(th)) return -1;
    }
    Value key = args[4] && args[4] != VALUE_NONE ? args[4] : NO_VALUE;
    if (!insort || !key) return search(th, args[0], args[1], lo, hi, key, right);
    Value k = call1(th, key, args[1]);
    if (!k) return -1;
    intptr_t r = search(th, args[0], k, lo, hi, key, right);
    decref(th, k);
    return r;
}

static Value insort(Thread *th, Value *args, bool right) {
    intptr_t i = bisect_args(th, args, right, true);
    if (i < 0) return NO_VALUE;
    if (value_is_exact_list(args[0])) return list_insert(th, AS(List, args[0]), i, args[1]) < 0 ? NO_VALUE : VALUE_NONE;
    Value name = str_intern_cstr(th, "insert"), v[2] = {int_from_i64(th, i), args[1]};
    Value r = name ? call_method(th, args[0], name, v, 2) : NO_VALUE;
    if (!r) return NO_VALUE;
    decref(th, r);
    return VALUE_NONE;
}
static Value position(Thread *th, Value *args, bool right) {
    intptr_t i = bisect_args(th, args, right, false);
    return i < 0 ? NO_VALUE : int_from_i64(th, i);
}
static Value bisect_fn_right(Thread *th, Value m, Value *args) { return position(th, args, true); }
static Value bisect_fn_left(Thread *th, Value m, Value *args) { return position(th, args, false); }
static Value bisect_fn_insort_right(Thread *th, Value m, Value *args) { return insort(th, args, true); }
static Value bisect_fn_insort_left(Thread *th, Value m, Value *args) { return insort(th, args, false); }

#define SIG "(a, x, lo=0, hi=None, *, key=None)"
#define OPTIONAL "\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order."
static const MethodDef bisect_methods[] = {
    {"bisect_right", SIG, bisect_fn_right,
     "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\n"
     "insert just after the rightmost x already there." OPTIONAL, 0},
    {"insort_right", SIG, bisect_fn_insort_right, "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x." OPTIONAL, 0},
    {"bisect_left", SIG, bisect_fn_left,
     "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\n"
     "insert just before the leftmost x already there." OPTIONAL, 0},
    {"insort_left", SIG, bisect_fn_insort_left, "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x." OPTIONAL, 0},
    {0},
};
const ModuleDef module__bisect = {
    "_bisect",
    "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    bisect_methods, NULL};
