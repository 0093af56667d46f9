// SPDX-License-Identifier: MIT
// POSIX TZ strings with the extension of RFC 8536 (hours from -167 to 167): std[offset[dst[offset],start[/time],end[/time]]]. Pure functions.
#include <string.h>

#include "stdlib/_zoneinfo/zoneinfo_int.h"

// ---- reading --------------------------------------------------------------------------------------------------------------------------

typedef struct Text { const uint8_t *p, *end; } Text;

static bool digit(const Text *t) { return t->p < t->end && *t->p >= '0' && *t->p <= '9'; }
static bool take(Text *t, char c) {
    if (t->p == t->end || *t->p != c) return false;
    t->p++;
    return true;
}
// A number of min to max digits.
static bool number(Text *t, int min, int max, int *out) {
    int n = 0;
    for (*out = 0; n < max && digit(t); n++) *out = *out * 10 + *t->p++ - '0';
    return n >= min;
}

// An abbreviation: letters, or more than those within <>. NO_VALUE without an exception: there is none.
static Value abbreviation(Thread *th, Text *t) {
    bool quoted = take(t, '<');
    const uint8_t *from = t->p;
    for (; t->p < t->end; t->p++) {
        uint8_t c = *t->p, low = c | 0x20;
        if ((low >= 'a' && low <= 'z') || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))) continue;
        break;
    }
    const uint8_t *to = t->p;
    if (to == from || (quoted && !take(t, '>'))) return NO_VALUE;
    return str_from_ascii(th, (const char *)from, (size_t)(to - from));
}

// [+|-]h[h[h]][:mm[:ss]] in seconds, at most max_hours.
static bool duration(Text *t, int max_hours, int32_t *out) {
    int sign = take(t, '-') ? -1 : (take(t, '+'), 1), h, m = 0, s = 0;
    if (!number(t, 1, 3, &h) || h > max_hours) return false;
    if (take(t, ':') && (!number(t, 2, 2, &m) || (take(t, ':') && !number(t, 2, 2, &s)))) return false;
    *out = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool year_day(Text *t, YearDay *d) {
    memset(d, 0, sizeof *d);
    int a, b, c;
    if (take(t, 'M')) {
        if (!number(t, 1, 2, &a) || !take(t, '.') || !number(t, 1, 1, &b) || !take(t, '.') || !number(t, 1, 1, &c)) return false;
        if (a < 1 || a > 12 || b < 1 || b > 5 || c > 6) return false;
        d->kind = 'M';
        d->month = (uint8_t)a;
        d->week = (uint8_t)b;
        d->weekday = (uint8_t)c;
    } else {
        d->kind = take(t, 'J') ? 'J' : 'D';
        if (!number(t, 1, 3, &a) || a > 365 || (d->kind == 'J' && a < 1)) return false;
        d->day = (int16_t)a;
    }
    d->seconds = 2 * 3600;
    return !take(t, '/') || duration(t, 167, &d->seconds);
}

// What is wrong with the text, or NULL; also NULL with an exception pending.
static const char *read_rule(Thread *th, Rule *r, Text *t) {
    Value std = abbreviation(th, t), dst = NO_VALUE;
    if (!std) return error_pending(th) ? NULL : "Invalid STD format in %R";
    const char *wrong = NULL;
    int32_t std_off, dst_off;
    // The sign is that of what is to be added to local time.
    if (!duration(t, 24, &std_off)) {
        wrong = "Invalid STD offset in %R";
    } else if (t->p == t->end) {
        local_time_init(th, &r->std, -std_off, 0, std);
    } else if (!(dst = abbreviation(th, t))) {
        wrong = error_pending(th) ? NULL : "Invalid DST format in %R";
    } else {
        dst_off = std_off - 3600;
        if (t->p == t->end || (*t->p != ',' && !duration(t, 24, &dst_off))) wrong = "Invalid DST offset in %R";
        const struct { YearDay *day; } parts[2] = {{&r->start}, {&r->end}};
        for (int i = 0; i < 2 && !wrong; i++) {
            if (!take(t, ',')) wrong = "Missing transition rules in TZ string: %R";
            else if (!year_day(t, parts[i].day)) wrong = "Malformed transition rule in TZ string: %R";
        }
        if (!wrong && t->p != t->end) wrong = "Extraneous characters at end of TZ string: %R";
        if (!wrong && local_time_init(th, &r->std, -std_off, 0, std) == 0 && local_time_init(th, &r->dst, -dst_off, std_off - dst_off, dst) == 0) {
            r->changes = true;
            r->dst_diff = std_off - dst_off;
        }
    }
    decref(th, std);
    decref(th, dst);
    return wrong;
}

int rule_parse(Thread *th, Rule *r, Value tz) {
    const Bytes *b = AS(Bytes, tz);
    Text t = {b->data, b->data + b->len};
    const char *wrong = read_rule(th, r, &t);
    if (wrong) raise_value_error(th, wrong, tz);
    return error_pending(th) ? -1 : 0;
}
static void local_time_release(Thread *th, LocalTime *t) {
    clear_ref(th, &t->utcoff);
    clear_ref(th, &t->dstoff);
    clear_ref(th, &t->name);
}
void rule_release(Thread *th, Rule *r) {
    local_time_release(th, &r->std);
    local_time_release(th, &r->dst);
}

// ---- applying -------------------------------------------------------------------------------------------------------------------------

static bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// When it is in that year, as if local time were UTC.
static int64_t year_day_seconds(const YearDay *d, int year) {
    int64_t days;
    if (d->kind == 'M') {
        // Weekday 0 is a Sunday here, and Monday in the calendar's functions.
        int first = (weekday_of(year, d->month, 1) + 1) % 7, day = 1 + (d->weekday - first + 7) % 7 + (d->week - 1) * 7;
        if (day > days_in_month(year, d->month)) day -= 7; // week 5 is the last one
        days = ymd_to_ordinal(year, d->month, day);
    } else {
        // As CPython counts: day 0 of the form without J is the last one of the year before, and J59 is 29 February in leap years.
        days = ymd_to_ordinal(year, 1, 1) - 1 + d->day + (d->kind == 'J' && d->day >= 59 && is_leap(year));
    }
    return days * 86400 - EPOCH_SECONDS + d->seconds;
}

// Is ts in the half-open stretch, which may go over the end of the year?
static bool within(int64_t ts, int64_t start, int64_t end) { return start < end ? ts >= start && ts < end : !(ts >= end && ts < start); }

const LocalTime *rule_at_local(const Rule *r, int64_t ts, int year, int fold) {
    int64_t start = year_day_seconds(&r->start, year), end = year_day_seconds(&r->end, year);
    // Of the two readings of a gap or of a repeated hour, fold says which; where dst is behind std, it is the other way round.
    if (fold == (r->dst_diff >= 0)) end -= r->dst_diff;
    else start += r->dst_diff;
    return within(ts, start, end) ? &r->dst : &r->std;
}

const LocalTime *rule_at_utc(const Rule *r, int64_t ts, int year, int *fold) {
    int64_t start = year_day_seconds(&r->start, year) - r->std.offset, end = year_day_seconds(&r->end, year) - r->dst.offset;
    // The clock repeats what it showed before it went back: at the end of dst, or at its start if dst is behind std.
    int64_t repeats = r->dst_diff > 0 ? end : start, length = r->dst_diff > 0 ? r->dst_diff : -r->dst_diff;
    *fold = ts >= repeats && ts < repeats + length;
    return within(ts, start, end) ? &r->dst : &r->std;
}
