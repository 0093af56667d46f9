// SPDX-License-Identifier: MIT
// _datetime: calendar arithmetic, local time, argument binding. Pure functions but for the C library's time zone state.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "core/base/hash.h"
#include "stdlib/_datetime/datetime_int.h"
#include "core/object/suggest.h"

static bool is_leap(int y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }
int days_in_month(int y, int m) {
    static const uint8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m == 2 && is_leap(y) ? 29 : days[m];
}
int days_before_month(int y, int m) {
    static const uint16_t before[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return before[m] + (m > 2 && is_leap(y));
}
static int64_t days_before_year(int y) {
    int64_t p = y - 1;
    return p * 365 + p / 4 - p / 100 + p / 400;
}
int64_t ymd_to_ordinal(int y, int m, int d) { return days_before_year(y) + days_before_month(y, m) + d; }

void ordinal_to_ymd(int64_t ordinal, int *year, int *month, int *day) {
    // Counting from a first of March makes the leap day the last day of its year.
    int64_t n = ordinal + 305, era = (n >= 0 ? n : n - 146096) / 146097, doe = n - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}
int weekday_of(int y, int m, int d) { return (int)((ymd_to_ordinal(y, m, d) + 6) % 7); }

int64_t iso_week1_monday(int y) {
    int64_t first = ymd_to_ordinal(y, 1, 1);
    int weekday = (int)((first + 6) % 7);
    int64_t monday = first - weekday;
    return weekday > 3 ? monday + 7 : monday;
}
void iso_calendar(int y, int m, int d, int *iso_year, int *week, int *weekday) {
    int64_t today = ymd_to_ordinal(y, m, d), monday = iso_week1_monday(y);
    int64_t w = today - monday < 0 ? -1 : (today - monday) / 7;
    *weekday = (int)((today + 6) % 7) + 1;
    if (w < 0) {
        y--;
        w = (today - iso_week1_monday(y)) / 7;
    } else if (w >= 52 && today >= iso_week1_monday(y + 1)) {
        y++;
        w = 0;
    }
    *iso_year = y;
    *week = (int)w + 1;
}
int iso_to_ymd(Thread *th, int iso_year, int week, int weekday, int *year, int *month, int *day) {
    if (iso_year < MIN_YEAR || iso_year > MAX_YEAR) {
        raise_value_error(th, "year must be in %d..%d, not %d", MIN_YEAR, MAX_YEAR, iso_year);
        return -1;
    }
    bool bad = week <= 0 || week >= 53;
    if (week == 53) { // years that start on a Thursday, and leap years that start on a Wednesday
        int first = weekday_of(iso_year, 1, 1);
        bad = !(first == 3 || (first == 2 && is_leap(iso_year)));
    }
    if (bad) { raise_value_error(th, "Invalid week: %d", week); return -1; }
    if (weekday <= 0 || weekday >= 8) { raise_value_error(th, "Invalid weekday: %d (range is [1, 7])", weekday); return -1; }
    ordinal_to_ymd(iso_week1_monday(iso_year) + (week - 1) * 7 + weekday - 1, year, month, day);
    return 0;
}

int check_date(Thread *th, int64_t y, int64_t m, int64_t d) {
    if (y < MIN_YEAR || y > MAX_YEAR) raise_value_error(th, "year must be in %d..%d, not %lld", MIN_YEAR, MAX_YEAR, (long long)y);
    else if (m < 1 || m > 12) raise_value_error(th, "month must be in 1..12, not %lld", (long long)m);
    else if (d < 1 || d > days_in_month((int)y, (int)m))
        raise_value_error(th, "day %lld must be in range 1..%d for month %lld in year %lld", (long long)d, days_in_month((int)y, (int)m), (long long)m, (long long)y);
    else return 0;
    return -1;
}
int check_clock(Thread *th, const int v[5]) {
    static const char *const names[] = {"hour", "minute", "second", "microsecond"};
    static const int max[] = {23, 59, 59, 999999};
    for (int i = 0; i < 4; i++)
        if (v[i] < 0 || v[i] > max[i]) {
            raise_value_error(th, "%s must be in 0..%d, not %d", names[i], max[i], v[i]);
            return -1;
        }
    if (v[4] == 0 || v[4] == 1) return 0;
    raise_value_error(th, "fold must be either 0 or 1, not %d", v[4]);
    return -1;
}
int check_tzinfo(Thread *th, Value v) {
    if (v == NO_VALUE || v == VALUE_NONE || is_tzinfo(v)) return 0;
    raise_type_error(th, "tzinfo argument must be None or of a tzinfo subclass, not type '%T'", v);
    return -1;
}

int64_t fields_to_seconds(int y, int m, int d, int hour, int minute, int second) {
    return ymd_to_ordinal(y, m, d) * 86400 + hour * 3600 + minute * 60 + second;
}

int local_seconds(Thread *th, int64_t u, int64_t *out) {
    time_t t = (time_t)(u - EPOCH_SECONDS);
    struct tm tm;
    errno = 0;
    if (!localtime_r(&t, &tm)) {
        raise_errno(th, errno ? errno : EINVAL, NO_VALUE, NO_VALUE);
        return -1;
    }
    *out = fields_to_seconds(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return 0;
}
int local_to_utc(Thread *th, int64_t t, int fold, int64_t *out) {
    const int64_t day = 86400;
    int64_t lt, a, b, u1, u2, t1, t2;
    if (local_seconds(th, t, &lt) < 0) return -1;
    a = lt - t;
    u1 = t - a;
    if (local_seconds(th, u1, &t1) < 0) return -1;
    if (t1 == t) { // one solution; is there another on the side fold asks for?
        u2 = fold ? u1 + day : u1 - day;
        if (local_seconds(th, u2, &lt) < 0) return -1;
        b = lt - u2;
        if (a == b) { *out = u1; return 0; }
    } else b = t1 - u1;
    u2 = t - b;
    if (local_seconds(th, u2, &t2) < 0) return -1;
    if (t2 == t) *out = u2;
    else if (t1 == t) *out = u1;
    else *out = fold == (u1 < u2) ? u1 : u2; // in the gap: the later one for fold 0, the earlier for fold 1
    return 0;
}

static int out_of_range(Thread *th) {
    raise_error(th, &exc_OverflowError, "timestamp out of range for platform time_t");
    return -1;
}
static int nan_error(Thread *th) {
    raise_value_error(th, "Invalid value NaN (not a number)");
    return -1;
}
static int integer_seconds(Thread *th, Value v, int64_t *seconds) {
    Value i = number_index(th, v);
    if (!i) return -1;
    int over = int_as_i64_overflow(i, seconds);
    decref(th, i);
    return over ? out_of_range(th) : 0;
}
int timestamp_floor(Thread *th, Value v, int64_t *seconds) {
    if (!value_is_float(v)) return integer_seconds(th, v, seconds);
    double d = floor(float_value(v));
    if (isnan(d)) return nan_error(th);
    if (!(d >= -0x1p63 && d < 0x1p63)) return out_of_range(th);
    *seconds = (int64_t)d;
    return 0;
}
int timestamp_micros(Thread *th, Value v, int64_t *seconds, int *micros) {
    *micros = 0;
    if (!value_is_float(v)) {
        if (!index_check(v)) { raise_type_error(th, "argument must be int or float, not %T", v); return -1; }
        return integer_seconds(th, v, seconds);
    }
    double whole, fraction = modf(float_value(v), &whole);
    if (isnan(fraction)) return nan_error(th);
    fraction = rint(fraction * 1e6); // the rounding mode is half to even
    if (fraction >= 1e6) fraction -= 1e6, whole += 1;
    else if (fraction < 0) fraction += 1e6, whole -= 1;
    if (!(whole >= -0x1p63 && whole < 0x1p63)) return out_of_range(th);
    *seconds = (int64_t)whole;
    *micros = (int)fraction;
    return 0;
}

int bind_fields(Thread *th, const char *fname, const char *const *names, int n_kwonly, int n_required, const Value *args, size_t nargs, Value kwnames, Value *out) {
    int n = 0;
    while (names[n]) out[n++] = NO_VALUE;
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0, n_pos = (size_t)(n - n_kwonly);
    const char *shown = fname ? fname : "function", *paren = fname ? "()" : "";
    if (nargs + nkw > (size_t)n) {
        raise_type_error(th, "%s%s takes at most %d %sargument%s (%zu given)", shown, paren, n, nargs == 0 ? "keyword " : "", n == 1 ? "" : "s", nargs + nkw);
        return -1;
    }
    if (nargs > n_pos) {
        raise_type_error(th, "%s%s takes at most %zu positional arguments (%zu given)", shown, paren, n_pos, nargs);
        return -1;
    }
    for (size_t i = 0; i < nargs; i++) out[i] = args[i];
    Value unknown = NO_VALUE;
    for (size_t k = 0; k < nkw; k++) {
        Value name = AS(Tuple, kwnames)->items[k];
        int i = 0;
        while (names[i] && !str_equal_cstr(name, names[i])) i++;
        if (!names[i]) unknown = name;
        else if (out[i]) {
            raise_type_error(th, "argument for %s%s given by name ('%s') and position (%d)", shown, paren, names[i], i + 1);
            return -1;
        } else out[i] = args[nargs + k];
    }
    for (int i = 0; i < n_required; i++)
        if (!out[i]) {
            raise_type_error(th, "%s%s missing required argument '%s' (pos %d)", shown, paren, names[i], i + 1);
            return -1;
        }
    if (!unknown) return 0;
    char what[64];
    snprintf(what, sizeof what, "%s%s", fname ? fname : "this function", paren);
    raise_unknown_keyword(th, what, unknown, names, 0);
    return -1;
}
int field_int(Thread *th, Value v, int dflt, int *out) {
    *out = dflt;
    return v == NO_VALUE ? 0 : number_as_int(th, v, out);
}

int state_bytes(Value v, size_t n, uint8_t *out) {
    if (value_is_bytes(v) && AS(Bytes, v)->len == n) {
        memcpy(out, AS(Bytes, v)->data, n);
        return 1;
    }
    if (!value_is_str(v) || AS(Str, v)->len != n) return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = str_char_at(AS(Str, v), i);
        if (c > 255) return 0;
        out[i] = (uint8_t)c;
    }
    return 1;
}

Value call_module(Thread *th, const char *module, const char *name, const Value *args, size_t n) {
    Value f = import_attr(th, module, name), r = f ? object_call(th, f, args, n, NO_VALUE) : NO_VALUE;
    decref(th, f);
    return r;
}

Value build_struct_time(Thread *th, const int ymd[3], const int hms[3], int dst) {
    Value v[9];
    for (int i = 0; i < 3; i++) v[i] = value_imm_int(ymd[i]), v[3 + i] = value_imm_int(hms[i]);
    v[6] = value_imm_int(weekday_of(ymd[0], ymd[1], ymd[2]));
    v[7] = value_imm_int(days_before_month(ymd[0], ymd[1]) + ymd[2]);
    v[8] = value_imm_int(dst);
    Value t = tuple_from_owned(th, v, 9), r = t ? call_module(th, "time", "struct_time", &t, 1) : NO_VALUE;
    decref(th, t);
    return r;
}
