// SPDX-License-Identifier: MIT
// The module zlib over the library of that name. Streams are run by stdlib/compression/codec.c: a stream object has one lock, held while the library
// works on it; for much data the thread is detached meanwhile (the library then touches only its own state and blocks this file allocated; no object).
#include <string.h>
#include <zlib.h>

#include "core/object/int.h"
#include "gc/gc.h"
#include "stdlib/compression/codec.h"

static Value error_type; // [c] zlib.error, after the first import

static Value zlib_raise(Thread *th, const z_stream *z, int err, const char *what) {
    const char *why = z->msg;
    if (err == Z_VERSION_ERROR) why = "library version mismatch";
    if (!why) {
        if (err == Z_BUF_ERROR) why = "incomplete or truncated stream";
        else if (err == Z_STREAM_ERROR) why = "inconsistent stream state";
        else if (err == Z_DATA_ERROR) why = "invalid input data";
    }
    if (err == Z_MEM_ERROR) return raise_memory_error(th);
    if (!why) return raise_error(th, AS(Type, error_type), "Error %d %s", err, what);
    return raise_error(th, AS(Type, error_type), "Error %d %s: %.200s", err, what, why);
}

// ---- stream objects -------------------------------------------------------------------------------------------------------------------

// The streams of all three types, and those of compress() and decompress(), which are no objects and have no lock.
typedef struct ZStream {
    Decompressor d;           // lock, eof, unused_data; needs_input and kept input of a _ZlibDecompressor
    bool     live;            // [l] z is initialised
    Value    tail;            // [l] bytes: unconsumed_tail; swapped under the lock
    Value    zdict;           // [c] bytes or NO_VALUE
    z_stream z;               // [l]
} ZStream;
#define ZS(v) AS(ZStream, v)

static Type type_Compress, type_Decompress, type_ZlibDecompressor;

static ZStream *stream_new(Thread *th, Type *type, Value zdict) {
    ZStream *s = NEW(ZStream, th, type);
    if (!s) return NULL;
    decompressor_init(&s->d);
    s->tail = bytes_empty;
    s->zdict = NO_VALUE;
    if (zdict != NO_VALUE && (s->zdict = bytes_from_object(th, zdict)) == NO_VALUE) {
        decref(th, VALUE_OF(s));
        return NULL;
    }
    return s;
}

static void compress_dealloc(Thread *th, Object *o) {
    ZStream *s = (ZStream *)o;
    if (s->live) {
        if (o->shape->type == &type_Compress) deflateEnd(&s->z);
        else inflateEnd(&s->z);
    }
    decompressor_release(th, &s->d);
    decref(th, s->tail);
    decref(th, s->zdict);
    object_free(th, o);
}

static int int_arg(Thread *th, Value v, int dflt, int *out) {
    *out = dflt;
    return v == NO_VALUE ? 0 : number_as_int(th, v, out);
}

// inflateInit2 with a dictionary for raw streams. 0 or -1.
static int start_inflate(Thread *th, ZStream *s, int wbits) {
    int err = inflateInit2(&s->z, wbits);
    if (err == Z_STREAM_ERROR) {
        raise_value_error(th, "Invalid initialization option");
        return -1;
    }
    if (err != Z_OK) {
        zlib_raise(th, &s->z, err, "while creating decompression object");
        return -1;
    }
    s->live = true;
    if (s->zdict != NO_VALUE && wbits < 0) {
        err = inflateSetDictionary(&s->z, AS(Bytes, s->zdict)->data, (uInt)AS(Bytes, s->zdict)->len);
        if (err != Z_OK) {
            zlib_raise(th, &s->z, err, "while setting zdict");
            return -1;
        }
    }
    return 0;
}

static Value zlib_fn_compressobj(Thread *th, Value self, Value *args) {
    int level, method, wbits, mem_level, strategy;
    if (int_arg(th, args[0], Z_DEFAULT_COMPRESSION, &level) < 0 || int_arg(th, args[1], Z_DEFLATED, &method) < 0 ||
        int_arg(th, args[2], MAX_WBITS, &wbits) < 0 || int_arg(th, args[3], 8, &mem_level) < 0 || int_arg(th, args[4], Z_DEFAULT_STRATEGY, &strategy) < 0)
        return NO_VALUE;
    if (args[5] != NO_VALUE && args[5] != VALUE_NONE && !buffer_check(args[5])) return raise_type_error(th, "a bytes-like object is required, not '%T'", args[5]);
    ZStream *s = stream_new(th, &type_Compress, args[5] == VALUE_NONE ? NO_VALUE : args[5]);
    if (!s) return NO_VALUE;
    int err = deflateInit2(&s->z, level, method, wbits, mem_level, strategy);
    if (err == Z_OK) {
        s->live = true;
        if (s->zdict == NO_VALUE) return VALUE_OF(s);
        err = deflateSetDictionary(&s->z, AS(Bytes, s->zdict)->data, (uInt)AS(Bytes, s->zdict)->len);
        if (err == Z_OK) return VALUE_OF(s);
        if (err == Z_STREAM_ERROR) raise_value_error(th, "Invalid dictionary");
        else raise_value_error(th, "deflateSetDictionary()");
    } else if (err == Z_STREAM_ERROR) {
        raise_value_error(th, "Invalid initialization option");
    } else {
        zlib_raise(th, &s->z, err, "while creating compression object");
    }
    decref(th, VALUE_OF(s));
    return NO_VALUE;
}

static Value decompressor_new(Thread *th, Type *type, Value wbits_arg, Value zdict) {
    int wbits;
    if (int_arg(th, wbits_arg, MAX_WBITS, &wbits) < 0) return NO_VALUE;
    if (zdict != NO_VALUE && !buffer_check(zdict)) return raise_type_error(th, "zdict argument must support the buffer protocol");
    ZStream *s = stream_new(th, type, zdict);
    if (!s) return NO_VALUE;
    if (start_inflate(th, s, wbits) == 0) return VALUE_OF(s);
    decref(th, VALUE_OF(s));
    return NO_VALUE;
}
static Value zlib_fn_decompressobj(Thread *th, Value self, Value *args) { return decompressor_new(th, &type_Decompress, args[0], args[1]); }
static Value zlib_decompressor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    if (native_args_bind(th, &sig, "_ZlibDecompressor", "(wbits=15, zdict=b'')", args, nargs, kwnames, a) < 0) return NO_VALUE;
    return decompressor_new(th, type, a[0], a[1]);
}

// ---- one step of the library ----------------------------------------------------------------------------------------------------------

static int zlib_step(ZStream *s, int (*fn)(z_streamp, int), int flush, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    enum { CHUNK = 1 << 30 };
    uInt give = *n > CHUNK ? CHUNK : (uInt)*n, space = *room > CHUNK ? CHUNK : (uInt)*room;
    s->z.next_in = (Bytef *)*in;
    s->z.avail_in = give;
    s->z.next_out = *out;
    s->z.avail_out = space;
    int err = fn(&s->z, give < *n ? Z_NO_FLUSH : flush);
    *in += give - s->z.avail_in;
    *n -= give - s->z.avail_in;
    *out += space - s->z.avail_out;
    *room -= space - s->z.avail_out;
    return err;
}
static int deflate_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return zlib_step(self, deflate, mode, in, n, out, room);
}
static int deflate_check(Thread *th, void *self, int mode, int err) {
    if (err != Z_STREAM_ERROR) return err == Z_STREAM_END ? RUN_END : RUN_MORE;
    zlib_raise(th, &((ZStream *)self)->z, err, mode == Z_NO_FLUSH ? "while compressing data" : "while flushing");
    return RUN_ERROR;
}
static const Codec deflate_codec = {deflate_step, deflate_check};

static int inflate_step(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room) {
    return zlib_step(self, inflate, mode == Z_FINISH ? Z_FINISH : Z_SYNC_FLUSH, in, n, out, room);
}
// Gives the dictionary when inflate asks for it.
static int inflate_check(Thread *th, void *self, int mode, int err) {
    ZStream *s = self;
    if (err == Z_NEED_DICT && s->zdict != NO_VALUE) {
        int set = inflateSetDictionary(&s->z, AS(Bytes, s->zdict)->data, (uInt)AS(Bytes, s->zdict)->len);
        if (set == Z_OK) return RUN_AGAIN;
        zlib_raise(th, &s->z, set, "while setting zdict");
        return RUN_ERROR;
    }
    if (err == Z_STREAM_END) return RUN_END;
    if (err == Z_OK || err == Z_BUF_ERROR) return RUN_MORE;
    zlib_raise(th, &s->z, err, "while decompressing data");
    return RUN_ERROR;
}
static const Codec inflate_codec = {inflate_step, inflate_check};

// ---- compressing ----------------------------------------------------------------------------------------------------------------------

static Value compress_meth_compress(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    work_lock(th, &s->d.lock);
    Value r = s->live ? codec_run_all(th, &deflate_codec, s, Z_NO_FLUSH, b.buf, b.len, CODEC_BUFFER / 4)
                      : zlib_raise(th, &s->z, Z_STREAM_ERROR, "while compressing data");
    work_unlock(th, &s->d.lock);
    buffer_release(th, &b);
    return r;
}

static Value compress_meth_flush(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    int mode;
    if (int_arg(th, args[0], Z_FINISH, &mode) < 0) return NO_VALUE;
    if (mode == Z_NO_FLUSH) return bytes_empty;
    Output o;
    if (output_init(&o, th, CODEC_BUFFER / 4, SIZE_MAX) < 0) return NO_VALUE;
    const uint8_t *p = (const uint8_t *)"";
    size_t n = 0;
    work_lock(th, &s->d.lock);
    int r = s->live ? codec_run(th, &deflate_codec, s, mode, &p, &n, &o) : (zlib_raise(th, &s->z, Z_STREAM_ERROR, "while flushing"), RUN_ERROR);
    if (r == RUN_END && mode == Z_FINISH) {
        s->live = false;
        int err = deflateEnd(&s->z);
        if (err != Z_OK) {
            zlib_raise(th, &s->z, err, "while finishing compression");
            r = RUN_ERROR;
        }
    }
    work_unlock(th, &s->d.lock);
    if (r != RUN_ERROR) return output_finish(&o);
    output_drop(&o);
    return NO_VALUE;
}

static Value stream_meth_copy(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    bool deflating = type_of(self) == &type_Compress;
    ZStream *c = stream_new(th, type_of(self), NO_VALUE);
    if (!c) return NO_VALUE;
    work_lock(th, &s->d.lock);
    int err = !s->live ? Z_STREAM_ERROR : deflating ? deflateCopy(&c->z, &s->z) : inflateCopy(&c->z, &s->z);
    if (err == Z_OK) {
        c->live = true;
        c->d.eof = s->d.eof;
        c->d.unused = new_ref(th, s->d.unused);
        c->tail = new_ref(th, s->tail);
        if (s->zdict != NO_VALUE) c->zdict = new_ref(th, s->zdict);
    }
    work_unlock(th, &s->d.lock);
    if (err == Z_OK) return VALUE_OF(c);
    if (err == Z_STREAM_ERROR) raise_value_error(th, "Inconsistent stream state");
    else zlib_raise(th, &s->z, err, deflating ? "while copying compression object" : "while copying decompression object");
    decref(th, VALUE_OF(c));
    return NO_VALUE;
}
static Value stream_meth_deepcopy(Thread *th, Value self, Value *args) { return stream_meth_copy(th, self, NULL); }

// ---- decompressing --------------------------------------------------------------------------------------------------------------------

// After a step of a Decompress object: what is left of the input goes to unused_data or unconsumed_tail. Under the lock. 0 or -1.
static int save_rest(Thread *th, ZStream *s, const uint8_t *p, size_t n, bool ended) {
    Value drop = NO_VALUE;
    if (ended) {
        if (n) {
            const Bytes *old = AS(Bytes, s->d.unused);
            Value both = bytes_new(th, NULL, old->len + n);
            if (both == NO_VALUE) return -1;
            memcpy(AS(Bytes, both)->data, old->data, old->len);
            memcpy(AS(Bytes, both)->data + old->len, p, n);
            drop = s->d.unused;
            s->d.unused = both;
        }
        n = 0;
    }
    decref(th, drop); // bytes: no Python runs
    if (n || AS(Bytes, s->tail)->len) {
        Value rest = bytes_new(th, p, n);
        if (rest == NO_VALUE) return -1;
        drop = s->tail;
        s->tail = rest;
        decref(th, drop);
    }
    return 0;
}

static Value decompress_meth_decompress(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    intptr_t max = 0;
    if (args[1] != NO_VALUE && (max = number_as_ssize(th, args[1], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    if (max < 0) return raise_value_error(th, "max_length must be non-negative");
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Output o;
    Value r = NO_VALUE;
    if (output_init(&o, th, CODEC_BUFFER, max ? (size_t)max : SIZE_MAX) == 0) {
        const uint8_t *p = b.buf;
        size_t n = b.len;
        work_lock(th, &s->d.lock);
        int run = s->d.eof ? RUN_END : codec_run(th, &inflate_codec, s, Z_SYNC_FLUSH, &p, &n, &o);
        int failed = run == RUN_ERROR ? -1 : save_rest(th, s, p, n, run == RUN_END);
        if (!failed && run == RUN_END) s->d.eof = true;
        work_unlock(th, &s->d.lock);
        if (failed) output_drop(&o);
        else r = output_finish(&o);
    }
    buffer_release(th, &b);
    return r;
}

static Value decompress_meth_flush(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    intptr_t length = CODEC_BUFFER;
    if (args[0] != NO_VALUE && (length = number_as_ssize(th, args[0], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    if (length <= 0) return raise_value_error(th, "length must be greater than zero");
    Output o;
    if (output_init(&o, th, (size_t)length > (1u << 20) ? 1u << 20 : (size_t)length, SIZE_MAX) < 0) return NO_VALUE;
    work_lock(th, &s->d.lock);
    Value tail = new_ref(th, s->tail);
    const uint8_t *p = AS(Bytes, tail)->data;
    size_t n = AS(Bytes, tail)->len;
    int failed = 0;
    bool ended = s->d.eof;
    if (!ended) {
        int run = codec_run(th, &inflate_codec, s, Z_FINISH, &p, &n, &o);
        failed = run == RUN_ERROR ? -1 : save_rest(th, s, p, n, run == RUN_END);
        ended = !failed && run == RUN_END;
    }
    if (ended) {
        s->d.eof = true;
        if (s->live) inflateEnd(&s->z);
        s->live = false;
    }
    work_unlock(th, &s->d.lock);
    decref(th, tail);
    if (!failed) return output_finish(&o);
    output_drop(&o);
    return NO_VALUE;
}

static Value decompressor_meth_decompress(Thread *th, Value self, Value *args) {
    return decompressor_decompress(th, &ZS(self)->d, &inflate_codec, args, "End of stream already reached");
}

static Value stream_get_unconsumed_tail(Thread *th, Value self) { return locked_get(th, &ZS(self)->d.lock, &ZS(self)->tail); }

static const MethodDef compress_methods[] = {
    {"compress", "(self, data, /)", compress_meth_compress, "Returns a bytes object containing compressed data.", 0},
    {"flush", "(self, mode=4, /)", compress_meth_flush, "Return a bytes object containing any remaining compressed data.", 0},
    {"copy", "(self, /)", stream_meth_copy, "Return a copy of the compression object.", 0},
    {"__copy__", "(self, /)", stream_meth_copy, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", stream_meth_deepcopy, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(Compress, "zlib.Compress", sizeof(ZStream), TYPE_NO_INSTANTIATE, .methods = compress_methods, .slots = {.dealloc = compress_dealloc})

static const MethodDef decompress_methods[] = {
    {"decompress", "(self, data, /, max_length=0)", decompress_meth_decompress, "Return a bytes object containing the decompressed version of the data.", 0},
    {"flush", "(self, length=16384, /)", decompress_meth_flush, "Return a bytes object containing any remaining decompressed data.", 0},
    {"copy", "(self, /)", stream_meth_copy, "Return a copy of the decompression object.", 0},
    {"__copy__", "(self, /)", stream_meth_copy, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", stream_meth_deepcopy, NULL, 0},
    {0},
};
static const GetSetDef decompress_getsets[] = {
    {"unused_data", decompressor_get_unused_data, NULL, NULL},
    {"unconsumed_tail", stream_get_unconsumed_tail, NULL, NULL},
    {"eof", decompressor_get_eof, NULL, NULL},
    {0},
};
MODULE_TYPE_DEFINE(Decompress, "zlib.Decompress", sizeof(ZStream), TYPE_NO_INSTANTIATE, .methods = decompress_methods, .getsets = decompress_getsets,
                   .slots = {.dealloc = compress_dealloc})

static const MethodDef decompressor_methods[] = {
    {"decompress", "(self, /, data, max_length=-1)", decompressor_meth_decompress, "Decompress *data*, returning uncompressed data as bytes.", 0},
    {0},
};
static const GetSetDef decompressor_getsets[] = {DECOMPRESSOR_GETSETS, {0}};
MODULE_TYPE_DEFINE(ZlibDecompressor, "zlib._ZlibDecompressor", sizeof(ZStream), 0, .text_signature = "(wbits=15, zdict=b'')", .methods = decompressor_methods, .getsets = decompressor_getsets,
                   .doc = "Create a decompressor object for decompressing data incrementally.",
                   .slots = {.new_ = zlib_decompressor_slot_new, .dealloc = compress_dealloc})

// ---- functions ------------------------------------------------------------------------------------------------------------------------

static Value zlib_fn_compress(Thread *th, Value self, Value *args) {
    int level, wbits;
    if (int_arg(th, args[1], Z_DEFAULT_COMPRESSION, &level) < 0 || int_arg(th, args[2], MAX_WBITS, &wbits) < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    ZStream s;
    memset(&s, 0, sizeof s);
    Output o;
    Value r = NO_VALUE;
    int err = deflateInit2(&s.z, level, Z_DEFLATED, wbits, 8, Z_DEFAULT_STRATEGY);
    if (err == Z_STREAM_ERROR) {
        raise_error(th, AS(Type, error_type), "Bad compression level");
    } else if (err != Z_OK) {
        zlib_raise(th, &s.z, err, "while compressing data");
    } else {
        if (output_init(&o, th, b.len / 2 + 64, SIZE_MAX) == 0) {
            const uint8_t *p = b.buf;
            size_t n = b.len;
            int run = codec_run(th, &deflate_codec, &s, Z_FINISH, &p, &n, &o);
            if (run == RUN_MORE) zlib_raise(th, &s.z, Z_BUF_ERROR, "while compressing data");
            if (run != RUN_END) output_drop(&o);
            else r = output_finish(&o);
        }
        deflateEnd(&s.z);
    }
    buffer_release(th, &b);
    return r;
}

static Value zlib_fn_decompress(Thread *th, Value self, Value *args) {
    int wbits;
    intptr_t size = CODEC_BUFFER;
    if (int_arg(th, args[1], MAX_WBITS, &wbits) < 0) return NO_VALUE;
    if (args[2] != NO_VALUE && (size = number_as_ssize(th, args[2], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    if (size < 0) return raise_value_error(th, "bufsize must be non-negative");
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    ZStream s;
    memset(&s, 0, sizeof s);
    Output o;
    Value r = NO_VALUE;
    int err = inflateInit2(&s.z, wbits);
    if (err != Z_OK) {
        zlib_raise(th, &s.z, err, "while preparing to decompress data");
    } else {
        if (output_init(&o, th, (size_t)size, SIZE_MAX) == 0) {
            const uint8_t *p = b.buf;
            size_t n = b.len;
            int run = codec_run(th, &inflate_codec, &s, Z_SYNC_FLUSH, &p, &n, &o);
            if (run == RUN_MORE) {
                s.z.msg = NULL;
                zlib_raise(th, &s.z, Z_BUF_ERROR, "while decompressing data");
            }
            if (run != RUN_END) output_drop(&o);
            else r = output_finish(&o);
        }
        inflateEnd(&s.z);
    }
    buffer_release(th, &b);
    return r;
}

static Value checksum(Thread *th, Value *args, uint32_t start, bool crc) {
    uint32_t v = start;
    if (args[1] != NO_VALUE) {
        Value n = number_index(th, args[1]);
        if (n == NO_VALUE) return NO_VALUE;
        v = (uint32_t)int_as_u64_mask(n);
        decref(th, n);
    }
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    uLong sum = v;
    if (b.len > 5 * 1024) {
        BLOCKING_BEGIN(th);
        sum = crc ? crc32_z(sum, b.buf, b.len) : adler32_z(sum, b.buf, b.len);
        BLOCKING_END;
    } else {
        const uint8_t *p = b.buf ? b.buf : (const uint8_t *)"";
        sum = crc ? crc32_z(sum, p, b.len) : adler32_z(sum, p, b.len);
    }
    buffer_release(th, &b);
    return value_imm_int((int64_t)(sum & 0xFFFFFFFF));
}
static Value zlib_fn_crc32(Thread *th, Value self, Value *args) { return checksum(th, args, 0, true); }
static Value zlib_fn_adler32(Thread *th, Value self, Value *args) { return checksum(th, args, 1, false); }

static const MethodDef zlib_functions[] = {
    {"adler32", "(data, value=1, /)", zlib_fn_adler32, "Compute an Adler-32 checksum of data.", 0},
    {"compress", "(data, /, level=-1, wbits=15)", zlib_fn_compress, "Returns a bytes object containing compressed data.", 0},
    {"compressobj", "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)", zlib_fn_compressobj, "Return a compressor object.", 0},
    {"crc32", "(data, value=0, /)", zlib_fn_crc32, "Compute a CRC-32 checksum of data.", 0},
    {"decompress", "(data, /, wbits=15, bufsize=16384)", zlib_fn_decompress, "Returns a bytes object containing the uncompressed data.", 0},
    {"decompressobj", "(wbits=15, zdict=b'')", zlib_fn_decompressobj, "Return a decompressor object.", 0},
    {0},
};

static int zlib_exec(Thread *th, Value module) {
    static const struct { const char *name; int value; } constants[] = {
        {"MAX_WBITS", MAX_WBITS}, {"DEFLATED", Z_DEFLATED}, {"DEF_MEM_LEVEL", 8}, {"DEF_BUF_SIZE", CODEC_BUFFER}, {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
        {"Z_BEST_SPEED", Z_BEST_SPEED}, {"Z_BEST_COMPRESSION", Z_BEST_COMPRESSION}, {"Z_DEFAULT_COMPRESSION", Z_DEFAULT_COMPRESSION},
        {"Z_FILTERED", Z_FILTERED}, {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY}, {"Z_RLE", Z_RLE}, {"Z_FIXED", Z_FIXED}, {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
        {"Z_NO_FLUSH", Z_NO_FLUSH}, {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH}, {"Z_SYNC_FLUSH", Z_SYNC_FLUSH}, {"Z_FULL_FLUSH", Z_FULL_FLUSH},
        {"Z_FINISH", Z_FINISH}, {"Z_BLOCK", Z_BLOCK}, {"Z_TREES", Z_TREES},
    };
    if (error_type == NO_VALUE) {
        error_type = exception_create_type(th, "zlib.error", VALUE_OF(&exc_Exception), NULL);
        if (error_type == NO_VALUE) return -1;
        gc_add_root(&error_type);
    }
    if (type_ready(th, &type_Compress) < 0 || type_ready(th, &type_Decompress) < 0 || module_add_type(th, module, &type_ZlibDecompressor) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(constants); i++)
        if (module_add_int(th, module, constants[i].name, constants[i].value) < 0) return -1;
    if (module_add_str(th, module, "ZLIB_VERSION", ZLIB_VERSION) < 0 || module_add_str(th, module, "ZLIB_RUNTIME_VERSION", zlibVersion()) < 0 ||
        module_add_str(th, module, "__version__", "1.0") < 0)
        return -1;
    return module_add(th, module, "error", new_ref(th, error_type));
}

const ModuleDef module_zlib = {
    .name = "zlib", .doc = "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.",
    .methods = zlib_functions, .exec = zlib_exec};
