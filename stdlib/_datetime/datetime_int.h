// SPDX-License-Identifier: MIT
// What the files of _datetime share: layouts, calendar arithmetic, text. All instances are constant (hashes are kept on first use, relaxed and
// idempotent), so nothing here locks.
#ifndef LADON_STDLIB_DATETIME_INT_H
#define LADON_STDLIB_DATETIME_INT_H
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

typedef __int128 Micros;                 // a duration in microseconds; every timedelta fits
#define SECOND_US ((Micros)1000000)
#define DAY_US ((Micros)86400 * SECOND_US)
enum { MIN_YEAR = 1, MAX_YEAR = 9999, MAX_ORDINAL = 3652059, MAX_DELTA_DAYS = 999999999 };

typedef struct Delta { Object head; int64_t hash; int32_t days, seconds, micros; } Delta;       // [c] but hash [a] (0: not computed)
typedef struct Date { Object head; int64_t hash; uint16_t year; uint8_t month, day; } Date;
// A time of day; its fields are at the same places in DateTime.
typedef struct Clock { uint8_t hour, minute, second, fold; int32_t micro; Value tzinfo; } Clock; // tzinfo owned, None if there is none
typedef struct Time { Object head; int64_t hash; Clock c; } Time;
typedef struct DateTime { Object head; int64_t hash; uint16_t year; uint8_t month, day; Clock c; } DateTime; // begins like Date
typedef struct Timezone { Object head; Value offset, name; } Timezone;                            // name NO_VALUE: none given

#define DELTA(v) AS(Delta, v)
#define DATE(v) AS(Date, v)
#define TIME(v) AS(Time, v)
#define DATETIME(v) AS(DateTime, v)

extern Type type_dt_delta, type_dt_date, type_dt_time, type_dt_datetime, type_dt_tzinfo, type_dt_timezone, type_dt_isocalendar;
extern Shape shape_dt_delta, shape_dt_date, shape_dt_time, shape_dt_datetime, shape_dt_tzinfo, shape_dt_timezone, shape_dt_isocalendar;
#define DT_TYPE(cname, pyname, base_, size, flags_, ...)                                                                          \
    Type type_dt_##cname = {.head = OBJECT_STATIC(&shape_type), .name = pyname, .base = base_, .flags = (flags_) | TYPE_IMMUTABLE, \
                            .basic_size = (size), .shape = &shape_dt_##cname, __VA_ARGS__};                                       \
    Shape shape_dt_##cname = {.type = &type_dt_##cname, .flags = (flags_) | TYPE_IMMUTABLE};

static inline bool is_delta(Value v) { return value_is_instance(v, &type_dt_delta); }
static inline bool is_date(Value v) { return value_is_instance(v, &type_dt_date); }       // datetimes too
static inline bool is_datetime(Value v) { return value_is_instance(v, &type_dt_datetime); }
static inline bool is_time(Value v) { return value_is_instance(v, &type_dt_time); }
static inline bool is_tzinfo(Value v) { return value_is_instance(v, &type_dt_tzinfo); }

extern Value timezone_utc;    // [c] after the first import

// ---- calendar.c: the proleptic Gregorian calendar
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int64_t ymd_to_ordinal(int year, int month, int day);
void ordinal_to_ymd(int64_t ordinal, int *year, int *month, int *day);
int weekday_of(int year, int month, int day);                    // Monday is 0
int64_t iso_week1_monday(int year);                              // ordinal
void iso_calendar(int year, int month, int day, int *iso_year, int *week, int *weekday); // weekday 1 to 7
// Errors worded as fromisocalendar's. 0 or -1.
int iso_to_ymd(Thread *th, int iso_year, int week, int weekday, int *year, int *month, int *day);
int check_date(Thread *th, int64_t year, int64_t month, int64_t day); // ValueError
int check_clock(Thread *th, const int v[5]);                     // hour minute second microsecond fold
int check_tzinfo(Thread *th, Value v);                           // TypeError
// Seconds since 0001-01-01 of calendar fields.
int64_t fields_to_seconds(int year, int month, int day, int hour, int minute, int second);
#define EPOCH_SECONDS ((int64_t)719163 * 86400)
// The local time's seconds (same origin) at UTC second u. -1 with OSError or so.
int local_seconds(Thread *th, int64_t u, int64_t *out);
// UTC seconds of local calendar fields; fold chooses among two.
int local_to_utc(Thread *th, int64_t local, int fold, int64_t *out);
// A timestamp argument: whole seconds rounded down (date), or seconds and microseconds rounded half to even. 0 or -1.
int timestamp_floor(Thread *th, Value v, int64_t *seconds);
int timestamp_micros(Thread *th, Value v, int64_t *seconds, int *micros);
// Binds constructor arguments as C functions with anonymous names do; names NULL-terminated, the last n_kwonly by keyword only.
int bind_fields(Thread *th, const char *fname, const char *const *names, int n_kwonly, int n_required, const Value *args, size_t nargs, Value kwnames, Value *out);
// 8 of 2^-64 is enough: copies state bytes given as bytes or latin-1 str of n characters into out. 1, or 0 when it is something else.
int state_bytes(Value v, size_t n, uint8_t *out);
// Calls time.<name>(args) and such. New reference.
Value call_module(Thread *th, const char *module, const char *name, const Value *args, size_t n);
Value build_struct_time(Thread *th, const int ymd[3], const int hms[3], int dst);

// ---- delta.c
Value delta_new(Thread *th, int64_t days, int64_t seconds, int64_t micros);     // any values; OverflowError
Value delta_from_micros(Thread *th, Type *type, Micros us);
Micros delta_micros(Value v);
Value delta_total_seconds(Thread *th, Value delta);

// ---- tz.c
// tzinfo.utcoffset(arg), .dst(arg): a timedelta or None, checked. tzname: a str or None. tzinfo may be None.
Value tz_offset(Thread *th, Value tzinfo, const char *method, Value arg);
Value tz_name(Thread *th, Value tzinfo, Value arg);
Value timezone_new(Thread *th, Value offset, Value name_or_novalue);
Value timezone_local(Thread *th, int64_t unix_seconds);          // of this moment

// ---- date.c, time.c, datetime.c
Value date_make(Thread *th, Type *type, int year, int month, int day);         // calls type if it is a subclass
Value time_make(Thread *th, Type *type, const int v[5], Value tzinfo);
Value datetime_make(Thread *th, Type *type, int year, int month, int day, const int v[5], Value tzinfo);
Value date_meth_strftime(Thread *th, Value self, Value *args);
Value any_meth_format(Thread *th, Value self, Value *args);
extern const char *const clock_names[];
int field_int(Thread *th, Value v, int dflt, int *out);            // v may be NO_VALUE

// ---- text.c
// "+HH:MM[:SS[.ffffff]]" of an offset into buf; sep may be "".
size_t offset_text(Value offset, const char *sep, char buf[40]);
// HH:MM:SS.ffffff as timespec asks. -1: ValueError.
int clock_text(Thread *th, const Clock *c, Value timespec, char buf[40]);
// Parses text; *used_utc etc. in the fields. 0, -1: not valid (no exception), -2: exception set.
typedef struct IsoTime { int v[5]; Value tzinfo; bool next_day, bad_24; } IsoTime;
int parse_iso_date(Thread *th, const char *p, size_t n, int ymd[3]);
int parse_iso_time(Thread *th, const char *p, size_t n, IsoTime *out);
size_t iso_separator(const char *p, size_t n);                      // SIZE_MAX: invalid
Value invalid_iso(Thread *th, Value text);
// strftime: replaces what time.strftime doesn't know. tz_arg: what is passed to tzinfo.
Value wrap_strftime(Thread *th, Value self, Value format, Value timetuple, Value tzinfo, Value tz_arg, int micro, int year, int month, int day);
#endif
