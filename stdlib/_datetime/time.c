// SPDX-License-Identifier: MIT
// time: a time of day, maybe with a tzinfo.
#include <stdio.h>

#include "core/base/hash.h"
#include "stdlib/_datetime/datetime_int.h"

const char *const clock_names[] = {"hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};

static Value time_alloc(Thread *th, Type *type, const int v[5], Value tzinfo) {
    Time *t = NEW(Time, th, type);
    if (!t) return NO_VALUE;
    t->c = (Clock){(uint8_t)v[0], (uint8_t)v[1], (uint8_t)v[2], (uint8_t)v[4], v[3], new_ref(th, tzinfo)};
    return VALUE_OF(t);
}
Value time_make(Thread *th, Type *type, const int v[5], Value tzinfo) {
    if (type == &type_dt_time) return check_clock(th, v) < 0 || check_tzinfo(th, tzinfo) < 0 ? NO_VALUE : time_alloc(th, type, v, tzinfo);
    Value a[5] = {value_imm_int(v[0]), value_imm_int(v[1]), value_imm_int(v[2]), value_imm_int(v[3]), tzinfo};
    Value r = object_call(th, VALUE_OF(type), a, 5, NO_VALUE);
    if (r && v[4] && is_time(r)) TIME(r)->c.fold = 1;
    return r;
}

static Value time_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    uint8_t s[6];
    if (nargs >= 1 && nargs <= 2 && !kwnames && state_bytes(args[0], 6, s) && (s[0] & 0x7F) < 24) {
        int v[5] = {s[0] & 0x7F, s[1], s[2], s[3] << 16 | s[4] << 8 | s[5], s[0] >> 7};
        Value tz = nargs == 2 ? args[1] : VALUE_NONE;
        if (tz != VALUE_NONE && !is_tzinfo(tz)) return raise_type_error(th, "bad tzinfo state arg");
        return time_alloc(th, type, v, tz);
    }
    Value a[6];
    int v[5];
    if (bind_fields(th, NULL, clock_names, 1, 0, args, nargs, kwnames, a) < 0) return NO_VALUE;
    for (int i = 0; i < 4; i++)
        if (field_int(th, a[i], 0, &v[i]) < 0) return NO_VALUE;
    if (field_int(th, a[5], 0, &v[4]) < 0 || check_clock(th, v) < 0 || check_tzinfo(th, a[4]) < 0) return NO_VALUE;
    return time_alloc(th, type, v, a[4] ? a[4] : VALUE_NONE);
}
static void time_dealloc(Thread *th, Object *self) {
    decref(th, ((Time *)self)->c.tzinfo);
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- class methods ------------------------------------------------------------------------------------------------------------------

static Value time_meth_fromisoformat(Thread *th, Value cls, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "fromisoformat: argument must be str");
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, args[0], &n, &hold);
    IsoTime t = {.tzinfo = VALUE_NONE};
    int bad = -1;
    if (!p) error_clear(th);
    else {
        if (n && *p == 'T') p++, n--;
        bad = parse_iso_time(th, p, n, &t);
    }
    decref(th, hold);
    if (bad) return bad == -2 ? NO_VALUE : invalid_iso(th, args[0]);
    Value r = t.bad_24 ? raise_value_error(th, "minute, second, and microsecond must be 0 when hour is 24") : time_make(th, AS(Type, cls), t.v, t.tzinfo);
    decref(th, t.tzinfo);
    return r;
}
static Value time_meth_strptime(Thread *th, Value cls, Value *args) {
    for (int i = 0; i < 2; i++)
        if (!value_is_str(args[i])) return raise_type_error(th, "strptime() argument %d must be str, not %T", i + 1, args[i]);
    Value v[3] = {cls, args[0], args[1]};
    return call_module(th, "_strptime", "_strptime_datetime_time", v, 3);
}

// ---- comparing ----------------------------------------------------------------------------------------------------------------------

static int64_t clock_key(const Clock *c) { return ((c->hour * 60 + c->minute) * 60 + c->second) * (int64_t)1000000 + c->micro; }
static Value time_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!is_time(a) || !is_time(b)) return VALUE_NOT_IMPLEMENTED;
    const Clock *x = &TIME(a)->c, *y = &TIME(b)->c;
    int64_t u = clock_key(x), v = clock_key(y);
    if (x->tzinfo != y->tzinfo) {
        Value o1 = tz_offset(th, x->tzinfo, "utcoffset", VALUE_NONE), o2 = o1 ? tz_offset(th, y->tzinfo, "utcoffset", VALUE_NONE) : NO_VALUE;
        bool naive1 = o1 == VALUE_NONE, naive2 = o2 == VALUE_NONE;
        if (o2 && !naive1 && !naive2) u -= (int64_t)delta_micros(o1), v -= (int64_t)delta_micros(o2);
        decref(th, o1);
        decref(th, o2);
        if (!o2) return NO_VALUE;
        if (naive1 != naive2) {
            if (op == CMP_EQ) return VALUE_FALSE;
            if (op == CMP_NE) return VALUE_TRUE;
            return raise_type_error(th, "can't compare offset-naive and offset-aware times");
        }
    }
    return compare_result(op, (u > v) - (u < v));
}
static void time_state(const Clock *c, bool fold, uint8_t s[6]) {
    s[0] = (uint8_t)(c->hour | (fold && c->fold ? 0x80 : 0));
    s[1] = c->minute;
    s[2] = c->second;
    s[3] = (uint8_t)(c->micro >> 16);
    s[4] = (uint8_t)(c->micro >> 8);
    s[5] = (uint8_t)c->micro;
}
static int64_t time_slot_hash(Thread *th, Value self) {
    Time *t = TIME(self);
    int64_t h = atomic_load_relaxed(&t->hash);
    if (h) return h;
    Value offset = tz_offset(th, t->c.tzinfo, "utcoffset", VALUE_NONE);
    if (!offset) return -1;
    if (offset == VALUE_NONE) {
        uint8_t s[6];
        time_state(&t->c, false, s);
        h = hash_bytes(s, 6);
    } else {
        Value delta = delta_new(th, 0, 0, clock_key(&t->c) - (int64_t)delta_micros(offset));
        h = delta ? object_hash(th, delta) : -1;
        decref(th, delta);
    }
    decref(th, offset);
    if (h != -1) atomic_store_relaxed(&t->hash, h);
    return h;
}

// ---- text and parts -----------------------------------------------------------------------------------------------------------------

static Value time_slot_repr(Thread *th, Value self) {
    const Clock *c = &TIME(self)->c;
    char buf[80];
    int n = snprintf(buf, sizeof buf, "%d, %d", c->hour, c->minute);
    if (c->micro) snprintf(buf + n, sizeof buf - (size_t)n, ", %d, %d", c->second, c->micro);
    else if (c->second) snprintf(buf + n, sizeof buf - (size_t)n, ", %d", c->second);
    const char *fold = c->fold ? ", fold=1" : "";
    return c->tzinfo == VALUE_NONE ? str_format(th, "%T(%s%s)", self, buf, fold) : str_format(th, "%T(%s, tzinfo=%R%s)", self, buf, c->tzinfo, fold);
}
static Value time_meth_isoformat(Thread *th, Value self, Value *args) {
    const Clock *c = &TIME(self)->c;
    char text[40], off[40] = "";
    if (args[0] && !value_is_str(args[0])) return raise_type_error(th, "isoformat() argument 1 must be str, not %T", args[0]);
    if (clock_text(th, c, args[0], text) < 0) return NO_VALUE;
    Value offset = tz_offset(th, c->tzinfo, "utcoffset", VALUE_NONE);
    if (!offset) return NO_VALUE;
    if (offset != VALUE_NONE) offset_text(offset, ":", off);
    decref(th, offset);
    return str_format(th, "%s%s", text, off);
}
static Value time_slot_str(Thread *th, Value self) { return call_method0(th, self, str_intern_cstr(th, "isoformat")); }
static Value time_meth_strftime(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "strftime() argument 1 must be str, not %T", args[0]);
    const Clock *c = &TIME(self)->c;
    int v[9] = {1900, 1, 1, c->hour, c->minute, c->second, 0, 1, -1};
    Value items[9];
    for (int i = 0; i < 9; i++) items[i] = value_imm_int(v[i]);
    Value tuple = tuple_from_owned(th, items, 9);
    Value r = tuple ? wrap_strftime(th, self, args[0], tuple, c->tzinfo, VALUE_NONE, c->micro, 1900, 1, 1) : NO_VALUE;
    decref(th, tuple);
    return r;
}
static Value time_meth_utcoffset(Thread *th, Value self, Value *args) { return tz_offset(th, TIME(self)->c.tzinfo, "utcoffset", VALUE_NONE); }
static Value time_meth_dst(Thread *th, Value self, Value *args) { return tz_offset(th, TIME(self)->c.tzinfo, "dst", VALUE_NONE); }
static Value time_meth_tzname(Thread *th, Value self, Value *args) { return tz_name(th, TIME(self)->c.tzinfo, VALUE_NONE); }
static Value time_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    const Clock *c = &TIME(self)->c;
    Value a[6];
    int v[5];
    if (bind_fields(th, "replace", clock_names, 1, 0, args, nargs, kwnames, a) < 0) return NO_VALUE;
    if (field_int(th, a[0], c->hour, &v[0]) < 0 || field_int(th, a[1], c->minute, &v[1]) < 0 || field_int(th, a[2], c->second, &v[2]) < 0 ||
        field_int(th, a[3], c->micro, &v[3]) < 0 || field_int(th, a[5], c->fold, &v[4]) < 0)
        return NO_VALUE;
    if (v[4] != 0 && v[4] != 1) return raise_value_error(th, "fold must be either 0 or 1, not %d", v[4]);
    return time_make(th, type_of(self), v, a[4] ? a[4] : c->tzinfo);
}
static Value time_reduce(Thread *th, Value self, bool fold) {
    const Clock *c = &TIME(self)->c;
    uint8_t s[6];
    time_state(c, fold, s);
    Value state = bytes_new(th, s, 6), a = !state ? NO_VALUE : c->tzinfo == VALUE_NONE ? tuple_pack1(th, state) : tuple_pack2(th, state, c->tzinfo);
    decref(th, state);
    Value v[2] = {new_ref(th, VALUE_OF(type_of(self))), a};
    return a ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value time_meth_reduce(Thread *th, Value self, Value *args) { return time_reduce(th, self, false); }
static Value time_meth_reduce_ex(Thread *th, Value self, Value *args) {
    int protocol;
    return number_as_int(th, args[0], &protocol) < 0 ? NO_VALUE : time_reduce(th, self, protocol > 3);
}
static Value time_get_hour(Thread *th, Value self) { return value_imm_int(TIME(self)->c.hour); }
static Value time_get_minute(Thread *th, Value self) { return value_imm_int(TIME(self)->c.minute); }
static Value time_get_second(Thread *th, Value self) { return value_imm_int(TIME(self)->c.second); }
static Value time_get_microsecond(Thread *th, Value self) { return value_imm_int(TIME(self)->c.micro); }
static Value time_get_fold(Thread *th, Value self) { return value_imm_int(TIME(self)->c.fold); }
static Value time_get_tzinfo(Thread *th, Value self) { return new_ref(th, TIME(self)->c.tzinfo); }

static const MethodDef time_methods[] = {
    {"isoformat", "(self, /, timespec='auto')", time_meth_isoformat, "Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\nThe optional argument timespec specifies the number "
     "of additional terms\nof the time to include. Valid options are 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' and 'microseconds'.\n", METH_NO_TEXT_SIG},
    {"strptime", "(type, string, format, /)", time_meth_strptime, "string, format -> new time parsed from a string (like time.strptime()).", METH_CLASS | METH_NO_TEXT_SIG},
    {"strftime", "(self, format)", time_meth_strftime, "format -> strftime() style string.", METH_NO_TEXT_SIG},
    {"__format__", "(self, format_spec, /)", any_meth_format, "Formats self with strftime.", METH_NO_TEXT_SIG},
    {"utcoffset", "(self, /)", time_meth_utcoffset, "Return self.tzinfo.utcoffset(self).", 0},
    {"tzname", "(self, /)", time_meth_tzname, "Return self.tzinfo.tzname(self).", 0},
    {"dst", "(self, /)", time_meth_dst, "Return self.tzinfo.dst(self).", 0},
    {"replace", "(self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)", time_meth_replace,
     "Return time with new specified fields.", METH_RAW},
    {"__replace__", "(self, /, **changes)", time_meth_replace, "The same as replace().", METH_RAW},
    {"fromisoformat", "(type, object, /)", time_meth_fromisoformat, "string -> time from a string in ISO 8601 format", METH_CLASS},
    {"__reduce_ex__", "(self, proto, /)", time_meth_reduce_ex, "__reduce_ex__(proto) -> (cls, state)", METH_NO_TEXT_SIG},
    {"__reduce__", "(self, /)", time_meth_reduce, "__reduce__() -> (cls, state)", 0},
    {0},
};
static const GetSetDef time_getsets[] = {
    {"hour", time_get_hour, NULL, NULL}, {"minute", time_get_minute, NULL, NULL}, {"second", time_get_second, NULL, NULL},
    {"microsecond", time_get_microsecond, NULL, NULL}, {"tzinfo", time_get_tzinfo, NULL, NULL}, {"fold", time_get_fold, NULL, NULL}, {0},
};
DT_TYPE(time, "datetime.time", &type_object, sizeof(Time), TYPE_BASETYPE, .methods = time_methods, .getsets = time_getsets,
        .doc = "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll arguments are optional. tzinfo may be None, or an instance of\n"
               "a tzinfo subclass. The remaining arguments may be ints.\n",
        .slots = {.new_ = time_slot_new, .dealloc = time_dealloc, .repr = time_slot_repr, .str = time_slot_str, .hash = time_slot_hash, .compare = time_slot_compare})
