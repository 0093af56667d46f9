// SPDX-License-Identifier: MIT
// Key derivation and constant-time comparison for _hashlib. The derivations run detached on buffers held by the caller.
#include <limits.h>
#include <openssl/crypto.h>

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/int.h"
#include "stdlib/_hashlib_int.h"

Value hashlib_fn_pbkdf2_hmac(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "pbkdf2_hmac() argument 'hash_name' must be str, not %B", args[0]);
    int64_t iterations, dklen;
    Buffer password, salt;
    if (buffer_get(th, args[1], &password, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (buffer_get(th, args[2], &salt, BUF_SIMPLE) < 0) goto no_salt;
    if (number_as_i64(th, args[3], &iterations) < 0) goto done;
    const EVP_MD *md = hashlib_digestmod(th, args[0]);
    if (!md) goto done;
    if (args[4] == NO_VALUE || args[4] == VALUE_NONE) dklen = EVP_MD_get_size(md);
    else if (number_as_i64(th, args[4], &dklen) < 0) goto done;
    if (password.len > INT_MAX) raise_error(th, &exc_OverflowError, "password is too long.");
    else if (salt.len > INT_MAX) raise_error(th, &exc_OverflowError, "salt is too long.");
    else if (iterations < 1) raise_value_error(th, "iteration value must be greater than 0.");
    else if (iterations > INT_MAX) raise_error(th, &exc_OverflowError, "iteration value is too great.");
    else if (dklen < 1) raise_value_error(th, "key length must be greater than 0.");
    else if (dklen > INT_MAX) raise_error(th, &exc_OverflowError, "key length is too great.");
    else if ((r = bytes_new(th, NULL, (size_t)dklen)) != NO_VALUE) {
        uint8_t *out = AS(Bytes, r)->data;
        int ok;
        BLOCKING_BEGIN(th);
        ok = PKCS5_PBKDF2_HMAC((const char *)password.buf, (int)password.len, salt.buf, (int)salt.len, (int)iterations, md, (int)dklen, out);
        BLOCKING_END;
        if (!ok) {
            clear_ref(th, &r);
            hashlib_raise(th, &exc_ValueError);
        }
    }
done:
    buffer_release(th, &salt);
no_salt:
    buffer_release(th, &password);
    return r;
}

Value hashlib_fn_scrypt(Thread *th, Value self, Value *args) { // password, salt, n, r, p, maxmem, dklen
    uint64_t n, block, parallel;
    int64_t maxmem = 0, dklen = 64;
    Buffer password, salt;
    if (buffer_get(th, args[0], &password, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (buffer_get(th, args[1], &salt, BUF_SIMPLE) < 0) goto no_salt;
    if (number_as_unsigned(th, args[2], UINT64_MAX, "unsigned long", &n) < 0 || number_as_unsigned(th, args[3], UINT64_MAX, "unsigned long", &block) < 0 || number_as_unsigned(th, args[4], UINT64_MAX, "unsigned long", &parallel) < 0) goto done;
    if (args[5] != NO_VALUE && number_as_i64(th, args[5], &maxmem) < 0) goto done;
    if (args[6] != NO_VALUE && number_as_i64(th, args[6], &dklen) < 0) goto done;
    if (password.len > INT_MAX) raise_error(th, &exc_OverflowError, "password is too long");
    else if (salt.len > INT_MAX) raise_error(th, &exc_OverflowError, "salt is too long");
    else if (n < 2 || (n & (n - 1))) raise_value_error(th, "n must be a power of 2.");
    else if (maxmem < 0 || maxmem > INT_MAX) raise_value_error(th, "maxmem must be positive and smaller than %d", INT_MAX);
    else if (dklen < 1 || dklen > INT_MAX) raise_value_error(th, "dklen must be greater than 0 and smaller than %d", INT_MAX);
    else if (!EVP_PBE_scrypt(NULL, 0, NULL, 0, n, block, parallel, (uint64_t)maxmem, NULL, 0)) hashlib_raise(th, &exc_ValueError);
    else if ((r = bytes_new(th, NULL, (size_t)dklen)) != NO_VALUE) {
        uint8_t *out = AS(Bytes, r)->data;
        int ok;
        BLOCKING_BEGIN(th);
        ok = EVP_PBE_scrypt((const char *)password.buf, password.len, salt.buf, salt.len, n, block, parallel, (uint64_t)maxmem, out, (size_t)dklen);
        BLOCKING_END;
        if (!ok) {
            clear_ref(th, &r);
            hashlib_raise(th, &exc_ValueError);
        }
    }
done:
    buffer_release(th, &salt);
no_salt:
    buffer_release(th, &password);
    return r;
}

// In a time that depends on the second one's length only.
static bool equal(const uint8_t *a, size_t an, const uint8_t *b, size_t bn) {
    volatile uint8_t diff = an != bn;
    for (size_t i = 0; i < bn; i++) diff |= (uint8_t)(b[i] ^ (an == bn ? a[i] : b[i]));
    return diff == 0;
}

Value hashlib_fn_compare_digest(Thread *th, Value self, Value *args) {
    Value a = args[0], b = args[1];
    if (value_is_str(a) && value_is_str(b)) {
        const Str *s = AS(Str, a), *t = AS(Str, b);
        if (!(s->flags & STR_ASCII) || !(t->flags & STR_ASCII)) return raise_type_error(th, "comparing strings with non-ASCII characters is not supported");
        return value_bool(equal(str_data(s), s->len, str_data(t), t->len));
    }
    if (!buffer_check(a) && !buffer_check(b)) return raise_type_error(th, "unsupported operand types(s) or combination of types: '%T' and '%T'", a, b);
    Buffer x, y;
    if (buffer_get(th, a, &x, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (x.ndim > 1) raise_error(th, &exc_BufferError, "Buffer must be single dimension");
    else if (buffer_get(th, b, &y, BUF_SIMPLE) == 0) {
        if (y.ndim > 1) raise_error(th, &exc_BufferError, "Buffer must be single dimension");
        else r = value_bool(equal(x.buf, x.len, y.buf, y.len));
        buffer_release(th, &y);
    }
    buffer_release(th, &x);
    return r;
}
