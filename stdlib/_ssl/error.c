// SPDX-License-Identifier: MIT
// The exceptions of _ssl, and how OpenSSL's error codes become them: "[LIBRARY: REASON] text (_ssl.c:line)", with the two names as attributes.
#include "stdlib/_ssl/ssl_int.h"

#include "core/object/exception.h"
#include "gc/gc.h"

#include <openssl/dherr.h>
#include <openssl/dsaerr.h>
#include <openssl/evperr.h>
#include <openssl/randerr.h>
#include <openssl/rsaerr.h>
#include <openssl/sslerr.h>

Value ssl_cert_verification_error, ssl_zero_return_error, ssl_want_read_error, ssl_want_write_error, ssl_syscall_error, ssl_eof_error;

// ---- the types -------------------------------------------------------------------------------------------------------------------------

// The message alone, not "[Errno n] message".
static Value ssl_error_slot_str(Thread *th, Value self) {
    Value text = object_getattr_cstr(th, self, "strerror");
    if (!text || value_is_str(text)) return text;
    decref(th, text);
    Value args = object_getattr_cstr(th, self, "args"), r = args ? object_str(th, args) : NO_VALUE;
    decref(th, args);
    return r;
}
#define SSL_ERROR_FLAGS (TYPE_EXC_SUBCLASS | TYPE_BASETYPE | TYPE_TRACED | TYPE_HAS_DICT | TYPE_IMMUTABLE)
static Shape shape_exc_SSLError;
Type exc_SSLError = {
    .head = OBJECT_STATIC(&shape_type), .name = "ssl.SSLError", .base = &exc_OSError, .flags = SSL_ERROR_FLAGS, .basic_size = sizeof(Exception),
    .shape = &shape_exc_SSLError, .doc = "An error occurred in the SSL implementation.", .slots = {.str = ssl_error_slot_str},
};
static Shape shape_exc_SSLError = {.type = &exc_SSLError, .flags = SSL_ERROR_FLAGS};

int ssl_errors_init(Thread *th, Value m) {
    static const struct { const char *name, *doc; Value *to; } subclasses[] = {
        {"SSLZeroReturnError", "SSL/TLS session closed cleanly.", &ssl_zero_return_error},
        {"SSLWantReadError", "Non-blocking SSL socket needs to read more data\nbefore the requested operation can be completed.", &ssl_want_read_error},
        {"SSLWantWriteError", "Non-blocking SSL socket needs to write more data\nbefore the requested operation can be completed.", &ssl_want_write_error},
        {"SSLSyscallError", "System error when attempting SSL operation.", &ssl_syscall_error},
        {"SSLEOFError", "SSL/TLS connection terminated abruptly.", &ssl_eof_error},
    };
    if (module_add_type(th, m, &exc_SSLError) < 0) return -1;
    char name[64];
    for (size_t i = 0; i < ARRAY_LEN(subclasses); i++) {
        snprintf(name, sizeof name, "ssl.%s", subclasses[i].name);
        if (!*subclasses[i].to) {
            *subclasses[i].to = exception_create_type(th, name, VALUE_OF(&exc_SSLError), subclasses[i].doc);
            if (!*subclasses[i].to) return -1;
            gc_add_root(subclasses[i].to);
        }
        if (module_add(th, m, subclasses[i].name, new_ref(th, *subclasses[i].to)) < 0) return -1;
    }
    if (!ssl_cert_verification_error) {
        Value bases = tuple_pack2(th, VALUE_OF(&exc_SSLError), VALUE_OF(&exc_ValueError));
        ssl_cert_verification_error = bases ? exception_create_type(th, "ssl.SSLCertVerificationError", bases, "A certificate could not be verified.") : NO_VALUE;
        decref(th, bases);
        if (!ssl_cert_verification_error) return -1;
        gc_add_root(&ssl_cert_verification_error);
    }
    return module_add(th, m, "SSLCertVerificationError", new_ref(th, ssl_cert_verification_error));
}

// ---- names of codes ----------------------------------------------------------------------------------------------------------------------

static const char *library_name(int lib) {
    static const char *const names[] = {
        [ERR_LIB_SYS] = "SYS", [ERR_LIB_BN] = "BN", [ERR_LIB_RSA] = "RSA", [ERR_LIB_DH] = "DH", [ERR_LIB_EVP] = "EVP", [ERR_LIB_BUF] = "BUF",
        [ERR_LIB_OBJ] = "OBJ", [ERR_LIB_PEM] = "PEM", [ERR_LIB_DSA] = "DSA", [ERR_LIB_X509] = "X509", [ERR_LIB_ASN1] = "ASN1",
        [ERR_LIB_CONF] = "CONF", [ERR_LIB_CRYPTO] = "CRYPTO", [ERR_LIB_EC] = "EC", [ERR_LIB_SSL] = "SSL", [ERR_LIB_BIO] = "BIO",
        [ERR_LIB_PKCS7] = "PKCS7", [ERR_LIB_X509V3] = "X509V3", [ERR_LIB_PKCS12] = "PKCS12", [ERR_LIB_RAND] = "RAND", [ERR_LIB_DSO] = "DSO",
        [ERR_LIB_ENGINE] = "ENGINE", [ERR_LIB_OCSP] = "OCSP", [ERR_LIB_UI] = "UI", [ERR_LIB_COMP] = "COMP", [ERR_LIB_ECDSA] = "ECDSA",
        [ERR_LIB_ECDH] = "ECDH", [ERR_LIB_OSSL_STORE] = "OSSL_STORE", [ERR_LIB_FIPS] = "FIPS", [ERR_LIB_CMS] = "CMS", [ERR_LIB_TS] = "TS",
        [ERR_LIB_HMAC] = "HMAC", [ERR_LIB_CT] = "CT", [ERR_LIB_ASYNC] = "ASYNC", [ERR_LIB_KDF] = "KDF", [ERR_LIB_SM2] = "SM2", [ERR_LIB_ESS] = "ESS",
        [ERR_LIB_PROP] = "PROP", [ERR_LIB_CRMF] = "CRMF", [ERR_LIB_PROV] = "PROV", [ERR_LIB_CMP] = "CMP", [ERR_LIB_OSSL_ENCODER] = "OSSL_ENCODER",
        [ERR_LIB_OSSL_DECODER] = "OSSL_DECODER", [ERR_LIB_HTTP] = "HTTP", [ERR_LIB_USER] = "USER",
    };
    return lib > 0 && (size_t)lib < ARRAY_LEN(names) ? names[lib] : NULL;
}

// The name of a reason is its text in capitals, but for these.
static const struct { int lib, reason; const char *name; } reason_names[] = {
    {ERR_LIB_DH, DH_R_INVALID_PUBKEY, "INVALID_PUBKEY"},
    {ERR_LIB_DSA, DSA_R_SEED_LEN_SMALL, "SEED_LEN_SMALL"},
    {ERR_LIB_EVP, EVP_R_EXPECTING_A_ECX_KEY, "EXPECTING_A_ECX_KEY"},
    {ERR_LIB_EVP, EVP_R_EXPECTING_A_EC_KEY, "EXPECTING_A_EC_KEY"},
    {ERR_LIB_EVP, EVP_R_PARTIALLY_OVERLAPPING, "PARTIALLY_OVERLAPPING"},
    {ERR_LIB_RAND, RAND_R_FUNC_NOT_IMPLEMENTED, "FUNC_NOT_IMPLEMENTED"},
    {ERR_LIB_RAND, RAND_R_FWRITE_ERROR, "FWRITE_ERROR"},
    {ERR_LIB_RSA, RSA_R_SLEN_CHECK_FAILED, "SLEN_CHECK_FAILED"},
    {ERR_LIB_RSA, RSA_R_SLEN_RECOVERY_FAILED, "SLEN_RECOVERY_FAILED"},
    {ERR_LIB_SSL, SSL_R_AT_LEAST_TLS_1_2_NEEDED_IN_SUITEB_MODE, "AT_LEAST_TLS_1_2_NEEDED_IN_SUITEB_MODE"},
    {ERR_LIB_SSL, SSL_R_ILLEGAL_SUITEB_DIGEST, "ILLEGAL_SUITEB_DIGEST"},
    {ERR_LIB_SSL, SSL_R_MISSING_SRP_PARAM, "MISSING_SRP_PARAM"},
    {ERR_LIB_SSL, SSL_R_NO_GOST_CERTIFICATE_SENT_BY_PEER, "NO_GOST_CERTIFICATE_SENT_BY_PEER"},
    {ERR_LIB_SSL, SSL_R_SRP_A_CALC, "SRP_A_CALC"},
};

// The name of a code's reason in buf, or NULL: it has none of its own.
static const char *reason_name(unsigned long code, const char *text, char *buf, size_t size) {
    int lib = ERR_GET_LIB(code), reason = ERR_GET_REASON(code);
    if (!text || lib == ERR_LIB_SYS || (ERR_GET_RFLAGS(code) & ERR_RFLAG_COMMON)) return NULL;
    for (size_t i = 0; i < ARRAY_LEN(reason_names); i++)
        if (reason_names[i].lib == lib && reason_names[i].reason == reason) return reason_names[i].name;
    size_t n = 0;
    for (; text[n] && n + 1 < size; n++) {
        char c = text[n];
        buf[n] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
    buf[n] = 0;
    return buf;
}

// ---- raising -----------------------------------------------------------------------------------------------------------------------------

static int set_attr(Thread *th, Value obj, const char *name, Value v_owned) {
    Value key = v_owned ? str_intern_cstr(th, name) : NO_VALUE;
    int r = key ? object_setattr(th, obj, key, v_owned) : -1;
    decref(th, key);
    decref(th, v_owned);
    return r;
}

// Why the peer's certificate was refused, in words.
static Value verify_message(Thread *th, SslSocket *s, long code) {
    if (code == X509_V_ERR_HOSTNAME_MISMATCH) return str_format(th, "Hostname mismatch, certificate is not valid for '%S'.", s->hostname ? s->hostname : VALUE_NONE);
    if (code == X509_V_ERR_IP_ADDRESS_MISMATCH) return str_format(th, "IP address mismatch, certificate is not valid for '%S'.", s->hostname ? s->hostname : VALUE_NONE);
    return str_or_none(th, X509_verify_cert_error_string(code));
}

// type(number, message) with its attributes. text NULL: that of code. s: the connection, for refused certificates; may be NULL.
static Value raise_full(Thread *th, SslSocket *s, Type *type, int number, const char *text, unsigned long code, int line) {
    char buf[128];
    const char *own = code ? ERR_reason_error_string(code) : NULL, *lib = code ? library_name(ERR_GET_LIB(code)) : NULL,
               *reason = code ? reason_name(code, own, buf, sizeof buf) : NULL;
    if (!text) text = own ? own : "unknown error";
    Value why = NO_VALUE, msg;
    long verify = 0;
    bool refused = s && VALUE_OF(type) == ssl_cert_verification_error;
    if (refused) {
        verify = SSL_get_verify_result(s->ssl);
        why = verify_message(th, s, verify);
        if (!why) return NO_VALUE;
    }
    if (refused && lib && reason) msg = str_format(th, "[%s: %s] %s: %S (_ssl.c:%d)", lib, reason, text, why, line);
    else if (lib && reason) msg = str_format(th, "[%s: %s] %s (_ssl.c:%d)", lib, reason, text, line);
    else if (lib) msg = str_format(th, "[%s] %s (_ssl.c:%d)", lib, text, line);
    else msg = str_format(th, "%s (_ssl.c:%d)", text, line);
    Value exc = msg ? call2(th, VALUE_OF(type), value_imm_int(number), msg) : NO_VALUE;
    decref(th, msg);
    if (exc && set_attr(th, exc, "reason", str_or_none(th, reason)) == 0 && set_attr(th, exc, "library", str_or_none(th, lib)) == 0 &&
        (!refused || (set_attr(th, exc, "verify_code", value_imm_int(verify)) == 0 && set_attr(th, exc, "verify_message", new_ref(th, why)) == 0)))
        raise_object(th, exc, NO_VALUE);
    decref(th, why);
    decref(th, exc);
    return NO_VALUE;
}

Value ssl_raise_code(Thread *th, unsigned long code, int line) {
    Value r = raise_full(th, NULL, &exc_SSLError, code ? ERR_GET_REASON(code) : 0, NULL, code, line);
    ERR_clear_error();
    return r;
}
Value ssl_raise_text(Thread *th, Type *type, int number, const char *text, int line) {
    ERR_clear_error();
    return raise_full(th, NULL, type, number, text, 0, line);
}

void ssl_call_end(SslSocket *s, SslCall *c) {
    c->error = SSL_get_error(s->ssl, c->ret);
    c->sys = s->io.err;
    c->code = ERR_peek_last_error();
    ERR_clear_error();
}

enum { NUMBER_EOF = 8, NUMBER_INVALID = 10 };

Value ssl_call_raise(Thread *th, SslSocket *s, const SslCall *c, int line) {
    switch (c->error) {
    case SSL_ERROR_ZERO_RETURN: return raise_full(th, s, AS(Type, ssl_zero_return_error), c->error, "TLS/SSL connection has been closed (EOF)", c->code, line);
    case SSL_ERROR_WANT_READ: return raise_full(th, s, AS(Type, ssl_want_read_error), c->error, "The operation did not complete (read)", c->code, line);
    case SSL_ERROR_WANT_WRITE: return raise_full(th, s, AS(Type, ssl_want_write_error), c->error, "The operation did not complete (write)", c->code, line);
    case SSL_ERROR_WANT_X509_LOOKUP: return raise_full(th, s, &exc_SSLError, c->error, "The operation did not complete (X509 lookup)", c->code, line);
    case SSL_ERROR_WANT_CONNECT: return raise_full(th, s, &exc_SSLError, c->error, "The operation did not complete (connect)", c->code, line);
    case SSL_ERROR_SYSCALL:
        if (c->code && ERR_GET_LIB(c->code) == ERR_LIB_SYS) return posix_error(th, ERR_GET_REASON(c->code));
        if (c->code) return raise_full(th, s, AS(Type, ssl_syscall_error), c->error, "Some I/O error occurred", c->code, line);
        if (c->sys) return posix_error(th, c->sys);
        return raise_full(th, s, AS(Type, ssl_eof_error), NUMBER_EOF, "EOF occurred in violation of protocol", 0, line);
    case SSL_ERROR_SSL: {
        int lib = ERR_GET_LIB(c->code), reason = ERR_GET_REASON(c->code);
        if (!c->code) return raise_full(th, s, &exc_SSLError, c->error, "A failure in the SSL library occurred", 0, line);
        if (lib == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
            return raise_full(th, s, AS(Type, ssl_cert_verification_error), c->error, NULL, c->code, line);
        if (lib == ERR_LIB_SSL && reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
            return raise_full(th, s, AS(Type, ssl_eof_error), NUMBER_EOF, "EOF occurred in violation of protocol", c->code, line);
        return raise_full(th, s, &exc_SSLError, c->error, NULL, c->code, line);
    }
    default: return raise_full(th, s, &exc_SSLError, NUMBER_INVALID, "Invalid error code", c->code, line);
    }
}

Value tuple_of_owned(Thread *th, Value *v, size_t n) {
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok = ok && v[i];
    if (ok) return tuple_from_owned(th, v, n);
    for (size_t i = 0; i < n; i++) decref(th, v[i]);
    return NO_VALUE;
}
int dict_put_owned(Thread *th, Value d, const char *key, Value v) {
    int r = v ? dict_set_str(th, AS(Dict, d), key, v) : -1;
    decref(th, v);
    return r;
}
