// SPDX-License-Identifier: MIT
// The type _SSLContext: making one, its settings as properties, ciphers, statistics, wrapping. Its files are loaded in load.c, its callbacks set in callback.c.
#include "stdlib/_ssl/ssl_int.h"

#include "core/object/codecs.h"
#include "core/object/container_inl.h"

#include <limits.h>

// ---- locks -----------------------------------------------------------------------------------------------------------------------------

void ssl_lock(Thread *th, SslLock *l) {
    if (atomic_load_relaxed(&l->owner) == th->tid) { // only this thread writes its own id there
        l->depth++;
        return;
    }
    word_lock(th, &l->word, -1, false);
    atomic_store_relaxed(&l->owner, th->tid);
}
int ssl_lock_until(Thread *th, SslLock *l, int64_t until) {
    if (atomic_load_relaxed(&l->owner) == th->tid) {
        l->depth++;
        return 1;
    }
    for (;;) {
        int64_t left = until < 0 ? -1 : until - thread_clock_ns();
        ParkResult r = word_lock(th, &l->word, until >= 0 && left < 0 ? 0 : left, true);
        if (r == PARK_OK) break;
        if (r == PARK_TIMEOUT) return 0;
        if (thread_safepoint(th) < 0) return -1;
    }
    atomic_store_relaxed(&l->owner, th->tid);
    return 1;
}
void ssl_unlock(SslLock *l) {
    if (l->depth) {
        l->depth--;
        return;
    }
    atomic_store_relaxed(&l->owner, 0u);
    word_unlock(&l->word);
}

// Readers are let in before a writer that waits: a reader may be in a callback that waits for another thread's handshake.
static pthread_rwlock_t ciphers = PTHREAD_RWLOCK_INITIALIZER;
static __thread unsigned ciphers_held; // how often this thread has it
void ciphers_share(void) {
    if (!ciphers_held++) pthread_rwlock_rdlock(&ciphers);
}
void ciphers_unshare(void) {
    if (!--ciphers_held) pthread_rwlock_unlock(&ciphers);
}

Value ctx_value(Thread *th, SslContext *c, Value *field) {
    obj_lock(th, &c->vlock);
    Value v = new_ref(th, *field);
    obj_unlock(th, &c->vlock);
    return v;
}
void ctx_set_value(Thread *th, SslContext *c, Value *field, Value v_owned) {
    obj_lock(th, &c->vlock);
    Value old = *field;
    *field = v_owned;
    obj_unlock(th, &c->vlock);
    decref(th, old);
}

// ---- life --------------------------------------------------------------------------------------------------------------------------------

// The method of a protocol number and the one version it allows (0: all); NULL: there is none.
static const SSL_METHOD *method_of(int protocol, int *version, const char **deprecated) {
    *version = 0;
    *deprecated = NULL;
    switch (protocol) {
    case PROTO_TLS: *deprecated = "ssl.PROTOCOL_TLS is deprecated"; return TLS_method();
    case PROTO_TLS1: *deprecated = "ssl.PROTOCOL_TLSv1 is deprecated"; *version = TLS1_VERSION; return TLS_method();
    case PROTO_TLS1_1: *deprecated = "ssl.PROTOCOL_TLSv1_1 is deprecated"; *version = TLS1_1_VERSION; return TLS_method();
    case PROTO_TLS1_2: *deprecated = "ssl.PROTOCOL_TLSv1_2 is deprecated"; *version = TLS1_2_VERSION; return TLS_method();
    case PROTO_TLS_CLIENT: return TLS_client_method();
    case PROTO_TLS_SERVER: return TLS_server_method();
    default: return NULL;
    }
}
static void configure(SslContext *c) {
    SSL_CTX *x = c->ctx;
    uint64_t options = SSL_OP_ALL & ~SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS;
    options |= SSL_OP_NO_SSLv3 | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_SINGLE_DH_USE | SSL_OP_SINGLE_ECDH_USE;
    SSL_CTX_set_options(x, options);
    SSL_CTX_set_mode(x, SSL_MODE_RELEASE_BUFFERS);
    X509_VERIFY_PARAM *p = SSL_CTX_get0_param(x);
    X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_hostflags(p, c->host_flags);
    SSL_CTX_set_post_handshake_auth(x, 0);
}
static Value ctx_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value arg;
    int protocol, version;
    const char *deprecated;
    if (native_args_bind(th, &sig, "_SSLContext", "(protocol, /)", args, nargs, kwnames, &arg) < 0 || int_arg(th, arg, &protocol) < 0) return NO_VALUE;
    const SSL_METHOD *method = method_of(protocol, &version, &deprecated);
    if (!method) return raise_value_error(th, "invalid or unsupported protocol version %d", protocol);
    if (deprecated && warn_format(th, &exc_DeprecationWarning, 2, "%s", deprecated) < 0) return NO_VALUE;
    SslContext *c = NEW(SslContext, th, type);
    if (!c) return NO_VALUE;
    pthread_mutex_init(&c->keylog_mutex, NULL);
    c->protocol = protocol;
    c->host_flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    ERR_clear_error();
    c->ctx = SSL_CTX_new(method);
    if (!c->ctx) {
        SSL_RAISE_LAST(th);
        decref(th, VALUE_OF(c));
        return NO_VALUE;
    }
    configure(c);
    if (version) SSL_CTX_set_min_proto_version(c->ctx, version), SSL_CTX_set_max_proto_version(c->ctx, version);
    c->check_hostname = protocol == PROTO_TLS_CLIENT;
    SSL_CTX_set_verify(c->ctx, protocol == PROTO_TLS_CLIENT ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, NULL);
    if (SSL_CTX_set_cipher_list(c->ctx, OSSL_default_cipher_list())) return VALUE_OF(c);
    decref(th, VALUE_OF(c));
    ERR_clear_error();
    return raise_error(th, &exc_SSLError, "No cipher can be selected.");
}
static int ctx_traverse(Object *o, VisitFn visit, void *arg) {
    SslContext *c = (SslContext *)o;
    Value v[] = {c->sni_cb, c->msg_cb, c->psk_client_cb, c->psk_server_cb};
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return 0;
}
static void ctx_clear(Thread *th, Object *o) {
    SslContext *c = (SslContext *)o;
    ctx_set_value(th, c, &c->sni_cb, NO_VALUE);
    ctx_set_value(th, c, &c->msg_cb, NO_VALUE);
    ctx_set_value(th, c, &c->psk_client_cb, NO_VALUE);
    ctx_set_value(th, c, &c->psk_server_cb, NO_VALUE);
}
static void ctx_dealloc(Thread *th, Object *o) {
    SslContext *c = (SslContext *)o;
    ctx_clear(th, o);
    clear_ref(th, &c->keylog_name);
    SSL_CTX_free(c->ctx); // a connection that changed to another context may still hold it
    BIO_free_all(c->keylog);
    pthread_mutex_destroy(&c->keylog_mutex);
    for (Alpn *a = c->alpn, *next; a; a = next) {
        next = a->next;
        mem_free(a);
    }
    object_release_attrs(th, o);
    object_free(th, o);
}

// ---- properties ----------------------------------------------------------------------------------------------------------------------------

// The value a property is set to; deleting it is an error. 0 or -1.
static int no_delete(Thread *th, Value v, const char *name) {
    if (v) return 0;
    raise_error(th, &exc_AttributeError, "attribute '%s' of '_ssl._SSLContext' objects cannot be deleted", name);
    return -1;
}

static Value ctx_get_protocol(Thread *th, Value self) { return value_imm_int(ssl_ctx_of(self)->protocol); }
static Value ctx_get_security_level(Thread *th, Value self) { return value_imm_int(SSL_CTX_get_security_level(ssl_ctx_of(self)->ctx)); }

static Value ctx_get_verify_mode(Thread *th, Value self) {
    switch (SSL_CTX_get_verify_mode(ssl_ctx_of(self)->ctx)) {
    case SSL_VERIFY_NONE: return value_imm_int(0);
    case SSL_VERIFY_PEER: return value_imm_int(1);
    case SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT: return value_imm_int(2);
    default: return ssl_raise_text(th, &exc_SSLError, 0, "invalid return value from SSL_CTX_get_verify_mode", __LINE__);
    }
}
static void set_verify_mode(Thread *th, SslContext *c, int mode) {
    ssl_lock(th, &c->lock);
    SSL_CTX_set_verify(c->ctx, mode, SSL_CTX_get_verify_callback(c->ctx));
    ssl_unlock(&c->lock);
}
static int ctx_set_verify_mode(Thread *th, Value self, Value v) {
    static const int modes[] = {SSL_VERIFY_NONE, SSL_VERIFY_PEER, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT};
    SslContext *c = ssl_ctx_of(self);
    int n;
    if (no_delete(th, v, "verify_mode") < 0 || int_arg(th, v, &n) < 0) return -1;
    if (n < 0 || n > 2) raise_value_error(th, "invalid value for verify_mode");
    else if (n == 0 && atomic_load_relaxed(&c->check_hostname)) raise_value_error(th, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.");
    else set_verify_mode(th, c, modes[n]);
    return error_pending(th) ? -1 : 0;
}
static Value ctx_get_check_hostname(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&ssl_ctx_of(self)->check_hostname)); }
static int ctx_set_check_hostname(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    if (no_delete(th, v, "check_hostname") < 0) return -1;
    int on = object_truth(th, v);
    if (on < 0) return -1;
    if (on && SSL_CTX_get_verify_mode(c->ctx) == SSL_VERIFY_NONE) set_verify_mode(th, c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
    atomic_store_relaxed(&c->check_hostname, (bool)on);
    return 0;
}
static Value ctx_get_verify_flags(Thread *th, Value self) { return int_from_u64(th, X509_VERIFY_PARAM_get_flags(SSL_CTX_get0_param(ssl_ctx_of(self)->ctx))); }
static int ctx_set_verify_flags(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    if (no_delete(th, v, "verify_flags") < 0) return -1;
    if (!value_is_int(v)) {
        raise_type_error(th, "argument must be int, not %B", v);
        return -1;
    }
    unsigned long want = int_as_u64_mask(v);
    ssl_lock(th, &c->lock);
    X509_VERIFY_PARAM *p = SSL_CTX_get0_param(c->ctx);
    unsigned long have = X509_VERIFY_PARAM_get_flags(p), off = have & ~want, on = want & ~have;
    ERR_clear_error();
    bool ok = (!off || X509_VERIFY_PARAM_clear_flags(p, off)) && (!on || X509_VERIFY_PARAM_set_flags(p, on));
    ssl_unlock(&c->lock);
    if (!ok) SSL_RAISE_LAST(th);
    return ok ? 0 : -1;
}
static Value ctx_get_host_flags(Thread *th, Value self) { return int_from_u64(th, atomic_load_relaxed(&ssl_ctx_of(self)->host_flags)); }
static int ctx_set_host_flags(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    Value i = no_delete(th, v, "_host_flags") < 0 ? NO_VALUE : number_index(th, v);
    if (!i) return -1;
    unsigned flags = (unsigned)int_as_u64_mask(i);
    decref(th, i);
    ssl_lock(th, &c->lock);
    atomic_store_relaxed(&c->host_flags, flags);
    X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(c->ctx), flags);
    ssl_unlock(&c->lock);
    return 0;
}
static Value ctx_get_options(Thread *th, Value self) { return int_from_u64(th, SSL_CTX_get_options(ssl_ctx_of(self)->ctx)); }
static int ctx_set_options(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    Value i = no_delete(th, v, "options") < 0 ? NO_VALUE : number_index(th, v);
    if (!i) return -1;
    uint64_t want = int_as_u64_mask(i);
    if (int_sign(i) < 0) raise_value_error(th, "Cannot convert negative int");
    else if (int_bit_length(i) > 64) raise_error(th, &exc_OverflowError, "Python int too large for C unsigned long long");
    decref(th, i);
    if (error_pending(th)) return -1;
    uint64_t have = SSL_CTX_get_options(c->ctx), off = have & ~want, on = want & ~have;
    const uint64_t versions = SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
    if ((on & versions) && warn_format(th, &exc_DeprecationWarning, 2, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated") < 0) return -1;
    ssl_lock(th, &c->lock);
    if (off) SSL_CTX_clear_options(c->ctx, off);
    if (on) SSL_CTX_set_options(c->ctx, on);
    ssl_unlock(&c->lock);
    return 0;
}
// The versions that a context for one version only is made of are not shown.
static bool has_range(SslContext *c) { return c->protocol == PROTO_TLS || c->protocol == PROTO_TLS_CLIENT || c->protocol == PROTO_TLS_SERVER; }
static Value ctx_get_minimum_version(Thread *th, Value self) {
    SslContext *c = ssl_ctx_of(self);
    int64_t v = has_range(c) ? SSL_CTX_get_min_proto_version(c->ctx) : 0;
    return value_imm_int(v ? v : PROTO_VERSION_MINIMUM);
}
static Value ctx_get_maximum_version(Thread *th, Value self) {
    SslContext *c = ssl_ctx_of(self);
    int64_t v = has_range(c) ? SSL_CTX_get_max_proto_version(c->ctx) : 0;
    return value_imm_int(v ? v : PROTO_VERSION_MAXIMUM);
}
static int set_version(Thread *th, Value self, Value v, bool maximum) {
    SslContext *c = ssl_ctx_of(self);
    int n;
    if (no_delete(th, v, maximum ? "maximum_version" : "minimum_version") < 0 || int_arg(th, v, &n) < 0) return -1;
    if (!has_range(c)) {
        raise_value_error(th, "The context's protocol doesn't support modification of highest and lowest version.");
        return -1;
    }
    const char *old = n == SSL3_VERSION ? "SSLv3" : n == TLS1_VERSION ? "TLSv1" : n == TLS1_1_VERSION ? "TLSv1_1" : NULL;
    if (old && warn_format(th, &exc_DeprecationWarning, 2, "ssl.TLSVersion.%s is deprecated", old) < 0) return -1;
    if (!old && n != TLS1_2_VERSION && n != TLS1_3_VERSION && n != PROTO_VERSION_MINIMUM && n != PROTO_VERSION_MAXIMUM) {
        raise_value_error(th, "Unsupported TLS/SSL version 0x%x", n);
        return -1;
    }
    // The other end of the range as a limit of this one: what the library's build allows, without SSLv3.
    int to = n;
    if (maximum) to = n == PROTO_VERSION_MAXIMUM ? 0 : n == PROTO_VERSION_MINIMUM ? TLS1_VERSION : n;
    else to = n == PROTO_VERSION_MINIMUM ? 0 : n == PROTO_VERSION_MAXIMUM ? TLS1_3_VERSION : n;
    ssl_lock(th, &c->lock);
    long ok = maximum ? SSL_CTX_set_max_proto_version(c->ctx, to) : SSL_CTX_set_min_proto_version(c->ctx, to);
    ssl_unlock(&c->lock);
    ERR_clear_error();
    if (ok) return 0;
    raise_value_error(th, "Unsupported protocol version 0x%x", to);
    return -1;
}
static int ctx_set_minimum_version(Thread *th, Value self, Value v) { return set_version(th, self, v, false); }
static int ctx_set_maximum_version(Thread *th, Value self, Value v) { return set_version(th, self, v, true); }

static Value ctx_get_num_tickets(Thread *th, Value self) { return int_from_u64(th, SSL_CTX_get_num_tickets(ssl_ctx_of(self)->ctx)); }
static int ctx_set_num_tickets(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    int64_t n;
    if (no_delete(th, v, "num_tickets") < 0 || number_as_i64(th, v, &n) < 0) return -1;
    if (n < 0) raise_value_error(th, "value must be non-negative");
    else if (c->protocol != PROTO_TLS_SERVER) raise_value_error(th, "SSLContext is not a server context.");
    else if (!SSL_CTX_set_num_tickets(c->ctx, (size_t)n)) raise_value_error(th, "failed to set num tickets.");
    return error_pending(th) ? -1 : 0;
}
static Value ctx_get_post_handshake_auth(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&ssl_ctx_of(self)->post_handshake_auth)); }
static int ctx_set_post_handshake_auth(Thread *th, Value self, Value v) {
    SslContext *c = ssl_ctx_of(self);
    if (!v) {
        raise_error(th, &exc_AttributeError, "cannot delete attribute");
        return -1;
    }
    int on = object_truth(th, v);
    if (on < 0) return -1;
    // Not set on ctx itself: a client's SSLs announce it each, a server's change their verify mode.
    atomic_store_relaxed(&c->post_handshake_auth, (bool)on);
    return 0;
}

// ---- ciphers -------------------------------------------------------------------------------------------------------------------------------

static Value ctx_meth_set_ciphers(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    const char *list;
    Value hold = NO_VALUE;
    if (!value_is_str(args[0])) return raise_type_error(th, "set_ciphers() argument must be str, not %B", args[0]);
    if (text_cstr_arg(th, args[0], &list, &hold, "set_ciphers() argument") < 0) return NO_VALUE;
    int ok = 0;
    ssl_lock(th, &c->lock);
    bool used = c->used;
    if (!used) ok = SSL_CTX_set_cipher_list(c->ctx, list);
    ssl_unlock(&c->lock);
    if (used) {
        BLOCKING_BEGIN(th);
        bool alone = !ciphers_held; // a callback in a handshake cannot wait for its own end
        if (alone) pthread_rwlock_wrlock(&ciphers);
        ok = SSL_CTX_set_cipher_list(c->ctx, list);
        if (alone) pthread_rwlock_unlock(&ciphers);
        BLOCKING_END;
    }
    ERR_clear_error();
    decref(th, hold);
    return ok ? VALUE_NONE : raise_error(th, &exc_SSLError, "No cipher can be selected.");
}
static Value cipher_dict(Thread *th, const SSL_CIPHER *c) {
    char text[512];
    int alg_bits, bits = SSL_CIPHER_get_bits(c, &alg_bits), nid;
    size_t n = SSL_CIPHER_description(c, text, sizeof text) ? strlen(text) : 0;
    while (n && text[n - 1] == '\n') n--;
    Value d = dict_new(th);
#define NID_NAME(nid_) (nid = (nid_)) == NID_undef ? VALUE_NONE : str_or_none(th, OBJ_nid2ln(nid))
    if (d && dict_put_owned(th, d, "id", int_from_u64(th, SSL_CIPHER_get_id(c))) == 0 && dict_put_owned(th, d, "name", str_or_none(th, SSL_CIPHER_get_name(c))) == 0 &&
        dict_put_owned(th, d, "protocol", str_or_none(th, SSL_CIPHER_get_version(c))) == 0 && dict_put_owned(th, d, "description", str_from_utf8(th, text, n)) == 0 &&
        dict_put_owned(th, d, "strength_bits", value_imm_int(bits)) == 0 && dict_put_owned(th, d, "alg_bits", value_imm_int(alg_bits)) == 0 &&
        dict_put_owned(th, d, "aead", value_bool(SSL_CIPHER_is_aead(c))) == 0 && dict_put_owned(th, d, "symmetric", NID_NAME(SSL_CIPHER_get_cipher_nid(c))) == 0 &&
        dict_put_owned(th, d, "digest", NID_NAME(SSL_CIPHER_get_digest_nid(c))) == 0 && dict_put_owned(th, d, "kea", NID_NAME(SSL_CIPHER_get_kx_nid(c))) == 0 &&
        dict_put_owned(th, d, "auth", NID_NAME(SSL_CIPHER_get_auth_nid(c))) == 0)
        return d;
#undef NID_NAME
    decref(th, d);
    return NO_VALUE;
}
static Value ctx_meth_get_ciphers(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    Value list = list_new(th, 64);
    if (!list) return NO_VALUE;
    ERR_clear_error();
    ssl_lock(th, &c->lock);
    ciphers_share();
    SSL *ssl = SSL_new(c->ctx); // its list has those of TLS 1.3, too
    STACK_OF(SSL_CIPHER) *s = ssl ? sk_SSL_CIPHER_dup(SSL_get_ciphers(ssl)) : NULL;
    SSL_free(ssl);
    ciphers_unshare();
    ssl_unlock(&c->lock);
    if (!s) {
        decref(th, list);
        return SSL_RAISE_LAST(th);
    }
    int r = 0;
    for (int i = 0; r == 0 && i < sk_SSL_CIPHER_num(s); i++) {
        Value d = cipher_dict(th, sk_SSL_CIPHER_value(s, i));
        r = d ? list_append_owned(th, AS(List, list), d) : -1;
    }
    sk_SSL_CIPHER_free(s);
    if (r == 0) return list;
    decref(th, list);
    return NO_VALUE;
}

static Value ctx_meth_session_stats(Thread *th, Value self, Value *args) {
    SSL_CTX *x = ssl_ctx_of(self)->ctx;
    const struct { const char *name; long n; } stats[] = {
        {"number", SSL_CTX_sess_number(x)}, {"connect", SSL_CTX_sess_connect(x)}, {"connect_good", SSL_CTX_sess_connect_good(x)},
        {"connect_renegotiate", SSL_CTX_sess_connect_renegotiate(x)}, {"accept", SSL_CTX_sess_accept(x)}, {"accept_good", SSL_CTX_sess_accept_good(x)},
        {"accept_renegotiate", SSL_CTX_sess_accept_renegotiate(x)}, {"hits", SSL_CTX_sess_hits(x)}, {"misses", SSL_CTX_sess_misses(x)},
        {"timeouts", SSL_CTX_sess_timeouts(x)}, {"cache_full", SSL_CTX_sess_cache_full(x)},
    };
    Value d = dict_new(th);
    for (size_t i = 0; d && i < ARRAY_LEN(stats); i++) {
        if (dict_put_owned(th, d, stats[i].name, value_imm_int(stats[i].n)) == 0) continue;
        decref(th, d);
        return NO_VALUE;
    }
    return d;
}

// ---- wrapping --------------------------------------------------------------------------------------------------------------------------------

// None, or a host name in ASCII: *out a new reference to it, NO_VALUE for None. 0 or -1.
static int hostname_arg(Thread *th, Value v, Value *out) {
    *out = NO_VALUE;
    if (!v || v == VALUE_NONE) return 0;
    if (!value_is_str(v)) {
        raise_type_error(th, "argument must be str, not %B", v);
        return -1;
    }
    if (AS(Str, v)->flags & STR_ASCII) {
        if (memchr(str_data(AS(Str, v)), 0, AS(Str, v)->len)) {
            raise_type_error(th, "argument must be encoded string without null bytes, not str");
            return -1;
        }
        *out = new_ref(th, v);
        return 0;
    }
    decref(th, codec_encode_text(th, v, "ascii", NULL)); // raises
    return -1;
}
static Value wrap(Thread *th, Value self, Value sock, MemoryBio *in, MemoryBio *out, const Value *rest) { // server_side, server_hostname, owner, session
    int server = object_truth(th, rest[0]);
    Value hostname = NO_VALUE;
    if (server < 0 || hostname_arg(th, rest[1], &hostname) < 0) return NO_VALUE;
    Value r = ssl_socket_new(th, ssl_ctx_of(self), sock, in, out, server, hostname, rest[2] == VALUE_NONE ? NO_VALUE : rest[2], rest[3] == VALUE_NONE ? NO_VALUE : rest[3]);
    decref(th, hostname);
    return r;
}
static Value ctx_meth_wrap_socket(Thread *th, Value self, Value *args) {
    if (!value_is_instance(args[0], &type_socket_socket)) return raise_type_error(th, "_wrap_socket() argument 'sock' must be _socket.socket, not %B", args[0]);
    return wrap(th, self, args[0], NULL, NULL, args + 1);
}
static Value ctx_meth_wrap_bio(Thread *th, Value self, Value *args) {
    for (int i = 0; i < 2; i++)
        if (!value_is_instance(args[i], &type_memory_bio))
            return raise_type_error(th, "_wrap_bio() argument '%s' must be _ssl.MemoryBIO, not %B", i ? "outgoing" : "incoming", args[i]);
    return wrap(th, self, NO_VALUE, AS(MemoryBio, args[0]), AS(MemoryBio, args[1]), args + 2);
}

// ---- the type --------------------------------------------------------------------------------------------------------------------------------

static const MethodDef ctx_methods[] = {
    {"_wrap_socket", "(self, /, sock, server_side, server_hostname=None, *, owner=None, session=None)", ctx_meth_wrap_socket, NULL, 0},
    {"_wrap_bio", "(self, /, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)", ctx_meth_wrap_bio, NULL, 0},
    {"set_ciphers", "(self, cipherlist, /)", ctx_meth_set_ciphers, NULL, 0},
    {"get_ciphers", "(self, /)", ctx_meth_get_ciphers, NULL, 0},
    {"_set_alpn_protocols", "(self, protos, /)", ctx_meth_set_alpn_protocols, NULL, 0},
    {"load_cert_chain", "(self, /, certfile, keyfile=None, password=None)", ctx_meth_load_cert_chain, NULL, 0},
    {"load_dh_params", "(self, path, /)", ctx_meth_load_dh_params, NULL, 0},
    {"load_verify_locations", "(self, /, cafile=None, capath=None, cadata=None)", ctx_meth_load_verify_locations, NULL, 0},
    {"session_stats", "(self, /)", ctx_meth_session_stats, NULL, 0},
    {"set_default_verify_paths", "(self, /)", ctx_meth_set_default_verify_paths, NULL, 0},
    {"set_ecdh_curve", "(self, name, /)", ctx_meth_set_ecdh_curve, NULL, 0},
    {"cert_store_stats", "(self, /)", ctx_meth_cert_store_stats, "How many certificates, certificates of authorities and revocation lists are loaded.", 0},
    {"get_ca_certs", "(self, /, binary_form=False)", ctx_meth_get_ca_certs, "The loaded certificates of authorities, each as a dict, or as bytes in DER with binary_form.", 0},
    {"set_psk_client_callback", "(self, /, callback)", ctx_meth_set_psk_client_callback, NULL, 0},
    {"set_psk_server_callback", "(self, /, callback, identity_hint=None)", ctx_meth_set_psk_server_callback, NULL, 0},
    {0},
};
static const GetSetDef ctx_getsets[] = {
    {"check_hostname", ctx_get_check_hostname, ctx_set_check_hostname, NULL},
    {"_host_flags", ctx_get_host_flags, ctx_set_host_flags, NULL},
    {"minimum_version", ctx_get_minimum_version, ctx_set_minimum_version, NULL},
    {"maximum_version", ctx_get_maximum_version, ctx_set_maximum_version, NULL},
    {"keylog_filename", ctx_get_keylog, ctx_set_keylog, NULL},
    {"_msg_callback", ctx_get_msg_callback, ctx_set_msg_callback, NULL},
    {"sni_callback", ctx_get_sni_callback, ctx_set_sni_callback, "Called with connection, server name and context when a client's hello came."},
    {"num_tickets", ctx_get_num_tickets, ctx_set_num_tickets, "How many session tickets a server sends (TLS 1.3)."},
    {"options", ctx_get_options, ctx_set_options, NULL},
    {"post_handshake_auth", ctx_get_post_handshake_auth, ctx_set_post_handshake_auth, NULL},
    {"protocol", ctx_get_protocol, NULL, NULL},
    {"verify_flags", ctx_get_verify_flags, ctx_set_verify_flags, NULL},
    {"verify_mode", ctx_get_verify_mode, ctx_set_verify_mode, NULL},
    {"security_level", ctx_get_security_level, NULL, "OpenSSL's security level."},
    {0},
};
static Shape shape_ssl_context;
Type type_ssl_context = {
    .head = OBJECT_STATIC(&shape_type), .name = "_ssl._SSLContext", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_BASETYPE,
    .basic_size = sizeof(SslContext), .shape = &shape_ssl_context, .methods = ctx_methods, .getsets = ctx_getsets,
    .slots = {.new_ = ctx_slot_new, .dealloc = ctx_dealloc, .traverse = ctx_traverse, .clear = ctx_clear},
};
static Shape shape_ssl_context = {.type = &type_ssl_context, .flags = TYPE_IMMUTABLE | TYPE_TRACED | TYPE_BASETYPE};
