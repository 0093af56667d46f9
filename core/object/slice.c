// SPDX-License-Identifier: MIT
// slice objects: constant, hashable when their parts are.
#include "core/base/hash.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/iter.h"

Value slice_meth_indices(Thread *th, Value self, Value *args); // core/object/range.c

Value slice_new(Thread *th, Value start, Value stop, Value step) {
    Slice *s = object_alloc(th, &shape_slice, sizeof(Slice));
    if (!s) return NO_VALUE;
    s->start = start ? new_ref(th, start) : VALUE_NONE;
    s->stop = stop ? new_ref(th, stop) : VALUE_NONE;
    s->step = step ? new_ref(th, step) : VALUE_NONE;
    return VALUE_OF(s);
}

// One part as a clipped machine int. 0 or -1.
static int slice_part(Thread *th, Value v, intptr_t *out) {
    if (LIKELY(value_is_imm_int(v))) { *out = (intptr_t)value_imm_int_get(v); return 0; }
    if (!index_check(v)) { raise_type_error(th, "slice indices must be integers or None or have an __index__ method"); return -1; }
    *out = number_as_ssize(th, v, NULL);
    return *out == -1 && error_pending(th) ? -1 : 0;
}

int slice_unpack(Thread *th, Value start, Value stop, Value step, SliceParts *out) {
    intptr_t by = 1;
    if (step != VALUE_NONE) {
        if (slice_part(th, step, &by) < 0) return -1;
        if (by == 0) { raise_value_error(th, "slice step cannot be zero"); return -1; }
        if (by < -INTPTR_MAX) by = -INTPTR_MAX;
    }
    out->step = by;
    if (start == VALUE_NONE) out->start = by < 0 ? INTPTR_MAX : 0;
    else if (slice_part(th, start, &out->start) < 0) return -1;
    if (stop == VALUE_NONE) out->stop = by < 0 ? INTPTR_MIN : INTPTR_MAX;
    else if (slice_part(th, stop, &out->stop) < 0) return -1;
    return 0;
}

static intptr_t clip(intptr_t i, intptr_t n, bool back) {
    if (i < 0) return i + n >= 0 ? i + n : back ? -1 : 0;
    return i < n ? i : back ? n - 1 : n;
}
size_t slice_adjust(size_t len, SliceParts *p) {
    intptr_t n = (intptr_t)len, by = p->step;
    p->start = clip(p->start, n, by < 0);
    p->stop = clip(p->stop, n, by < 0);
    intptr_t d = by > 0 ? p->stop - p->start : p->start - p->stop, u = by > 0 ? by : -by;
    if (d <= 0) return 0;
    return (size_t)(u == 1 ? d : (d - 1) / u + 1);
}

intptr_t slice_indices(Thread *th, Value slice, size_t len, intptr_t *start_out, intptr_t *stop_out, intptr_t *step_out) {
    Slice *s = AS(Slice, slice);
    SliceParts p;
    if (slice_unpack(th, s->start, s->stop, s->step, &p) < 0) return -1;
    size_t n = slice_adjust(len, &p);
    *start_out = p.start;
    *stop_out = p.stop;
    *step_out = p.step;
    return (intptr_t)n;
}

static Value slice_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "slice", kwnames) < 0 || args_count(th, "slice", nargs, 1, 3) < 0) return NO_VALUE;
    if (nargs == 1) return slice_new(th, NO_VALUE, args[0], NO_VALUE);
    return slice_new(th, args[0], args[1], nargs > 2 ? args[2] : NO_VALUE);
}

static void slice_dealloc(Thread *th, Object *self) {
    Slice *s = (Slice *)self;
    decref(th, s->start);
    decref(th, s->stop);
    decref(th, s->step);
    object_free(th, self);
}
static int slice_traverse(Object *self, VisitFn visit, void *arg) {
    Slice *s = (Slice *)self;
    int r;
    if ((r = visit(s->start, arg)) || (r = visit(s->stop, arg))) return r;
    return visit(s->step, arg);
}

static Value slice_slot_repr(Thread *th, Value self) {
    Slice *s = AS(Slice, self);
    return str_format(th, "slice(%R, %R, %R)", s->start, s->stop, s->step);
}

static int64_t slice_slot_hash(Thread *th, Value self) {
    Slice *s = AS(Slice, self);
    Value v[3] = {s->start, s->stop, s->step};
    uint64_t acc = HASH_TUPLE_START;
    for (int i = 0; i < 3; i++) {
        int64_t h = object_hash(th, v[i]);
        if (h == -1) return -1;
        acc = hash_tuple_step(acc, h);
    }
    return acc == UINT64_MAX ? 1546275796 : (int64_t)acc;
}

static Value slice_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_exact(a, &type_slice) || !value_is_exact(b, &type_slice)) return VALUE_NOT_IMPLEMENTED;
    if (a == b) return value_bool(op == CMP_EQ || op == CMP_LE || op == CMP_GE);
    Slice *x = AS(Slice, a), *y = AS(Slice, b);
    Value t = tuple_pack3(th, x->start, x->stop, x->step), u = t ? tuple_pack3(th, y->start, y->stop, y->step) : NO_VALUE;
    Value r = u ? object_compare(th, t, u, op) : NO_VALUE;
    decref(th, t);
    decref(th, u);
    return r;
}

static Value slice_meth_reduce(Thread *th, Value self, Value *args) {
    Slice *s = AS(Slice, self);
    Value a = tuple_pack3(th, s->start, s->stop, s->step);
    if (!a) return NO_VALUE;
    Value v[2] = {VALUE_OF(&type_slice), a};
    return tuple_from_owned(th, v, 2);
}

static const MethodDef slice_methods[] = {
    {"indices", "(self, object, /)", slice_meth_indices,
     "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\n"
     "S. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.", 0},
    {"__reduce__", "(self, /)", slice_meth_reduce, "Return state information for pickling.", 0},
    {0},
};
static const MemberDef slice_members[] = {
    {"start", offsetof(Slice, start), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"stop", offsetof(Slice, stop), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {"step", offsetof(Slice, step), MEMBER_VALUE | MEMBER_READONLY, NULL},
    {0},
};
TYPE_DEFINE(slice, "slice", sizeof(Slice), TYPE_TRACED, .methods = slice_methods, .members = slice_members,
            .doc = "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for extended slicing (e.g. a[0:10:2]).",
            .slots = {.new_ = slice_slot_new, .dealloc = slice_dealloc, .traverse = slice_traverse, .repr = slice_slot_repr, .hash = slice_slot_hash,
                      .compare = slice_slot_compare})
