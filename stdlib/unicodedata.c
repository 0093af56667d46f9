// SPDX-License-Identifier: MIT
// The module unicodedata over core/base/unicode.h. Constant tables; no state, no locks.
// Not here: the Unicode 3.2.0 database (ucd_3_2_0, UCD): asking for it raises AttributeError.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/float.h"
#include "core/object/module.h"
#include "core/object/str.h"

// The one character of an argument. number 0: the only argument. 0 or -1.
static int char_arg(Thread *th, Value v, const char *fname, int number, uint32_t *out) {
    char place[16] = "argument";
    if (number) snprintf(place, sizeof place, "argument %d", number);
    if (!value_is_str(v)) {
        raise_type_error(th, "%s() %s must be a unicode character, not %B", fname, place, v);
        return -1;
    }
    if (AS(Str, v)->len != 1) {
        raise_type_error(th, "%s(): %s must be a unicode character, not a string of length %zu", fname, place, AS(Str, v)->len);
        return -1;
    }
    *out = str_char_at(AS(Str, v), 0);
    return 0;
}

static Value or_default(Thread *th, Value dflt, const char *message) {
    return dflt == NO_VALUE ? raise_value_error(th, "%s", message) : new_ref(th, dflt);
}

#define CHAR_FN(name, expr) \
    static Value unicodedata_fn_##name(Thread *th, Value self, Value *args) { \
        uint32_t c; \
        return char_arg(th, args[0], #name, 0, &c) < 0 ? NO_VALUE : (expr); \
    }
CHAR_FN(category, str_intern_cstr(th, unicode_category(c)))
CHAR_FN(bidirectional, str_intern_cstr(th, unicode_bidirectional(c)))
CHAR_FN(combining, value_imm_int(unicode_combining(c)))
CHAR_FN(mirrored, value_imm_int(unicode_is_mirrored(c)))
CHAR_FN(east_asian_width, str_intern_cstr(th, unicode_east_asian_width(c)))

static Value unicodedata_fn_decimal(Thread *th, Value self, Value *args) {
    uint32_t c;
    if (char_arg(th, args[0], "decimal", 1, &c) < 0) return NO_VALUE;
    int v = unicode_decimal_value(c);
    return v < 0 ? or_default(th, args[1], "not a decimal") : value_imm_int(v);
}
static Value unicodedata_fn_digit(Thread *th, Value self, Value *args) {
    uint32_t c;
    if (char_arg(th, args[0], "digit", 1, &c) < 0) return NO_VALUE;
    int v = unicode_digit_value(c);
    return v < 0 ? or_default(th, args[1], "not a digit") : value_imm_int(v);
}
static Value unicodedata_fn_numeric(Thread *th, Value self, Value *args) {
    uint32_t c;
    double v;
    if (char_arg(th, args[0], "numeric", 1, &c) < 0) return NO_VALUE;
    return unicode_numeric_value(c, &v) ? float_from_double(th, v) : or_default(th, args[1], "not a numeric character");
}

static Value unicodedata_fn_name(Thread *th, Value self, Value *args) {
    uint32_t c;
    char text[UNICODE_NAME_MAX + 1];
    if (char_arg(th, args[0], "name", 1, &c) < 0) return NO_VALUE;
    size_t n = unicode_name_of(c, text, sizeof text);
    return n ? str_from_ascii(th, text, n) : or_default(th, args[1], "no such name");
}

static Value key_error(Thread *th, Value message_owned) {
    if (message_owned != NO_VALUE) raise_key_error(th, message_owned);
    decref(th, message_owned);
    return NO_VALUE;
}

static Value unicodedata_fn_lookup(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "a bytes-like object is required, not '%T'", args[0]);
    size_t n;
    Value hold;
    const char *name = str_utf8(th, args[0], &n, &hold);
    if (!name) return NO_VALUE;
    Value r;
    uint32_t c, sequence[UNICODE_SEQUENCE_MAX];
    size_t len;
    if (n > UNICODE_NAME_MAX) r = key_error(th, str_from_cstr(th, "name too long"));
    else if (unicode_name_lookup(name, n, &c)) r = str_from_char(th, c);
    else if ((len = unicode_name_lookup_sequence(name, n, sequence))) r = str_from_ucs4(th, sequence, len);
    else r = key_error(th, str_format(th, "undefined character name '%U'", args[0]));
    decref(th, hold);
    return r;
}

static Value unicodedata_fn_decomposition(Thread *th, Value self, Value *args) {
    uint32_t c, parts[UNICODE_DECOMP_MAX];
    const char *tag;
    if (char_arg(th, args[0], "decomposition", 0, &c) < 0) return NO_VALUE;
    size_t n = unicode_decomposition(c, &tag, parts);
    StrBuilder b;
    str_builder_init(&b, th);
    if (n) str_builder_cstr(&b, tag);
    for (size_t i = 0; i < n; i++) {
        char hex[16];
        int len = snprintf(hex, sizeof hex, "%s%04X", b.len ? " " : "", (unsigned)parts[i]);
        str_builder_ascii(&b, hex, (size_t)len);
    }
    return str_builder_finish(&b);
}

// Form and text of normalize and is_normalized. 0 or -1.
static int form_args(Thread *th, Value *args, const char *fname, UnicodeForm *form) {
    static const char *const names[] = {"NFC", "NFD", "NFKC", "NFKD"}; // as UnicodeForm is numbered
    for (int i = 0; i < 2; i++)
        if (!value_is_str(args[i])) {
            raise_type_error(th, "%s() argument %d must be str, not %B", fname, i + 1, args[i]);
            return -1;
        }
    for (int i = 0; i < 4; i++)
        if (str_equal_cstr(args[0], names[i])) {
            *form = (UnicodeForm)i;
            return 0;
        }
    raise_value_error(th, "invalid normalization form");
    return -1;
}

static Value normalized(Thread *th, UnicodeForm form, const uint32_t *text, size_t n) {
    size_t len;
    uint32_t *out = unicode_normalize(form, text, n, &len);
    if (!out) return raise_memory_error(th);
    Value r = str_from_ucs4(th, out, len);
    free(out);
    return r;
}

static Value unicodedata_fn_normalize(Thread *th, Value self, Value *args) {
    UnicodeForm form;
    if (value_is_str(args[0]) && value_is_str(args[1]) && AS(Str, args[1])->len == 0) return str_empty; // whatever the form
    if (form_args(th, args, "normalize", &form) < 0) return NO_VALUE;
    if (AS(Str, args[1])->flags & STR_ASCII) return str_substring(th, args[1], 0, AS(Str, args[1])->len);
    uint32_t *text = str_to_ucs4(th, args[1]);
    if (!text) return NO_VALUE;
    size_t n = AS(Str, args[1])->len;
    Value r;
    if (unicode_quick_check(form, text, n) == UNICODE_QUICK_YES) r = str_substring(th, args[1], 0, n);
    else r = normalized(th, form, text, n);
    mem_free(text);
    return r;
}

static Value unicodedata_fn_is_normalized(Thread *th, Value self, Value *args) {
    UnicodeForm form;
    if (form_args(th, args, "is_normalized", &form) < 0) return NO_VALUE;
    if (AS(Str, args[1])->flags & STR_ASCII) return VALUE_TRUE;
    uint32_t *text = str_to_ucs4(th, args[1]);
    if (!text) return NO_VALUE;
    size_t n = AS(Str, args[1])->len;
    UnicodeQuick quick = unicode_quick_check(form, text, n);
    Value r = value_bool(quick == UNICODE_QUICK_YES);
    if (quick == UNICODE_QUICK_MAYBE) {
        Value whole = normalized(th, form, text, n);
        r = whole == NO_VALUE ? NO_VALUE : value_bool(str_equal(AS(Str, whole), AS(Str, args[1])));
        decref(th, whole);
    }
    mem_free(text);
    return r;
}

#define F(name, sig, doc) {#name, sig, unicodedata_fn_##name, doc, 0}
static const MethodDef unicodedata_functions[] = {
    F(decimal, "(chr, default=None, /)", "Converts a Unicode character into its equivalent decimal value."),
    F(digit, "(chr, default=None, /)", "Converts a Unicode character into its equivalent digit value."),
    F(numeric, "(chr, default=None, /)", "Converts a Unicode character into its equivalent numeric value."),
    F(category, "(chr, /)", "Returns the general category assigned to the character chr as string."),
    F(bidirectional, "(chr, /)", "Returns the bidirectional class assigned to the character chr as string."),
    F(combining, "(chr, /)", "Returns the canonical combining class assigned to the character chr as integer."),
    F(mirrored, "(chr, /)", "Returns the mirrored property assigned to the character chr as integer."),
    F(east_asian_width, "(chr, /)", "Returns the east asian width assigned to the character chr as string."),
    F(decomposition, "(chr, /)", "Returns the character decomposition mapping assigned to the character chr as string."),
    F(name, "(chr, default=None, /)", "Returns the name assigned to the character chr as a string."),
    F(lookup, "(name, /)", "Look up character by name."),
    F(is_normalized, "(form, unistr, /)", "Return whether the Unicode string unistr is in the normal form 'form'."),
    F(normalize, "(form, unistr, /)", "Return the normal form 'form' for the Unicode string unistr."),
    {0},
};

static int unicodedata_exec(Thread *th, Value module) { return module_add_str(th, module, "unidata_version", UNICODE_VERSION); }

const ModuleDef module_unicodedata = {
    .name = "unicodedata",
    .doc = "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters.",
    .methods = unicodedata_functions, .exec = unicodedata_exec};
