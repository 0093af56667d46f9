// SPDX-License-Identifier: MIT
// What incremental coders and streams hold between calls.
#ifndef LADON_STDLIB_MULTIBYTECODEC_STATEFUL_H
#define LADON_STDLIB_MULTIBYTECODEC_STATEFUL_H
#include "sched/thread/lock.h"
#include "stdlib/_multibytecodec/codec.h"

enum { MB_PENDING_CHARS = 2, MB_PENDING_BYTES = 8 };

// A call works on a copy and puts it back at its end, because handlers and streams run Python code meanwhile: of two calls at the same time the later one's
// state stays.
typedef struct MbProgress {
    MbState state;
    uint8_t npending;                   // of encoders: characters, else bytes
    union { uint32_t chars[MB_PENDING_BYTES]; uint8_t bytes[MB_PENDING_BYTES]; }; // chars: setstate() may give eight
} MbProgress;

// Each of the four types begins with this.
typedef struct MbStateful {
    Object         head;
    const MbCodec *codec;     // [c]
    ObjLock        lock;      // [a]
    MbProgress     progress;  // [l]
    Value          errors;    // [l] Str
    Value          stream;    // [c] of streams; NO_VALUE: none
} MbStateful;

// An instance of type, with its codec taken from the attribute of that name.   may run Python
//   fname  for messages;  errors NO_VALUE: 'strict';  stream: borrowed or NO_VALUE
Value mb_stateful_new(Thread *th, Type *type, const char *fname, bool decoding, Value errors, Value stream);
// Does nothing, and keeps the __init__ of the codecs module's classes, which stand behind these as bases, from being called.
int mb_stateful_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
void mb_stateful_dealloc(Thread *th, Object *self);
int mb_stateful_traverse(Object *self, VisitFn visit, void *arg);
void mb_stateful_clear(Thread *th, Object *self);
// The slots that all of these types have.
#define MB_STATEFUL_SLOTS .init = mb_stateful_init, .dealloc = mb_stateful_dealloc, .traverse = mb_stateful_traverse, .clear = mb_stateful_clear
Value mb_stateful_get_errors(Thread *th, Value self);
int mb_stateful_set_errors(Thread *th, Value self, Value v);
#define MB_ERRORS_GETSET {"errors", mb_stateful_get_errors, mb_stateful_set_errors, "how to treat errors"}

// Begins a call: its own copy of the progress, and a reference to the errors, which the caller releases.
Value mb_stateful_begin(Thread *th, MbStateful *s, MbProgress *p);
void mb_stateful_end(Thread *th, MbStateful *s, const MbProgress *p);
// reset() of what decodes: bytes that wait are dropped, the codec's own state goes back to its beginning. None.
Value mb_stateful_reset_decoding(Thread *th, Value self, Value *args);

// Encodes any object's text as the next of s. flags as for mb_encode; MB_DROP_PENDING: an error leaves no characters pending. New reference (bytes).
//   may run Python
enum { MB_DROP_PENDING = 4 };
Value mb_encode_next(Thread *th, MbStateful *s, Value input, int flags);
// Decodes bytes behind the pending ones.
//   ended   the input ends here: what is incomplete is an error
//   out     added to
//   return  0, -1 or, when the incomplete end was the error, -2; nothing is pending after an error
int mb_decode_next(Thread *th, const MbCodec *codec, MbProgress *p, Value errors, const uint8_t *data, size_t n, bool ended, StrBuilder *out);
#endif
