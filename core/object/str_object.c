// SPDX-License-Identifier: MIT
// Text of any object: object_str, object_repr, object_ascii, object_format; str.__repr__; str() itself. May run Python.
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/float.h"
#include "core/object/format.h"
#include "core/object/int.h"
#include "core/object/str_int.h"

// The better quote for text with these counts of ' and ": ' unless only ' occurs.
static uint32_t repr_quote(const Str *s) {
    bool single = false;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '"') return '\'';
        if (c == '\'') single = true;
    }
    return single ? '"' : '\'';
}

static void builder_escape(StrBuilder *b, uint32_t c) {
    static const char hex[] = "0123456789abcdef";
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    str_builder_char(b, '\\');
    str_builder_char(b, digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
    while (digits-- > 0) str_builder_char(b, (uint8_t)hex[c >> (4 * digits) & 15]);
}

static bool repr_plain(uint32_t c, uint32_t quote) {
    if (c < 0x7F) return c >= ' ' && c != quote && c != '\\';
    return c >= 0x80 && unicode_is_printable(c);
}

Value str_repr(Thread *th, Value v) {
    const Str *s = STR(v);
    uint32_t quote = repr_quote(s);
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, quote);
    size_t start = 0;
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (LIKELY(repr_plain(c, quote))) continue;
        str_builder_sub(&b, v, start, i);
        start = i + 1;
        switch (c) {
        case '\n': str_builder_ascii(&b, "\\n", 2); break;
        case '\r': str_builder_ascii(&b, "\\r", 2); break;
        case '\t': str_builder_ascii(&b, "\\t", 2); break;
        case '\\': str_builder_ascii(&b, "\\\\", 2); break;
        case '\'': case '"': str_builder_char(&b, '\\'); str_builder_char(&b, c); break;
        default: builder_escape(&b, c); break;
        }
    }
    str_builder_sub(&b, v, start, s->len);
    str_builder_char(&b, quote);
    return str_builder_finish(&b);
}

Value object_repr(Thread *th, Value v) {
    if (v == NO_VALUE) return str_from_ascii(th, "<NULL>", 6);
    if (value_is_exact_str(v)) return str_repr(th, v);
    Type *t = type_of(v);
    if (!t->slots.repr) return str_format(th, "<%T object at %p>", v, (void *)(uintptr_t)v);
    if (thread_c_recursion(th, " while getting the repr of an object") < 0) return NO_VALUE;
    Value r = t->slots.repr(th, v);
    if (r != NO_VALUE && UNLIKELY(!value_is_str(r))) {
        raise_type_error(th, "__repr__ returned non-string (type %T)", r);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

Value object_str(Thread *th, Value v) {
    if (v == NO_VALUE) return str_from_ascii(th, "<NULL>", 6);
    if (value_is_exact_str(v)) return new_ref(th, v);
    Type *t = type_of(v);
    if (!t->slots.str) return object_repr(th, v);
    if (thread_c_recursion(th, " while getting the str of an object") < 0) return NO_VALUE;
    Value r = t->slots.str(th, v);
    if (r != NO_VALUE && UNLIKELY(!value_is_str(r))) {
        raise_type_error(th, "__str__ returned non-string (type %T)", r);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

Value object_ascii(Thread *th, Value v) {
    Value r = object_repr(th, v);
    if (r == NO_VALUE || (STR(r)->flags & STR_ASCII)) return r;
    const Str *s = STR(r);
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < s->len; i++) {
        uint32_t c = str_char_at(s, i);
        if (c < 0x80) str_builder_char(&b, c);
        else builder_escape(&b, c);
    }
    decref(th, r);
    return str_builder_finish(&b);
}

Value object_format(Thread *th, Value v, Value spec) {
    if (spec != NO_VALUE && !value_is_str(spec))
        return raise_error(th, &exc_SystemError, "Format specifier must be a string, not %T", spec);
    bool empty = spec == NO_VALUE || STR(spec)->len == 0;
    if (empty) {
        if (value_is_exact_str(v)) return new_ref(th, v);
        if (value_is_imm_int(v)) return object_str(th, v);
    }
    if (spec == NO_VALUE) spec = str_empty;
    if (value_is_imm_float(v)) return float_format_spec(th, v, spec);
    if (value_is_imm_int(v)) return int_format_spec(th, v, spec);
    if (value_is_exact_str(v)) return str_format_spec(th, v, spec);
    bool found = false;
    Value r = special_call(th, v, name_d_format, &spec, 1, &found);
    if (!found) {
        if (error_pending(th)) return NO_VALUE;
        return raise_type_error(th, "Type %T doesn't define __format__", v);
    }
    if (r != NO_VALUE && !value_is_str(r)) {
        raise_type_error(th, "__format__ must return a str, not %T", r);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

// ---- str(object='', encoding, errors) -------------------------------------------------------------------------------------------------

int text_cstr_arg(Thread *th, Value v, const char **out, Value *hold, const char *what) {
    *hold = NO_VALUE;
    *out = NULL;
    if (v == NO_VALUE) return 0;
    if (!value_is_str(v)) {
        raise_type_error(th, "%s must be str, not %B", what, v);
        return -1;
    }
    size_t n;
    *out = str_utf8(th, v, &n, hold);
    if (!*out) return -1;
    if (strlen(*out) != n) {
        clear_ref(th, hold);
        raise_value_error(th, "embedded null character");
        return -1;
    }
    return 0;
}

Value str_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3];
    if (LIKELY(kwnames == NO_VALUE && nargs == 1)) {
        a[0] = args[0];
        a[1] = a[2] = NO_VALUE;
    } else if (kwnames == NO_VALUE && nargs > 3) {
        return raise_type_error(th, "str expected at most 3 arguments, got %zu", nargs);
    } else if (native_args_bind(th, &sig, "str", "(object='', encoding='utf-8', errors='strict')", args, nargs, kwnames, a) < 0) {
        return NO_VALUE;
    }
    Value r;
    if (a[0] == NO_VALUE) {
        r = str_empty;
    } else if (a[1] == NO_VALUE && a[2] == NO_VALUE) {
        r = object_str(th, a[0]);
    } else {
        const char *encoding, *errors;
        Value hold1, hold2 = NO_VALUE;
        if (text_cstr_arg(th, a[1], &encoding, &hold1, "str() argument 'encoding'") < 0) return NO_VALUE;
        if (text_cstr_arg(th, a[2], &errors, &hold2, "str() argument 'errors'") < 0) r = NO_VALUE;
        else if (value_is_str(a[0])) r = raise_type_error(th, "decoding str is not supported");
        else r = codec_decode_object(th, a[0], encoding, errors);
        decref(th, hold1);
        decref(th, hold2);
    }
    if (r == NO_VALUE || type == &type_str) return r;
    Value s = str_new_subtype(th, type, r);
    decref(th, r);
    return s;
}
