// SPDX-License-Identifier: MIT
// datetime: making, arithmetic, comparing. Text and conversions are in datetime_methods.c.
#include "core/base/hash.h"
#include "stdlib/_datetime/datetime_methods.h"

static const char *const names[] = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};

static Value datetime_alloc(Thread *th, Type *type, int y, int m, int d, const int v[5], Value tzinfo) {
    DateTime *r = NEW(DateTime, th, type);
    if (!r) return NO_VALUE;
    r->year = (uint16_t)y;
    r->month = (uint8_t)m;
    r->day = (uint8_t)d;
    r->c = (Clock){(uint8_t)v[0], (uint8_t)v[1], (uint8_t)v[2], (uint8_t)v[4], v[3], new_ref(th, tzinfo)};
    return VALUE_OF(r);
}
Value datetime_make(Thread *th, Type *type, int y, int m, int d, const int v[5], Value tzinfo) {
    if (type == &type_dt_datetime)
        return check_date(th, y, m, d) < 0 || check_clock(th, v) < 0 || check_tzinfo(th, tzinfo) < 0 ? NO_VALUE : datetime_alloc(th, type, y, m, d, v, tzinfo);
    Value a[8] = {value_imm_int(y), value_imm_int(m), value_imm_int(d), value_imm_int(v[0]), value_imm_int(v[1]), value_imm_int(v[2]), value_imm_int(v[3]), tzinfo};
    Value r = object_call(th, VALUE_OF(type), a, 8, NO_VALUE);
    if (r && v[4] && is_datetime(r)) DATETIME(r)->c.fold = 1;
    return r;
}

static Value datetime_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    uint8_t s[10];
    if (nargs >= 1 && nargs <= 2 && !kwnames && state_bytes(args[0], 10, s) && (s[2] & 0x7F) >= 1 && (s[2] & 0x7F) <= 12) {
        int v[5] = {s[4], s[5], s[6], s[7] << 16 | s[8] << 8 | s[9], s[2] >> 7};
        Value tz = nargs == 2 ? args[1] : VALUE_NONE;
        if (tz != VALUE_NONE && !is_tzinfo(tz)) return raise_type_error(th, "bad tzinfo state arg");
        return datetime_alloc(th, type, s[0] << 8 | s[1], s[2] & 0x7F, s[3], v, tz);
    }
    Value a[9];
    int ymd[3], v[5];
    if (bind_fields(th, NULL, names, 1, 3, args, nargs, kwnames, a) < 0) return NO_VALUE;
    for (int i = 0; i < 3; i++)
        if (number_as_int(th, a[i], &ymd[i]) < 0) return NO_VALUE;
    for (int i = 0; i < 4; i++)
        if (field_int(th, a[3 + i], 0, &v[i]) < 0) return NO_VALUE;
    if (field_int(th, a[8], 0, &v[4]) < 0 || check_date(th, ymd[0], ymd[1], ymd[2]) < 0 || check_clock(th, v) < 0 || check_tzinfo(th, a[7]) < 0) return NO_VALUE;
    return datetime_alloc(th, type, ymd[0], ymd[1], ymd[2], v, a[7] ? a[7] : VALUE_NONE);
}
static void datetime_dealloc(Thread *th, Object *self) {
    decref(th, ((DateTime *)self)->c.tzinfo);
    object_release_attrs(th, self);
    object_free(th, self);
}

Micros datetime_micros(const DateTime *d) {
    return (Micros)fields_to_seconds(d->year, d->month, d->day, d->c.hour, d->c.minute, d->c.second) * SECOND_US + d->c.micro;
}
Value datetime_from_micros(Thread *th, Type *type, Micros us, Value tzinfo, int fold) {
    Micros day = us / DAY_US;
    if (us < DAY_US || day > MAX_ORDINAL) return raise_error(th, &exc_OverflowError, "date value out of range");
    int64_t rest = (int64_t)(us % DAY_US), seconds = rest / 1000000;
    int y, m, d, v[5] = {(int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60), (int)(rest % 1000000), fold};
    ordinal_to_ymd((int64_t)day, &y, &m, &d);
    return datetime_make(th, type, y, m, d, v, tzinfo);
}
Value datetime_offset(Thread *th, Value self) { return tz_offset(th, DATETIME(self)->c.tzinfo, "utcoffset", self); }

// ---- arithmetic ---------------------------------------------------------------------------------------------------------------------

Value datetime_shift(Thread *th, Value dt, Micros by) {
    return datetime_from_micros(th, type_of(dt), datetime_micros(DATETIME(dt)) + by, DATETIME(dt)->c.tzinfo, 0);
}
static Value datetime_slot_add(Thread *th, Value a, Value b) {
    if (is_datetime(a) && is_delta(b)) return datetime_shift(th, a, delta_micros(b));
    return is_delta(a) && is_datetime(b) ? datetime_shift(th, b, delta_micros(a)) : VALUE_NOT_IMPLEMENTED;
}
static Value datetime_slot_sub(Thread *th, Value a, Value b) {
    if (!is_datetime(a)) return VALUE_NOT_IMPLEMENTED;
    if (is_delta(b)) return datetime_shift(th, a, -delta_micros(b));
    if (!is_datetime(b)) return VALUE_NOT_IMPLEMENTED;
    DateTime *x = DATETIME(a), *y = DATETIME(b);
    Micros us = datetime_micros(x) - datetime_micros(y);
    if (x->c.tzinfo != y->c.tzinfo) {
        Value o1 = datetime_offset(th, a), o2 = o1 ? datetime_offset(th, b) : NO_VALUE;
        bool mixed = o2 && (o1 == VALUE_NONE) != (o2 == VALUE_NONE);
        if (o2 && !mixed && o1 != VALUE_NONE) us -= delta_micros(o1) - delta_micros(o2);
        decref(th, o1);
        decref(th, o2);
        if (!o2) return NO_VALUE;
        if (mixed) return raise_type_error(th, "can't subtract offset-naive and offset-aware datetimes");
    }
    return delta_from_micros(th, &type_dt_delta, us);
}

// ---- comparing ----------------------------------------------------------------------------------------------------------------------

static Value other_fold(Thread *th, Value self) {
    DateTime *d = DATETIME(self);
    int v[5] = {d->c.hour, d->c.minute, d->c.second, d->c.micro, !d->c.fold};
    return datetime_alloc(th, &type_dt_datetime, d->year, d->month, d->day, v, d->c.tzinfo);
}
// Does the offset of self depend on fold? (PEP 495: then it equals nothing in another zone.) 0 1 -1
static int fold_matters(Thread *th, Value self, Value offset) {
    Value flipped = other_fold(th, self), o = flipped ? datetime_offset(th, flipped) : NO_VALUE;
    int r = !o ? -1 : o == VALUE_NONE || offset == VALUE_NONE ? o != offset : delta_micros(o) != delta_micros(offset);
    decref(th, flipped);
    decref(th, o);
    return r;
}
static Value datetime_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!is_datetime(a) || !is_datetime(b)) return VALUE_NOT_IMPLEMENTED;
    DateTime *x = DATETIME(a), *y = DATETIME(b);
    Micros u = datetime_micros(x), v = datetime_micros(y);
    if (x->c.tzinfo != y->c.tzinfo) {
        Value o1 = datetime_offset(th, a), o2 = o1 ? datetime_offset(th, b) : NO_VALUE, r = NO_VALUE;
        if (!o2) { decref(th, o1); return NO_VALUE; }
        bool naive1 = o1 == VALUE_NONE, naive2 = o2 == VALUE_NONE, equality = op == CMP_EQ || op == CMP_NE;
        if (naive1 != naive2) r = equality ? value_bool(op == CMP_NE) : raise_type_error(th, "can't compare offset-naive and offset-aware datetimes");
        else {
            if (!naive1) u -= delta_micros(o1), v -= delta_micros(o2);
            if (equality && u == v) {
                int m = fold_matters(th, a, o1);
                if (m == 0) m = fold_matters(th, b, o2);
                if (m > 0) u = v + 1;
                r = m < 0 ? NO_VALUE : VALUE_NONE;
            } else r = VALUE_NONE;
        }
        decref(th, o1);
        decref(th, o2);
        if (r != VALUE_NONE) return r;
    }
    return compare_result(op, (u > v) - (u < v));
}
void datetime_state(const DateTime *d, bool fold, uint8_t s[10]) {
    s[0] = (uint8_t)(d->year >> 8);
    s[1] = (uint8_t)d->year;
    s[2] = (uint8_t)(d->month | (fold && d->c.fold ? 0x80 : 0));
    s[3] = d->day;
    s[4] = d->c.hour;
    s[5] = d->c.minute;
    s[6] = d->c.second;
    s[7] = (uint8_t)(d->c.micro >> 16);
    s[8] = (uint8_t)(d->c.micro >> 8);
    s[9] = (uint8_t)d->c.micro;
}
static int64_t datetime_slot_hash(Thread *th, Value self) {
    DateTime *d = DATETIME(self);
    int64_t h = atomic_load_relaxed(&d->hash);
    if (h) return h;
    Value first = d->c.fold ? other_fold(th, self) : new_ref(th, self); // equal times with either fold hash alike
    Value offset = first ? datetime_offset(th, first) : NO_VALUE;
    decref(th, first);
    if (!offset) return -1;
    if (offset == VALUE_NONE) {
        uint8_t s[10];
        datetime_state(d, false, s);
        h = hash_bytes(s, 10);
    } else {
        Value delta = delta_from_micros(th, &type_dt_delta, datetime_micros(d) - delta_micros(offset));
        h = delta ? object_hash(th, delta) : -1;
        decref(th, delta);
    }
    decref(th, offset);
    if (h != -1) atomic_store_relaxed(&d->hash, h);
    return h;
}

Value datetime_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    DateTime *d = DATETIME(self);
    Value a[9];
    int ymd[3], v[5];
    if (bind_fields(th, "replace", names, 1, 0, args, nargs, kwnames, a) < 0) return NO_VALUE;
    int old[8] = {d->year, d->month, d->day, d->c.hour, d->c.minute, d->c.second, d->c.micro};
    for (int i = 0; i < 7; i++)
        if (field_int(th, a[i], old[i], i < 3 ? &ymd[i] : &v[i - 3]) < 0) return NO_VALUE;
    if (field_int(th, a[8], d->c.fold, &v[4]) < 0) return NO_VALUE;
    if (v[4] != 0 && v[4] != 1) return raise_value_error(th, "fold must be either 0 or 1, not %d", v[4]);
    return datetime_make(th, type_of(self), ymd[0], ymd[1], ymd[2], v, a[7] ? a[7] : d->c.tzinfo);
}

DT_TYPE(datetime, "datetime.datetime", &type_dt_date, sizeof(DateTime), TYPE_BASETYPE, .methods = datetime_methods, .getsets = datetime_getsets,
        .doc = "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nThe year, month and day arguments are required. tzinfo may be None, or an\n"
               "instance of a tzinfo subclass. The remaining arguments may be ints.\n",
        .slots = {.new_ = datetime_slot_new, .dealloc = datetime_dealloc, .repr = datetime_slot_repr, .str = datetime_slot_str, .hash = datetime_slot_hash,
                  .compare = datetime_slot_compare, .add = datetime_slot_add, .sub = datetime_slot_sub})
