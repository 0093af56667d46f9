// SPDX-License-Identifier: MIT
// The module _codecs: the codec registry and the native coders (core/object/codecs.h) as Python functions. No state of its own.
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/codecs.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

// ---- arguments ------------------------------------------------------------------------------------------------------------------------

// A str (or None / absent when optional) as a C string. 0 or -1; release *hold.
static int text_arg(Thread *th, Value v, const char *fname, int number, bool optional, const char **out, Value *hold) {
    *hold = NO_VALUE;
    *out = NULL;
    if (optional && (v == NO_VALUE || v == VALUE_NONE)) return 0;
    if (!value_is_str(v)) {
        if (number) raise_type_error(th, "%s() argument %d must be str%s, not %B", fname, number, optional ? " or None" : "", v);
        else raise_type_error(th, "%s() argument must be str, not %B", fname, v);
        return -1;
    }
    return text_cstr_arg(th, v, out, hold, fname);
}

static Value pair(Thread *th, Value first_owned, size_t n) {
    if (first_owned == NO_VALUE) return NO_VALUE;
    Value r = tuple_pack2(th, first_owned, value_imm_int((int64_t)n));
    decref(th, first_owned);
    return r;
}

// ---- encoders -------------------------------------------------------------------------------------------------------------------------

typedef Value (*EncodeFn)(Thread *th, Value text, const char *errors, Value *args);

static Value encode_with(Thread *th, const char *fname, Value *args, EncodeFn fn) {
    const char *errors;
    Value hold;
    if (!value_is_str(args[0])) return raise_type_error(th, "%s() argument 1 must be str, not %B", fname, args[0]);
    if (text_arg(th, args[1], fname, 2, true, &errors, &hold) < 0) return NO_VALUE;
    Value r = pair(th, fn(th, args[0], errors, args), AS(Str, args[0])->len);
    decref(th, hold);
    return r;
}

#define ENCODER(name, expr) \
    static Value name##_do(Thread *th, Value text, const char *errors, Value *args) { return expr; } \
    static Value codecs_fn_##name(Thread *th, Value self, Value *args) { return encode_with(th, #name, args, name##_do); }

// An optional int argument.
static int int_arg(Thread *th, Value v, int dflt, int *out) {
    *out = dflt;
    return v == NO_VALUE ? 0 : number_as_int(th, v, out);
}
static Value utf16_any(Thread *th, Value text, const char *errors, Value order) {
    int bo;
    return int_arg(th, order, 0, &bo) < 0 ? NO_VALUE : utf16_codec_encode(th, text, errors, bo);
}
static Value utf32_any(Thread *th, Value text, const char *errors, Value order) {
    int bo;
    return int_arg(th, order, 0, &bo) < 0 ? NO_VALUE : utf32_codec_encode(th, text, errors, bo);
}

ENCODER(utf_7_encode, utf7_codec_encode(th, text, errors))
ENCODER(utf_8_encode, utf8_codec_encode(th, text, errors))
ENCODER(utf_16_encode, utf16_any(th, text, errors, args[2]))
ENCODER(utf_16_le_encode, utf16_codec_encode(th, text, errors, -1))
ENCODER(utf_16_be_encode, utf16_codec_encode(th, text, errors, 1))
ENCODER(utf_32_encode, utf32_any(th, text, errors, args[2]))
ENCODER(utf_32_le_encode, utf32_codec_encode(th, text, errors, -1))
ENCODER(utf_32_be_encode, utf32_codec_encode(th, text, errors, 1))
ENCODER(unicode_escape_encode, unicode_escape_encode(th, text))
ENCODER(raw_unicode_escape_encode, raw_unicode_escape_encode(th, text))
ENCODER(latin_1_encode, latin1_codec_encode(th, text, errors))
ENCODER(ascii_encode, ascii_codec_encode(th, text, errors))
ENCODER(charmap_encode, charmap_codec_encode(th, text, errors, args[2]))

// ---- decoders -------------------------------------------------------------------------------------------------------------------------

// consumed is NULL for final input.
typedef Value (*DecodeFn)(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, Value *args, int *order);

// final: the parameter's value or NO_VALUE; accept_str: a str stands for its UTF-8.
static Value decode_with(Thread *th, const char *fname, Value *args, DecodeFn fn, Value final, bool final_default, bool accept_str, int *order) {
    const char *errors;
    Value hold, text = NO_VALUE;
    int is_final = final_default;
    if (text_arg(th, args[1], fname, 2, true, &errors, &hold) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    Buffer b = {.obj = NO_VALUE};
    const void *p = NULL;
    size_t n = 0;
    if (final != NO_VALUE && (is_final = object_truth(th, final)) < 0) goto done;
    if (accept_str && value_is_str(args[0])) {
        if (!(p = str_utf8(th, args[0], &n, &text))) goto done;
    } else {
        if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) goto done;
        p = b.buf;
        n = b.len;
    }
    size_t consumed = n;
    r = fn(th, p ? p : "", n, errors, is_final ? NULL : &consumed, args, order);
    r = pair(th, r, is_final ? n : consumed);
done:
    buffer_release(th, &b);
    decref(th, text);
    decref(th, hold);
    return r;
}

#define DECODER(name, final, final_default, accept_str, expr) \
    static Value name##_do(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, Value *args, int *order) { return expr; } \
    static Value codecs_fn_##name(Thread *th, Value self, Value *args) { \
        return decode_with(th, #name, args, name##_do, final, final_default, accept_str, NULL); \
    }

static Value decode16(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, int order) {
    return utf16_codec_decode(th, p, n, errors, &order, consumed);
}
static Value decode32(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, int order) {
    return utf32_codec_decode(th, p, n, errors, &order, consumed);
}

DECODER(utf_7_decode, args[2], false, false, utf7_codec_decode(th, p, n, errors, consumed))
DECODER(utf_8_decode, args[2], false, false, utf8_codec_decode(th, p, n, errors, consumed))
DECODER(utf_16_decode, args[2], false, false, decode16(th, p, n, errors, consumed, 0))
DECODER(utf_16_le_decode, args[2], false, false, decode16(th, p, n, errors, consumed, -1))
DECODER(utf_16_be_decode, args[2], false, false, decode16(th, p, n, errors, consumed, 1))
DECODER(utf_32_decode, args[2], false, false, decode32(th, p, n, errors, consumed, 0))
DECODER(utf_32_le_decode, args[2], false, false, decode32(th, p, n, errors, consumed, -1))
DECODER(utf_32_be_decode, args[2], false, false, decode32(th, p, n, errors, consumed, 1))
DECODER(unicode_escape_decode, args[2], true, true, unicode_escape_decode(th, p, n, errors, consumed))
DECODER(raw_unicode_escape_decode, args[2], true, true, raw_unicode_escape_decode(th, p, n, errors, consumed))
DECODER(latin_1_decode, NO_VALUE, true, false, latin1_codec_decode(th, p, n, errors))
DECODER(ascii_decode, NO_VALUE, true, false, ascii_codec_decode(th, p, n, errors))
DECODER(charmap_decode, NO_VALUE, true, false, charmap_codec_decode(th, p, n, errors, args[2]))
DECODER(escape_decode, NO_VALUE, true, true, bytes_escape_decode(th, p, n, errors))

// (text, consumed, byteorder)
static Value decode_ex(Thread *th, const char *fname, Value *args, DecodeFn fn) {
    int order;
    if (int_arg(th, args[2], 0, &order) < 0) return NO_VALUE;
    Value two = decode_with(th, fname, args, fn, args[3], false, false, &order);
    if (two == NO_VALUE) return NO_VALUE;
    Value r = tuple_pack3(th, AS(Tuple, two)->items[0], AS(Tuple, two)->items[1], value_imm_int(order));
    decref(th, two);
    return r;
}
static Value ex16_do(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, Value *args, int *order) {
    return utf16_codec_decode(th, p, n, errors, order, consumed);
}
static Value ex32_do(Thread *th, const void *p, size_t n, const char *errors, size_t *consumed, Value *args, int *order) {
    return utf32_codec_decode(th, p, n, errors, order, consumed);
}
static Value codecs_fn_utf_16_ex_decode(Thread *th, Value self, Value *args) { return decode_ex(th, "utf_16_ex_decode", args, ex16_do); }
static Value codecs_fn_utf_32_ex_decode(Thread *th, Value self, Value *args) { return decode_ex(th, "utf_32_ex_decode", args, ex32_do); }

static Value codecs_fn_escape_encode(Thread *th, Value self, Value *args) {
    if (!value_is_bytes(args[0])) return raise_type_error(th, "escape_encode() argument 1 must be bytes, not %B", args[0]);
    const Bytes *b = AS(Bytes, args[0]);
    return pair(th, bytes_escape_encode(th, b->data, b->len), b->len);
}

static Value codecs_fn_readbuffer_encode(Thread *th, Value self, Value *args) {
    if (value_is_str(args[0])) {
        size_t n;
        Value hold;
        const char *p = str_utf8(th, args[0], &n, &hold);
        if (!p) return NO_VALUE;
        Value r = pair(th, bytes_new(th, p, n), n);
        decref(th, hold);
        return r;
    }
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = pair(th, bytes_new(th, b.buf ? (void *)b.buf : (void *)"", b.len), b.len);
    buffer_release(th, &b);
    return r;
}

static Value codecs_fn_charmap_build(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "charmap_build() argument must be str, not %B", args[0]);
    return charmap_build(th, args[0]);
}

// ---- registry -------------------------------------------------------------------------------------------------------------------------

static Value codecs_fn_register(Thread *th, Value self, Value *args) { return codec_register(th, args[0]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value codecs_fn_unregister(Thread *th, Value self, Value *args) { return codec_unregister(th, args[0]) < 0 ? NO_VALUE : VALUE_NONE; }

static Value codecs_fn_lookup(Thread *th, Value self, Value *args) {
    const char *name;
    Value hold;
    if (text_arg(th, args[0], "lookup", 0, false, &name, &hold) < 0) return NO_VALUE;
    Value r = codec_lookup(th, name);
    decref(th, hold);
    return r;
}
static Value codecs_fn_lookup_error(Thread *th, Value self, Value *args) {
    const char *name;
    Value hold;
    if (args[0] == VALUE_NONE) return raise_type_error(th, "lookup_error() argument must be str, not None");
    if (text_arg(th, args[0], "lookup_error", 0, false, &name, &hold) < 0) return NO_VALUE;
    Value r = codec_lookup_error(th, name);
    decref(th, hold);
    return r;
}
static Value codecs_fn_register_error(Thread *th, Value self, Value *args) {
    const char *name;
    Value hold;
    if (text_arg(th, args[0], "register_error", 1, false, &name, &hold) < 0) return NO_VALUE;
    int r = codec_register_error(th, name, args[1]);
    decref(th, hold);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value codecs_fn_unregister_error(Thread *th, Value self, Value *args) {
    const char *name;
    Value hold;
    if (text_arg(th, args[0], "_unregister_error", 0, false, &name, &hold) < 0) return NO_VALUE;
    int r = codec_unregister_error(th, name);
    decref(th, hold);
    return r < 0 ? NO_VALUE : value_bool(r);
}

static Value convert(Thread *th, Value *args, const char *fname, Value (*fn)(Thread *, Value, const char *, const char *)) {
    char what[64];
    const char *encoding, *errors;
    Value hold1, hold2;
    for (int i = 1; i < 3; i++)
        if (args[i] != NO_VALUE && !value_is_str(args[i])) {
            strcpy(what, i == 1 ? "encoding" : "errors");
            return raise_type_error(th, "%s() argument '%s' must be str, not %B", fname, what, args[i]);
        }
    if (text_arg(th, args[1], fname, 2, true, &encoding, &hold1) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (text_arg(th, args[2], fname, 3, true, &errors, &hold2) == 0) r = fn(th, args[0], encoding, errors);
    decref(th, hold1);
    decref(th, hold2);
    return r;
}
static Value codecs_fn_encode(Thread *th, Value self, Value *args) { return convert(th, args, "encode", codec_encode); }
static Value codecs_fn_decode(Thread *th, Value self, Value *args) { return convert(th, args, "decode", codec_decode); }

#define F(name, sig, doc) {#name, sig, codecs_fn_##name, doc, 0}
#define E(name) F(name, "(str, errors=None, /)", NULL)
#define E_ORDER(name) F(name, "(str, errors=None, byteorder=0, /)", NULL)
#define D(name) F(name, "(data, errors=None, /)", NULL)
#define D_FINAL(name) F(name, "(data, errors=None, final=False, /)", NULL)
static const MethodDef codecs_functions[] = {
    F(register, "(search_function, /)", "Register a codec search function."),
    F(unregister, "(search_function, /)", "Unregister a codec search function and clear the registry's cache."),
    F(lookup, "(encoding, /)", "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object."),
    F(encode, "(obj, encoding='utf-8', errors='strict')", "Encodes obj using the codec registered for encoding."),
    F(decode, "(obj, encoding='utf-8', errors='strict')", "Decodes obj using the codec registered for encoding."),
    F(register_error, "(errors, handler, /)", "Register the specified error handler under the name errors."),
    {"_unregister_error", "(errors, /)", codecs_fn_unregister_error, "Un-register the specified error handler for the error handling `errors'.", 0},
    F(lookup_error, "(name, /)", "lookup_error(errors) -> handler"),
    F(charmap_build, "(map, /)", NULL),
    E(utf_7_encode), E(utf_8_encode), E_ORDER(utf_16_encode), E(utf_16_le_encode), E(utf_16_be_encode), E_ORDER(utf_32_encode), E(utf_32_le_encode),
    E(utf_32_be_encode), E(unicode_escape_encode), E(raw_unicode_escape_encode), E(latin_1_encode), E(ascii_encode),
    F(charmap_encode, "(str, errors=None, mapping=None, /)", NULL), D(escape_encode), D(readbuffer_encode),
    D_FINAL(utf_7_decode), D_FINAL(utf_8_decode), D_FINAL(utf_16_decode), D_FINAL(utf_16_le_decode), D_FINAL(utf_16_be_decode), D_FINAL(utf_32_decode),
    D_FINAL(utf_32_le_decode), D_FINAL(utf_32_be_decode), F(unicode_escape_decode, "(data, errors=None, final=True, /)", NULL),
    F(raw_unicode_escape_decode, "(data, errors=None, final=True, /)", NULL), D(latin_1_decode), D(ascii_decode), D(escape_decode),
    F(charmap_decode, "(data, errors=None, mapping=None, /)", NULL), F(utf_16_ex_decode, "(data, errors=None, byteorder=0, final=False, /)", NULL),
    F(utf_32_ex_decode, "(data, errors=None, byteorder=0, final=False, /)", NULL),
    {0},
};

const ModuleDef module__codecs = {.name = "_codecs", .methods = codecs_functions};
