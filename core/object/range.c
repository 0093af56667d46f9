// SPDX-License-Identifier: MIT
// range, range_iterator (62-bit ints) and longrange_iterator (any ints). Ranges are constant; an iterator shared by threads claims its
// numbers with compare-and-swap.
#include "core/base/hash.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/iter.h"

#define ONE value_imm_int(1)
#define ZERO value_imm_int(0)
#define RANGE(v) AS(Range, v)

// Number of items of start, stop, step as a new int.
static Value range_length(Thread *th, Value start, Value stop, Value step) {
    if (value_is_imm_int(start) && value_is_imm_int(stop) && value_is_imm_int(step)) {
        int64_t a = value_imm_int_get(start), b = value_imm_int_get(stop), s = value_imm_int_get(step);
        uint64_t n = 0;
        if (s > 0 && a < b) n = ((uint64_t)b - (uint64_t)a - 1) / (uint64_t)s + 1;
        else if (s < 0 && a > b) n = ((uint64_t)a - (uint64_t)b - 1) / (0 - (uint64_t)s) + 1;
        return int_from_u64(th, n);
    }
    bool up = int_sign(step) > 0;
    Value lo = up ? start : stop, hi = up ? stop : start;
    if (int_compare(lo, hi) >= 0) return ZERO;
    Value span = int_sub(th, hi, lo), one = span ? int_sub(th, span, ONE) : NO_VALUE, width = up ? new_ref(th, step) : int_neg(th, step);
    Value q = one && width ? int_floordiv(th, one, width) : NO_VALUE, n = q ? int_add(th, q, ONE) : NO_VALUE;
    decref(th, span);
    decref(th, one);
    decref(th, width);
    decref(th, q);
    return n;
}

// Takes over the three ints.
static Value range_make_owned(Thread *th, Value start, Value stop, Value step) {
    Value n = start && stop && step ? range_length(th, start, stop, step) : NO_VALUE;
    Range *r = n ? NEW(Range, th, &type_range) : NULL;
    if (!r) { decref(th, start); decref(th, stop); decref(th, step); decref(th, n); return NO_VALUE; }
    r->start = start;
    r->stop = stop;
    r->step = step;
    r->length = n;
    return VALUE_OF(r);
}

static Value range_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "range", kwnames) < 0 || args_count(th, "range", nargs, 1, 3) < 0) return NO_VALUE;
    Value v[3] = {ZERO, ZERO, ONE};
    if (nargs == 1) v[1] = index_exact(th, args[0]);
    else for (size_t i = 0; i < nargs; i++) {
        if ((v[i] = index_exact(th, args[i]))) continue;
        for (size_t j = 0; j < i; j++) decref(th, v[j]);
        return NO_VALUE;
    }
    if (!v[1]) return NO_VALUE;
    if (v[2] == ZERO) {
        decref(th, v[0]);
        decref(th, v[1]);
        return raise_value_error(th, "range() arg 3 must not be zero");
    }
    return range_make_owned(th, v[0], v[1], v[2]);
}

static void range_dealloc(Thread *th, Object *self) {
    Range *r = (Range *)self;
    decref(th, r->start);
    decref(th, r->stop);
    decref(th, r->step);
    decref(th, r->length);
    object_free(th, self);
}

static Value range_slot_repr(Thread *th, Value self) {
    Range *r = RANGE(self);
    return r->step == ONE ? str_format(th, "range(%R, %R)", r->start, r->stop) : str_format(th, "range(%R, %R, %R)", r->start, r->stop, r->step);
}

static intptr_t range_slot_len(Thread *th, Value self) {
    int64_t n;
    if (int_as_i64_overflow(RANGE(self)->length, &n)) {
        raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
        return -1;
    }
    return (intptr_t)n;
}
static int range_slot_bool(Thread *th, Value self) { return RANGE(self)->length != ZERO; }

// start + i * step
static Value range_item(Thread *th, Range *r, Value i) {
    if (value_is_imm_int(r->start) && value_is_imm_int(r->step) && value_is_imm_int(i)) {
        int64_t p, s;
        if (!__builtin_mul_overflow(value_imm_int_get(i), value_imm_int_get(r->step), &p) && !__builtin_add_overflow(p, value_imm_int_get(r->start), &s))
            return int_from_i64(th, s);
    }
    Value p = int_mul(th, i, r->step), s = p ? int_add(th, r->start, p) : NO_VALUE;
    decref(th, p);
    return s;
}

// One end of a slice of a range: clipped to [lo, hi] after adding the length to negatives; dflt when None.
static Value slice_end(Thread *th, Value x, Value len, Value lo, Value hi, Value dflt) {
    if (x == VALUE_NONE) return new_ref(th, dflt);
    if (!index_check(x)) return raise_type_error(th, "slice indices must be integers or None or have an __index__ method");
    Value i = index_exact(th, x);
    if (!i) return NO_VALUE;
    if (int_sign(i) < 0) {
        Value j = int_add(th, i, len);
        decref(th, i);
        if (!(i = j)) return NO_VALUE;
        if (int_compare(i, lo) < 0) { decref(th, i); i = new_ref(th, lo); }
    } else if (int_compare(i, hi) > 0) { decref(th, i); i = new_ref(th, hi); }
    return i;
}

// slice.indices on ints of any size: three new references in out. 0 or -1.
static int slice_indices_big(Thread *th, Value slice, Value len, Value out[3]) {
    Slice *s = AS(Slice, slice);
    out[0] = out[1] = out[2] = NO_VALUE;
    if (s->step == VALUE_NONE) out[2] = ONE;
    else if (!index_check(s->step)) { raise_type_error(th, "slice indices must be integers or None or have an __index__ method"); return -1; }
    else if (!(out[2] = index_exact(th, s->step))) return -1;
    int sign = int_sign(out[2]);
    if (sign == 0) { raise_value_error(th, "slice step cannot be zero"); return -1; }
    Value lo = sign < 0 ? value_imm_int(-1) : ZERO, hi = sign < 0 ? int_sub(th, len, ONE) : new_ref(th, len);
    if (hi) out[0] = slice_end(th, s->start, len, lo, hi, sign < 0 ? hi : lo);
    if (out[0]) out[1] = slice_end(th, s->stop, len, lo, hi, sign < 0 ? lo : hi);
    decref(th, hi);
    if (out[0] && out[1]) return 0;
    decref(th, out[0]);
    decref(th, out[2]);
    return -1;
}

static Value range_slot_getitem(Thread *th, Value self, Value key) {
    Range *r = RANGE(self);
    if (value_is_exact(key, &type_slice)) {
        Value s[3];
        if (slice_indices_big(th, key, r->length, s) < 0) return NO_VALUE;
        Value step = int_mul(th, s[2], r->step), start = range_item(th, r, s[0]), stop = range_item(th, r, s[1]);
        for (int i = 0; i < 3; i++) decref(th, s[i]);
        return range_make_owned(th, start, stop, step);
    }
    if (!index_check(key)) return raise_type_error(th, "range indices must be integers or slices, not %T", key);
    Value i = index_exact(th, key);
    if (!i) return NO_VALUE;
    if (int_sign(i) < 0) {
        Value j = int_add(th, i, r->length);
        decref(th, i);
        if (!(i = j)) return NO_VALUE;
    }
    Value v = NO_VALUE;
    if (int_sign(i) < 0 || int_compare(i, r->length) >= 0) raise_error(th, &exc_IndexError, "range object index out of range");
    else v = range_item(th, r, i);
    decref(th, i);
    return v;
}

static bool value_is_true_int(Value v) { return value_is_imm_int(v) || value_is_bool(v) || value_is_exact(v, &type_int); }

// Is the int x an item? 0 1 -1
static int range_has_int(Thread *th, Range *r, Value x) {
    if (value_is_bool(x)) x = value_imm_int(x == VALUE_TRUE);
    bool up = int_sign(r->step) > 0;
    int a = int_compare(r->start, x), b = int_compare(x, r->stop);
    if (up ? a > 0 || b >= 0 : a < 0 || b <= 0) return 0;
    Value d = int_sub(th, x, r->start), m = d ? int_mod(th, d, r->step) : NO_VALUE;
    decref(th, d);
    if (!m) return -1;
    int in = m == ZERO;
    decref(th, m);
    return in;
}

// Position (or count) by comparing each item: for values that are not ints.
static int range_scan(Thread *th, Value self, Value x, Value *index, int64_t *count) {
    Value it = object_iter(th, self);
    if (!it) return -1;
    int64_t i = 0, n = 0;
    for (Value v; (v = iter_next(th, it)); i++) {
        int e = value_equal(th, v, x);
        decref(th, v);
        if (e < 0) { decref(th, it); return -1; }
        if (e) { n++; if (index) { *index = value_imm_int(i); break; } }
    }
    decref(th, it);
    if (error_pending(th)) return -1;
    if (count) *count = n;
    return n > 0;
}

static int range_slot_contains(Thread *th, Value self, Value x) {
    if (value_is_true_int(x)) return range_has_int(th, RANGE(self), x);
    Value i;
    return range_scan(th, self, x, &i, NULL);
}

static Value range_meth_index(Thread *th, Value self, Value *args) {
    Range *r = RANGE(self);
    Value x = args[0];
    if (!value_is_true_int(x)) {
        Value i;
        int e = range_scan(th, self, x, &i, NULL);
        return e < 0 ? NO_VALUE : e ? i : raise_value_error(th, "sequence.index(x): x not in sequence");
    }
    if (value_is_bool(x)) x = value_imm_int(x == VALUE_TRUE);
    int e = range_has_int(th, r, x);
    if (e < 0) return NO_VALUE;
    if (!e) return raise_value_error(th, "range.index(x): x not in range");
    Value d = int_sub(th, x, r->start), i = d ? int_floordiv(th, d, r->step) : NO_VALUE;
    decref(th, d);
    return i;
}

static Value range_meth_count(Thread *th, Value self, Value *args) {
    int64_t n = 0;
    if (value_is_true_int(args[0])) {
        int e = range_has_int(th, RANGE(self), args[0]);
        return e < 0 ? NO_VALUE : value_imm_int(e);
    }
    return range_scan(th, self, args[0], NULL, &n) < 0 ? NO_VALUE : value_imm_int(n);
}

static Value range_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_exact(b, &type_range) || (op != CMP_EQ && op != CMP_NE)) return VALUE_NOT_IMPLEMENTED;
    Range *x = RANGE(a), *y = RANGE(b);
    bool eq = a == b;
    if (!eq && int_compare(x->length, y->length) == 0) {
        if (x->length == ZERO) eq = true;
        else if (int_compare(x->start, y->start) == 0) eq = x->length == ONE || int_compare(x->step, y->step) == 0;
    }
    return value_bool(eq == (op == CMP_EQ));
}

static int64_t range_slot_hash(Thread *th, Value self) {
    Range *r = RANGE(self);
    Value v[3] = {r->length, r->length == ZERO ? VALUE_NONE : r->start, r->length == ZERO || r->length == ONE ? VALUE_NONE : r->step};
    uint64_t acc = HASH_TUPLE_START;
    for (int i = 0; i < 3; i++) {
        int64_t h = object_hash(th, v[i]);
        if (h == -1) return -1;
        acc = hash_tuple_step(acc, h);
    }
    return hash_tuple_finish(acc, 3);
}

static Value range_meth_reduce(Thread *th, Value self, Value *args) {
    Range *r = RANGE(self);
    Value a = tuple_pack3(th, r->start, r->stop, r->step);
    if (!a) return NO_VALUE;
    Value v[2] = {VALUE_OF(&type_range), a};
    return tuple_from_owned(th, v, 2);
}

// ---- iterators

typedef struct LongRangeIter { Object head; ObjLock lock; Value index, start, step, length; } LongRangeIter; // index [l]; the rest [c]

static Value range_iter_from(Thread *th, Value start, Value stop, Value step, Value length) {
    if (value_is_imm_int(start) && value_is_imm_int(stop) && value_is_imm_int(step) && value_is_imm_int(length)) {
        RangeIter *it = NEW(RangeIter, th, &type_range_iterator);
        if (!it) return NO_VALUE;
        it->next = value_imm_int_get(start);
        it->step = value_imm_int_get(step);
        it->left = (uint64_t)value_imm_int_get(length);
        return VALUE_OF(it);
    }
    LongRangeIter *it = NEW(LongRangeIter, th, &type_longrange_iterator);
    if (!it) return NO_VALUE;
    it->index = ZERO;
    it->start = new_ref(th, start);
    it->step = new_ref(th, step);
    it->length = new_ref(th, length);
    return VALUE_OF(it);
}

static Value range_slot_iter(Thread *th, Value self) {
    Range *r = RANGE(self);
    return range_iter_from(th, r->start, r->stop, r->step, r->length);
}

static Value range_meth_reversed(Thread *th, Value self, Value *args) {
    Range *r = RANGE(self);
    Value last = int_sub(th, r->length, ONE), start = last ? range_item(th, r, last) : NO_VALUE;
    Value stop = start ? int_sub(th, r->start, r->step) : NO_VALUE, step = stop ? int_neg(th, r->step) : NO_VALUE;
    Value it = step ? range_iter_from(th, start, stop, step, r->length) : NO_VALUE;
    decref(th, last);
    decref(th, start);
    decref(th, stop);
    decref(th, step);
    return it;
}

static Value range_iterator_slot_next(Thread *th, Value self) {
    RangeIter *it = AS(RangeIter, self);
    if (LIKELY(!th->mt || object_is_owner(th, &it->head))) {
        uint64_t left = atomic_load_relaxed(&it->left);
        if (UNLIKELY(left == 0)) return NO_VALUE;
        int64_t v = atomic_load_relaxed(&it->next);
        atomic_store_relaxed(&it->next, v + it->step);
        atomic_store_relaxed(&it->left, left - 1);
        return value_imm_int(v);
    }
    for (;;) {
        uint64_t left = atomic_load_acquire(&it->left);
        if (left == 0) return NO_VALUE;
        int64_t v = atomic_load_relaxed(&it->next);
        if (!atomic_cas_acq_rel(&it->left, &left, left - 1)) continue;
        atomic_store_relaxed(&it->next, v + it->step);
        return value_imm_int(v);
    }
}

static Value range_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    return int_from_u64(th, atomic_load_relaxed(&AS(RangeIter, self)->left));
}

static Value iter_reduce_range(Thread *th, Value start, Value stop, Value step) {
    Value r = range_make_owned(th, start, stop, step), a = r ? tuple_from_owned(th, &r, 1) : NO_VALUE;
    Value f = a ? builtin_get(th, "iter") : NO_VALUE;
    if (!f) { decref(th, a); return NO_VALUE; }
    Value v[3] = {f, a, VALUE_NONE};
    return tuple_from_owned(th, v, 3);
}

static Value range_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    RangeIter *it = AS(RangeIter, self);
    int64_t next = atomic_load_relaxed(&it->next), left = (int64_t)atomic_load_relaxed(&it->left);
    return iter_reduce_range(th, value_imm_int(next), int_from_i64(th, next + it->step * left), value_imm_int(it->step));
}

static Value range_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    RangeIter *it = AS(RangeIter, self);
    int64_t i;
    if (number_as_i64(th, args[0], &i) < 0) return NO_VALUE;
    int64_t left = (int64_t)atomic_load_relaxed(&it->left);
    if (i < 0) i = 0;
    if (i > left) i = left;
    atomic_store_relaxed(&it->next, atomic_load_relaxed(&it->next) + i * it->step);
    atomic_store_relaxed(&it->left, (uint64_t)(left - i));
    return VALUE_NONE;
}

static Value longrange_iterator_slot_next(Thread *th, Value self) {
    LongRangeIter *it = AS(LongRangeIter, self);
    container_lock(th, &it->head, &it->lock);
    Value i = it->index, next = NO_VALUE;
    if (int_compare(i, it->length) < 0 && (next = int_add(th, i, ONE))) it->index = next;
    container_unlock(th, &it->lock);
    if (!next) return NO_VALUE;
    Value p = int_mul(th, i, it->step), v = p ? int_add(th, it->start, p) : NO_VALUE;
    decref(th, p);
    decref(th, i);
    return v;
}

static Value longrange_index(Thread *th, LongRangeIter *it) {
    container_lock(th, &it->head, &it->lock);
    Value i = new_ref(th, it->index);
    container_unlock(th, &it->lock);
    return i;
}

static Value longrange_iterator_meth_length_hint(Thread *th, Value self, Value *args) {
    LongRangeIter *it = AS(LongRangeIter, self);
    Value i = longrange_index(th, it), n = int_sub(th, it->length, i);
    decref(th, i);
    return n;
}

static Value longrange_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    LongRangeIter *it = AS(LongRangeIter, self);
    Value i = longrange_index(th, it), a = int_mul(th, i, it->step), start = a ? int_add(th, it->start, a) : NO_VALUE;
    Value b = int_mul(th, it->length, it->step), stop = b ? int_add(th, it->start, b) : NO_VALUE;
    decref(th, i);
    decref(th, a);
    decref(th, b);
    return iter_reduce_range(th, start, stop, new_ref(th, it->step));
}

static Value longrange_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    LongRangeIter *it = AS(LongRangeIter, self);
    if (!value_is_int(args[0])) return raise_type_error(th, "state must be an int, not %T", args[0]);
    Value i = int_add(th, args[0], ZERO);
    if (!i) return NO_VALUE;
    if (int_sign(i) < 0) { decref(th, i); i = ZERO; }
    if (int_compare(i, it->length) > 0) { decref(th, i); i = new_ref(th, it->length); }
    container_lock(th, &it->head, &it->lock);
    Value old = it->index;
    it->index = i;
    container_unlock(th, &it->lock);
    decref(th, old);
    return VALUE_NONE;
}

static void longrange_iterator_dealloc(Thread *th, Object *self) {
    LongRangeIter *it = (LongRangeIter *)self;
    decref(th, it->index);
    decref(th, it->start);
    decref(th, it->step);
    decref(th, it->length);
    object_free(th, self);
}

// ---- slice.indices lives here for its big-int form
Value slice_meth_indices(Thread *th, Value self, Value *args) {
    Value len = index_exact(th, args[0]), s[3];
    if (!len) return NO_VALUE;
    if (int_sign(len) < 0) { decref(th, len); return raise_value_error(th, "length should not be negative"); }
    int e = slice_indices_big(th, self, len, s);
    decref(th, len);
    return e < 0 ? NO_VALUE : tuple_from_owned(th, s, 3);
}

#define ITER_METHODS(prefix)                                                                                                  \
    {"__length_hint__", "(self, /)", prefix##_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},  \
    {"__reduce__", "(self, /)", prefix##_meth_reduce, "Return state information for pickling.", 0},                            \
    {"__setstate__", "(self, object, /)", prefix##_meth_setstate, "Set state information for unpickling.", 0}, {0}
static const MethodDef range_iterator_methods[] = {ITER_METHODS(range_iterator)};
static const MethodDef longrange_iterator_methods[] = {ITER_METHODS(longrange_iterator)};
static const MethodDef range_methods[] = {
    {"__reversed__", "(self, /)", range_meth_reversed, "Return a reverse iterator.", 0},
    {"__reduce__", "(self, /)", range_meth_reduce, NULL, 0},
    {"count", "(self, object, /)", range_meth_count, "rangeobject.count(value) -> integer -- return number of occurrences of value", 0},
    {"index", "(self, object, /)", range_meth_index, "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.", 0},
    {0},
};
static const MemberDef range_members[] = {
    {"start", offsetof(Range, start), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"stop", offsetof(Range, stop), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"step", offsetof(Range, step), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {0},
};
TYPE_DEFINE(range, "range", sizeof(Range), TYPE_SEQUENCE_PATTERN, .methods = range_methods, .members = range_members,
            .doc = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\n"
                   "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
                   "These are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
            .slots = {.new_ = range_slot_new, .dealloc = range_dealloc, .repr = range_slot_repr, .hash = range_slot_hash, .compare = range_slot_compare,
                      .iter = range_slot_iter, .len = range_slot_len, .bool_ = range_slot_bool, .getitem = range_slot_getitem, .contains = range_slot_contains})
TYPE_DEFINE(range_iterator, "range_iterator", sizeof(RangeIter), TYPE_ITERATOR, .methods = range_iterator_methods,
            .slots = {.iter = iter_self, .next = range_iterator_slot_next})
TYPE_DEFINE(longrange_iterator, "longrange_iterator", sizeof(LongRangeIter), TYPE_ITERATOR, .methods = longrange_iterator_methods,
            .slots = {.dealloc = longrange_iterator_dealloc, .iter = iter_self, .next = longrange_iterator_slot_next})
