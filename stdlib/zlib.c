// SPDX-License-Identifier: MIT
// The module zlib over the library of that name. A stream object has one lock, held while the library works on it; for much data the thread
// is detached meanwhile (the library then touches only its own state and blocks this file allocated; no object).
#include <string.h>
#include <zlib.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

enum { DEFAULT_BUFFER = 16384, DETACH_FROM = 4096 };
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

// ---- output and one step of the library ----------------------------------------------------------------------------------------------

typedef struct Output { Thread *th; uint8_t *p; size_t len, cap, max; } Output; // max: limit of len, SIZE_MAX when there is none

static int output_init(Output *o, Thread *th, size_t hint, size_t max) {
    if (hint > max) hint = max;
    if (hint == 0) hint = 1;
    *o = (Output){th, mem_alloc(th, hint), 0, hint, max};
    return o->p ? 0 : -1;
}
// Room for more. 0, -1 no memory, 1 the limit is reached.
static int output_grow(Output *o) {
    if (o->len < o->cap && o->len < o->max) return 0;
    if (o->len >= o->max) return 1;
    size_t cap = o->cap < 1024 ? 1024 : o->cap * 2;
    if (cap > o->max) cap = o->max;
    uint8_t *p = mem_realloc(o->th, o->p, cap);
    if (!p) return -1;
    o->p = p;
    o->cap = cap;
    return 0;
}
static Value output_finish(Output *o) {
    Value r = bytes_new(o->th, o->p, o->len);
    mem_free(o->p);
    return r;
}

// Gives z at most what is left of the input and of the room, runs it, and accounts for both. The library's result.
static int step(Thread *th, z_stream *z, int (*fn)(z_streamp, int), int flush, const uint8_t **in, size_t *n, Output *o) {
    enum { CHUNK = 1 << 30 };
    uInt give = *n > CHUNK ? CHUNK : (uInt)*n;
    size_t room = (o->max < o->cap ? o->max : o->cap) - o->len;
    if (room > CHUNK) room = CHUNK;
    z->next_in = (Bytef *)*in;
    z->avail_in = give;
    z->next_out = o->p + o->len;
    z->avail_out = (uInt)room;
    int mode = give < *n ? Z_NO_FLUSH : flush, err;
    if (give >= DETACH_FROM || room >= 4 * DEFAULT_BUFFER) {
        BLOCKING_BEGIN(th);
        err = fn(z, mode);
        BLOCKING_END;
    } else {
        err = fn(z, mode);
    }
    *in += give - z->avail_in;
    *n -= give - z->avail_in;
    o->len += room - z->avail_out;
    return err;
}

// ---- stream objects -------------------------------------------------------------------------------------------------------------------

typedef struct ZStream {
    Object   head;
    ObjLock  lock;            // held while the library works
    bool     live;            // [l] z is initialised
    bool     eof;             // [l]
    bool     needs_input;     // [l] _ZlibDecompressor
    Value    unused, tail;    // [l] bytes: unused_data, unconsumed_tail; swapped under the lock
    Value    zdict;           // [c] bytes or NO_VALUE
    uint8_t *kept;            // [l] _ZlibDecompressor: input not yet used
    size_t   kept_len;        // [l]
    z_stream z;               // [l]
} ZStream;
#define ZS(v) AS(ZStream, v)

static Type type_Compress, type_Decompress, type_ZlibDecompressor;

static ZStream *stream_new(Thread *th, Type *type, Value zdict) {
    ZStream *s = NEW(ZStream, th, type);
    if (!s) return NULL;
    s->unused = bytes_empty;
    s->tail = bytes_empty;
    s->zdict = NO_VALUE;
    s->needs_input = true;
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
    mem_free(s->kept);
    decref(th, s->unused);
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

// ---- compressing ----------------------------------------------------------------------------------------------------------------------

// Feeds input to deflate until it is used up (and, with a flush mode, everything is out). Under the lock. 0 or -1.
static int deflate_all(Thread *th, ZStream *s, const uint8_t *p, size_t n, int flush, Output *o, const char *what, int *err) {
    do {
        if (output_grow(o) < 0) return -1;
        *err = step(th, &s->z, deflate, flush, &p, &n, o);
        if (*err == Z_STREAM_ERROR) {
            zlib_raise(th, &s->z, *err, what);
            return -1;
        }
    } while (n > 0 || s->z.avail_out == 0);
    return 0;
}

static Value compress_meth_compress(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Output o;
    int err;
    Value r = NO_VALUE;
    if (output_init(&o, th, DEFAULT_BUFFER / 4, SIZE_MAX) == 0) {
        obj_lock(th, &s->lock);
        int failed = s->live ? deflate_all(th, s, b.buf, b.len, Z_NO_FLUSH, &o, "while compressing data", &err)
                             : (zlib_raise(th, &s->z, Z_STREAM_ERROR, "while compressing data"), -1);
        obj_unlock(th, &s->lock);
        if (failed) mem_free(o.p);
        else r = output_finish(&o);
    }
    buffer_release(th, &b);
    return r;
}

static Value compress_meth_flush(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    int mode, err = Z_OK;
    if (int_arg(th, args[0], Z_FINISH, &mode) < 0) return NO_VALUE;
    if (mode == Z_NO_FLUSH) return bytes_empty;
    Output o;
    if (output_init(&o, th, DEFAULT_BUFFER / 4, SIZE_MAX) < 0) return NO_VALUE;
    obj_lock(th, &s->lock);
    int failed = s->live ? deflate_all(th, s, (const uint8_t *)"", 0, mode, &o, "while flushing", &err)
                         : (zlib_raise(th, &s->z, Z_STREAM_ERROR, "while flushing"), -1);
    if (!failed && err == Z_STREAM_END && mode == Z_FINISH) {
        s->live = false;
        if ((err = deflateEnd(&s->z)) != Z_OK) {
            zlib_raise(th, &s->z, err, "while finishing compression");
            failed = -1;
        }
    } else if (!failed && err != Z_OK && err != Z_BUF_ERROR) {
        zlib_raise(th, &s->z, err, "while flushing");
        failed = -1;
    }
    obj_unlock(th, &s->lock);
    if (!failed) return output_finish(&o);
    mem_free(o.p);
    return NO_VALUE;
}

static Value stream_meth_copy(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    bool deflating = type_of(self) == &type_Compress;
    ZStream *c = stream_new(th, type_of(self), NO_VALUE);
    if (!c) return NO_VALUE;
    obj_lock(th, &s->lock);
    int err = !s->live ? Z_STREAM_ERROR : deflating ? deflateCopy(&c->z, &s->z) : inflateCopy(&c->z, &s->z);
    if (err == Z_OK) {
        c->live = true;
        c->eof = s->eof;
        c->unused = new_ref(th, s->unused);
        c->tail = new_ref(th, s->tail);
        if (s->zdict != NO_VALUE) c->zdict = new_ref(th, s->zdict);
    }
    obj_unlock(th, &s->lock);
    if (err == Z_OK) return VALUE_OF(c);
    if (err == Z_STREAM_ERROR) raise_value_error(th, "Inconsistent stream state");
    else zlib_raise(th, &s->z, err, deflating ? "while copying compression object" : "while copying decompression object");
    decref(th, VALUE_OF(c));
    return NO_VALUE;
}
static Value stream_meth_deepcopy(Thread *th, Value self, Value *args) { return stream_meth_copy(th, self, NULL); }

// ---- decompressing --------------------------------------------------------------------------------------------------------------------

// inflate, with the dictionary when it asks for it. Under the lock. 0 with *err, or -1 raised.
static int inflate_step(Thread *th, ZStream *s, int flush, const uint8_t **p, size_t *n, Output *o, int *err) {
    *err = step(th, &s->z, inflate, flush, p, n, o);
    if (*err == Z_NEED_DICT && s->zdict != NO_VALUE) {
        int set = inflateSetDictionary(&s->z, AS(Bytes, s->zdict)->data, (uInt)AS(Bytes, s->zdict)->len);
        if (set != Z_OK) {
            zlib_raise(th, &s->z, set, "while setting zdict");
            return -1;
        }
        *err = Z_OK;
        return 0;
    }
    if (*err == Z_OK || *err == Z_BUF_ERROR || *err == Z_STREAM_END) return 0;
    zlib_raise(th, &s->z, *err, "while decompressing data");
    return -1;
}

// Until the input or the room (o->max) is used up, or the stream ends. Under the lock. 0 or -1.
static int inflate_all(Thread *th, ZStream *s, int flush, const uint8_t **p, size_t *n, Output *o, int *err) {
    do {
        int r = output_grow(o);
        if (r < 0) return -1;
        if (r > 0) break;
        size_t before = *n, made = o->len;
        if (inflate_step(th, s, flush, p, n, o, err) < 0) return -1;
        if (*err == Z_BUF_ERROR && before == *n && made == o->len) break; // no progress: it wants more input
    } while (*err != Z_STREAM_END && (*n > 0 || s->z.avail_out == 0));
    return 0;
}

// After a step of a Decompress object: what is left of the input goes to unused_data or unconsumed_tail. Under the lock. 0 or -1.
static int save_rest(Thread *th, ZStream *s, const uint8_t *p, size_t n, int err) {
    Value drop = NO_VALUE;
    if (err == Z_STREAM_END) {
        if (n) {
            const Bytes *old = AS(Bytes, s->unused);
            Value both = bytes_new(th, NULL, old->len + n);
            if (both == NO_VALUE) return -1;
            memcpy(AS(Bytes, both)->data, old->data, old->len);
            memcpy(AS(Bytes, both)->data + old->len, p, n);
            drop = s->unused;
            s->unused = both;
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
    if (output_init(&o, th, DEFAULT_BUFFER, max ? (size_t)max : SIZE_MAX) == 0) {
        const uint8_t *p = b.buf;
        size_t n = b.len;
        int err = Z_OK;
        obj_lock(th, &s->lock);
        int failed;
        if (s->eof) {
            err = Z_STREAM_END;
            failed = save_rest(th, s, p, n, err);
        } else {
            failed = inflate_all(th, s, Z_SYNC_FLUSH, &p, &n, &o, &err);
            if (!failed) {
                failed = save_rest(th, s, p, n, err);
                if (err == Z_STREAM_END) s->eof = true;
            }
        }
        obj_unlock(th, &s->lock);
        if (failed) mem_free(o.p);
        else r = output_finish(&o);
    }
    buffer_release(th, &b);
    return r;
}

static Value decompress_meth_flush(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    intptr_t length = DEFAULT_BUFFER;
    if (args[0] != NO_VALUE && (length = number_as_ssize(th, args[0], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    if (length <= 0) return raise_value_error(th, "length must be greater than zero");
    Output o;
    if (output_init(&o, th, (size_t)length > (1u << 20) ? 1u << 20 : (size_t)length, SIZE_MAX) < 0) return NO_VALUE;
    obj_lock(th, &s->lock);
    Value tail = new_ref(th, s->tail);
    const uint8_t *p = AS(Bytes, tail)->data;
    size_t n = AS(Bytes, tail)->len;
    int err = Z_OK, failed = 0;
    if (s->eof) {
        if (s->live) inflateEnd(&s->z);
        s->live = false;
    } else {
        failed = inflate_all(th, s, Z_FINISH, &p, &n, &o, &err);
        if (!failed) failed = save_rest(th, s, p, n, err);
        if (!failed && err == Z_STREAM_END) {
            s->eof = true;
            s->live = false;
            inflateEnd(&s->z);
        }
    }
    obj_unlock(th, &s->lock);
    decref(th, tail);
    if (!failed) return output_finish(&o);
    mem_free(o.p);
    return NO_VALUE;
}

// _ZlibDecompressor.decompress(data, max_length=-1): keeps what it can't use yet.
static Value decompressor_meth_decompress(Thread *th, Value self, Value *args) {
    ZStream *s = ZS(self);
    intptr_t max = -1;
    if (args[1] != NO_VALUE && (max = number_as_ssize(th, args[1], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Output o;
    Value r = NO_VALUE;
    if (output_init(&o, th, max > 0 && max < DEFAULT_BUFFER ? (size_t)max : DEFAULT_BUFFER, max >= 0 ? (size_t)max : SIZE_MAX) < 0) goto done;
    obj_lock(th, &s->lock);
    int failed = 0, err = Z_OK;
    uint8_t *joined = NULL;
    if (s->eof) {
        raise_error(th, &exc_EOFError, "End of stream already reached");
        failed = -1;
    } else {
        const uint8_t *p = b.buf;
        size_t n = b.len;
        if (s->kept_len) {
            joined = mem_alloc(th, s->kept_len + n + 1);
            if (joined) {
                memcpy(joined, s->kept, s->kept_len);
                memcpy(joined + s->kept_len, p, n);
                p = joined;
                n += s->kept_len;
            } else failed = -1;
        }
        if (!failed) failed = inflate_all(th, s, Z_SYNC_FLUSH, &p, &n, &o, &err);
        if (!failed) {
            bool room_left = max < 0 || o.len < (size_t)max;
            uint8_t *kept = NULL;
            if (err == Z_STREAM_END) {
                Value unused = n ? bytes_new(th, p, n) : bytes_empty;
                if (unused == NO_VALUE) failed = -1;
                else s->unused = unused; // was b''
                s->eof = true;
                s->needs_input = false;
                n = 0;
            } else {
                s->needs_input = n == 0 && room_left;
                if (n && !(kept = mem_alloc(th, n))) failed = -1;
                if (kept) memcpy(kept, p, n);
            }
            mem_free(s->kept);
            s->kept = kept;
            s->kept_len = kept ? n : 0;
        }
    }
    obj_unlock(th, &s->lock);
    mem_free(joined);
    if (failed) mem_free(o.p);
    else r = output_finish(&o);
done:
    buffer_release(th, &b);
    return r;
}

static Value locked_get(Thread *th, ZStream *s, const Value *field) {
    obj_lock(th, &s->lock);
    Value v = new_ref(th, *field);
    obj_unlock(th, &s->lock);
    return v;
}
static Value stream_get_unused_data(Thread *th, Value self) { return locked_get(th, ZS(self), &ZS(self)->unused); }
static Value stream_get_unconsumed_tail(Thread *th, Value self) { return locked_get(th, ZS(self), &ZS(self)->tail); }
static Value stream_get_eof(Thread *th, Value self) { return value_bool(ZS(self)->eof); }
static Value stream_get_needs_input(Thread *th, Value self) { return value_bool(ZS(self)->needs_input); }

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
    {"unused_data", stream_get_unused_data, NULL, NULL},
    {"unconsumed_tail", stream_get_unconsumed_tail, NULL, NULL},
    {"eof", stream_get_eof, NULL, NULL},
    {0},
};
MODULE_TYPE_DEFINE(Decompress, "zlib.Decompress", sizeof(ZStream), TYPE_NO_INSTANTIATE, .methods = decompress_methods, .getsets = decompress_getsets,
                   .slots = {.dealloc = compress_dealloc})

static const MethodDef decompressor_methods[] = {
    {"decompress", "(self, /, data, max_length=-1)", decompressor_meth_decompress, "Decompress *data*, returning uncompressed data as bytes.", 0},
    {0},
};
static const GetSetDef decompressor_getsets[] = {
    {"unused_data", stream_get_unused_data, NULL, "Data found after the end of the compressed stream."},
    {"needs_input", stream_get_needs_input, NULL, "True if more input is needed before more decompressed data can be produced."},
    {"eof", stream_get_eof, NULL, "True if the end-of-stream marker has been reached."},
    {0},
};
MODULE_TYPE_DEFINE(ZlibDecompressor, "zlib._ZlibDecompressor", sizeof(ZStream), 0, .methods = decompressor_methods, .getsets = decompressor_getsets,
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
            int failed = deflate_all(th, &s, b.buf, b.len, Z_FINISH, &o, "while compressing data", &err);
            if (!failed && err != Z_STREAM_END) {
                zlib_raise(th, &s.z, err, "while compressing data");
                failed = -1;
            }
            if (failed) mem_free(o.p);
            else r = output_finish(&o);
        }
        deflateEnd(&s.z);
    }
    buffer_release(th, &b);
    return r;
}

static Value zlib_fn_decompress(Thread *th, Value self, Value *args) {
    int wbits;
    intptr_t size = DEFAULT_BUFFER;
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
            int failed = inflate_all(th, &s, Z_SYNC_FLUSH, &p, &n, &o, &err);
            if (!failed && err != Z_STREAM_END) {
                s.z.msg = NULL;
                zlib_raise(th, &s.z, Z_BUF_ERROR, "while decompressing data");
                failed = -1;
            }
            if (failed) mem_free(o.p);
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
        {"MAX_WBITS", MAX_WBITS}, {"DEFLATED", Z_DEFLATED}, {"DEF_MEM_LEVEL", 8}, {"DEF_BUF_SIZE", DEFAULT_BUFFER}, {"Z_NO_COMPRESSION", Z_NO_COMPRESSION},
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
