// SPDX-License-Identifier: MIT
// What streams over compression libraries share: growing output, running a library over input, and the decompressor object.
// Everything here is called attached, with the lock of the stream held where there is one.
#ifndef LADON_STDLIB_COMPRESSION_CODEC_H
#define LADON_STDLIB_COMPRESSION_CODEC_H

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "sched/thread/lock.h"

enum { CODEC_BUFFER = 16384, CODEC_DETACH_FROM = 4096 };

// Output that grows up to max bytes (SIZE_MAX: no limit).
typedef struct Output { Thread *th; uint8_t *p; size_t len, cap, max; } Output;
int output_init(Output *o, Thread *th, size_t hint, size_t max);   // room for hint bytes, at most max. 0 or -1
int output_grow(Output *o);       // room for at least a byte more: 0, -1 no memory, 1 the limit is reached
Value output_finish(Output *o);   // what was written as bytes; ends o
ALWAYS_INLINE void output_drop(Output *o) { mem_free(o->p); }

// What a result of the library means. RUN_MORE: done when the input is used up and room is left; RUN_AGAIN: another step whatever is left.
enum { RUN_ERROR = -1, RUN_MORE, RUN_END, RUN_AGAIN };

// A library's side of a stream. self is the stream.
typedef struct Codec {
    // Has the library work on at most *n bytes at *in and *room bytes at *out; all four are moved by what was used. May run detached: touches no object.
    int (*step)(void *self, int mode, const uint8_t **in, size_t *n, uint8_t **out, size_t *room);
    // What the step's result means: RUN_*; RUN_ERROR with the exception set.
    int (*check)(Thread *th, void *self, int mode, int result);
} Codec;

// Steps until the input is used up and nothing more comes out, the room is used up, or the stream ends.
//   in, n    moved by what was used
//   return   RUN_MORE, RUN_END or RUN_ERROR
int codec_run(Thread *th, const Codec *c, void *self, int mode, const uint8_t **in, size_t *n, Output *o);
// All of it into a new bytes object; p, n the whole input. Without a lock or under the stream's.
Value codec_run_all(Thread *th, const Codec *c, void *self, int mode, const uint8_t *p, size_t n, size_t hint);

// The compressor object of libraries that take all of the input at once: a module's own structure begins with it.
typedef struct Compressor {
    Object  head;
    ObjLock lock;       // [a] held while the library works
    bool    flushed;    // [l]
} Compressor;
// The methods compress(data) and flush(); mode is for the codec's step.
Value compressor_compress(Thread *th, Compressor *c, const Codec *codec, int mode, Value data);
Value compressor_flush(Thread *th, Compressor *c, const Codec *codec, int mode);

// The decompressor object: a module's own structure begins with it.
typedef struct Decompressor {
    Object   head;
    ObjLock  lock;          // [a] held while the library works
    bool     eof;           // [l]
    bool     needs_input;   // [l]
    bool     unusable;      // [l] set by a codec's check that has failed for good
    Value    unused;        // [l] bytes: what came behind the end
    uint8_t *kept;          // [l] input not yet used
    size_t   kept_len;      // [l]
} Decompressor;
void decompressor_init(Decompressor *d);                 // after object_new
void decompressor_release(Thread *th, Decompressor *d);  // in dealloc
// The method decompress(data, max_length=-1), which keeps what it can't use yet. at_end: the EOFError behind the end of the stream.
Value decompressor_decompress(Thread *th, Decompressor *d, const Codec *c, Value *args, const char *at_end);
Value decompressor_get_unused_data(Thread *th, Value self);
Value decompressor_get_eof(Thread *th, Value self);
Value decompressor_get_needs_input(Thread *th, Value self);
// Table rows of the types.
#define DECOMPRESS_DOC "Decompress *data*, returning uncompressed data as bytes.\n\nIf *max_length* is nonnegative, returns at most *max_length* bytes."
#define COMPRESS_DOC "Provide data to the compressor object.\n\nReturns a chunk of compressed data if possible, or b'' otherwise."
#define COMPRESS_FLUSH_DOC "Finish the compression process.\n\nReturns the compressed data left in internal buffers."
#define DECOMPRESSOR_GETSETS                                                                                                       \
    {"eof", decompressor_get_eof, NULL, "True if the end-of-stream marker has been reached."},                                     \
    {"needs_input", decompressor_get_needs_input, NULL, "True if more input is needed before more decompressed data can be produced."}, \
    {"unused_data", decompressor_get_unused_data, NULL, "Data found after the end of the compressed stream."}
// Reads a field of an object that its lock guards.
Value locked_get(Thread *th, ObjLock *lock, const Value *field);
Value locked_get_bool(Thread *th, ObjLock *lock, const bool *field);
#endif
