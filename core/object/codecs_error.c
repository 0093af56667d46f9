// SPDX-License-Identifier: MIT
// Errors of the native coders: the usual handlers done natively, any other one called with an exception as the codecs module documents.
// May run Python.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/codecs_int.h"
#include "core/object/tuple.h"

ErrorKind error_kind(const char *errors) {
    static const struct { const char *name; ErrorKind kind; } known[] = {
        {"strict", ERRORS_STRICT}, {"surrogateescape", ERRORS_SURROGATEESCAPE}, {"replace", ERRORS_REPLACE}, {"ignore", ERRORS_IGNORE},
        {"backslashreplace", ERRORS_BACKSLASH}, {"surrogatepass", ERRORS_SURROGATEPASS}, {"xmlcharrefreplace", ERRORS_XMLCHARREF},
    };
    if (!errors) return ERRORS_STRICT;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(errors, known[i].name) == 0) return known[i].kind;
    return ERRORS_OTHER;
}

// ---- bytes that grow ------------------------------------------------------------------------------------------------------------------

void byte_builder_init(ByteBuilder *b, Thread *th, size_t hint) {
    *b = (ByteBuilder){.th = th};
    if (hint) byte_builder_reserve(b, hint);
}

bool byte_builder_reserve(ByteBuilder *b, size_t extra) {
    if (LIKELY(extra <= b->cap - b->len)) return !b->failed;
    if (b->failed) return false;
    if (extra > (size_t)INTPTR_MAX / 2 - b->len) {
        raise_memory_error(b->th);
        b->failed = true;
        return false;
    }
    size_t need = b->len + extra, cap = b->cap ? need + need / 2 + 32 : need;
    uint8_t *p = mem_realloc(b->th, b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void byte_builder_add(ByteBuilder *b, const void *p, size_t n) {
    if (n == 0 || !byte_builder_reserve(b, n)) return;
    memcpy(b->p + b->len, p, n);
    b->len += n;
}

Value byte_builder_finish(ByteBuilder *b) {
    Value r = b->failed ? NO_VALUE : bytes_new(b->th, b->p ? b->p : (uint8_t *)"", b->len);
    byte_builder_abort(b);
    return r;
}
void byte_builder_abort(ByteBuilder *b) {
    mem_free(b->p);
    b->p = NULL;
}

// ---- handlers called ------------------------------------------------------------------------------------------------------------------

// Calls the handler; a (replacement, position) tuple, owned, and the position for a text of n. NO_VALUE: error.
static Value call_handler(Thread *th, Value *handler, const char *errors, Value exc, const char *what, bool bytes_too, intptr_t *pos) {
    if (*handler == NO_VALUE && (*handler = codec_lookup_error(th, errors)) == NO_VALUE) return NO_VALUE;
    Value r = call1(th, *handler, exc);
    if (r == NO_VALUE) return NO_VALUE;
    bool fits = value_is_tuple(r) && AS(Tuple, r)->len == 2;
    if (fits) {
        Value text = AS(Tuple, r)->items[0];
        fits = value_is_str(text) || (bytes_too && value_is_bytes(text));
    }
    if (!fits) {
        raise_type_error(th, "%s error handler must return (%s, int) tuple", what, bytes_too ? "str/bytes" : "str");
        decref(th, r);
        return NO_VALUE;
    }
    *pos = number_as_ssize(th, AS(Tuple, r)->items[1], &exc_IndexError);
    if (*pos == -1 && error_pending(th)) {
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}

static int check_position(Thread *th, intptr_t *pos, size_t n) {
    if (*pos < 0) *pos += (intptr_t)n;
    if (*pos >= 0 && (size_t)*pos <= n) return 0;
    raise_error(th, &exc_IndexError, "position %zd from error handler out of bounds", *pos);
    return -1;
}

// ---- decoders -------------------------------------------------------------------------------------------------------------------------

void decoder_init(Decoder *d, Thread *th, const char *encoding, const char *errors, const void *p, size_t n) {
    d->th = th;
    d->encoding = encoding;
    d->errors = errors;
    d->kind = error_kind(errors);
    d->start = p;
    d->n = n;
    d->at = 0;
    d->object = d->handler = NO_VALUE;
    str_builder_init(&d->out, th);
}

static void decoder_release(Decoder *d) {
    decref(d->th, d->object);
    decref(d->th, d->handler);
}
Value decoder_finish(Decoder *d) {
    decoder_release(d);
    return str_builder_finish(&d->out);
}
Value decoder_abort(Decoder *d) {
    decoder_release(d);
    str_builder_abort(&d->out);
    return NO_VALUE;
}

static int call_decode_handler(Decoder *d, size_t start, size_t end, const char *reason) {
    Thread *th = d->th;
    if (d->object == NO_VALUE && (d->object = bytes_new(th, d->n ? (const void *)d->start : "", d->n)) == NO_VALUE) return -1;
    Value exc = codec_make_error(th, &exc_UnicodeDecodeError, d->encoding, d->object, start, end, reason);
    if (exc == NO_VALUE) return -1;
    intptr_t pos;
    int failed = -1;
    Value input = NO_VALUE, r = call_handler(th, &d->handler, d->errors ? d->errors : "strict", exc, "decoding", false, &pos);
    if (r != NO_VALUE) input = object_getattr_cstr(th, exc, "object"); // the handler may have put another one in
    if (input != NO_VALUE && !value_is_bytes(input)) {
        raise_type_error(th, "exception attribute object must be bytes");
    } else if (input != NO_VALUE) {
        set_ref(th, &d->object, new_ref(th, input));
        d->start = AS(Bytes, input)->data;
        d->n = AS(Bytes, input)->len;
        failed = check_position(th, &pos, d->n);
    }
    if (!failed) {
        str_builder_str(&d->out, AS(Tuple, r)->items[0]);
        d->at = (size_t)pos;
    }
    decref(th, input);
    decref(th, r);
    decref(th, exc);
    return failed;
}

int decoder_error(Decoder *d, size_t start, size_t end, const char *reason) {
    static const char hex[] = "0123456789abcdef";
    switch (d->kind) {
    case ERRORS_STRICT:
        codec_raise_decode(d->th, d->encoding, d->start, d->n, start, end, reason);
        return -1;
    case ERRORS_IGNORE: break;
    case ERRORS_REPLACE: str_builder_char(&d->out, 0xFFFD); break;
    case ERRORS_BACKSLASH:
        for (size_t i = start; i < end; i++) {
            char text[4] = {'\\', 'x', hex[d->start[i] >> 4], hex[d->start[i] & 15]};
            str_builder_ascii(&d->out, text, 4);
        }
        break;
    case ERRORS_SURROGATEESCAPE: {
        size_t i = start;
        while (i < end && i < start + 4 && d->start[i] >= 128) str_builder_char(&d->out, 0xDC00u + d->start[i++]);
        if (i == start) {
            codec_raise_decode(d->th, d->encoding, d->start, d->n, start, end, reason);
            return -1;
        }
        end = i;
        break;
    }
    default: return call_decode_handler(d, start, end, reason);
    }
    d->at = end;
    return 0;
}

// ---- encoders -------------------------------------------------------------------------------------------------------------------------

void encoder_init(Encoder *e, Thread *th, const char *encoding, const char *errors, Value text, size_t hint) {
    *e = (Encoder){.th = th, .encoding = encoding, .errors = errors, .kind = error_kind(errors), .text = text, .unit = 1};
    byte_builder_init(&e->out, th, hint);
}
Value encoder_finish(Encoder *e) {
    decref(e->th, e->handler);
    return byte_builder_finish(&e->out);
}
Value encoder_abort(Encoder *e) {
    decref(e->th, e->handler);
    byte_builder_abort(&e->out);
    return NO_VALUE;
}

static int raise_encode(Encoder *e, size_t start, size_t end, const char *reason) {
    codec_raise_encode(e->th, e->encoding, e->text, start, end, reason);
    return -1;
}

// Encodes ASCII replacement text. false: it can't be.
static bool put_text(Encoder *e, const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!e->put(e, (uint8_t)p[i])) return false;
    return true;
}

static int call_encode_handler(Encoder *e, size_t start, size_t end, const char *reason) {
    Thread *th = e->th;
    Value exc = codec_make_error(th, &exc_UnicodeEncodeError, e->encoding, e->text, start, end, reason);
    if (exc == NO_VALUE) return -1;
    intptr_t pos;
    Value r = call_handler(th, &e->handler, e->errors ? e->errors : "strict", exc, "encoding", true, &pos);
    int failed = r == NO_VALUE ? -1 : check_position(th, &pos, STR(e->text)->len);
    if (!failed) {
        Value with = AS(Tuple, r)->items[0];
        bool ok = true;
        size_t keep = e->out.len;
        if (value_is_bytes(with)) {
            ok = AS(Bytes, with)->len % e->unit == 0;
            if (ok) byte_builder_add(&e->out, AS(Bytes, with)->data, AS(Bytes, with)->len);
        } else {
            const Str *s = STR(with);
            for (size_t i = 0; i < s->len && ok; i++) ok = e->put(e, str_char_at(s, i));
        }
        if (!ok) {
            e->out.len = keep;
            failed = error_pending(th) ? -1 : raise_encode(e, start, end, reason);
        }
        e->at = (size_t)pos;
    }
    decref(th, r);
    decref(th, exc);
    return failed;
}

int encoder_error(Encoder *e, size_t start, size_t end, const char *reason) {
    const Str *s = STR(e->text);
    size_t keep = e->out.len;
    bool ok = true;
    char text[16];
    switch (e->kind) {
    case ERRORS_STRICT: return raise_encode(e, start, end, reason);
    case ERRORS_IGNORE: break;
    case ERRORS_REPLACE:
        for (size_t i = start; i < end && ok; i++) ok = e->put(e, '?');
        break;
    case ERRORS_BACKSLASH:
        for (size_t i = start; i < end && ok; i++) {
            uint32_t c = str_char_at(s, i);
            int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8, n = 0;
            text[n++] = '\\';
            text[n++] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
            while (digits-- > 0) text[n++] = "0123456789abcdef"[c >> (4 * digits) & 15];
            ok = put_text(e, text, (size_t)n);
        }
        break;
    case ERRORS_XMLCHARREF:
        for (size_t i = start; i < end && ok; i++) {
            uint32_t c = str_char_at(s, i);
            int n = sizeof text;
            text[--n] = ';';
            do text[--n] = (char)('0' + c % 10);
            while (c /= 10);
            text[--n] = '#';
            text[--n] = '&';
            ok = put_text(e, text + n, sizeof text - (size_t)n);
        }
        break;
    case ERRORS_SURROGATEESCAPE:
        if (e->unit != 1 || e->mapping != NO_VALUE) return call_encode_handler(e, start, end, reason);
        for (size_t i = start; i < end; i++) {
            uint32_t c = str_char_at(s, i);
            if (c < 0xDC80 || c > 0xDCFF) return raise_encode(e, i, end, reason);
            byte_builder_put(&e->out, (uint8_t)(c - 0xDC00));
        }
        break;
    default: return call_encode_handler(e, start, end, reason);
    }
    if (!ok) {
        e->out.len = keep;
        return error_pending(e->th) ? -1 : raise_encode(e, start, end, reason);
    }
    e->at = end;
    return e->out.failed ? -1 : 0;
}
