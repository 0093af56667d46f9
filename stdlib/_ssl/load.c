// SPDX-License-Identifier: MIT
// What a context loads: its own certificate and key, certificates it trusts, parameters. Files are read detached, under the context's lock.
#include "stdlib/_ssl/ssl_int.h"
#include "stdlib/sys/sys.h"

#include <limits.h>

// ---- arguments ---------------------------------------------------------------------------------------------------------------------------

typedef struct File { const char *path; Value obj, hold; } File; // path NULL: not given
static void file_done(Thread *th, File *f) {
    decref(th, f->hold);
    decref(th, f->obj);
}
// A path or None. 0, or -1: TypeError "<what> should be a valid filesystem path", or what the path's own method raised.
static int file_arg(Thread *th, Value v, const char *what, File *f) {
    *f = (File){0};
    if (!v || v == VALUE_NONE) return 0;
    f->obj = str_fspath(th, v);
    if (f->obj) f->path = str_fs_path(th, f->obj, NULL, &f->hold);
    if (f->path) return 0;
    if (what && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "%s should be a valid filesystem path", what);
    clear_ref(th, &f->obj);
    return -1;
}
// Why the last call failed: the system's error if OpenSSL met one, else its own.
static Value raise_load(Thread *th, int line) {
    unsigned long first = ERR_peek_error();
    if (first && ERR_GET_LIB(first) == ERR_LIB_SYS) {
        ERR_clear_error();
        return posix_error(th, ERR_GET_REASON(first));
    }
    return ssl_raise_code(th, ERR_peek_last_error(), line);
}

// ---- certificate and key -------------------------------------------------------------------------------------------------------------------

// How the password of a key is got.
typedef struct Password {
    Value callable;  // NO_VALUE: text is it already
    char *text;      // mem_alloc'ed
    int len;
    Value exc;       // what the callable raised, or NO_VALUE
} Password;

// Takes a str, bytes or bytearray as the password; bad: the message for other types. 0 or -1.
static int password_set(Thread *th, Password *p, Value v, const char *bad) {
    Buffer b = {.obj = NO_VALUE};
    Value hold = NO_VALUE;
    size_t n = 0;
    const char *text = NULL;
    if (value_is_str(v)) {
        text = str_utf8(th, v, &n, &hold);
    } else if (value_is_bytes(v) || value_is_bytearray(v)) {
        if (buffer_get(th, v, &b, BUF_SIMPLE) == 0) text = (const char *)b.buf, n = b.len;
    } else {
        raise_type_error(th, "%s", bad);
    }
    if (text && n > PEM_BUFSIZE) raise_value_error(th, "password cannot be longer than %d bytes", PEM_BUFSIZE);
    else if (text && (p->text = mem_alloc(th, n + 1)) != NULL) memcpy(p->text, text, n), p->len = (int)n;
    decref(th, hold);
    buffer_release(th, &b);
    return error_pending(th) ? -1 : 0;
}
static int on_password(char *buf, int size, int writing, void *arg) {
    Password *p = arg;
    if (p->callable) {
        Callback cb;
        callback_enter(&cb);
        Thread *th = cb.th;
        mem_free(p->text);
        p->text = NULL;
        Value r = call0(th, p->callable);
        if (!r || password_set(th, p, r, "password callback must return a string") < 0) set_ref(th, &p->exc, error_fetch(th));
        decref(th, r);
        callback_leave(&cb);
        if (p->exc) return -1;
    }
    if (p->len > size) return -1;
    memcpy(buf, p->text, (size_t)p->len);
    return p->len;
}
Value ctx_meth_load_cert_chain(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    Value password = args[2] && args[2] != VALUE_NONE ? args[2] : NO_VALUE;
    Password pw = {0};
    File cert, key = {0};
    if (!args[0] || args[0] == VALUE_NONE) return raise_type_error(th, "certfile should be a valid filesystem path");
    if (file_arg(th, args[0], "certfile", &cert) < 0) return NO_VALUE;
    bool ok = file_arg(th, args[1], "keyfile", &key) == 0;
    if (ok && password) {
        if (object_callable(password)) pw.callable = password;
        else ok = password_set(th, &pw, password, "password should be a string or callable") == 0;
    }
    int step = 0;
    if (ok) {
        ERR_clear_error();
        ssl_lock(th, &c->lock);
        pem_password_cb *old_cb = SSL_CTX_get_default_passwd_cb(c->ctx);
        void *old_arg = SSL_CTX_get_default_passwd_cb_userdata(c->ctx);
        if (password) {
            SSL_CTX_set_default_passwd_cb(c->ctx, on_password);
            SSL_CTX_set_default_passwd_cb_userdata(c->ctx, &pw);
        }
        BLOCKING_BEGIN(th);
        if (SSL_CTX_use_certificate_chain_file(c->ctx, cert.path) == 1) step = 1;
        if (step == 1 && SSL_CTX_use_PrivateKey_file(c->ctx, key.path ? key.path : cert.path, SSL_FILETYPE_PEM) == 1) step = 2;
        if (step == 2 && SSL_CTX_check_private_key(c->ctx) == 1) step = 3;
        BLOCKING_END;
        SSL_CTX_set_default_passwd_cb(c->ctx, old_cb);
        SSL_CTX_set_default_passwd_cb_userdata(c->ctx, old_arg);
        ssl_unlock(&c->lock);
        if (pw.exc) ERR_clear_error(), error_restore(th, pw.exc);
        else if (step < 3) raise_load(th, __LINE__);
        ok = !error_pending(th);
    }
    mem_free(pw.text);
    file_done(th, &cert);
    file_done(th, &key);
    return ok ? VALUE_NONE : NO_VALUE;
}

// ---- trusted certificates --------------------------------------------------------------------------------------------------------------------

// Adds every certificate in data. The number added, or -1: error of OpenSSL's queue.
static int add_certificates(SSL_CTX *ctx, const void *data, int n, bool pem) {
    BIO *bio = BIO_new_mem_buf(data, n);
    X509_STORE *store = SSL_CTX_get_cert_store(ctx);
    int added = 0;
    if (!bio) return -1;
    while (pem || BIO_pending(bio) > 0) {
        X509 *x = pem ? PEM_read_bio_X509(bio, NULL, SSL_CTX_get_default_passwd_cb(ctx), SSL_CTX_get_default_passwd_cb_userdata(ctx)) : d2i_X509_bio(bio, NULL);
        if (!x) break;
        int ok = X509_STORE_add_cert(store, x); // one that is there already is fine
        X509_free(x);
        if (!ok) {
            BIO_free(bio);
            return -1;
        }
        added++;
    }
    unsigned long e = ERR_peek_last_error(); // 0: DER, and all of it was read
    bool end = pem && ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    if (added && e && !end) return -1;
    ERR_clear_error();
    return added;
}
static int load_data(Thread *th, SslContext *c, const void *data, size_t n, bool pem) {
    if (!n) {
        raise_value_error(th, "Empty certificate data");
        return -1;
    }
    if (n > INT_MAX) {
        raise_error(th, &exc_OverflowError, "Certificate data is too long.");
        return -1;
    }
    int added;
    ERR_clear_error();
    SSL_LOCKED(th, &c->lock, added = add_certificates(c->ctx, data, (int)n, pem));
    if (added > 0) return 0;
    if (added < 0) SSL_RAISE_LAST(th);
    else SSL_RAISE_TEXT(th, pem ? "no start line: cadata does not contain a certificate" : "not enough data: cadata does not contain a certificate");
    return -1;
}
static int load_cadata(Thread *th, SslContext *c, Value v) {
    int r = -1;
    if (value_is_str(v)) {
        if (AS(Str, v)->flags & STR_ASCII) return load_data(th, c, str_data(AS(Str, v)), AS(Str, v)->len, true);
        raise_type_error(th, "cadata should be an ASCII string or a bytes-like object");
    } else if (buffer_check(v)) {
        Buffer b;
        if (buffer_get_stable(th, v, &b) < 0) return -1;
        r = load_data(th, c, b.buf, b.len, false);
        buffer_release(th, &b);
    } else {
        raise_type_error(th, "cadata should be an ASCII string or a bytes-like object");
    }
    return r;
}
Value ctx_meth_load_verify_locations(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    Value data = args[2] == VALUE_NONE ? NO_VALUE : args[2];
    File file, dir = {0};
    if (file_arg(th, args[0], "cafile", &file) < 0) return NO_VALUE;
    bool ok = file_arg(th, args[1], "capath", &dir) == 0;
    if (ok && !file.path && !dir.path && !data) {
        raise_type_error(th, "cafile, capath and cadata cannot be all omitted");
        ok = false;
    }
    if (ok && data) ok = load_cadata(th, c, data) == 0;
    if (ok && (file.path || dir.path)) {
        int done;
        ERR_clear_error();
        SSL_LOCKED(th, &c->lock, done = SSL_CTX_load_verify_locations(c->ctx, file.path, dir.path));
        if (done != 1) raise_load(th, __LINE__);
        ok = done == 1;
    }
    file_done(th, &file);
    file_done(th, &dir);
    return ok ? VALUE_NONE : NO_VALUE;
}
Value ctx_meth_set_default_verify_paths(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    int ok;
    ERR_clear_error();
    SSL_LOCKED(th, &c->lock, ok = SSL_CTX_set_default_verify_paths(c->ctx));
    return ok ? VALUE_NONE : SSL_RAISE_LAST(th);
}

// Runs fn over the objects of the store, which other threads may be adding to meanwhile.
static int each_object(Thread *th, SslContext *c, int (*fn)(Thread *th, X509_OBJECT *o, void *arg), void *arg) {
    X509_STORE *store = SSL_CTX_get_cert_store(c->ctx);
    int r = 0;
    X509_STORE_lock(store);
    STACK_OF(X509_OBJECT) *copy = sk_X509_OBJECT_new_null(), *all = X509_STORE_get0_objects(store);
    for (int i = 0; copy && i < sk_X509_OBJECT_num(all); i++) sk_X509_OBJECT_push(copy, sk_X509_OBJECT_value(all, i)); // objects stay until the store goes
    X509_STORE_unlock(store);
    if (!copy) {
        raise_memory_error(th);
        return -1;
    }
    for (int i = 0; r == 0 && i < sk_X509_OBJECT_num(copy); i++) r = fn(th, sk_X509_OBJECT_value(copy, i), arg);
    sk_X509_OBJECT_free(copy);
    return r;
}
typedef struct StoreCounts { int x509, crl, ca; } StoreCounts;
static int count_object(Thread *th, X509_OBJECT *o, void *arg) {
    StoreCounts *n = arg;
    switch (X509_OBJECT_get_type(o)) {
    case X509_LU_X509:
        n->x509++;
        n->ca += X509_check_ca(X509_OBJECT_get0_X509(o)) != 0;
        break;
    case X509_LU_CRL: n->crl++; break;
    default: break;
    }
    return 0;
}
Value ctx_meth_cert_store_stats(Thread *th, Value self, Value *args) {
    StoreCounts n = {0};
    if (each_object(th, ssl_ctx_of(self), count_object, &n) < 0) return NO_VALUE;
    Value d = dict_new(th);
    if (d && dict_put_owned(th, d, "x509", value_imm_int(n.x509)) == 0 && dict_put_owned(th, d, "crl", value_imm_int(n.crl)) == 0 &&
        dict_put_owned(th, d, "x509_ca", value_imm_int(n.ca)) == 0)
        return d;
    decref(th, d);
    return NO_VALUE;
}
typedef struct CaList { Value list; bool binary; } CaList;
static int add_ca(Thread *th, X509_OBJECT *o, void *arg) {
    CaList *to = arg;
    X509 *x = X509_OBJECT_get_type(o) == X509_LU_X509 ? X509_OBJECT_get0_X509(o) : NULL;
    if (!x || !X509_check_ca(x)) return 0;
    Value v = to->binary ? cert_der(th, x) : cert_info(th, x);
    return v ? list_append_owned(th, AS(List, to->list), v) : -1;
}
Value ctx_meth_get_ca_certs(Thread *th, Value self, Value *args) {
    int binary = args[0] ? object_truth(th, args[0]) : 0;
    CaList to = {binary < 0 ? NO_VALUE : list_new(th, 0), binary};
    if (!to.list) return NO_VALUE;
    if (each_object(th, ssl_ctx_of(self), add_ca, &to) == 0) return to.list;
    decref(th, to.list);
    return NO_VALUE;
}

// ---- parameters ------------------------------------------------------------------------------------------------------------------------------

// The parameters for Diffie-Hellman in a PEM file. NULL: error of OpenSSL's queue.
static EVP_PKEY *read_dh(BIO *bio) {
    unsigned char *data = NULL;
    char *name = NULL;
    long n;
    if (!PEM_bytes_read_bio(&data, &n, &name, PEM_STRING_DHPARAMS, bio, NULL, NULL)) return NULL;
    const unsigned char *p = data;
    EVP_PKEY *key = d2i_KeyParams(strcmp(name, PEM_STRING_DHXPARAMS) ? EVP_PKEY_DH : EVP_PKEY_DHX, NULL, &p, n);
    OPENSSL_free(name);
    OPENSSL_free(data);
    return key;
}
Value ctx_meth_load_dh_params(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    File file;
    if (args[0] == VALUE_NONE) str_fspath(th, args[0]);
    if (error_pending(th) || file_arg(th, args[0], NULL, &file) < 0) return NO_VALUE;
    Value mode = str_from_cstr(th, "rb");
    int stopped = mode ? sys_audit(th, "open", 3, args[0], mode, value_imm_int(0)) : -1;
    decref(th, mode);
    if (stopped) {
        file_done(th, &file);
        return NO_VALUE;
    }
    EVP_PKEY *key = NULL;
    int err = 0, done = 0;
    ERR_clear_error();
    ssl_lock(th, &c->lock);
    BLOCKING_BEGIN(th);
    FILE *f = fopen(file.path, "rb");
    err = f ? 0 : errno;
    if (f) {
        BIO *bio = BIO_new_fp(f, BIO_CLOSE);
        key = bio ? read_dh(bio) : NULL;
        if (bio) BIO_free(bio);
        else fclose(f);
    }
    if (key) done = SSL_CTX_set0_tmp_dh_pkey(c->ctx, key);
    if (key && !done) EVP_PKEY_free(key);
    BLOCKING_END;
    ssl_unlock(&c->lock);
    file_done(th, &file);
    if (err) return raise_errno(th, err, args[0], NO_VALUE);
    return done ? VALUE_NONE : SSL_RAISE_LAST(th);
}
Value ctx_meth_set_ecdh_curve(Thread *th, Value self, Value *args) {
    SslContext *c = ssl_ctx_of(self);
    File name;
    if (args[0] == VALUE_NONE) str_fspath(th, args[0]);
    if (error_pending(th) || file_arg(th, args[0], NULL, &name) < 0) return NO_VALUE;
    int nid = OBJ_sn2nid(name.path), ok = 0;
    file_done(th, &name);
    if (nid == NID_undef) return raise_value_error(th, "unknown elliptic curve name %R", args[0]);
    ERR_clear_error();
    ssl_lock(th, &c->lock);
    ok = (int)SSL_CTX_set1_groups(c->ctx, &nid, 1);
    ssl_unlock(&c->lock);
    return ok ? VALUE_NONE : SSL_RAISE_LAST(th);
}
