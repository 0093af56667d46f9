// SPDX-License-Identifier: MIT
// How the event loop drives a TLS connection without knowing OpenSSL: a table of functions that the module _ssl fills in (stdlib/_ssl/record.c). A step
// takes what has come from the peer and leaves what is to go to it; none waits for anything.
#ifndef LADON_SCHED_LOOP_TLS_H
#define LADON_SCHED_LOOP_TLS_H
#include "core/value/value.h"
#include "sched/thread/thread.h"

// Bytes for the peer. Of one thread; data is malloc'ed and freed by its owner.
typedef struct TlsOut {
    uint8_t *data;
    size_t len, cap;
} TlsOut;
typedef enum {
    TLS_DONE,    // handshake, shutdown: it is over; read: there may be more; write: all was taken
    TLS_WANT,    // more from the peer is needed
    TLS_END,     // read: the peer's close_notify
    TLS_FAILED,  // TLS says no: its exception is pending
    TLS_RAISED   // another exception is pending: a callback's, MemoryError
} TlsResult;
typedef struct TlsStep {
    const uint8_t *in;   // from the peer; what the step does not use is kept for the next
    size_t n_in;
    TlsOut *out;         // gets what is for the peer behind what is in it, whatever the result
    size_t kept;         // result: bytes that are kept
    bool partial;        // result of read: part of a record is held back
    size_t count;        // result of read and write: bytes of the program's
    bool sharing;        // _ssl's own
} TlsStep;
// conn is an _ssl._SSLSocket that was adopted. All may run Python (callbacks of its context) and wait for another thread that uses the connection.
typedef struct TlsOps {
    int (*adopt)(Thread *th, Value conn);                     // from MemoryBIOs to steps. 0, or -1: TypeError, MemoryError
    TlsResult (*handshake)(Thread *th, Value conn, TlsStep *s);   // detached
    // Decrypts up to room bytes, as many records as there are. count may be more than 0 with any result.
    TlsResult (*read)(Thread *th, Value conn, TlsStep *s, uint8_t *to, size_t room);
    TlsResult (*write)(Thread *th, Value conn, TlsStep *s, const uint8_t *from, size_t n);
    // drop: data from the peer is thrown away first; else it is an error.
    TlsResult (*shutdown)(Thread *th, Value conn, TlsStep *s, bool drop);
    TlsResult (*keep)(Thread *th, Value conn, TlsStep *s);        // only keeps what has come. TLS_DONE or TLS_RAISED
} TlsOps;
extern const TlsOps *tls_ops; // set once, by the import of _ssl (release), before there is a connection

#endif
