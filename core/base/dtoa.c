// SPDX-License-Identifier: MIT
// Floats to text and back. Shortest digits: Schubfach with a 128-bit table. Fixed precision and hard parses go to
// the C library, whose results are correctly rounded; its locale never shows. The one piece of state is the "C" locale
// object, made once (pthread_once).
// Sources: R. Giulietti, The Schubfach way to render doubles (2020); W. Clinger, How to read floating point numbers
// accurately (1990).
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // strtod_l
#endif
#include "core/base/dtoa.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/dtoa_int.h"

// ---- text to float --------------------------------------------------------------------------------------------------

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void c_locale_init(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static double parse_hard(const char *text, size_t len, bool *failed) {
    char small[512], *copy = len < sizeof small ? small : malloc(len + 1);
    *failed = copy == NULL;
    if (!copy) return 0;
    memcpy(copy, text, len);
    copy[len] = 0;
    pthread_once(&c_locale_once, c_locale_init);
    double v = c_locale ? strtod_l(copy, NULL, c_locale) : strtod(copy, NULL);
    if (copy != small) free(copy);
    return v;
}

static size_t match_word(const char *p, const char *end, const char *word) {
    size_t n = 0;
    for (; word[n]; n++)
        if (p + n == end || (p[n] | 32) != word[n]) return 0;
    return n;
}

static inline bool is_digit(const char *p, const char *end) {
    return p < end && (unsigned char)(*p - '0') < 10;
}

size_t double_parse_prefix(const char *text, size_t len, double *out) {
    static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *p = text, *end = text + len;
    bool negative = false;
    if (p < end && (*p == '-' || *p == '+')) negative = *p++ == '-';
    if (p < end && !is_digit(p, end) && *p != '.') {
        size_t n = match_word(p, end, "infinity");
        if (!n) n = match_word(p, end, "inf");
        double v = HUGE_VAL;
        if (!n) n = match_word(p, end, "nan"), v = NAN;
        if (!n) return 0;
        *out = copysign(v, negative ? -1.0 : 1.0);
        return (size_t)(p + n - text);
    }
    uint64_t mantissa = 0;
    int significant = 0; // digits in mantissa, leading zeros not counted
    int64_t scale = 0;   // power of ten to apply to mantissa
    bool any = false;
    for (; is_digit(p, end); p++) {
        any = true;
        if (significant || *p != '0') {
            if (++significant <= 19) mantissa = mantissa * 10 + (uint64_t)(*p - '0');
            else scale++;
            if (significant > 1000) significant = 1000;
        }
    }
    if (p < end && *p == '.') {
        const char *q = p + 1;
        for (; is_digit(q, end); q++) {
            any = true;
            if (significant || *q != '0') {
                if (++significant <= 19) mantissa = mantissa * 10 + (uint64_t)(*q - '0'), scale--;
                if (significant > 1000) significant = 1000;
            } else {
                scale--;
            }
        }
        if (any) p = q;
    }
    if (!any) return 0;
    if (p < end && (*p | 32) == 'e') {
        const char *q = p + 1;
        bool minus = false;
        if (q < end && (*q == '-' || *q == '+')) minus = *q++ == '-';
        if (is_digit(q, end)) {
            int64_t e = 0;
            for (; is_digit(q, end); q++)
                if (e < 100000000) e = e * 10 + (*q - '0');
            scale += minus ? -e : e;
            p = q;
        }
    }
    double v;
    if (significant == 0) {
        v = 0.0;
    } else if (significant <= 19 && mantissa <= 1ull << 53 && scale >= -22 && scale <= 22) {
        // Both operands are exact, so the one rounding of the operation is the correct one.
        v = (double)mantissa;
        if (scale < 0) v /= exact[-scale];
        else v *= exact[scale];
    } else {
        const char *start = *text == '-' || *text == '+' ? text + 1 : text;
        bool failed;
        v = parse_hard(start, (size_t)(p - start), &failed);
        if (failed) return 0;
    }
    *out = negative ? -v : v;
    return (size_t)(p - text);
}

// ---- shortest digits ------------------------------------------------------------------------------------------------

// The 128 by 64 bit product's top word, its lowest bit set when anything below was not zero.
static inline uint64_t round_to_odd(uint64_t high, uint64_t low, uint64_t x) {
    unsigned __int128 a = (unsigned __int128)low * x;
    unsigned __int128 b = (unsigned __int128)high * x + (uint64_t)(a >> 64);
    return (uint64_t)(b >> 64) | ((uint64_t)b > 1);
}

// Finds the decimal c * 10^k of fewest digits in v's rounding interval, nearest to v among those.
static uint64_t schubfach(uint64_t fraction, int biased, int *exponent) {
    uint64_t c = biased ? fraction | 1ull << 52 : fraction;
    int q = (biased ? biased : 1) - 1075;
    if (q <= 0 && q > -53 && (c & ((1ull << -q) - 1)) == 0) { // an integer: its own digits
        *exponent = 0;
        return c >> -q;
    }
    bool even = (c & 1) == 0, closer = fraction == 0 && biased > 1; // closer: the gap below is half the one above
    uint64_t lower = 4 * c - 2 + closer, middle = 4 * c, upper = 4 * c + 2;
    int k = (q * 1262611 - (closer ? 524031 : 0)) >> 22;            // floor(log10(2^q or 3/4 2^q))
    int h = q + ((-k * 1741647) >> 19) + 1;                         // 1 <= h <= 4
    const uint64_t *g = dtoa_pow10[292 - k];
    lower = round_to_odd(g[0], g[1], lower << h);
    middle = round_to_odd(g[0], g[1], middle << h);
    upper = round_to_odd(g[0], g[1], upper << h);
    lower += !even; // the ends belong to the interval of an even c only
    upper -= !even;
    uint64_t s = middle / 4;
    if (s >= 10) {
        uint64_t t = s / 10;
        bool below = lower <= 40 * t, above = 40 * t + 40 <= upper;
        if (below != above) {
            *exponent = k + 1;
            return t + above;
        }
    }
    bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    *exponent = k;
    if (below != above) return s + above;
    uint64_t half = 4 * s + 2;
    return s + (middle > half || (middle == half && (s & 1)));
}

static const char two_digits[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                 "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                 "8081828384858687888990919293949596979899";

int double_shortest_digits(double v, char digits[17], int *exponent) {
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    int k;
    uint64_t c = schubfach(bits & ((1ull << 52) - 1), (int)(bits >> 52 & 0x7FF), &k);
    char text[20];
    int at = 20;
    while (c >= 100) {
        memcpy(text + (at -= 2), two_digits + 2 * (c % 100), 2);
        c /= 100;
    }
    if (c >= 10) memcpy(text + (at -= 2), two_digits + 2 * c, 2);
    else text[--at] = (char)('0' + c);
    int n = 20 - at;
    *exponent = n + k;
    while (n > 1 && text[at + n - 1] == '0') n--;
    memcpy(digits, text + at, (size_t)n);
    return n;
}

// ---- layout ---------------------------------------------------------------------------------------------------------

// Text that may not fit: counts all of it, keeps what there is room for.
typedef struct Out {
    char *buf;
    size_t size, len;
} Out;

static void put(Out *o, const char *text, size_t n) {
    if (o->len < o->size) memcpy(o->buf + o->len, text, n < o->size - o->len ? n : o->size - o->len);
    o->len += n;
}

static void put_char(Out *o, char c) {
    if (o->len < o->size) o->buf[o->len] = c;
    o->len++;
}

static void put_zeros(Out *o, size_t n) {
    if (o->len < o->size) memset(o->buf + o->len, '0', n < o->size - o->len ? n : o->size - o->len);
    o->len += n;
}

// Lays out 0.DIGITS * 10^point, in exponent form or not; `shown` digits count from the first one, zeros fill up.
static void put_digits(Out *o, const char *digits, int n, int point, bool exponent, int shown, char e, unsigned flags) {
    if (exponent) {
        put_char(o, digits[0]);
        if (shown > 1 || (flags & DOUBLE_ALT)) put_char(o, '.');
        put(o, digits + 1, (size_t)(n - 1));
        if (shown > n) put_zeros(o, (size_t)(shown - n));
        int x = point - 1;
        char text[8];
        put(o, text, (size_t)snprintf(text, sizeof text, "%c%c%02d", e, x < 0 ? '-' : '+', abs(x)));
        return;
    }
    int used = 0;
    if (point <= 0) {
        put_char(o, '0');
    } else {
        used = n < point ? n : point;
        put(o, digits, (size_t)used);
        put_zeros(o, (size_t)(point - used));
    }
    int after = shown - point; // digits behind the point
    if (after > 0) {
        put_char(o, '.');
        int zeros = point < 0 ? (-point < after ? -point : after) : 0;
        put_zeros(o, (size_t)zeros);
        put(o, digits + used, (size_t)(n - used));
        int rest = after - zeros - (n - used);
        if (rest > 0) put_zeros(o, (size_t)rest);
    } else if (flags & DOUBLE_ADD_DOT_0) {
        put(o, ".0", 2);
    } else if (flags & DOUBLE_ALT) {
        put_char(o, '.');
    }
}

size_t double_repr_shortest(double v, char buf[32]) {
    return double_format(v, 'r', 0, DOUBLE_ADD_DOT_0, buf, 32);
}

static const uint64_t small_pow10[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000};
// v * 10^precision as an integer, halves to even, exactly: v is m * 2^-shift, so a product and a shift of 128 bits tell it. v >= 0. False: too large
// for that.
static bool scaled_exactly(double v, int precision, uint64_t *out) {
    if ((size_t)precision >= sizeof small_pow10 / sizeof *small_pow10 || !(v < 9007199254740992.0)) return false;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    int e = (int)(bits >> 52);
    uint64_t m = bits & 0xFFFFFFFFFFFFF;
    if (e) m |= (uint64_t)1 << 52;
    else e = 1;
    int shift = 1075 - e;       // positive, as v < 2^53
    unsigned __int128 x = (unsigned __int128)m * small_pow10[precision], q = 0;
    if (shift < 127) {
        unsigned __int128 rest = x & (((unsigned __int128)1 << shift) - 1), half = (unsigned __int128)1 << (shift - 1);
        q = x >> shift;
        if (rest > half || (rest == half && (q & 1))) q++;
    }   // else x, below 2^87, is less than half of it
    *out = (uint64_t)q;
    return q >> 64 == 0;
}
static bool fixed_digits(double v, int precision, char *out, int *n, int *point) {
    uint64_t q;
    if (!scaled_exactly(v, precision, &q)) return false;
    char text[24], *p = text + sizeof text;
    for (; q; q /= 10) *--p = (char)('0' + q % 10);
    int count = (int)(text + sizeof text - p);
    memcpy(out, p, (size_t)count);
    *n = count;
    *point = count - precision;
    return true;
}
bool double_round_small(double v, int digits, double *out) {
    uint64_t q;
    if (digits < 0 || !scaled_exactly(fabs(v), digits, &q) || q >> 53) return false;
    *out = copysign((double)q / (double)small_pow10[digits], v);    // both are exact, so the quotient is the nearest float
    return true;
}

// The digits of v rounded by the C library, in exponent form ("%.*e") or not. Text other than digits (the locale's
// point) is dropped; leading zeros too.
static char *rounded_digits(double v, bool exponent, int precision, char *small, size_t size, int *n, int *point) {
    if (!exponent && fixed_digits(v, precision, small, n, point)) return small;
    char *text = small;
    int len = snprintf(text, size, exponent ? "%.*e" : "%.*f", precision, v);
    if (len < 0) return NULL;
    if ((size_t)len >= size) {
        text = malloc((size_t)len + 1);
        if (!text) return NULL;
        snprintf(text, (size_t)len + 1, exponent ? "%.*e" : "%.*f", precision, v);
    }
    int count = 0, e = 0;
    for (char *p = text; *p; p++) {
        if (exponent && *p == 'e') {
            e = atoi(p + 1);
            break;
        }
        if (*p >= '0' && *p <= '9') text[count++] = *p;
    }
    *point = exponent ? e + 1 : count - precision;
    int zeros = 0;
    if (!exponent) {
        while (zeros < count && text[zeros] == '0') zeros++;
        memmove(text, text + zeros, (size_t)(count - zeros));
        *point -= zeros;
    }
    *n = count - zeros;
    return text;
}

size_t double_format(double v, char code, int precision, unsigned flags, char *buf, size_t size) {
    Out o = {buf, size, 0};
    bool upper = code >= 'A' && code <= 'Z';
    char kind = upper ? (char)(code + 32) : code;
    bool percent = kind == '%';
    if (percent) kind = 'f', v *= 100.0;
    if (precision > 1 << 30) return SIZE_MAX;
    if (!isfinite(v)) {
        if (!isnan(v) && v < 0) put_char(&o, '-');
        else if (flags & DOUBLE_SIGN) put_char(&o, '+');
        put(&o, isnan(v) ? (upper ? "NAN" : "nan") : upper ? "INF" : "inf", 3);
    } else {
        bool negative = signbit(v);
        double m = fabs(v);
        char small[400], *digits = small;
        int n = 0, point = 0, shown;
        bool exponent = false;
        if (kind == 'r') {
            if (m == 0) small[0] = '0', n = 1, point = 1;
            else n = double_shortest_digits(m, small, &point);
            exponent = point <= -4 || point > 16;
            shown = n;
        } else if (kind == 'f') {
            digits = rounded_digits(m, false, precision, small, sizeof small, &n, &point);
            shown = point + precision;
        } else {
            if (kind == 'g' && precision == 0) precision = 1;
            int count = kind == 'g' ? precision : precision + 1;
            digits = rounded_digits(m, true, count - 1, small, sizeof small, &n, &point);
            shown = n;
            exponent = true;
            if (kind == 'g') {
                exponent = point <= -4 || point > precision - (flags & DOUBLE_ADD_DOT_0 ? 1 : 0);
                if (!(flags & DOUBLE_ALT)) {
                    while (digits && n > 1 && digits[n - 1] == '0') n--;
                    shown = n;
                }
            }
        }
        if (!digits) return SIZE_MAX;
        if (negative && (flags & DOUBLE_NO_NEG_0)) {
            int i = 0;
            while (i < n && digits[i] == '0') i++;
            negative = i < n;
        }
        if (negative) put_char(&o, '-');
        else if (flags & DOUBLE_SIGN) put_char(&o, '+');
        put_digits(&o, digits, n, point, exponent, shown, upper ? 'E' : 'e', flags);
        if (digits != small) free(digits);
    }
    if (percent) put_char(&o, '%');
    if (o.len < size) buf[o.len] = 0;
    return o.len;
}
