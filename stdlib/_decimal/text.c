// SPDX-License-Identifier: MIT
// Numbers as text: parsing, scientific and engineering notation (number.h).
#include "stdlib/_decimal/number.h"

#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Does s begin with the lower-case word, in any case?
static bool word_at(const char *s, const char *end, const char *word) {
    for (; *word; word++, s++)
        if (s == end || (*s | 0x20) != *word) return false;
    return true;
}

// n digits, some of them separated by one point, as a coefficient.
static bool parse_digits(Num *r, const char *s, const char *end, int64_t n, uint32_t *st) {
    while (s < end && (*s == '0' || *s == '.')) n -= *s++ == '0';
    if (n <= SMALL_DIGITS) {
        // Words of up to 19 digits each.
        uint64_t word[2] = {0, 0};
        int64_t first = n > 19 ? n - 19 : 0;
        for (int64_t i = 0; s < end; s++) {
            if (*s == '.') continue;
            uint64_t *w = &word[i++ >= first];
            *w = *w * 10 + (uint64_t)(*s - '0');
        }
        num_set_small(r, r->neg, (u128)word[0] * 10000000000000000000u + word[1], r->exp);
        return true;
    }
    bool neg = r->neg;
    int64_t exp = r->exp;
    if (!num_room(r, n * 4, st)) return false;
    char *text = malloc((size_t)n + 1), *to = text;
    if (!text) {
        num_invalid(r, ST_MEMORY, st);
        return false;
    }
    for (; s < end; s++)
        if (*s != '.') *to++ = *s;
    *to = 0;
    mpz_t z;
    mpz_init_set_str(z, text, 10);
    free(text);
    num_set_mpz(r, neg, z, exp);
    return true;
}

static bool parse_special(Num *r, const char *s, const char *end, uint32_t *st) {
    bool neg = r->neg;
    if (word_at(s, end, "inf")) {
        s += 3;
        if (s != end && !(word_at(s, end, "inity") && s + 5 == end)) return false;
        num_set_special(r, NUM_INFINITE, neg);
        return true;
    }
    bool signalling = s < end && (*s | 0x20) == 's';
    s += signalling;
    if (!word_at(s, end, "nan")) return false;
    s += 3;
    for (const char *p = s; p < end; p++)
        if (!is_digit(*p)) return false;
    r->exp = 0;
    if (!parse_digits(r, s, end, end - s, st)) return true;
    if (!num_is_big(r) && r->c == 0) r->digits = 0;
    r->kind = signalling ? NUM_SNAN : NUM_QNAN;
    return true;
}

void num_parse(Num *r, const char *s, size_t len, uint32_t *st) {
    const char *end = s + len, *start, *point = NULL;
    r->neg = false;
    if (s < end && (*s == '+' || *s == '-')) r->neg = *s++ == '-';
    start = s;
    int64_t n = 0, exp = 0;
    for (; s < end; s++) {
        if (is_digit(*s)) n++;
        else if (*s == '.' && !point) point = s;
        else break;
    }
    if (n == 0) {
        if (s != start || !parse_special(r, s, end, st)) num_invalid(r, ST_CONVERSION_SYNTAX, st);
        return;
    }
    const char *digits_end = s;
    if (s < end) {
        bool ok = (*s | 0x20) == 'e', neg = false;
        s++;
        if (s < end && (*s == '+' || *s == '-')) neg = *s++ == '-';
        ok = ok && s < end;
        for (; s < end && ok; s++) {
            ok = is_digit(*s);
            exp = exp * 10 + (*s - '0');
            if (exp > MAX_EMAX * 4) exp = MAX_EMAX * 4;   // beyond all limits stays there
        }
        if (!ok) {
            num_invalid(r, ST_CONVERSION_SYNTAX, st);
            return;
        }
        if (neg) exp = -exp;
    }
    r->exp = point ? exp - (digits_end - point - 1) : exp;
    parse_digits(r, start, digits_end, n, st);
}

void num_fit_exact(Num *r, uint32_t *st) {
    if (num_is_special(r)) {
        if (r->digits > MAX_PREC) {
            num_free(r);
            num_invalid(r, ST_PLAIN_INVALID, st);
        }
        return;
    }
    if (r->exp >= MIN_ETINY && num_adjusted(r) <= MAX_EMAX && num_adjusted(r) >= MIN_ETINY && (!num_is_zero(r) || r->exp <= MAX_EMAX)) return;
    num_free(r);
    num_invalid(r, ST_PLAIN_INVALID, st);
}

// ---- to text ------------------------------------------------------------------------------------------------------------------------

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869"
                            "707172737475767778798081828384858687888990919293949596979899";

// The n lowest digits of v.
static void word_digits(uint64_t v, char *to, int64_t n) {
    for (; n >= 2; n -= 2, v /= 100) memcpy(to + n - 2, pairs + v % 100 * 2, 2);
    if (n) to[0] = (char)('0' + v % 10);
}

void num_digits_text(const Num *a, char *to) {
    if (!num_is_big(a)) {
        int64_t n = a->digits;
        if (n <= 19) word_digits((uint64_t)a->c, to, n);
        else {
            uint64_t high = (uint64_t)(a->c / 10000000000000000000u);
            word_digits((uint64_t)a->c - high * 10000000000000000000u, to + n - 19, 19);
            word_digits(high, to, n - 19);
        }
        return;
    }
    char *text = mpz_get_str(NULL, 10, a->z);   // may need a byte more than the digits
    memcpy(to, text, (size_t)a->digits);
    free(text);
}

char *num_text(const Num *a, int flags, char *small, size_t small_size, size_t *len) {
    if (num_is_big(a) && !num_room(&(Num){0}, a->digits * 3, &(uint32_t){0})) return NULL;
    // A plain number has at most 6 zeros in front; else point, E, sign, 19 digits of the exponent.
    size_t need = (size_t)a->digits + 40;
    char *text = need <= small_size ? small : malloc(need), *p = text;
    if (!text) return NULL;
    if (a->neg) *p++ = '-';
    if (num_is_special(a)) {
        const char *word = a->kind == NUM_INFINITE ? "Infinity" : a->kind == NUM_QNAN ? "NaN" : "sNaN";
        p = stpcpy(p, word);
        if (a->digits) num_digits_text(a, p);
        *len = (size_t)(p - text) + (size_t)a->digits;
        return text;
    }
    int64_t adjusted = num_adjusted(a), digits = a->digits, point, exp = 0;   // digits before the point; what stands behind E
    if (a->exp <= 0 && adjusted >= -6) point = digits + a->exp;
    else if (!(flags & TEXT_ENG)) {
        point = 1;
        exp = adjusted;
    } else {
        // One to three digits before the point; a zero shows the places that its exponent has.
        int64_t left = adjusted + 1 + (num_is_zero(a) ? 1 : -1), places = left % 3;
        if (places < 0) places += 3;
        point = places + (num_is_zero(a) ? -1 : 1);
        exp = a->exp + digits - point;
    }
    if (point <= 0) {
        *p++ = '0';
        *p++ = '.';
        for (int64_t i = point; i < 0; i++) *p++ = '0';
        num_digits_text(a, p);
        p += digits;
    } else if (point >= digits) {
        num_digits_text(a, p);
        p += digits;
        for (int64_t i = digits; i < point; i++) *p++ = '0';
    } else {
        num_digits_text(a, p + 1);
        memmove(p, p + 1, (size_t)point);
        p[point] = '.';
        p += digits + 1;
    }
    if (exp) {
        *p++ = flags & TEXT_CAPITALS ? 'E' : 'e';
        *p++ = exp < 0 ? '-' : '+';
        uint64_t e = exp < 0 ? (uint64_t)-exp : (uint64_t)exp;
        int n = num_digits(e);
        word_digits(e, p, n);
        p += n;
    }
    *len = (size_t)(p - text);
    return text;
}
