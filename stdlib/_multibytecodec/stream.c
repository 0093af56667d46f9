// SPDX-License-Identifier: MIT
// MultibyteStreamReader and MultibyteStreamWriter: bases of the classes in the encodings package. They call the methods of any stream, so no lock is held
// while they work: stateful.h.
#include <string.h>

#include "core/object/int.h"
#include "core/object/list.h"
#include "stdlib/_multibytecodec/stateful.h"

static Value stream_new(Thread *th, Type *type, const char *fname, bool decoding, NativeSig **sig, const Value *args, size_t nargs, Value kwnames) {
    Value bound[2];
    if (native_args_bind(th, sig, fname, "(stream, errors='strict')", args, nargs, kwnames, bound) < 0) return NO_VALUE;
    return mb_stateful_new(th, type, fname, decoding, bound[1], bound[0]);
}

static Value stream_get_stream(Thread *th, Value self) { return new_ref(th, AS(MbStateful, self)->stream); }
static const GetSetDef stream_getsets[] = {MB_ERRORS_GETSET, {"stream", stream_get_stream, NULL, NULL}, {0}};

static Value call_named(Thread *th, Value object, const char *method, const Value *args, size_t nargs) {
    Value name = str_intern_cstr(th, method);
    return name == NO_VALUE ? NO_VALUE : call_method(th, object, name, args, nargs);
}

// ---- reader ---------------------------------------------------------------------------------------------------------------------------

static Value reader_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return stream_new(th, type, "StreamReader", true, &sig, args, nargs, kwnames);
}

// Reads with the stream's method, and goes on byte by byte while nothing whole has come. hint below 0: without an argument, and what comes ends the input.
static Value read_with(Thread *th, MbStateful *s, const char *method, intptr_t hint) {
    if (hint == 0) return str_empty;
    MbProgress p;
    StrBuilder out;
    str_builder_init(&out, th);
    Value errors = mb_stateful_begin(th, s, &p);
    int failed = 0;
    for (;;) {
        Value size = value_imm_int(hint), data = call_named(th, s->stream, method, &size, hint < 0 ? 0 : 1);
        failed = -1;
        if (data == NO_VALUE) break;
        if (!value_is_bytes(data)) {
            raise_type_error(th, "stream function returned a non-bytes object (%T)", data);
            decref(th, data);
            break;
        }
        size_t n = AS(Bytes, data)->len, before = p.npending;
        failed = mb_decode_next(th, s->codec, &p, errors, AS(Bytes, data)->data, n, n == 0 || hint < 0, &out);
        decref(th, data);
        if (failed || hint < 0 || out.len || n + before == 0) break;
        hint = 1;
    }
    mb_stateful_end(th, s, &p);
    decref(th, errors);
    if (!failed) return str_builder_finish(&out);
    str_builder_abort(&out);
    return NO_VALUE;
}

// A size argument. 0 or -1.
static int size_arg(Thread *th, Value v, intptr_t *out) {
    *out = -1;
    if (v == NO_VALUE || v == VALUE_NONE) return 0;
    if (!value_is_int(v)) {
        raise_type_error(th, "arg 1 must be an integer");
        return -1;
    }
    return number_as_c_ssize(th, v, out);
}

static Value reader_meth_read(Thread *th, Value self, Value *args) {
    intptr_t size;
    return size_arg(th, args[0], &size) < 0 ? NO_VALUE : read_with(th, AS(MbStateful, self), "read", size);
}
static Value reader_meth_readline(Thread *th, Value self, Value *args) {
    intptr_t size;
    return size_arg(th, args[0], &size) < 0 ? NO_VALUE : read_with(th, AS(MbStateful, self), "readline", size);
}
static Value reader_meth_readlines(Thread *th, Value self, Value *args) {
    intptr_t size;
    Value text = size_arg(th, args[0], &size) < 0 ? NO_VALUE : read_with(th, AS(MbStateful, self), "read", size);
    if (text == NO_VALUE) return NO_VALUE;
    Value r = str_splitlines(th, text, true);
    decref(th, text);
    return r;
}

static const MethodDef reader_methods[] = {
    {"read", "(self, sizeobj=None, /)", reader_meth_read, NULL, 0},
    {"readline", "(self, sizeobj=None, /)", reader_meth_readline, NULL, 0},
    {"readlines", "(self, sizehintobj=None, /)", reader_meth_readlines, NULL, 0},
    {"reset", "(self, /)", mb_stateful_reset_decoding, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(MultibyteStreamReader, "_multibytecodec.MultibyteStreamReader", sizeof(MbStateful), TYPE_TRACED | TYPE_BASETYPE,
                   .methods = reader_methods, .getsets = stream_getsets,
                   .slots = {MB_STATEFUL_SLOTS, .new_ = reader_slot_new})

// ---- writer ---------------------------------------------------------------------------------------------------------------------------

static Value writer_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return stream_new(th, type, "StreamWriter", false, &sig, args, nargs, kwnames);
}

// Writes encoded text to the stream, taking it over. 0 or -1.
static int write_bytes(Thread *th, MbStateful *s, Value bytes_owned) {
    if (bytes_owned == NO_VALUE) return -1;
    Value r = call_named(th, s->stream, "write", &bytes_owned, 1);
    decref(th, bytes_owned);
    decref(th, r);
    return r == NO_VALUE ? -1 : 0;
}

static Value writer_meth_write(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    return write_bytes(th, s, mb_encode_next(th, s, args[0], 0)) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value writer_meth_writelines(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    if (!sequence_check(args[0])) return raise_type_error(th, "arg must be a sequence object");
    for (intptr_t i = 0;; i++) {
        intptr_t n = object_len(th, args[0]); // it may change meanwhile
        if (n < 0) return NO_VALUE;
        if (i >= n) return VALUE_NONE;
        Value line = sequence_get(th, args[0], i);
        if (line == NO_VALUE) return NO_VALUE;
        int failed = write_bytes(th, s, mb_encode_next(th, s, line, 0));
        decref(th, line);
        if (failed) return NO_VALUE;
    }
}

static Value writer_meth_reset(Thread *th, Value self, Value *args) {
    MbStateful *s = AS(MbStateful, self);
    MbProgress p;
    decref(th, mb_stateful_begin(th, s, &p));
    if (p.npending == 0) return VALUE_NONE; // nor is a way back to the start written then
    Value rest = mb_encode_next(th, s, str_empty, MB_FLUSH | MB_RESET | MB_DROP_PENDING);
    if (rest == NO_VALUE) return NO_VALUE;
    if (AS(Bytes, rest)->len == 0) {
        decref(th, rest);
        return VALUE_NONE;
    }
    return write_bytes(th, s, rest) < 0 ? NO_VALUE : VALUE_NONE;
}

static const MethodDef writer_methods[] = {
    {"write", "(self, strobj, /)", writer_meth_write, NULL, 0},
    {"writelines", "(self, lines, /)", writer_meth_writelines, NULL, 0},
    {"reset", "(self, /)", writer_meth_reset, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(MultibyteStreamWriter, "_multibytecodec.MultibyteStreamWriter", sizeof(MbStateful), TYPE_TRACED | TYPE_BASETYPE,
                   .methods = writer_methods, .getsets = stream_getsets,
                   .slots = {MB_STATEFUL_SLOTS, .new_ = writer_slot_new})

int mb_add_stream_types(Thread *th, Value module) {
    return module_add_type(th, module, &type_MultibyteStreamReader) < 0 ? -1 : module_add_type(th, module, &type_MultibyteStreamWriter);
}
