// SPDX-License-Identifier: MIT
// The type SSLSession: a TLS session that a client may take up again, and the properties of connections that give and take one.
#include "stdlib/_ssl/ssl_int.h"

typedef struct SslSession { Object head; SSL_SESSION *s; Value ctx; } SslSession; // [c]: s is a copy that OpenSSL never saw elsewhere
static SSL_SESSION *session_of(Value v) { return AS(SslSession, v)->s; }

static Value id_of(Thread *th, SSL_SESSION *s) {
    unsigned n;
    const unsigned char *p = SSL_SESSION_get_id(s, &n);
    return bytes_new(th, p, n);
}
static Value session_get_id(Thread *th, Value self) { return id_of(th, session_of(self)); }
static Value session_get_time(Thread *th, Value self) { return value_imm_int(SSL_SESSION_get_time(session_of(self))); }
static Value session_get_timeout(Thread *th, Value self) { return value_imm_int(SSL_SESSION_get_timeout(session_of(self))); }
static Value session_get_ticket_lifetime_hint(Thread *th, Value self) { return int_from_u64(th, SSL_SESSION_get_ticket_lifetime_hint(session_of(self))); }
static Value session_get_has_ticket(Thread *th, Value self) { return value_bool(SSL_SESSION_has_ticket(session_of(self))); }

static Value session_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_ssl_session)) return VALUE_NOT_IMPLEMENTED;
    unsigned n, m;
    const unsigned char *p = SSL_SESSION_get_id(session_of(a), &n), *q = SSL_SESSION_get_id(session_of(b), &m);
    bool same = a == b || (n == m && memcmp(p, q, n) == 0);
    return value_bool(same == (op == CMP_EQ));
}
static int session_traverse(Object *o, VisitFn visit, void *arg) {
    Value ctx = ((SslSession *)o)->ctx;
    return ctx ? visit(ctx, arg) : 0;
}
static void session_clear(Thread *th, Object *o) { clear_ref(th, &((SslSession *)o)->ctx); }
static void session_dealloc(Thread *th, Object *o) {
    session_clear(th, o);
    SSL_SESSION_free(((SslSession *)o)->s);
    object_free(th, o);
}

// ---- properties of connections -------------------------------------------------------------------------------------------------------------

Value ssl_get_session(Thread *th, Value self) {
    SslSocket *s = ssl_of(self);
    SSL_SESSION *copy = NULL;
    Value ctx = NO_VALUE;
    ssl_lock(th, &s->lock);
    SSL_SESSION *now = SSL_get0_session(s->ssl);
    if (now) {
        copy = SSL_SESSION_dup(now); // the connection may go on changing its own
        ctx = new_ref(th, s->ctx);
    }
    ssl_unlock(&s->lock);
    ERR_clear_error();
    if (!now) return VALUE_NONE;
    SslSession *r = copy ? NEW(SslSession, th, &type_ssl_session) : NULL;
    if (!r) {
        SSL_SESSION_free(copy);
        decref(th, ctx);
        return copy ? NO_VALUE : raise_memory_error(th);
    }
    r->s = copy;
    r->ctx = ctx;
    return VALUE_OF(r);
}
int ssl_set_session(Thread *th, Value self, Value v) {
    SslSocket *s = ssl_of(self);
    if (!v) {
        raise_error(th, &exc_AttributeError, "attribute 'session' of '_ssl._SSLSocket' objects cannot be deleted");
        return -1;
    }
    if (!value_is_exact(v, &type_ssl_session)) {
        raise_type_error(th, "Value is not a SSLSession.");
        return -1;
    }
    const char *why = NULL;
    int ok = 0;
    SSL_SESSION *copy = SSL_SESSION_dup(session_of(v));
    ERR_clear_error();
    ssl_lock(th, &s->lock);
    if (ssl_ctx_of(s->ctx)->ctx != ssl_ctx_of(AS(SslSession, v)->ctx)->ctx) why = "Session refers to a different SSLContext.";
    else if (s->server) why = "Cannot set session for server-side SSLSocket.";
    else if (SSL_is_init_finished(s->ssl)) why = "Cannot set session after handshake.";
    else ok = copy && SSL_set_session(s->ssl, copy);
    ssl_unlock(&s->lock);
    if (why) raise_value_error(th, "%s", why);
    else if (!copy) raise_memory_error(th);
    else if (!ok) SSL_RAISE_LAST(th);
    SSL_SESSION_free(copy);
    return ok ? 0 : -1;
}
Value ssl_get_session_reused(Thread *th, Value self) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    bool r = SSL_session_reused(s->ssl);
    ssl_unlock(&s->lock);
    return value_bool(r);
}

static const GetSetDef session_getsets[] = {
    {"has_ticket", session_get_has_ticket, NULL, "Whether the session has a ticket."},
    {"id", session_get_id, NULL, "The session's id."},
    {"ticket_lifetime_hint", session_get_ticket_lifetime_hint, NULL, "How long the server means the ticket to be good, in seconds."},
    {"time", session_get_time, NULL, "When the session began (seconds since the epoch)."},
    {"timeout", session_get_timeout, NULL, "For how long the session may be taken up again, in seconds."},
    {0},
};
static Shape shape_ssl_session;
Type type_ssl_session = {
    .head = OBJECT_STATIC(&shape_type), .name = "_ssl.SSLSession", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_NO_INSTANTIATE,
    .basic_size = sizeof(SslSession), .shape = &shape_ssl_session, .getsets = session_getsets,
    .slots = {.dealloc = session_dealloc, .traverse = session_traverse, .clear = session_clear, .hash = object_hash_unhashable, .compare = session_slot_compare},
};
static Shape shape_ssl_session = {.type = &type_ssl_session, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_NO_INSTANTIATE};
