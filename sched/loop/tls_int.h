// SPDX-License-Identifier: MIT
// TLS transports: what their files share. A connection is a Stream, whose protocol is a Tls, and in front of it the program's transport
// (lib/ladon/tls.py), whose Tls is in a slot no program can reach. The Tls feeds what the stream receives to the connection's SSL object, and the
// stream sends what that has for the peer. Its behaviour is that of asyncio's SSLProtocol, which is used where this cannot be (lib/ladon/tls.py says when).
#ifndef LADON_SCHED_TLS_INT_H
#define LADON_SCHED_TLS_INT_H
#include "sched/loop/loop_int.h"

enum { TLS_UNWRAPPED, TLS_HANDSHAKE, TLS_WRAPPED, TLS_FLUSHING, TLS_SHUTDOWN };
enum { APP_INIT, APP_MADE, APP_EOF, APP_LOST };   // what the program's protocol was told: nothing yet, connection_made, eof_received, connection_lost
enum { TLS_WRITE_SIZE = 128 * 1024 };                   // encrypted at a time, then sent
// All fields [own] of the loop but where said.
typedef struct Tls {
    Object head;
    Value loop;                  // [c] owned
    Value ssl_object;            // [a] owned; what the program sees of the connection, an ssl.SSLObject
    Value conn;                  // [a] owned; its _ssl._SSLSocket
    Value context;               // [a] owned; the ssl.SSLContext that it was made from. See tls_forget for these three
    Value handshake_timeout, shutdown_timeout; // [c] owned; seconds
    Value app;                   // [a] owned; the program's protocol, until the connection is lost
    Value transport;             // [a] owned; the program's transport, until the connection is lost; it owns this
    Value under;                 // [a] owned; the stream's transport, from connection_made until the connection is lost
    Stream *stream;              // its stream; NULL with `under`
    Value waiter;                // [a] owned; the future of who waits for the handshake
    Value timer;                 // [a] owned; of the handshake, then of the shutdown
    double started;              // the handshake, in debug mode
    uint8_t state, app_state;    // TLS_*, APP_*; state also [a] relaxed, for those who look
    uint8_t made;                // [a] relaxed: the handshake is done
    uint8_t closed;              // [a] relaxed: close() or abort() was called, or the connection is lost
    uint8_t buffered;            // app is a BufferedProtocol
    uint8_t paused;              // [a] relaxed: the program reads no more for now
    uint8_t read_paused;         // so the stream does not either
    uint8_t write_paused;        // the stream has enough
    uint8_t app_paused;          // [a] relaxed: app was told to pause
    uint8_t eof;                 // the peer sends nothing any more
    uint8_t ended;               // the shutdown is done
    uint8_t drop;                // data that came before close() is not wanted
    uint8_t partial;             // the SSL object holds part of a record
    uint8_t gone;                // the connection is lost
    uint8_t closed_again;        // close() was called when it was closed
    uint8_t busy;                // in a step: what its callbacks write waits
    uint32_t conn_lost;          // writes since it was
    size_t high, low, read_high, read_low; // water marks
    size_t kept;                 // [a] relaxed: bytes from the peer that wait for the program to read
    TlsOut late;                 // for the peer, leaves with what is next
    Queue q;                     // the program's, not yet encrypted
} Tls;
extern Type type_loop_tls;
extern Shape shape_loop_tls;

// All return 0, or -1: an exception that the caller has to report. in: n bytes that have come, gone when it returns.
int tls_received(Thread *th, Tls *t, const uint8_t *in, size_t n);
// tls.c
int tls_start_shutdown(Thread *th, Tls *t);
int tls_eof(Thread *th, Tls *t);                       // the peer's close_notify: eof_received
int tls_abort(Thread *th, Tls *t, Value exc);
// As asyncio's, a transport that is closed twice, and lost, holds on to nothing.
void tls_forget(Thread *th, Tls *t);
// The pending exception ends the connection: to the loop's exception handler, or in debug mode to the log. 0, or -1: it must end the loop.
int tls_fatal(Thread *th, Tls *t, const char *message);
extern NativeFunction tls_meth_connection_made, tls_meth_connection_lost, tls_meth_eof_received, tls_meth_pause_writing, tls_meth_resume_writing,
    tls_meth_data_received, tls_meth_check_handshake, tls_meth_check_shutdown, tls_meth_go_on, tls_meth_keep;
// tls_read.c
int tls_read(Thread *th, Tls *t, const uint8_t *in, size_t n);   // decrypts what there is, for app; then sends what waits
int tls_keep(Thread *th, Tls *t, const uint8_t *in, size_t n);
int tls_read_flow(Thread *th, Tls *t);                 // tells the stream to stop and to go on by how much is kept
// tls_write.c
TlsOut tls_out_take(Tls *t);                           // with what is in `late`
int tls_out_send(Thread *th, Tls *t, TlsOut *out);     // and gives it back
void tls_out_drop(Tls *t, TlsOut *out);                // gives it back unsent
int tls_flush(Thread *th, Tls *t, bool all);           // encrypts what is queued; all: even if the stream has enough
int tls_app_flow(Thread *th, Tls *t);                  // pause_writing, resume_writing
extern NativeFunction tls_meth_write, tls_meth_writelines, tls_meth_append;

// app.<name>(*args): a new reference, None without an app, or NO_VALUE.
Value tls_app_call(Thread *th, Tls *t, Value name, const Value *args, size_t n);
// The Tls of a transport, and the claim of its loop; end with tls_leave. NULL: exception.
Tls *tls_enter(Thread *th, Value transport, int *claimed);
ALWAYS_INLINE void tls_leave(Tls *t, int claimed) { if (UNLIKELY(claimed)) loop_unclaim(LOOP(t->loop)); }

#endif
