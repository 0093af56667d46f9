// SPDX-License-Identifier: MIT
// TLS transports: the life of a connection, from the handshake to the end. The Tls is its stream's protocol: what the stream tells it comes in by
// connection_made, tls_received, eof_received, pause_writing, resume_writing, connection_lost. By the owner of the loop.
//
// States: unwrapped - handshake - wrapped - flushing - shutdown - unwrapped. close() passes through `flushing` at once (what has come is delivered, what
// is queued encrypted) unless the peer has ended and the program does not read: then when it reads again. In `shutdown` the peer's close_notify is awaited.
#include "sched/loop/tls_int.h"

#include <stdlib.h>

static void set_state(Tls *t, uint8_t state) { atomic_store_relaxed(&t->state, state); }
static bool debug(Tls *t) { return atomic_load_relaxed(&LOOP(t->loop)->debug); }
static Value take_slot(Thread *th, Tls *t, Value *slot) {
    Value v = slot_get(th, &t->head, slot);
    if (v) slot_store(th, &t->head, slot, NO_VALUE);
    return v;
}
static int helper(Thread *th, Tls *t, Value name, Value a, Value b) {
    Value args[3] = {VALUE_OF(t), a, b}, r = loop_helper(th, name, args, !a ? 1 : !b ? 2 : 3);
    decref(th, r);
    return r ? 0 : -1;
}
static int debug_log(Thread *th, Tls *t, const char *what) {
    Value w = str_from_cstr(th, what);
    int rc = w ? helper(th, t, loop_name__tls_debug, w, NO_VALUE) : -1;
    decref(th, w);
    return rc;
}
static bool ends_loop(Thread *th) { return error_matches(th, &exc_SystemExit) || error_matches(th, &exc_KeyboardInterrupt); }

Value tls_app_call(Thread *th, Tls *t, Value name, const Value *args, size_t n) {
    Value p = slot_get(th, &t->head, &t->app);
    if (UNLIKELY(!p)) return VALUE_NONE;
    Value r = call_method(th, p, name, args, n);
    decref(th, p);
    return r;
}
int tls_fatal(Thread *th, Tls *t, const char *message) {
    if (ends_loop(th)) return -1;
    Value exc = error_fetch(th), m = str_from_cstr(th, message);
    int rc = m ? helper(th, t, loop_name__tls_fatal, exc, m) : -1;
    decref(th, m);
    decref(th, exc);
    return rc;
}
// The stream's transport is told: <name>(*args).
static int under_call(Thread *th, Tls *t, Value name, const Value *args, size_t n) {
    Value under = slot_get(th, &t->head, &t->under);
    if (!under) return 0;
    Value r = call_method(th, under, name, args, n);
    decref(th, under);
    decref(th, r);
    return r ? 0 : -1;
}
int tls_abort(Thread *th, Tls *t, Value exc) {
    set_state(t, TLS_UNWRAPPED);
    return under_call(th, t, loop_name__force_close, &exc, 1);
}
// exc NO_VALUE: it went well.
static int wake_waiter(Thread *th, Tls *t, Value exc) {
    Value w = take_slot(th, t, &t->waiter);
    if (!w) return 0;
    Value a[2] = {w, exc ? exc : VALUE_NONE}, r = loop_helper(th, loop_name__tls_wake, a, 2);
    decref(th, w);
    decref(th, r);
    return r ? 0 : -1;
}
static int cancel_timer(Thread *th, Tls *t) {
    Value h = take_slot(th, t, &t->timer);
    if (!h) return 0;
    Value r = call_method0(th, h, loop_name_cancel);
    decref(th, h);
    decref(th, r);
    return r ? 0 : -1;
}
static int start_timer(Thread *th, Tls *t, Value seconds, Value method) {
    Value a[2] = {seconds, object_getattr(th, VALUE_OF(t), method)};
    Value h = a[1] ? call_method(th, t->loop, loop_name_call_later, a, 2) : NO_VALUE;
    decref(th, a[1]);
    if (h) slot_store(th, &t->head, &t->timer, h);
    return h ? 0 : -1;
}

void tls_forget(Thread *th, Tls *t) {
    if (!t->gone || !t->closed_again || t->busy) return;
    decref(th, take_slot(th, t, &t->ssl_object));
    decref(th, take_slot(th, t, &t->conn));
    decref(th, take_slot(th, t, &t->context));
}

// ---- the handshake

// With the pending exception, which the peer, its certificate or its end is the reason for.
static int handshake_failed(Thread *th, Tls *t) {
    if (ends_loop(th)) return -1;
    Value exc = error_fetch(th);
    set_state(t, TLS_UNWRAPPED);
    int rc = cancel_timer(th, t);
    if (!rc) rc = helper(th, t, loop_name__tls_handshake_failed, exc, NO_VALUE);
    if (!rc) rc = wake_waiter(th, t, exc);
    decref(th, exc);
    return rc;
}
static int handshake_done(Thread *th, Tls *t) {
    set_state(t, TLS_WRAPPED);
    if (cancel_timer(th, t) < 0) return -1;
    atomic_store_relaxed(&t->made, (uint8_t)1);
    if (debug(t)) {
        char text[64];
        snprintf(text, sizeof text, ": SSL handshake took %.1f ms", (loop_now() - t->started) * 1e3);
        if (debug_log(th, t, text) < 0) return -1;
    }
    if (t->app_state == APP_INIT) {
        t->app_state = APP_MADE;
        Value transport = slot_get(th, &t->head, &t->transport), r = tls_app_call(th, t, loop_name_connection_made, &transport, 1);
        decref(th, transport);
        decref(th, r);
        if (!r) return -1;
    }
    if (wake_waiter(th, t, NO_VALUE) < 0 || tls_read(th, t, NULL, 0) < 0) return -1;
    // Also when the program does not read.
    return t->state == TLS_WRAPPED && (t->q.n || t->late.len) ? tls_flush(th, t, false) : 0;
}
static int do_handshake(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    TlsOut out = tls_out_take(t);
    TlsStep step = {.in = in, .n_in = n, .out = &out};
    t->busy = 1;
    TlsResult r = tls_ops->handshake(th, t->conn, &step);
    t->busy = 0;
    atomic_store_relaxed(&t->kept, step.kept);
    if (UNLIKELY(t->state != TLS_HANDSHAKE)) {      // a callback has ended it
        tls_out_drop(t, &out);
        if (r < TLS_FAILED) return 0;
        if (r == TLS_RAISED) return -1;
        decref(th, error_fetch(th));
        return 0;
    }
    if (r == TLS_WANT) return tls_out_send(th, t, &out);
    if (r == TLS_DONE) {        // leaves with what connection_made writes
        t->late = out;
        return handshake_done(th, t);
    }
    tls_out_drop(t, &out);
    return r == TLS_FAILED ? handshake_failed(th, t) : -1;
}

// ---- the shutdown

int tls_eof(Thread *th, Tls *t) {
    if (t->app_state != APP_MADE) return 0;
    t->app_state = APP_EOF;
    Value r = tls_app_call(th, t, loop_name_eof_received, NULL, 0);
    int keep = r ? object_truth(th, r) : -1;
    decref(th, r);
    if (keep < 0) return tls_fatal(th, t, "Error calling eof_received()");
    return keep ? helper(th, t, loop_name__tls_eof_kept, NO_VALUE, NO_VALUE) : 0;
}
static int do_shutdown(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    if (t->ended) return 0;
    TlsOut out = tls_out_take(t);
    if (t->eof) {
        if (tls_out_send(th, t, &out) < 0) return -1;
    } else {
        TlsStep step = {.in = in, .n_in = n, .out = &out};
        t->busy = 1;
        // While the stream has something to send, a peer that goes on talking must not end it.
        TlsResult r = tls_ops->shutdown(th, t->conn, &step, t->drop || (t->stream && t->stream->q.n));
        t->busy = 0;
        t->drop = 0;
        atomic_store_relaxed(&t->kept, step.kept);
        if (r >= TLS_FAILED) {
            tls_out_drop(t, &out);
            if (r == TLS_RAISED) return -1;
            t->ended = 1;
            Value exc = error_fetch(th);
            int rc = cancel_timer(th, t);
            error_restore(th, exc);
            return rc ? -1 : tls_fatal(th, t, "Fatal error on transport");
        }
        if (tls_out_send(th, t, &out) < 0) return -1;
        if (r == TLS_WANT) return 0;
    }
    if (tls_eof(th, t) < 0) return -1;
    t->ended = 1;
    Value under = slot_get(th, &t->head, &t->under), close = under ? object_getattr(th, under, loop_name_close) : NO_VALUE;
    int rc = cancel_timer(th, t) < 0 || (under && (!close || loop_call_soon1(th, LOOP(t->loop), close, NO_VALUE, NO_VALUE) < 0)) ? -1 : 0;
    decref(th, close);
    decref(th, under);
    return rc;
}
// Delivers what has come, encrypts all that waits, then says goodbye.
static int do_flush(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    if (tls_read(th, t, in, n) < 0) return -1;
    if (t->state != TLS_FLUSHING || !t->stream || t->stream->conn_lost) return 0;
    if (t->q.n && tls_flush(th, t, true) < 0) return -1;
    if (t->state != TLS_FLUSHING || !t->stream || t->stream->conn_lost) return 0;
    set_state(t, TLS_SHUTDOWN);
    t->drop = t->kept != 0;
    return do_shutdown(th, t, NULL, 0);
}
int tls_start_shutdown(Thread *th, Tls *t) {
    if (t->state == TLS_HANDSHAKE || t->state == TLS_WRAPPED) atomic_store_relaxed(&t->closed, (uint8_t)1);
    if (t->state == TLS_HANDSHAKE) return tls_abort(th, t, VALUE_NONE);
    if (t->state != TLS_WRAPPED) return 0;
    set_state(t, TLS_FLUSHING);
    if (start_timer(th, t, t->shutdown_timeout, loop_name__check_shutdown_timeout) < 0) return -1;
    if (LIKELY(!t->busy)) return do_flush(th, t, NULL, 0);
    Value go_on = object_getattr(th, VALUE_OF(t), loop_name__go_on);    // a callback of the step that runs
    int rc = go_on ? loop_call_soon1(th, LOOP(t->loop), go_on, NO_VALUE, NO_VALUE) : -1;
    decref(th, go_on);
    return rc;
}

// ---- what the stream says

static int go_on(Thread *th, Tls *t, const uint8_t *in, size_t n) {
    switch (t->state) {
    case TLS_HANDSHAKE: return do_handshake(th, t, in, n);
    case TLS_WRAPPED: return tls_read(th, t, in, n);
    case TLS_FLUSHING: return do_flush(th, t, in, n);
    case TLS_SHUTDOWN: return do_shutdown(th, t, in, n);
    default: return 0;
    }
}
int tls_received(Thread *th, Tls *t, const uint8_t *in, size_t n) { return LIKELY(!t->busy) ? go_on(th, t, in, n) : tls_keep(th, t, in, n); }

#define ENTER(t) Tls *t = AS(Tls, self); int claimed = loop_claim(th, LOOP(t->loop)); if (UNLIKELY(claimed < 0)) return NO_VALUE
#define LEAVE(t, rc) do { tls_leave(t, claimed); return (rc) ? NO_VALUE : VALUE_NONE; } while (0)

Value tls_meth_connection_made(Thread *th, Value self, Value *a) {
    Stream *s = stream_of_transport(a[0]);
    if (!s || s->loop != AS(Tls, self)->loop) return raise_type_error(th, "a stream transport of the same loop is needed");
    ENTER(t);
    int rc = 0;
    if (!t->stream && t->state == TLS_UNWRAPPED && !t->gone) {
        slot_store(th, &t->head, &t->under, new_ref(th, a[0]));
        t->stream = s;
        if (t->closed) rc = tls_abort(th, t, VALUE_NONE);   // before it began
        else {
            if (debug(t)) {
                rc = debug_log(th, t, " starts SSL handshake");
                t->started = loop_now();
            }
            set_state(t, TLS_HANDSHAKE);
            if (!rc) rc = start_timer(th, t, t->handshake_timeout, loop_name__check_handshake_timeout);
            if (!rc) rc = do_handshake(th, t, NULL, 0);
        }
    }
    LEAVE(t, rc);
}
Value tls_meth_connection_lost(Thread *th, Value self, Value *a) {
    ENTER(t);
    queue_free(th, &t->q);
    free(t->late.data);
    t->late = (TlsOut){0};
    t->conn_lost++;
    atomic_store_relaxed(&t->closed, (uint8_t)1);
    t->stream = NULL;
    t->gone = 1;
    int rc = 0;
    Value app = take_slot(th, t, &t->app), transport = take_slot(th, t, &t->transport), under = take_slot(th, t, &t->under);
    if (t->state != TLS_HANDSHAKE && (t->app_state == APP_MADE || t->app_state == APP_EOF)) {
        t->app_state = APP_LOST;
        Value f = app ? object_getattr(th, app, loop_name_connection_lost) : NO_VALUE;
        rc = f ? loop_call_soon1(th, LOOP(t->loop), f, a[0], NO_VALUE) : app ? -1 : 0;
        decref(th, f);
    }
    set_state(t, TLS_UNWRAPPED);
    if (!rc) rc = wake_waiter(th, t, a[0] == VALUE_NONE ? NO_VALUE : a[0]);
    if (!rc) rc = cancel_timer(th, t);
    tls_forget(th, t);
    tls_leave(t, claimed);
    decref(th, app);
    decref(th, under);
    decref(th, transport);
    return rc ? NO_VALUE : VALUE_NONE;
}
// The exceptions of what it leads to end the connection, but are the caller's to report.
Value tls_meth_eof_received(Thread *th, Value self, Value *a) {
    ENTER(t);
    int rc = 0;
    bool stay = false;
    t->eof = 1;
    if (debug(t)) rc = debug_log(th, t, " received EOF");
    if (rc) {
    } else if (t->state == TLS_HANDSHAKE) {
        Value exc = call0(th, VALUE_OF(&exc_ConnectionResetError));
        if (exc) raise_object(th, exc, NO_VALUE);
        decref(th, exc);
        rc = handshake_failed(th, t);
    } else if (t->state == TLS_WRAPPED) {
        set_state(t, TLS_FLUSHING);
        if (t->paused) stay = true;
        else rc = do_flush(th, t, NULL, 0);
    } else rc = go_on(th, t, NULL, 0);
    if (rc && !ends_loop(th)) {
        Value exc = error_fetch(th);
        if (under_call(th, t, loop_name_close, NULL, 0) < 0) decref(th, exc);
        else error_restore(th, exc);
    }
    tls_leave(t, claimed);
    return rc ? NO_VALUE : value_bool(stay);
}
Value tls_meth_pause_writing(Thread *th, Value self, Value *a) {
    ENTER(t);
    t->write_paused = 1;
    LEAVE(t, 0);
}
Value tls_meth_resume_writing(Thread *th, Value self, Value *a) {
    ENTER(t);
    t->write_paused = 0;
    LEAVE(t, tls_flush(th, t, false));
}
Value tls_meth_data_received(Thread *th, Value self, Value *a) {
    Buffer b;
    if (buffer_get_stable(th, a[0], &b) < 0) return NO_VALUE;
    Tls *t = AS(Tls, self);
    int claimed = loop_claim(th, LOOP(t->loop)), rc = claimed < 0 ? -1 : tls_received(th, t, b.buf, b.len);
    if (claimed >= 0) tls_leave(t, claimed);
    buffer_release(th, &b);
    return rc ? NO_VALUE : VALUE_NONE;
}
// What somebody else has read from the stream before TLS began.
Value tls_meth_keep(Thread *th, Value self, Value *a) {
    Buffer b;
    if (buffer_get_stable(th, a[0], &b) < 0) return NO_VALUE;
    Tls *t = AS(Tls, self);
    int claimed = loop_claim(th, LOOP(t->loop)), rc = claimed < 0 ? -1 : tls_keep(th, t, b.buf, b.len);
    if (claimed >= 0) tls_leave(t, claimed);
    buffer_release(th, &b);
    return rc ? NO_VALUE : VALUE_NONE;
}

// ---- what the loop calls

Value tls_meth_check_handshake(Thread *th, Value self, Value *a) {
    ENTER(t);
    int rc = 0;
    if (t->state == TLS_HANDSHAKE) {
        raise_error(th, &exc_ConnectionAbortedError, "SSL handshake is taking longer than %S seconds: aborting the connection", t->handshake_timeout);
        rc = tls_fatal(th, t, "Fatal error on transport");
    }
    LEAVE(t, rc);
}
Value tls_meth_check_shutdown(Thread *th, Value self, Value *a) {
    ENTER(t);
    int rc = 0;
    if (t->state == TLS_FLUSHING || t->state == TLS_SHUTDOWN) {
        raise_error(th, &exc_TimeoutError, "SSL shutdown timed out");
        Value exc = error_fetch(th);
        rc = under_call(th, t, loop_name__force_close, &exc, 1);
        decref(th, exc);
    }
    LEAVE(t, rc);
}
Value tls_meth_go_on(Thread *th, Value self, Value *a) {
    ENTER(t);
    LEAVE(t, t->state == TLS_HANDSHAKE || t->busy ? 0 : go_on(th, t, NULL, 0));
}
