// SPDX-License-Identifier: MIT
// File names and the environment: UTF-8 with surrogateescape, both ways. May run Python (__fspath__).
#include <string.h>

#include "core/object/bytes.h"
#include "core/object/codecs.h"
#include "core/object/str_int.h"

Value str_from_fs(Thread *th, const char *p, size_t n) { return utf8_codec_decode(th, p, n, "surrogateescape", NULL); }

Value str_fspath(Thread *th, Value x) {
    if (value_is_str(x) || value_is_bytes(x)) return new_ref(th, x);
    bool found = special_lookup(x, name_d_fspath) != VALUE_NONE;    // None: a class that is not one of paths
    Value r = found ? special_call(th, x, name_d_fspath, NULL, 0, &found) : NO_VALUE;
    if (r == NO_VALUE) {
        if (!found && !error_pending(th)) raise_type_error(th, "expected str, bytes or os.PathLike object, not %T", x);
        return NO_VALUE;
    }
    if (value_is_str(r) || value_is_bytes(r)) return r;
    raise_type_error(th, "expected %T.__fspath__() to return str or bytes, not %T", x, r);
    decref(th, r);
    return NO_VALUE;
}

const char *str_fs_path(Thread *th, Value x, size_t *len, Value *hold) {
    *hold = NO_VALUE;
    Value path = str_fspath(th, x);
    if (path == NO_VALUE) return NULL;
    const char *p;
    size_t n;
    if (value_is_str(path) && (STR(path)->flags & STR_ASCII)) {
        p = str_data(STR(path));
        n = STR(path)->len;
        *hold = path;
    } else {
        Value bytes = value_is_bytes(path) ? new_ref(th, path) : utf8_codec_encode(th, path, "surrogateescape");
        decref(th, path);
        if (bytes == NO_VALUE) return NULL;
        p = (const char *)AS(Bytes, bytes)->data;
        n = AS(Bytes, bytes)->len;
        *hold = bytes;
    }
    if (len) {
        *len = n;
    } else if (strlen(p) != n) {
        clear_ref(th, hold);
        raise_value_error(th, "embedded null byte");
        return NULL;
    }
    return p;
}
