// SPDX-License-Identifier: MIT
#include "stdlib/duration.h"

#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/int.h"

#include <math.h>

bool duration_check(Value v) { return value_is_float(v) || index_check(v); }

static int out_of_range(Thread *th) {
    raise_error(th, &exc_OverflowError, "timestamp out of range for C PyTime_t");
    return -1;
}

static double rounded(double d, DurationRounding how) {
    switch (how) {
    case DURATION_FLOOR: return floor(d);
    case DURATION_CEILING: return ceil(d);
    default: return d < 0 ? floor(d) : ceil(d);
    }
}

int duration_as_ns(Thread *th, Value v, int64_t unit, DurationRounding rounding, int64_t *ns) {
    if (value_is_float(v)) {
        double d = float_value(v);
        if (isnan(d)) {
            raise_value_error(th, "Invalid value NaN (not a number)");
            return -1;
        }
        d = rounded(d * (double)unit, rounding);
        if (!(d >= -0x1p63 && d < 0x1p63)) return out_of_range(th);
        *ns = (int64_t)d;
        return 0;
    }
    int64_t n;
    if (!index_check(v)) {
        raise_type_error(th, "'%Q' object cannot be interpreted as an integer or float", v);
        return -1;
    }
    if (number_as_i64(th, v, &n) < 0) return error_clear_if(th, &exc_OverflowError) ? out_of_range(th) : -1;
    return __builtin_mul_overflow(n, unit, ns) ? out_of_range(th) : 0;
}
