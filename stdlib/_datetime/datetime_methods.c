// SPDX-License-Identifier: MIT
// datetime: class methods, conversions between zones, text.
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "stdlib/_datetime/datetime_methods.h"

// ---- from the clock -----------------------------------------------------------------------------------------------------------------

// Of a moment; tzinfo None: local or (utc) UTC fields as they are, else the UTC fields with that zone.
static Value from_moment(Thread *th, Type *type, bool utc, int64_t seconds, int micros, Value tzinfo) {
    time_t t = (time_t)seconds;
    struct tm tm;
    errno = 0;
    if (!(utc ? gmtime_r(&t, &tm) : localtime_r(&t, &tm))) return raise_errno(th, errno ? errno : EINVAL, NO_VALUE, NO_VALUE);
    int v[5] = {tm.tm_hour, tm.tm_min, tm.tm_sec > 59 ? 59 : tm.tm_sec, micros, 0}, y = tm.tm_year + 1900;
    if (tzinfo == VALUE_NONE && !utc && y >= MIN_YEAR && y <= MAX_YEAR) {
        // The second of two equal local times?
        const int64_t day = 86400;
        int64_t result = fields_to_seconds(y, tm.tm_mon + 1, tm.tm_mday, v[0], v[1], v[2]), probe;
        if (seconds + EPOCH_SECONDS > 2 * day) {
            if (local_seconds(th, EPOCH_SECONDS + seconds - day, &probe) < 0) return NO_VALUE;
            int64_t transition = result - probe - day;
            if (transition < 0) {
                if (local_seconds(th, EPOCH_SECONDS + seconds + transition, &probe) < 0) return NO_VALUE;
                v[4] = probe == result;
            }
        }
    }
    return datetime_make(th, type, y, tm.tm_mon + 1, tm.tm_mday, v, tzinfo);
}
static Value in_zone(Thread *th, Value utc_owned, Value tzinfo) {
    if (!utc_owned || tzinfo == VALUE_NONE) return utc_owned;
    Value r = call_method1(th, tzinfo, str_intern_cstr(th, "fromutc"), utc_owned);
    decref(th, utc_owned);
    return r;
}
static Value now(Thread *th, Value cls, bool utc, Value tzinfo) {
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return in_zone(th, from_moment(th, AS(Type, cls), utc, ts.tv_sec, (int)(ts.tv_nsec / 1000), tzinfo), tzinfo);
}
static Value datetime_meth_now(Thread *th, Value cls, Value *args) {
    Value tz = args[0] ? args[0] : VALUE_NONE;
    return check_tzinfo(th, tz) < 0 ? NO_VALUE : now(th, cls, tz != VALUE_NONE, tz);
}
#define DEPRECATED_UTC(fn, instead)                                                                                             \
    warn_format(th, &exc_DeprecationWarning, 1, "datetime.datetime." fn "() is deprecated and scheduled for removal in a future " \
                "version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime." instead ".")
static Value datetime_meth_utcnow(Thread *th, Value cls, Value *args) {
    return DEPRECATED_UTC("utcnow", "now(datetime.UTC)") < 0 ? NO_VALUE : now(th, cls, true, VALUE_NONE);
}
static Value datetime_meth_fromtimestamp(Thread *th, Value cls, Value *args) {
    Value tz = args[1] ? args[1] : VALUE_NONE;
    int64_t s;
    int us;
    if (check_tzinfo(th, tz) < 0 || timestamp_micros(th, args[0], &s, &us) < 0) return NO_VALUE;
    return in_zone(th, from_moment(th, AS(Type, cls), tz != VALUE_NONE, s, us, tz), tz);
}
static Value datetime_meth_utcfromtimestamp(Thread *th, Value cls, Value *args) {
    int64_t s;
    int us;
    if (DEPRECATED_UTC("utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)") < 0 || timestamp_micros(th, args[0], &s, &us) < 0) return NO_VALUE;
    return from_moment(th, AS(Type, cls), true, s, us, VALUE_NONE);
}

// ---- from parts and text ------------------------------------------------------------------------------------------------------------

static Value datetime_meth_combine(Thread *th, Value cls, Value *args) {
    if (!is_date(args[0])) return raise_type_error(th, "combine() argument 1 must be datetime.date, not %T", args[0]);
    if (!is_time(args[1])) return raise_type_error(th, "combine() argument 2 must be datetime.time, not %T", args[1]);
    const Clock *c = &TIME(args[1])->c;
    Date *d = DATE(args[0]);
    int v[5] = {c->hour, c->minute, c->second, c->micro, c->fold};
    Value tz = args[2] ? args[2] : c->tzinfo;
    return check_tzinfo(th, tz) < 0 ? NO_VALUE : datetime_make(th, AS(Type, cls), d->year, d->month, d->day, v, tz);
}
static Value datetime_meth_fromisoformat(Thread *th, Value cls, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "fromisoformat: argument must be str");
    // The separator may be any character: an ASCII one takes its place.
    Value text = args[0], replaced = NO_VALUE;
    Str *s = AS(Str, text);
    if (!(atomic_load_relaxed(&s->flags) & STR_ASCII) && s->len > 7) {
        uint32_t *chars = str_to_ucs4(th, text);
        if (!chars) return NO_VALUE;
        for (size_t i = 7; i <= 10 && i < s->len; i++)
            if (chars[i] > 127) { chars[i] = 'T'; break; }
        replaced = str_from_ucs4(th, chars, s->len);
        mem_free(chars);
        if (!replaced) return NO_VALUE;
        text = replaced;
    }
    size_t n, sep;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, text, &n, &hold);
    int ymd[3], bad = -1;
    IsoTime t = {.tzinfo = VALUE_NONE};
    if (!p) error_clear(th);
    else if ((sep = iso_separator(p, n)) != SIZE_MAX && sep <= n) {
        bad = parse_iso_date(th, p, sep, ymd);
        if (bad == 0 && sep < n) bad = sep + 1 == n ? -1 : parse_iso_time(th, p + sep + 1, n - sep - 1, &t);
    }
    decref(th, hold);
    decref(th, replaced);
    if (bad) return bad == -2 ? NO_VALUE : invalid_iso(th, args[0]);
    if (t.bad_24) {
        decref(th, t.tzinfo);
        return raise_value_error(th, "minute, second, and microsecond must be 0 when hour is 24");
    }
    if (t.next_day && ymd[1] >= 1 && ymd[1] <= 12 && ymd[2] <= days_in_month(ymd[0], ymd[1]) && ++ymd[2] > days_in_month(ymd[0], ymd[1])) {
        ymd[2] = 1;
        if (++ymd[1] > 12) ymd[1] = 1, ymd[0]++;
    }
    Value r = datetime_make(th, AS(Type, cls), ymd[0], ymd[1], ymd[2], t.v, t.tzinfo);
    decref(th, t.tzinfo);
    return r;
}

// ---- parts --------------------------------------------------------------------------------------------------------------------------

static void clock_fields(const Clock *c, int v[5]) {
    v[0] = c->hour, v[1] = c->minute, v[2] = c->second, v[3] = c->micro, v[4] = c->fold;
}
static Value datetime_meth_date(Thread *th, Value self, Value *args) { return date_make(th, &type_dt_date, DATE(self)->year, DATE(self)->month, DATE(self)->day); }
static Value datetime_meth_time(Thread *th, Value self, Value *args) {
    int v[5];
    clock_fields(&DATETIME(self)->c, v);
    return time_make(th, &type_dt_time, v, VALUE_NONE);
}
static Value datetime_meth_timetz(Thread *th, Value self, Value *args) {
    int v[5];
    clock_fields(&DATETIME(self)->c, v);
    return time_make(th, &type_dt_time, v, DATETIME(self)->c.tzinfo);
}
static Value datetime_meth_utcoffset(Thread *th, Value self, Value *args) { return datetime_offset(th, self); }
static Value datetime_meth_dst(Thread *th, Value self, Value *args) { return tz_offset(th, DATETIME(self)->c.tzinfo, "dst", self); }
static Value datetime_meth_tzname(Thread *th, Value self, Value *args) { return tz_name(th, DATETIME(self)->c.tzinfo, self); }
static Value datetime_meth_timetuple(Thread *th, Value self, Value *args) {
    DateTime *d = DATETIME(self);
    int dst = -1;
    Value x = tz_offset(th, d->c.tzinfo, "dst", self);
    if (!x) return NO_VALUE;
    if (x != VALUE_NONE) dst = delta_micros(x) != 0;
    decref(th, x);
    return build_struct_time(th, (int[]){d->year, d->month, d->day}, (int[]){d->c.hour, d->c.minute, d->c.second}, dst);
}
static Value datetime_meth_utctimetuple(Thread *th, Value self, Value *args) {
    Value offset = datetime_offset(th, self);
    if (!offset) return NO_VALUE;
    Micros us = datetime_micros(DATETIME(self)) - (offset == VALUE_NONE ? 0 : delta_micros(offset));
    decref(th, offset);
    // May lie one day outside of what a datetime can be.
    int64_t seconds = (int64_t)(us / SECOND_US), day = seconds / 86400, rest = seconds % 86400;
    int ymd[3], hms[3] = {(int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60)};
    if (day < 1 || day > MAX_ORDINAL) return raise_error(th, &exc_OverflowError, "date value out of range");
    ordinal_to_ymd(day, &ymd[0], &ymd[1], &ymd[2]);
    return build_struct_time(th, ymd, hms, 0);
}
static Value datetime_meth_timestamp(Thread *th, Value self, Value *args) {
    DateTime *d = DATETIME(self);
    Value offset = datetime_offset(th, self);
    if (!offset) return NO_VALUE;
    Micros us = datetime_micros(d);
    if (offset != VALUE_NONE) {
        Value delta = delta_from_micros(th, &type_dt_delta, us - delta_micros(offset) - EPOCH_SECONDS * SECOND_US), r = delta ? delta_total_seconds(th, delta) : NO_VALUE;
        decref(th, offset);
        decref(th, delta);
        return r;
    }
    int64_t utc;
    if (local_to_utc(th, (int64_t)(us / SECOND_US), d->c.fold, &utc) < 0) return NO_VALUE;
    return float_from_double(th, (double)(utc - EPOCH_SECONDS) + d->c.micro / 1e6);
}

// ---- zones --------------------------------------------------------------------------------------------------------------------------

static Value local_zone_of(Thread *th, Value self) {
    int64_t local = (int64_t)(datetime_micros(DATETIME(self)) / SECOND_US), utc, other;
    int fold = DATETIME(self)->c.fold;
    if (local_to_utc(th, local, fold, &utc) < 0 || local_to_utc(th, local, !fold, &other) < 0) return NO_VALUE;
    if (other != utc && (other > utc) == fold) utc = other; // in a gap the zone of the other side holds
    return timezone_local(th, utc - EPOCH_SECONDS);
}
static Value datetime_meth_astimezone(Thread *th, Value self, Value *args) {
    Value tz = args[0] ? args[0] : VALUE_NONE;
    if (check_tzinfo(th, tz) < 0) return NO_VALUE;
    DateTime *d = DATETIME(self);
    if (d->c.tzinfo != VALUE_NONE && d->c.tzinfo == tz) return new_ref(th, self);
    Value offset = datetime_offset(th, self), own = NO_VALUE;
    if (offset == VALUE_NONE) { // naive: in the system's zone
        own = local_zone_of(th, self);
        if (own == tz && own) {
            decref(th, own);
            return new_ref(th, self);
        }
        offset = own ? tz_offset(th, own, "utcoffset", self) : NO_VALUE;
        decref(th, own);
    }
    if (!offset) return NO_VALUE;
    Micros utc = datetime_micros(d) - delta_micros(offset);
    decref(th, offset);
    Value zone = NO_VALUE;
    if (tz == VALUE_NONE) {
        int64_t seconds = (int64_t)(utc / SECOND_US) - (utc < 0 && utc % SECOND_US != 0);
        if (!(zone = timezone_local(th, seconds - EPOCH_SECONDS))) return NO_VALUE;
    } else zone = new_ref(th, tz);
    Value r = in_zone(th, datetime_from_micros(th, type_of(self), utc, zone, 0), zone);
    decref(th, zone);
    return r;
}

// ---- text ---------------------------------------------------------------------------------------------------------------------------

Value datetime_slot_repr(Thread *th, Value self) {
    DateTime *d = DATETIME(self);
    const Clock *c = &d->c;
    char buf[100];
    int n = snprintf(buf, sizeof buf, "%d, %d, %d, %d, %d", d->year, d->month, d->day, c->hour, c->minute);
    if (c->micro) snprintf(buf + n, sizeof buf - (size_t)n, ", %d, %d", c->second, c->micro);
    else if (c->second) snprintf(buf + n, sizeof buf - (size_t)n, ", %d", c->second);
    const char *fold = c->fold ? ", fold=1" : "";
    return c->tzinfo == VALUE_NONE ? str_format(th, "%T(%s%s)", self, buf, fold) : str_format(th, "%T(%s%s, tzinfo=%R)", self, buf, fold, c->tzinfo);
}
static Value iso_text(Thread *th, Value self, uint32_t sep, Value timespec) {
    DateTime *d = DATETIME(self);
    char date[32], text[40], off[40] = "";
    if (clock_text(th, &d->c, timespec, text) < 0) return NO_VALUE;
    Value offset = datetime_offset(th, self);
    if (!offset) return NO_VALUE;
    if (offset != VALUE_NONE) offset_text(offset, ":", off);
    decref(th, offset);
    snprintf(date, sizeof date, "%04d-%02d-%02d", d->year, d->month, d->day);
    return str_format(th, "%s%c%s%s", date, (int)sep, text, off);
}
static Value datetime_meth_isoformat(Thread *th, Value self, Value *args) {
    uint32_t sep = 'T';
    if (args[0]) {
        if (!value_is_str(args[0])) return raise_type_error(th, "isoformat() argument 1 must be a unicode character, not %T", args[0]);
        if (AS(Str, args[0])->len != 1) return raise_type_error(th, "isoformat() argument 1 must be a unicode character, not a string of length %zu", AS(Str, args[0])->len);
        sep = str_char_at(AS(Str, args[0]), 0);
    }
    if (args[1] && !value_is_str(args[1])) return raise_type_error(th, "isoformat() argument 2 must be str, not %T", args[1]);
    return iso_text(th, self, sep, args[1]);
}
Value datetime_slot_str(Thread *th, Value self) {
    Value space = str_from_char(th, ' ');
    return call_method1(th, self, str_intern_cstr(th, "isoformat"), space);
}

static Value reduce(Thread *th, Value self, bool fold) {
    DateTime *d = DATETIME(self);
    uint8_t s[10];
    datetime_state(d, fold, s);
    Value state = bytes_new(th, s, 10), a = !state ? NO_VALUE : d->c.tzinfo == VALUE_NONE ? tuple_pack1(th, state) : tuple_pack2(th, state, d->c.tzinfo);
    decref(th, state);
    Value v[2] = {new_ref(th, VALUE_OF(type_of(self))), a};
    return a ? tuple_from_owned(th, v, 2) : NO_VALUE;
}
static Value datetime_meth_reduce(Thread *th, Value self, Value *args) { return reduce(th, self, false); }
static Value datetime_meth_reduce_ex(Thread *th, Value self, Value *args) {
    int protocol;
    return number_as_int(th, args[0], &protocol) < 0 ? NO_VALUE : reduce(th, self, protocol > 3);
}

static Value get_hour(Thread *th, Value self) { return value_imm_int(DATETIME(self)->c.hour); }
static Value get_minute(Thread *th, Value self) { return value_imm_int(DATETIME(self)->c.minute); }
static Value get_second(Thread *th, Value self) { return value_imm_int(DATETIME(self)->c.second); }
static Value get_microsecond(Thread *th, Value self) { return value_imm_int(DATETIME(self)->c.micro); }
static Value get_fold(Thread *th, Value self) { return value_imm_int(DATETIME(self)->c.fold); }
static Value get_tzinfo(Thread *th, Value self) { return new_ref(th, DATETIME(self)->c.tzinfo); }

const MethodDef datetime_methods[] = {
    {"now", "(type, /, tz=None)", datetime_meth_now, "Returns new datetime object representing current time local to tz.\n\n  tz\n    Timezone object.\n\nIf no tz is specified, uses local timezone.", METH_CLASS},
    {"utcnow", "(type, /)", datetime_meth_utcnow, "Return a new datetime representing UTC day and time.", METH_CLASS},
    {"fromtimestamp", "(type, timestamp, tz=None)", datetime_meth_fromtimestamp, "timestamp[, tz] -> tz's local time from POSIX timestamp.", METH_CLASS | METH_NO_TEXT_SIG},
    {"utcfromtimestamp", "(type, timestamp, /)", datetime_meth_utcfromtimestamp, "Construct a naive UTC datetime from a POSIX timestamp.", METH_CLASS | METH_NO_TEXT_SIG},
    {"combine", "(type, date, time, tzinfo=None)", datetime_meth_combine, "date, time -> datetime with same date and time fields", METH_CLASS | METH_NO_TEXT_SIG},
    {"fromisoformat", "(type, object, /)", datetime_meth_fromisoformat, "string -> datetime from a string in most ISO 8601 formats", METH_CLASS},
    {"date", "(self, /)", datetime_meth_date, "Return date object with same year, month and day.", 0},
    {"time", "(self, /)", datetime_meth_time, "Return time object with same time but with tzinfo=None.", 0},
    {"timetz", "(self, /)", datetime_meth_timetz, "Return time object with same time and tzinfo.", 0},
    {"timetuple", "(self, /)", datetime_meth_timetuple, "Return time tuple, compatible with time.localtime().", 0},
    {"timestamp", "(self, /)", datetime_meth_timestamp, "Return POSIX timestamp as float.", 0},
    {"utctimetuple", "(self, /)", datetime_meth_utctimetuple, "Return UTC time tuple, compatible with time.localtime().", 0},
    {"isoformat", "(self, /, sep='T', timespec='auto')", datetime_meth_isoformat, "[sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n"
     "sep is used to separate the year from the time, and defaults to 'T'.\nThe optional argument timespec specifies the number of additional terms\n"
     "of the time to include. Valid options are 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' and 'microseconds'.\n", METH_NO_TEXT_SIG},
    {"utcoffset", "(self, /)", datetime_meth_utcoffset, "Return self.tzinfo.utcoffset(self).", 0},
    {"tzname", "(self, /)", datetime_meth_tzname, "Return self.tzinfo.tzname(self).", 0},
    {"dst", "(self, /)", datetime_meth_dst, "Return self.tzinfo.dst(self).", 0},
    {"replace", "(self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
     datetime_meth_replace, "Return datetime with new specified fields.", METH_RAW},
    {"__replace__", "(self, /, **changes)", datetime_meth_replace, "The same as replace().", METH_RAW},
    {"astimezone", "(self, /, tz=None)", datetime_meth_astimezone, "tz -> convert to local time in new timezone tz\n", METH_NO_TEXT_SIG},
    {"__reduce_ex__", "(self, proto, /)", datetime_meth_reduce_ex, "__reduce_ex__(proto) -> (cls, state)", METH_NO_TEXT_SIG},
    {"__reduce__", "(self, /)", datetime_meth_reduce, "__reduce__() -> (cls, state)", 0},
    {0},
};
const GetSetDef datetime_getsets[] = {
    {"hour", get_hour, NULL, NULL}, {"minute", get_minute, NULL, NULL}, {"second", get_second, NULL, NULL},
    {"microsecond", get_microsecond, NULL, NULL}, {"tzinfo", get_tzinfo, NULL, NULL}, {"fold", get_fold, NULL, NULL}, {0},
};
