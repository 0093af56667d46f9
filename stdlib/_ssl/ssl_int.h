// SPDX-License-Identifier: MIT
// What the files of _ssl share. OpenSSL is called detached (but see record.c), under the lock of the object whose SSL* or SSL_CTX* it is; its callbacks attach again
// (callback_enter). No call into OpenSSL blocks on a socket: the BIO over a descriptor never waits, waiting is done with poll() and without a lock,
// so that one thread can write while another waits for data. Locks, outermost first: SslSocket.turn, SslSocket.lock, SslContext.lock; then, for a
// moment only and with nothing taken inside, an object's ObjLock and MemBuf.mutex.
#ifndef LADON_STDLIB_SSL_INT_H
#define LADON_STDLIB_SSL_INT_H

#include "stdlib/_socket/socket.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>

// ---- locks ---------------------------------------------------------------------------------------------------------------------------

// A lock that may be held while detached and that its holder may take again: a Python callback uses the very object that called it.
typedef struct SslLock {
    uint8_t word;    // [a] as word_lock
    uint32_t owner;  // [a] tid of the holder, 0: none
    uint32_t depth;  // [l itself] how often the holder took it beyond the first time
} SslLock;
void ssl_lock(Thread *th, SslLock *l);
void ssl_unlock(SslLock *l);
// The same, waiting until the clock reads `until` (-1: for ever) and running signal handlers. 1: taken, 0: timed out, -1: a handler raised.
int ssl_lock_until(Thread *th, SslLock *l, int64_t until);

// The cipher list of a context belongs to OpenSSL and is read by every handshake, without a lock and without a copy; set_ciphers() frees it. Steps of
// unfinished handshakes, and who else reads it, are therefore counted in here; set_ciphers() of a context that is in use waits until there are none.
// Nests, also with a callback's own steps. Never waits for long.
void ciphers_share(void);
void ciphers_unshare(void);

// Runs expr detached, under lock l.
#define SSL_LOCKED(th, l, expr) do { ssl_lock(th, l); BLOCKING_BEGIN(th); expr; BLOCKING_END; ssl_unlock(l); } while (0)

// ---- BIOs (bio.c) ----------------------------------------------------------------------------------------------------------------------

// The bytes of a MemoryBIO. The mutex is held for copying only, never while anything else is called.
typedef struct MemBuf {
    pthread_mutex_t mutex;
    uint8_t *data;           // [l mutex] malloc'ed
    size_t first, len, cap;  // [l mutex] bytes first..first+len of data are unread
    bool eof;                // [l mutex] no more will be written
    uint32_t refs;           // [a] the Python object's and one per BIO
} MemBuf;
typedef struct MemoryBio { Object head; MemBuf *buf; } MemoryBio; // buf [c]
// The descriptor of a connection, as its BIO sees it. Protected by SslSocket.lock.
typedef struct SockIo {
    int fd;
    int err;   // errno of the last failed call; 0: none
    bool eof;
} SockIo;

extern Type type_memory_bio;
int bio_init(Thread *th);                  // the two BIO methods; 0 or -1. Once, before the others
BIO *bio_of_memory(MemoryBio *m);          // NULL: no memory
BIO *bio_of_socket(SockIo *io);            // *io must outlive it
typedef struct RecordIo RecordIo;          // record.c: of a connection that an event loop drives
int ssl_record_init(Thread *th);           // its BIO method, and the loop's table of functions; 0 or -1

// ---- contexts --------------------------------------------------------------------------------------------------------------------------

// Lists for ALPN stay until the context goes: a handshake that is under way may be looking at any of them.
typedef struct Alpn { struct Alpn *next; unsigned len; uint8_t data[]; } Alpn; // [c] once published

typedef struct SslContext {
    Object head;
    ObjLock vlock;           // guards the Values below; held for a moment only
    SslLock lock;            // configuration of ctx, and making SSLs from it
    SSL_CTX *ctx;            // [c]
    bool used;               // [l lock] connections were made from it
    int protocol;            // [c] PROTOCOL_*
    bool check_hostname;     // [a]
    bool post_handshake_auth; // [a]
    unsigned host_flags;     // [a]
    Alpn *alpn;              // [a] newest list, linked to the older ones
    Value sni_cb;            // [l vlock] these four: NO_VALUE: none
    Value msg_cb;
    Value psk_client_cb, psk_server_cb;
    Value keylog_name;       // [l vlock] str or NO_VALUE
    BIO *keylog;             // [l keylog_mutex]
    pthread_mutex_t keylog_mutex; // held around one write to the file; nothing is taken inside
} SslContext;
extern Type type_ssl_context;
static inline SslContext *ssl_ctx_of(Value v) { return AS(SslContext, v); }
// New reference to one of the context's Values, or NO_VALUE.
Value ctx_value(Thread *th, SslContext *c, Value *field);
void ctx_set_value(Thread *th, SslContext *c, Value *field, Value v_owned);

enum { PROTO_SSL2, PROTO_SSL3, PROTO_TLS, PROTO_TLS1, PROTO_TLS1_1, PROTO_TLS1_2, PROTO_TLS_CLIENT = 16, PROTO_TLS_SERVER };
enum { PROTO_VERSION_MINIMUM = -2, PROTO_VERSION_MAXIMUM = -1 };

// ---- connections -----------------------------------------------------------------------------------------------------------------------

typedef struct SslSocket {
    Object head;
    ObjLock vlock;           // guards ctx and owner; held for a moment only
    SslLock turn;            // one thread at a time writes: OpenSSL wants an unfinished write to be ended before the next
    SslLock lock;            // what ssl points to
    SSL *ssl;                // [c]
    Value ctx;               // [l lock and vlock] SslContext: read under either
    Value sock;              // [c] weak reference to the socket, or NO_VALUE: memory BIOs
    Value owner;             // [l vlock] weak reference or NO_VALUE
    Value hostname;          // [c] str or NO_VALUE
    Value exc;               // [l lock] raised by a callback during the call into OpenSSL that runs
    SockIo io;               // [l lock]
    RecordIo *record;        // [l lock] belongs to the BIO; NULL: no loop's
    bool server;             // [c]
    bool seen_zero;          // [l lock] shutdown() has sent its close_notify and waits for the peer's
} SslSocket;
extern Type type_ssl_socket;
static inline SslSocket *ssl_of(Value v) { return AS(SslSocket, v); }
Value ssl_socket_new(Thread *th, SslContext *c, Value sock, MemoryBio *in, MemoryBio *out, bool server, Value hostname, Value owner, Value session);
// The object that callbacks get for this connection: owner, else the socket, else itself. New reference, or NO_VALUE: it is gone.
Value ssl_socket_face(Thread *th, SslSocket *s);
// sslinfo.c
#define SSL_METH(n) ssl_meth_##n
NativeFunction SSL_METH(getpeercert), SSL_METH(get_verified_chain), SSL_METH(get_unverified_chain), SSL_METH(cipher), SSL_METH(shared_ciphers),
    SSL_METH(version), SSL_METH(selected_alpn_protocol), SSL_METH(compression), SSL_METH(get_channel_binding);
// session.c: the property `session` and session_reused of connections.
Value ssl_get_session(Thread *th, Value self);
int ssl_set_session(Thread *th, Value self, Value v);
Value ssl_get_session_reused(Thread *th, Value self);
extern Type type_ssl_session;

// ---- callbacks (callback.c) ------------------------------------------------------------------------------------------------------------

// A callback of OpenSSL wants to touch objects: attaches the thread if need be, and puts a pending exception aside.
typedef struct Callback { Thread *th; bool was_attached; Value exc; } Callback;
void callback_enter(Callback *c);
void callback_leave(Callback *c);  // an exception still pending is reported as unraisable
// Keeps the pending exception for the call that runs on s.
void callback_keep_error(Thread *th, SslSocket *s);
Value ctx_get_sni_callback(Thread *th, Value self);
int ctx_set_sni_callback(Thread *th, Value self, Value v);
Value ctx_get_msg_callback(Thread *th, Value self);
int ctx_set_msg_callback(Thread *th, Value self, Value v);
Value ctx_get_keylog(Thread *th, Value self);
int ctx_set_keylog(Thread *th, Value self, Value v);
NativeFunction ctx_meth_set_alpn_protocols, ctx_meth_set_psk_client_callback, ctx_meth_set_psk_server_callback;
// load.c
NativeFunction ctx_meth_load_cert_chain, ctx_meth_load_verify_locations, ctx_meth_load_dh_params, ctx_meth_set_default_verify_paths, ctx_meth_set_ecdh_curve,
    ctx_meth_cert_store_stats, ctx_meth_get_ca_certs;

// ---- certificates (cert.c, certinfo.c) -----------------------------------------------------------------------------------------------------------

extern Type type_ssl_certificate;
Value cert_object(Thread *th, X509 *x);             // a Certificate; takes a reference to x
Value cert_info(Thread *th, X509 *x);               // the dict of getpeercert()
Value cert_der(Thread *th, X509 *x);                // bytes
Value ssl_fn_test_decode_cert(Thread *th, Value self, Value *args);
// str of a memory BIO's bytes.
Value bio_to_str(Thread *th, BIO *b);

// ---- errors (error.c) -----------------------------------------------------------------------------------------------------------------------

extern Type exc_SSLError;
extern Value ssl_cert_verification_error, ssl_zero_return_error, ssl_want_read_error, ssl_want_write_error, ssl_syscall_error, ssl_eof_error; // roots
int ssl_errors_init(Thread *th, Value m);

// What one call into OpenSSL for a connection came to, taken on the thread that made it before it did anything else.
typedef struct SslCall {
    int ret;
    int error;           // SSL_get_error
    int sys;             // errno of the socket, 0: none
    unsigned long code;  // last of the error queue, 0: empty
} SslCall;
// Runs expr (a call on s->ssl) under the lock, detached.
#define SSL_STEP(th, s, c, expr) do { \
        ssl_lock(th, &(s)->lock); \
        BLOCKING_BEGIN(th); \
        bool handshake_ = !SSL_is_init_finished((s)->ssl); \
        if (handshake_) ciphers_share(); \
        ERR_clear_error(); \
        (s)->io.err = 0; \
        (c)->ret = (expr); \
        ssl_call_end(s, c); \
        if (handshake_) ciphers_unshare(); \
        BLOCKING_END; \
        ssl_unlock(&(s)->lock); \
    } while (0)
void ssl_call_end(SslSocket *s, SslCall *c);
// These raise and return NO_VALUE; the line is the one that messages name.
Value ssl_call_raise(Thread *th, SslSocket *s, const SslCall *c, int line);
Value ssl_raise_code(Thread *th, unsigned long code, int line);           // SSLError of an error code; 0: "unknown error"
Value ssl_raise_text(Thread *th, Type *type, int number, const char *text, int line);
#define SSL_RAISE(th, s, c) ssl_call_raise(th, s, c, __LINE__)
// Of this thread's error queue, which is emptied.
#define SSL_RAISE_LAST(th) ssl_raise_code(th, ERR_peek_last_error(), __LINE__)
#define SSL_RAISE_TEXT(th, text) ssl_raise_text(th, &exc_SSLError, 0, text, __LINE__)

// const.c
int ssl_constants(Thread *th, Value m);

// Several owned Values as a tuple; NO_VALUE when one of them is missing.
Value tuple_of_owned(Thread *th, Value *v, size_t n);
// d[key] = v; takes v over. 0 or -1 (also for no v).
int dict_put_owned(Thread *th, Value d, const char *key, Value v);
static inline Value str_or_none(Thread *th, const char *p) { return p ? str_from_cstr(th, p) : VALUE_NONE; }

#endif
