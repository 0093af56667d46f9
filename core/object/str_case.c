// SPDX-License-Identifier: MIT
// str methods about case and classes of characters, with Unicode's full mappings. ASCII has its own loops.
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/str_int.h"

typedef int MapFn(uint32_t cp, uint32_t out[3]);

static uint32_t get_char(const void *text, size_t i) { return str_char_at(text, i); }

static int lower_at(const Str *s, size_t i, uint32_t out[3]) {
    uint32_t c = str_char_at(s, i);
    if (c == 0x3A3) return out[0] = unicode_sigma_is_final(get_char, s, i, s->len) ? 0x3C2 : 0x3C3, 1;
    return unicode_to_lower_full(c, out);
}

static void add_mapped(StrBuilder *b, const uint32_t *out, int n) {
    for (int i = 0; i < n; i++) str_builder_char(b, out[i]);
}

ALWAYS_INLINE uint8_t ascii_lower(uint8_t c) { return (uint8_t)(c + (((unsigned)c - 'A' < 26) << 5)); }
ALWAYS_INLINE uint8_t ascii_upper(uint8_t c) { return (uint8_t)(c - (((unsigned)c - 'a' < 26) << 5)); }

enum { CASE_LOWER, CASE_UPPER, CASE_SWAP };
static Value ascii_case(Thread *th, const Str *s, int how) {
    const uint8_t *p = str_data(s);
    if (s->len <= 1) {
        if (!s->len) return str_empty;
        uint8_t c = how == CASE_LOWER ? ascii_lower(*p) : how == CASE_UPPER ? ascii_upper(*p) : ascii_lower(*p) != *p ? ascii_lower(*p) : ascii_upper(*p);
        return str_from_char(th, c);
    }
    Str *r = str_new_raw(th, s->len, 0x7F);
    if (!r) return NO_VALUE;
    uint8_t *q = str_data(r);
    size_t n = s->len;
    if (how == CASE_LOWER) for (size_t i = 0; i < n; i++) q[i] = ascii_lower(p[i]);
    else if (how == CASE_UPPER) for (size_t i = 0; i < n; i++) q[i] = ascii_upper(p[i]);
    else for (size_t i = 0; i < n; i++) q[i] = (uint8_t)(p[i] ^ (((unsigned)(p[i] | 32) - 'a' < 26) << 5));
    return VALUE_OF(r);
}

Value str_meth_lower(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    if (s->flags & STR_ASCII) return ascii_case(th, s, CASE_LOWER);
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t out[3];
    for (size_t i = 0; i < s->len; i++) add_mapped(&b, out, lower_at(s, i, out));
    return str_builder_finish(&b);
}

static Value map_all(Thread *th, const Str *s, MapFn *map) {
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t out[3];
    for (size_t i = 0; i < s->len; i++) add_mapped(&b, out, map(str_char_at(s, i), out));
    return str_builder_finish(&b);
}

Value str_meth_upper(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    return (s->flags & STR_ASCII) ? ascii_case(th, s, CASE_UPPER) : map_all(th, s, unicode_to_upper_full);
}
Value str_meth_casefold(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    return (s->flags & STR_ASCII) ? ascii_case(th, s, CASE_LOWER) : map_all(th, s, unicode_to_fold_full);
}

Value str_meth_swapcase(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    if (s->flags & STR_ASCII) return ascii_case(th, s, CASE_SWAP);
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t out[3];
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (unicode_is_upper(c)) add_mapped(&b, out, lower_at(s, i, out));
        else if (unicode_is_lower(c)) add_mapped(&b, out, unicode_to_upper_full(c, out));
        else str_builder_char(&b, c);
    }
    return str_builder_finish(&b);
}

Value str_meth_capitalize(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    if (s->len == 0) return str_empty;
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t out[3];
    add_mapped(&b, out, unicode_to_title_full(str_char_at(s, 0), out));
    for (size_t i = 1; i < s->len; i++) add_mapped(&b, out, lower_at(s, i, out));
    return str_builder_finish(&b);
}

Value str_meth_title(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    StrBuilder b;
    str_builder_init(&b, th);
    uint32_t out[3];
    bool in_word = false;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        add_mapped(&b, out, in_word ? lower_at(s, i, out) : unicode_to_title_full(c, out));
        in_word = unicode_is_cased(c);
    }
    return str_builder_finish(&b);
}

// ---- classes --------------------------------------------------------------------------------------------------------------------------

#define ALL_OF(name, test)                                                  \
    Value str_meth_##name(Thread *th, Value self, Value *args) {            \
        const Str *s = STR(self);                                           \
        for (size_t i = 0; i < s->len; i++)                                 \
            if (!test(str_char_at(s, i))) return VALUE_FALSE;               \
        return value_bool(s->len != 0);                                     \
    }
ALL_OF(isalpha, unicode_is_alpha)
ALL_OF(isalnum, unicode_is_alnum)
ALL_OF(isdecimal, unicode_is_decimal)
ALL_OF(isdigit, unicode_is_digit)
ALL_OF(isnumeric, unicode_is_numeric)
ALL_OF(isspace, unicode_is_space)
#undef ALL_OF

Value str_meth_isascii(Thread *th, Value self, Value *args) { return value_bool(STR(self)->flags & STR_ASCII); }

Value str_meth_isprintable(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    for (size_t i = 0; i < s->len; i++)
        if (!unicode_is_printable(str_char_at(s, i))) return VALUE_FALSE;
    return VALUE_TRUE;
}

Value str_meth_islower(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    bool cased = false;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t f = unicode_flags(str_char_at(s, i));
        if (f & (UNI_UPPER | UNI_TITLE)) return VALUE_FALSE;
        cased |= (f & UNI_LOWER) != 0;
    }
    return value_bool(cased);
}

Value str_meth_isupper(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    bool cased = false;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t f = unicode_flags(str_char_at(s, i));
        if (f & (UNI_LOWER | UNI_TITLE)) return VALUE_FALSE;
        cased |= (f & UNI_UPPER) != 0;
    }
    return value_bool(cased);
}

Value str_meth_istitle(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    bool cased = false, in_word = false;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t f = unicode_flags(str_char_at(s, i));
        if (f & (UNI_UPPER | UNI_TITLE)) {
            if (in_word) return VALUE_FALSE;
            in_word = cased = true;
        } else if (f & UNI_LOWER) {
            if (!in_word) return VALUE_FALSE;
            cased = true;
        } else {
            in_word = false;
        }
    }
    return value_bool(cased);
}

bool str_is_identifier(const Str *s) {
    if (s->len == 0) return false;
    uint32_t c = str_char_at(s, 0);
    if (c != '_' && !unicode_is_xid_start(c)) return false;
    for (size_t i = 1; i < s->len; i++)
        if (!unicode_is_xid_continue(str_char_at(s, i))) return false;
    return true;
}
Value str_meth_isidentifier(Thread *th, Value self, Value *args) { return value_bool(str_is_identifier(STR(self))); }
