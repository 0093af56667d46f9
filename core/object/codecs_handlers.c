// SPDX-License-Identifier: MIT
// The built-in error handlers as Python functions (codecs.strict_errors and so on). They read the exception's attributes, so they work on
// any exception a program makes. May run Python (attribute access of subclasses).
#include <string.h>

#include "core/base/unicode.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs_int.h"
#include "core/object/dict.h"
#include "core/object/tuple.h"

enum { ON_ENCODE = 1, ON_DECODE = 2, ON_TRANSLATE = 4 };

typedef struct ErrorInfo { int on; Value exc, object; size_t start, end, len; } ErrorInfo;

static Value wrong_exception(Thread *th, Value exc) { return raise_type_error(th, "don't know how to handle %T in error callback", exc); }

static int index_field(Thread *th, Value exc, const char *name, intptr_t *out) {
    Value v = object_getattr_cstr(th, exc, name);
    if (v == NO_VALUE) return -1;
    *out = number_as_ssize(th, v, NULL);
    decref(th, v);
    return *out == -1 && error_pending(th) ? -1 : 0;
}

// Reads exc, which must be one of the kinds in `kinds`. 0 or -1; release info->object.
static int error_info(Thread *th, Value exc, int kinds, ErrorInfo *info) {
    info->object = NO_VALUE;
    info->exc = exc;
    info->on = value_is_instance(exc, &exc_UnicodeEncodeError) ? ON_ENCODE : value_is_instance(exc, &exc_UnicodeDecodeError) ? ON_DECODE
             : value_is_instance(exc, &exc_UnicodeTranslateError) ? ON_TRANSLATE : 0;
    if (!(info->on & kinds)) {
        wrong_exception(th, exc);
        return -1;
    }
    intptr_t start, end;
    if (index_field(th, exc, "start", &start) < 0 || index_field(th, exc, "end", &end) < 0) return -1;
    info->object = object_getattr_cstr(th, exc, "object");
    if (info->object == NO_VALUE) return -1;
    bool right = info->on == ON_DECODE ? value_is_bytes(info->object) : value_is_str(info->object);
    if (!right) {
        raise_type_error(th, "object attribute must be %s", info->on == ON_DECODE ? "bytes" : "unicode");
        clear_ref(th, &info->object);
        return -1;
    }
    intptr_t len = (intptr_t)(info->on == ON_DECODE ? AS(Bytes, info->object)->len : STR(info->object)->len);
    if (start < 0) start = 0;
    if (start >= len) start = len ? len - 1 : 0;
    if (end < 1) end = len ? 1 : 0;
    if (end > len) end = len;
    if (end < start) end = start;
    info->start = (size_t)start;
    info->end = (size_t)end;
    info->len = (size_t)len;
    return 0;
}

// (text, pos), releasing text and the info.
static Value answer(Thread *th, ErrorInfo *info, Value text_owned, size_t pos) {
    Value r = text_owned == NO_VALUE ? NO_VALUE : tuple_pack2(th, text_owned, value_imm_int((int64_t)pos));
    decref(th, text_owned);
    decref(th, info->object);
    return r;
}

static Value reraise(Thread *th, ErrorInfo *info) {
    clear_ref(th, &info->object);
    raise_object(th, info->exc, NO_VALUE);
    return NO_VALUE;
}

static Value handler_strict(Thread *th, Value self, Value *args) {
    if (value_is_instance(args[0], &exc_BaseException)) raise_object(th, args[0], NO_VALUE);
    else raise_type_error(th, "codec must pass exception instance");
    return NO_VALUE;
}

static Value handler_ignore(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE | ON_DECODE | ON_TRANSLATE, &info) < 0) return NO_VALUE;
    return answer(th, &info, str_empty, info.end);
}

static Value handler_replace(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE | ON_DECODE | ON_TRANSLATE, &info) < 0) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    if (info.on == ON_DECODE) str_builder_char(&b, 0xFFFD);
    else str_builder_fill(&b, info.on == ON_ENCODE ? '?' : 0xFFFD, info.end - info.start);
    return answer(th, &info, str_builder_finish(&b), info.end);
}

static Value handler_xmlcharref(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE, &info) < 0) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = info.start; i < info.end; i++) {
        str_builder_cstr(&b, "&#");
        str_builder_int(&b, str_char_at(STR(info.object), i));
        str_builder_char(&b, ';');
    }
    return answer(th, &info, str_builder_finish(&b), info.end);
}

static void add_escape(StrBuilder *b, uint32_t c) {
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    str_builder_char(b, '\\');
    str_builder_char(b, digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
    while (digits-- > 0) str_builder_char(b, (uint8_t)"0123456789abcdef"[c >> (4 * digits) & 15]);
}

static Value handler_backslash(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE | ON_DECODE | ON_TRANSLATE, &info) < 0) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = info.start; i < info.end; i++)
        add_escape(&b, info.on == ON_DECODE ? AS(Bytes, info.object)->data[i] : str_char_at(STR(info.object), i));
    return answer(th, &info, str_builder_finish(&b), info.end);
}

static Value handler_name(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE, &info) < 0) return NO_VALUE;
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = info.start; i < info.end; i++) {
        uint32_t c = str_char_at(STR(info.object), i);
        char name[UNICODE_NAME_MAX + 1];
        size_t n = unicode_name_of(c, name, sizeof name);
        if (n) {
            str_builder_cstr(&b, "\\N{");
            str_builder_ascii(&b, name, n);
            str_builder_char(&b, '}');
        } else {
            add_escape(&b, c);
        }
    }
    return answer(th, &info, str_builder_finish(&b), info.end);
}

// ---- surrogates -----------------------------------------------------------------------------------------------------------------------

static Value handler_surrogateescape(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE | ON_DECODE, &info) < 0) return NO_VALUE;
    if (info.on == ON_ENCODE) {
        Value r = bytes_new(th, NULL, info.end - info.start);
        for (size_t i = info.start; r != NO_VALUE && i < info.end; i++) {
            uint32_t c = str_char_at(STR(info.object), i);
            if (c < 0xDC80 || c > 0xDCFF) {
                decref(th, r);
                return reraise(th, &info);
            }
            AS(Bytes, r)->data[i - info.start] = (uint8_t)(c - 0xDC00);
        }
        return answer(th, &info, r, info.end);
    }
    StrBuilder b;
    str_builder_init(&b, th);
    size_t i = info.start;
    const uint8_t *p = AS(Bytes, info.object)->data;
    while (i < info.end && i < info.start + 4 && p[i] >= 128) str_builder_char(&b, 0xDC00u + p[i++]);
    if (i == info.start) {
        str_builder_abort(&b);
        return reraise(th, &info);
    }
    return answer(th, &info, str_builder_finish(&b), i);
}

// Bytes per surrogate in the encoding of exc, and its order; 0: it has none.
static int surrogate_size(Thread *th, Value exc, bool *big) {
    Value v = object_getattr_cstr(th, exc, "encoding");
    int size = 0;
    *big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    if (v != NO_VALUE && value_is_str(v) && (STR(v)->flags & STR_ASCII)) {
        const char *p = str_data(STR(v));
        if (strncasecmp(p, "utf", 3) == 0) {
            p += 3;
            if (*p == '-' || *p == '_') p++;
            if (strcmp(p, "8") == 0) size = 3;
            else if (strncmp(p, "16", 2) == 0) size = 2, p += 2;
            else if (strncmp(p, "32", 2) == 0) size = 4, p += 2;
            if (size == 2 || size == 4) {
                if (*p == '-' || *p == '_') p++;
                if (strcasecmp(p, "be") == 0) *big = true;
                else if (strcasecmp(p, "le") == 0) *big = false;
                else if (*p) size = 0;
            }
        } else if (strcmp(p, "CP_UTF8") == 0 || strcasecmp(p, "cp65001") == 0) {
            size = 3;
        }
    }
    decref(th, v);
    return size;
}

static Value handler_surrogatepass(Thread *th, Value self, Value *args) {
    ErrorInfo info;
    if (error_info(th, args[0], ON_ENCODE | ON_DECODE, &info) < 0) return NO_VALUE;
    bool big;
    int size = surrogate_size(th, args[0], &big);
    if (error_pending(th)) {
        decref(th, info.object);
        return NO_VALUE;
    }
    if (size == 0) return reraise(th, &info);
    if (info.on == ON_ENCODE) {
        Value r = bytes_new(th, NULL, (info.end - info.start) * (size_t)size);
        uint8_t *to = r == NO_VALUE ? NULL : AS(Bytes, r)->data;
        for (size_t i = info.start; to && i < info.end; i++) {
            uint32_t c = str_char_at(STR(info.object), i);
            if (c - 0xD800 >= 0x800) {
                decref(th, r);
                return reraise(th, &info);
            }
            if (size == 3) to += utf8_put(to, c);
            else for (int k = 0; k < size; k++) *to++ = (uint8_t)(c >> 8 * (big ? size - 1 - k : k));
        }
        return answer(th, &info, r, info.end);
    }
    const uint8_t *p = AS(Bytes, info.object)->data + info.start;
    uint32_t c = 0;
    if (info.len - info.start >= (size_t)size) {
        if (size == 3) {
            if ((p[0] & 0xF0) == 0xE0 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80)
                c = (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
        } else {
            for (int k = 0; k < size; k++) c |= (uint32_t)p[k] << 8 * (big ? size - 1 - k : k);
        }
    }
    if (c - 0xD800 >= 0x800) return reraise(th, &info);
    return answer(th, &info, str_from_char(th, c), info.start + (size_t)size);
}

static const MethodDef handlers[] = {
    {"strict_errors", "(exception, /)", handler_strict, "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.", 0},
    {"ignore_errors", "(exception, /)", handler_ignore, "Implements the 'ignore' error handling, which ignores malformed data and continues.", 0},
    {"replace_errors", "(exception, /)", handler_replace, "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.", 0},
    {"xmlcharrefreplace_errors", "(exception, /)", handler_xmlcharref, "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.", 0},
    {"backslashreplace_errors", "(exception, /)", handler_backslash, "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.", 0},
    {"namereplace_errors", "(exception, /)", handler_name, "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.", 0},
    {"surrogatepass", "(exception, /)", handler_surrogatepass, NULL, 0},
    {"surrogateescape", "(exception, /)", handler_surrogateescape, NULL, 0},
};

int codec_handlers_init(Thread *th, Value registry) {
    static const char *const names[] = {"strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};
    for (size_t i = 0; i < ARRAY_LEN(handlers); i++) {
        Value f = builtin_function_new(th, &handlers[i], NO_VALUE, NO_VALUE);
        int r = f == NO_VALUE ? -1 : dict_set_str(th, AS(Dict, registry), names[i], f);
        decref(th, f);
        if (r < 0) return -1;
    }
    return 0;
}
