// SPDX-License-Identifier: MIT
// str_vformat: the printf-like formatter of all messages (formats: core/object/error.h). May run Python for %R %S %A; reaches safepoints then.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/object/str_int.h"

// The name of a type as messages show it: a class statement's __name__, or the dotted name a built-in type was declared with.
void str_builder_type_name(StrBuilder *b, const Type *t) {
    Value name = atomic_load_acquire(&t->name_obj);
    if ((t->flags & TYPE_HEAP) && name != NO_VALUE) str_builder_str(b, name);
    else str_builder_utf8(b, t->name, strlen(t->name));
}

// __name__ alone.
static void builder_short_name(StrBuilder *b, const Type *t) {
    Value name = atomic_load_acquire(&t->name_obj);
    if (name != NO_VALUE) {
        str_builder_str(b, name);
        return;
    }
    const char *dot = strrchr(t->name, '.');
    const char *text = dot ? dot + 1 : t->name;
    str_builder_utf8(b, text, strlen(text));
}

// "mod.Qual" of a type; nothing for builtins and __main__.
static void builder_full_name(StrBuilder *b, Type *t) {
    Thread *th = b->th;
    if (!(t->flags & TYPE_HEAP)) {
        str_builder_utf8(b, t->name, strlen(t->name));
        return;
    }
    Value module = NO_VALUE, qualname = NO_VALUE;
    if (object_getattr_optional(th, VALUE_OF(t), name_d_module, &module) < 0 ||
        object_getattr_optional(th, VALUE_OF(t), name_d_qualname, &qualname) < 0)
        error_clear(th);
    if (module != NO_VALUE && value_is_str(module) && !str_equal_cstr(module, "builtins") && !str_equal_cstr(module, "__main__")) {
        str_builder_str(b, module);
        str_builder_char(b, '.');
    }
    if (qualname != NO_VALUE && value_is_str(qualname)) str_builder_str(b, qualname);
    else str_builder_type_name(b, t);
    decref(th, module);
    decref(th, qualname);
}

static void builder_object(StrBuilder *b, Value text_owned, size_t precision) {
    if (text_owned == NO_VALUE) {
        b->failed = true;
        return;
    }
    str_builder_sub(b, text_owned, 0, precision);
    decref(b->th, text_owned);
}

static void builder_pad(StrBuilder *b, size_t from, size_t width) {
    size_t have = b->len - from;
    if (!b->failed && have < width) str_builder_fill(b, ' ', width - have); // left-justified; the only padding text gets
}

Value str_vformat(Thread *th, const char *fmt, __builtin_va_list ap_in) {
    va_list ap;
    va_copy(ap, ap_in);
    StrBuilder b;
    str_builder_init(&b, th);
    while (*fmt && !b.failed) {
        const char *pct = strchr(fmt, '%');
        if (!pct) {
            str_builder_utf8(&b, fmt, strlen(fmt));
            break;
        }
        if (pct > fmt) str_builder_utf8(&b, fmt, (size_t)(pct - fmt));
        const char *p = pct + 1;
        char spec[32] = "%";
        size_t n = 1;
        while (*p && strchr("-+ #0", *p) && n < 8) spec[n++] = *p++;
        long width = 0, precision = -1;
        if (*p == '*') {
            width = va_arg(ap, int);
            p++;
        } else while (*p >= '0' && *p <= '9' && width < 10000) width = width * 10 + (*p++ - '0');
        if (*p == '.') {
            precision = 0;
            p++;
            if (*p == '*') {
                precision = va_arg(ap, int);
                p++;
            } else while (*p >= '0' && *p <= '9' && precision < 10000) precision = precision * 10 + (*p++ - '0');
        }
        if (width) n += (size_t)snprintf(spec + n, 8, "%ld", width > 300 ? 300 : width);
        if (precision >= 0 && !strchr("sRSAUTBNQ", *p)) n += (size_t)snprintf(spec + n, 8, ".%ld", precision > 100 ? 100 : precision);
        int size = 0; // 1 long, 2 long long, 3 size_t
        while (*p == 'l' || *p == 'z' || *p == 'j' || *p == 't' || *p == 'h') {
            if (*p == 'l') size = size == 1 ? 2 : 1;
            else if (*p != 'h') size = 3;
            p++;
        }
        char text[512];
        size_t from = b.len, limit = precision < 0 ? SIZE_MAX : (size_t)precision;
        char c = *p;
        switch (c) {
        case 'd': case 'i': {
            long long v = size == 0 ? va_arg(ap, int) : size == 1 ? va_arg(ap, long) : size == 2 ? va_arg(ap, long long) : (long long)va_arg(ap, intptr_t);
            memcpy(spec + n, "lld", 4);
            str_builder_ascii(&b, text, (size_t)snprintf(text, sizeof text, spec, v));
            break;
        }
        case 'u': case 'x': case 'X': case 'o': {
            unsigned long long v = size == 0 ? va_arg(ap, unsigned) : size == 1 ? va_arg(ap, unsigned long) : size == 2 ? va_arg(ap, unsigned long long) : (unsigned long long)va_arg(ap, size_t);
            spec[n] = 'l', spec[n + 1] = 'l', spec[n + 2] = c, spec[n + 3] = 0;
            str_builder_ascii(&b, text, (size_t)snprintf(text, sizeof text, spec, v));
            break;
        }
        case 'g': case 'f': case 'e':
            spec[n] = c, spec[n + 1] = 0;
            str_builder_ascii(&b, text, (size_t)snprintf(text, sizeof text, spec, va_arg(ap, double)));
            break;
        case 'c': {
            uint32_t cp = (uint32_t)va_arg(ap, int);
            str_builder_char(&b, cp > 0x10FFFF ? 0xFFFD : cp);
            break;
        }
        case 's': {
            const char *s = va_arg(ap, const char *);
            if (!s) s = "(null)";
            size_t len = strnlen(s, limit);
            if (len == limit) // don't cut a character in two
                while (len && ((uint8_t)s[len] & 0xC0) == 0x80 && s[len]) len--;
            str_builder_utf8(&b, s, len);
            builder_pad(&b, from, (size_t)(width < 0 ? -width : width));
            break;
        }
        case 'p': {
            void *v = va_arg(ap, void *);
            str_builder_ascii(&b, text, (size_t)snprintf(text, sizeof text, "0x%llx", (unsigned long long)(uintptr_t)v));
            break;
        }
        case 'U': {
            Value v = va_arg(ap, Value);
            if (v == NO_VALUE) str_builder_cstr(&b, "(null)");
            else str_builder_sub(&b, v, 0, limit);
            break;
        }
        case 'R': builder_object(&b, object_repr(th, va_arg(ap, Value)), limit); break;
        case 'S': builder_object(&b, object_str(th, va_arg(ap, Value)), limit); break;
        case 'A': builder_object(&b, object_ascii(th, va_arg(ap, Value)), limit); break;
        case 'T': case 'B': {
            Value v = va_arg(ap, Value);
            if (c == 'B' && v == VALUE_NONE) str_builder_cstr(&b, "None");
            else if (v == NO_VALUE) str_builder_cstr(&b, "NULL");
            else str_builder_type_name(&b, type_of(v));
            break;
        }
        case 'N': builder_short_name(&b, va_arg(ap, const Type *)); break;
        case 'Q': builder_full_name(&b, type_of(va_arg(ap, Value))); break;
        case '%': str_builder_char(&b, '%'); break;
        default: // not ours: shown as it is
            str_builder_utf8(&b, pct, (size_t)(p - pct) + (c != 0));
            if (!c) p--;
            break;
        }
        fmt = p + 1;
    }
    va_end(ap);
    return str_builder_finish(&b);
}

Value str_format(Thread *th, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Value r = str_vformat(th, fmt, ap);
    va_end(ap);
    return r;
}
