// SPDX-License-Identifier: MIT
// What the files of the buffered streams share: their layout, their lock, the raw stream below, and the methods that the tables name.
#ifndef LADON_STDLIB_IO_BUFFERED_INT_H
#define LADON_STDLIB_IO_BUFFERED_INT_H

#include "stdlib/_io/io_int.h"

typedef struct Buffered {
    Object head;
    IoLock lock;
    uint8_t ok, detached;     // [a] written under the lock
    uint8_t can_read, can_write, finalizing, fast; // [l]; fast: raw is exactly a FileIO
    Value raw;                // [r] stream below, NO_VALUE before __init__; replaced under the lock
    uint8_t *rbuf, *wbuf;     // [l] size bytes each, made when first needed
    size_t rpos, rend, wlen;  // [l]
    size_t size;              // [l]
} Buffered;

// buffered.c
bool buffered_check_init(Thread *th, Buffered *s);
int buffered_enter(Thread *th, Buffered *s);            // locks one that is made and not detached: 0, or -1 with the exception
static inline void buffered_leave(Buffered *s) { io_unlock(&s->lock); }
int buffered_check_closed(Thread *th, Buffered *s, const char *msg);    // with the lock or without; msg: of the ValueError. 0 or -1
Value buffered_call_raw(Thread *th, Buffered *s, Value name);           // a method of the stream below, for who does not hold the lock

// buffered_rw.c
#define BUFFERED_RW(X) X(read) X(read1) X(readinto) X(readinto1) X(peek) X(readline) X(write) X(flush) X(tell) X(seek) X(truncate)
#define X(name) Value buffered_meth_##name(Thread *th, Value self, Value *args);
BUFFERED_RW(X)
#undef X
Value reader_meth_flush(Thread *th, Value self, Value *args);
Value buffered_slot_next(Thread *th, Value self);

#endif
