// SPDX-License-Identifier: MIT
// What the files of _io share: the layouts of its objects, their lock, and the internal entry points (Library Reference, "io").
#ifndef LADON_STDLIB_IO_INT_H
#define LADON_STDLIB_IO_INT_H

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"
#include "stdlib/owner_lock.h"

#define IO_TYPES(X) X(IOBase) X(RawIOBase) X(BufferedIOBase) X(TextIOBase) X(FileIO) X(BytesIO) X(BufferedReader) X(BufferedWriter) X(BufferedRandom) \
    X(BufferedRWPair) X(IncrementalNewlineDecoder) X(TextIOWrapper) X(StringIO) X(BytesIOBuffer)
#define X(n) extern Type type_io_##n; extern Shape shape_io_##n;
IO_TYPES(X)
#undef X
enum { IO_FLAGS = TYPE_TRACED | TYPE_BASETYPE | TYPE_HAS_DICT | TYPE_WEAKREFABLE | TYPE_HAS_DEL };
enum { IO_BUFFER_SIZE = 128 * 1024 };

// A lock that may be held while Python code runs (a raw stream's methods): waits detached; the owner may not enter again.
typedef OwnerLock IoLock;
// 0, or -1 with RuntimeError "reentrant call inside ...".
int io_lock(Thread *th, IoLock *l, Value self);
void io_unlock(IoLock *l);

typedef struct FileIO {
    Object head;
    int32_t fd;               // [a] -1: closed
    uint8_t readable, writable, appending, created, closefd, finalizing; // [c] but finalizing
    int8_t seekable;          // [a] -1: not known yet
    uint32_t blksize;         // [c]
} FileIO;

extern Value io_UnsupportedOperation;   // the exception class; root
Value io_unsupported(Thread *th, const char *msg);
Value io_str(Thread *th, const char *s);  // interned name as Value (immortal)

// Method names, interned once.
#define IO_NAMES(X) X(close) X(closed) X(flush) X(read) X(read1) X(readinto) X(readall) X(readline) X(write) X(seek) X(tell) X(truncate) X(fileno) X(isatty) X(seekable) X(readable) X(writable) \
    X(name) X(mode) X(raw) X(buffer) X(encoding) X(errors) X(newlines) X(decode) X(encode) X(reset) X(getstate) X(setstate) X(readlines) X(_dealloc_warn) X(_finalizing) X(peek) X(extend) X(__class__) X(_checkClosed) X(line_buffering)
#define X(n) extern Value io_name_##n;
IO_NAMES(X)
#undef X

// closed attribute of any stream: 0 1 -1.
int io_is_closed(Thread *th, Value stream);
// What close() of a stream over another one does: flushes self, closes inner. The result of inner's close(), or no value: the
// error of the close, with that of the flush as its context, or that of the flush. lock (or NULL) is held while inner closes, so that
// who comes meanwhile finds it closed. Runs Python.
Value io_close_inner(Thread *th, Value self, Value inner, bool finalizing, IoLock *lock);
// __getstate__ of files: TypeError.
Value io_no_pickle(Thread *th, Value self, Value *args);
// With -X warn_default_encoding: the EncodingWarning. 0 or -1.
int io_warn_encoding(Thread *th, int level);
Value io_closed_error(Thread *th);        // ValueError "I/O operation on closed file."
// -1 with the exception when `stream` is closed / not seekable etc.
int io_check_closed(Thread *th, Value stream);
// Calls close() from finalizers; errors go to unraisablehook in dev mode only.
int io_finalize(Thread *th, Value self);
// slots.finalize of BytesIO and StringIO, which have nothing to flush: only what a class derives from them is closed.
int io_memory_finalize(Thread *th, Value self);
Value io_iternext(Thread *th, Value self);

// FileIO without method calls. n or -1 with the exception set; -2: would block (no exception).
intptr_t fileio_read_into(Thread *th, FileIO *f, void *p, size_t n);
intptr_t fileio_write_from(Thread *th, FileIO *f, const void *p, size_t n);
Value fileio_readall(Thread *th, FileIO *f);
int64_t fileio_seek(Thread *th, FileIO *f, int64_t pos, int whence);
Value fileio_new(Thread *th, Value name, const char *mode, bool closefd, Value opener);

// Offsets. -1 with the exception set. io_arg_size: None or negative → -1 (out), 0 ok.
int io_arg_size(Thread *th, Value v, intptr_t *out);
int64_t io_arg_offset(Thread *th, Value v);
Value io_open(Thread *th, Value file, Value mode, Value buffering, Value encoding, Value errors, Value newline, Value closefd, Value opener);

// Universal newlines over a Str (stringio and textio): translates \r\n and \r, notes what was seen (1 \n, 2 \r, 4 \r\n). pending_cr: in/out. New Str.
Value newline_decode(Thread *th, Value str, bool translate, bool final, bool *pending_cr, int *seen);
Value newline_seen_value(Thread *th, int seen);
// End of the line that starts at `start` (index after its terminator), or -1 when it isn't complete. mode: how lines end.
enum { NL_UNIVERSAL /* \n only, after translation */, NL_ANY /* '' : all three kept */, NL_LF, NL_CR, NL_CRLF };
intptr_t line_end(const Str *s, size_t start, int mode);
Value newline_replace_lf(Thread *th, Value str, Value with);   // \n → with; new Str
int newline_mode(Thread *th, Value newline, int *mode, bool *translate, Value *write_nl); // parses the newline argument; -1 ValueError

#define IO_SELF(T) T *s = AS(T, self)
#endif
