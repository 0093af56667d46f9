// SPDX-License-Identifier: MIT
// HMAC objects of _hashlib, over OpenSSL's EVP_MAC. The context is used under the object's lock; much data is hashed detached.
#include <openssl/core_names.h>
#include <openssl/params.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "sched/thread/lock.h"
#include "stdlib/_hashlib_int.h"

typedef struct Hmac { Object head; ObjLock lock; EVP_MAC_CTX *ctx; const EVP_MD *md; } Hmac; // md [c]; what ctx points to [l]
#define HMAC_(v) AS(Hmac, v)
static Type type_HMAC;
Type *const hashlib_type_hmac = &type_HMAC;

static EVP_MAC *hmac_algorithm(void) {
    static EVP_MAC *mac; // [a] fetched once
    EVP_MAC *m = atomic_load_acquire(&mac), *none = NULL;
    if (m) return m;
    m = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (m && !atomic_cas_acq_rel(&mac, &none, m)) {
        EVP_MAC_free(m);
        m = none;
    }
    return m;
}

// A keyed context. NULL with ValueError.
static EVP_MAC_CTX *start(Thread *th, const EVP_MD *md, const uint8_t *key, size_t n) {
    EVP_MAC *mac = hmac_algorithm();
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM params[2] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)EVP_MD_get0_name(md), 0), OSSL_PARAM_construct_end()};
    if (ctx && EVP_MAC_init(ctx, n ? key : (const uint8_t *)"", n, params)) return ctx;
    EVP_MAC_CTX_free(ctx);
    hashlib_raise(th, &exc_ValueError);
    return NULL;
}

static int feed(Thread *th, EVP_MAC_CTX *ctx, const uint8_t *p, size_t n) {
    int ok;
    if (n >= HASHLIB_DETACH_FROM) {
        BLOCKING_BEGIN(th);
        ok = EVP_MAC_update(ctx, p, n);
        BLOCKING_END;
    } else {
        ok = n == 0 || EVP_MAC_update(ctx, p, n);
    }
    if (ok) return 0;
    hashlib_raise(th, &exc_ValueError);
    return -1;
}

static void hmac_dealloc(Thread *th, Object *o) {
    EVP_MAC_CTX_free(((Hmac *)o)->ctx);
    object_free(th, o);
}

Value hashlib_fn_hmac_new(Thread *th, Value self, Value *args) {
    if (args[2] == NO_VALUE || args[2] == VALUE_NONE) return raise_type_error(th, "Missing required parameter 'digestmod'.");
    Buffer key, msg = {.obj = NO_VALUE};
    if (buffer_get(th, args[0], &key, BUF_SIMPLE) < 0) return NO_VALUE;
    Hmac *h = NULL;
    int failed = -1;
    const EVP_MD *md = hashlib_digestmod(th, args[2]);
    bool has_msg = args[1] != NO_VALUE && args[1] != VALUE_NONE;
    if (md && (!has_msg || hashlib_buffer(th, args[1], &msg) == 0) && (h = NEW(Hmac, th, &type_HMAC))) {
        h->md = md;
        h->ctx = start(th, md, key.buf, key.len);
        failed = h->ctx ? feed(th, h->ctx, msg.buf, has_msg ? msg.len : 0) : -1;
    }
    buffer_release(th, &msg);
    buffer_release(th, &key);
    if (!failed) return VALUE_OF(h);
    if (h) decref(th, VALUE_OF(h));
    return NO_VALUE;
}

Value hashlib_fn_hmac_digest(Thread *th, Value self, Value *args) {
    Buffer key, msg;
    if (buffer_get(th, args[0], &key, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (buffer_get(th, args[1], &msg, BUF_SIMPLE) == 0) {
        const EVP_MD *md = hashlib_digestmod(th, args[2]);
        EVP_MAC_CTX *ctx = md ? start(th, md, key.buf, key.len) : NULL;
        uint8_t out[EVP_MAX_MD_SIZE];
        size_t n = 0;
        if (ctx && feed(th, ctx, msg.buf, msg.len) == 0) {
            if (EVP_MAC_final(ctx, out, &n, sizeof out)) r = bytes_new(th, out, n);
            else hashlib_raise(th, &exc_ValueError);
        }
        EVP_MAC_CTX_free(ctx);
        buffer_release(th, &msg);
    }
    buffer_release(th, &key);
    return r;
}

static Value hmac_meth_update(Thread *th, Value self, Value *args) {
    Buffer b;
    if (hashlib_buffer(th, args[0], &b) < 0) return NO_VALUE;
    work_lock(th, &HMAC_(self)->lock);
    int r = feed(th, HMAC_(self)->ctx, b.buf, b.len);
    work_unlock(th, &HMAC_(self)->lock);
    buffer_release(th, &b);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static EVP_MAC_CTX *copy_context(Thread *th, Hmac *h) {
    work_lock(th, &h->lock);
    EVP_MAC_CTX *c = EVP_MAC_CTX_dup(h->ctx);
    work_unlock(th, &h->lock);
    if (!c) hashlib_raise(th, &exc_ValueError);
    return c;
}

static Value hmac_meth_copy(Thread *th, Value self, Value *args) {
    EVP_MAC_CTX *c = copy_context(th, HMAC_(self));
    if (!c) return NO_VALUE;
    Hmac *h = NEW(Hmac, th, &type_HMAC);
    if (!h) {
        EVP_MAC_CTX_free(c);
        return NO_VALUE;
    }
    h->ctx = c;
    h->md = HMAC_(self)->md;
    return VALUE_OF(h);
}

static Value finish(Thread *th, Value self, bool hex) {
    uint8_t out[EVP_MAX_MD_SIZE];
    size_t n = 0;
    EVP_MAC_CTX *c = copy_context(th, HMAC_(self));
    if (!c) return NO_VALUE;
    int ok = EVP_MAC_final(c, out, &n, sizeof out);
    EVP_MAC_CTX_free(c);
    if (!ok) return hashlib_raise(th, &exc_ValueError);
    return hex ? hashlib_hex(th, out, n) : bytes_new(th, out, n);
}
static Value hmac_meth_digest(Thread *th, Value self, Value *args) { return finish(th, self, false); }
static Value hmac_meth_hexdigest(Thread *th, Value self, Value *args) { return finish(th, self, true); }

static Value hmac_get_name(Thread *th, Value self) { return str_format(th, "hmac-%s", hashlib_name_of(HMAC_(self)->md)); }
static Value hmac_get_block_size(Thread *th, Value self) { return value_imm_int(EVP_MD_get_block_size(HMAC_(self)->md)); }
static Value hmac_get_digest_size(Thread *th, Value self) { return value_imm_int(EVP_MD_get_size(HMAC_(self)->md)); }
static Value hmac_slot_repr(Thread *th, Value self) {
    return str_format(th, "<%s HMAC object @ %p>", hashlib_name_of(HMAC_(self)->md), (void *)(uintptr_t)self);
}

static const MethodDef hmac_methods[] = {
    {"update", "(self, /, msg)", hmac_meth_update, "Update the HMAC object with msg.", 0},
    {"digest", "(self, /)", hmac_meth_digest, "Return the digest of the bytes passed to the update() method so far.", 0},
    {"hexdigest", "(self, /)", hmac_meth_hexdigest, "Return hexadecimal digest of the bytes passed to the update() method so far.", 0},
    {"copy", "(self, /)", hmac_meth_copy, "Return a copy (\"clone\") of the HMAC object.", 0},
    {0},
};
static const GetSetDef hmac_getsets[] = {
    {"digest_size", hmac_get_digest_size, NULL, NULL},
    {"block_size", hmac_get_block_size, NULL, NULL},
    {"name", hmac_get_name, NULL, NULL},
    {0},
};
MODULE_TYPE_DEFINE(HMAC, "_hashlib.HMAC", sizeof(Hmac), TYPE_BASETYPE | TYPE_NO_INSTANTIATE, .methods = hmac_methods, .getsets = hmac_getsets,
                   .doc = "The object used to calculate HMAC of a message.", .slots = {.repr = hmac_slot_repr, .dealloc = hmac_dealloc})
