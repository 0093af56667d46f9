// SPDX-License-Identifier: MIT
// The module _bz2 over libbz2 (see codec.h).
#include <bzlib.h>

#include "stdlib/compression/codec.h"

typedef struct Bz2Compressor { Compressor c; bool live; bz_stream z; } Bz2Compressor;         // live [c]: z is initialised; z [l]
typedef struct Bz2Decompressor { Decompressor d; bool live; bz_stream z; } Bz2Decompressor; // live [c]; z [l]

static Value bz2_raise(Thread *th, int err) {
    switch (err) {
    case BZ_PARAM_ERROR: return raise_value_error(th, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_memory_error(th);
    case BZ_DATA_ERROR: case BZ_DATA_ERROR_MAGIC: return raise_error(th, &exc_OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise_error(th, &exc_OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF: return raise_error(th, &exc_EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR: return raise_error(th, &exc_RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return raise_error(th, &exc_OSError, "Unrecognized error from libbzip2: %d", err);
    }
}
static int compress_check(Thread *th, void *self, int mode, int err) {
    if (err == BZ_STREAM_END) return RUN_END;
    if (err >= BZ_OK) return RUN_MORE;
    bz2_raise(th, err);
    return RUN_ERROR;
}
// The library must not be called again after an error.
static int decompress_check(Thread *th, void *self, int mode, int err) {
    int r = compress_check(th, self, mode, err);
    if (r == RUN_ERROR) ((Decompressor *)self)->unusable = true;
    return r;
}

// mode < 0: decompress.
static int bz2_step(bz_stream *z, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    enum { CHUNK = 1 << 30 };
    unsigned give = *n > CHUNK ? CHUNK : (unsigned)*n, space = *room > CHUNK ? CHUNK : (unsigned)*room;
    z->next_in = (char *)*in;
    z->avail_in = give;
    z->next_out = (char *)*out;
    z->avail_out = space;
    int err = mode < 0 ? BZ2_bzDecompress(z) : give == 0 && mode == BZ_RUN ? BZ_OK : BZ2_bzCompress(z, mode);
    *in += give - z->avail_in;
    *n -= give - z->avail_in;
    *out += space - z->avail_out;
    *room -= space - z->avail_out;
    return err;
}
static int compress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return bz2_step(&((Bz2Compressor *)self)->z, mode, in, n, out, room);
}
static int decompress_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return bz2_step(&((Bz2Decompressor *)self)->z, -1, in, n, out, room);
}
static const Codec compress_codec = {compress_step, compress_check}, decompress_codec = {decompress_step, decompress_check};

// ---- the compressor -------------------------------------------------------------------------------------------------------------------

static Value compressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[1];
    int level = 9;
    if (native_args_bind(th, &sig, "BZ2Compressor", "(compresslevel=9, /)", args, nargs, kwnames, a) < 0 || (a[0] && number_as_int(th, a[0], &level) < 0)) return NO_VALUE;
    if (level < 1 || level > 9) return raise_value_error(th, "compresslevel must be between 1 and 9");
    Bz2Compressor *c = NEW(Bz2Compressor, th, type);
    if (!c) return NO_VALUE;
    int err = BZ2_bzCompressInit(&c->z, level, 0, 0);
    if (err == BZ_OK) {
        c->live = true;
        return VALUE_OF(c);
    }
    bz2_raise(th, err);
    decref(th, VALUE_OF(c));
    return NO_VALUE;
}
static void compressor_dealloc(Thread *th, Object *o) {
    Bz2Compressor *c = (Bz2Compressor *)o;
    if (c->live) BZ2_bzCompressEnd(&c->z);
    object_free(th, o);
}
static Value compressor_meth_compress(Thread *th, Value self, Value *args) {
    return compressor_compress(th, &AS(Bz2Compressor, self)->c, &compress_codec, BZ_RUN, args[0]);
}
static Value compressor_meth_flush(Thread *th, Value self, Value *args) {
    return compressor_flush(th, &AS(Bz2Compressor, self)->c, &compress_codec, BZ_FINISH);
}
static const MethodDef compressor_methods[] = {
    {"compress", "(self, data, /)", compressor_meth_compress, COMPRESS_DOC, 0},
    {"flush", "(self, /)", compressor_meth_flush, COMPRESS_FLUSH_DOC, 0},
    {0},
};
MODULE_TYPE_DEFINE(BZ2Compressor, "_bz2.BZ2Compressor", sizeof(Bz2Compressor), 0, .methods = compressor_methods, .text_signature = "(compresslevel=9, /)",
                   .doc = "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.",
                   .slots = {.new_ = compressor_slot_new, .dealloc = compressor_dealloc})

// ---- the decompressor -----------------------------------------------------------------------------------------------------------------

static Value decompressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value none[1];
    if (native_args_bind(th, &sig, "BZ2Decompressor", "()", args, nargs, kwnames, none) < 0) return NO_VALUE;
    Bz2Decompressor *d = NEW(Bz2Decompressor, th, type);
    if (!d) return NO_VALUE;
    decompressor_init(&d->d);
    int err = BZ2_bzDecompressInit(&d->z, 0, 0);
    if (err == BZ_OK) {
        d->live = true;
        return VALUE_OF(d);
    }
    bz2_raise(th, err);
    decref(th, VALUE_OF(d));
    return NO_VALUE;
}
static void decompressor_dealloc(Thread *th, Object *o) {
    Bz2Decompressor *d = (Bz2Decompressor *)o;
    if (d->live) BZ2_bzDecompressEnd(&d->z);
    decompressor_release(th, &d->d);
    object_free(th, o);
}
static Value decompressor_meth_decompress(Thread *th, Value self, Value *args) {
    return decompressor_decompress(th, AS(Decompressor, self), &decompress_codec, args, "End of stream already reached");
}
static const MethodDef decompressor_methods[] = {
    {"decompress", "(self, /, data, max_length=-1)", decompressor_meth_decompress, DECOMPRESS_DOC, 0},
    {0},
};
static const GetSetDef decompressor_getsets[] = {DECOMPRESSOR_GETSETS, {0}};
MODULE_TYPE_DEFINE(BZ2Decompressor, "_bz2.BZ2Decompressor", sizeof(Bz2Decompressor), 0, .methods = decompressor_methods, .getsets = decompressor_getsets,
                   .text_signature = "()", .doc = "Create a decompressor object for decompressing data incrementally.",
                   .slots = {.new_ = decompressor_slot_new, .dealloc = decompressor_dealloc})

static int bz2_exec(Thread *th, Value module) {
    return module_add_type(th, module, &type_BZ2Compressor) < 0 || module_add_type(th, module, &type_BZ2Decompressor) < 0 ? -1 : 0;
}
const ModuleDef module__bz2 = {.name = "_bz2", .exec = bz2_exec};
