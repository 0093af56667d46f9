// SPDX-License-Identifier: MIT
// Input and errors of libexpat's parsers, for pyexpat and _elementtree (see expat_input.h).
#include "stdlib/expat_input.h"

#include <string.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/call.h"

enum { PARSE_AT_ONCE = 1 << 20 };

Value expat_text(Thread *th, const char *s) { return s ? str_from_utf8(th, s, strlen(s)) : VALUE_NONE; }

Value expat_error_text(Thread *th, const ExpatPlace *p, const char *text) {
    if (!text) text = XML_ErrorString((enum XML_Error)p->code);
    return str_format(th, "%s: line %lu, column %lu", text ? text : "unknown error", p->line, p->column);
}

int expat_text_arg(Thread *th, Value v, bool none_too, const char **out, Value *hold, const char *what) {
    *out = NULL;
    if (v == VALUE_NONE && none_too) return 0;
    size_t n;
    if (!value_is_str(v)) {
        if (none_too) raise_type_error(th, "%s must be str or None, not %B", what, v);
        else raise_type_error(th, "%s must be str, not %B", what, v);
        return -1;
    }
    if (!(*out = str_utf8(th, v, &n, hold))) return -1;
    if (strlen(*out) == n) return 0;
    raise_value_error(th, "embedded null character");
    return -1;
}

int expat_data_get(Thread *th, Value v, ExpatData *d) {
    *d = (ExpatData){.text = value_is_str(v), .hold = NO_VALUE, .buffer = {.obj = NO_VALUE}};
    if (d->text) return (d->p = str_utf8(th, v, &d->n, &d->hold)) ? 0 : -1;
    if (buffer_get(th, v, &d->buffer, BUF_SIMPLE) < 0) return -1;
    d->p = (const char *)d->buffer.buf;
    d->n = d->buffer.len;
    return 0;
}
void expat_data_release(Thread *th, ExpatData *d) {
    if (d->text) decref(th, d->hold);
    else buffer_release(th, &d->buffer);
}

int expat_parse_pieces(Thread *th, const char *p, size_t n, bool final, ExpatPieceFn *fn, void *arg) {
    for (; n > PARSE_AT_ONCE; p += PARSE_AT_ONCE, n -= PARSE_AT_ONCE) {
        int status = fn(th, arg, p, PARSE_AT_ONCE, false);
        if (status > 0 && thread_safepoint(th) < 0) status = -1;
        if (status <= 0) return status;
    }
    return fn(th, arg, n ? p : "", n, final);
}

int expat_map_encoding(Thread *th, const char *name, XML_Encoding *info) {
    Value all = bytes_new(th, NULL, 256), v[2] = {expat_text(th, name), str_from_cstr(th, "replace")}, text = NO_VALUE;
    if (all != NO_VALUE && v[0] != NO_VALUE && v[1] != NO_VALUE) {
        for (int i = 0; i < 256; i++) AS(Bytes, all)->data[i] = (uint8_t)i;
        text = call_method(th, all, name_decode, v, 2);
    }
    decref(th, all);
    decref(th, v[0]);
    decref(th, v[1]);
    if (text != NO_VALUE && (!value_is_str(text) || AS(Str, text)->len != 256)) {
        clear_ref(th, &text);
        raise_value_error(th, "multi-byte encodings are not supported");
    }
    for (size_t i = 0; text != NO_VALUE && i < 256; i++) {
        uint32_t c = str_char_at(AS(Str, text), i);
        info->map[i] = c == 0xFFFD ? -1 : (int)c;
    }
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    bool ok = text != NO_VALUE;
    decref(th, text);
    return ok ? XML_STATUS_OK : XML_STATUS_ERROR;
}
