// SPDX-License-Identifier: MIT
// date, and the named tuple of its isocalendar().
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "core/base/hash.h"
#include "stdlib/_datetime/datetime_int.h"

static const char *const date_names[] = {"year", "month", "day", NULL};

static Value date_alloc(Thread *th, Type *type, int y, int m, int d) {
    Date *r = NEW(Date, th, type);
    if (!r) return NO_VALUE;
    r->year = (uint16_t)y;
    r->month = (uint8_t)m;
    r->day = (uint8_t)d;
    return VALUE_OF(r);
}
Value date_make(Thread *th, Type *type, int y, int m, int d) {
    if (type == &type_dt_date) return check_date(th, y, m, d) < 0 ? NO_VALUE : date_alloc(th, type, y, m, d);
    Value a[3] = {value_imm_int(y), value_imm_int(m), value_imm_int(d)};
    return object_call(th, VALUE_OF(type), a, 3, NO_VALUE);
}
static Value date_from_ordinal(Thread *th, Type *type, int64_t ordinal) {
    int y, m, d;
    ordinal_to_ymd(ordinal, &y, &m, &d);
    return date_make(th, type, y, m, d);
}

static Value date_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    uint8_t state[4];
    Value a[3];
    if (nargs == 1 && !kwnames && state_bytes(args[0], 4, state) && state[2] >= 1 && state[2] <= 12)
        return date_alloc(th, type, state[0] << 8 | state[1], state[2], state[3]);
    int v[3];
    if (bind_fields(th, NULL, date_names, 0, 3, args, nargs, kwnames, a) < 0) return NO_VALUE;
    for (int i = 0; i < 3; i++)
        if (number_as_int(th, a[i], &v[i]) < 0) return NO_VALUE;
    return check_date(th, v[0], v[1], v[2]) < 0 ? NO_VALUE : date_alloc(th, type, v[0], v[1], v[2]);
}

// ---- class methods ------------------------------------------------------------------------------------------------------------------

static Value date_meth_fromtimestamp(Thread *th, Value cls, Value *args) {
    int64_t t;
    struct tm tm;
    if (timestamp_floor(th, args[0], &t) < 0) return NO_VALUE;
    time_t tt = (time_t)t;
    errno = 0;
    if (!localtime_r(&tt, &tm)) return raise_errno(th, errno ? errno : EINVAL, NO_VALUE, NO_VALUE);
    return date_make(th, AS(Type, cls), tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}
static Value date_meth_today(Thread *th, Value cls, Value *args) {
    Value now = call_module(th, "time", "time", NULL, 0);
    Value r = now ? call_method1(th, cls, str_intern_cstr(th, "fromtimestamp"), now) : NO_VALUE;
    decref(th, now);
    return r;
}
static Value date_meth_fromordinal(Thread *th, Value cls, Value *args) {
    int ordinal;
    if (number_as_int(th, args[0], &ordinal) < 0) return NO_VALUE;
    if (ordinal < 1) return raise_value_error(th, "ordinal must be >= 1");
    return date_from_ordinal(th, AS(Type, cls), ordinal);
}
static Value date_meth_fromisoformat(Thread *th, Value cls, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "fromisoformat: argument must be str");
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, args[0], &n, &hold);
    int ymd[3], bad = -1;
    if (!p) error_clear(th);
    else bad = parse_iso_date(th, p, n, ymd);
    decref(th, hold);
    return bad ? invalid_iso(th, args[0]) : date_make(th, AS(Type, cls), ymd[0], ymd[1], ymd[2]);
}
static Value date_meth_fromisocalendar(Thread *th, Value cls, Value *args) {
    int v[3], y, m, d;
    for (int i = 0; i < 3; i++)
        if (number_as_int(th, args[i], &v[i]) < 0) {
            if (error_clear_if(th, &exc_OverflowError)) raise_value_error(th, "ISO calendar component out of range");
            return NO_VALUE;
        }
    return iso_to_ymd(th, v[0], v[1], v[2], &y, &m, &d) < 0 ? NO_VALUE : date_make(th, AS(Type, cls), y, m, d);
}
static Value date_meth_strptime(Thread *th, Value cls, Value *args) {
    for (int i = 0; i < 2; i++)
        if (!value_is_str(args[i])) return raise_type_error(th, "strptime() argument %d must be str, not %T", i + 1, args[i]);
    Value v[3] = {cls, args[0], args[1]};
    bool dt = type_is_subtype(AS(Type, cls), &type_dt_datetime);
    return call_module(th, "_strptime", dt ? "_strptime_datetime_datetime" : "_strptime_datetime_date", v, 3);
}

// ---- arithmetic, comparing ----------------------------------------------------------------------------------------------------------

static Value date_shift(Thread *th, Value date, int64_t days) {
    Date *d = DATE(date);
    int64_t ordinal = ymd_to_ordinal(d->year, d->month, d->day) + days;
    if (ordinal < 1 || ordinal > MAX_ORDINAL) return raise_error(th, &exc_OverflowError, "date value out of range");
    return date_from_ordinal(th, type_of(date), ordinal);
}
static Value date_slot_add(Thread *th, Value a, Value b) {
    if (is_datetime(a) || is_datetime(b)) return VALUE_NOT_IMPLEMENTED;
    if (is_date(a) && is_delta(b)) return date_shift(th, a, DELTA(b)->days);
    return is_delta(a) && is_date(b) ? date_shift(th, b, DELTA(a)->days) : VALUE_NOT_IMPLEMENTED;
}
static Value date_slot_sub(Thread *th, Value a, Value b) {
    if (is_datetime(a) || is_datetime(b) || !is_date(a)) return VALUE_NOT_IMPLEMENTED;
    if (is_date(b))
        return delta_new(th, ymd_to_ordinal(DATE(a)->year, DATE(a)->month, DATE(a)->day) - ymd_to_ordinal(DATE(b)->year, DATE(b)->month, DATE(b)->day), 0, 0);
    return is_delta(b) ? date_shift(th, a, -(int64_t)DELTA(b)->days) : VALUE_NOT_IMPLEMENTED;
}
static int32_t date_key(Value v) { return DATE(v)->year << 16 | DATE(v)->month << 8 | DATE(v)->day; }
static Value date_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!is_date(a) || !is_date(b) || is_datetime(a) || is_datetime(b)) return VALUE_NOT_IMPLEMENTED;
    int32_t x = date_key(a), y = date_key(b);
    return compare_result(op, (x > y) - (x < y));
}
static void date_state(Value self, uint8_t out[4]) {
    Date *d = DATE(self);
    out[0] = (uint8_t)(d->year >> 8);
    out[1] = (uint8_t)d->year;
    out[2] = d->month;
    out[3] = d->day;
}
static int64_t date_slot_hash(Thread *th, Value self) {
    int64_t h = atomic_load_relaxed(&DATE(self)->hash);
    if (h) return h;
    uint8_t state[4];
    date_state(self, state);
    h = hash_bytes(state, 4);
    atomic_store_relaxed(&DATE(self)->hash, h);
    return h;
}

// ---- text and parts -----------------------------------------------------------------------------------------------------------------

static Value date_slot_repr(Thread *th, Value self) { return str_format(th, "%T(%d, %d, %d)", self, DATE(self)->year, DATE(self)->month, DATE(self)->day); }
static Value date_meth_isoformat(Thread *th, Value self, Value *args) {
    char buf[32];
    return str_from_ascii(th, buf, (size_t)snprintf(buf, sizeof buf, "%04d-%02d-%02d", DATE(self)->year, DATE(self)->month, DATE(self)->day));
}
static Value date_slot_str(Thread *th, Value self) { return call_method0(th, self, str_intern_cstr(th, "isoformat")); }
static Value date_meth_ctime(Thread *th, Value self, Value *args) {
    static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    Date *d = DATE(self);
    char buf[64];
    Clock none = {0}, *c = is_datetime(self) ? &DATETIME(self)->c : &none;
    return str_from_ascii(th, buf, (size_t)snprintf(buf, sizeof buf, "%s %s %2d %02d:%02d:%02d %04d", days[weekday_of(d->year, d->month, d->day)], months[d->month - 1],
                                                    d->day, c->hour, c->minute, c->second, d->year));
}
Value date_meth_strftime(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "strftime() argument 1 must be str, not %T", args[0]);
    Value tuple = call_method0(th, self, str_intern_cstr(th, "timetuple"));
    if (!tuple) return NO_VALUE;
    Date *d = DATE(self);
    bool dt = is_datetime(self);
    Value r = wrap_strftime(th, self, args[0], tuple, dt ? DATETIME(self)->c.tzinfo : VALUE_NONE, self, dt ? DATETIME(self)->c.micro : 0, d->year, d->month, d->day);
    decref(th, tuple);
    return r;
}
Value any_meth_format(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %T", args[0]);
    if (AS(Str, args[0])->len == 0) return object_str(th, self);
    return call_method1(th, self, str_intern_cstr(th, "strftime"), args[0]);
}
static Value date_meth_timetuple(Thread *th, Value self, Value *args) {
    Date *d = DATE(self);
    return build_struct_time(th, (int[]){d->year, d->month, d->day}, (int[]){0, 0, 0}, -1);
}
static Value date_meth_toordinal(Thread *th, Value self, Value *args) { return value_imm_int(ymd_to_ordinal(DATE(self)->year, DATE(self)->month, DATE(self)->day)); }
static Value date_meth_weekday(Thread *th, Value self, Value *args) { return value_imm_int(weekday_of(DATE(self)->year, DATE(self)->month, DATE(self)->day)); }
static Value date_meth_isoweekday(Thread *th, Value self, Value *args) { return value_imm_int(weekday_of(DATE(self)->year, DATE(self)->month, DATE(self)->day) + 1); }
static Value date_meth_replace(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value a[3];
    int y, m, d;
    if (bind_fields(th, "replace", date_names, 0, 0, args, nargs, kwnames, a) < 0) return NO_VALUE;
    if (field_int(th, a[0], DATE(self)->year, &y) < 0 || field_int(th, a[1], DATE(self)->month, &m) < 0 || field_int(th, a[2], DATE(self)->day, &d) < 0) return NO_VALUE;
    return date_make(th, type_of(self), y, m, d);
}
static Value date_meth_reduce(Thread *th, Value self, Value *args) {
    uint8_t state[4];
    date_state(self, state);
    Value b = bytes_new(th, state, 4), a = b ? tuple_from_owned(th, &b, 1) : NO_VALUE;
    Value v[2] = {new_ref(th, VALUE_OF(type_of(self))), a};
    return a ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value date_get_year(Thread *th, Value self) { return value_imm_int(DATE(self)->year); }
static Value date_get_month(Thread *th, Value self) { return value_imm_int(DATE(self)->month); }
static Value date_get_day(Thread *th, Value self) { return value_imm_int(DATE(self)->day); }

// ---- isocalendar --------------------------------------------------------------------------------------------------------------------

static Value isocalendar_make(Thread *th, Type *type, Value y, Value w, Value d) {
    Tuple *t = object_new(th, type, 3);
    if (!t) return NO_VALUE;
    t->len = 3;
    t->items[0] = new_ref(th, y);
    t->items[1] = new_ref(th, w);
    t->items[2] = new_ref(th, d);
    return VALUE_OF(t);
}
static Value date_meth_isocalendar(Thread *th, Value self, Value *args) {
    int y, w, d;
    iso_calendar(DATE(self)->year, DATE(self)->month, DATE(self)->day, &y, &w, &d);
    return isocalendar_make(th, &type_dt_isocalendar, value_imm_int(y), value_imm_int(w), value_imm_int(d));
}
static Value isocalendar_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static const char *const names[] = {"year", "week", "weekday", NULL};
    Value a[3];
    if (bind_fields(th, "IsoCalendarDate", names, 0, 3, args, nargs, kwnames, a) < 0) return NO_VALUE;
    return isocalendar_make(th, type, a[0], a[1], a[2]);
}
static Value isocalendar_slot_repr(Thread *th, Value self) {
    Tuple *t = AS(Tuple, self);
    return str_format(th, "%T(year=%R, week=%R, weekday=%R)", self, t->items[0], t->items[1], t->items[2]);
}
static Value isocalendar_meth_reduce(Thread *th, Value self, Value *args) {
    Value plain = tuple_from_array(th, AS(Tuple, self)->items, 3), a = plain ? tuple_from_owned(th, &plain, 1) : NO_VALUE;
    Value v[2] = {VALUE_OF(&type_tuple), a};
    return a ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value isocalendar_get_year(Thread *th, Value self) { return new_ref(th, AS(Tuple, self)->items[0]); }
static Value isocalendar_get_week(Thread *th, Value self) { return new_ref(th, AS(Tuple, self)->items[1]); }
static Value isocalendar_get_weekday(Thread *th, Value self) { return new_ref(th, AS(Tuple, self)->items[2]); }
static const MethodDef isocalendar_methods[] = {{"__reduce__", "(self, /)", isocalendar_meth_reduce, NULL, 0}, {0}};
static const GetSetDef isocalendar_getsets[] = {
    {"year", isocalendar_get_year, NULL, NULL}, {"week", isocalendar_get_week, NULL, NULL}, {"weekday", isocalendar_get_weekday, NULL, NULL}, {0},
};
DT_TYPE(isocalendar, "datetime.IsoCalendarDate", &type_tuple, sizeof(Tuple), TYPE_TUPLE_SUBCLASS | TYPE_VARSIZE | TYPE_TRACED, .item_size = sizeof(Value),
        .methods = isocalendar_methods, .getsets = isocalendar_getsets, .doc = "The result of date.isocalendar() or datetime.isocalendar()",
        .slots = {.new_ = isocalendar_slot_new, .repr = isocalendar_slot_repr})

static const MethodDef date_methods[] = {
    {"fromtimestamp", "(type, timestamp, /)", date_meth_fromtimestamp, "Create a date from a POSIX timestamp.", METH_CLASS},
    {"fromordinal", "(type, ordinal, /)", date_meth_fromordinal, "int -> date corresponding to a proleptic Gregorian ordinal.", METH_CLASS | METH_NO_TEXT_SIG},
    {"fromisoformat", "(type, object, /)", date_meth_fromisoformat, "str -> Construct a date from a string in ISO 8601 format.", METH_CLASS},
    {"fromisocalendar", "(type, year, week, day)", date_meth_fromisocalendar, "int, int, int -> Construct a date from the ISO year, week number and weekday.\n\n"
     "This is the inverse of the date.isocalendar() function", METH_CLASS | METH_NO_TEXT_SIG},
    {"strptime", "(type, string, format, /)", date_meth_strptime, "string, format -> new date parsed from a string (like time.strptime()).", METH_CLASS | METH_NO_TEXT_SIG},
    {"today", "(type, /)", date_meth_today, "Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).", METH_CLASS},
    {"ctime", "(self, /)", date_meth_ctime, "Return ctime() style string.", 0},
    {"strftime", "(self, format)", date_meth_strftime, "format -> strftime() style string.", METH_NO_TEXT_SIG},
    {"__format__", "(self, format_spec, /)", any_meth_format, "Formats self with strftime.", METH_NO_TEXT_SIG},
    {"timetuple", "(self, /)", date_meth_timetuple, "Return time tuple, compatible with time.localtime().", 0},
    {"isocalendar", "(self, /)", date_meth_isocalendar, "Return a named tuple containing ISO year, week number, and weekday.", 0},
    {"isoformat", "(self, /)", date_meth_isoformat, "Return string in ISO 8601 format, YYYY-MM-DD.", 0},
    {"isoweekday", "(self, /)", date_meth_isoweekday, "Return the day of the week represented by the date.\nMonday == 1 ... Sunday == 7", 0},
    {"toordinal", "(self, /)", date_meth_toordinal, "Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.", 0},
    {"weekday", "(self, /)", date_meth_weekday, "Return the day of the week represented by the date.\nMonday == 0 ... Sunday == 6", 0},
    {"replace", "(self, /, year=unchanged, month=unchanged, day=unchanged)", date_meth_replace, "Return date with new specified fields.", METH_RAW},
    {"__replace__", "(self, /, **changes)", date_meth_replace, "The same as replace().", METH_RAW},
    {"__reduce__", "(self, /)", date_meth_reduce, "__reduce__() -> (cls, state)", 0},
    {0},
};
static const GetSetDef date_getsets[] = {{"year", date_get_year, NULL, NULL}, {"month", date_get_month, NULL, NULL}, {"day", date_get_day, NULL, NULL}, {0}};
DT_TYPE(date, "datetime.date", &type_object, sizeof(Date), TYPE_BASETYPE, .methods = date_methods, .getsets = date_getsets,
        .doc = "date(year, month, day) --> date object",
        .slots = {.new_ = date_slot_new, .repr = date_slot_repr, .str = date_slot_str, .hash = date_slot_hash, .compare = date_slot_compare, .add = date_slot_add,
                  .sub = date_slot_sub})
