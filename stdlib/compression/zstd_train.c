// SPDX-License-Identifier: MIT
// _zstd: making dictionaries from samples, and what a frame's header says. No state, no locks.
#include "stdlib/compression/zstd_int.h"

#include <zdict.h>

#include "core/object/int.h"
#include "core/object/tuple.h"

// The samples' sizes, which must be those of the parts of n bytes; for mem_free. NULL with the exception set.
static size_t *sizes_arg(Thread *th, Value sizes, size_t n) {
    const Tuple *t = AS(Tuple, sizes);
    size_t *out = mem_alloc(th, (t->len + 1) * sizeof *out), sum = 0;
    if (!out) return NULL;
    for (size_t i = 0; i < t->len; i++) {
        uint64_t size = 0;
        bool ok = value_is_int(t->items[i]);
        if (!ok) raise_type_error(th, "an integer is required");
        else if (int_sign(t->items[i]) < 0 || int_bit_length(t->items[i]) > 62 || (size = int_as_u64_mask(t->items[i])) > n - sum) goto mismatch;
        if (!ok) {
            mem_free(out);
            return NULL;
        }
        out[i] = size;
        sum += size;
    }
    if (sum == n && t->len <= UINT32_MAX) return out;
mismatch:
    mem_free(out);
    raise_value_error(th, "The samples size tuple doesn't match the concatenation's size.");
    return NULL;
}
static int type_arg(Thread *th, Value v, bool ok, const char *fn, int number, const char *type) {
    if (ok) return 0;
    raise_type_error(th, "%s() argument %d must be %s, not %B", fn, number, type, v);
    return -1;
}
// Cuts a new bytes object to what was written, or raises.
static Value trained(Thread *th, Value out, size_t result, const char *what) {
    Value r = ZDICT_isError(result) ? zstd_raise(th, what, result) : bytes_new(th, AS(Bytes, out)->data, result);
    decref(th, out);
    return r;
}

Value zstd_fn_train_dict(Thread *th, Value self, Value *a) {
    intptr_t size;
    if (type_arg(th, a[0], value_is_bytes(a[0]), "train_dict", 1, "bytes") < 0 || type_arg(th, a[1], value_is_tuple(a[1]), "train_dict", 2, "tuple") < 0 ||
        number_as_c_ssize(th, a[2], &size) < 0)
        return NO_VALUE;
    if (size <= 0) return raise_value_error(th, "dict_size argument should be positive number.");
    const Bytes *samples = AS(Bytes, a[0]);
    size_t *sizes = sizes_arg(th, a[1], samples->len), r;
    if (!sizes) return NO_VALUE;
    Value out = bytes_new(th, NULL, (size_t)size);
    if (out != NO_VALUE) {
        unsigned n = (unsigned)AS(Tuple, a[1])->len;
        void *p = AS(Bytes, out)->data;
        BLOCKING_BEGIN(th);
        r = ZDICT_trainFromBuffer(p, (size_t)size, samples->data, sizes, n);
        BLOCKING_END;
        out = trained(th, out, r, "train the Zstandard dictionary");
    }
    mem_free(sizes);
    return out;
}

Value zstd_fn_finalize_dict(Thread *th, Value self, Value *a) {
    static const char fn[] = "finalize_dict";
    intptr_t size;
    int level;
    if (type_arg(th, a[0], value_is_bytes(a[0]), fn, 1, "bytes") < 0 || type_arg(th, a[1], value_is_bytes(a[1]), fn, 2, "bytes") < 0 ||
        type_arg(th, a[2], value_is_tuple(a[2]), fn, 3, "tuple") < 0 || number_as_c_ssize(th, a[3], &size) < 0 || zstd_c_int(th, a[4], &level) < 0)
        return NO_VALUE;
    if (size <= 0) return raise_value_error(th, "dict_size argument should be positive number.");
    const Bytes *custom = AS(Bytes, a[0]), *samples = AS(Bytes, a[1]);
    size_t *sizes = sizes_arg(th, a[2], samples->len), r;
    if (!sizes) return NO_VALUE;
    Value out = bytes_new(th, NULL, (size_t)size);
    if (out != NO_VALUE) {
        unsigned n = (unsigned)AS(Tuple, a[2])->len;
        void *p = AS(Bytes, out)->data;
        ZDICT_params_t params = {.compressionLevel = level};
        BLOCKING_BEGIN(th);
        r = ZDICT_finalizeDictionary(p, (size_t)size, custom->data, custom->len, samples->data, sizes, n, params);
        BLOCKING_END;
        out = trained(th, out, r, "finalize the Zstandard dictionary");
    }
    mem_free(sizes);
    return out;
}

Value zstd_fn_get_frame_info(Thread *th, Value self, Value *a) {
    Buffer b;
    if (buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    unsigned long long size = ZSTD_getFrameContentSize(b.buf, b.len);
    unsigned id = ZSTD_getDictID_fromFrame(b.buf, b.len);
    buffer_release(th, &b);
    if (size == ZSTD_CONTENTSIZE_ERROR)
        return zstd_raise_text(th, "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument starts from the "
                                   "beginning of a frame, and its length is not less than the frame header (6~18 bytes).");
    Value v[2] = {size == ZSTD_CONTENTSIZE_UNKNOWN ? VALUE_NONE : int_from_u64(th, size), value_imm_int(id)};
    return v[0] == NO_VALUE ? NO_VALUE : tuple_from_owned(th, v, 2);
}
Value zstd_fn_get_frame_size(Thread *th, Value self, Value *a) {
    Buffer b;
    if (buffer_get(th, a[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    size_t size = ZSTD_findFrameCompressedSize(b.buf, b.len);
    buffer_release(th, &b);
    if (!ZSTD_isError(size)) return int_from_u64(th, size);
    Value text = str_format(th, "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts from the beginning of a "
                                "frame, and its length is not less than this complete frame. Zstd error message: %s.", ZSTD_getErrorName(size));
    if (text != NO_VALUE) zstd_raise_text(th, (const char *)str_data(AS(Str, text)));
    decref(th, text);
    return NO_VALUE;
}
