// SPDX-License-Identifier: MIT
// The driver of the East Asian codecs, what happens at errors, and the type MultibyteCodec: constant objects without state. No locks.
#include <string.h>

#include "core/object/int.h"
#include "core/object/tuple.h"
#include "stdlib/_multibytecodec/codec.h"

enum { CHUNK = 256 }; // characters decoded before they are added to the text

int mb_pair_or_one(CjkSet set, const MbText *t, uint32_t c, int *used) {
    *used = 1;
    uint32_t code = cjk_code(set, c);
    if (code != CJK_PAIR_START) return (int)code;
    if (t->at + 1 < t->len) {
        uint32_t next = mb_char_at(t, t->at + 1);
        code = next ? cjk_pair_code(set, c, next) : 0;
        if (code) *used = 2;
        return code ? (int)code : (int)cjk_pair_code(set, c, 0);
    }
    return t->flush ? (int)cjk_pair_code(set, c, 0) : MB_TOO_FEW;
}

int mb_plain_put(const MbCodec *codec, MbState *state, MbText *t, uint32_t c) {
    uint32_t code = cjk_code(MB_CONFIG_SET(codec), c);
    return code ? mb_put2(t, code) : -1;
}

int mb_plain_get(const MbCodec *codec, MbState *state, MbBytes *b) {
    if (b->end - b->in < 2) return MB_TOO_FEW;
    int used = mb_get_ucs(b, cjk_ucs(MB_CONFIG_SET(codec), (uint32_t)b->in[0] << 8 | b->in[1]), 2);
    return used ? used : -1;
}

// ---- errors ---------------------------------------------------------------------------------------------------------------------------

void mb_errors_init(MbErrors *e, Value name) {
    *e = (MbErrors){.kind = MB_CALL, .name = name, .exc = NO_VALUE};
    if (name == NO_VALUE || name == VALUE_NONE || str_equal_cstr(name, "strict")) e->kind = MB_STRICT;
    else if (str_equal_cstr(name, "ignore")) e->kind = MB_IGNORE;
    else if (str_equal_cstr(name, "replace")) e->kind = MB_REPLACE;
}

static const char *reason_of(int step) { return step == MB_TOO_FEW ? "incomplete multibyte sequence" : "illegal multibyte sequence"; }

// Makes the exception, or gives the one of before its new fields. 0 or -1.
static int exception_for(Thread *th, MbErrors *e, Type *type, const char *encoding, Value object, size_t start, size_t end, const char *reason) {
    if (e->exc == NO_VALUE) return (e->exc = codec_make_error(th, type, encoding, object, start, end, reason)) == NO_VALUE ? -1 : 0;
    static const char *const fields[] = {"start", "end", "reason"};
    Value why = str_from_cstr(th, reason);
    if (why == NO_VALUE) return -1;
    Value values[] = {value_imm_int((int64_t)start), value_imm_int((int64_t)end), why};
    int failed = 0;
    for (int i = 0; i < 3 && !failed; i++) {
        Value field = str_intern_cstr(th, fields[i]);
        failed = field == NO_VALUE || object_setattr(th, e->exc, field, values[i]) < 0 ? -1 : 0;
        decref(th, field);
    }
    decref(th, why);
    return failed;
}

// Calls the handler: its tuple, checked, and the position it wants in a text of n; NO_VALUE: error.
static Value ask_handler(Thread *th, MbErrors *e, bool encoding, size_t n, size_t *at) {
    const char *name;
    Value hold, r = NO_VALUE;
    if (text_cstr_arg(th, e->name, &name, &hold, "errors") < 0) return NO_VALUE;
    Value handler = codec_lookup_error(th, name);
    decref(th, hold);
    if (handler != NO_VALUE) {
        r = call1(th, handler, e->exc);
        decref(th, handler);
    }
    if (r == NO_VALUE) return NO_VALUE;
    bool fits = value_is_tuple(r) && AS(Tuple, r)->len == 2 && value_is_int(AS(Tuple, r)->items[1]);
    if (fits) {
        Value with = AS(Tuple, r)->items[0];
        fits = value_is_str(with) || (encoding && value_is_bytes(with));
    }
    if (!fits) {
        raise_type_error(th, "%s error handler must return (str, int) tuple", encoding ? "encoding" : "decoding");
        decref(th, r);
        return NO_VALUE;
    }
    // A number too large for a position is reported as -1.
    intptr_t pos = number_as_ssize(th, AS(Tuple, r)->items[1], &exc_OverflowError);
    if (pos == -1 && error_pending(th)) error_clear(th);
    else if (pos < 0) pos += (intptr_t)n;
    if (pos < 0 || (size_t)pos > n) {
        raise_error(th, &exc_IndexError, "position %zd from error handler out of bounds", pos);
        decref(th, r);
        return NO_VALUE;
    }
    *at = (size_t)pos;
    return r;
}

static void raise_internal(Thread *th) { raise_error(th, &exc_RuntimeError, "internal codec error"); }

// ---- encoding -------------------------------------------------------------------------------------------------------------------------

// Has the codec work until the end, or until something is wrong: MB_* or -n; 1: all done; 0: no memory.
static int encode_run(const MbCodec *codec, MbState *state, MbText *t, ByteBuilder *out) {
    while (t->at < t->len) {
        size_t left = t->len - t->at;
        if (!byte_builder_reserve(out, (left < CHUNK ? left : CHUNK) * 2 + MB_STEP_BYTES)) return 0;
        uint8_t *limit = out->p + out->cap - MB_STEP_BYTES;
        t->out = out->p + out->len;
        int used = 1;
        while (t->at < t->len && t->out <= limit) {
            uint32_t c = mb_char_at(t, t->at);
            if (c < 0x80 && !codec->own_ascii) {
                *t->out++ = (uint8_t)c;
                t->at++;
                continue;
            }
            used = codec->put(codec, state, t, c);
            if (used <= 0) break;
            t->at += (size_t)used;
        }
        out->len = (size_t)(t->out - out->p);
        if (used <= 0) return used;
    }
    return 1;
}

static void text_begin(MbText *t, Value text, size_t at, bool flush) {
    *t = (MbText){.data = str_data(AS(Str, text)), .kind = AS(Str, text)->kind, .len = AS(Str, text)->len, .at = at, .flush = flush};
}

// Encodes a replacement in the state reached. 0 or -1.
static int encode_replacement(Thread *th, const MbCodec *codec, MbState *state, Value text, ByteBuilder *out) {
    MbErrors strict;
    mb_errors_init(&strict, NO_VALUE);
    size_t at = 0;
    Value r = mb_encode(th, codec, state, text, &at, &strict, MB_FLUSH);
    if (r == NO_VALUE) return -1;
    byte_builder_add(out, AS(Bytes, r)->data, AS(Bytes, r)->len);
    decref(th, r);
    return out->failed ? -1 : 0;
}

static int encode_error(Thread *th, const MbCodec *codec, MbState *state, Value text, MbText *t, int step, MbErrors *e, ByteBuilder *out) {
    if (step == MB_INTERNAL) {
        raise_internal(th);
        return -1;
    }
    size_t end = step == MB_TOO_FEW ? t->len : t->at + (size_t)-step;
    if (e->kind == MB_REPLACE) {
        uint8_t mark = '?';
        MbText one = {.data = &mark, .kind = 1, .len = 1, .flush = true};
        if (encode_run(codec, state, &one, out) < 0) byte_builder_put(out, '?');
        if (out->failed) return -1;
    }
    if (e->kind == MB_IGNORE || e->kind == MB_REPLACE) {
        t->at = end;
        return 0;
    }
    if (exception_for(th, e, &exc_UnicodeEncodeError, codec->name, text, t->at, end, reason_of(step)) < 0) return -1;
    if (e->kind == MB_STRICT) {
        raise_object(th, e->exc, NO_VALUE);
        return -1;
    }
    size_t at;
    Value r = ask_handler(th, e, true, t->len, &at);
    if (r == NO_VALUE) return -1;
    Value with = AS(Tuple, r)->items[0];
    int failed = 0;
    if (value_is_bytes(with)) byte_builder_add(out, AS(Bytes, with)->data, AS(Bytes, with)->len);
    else failed = encode_replacement(th, codec, state, with, out);
    decref(th, r);
    t->at = at;
    return failed < 0 || out->failed ? -1 : 0;
}

Value mb_encode(Thread *th, const MbCodec *codec, MbState *state, Value text, size_t *at, MbErrors *errors, int flags) {
    if (AS(Str, text)->len == 0 && !(flags & MB_RESET)) return new_ref(th, bytes_empty);
    MbText t;
    ByteBuilder out;
    text_begin(&t, text, *at, (flags & MB_FLUSH) != 0);
    byte_builder_init(&out, th, t.len - t.at + MB_STEP_BYTES);
    int failed = out.failed ? -1 : 0;
    while (!failed && t.at < t.len) {
        int step = encode_run(codec, state, &t, &out);
        if (step == 0) failed = -1;
        if (step >= 0 || (step == MB_TOO_FEW && !t.flush)) break;
        failed = encode_error(th, codec, state, text, &t, step, errors, &out);
        if (step == MB_TOO_FEW) break;
    }
    if (!failed && (flags & MB_RESET) && codec->end_encoding && byte_builder_reserve(&out, MB_STEP_BYTES)) {
        t.out = out.p + out.len;
        codec->end_encoding(state, &t.out);
        out.len = (size_t)(t.out - out.p);
    }
    clear_ref(th, &errors->exc);
    *at = t.at;
    if (!failed) return byte_builder_finish(&out);
    byte_builder_abort(&out);
    return NO_VALUE;
}

// ---- decoding -------------------------------------------------------------------------------------------------------------------------

static int decode_error(Thread *th, const MbCodec *codec, const uint8_t *p, size_t n, size_t *at, int step, MbErrors *e, StrBuilder *out) {
    if (step == MB_INTERNAL) {
        raise_internal(th);
        return -1;
    }
    size_t end = step == MB_TOO_FEW ? n : *at + (size_t)-step;
    if (e->kind == MB_REPLACE) str_builder_char(out, 0xFFFD);
    if (e->kind == MB_IGNORE || e->kind == MB_REPLACE) {
        *at = end;
        return out->failed ? -1 : 0;
    }
    Value bytes = e->exc == NO_VALUE ? bytes_new(th, p, n) : NO_VALUE;
    int failed = e->exc == NO_VALUE && bytes == NO_VALUE ? -1
               : exception_for(th, e, &exc_UnicodeDecodeError, codec->name, bytes, *at, end, reason_of(step));
    decref(th, bytes);
    if (failed) return -1;
    if (e->kind == MB_STRICT) {
        raise_object(th, e->exc, NO_VALUE);
        return -1;
    }
    Value r = ask_handler(th, e, false, n, at);
    if (r == NO_VALUE) return -1;
    str_builder_str(out, AS(Tuple, r)->items[0]);
    decref(th, r);
    return out->failed ? -1 : 0;
}

// Has the codec work until the end or an error, as encode_run.
static int decode_run(const MbCodec *codec, MbState *state, const uint8_t *p, size_t n, size_t *at, StrBuilder *out) {
    uint32_t chunk[CHUNK];
    MbBytes b = {.in = p + *at, .end = p + n};
    int used = 1;
    while (used > 0 && b.in < b.end) {
        b.out = chunk;
        while (b.in < b.end && b.out <= chunk + CHUNK - MB_STEP_CHARS) {
            if (*b.in < 0x80 && !codec->own_ascii) {
                *b.out++ = *b.in++;
                continue;
            }
            used = codec->get(codec, state, &b);
            if (used <= 0) break;
            b.in += used;
        }
        uint32_t any = 0;
        for (const uint32_t *c = chunk; c < b.out; c++) any |= *c;
        if (b.out > chunk) str_builder_chars(out, chunk, 4, (size_t)(b.out - chunk), any);
    }
    *at = (size_t)(b.in - p);
    return out->failed ? 0 : used;
}

int mb_decode(Thread *th, const MbCodec *codec, MbState *state, const uint8_t *p, size_t n, size_t *at, MbErrors *errors, StrBuilder *out) {
    while (*at < n) {
        int step = decode_run(codec, state, p, n, at, out);
        if (step == 0) return -1;
        if (step > 0 || step == MB_TOO_FEW) break;
        if (decode_error(th, codec, p, n, at, step, errors, out) < 0) return -1;
    }
    return 0;
}

int mb_decode_end(Thread *th, const MbCodec *codec, const uint8_t *p, size_t n, size_t *at, MbErrors *errors, StrBuilder *out) {
    return *at < n ? decode_error(th, codec, p, n, at, MB_TOO_FEW, errors, out) : 0;
}

// ---- the type MultibyteCodec ----------------------------------------------------------------------------------------------------------

typedef struct MultibyteCodec { Object head; const MbCodec *codec; } MultibyteCodec; // [c]

// An errors argument: Str, None or absent. 0 or -1.
static int check_errors(Thread *th, const char *fname, Value v) {
    if (v == NO_VALUE || v == VALUE_NONE || value_is_str(v)) return 0;
    raise_type_error(th, "%s() argument 'errors' must be str or None, not %B", fname, v);
    return -1;
}

static Value with_length(Thread *th, Value r_owned, size_t n) {
    if (r_owned == NO_VALUE) return NO_VALUE;
    Value r = tuple_pack2(th, r_owned, value_imm_int((int64_t)n));
    decref(th, r_owned);
    return r;
}

static Value codec_meth_encode(Thread *th, Value self, Value *args) {
    const MbCodec *codec = AS(MultibyteCodec, self)->codec;
    if (check_errors(th, "encode", args[1]) < 0) return NO_VALUE;
    Value text = value_is_str(args[0]) ? new_ref(th, args[0]) : object_str(th, args[0]);
    if (text == NO_VALUE) return NO_VALUE;
    MbState state = {{0}};
    MbErrors errors;
    size_t at = 0, n = AS(Str, text)->len;
    mb_errors_init(&errors, args[1]);
    if (codec->start) codec->start(&state, false);
    Value r = mb_encode(th, codec, &state, text, &at, &errors, MB_FLUSH | MB_RESET);
    decref(th, text);
    return with_length(th, r, n);
}

static Value codec_meth_decode(Thread *th, Value self, Value *args) {
    const MbCodec *codec = AS(MultibyteCodec, self)->codec;
    if (check_errors(th, "decode", args[1]) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get_stable(th, args[0], &b) < 0) return NO_VALUE;
    MbState state = {{0}};
    MbErrors errors;
    size_t at = 0, n = b.len;
    mb_errors_init(&errors, args[1]);
    if (codec->start) codec->start(&state, true);
    StrBuilder out;
    str_builder_init(&out, th);
    int failed = 0;
    while (!failed && at < n) { // a handler may have gone on in the middle of the incomplete end
        failed = mb_decode(th, codec, &state, b.buf, n, &at, &errors, &out);
        if (!failed) failed = mb_decode_end(th, codec, b.buf, n, &at, &errors, &out);
    }
    decref(th, errors.exc);
    buffer_release(th, &b);
    if (!failed) return with_length(th, str_builder_finish(&out), n);
    str_builder_abort(&out);
    return NO_VALUE;
}

static const MethodDef codec_methods[] = {
    {"encode", "(self, /, input, errors=None)", codec_meth_encode,
     "Return the encoded form of the text input, and the number of its characters, as a tuple.\n\nerrors names the error handler, 'strict' by default.", 0},
    {"decode", "(self, /, input, errors=None)", codec_meth_decode,
     "Return the text that the bytes of input stand for, and their number, as a tuple.\n\nerrors names the error handler, 'strict' by default.", 0},
    {0},
};
MODULE_TYPE_DEFINE(MultibyteCodec, "_multibytecodec.MultibyteCodec", sizeof(MultibyteCodec), TYPE_NO_INSTANTIATE, .methods = codec_methods)

// By the import of _multibytecodec, which one thread at a time does, whoever needs the type.
int mb_codec_type_ready(Thread *th) {
    Value m = import_module(th, "_multibytecodec");
    decref(th, m);
    return m ? 0 : -1;
}

const MbCodec *mb_codec_of(Value v) { return value_is_exact(v, &type_MultibyteCodec) ? AS(MultibyteCodec, v)->codec : NULL; }

Value mb_getcodec(Thread *th, const MbCodec *codecs, Value name) {
    if (!value_is_str(name)) return raise_type_error(th, "encoding name must be a string.");
    while (codecs->name && !str_equal_cstr(name, codecs->name)) codecs++;
    if (!codecs->name) return raise_error(th, &exc_LookupError, "no such codec is supported.");
    for (size_t i = 0; i < ARRAY_LEN(codecs->needs) && codecs->needs[i]; i++)
        if (cjk_table_need(th, codecs->needs[i]) < 0) return NO_VALUE;
    MultibyteCodec *c = NEW(MultibyteCodec, th, &type_MultibyteCodec);
    if (!c) return NO_VALUE;
    c->codec = codecs;
    return VALUE_OF(c);
}

// ---- the module -----------------------------------------------------------------------------------------------------------------------

static Value multibytecodec_fn_create_codec(Thread *th, Value self, Value *args) { return raise_value_error(th, "argument type invalid"); }

static const MethodDef multibytecodec_functions[] = {
    {"__create_codec", "(arg, /)", multibytecodec_fn_create_codec, NULL, 0}, // the codec modules make theirs themselves; nothing else is one
    {0},
};

static int multibytecodec_exec(Thread *th, Value module) {
    return type_ready(th, &type_MultibyteCodec) < 0 || mb_add_incremental_types(th, module) < 0 ? -1 : mb_add_stream_types(th, module);
}

const ModuleDef module__multibytecodec = {.name = "_multibytecodec", .methods = multibytecodec_functions, .exec = multibytecodec_exec};
