// SPDX-License-Identifier: MIT
// TLS transports: reading. What the stream received is decrypted record by record into one piece and given to the program's protocol, or straight into the
// buffer of a BufferedProtocol. While the program does not read, what comes is kept, up to a high-water mark. By the owner of the loop.
#include "sched/loop/tls_int.h"

enum { RECORD_MAX = 17 * 1024, ROOM_MIN = 1024 };
static const char failed[] = "Fatal error on SSL protocol";

static bool reads(const Tls *t) { return t->state == TLS_WRAPPED || t->state == TLS_FLUSHING; }

// One step of reading into to. What it leaves for the peer goes with what is sent next.
static TlsResult step_read(Thread *th, Tls *t, const uint8_t *in, size_t n, uint8_t *to, size_t room, size_t *count) {
    TlsOut out = tls_out_take(t);
    TlsStep step = {.in = in, .n_in = n, .out = &out};
    t->busy = 1;
    TlsResult r = tls_ops->read(th, t->conn, &step, to, room);
    t->busy = 0;
    atomic_store_relaxed(&t->kept, step.kept);
    t->partial = step.partial;
    *count = step.count;
    if (UNLIKELY(out.len)) t->late = out;
    else tls_out_drop(t, &out);
    return r;
}
static int peer_ended(Thread *th, Tls *t) { return tls_eof(th, t) < 0 ? -1 : tls_start_shutdown(th, t); }
// app.<name>(arg), which is given back. 1, 0: it raised and the connection is at its end; -1.
static int deliver(Thread *th, Tls *t, Value name, Value arg) {
    Value r = arg ? tls_app_call(th, t, name, &arg, 1) : NO_VALUE;
    decref(th, arg);
    if (UNLIKELY(!r)) return tls_fatal(th, t, failed);
    decref(th, r);
    return 1;
}

// Straight into the bytes that the program gets: what is decrypted is never longer than what has come, with the record that was begun before.
static int read_plain(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    int rc = 1;
    TlsResult r = TLS_DONE;
    while (rc > 0 && r == TLS_DONE && reads(t) && !t->paused) {
        size_t count, room = n + t->kept + (t->partial ? RECORD_MAX : 0);
        Value data = bytes_new(th, NULL, room < ROOM_MIN ? ROOM_MIN : room);
        if (!data) return -1;
        r = step_read(th, t, in, n, AS(Bytes, data)->data, AS(Bytes, data)->len, &count);
        n = 0;
        // What came before something that fails is the program's all the same.
        Value exc = UNLIKELY(r >= TLS_FAILED) ? error_fetch(th) : NO_VALUE;
        if (count) rc = deliver(th, t, loop_name_data_received, bytes_cut(th, data, count));
        else decref(th, data);
        if (LIKELY(!exc)) continue;
        if (rc > 0) {
            error_restore(th, exc);
            rc = tls_fatal(th, t, failed);
        } else decref(th, exc);
    }
    if (rc > 0 && r == TLS_END) rc = peer_ended(th, t);
    return rc < 0 ? -1 : 0;
}
static int read_buffered(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    Value hint = int_from_u64(th, t->kept + n), buf = hint ? tls_app_call(th, t, loop_name_get_buffer, &hint, 1) : NO_VALUE;
    Buffer b;
    decref(th, hint);
    if (!buf || buffer_get_writable(th, buf, &b, "read() argument 2") < 0) {
        decref(th, buf);
        return tls_fatal(th, t, failed);
    }
    size_t count = 0, room = b.len;
    TlsResult r = TLS_WANT;
    bool still = reads(t);
    if (!room) raise_error(th, &exc_RuntimeError, "get_buffer() returned an empty buffer");
    else if (still) r = step_read(th, t, in, n, b.buf, room, &count);
    Value exc = error_fetch(th);
    buffer_release(th, &b);
    decref(th, buf);
    int rc = count ? deliver(th, t, loop_name_buffer_updated, value_imm_int((int64_t)count)) : 1;
    if (exc) {
        if (rc > 0) {
            error_restore(th, exc);
            return tls_fatal(th, t, failed);
        }
        decref(th, exc);
    }
    if (rc <= 0) return rc;
    if (r == TLS_END) return peer_ended(th, t);
    if (r == TLS_DONE && reads(t)) {        // the buffer is full: the rest in a turn of its own
        Value go_on = object_getattr(th, VALUE_OF(t), loop_name__go_on);
        rc = go_on ? loop_call_soon1(th, LOOP(t->loop), go_on, NO_VALUE, NO_VALUE) : -1;
        decref(th, go_on);
        return rc;
    }
    return 0;
}
int tls_keep(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    if (t->gone) return 0;
    TlsOut out = tls_out_take(t);
    TlsStep step = {.in = in, .n_in = n, .out = &out};
    TlsResult r = tls_ops->keep(th, t->conn, &step);
    atomic_store_relaxed(&t->kept, step.kept);
    if (out.len) t->late = out;
    else tls_out_drop(t, &out);
    return r == TLS_DONE ? 0 : -1;
}

// Tells the stream to stop and to go on by how much is kept.
int tls_read_flow(Thread *th, Tls *t) {
    bool pause = t->kept && t->kept >= t->read_high;
    if (LIKELY(pause == t->read_paused) || !t->stream || (!pause && t->kept > t->read_low)) return 0;
    t->read_paused = pause;
    Value under = slot_get(th, &t->head, &t->under);
    Value r = call_method0(th, under, pause ? loop_name_pause_reading : loop_name_resume_reading);
    decref(th, under);
    decref(th, r);
    return r ? 0 : -1;
}
int tls_read(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    if (!reads(t)) return 0;
    int rc;
    if (UNLIKELY(t->paused)) {
        rc = n ? tls_keep(th, t, in, n) : 0;
        if (rc) rc = tls_fatal(th, t, failed);
    } else rc = t->buffered ? read_buffered(th, t, in, n) : read_plain(th, t, in, n);
    if (!rc && (t->q.n || t->late.len)) rc = tls_flush(th, t, false);
    return rc ? -1 : tls_read_flow(th, t);
}
