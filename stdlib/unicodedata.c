// SPDX-License-Identifier: MIT
// The module unicodedata over core/base/unicode.h, and ucd_3_2_0 over that and the differences in unicodedata_320.c. Constant tables; no
// state, no locks.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/float.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "stdlib/unicodedata_320.h"

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

// ---- Unicode 3.2.0 --------------------------------------------------------------------------------------------------------------------

static bool old_assigned(uint32_t c) {
    size_t low = 0, high = ucd320_assigned_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (ucd320_assigned[mid].last < c) low = mid + 1;
        else high = mid;
    }
    return low < ucd320_assigned_count && ucd320_assigned[low].first <= c;
}

static const Ucd320Change *old_change(uint32_t c) {
    size_t low = 0, high = ucd320_changes_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (ucd320_changes[mid].cp < c) low = mid + 1;
        else high = mid;
    }
    return low < ucd320_changes_count && ucd320_changes[low].cp == c ? &ucd320_changes[low] : NULL;
}

typedef enum Version { NOW, OLD } Version; // which database a function asks

// ---- properties -----------------------------------------------------------------------------------------------------------------------

// Each function for the module and, with OLD, for ucd_3_2_0. `old_expr` sees `change`, NULL when nothing changed for c.
#define CHAR_FN(name, now_expr, none_expr, old_expr) \
    static Value name(Thread *th, Value *args, Version version) { \
        uint32_t c; \
        if (char_arg(th, args[0], #name, 0, &c) < 0) return NO_VALUE; \
        if (version == OLD) { \
            if (!old_assigned(c)) return none_expr; \
            const Ucd320Change *change = old_change(c); \
            if (change) return old_expr; \
        } \
        return now_expr; \
    }
CHAR_FN(category, str_intern_cstr(th, unicode_category(c)), str_intern_cstr(th, "Cn"), str_intern_cstr(th, change->category))
CHAR_FN(bidirectional, str_intern_cstr(th, unicode_bidirectional(c)), str_empty, str_intern_cstr(th, change->bidirectional))
CHAR_FN(combining, value_imm_int(unicode_combining(c)), value_imm_int(0), value_imm_int(unicode_combining(c)))
CHAR_FN(mirrored, value_imm_int(unicode_is_mirrored(c)), value_imm_int(0), value_imm_int(change->mirrored))
CHAR_FN(east_asian_width, str_intern_cstr(th, unicode_east_asian_width(c)), str_intern_cstr(th, strcmp(unicode_category(c), "Cn") == 0 && unicode_east_asian_width(c)[0] == 'W' ? "W" : "N"),
        str_intern_cstr(th, change->width))

static Value decimal(Thread *th, Value *args, Version version) {
    uint32_t c;
    if (char_arg(th, args[0], "decimal", 1, &c) < 0) return NO_VALUE;
    int v = unicode_decimal_value(c);
    if (version == OLD) {
        const Ucd320Change *change = old_change(c);
        if (!old_assigned(c)) v = -1;
        else if (change) v = change->decimal;
    }
    return v < 0 ? or_default(th, args[1], "not a decimal") : value_imm_int(v);
}
static Value digit(Thread *th, Value *args, Version version) {
    uint32_t c;
    if (char_arg(th, args[0], "digit", 1, &c) < 0) return NO_VALUE;
    int v = unicode_digit_value(c);
    return v < 0 ? or_default(th, args[1], "not a digit") : value_imm_int(v);
}
static Value numeric(Thread *th, Value *args, Version version) {
    uint32_t c;
    double v;
    if (char_arg(th, args[0], "numeric", 1, &c) < 0) return NO_VALUE;
    bool found = unicode_numeric_value(c, &v);
    if (version == OLD) {
        const Ucd320Change *change = old_change(c);
        if (!old_assigned(c)) found = false;
        else if (change) {
            v = change->numeric;
            found = v != -1;
        }
    }
    return found ? float_from_double(th, v) : or_default(th, args[1], "not a numeric character");
}

static Value name(Thread *th, Value *args, Version version) {
    uint32_t c;
    char text[UNICODE_NAME_MAX + 1];
    if (char_arg(th, args[0], "name", 1, &c) < 0) return NO_VALUE;
    size_t n = version == OLD && !old_assigned(c) ? 0 : unicode_name_of(c, text, sizeof text);
    return n ? str_from_ascii(th, text, n) : or_default(th, args[1], "no such name");
}

static Value key_error(Thread *th, Value message_owned) {
    if (message_owned != NO_VALUE) raise_key_error(th, message_owned);
    decref(th, message_owned);
    return NO_VALUE;
}

// Whether the text is the name of c itself, not an alias of it.
static bool is_name_of(const char *text, size_t n, uint32_t c) {
    char own[UNICODE_NAME_MAX + 1];
    return unicode_name_of(c, own, sizeof own) == n && strncasecmp(text, own, n) == 0;
}

static Value lookup(Thread *th, Value *args, Version version) {
    if (!value_is_str(args[0])) return raise_type_error(th, "a bytes-like object is required, not '%T'", args[0]);
    size_t n;
    Value hold;
    const char *name = str_utf8(th, args[0], &n, &hold);
    if (!name) return NO_VALUE;
    Value r;
    uint32_t c, sequence[UNICODE_SEQUENCE_MAX];
    size_t len;
    if (n > UNICODE_NAME_MAX) r = key_error(th, str_from_cstr(th, "name too long"));
    else if (unicode_name_lookup(name, n, &c) && (version == NOW || (old_assigned(c) && is_name_of(name, n, c)))) r = str_from_char(th, c);
    else if (version == NOW && (len = unicode_name_lookup_sequence(name, n, sequence))) r = str_from_ucs4(th, sequence, len);
    else r = key_error(th, str_format(th, "undefined character name '%U'", args[0]));
    decref(th, hold);
    return r;
}

static Value decomposition(Thread *th, Value *args, Version version) {
    uint32_t c, parts[UNICODE_DECOMP_MAX];
    const char *tag;
    if (char_arg(th, args[0], "decomposition", 0, &c) < 0) return NO_VALUE;
    size_t n = version == OLD && !old_assigned(c) ? 0 : unicode_decomposition(c, &tag, parts);
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

// What the corrected decompositions were.
static void old_decompose(uint32_t *text, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ucd320_decompositions_count; k++)
            if (text[i] == ucd320_decompositions[k][0]) text[i] = ucd320_decompositions[k][1];
}

static bool stays(UnicodeForm form, uint32_t c) {
    size_t n;
    uint32_t *out = unicode_normalize(form, &c, 1, &n);
    bool same = out && n == 1 && *out == c;
    free(out);
    return same;
}
// Characters that today's tables treat as Unicode 3.2.0 did: those it had, and newer ones that no table changes by themselves.
static bool same_nfd(uint32_t c) { return old_assigned(c) || stays(UNICODE_NFD, c); }
static bool same_nfkd(uint32_t c) { return old_assigned(c) || stays(UNICODE_NFKD, c); }
static bool same_nfc(uint32_t c) { return old_assigned(c) || stays(UNICODE_NFC, c); }

// Normalizes the stretches of characters for which `in` holds; the others stay.
static Value normalized_where(Thread *th, UnicodeForm form, const uint32_t *text, size_t n, bool (*in)(uint32_t)) {
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && in(text[end])) end++;
        if (end > i) {
            Value part = normalized(th, form, text + i, end - i);
            if (part == NO_VALUE) {
                str_builder_abort(&b);
                return NO_VALUE;
            }
            str_builder_str(&b, part);
            decref(th, part);
        }
        if (end < n) str_builder_char(&b, text[end++]);
        i = end;
    }
    return str_builder_finish(&b);
}

// Only characters that Unicode 3.2.0 had are decomposed; composing knows today's pairs.
static Value old_normalized(Thread *th, UnicodeForm form, uint32_t *text, size_t n) {
    old_decompose(text, n);
    bool compose = form == UNICODE_NFC || form == UNICODE_NFKC;
    bool canonical = form == UNICODE_NFC || form == UNICODE_NFD;
    Value apart = normalized_where(th, canonical ? UNICODE_NFD : UNICODE_NFKD, text, n, canonical ? same_nfd : same_nfkd);
    if (apart == NO_VALUE || !compose) return apart;
    uint32_t *parts = str_to_ucs4(th, apart);
    Value r = parts ? normalized_where(th, UNICODE_NFC, parts, AS(Str, apart)->len, same_nfc) : NO_VALUE;
    mem_free(parts);
    decref(th, apart);
    return r;
}

static Value normalize(Thread *th, Value *args, Version version) {
    UnicodeForm form;
    if (value_is_str(args[0]) && value_is_str(args[1]) && AS(Str, args[1])->len == 0) return str_empty; // whatever the form
    if (form_args(th, args, "normalize", &form) < 0) return NO_VALUE;
    if (AS(Str, args[1])->flags & STR_ASCII) return str_substring(th, args[1], 0, AS(Str, args[1])->len);
    uint32_t *text = str_to_ucs4(th, args[1]);
    if (!text) return NO_VALUE;
    size_t n = AS(Str, args[1])->len;
    Value r;
    if (version == OLD) r = old_normalized(th, form, text, n);
    else if (unicode_quick_check(form, text, n) == UNICODE_QUICK_YES) r = str_substring(th, args[1], 0, n);
    else r = normalized(th, form, text, n);
    mem_free(text);
    return r;
}

static Value is_normalized(Thread *th, Value *args, Version version) {
    UnicodeForm form;
    if (form_args(th, args, "is_normalized", &form) < 0) return NO_VALUE;
    if (AS(Str, args[1])->flags & STR_ASCII) return VALUE_TRUE;
    uint32_t *text = str_to_ucs4(th, args[1]);
    if (!text) return NO_VALUE;
    size_t n = AS(Str, args[1])->len;
    UnicodeQuick quick = version == OLD ? UNICODE_QUICK_MAYBE : unicode_quick_check(form, text, n);
    Value r = value_bool(quick == UNICODE_QUICK_YES);
    if (quick == UNICODE_QUICK_MAYBE) {
        Value whole = version == OLD ? old_normalized(th, form, text, n) : normalized(th, form, text, n);
        r = whole == NO_VALUE ? NO_VALUE : value_bool(str_equal(AS(Str, whole), AS(Str, args[1])));
        decref(th, whole);
    }
    mem_free(text);
    return r;
}

// ---- the module and the object --------------------------------------------------------------------------------------------------------

#define EACH(X) X(decimal) X(digit) X(numeric) X(category) X(bidirectional) X(combining) X(mirrored) X(east_asian_width) X(decomposition) X(name) X(lookup) \
    X(is_normalized) X(normalize)
#define BOTH(name) \
    static Value unicodedata_fn_##name(Thread *th, Value self, Value *args) { return name(th, args, NOW); } \
    static Value ucd_meth_##name(Thread *th, Value self, Value *args) { return name(th, args, OLD); }
EACH(BOTH)

#define ROWS(F, self) \
    F(decimal, "(" self "chr, default=None, /)", "Converts a Unicode character into its equivalent decimal value."), \
    F(digit, "(" self "chr, default=None, /)", "Converts a Unicode character into its equivalent digit value."), \
    F(numeric, "(" self "chr, default=None, /)", "Converts a Unicode character into its equivalent numeric value."), \
    F(category, "(" self "chr, /)", "Returns the general category assigned to the character chr as string."), \
    F(bidirectional, "(" self "chr, /)", "Returns the bidirectional class assigned to the character chr as string."), \
    F(combining, "(" self "chr, /)", "Returns the canonical combining class assigned to the character chr as integer."), \
    F(mirrored, "(" self "chr, /)", "Returns the mirrored property assigned to the character chr as integer."), \
    F(east_asian_width, "(" self "chr, /)", "Returns the east asian width assigned to the character chr as string."), \
    F(decomposition, "(" self "chr, /)", "Returns the character decomposition mapping assigned to the character chr as string."), \
    F(name, "(" self "chr, default=None, /)", "Returns the name assigned to the character chr as a string."), \
    F(lookup, "(" self "name, /)", "Look up character by name."), \
    F(is_normalized, "(" self "form, unistr, /)", "Return whether the Unicode string unistr is in the normal form 'form'."), \
    F(normalize, "(" self "form, unistr, /)", "Return the normal form 'form' for the Unicode string unistr.")
#define FUNCTION_ROW(name, sig, doc) {#name, sig, unicodedata_fn_##name, doc, 0}
#define METHOD_ROW(name, sig, doc) {#name, sig, ucd_meth_##name, doc, 0}
static const MethodDef unicodedata_functions[] = {ROWS(FUNCTION_ROW, ""), {0}};
static const MethodDef ucd_methods[] = {ROWS(METHOD_ROW, "self, "), {0}};

typedef struct Ucd { Object head; } Ucd;
static Value ucd_get_version(Thread *th, Value self) { return str_intern_cstr(th, "3.2.0"); }
static const GetSetDef ucd_getsets[] = {{"unidata_version", ucd_get_version, NULL, NULL}, {0}};
MODULE_TYPE_DEFINE(UCD, "unicodedata.UCD", sizeof(Ucd), TYPE_NO_INSTANTIATE, .methods = ucd_methods, .getsets = ucd_getsets)

static int unicodedata_exec(Thread *th, Value module) {
    if (module_add_type(th, module, &type_UCD) < 0) return -1;
    Ucd *old = NEW(Ucd, th, &type_UCD);
    if (!old || module_add(th, module, "ucd_3_2_0", VALUE_OF(old)) < 0) return -1;
    return module_add_str(th, module, "unidata_version", UNICODE_VERSION);
}

const ModuleDef module_unicodedata = {
    .name = "unicodedata",
    .doc = "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters.",
    .methods = unicodedata_functions, .exec = unicodedata_exec};
