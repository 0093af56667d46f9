// SPDX-License-Identifier: MIT
// What the files of _datetime share beyond datetime.h: calendar arithmetic, text.
#ifndef LADON_STDLIB_DATETIME_INT_H
#define LADON_STDLIB_DATETIME_INT_H
#include "stdlib/_datetime/datetime.h"

extern Value timezone_utc;    // [c] after the first import

// ---- calendar.c: the proleptic Gregorian calendar
int days_before_month(int year, int month);
void ordinal_to_ymd(int64_t ordinal, int *year, int *month, int *day);
int64_t iso_week1_monday(int year);                              // ordinal
void iso_calendar(int year, int month, int day, int *iso_year, int *week, int *weekday); // weekday 1 to 7
// Errors worded as fromisocalendar's. 0 or -1.
int iso_to_ymd(Thread *th, int iso_year, int week, int weekday, int *year, int *month, int *day);
int check_date(Thread *th, int64_t year, int64_t month, int64_t day); // ValueError
int check_clock(Thread *th, const int v[5]);                     // hour minute second microsecond fold
int check_tzinfo(Thread *th, Value v);                           // TypeError
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
Value delta_from_micros(Thread *th, Type *type, Micros us);
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
