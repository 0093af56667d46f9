// SPDX-License-Identifier: MIT
// The module time. Clocks are read in place; sleeping happens detached and goes on after signals (PEP 475).
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/duration.h"
#include "stdlib/sys/sys.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

static Value struct_time_type;
static pthread_mutex_t tz_mutex = PTHREAD_MUTEX_INITIALIZER; // tzset and the tz* variables

static int64_t ns_now(clockid_t c) {
    struct timespec t;
    clock_gettime(c, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static Value seconds(Thread *th, int64_t ns) { return float_from_double(th, (double)(ns / 1000000000) + (double)(ns % 1000000000) * 1e-9); }

static Value time_fn_time(Thread *th, Value self, Value *a) { return seconds(th, ns_now(CLOCK_REALTIME)); }
static Value time_fn_time_ns(Thread *th, Value self, Value *a) { return int_from_i64(th, ns_now(CLOCK_REALTIME)); }
static Value time_fn_monotonic(Thread *th, Value self, Value *a) { return seconds(th, ns_now(CLOCK_MONOTONIC)); }
static Value time_fn_monotonic_ns(Thread *th, Value self, Value *a) { return int_from_i64(th, ns_now(CLOCK_MONOTONIC)); }
static Value time_fn_process_time(Thread *th, Value self, Value *a) { return seconds(th, ns_now(CLOCK_PROCESS_CPUTIME_ID)); }
static Value time_fn_process_time_ns(Thread *th, Value self, Value *a) { return int_from_i64(th, ns_now(CLOCK_PROCESS_CPUTIME_ID)); }
static Value time_fn_thread_time(Thread *th, Value self, Value *a) { return seconds(th, ns_now(CLOCK_THREAD_CPUTIME_ID)); }
static Value time_fn_thread_time_ns(Thread *th, Value self, Value *a) { return int_from_i64(th, ns_now(CLOCK_THREAD_CPUTIME_ID)); }

static int clock_arg(Thread *th, Value v, clockid_t *c) {
    int n;
    if (number_as_int(th, v, &n) < 0) return -1;
    *c = n;
    return 0;
}
static Value time_fn_clock_gettime(Thread *th, Value self, Value *a) {
    clockid_t c;
    struct timespec t;
    if (clock_arg(th, a[0], &c) < 0) return NO_VALUE;
    if (clock_gettime(c, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return float_from_double(th, (double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
}
static Value time_fn_clock_gettime_ns(Thread *th, Value self, Value *a) {
    clockid_t c;
    struct timespec t;
    if (clock_arg(th, a[0], &c) < 0) return NO_VALUE;
    if (clock_gettime(c, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return int_from_i64(th, (int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}
static Value time_fn_clock_getres(Thread *th, Value self, Value *a) {
    clockid_t c;
    struct timespec t;
    if (clock_arg(th, a[0], &c) < 0) return NO_VALUE;
    if (clock_getres(c, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return float_from_double(th, (double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
}
static Value time_fn_clock_settime(Thread *th, Value self, Value *a) {
    clockid_t c;
    int64_t n;
    if (clock_arg(th, a[0], &c) < 0 || duration_as_ns(th, a[1], DURATION_SECOND, DURATION_FLOOR, &n) < 0) return NO_VALUE;
    struct timespec t = {n / 1000000000, n % 1000000000};
    return clock_settime(c, &t) ? raise_errno(th, errno, NO_VALUE, NO_VALUE) : VALUE_NONE;
}
static Value time_fn_clock_settime_ns(Thread *th, Value self, Value *a) {
    clockid_t c;
    int64_t n;
    if (clock_arg(th, a[0], &c) < 0 || number_as_i64(th, a[1], &n) < 0) return NO_VALUE;
    struct timespec t = {n / 1000000000, n % 1000000000};
    return clock_settime(c, &t) ? raise_errno(th, errno, NO_VALUE, NO_VALUE) : VALUE_NONE;
}
static Value time_fn_pthread_getcpuclockid(Thread *th, Value self, Value *a) {
    clockid_t c;
    int r = pthread_getcpuclockid((pthread_t)int_as_u64_mask(a[0]), &c);
    return r ? raise_errno(th, r, NO_VALUE, NO_VALUE) : value_imm_int(c);
}

static Value time_fn_sleep(Thread *th, Value self, Value *a) {
    if (sys_audit(th, "time.sleep", 1, a[0])) return NO_VALUE;
    int64_t ns;
    if (duration_as_ns(th, a[0], DURATION_SECOND, DURATION_UP, &ns) < 0) return NO_VALUE;
    if (ns < 0) return raise_value_error(th, "sleep length must be non-negative");
    int64_t until = ns_now(CLOCK_MONOTONIC);
    if (__builtin_add_overflow(until, ns, &until)) until = INT64_MAX;
    for (;;) {
        bool whole;
        BLOCKING_BEGIN(th);
        whole = park_sleep(until);
        BLOCKING_END;
        if (whole) return VALUE_NONE;
        if (thread_safepoint_slow(th) < 0) return NO_VALUE;
    }
}

// ---- calendar

static Value struct_time(Thread *th, const struct tm *t) {
    Value v[11] = {value_imm_int((int64_t)t->tm_year + 1900), value_imm_int(t->tm_mon + 1), value_imm_int(t->tm_mday), value_imm_int(t->tm_hour), value_imm_int(t->tm_min), value_imm_int(t->tm_sec),
                   value_imm_int((t->tm_wday + 6) % 7), value_imm_int(t->tm_yday + 1), value_imm_int(t->tm_isdst), t->tm_zone ? str_from_fs(th, t->tm_zone, strlen(t->tm_zone)) : VALUE_NONE, value_imm_int(t->tm_gmtoff)};
    return structseq_new(th, struct_time_type, v, 11);
}
static int when_arg(Thread *th, Value v, time_t *out) {
    if (!v || v == VALUE_NONE) {
        *out = time(NULL);
        return 0;
    }
    if (value_is_float(v)) {
        double d = float_value(v);
        if (d != d) {
            raise_value_error(th, "Invalid value NaN (not a number)");
            return -1;
        }
        d = __builtin_floor(d);
        if (d < -9.2e18 || d > 9.2e18) {
            raise_error(th, &exc_OverflowError, "timestamp out of range for platform time_t");
            return -1;
        }
        *out = (time_t)d;
        return 0;
    }
    int64_t s;
    if (number_as_i64(th, v, &s) < 0) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "timestamp out of range for platform time_t");
        return -1;
    }
    *out = (time_t)s;
    return 0;
}
static Value time_fn_gmtime(Thread *th, Value self, Value *a) {
    time_t w;
    struct tm t;
    if (when_arg(th, a[0], &w) < 0) return NO_VALUE;
    if (!gmtime_r(&w, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return struct_time(th, &t);
}
static Value time_fn_localtime(Thread *th, Value self, Value *a) {
    time_t w;
    struct tm t;
    if (when_arg(th, a[0], &w) < 0) return NO_VALUE;
    if (!localtime_r(&w, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return struct_time(th, &t);
}
static int tm_arg(Thread *th, Value v, struct tm *t, const char *fn) {
    memset(t, 0, sizeof *t);
    if (!value_is_tuple(v)) {
        raise_type_error(th, "Tuple or struct_time argument required");
        return -1;
    }
    Tuple *x = AS(Tuple, v);
    if (x->len != 9 && !(x->len > 9 && type_of(v) == AS(Type, struct_time_type))) {
        raise_type_error(th, "%s(): illegal time tuple argument", fn);
        return -1;
    }
    int n[9];
    for (int i = 0; i < 9; i++)
        if (number_as_int(th, x->items[i], &n[i]) < 0) return -1;
    if (n[0] < INT32_MIN + 1900) {
        raise_error(th, &exc_OverflowError, "year out of range");
        return -1;
    }
    *t = (struct tm){.tm_year = n[0] - 1900, .tm_mon = n[1] - 1, .tm_mday = n[2], .tm_hour = n[3], .tm_min = n[4], .tm_sec = n[5], .tm_wday = (n[6] + 1) % 7, .tm_yday = n[7] - 1, .tm_isdst = n[8]};
    if (type_of(v) == AS(Type, struct_time_type) && x->len >= 11 && x->items[10] != VALUE_NONE) {
        int64_t off;
        if (number_as_i64(th, x->items[10], &off) < 0) return -1;
        t->tm_gmtoff = off;
        static __thread char zone[64];
        Value hold = NO_VALUE;
        const char *z = value_is_str(x->items[9]) ? str_utf8(th, x->items[9], NULL, &hold) : NULL;
        if (z) {
            strncpy(zone, z, sizeof zone - 1);
            t->tm_zone = zone;
        } else if (error_pending(th)) error_clear(th);
        decref(th, hold);
    }
    return 0;
}
static int check_tm(Thread *th, struct tm *t) {
    const char *what = NULL;
    if (t->tm_mon == -1) t->tm_mon = 0;
    else if (t->tm_mon < 0 || t->tm_mon > 11) what = "month";
    if (t->tm_mday == 0) t->tm_mday = 1;
    else if (t->tm_mday < 0 || t->tm_mday > 31) what = what ? what : "day of month";
    if (!what && (t->tm_hour < 0 || t->tm_hour > 23)) what = "hour";
    if (!what && (t->tm_min < 0 || t->tm_min > 59)) what = "minute";
    if (!what && (t->tm_sec < 0 || t->tm_sec > 61)) what = "seconds";
    if (!what && t->tm_wday < 0) what = "day of week";
    if (t->tm_yday == -1) t->tm_yday = 0;
    else if (!what && (t->tm_yday < 0 || t->tm_yday > 365)) what = "day of year";
    if (what) raise_value_error(th, "%s out of range", what);
    return what ? -1 : 0;
}
static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}, *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static Value asctime_text(Thread *th, const struct tm *t) {
    char buf[96];
    snprintf(buf, sizeof buf, "%s %s%3d %.2d:%.2d:%.2d %lld", days[t->tm_wday], months[t->tm_mon], t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec, (long long)t->tm_year + 1900);
    return str_from_cstr(th, buf);
}
static Value time_fn_asctime(Thread *th, Value self, Value *a) {
    struct tm t;
    if (!a[0]) {
        time_t w = time(NULL);
        localtime_r(&w, &t);
    } else if (tm_arg(th, a[0], &t, "asctime") < 0 || check_tm(th, &t) < 0) return NO_VALUE;
    return asctime_text(th, &t);
}
static Value time_fn_ctime(Thread *th, Value self, Value *a) {
    time_t w;
    struct tm t;
    if (when_arg(th, a[0], &w) < 0) return NO_VALUE;
    if (!localtime_r(&w, &t)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return asctime_text(th, &t);
}
static Value time_fn_mktime(Thread *th, Value self, Value *a) {
    struct tm t;
    if (tm_arg(th, a[0], &t, "mktime") < 0) return NO_VALUE;
    t.tm_wday = -1;
    time_t w = mktime(&t);
    if (w == -1 && t.tm_wday == -1) return raise_error(th, &exc_OverflowError, "mktime argument out of range");
    return float_from_double(th, (double)w);
}
static Value time_fn_strftime(Thread *th, Value self, Value *a) {
    struct tm t;
    if (!value_is_str(a[0])) return raise_type_error(th, "strftime() argument 1 must be str, not %T", a[0]);
    if (!a[1]) {
        time_t w = time(NULL);
        localtime_r(&w, &t);
    } else if (tm_arg(th, a[1], &t, "strftime") < 0 || check_tm(th, &t) < 0) return NO_VALUE;
    if (t.tm_isdst < -1) t.tm_isdst = -1;
    else if (t.tm_isdst > 1) t.tm_isdst = 1;
    // Only ASCII goes through the C library; other characters, NUL and lone surrogates among them, are copied.
    const Str *f = AS(Str, a[0]);
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t at = 0; at < f->len;) {
        uint32_t c = str_char_at(f, at);
        if (c == 0 || c > 127) {
            str_builder_char(&b, c);
            at++;
            continue;
        }
        size_t part = 0;
        while (at + part < f->len && (c = str_char_at(f, at + part)) != 0 && c <= 127) part++;
        char *fmt = mem_alloc(th, part + 1);
        if (!fmt) break;
        for (size_t i = 0; i < part; i++) fmt[i] = (char)str_char_at(f, at + i);
        fmt[part] = 0;
        at += part;
        for (size_t cap = part * 4 + 256;; cap *= 2) {
            char *out = mem_alloc(th, cap);
            if (!out) break;
            size_t k = strftime(out, cap, fmt, &t);
            if (k || cap > 256 * part + 4096) {
                Value s = str_from_fs(th, out, k);
                if (s) str_builder_str(&b, s);
                decref(th, s);
                mem_free(out);
                break;
            }
            mem_free(out);
        }
        mem_free(fmt);
    }
    Value r = str_builder_finish(&b);
    if (error_pending(th)) clear_ref(th, &r);
    return r;
}
static Value time_fn_strptime(Thread *th, Value self, Value *a) {
    Value f = import_attr(th, "_strptime", "_strptime_time");
    if (!f) return NO_VALUE;
    Value r = a[1] ? call2(th, f, a[0], a[1]) : call1(th, f, a[0]);
    decref(th, f);
    return r;
}

static int set_zone(Thread *th, Value m) {
    pthread_mutex_lock(&tz_mutex);
    tzset();
    // Winter and summer by this year's two dates.
    time_t now = time(NULL);
    struct tm jan, jul;
    static const time_t year = (365 * 24 + 6) * 3600;
    time_t t = now / year * year;
    localtime_r(&t, &jan);
    t += year / 2;
    localtime_r(&t, &jul);
    char jz[64], sz[64];
    snprintf(jz, sizeof jz, "%s", jan.tm_zone ? jan.tm_zone : "   ");
    snprintf(sz, sizeof sz, "%s", jul.tm_zone ? jul.tm_zone : "   ");
    long jo = -jan.tm_gmtoff, so = -jul.tm_gmtoff;
    pthread_mutex_unlock(&tz_mutex);
    bool south = jo < so;
    Value names[2] = {str_from_fs(th, south ? sz : jz, strlen(south ? sz : jz)), str_from_fs(th, south ? jz : sz, strlen(south ? jz : sz))};
    return module_add_int(th, m, "timezone", south ? so : jo) < 0 || module_add_int(th, m, "altzone", south ? jo : so) < 0 || module_add_int(th, m, "daylight", jo != so) < 0 || module_add(th, m, "tzname", tuple_from_owned(th, names, 2)) < 0 ? -1 : 0;
}
static Value time_fn_tzset(Thread *th, Value self, Value *a) { return set_zone(th, self) < 0 ? NO_VALUE : VALUE_NONE; }
static Value time_fn_get_clock_info(Thread *th, Value self, Value *a) {
    static const struct { const char *name, *impl; clockid_t c; bool mono, adj; } rows[] = {
        {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true}, {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false}, {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
        {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true, false}, {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false},
    };
    if (!value_is_str(a[0])) return raise_type_error(th, "get_clock_info() argument 1 must be str, not %T", a[0]);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!str_equal_cstr(a[0], rows[i].name)) continue;
        struct timespec res;
        clock_getres(rows[i].c, &res);
        Value ns = call0(th, VALUE_OF(&type_simple_namespace));
        if (!ns) return NO_VALUE;
        struct { const char *k; Value v; } f[4] = {{"implementation", str_from_cstr(th, rows[i].impl)}, {"monotonic", value_bool(rows[i].mono)}, {"adjustable", value_bool(rows[i].adj)}, {"resolution", float_from_double(th, (double)res.tv_sec + 1e-9 * (double)res.tv_nsec)}};
        for (int k = 0; k < 4; k++) {
            if (object_setattr(th, ns, str_intern_cstr(th, f[k].k), f[k].v) < 0) {
                decref(th, ns);
                return NO_VALUE;
            }
            decref(th, f[k].v);
        }
        return ns;
    }
    return raise_value_error(th, "unknown clock");
}

static const MethodDef time_fns[] = {
    {"time", "()", time_fn_time, "Return the current time in seconds since the Epoch."}, {"time_ns", "()", time_fn_time_ns, "Return the current time in nanoseconds since the Epoch."}, {"monotonic", "()", time_fn_monotonic, "Monotonic clock, cannot go backward."}, {"monotonic_ns", "()", time_fn_monotonic_ns, "Monotonic clock, cannot go backward, as nanoseconds."},
    {"perf_counter", "()", time_fn_monotonic, "Performance counter for benchmarking."}, {"perf_counter_ns", "()", time_fn_monotonic_ns, "Performance counter for benchmarking as nanoseconds."}, {"process_time", "()", time_fn_process_time, "Process time for profiling."}, {"process_time_ns", "()", time_fn_process_time_ns, "Process time for profiling as nanoseconds."},
    {"thread_time", "()", time_fn_thread_time, "Thread time for profiling."}, {"thread_time_ns", "()", time_fn_thread_time_ns, "Thread time for profiling as nanoseconds."}, {"clock_gettime", "(clk_id, /)", time_fn_clock_gettime, NULL}, {"clock_gettime_ns", "(clk_id, /)", time_fn_clock_gettime_ns, NULL}, {"clock_getres", "(clk_id, /)", time_fn_clock_getres, NULL},
    {"clock_settime", "(clk_id, time, /)", time_fn_clock_settime, NULL}, {"clock_settime_ns", "(clk_id, time, /)", time_fn_clock_settime_ns, NULL}, {"pthread_getcpuclockid", "(thread_id, /)", time_fn_pthread_getcpuclockid, NULL}, {"sleep", "(seconds, /)", time_fn_sleep, "Delay execution for a given number of seconds."},
    {"gmtime", "(seconds=None, /)", time_fn_gmtime, "Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a. GMT)."}, {"localtime", "(seconds=None, /)", time_fn_localtime, "Convert seconds since the Epoch to a time tuple expressing local time."}, {"asctime", "(tuple=<unrepresentable>, /)", time_fn_asctime, "Convert a time tuple to a string."},
    {"ctime", "(seconds=None, /)", time_fn_ctime, "Convert a time in seconds since the Epoch to a string in local time."}, {"mktime", "(tuple, /)", time_fn_mktime, "Convert a time tuple in local time to seconds since the Epoch."}, {"strftime", "(format, tuple=<unrepresentable>, /)", time_fn_strftime, "Convert a time tuple to a string according to a format specification."},
    {"strptime", "(string, format=<unrepresentable>, /)", time_fn_strptime, "Parse a string to a time tuple according to a format specification."}, {"tzset", "()", time_fn_tzset, "Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ']."}, {"get_clock_info", "(name, /)", time_fn_get_clock_info, "Get information of the specified clock."}, {0}
};
static int time_exec(Thread *th, Value m) {
    static const StructSeqField f[] = {
        {"tm_year", "year, for example, 1993"}, {"tm_mon", "month of year, range [1, 12]"}, {"tm_mday", "day of month, range [1, 31]"}, {"tm_hour", "hours, range [0, 23]"}, {"tm_min", "minutes, range [0, 59]"}, {"tm_sec", "seconds, range [0, 61])"}, {"tm_wday", "day of week, range [0, 6], Monday is 0"},
        {"tm_yday", "day of year, range [1, 366]"}, {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"}, {"tm_zone", "abbreviation of timezone name"}, {"tm_gmtoff", "offset from UTC in seconds"}, {0}
    };
    struct_time_type = structseq_type(th, "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().", f, 9);
    if (!struct_time_type) return -1;
    gc_add_root(&struct_time_type);
    if (module_add(th, m, "struct_time", new_ref(th, struct_time_type)) < 0) return -1;
    static const struct { const char *n; int v; } c[] = {
        {"CLOCK_REALTIME", CLOCK_REALTIME}, {"CLOCK_MONOTONIC", CLOCK_MONOTONIC}, {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW}, {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID}, {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
        {"CLOCK_BOOTTIME", CLOCK_BOOTTIME}, {"CLOCK_TAI", CLOCK_TAI}, {"_STRUCT_TM_ITEMS", 11},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add_int(th, m, c[i].n, c[i].v) < 0) return -1;
    return set_zone(th, m);
}
const ModuleDef module_time = {"time", "This module provides various functions to manipulate time values.", time_fns, time_exec};
