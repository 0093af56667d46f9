// SPDX-License-Identifier: MIT
// The type str: its slots and iterators. Strings are immutable, so slots take no locks; an iterator's position is claimed atomically, so
// two threads may share one.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/container_inl.h"
#include "core/object/str_int.h"

Value str_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);

static int64_t str_slot_hash(Thread *th, Value v) { return str_hash(STR(v)); }
static intptr_t str_slot_len(Thread *th, Value v) { return (intptr_t)STR(v)->len; }
static int str_slot_bool(Thread *th, Value v) { return STR(v)->len != 0; }
static Value str_slot_str(Thread *th, Value v) { return str_as_exact(th, v); }

static Value str_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_str(a) || !value_is_str(b)) return VALUE_NOT_IMPLEMENTED;
    if (op == CMP_EQ || op == CMP_NE) {
        bool eq;
        if (a == b) eq = true;
        // Two interned strings are equal only when they are one.
        else if (str_is_interned(a) && str_is_interned(b)) eq = false;
        else eq = str_equal(STR(a), STR(b));
        return value_bool(eq == (op == CMP_EQ));
    }
    int r = str_compare(STR(a), STR(b));
    return value_bool(op == CMP_LT ? r < 0 : op == CMP_LE ? r <= 0 : op == CMP_GT ? r > 0 : r >= 0);
}

static Value str_slot_add(Thread *th, Value a, Value b) {
    if (!value_is_str(a)) return VALUE_NOT_IMPLEMENTED;
    if (!value_is_str(b)) {
        Value r = text_reflected(th, a, b, type_of(b)->slots.add, str_slot_add);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
        return raise_type_error(th, "can only concatenate str (not \"%T\") to str", b);
    }
    return str_concat(th, a, b);
}

Value str_repeat(Thread *th, Value v, intptr_t n) {
    const Str *s = STR(v);
    if (n <= 0 || s->len == 0) return str_empty;
    if (n == 1 && value_is_exact_str(v)) return new_ref(th, v);
    if ((size_t)n > (size_t)INTPTR_MAX / s->len) return raise_error(th, &exc_OverflowError, "repeated string is too long");
    Str *r = str_new_raw(th, s->len * (size_t)n, str_max_char(s));
    if (!r) return NO_VALUE;
    size_t unit = s->len * s->kind, total = unit * (size_t)n, done = unit;
    char *p = str_data(r);
    if (unit == 1) {
        memset(p, *(uint8_t *)str_data(s), total);
    } else {
        memcpy(p, str_data(s), unit);
        while (done < total) { // doubling
            size_t step = done < total - done ? done : total - done;
            memcpy(p + done, p, step);
            done += step;
        }
    }
    return VALUE_OF(r);
}

static Value str_slot_mul(Thread *th, Value a, Value b) {
    if (!value_is_str(a)) {
        Value t = a;
        a = b;
        b = t;
    }
    if (!value_is_str(a)) return VALUE_NOT_IMPLEMENTED;
    if (!index_check(b)) {
        Value r = text_reflected(th, a, b, type_of(b)->slots.mul, str_slot_mul);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
        return raise_type_error(th, "can't multiply sequence by non-int of type '%T'", b);
    }
    intptr_t n = number_as_ssize(th, b, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    return str_repeat(th, a, n);
}

static Value str_slot_getitem(Thread *th, Value v, Value key) {
    const Str *s = STR(v);
    if (LIKELY(value_is_imm_int(key)) || index_check(key)) {
        intptr_t i;
        if (LIKELY(value_is_imm_int(key))) {
            i = value_imm_int_get(key);
        } else {
            i = number_as_ssize(th, key, &exc_IndexError);
            if (i == -1 && error_pending(th)) return NO_VALUE;
        }
        if (i < 0) i += (intptr_t)s->len;
        if (UNLIKELY(i < 0 || (size_t)i >= s->len)) return raise_error(th, &exc_IndexError, "string index out of range");
        return str_from_char(th, str_char_at(s, (size_t)i));
    }
    if (type_of(key) != &type_slice) return raise_type_error(th, "string indices must be integers, not '%T'", key);
    intptr_t start, stop, step, n = slice_indices(th, key, s->len, &start, &stop, &step);
    if (n < 0) return NO_VALUE;
    if (n == 0) return str_empty;
    if (step == 1) return str_substring(th, v, (size_t)start, (size_t)start + (size_t)n);
    uint32_t max = 0;
    if (s->kind == 1 && (s->flags & STR_ASCII)) max = 0x7F;
    else for (intptr_t i = 0, at = start; i < n; i++, at += step) max |= str_char_at(s, (size_t)at);
    if (n == 1) return str_from_char(th, str_char_at(s, (size_t)start));
    Str *r = str_new_raw(th, (size_t)n, max);
    if (!r) return NO_VALUE;
    for (intptr_t i = 0, at = start; i < n; i++, at += step) {
        uint32_t c = str_char_at(s, (size_t)at);
        if (r->kind == 1) ((uint8_t *)str_data(r))[i] = (uint8_t)c;
        else if (r->kind == 2) ((uint16_t *)str_data(r))[i] = (uint16_t)c;
        else ((uint32_t *)str_data(r))[i] = c;
    }
    return VALUE_OF(r);
}

static int str_slot_contains(Thread *th, Value v, Value item) {
    if (UNLIKELY(!value_is_str(item))) {
        raise_type_error(th, "'in <string>' requires string as left operand, not %T", item);
        return -1;
    }
    return str_find(STR(v), STR(item), 0, (intptr_t)STR(v)->len, 1) >= 0;
}

// ---- iterators ------------------------------------------------------------------------------------------------------------------------
// `next` is the index of the next character. Threads that share an iterator claim it with an atomic add; SIZE_MAX / 2 and beyond: exhausted.

typedef struct StrIter { Object head; size_t next; Value str; } StrIter; // next [a]; str [c]

static Value str_slot_iter(Thread *th, Value v) {
    StrIter *it = (STR(v)->flags & STR_ASCII) ? NEW(StrIter, th, &type_str_ascii_iterator) : NEW(StrIter, th, &type_str_iterator);
    if (!it) return NO_VALUE;
    it->str = new_ref(th, v);
    return VALUE_OF(it);
}

static Value str_iter_slot_next(Thread *th, Value self) {
    StrIter *it = AS(StrIter, self);
    Value seq = text_iter_seq(&it->str);
    if (UNLIKELY(seq == NO_VALUE)) return NO_VALUE;
    const Str *s = STR(seq);
    size_t i = atomic_load_relaxed(&it->next);
    if (LIKELY(i < s->len) && !th->mt) {
        it->next = i + 1;
    } else {
        while (i < s->len && !atomic_cas_acq_rel(&it->next, &i, i + 1)) {}
        if (i >= s->len) {
            text_iter_end(th, &it->str);
            return NO_VALUE;
        }
    }
    return str_from_char(th, str_char_at(s, i));
}

static Value str_iter_slot_iter(Thread *th, Value self) { return new_ref(th, self); }

static void str_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((StrIter *)o)->str);
    object_free(th, o);
}

static Value str_iter_meth_length_hint(Thread *th, Value self, Value *args) {
    StrIter *it = AS(StrIter, self);
    Value seq = text_iter_seq(&it->str);
    size_t i = atomic_load_relaxed(&it->next), len = seq == NO_VALUE ? 0 : STR(seq)->len;
    return value_imm_int(i < len ? (int64_t)(len - i) : 0);
}

static Value str_iter_meth_reduce(Thread *th, Value self, Value *args) {
    StrIter *it = AS(StrIter, self);
    Value iter = builtin_get(th, "iter");   // may run Python: before the state is read
    if (iter == NO_VALUE) return NO_VALUE;
    size_t i = atomic_load_relaxed(&it->next);
    Value seq = text_iter_seq(&it->str);
    return text_iter_reduce(th, iter, seq, seq != NO_VALUE ? (intptr_t)i : -1, str_empty);
}

static Value str_iter_meth_setstate(Thread *th, Value self, Value *args) {
    StrIter *it = AS(StrIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value seq = text_iter_seq(&it->str);
    if (seq == NO_VALUE) return VALUE_NONE;
    size_t len = STR(seq)->len;
    atomic_store_relaxed(&it->next, i < 0 ? 0 : (size_t)i > len ? len : (size_t)i);
    return VALUE_NONE;
}

static const MethodDef str_iter_methods[] = {
    {"__length_hint__", "(self, /)", str_iter_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", str_iter_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", str_iter_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};

#define STR_ITER_SLOTS .methods = str_iter_methods, \
    .slots = {.iter = str_iter_slot_iter, .next = str_iter_slot_next, .dealloc = str_iter_dealloc}
TYPE_DEFINE(str_iterator, "str_iterator", sizeof(StrIter), TYPE_NO_INSTANTIATE, STR_ITER_SLOTS)
TYPE_DEFINE(str_ascii_iterator, "str_ascii_iterator", sizeof(StrIter), TYPE_NO_INSTANTIATE, STR_ITER_SLOTS)

static void str_dealloc(Thread *th, Object *o) {
    Str *s = (Str *)o;
    if (LIKELY(o->shape == &shape_str)) {
        str_free(th, s);
        return;
    }
    object_release_attrs(th, o);
    object_free(th, o);
}

static const char str_doc[] =
    "str(object='') -> str\n"
    "str(bytes_or_buffer[, encoding[, errors]]) -> str\n"
    "\n"
    "Makes text of an object: its __str__(), or decoded bytes when an encoding or\n"
    "error handler is given.";

TYPE_DEFINE(str, "str", offsetof(Str, data), TYPE_BASETYPE | TYPE_STR_SUBCLASS | TYPE_VARSIZE | TYPE_MATCH_SELF,
            .item_size = 1, .methods = str_methods, .doc = str_doc,
            .slots = {.new_ = str_slot_new, .repr = str_repr, .str = str_slot_str, .hash = str_slot_hash, .compare = str_slot_compare,
                      .iter = str_slot_iter, .len = str_slot_len, .bool_ = str_slot_bool, .getitem = str_slot_getitem,
                      .contains = str_slot_contains, .dealloc = str_dealloc, .add = str_slot_add, .mul = str_slot_mul, .mod = str_slot_mod})
