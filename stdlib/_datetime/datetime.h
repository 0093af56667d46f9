// SPDX-License-Identifier: MIT
// The classes of _datetime for other modules: layouts, types, and the arithmetic of the calendar. All instances are constant (hashes are kept on first use,
// relaxed and idempotent), so nothing here locks.
#ifndef LADON_STDLIB_DATETIME_H
#define LADON_STDLIB_DATETIME_H
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

// The proleptic Gregorian calendar (calendar.c).
int days_in_month(int year, int month);
int64_t ymd_to_ordinal(int year, int month, int day);
int weekday_of(int year, int month, int day);                    // Monday is 0
// Seconds since 0001-01-01 of calendar fields.
int64_t fields_to_seconds(int year, int month, int day, int hour, int minute, int second);
#define EPOCH_SECONDS ((int64_t)719163 * 86400)

Value delta_new(Thread *th, int64_t days, int64_t seconds, int64_t micros);     // any values; OverflowError
Micros delta_micros(Value v);
// v: hour, minute, second, microsecond, fold. Calls type if it is a subclass.
Value datetime_make(Thread *th, Type *type, int year, int month, int day, const int v[5], Value tzinfo);
#endif
