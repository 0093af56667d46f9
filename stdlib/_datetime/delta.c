// SPDX-License-Identifier: MIT
// timedelta. Days, seconds and microseconds are kept apart, normalised; arithmetic goes through microseconds in 128 bits, or ints.
#include <math.h>
#include <stdio.h>

#include "core/base/hash.h"
#include "core/object/int_limbs.h"
#include "stdlib/_datetime/datetime_int.h"

Micros delta_micros(Value v) { return (Micros)DELTA(v)->days * DAY_US + (Micros)DELTA(v)->seconds * SECOND_US + DELTA(v)->micros; }

static Value too_large(Thread *th) { return raise_error(th, &exc_OverflowError, "Python int too large to convert to C int"); }

Value delta_from_micros(Thread *th, Type *type, Micros us) {
    Micros days = us / DAY_US, rest = us % DAY_US;
    if (rest < 0) rest += DAY_US, days--;
    if (days < INT32_MIN || days > INT32_MAX) return too_large(th);
    if (days < -MAX_DELTA_DAYS || days > MAX_DELTA_DAYS)
        return raise_error(th, &exc_OverflowError, "days=%d; must have magnitude <= %d", (int)days, MAX_DELTA_DAYS);
    Delta *d = NEW(Delta, th, type);
    if (!d) return NO_VALUE;
    d->days = (int32_t)days;
    d->seconds = (int32_t)(rest / SECOND_US);
    d->micros = (int32_t)(rest % SECOND_US);
    return VALUE_OF(d);
}
Value delta_new(Thread *th, int64_t days, int64_t seconds, int64_t micros) {
    return delta_from_micros(th, &type_dt_delta, (Micros)days * DAY_US + (Micros)seconds * SECOND_US + micros);
}

static Value micros_to_int(Thread *th, Micros us) {
    unsigned __int128 m = us < 0 ? -(unsigned __int128)us : (unsigned __int128)us;
    uint64_t limbs[2] = {(uint64_t)m, (uint64_t)(m >> 64)};
    return int_from_limbs(th, limbs, 2, us < 0);
}
// Takes over the int v.
static Value delta_from_int(Thread *th, Type *type, Value v) {
    if (!v) return NO_VALUE;
    IntView w;
    int_view(v, &w);
    bool fits = w.n < 2 || (w.n == 2 && w.d[1] >> 62 == 0);
    Micros us = fits ? (Micros)((unsigned __int128)(w.n > 1 ? w.d[1] : 0) << 64 | (w.n ? w.d[0] : 0)) : 0;
    if (w.neg) us = -us;
    decref(th, v);
    return fits ? delta_from_micros(th, type, us) : too_large(th);
}

// ---- making -------------------------------------------------------------------------------------------------------------------------

// sum += num * factor; what floats leave over goes to *left. Takes over sum; NO_VALUE on failure.
static Value accumulate(Thread *th, Value sum, const char *tag, Value num, int64_t factor, double *left) {
    Value add;
    if (value_is_int(num)) add = int_mul(th, num, value_imm_int(factor));
    else if (value_is_float(num)) {
        double whole, fraction = modf(float_value(num), &whole);
        Value w = int_from_double(th, whole);
        add = w ? int_mul(th, w, value_imm_int(factor)) : NO_VALUE;
        decref(th, w);
        if (add && fraction != 0.0) {
            fraction = modf((double)factor * fraction, &whole);
            *left += fraction;
            Value more = int_from_double(th, whole), s = more ? int_add(th, add, more) : NO_VALUE;
            decref(th, more);
            decref(th, add);
            add = s;
        }
    } else add = raise_type_error(th, "unsupported type for timedelta %s component: %T", tag, num);
    Value r = add ? int_add(th, sum, add) : NO_VALUE;
    decref(th, add);
    decref(th, sum);
    return r;
}

static Value delta_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks", NULL};
    static const struct { int arg; int64_t factor; } order[] = {{2, 1}, {3, 1000}, {1, 1000000}, {4, 60000000}, {5, 3600000000}, {0, 86400000000}, {6, 604800000000}};
    Value a[7];
    if (bind_fields(th, "__new__", names, 0, 0, args, nargs, kwnames, a) < 0) return NO_VALUE;
    Value sum = value_imm_int(0);
    double left = 0.0;
    for (int i = 0; i < 7 && sum; i++)
        if (a[order[i].arg]) sum = accumulate(th, sum, names[order[i].arg], a[order[i].arg], order[i].factor, &left);
    if (sum && left != 0.0) {
        double whole = round(left);
        if (fabs(whole - left) == 0.5) { // a tie: to even, of the whole sum
            int odd = int_is_odd(sum);
            whole = 2.0 * round((left + odd) * 0.5) - odd;
        }
        Value more = int_from_double(th, whole), s = more ? int_add(th, sum, more) : NO_VALUE;
        decref(th, more);
        decref(th, sum);
        sum = s;
    }
    return delta_from_int(th, type, sum);
}

// ---- arithmetic ---------------------------------------------------------------------------------------------------------------------

static Value delta_slot_add(Thread *th, Value a, Value b) {
    if (!is_delta(a) || !is_delta(b)) return VALUE_NOT_IMPLEMENTED;
    return delta_from_micros(th, &type_dt_delta, delta_micros(a) + delta_micros(b));
}
static Value delta_slot_sub(Thread *th, Value a, Value b) {
    if (!is_delta(a) || !is_delta(b)) return VALUE_NOT_IMPLEMENTED;
    return delta_from_micros(th, &type_dt_delta, delta_micros(a) - delta_micros(b));
}
static Value delta_slot_neg(Thread *th, Value a) { return delta_from_micros(th, &type_dt_delta, -delta_micros(a)); }
static Value delta_slot_pos(Thread *th, Value a) { return delta_from_micros(th, &type_dt_delta, delta_micros(a)); }
static Value delta_slot_abs(Thread *th, Value a) {
    Micros us = delta_micros(a);
    return delta_from_micros(th, &type_dt_delta, us < 0 ? -us : us);
}
static int delta_slot_bool(Thread *th, Value a) { return delta_micros(a) != 0; }

// a / b rounded half to even; both ints.
static Value divide_nearest(Thread *th, Value a, Value b) {
    Value q, r;
    if (int_divmod(th, a, b, &q, &r) < 0) return NO_VALUE;
    Value twice = int_add(th, r, r);
    int c = twice ? int_compare(twice, b) : 0;
    if (int_sign(b) < 0) c = -c;
    if (twice && (c > 0 || (c == 0 && int_is_odd(q)))) {
        Value up = int_add(th, q, value_imm_int(1));
        decref(th, q);
        q = up;
    } else if (!twice) clear_ref(th, &q);
    decref(th, r);
    decref(th, twice);
    return q;
}
// delta * (n / d) by the float's exact ratio, or delta / it.
static Value scale_by_float(Thread *th, Value delta, Value f, bool divide) {
    Value ratio;
    if (value_is_exact(f, &type_float)) ratio = float_as_integer_ratio(th, float_value(f));
    else if ((ratio = call_method0(th, f, str_intern_cstr(th, "as_integer_ratio")))) {
        Tuple *t = AS(Tuple, ratio);
        if (!value_is_tuple(ratio)) raise_type_error(th, "unexpected return type from as_integer_ratio(): expected tuple, not '%T'", ratio);
        else if (t->len != 2) raise_value_error(th, "unexpected return value from as_integer_ratio(): expected a 2-tuple");
        else if (!value_is_int(t->items[0]) || !value_is_int(t->items[1])) raise_type_error(th, "unexpected return value from as_integer_ratio(): expected ints");
        if (error_pending(th)) clear_ref(th, &ratio);
    }
    Value us = ratio ? micros_to_int(th, delta_micros(delta)) : NO_VALUE;
    if (!us) { decref(th, ratio); return NO_VALUE; }
    Value n = AS(Tuple, ratio)->items[divide], d = AS(Tuple, ratio)->items[!divide];
    Value p = int_mul(th, us, n), q = p ? divide_nearest(th, p, d) : NO_VALUE;
    decref(th, p);
    decref(th, us);
    decref(th, ratio);
    return delta_from_int(th, &type_dt_delta, q);
}
static Value delta_slot_mul(Thread *th, Value a, Value b) {
    Value delta = is_delta(a) ? a : b, other = is_delta(a) ? b : a;
    if (!is_delta(delta)) return VALUE_NOT_IMPLEMENTED;
    if (value_is_int(other)) {
        Value us = micros_to_int(th, delta_micros(delta)), p = us ? int_mul(th, us, other) : NO_VALUE;
        decref(th, us);
        return delta_from_int(th, &type_dt_delta, p);
    }
    return value_is_float(other) ? scale_by_float(th, delta, other, false) : VALUE_NOT_IMPLEMENTED;
}

// op on the microseconds of a and of b (or b itself, an int). New reference.
static Value with_ints(Thread *th, Value a, Value b, Value (*op)(Thread *th, Value x, Value y)) {
    Value x = micros_to_int(th, delta_micros(a)), y = !x ? NO_VALUE : is_delta(b) ? micros_to_int(th, delta_micros(b)) : new_ref(th, b);
    Value r = y ? op(th, x, y) : NO_VALUE;
    decref(th, x);
    decref(th, y);
    return r;
}
static Value delta_slot_truediv(Thread *th, Value a, Value b) {
    if (!is_delta(a)) return VALUE_NOT_IMPLEMENTED;
    if (is_delta(b)) return with_ints(th, a, b, int_truediv);
    if (value_is_float(b)) return scale_by_float(th, a, b, true);
    return value_is_int(b) ? delta_from_int(th, &type_dt_delta, with_ints(th, a, b, divide_nearest)) : VALUE_NOT_IMPLEMENTED;
}
static Value delta_slot_floordiv(Thread *th, Value a, Value b) {
    if (!is_delta(a)) return VALUE_NOT_IMPLEMENTED;
    if (is_delta(b)) return with_ints(th, a, b, int_floordiv);
    return value_is_int(b) ? delta_from_int(th, &type_dt_delta, with_ints(th, a, b, int_floordiv)) : VALUE_NOT_IMPLEMENTED;
}
static Value delta_slot_mod(Thread *th, Value a, Value b) {
    if (!is_delta(a) || !is_delta(b)) return VALUE_NOT_IMPLEMENTED;
    return delta_from_int(th, &type_dt_delta, with_ints(th, a, b, int_mod));
}
static Value delta_slot_divmod(Thread *th, Value a, Value b) {
    if (!is_delta(a) || !is_delta(b)) return VALUE_NOT_IMPLEMENTED;
    Value v[2] = {with_ints(th, a, b, int_floordiv), NO_VALUE};
    if (!v[0]) return NO_VALUE;
    if (!(v[1] = delta_slot_mod(th, a, b))) { decref(th, v[0]); return NO_VALUE; }
    return tuple_from_owned(th, v, 2);
}

static Value delta_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!is_delta(a) || !is_delta(b)) return VALUE_NOT_IMPLEMENTED;
    Micros x = delta_micros(a), y = delta_micros(b);
    return compare_result(op, (x > y) - (x < y));
}
static int64_t delta_slot_hash(Thread *th, Value self) {
    Delta *d = DELTA(self);
    int64_t h = atomic_load_relaxed(&d->hash);
    if (h) return h;
    uint64_t acc = HASH_TUPLE_START;
    acc = hash_tuple_step(acc, hash_int64(d->days));
    acc = hash_tuple_step(acc, hash_int64(d->seconds));
    acc = hash_tuple_step(acc, hash_int64(d->micros));
    h = hash_tuple_finish(acc, 3);
    atomic_store_relaxed(&d->hash, h);
    return h;
}

// ---- text and methods ---------------------------------------------------------------------------------------------------------------

static Value delta_slot_repr(Thread *th, Value self) {
    Delta *d = DELTA(self);
    char buf[100];
    size_t n = 0;
    const char *sep = "";
    if (d->days) n += (size_t)snprintf(buf + n, sizeof buf - n, "days=%d", d->days), sep = ", ";
    if (d->seconds) n += (size_t)snprintf(buf + n, sizeof buf - n, "%sseconds=%d", sep, d->seconds), sep = ", ";
    if (d->micros) n += (size_t)snprintf(buf + n, sizeof buf - n, "%smicroseconds=%d", sep, d->micros);
    return str_format(th, "%T(%s)", self, n ? buf : "0");
}
static Value delta_slot_str(Thread *th, Value self) {
    Delta *d = DELTA(self);
    char buf[100];
    int n = d->days ? snprintf(buf, sizeof buf, "%d day%s, ", d->days, d->days == 1 || d->days == -1 ? "" : "s") : 0;
    n += snprintf(buf + n, sizeof buf - (size_t)n, "%d:%02d:%02d", d->seconds / 3600, d->seconds / 60 % 60, d->seconds % 60);
    if (d->micros) n += snprintf(buf + n, sizeof buf - (size_t)n, ".%06d", d->micros);
    return str_from_ascii(th, buf, (size_t)n);
}
Value delta_total_seconds(Thread *th, Value delta) {
    Value us = micros_to_int(th, delta_micros(delta)), r = us ? int_truediv(th, us, value_imm_int(1000000)) : NO_VALUE;
    decref(th, us);
    return r;
}
static Value delta_meth_total_seconds(Thread *th, Value self, Value *args) { return delta_total_seconds(th, self); }
static Value delta_meth_reduce(Thread *th, Value self, Value *args) {
    Delta *d = DELTA(self);
    Value a = tuple_pack3(th, value_imm_int(d->days), value_imm_int(d->seconds), value_imm_int(d->micros));
    Value v[2] = {new_ref(th, VALUE_OF(type_of(self))), a};
    return a ? tuple_from_owned(th, v, 2) : NO_VALUE;
}

static const MethodDef delta_methods[] = {
    {"total_seconds", "(self, /)", delta_meth_total_seconds, "Total seconds in the duration.", 0},
    {"__reduce__", "(self, /)", delta_meth_reduce, "__reduce__() -> (cls, state)", 0},
    {0},
};
static const MemberDef delta_members[] = {
    {"days", offsetof(Delta, days), MEMBER_INT32 | MEMBER_READONLY, "Number of days."},
    {"seconds", offsetof(Delta, seconds), MEMBER_INT32 | MEMBER_READONLY, "Number of seconds (>= 0 and less than 1 day)."},
    {"microseconds", offsetof(Delta, micros), MEMBER_INT32 | MEMBER_READONLY, "Number of microseconds (>= 0 and less than 1 second)."},
    {0},
};
DT_TYPE(delta, "datetime.timedelta", &type_object, sizeof(Delta), TYPE_BASETYPE, .methods = delta_methods, .members = delta_members,
        .doc = "Difference between two datetime values.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
               "All arguments are optional and default to 0.\nArguments may be integers or floats, and may be positive or negative.",
        .slots = {.new_ = delta_slot_new, .repr = delta_slot_repr, .str = delta_slot_str, .hash = delta_slot_hash, .compare = delta_slot_compare,
                  .bool_ = delta_slot_bool, .neg = delta_slot_neg, .pos = delta_slot_pos, .abs = delta_slot_abs, .add = delta_slot_add, .sub = delta_slot_sub,
                  .mul = delta_slot_mul, .truediv = delta_slot_truediv, .floordiv = delta_slot_floordiv, .mod = delta_slot_mod, .divmod = delta_slot_divmod})
