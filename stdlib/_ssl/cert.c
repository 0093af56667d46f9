// SPDX-License-Identifier: MIT
// The type Certificate: a certificate of a chain. What it says is read by certinfo.c.
#include "stdlib/_ssl/ssl_int.h"

typedef struct Certificate { Object head; X509 *x; } Certificate; // [c], and never changed by OpenSSL but for caches under its own locks
static X509 *x509_of(Value v) { return AS(Certificate, v)->x; }

Value cert_object(Thread *th, X509 *x) {
    Certificate *c = NEW(Certificate, th, &type_ssl_certificate);
    if (!c) return NO_VALUE;
    X509_up_ref(x);
    c->x = x;
    return VALUE_OF(c);
}
static void cert_dealloc(Thread *th, Object *o) {
    X509_free(((Certificate *)o)->x);
    object_free(th, o);
}
Value cert_der(Thread *th, X509 *x) {
    unsigned char *p = NULL;
    int n = i2d_X509(x, &p);
    if (n < 0) return SSL_RAISE_LAST(th);
    Value r = bytes_new(th, p, (size_t)n);
    OPENSSL_free(p);
    return r;
}
static Value cert_meth_public_bytes(Thread *th, Value self, Value *args) {
    int format = 1;
    if (args[0] && int_arg(th, args[0], &format) < 0) return NO_VALUE;
    if (format == 2) return cert_der(th, x509_of(self));
    if (format != 1) return raise_value_error(th, "Unsupported format");
    BIO *b = BIO_new(BIO_s_mem());
    if (!b) return raise_memory_error(th);
    ERR_clear_error();
    Value r = PEM_write_bio_X509(b, x509_of(self)) ? bio_to_str(th, b) : SSL_RAISE_LAST(th);
    BIO_free(b);
    return r;
}
static Value cert_meth_get_info(Thread *th, Value self, Value *args) { return cert_info(th, x509_of(self)); }

static Value cert_slot_repr(Thread *th, Value self) {
    BIO *b = BIO_new(BIO_s_mem());
    if (!b) return raise_memory_error(th);
    X509_NAME_print_ex(b, X509_get_subject_name(x509_of(self)), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    Value name = bio_to_str(th, b), r = name ? str_format(th, "<%Q '%U'>", self, name) : NO_VALUE;
    BIO_free(b);
    decref(th, name);
    return r;
}
static int64_t cert_slot_hash(Thread *th, Value self) {
    int64_t h = (int64_t)X509_subject_name_hash(x509_of(self));
    return h == -1 ? -2 : h;
}
static Value cert_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_ssl_certificate)) return VALUE_NOT_IMPLEMENTED;
    return value_bool((X509_cmp(x509_of(a), x509_of(b)) == 0) == (op == CMP_EQ));
}

Value ssl_fn_test_decode_cert(Thread *th, Value self, Value *args) {
    PathArg p;
    if (path_arg(th, args[0], &p, "_test_decode_cert", "path", 0) < 0) return NO_VALUE;
    bool opened;
    X509 *x = NULL;
    BLOCKING_BEGIN(th);
    BIO *b = BIO_new_file(p.p, "r");
    opened = b != NULL;
    if (b) x = PEM_read_bio_X509(b, NULL, NULL, NULL);
    BIO_free(b);
    BLOCKING_END;
    path_done(th, &p);
    ERR_clear_error();
    if (!x) return raise_error(th, &exc_SSLError, opened ? "Error decoding PEM-encoded file" : "Can't open file");
    Value r = cert_info(th, x);
    X509_free(x);
    return r;
}

static const MethodDef cert_methods[] = {
    {"public_bytes", "(self, /, format=Encoding.PEM)", cert_meth_public_bytes, NULL, 0},
    {"get_info", "(self, /)", cert_meth_get_info, NULL, 0},
    {0},
};
static Shape shape_ssl_certificate;
Type type_ssl_certificate = {
    .head = OBJECT_STATIC(&shape_type), .name = "_ssl.Certificate", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE,
    .basic_size = sizeof(Certificate), .shape = &shape_ssl_certificate, .methods = cert_methods,
    .slots = {.dealloc = cert_dealloc, .repr = cert_slot_repr, .hash = cert_slot_hash, .compare = cert_slot_compare},
};
static Shape shape_ssl_certificate = {.type = &type_ssl_certificate, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE};
