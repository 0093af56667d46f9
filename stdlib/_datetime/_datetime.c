// SPDX-License-Identifier: MIT
// _datetime: the module. Types and their constants are made once per process and immortal.
#include "core/object/dict.h"
#include "gc/gc.h"
#include "stdlib/_datetime/datetime_int.h"

// Puts a constant into a static type's own dict. Takes over v.
static int constant(Thread *th, Type *t, const char *name, Value v) {
    if (!v) return -1;
    object_make_immortal(value_object(v));
    return dict_set_str(th, t->dict, name, v);
}

static int make_constants(Thread *th) {
    const int first[5] = {0}, last[5] = {23, 59, 59, 999999, 0};
    Value zero = delta_new(th, 0, 0, 0), z;
    if (!zero || constant(th, &type_dt_delta, "resolution", delta_new(th, 0, 0, 1)) || constant(th, &type_dt_delta, "min", delta_new(th, -MAX_DELTA_DAYS, 0, 0)) ||
        constant(th, &type_dt_delta, "max", delta_new(th, MAX_DELTA_DAYS, 86399, 999999)))
        return -1;
    if (constant(th, &type_dt_date, "min", date_make(th, &type_dt_date, 1, 1, 1)) || constant(th, &type_dt_date, "max", date_make(th, &type_dt_date, 9999, 12, 31)) ||
        constant(th, &type_dt_date, "resolution", delta_new(th, 1, 0, 0)))
        return -1;
    if (constant(th, &type_dt_time, "min", time_make(th, &type_dt_time, first, VALUE_NONE)) || constant(th, &type_dt_time, "max", time_make(th, &type_dt_time, last, VALUE_NONE)) ||
        constant(th, &type_dt_time, "resolution", delta_new(th, 0, 0, 1)))
        return -1;
    if (constant(th, &type_dt_datetime, "min", datetime_make(th, &type_dt_datetime, 1, 1, 1, first, VALUE_NONE)) ||
        constant(th, &type_dt_datetime, "max", datetime_make(th, &type_dt_datetime, 9999, 12, 31, last, VALUE_NONE)) ||
        constant(th, &type_dt_datetime, "resolution", delta_new(th, 0, 0, 1)))
        return -1;
    if (!(z = timezone_new(th, zero, NO_VALUE)) || constant(th, &type_dt_timezone, "utc", z)) return -1;
    object_make_immortal(value_object(zero));
    timezone_utc = z;
    for (int sign = -1; sign <= 1; sign += 2) {
        Value offset = delta_new(th, 0, sign * (23 * 3600 + 59 * 60), 0), zone = offset ? timezone_new(th, offset, NO_VALUE) : NO_VALUE;
        decref(th, offset);
        if (constant(th, &type_dt_timezone, sign < 0 ? "min" : "max", zone)) return -1;
    }
    return 0;
}

static int datetime_exec(Thread *th, Value module) {
    Type *const types[] = {&type_dt_date, &type_dt_datetime, &type_dt_time, &type_dt_delta, &type_dt_tzinfo, &type_dt_timezone};
    if (type_ready(th, &type_dt_isocalendar) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (module_add_type(th, module, types[i]) < 0) return -1;
    if (!timezone_utc && make_constants(th) < 0) return -1;
    if (module_add_int(th, module, "MINYEAR", MIN_YEAR) < 0 || module_add_int(th, module, "MAXYEAR", MAX_YEAR) < 0) return -1;
    return module_add(th, module, "UTC", timezone_utc);
}

const ModuleDef module__datetime = {"_datetime", "Fast implementation of the datetime module.", NULL, datetime_exec};
