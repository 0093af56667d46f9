// SPDX-License-Identifier: MIT
// tzinfo, the abstract base, and timezone, fixed offsets.
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "stdlib/_datetime/datetime_int.h"

Value timezone_utc;

static int offset_range(Thread *th, Value offset) {
    Micros us = delta_micros(offset);
    if (us > -DAY_US && us < DAY_US) return 0;
    raise_value_error(th, "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not %R", offset);
    return -1;
}

Value tz_offset(Thread *th, Value tzinfo, const char *method, Value arg) {
    if (tzinfo == VALUE_NONE) return VALUE_NONE;
    if (value_is_exact(tzinfo, &type_dt_timezone)) return method[0] == 'u' ? new_ref(th, AS(Timezone, tzinfo)->offset) : VALUE_NONE;
    Value r = call_method1(th, tzinfo, str_intern_cstr(th, method), arg);
    if (!r || r == VALUE_NONE) return r;
    if (!is_delta(r)) raise_type_error(th, "tzinfo.%s() must return None or timedelta, not '%T'", method, r);
    else if (offset_range(th, r) == 0) return r;
    decref(th, r);
    return NO_VALUE;
}
Value tz_name(Thread *th, Value tzinfo, Value arg) {
    if (tzinfo == VALUE_NONE) return VALUE_NONE;
    Value r = call_method1(th, tzinfo, str_intern_cstr(th, "tzname"), arg);
    if (!r || r == VALUE_NONE || value_is_str(r)) return r;
    raise_type_error(th, "tzinfo.tzname() must return None or a string, not '%T'", r);
    decref(th, r);
    return NO_VALUE;
}

// ---- tzinfo -------------------------------------------------------------------------------------------------------------------------

static Value tzinfo_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Object, th, type)); }
static Value must_implement(Thread *th, const char *name) {
    return raise_error(th, &exc_NotImplementedError, "a tzinfo subclass must implement %s()", name);
}
static Value tzinfo_meth_utcoffset(Thread *th, Value self, Value *args) { return must_implement(th, "utcoffset"); }
static Value tzinfo_meth_dst(Thread *th, Value self, Value *args) { return must_implement(th, "dst"); }
static Value tzinfo_meth_tzname(Thread *th, Value self, Value *args) { return must_implement(th, "tzname"); }

static Value method0(Thread *th, Value self, const char *name) { return call_method0(th, self, str_intern_cstr(th, name)); }

static Value tzinfo_meth_fromutc(Thread *th, Value self, Value *args) {
    Value dt = args[0];
    if (!is_datetime(dt)) return raise_type_error(th, "fromutc: argument must be a datetime");
    if (DATETIME(dt)->c.tzinfo != self) return raise_value_error(th, "fromutc: dt.tzinfo is not self");
    Value off = method0(th, dt, "utcoffset"), dst = NO_VALUE, delta = NO_VALUE, r = NO_VALUE, dst2 = NO_VALUE;
    if (!off) return NO_VALUE;
    if (off == VALUE_NONE) return raise_value_error(th, "fromutc: non-None utcoffset() result required");
    dst = method0(th, dt, "dst");
    if (dst == VALUE_NONE) raise_value_error(th, "fromutc: non-None dst() result required");
    if (!dst || dst == VALUE_NONE) goto done;
    if (!is_delta(off) || !is_delta(dst)) {
        raise_type_error(th, "fromutc: tz.utcoffset() and tz.dst() must return timedelta");
        goto done;
    }
    // The standard offset first; then what dst() says at the local time found.
    if (!(delta = number_binary(th, BINOP_SUB, off, dst)) || !(r = number_binary(th, BINOP_ADD, dt, delta))) goto done;
    dst2 = method0(th, r, "dst");
    if (!dst2) clear_ref(th, &r);
    else if (dst2 == VALUE_NONE) {
        raise_value_error(th, "fromutc: tz.dst() gave inconsistent results; cannot convert");
        clear_ref(th, &r);
    } else if (!is_delta(dst2) || delta_micros(dst2) != 0) {
        Value more = number_binary(th, BINOP_ADD, r, dst2);
        decref(th, r);
        r = more;
    }
done:
    decref(th, off);
    decref(th, dst);
    decref(th, delta);
    decref(th, dst2);
    return r;
}

static Value tzinfo_meth_reduce(Thread *th, Value self, Value *args) {
    Value init, state = NO_VALUE, a;
    int has = object_getattr_optional(th, self, str_intern_cstr(th, "__getinitargs__"), &init);
    if (has < 0) return NO_VALUE;
    if (has) {
        a = call0(th, init);
        decref(th, init);
    } else a = new_ref(th, tuple_empty);
    if (a) state = method0(th, self, "__getstate__");
    if (!state) { decref(th, a); return NO_VALUE; }
    Value v[3] = {new_ref(th, VALUE_OF(type_of(self))), a, state};
    return tuple_from_owned(th, v, 3);
}

static const MethodDef tzinfo_methods[] = {
    {"tzname", "(self, object, /)", tzinfo_meth_tzname, "datetime -> string name of time zone.", 0},
    {"utcoffset", "(self, object, /)", tzinfo_meth_utcoffset, "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC", 0},
    {"dst", "(self, object, /)", tzinfo_meth_dst, "datetime -> DST offset as timedelta positive east of UTC.", 0},
    {"fromutc", "(self, object, /)", tzinfo_meth_fromutc, "datetime in UTC -> datetime in local time.", 0},
    {"__reduce__", "(self, /)", tzinfo_meth_reduce, "-> (cls, state)", 0},
    {0},
};
DT_TYPE(tzinfo, "datetime.tzinfo", &type_object, sizeof(Object), TYPE_BASETYPE, .methods = tzinfo_methods, .doc = "Abstract base class for time zone info objects.",
        .slots = {.new_ = tzinfo_slot_new})

// ---- timezone -----------------------------------------------------------------------------------------------------------------------

static Value timezone_make(Thread *th, Value offset, Value name) {
    Timezone *z = NEW(Timezone, th, &type_dt_timezone);
    if (!z) return NO_VALUE;
    z->offset = new_ref(th, offset);
    z->name = new_ref(th, name);
    return VALUE_OF(z);
}
Value timezone_new(Thread *th, Value offset, Value name) {
    if (!name && timezone_utc && delta_micros(offset) == 0) return new_ref(th, timezone_utc);
    return offset_range(th, offset) < 0 ? NO_VALUE : timezone_make(th, offset, name);
}
Value timezone_local(Thread *th, int64_t unix_seconds) {
    time_t t = (time_t)unix_seconds;
    struct tm tm;
    errno = 0;
    if (!localtime_r(&t, &tm)) return raise_errno(th, errno ? errno : EINVAL, NO_VALUE, NO_VALUE);
    Value offset = delta_new(th, 0, tm.tm_gmtoff, 0), name = offset && tm.tm_zone ? str_from_fs(th, tm.tm_zone, strlen(tm.tm_zone)) : NO_VALUE;
    Value r = offset && name ? timezone_new(th, offset, name) : NO_VALUE;
    decref(th, offset);
    decref(th, name);
    return r;
}
static Value timezone_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"offset", "name", NULL};
    Value a[2];
    if (bind_fields(th, "timezone", names, 0, 1, args, nargs, kwnames, a) < 0) return NO_VALUE;
    if (!is_delta(a[0])) return raise_type_error(th, "timezone() argument 1 must be datetime.timedelta, not %T", a[0]);
    if (a[1] && !value_is_str(a[1])) return raise_type_error(th, "timezone() argument 2 must be str, not %T", a[1]);
    return timezone_new(th, a[0], a[1]);
}
static void timezone_dealloc(Thread *th, Object *self) {
    decref(th, ((Timezone *)self)->offset);
    decref(th, ((Timezone *)self)->name);
    object_free(th, self);
}
static Value timezone_slot_repr(Thread *th, Value self) {
    Timezone *z = AS(Timezone, self);
    if (self == timezone_utc) return str_from_cstr(th, "datetime.timezone.utc");
    return z->name ? str_format(th, "%T(%R, %R)", self, z->offset, z->name) : str_format(th, "%T(%R)", self, z->offset);
}
static Value timezone_slot_str(Thread *th, Value self) {
    Timezone *z = AS(Timezone, self);
    if (z->name) return new_ref(th, z->name);
    if (delta_micros(z->offset) == 0) return str_from_cstr(th, "UTC");
    char buf[40];
    offset_text(z->offset, ":", buf);
    return str_format(th, "UTC%s", buf);
}
static Value timezone_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(a, &type_dt_timezone) || !value_is_exact(b, &type_dt_timezone)) return VALUE_NOT_IMPLEMENTED;
    return value_bool((delta_micros(AS(Timezone, a)->offset) == delta_micros(AS(Timezone, b)->offset)) == (op == CMP_EQ));
}
static int64_t timezone_slot_hash(Thread *th, Value self) { return object_hash(th, AS(Timezone, self)->offset); }

static int moment(Thread *th, const char *name, Value v) {
    if (v == VALUE_NONE || is_datetime(v)) return 0;
    raise_type_error(th, "%s(dt) argument must be a datetime instance or None, not %T", name, v);
    return -1;
}
static Value timezone_meth_utcoffset(Thread *th, Value self, Value *args) {
    return moment(th, "utcoffset", args[0]) < 0 ? NO_VALUE : new_ref(th, AS(Timezone, self)->offset);
}
static Value timezone_meth_dst(Thread *th, Value self, Value *args) { return moment(th, "dst", args[0]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value timezone_meth_tzname(Thread *th, Value self, Value *args) { return moment(th, "tzname", args[0]) < 0 ? NO_VALUE : timezone_slot_str(th, self); }
static Value timezone_meth_fromutc(Thread *th, Value self, Value *args) {
    if (!is_datetime(args[0])) return raise_type_error(th, "fromutc: argument must be a datetime");
    if (DATETIME(args[0])->c.tzinfo != self) return raise_value_error(th, "fromutc: dt.tzinfo is not self");
    return number_binary(th, BINOP_ADD, args[0], AS(Timezone, self)->offset);
}
static Value timezone_meth_getinitargs(Thread *th, Value self, Value *args) {
    Timezone *z = AS(Timezone, self);
    return z->name ? tuple_pack2(th, z->offset, z->name) : tuple_pack1(th, z->offset);
}
static const MethodDef timezone_methods[] = {
    {"tzname", "(self, object, /)", timezone_meth_tzname, "If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.", 0},
    {"utcoffset", "(self, object, /)", timezone_meth_utcoffset, "Return fixed offset.", 0},
    {"dst", "(self, object, /)", timezone_meth_dst, "Return None.", 0},
    {"fromutc", "(self, object, /)", timezone_meth_fromutc, "datetime in UTC -> datetime in local time.", 0},
    {"__getinitargs__", "(self, /)", timezone_meth_getinitargs, "pickle support", 0},
    {0},
};
DT_TYPE(timezone, "datetime.timezone", &type_dt_tzinfo, sizeof(Timezone), 0, .methods = timezone_methods, .doc = "Fixed offset from UTC implementation of tzinfo.",
        .slots = {.new_ = timezone_slot_new, .dealloc = timezone_dealloc, .repr = timezone_slot_repr, .str = timezone_slot_str, .hash = timezone_slot_hash,
                  .compare = timezone_slot_compare})
