// SPDX-License-Identifier: MIT
// Operations on any object: operators, comparison, truth, hashing, items, iteration, numbers' conversions. No state, no locks.
#include "core/object/abstract.h"

#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/generic_alias.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"

// ---- binary operators ------------------------------------------------------------------------------------------

static const struct { uint16_t slot, inplace; const char *op, *iop; } binops[BINOP_COUNT] = {
#define B(name, field, op) [BINOP_##name] = {offsetof(TypeSlots, field), offsetof(TypeSlots, i##field), op, op "="}
    B(ADD, add, "+"), B(SUB, sub, "-"), B(MUL, mul, "*"), B(MATMUL, matmul, "@"), B(TRUEDIV, truediv, "/"), B(FLOORDIV, floordiv, "//"), B(MOD, mod, "%"),
    B(LSHIFT, lshift, "<<"), B(RSHIFT, rshift, ">>"),
    [BINOP_AND] = {offsetof(TypeSlots, and_), offsetof(TypeSlots, iand), "&", "&="}, [BINOP_XOR] = {offsetof(TypeSlots, xor), offsetof(TypeSlots, ixor), "^", "^="},
    [BINOP_OR] = {offsetof(TypeSlots, or_), offsetof(TypeSlots, ior), "|", "|="},
    [BINOP_POW] = {offsetof(TypeSlots, pow), offsetof(TypeSlots, ipow), "** or pow()", "**="},
#undef B
};

ALWAYS_INLINE BinaryFn slot_of(Type *t, unsigned offset) { return *(BinaryFn *)((char *)&t->slots + offset); }

// VALUE_NOT_IMPLEMENTED when neither side knows.
// type_is_subtype of types that differ; of most built-in types it is known at once.
ALWAYS_INLINE bool is_proper_subtype(Type *a, Type *b) {
    return LIKELY(!(a->flags & TYPE_HEAP)) && LIKELY(a->base == &type_object) ? b == &type_object : type_is_subtype(a, b);
}
static Value binary_try(Thread *th, unsigned offset, Value a, Value b) {
    Type *ta = type_of(a), *tb = type_of(b);
    BinaryFn fa = slot_of(ta, offset), fb = NULL;
    if (ta != tb && (fb = slot_of(tb, offset)) == fa) fb = NULL;
    if (fa) {
        if (fb && is_proper_subtype(tb, ta)) {
            Value r = fb(th, a, b);
            if (r != VALUE_NOT_IMPLEMENTED) return r;
            fb = NULL;
        }
        Value r = fa(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    return fb ? fb(th, a, b) : VALUE_NOT_IMPLEMENTED;
}

static Value pow_try(Thread *th, Value a, Value b, Value c) {
    Type *ta = type_of(a), *tb = type_of(b);
    TernaryFn fa = ta->slots.pow, fb = NULL;
    if (ta != tb && (fb = tb->slots.pow) == fa) fb = NULL;
    if (fa) {
        if (fb && type_is_subtype(tb, ta)) {
            Value r = fb(th, a, b, c);
            if (r != VALUE_NOT_IMPLEMENTED) return r;
            fb = NULL;
        }
        Value r = fa(th, a, b, c);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (fb) {
        Value r = fb(th, a, b, c);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (c != VALUE_NONE) {
        TernaryFn fc = type_of(c)->slots.pow;
        if (fc && fc != fa && fc != fb) return fc(th, a, b, c);
    }
    return VALUE_NOT_IMPLEMENTED;
}

static COLD Value binary_error(Thread *th, int op, Value a, Value b, bool inplace) {
    if (op == BINOP_RSHIFT && !inplace && value_is_exact(a, &type_builtin_function) && strcmp(AS(BuiltinFunction, a)->def->name, "print") == 0)
        return raise_type_error(th, "unsupported operand type(s) for %s: '%.100s' and '%.100s'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                                binops[op].op, type_of(a)->name, type_of(b)->name);
    return raise_type_error(th, "unsupported operand type(s) for %s: '%.100s' and '%.100s'", inplace ? binops[op].iop : binops[op].op, type_of(a)->name, type_of(b)->name);
}

Value number_binary(Thread *th, int op, Value a, Value b) {
    Type *t = type_of(a);
    BinaryFn f;
    if (t == type_of(b) && op != BINOP_POW && LIKELY((f = slot_of(t, binops[op].slot)) != NULL)) {      // as in binary_try: only one can know
        Value r = f(th, a, b);
        return LIKELY(r != VALUE_NOT_IMPLEMENTED) ? r : binary_error(th, op, a, b, false);
    }
    Value r = op == BINOP_POW ? pow_try(th, a, b, VALUE_NONE) : binary_try(th, binops[op].slot, a, b);
    return LIKELY(r != VALUE_NOT_IMPLEMENTED) ? r : binary_error(th, op, a, b, false);
}

Value number_inplace(Thread *th, int op, Value a, Value b) {
    Type *ta = type_of(a);
    if (op == BINOP_POW) {
        if (ta->slots.ipow) {
            Value r = ta->slots.ipow(th, a, b, VALUE_NONE);
            if (r != VALUE_NOT_IMPLEMENTED) return r;
        }
        Value r = pow_try(th, a, b, VALUE_NONE);
        return r != VALUE_NOT_IMPLEMENTED ? r : binary_error(th, op, a, b, true);
    }
    BinaryFn f = slot_of(ta, binops[op].inplace);
    if (f) {
        Value r = f(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    Value r = binary_try(th, binops[op].slot, a, b);
    return LIKELY(r != VALUE_NOT_IMPLEMENTED) ? r : binary_error(th, op, a, b, true);
}

Value number_add(Thread *th, Value a, Value b) { return number_binary(th, BINOP_ADD, a, b); }

Value number_power(Thread *th, Value a, Value b, Value mod) {
    if (!mod || mod == VALUE_NONE) return number_binary(th, BINOP_POW, a, b);
    Value r = pow_try(th, a, b, mod);
    if (r != VALUE_NOT_IMPLEMENTED) return r;
    return raise_type_error(th, "unsupported operand type(s) for ** or pow(): '%.100s', '%.100s', '%.100s'", type_of(a)->name, type_of(b)->name, type_of(mod)->name);
}

Value number_divmod(Thread *th, Value a, Value b) {
    Value r = binary_try(th, offsetof(TypeSlots, divmod), a, b);
    if (r != VALUE_NOT_IMPLEMENTED) return r;
    return raise_type_error(th, "unsupported operand type(s) for divmod(): '%.100s' and '%.100s'", type_of(a)->name, type_of(b)->name);
}

#define UNARY(fn, field, what)                                                                          \
    Value fn(Thread *th, Value a) {                                                                     \
        UnaryFn f = type_of(a)->slots.field;                                                            \
        return f ? f(th, a) : raise_type_error(th, "bad operand type for " what ": '%.200s'", type_of(a)->name); \
    }
UNARY(number_negative, neg, "unary -") UNARY(number_positive, pos, "unary +") UNARY(number_absolute, abs, "abs()") UNARY(number_invert, invert, "unary ~")

// ---- conversions --------------------------------------------------------------------------------------------------

bool index_check(Value v) { return type_of(v)->slots.index != NULL; }

// A conversion's result must be an int; one of a strict subclass is deprecated. Takes over r.
static Value int_result(Thread *th, Value r, const char *what) {
    if (!r || value_is_exact(r, &type_int)) return r;
    if (!value_is_int(r)) {
        raise_type_error(th, "%s returned non-int (type %.200s)", what, type_of(r)->name);
        decref(th, r);
        return NO_VALUE;
    }
    Value w = import_attr(th, "_warnings", "warn");
    Value text = w ? str_format(th, "%s returned non-int (type %.200s).  The ability to return an instance of a strict subclass of int is deprecated, and may not be supported in a future version of Python.", what, type_of(r)->name) : NO_VALUE;
    Value x = text ? call3(th, w, text, VALUE_OF(&exc_DeprecationWarning), value_imm_int(1)) : NO_VALUE;
    decref(th, text);
    decref(th, w);
    if (!x) { decref(th, r); return NO_VALUE; }
    decref(th, x);
    return r;
}

// Exact int of an int (subclass).
static Value int_exact(Thread *th, Value v) {
    if (value_is_exact(v, &type_int)) return new_ref(th, v);
    return int_add(th, v, value_imm_int(0));
}

Value number_index(Thread *th, Value a) {
    if (LIKELY(value_is_imm_int(a))) return a;
    if (value_is_int(a)) return new_ref(th, a);
    UnaryFn f = type_of(a)->slots.index;
    if (!f) return raise_type_error(th, "'%.200s' object cannot be interpreted as an integer", type_of(a)->name);
    Value r = f(th, a);
    return int_result(th, r, "__index__");
}

Value number_long(Thread *th, Value a) {
    if (LIKELY(value_is_imm_int(a))) return a;
    if (value_is_exact(a, &type_int)) return new_ref(th, a);
    Type *t = type_of(a);
    if (t->slots.int_) {
        Value r = int_result(th, t->slots.int_(th, a), "__int__");
        if (!r) return NO_VALUE;
        Value e = int_exact(th, r);
        decref(th, r);
        return e;
    }
    if (t->slots.index) {
        Value r = number_index(th, a);
        Value e = r ? int_exact(th, r) : NO_VALUE;
        decref(th, r);
        return e;
    }
    return raise_type_error(th, "int() argument must be a string, a bytes-like object or a real number, not '%.200s'", t->name);
}

Value number_float(Thread *th, Value a) {
    if (value_is_exact(a, &type_float)) return new_ref(th, a);
    double d;
    if (value_is_str(a)) return float_from_text(th, a);
    if (number_as_double(th, a, &d)) return NO_VALUE;
    return float_from_double(th, d);
}

int number_as_double(Thread *th, Value a, double *out) {
    if (value_is_float(a)) { *out = float_value(a); return 0; }
    if (value_is_int(a)) {
        *out = int_as_double(th, a);
        return *out == -1.0 && error_pending(th) ? -1 : 0;
    }
    Type *t = type_of(a);
    if (t->slots.float_) {
        Value r = t->slots.float_(th, a);
        if (!r) return -1;
        if (!value_is_float(r)) {
            raise_type_error(th, "%.50s.__float__ returned non-float (type %.50s)", t->name, type_of(r)->name);
            decref(th, r);
            return -1;
        }
        *out = float_value(r);
        decref(th, r);
        return 0;
    }
    if (t->slots.index) {
        Value r = number_index(th, a);
        if (!r) return -1;
        *out = int_as_double(th, r);
        decref(th, r);
        return *out == -1.0 && error_pending(th) ? -1 : 0;
    }
    raise_type_error(th, "must be real number, not %.50s", t->name);
    return -1;
}

intptr_t number_as_ssize(Thread *th, Value a, Type *exc) {
    if (LIKELY(value_is_imm_int(a))) return value_imm_int_get(a);
    Value i = number_index(th, a);
    if (!i) return -1;
    int64_t n;
    int r = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (r == 0) return n;
    if (!exc) return r < 0 ? INTPTR_MIN : INTPTR_MAX;
    raise_error(th, exc, "cannot fit '%.200s' into an index-sized integer", type_of(a)->name);
    return -1;
}

static int as_i64(Thread *th, Value a, int64_t *out, const char *ctype) {
    if (LIKELY(value_is_imm_int(a))) { *out = value_imm_int_get(a); return 0; }
    Value i = number_index(th, a);
    if (!i) return -1;
    int r = int_as_i64_overflow(i, out);
    decref(th, i);
    if (r == 0) return 0;
    raise_error(th, &exc_OverflowError, "Python int too large to convert to C %s", ctype);
    return -1;
}
int number_as_i64(Thread *th, Value a, int64_t *out) { return as_i64(th, a, out, "long"); }
int number_as_c_ssize(Thread *th, Value a, intptr_t *out) {
    int64_t v;
    if (as_i64(th, a, &v, "ssize_t") < 0) return -1;
    *out = (intptr_t)v;
    return 0;
}

int number_as_int(Thread *th, Value a, int *out) {
    int64_t v;
    if (number_as_i64(th, a, &v)) return -1;
    if (v < INT32_MIN || v > INT32_MAX) {
        raise_error(th, &exc_OverflowError, v < 0 ? "signed integer is less than minimum" : "signed integer is greater than maximum");
        return -1;
    }
    *out = (int)v;
    return 0;
}

int number_as_unsigned(Thread *th, Value a, uint64_t max, const char *ctype, uint64_t *out) {
    Value i = number_index(th, a);
    if (!i) return -1;
    if (int_sign(i) < 0) raise_value_error(th, "Cannot convert negative int");
    else if (int_bit_length(i) > 64 || (*out = int_as_u64_mask(i)) > max) raise_error(th, &exc_OverflowError, "Python int too large for C %s", ctype);
    decref(th, i);
    return error_pending(th) ? -1 : 0;
}

// ---- comparison ---------------------------------------------------------------------------------------------------------

static const char *const cmp_text[] = {"<", "<=", "==", "!=", ">", ">="};
static const uint8_t cmp_swapped[] = {CMP_GT, CMP_GE, CMP_EQ, CMP_NE, CMP_LT, CMP_LE};

static Value compare_slow(Thread *th, Value a, Value b, int op) {
    Type *ta = type_of(a), *tb = type_of(b);
    bool tried = false;
    if (ta != tb && tb->slots.compare && type_is_subtype(tb, ta)) {
        tried = true;
        Value r = tb->slots.compare(th, b, a, cmp_swapped[op]);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (ta->slots.compare) {
        Value r = ta->slots.compare(th, a, b, op);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (!tried && tb->slots.compare) {
        Value r = tb->slots.compare(th, b, a, cmp_swapped[op]);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (op == CMP_EQ) return value_bool(a == b);
    if (op == CMP_NE) return value_bool(a != b);
    return raise_type_error(th, "'%s' not supported between instances of '%.100s' and '%.100s'", cmp_text[op], ta->name, tb->name);
}

Value object_compare(Thread *th, Value a, Value b, int op) {
    if (LIKELY(value_both_imm_int(a, b))) {
        int64_t x = value_imm_int_get(a), y = value_imm_int_get(b);
        switch (op) {
        case CMP_LT: return value_bool(x < y);
        case CMP_LE: return value_bool(x <= y);
        case CMP_EQ: return value_bool(x == y);
        case CMP_NE: return value_bool(x != y);
        case CMP_GT: return value_bool(x > y);
        default: return value_bool(x >= y);
        }
    }
    if (value_is_imm_float(a) && value_is_imm_float(b)) {   // never a NaN
        double x = value_imm_float_get(a), y = value_imm_float_get(b);
        switch (op) {
        case CMP_LT: return value_bool(x < y);
        case CMP_LE: return value_bool(x <= y);
        case CMP_EQ: return value_bool(x == y);
        case CMP_NE: return value_bool(x != y);
        case CMP_GT: return value_bool(x > y);
        default: return value_bool(x >= y);
        }
    }
    if (UNLIKELY(thread_c_recursion(th, " in comparison"))) return NO_VALUE;
    return compare_slow(th, a, b, op);
}

int object_compare_bool(Thread *th, Value a, Value b, int op) {
    if (a == b) {
        if (op == CMP_EQ) return 1;
        if (op == CMP_NE) return 0;
    } else if ((op == CMP_EQ || op == CMP_NE) && value_is_object(a) && value_is_object(b)) {
        // Objects that are equal to nothing but themselves, both of them.
        CompareFn f = object_shape(value_object(a))->type->slots.compare;
        if (f == type_object.slots.compare && object_shape(value_object(b))->type->slots.compare == f) return op == CMP_NE;
    }
    Value r = object_compare(th, a, b, op);
    if (LIKELY(value_is_bool(r))) return r == VALUE_TRUE;
    if (!r) return -1;
    int t = object_truth(th, r);
    decref(th, r);
    return t;
}

int object_equal(Thread *th, Value a, Value b) { return object_compare_bool(th, a, b, CMP_EQ); }

// ---- truth, hash, len -----------------------------------------------------------------------------------------------------

int object_truth(Thread *th, Value a) {
    if (LIKELY(value_is_bool(a))) return a == VALUE_TRUE;
    if (a == VALUE_NONE) return 0;
    if (value_is_imm_int(a)) return a != value_imm_int(0);
    Type *t = type_of(a);
    if (t->slots.bool_) return t->slots.bool_(th, a);
    if (t->slots.len) {
        intptr_t n = t->slots.len(th, a);
        return n < 0 ? -1 : n > 0;
    }
    return 1;
}

int64_t object_hash_unhashable(Thread *th, Value v) {
    raise_type_error(th, "unhashable type: '%.200s'", type_of(v)->name);
    return -1;
}

int64_t object_hash(Thread *th, Value a) {
    if (LIKELY(value_is_exact_str(a))) return str_hash(AS(Str, a));
    HashFn f = type_of(a)->slots.hash;
    return f ? f(th, a) : object_hash_unhashable(th, a);
}

intptr_t object_len(Thread *th, Value a) {
    LenFn f = type_of(a)->slots.len;
    if (LIKELY(f != NULL)) return f(th, a);
    raise_type_error(th, "object of type '%.200s' has no len()", type_of(a)->name);
    return -1;
}

intptr_t object_length_hint(Thread *th, Value a, intptr_t dflt) {
    Type *t = type_of(a);
    if (t->slots.len) {
        intptr_t n = t->slots.len(th, a);
        if (n >= 0) return n;
        if (!error_clear_if(th, &exc_TypeError)) return -1;
    }
    bool found;
    Value r = special_call(th, a, name_d_length_hint, NULL, 0, &found);
    if (!found && !error_pending(th)) return dflt;
    if (!r) return error_clear_if(th, &exc_TypeError) ? dflt : -1;
    if (r == VALUE_NOT_IMPLEMENTED) return dflt;
    if (!value_is_int(r)) {
        raise_type_error(th, "__length_hint__ must be an integer, not %.100s", type_of(r)->name);
        decref(th, r);
        return -1;
    }
    intptr_t n = number_as_ssize(th, r, &exc_OverflowError);
    decref(th, r);
    if (n < 0 && !error_pending(th)) raise_value_error(th, "__length_hint__() should return >= 0");
    return n;
}

// ---- items --------------------------------------------------------------------------------------------------------------------

Value object_getitem(Thread *th, Value o, Value key) {
    BinaryFn f = type_of(o)->slots.getitem;
    if (LIKELY(f != NULL)) return f(th, o, key);
    if (value_is_type(o)) {
        if (o == VALUE_OF(&type_type)) return generic_alias_new(th, o, key);
        Value m;
        int r = object_getattr_optional(th, o, name_d_class_getitem, &m);
        if (r < 0) return NO_VALUE;
        if (r && m != VALUE_NONE) {
            Value v = call1(th, m, key);
            decref(th, m);
            return v;
        }
        return raise_type_error(th, "type '%.200s' is not subscriptable", AS(Type, o)->name);
    }
    return raise_type_error(th, "'%.200s' object is not subscriptable", type_of(o)->name);
}

int object_setitem(Thread *th, Value o, Value key, Value v) {
    SetItemFn f = type_of(o)->slots.setitem;
    if (LIKELY(f != NULL)) return f(th, o, key, v);
    // Two messages for deletion: that of sequences asked for an index, and everyone else's.
    Type *t = type_of(o);
    bool sequence = index_check(key) && ((t->flags & TYPE_HEAP) || t->slots.len || t->slots.contains);
    raise_type_error(th, v ? "'%.200s' object does not support item assignment" :
                     sequence ? "'%.200s' object doesn't support item deletion" : "'%.200s' object does not support item deletion", t->name);
    return -1;
}

Value sequence_get(Thread *th, Value seq, intptr_t i) {
    Value k = int_from_i64(th, i);
    if (!k) return NO_VALUE;
    if (!type_of(seq)->slots.getitem) return raise_type_error(th, "'%.200s' object does not support indexing", type_of(seq)->name);
    Value r = object_getitem(th, seq, k);
    decref(th, k);
    return r;
}

static int contains_step(Thread *th, Value item, void *arg) {
    int r = object_equal(th, item, *(Value *)arg);
    return r < 0 ? -1 : r;
}

int object_contains(Thread *th, Value o, Value item) {
    ContainsFn f = type_of(o)->slots.contains;
    if (LIKELY(f != NULL)) return f(th, o, item);
    if (!type_of(o)->slots.iter && !sequence_check(o)) {
        raise_type_error(th, "argument of type '%.200s' is not a container or iterable", type_of(o)->name);
        return -1;
    }
    return iterate(th, o, contains_step, &item);
}

// ---- iteration --------------------------------------------------------------------------------------------------------------------

bool mapping_check(Value v) { return type_of(v)->slots.getitem != NULL; }
bool sequence_check(Value v) {
    Type *t = type_of(v), *b = t;
    if (value_is_dict(v) || !t->slots.getitem) return false;
    // A built-in type with items that is not iterable is a mapping of some sort.
    while (b->flags & TYPE_HEAP) b = b->base;
    return b->slots.getitem != t->slots.getitem || b->slots.iter;
}
bool iter_check(Value v) { return type_of(v)->slots.next != NULL; }

Value object_iter(Thread *th, Value o) {
    Type *t = type_of(o);
    if (LIKELY(t->slots.iter != NULL)) {
        Value it = t->slots.iter(th, o);
        if (LIKELY(it == NO_VALUE || iter_check(it))) return it;
        raise_type_error(th, "iter() returned non-iterator of type '%.100s'", type_of(it)->name);
        decref(th, it);
        return NO_VALUE;
    }
    if (sequence_check(o)) return seq_iter_new(th, o);
    return raise_type_error(th, "'%.200s' object is not iterable", t->name);
}

Value iter_next(Thread *th, Value it) {
    UnaryFn f = type_of(it)->slots.next;
    if (UNLIKELY(!f)) return raise_type_error(th, "'%.200s' object is not an iterator", type_of(it)->name);
    Value v = f(th, it);
    if (UNLIKELY(!v) && error_pending(th)) error_clear_if(th, &exc_StopIteration);
    return v;
}

int iterate(Thread *th, Value iterable, int (*fn)(Thread *th, Value item, void *arg), void *arg) {
    if (value_is_exact_tuple(iterable)) {
        Tuple *t = AS(Tuple, iterable);
        int r = 0;
        incref(th, iterable);
        for (size_t i = 0; r == 0 && i < t->len; i++) r = fn(th, t->items[i], arg);
        decref(th, iterable);
        return r;
    }
    if (value_is_exact_list(iterable)) {
        // As its iterator: item by item, for fn may change it.
        int r = 0;
        Value v;
        incref(th, iterable);
        for (size_t i = 0; r == 0 && (v = list_item_at(th, AS(List, iterable), i)); i++) {
            r = fn(th, v, arg);
            decref(th, v);
        }
        decref(th, iterable);
        return r == 0 && error_pending(th) ? -1 : r;
    }
    Value it = object_iter(th, iterable);
    if (!it) return -1;
    int r = 0;
    Value v;
    while (r == 0 && (v = iter_next(th, it))) {
        r = fn(th, v, arg);
        decref(th, v);
    }
    decref(th, it);
    return r == 0 && error_pending(th) ? -1 : r;
}

static Value method_to_list(Thread *th, Value m, Value name) {
    Value r = call_method0(th, m, name);
    if (!r) return NO_VALUE;
    Value it = object_iter(th, r);
    if (!it && error_clear_if(th, &exc_TypeError)) {
        raise_type_error(th, "%.200s.%U() returned a non-iterable (type %.200s)", type_of(m)->name, name, type_of(r)->name);
    }
    decref(th, r);
    if (!it) return NO_VALUE;
    Value l = sequence_to_list(th, it);
    decref(th, it);
    return l;
}
Value mapping_keys(Thread *th, Value m) { return value_is_exact_dict(m) ? dict_keys_list(th, AS(Dict, m)) : method_to_list(th, m, name_keys); }
Value mapping_items(Thread *th, Value m) { return value_is_exact_dict(m) ? dict_items_list(th, AS(Dict, m)) : method_to_list(th, m, name_items); }

// ---- repr guard ----------------------------------------------------------------------------------------------------------------------

int repr_enter(Thread *th, Value v) {
    if (!th->repr_stack && !(th->repr_stack = list_new(th, 8))) return -1;
    List *l = AS(List, th->repr_stack);
    size_t n = list_len(l);
    Value *items = list_items_raw(l);
    for (size_t i = n; i > 0; i--)
        if (items[i - 1] == v) return 1;
    return list_append(th, l, v);
}
void repr_leave(Thread *th, Value v) {
    List *l = th->repr_stack ? AS(List, th->repr_stack) : NULL;
    if (!l) return;
    size_t n = list_len(l);
    Value *items = list_items_raw(l);
    for (size_t i = n; i > 0; i--)
        if (items[i - 1] == v) {
            Value pending = error_fetch(th);
            decref(th, list_pop(th, l, (intptr_t)i - 1));
            if (pending) error_restore(th, pending);
            return;
        }
}

// ---- isinstance, issubclass ------------------------------------------------------------------------------------------------------------

// __bases__ of something that claims to be a class: Tuple (new reference), NO_VALUE without exception when it is none.
static Value abstract_bases(Thread *th, Value cls, bool *failed) {
    Value b;
    int r = object_getattr_optional(th, cls, name_d_bases, &b);
    *failed = r < 0;
    if (r <= 0) return NO_VALUE;
    if (value_is_tuple(b)) return b;
    decref(th, b);
    return NO_VALUE;
}

static int abstract_issubclass(Thread *th, Value derived, Value cls) {
    if (thread_c_recursion(th, " in __issubclass__")) return -1;
    if (derived == cls) return 1;
    bool failed;
    Value bases = abstract_bases(th, derived, &failed);
    if (!bases) return failed ? -1 : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < AS(Tuple, bases)->len; i++) r = abstract_issubclass(th, AS(Tuple, bases)->items[i], cls);
    decref(th, bases);
    return r;
}

static int check_class(Thread *th, Value cls, const char *error) {
    bool failed;
    Value b = abstract_bases(th, cls, &failed);
    if (b) { decref(th, b); return 0; }
    if (!failed) raise_type_error(th, "%s", error);
    return -1;
}

// Would v.__class__ be anything but its type?
static bool class_is_type(Value v) {
    static Value plain; // object.__class__; set once, idempotent
    Type *t = type_of(v);
    if (t->slots.getattr != object_generic_getattr) return false;
    // The basic types, which have no attribute of that name of their own. (Other built-in ones may: handles of the event loop have.)
    enum { BASIC = TYPE_INT_SUBCLASS | TYPE_FLOAT_SUBCLASS | TYPE_STR_SUBCLASS | TYPE_BYTES_SUBCLASS | TYPE_TUPLE_SUBCLASS | TYPE_LIST_SUBCLASS | TYPE_DICT_SUBCLASS };
    if (!value_is_object(v) || (!(t->flags & TYPE_HEAP) && t->flags & BASIC)) return true;
    Value d = atomic_load_relaxed(&plain);
    if (UNLIKELY(!d)) atomic_store_relaxed(&plain, d = type_lookup(&type_object, name_d_class));
    return type_lookup(t, name_d_class) == d;
}

int object_real_isinstance(Thread *th, Value v, Value cls) {
    if (value_is_type(cls)) {
        if (value_is_instance(v, AS(Type, cls))) return 1;
        if (LIKELY(class_is_type(v))) return 0;
        Value c;
        int r = object_getattr_optional(th, v, name_d_class, &c);
        if (r <= 0) return r;
        r = c != VALUE_OF(type_of(v)) && value_is_type(c) ? type_is_subtype(AS(Type, c), AS(Type, cls)) : 0;
        decref(th, c);
        return r;
    }
    if (check_class(th, cls, "isinstance() arg 2 must be a type, a tuple of types, or a union")) return -1;
    Value c;
    int r = object_getattr_optional(th, v, name_d_class, &c);
    if (r <= 0) return r;
    r = abstract_issubclass(th, c, cls);
    decref(th, c);
    return r;
}

int object_real_issubclass(Thread *th, Value c, Value cls) {
    if (value_is_type(cls) && value_is_type(c)) return type_is_subtype(AS(Type, c), AS(Type, cls));
    if (check_class(th, c, "issubclass() arg 1 must be a class")) return -1;
    if (!value_is_exact(cls, &type_union) && check_class(th, cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union")) return -1;
    return abstract_issubclass(th, c, cls);
}

static int check_any(Thread *th, Value v, Tuple *t, int (*one)(Thread *, Value, Value)) {
    if (thread_c_recursion(th, " in __instancecheck__")) return -1;
    for (size_t i = 0; i < t->len; i++) {
        int r = one(th, v, t->items[i]);
        if (r) return r;
    }
    return 0;
}

static int isinstance_of_one(Value v, Type *t, Value cls) {
    if (VALUE_OF(t) == cls) return 1;
    if (!value_is_object(cls) || type_of(cls) != &type_type) return -1;
    return type_is_subtype(t, AS(Type, cls)) ? 1 : class_is_type(v) ? 0 : -1;
}
int object_isinstance_quick(Value v, Value cls) {
    Type *t = type_of(v);
    if (!value_is_tuple(cls)) return isinstance_of_one(v, t, cls);
    Tuple *all = AS(Tuple, cls);
    for (size_t i = 0; i < all->len; i++) {
        int r = isinstance_of_one(v, t, all->items[i]);
        if (r) return r;
    }
    return 0;
}
int object_isinstance(Thread *th, Value v, Value cls) {
    int quick = object_isinstance_quick(v, cls);
    if (LIKELY(quick >= 0)) return quick;
    if (value_is_exact(cls, &type_union)) cls = AS(Union, cls)->args;
    if (value_is_tuple(cls)) return check_any(th, v, AS(Tuple, cls), object_isinstance);
    bool found;
    Value r = special_call(th, cls, name_d_instancecheck, &v, 1, &found);
    if (r) {
        int t = object_truth(th, r);
        decref(th, r);
        return t;
    }
    return found || error_pending(th) ? -1 : object_real_isinstance(th, v, cls);
}

int object_issubclass(Thread *th, Value c, Value cls) {
    if (value_is_type(cls) && type_of(cls) == &type_type) return c == cls ? 1 : object_real_issubclass(th, c, cls);
    if (value_is_exact(cls, &type_union)) cls = AS(Union, cls)->args;
    if (value_is_tuple(cls)) return check_any(th, c, AS(Tuple, cls), object_issubclass);
    bool found;
    Value r = special_call(th, cls, name_d_subclasscheck, &c, 1, &found);
    if (r) {
        int t = object_truth(th, r);
        decref(th, r);
        return t;
    }
    return found || error_pending(th) ? -1 : object_real_issubclass(th, c, cls);
}

Value object_fn_len(Thread *th, Value self, Value *args) {
    intptr_t n = object_len(th, args[0]);
    return n < 0 ? NO_VALUE : int_from_i64(th, n);
}
Value object_fn_isinstance(Thread *th, Value self, Value *args) {
    int r = object_isinstance(th, args[0], args[1]);
    return r < 0 ? NO_VALUE : value_bool(r);
}
