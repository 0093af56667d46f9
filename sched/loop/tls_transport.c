// SPDX-License-Identifier: MIT
// TLS transports: the methods of the program's transport (its class is in lib/ladon/tls.py), the type of the Tls, and making one.
#include "sched/loop/tls_int.h"

#include <stddef.h>
#include <stdlib.h>

const TlsOps *tls_ops;
static size_t core_offset;   // [c] of the slot in instances of the class
static Type *tls_class;      // [c]
static Value tls_class_root;

static Tls *tls_checked(Thread *th, Value self) {
    // Acquire: pairs with the release in tls_fn_init.
    Tls *t = atomic_load_acquire(AS(Tls *, self + core_offset));
    if (UNLIKELY(!t)) raise_error(th, &exc_RuntimeError, "the transport was not initialised");
    return t;
}
Tls *tls_enter(Thread *th, Value self, int *claimed) {
    Tls *t = tls_checked(th, self);
    if (UNLIKELY(!t) || (*claimed = loop_claim(th, LOOP(t->loop))) < 0) return NULL;
    return t;
}
#define ENTER(t) int claimed; Tls *t = tls_enter(th, self, &claimed); if (UNLIKELY(!t)) return NO_VALUE
#define LEAVE(t, rc) do { tls_leave(t, claimed); return (rc) ? NO_VALUE : VALUE_NONE; } while (0)
static Value or_none(Value v) { return v ? v : VALUE_NONE; }

static Value tls_meth_close(Thread *th, Value self, Value *a) {
    ENTER(t);
    int rc = 0;
    if (!t->closed) {
        atomic_store_relaxed(&t->closed, (uint8_t)1);
        rc = tls_start_shutdown(th, t);
    } else {
        t->closed_again = 1;
        tls_forget(th, t);
    }
    LEAVE(t, rc);
}
static Value tls_meth_force_close(Thread *th, Value self, Value *a) {
    ENTER(t);
    atomic_store_relaxed(&t->closed, (uint8_t)1);
    LEAVE(t, tls_abort(th, t, a[0]));
}
static Value tls_meth_abort(Thread *th, Value self, Value *a) {
    Value none = VALUE_NONE;
    return tls_meth_force_close(th, self, &none);
}
static Value tls_meth_is_closing(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    if (!t || atomic_load_relaxed(&t->closed)) return t ? VALUE_TRUE : NO_VALUE;
    Value under = slot_get(th, &t->head, &t->under);
    Value r = value_bool(under && atomic_load_relaxed(&stream_of_transport(under)->closing));
    decref(th, under);
    return r;
}
static Value tls_meth_is_reading(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? value_bool(!atomic_load_relaxed(&t->paused)) : NO_VALUE;
}
static Value tls_meth_pause_reading(Thread *th, Value self, Value *a) {
    ENTER(t);
    atomic_store_relaxed(&t->paused, (uint8_t)1);
    LEAVE(t, 0);
}
static Value tls_meth_resume_reading(Thread *th, Value self, Value *a) {
    ENTER(t);
    int rc = 0;
    if (t->paused) {
        atomic_store_relaxed(&t->paused, (uint8_t)0);
        Value go_on = object_getattr(th, VALUE_OF(t), loop_name__go_on);
        rc = go_on ? loop_call_soon1(th, LOOP(t->loop), go_on, NO_VALUE, NO_VALUE) : -1;
        decref(th, go_on);
    }
    LEAVE(t, rc);
}
static Value tls_meth_get_protocol(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? or_none(slot_get(th, &t->head, &t->app)) : NO_VALUE;
}
static Value tls_meth_set_protocol(Thread *th, Value self, Value *a) {
    int b = object_truth(th, a[1]);
    if (b < 0) return NO_VALUE;
    ENTER(t);
    t->buffered = (uint8_t)b;
    slot_store(th, &t->head, &t->app, new_ref(th, a[0]));
    LEAVE(t, 0);
}
static Value tls_meth_get_write_buffer_size(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? int_from_u64(th, atomic_load_relaxed(&t->q.bytes)) : NO_VALUE;
}
static Value tls_meth_get_read_buffer_size(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? int_from_u64(th, atomic_load_relaxed(&t->kept)) : NO_VALUE;
}
static Value limits(Thread *th, size_t low, size_t high) { return tuple_pack2(th, value_imm_int((int64_t)low), value_imm_int((int64_t)high)); }
static Value tls_meth_get_write_buffer_limits(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? limits(th, atomic_load_relaxed(&t->low), atomic_load_relaxed(&t->high)) : NO_VALUE;
}
static Value tls_meth_get_read_buffer_limits(Thread *th, Value self, Value *a) {
    Tls *t = tls_checked(th, self);
    return t ? limits(th, atomic_load_relaxed(&t->read_low), atomic_load_relaxed(&t->read_high)) : NO_VALUE;
}
static Value tls_meth_set_write_buffer_limits(Thread *th, Value self, Value *a) {
    int64_t high, low;
    if (water_marks(th, a, 512 * 1024, &high, &low) < 0) return NO_VALUE;
    ENTER(t);
    atomic_store_relaxed(&t->high, (size_t)high);
    atomic_store_relaxed(&t->low, (size_t)low);
    LEAVE(t, tls_app_flow(th, t));
}
static Value tls_meth_set_read_buffer_limits(Thread *th, Value self, Value *a) {
    int64_t high, low;
    if (water_marks(th, a, 256 * 1024, &high, &low) < 0) return NO_VALUE;
    ENTER(t);
    atomic_store_relaxed(&t->read_high, (size_t)high);
    atomic_store_relaxed(&t->read_low, (size_t)low);
    LEAVE(t, tls_read_flow(th, t));
}

#define GETTER(name, expr) static Value transport_get_##name(Thread *th, Value self) { Tls *t = tls_checked(th, self); return t ? (expr) : NO_VALUE; }
GETTER(ssl_protocol, new_ref(th, VALUE_OF(t)))
GETTER(closed, value_bool(atomic_load_relaxed(&t->closed)))
GETTER(loop, new_ref(th, t->loop))
GETTER(protocol_paused, value_bool(atomic_load_relaxed(&t->app_paused)))

static const MethodDef transport_methods[] = {
    {"write", "(self, data, /)", tls_meth_write, "Write some data bytes to the transport."},
    {"writelines", "(self, list_of_data, /)", tls_meth_writelines, "Write a list (or any iterable) of data bytes to the transport."},
    {"close", "(self, /)", tls_meth_close, "Close the transport: buffered data will be flushed asynchronously."},
    {"abort", "(self, /)", tls_meth_abort, "Close the transport immediately: buffered data will be lost."},
    {"_force_close", "(self, exc, /)", tls_meth_force_close, NULL},
    {"is_closing", "(self, /)", tls_meth_is_closing, "Return True if the transport is closing or closed."},
    {"is_reading", "(self, /)", tls_meth_is_reading, "Return True if the transport is receiving."},
    {"pause_reading", "(self, /)", tls_meth_pause_reading, "Pause the receiving end."},
    {"resume_reading", "(self, /)", tls_meth_resume_reading, "Resume the receiving end."},
    {"get_protocol", "(self, /)", tls_meth_get_protocol, "Return the current protocol."},
    {"_set_protocol", "(self, protocol, buffered, /)", tls_meth_set_protocol, NULL},
    {"get_write_buffer_size", "(self, /)", tls_meth_get_write_buffer_size, "Return the current size of the write buffer."},
    {"get_write_buffer_limits", "(self, /)", tls_meth_get_write_buffer_limits, "Get the high and low watermarks for write flow control, as (low, high)."},
    {"set_write_buffer_limits", "(self, high=None, low=None)", tls_meth_set_write_buffer_limits, "Set the high- and low-water limits for write flow control."},
    {"get_read_buffer_size", "(self, /)", tls_meth_get_read_buffer_size, "Return the current size of the read buffer."},
    {"get_read_buffer_limits", "(self, /)", tls_meth_get_read_buffer_limits, "Get the high and low watermarks for read flow control, as (low, high)."},
    {"set_read_buffer_limits", "(self, high=None, low=None)", tls_meth_set_read_buffer_limits, "Set the high- and low-water limits for read flow control."},
    {"_test__append_write_backlog", "(self, data, /)", tls_meth_append, NULL},
    {0}
};
static const GetSetDef transport_getsets[] = {
    {"_ssl_protocol", transport_get_ssl_protocol, NULL, NULL}, {"_protocol", transport_get_ssl_protocol, NULL, NULL}, {"_closed", transport_get_closed, NULL, NULL},
    {"_loop", transport_get_loop, NULL, NULL}, {"_protocol_paused", transport_get_protocol_paused, NULL, NULL}, {0}
};

// ---- the Tls

#define TLS_GETTER(name, expr) static Value tls_get_##name(Thread *th, Value self) { Tls *t = AS(Tls, self); return expr; }
TLS_GETTER(loop, new_ref(th, t->loop))
TLS_GETTER(ssl_object, or_none(slot_get(th, &t->head, &t->ssl_object)))
TLS_GETTER(context, or_none(slot_get(th, &t->head, &t->context)))
TLS_GETTER(under, or_none(slot_get(th, &t->head, &t->under)))
TLS_GETTER(app_transport, or_none(slot_get(th, &t->head, &t->transport)))
TLS_GETTER(app, or_none(slot_get(th, &t->head, &t->app)))
TLS_GETTER(made, value_bool(atomic_load_relaxed(&t->made)))

static const MethodDef tls_methods[] = {
    {"connection_made", "(self, transport, /)", tls_meth_connection_made, "Called when the stream is there: the handshake begins."},
    {"connection_lost", "(self, exc, /)", tls_meth_connection_lost, "Called when the stream is lost or closed."},
    {"data_received", "(self, data, /)", tls_meth_data_received, "Takes what has come from the peer; the stream passes it on without this."},
    {"eof_received", "(self, /)", tls_meth_eof_received, "Called when the peer sends no more."},
    {"pause_writing", "(self, /)", tls_meth_pause_writing, "Called when the stream has enough to send."},
    {"resume_writing", "(self, /)", tls_meth_resume_writing, "Called when the stream has sent most of it."},
    {"_keep", "(self, data, /)", tls_meth_keep, NULL},
    {"_go_on", "(self, /)", tls_meth_go_on, NULL},
    {"_check_handshake_timeout", "(self, /)", tls_meth_check_handshake, NULL},
    {"_check_shutdown_timeout", "(self, /)", tls_meth_check_shutdown, NULL},
    {0}
};
static const GetSetDef tls_getsets[] = {
    {"_loop", tls_get_loop, NULL, NULL}, {"_sslobj", tls_get_ssl_object, NULL, NULL}, {"_sslcontext", tls_get_context, NULL, NULL}, {"_transport", tls_get_under, NULL, NULL},
    {"_app_transport", tls_get_app_transport, NULL, NULL}, {"_app_protocol", tls_get_app, NULL, NULL}, {"_made", tls_get_made, NULL, NULL}, {0}
};

Value tls_fn_class(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0]) || tls_class) return raise_type_error(th, "one class, once");
    if (native_class(th, a[0], &core_offset, transport_methods, transport_getsets) < 0) return NO_VALUE;
    tls_class = AS(Type, a[0]);
    tls_class_root = new_ref(th, a[0]);
    gc_add_root(&tls_class_root);
    return VALUE_NONE;
}
Value tls_fn_init(Thread *th, Value self, Value *a) {
    Value transport = a[0];
    if (!tls_class || !value_is_instance(transport, tls_class) || !value_is_instance(a[1], &type_loop)) return raise_type_error(th, "a TLS transport and a native loop are needed");
    if (*AS(Tls *, transport + core_offset)) return raise_error(th, &exc_RuntimeError, "the transport is initialised already");
    int made = object_truth(th, a[5]);
    const TlsOps *ops = atomic_load_acquire(&tls_ops);
    if (made < 0) return NO_VALUE;
    if (!ops) return raise_error(th, &exc_RuntimeError, "_ssl was not imported");
    if (ops->adopt(th, a[3]) < 0) return NO_VALUE;
    Tls *t = NEW(Tls, th, &type_loop_tls);
    if (!t) return NO_VALUE;
    t->loop = new_ref(th, a[1]);
    t->ssl_object = new_ref(th, a[2]);
    t->conn = new_ref(th, a[3]);
    t->context = new_ref(th, a[8]);
    t->waiter = a[4] == VALUE_NONE ? NO_VALUE : new_ref(th, a[4]);
    t->app_state = made ? APP_MADE : APP_INIT;
    t->handshake_timeout = new_ref(th, a[6]);
    t->shutdown_timeout = new_ref(th, a[7]);
    t->transport = new_ref(th, transport);
    t->high = 512 * 1024;
    t->low = 128 * 1024;
    t->read_high = 256 * 1024;
    t->read_low = 64 * 1024;
    // Release: whoever sees the Tls through the slot sees it whole.
    atomic_store_release(AS(Tls *, transport + core_offset), t);
    return VALUE_NONE;
}

static int tls_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Tls *t = (Tls *)self;
    Value v[] = {t->loop, t->ssl_object, t->conn, t->context, t->app, t->transport, t->under, t->waiter, t->timer};
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
// The others are [c]: the methods count on them.
static void tls_slot_clear(Thread *th, Object *self) {
    Tls *t = (Tls *)self;
    t->stream = NULL;
    clear_ref(th, &t->app);
    clear_ref(th, &t->transport);
    clear_ref(th, &t->under);
    clear_ref(th, &t->waiter);
    clear_ref(th, &t->timer);
}
static void tls_slot_dealloc(Thread *th, Object *self) {
    Tls *t = (Tls *)self;
    tls_slot_clear(th, self);
    queue_free(th, &t->q);
    free(t->late.data);
    decref(th, t->handshake_timeout);
    decref(th, t->shutdown_timeout);
    decref(th, t->ssl_object);
    decref(th, t->conn);
    decref(th, t->context);
    decref(th, t->loop);
    object_free(th, self);
}
TYPE_DEFINE(loop_tls, "_ladon_loop.Tls", sizeof(Tls), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { .dealloc = tls_slot_dealloc, .traverse = tls_slot_traverse, .clear = tls_slot_clear }, .methods = tls_methods, .getsets = tls_getsets)
