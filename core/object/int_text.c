// SPDX-License-Identifier: MIT
// int: text to int and back, repr, and int.__format__. The limit on decimal digits (sys.set_int_max_str_digits) is one word, read
// relaxed.
#include <stdio.h>

#include "core/base/dtoa.h"
#include "core/base/unicode.h"
#include "core/object/bytes.h"
#include "core/object/buffer.h"
#include "core/object/float.h"
#include "core/object/format.h"
#include "core/object/int_limbs.h"
#include "core/object/str.h"

static int digit_value(unsigned char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static bool is_space(unsigned char c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F); }

// ---- text to int --------------------------------------------------------------------------------------------------------------------

// Digits (values below base, n of them, most significant first) to an int.
static Value from_digits(Thread *th, const uint8_t *d, size_t n, int base, bool neg) {
    while (n && *d == 0) d++, n--;
    if (n <= 12) { // 36^12 < 2^62
        uint64_t v = 0;
        for (size_t i = 0; i < n; i++) v = v * (unsigned)base + d[i];
        return int_from_i64(th, neg ? -(int64_t)v : (int64_t)v);
    }
    unsigned bits = 64 - (unsigned)__builtin_clzll((uint64_t)base); // an upper bound per digit
    Int *r = int_raw_new(th, n * bits / 64 + 2);
    if (!r) return NO_VALUE;
    mp_size_t rn = mpn_set_str((mp_limb_t *)r->limbs, d, n, base);
    return int_finish(th, r, (size_t)rn, neg);
}

// Are all n bytes decimal digits? Eight at a time.
static bool all_decimal(const char *p, size_t n) {
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        if ((v & 0xF0F0F0F0F0F0F0F0u) != 0x3030303030303030u || ((v + 0x0606060606060606u) & 0xF0F0F0F0F0F0F0F0u) != 0x3030303030303030u) return false;
    }
    for (; n; p++, n--)
        if (*p < '0' || *p > '9') return false;
    return true;
}

static int too_many_digits(Thread *th, int limit, size_t count) {
    raise_value_error(th, "Exceeds the limit (%d digits) for integer string conversion: value has %zd digits; use sys.set_int_max_str_digits() to increase the limit",
                      limit, (intptr_t)count);
    return -1;
}

// Parses p[0..n). 1: *out is the int; 0: not an int; -1: exception set.
static int parse_int(Thread *th, const char *p, size_t n, int base, Value *out) {
    const char *end = p + n;
    bool neg = false;
    while (p < end && is_space((unsigned char)*p)) p++;
    while (p < end && is_space((unsigned char)end[-1])) end--;
    if (p < end && (*p == '-' || *p == '+')) neg = *p++ == '-';
    bool only_zeros = false;
    char prefix = p + 1 < end && *p == '0' ? (char)(p[1] | 32) : 0;
    int prefix_base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 0;
    if (base == 0) {
        if (prefix_base) base = prefix_base;
        else {
            base = 10;
            only_zeros = p < end && *p == '0';
        }
    }
    if (prefix_base && prefix_base == base) {
        p += 2;
        if (p < end && *p == '_') p++;
    }
    if (p == end) return 0;
    int limit = atomic_load_relaxed(&int_max_str_digits);
    if (base == 10 && limit && end - p > limit && end - p > INT_MAX_STR_DIGITS_THRESHOLD && !only_zeros && all_decimal(p, (size_t)(end - p)))
        return too_many_digits(th, limit, (size_t)(end - p)); // before work that grows with the length
    uint8_t small[128], *digits = (size_t)(end - p) <= sizeof small ? small : mem_alloc(th, (size_t)(end - p));
    if (!digits) return -1;
    size_t count = 0;
    bool underscore = true, ok = true; // an underscore may only follow a digit
    for (; p < end && ok; p++) {
        if (*p == '_') {
            ok = !underscore;
            underscore = true;
            continue;
        }
        int d = digit_value((unsigned char)*p);
        ok = d < base && !(only_zeros && d);
        digits[count++] = (uint8_t)d;
        underscore = false;
    }
    if (underscore) ok = false;
    int r = 0;
    if (ok && (base & (base - 1)) && limit && count > (size_t)limit && count > INT_MAX_STR_DIGITS_THRESHOLD) {
        r = too_many_digits(th, limit, count);
    } else if (ok) {
        *out = from_digits(th, digits, count, base, neg);
        r = *out ? 1 : -1;
    }
    if (digits != small) mem_free(digits);
    return r;
}

static Value invalid_literal(Thread *th, int base, Value shown) {
    Value repr = object_repr(th, shown);
    if (!repr) return NO_VALUE;
    Value cut = AS(Str, repr)->len > 200 ? str_substring(th, repr, 0, 200) : new_ref(th, repr);
    if (cut) raise_value_error(th, "invalid literal for int() with base %d: %U", base, cut);
    decref(th, cut);
    decref(th, repr);
    return NO_VALUE;
}

Value int_from_text(Thread *th, const char *digits, size_t n, int base) {
    Value v = NO_VALUE;
    int r = parse_int(th, digits, n, base, &v);
    if (r == 0) {
        Value s = str_from_utf8(th, digits, n);
        if (s) invalid_literal(th, base, s);
        decref(th, s);
    }
    return v;
}

char *number_text_ascii(Thread *th, Value str, char *small, size_t small_size, size_t *len) {
    Str *s = AS(Str, str);
    *len = s->len;
    if ((atomic_load_relaxed(&s->flags) & STR_ASCII)) return str_data(s);
    char *buf = s->len <= small_size ? small : mem_alloc(th, s->len);
    if (!buf) return NULL;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        int d = c < 128 ? -1 : unicode_decimal_value(c);
        buf[i] = c < 128 ? (char)c : d >= 0 ? (char)('0' + d) : unicode_is_space(c) ? ' ' : '?';
    }
    return buf;
}

Value int_from_text_object(Thread *th, Value x, int base) {
    Value v = NO_VALUE;
    int r;
    if (value_is_str(x)) {
        char small[256];
        size_t n;
        char *p = number_text_ascii(th, x, small, sizeof small, &n);
        if (!p) return NO_VALUE;
        r = parse_int(th, p, n, base, &v);
        if (p != small && p != (char *)str_data(AS(Str, x))) mem_free(p);
    } else {
        Buffer b;
        if (buffer_get_stable(th, x, &b) < 0) return NO_VALUE;
        r = parse_int(th, (const char *)b.buf, b.len, base, &v);
        if (r == 0) { // messages show bytes
            Value copy = bytes_new(th, b.buf, b.len);
            buffer_release(th, &b);
            if (copy) invalid_literal(th, base, copy);
            decref(th, copy);
            return NO_VALUE;
        }
        buffer_release(th, &b);
    }
    return r == 0 ? invalid_literal(th, base, x) : v;
}

// ---- int to text --------------------------------------------------------------------------------------------------------------------

static const char digit_chars[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static size_t u64_digits(uint64_t m, int base, char *end) {
    char *p = end;
    if (base == 10) do *--p = (char)('0' + m % 10); while (m /= 10);
    else if (base == 16) do *--p = digit_chars[m & 15]; while (m >>= 4);
    else do *--p = digit_chars[m % (unsigned)base]; while (m /= (unsigned)base);
    return (size_t)(end - p);
}

size_t int_text_i64(int64_t i, char text[INT_TEXT_MAX]) {
    char digits[INT_TEXT_MAX];
    size_t neg = i < 0, n = u64_digits(neg ? -(uint64_t)i : (uint64_t)i, 10, digits + sizeof digits);
    text[0] = '-';
    memcpy(text + neg, digits + sizeof digits - n, n);
    return neg + n;
}

// The magnitude's digits into *buf (small, or a block to be mem_free'd). Their number, or 0 with an exception set.
static size_t int_digits(Thread *th, Value v, int base, char small[72], char **buf, char **start) {
    IntView w;
    int_view(v, &w);
    *buf = small;
    if (w.n <= 1) {
        size_t n = u64_digits(w.n ? w.d[0] : 0, base, small + 72);
        *start = small + 72 - n;
        return n;
    }
    int limit = atomic_load_relaxed(&int_max_str_digits);
    bool limited = limit && (base & (base - 1));
    mpz_t z;
    int_view_mpz(&w, z);
    size_t cap = mpz_sizeinbase(z, base); // exact, or one too much
    if (limited && cap > (size_t)limit + 1) goto too_long;
    uint8_t *out = mem_alloc(th, cap + 2);
    uint64_t *copy = out ? mem_alloc(th, (w.n + 1) * 8) : NULL; // mpn_get_str may overwrite its operand
    if (!copy) {
        mem_free(out);
        return 0;
    }
    memcpy(copy, w.d, w.n * 8);
    size_t n = mpn_get_str(out, base, (mp_limb_t *)copy, (mp_size_t)w.n), skip = 0;
    mem_free(copy);
    while (skip + 1 < n && out[skip] == 0) skip++;
    if (limited && n - skip > (size_t)limit) {
        mem_free(out);
        goto too_long;
    }
    for (size_t i = skip; i < n; i++) out[i] = (uint8_t)digit_chars[out[i]];
    *buf = (char *)out;
    *start = (char *)out + skip;
    return n - skip;
too_long:
    raise_value_error(th, "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", limit);
    return 0;
}

static const char *base_prefix(int base) { return base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : ""; }

Value int_to_str(Thread *th, Value v, int base, bool prefix) {
    char small[72], *buf, *start;
    size_t n = int_digits(th, v, base, small, &buf, &start);
    if (!n) return NO_VALUE;
    const char *pre = prefix ? base_prefix(base) : "";
    size_t n_pre = strlen(pre), neg = int_sign(v) < 0;
    Str *s = str_new_raw(th, neg + n_pre + n, 127);
    if (s) {
        char *p = str_data(s);
        if (neg) *p++ = '-';
        memcpy(p, pre, n_pre);
        memcpy(p + n_pre, start, n);
    }
    if (buf != small) mem_free(buf);
    return VALUE_OF(s);
}

Value int_slot_repr(Thread *th, Value self) {
    if (LIKELY(value_is_imm_int(self))) {
        int64_t i = value_imm_int_get(self);
        if ((uint64_t)i < 10) return str_from_char(th, (uint32_t)('0' + i));
    }
    return int_to_str(th, self, 10, false);
}

// ---- format -------------------------------------------------------------------------------------------------------------------------

static Value format_char(Thread *th, Value v, FormatSpec *f) {
    if (f->sign) return raise_value_error(th, "Sign not allowed with integer format specifier 'c'");
    if (f->alternate) return raise_value_error(th, "Alternate form (#) not allowed with integer format specifier 'c'");
    int64_t c;
    if (int_as_i64(th, v, &c) < 0) return NO_VALUE;
    if (c < 0 || c > 0x10FFFF) return raise_error(th, &exc_OverflowError, "%%c arg not in range(0x110000)");
    Value text = str_from_char(th, (uint32_t)c);
    if (!text) return NO_VALUE;
    if (f->align == '=') f->align = '>';
    Value r = format_pad(th, f, text);
    decref(th, text);
    return r;
}

static Value int_format_with(Thread *th, Value self, FormatSpec *f) {
    int base = 10;
    switch (f->type) {
    case 'b': base = 2; break;
    case 'o': base = 8; break;
    case 'x': case 'X': base = 16; break;
    case 'c': case 'd': case 'n': break;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%': {
        double d = int_as_double(th, self);
        if (d == -1.0 && error_pending(th)) return NO_VALUE;
        return float_format_with(th, d, self, f);
    }
    default: return format_unknown_code(th, f->type, self);
    }
    if (f->precision >= 0 || f->frac_grouping) {
        if (f->precision >= 0) return raise_value_error(th, "Precision not allowed in integer format specifier");
    }
    if (f->no_neg_0) return raise_value_error(th, "Negative zero coercion (z) not allowed in integer format specifier");
    if (f->type == 'c') return format_char(th, self, f);
    char small[72], *buf, *start;
    size_t n = int_digits(th, self, base, small, &buf, &start);
    if (!n) return NO_VALUE;
    if (f->type == 'X') for (size_t i = 0; i < n; i++) if (start[i] >= 'a') start[i] = (char)(start[i] - 32);
    FormatNumber num = {
        .negative = int_sign(self) < 0, .prefix = f->alternate ? (f->type == 'X' ? "0X" : base_prefix(base)) : "",
        .digits = start, .n_digits = n, .rest = "", .group = base == 10 ? 3 : 4,
    };
    Value r = format_number(th, f, &num, f->type == 'n');
    if (buf != small) mem_free(buf);
    return r;
}

Value int_format_spec(Thread *th, Value self, Value spec) {
    if (AS(Str, spec)->len == 0) return value_is_exact(self, &type_int) ? int_to_str(th, self, 10, false) : object_str(th, self);
    FormatSpec f;
    if (format_parse_spec(th, spec, self, 'd', '>', &f) < 0) return NO_VALUE;
    return int_format_with(th, self, &f);
}
