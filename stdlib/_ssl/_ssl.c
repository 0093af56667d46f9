// SPDX-License-Identifier: MIT
// The module _ssl: TLS over OpenSSL's libssl (Library Reference, "ssl"). This file: its functions and its start. See ssl_int.h for the locks.
#include "stdlib/_ssl/ssl_int.h"

#include <limits.h>
#include <openssl/rand.h>

#include "stdlib/openssl_load.h"

static Value ssl_fn_RAND_add(Thread *th, Value self, Value *args) {
    Buffer b = {.obj = NO_VALUE};
    Value hold = NO_VALUE;
    double entropy;
    const char *text = NULL;
    size_t n = 0;
    if (value_is_str(args[0])) text = str_utf8(th, args[0], &n, &hold);
    else if (buffer_get(th, args[0], &b, BUF_SIMPLE) == 0) text = (const char *)b.buf, n = b.len;
    bool ok = text && number_as_double(th, args[1], &entropy) == 0;
    for (size_t at = 0; ok && at < n; at += INT_MAX / 2)
        RAND_add(text + at, (int)(n - at < INT_MAX / 2 ? n - at : INT_MAX / 2), entropy);
    decref(th, hold);
    buffer_release(th, &b);
    return ok ? VALUE_NONE : NO_VALUE;
}
static Value ssl_fn_RAND_bytes(Thread *th, Value self, Value *args) {
    int n;
    if (number_as_int(th, args[0], &n) < 0) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
        return NO_VALUE;
    }
    if (n < 0) return raise_value_error(th, "num must be positive");
    Value r = n ? bytes_new(th, NULL, (size_t)n) : bytes_empty;
    if (!r || !n) return r;
    ERR_clear_error();
    if (RAND_bytes(AS(Bytes, r)->data, n) == 1) return r;
    decref(th, r);
    return SSL_RAISE_LAST(th);
}
static Value ssl_fn_RAND_status(Thread *th, Value self, Value *args) { return value_bool(RAND_status() == 1); }

static Value ssl_fn_get_default_verify_paths(Thread *th, Value self, Value *args) {
    Value v[4] = {str_from_cstr(th, X509_get_default_cert_file_env()), str_from_fs(th, X509_get_default_cert_file(), strlen(X509_get_default_cert_file())),
                  str_from_cstr(th, X509_get_default_cert_dir_env()), str_from_fs(th, X509_get_default_cert_dir(), strlen(X509_get_default_cert_dir()))};
    return tuple_of_owned(th, v, 4);
}

// ---- object identifiers --------------------------------------------------------------------------------------------------------------------

static Value object_tuple(Thread *th, ASN1_OBJECT *o) {
    int nid = OBJ_obj2nid(o);
    if (nid == NID_undef) return raise_value_error(th, "Unknown object");
    char oid[256];
    int n = OBJ_obj2txt(oid, sizeof oid, o, 1);
    Value v[4] = {value_imm_int(nid), str_or_none(th, OBJ_nid2sn(nid)), str_or_none(th, OBJ_nid2ln(nid)), n > 0 ? str_from_cstr(th, oid) : VALUE_NONE};
    return tuple_of_owned(th, v, 4);
}
static Value ssl_fn_txt2obj(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "txt2obj() argument 'txt' must be str, not %B", args[0]);
    int name = args[1] ? object_truth(th, args[1]) : 0;
    Value hold = NO_VALUE;
    const char *txt = NULL;
    if (name < 0 || text_cstr_arg(th, args[0], &txt, &hold, "txt2obj() argument 'txt'") < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (txt) {
        ASN1_OBJECT *o = OBJ_txt2obj(txt, name ? 0 : 1);
        r = o ? object_tuple(th, o) : raise_value_error(th, "unknown object '%.100s'", txt);
        ASN1_OBJECT_free(o);
        ERR_clear_error();
    }
    decref(th, hold);
    return r;
}
static Value ssl_fn_nid2obj(Thread *th, Value self, Value *args) {
    int nid;
    if (int_arg(th, args[0], &nid) < 0) return NO_VALUE;
    if (nid < NID_undef) return raise_value_error(th, "NID must be positive.");
    ASN1_OBJECT *o = OBJ_nid2obj(nid);
    ERR_clear_error();
    if (!o) return raise_value_error(th, "unknown NID %d", nid);
    Value r = object_tuple(th, o);
    ASN1_OBJECT_free(o);
    return r;
}

static const MethodDef ssl_functions[] = {
    {"RAND_add", "(string, entropy, /)", ssl_fn_RAND_add, "Mix string into the state of OpenSSL's random number generator; entropy: a lower bound of what it holds, in bytes.", 0},
    {"RAND_bytes", "(n, /)", ssl_fn_RAND_bytes, "n random bytes fit for keys.", 0},
    {"RAND_status", "()", ssl_fn_RAND_status, "Whether OpenSSL's random number generator is seeded.", 0},
    {"_test_decode_cert", "(path, /)", ssl_fn_test_decode_cert, NULL, 0},
    {"get_default_verify_paths", "()", ssl_fn_get_default_verify_paths, "Where set_default_verify_paths() looks: environment variable and default of the file, and of the folder.", 0},
    {"nid2obj", "(nid, /)", ssl_fn_nid2obj, "The number, short name, long name and dotted form of an object identifier, by number.", 0},
    {"txt2obj", "(txt, name=False)", ssl_fn_txt2obj, "The same by its dotted form or, with name, by a name.", 0},
    {0},
};

static int ssl_exec(Thread *th, Value m) {
    if (openssl_load(th, OPENSSL_SSL) < 0) return -1;
    OPENSSL_init_ssl(0, NULL);
    if (bio_init(th) < 0 || ssl_record_init(th) < 0 || ssl_errors_init(th, m) < 0) return -1;
    Type *const types[] = {&type_ssl_context, &type_ssl_socket, &type_memory_bio, &type_ssl_session, &type_ssl_certificate};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (module_add_type(th, m, types[i]) < 0) return -1;
    return ssl_constants(th, m);
}
const ModuleDef module__ssl = {"_ssl", "Implementation module for SSL socket operations.  See the socket module\nfor documentation.", ssl_functions, ssl_exec};
