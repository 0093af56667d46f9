// SPDX-License-Identifier: MIT
// _datetime: ISO 8601 text both ways, and what strftime needs beyond time.strftime.
#include <stdio.h>

#include "stdlib/_datetime/datetime_int.h"

// ---- writing ------------------------------------------------------------------------------------------------------------------------

size_t offset_text(Value offset, const char *sep, char buf[40]) {
    Micros us = delta_micros(offset);
    char sign = us < 0 ? '-' : '+';
    if (us < 0) us = -us;
    int seconds = (int)(us / SECOND_US), micros = (int)(us % SECOND_US);
    int n = snprintf(buf, 40, "%c%02d%s%02d", sign, seconds / 3600, sep, seconds / 60 % 60);
    if (seconds % 60 || micros) n += snprintf(buf + n, 40 - (size_t)n, "%s%02d", sep, seconds % 60);
    if (micros) n += snprintf(buf + n, 40 - (size_t)n, ".%06d", micros);
    return (size_t)n;
}

int clock_text(Thread *th, const Clock *c, Value timespec, char buf[40]) {
    static const char *const specs[] = {"hours", "minutes", "seconds", "milliseconds", "microseconds"};
    int spec = c->micro ? 4 : 2;
    if (timespec && !str_equal_cstr(timespec, "auto")) {
        for (spec = 0; spec < 5 && !str_equal_cstr(timespec, specs[spec]);) spec++;
        if (spec == 5) { raise_value_error(th, "Unknown timespec value"); return -1; }
    }
    int n = snprintf(buf, 40, "%02d", c->hour);
    if (spec >= 1) n += snprintf(buf + n, 40 - (size_t)n, ":%02d", c->minute);
    if (spec >= 2) n += snprintf(buf + n, 40 - (size_t)n, ":%02d", c->second);
    if (spec == 3) snprintf(buf + n, 40 - (size_t)n, ".%03d", c->micro / 1000);
    if (spec == 4) snprintf(buf + n, 40 - (size_t)n, ".%06d", c->micro);
    return 0;
}

// ---- reading ------------------------------------------------------------------------------------------------------------------------

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool number(const char *p, size_t have, size_t n, int *out) {
    if (have < n) return false;
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (!digit(p[i])) return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return true;
}

size_t iso_separator(const char *p, size_t n) {
    if (n < 7) return SIZE_MAX;
    if (n == 7) return 7;
    if (p[4] == '-') {
        if (p[5] != 'W') return 10; // YYYY-MM-DD
        if (n > 8 && p[8] == '-') {
            if (n == 9) return SIZE_MAX;
            return n > 10 && digit(p[10]) ? 8 : 10; // YYYY-Www-## reads as a week and a time
        }
        return 8;
    }
    if (p[4] != 'W') return 8; // YYYYMMDD
    size_t i = 7;
    while (i < n && digit(p[i])) i++;
    return i < 9 ? i : i % 2 == 0 ? 7 : 8;
}

int parse_iso_date(Thread *th, const char *p, size_t n, int ymd[3]) {
    if (n != 7 && n != 8 && n != 10) return -1;
    if (!number(p, n, 4, &ymd[0])) return -1;
    bool sep = p[4] == '-';
    size_t i = 4 + sep;
    if (i < n && p[i] == 'W') {
        int week, day = 1;
        if (!number(p + i + 1, n - i - 1, 2, &week)) return -1;
        i += 3;
        if (i < n) {
            if ((p[i] == '-') != sep) return -1;
            i += sep;
            if (!number(p + i, n - i, 1, &day) || i + 1 != n) return -1;
        }
        if (iso_to_ymd(th, ymd[0], week, day, &ymd[0], &ymd[1], &ymd[2]) == 0) return 0;
        error_clear(th);
        return -1;
    }
    if (!number(p + i, n - i, 2, &ymd[1])) return -1;
    i += 2;
    if (i >= n || (p[i] == '-') != sep) return -1;
    i += sep;
    return number(p + i, n - i, 2, &ymd[2]) && i + 2 == n ? 0 : -1;
}

// HH[:MM[:SS[.ffffff]]] or without colons.
static int parse_clock(const char *p, size_t n, int v[4]) {
    size_t i = 0;
    bool sep = false;
    v[0] = v[1] = v[2] = v[3] = 0;
    for (int k = 0; k < 3; k++) {
        if (!number(p + i, n - i, 2, &v[k])) return -1;
        i += 2;
        if (k == 0) sep = i < n && p[i] == ':';
        if (i >= n || k == 2) break;
        if (!sep && (p[i] == '.' || p[i] == ',')) return -1;
        if (sep && p[i] != ':') return -1;
        i += sep;
    }
    if (i == n) return 0;
    if (p[i] != '.' && p[i] != ',') return -1;
    if (++i == n) return -1;
    int scale = 100000;
    for (; i < n; i++) { // more than six digits are cut off
        if (!digit(p[i])) return -1;
        v[3] += (p[i] - '0') * scale;
        scale /= 10;
    }
    return 0;
}

int parse_iso_time(Thread *th, const char *p, size_t n, IsoTime *out) {
    *out = (IsoTime){.tzinfo = VALUE_NONE};
    if (n < 2) return -1;
    size_t zone = 0;
    while (zone < n && p[zone] != '+' && p[zone] != '-' && p[zone] != 'Z') zone++;
    if (parse_clock(p, zone, out->v) < 0) return -1;
    if (out->v[0] == 24) {
        if (out->v[1] || out->v[2] || out->v[3]) out->bad_24 = true;
        else out->v[0] = 0, out->next_day = true;
    }
    if (zone == n) return 0;
    if (p[zone] == 'Z') {
        if (zone + 1 != n) return -1;
        out->tzinfo = new_ref(th, timezone_utc);
        return 0;
    }
    size_t len = n - zone - 1;
    int v[4];
    if (len == 0 || len == 1 || len == 3 || parse_clock(p + zone + 1, len, v) < 0) return -1;
    int sign = p[zone] == '-' ? -1 : 1;
    Value offset = delta_new(th, 0, sign * (v[0] * 3600 + v[1] * 60 + v[2]), sign * v[3]);
    out->tzinfo = offset ? timezone_new(th, offset, NO_VALUE) : NO_VALUE;
    decref(th, offset);
    return out->tzinfo ? 0 : -2;
}

Value invalid_iso(Thread *th, Value text) { return raise_value_error(th, "Invalid isoformat string: %R", text); }

// ---- strftime -----------------------------------------------------------------------------------------------------------------------

Value wrap_strftime(Thread *th, Value self, Value format, Value timetuple, Value tzinfo, Value tz_arg, int micro, int year, int month, int day) {
    const Str *f = AS(Str, format);
    StrBuilder b;
    str_builder_init(&b, th);
    size_t from = 0;
    for (size_t i = 0; i + 1 < f->len; i++) {
        if (str_char_at(f, i) != '%') continue;
        uint32_t c = str_char_at(f, i + 1);
        size_t used = 2;
        char text[64] = "";
        Value replace = NO_VALUE;
        bool colon = c == ':' && i + 2 < f->len && str_char_at(f, i + 2) == 'z';
        if (c == 'z' || colon) {
            used = colon ? 3 : 2;
            Value offset = tz_offset(th, tzinfo, "utcoffset", tz_arg);
            if (!offset) goto fail;
            if (offset != VALUE_NONE) offset_text(offset, colon ? ":" : "", text);
            decref(th, offset);
        } else if (c == 'Z') {
            Value name = tz_name(th, tzinfo, tz_arg);
            if (!name) goto fail;
            if (name != VALUE_NONE) { // a name may hold a '%'
                Value a[2] = {str_from_cstr(th, "%"), str_from_cstr(th, "%%")};
                replace = a[0] && a[1] ? call_method(th, name, str_intern_cstr(th, "replace"), a, 2) : NO_VALUE;
                decref(th, a[0]);
                decref(th, a[1]);
                decref(th, name);
                if (replace && !value_is_str(replace)) {
                    raise_type_error(th, "tzname.replace() did not return a string");
                    clear_ref(th, &replace);
                }
                if (!replace) goto fail;
            }
        } else if (c == 'f') snprintf(text, sizeof text, "%06d", micro);
        else if (c == 'Y' && year < 1000) snprintf(text, sizeof text, "%04d", year);
        else if (c == 'C' && year < 1000) snprintf(text, sizeof text, "%02d", year / 100);
        else if (c == 'F' && year < 1000) snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        else if (c == 'G' && year <= 1000) {
            int iso_year, week, weekday;
            iso_calendar(year, month, day, &iso_year, &week, &weekday);
            snprintf(text, sizeof text, "%04d", iso_year);
        } else {
            i++; // a pair for time.strftime, "%%" included
            continue;
        }
        str_builder_sub(&b, format, from, i);
        if (replace) str_builder_str(&b, replace);
        else str_builder_cstr(&b, text);
        decref(th, replace);
        i += used - 1;
        from = i + 1;
    }
    str_builder_sub(&b, format, from, f->len);
    Value a[2] = {str_builder_finish(&b), timetuple}, r = a[0] ? call_module(th, "time", "strftime", a, 2) : NO_VALUE;
    decref(th, a[0]);
    return r;
fail:
    str_builder_abort(&b);
    return NO_VALUE;
}
