// SPDX-License-Identifier: MIT
// What the files of _hashlib (and _blake2) share.
#ifndef LADON_STDLIB_HASHLIB_INT_H
#define LADON_STDLIB_HASHLIB_INT_H

#include <openssl/evp.h>

#include "core/object/buffer.h"
#include "core/object/module.h"
#include "core/object/str.h"

enum { HASHLIB_DETACH_FROM = 2048 }; // more data than this is hashed detached

extern Value hashlib_unsupported; // [c] _hashlib.UnsupportedDigestmodError
// Raises type with OpenSSL's last error: "[library] reason". NO_VALUE.
Value hashlib_raise(Thread *th, Type *type);
// The digest of a name ("sha256", "SHA2-256", "shake_128"): borrowed, lives for ever. NULL with UnsupportedDigestmodError.
const EVP_MD *hashlib_digest(Thread *th, const char *name);
// The digest a digestmod argument means: a name or one of the openssl_* functions.
const EVP_MD *hashlib_digestmod(Thread *th, Value digestmod);
const char *hashlib_name_of(const EVP_MD *md); // Python's name for it
// A view of hashable data. 0, or -1 "Strings must be encoded before hashing" and the like.
int hashlib_buffer(Thread *th, Value v, Buffer *b);
// data and string arguments: the one that was given, or NO_VALUE; -1 when both were.
int hashlib_data_arg(Thread *th, Value data, Value string, Value *out);

extern Type *const hashlib_type_hmac;  // _hashlib_hmac.c
Value hashlib_fn_hmac_new(Thread *th, Value self, Value *args);
Value hashlib_fn_hmac_digest(Thread *th, Value self, Value *args);
Value hashlib_fn_pbkdf2_hmac(Thread *th, Value self, Value *args); // _hashlib_kdf.c
Value hashlib_fn_scrypt(Thread *th, Value self, Value *args);
Value hashlib_fn_compare_digest(Thread *th, Value self, Value *args);
Value hashlib_hex(Thread *th, const uint8_t *p, size_t n);

#endif
