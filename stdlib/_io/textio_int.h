// SPDX-License-Identifier: MIT
// What the files of TextIOWrapper share: its layout, its lock, and what reading, writing and positions need of each other.
#ifndef LADON_STDLIB_IO_TEXTIO_INT_H
#define LADON_STDLIB_IO_TEXTIO_INT_H

#include "stdlib/_io/io_int.h"

typedef enum Native { NATIVE_NONE, NATIVE_UTF8, NATIVE_ASCII, NATIVE_LATIN1 } Native;

typedef struct TextIO {
    Object head;
    IoLock lock; uint32_t depth;      // [l]
    uint8_t ok, detached, line_buffering, write_through; // [a] written under the lock
    uint8_t finalizing, has_read1, seekable, telling, writes, reads; // [l]
    uint8_t native;                   // [l] Native
    uint8_t mode;                     // [l] NL_*
    bool translate, pending_cr; int seen; // [l] newline decoding
    uint8_t held[4]; uint8_t nheld;   // [l] native: incomplete character at the end of the last chunk
    uint8_t snap_held[4]; uint8_t snap_nheld; bool snap_cr, snapshot; // [l] state before snap_input
    Value snap_state;                 // [l] general decoder: its getstate() before snap_input
    Value snap_input;                 // [l] Bytes
    Value buffer, encoding, errors;   // [r] replaced under the lock
    Value write_nl, encoder, decoder; // [l]
    Value decoded; size_t decoded_pos; // [l] Str not yet read
    uint8_t *pending; size_t npending, cap; // [l] bytes to be written
    size_t chunk;                     // [a] a program may set it at any time
} TextIO;

// Under ->lock unless it says otherwise; what fails leaves its exception.
static inline bool textio_attached(Thread *th, TextIO *s) { // unlocked
    if (atomic_load_relaxed(&s->ok)) return true;
    if (atomic_load_relaxed(&s->detached)) raise_value_error(th, "underlying buffer has been detached");
    else raise_value_error(th, "I/O operation on uninitialized object");
    return false;
}
// 0 or -1. enter_any also enters one that is not made yet, or detached.
static inline int textio_enter_any(Thread *th, TextIO *s) {
    if (owner_lock_held(th, &s->lock)) {
        s->depth++;
        return 0;
    }
    if (io_lock(th, &s->lock, VALUE_OF(s)) < 0) return -1;
    s->depth = 1;
    return 0;
}
static inline void textio_leave(TextIO *s) {
    if (--s->depth == 0) io_unlock(&s->lock);
}
static inline int textio_enter(Thread *th, TextIO *s) {
    if (!textio_attached(th, s) || textio_enter_any(th, s) < 0) return -1;
    if (LIKELY(textio_attached(th, s))) return 0;
    textio_leave(s);   // detached while this thread waited
    return -1;
}
int textio_check_closed(Thread *th, TextIO *s);     // runs Python code
// The stream below, for who does not hold the lock: a new reference, or NO_VALUE with the exception.
Value textio_buffer(Thread *th, TextIO *s);

// Calls a method of the stream below, or of a coder. The object is held: Python code that it runs may give s another one, or none, or detach it.
Value textio_call_below(Thread *th, TextIO *s, Value name, const Value *args, size_t nargs);
Value textio_call_coder(Thread *th, Value coder, Value name, const Value *args, size_t nargs);

// textio_rw.c. What has a result may run Python code: 0, or -1.
int textio_flush_pending(Thread *th, TextIO *s);    // what is written goes to the stream below
int textio_reset_decoder(Thread *th, TextIO *s);
void textio_drop_decoded(Thread *th, TextIO *s);    // what was read ahead
void textio_set_decoded(Thread *th, TextIO *s, Value text_owned); // to be read next, from its beginning
// Decodes n bytes, which are those of the object `bytes`, with the state kept in s. New Str, or NO_VALUE.
Value textio_decode(Thread *th, TextIO *s, const uint8_t *p, size_t n, Value bytes, bool final);
// getstate() of a decoder: a tuple of bytes and an int, or NO_VALUE.
Value textio_decoder_state(Thread *th, Value decoder);
Value textio_meth_write(Thread *th, Value self, Value *args);
Value textio_meth_flush(Thread *th, Value self, Value *args);
Value textio_meth_read(Thread *th, Value self, Value *args);
Value textio_meth_readline(Thread *th, Value self, Value *args);
Value textio_slot_next(Thread *th, Value self);

// textio_seek.c
Value textio_meth_tell(Thread *th, Value self, Value *args);
Value textio_meth_seek(Thread *th, Value self, Value *args);
Value textio_meth_truncate(Thread *th, Value self, Value *args);

#endif
