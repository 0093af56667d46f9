// SPDX-License-Identifier: MIT
// The type _SSLSocket: a TLS connection over a socket or over two MemoryBIOs. Here: making one, handshake, reading, writing, shutdown. What it tells about
// itself is in sslinfo.c. Each call makes steps under the connection's lock that never block, and waits between them without it.
#include "stdlib/_ssl/ssl_int.h"

#include "core/object/exception.h"
#include "core/object/weakref.h"

#include <poll.h>

// ---- making one ----------------------------------------------------------------------------------------------------------------------------

// Name indication, and what the peer's certificate must be valid for. 0 or -1.
static int set_hostname(Thread *th, SslSocket *s, SslContext *c) {
    size_t n;
    Value hold;
    const char *name = str_utf8(th, s->hostname, &n, &hold); // ASCII: lives as long as the str
    int r = -1;
    if (!name) return -1;
    if (!n || name[0] == '.') {
        raise_value_error(th, "server_hostname cannot be an empty string or start with a leading dot.");
        return -1;
    }
    ERR_clear_error();
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(name);
    ERR_clear_error();
    if (!ip && !SSL_set_tlsext_host_name(s->ssl, name)) {
        SSL_RAISE_LAST(th);
    } else if (atomic_load_relaxed(&c->check_hostname)) {
        X509_VERIFY_PARAM *p = SSL_get0_param(s->ssl);
        int ok = ip ? X509_VERIFY_PARAM_set1_ip(p, ASN1_STRING_get0_data(ip), (size_t)ASN1_STRING_length(ip)) : X509_VERIFY_PARAM_set1_host(p, name, n);
        if (ok) r = 0;
        else SSL_RAISE_LAST(th);
    } else {
        r = 0;
    }
    ASN1_OCTET_STRING_free(ip);
    return r;
}
// The BIOs of the connection. 0 or -1.
static int set_bios(Thread *th, SslSocket *s, MemoryBio *in, MemoryBio *out) {
    BIO *r = in ? bio_of_memory(in) : bio_of_socket(&s->io), *w = in ? bio_of_memory(out) : r;
    if (r && w) {
        SSL_set_bio(s->ssl, r, w); // of one and the same it takes one reference
        return 0;
    }
    BIO_free(r);
    if (in) BIO_free(w);
    raise_memory_error(th);
    return -1;
}
static Value weak_or_none(Thread *th, Value v) { return v ? weakref_new(th, v, NO_VALUE) : NO_VALUE; }

Value ssl_socket_new(Thread *th, SslContext *c, Value sock, MemoryBio *in, MemoryBio *out, bool server, Value hostname, Value owner, Value session) {
    if (server && c->protocol == PROTO_TLS_CLIENT) return SSL_RAISE_TEXT(th, "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context");
    if (!server && c->protocol == PROTO_TLS_SERVER) return SSL_RAISE_TEXT(th, "Cannot create a client socket with a PROTOCOL_TLS_SERVER context");
    SslSocket *s = NEW(SslSocket, th, &type_ssl_socket);
    if (!s) return NO_VALUE;
    s->ctx = new_ref(th, VALUE_OF(c));
    s->hostname = new_ref(th, hostname);
    s->server = server;
    s->io.fd = -1;
    ERR_clear_error();
    ssl_lock(th, &c->lock);
    c->used = true;
    s->ssl = SSL_new(c->ctx);
    ssl_unlock(&c->lock);
    if (!s->ssl) {
        SSL_RAISE_LAST(th);
        goto fail;
    }
    SSL_set_app_data(s->ssl, s);
    if (server) SSL_set_session_id_context(s->ssl, (const unsigned char *)"Python", 6);
    SSL_set_mode(s->ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    if (atomic_load_relaxed(&c->post_handshake_auth)) {
        int mode = SSL_get_verify_mode(s->ssl);
        if (!server) SSL_set_post_handshake_auth(s->ssl, 1);
        else if (mode & SSL_VERIFY_PEER) SSL_set_verify(s->ssl, mode | SSL_VERIFY_POST_HANDSHAKE, SSL_get_verify_callback(s->ssl));
    }
    if (set_bios(th, s, in, out) < 0 || (hostname && set_hostname(th, s, c) < 0)) goto fail;
    if (server) SSL_set_accept_state(s->ssl);
    else SSL_set_connect_state(s->ssl);
    s->sock = weak_or_none(th, sock);
    s->owner = weak_or_none(th, owner);
    if ((sock && !s->sock) || (owner && !s->owner) || (session && ssl_set_session(th, VALUE_OF(s), session) < 0)) goto fail;
    return VALUE_OF(s);
fail:
    decref(th, VALUE_OF(s));
    return NO_VALUE;
}
static int ssl_traverse(Object *o, VisitFn visit, void *arg) {
    SslSocket *s = (SslSocket *)o;
    Value v[] = {s->ctx, s->sock, s->owner, s->exc};
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
// The context stays: OpenSSL's callbacks, and every method, count on it.
static void ssl_clear(Thread *th, Object *o) {
    SslSocket *s = (SslSocket *)o;
    clear_ref(th, &s->owner);
    clear_ref(th, &s->exc);
}
static void ssl_dealloc(Thread *th, Object *o) {
    SslSocket *s = (SslSocket *)o;
    ssl_clear(th, o);
    if (s->ssl) {
        SSL_set_app_data(s->ssl, NULL);
        SSL_free(s->ssl);
    }
    decref(th, s->sock);
    decref(th, s->hostname);
    decref(th, s->ctx);
    object_free(th, o);
}
Value ssl_socket_face(Thread *th, SslSocket *s) {
    obj_lock(th, &s->vlock);
    Value weak = new_ref(th, s->owner ? s->owner : s->sock);
    obj_unlock(th, &s->vlock);
    if (!weak) return new_ref(th, VALUE_OF(s));
    Value v = weakref_get(th, weak);
    decref(th, weak);
    return v;
}

// ---- one operation -------------------------------------------------------------------------------------------------------------------------

typedef struct Op {
    SslSocket *s;
    Socket *sock;     // owned; NULL: memory BIOs
    int fd;
    int64_t timeout;  // as Socket.timeout; 0 also for memory BIOs
    int64_t until;    // -1: no end
} Op;
typedef enum { WAIT_READY, WAIT_TIMEOUT, WAIT_CLOSED, WAIT_NONE /* there is nothing to wait for, or the socket does not block */, WAIT_ERROR } Wait;

// 0, or -1: the socket is gone.
static int op_begin(Thread *th, SslSocket *s, Op *op) {
    *op = (Op){.s = s, .fd = -1, .until = -1};
    if (!s->sock) return 0;
    Value sock = weakref_get(th, s->sock);
    op->fd = sock ? socket_fd(sock_of(sock)) : -1;
    if (op->fd < 0) {
        decref(th, sock);
        ssl_raise_text(th, &exc_SSLError, 9, "Underlying socket connection gone", __LINE__);
        return -1;
    }
    op->sock = sock_of(sock);
    op->timeout = atomic_load_relaxed(&op->sock->timeout);
    if (op->timeout > 0) op->until = thread_clock_ns() + op->timeout;
    return 0;
}
// Ends an operation with result r (owned, or NO_VALUE): what a callback raised during it comes first.
static Value op_end(Thread *th, Op *op, Value r) {
    SslSocket *s = op->s;
    ssl_lock(th, &s->lock);
    Value exc = s->exc;
    s->exc = NO_VALUE;
    ssl_unlock(&s->lock);
    if (op->sock) decref(th, VALUE_OF(op->sock));
    if (!exc) return r;
    decref(th, r);
    if (error_pending(th)) {
        Value now = error_fetch(th);
        exception_set_context(th, now, exc);
        exc = now;
    }
    error_restore(th, exc);
    return NO_VALUE;
}
#define OP_STEP(th, op, c, expr) SSL_STEP(th, (op)->s, c, ((op)->s->io.fd = (op)->fd, (expr)))

static Wait op_wait(Thread *th, Op *op, short events) {
    if (!op->sock || op->timeout == 0) return WAIT_NONE;
    for (;;) {
        struct pollfd p = {socket_fd(op->sock), events, 0};
        if (p.fd < 0) return WAIT_CLOSED;
        int64_t left = op->until < 0 ? -1 : op->until - thread_clock_ns();
        if (op->until >= 0 && left < 0) left = 0;
        int r, err;
        SYS(th, r, err, poll(&p, 1, left < 0 ? -1 : (int)((left + 999999) / 1000000)));
        if (r > 0) return WAIT_READY;
        if (r == 0) return WAIT_TIMEOUT;
        int again = after_eintr(th, err);
        if (!again) posix_error(th, err);
        if (again <= 0) return WAIT_ERROR;
    }
}
// After a step: waits for what OpenSSL wants. Signal handlers run here.
static Wait op_after(Thread *th, Op *op, const SslCall *c) {
    if (thread_safepoint(th) < 0) return WAIT_ERROR;
    if (c->ret > 0) return WAIT_NONE;
    if (c->error == SSL_ERROR_WANT_READ) return op_wait(th, op, POLLIN);
    if (c->error == SSL_ERROR_WANT_WRITE) return op_wait(th, op, POLLOUT);
    return WAIT_NONE;
}
static Value raise_closed(Thread *th) { return raise_error(th, &exc_SSLError, "Underlying socket has been closed."); }

static Value ssl_meth_do_handshake(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    Op op;
    SslCall c;
    Wait w;
    if (op_begin(th, s, &op) < 0) return NO_VALUE;
    do {
        OP_STEP(th, &op, &c, SSL_do_handshake(s->ssl));
        w = op_after(th, &op, &c);
    } while (w == WAIT_READY);
    if (w == WAIT_TIMEOUT) raise_error(th, &exc_TimeoutError, "_ssl.c:%d: The handshake operation timed out", __LINE__);
    else if (w == WAIT_CLOSED) raise_error(th, &exc_SSLError, "_ssl.c:%d: Underlying socket has been closed.", __LINE__);
    else if (w == WAIT_NONE && c.ret < 1) SSL_RAISE(th, s, &c);
    return op_end(th, &op, error_pending(th) ? NO_VALUE : VALUE_NONE);
}

static Value ssl_meth_write(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    Op op;
    SslCall c;
    Wait w;
    Buffer b;
    size_t count = 0;
    if (op_begin(th, s, &op) < 0) return NO_VALUE;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return op_end(th, &op, NO_VALUE);
    // A writer that waits keeps others from starting a record before its own is out; one that does not block has to come back with the same bytes.
    int turn = op.timeout ? ssl_lock_until(th, &s->turn, op.until) : 1;
    if (turn > 0) {
        do {
            OP_STEP(th, &op, &c, SSL_write_ex(s->ssl, b.buf, b.len, &count));
            w = op_after(th, &op, &c);
        } while (w == WAIT_READY);
        if (op.timeout) ssl_unlock(&s->turn);
    } else {
        w = turn < 0 ? WAIT_ERROR : WAIT_TIMEOUT;
    }
    buffer_release(th, &b);
    if (w == WAIT_TIMEOUT) raise_error(th, &exc_TimeoutError, "The write operation timed out");
    else if (w == WAIT_CLOSED) raise_closed(th);
    else if (w == WAIT_NONE && c.ret < 1) SSL_RAISE(th, s, &c);
    return op_end(th, &op, error_pending(th) ? NO_VALUE : int_from_u64(th, count));
}

// Reads up to n bytes into to. The number, 0 at the peer's end, or -1.
static intptr_t read_into(Thread *th, Op *op, void *to, size_t n) {
    SslSocket *s = op->s;
    SslCall c;
    Wait w;
    size_t count = 0;
    bool end = false;
    do {
        OP_STEP(th, op, &c, SSL_read_ex(s->ssl, to, n, &count));
        w = op_after(th, op, &c);
    } while (w == WAIT_READY);
    if (w == WAIT_NONE && c.ret < 1 && c.error == SSL_ERROR_ZERO_RETURN) {
        ssl_lock(th, &s->lock);
        end = SSL_get_shutdown(s->ssl) == SSL_RECEIVED_SHUTDOWN;
        ssl_unlock(&s->lock);
    }
    if (w == WAIT_TIMEOUT) raise_error(th, &exc_TimeoutError, "The read operation timed out");
    else if (w == WAIT_CLOSED) raise_closed(th);
    else if (w == WAIT_NONE && c.ret < 1 && !end) SSL_RAISE(th, s, &c);
    return error_pending(th) ? -1 : (intptr_t)count;
}
enum { RECORD_MAX = 16384 }; // one read gives no more than one record holds

static Value ssl_meth_read(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    SslSocket *s = ssl_of(self);
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "_ssl._SSLSocket.read() takes no keyword arguments");
    if (nargs < 1 || nargs > 2) return raise_type_error(th, "_ssl._SSLSocket.read requires 1 to 2 arguments");
    intptr_t n = number_as_ssize(th, args[0], &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    Buffer b = {.obj = NO_VALUE};
    if (nargs == 2 && buffer_get_writable(th, args[1], &b, "read() argument 2") < 0) return NO_VALUE;
    if (nargs == 1 && n < 0) return raise_value_error(th, "size should not be negative");
    Op op;
    Value r = NO_VALUE;
    if (op_begin(th, s, &op) == 0) {
        if (nargs == 2) {
            if (n <= 0 || (size_t)n > b.len) n = (intptr_t)b.len;
            intptr_t got = n ? read_into(th, &op, b.buf, (size_t)n) : 0;
            r = got < 0 ? NO_VALUE : value_imm_int(got);
        } else if (n == 0) {
            r = bytes_empty;
        } else {
            uint8_t buf[RECORD_MAX];
            intptr_t got = read_into(th, &op, buf, n < RECORD_MAX ? (size_t)n : RECORD_MAX);
            r = got < 0 ? NO_VALUE : got ? bytes_new(th, buf, (size_t)got) : bytes_empty;
        }
        r = op_end(th, &op, r);
    }
    buffer_release(th, &b);
    return r;
}

// One step of the shutdown: sends our close_notify, or takes the peer's.
static int shutdown_step(SslSocket *s) {
    if (s->seen_zero) SSL_set_read_ahead(s->ssl, 0); // what follows the peer's close_notify is not TLS: leave it in the socket
    return SSL_shutdown(s->ssl);
}
static Value ssl_meth_shutdown(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    Op op;
    SslCall c;
    Wait w;
    int zeros = 0;
    if (op_begin(th, s, &op) < 0) return NO_VALUE;
    for (;;) {
        OP_STEP(th, &op, &c, shutdown_step(s));
        if (c.ret == 0) { // ours is sent: once more, for the peer's; but not a third time
            w = thread_safepoint(th) < 0 ? WAIT_ERROR : WAIT_NONE;
            if (w == WAIT_ERROR || ++zeros > 1) break;
            ssl_lock(th, &s->lock);
            s->seen_zero = true;
            ssl_unlock(&s->lock);
            continue;
        }
        w = op_after(th, &op, &c);
        if (w != WAIT_READY) break;
    }
    if (w == WAIT_TIMEOUT) raise_error(th, &exc_TimeoutError, c.error == SSL_ERROR_WANT_READ ? "The read operation timed out" : "The write operation timed out");
    else if (w == WAIT_CLOSED) raise_closed(th);
    else if (w == WAIT_NONE && c.ret < 0) SSL_RAISE(th, s, &c);
    Value r = error_pending(th) ? NO_VALUE : op.sock ? new_ref(th, VALUE_OF(op.sock)) : VALUE_NONE;
    return op_end(th, &op, r);
}

static Value ssl_meth_pending(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    int n = SSL_pending(s->ssl);
    ssl_unlock(&s->lock);
    return value_imm_int(n);
}
static Value ssl_meth_verify_client_post_handshake(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    SslCall c;
    SSL_STEP(th, s, &c, SSL_verify_client_post_handshake(s->ssl));
    return c.ret ? VALUE_NONE : ssl_raise_code(th, c.code, __LINE__);
}

// ---- properties ------------------------------------------------------------------------------------------------------------------------------

static Value ssl_get_context(Thread *th, Value self) {
    SslSocket *s = ssl_of(self);
    obj_lock(th, &s->vlock);
    Value v = new_ref(th, s->ctx);
    obj_unlock(th, &s->vlock);
    return v;
}
static int no_delete(Thread *th, Value v, const char *name) {
    if (v) return 0;
    raise_error(th, &exc_AttributeError, "attribute '%s' of '_ssl._SSLSocket' objects cannot be deleted", name);
    return -1;
}
static int ssl_set_context(Thread *th, Value self, Value v) {
    SslSocket *s = ssl_of(self);
    if (no_delete(th, v, "context") < 0) return -1;
    if (!value_is_instance(v, &type_ssl_context)) {
        raise_type_error(th, "The value must be a SSLContext");
        return -1;
    }
    SslContext *c = ssl_ctx_of(v);
    ssl_lock(th, &s->lock);
    ssl_lock(th, &c->lock);
    c->used = true;
    SSL_set_SSL_CTX(s->ssl, c->ctx);
    ssl_unlock(&c->lock);
    incref(th, v);
    obj_lock(th, &s->vlock);
    Value old = s->ctx;
    s->ctx = v;
    obj_unlock(th, &s->vlock);
    ssl_unlock(&s->lock);
    decref(th, old);
    return 0;
}
static Value ssl_get_owner(Thread *th, Value self) {
    SslSocket *s = ssl_of(self);
    obj_lock(th, &s->vlock);
    Value weak = new_ref(th, s->owner);
    obj_unlock(th, &s->vlock);
    Value v = weak ? weakref_get(th, weak) : NO_VALUE;
    decref(th, weak);
    return v ? v : VALUE_NONE;
}
static int ssl_set_owner(Thread *th, Value self, Value v) {
    SslSocket *s = ssl_of(self);
    Value weak = no_delete(th, v, "owner") < 0 ? NO_VALUE : weakref_new(th, v, NO_VALUE);
    if (!weak) return -1;
    obj_lock(th, &s->vlock);
    Value old = s->owner;
    s->owner = weak;
    obj_unlock(th, &s->vlock);
    decref(th, old);
    return 0;
}
static Value ssl_get_server_side(Thread *th, Value self) { return value_bool(ssl_of(self)->server); }
static Value ssl_get_server_hostname(Thread *th, Value self) { return ssl_of(self)->hostname ? new_ref(th, ssl_of(self)->hostname) : VALUE_NONE; }

// ---- the type --------------------------------------------------------------------------------------------------------------------------------

static const MethodDef ssl_methods[] = {
    {"do_handshake", "(self, /)", ssl_meth_do_handshake, NULL, 0},
    {"write", "(self, b, /)", ssl_meth_write, "Write the bytes of b, or some of them; return how many.", 0},
    {"read", "(self, size, buffer=<unrepresentable>, /)", ssl_meth_read, "read(size, [buffer])\nRead up to size bytes, into buffer if one is given.", METH_RAW | METH_NO_TEXT_SIG},
    {"pending", "(self, /)", ssl_meth_pending, "How many bytes can be read that are decrypted already.", 0},
    {"getpeercert", "(self, der=False, /)", ssl_meth_getpeercert,
     "The peer's certificate: None without one, else in DER, or a dict, which is empty when the certificate was not validated.", 0},
    {"get_verified_chain", "(self, /)", ssl_meth_get_verified_chain, NULL, 0},
    {"get_unverified_chain", "(self, /)", ssl_meth_get_unverified_chain, NULL, 0},
    {"cipher", "(self, /)", ssl_meth_cipher, NULL, 0},
    {"shared_ciphers", "(self, /)", ssl_meth_shared_ciphers, NULL, 0},
    {"version", "(self, /)", ssl_meth_version, NULL, 0},
    {"selected_alpn_protocol", "(self, /)", ssl_meth_selected_alpn_protocol, NULL, 0},
    {"compression", "(self, /)", ssl_meth_compression, NULL, 0},
    {"shutdown", "(self, /)", ssl_meth_shutdown, "End the TLS connection in both directions.", 0},
    {"get_channel_binding", "(self, /, cb_type='tls-unique')", ssl_meth_get_channel_binding, "Bytes that name this connection, or None before the handshake.", 0},
    {"verify_client_post_handshake", "(self, /)", ssl_meth_verify_client_post_handshake, "Ask the client for its certificate after the handshake (TLS 1.3).", 0},
    {0},
};
static const GetSetDef ssl_getsets[] = {
    {"context", ssl_get_context, ssl_set_context, "The context; a server name callback may change it."},
    {"server_side", ssl_get_server_side, NULL, "Whether this is the server's end."},
    {"server_hostname", ssl_get_server_hostname, NULL, "The name of the server that a client asked for."},
    {"owner", ssl_get_owner, ssl_set_owner, "What callbacks get for this connection."},
    {"session", ssl_get_session, ssl_set_session, "The session; a client may set it before the handshake."},
    {"session_reused", ssl_get_session_reused, NULL, "Whether an earlier session was taken up again."},
    {0},
};
static Shape shape_ssl_socket;
Type type_ssl_socket = {
    .head = OBJECT_STATIC(&shape_type), .name = "_ssl._SSLSocket", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_NO_INSTANTIATE,
    .basic_size = sizeof(SslSocket), .shape = &shape_ssl_socket, .methods = ssl_methods, .getsets = ssl_getsets,
    .slots = {.dealloc = ssl_dealloc, .traverse = ssl_traverse, .clear = ssl_clear},
};
static Shape shape_ssl_socket = {.type = &type_ssl_socket, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_NO_INSTANTIATE};
