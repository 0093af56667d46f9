// SPDX-License-Identifier: MIT
// MultibyteIncrementalEncoder and MultibyteIncrementalDecoder: bases of the classes in the encodings package, which have an attribute `codec`.
// Locks: stateful.h.
#include <string.h>

#include "core/object/int.h"
#include "core/object/tuple.h"
#include "stdlib/_multibytecodec/stateful.h"

static Value coder_new(Thread *th, Type *type, const char *fname, bool decoding, NativeSig **sig, const Value *args, size_t nargs, Value kwnames) {
    Value errors;
    if (native_args_bind(th, sig, fname, "(errors='strict')", args, nargs, kwnames, &errors) < 0) return NO_VALUE;
    return mb_stateful_new(th, type, fname, decoding, errors, NO_VALUE);
}

static int final_arg(Thread *th, Value v) { return v == NO_VALUE ? 0 : object_truth(th, v); }

// ---- encoder --------------------------------------------------------------------------------------------------------------------------

static Value encoder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return coder_new(th, type, "IncrementalEncoder", false, &sig, args, nargs, kwnames);
}

static Value encoder_meth_encode(Thread *th, Value self, Value *args) {
    int final = final_arg(th, args[1]);
    return final < 0 ? NO_VALUE : mb_encode_next(th, AS(MbStateful, self), args[0], final ? MB_FLUSH | MB_RESET : 0);
}

// As an int, little end first: the length of the pending characters in UTF-8, these, the state.
enum { STATE_SIZE = 1 + MB_PENDING_CHARS * 4 + sizeof(MbState) };

static Value encoder_meth_getstate(Thread *th, Value self, Value *args) {
    MbProgress p;
    decref(th, mb_stateful_begin(th, AS(MbStateful, self), &p));
    Value text = str_from_ucs4(th, p.chars, p.npending), hold;
    if (text == NO_VALUE) return NO_VALUE;
    size_t n;
    Value r = NO_VALUE;
    const char *utf8 = str_utf8(th, text, &n, &hold);
    if (utf8 && n > MB_PENDING_CHARS * 4) {
        raise_error(th, &exc_UnicodeError, "pending buffer too large");
        decref(th, hold);
    } else if (utf8) {
        uint8_t bytes[STATE_SIZE] = {(uint8_t)n};
        memcpy(bytes + 1, utf8, n);
        memcpy(bytes + 1 + n, p.state.c, sizeof p.state.c);
        r = int_from_bytes(th, bytes, 1 + n + sizeof p.state.c, true, false);
        decref(th, hold);
    }
    decref(th, text);
    return r;
}

static Value encoder_meth_setstate(Thread *th, Value self, Value *args) {
    uint8_t bytes[STATE_SIZE];
    if (!value_is_int(args[0])) return raise_type_error(th, "setstate() argument must be int, not %B", args[0]);
    if (int_to_bytes(th, args[0], bytes, sizeof bytes, true, false) < 0) return NO_VALUE;
    size_t n = bytes[0];
    if (n > MB_PENDING_CHARS * 4) return raise_error(th, &exc_UnicodeError, "pending buffer too large");
    Value text = str_from_utf8(th, (const char *)bytes + 1, n);
    if (text == NO_VALUE) return NO_VALUE;
    MbProgress p = {.npending = (uint8_t)AS(Str, text)->len};
    for (size_t i = 0; i < p.npending; i++) p.chars[i] = str_char_at(AS(Str, text), i);
    memcpy(p.state.c, bytes + 1 + n, sizeof p.state.c);
    decref(th, text);
    mb_stateful_end(th, AS(MbStateful, self), &p);
    return VALUE_NONE;
}

static Value encoder_meth_reset(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    uint8_t ignored[MB_STEP_BYTES], *out = ignored;
    MbProgress p;
    decref(th, mb_stateful_begin(th, s, &p));
    if (s->codec->end_encoding) s->codec->end_encoding(&p.state, &out);
    p.npending = 0;
    mb_stateful_end(th, s, &p);
    return VALUE_NONE;
}

static const GetSetDef coder_getsets[] = {MB_ERRORS_GETSET, {0}};
static const MethodDef encoder_methods[] = {
    {"encode", "(self, /, input, final=False)", encoder_meth_encode, NULL, 0},
    {"getstate", "(self, /)", encoder_meth_getstate, NULL, 0},
    {"setstate", "(self, state, /)", encoder_meth_setstate, NULL, 0},
    {"reset", "(self, /)", encoder_meth_reset, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(MultibyteIncrementalEncoder, "_multibytecodec.MultibyteIncrementalEncoder", sizeof(MbStateful), TYPE_TRACED | TYPE_BASETYPE,
                   .methods = encoder_methods, .getsets = coder_getsets,
                   .slots = {MB_STATEFUL_SLOTS, .new_ = encoder_slot_new})

// ---- decoder --------------------------------------------------------------------------------------------------------------------------

static Value decoder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return coder_new(th, type, "IncrementalDecoder", true, &sig, args, nargs, kwnames);
}

static Value decoder_meth_decode(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    int final = final_arg(th, args[1]);
    Buffer b;
    if (final < 0 || buffer_get_stable(th, args[0], &b) < 0) return NO_VALUE;
    MbProgress p;
    StrBuilder out;
    str_builder_init(&out, th);
    Value errors = mb_stateful_begin(th, s, &p);
    uint8_t before = p.npending;
    int failed = mb_decode_next(th, s->codec, &p, errors, b.buf, b.len, final, &out);
    if (failed == -2) p.npending = before; // what was pending stays
    mb_stateful_end(th, s, &p);
    decref(th, errors);
    buffer_release(th, &b);
    if (!failed) return str_builder_finish(&out);
    str_builder_abort(&out);
    return NO_VALUE;
}

static Value decoder_meth_getstate(Thread *th, Value self, Value *args) {
    MbProgress p;
    decref(th, mb_stateful_begin(th, AS(MbStateful, self), &p));
    Value pending = bytes_new(th, p.bytes, p.npending);
    Value state = pending == NO_VALUE ? NO_VALUE : int_from_bytes(th, p.state.c, sizeof p.state.c, true, false);
    Value r = state == NO_VALUE ? NO_VALUE : tuple_pack2(th, pending, state);
    decref(th, pending);
    decref(th, state);
    return r;
}

static Value decoder_meth_setstate(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    if (!value_is_tuple(args[0])) return raise_type_error(th, "setstate() argument must be tuple, not %B", args[0]);
    const Tuple *t = AS(Tuple, args[0]);
    if (t->len != 2 || !value_is_bytes(t->items[0]) || !value_is_int(t->items[1])) return raise_type_error(th, "setstate(): illegal state argument");
    MbProgress p = {0};
    if (int_to_bytes(th, t->items[1], p.state.c, sizeof p.state.c, true, false) < 0) return NO_VALUE;
    const Bytes *pending = AS(Bytes, t->items[0]);
    if (pending->len > MB_PENDING_BYTES)
        return codec_raise_decode(th, s->codec->name, pending->data, pending->len, 0, pending->len, "pending buffer too large");
    p.npending = (uint8_t)pending->len;
    memcpy(p.bytes, pending->data, pending->len);
    mb_stateful_end(th, s, &p);
    return VALUE_NONE;
}

static const MethodDef decoder_methods[] = {
    {"decode", "(self, /, input, final=False)", decoder_meth_decode, NULL, 0},
    {"getstate", "(self, /)", decoder_meth_getstate, NULL, 0},
    {"setstate", "(self, state, /)", decoder_meth_setstate, NULL, 0},
    {"reset", "(self, /)", mb_stateful_reset_decoding, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(MultibyteIncrementalDecoder, "_multibytecodec.MultibyteIncrementalDecoder", sizeof(MbStateful), TYPE_TRACED | TYPE_BASETYPE,
                   .methods = decoder_methods, .getsets = coder_getsets,
                   .slots = {MB_STATEFUL_SLOTS, .new_ = decoder_slot_new})

int mb_add_incremental_types(Thread *th, Value module) {
    return module_add_type(th, module, &type_MultibyteIncrementalEncoder) < 0 ? -1 : module_add_type(th, module, &type_MultibyteIncrementalDecoder);
}
