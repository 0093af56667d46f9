// SPDX-License-Identifier: MIT
// itertools: count, cycle, repeat.
#include "stdlib/itertools/itertools_int.h"
#include "core/object/float.h"

// ---- count

typedef struct Count {
    Object head;
    Value cur;      // [l] next value once it is not a small int (fast == 0)
    Value step;     // [c]
    int64_t n;      // [a] next value while fast
    int64_t by;     // [c] the step while fast
    uint8_t fast;   // [a]
    ObjLock lock;
} Count;
static Type type_count;
static Shape shape_count;
PARTS(count, 2)

static bool is_number(Value v) {
    if (value_is_int(v) || value_is_float(v)) return true;
    const TypeSlots *s = &type_of(v)->slots;
    return s->index || s->int_ || s->float_ || (type_of(v)->flags & TYPE_COMPLEX_SUBCLASS);
}

static Value count_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "count", "(start=0, step=1)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    if ((v[0] && !is_number(v[0])) || (v[1] && !is_number(v[1]))) return raise_type_error(th, "a number is required");
    Count *c = object_new(th, type, 0);
    if (!c) return NO_VALUE;
    Value start = v[0] ? v[0] : value_imm_int(0), step = v[1] ? v[1] : value_imm_int(1);
    c->step = new_ref(th, step);
    if (value_is_imm_int(start) && value_is_imm_int(step)) {
        c->n = value_imm_int_get(start);
        c->by = value_imm_int_get(step);
        c->fast = 1;
    } else c->cur = new_ref(th, start);
    return VALUE_OF(c);
}

static Value count_slot_next(Thread *th, Value self) {
    Count *c = AS(Count, self);
    if (LIKELY(atomic_load_acquire(&c->fast))) {
        int64_t n = counter_fetch_add(th, &c->n, c->by), next;
        if (LIKELY(int_fits_imm(n) && !__builtin_add_overflow(n, c->by, &next) && int_fits_imm(next))) return value_imm_int(n);
        // Beyond the small ints: go on with objects.
        Value a = int_from_i64(th, n), b = a ? number_add(th, a, c->step) : NO_VALUE;
        if (!b) { decref(th, a); return NO_VALUE; }
        container_lock(th, &c->head, &c->lock);
        Value old = c->cur;
        c->cur = b;
        atomic_store_release(&c->fast, 0);
        container_unlock(th, &c->lock);
        decref(th, old);
        return a;
    }
    container_lock(th, &c->head, &c->lock);
    Value cur = new_ref(th, c->cur);
    container_unlock(th, &c->lock);
    Value next = number_add(th, cur, c->step);
    if (!next) { decref(th, cur); return NO_VALUE; }
    container_lock(th, &c->head, &c->lock);
    Value old = c->cur;
    c->cur = next;
    container_unlock(th, &c->lock);
    decref(th, old);
    return cur;
}

static Value count_slot_repr(Thread *th, Value self) {
    Count *c = AS(Count, self);
    container_lock(th, &c->head, &c->lock);
    Value cur = atomic_load_acquire(&c->fast) ? int_from_i64(th, atomic_load_relaxed(&c->n)) : new_ref(th, c->cur);
    container_unlock(th, &c->lock);
    if (!cur) return NO_VALUE;
    Value tn = atomic_load_acquire(&type_of(self)->name_obj);
    Value r = c->step == value_imm_int(1) ? str_format(th, "%U(%R)", tn, cur) : str_format(th, "%U(%R, %R)", tn, cur, c->step);
    decref(th, cur);
    return r;
}
ITERTOOL(count, sizeof(Count),
         "count(start=0, step=1)\n--\n\nReturn a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n"
         "        while 1:\n            yield x\n            x += step",
         .repr = count_slot_repr)

// ---- cycle

typedef struct Cycle { Object head; Value iter, saved; int64_t index; } Cycle; // iter [a] NO_VALUE once used up; saved [c] List; index [a]
static Type type_cycle;
static Shape shape_cycle;
PARTS(cycle, 2)

static Value cycle_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (no_keywords(th, type, &type_cycle, "cycle", kwnames) < 0 || args_count(th, "cycle", nargs, 1, 1) < 0) return NO_VALUE;
    Value it = object_iter(th, args[0]), l = it ? list_new(th, 0) : NO_VALUE;
    Cycle *c = l ? object_new(th, type, 0) : NULL;
    if (!c) { decref(th, it); decref(th, l); return NO_VALUE; }
    c->iter = it;
    c->saved = l;
    return VALUE_OF(c);
}

static Value cycle_slot_next(Thread *th, Value self) {
    Cycle *c = AS(Cycle, self);
    List *l = AS(List, c->saved);
    Value it = slot_get(th, &c->head, &c->iter);
    if (it) {
        Value v = iter_step(th, it);
        decref(th, it);
        if (v) {
            if (list_append(th, l, v) < 0) { decref(th, v); return NO_VALUE; }
            return v;
        }
        if (error_pending(th)) return NO_VALUE;
        slot_store(th, &c->head, &c->iter, NO_VALUE);
    }
    size_t n = list_len(l);
    if (n == 0) return NO_VALUE;
    int64_t i = counter_fetch_add(th, &c->index, 1);
    return list_get(th, l, (intptr_t)((uint64_t)i % n));
}
ITERTOOL(cycle, sizeof(Cycle), "cycle(iterable, /)\n--\n\nReturn elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.")

// ---- repeat

typedef struct Repeat { Object head; Value element; int64_t left; } Repeat; // element [c]; left [a], -1: for ever
static Type type_repeat;
static Shape shape_repeat;
PARTS(repeat, 1)

static Value repeat_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "repeat", "(object, times=None)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    intptr_t n = -1;
    if (v[1]) {
        n = number_as_ssize(th, v[1], &exc_OverflowError);
        if (n == -1 && error_pending(th)) return NO_VALUE;
        if (n < 0) n = 0;
    }
    Repeat *r = object_new(th, type, 0);
    if (!r) return NO_VALUE;
    r->element = new_ref(th, v[0]);
    r->left = n;
    return VALUE_OF(r);
}

static Value repeat_slot_next(Thread *th, Value self) {
    Repeat *r = AS(Repeat, self);
    int64_t n = atomic_load_relaxed(&r->left);
    if (n == 0) return NO_VALUE;
    if (n > 0) {
        if (!th->mt) r->left = n - 1;
        else while (!atomic_cas_acq_rel(&r->left, &n, n - 1)) if (n == 0) return NO_VALUE;
    }
    return new_ref(th, r->element);
}

static Value repeat_slot_repr(Thread *th, Value self) {
    Repeat *r = AS(Repeat, self);
    int64_t n = atomic_load_relaxed(&r->left);
    Value tn = atomic_load_acquire(&type_of(self)->name_obj);
    return n < 0 ? str_format(th, "%U(%R)", tn, r->element) : str_format(th, "%U(%R, %zd)", tn, r->element, (intptr_t)n);
}

static Value repeat_meth_length_hint(Thread *th, Value self, Value *args) {
    int64_t n = atomic_load_relaxed(&AS(Repeat, self)->left);
    return n < 0 ? raise_type_error(th, "len() of unsized object") : int_from_i64(th, n);
}
static const MethodDef repeat_methods[] = {
    {"__length_hint__", "(self, /)", repeat_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0}, {0}};
MODULE_TYPE_DEFINE(repeat, "itertools.repeat", sizeof(Repeat), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = repeat_methods,
                   .doc = "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
                   .slots = {.new_ = repeat_slot_new, .dealloc = repeat_dealloc, .traverse = repeat_traverse, .iter = iter_self,
                             .next = repeat_slot_next, .repr = repeat_slot_repr})

int itertools_add_infinite(Thread *th, Value module) {
    return module_add_type(th, module, &type_count) < 0 || module_add_type(th, module, &type_cycle) < 0 || module_add_type(th, module, &type_repeat) < 0 ? -1 : 0;
}
