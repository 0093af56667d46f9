// SPDX-License-Identifier: MIT
// What OpenSSL calls back: server names, messages, the key log, pre-shared keys, ALPN; and the context's methods and properties that set them.
// A callback runs on the thread that is in OpenSSL for a connection, which holds SslSocket.lock and is detached.
#include "stdlib/_ssl/ssl_int.h"

#include "core/object/codecs.h"

void callback_enter(Callback *c) {
    c->th = thread_current();
    // Only this thread attaches itself; while it is detached others may hold its record, which is no more "attached" than that.
    c->was_attached = atomic_load_relaxed(&c->th->state) == THREAD_ATTACHED;
    if (!c->was_attached) thread_attach(c->th);
    c->exc = error_fetch(c->th);
}
void callback_leave(Callback *c) {
    if (error_pending(c->th)) error_unraisable(c->th, NULL, NO_VALUE);
    if (c->exc) error_restore(c->th, c->exc);
    if (!c->was_attached) thread_detach(c->th);
}
void callback_keep_error(Thread *th, SslSocket *s) {
    Value e = error_fetch(th);
    if (s->exc) decref(th, e);
    else s->exc = e;
}
// The connection of an SSL.
static SslSocket *socket_of(const SSL *ssl) { return SSL_get_app_data(ssl); }
static SslContext *context_of(SslSocket *s) { return ssl_ctx_of(s->ctx); } // this thread holds s->lock

// A property set to a callable or None: *out a new reference, NO_VALUE for None. 0 or -1.
static int callable_arg(Thread *th, Value v, const char *name, Value *out) {
    *out = NO_VALUE;
    if (v == VALUE_NONE) return 0;
    if (!v) raise_error(th, &exc_AttributeError, "attribute '%s' of '_ssl._SSLContext' objects cannot be deleted", name);
    else if (!object_callable(v)) raise_type_error(th, "not a callable object");
    else *out = new_ref(th, v);
    return *out ? 0 : -1;
}
static Value value_or_none(Value v) { return v ? v : VALUE_NONE; }

// ---- server names ------------------------------------------------------------------------------------------------------------------------

static int sni_result(Thread *th, Value f, SslSocket *s, SslContext *c, const char *name, int *alert) {
    Value face = ssl_socket_face(th, s);
    *alert = SSL_AD_INTERNAL_ERROR;
    if (!face) return SSL_TLSEXT_ERR_ALERT_FATAL;
    Value text = name ? codec_decode_text(th, name, strlen(name), "ascii", NULL) : VALUE_NONE;
    if (!text) {
        error_unraisable(th, NULL, f);
        decref(th, face);
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    Value r = call3(th, f, face, text, VALUE_OF(c));
    decref(th, text);
    decref(th, face);
    if (!r) {
        error_unraisable(th, NULL, f);
        *alert = SSL_AD_HANDSHAKE_FAILURE;
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    if (r == VALUE_NONE) return SSL_TLSEXT_ERR_OK;
    if (number_as_int(th, r, alert) < 0) {
        error_unraisable(th, NULL, r);
        *alert = SSL_AD_INTERNAL_ERROR;
    }
    decref(th, r);
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}
static int on_servername(SSL *ssl, int *alert, void *arg) {
    SslSocket *s = socket_of(ssl);
    if (!s) return SSL_TLSEXT_ERR_OK;
    Callback cb;
    callback_enter(&cb);
    // OpenSSL may ask for the context that the connection was made from, after it changed to another: that one may be gone, so the present one counts.
    SslContext *c = context_of(s);
    incref(cb.th, VALUE_OF(c)); // the callback may take it from the connection
    Value f = ctx_value(cb.th, c, &c->sni_cb);
    int r = f ? sni_result(cb.th, f, s, c, SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), alert) : SSL_TLSEXT_ERR_OK;
    decref(cb.th, f);
    decref(cb.th, VALUE_OF(c));
    callback_leave(&cb);
    return r;
}
Value ctx_get_sni_callback(Thread *th, Value self) { return value_or_none(ctx_value(th, ssl_ctx_of(self), &ssl_ctx_of(self)->sni_cb)); }
int ctx_set_sni_callback(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    Value f;
    if (v && c->protocol == PROTO_TLS_CLIENT) {
        raise_value_error(th, "sni_callback cannot be set on TLS_CLIENT context");
        return -1;
    }
    if (callable_arg(th, v, "sni_callback", &f) < 0) return -1;
    ssl_lock(th, &c->lock);
    SSL_CTX_set_tlsext_servername_callback(c->ctx, (f ? on_servername : NULL));
    ssl_unlock(&c->lock);
    ctx_set_value(th, c, &c->sni_cb, f);
    return 0;
}

// ---- messages ----------------------------------------------------------------------------------------------------------------------------

static void on_message(int sent, int version, int content, const void *data, size_t n, SSL *ssl, void *arg) {
    SslSocket *s = socket_of(ssl);
    const uint8_t *p = data;
    if (!s) return;
    int type = -1;
    if (content == SSL3_RT_CHANGE_CIPHER_SPEC) type = SSL3_MT_CHANGE_CIPHER_SPEC;
    else if (content == SSL3_RT_ALERT && n > 1) type = p[1];
    else if ((content == SSL3_RT_HANDSHAKE || content == SSL3_RT_INNER_CONTENT_TYPE) && n > 0) type = p[0];
    else if (content == SSL3_RT_HEADER && n > 2) type = p[0], version = p[1] << 8 | p[2];
    Callback cb;
    callback_enter(&cb);
    Thread *th = cb.th;
    SslContext *c = context_of(s);
    Value f = ctx_value(th, c, &c->msg_cb), face = f ? ssl_socket_face(th, s) : NO_VALUE;
    if (face) {
        Value a[6] = {face, str_from_cstr(th, sent ? "write" : "read"), value_imm_int(version), value_imm_int(content), value_imm_int(type), bytes_new(th, data, n)};
        Value r = a[1] && a[5] ? object_call(th, f, a, 6, NO_VALUE) : NO_VALUE;
        if (r) decref(th, r);
        else callback_keep_error(th, s);
        decref(th, a[1]);
        decref(th, a[5]);
        decref(th, face);
    }
    decref(th, f);
    callback_leave(&cb);
}
Value ctx_get_msg_callback(Thread *th, Value self) { return value_or_none(ctx_value(th, ssl_ctx_of(self), &ssl_ctx_of(self)->msg_cb)); }
int ctx_set_msg_callback(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    Value f;
    if (callable_arg(th, v, "_msg_callback", &f) < 0) return -1;
    ssl_lock(th, &c->lock);
    SSL_CTX_set_msg_callback(c->ctx, (f ? on_message : NULL));
    ssl_unlock(&c->lock);
    ctx_set_value(th, c, &c->msg_cb, f);
    return 0;
}

// ---- the key log ---------------------------------------------------------------------------------------------------------------------------

static void on_keylog(const SSL *ssl, const char *line) {
    SslSocket *s = socket_of(ssl);
    if (!s) return;
    SslContext *c = context_of(s);
    int err = 0;
    pthread_mutex_lock(&c->keylog_mutex);
    if (c->keylog) {
        errno = 0;
        if (BIO_printf(c->keylog, "%s\n", line) < 0 || BIO_flush(c->keylog) != 1) err = errno ? errno : EIO;
    }
    pthread_mutex_unlock(&c->keylog_mutex);
    if (!err) return;
    Callback cb;
    callback_enter(&cb);
    Value name = ctx_value(cb.th, c, &c->keylog_name);
    raise_errno(cb.th, err, name, NO_VALUE);
    decref(cb.th, name);
    callback_keep_error(cb.th, s);
    callback_leave(&cb);
}
Value ctx_get_keylog(Thread *th, Value self) { return value_or_none(ctx_value(th, ssl_ctx_of(self), &ssl_ctx_of(self)->keylog_name)); }

// Opens path for appending; a new file gets a first line. NULL: *err says why.
static BIO *keylog_open(const char *path, int *err) {
    FILE *f = fopen(path, "a+");
    BIO *b = f ? BIO_new_fp(f, BIO_CLOSE | BIO_FP_TEXT) : NULL;
    *err = errno;
    if (!b && f) {
        fclose(f);
        *err = ENOMEM;
    }
    if (b && fseek(f, 0, SEEK_END) == 0 && ftell(f) == 0) {
        BIO_puts(b, "# TLS secrets log file, generated by OpenSSL / Python\n");
        (void)BIO_flush(b);
    }
    return b;
}
int ctx_set_keylog(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    BIO *b = NULL, *old;
    int err = 0;
    if (!v) {
        raise_error(th, &exc_AttributeError, "attribute 'keylog_filename' of '_ssl._SSLContext' objects cannot be deleted");
        return -1;
    }
    Value hold = NO_VALUE, path = v == VALUE_NONE ? NO_VALUE : str_fspath(th, v);
    const char *p = path ? str_fs_path(th, path, NULL, &hold) : NULL;
    if (v != VALUE_NONE) {
        if (p) {
            BLOCKING_BEGIN(th);
            b = keylog_open(p, &err);
            BLOCKING_END;
            if (!b) raise_errno(th, err, v, NO_VALUE);
        }
        decref(th, hold);
        decref(th, path);
        if (!b) return -1;
    }
    ssl_lock(th, &c->lock);
    SSL_CTX_set_keylog_callback(c->ctx, b ? on_keylog : NULL);
    ctx_set_value(th, c, &c->keylog_name, b ? new_ref(th, v) : NO_VALUE);
    BLOCKING_BEGIN(th);
    pthread_mutex_lock(&c->keylog_mutex);
    old = c->keylog;
    c->keylog = b;
    pthread_mutex_unlock(&c->keylog_mutex);
    BIO_free_all(old);
    BLOCKING_END;
    ssl_unlock(&c->lock);
    return 0;
}

// ---- ALPN ------------------------------------------------------------------------------------------------------------------------------------

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *outlen, const unsigned char *client, unsigned int clientlen, void *arg) {
    SslSocket *s = socket_of(ssl);
    Alpn *a = s ? atomic_load_acquire(&context_of(s)->alpn) : NULL;
    static const unsigned char none[] = "";
    int r = SSL_select_next_proto((unsigned char **)out, outlen, a ? a->data : none, a ? a->len : 0, client, clientlen);
    return r == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}
Value ctx_meth_set_alpn_protocols(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (b.len > UINT32_MAX) {
        raise_error(th, &exc_OverflowError, "protocols longer than %u bytes", UINT32_MAX);
    } else {
        Alpn *a = mem_alloc(th, sizeof *a + b.len);
        if (a) {
            a->len = (unsigned)b.len;
            memcpy(a->data, b.buf, b.len);
            ssl_lock(th, &c->lock);
            a->next = c->alpn;
            atomic_store_release(&c->alpn, a);
            int failed = SSL_CTX_set_alpn_protos(c->ctx, a->data, a->len);
            if (!failed) SSL_CTX_set_alpn_select_cb(c->ctx, on_alpn, NULL);
            ssl_unlock(&c->lock);
            ERR_clear_error();
            r = failed ? raise_memory_error(th) : VALUE_NONE;
        }
    }
    buffer_release(th, &b);
    return r;
}

// ---- pre-shared keys ---------------------------------------------------------------------------------------------------------------------------

// An identity or hint as Python sees it: None for an empty one.
static Value psk_text(Thread *th, const char *p) { return p && *p ? str_from_cstr(th, p) : VALUE_NONE; }
// Copies the key a callback gave (bytes-like). Its length, or 0: none, perhaps with an exception.
static unsigned psk_copy(Thread *th, Value key, unsigned char *to, unsigned max) {
    Buffer b;
    if (buffer_get(th, key, &b, BUF_SIMPLE) < 0) return 0;
    unsigned n = b.len <= max ? (unsigned)b.len : 0;
    memcpy(to, b.buf, n);
    buffer_release(th, &b);
    return n;
}
// What the client's callback returned: (identity or None, key).
static unsigned psk_client_result(Thread *th, Value r, char *identity, unsigned max_identity, unsigned char *psk, unsigned max_psk) {
    if (!value_is_tuple(r) || AS(Tuple, r)->len != 2) {
        raise_type_error(th, "callback must return a tuple of an identity and a key, not %T", r);
        return 0;
    }
    Value id = AS(Tuple, r)->items[0], hold = NO_VALUE;
    const char *text = "";
    if (id != VALUE_NONE && text_cstr_arg(th, id, &text, &hold, "identity") < 0) return 0;
    size_t n = strlen(text);
    unsigned len = n + 1 > max_identity ? 0 : psk_copy(th, AS(Tuple, r)->items[1], psk, max_psk);
    if (n + 1 <= max_identity) memcpy(identity, text, n + 1);
    decref(th, hold);
    return len;
}
static unsigned on_psk_client(SSL *ssl, const char *hint, char *identity, unsigned max_identity, unsigned char *psk, unsigned max_psk) {
    SslSocket *s = socket_of(ssl);
    if (!s) return 0;
    Callback cb;
    callback_enter(&cb);
    Thread *th = cb.th;
    SslContext *c = context_of(s);
    unsigned n = 0;
    Value f = ctx_value(th, c, &c->psk_client_cb), text = f ? psk_text(th, hint) : NO_VALUE, r = text ? call1(th, f, text) : NO_VALUE;
    if (r) n = psk_client_result(th, r, identity, max_identity, psk, max_psk);
    if (error_pending(th)) error_unraisable(th, NULL, f);
    decref(th, r);
    decref(th, text);
    decref(th, f);
    callback_leave(&cb);
    return n;
}
static unsigned on_psk_server(SSL *ssl, const char *identity, unsigned char *psk, unsigned max_psk) {
    SslSocket *s = socket_of(ssl);
    if (!s) return 0;
    Callback cb;
    callback_enter(&cb);
    Thread *th = cb.th;
    SslContext *c = context_of(s);
    unsigned n = 0;
    Value f = ctx_value(th, c, &c->psk_server_cb), text = f ? psk_text(th, identity) : NO_VALUE, r = text ? call1(th, f, text) : NO_VALUE;
    if (r && !value_is_bytes(r)) raise_type_error(th, "expected bytes, %T found", r);
    else if (r) n = psk_copy(th, r, psk, max_psk);
    if (error_pending(th)) error_unraisable(th, NULL, f);
    decref(th, r);
    decref(th, text);
    decref(th, f);
    callback_leave(&cb);
    return n;
}
Value ctx_meth_set_psk_client_callback(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    if (c->protocol == PROTO_TLS_SERVER) return SSL_RAISE_TEXT(th, "Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context");
    bool on = args[0] != VALUE_NONE;
    if (on && !object_callable(args[0])) return raise_type_error(th, "callback must be callable");
    ctx_set_value(th, c, &c->psk_client_cb, on ? new_ref(th, args[0]) : NO_VALUE);
    ssl_lock(th, &c->lock);
    SSL_CTX_set_psk_client_callback(c->ctx, on ? on_psk_client : NULL);
    ssl_unlock(&c->lock);
    return VALUE_NONE;
}
Value ctx_meth_set_psk_server_callback(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    if (c->protocol == PROTO_TLS_CLIENT) return SSL_RAISE_TEXT(th, "Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context");
    bool on = args[0] != VALUE_NONE;
    if (on && !object_callable(args[0])) return raise_type_error(th, "callback must be callable");
    const char *hint = NULL;
    Value hold = NO_VALUE;
    if (on && args[1] && args[1] != VALUE_NONE && text_cstr_arg(th, args[1], &hint, &hold, "set_psk_server_callback() argument 'identity_hint'") < 0) return NO_VALUE;
    ssl_lock(th, &c->lock);
    int ok = SSL_CTX_use_psk_identity_hint(c->ctx, hint);
    if (ok) SSL_CTX_set_psk_server_callback(c->ctx, on ? on_psk_server : NULL);
    ssl_unlock(&c->lock);
    ERR_clear_error();
    decref(th, hold);
    if (!ok) return raise_value_error(th, "failed to set identity hint");
    ctx_set_value(th, c, &c->psk_server_cb, on ? new_ref(th, args[0]) : NO_VALUE);
    return VALUE_NONE;
}
