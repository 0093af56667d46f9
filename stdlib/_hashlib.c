// SPDX-License-Identifier: MIT
// The module _hashlib over OpenSSL's EVP digests. A hash object's context is used under its own lock; much data is hashed detached.
#include "stdlib/_hashlib_int.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/dict.h"
#include "core/object/set.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/openssl_load.h"

Value hashlib_unsupported;
static Value constructors; // [c] Dict: openssl_* function -> name

// ---- digests by name ------------------------------------------------------------------------------------------------------------------

typedef struct Digest { const char *name, *alias, *openssl; int nid; EVP_MD *md; } Digest; // md [a]: fetched once
static Digest digests[] = {
    {"md5", "MD5", "MD5", NID_md5, NULL}, {"sha1", "SHA1", "SHA1", NID_sha1, NULL},
    {"sha224", "SHA224", "SHA224", NID_sha224, NULL}, {"sha256", "SHA256", "SHA256", NID_sha256, NULL},
    {"sha384", "SHA384", "SHA384", NID_sha384, NULL}, {"sha512", "SHA512", "SHA512", NID_sha512, NULL},
    {"sha512_224", "SHA512_224", "SHA512-224", NID_sha512_224, NULL}, {"sha512_256", "SHA512_256", "SHA512-256", NID_sha512_256, NULL},
    {"sha3_224", NULL, "SHA3-224", NID_sha3_224, NULL}, {"sha3_256", NULL, "SHA3-256", NID_sha3_256, NULL},
    {"sha3_384", NULL, "SHA3-384", NID_sha3_384, NULL}, {"sha3_512", NULL, "SHA3-512", NID_sha3_512, NULL},
    {"shake_128", NULL, "SHAKE128", NID_shake128, NULL}, {"shake_256", NULL, "SHAKE256", NID_shake256, NULL},
    {"blake2s", "blake2s256", "BLAKE2s256", NID_blake2s256, NULL}, {"blake2b", "blake2b512", "BLAKE2b512", NID_blake2b512, NULL},
};

Value hashlib_raise(Thread *th, Type *type) {
    unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    if (!code) return raise_error(th, type, "no reason supplied");
    const char *lib = ERR_lib_error_string(code), *reason = ERR_reason_error_string(code);
    if (lib && reason) return raise_error(th, type, "[%s] %s", lib, reason);
    if (reason) return raise_error(th, type, "%s", reason);
    return raise_error(th, type, "no reason supplied");
}

const EVP_MD *hashlib_digest(Thread *th, const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
        Digest *d = &digests[i];
        if (strcmp(name, d->name) && strcmp(name, d->openssl) && (!d->alias || strcmp(name, d->alias))) continue;
        EVP_MD *md = atomic_load_acquire(&d->md), *none = NULL;
        if (md) return md;
        md = EVP_MD_fetch(NULL, d->openssl, NULL);
        if (!md) break;
        if (!atomic_cas_acq_rel(&d->md, &none, md)) {
            EVP_MD_free(md);
            md = none;
        }
        return md;
    }
    const EVP_MD *md = EVP_get_digestbyname(name); // static for the known ones
    EVP_MD *fetched = EVP_MD_fetch(NULL, name, NULL);
    if (!fetched) {
        hashlib_raise(th, AS(Type, hashlib_unsupported));
        return NULL;
    }
    if (md) EVP_MD_free(fetched); // the static one serves; it is fetched behind the scenes
    return md ? md : fetched;
}

const char *hashlib_name_of(const EVP_MD *md) {
    int nid = EVP_MD_get_type(md);
    for (size_t i = 0; i < ARRAY_LEN(digests); i++)
        if (digests[i].nid == nid) return digests[i].name;
    const char *name = OBJ_nid2ln(nid);
    return name && nid != NID_undef ? name : EVP_MD_get0_name(md);
}

// A str as a C string for the time it lives. NULL: TypeError or ValueError.
static const char *name_text(Thread *th, Value v, Value *hold) {
    size_t n;
    const char *p = str_utf8(th, v, &n, hold);
    if (p && strlen(p) != n) {
        clear_ref(th, hold);
        raise_value_error(th, "embedded null character");
        return NULL;
    }
    return p;
}

const EVP_MD *hashlib_digestmod(Thread *th, Value v) {
    Value name = NO_VALUE, hold;
    if (value_is_str(v)) name = new_ref(th, v);
    else if (dict_get(th, AS(Dict, constructors), v, &name) < 0) error_clear(th);
    if (name == NO_VALUE) {
        raise_error(th, AS(Type, hashlib_unsupported), "Unsupported digestmod %R", v);
        return NULL;
    }
    const char *text = name_text(th, name, &hold);
    const EVP_MD *md = text ? hashlib_digest(th, text) : NULL;
    decref(th, hold);
    decref(th, name);
    return md;
}

// ---- arguments ------------------------------------------------------------------------------------------------------------------------

int hashlib_buffer(Thread *th, Value v, Buffer *b) {
    b->obj = NO_VALUE;
    if (value_is_str(v)) {
        raise_type_error(th, "Strings must be encoded before hashing");
        return -1;
    }
    if (!buffer_check(v)) {
        raise_type_error(th, "object supporting the buffer API required");
        return -1;
    }
    if (buffer_get(th, v, b, BUF_SIMPLE) < 0) return -1;
    if (b->ndim <= 1) return 0;
    buffer_release(th, b);
    raise_error(th, &exc_BufferError, "Buffer must be single dimension");
    return -1;
}

int hashlib_data_arg(Thread *th, Value data, Value string, Value *out) {
    if (data != NO_VALUE && string != NO_VALUE) {
        raise_type_error(th, "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.");
        return -1;
    }
    *out = data != NO_VALUE ? data : string;
    return 0;
}

Value hashlib_hex(Thread *th, const uint8_t *p, size_t n) {
    Str *s = n ? str_new_raw(th, 2 * n, 0x7F) : NULL;
    if (!s) return n ? NO_VALUE : str_empty;
    char *to = str_data(s);
    for (size_t i = 0; i < n; i++) {
        *to++ = "0123456789abcdef"[p[i] >> 4];
        *to++ = "0123456789abcdef"[p[i] & 15];
    }
    return VALUE_OF(s);
}

// ---- hash objects ---------------------------------------------------------------------------------------------------------------------

typedef struct Hash { Object head; ObjLock lock; EVP_MD_CTX *ctx; } Hash; // what ctx points to: [l]
#define HASH(v) AS(Hash, v)
static Type type_HASH, type_HASHXOF;

static void hash_dealloc(Thread *th, Object *o) {
    EVP_MD_CTX_free(((Hash *)o)->ctx);
    object_free(th, o);
}

static bool is_xof(const EVP_MD *md) { return (EVP_MD_get_flags(md) & EVP_MD_FLAG_XOF) != 0; }

static Hash *hash_alloc(Thread *th, Type *type) {
    Hash *h = NEW(Hash, th, type);
    if (!h) return NULL;
    h->ctx = EVP_MD_CTX_new();
    if (h->ctx) return h;
    decref(th, VALUE_OF(h));
    raise_memory_error(th);
    return NULL;
}

// Feeds the context; the lock is held, or nobody else has the object yet. 0 or -1.
static int feed(Thread *th, EVP_MD_CTX *ctx, const uint8_t *p, size_t n) {
    int ok;
    if (n >= HASHLIB_DETACH_FROM) {
        BLOCKING_BEGIN(th);
        ok = EVP_DigestUpdate(ctx, p, n);
        BLOCKING_END;
    } else {
        ok = EVP_DigestUpdate(ctx, p, n);
    }
    if (ok) return 0;
    hashlib_raise(th, &exc_ValueError);
    return -1;
}

static Value hash_new(Thread *th, const EVP_MD *md, Value data, bool for_security) {
    if (!md) return NO_VALUE;
    Buffer b = {.obj = NO_VALUE};
    if (data != NO_VALUE && hashlib_buffer(th, data, &b) < 0) return NO_VALUE;
    Hash *h = hash_alloc(th, is_xof(md) ? &type_HASHXOF : &type_HASH);
    int failed = !h;
    if (h) {
        if (!for_security) EVP_MD_CTX_set_flags(h->ctx, EVP_MD_CTX_FLAG_NON_FIPS_ALLOW);
        if (!EVP_DigestInit_ex(h->ctx, md, NULL)) {
            hashlib_raise(th, &exc_ValueError);
            failed = 1;
        } else if (b.len) {
            failed = feed(th, h->ctx, b.buf, b.len);
        }
    }
    buffer_release(th, &b);
    if (!failed) return VALUE_OF(h);
    if (h) decref(th, VALUE_OF(h));
    return NO_VALUE;
}

static Value hash_meth_update(Thread *th, Value self, Value *args) {
    Buffer b;
    if (hashlib_buffer(th, args[0], &b) < 0) return NO_VALUE;
    Hash *h = HASH(self);
    work_lock(th, &h->lock);
    int r = feed(th, h->ctx, b.buf, b.len);
    work_unlock(th, &h->lock);
    buffer_release(th, &b);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

// A copy of the context. NULL with the exception set.
static EVP_MD_CTX *copy_context(Thread *th, Hash *h) {
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (!c) {
        raise_memory_error(th);
        return NULL;
    }
    work_lock(th, &h->lock);
    int ok = EVP_MD_CTX_copy(c, h->ctx);
    work_unlock(th, &h->lock);
    if (ok) return c;
    EVP_MD_CTX_free(c);
    hashlib_raise(th, &exc_ValueError);
    return NULL;
}

static Value hash_meth_copy(Thread *th, Value self, Value *args) {
    EVP_MD_CTX *c = copy_context(th, HASH(self));
    if (!c) return NO_VALUE;
    Hash *h = NEW(Hash, th, type_of(self));
    if (!h) {
        EVP_MD_CTX_free(c);
        return NO_VALUE;
    }
    h->ctx = c;
    return VALUE_OF(h);
}

static Value finish(Thread *th, Value self, bool hex) {
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD_CTX *c = copy_context(th, HASH(self));
    if (!c) return NO_VALUE;
    int ok = EVP_DigestFinal_ex(c, out, &n);
    EVP_MD_CTX_free(c);
    if (!ok) return hashlib_raise(th, &exc_ValueError);
    return hex ? hashlib_hex(th, out, n) : bytes_new(th, out, n);
}
static Value hash_meth_digest(Thread *th, Value self, Value *args) { return finish(th, self, false); }
static Value hash_meth_hexdigest(Thread *th, Value self, Value *args) { return finish(th, self, true); }

static Value finish_xof(Thread *th, Value self, Value length, bool hex) {
    intptr_t n = number_as_ssize(th, length, &exc_OverflowError);
    if (n == -1 && error_pending(th)) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
        return NO_VALUE;
    }
    if (n < 0) return raise_error(th, &exc_SystemError, "Negative size passed to PyBytes_FromStringAndSize");
    if (n == 0) return hex ? str_empty : bytes_empty;
    Value r = bytes_new(th, NULL, (size_t)n);
    if (r == NO_VALUE) return NO_VALUE;
    EVP_MD_CTX *c = copy_context(th, HASH(self));
    int ok = c && EVP_DigestFinalXOF(c, AS(Bytes, r)->data, (size_t)n);
    EVP_MD_CTX_free(c);
    if (!ok) {
        decref(th, r);
        return c ? hashlib_raise(th, &exc_ValueError) : NO_VALUE;
    }
    if (!hex) return r;
    Value text = hashlib_hex(th, AS(Bytes, r)->data, (size_t)n);
    decref(th, r);
    return text;
}
static Value hashxof_meth_digest(Thread *th, Value self, Value *args) { return finish_xof(th, self, args[0], false); }
static Value hashxof_meth_hexdigest(Thread *th, Value self, Value *args) { return finish_xof(th, self, args[0], true); }

static const EVP_MD *md_of(Value self) { return EVP_MD_CTX_get0_md(HASH(self)->ctx); }
static Value hash_get_name(Thread *th, Value self) { return str_from_cstr(th, hashlib_name_of(md_of(self))); }
static Value hash_get_block_size(Thread *th, Value self) { return value_imm_int(EVP_MD_get_block_size(md_of(self))); }
static Value hash_get_digest_size(Thread *th, Value self) { return value_imm_int(EVP_MD_get_size(md_of(self))); }
static Value hashxof_get_digest_size(Thread *th, Value self) { return value_imm_int(0); }

static Value hash_slot_repr(Thread *th, Value self) {
    return str_format(th, "<%s %T object @ %p>", hashlib_name_of(md_of(self)), self, (void *)(uintptr_t)self);
}

static const MethodDef hash_methods[] = {
    {"update", "(self, obj, /)", hash_meth_update, "Update this hash object's state with the provided string.", 0},
    {"digest", "(self, /)", hash_meth_digest, "Return the digest value as a bytes object.", 0},
    {"hexdigest", "(self, /)", hash_meth_hexdigest, "Return the digest value as a string of hexadecimal digits.", 0},
    {"copy", "(self, /)", hash_meth_copy, "Return a copy of the hash object.", 0},
    {0},
};
static const GetSetDef hash_getsets[] = {
    {"digest_size", hash_get_digest_size, NULL, NULL},
    {"block_size", hash_get_block_size, NULL, NULL},
    {"name", hash_get_name, NULL, "algorithm name."},
    {0},
};
MODULE_TYPE_DEFINE(HASH, "_hashlib.HASH", sizeof(Hash), TYPE_BASETYPE | TYPE_NO_INSTANTIATE, .methods = hash_methods, .getsets = hash_getsets,
                   .doc = "A hash is an object used to calculate a checksum of a string of information.",
                   .slots = {.repr = hash_slot_repr, .dealloc = hash_dealloc})

static const MethodDef hashxof_methods[] = {
    {"digest", "(self, /, length)", hashxof_meth_digest, "Return the digest value as a bytes object.", 0},
    {"hexdigest", "(self, /, length)", hashxof_meth_hexdigest, "Return the digest value as a string of hexadecimal digits.", 0},
    {0},
};
static const GetSetDef hashxof_getsets[] = {
    {"digest_size", hashxof_get_digest_size, NULL, NULL},
    {0},
};
MODULE_TYPE_DEFINE(HASHXOF, "_hashlib.HASHXOF", sizeof(Hash), TYPE_BASETYPE | TYPE_NO_INSTANTIATE, .methods = hashxof_methods, .getsets = hashxof_getsets,
                   .doc = "A hash is an object used to calculate a checksum of a string of information.",
                   .slots = {.repr = hash_slot_repr, .dealloc = hash_dealloc})

// ---- functions ------------------------------------------------------------------------------------------------------------------------

static Value make(Thread *th, const EVP_MD *md, Value *args) { // data, usedforsecurity, string
    Value data;
    int secure = args[1] == NO_VALUE ? 1 : object_truth(th, args[1]);
    if (!md || secure < 0 || hashlib_data_arg(th, args[0], args[2], &data) < 0) return NO_VALUE;
    return hash_new(th, md, data, secure);
}

static Value hashlib_fn_new(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "new() argument 'name' must be str, not %B", args[0]);
    Value hold;
    const char *name = name_text(th, args[0], &hold);
    Value r = name ? make(th, hashlib_digest(th, name), args + 1) : NO_VALUE;
    decref(th, hold);
    return r;
}

#define OPENSSL_FN(name) static Value hashlib_fn_##name(Thread *th, Value self, Value *args) { return make(th, hashlib_digest(th, #name), args); }
OPENSSL_FN(md5) OPENSSL_FN(sha1) OPENSSL_FN(sha224) OPENSSL_FN(sha256) OPENSSL_FN(sha384) OPENSSL_FN(sha512)
OPENSSL_FN(sha3_224) OPENSSL_FN(sha3_256) OPENSSL_FN(sha3_384) OPENSSL_FN(sha3_512) OPENSSL_FN(shake_128) OPENSSL_FN(shake_256)

static Value hashlib_fn_get_fips_mode(Thread *th, Value self, Value *args) { return value_imm_int(EVP_default_properties_is_fips_enabled(NULL)); }

#define ROW(name) {"openssl_" #name, "(data=b'', *, usedforsecurity=True, string=None)", hashlib_fn_##name, "Returns a " #name " hash object; optionally initialized with a string", 0}
static const MethodDef hashlib_functions[] = {
    {"new", "(name, data=b'', *, usedforsecurity=True, string=None)", hashlib_fn_new, "Return a new hash object using the named algorithm.", 0},
    ROW(md5), ROW(sha1), ROW(sha224), ROW(sha256), ROW(sha384), ROW(sha512), ROW(sha3_224), ROW(sha3_256), ROW(sha3_384), ROW(sha3_512), ROW(shake_128), ROW(shake_256),
    {"pbkdf2_hmac", "(hash_name, password, salt, iterations, dklen=None)", hashlib_fn_pbkdf2_hmac, "Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.", 0},
    {"scrypt", "(password, *, salt, n, r, p, maxmem=0, dklen=64)", hashlib_fn_scrypt, "scrypt password-based key derivation function.", 0},
    {"get_fips_mode", "()", hashlib_fn_get_fips_mode, "Determine the OpenSSL FIPS mode of operation.", 0},
    {"compare_digest", "(a, b, /)", hashlib_fn_compare_digest, "Return 'a == b', in a time that does not depend on where they differ.", 0},
    {"hmac_digest", "(key, msg, digest)", hashlib_fn_hmac_digest, "Single-shot HMAC.", 0},
    {"hmac_new", "(key, msg=b'', digestmod=None)", hashlib_fn_hmac_new, "Return a new hmac object.", 0},
    {0},
};

typedef struct Names { Thread *th; Value set; int failed; } Names;
static void add_name(EVP_MD *md, void *arg) {
    Names *n = arg;
    if (!md || EVP_MD_get_type(md) == NID_undef) return;
    Value name = str_intern_cstr(n->th, hashlib_name_of(md));
    if (name == NO_VALUE || set_add(n->th, AS(Set, n->set), name) < 0) n->failed = 1;
    decref(n->th, name);
}

static int fill_constructors(Thread *th, Value module) {
    for (size_t i = 0; i < ARRAY_LEN(hashlib_functions); i++) {
        const char *name = hashlib_functions[i].name;
        if (!name || strncmp(name, "openssl_", 8)) continue;
        Value key = str_intern_cstr(th, name), text = str_intern_cstr(th, name + 8), f = NO_VALUE;
        if (key != NO_VALUE) f = dict_get_str(th, module_dict(module), key);
        int r = f == NO_VALUE || text == NO_VALUE ? -1 : dict_set(th, AS(Dict, constructors), f, text);
        decref(th, f);
        decref(th, key);
        decref(th, text);
        if (r < 0) return -1;
    }
    return 0;
}

static int hashlib_exec(Thread *th, Value module) {
    if (openssl_load(th, OPENSSL_CRYPTO) < 0) return -1;
    if (hashlib_unsupported == NO_VALUE) {
        hashlib_unsupported = exception_create_type(th, "_hashlib.UnsupportedDigestmodError", VALUE_OF(&exc_ValueError), NULL);
        constructors = dict_new(th);
        if (hashlib_unsupported == NO_VALUE || constructors == NO_VALUE) return -1;
        gc_add_root(&hashlib_unsupported);
        gc_add_root(&constructors);
    }
    type_HASHXOF.base = &type_HASH;
    if (module_add_type(th, module, &type_HASH) < 0 || module_add_type(th, module, &type_HASHXOF) < 0 || module_add_type(th, module, hashlib_type_hmac) < 0) return -1;
    if (fill_constructors(th, module) < 0) return -1;
    Names names = {th, set_new(th, NO_VALUE), 0};
    if (names.set == NO_VALUE) return -1;
    EVP_MD_do_all_provided(NULL, add_name, &names);
    Value frozen = names.failed ? NO_VALUE : frozenset_new(th, names.set);
    decref(th, names.set);
    if (module_add(th, module, "openssl_md_meth_names", frozen) < 0) return -1;
    if (module_add(th, module, "_constructors", call1(th, VALUE_OF(&type_mappingproxy), constructors)) < 0) return -1;
    if (module_add(th, module, "UnsupportedDigestmodError", new_ref(th, hashlib_unsupported)) < 0) return -1;
    return module_add_int(th, module, "_GIL_MINSIZE", HASHLIB_DETACH_FROM);
}

const ModuleDef module__hashlib = {.name = "_hashlib", .doc = "OpenSSL interface for hashlib module", .methods = hashlib_functions, .exec = hashlib_exec};
