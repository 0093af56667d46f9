// SPDX-License-Identifier: MIT
// str methods that pad, and those with translation tables.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/str_int.h"

// left and right copies of fill around s. New reference.
Value str_pad(Thread *th, Value self, intptr_t left, intptr_t right, uint32_t fill) {
    const Str *s = STR(self);
    if (left < 0) left = 0;
    if (right < 0) right = 0;
    if (left == 0 && right == 0) return str_as_exact(th, self);
    if ((size_t)left > SIZE_MAX / 16 || (size_t)right > SIZE_MAX / 16 || s->len > SIZE_MAX / 16)
        return raise_error(th, &exc_OverflowError, "padded string is too long");
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_reserve(&b, s->len + (size_t)left + (size_t)right, str_max_char(s) | fill);
    str_builder_fill(&b, fill, (size_t)left);
    str_builder_str(&b, self);
    str_builder_fill(&b, fill, (size_t)right);
    return str_builder_finish(&b);
}

// (width, fillchar): 0 or -1.
static int pad_args(Thread *th, Value *args, intptr_t *width, uint32_t *fill) {
    if (text_ssize_arg(th, args[0], 0, width) < 0) return -1;
    *fill = ' ';
    if (args[1] == NO_VALUE) return 0;
    if (!value_is_str(args[1])) {
        raise_type_error(th, "The fill character must be a unicode character, not %T", args[1]);
        return -1;
    }
    if (STR(args[1])->len != 1) {
        raise_type_error(th, "The fill character must be exactly one character long");
        return -1;
    }
    *fill = str_char_at(STR(args[1]), 0);
    return 0;
}

Value str_meth_center(Thread *th, Value self, Value *args) {
    intptr_t width, len = (intptr_t)STR(self)->len;
    uint32_t fill;
    if (pad_args(th, args, &width, &fill) < 0) return NO_VALUE;
    if (width <= len) return str_as_exact(th, self);
    intptr_t pad = width - len, left = pad / 2 + (pad & width & 1);
    return str_pad(th, self, left, pad - left, fill);
}
Value str_meth_ljust(Thread *th, Value self, Value *args) {
    intptr_t width, len = (intptr_t)STR(self)->len;
    uint32_t fill;
    if (pad_args(th, args, &width, &fill) < 0) return NO_VALUE;
    return str_pad(th, self, 0, width > len ? width - len : 0, fill);
}
Value str_meth_rjust(Thread *th, Value self, Value *args) {
    intptr_t width, len = (intptr_t)STR(self)->len;
    uint32_t fill;
    if (pad_args(th, args, &width, &fill) < 0) return NO_VALUE;
    return str_pad(th, self, width > len ? width - len : 0, 0, fill);
}

Value str_meth_zfill(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    intptr_t width;
    if (text_ssize_arg(th, args[0], 0, &width) < 0) return NO_VALUE;
    if (width <= (intptr_t)s->len) return str_as_exact(th, self);
    if ((size_t)width > SIZE_MAX / 16) return raise_error(th, &exc_OverflowError, "padded string is too long");
    bool sign = s->len && (str_char_at(s, 0) == '+' || str_char_at(s, 0) == '-');
    StrBuilder b;
    str_builder_init(&b, th);
    if (sign) str_builder_char(&b, str_char_at(s, 0));
    str_builder_fill(&b, '0', (size_t)width - s->len);
    str_builder_sub(&b, self, sign, s->len);
    return str_builder_finish(&b);
}

Value str_meth_expandtabs(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    int tabsize = 8;
    if (args[0] != NO_VALUE && number_as_int(th, args[0], &tabsize) < 0) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    size_t column = 0, start = 0;
    for (size_t i = 0; i < s->len && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\t') {
            str_builder_sub(&b, self, start, i);
            start = i + 1;
            if (tabsize > 0) {
                size_t add = (size_t)tabsize - column % (size_t)tabsize;
                if (b.len > (size_t)INTPTR_MAX - add) {
                    str_builder_abort(&b);
                    return raise_error(th, &exc_OverflowError, "new string is too long");
                }
                str_builder_fill(&b, ' ', add);
                column += add;
            }
        } else {
            column++;
            if (c == '\n' || c == '\r') column = 0;
        }
    }
    if (!start && value_is_exact(self, &type_str)) {    // no tab in it
        str_builder_abort(&b);
        return new_ref(th, self);
    }
    str_builder_sub(&b, self, start, s->len);
    return str_builder_finish(&b);
}

// ---- translate ------------------------------------------------------------------------------------------------------------------------

// What the table has for c: 1 *out is an int, None or Str (new reference); 0 not in the table; -1 error.
static int translate_lookup(Thread *th, Value table, uint32_t c, Value *out) {
    *out = NO_VALUE;
    if (value_is_exact_dict(table)) {
        int r = dict_get(th, AS(Dict, table), value_imm_int(c), out);
        if (r <= 0) return r;
    } else {
        *out = object_getitem(th, table, value_imm_int(c));
        if (*out == NO_VALUE) return error_clear_if(th, &exc_LookupError) ? 0 : -1;
    }
    if (*out == VALUE_NONE || value_is_str(*out)) return 1;
    if (value_is_int(*out)) {
        int64_t cp;
        if (int_as_i64_overflow(*out, &cp) == 0 && cp >= 0 && cp <= 0x10FFFF) return 1;
        raise_value_error(th, "character mapping must be in range(0x110000)");
    } else {
        raise_type_error(th, "character mapping must return integer, None or str");
    }
    clear_ref(th, out);
    return -1;
}

Value str_meth_translate(Thread *th, Value self, Value *args) {
    const Str *s = STR(self);
    enum { UNKNOWN = 0xFFFFFFFF, DELETED = 0xFFFFFFFE };
    uint32_t ascii[128]; // single-character results of what was looked up in this call
    memset(ascii, 0xFF, sizeof ascii);
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < s->len && !b.failed; i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 128 && ascii[c] != UNKNOWN) {
            if (ascii[c] != DELETED) str_builder_char(&b, ascii[c]);
            continue;
        }
        Value to;
        int r = translate_lookup(th, args[0], c, &to);
        uint32_t one = UNKNOWN;
        if (r < 0) {
            str_builder_abort(&b);
            return NO_VALUE;
        }
        if (r == 0) one = c;
        else if (to == VALUE_NONE) one = DELETED;
        else if (value_is_str(to)) {
            if (STR(to)->len == 1) one = str_char_at(STR(to), 0);
            else str_builder_str(&b, to);
        } else {
            int64_t cp = 0;
            int_as_i64_overflow(to, &cp);
            one = (uint32_t)cp;
        }
        decref(th, to);
        if (one == UNKNOWN) continue;
        if (c < 128) ascii[c] = one;
        if (one != DELETED) str_builder_char(&b, one);
    }
    return str_builder_finish(&b);
}

static Value maketrans_dict(Thread *th, Value x) {
    if (!value_is_dict(x)) return raise_type_error(th, "if you give only one argument to maketrans it must be a dict");
    Value r = dict_new(th);
    if (r == NO_VALUE) return NO_VALUE;
    size_t pos = 0;
    Value key, value;
    while (dict_next(th, AS(Dict, x), &pos, &key, &value)) {
        int failed = 0;
        if (value_is_str(key)) {
            if (STR(key)->len != 1) {
                raise_value_error(th, "string keys in translatetable must be of length 1");
                failed = -1;
            } else {
                failed = dict_set(th, AS(Dict, r), value_imm_int(str_char_at(STR(key), 0)), value);
            }
        } else if (value_is_int(key)) {
            failed = dict_set(th, AS(Dict, r), key, value);
        } else {
            raise_type_error(th, "keys in translate table mustbe strings or integers");
            failed = -1;
        }
        decref(th, key);
        decref(th, value);
        if (failed < 0) {
            decref(th, r);
            return NO_VALUE;
        }
    }
    return r;
}

Value str_meth_maketrans(Thread *th, Value self, Value *args) {
    Value x = args[0], y = args[1], z = args[2];
    if (y == NO_VALUE) return maketrans_dict(th, x);
    if (!value_is_str(y)) return raise_type_error(th, "maketrans() argument 2 must be str, not %B", y);
    if (z != NO_VALUE && !value_is_str(z)) return raise_type_error(th, "maketrans() argument 3 must be str, not %B", z);
    if (!value_is_str(x)) return raise_type_error(th, "first maketrans argument must be a string if there is a second argument");
    if (STR(x)->len != STR(y)->len) return raise_value_error(th, "the first two maketrans arguments must have equal length");
    Value r = dict_new(th);
    if (r == NO_VALUE) return NO_VALUE;
    for (size_t i = 0; i < STR(x)->len; i++)
        if (dict_set(th, AS(Dict, r), value_imm_int(str_char_at(STR(x), i)), value_imm_int(str_char_at(STR(y), i))) < 0) goto failed;
    for (size_t i = 0; z != NO_VALUE && i < STR(z)->len; i++)
        if (dict_set(th, AS(Dict, r), value_imm_int(str_char_at(STR(z), i)), VALUE_NONE) < 0) goto failed;
    return r;
failed:
    decref(th, r);
    return NO_VALUE;
}
