// SPDX-License-Identifier: MIT
// What a connection tells: the peer's certificates, the cipher, the protocol, the channel binding. All under the connection's lock; certificates and
// ciphers are taken out of it first, so that no Python object is made under the lock.
#include "stdlib/_ssl/ssl_int.h"

Value ssl_meth_getpeercert(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    int der = args[0] ? object_truth(th, args[0]) : 0;
    if (der < 0) return NO_VALUE;
    ssl_lock(th, &s->lock);
    bool done = SSL_is_init_finished(s->ssl), verified = SSL_get_verify_mode(s->ssl) & SSL_VERIFY_PEER;
    X509 *x = done ? SSL_get1_peer_certificate(s->ssl) : NULL;
    ssl_unlock(&s->lock);
    if (!done) return raise_value_error(th, "handshake not done yet");
    if (!x) return VALUE_NONE;
    Value r = der ? cert_der(th, x) : verified ? cert_info(th, x) : dict_new(th);
    X509_free(x);
    return r;
}

// A copied stack of certificates as a list; the stack goes.
static Value chain_list(Thread *th, STACK_OF(X509) *chain) {
    Value list = list_new(th, (size_t)sk_X509_num(chain));
    bool ok = list != NO_VALUE;
    for (int i = 0; ok && i < sk_X509_num(chain); i++) {
        Value c = cert_object(th, sk_X509_value(chain, i));
        ok = c && list_append_owned(th, AS(List, list), c) == 0;
    }
    sk_X509_pop_free(chain, X509_free);
    if (ok) return list;
    decref(th, list);
    return NO_VALUE;
}
Value ssl_meth_get_verified_chain(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    STACK_OF(X509) *chain = SSL_get0_verified_chain(s->ssl);
    if (chain) chain = X509_chain_up_ref(chain);
    ssl_unlock(&s->lock);
    return chain ? chain_list(th, chain) : VALUE_NONE;
}
Value ssl_meth_get_unverified_chain(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(s->ssl);
    if (chain) chain = X509_chain_up_ref(chain);
    X509 *peer = chain && s->server ? SSL_get1_peer_certificate(s->ssl) : NULL; // on a server it is not in the chain
    ssl_unlock(&s->lock);
    if (peer && !sk_X509_insert(chain, peer, 0)) X509_free(peer);
    return chain ? chain_list(th, chain) : VALUE_NONE;
}

static Value cipher_tuple(Thread *th, const SSL_CIPHER *c) {
    Value v[3] = {str_or_none(th, SSL_CIPHER_get_name(c)), str_or_none(th, SSL_CIPHER_get_version(c)), value_imm_int(SSL_CIPHER_get_bits(c, NULL))};
    return tuple_of_owned(th, v, 3);
}
Value ssl_meth_cipher(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    const SSL_CIPHER *c = SSL_get_current_cipher(s->ssl); // static
    ssl_unlock(&s->lock);
    return c ? cipher_tuple(th, c) : VALUE_NONE;
}
Value ssl_meth_shared_ciphers(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    ciphers_share();
    STACK_OF(SSL_CIPHER) *theirs = SSL_get_client_ciphers(s->ssl), *ours = SSL_get_ciphers(s->ssl);
    STACK_OF(SSL_CIPHER) *both = s->server && theirs && ours ? sk_SSL_CIPHER_new_null() : NULL;
    for (int i = 0; both && i < sk_SSL_CIPHER_num(ours); i++) {
        const SSL_CIPHER *c = sk_SSL_CIPHER_value(ours, i);
        if (sk_SSL_CIPHER_find(theirs, c) >= 0) sk_SSL_CIPHER_push(both, c);
    }
    ciphers_unshare();
    ssl_unlock(&s->lock);
    if (!both) return VALUE_NONE;
    Value list = list_new(th, (size_t)sk_SSL_CIPHER_num(both));
    bool ok = list != NO_VALUE;
    for (int i = 0; ok && i < sk_SSL_CIPHER_num(both); i++) {
        Value t = cipher_tuple(th, sk_SSL_CIPHER_value(both, i));
        ok = t && list_append_owned(th, AS(List, list), t) == 0;
    }
    sk_SSL_CIPHER_free(both);
    if (ok) return list;
    decref(th, list);
    return NO_VALUE;
}
Value ssl_meth_version(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    const char *v = SSL_is_init_finished(s->ssl) ? SSL_get_version(s->ssl) : "unknown"; // static
    ssl_unlock(&s->lock);
    return strcmp(v, "unknown") ? str_from_cstr(th, v) : VALUE_NONE;
}
Value ssl_meth_selected_alpn_protocol(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    const unsigned char *p;
    unsigned n;
    char buf[256];
    ssl_lock(th, &s->lock);
    SSL_get0_alpn_selected(s->ssl, &p, &n);
    if (n > sizeof buf) n = sizeof buf; // a byte holds its length
    if (p) memcpy(buf, p, n);
    ssl_unlock(&s->lock);
    return p ? str_from_utf8(th, buf, n) : VALUE_NONE;
}
Value ssl_meth_compression(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    ssl_lock(th, &s->lock);
    const COMP_METHOD *c = SSL_get_current_compression(s->ssl);
    const char *name = c ? SSL_COMP_get_name(c) : NULL; // static
    ssl_unlock(&s->lock);
    return str_or_none(th, name);
}
Value ssl_meth_get_channel_binding(Thread *th, Value self, Value *args) {
    SslSocket *s = ssl_of(self);
    const char *type = "tls-unique";
    Value hold = NO_VALUE;
    if (args[0] && text_cstr_arg(th, args[0], &type, &hold, "get_channel_binding() argument 'cb_type'") < 0) return NO_VALUE;
    if (strcmp(type, "tls-unique")) {
        raise_value_error(th, "'%s' channel binding type not implemented", type);
        decref(th, hold);
        return NO_VALUE;
    }
    decref(th, hold);
    char buf[128]; // the first Finished message of the handshake: the client's, in a new session
    ssl_lock(th, &s->lock);
    size_t n = (SSL_session_reused(s->ssl) != 0) != s->server ? SSL_get_peer_finished(s->ssl, buf, sizeof buf) : SSL_get_finished(s->ssl, buf, sizeof buf);
    ssl_unlock(&s->lock);
    return n ? bytes_new(th, buf, n < sizeof buf ? n : sizeof buf) : VALUE_NONE;
}
