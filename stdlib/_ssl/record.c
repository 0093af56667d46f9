// SPDX-License-Identifier: MIT
// The connection of an event loop (sched/loop/tls.h): OpenSSL reads from the loop's receive buffer and writes into its outgoing one, through a BIO that
// never waits. A step runs under the connection's lock; its BIO is not used outside of one but by a program that calls the SSLObject's methods itself,
// from any thread: what these write is kept and leaves with the next step. Data is decrypted and encrypted attached, a record takes microseconds;
// the handshake runs detached.
#include "stdlib/_ssl/ssl_int.h"

#include "sched/loop/tls.h"

#include <stdlib.h>

static BIO_METHOD *record_method; // [c] after ssl_record_init

struct RecordIo {          // all [l] SslSocket.lock
    const uint8_t *in;     // what OpenSSL has not read yet: in the loop's buffer during a step, in `kept` between steps
    size_t n_in;
    uint8_t *kept;         // malloc'ed; NULL: nothing is kept
    TlsOut *out;           // during a step the loop's, else &late
    TlsOut late;
    bool no_memory;
};

// ---- the BIO

static int out_add(TlsOut *o, const void *p, size_t n) {
    if (o->cap - o->len < n) {
        size_t cap = o->cap * 2 > o->len + n ? o->cap * 2 : o->len + n;
        uint8_t *data = realloc(o->data, cap);
        if (!data) return -1;
        o->data = data;
        o->cap = cap;
    }
    memcpy(o->data + o->len, p, n);
    o->len += n;
    return 0;
}
static int record_read(BIO *bio, char *to, int n) {
    RecordIo *io = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    size_t k = n <= 0 ? 0 : (size_t)n < io->n_in ? (size_t)n : io->n_in;
    if (!k) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(to, io->in, k);
    io->in += k;
    io->n_in -= k;
    return (int)k;
}
static int record_write(BIO *bio, const char *from, int n) {
    RecordIo *io = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (n <= 0) return 0;
    if (out_add(io->out, from, (size_t)n) == 0) return n;
    io->no_memory = true;
    return -1;
}
static long record_ctrl(BIO *bio, int cmd, long num, void *ptr) {
    RecordIo *io = BIO_get_data(bio);
    switch (cmd) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_PENDING: return (long)io->n_in;
    default: return 0;
    }
}
static int record_destroy(BIO *bio) {
    RecordIo *io = BIO_get_data(bio);
    if (!io) return 1;
    free(io->kept);
    free(io->late.data);
    free(io);
    BIO_set_data(bio, NULL);
    return 1;
}

// ---- steps

// Takes the lock, and what has come. 0, or -1 with the lock not held: MemoryError.
static int step_begin(Thread *th, SslSocket *s, TlsStep *step) {
    ssl_lock(th, &s->lock);
    RecordIo *io = s->record;
    step->count = 0;
    if (step->n_in && io->n_in) {       // behind what was kept
        uint8_t *all = malloc(io->n_in + step->n_in);
        if (!all) goto no_memory;
        memcpy(all, io->in, io->n_in);
        memcpy(all + io->n_in, step->in, step->n_in);
        free(io->kept);
        io->in = io->kept = all;
        io->n_in += step->n_in;
    } else if (step->n_in) {
        io->in = step->in;
        io->n_in = step->n_in;
    }
    if (UNLIKELY(io->late.len)) {
        if (out_add(step->out, io->late.data, io->late.len) < 0) goto no_memory;
        free(io->late.data);
        io->late = (TlsOut){0};
    }
    io->out = step->out;
    io->no_memory = false;
    step->sharing = !SSL_is_init_finished(s->ssl);
    if (step->sharing) ciphers_share();
    if (UNLIKELY(ERR_peek_error())) ERR_clear_error();
    return 0;
no_memory:
    ssl_unlock(&s->lock);
    raise_memory_error(th);
    return -1;
}
// Gives the lock back. r, with its exception if it is TLS_FAILED, for the reason in c; TLS_RAISED when a callback raised or memory ran out.
static TlsResult step_end(Thread *th, SslSocket *s, TlsStep *step, TlsResult r, const SslCall *c, int line) {
    RecordIo *io = s->record;
    bool no_memory = io->no_memory;
    if (!io->n_in) {
        free(io->kept);
        io->kept = NULL;
    } else if (!io->kept) {
        io->kept = malloc(io->n_in);
        if (io->kept) memcpy(io->kept, io->in, io->n_in);
        else {
            no_memory = true;
            io->n_in = 0;
        }
        io->in = io->kept;
    }
    if (step->sharing) ciphers_unshare();
    step->kept = io->n_in;
    io->out = &io->late;
    Value exc = s->exc;
    s->exc = NO_VALUE;
    ssl_unlock(&s->lock);
    if (UNLIKELY(exc != NO_VALUE)) {
        error_restore(th, exc);
        return TLS_RAISED;
    }
    if (UNLIKELY(no_memory)) {
        raise_memory_error(th);
        return TLS_RAISED;
    }
    if (r == TLS_FAILED) ssl_call_raise(th, s, c, line);
    return r;
}
static TlsResult result_of(const SslCall *c) {
    return c->ret > 0 ? TLS_DONE : c->error == SSL_ERROR_WANT_READ || c->error == SSL_ERROR_WANT_WRITE ? TLS_WANT : c->error == SSL_ERROR_ZERO_RETURN ? TLS_END : TLS_FAILED;
}

static TlsResult record_handshake(Thread *th, Value conn, TlsStep *step) {
    SslSocket *s = ssl_of(conn);
    SslCall c;
    if (step_begin(th, s, step) < 0) return TLS_RAISED;
    BLOCKING_BEGIN(th);
    c.ret = SSL_do_handshake(s->ssl);
    ssl_call_end(s, &c);
    BLOCKING_END;
    TlsResult r = result_of(&c);
    return step_end(th, s, step, r == TLS_END ? TLS_FAILED : r, &c, __LINE__);
}
static TlsResult record_read_step(Thread *th, Value conn, TlsStep *step, uint8_t *to, size_t room) {
    SslSocket *s = ssl_of(conn);
    SslCall c = {0};
    TlsResult r = TLS_DONE;
    size_t n;
    if (step_begin(th, s, step) < 0) return TLS_RAISED;
    RecordIo *io = s->record;
    while (step->count < room) {
        // Nothing is left: OpenSSL need not be asked to find out, unless the end is what it would tell.
        if (!io->n_in && !SSL_has_pending(s->ssl) && !SSL_get_shutdown(s->ssl)) {
            r = TLS_WANT;
            break;
        }
        c.ret = SSL_read_ex(s->ssl, to + step->count, room - step->count, &n);
        if (c.ret > 0) {
            step->count += n;
            continue;
        }
        ssl_call_end(s, &c);
        r = result_of(&c);
        break;
    }
    step->partial = SSL_has_pending(s->ssl);
    return step_end(th, s, step, r, &c, __LINE__);
}
static TlsResult record_write_step(Thread *th, Value conn, TlsStep *step, const uint8_t *from, size_t n) {
    SslSocket *s = ssl_of(conn);
    SslCall c = {0};
    TlsResult r = TLS_DONE;
    if (step_begin(th, s, step) < 0) return TLS_RAISED;
    c.ret = SSL_write_ex(s->ssl, from, n, &step->count);
    if (UNLIKELY(c.ret <= 0)) {
        step->count = 0;
        ssl_call_end(s, &c);
        r = result_of(&c);
        if (r == TLS_END) r = TLS_FAILED;
    }
    return step_end(th, s, step, r, &c, __LINE__);
}
static TlsResult record_shutdown(Thread *th, Value conn, TlsStep *step, bool drop) {
    SslSocket *s = ssl_of(conn);
    SslCall c = {0};
    uint8_t waste[4096];
    size_t n;
    if (step_begin(th, s, step) < 0) return TLS_RAISED;
    if (drop)
        while (SSL_read_ex(s->ssl, waste, sizeof waste, &n) > 0) {}
    ERR_clear_error();
    // 0: ours is sent, the peer's has not come; asked again it looks for it.
    for (int i = 0; i < 2; i++) {
        c.ret = SSL_shutdown(s->ssl);
        ssl_call_end(s, &c);
        if (c.ret) break;
    }
    return step_end(th, s, step, c.ret == 0 ? TLS_WANT : result_of(&c) == TLS_END ? TLS_FAILED : result_of(&c), &c, __LINE__);
}
static TlsResult record_keep(Thread *th, Value conn, TlsStep *step) {
    SslSocket *s = ssl_of(conn);
    if (step_begin(th, s, step) < 0) return TLS_RAISED;
    return step_end(th, s, step, TLS_DONE, NULL, 0);
}

static int record_adopt(Thread *th, Value conn) {
    SslSocket *s = value_is_exact(conn, &type_ssl_socket) ? ssl_of(conn) : NULL;
    if (!s || s->sock) {
        raise_type_error(th, "a connection over memory BIOs is needed");
        return -1;
    }
    RecordIo *io = calloc(1, sizeof *io);
    BIO *bio = io ? BIO_new(record_method) : NULL;
    if (!bio) {
        free(io);
        raise_memory_error(th);
        return -1;
    }
    io->out = &io->late;
    BIO_set_data(bio, io);
    BIO_set_init(bio, 1);
    ssl_lock(th, &s->lock);
    s->record = io;
    SSL_set_bio(s->ssl, bio, bio);
    ssl_unlock(&s->lock);
    return 0;
}

static const TlsOps record_ops = {record_adopt, record_handshake, record_read_step, record_write_step, record_shutdown, record_keep};

int ssl_record_init(Thread *th) {
    if (record_method) return 0;
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "an event loop's records");
    if (!m || !BIO_meth_set_read(m, record_read) || !BIO_meth_set_write(m, record_write) || !BIO_meth_set_ctrl(m, record_ctrl) ||
        !BIO_meth_set_destroy(m, record_destroy)) {
        BIO_meth_free(m);
        raise_memory_error(th);
        return -1;
    }
    record_method = m;
    // Release: who sees the table sees the method.
    atomic_store_release(&tls_ops, &record_ops);
    return 0;
}
