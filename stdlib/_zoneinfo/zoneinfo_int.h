// SPDX-License-Identifier: MIT
// What the files of _zoneinfo share: the layout of a zone. All of it is constant once the zone is made. Seconds are those since 1970, of UTC or local as said.
#ifndef LADON_STDLIB_ZONEINFO_INT_H
#define LADON_STDLIB_ZONEINFO_INT_H
#include "stdlib/_datetime/datetime.h"

// A kind of local time: what the three methods of tzinfo answer, and the offset in seconds. Values owned.
typedef struct LocalTime { Value utcoff, dstoff, name; int64_t offset; } LocalTime;

// A day of each year and a time of it.
typedef struct YearDay {
    char    kind;             // 'M': month, week, weekday; 'J': day 1 to 365 without leap days; 'D': day 0 to 365
    uint8_t month, week, weekday;
    int16_t day;
    int32_t seconds;          // of local time, from midnight; may be negative or more than a day
} YearDay;

// The rule for the times behind the last transition.
typedef struct Rule {
    bool      changes;        // false: std always
    LocalTime std, dst;
    YearDay   start, end;     // of dst; each in the local time before it
    int64_t   dst_diff;       // dst.offset - std.offset
} Rule;

typedef struct Zone {
    Object     head;
    Value      key;           // NO_VALUE: from a file, without one
    Value      file_repr;     // Str, or NO_VALUE: not from a file
    bool       cached;        // came from the cache: so will its copy
    bool       fixed;         // the answers do not depend on the time
    uint32_t   ntypes;
    size_t     ntrans;
    LocalTime *types;
    int64_t   *utc;           // ntrans, ascending: when a type begins
    int64_t   *local[2];      // the same in local time, for fold 0 and 1
    uint8_t   *type_of;       // ntrans: which one
    LocalTime *before;        // the first transition; one of types, NULL: there is none
    Rule       after;
} Zone;

// ---- load.c
// Fills a new zone from an open file. 0 or -1.
int zone_load(Thread *th, Zone *z, Value load_data, Value file);
// Releases what zone_load made, or part of it.
void zone_unload(Thread *th, Zone *z);
// offsets in seconds; name borrowed. 0 or -1.
int local_time_init(Thread *th, LocalTime *t, int64_t utcoff, int64_t dstoff, Value name);

// ---- rule.c
// Reads a TZ string (bytes). 0, or -1: ValueError.
int rule_parse(Thread *th, Rule *r, Value tz);
void rule_release(Thread *th, Rule *r);
// The kind of local time at a local time, and at a UTC one, of that year. r changes.
const LocalTime *rule_at_local(const Rule *r, int64_t ts, int year, int fold);
const LocalTime *rule_at_utc(const Rule *r, int64_t ts, int year, int *fold);
#endif
