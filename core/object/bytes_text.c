// SPDX-License-Identifier: MIT
// Methods of bytes and bytearray that treat them as ASCII text: case, classes, padding, translation, hexadecimal, decoding.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"

static bool is_upper(uint8_t c) { return (unsigned)c - 'A' < 26; }
static bool is_lower(uint8_t c) { return (unsigned)c - 'a' < 26; }
static bool is_alpha(uint8_t c) { return is_upper(c | 0) || is_lower(c); }
static bool is_digit(uint8_t c) { return (unsigned)c - '0' < 10; }
static bool is_alnum(uint8_t c) { return is_alpha(c) || is_digit(c); }
static bool is_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }
static uint8_t to_lower(uint8_t c) { return is_upper(c) ? c + 32 : c; }
static uint8_t to_upper(uint8_t c) { return is_lower(c) ? c - 32 : c; }

// ---- case -----------------------------------------------------------------------------------------------------------------------------

enum { CASE_LOWER, CASE_UPPER, CASE_SWAP, CASE_TITLE, CASE_CAPITALIZE };
// Each in a loop of its own, without branches: the compiler makes vectors of it.
static void map_lower(uint8_t *restrict to, const uint8_t *restrict p, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] = p[i] ^ (uint8_t)((uint8_t)(p[i] - 'A') < 26) << 5;
}
static void map_upper(uint8_t *restrict to, const uint8_t *restrict p, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] = p[i] ^ (uint8_t)((uint8_t)(p[i] - 'a') < 26) << 5;
}
static Value map_case(Thread *th, Value self, int how) {
    BYTES_HOLD(v, self);
    size_t n = v.n;
    Value r = bytes_like(th, self, NULL, n);
    if (r == NO_VALUE || n == 0) return r;
    uint8_t *to = bytes_like_data(r);
    bool in_word = false;
    if (how == CASE_LOWER || how == CASE_UPPER) {
        (how == CASE_LOWER ? map_lower : map_upper)(to, v.p, n);
        return r;
    }
    for (size_t i = 0; i < n; i++) {
        uint8_t c = v.p[i];
        switch (how) {
        case CASE_SWAP: to[i] = is_upper(c) ? to_lower(c) : to_upper(c); break;
        case CASE_TITLE:
            to[i] = in_word ? to_lower(c) : to_upper(c);
            in_word = is_alpha(c);
            break;
        default: to[i] = i ? to_lower(c) : to_upper(c); break;
        }
    }
    return r;
}
Value bytes_meth_lower(Thread *th, Value self, Value *args) { return map_case(th, self, CASE_LOWER); }
Value bytes_meth_upper(Thread *th, Value self, Value *args) { return map_case(th, self, CASE_UPPER); }
Value bytes_meth_swapcase(Thread *th, Value self, Value *args) { return map_case(th, self, CASE_SWAP); }
Value bytes_meth_title(Thread *th, Value self, Value *args) { return map_case(th, self, CASE_TITLE); }
Value bytes_meth_capitalize(Thread *th, Value self, Value *args) { return map_case(th, self, CASE_CAPITALIZE); }

#define ALL_OF(name, test)                                             \
    Value bytes_meth_##name(Thread *th, Value self, Value *args) {     \
        BYTES_HOLD(v, self);                                           \
        for (size_t i = 0; i < v.n; i++)                               \
            if (!test(v.p[i])) return VALUE_FALSE;                     \
        return value_bool(v.n != 0);                                   \
    }
ALL_OF(isalpha, is_alpha)
ALL_OF(isalnum, is_alnum)
ALL_OF(isdigit, is_digit)
ALL_OF(isspace, is_space)
#undef ALL_OF

Value bytes_meth_isascii(Thread *th, Value self, Value *args) {
    BYTES_HOLD(v, self);
    return value_bool(ascii_all(v.p, v.n));
}
Value bytes_meth_islower(Thread *th, Value self, Value *args) {
    BYTES_HOLD(v, self);
    bool cased = false;
    for (size_t i = 0; i < v.n; i++) {
        if (is_upper(v.p[i])) return VALUE_FALSE;
        cased |= is_lower(v.p[i]);
    }
    return value_bool(cased);
}
Value bytes_meth_isupper(Thread *th, Value self, Value *args) {
    BYTES_HOLD(v, self);
    bool cased = false;
    for (size_t i = 0; i < v.n; i++) {
        if (is_lower(v.p[i])) return VALUE_FALSE;
        cased |= is_upper(v.p[i]);
    }
    return value_bool(cased);
}
Value bytes_meth_istitle(Thread *th, Value self, Value *args) {
    BYTES_HOLD(v, self);
    bool cased = false, in_word = false;
    for (size_t i = 0; i < v.n; i++) {
        if (is_upper(v.p[i])) {
            if (in_word) return VALUE_FALSE;
            in_word = cased = true;
        } else if (is_lower(v.p[i])) {
            if (!in_word) return VALUE_FALSE;
            cased = true;
        } else {
            in_word = false;
        }
    }
    return value_bool(cased);
}

// ---- padding --------------------------------------------------------------------------------------------------------------------------

// What is held with left and right copies of fill around it, and `from` bytes of it in front of the left padding (a sign).
static Value pad(Thread *th, Value self, const ByteHold *v, size_t left, size_t right, uint8_t fill, size_t from) {
    if (left == 0 && right == 0) return bytes_like_self(th, self, v);
    if (left > (size_t)INTPTR_MAX / 2 - v->n || right > (size_t)INTPTR_MAX / 2 - v->n) return raise_memory_error(th);
    Value r = bytes_like(th, self, NULL, left + v->n + right);
    if (r == NO_VALUE) return NO_VALUE;
    uint8_t *to = bytes_like_data(r);
    memcpy(to, v->p, from);
    memset(to + from, fill, left);
    memcpy(to + from + left, v->p + from, v->n - from);
    memset(to + left + v->n, fill, right);
    return r;
}

// The one byte of a fill argument. 0 or -1.
static int fill_arg(Thread *th, Value arg, const char *fname, uint8_t *fill) {
    if (!value_is_bytes(arg) && !value_is_bytearray(arg)) {
        raise_type_error(th, "%s() argument 2 must be a byte string of length 1, not %B", fname, arg);
        return -1;
    }
    ByteHold f;
    if (bytes_hold(th, arg, &f, BYTES_LOCK) < 0) return -1;
    size_t n = f.n;
    if (n == 1) *fill = f.p[0];
    bytes_drop(&f);
    if (n == 1) return 0;
    raise_type_error(th, "%s(): argument 2 must be a byte string of length 1, not a %s object of length %zu", fname,
                     value_is_bytes(arg) ? "bytes" : "bytearray", n);
    return -1;
}

static Value justify(Thread *th, Value self, Value *args, const char *fname, int how) {
    intptr_t width;
    uint8_t fill = ' ';
    if (text_ssize_arg(th, args[0], 0, &width) < 0) return NO_VALUE;
    if (args[1] != NO_VALUE && fill_arg(th, args[1], fname, &fill) < 0) return NO_VALUE;
    BYTES_HOLD(v, self);
    intptr_t n = (intptr_t)v.n;
    if (width <= n) return bytes_like_self(th, self, &v);
    intptr_t room = width - n, left = how < 0 ? 0 : how > 0 ? room : room / 2 + (room & width & 1);
    return pad(th, self, &v, (size_t)left, (size_t)(room - left), fill, 0);
}
Value bytes_meth_center(Thread *th, Value self, Value *args) { return justify(th, self, args, "center", 0); }
Value bytes_meth_ljust(Thread *th, Value self, Value *args) { return justify(th, self, args, "ljust", -1); }
Value bytes_meth_rjust(Thread *th, Value self, Value *args) { return justify(th, self, args, "rjust", 1); }

Value bytes_meth_zfill(Thread *th, Value self, Value *args) {
    intptr_t width;
    if (text_ssize_arg(th, args[0], 0, &width) < 0) return NO_VALUE;
    BYTES_HOLD(v, self);
    if (width <= (intptr_t)v.n) return bytes_like_self(th, self, &v);
    bool sign = v.n && (v.p[0] == '+' || v.p[0] == '-');
    return pad(th, self, &v, (size_t)width - v.n, 0, '0', sign);
}

Value bytes_meth_expandtabs(Thread *th, Value self, Value *args) {
    int tabsize = 8;
    if (args[0] != NO_VALUE && number_as_int(th, args[0], &tabsize) < 0) return NO_VALUE;
    BYTES_HOLD(v, self);
    uint8_t *out = NULL;
    size_t len = 0;
    for (int pass = 0; pass < 2; pass++) { // measure, then write
        size_t at = 0, column = 0;
        for (size_t i = 0; i < v.n; i++) {
            uint8_t c = v.p[i];
            size_t add = 1;
            if (c == '\t') {
                add = tabsize > 0 ? (size_t)tabsize - column % (size_t)tabsize : 0;
                if (at > (size_t)INTPTR_MAX - add) return raise_error(th, &exc_OverflowError, "result too long");
                if (out && at + add <= len) memset(out + at, ' ', add);
                column += add;
            } else {
                if (out && at < len) out[at] = c;
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
            at += add;
        }
        if (out) break;
        len = at;
        if (!(out = mem_alloc(th, len + 1))) return NO_VALUE;
        memset(out, 0, len);
    }
    Value r = bytes_like(th, self, out, len);
    mem_free(out);
    return r;
}

// ---- translation ----------------------------------------------------------------------------------------------------------------------

// table NULL: none.
static Value translate_in(Thread *th, Value self, const uint8_t *table, const bool *gone) {
    BYTES_HOLD(v, self);
    uint8_t *out = mem_alloc(th, v.n + 1);
    if (!out) return NO_VALUE;
    size_t n = 0;
    bool same = true;
    for (size_t i = 0; i < v.n; i++) {
        uint8_t c = v.p[i];
        if (gone[c]) {
            same = false;
            continue;
        }
        out[n] = table ? table[c] : c;
        same &= out[n++] == c;
    }
    Value r = same ? bytes_like_self(th, self, &v) : bytes_like(th, self, out, n);
    mem_free(out);
    return r;
}

Value bytes_meth_translate(Thread *th, Value self, Value *args) {
    Buffer t = {.obj = NO_VALUE}, d = {.obj = NO_VALUE};
    Value r = NO_VALUE;
    bool has_table = args[0] != VALUE_NONE, gone[256] = {false};
    if (has_table) {
        if (bytes_arg(th, args[0], &t) < 0) return NO_VALUE;
        if (t.len != 256) {
            raise_value_error(th, "translation table must be 256 characters long");
            goto done;
        }
    }
    if (args[1] != NO_VALUE && bytes_arg(th, args[1], &d) < 0) goto done;
    for (size_t i = 0; i < d.len; i++) gone[d.buf[i]] = true;
    r = translate_in(th, self, has_table ? t.buf : NULL, gone);
done:
    buffer_release(th, &t);
    buffer_release(th, &d);
    return r;
}

Value bytes_meth_maketrans(Thread *th, Value self, Value *args) {
    Buffer a, b;
    if (bytes_arg(th, args[0], &a) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (bytes_arg(th, args[1], &b) == 0) {
        if (a.len != b.len) {
            raise_value_error(th, "maketrans arguments must have same length");
        } else if ((r = bytes_new(th, NULL, 256)) != NO_VALUE) {
            uint8_t *p = AS(Bytes, r)->data;
            for (int i = 0; i < 256; i++) p[i] = (uint8_t)i;
            for (size_t i = 0; i < a.len; i++) p[a.buf[i]] = b.buf[i];
        }
        buffer_release(th, &b);
    }
    buffer_release(th, &a);
    return r;
}

// ---- hexadecimal ----------------------------------------------------------------------------------------------------------------------

static const char hex_digits[] = "0123456789abcdef";

static int hex_separator(Thread *th, Value sep, uint8_t *out) {
    intptr_t n = object_len(th, sep);
    if (n < 0) return -1;
    if (n != 1) {
        raise_value_error(th, "sep must be length 1.");
        return -1;
    }
    uint32_t c;
    if (value_is_str(sep)) c = str_char_at(STR(sep), 0);
    else if (value_is_bytes(sep)) c = AS(Bytes, sep)->data[0];
    else {
        raise_type_error(th, "sep must be str or bytes.");
        return -1;
    }
    if (c > 127) {
        raise_value_error(th, "sep must be ASCII.");
        return -1;
    }
    *out = (uint8_t)c;
    return 0;
}

Value hex_text(Thread *th, const uint8_t *p, size_t n, Value sep, Value per_sep) {
    uint8_t sep_char = 0;
    int group = 1;
    if (per_sep != NO_VALUE && number_as_int(th, per_sep, &group) < 0) return NO_VALUE;
    if (sep != NO_VALUE && hex_separator(th, sep, &sep_char) < 0) return NO_VALUE;
    if (n == 0) return str_empty;
    if (n > (size_t)INTPTR_MAX / 4) return raise_memory_error(th);
    size_t size = group < 0 ? (size_t)-(int64_t)group : (size_t)group;
    bool grouped = sep != NO_VALUE && group != 0 && size < n;
    size_t seps = grouped ? (n - 1) / size : 0;
    Str *s = str_new_raw(th, n * 2 + seps, 0x7F);
    if (!s) return NO_VALUE;
    char *to = str_data(s);
    if (!grouped) { // in vectors
        for (size_t i = 0; i < n; i++) {
            uint8_t high = p[i] >> 4, low = p[i] & 15;
            to[2 * i] = (char)(high + '0' + (high > 9 ? 'a' - '0' - 10 : 0));
            to[2 * i + 1] = (char)(low + '0' + (low > 9 ? 'a' - '0' - 10 : 0));
        }
        return VALUE_OF(s);
    }
    // Positive: groups are counted from the right.
    size_t first = grouped && group > 0 ? n - seps * size : size;
    for (size_t i = 0, left = first; i < n; i++) {
        if (left == 0) {
            *to++ = (char)sep_char;
            left = size;
        }
        left--;
        *to++ = hex_digits[p[i] >> 4];
        *to++ = hex_digits[p[i] & 15];
    }
    return VALUE_OF(s);
}

Value bytes_meth_hex(Thread *th, Value self, Value *args) {
    if (value_is_bytes(self)) return hex_text(th, AS(Bytes, self)->data, AS(Bytes, self)->len, args[0], args[1]);
    Buffer pin; // sep's len() may run Python: BufferError if that resizes self
    ByteHold v;
    if (buffer_get_native(th, self, &pin, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (bytes_hold(th, self, &v, BYTES_COPY) == 0) {
        r = hex_text(th, v.p, v.n, args[0], args[1]);
        bytes_drop(&v);
    }
    buffer_release(th, &pin);
    return r;
}

static int hex_value(uint32_t c) {
    if (c - '0' < 10) return (int)(c - '0');
    c |= 32;
    return c - 'a' < 6 ? (int)(c - 'a' + 10) : -1;
}

size_t hex_decode_pairs(const uint8_t *restrict p, size_t n, uint8_t *restrict out) {
    enum { BLOCK = 32 };
    size_t k = 0;
    // Whole blocks in vectors: first whether all are digits, then their values. Bit 6 tells letters from digits.
    for (; n - k >= BLOCK; k += BLOCK) {
        const uint8_t *from = p + 2 * k;
        uint8_t bad = 0;
        for (int i = 0; i < 2 * BLOCK; i++) bad = (uint8_t)(bad | ((uint8_t)(from[i] - '0') > 9 & (uint8_t)((from[i] | 32) - 'a') > 5));
        if (bad) break;
        for (int i = 0; i < BLOCK; i++) {
            uint8_t high = from[2 * i], low = from[2 * i + 1];
            high = (uint8_t)((high & 15) + (high & 64 ? 9 : 0));
            low = (uint8_t)((low & 15) + (low & 64 ? 9 : 0));
            out[k + (size_t)i] = (uint8_t)(high << 4 | low);
        }
    }
    for (; k < n; k++) {
        int high = hex_value(p[2 * k]), low = hex_value(p[2 * k + 1]);
        if ((high | low) < 0) break;
        out[k] = (uint8_t)(high << 4 | low);
    }
    return k;
}

// Decodes into out (room for n / 2). Returns the number of bytes, or -1 with ValueError.
static intptr_t hex_decode(Thread *th, const uint8_t *p, size_t n, uint8_t *out) {
    size_t i = 0, k = 0;
    bool line = true; // a run of digits may begin here
    while (i < n) {
        if (is_space(p[i])) {
            line = true;
            i++;
            continue;
        }
        if (line && n - i > 2 && !is_space(p[i + 2])) {
            size_t pairs = hex_decode_pairs(p + i, (n - i) / 2, out + k);
            line = false;
            i += 2 * pairs;
            k += pairs;
            if (pairs) continue;
        }
        int high = hex_value(p[i]), low = -1;
        if (high >= 0) {
            if (i + 1 >= n) {
                raise_value_error(th, "fromhex() arg must contain an even number of hexadecimal digits");
                return -1;
            }
            low = hex_value(p[i + 1]);
        }
        if (low < 0) {
            raise_value_error(th, "non-hexadecimal number found in fromhex() arg at position %zu", high < 0 ? i : i + 1);
            return -1;
        }
        out[k++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    return (intptr_t)k;
}

Value bytes_meth_fromhex(Thread *th, Value cls, Value *args) {
    Value x = args[0];
    Buffer b = {.obj = NO_VALUE};
    const uint8_t *p;
    size_t n;
    if (value_is_str(x)) {
        const Str *s = STR(x);
        if (!(s->flags & STR_ASCII)) {
            size_t i = 0;
            while (str_char_at(s, i) < 128) i++; // the first character that can't be right, unless an earlier one is wrong too
            for (size_t k = 0; k < i; k++) {
                uint32_t c = str_char_at(s, k);
                if (hex_value(c) < 0 && !is_space((uint8_t)c)) {
                    i = k;
                    break;
                }
            }
            return raise_value_error(th, "non-hexadecimal number found in fromhex() arg at position %zu", i);
        }
        p = str_data(s);
        n = s->len;
    } else if (buffer_check(x)) {
        if (bytes_arg(th, x, &b) < 0) return NO_VALUE;
        p = b.buf;
        n = b.len;
    } else {
        return raise_type_error(th, "fromhex() argument must be str or bytes-like, not %Q", x);
    }
    Value r = NO_VALUE;
    uint8_t *out = mem_alloc(th, n / 2 + 1);
    intptr_t k = out ? hex_decode(th, p, n, out) : -1;
    bool array = AS(Type, cls) == &type_bytearray || type_is_subtype(AS(Type, cls), &type_bytearray);
    if (k >= 0) r = array ? bytearray_new(th, out, (size_t)k) : bytes_new(th, out, (size_t)k);
    mem_free(out);
    buffer_release(th, &b);
    if (r != NO_VALUE && cls != VALUE_OF(&type_bytes) && cls != VALUE_OF(&type_bytearray)) {
        Value made = call1(th, cls, r);
        decref(th, r);
        return made;
    }
    return r;
}

// ---- decode ---------------------------------------------------------------------------------------------------------------------------

Value bytes_meth_decode(Thread *th, Value self, Value *args) {
    const char *encoding, *errors;
    Value hold1, hold2, r;
    if (text_cstr_arg(th, args[0], &encoding, &hold1, "decode() argument 'encoding'") < 0) return NO_VALUE;
    if (text_cstr_arg(th, args[1], &errors, &hold2, "decode() argument 'errors'") < 0) r = NO_VALUE;
    else r = codec_decode_object(th, self, encoding, errors);
    decref(th, hold1);
    decref(th, hold2);
    return r;
}
