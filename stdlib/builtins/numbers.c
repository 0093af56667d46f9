// SPDX-License-Identifier: MIT
// Built-in functions of numbers and orderings: abs, bin, divmod, hex, max, min, oct, pow, round, sum. No state.
#include "stdlib/builtins/builtins_int.h"

#include <math.h>

#include "core/object/bytes.h"
#include "core/object/float.h"
#include "core/object/suggest.h"

Value builtins_fn_abs(Thread *th, Value self, Value *args) { return number_absolute(th, args[0]); }
Value builtins_fn_divmod(Thread *th, Value self, Value *args) { return number_divmod(th, args[0], args[1]); }
Value builtins_fn_pow(Thread *th, Value self, Value *args) { return number_power(th, args[0], args[1], args[2] ? args[2] : VALUE_NONE); }

static Value based(Thread *th, Value v, int base) {
    Value i = number_index(th, v);
    if (i == NO_VALUE) return NO_VALUE;
    Value r = int_to_str(th, i, base, true);
    decref(th, i);
    return r;
}
Value builtins_fn_bin(Thread *th, Value self, Value *args) { return based(th, args[0], 2); }
Value builtins_fn_oct(Thread *th, Value self, Value *args) { return based(th, args[0], 8); }
Value builtins_fn_hex(Thread *th, Value self, Value *args) { return based(th, args[0], 16); }

Value builtins_fn_round(Thread *th, Value self, Value *args) {
    bool found;
    bool has = args[1] && args[1] != VALUE_NONE;
    Value r = special_call(th, args[0], name_d_round, args + 1, has ? 1 : 0, &found);
    if (!found && !error_pending(th)) return raise_type_error(th, "type %.100s doesn't define __round__ method", type_of(args[0])->name);
    return r;
}

// ---- min and max -----------------------------------------------------------------------------------------------

typedef struct MinMax { int op; Value key, best, best_key; } MinMax;

static int minmax_step(Thread *th, Value item, void *arg) {
    MinMax *m = arg;
    Value k;
    if (m->key) {
        k = call1(th, m->key, item);
        if (k == NO_VALUE) return -1;
    } else k = new_ref(th, item);
    int better = 1;
    if (m->best) {
        if (value_both_imm_int(k, m->best_key)) better = m->op == CMP_GT ? (int64_t)k > (int64_t)m->best_key : (int64_t)k < (int64_t)m->best_key;
        else better = object_compare_bool(th, k, m->best_key, m->op);
    }
    if (better > 0) {
        set_ref(th, &m->best, new_ref(th, item));
        set_ref(th, &m->best_key, k);
    } else decref(th, k);
    return better < 0 ? -1 : 0;
}

static Value minmax(Thread *th, const char *name, int op, const Value *args, size_t nargs, Value kwnames) {
    Value key = NO_VALUE, dflt = NO_VALUE;
    if (nargs == 0) return raise_type_error(th, "%s expected at least 1 argument, got 0", name);
    for (size_t i = 0; kwnames && i < AS(Tuple, kwnames)->len; i++) {
        Value k = AS(Tuple, kwnames)->items[i];
        if (str_equal_cstr(k, "key")) key = args[nargs + i];
        else if (str_equal_cstr(k, "default")) dflt = args[nargs + i];
        else return raise_unknown_keyword(th, name[1] == 'i' ? "min()" : "max()", k, (const char *const[]){"key", "default", NULL}, AS(Tuple, kwnames)->len);
    }
    if (key == VALUE_NONE) key = NO_VALUE;
    if (nargs > 1 && dflt) return raise_type_error(th, "Cannot specify a default for %s() with multiple positional arguments", name);
    if (nargs > 1 && !key && value_is_imm_int(args[0])) {    // small ints only
        Value best = args[0];
        size_t i = 1;
        for (; i < nargs && value_is_imm_int(args[i]); i++)
            if (op == CMP_GT ? (int64_t)args[i] > (int64_t)best : (int64_t)args[i] < (int64_t)best) best = args[i];
        if (i == nargs) return best;
    }
    MinMax m = {op, key, NO_VALUE, NO_VALUE};
    int r = 0;
    if (nargs > 1) {
        for (size_t i = 0; i < nargs && r == 0; i++) r = minmax_step(th, args[i], &m);
    } else r = iterate(th, args[0], minmax_step, &m);
    decref(th, m.best_key);
    if (r < 0) {
        decref(th, m.best);
        return NO_VALUE;
    }
    if (m.best) return m.best;
    if (dflt) return new_ref(th, dflt);
    return raise_value_error(th, "%s() iterable argument is empty", name);
}
Value builtins_fn_max(RAW_ARGS) { return minmax(th, "max", CMP_GT, args, nargs, kwnames); }
Value builtins_fn_min(RAW_ARGS) { return minmax(th, "min", CMP_LT, args, nargs, kwnames); }

// ---- sum -------------------------------------------------------------------------------------------------------
// Ints are added in a machine word while they fit; floats and complex numbers keep a running compensation (Neumaier).

typedef struct Compensated { double hi, lo; } Compensated;
static void comp_add(Compensated *c, double x) {
    double t = c->hi + x;
    c->lo += fabs(c->hi) >= fabs(x) ? (c->hi - t) + x : (x - t) + c->hi;
    c->hi = t;
}
static double comp_value(const Compensated *c) { return c->lo && isfinite(c->lo) ? c->hi + c->lo : c->hi; }

typedef struct Sum {
    enum { SUM_INT, SUM_FLOAT, SUM_COMPLEX, SUM_ANY } state;
    int64_t i;
    Compensated re, im;
    Value any;      // owned, in SUM_ANY
} Sum;

static bool is_exact_complex(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_complex; }
static bool is_exact_float(Value v) { return value_is_imm_float(v) || (value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_float); }

static Value sum_value(Thread *th, Sum *s) {
    switch (s->state) {
    case SUM_INT: return int_from_i64(th, s->i);
    case SUM_FLOAT: return float_from_double(th, comp_value(&s->re));
    case SUM_COMPLEX: return complex_new(th, comp_value(&s->re), comp_value(&s->im));
    default: { Value v = s->any; s->any = NO_VALUE; return v; }
    }
}

static int sum_step(Thread *th, Value x, void *arg) {
    Sum *s = arg;
    int64_t n;
    bool small = value_is_imm_int(x) || value_is_bool(x);
    switch (s->state) {
    case SUM_INT:
        if (small) {
            n = value_is_imm_int(x) ? value_imm_int_get(x) : x == VALUE_TRUE;
            if (!__builtin_add_overflow(s->i, n, &n)) {
                s->i = n;
                return 0;
            }
        } else if (is_exact_float(x)) {
            *s = (Sum){SUM_FLOAT, 0, {(double)s->i, 0}, {0, 0}, NO_VALUE};
            comp_add(&s->re, float_value(x));
            return 0;
        } else if (is_exact_complex(x)) {
            // A real number adds nothing to the imaginary part, not even to the sign of its zero.
            *s = (Sum){SUM_COMPLEX, 0, {(double)s->i, 0}, {AS(Complex, x)->imag, 0}, NO_VALUE};
            comp_add(&s->re, AS(Complex, x)->real);
            return 0;
        }
        break;
    case SUM_FLOAT:
        if (is_exact_float(x)) {
            comp_add(&s->re, float_value(x));
            return 0;
        }
        if (small || (value_is_int(x) && type_of(x) == &type_int)) {
            double d = small ? (value_is_imm_int(x) ? (double)value_imm_int_get(x) : x == VALUE_TRUE) : int_as_double(th, x);
            if (error_pending(th)) return -1;
            comp_add(&s->re, d);
            return 0;
        }
        if (is_exact_complex(x)) {
            s->state = SUM_COMPLEX;
            comp_add(&s->re, AS(Complex, x)->real);
            s->im.hi = AS(Complex, x)->imag;
            return 0;
        }
        break;
    case SUM_COMPLEX:
        if (is_exact_complex(x)) {
            comp_add(&s->re, AS(Complex, x)->real);
            comp_add(&s->im, AS(Complex, x)->imag);
            return 0;
        }
        if (is_exact_float(x)) {
            comp_add(&s->re, float_value(x));
            return 0;
        }
        if (small) {
            comp_add(&s->re, value_is_imm_int(x) ? (double)value_imm_int_get(x) : x == VALUE_TRUE);
            return 0;
        }
        break;
    default: break;
    }
    if (s->state != SUM_ANY) {
        Value so_far = sum_value(th, s);
        if (so_far == NO_VALUE) return -1;
        s->state = SUM_ANY;
        s->any = so_far;
    }
    Value r = number_add(th, s->any, x);
    if (r == NO_VALUE) return -1;
    set_ref(th, &s->any, r);
    return 0;
}

Value builtins_fn_sum(Thread *th, Value self, Value *args) {
    Value start = args[1] ? args[1] : value_imm_int(0);
    if (value_is_str(start)) return raise_type_error(th, "sum() can't sum strings [use ''.join(seq) instead]");
    if (value_is_bytes(start)) return raise_type_error(th, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (value_is_instance(start, &type_bytearray)) return raise_type_error(th, "sum() can't sum bytearray [use b''.join(seq) instead]");
    Sum s = {SUM_ANY, 0, {0, 0}, {0, 0}, NO_VALUE};
    if (value_is_imm_int(start)) s.state = SUM_INT, s.i = value_imm_int_get(start);
    else if (is_exact_float(start)) s.state = SUM_FLOAT, s.re.hi = float_value(start);
    else if (is_exact_complex(start)) s.state = SUM_COMPLEX, s.re.hi = AS(Complex, start)->real, s.im.hi = AS(Complex, start)->imag;
    else s.any = new_ref(th, start);
    int r = iterate(th, args[0], sum_step, &s);
    if (r < 0) {
        decref(th, s.any);
        return NO_VALUE;
    }
    return sum_value(th, &s);
}
