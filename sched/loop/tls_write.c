// SPDX-License-Identifier: MIT
// TLS transports: writing. What the program writes is encrypted at once and sent with one call, as long as the stream has room; the rest waits as it is, so
// that not more than the stream's high-water mark and one piece waits encrypted. By the owner of the loop.
#include "sched/loop/tls_int.h"

#include <stdlib.h>

enum { OUT_KEEP = 512 * 1024, SMALL = 4096, RECORD = 16 * 1024 };

TlsOut tls_out_take(Tls *t) {
    Loop *l = LOOP(t->loop);
    TlsOut *from = t->late.data ? &t->late : &l->tls_out, o = *from;
    *from = (TlsOut){0};
    return o;
}
void tls_out_drop(Tls *t, TlsOut *out) {
    Loop *l = LOOP(t->loop);
    if (l->tls_out.data || out->cap > OUT_KEEP) free(out->data);
    else l->tls_out = (TlsOut){out->data, 0, out->cap};
}
int tls_out_send(Thread *th, Tls *t, TlsOut *out) {
    int rc = out->len && t->stream ? stream_send(th, t->stream, out->data, out->len) : 0;
    tls_out_drop(t, out);
    return rc;
}

static bool may_encrypt(const Tls *t, bool all) {
    return t->stream && !t->stream->conn_lost && !t->busy && (all || !t->write_paused) && (t->state == TLS_WRAPPED || t->state == TLS_FLUSHING);
}
// Encrypts and sends; *taken of the n bytes, all but when the stream has enough or the peer has to say something first. What fails ends the connection.
static int encrypt(Thread *th, Tls *t, const uint8_t *p, size_t n, bool all, size_t *taken) {
    *taken = 0;
    while (*taken < n && may_encrypt(t, all)) {
        TlsOut out = tls_out_take(t);
        TlsStep step = {.out = &out};
        size_t piece = n - *taken < TLS_WRITE_SIZE ? n - *taken : TLS_WRITE_SIZE;
        t->busy = 1;
        TlsResult r = tls_ops->write(th, t->conn, &step, p + *taken, piece);
        t->busy = 0;
        if (UNLIKELY(r >= TLS_FAILED)) {
            tls_out_drop(t, &out);
            return tls_fatal(th, t, "Fatal error on SSL protocol");
        }
        *taken += step.count;
        if (UNLIKELY(tls_out_send(th, t, &out) < 0)) return tls_fatal(th, t, "Fatal error on SSL protocol");
        if (UNLIKELY(r == TLS_WANT)) break;
    }
    return 0;
}
int tls_flush(Thread *th, Tls *t, bool all) {
    uint8_t joined[RECORD];
    while (t->q.n && may_encrypt(t, all)) {
        Chunk *c = queue_at(&t->q, 0);
        Value hold = new_ref(th, c->data);
        const uint8_t *p = AS(Bytes, hold)->data + c->at;
        size_t n = AS(Bytes, hold)->len - c->at, taken;
        // Small pieces share a record. A write that has to wait is tried again with at least the same bytes: what is queued only grows.
        if (n < SMALL && t->q.n > 1) {
            size_t at = 0;
            for (size_t i = 0; i < t->q.n && at < RECORD; i++) {
                c = queue_at(&t->q, i);
                size_t left = AS(Bytes, c->data)->len - c->at, k = left < RECORD - at ? left : RECORD - at;
                memcpy(joined + at, AS(Bytes, c->data)->data + c->at, k);
                at += k;
            }
            p = joined;
            n = at;
        }
        int rc = encrypt(th, t, p, n, all, &taken);
        if (t->q.n) queue_advance(th, &t->q, taken);    // a connection that was lost has no queue any more
        decref(th, hold);
        if (rc) return -1;
        if (taken < n) break;
    }
    if (t->late.len && !t->busy) {
        TlsOut out = tls_out_take(t);
        if (tls_out_send(th, t, &out) < 0) return tls_fatal(th, t, "Fatal error on SSL protocol");
    }
    return tls_app_flow(th, t);
}

int tls_app_flow(Thread *th, Tls *t) {
    bool pause = t->q.bytes && t->q.bytes >= t->high;
    if (LIKELY(pause == t->app_paused) || (!pause && t->q.bytes > t->low)) return 0;
    atomic_store_relaxed(&t->app_paused, (uint8_t)pause);
    Value transport = slot_get(th, &t->head, &t->transport);
    int rc = flow_call(th, transport, slot_get(th, &t->head, &t->app), pause ? loop_name_pause_writing : loop_name_resume_writing);
    decref(th, transport);
    return rc;
}

// 1: the connection takes no data any more, which is said after a few tries; 0: it does; or -1.
static int lost_write(Thread *th, Tls *t) {
    if (LIKELY(t->state == TLS_WRAPPED || t->state == TLS_HANDSHAKE)) return 0;
    Value r = t->conn_lost >= LOG_AFTER_LOST_WRITES ? loop_helper(th, loop_name__tls_closed_write, NULL, 0) : VALUE_NONE;
    t->conn_lost++;
    decref(th, r);
    return r ? 1 : -1;
}
static int write_bytes(Thread *th, Tls *t, Value data, const uint8_t *p, size_t n) {
    size_t taken = 0;
    int rc = n ? lost_write(th, t) : 1;
    if (rc) return rc < 0 ? -1 : 0;
    if (UNLIKELY(t->stream && t->stream->conn_lost)) return stream_send(th, t->stream, p, n);
    if (!t->q.n && t->state == TLS_WRAPPED && encrypt(th, t, p, n, false, &taken) < 0) return -1;
    if (LIKELY(taken == n)) return 0;
    if (t->state == TLS_UNWRAPPED || !t->stream || t->stream->conn_lost) return 0;
    // bytes never change; anything else is copied, so that its owner may go on using it.
    Value keep = value_is_exact_bytes(data) ? new_ref(th, data) : bytes_new(th, p + taken, n - taken);
    if (!keep || queue_push(th, &t->q, keep, keep == data ? taken : 0) < 0) return -1;
    return tls_app_flow(th, t);
}

Value tls_meth_write(Thread *th, Value self, Value *a) {
    int claimed, rc = -1;
    Value data = a[0];
    Tls *t = tls_enter(th, self, &claimed);
    if (UNLIKELY(!t)) return NO_VALUE;
    Value hold = new_ref(th, VALUE_OF(t));
    if (LIKELY(value_is_exact_bytes(data))) rc = write_bytes(th, t, data, AS(Bytes, data)->data, AS(Bytes, data)->len);
    else if (value_is_bytes(data) || value_is_bytearray(data) || value_is_exact(data, &type_memoryview)) {
        Buffer b;
        if (buffer_get_stable(th, data, &b) == 0) {
            rc = write_bytes(th, t, data, b.buf, b.len);
            buffer_release(th, &b);
        }
    } else raise_type_error(th, "data: expecting a bytes-like instance, got %T", data);
    tls_leave(t, claimed);
    decref(th, hold);
    return rc ? NO_VALUE : VALUE_NONE;
}

static int push_line(Thread *th, Value item, void *arg) { return queue_push_any(th, arg, item); }
Value tls_meth_writelines(Thread *th, Value self, Value *a) {
    int claimed, rc = -1;
    Tls *t = tls_enter(th, self, &claimed);
    if (!t) return NO_VALUE;
    Value hold = new_ref(th, VALUE_OF(t));
    // All of them first, in a queue of their own: an iterable that raises leaves nothing half written, and one that writes comes before.
    Queue q = {0};
    if (iterate(th, a[0], push_line, &q) == 0) {
        rc = q.n ? lost_write(th, t) : 1;
        if (!rc && t->stream && t->stream->conn_lost) rc = stream_send(th, t->stream, (const uint8_t *)"", 1) < 0 ? -1 : 1;
        for (size_t i = 0; !rc && i < q.n; i++) rc = queue_push(th, &t->q, new_ref(th, queue_at(&q, i)->data), 0);
        if (!rc) rc = tls_flush(th, t, false);
    }
    queue_free(th, &q);
    tls_leave(t, claimed);
    decref(th, hold);
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}
// Queues without encrypting: how asyncio's own tests make a queue.
Value tls_meth_append(Thread *th, Value self, Value *a) {
    int claimed;
    Tls *t = tls_enter(th, self, &claimed);
    if (!t) return NO_VALUE;
    int rc = queue_push_any(th, &t->q, a[0]);
    tls_leave(t, claimed);
    return rc ? NO_VALUE : VALUE_NONE;
}
