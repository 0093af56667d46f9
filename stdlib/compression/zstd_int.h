// SPDX-License-Identifier: MIT
// What the files of _zstd share.
#ifndef LADON_STDLIB_COMPRESSION_ZSTD_INT_H
#define LADON_STDLIB_COMPRESSION_ZSTD_INT_H

#include <zstd.h>

#include "stdlib/compression/codec.h"

// A dictionary digested for compression at one level.
typedef struct Digest { struct Digest *next; int level; ZSTD_CDict *dict; } Digest; // [c] once in the list
typedef struct ZstdDict {
    Object      head;
    ObjLock     lock;      // [a] guards the digests; taken after a stream's lock, or alone
    Value       content;   // [c] bytes
    uint32_t    id;        // [c] 0: raw content
    Digest     *digests;   // [l] for compressors
    ZSTD_DDict *digested;  // [l] for decompressors; NULL: not made yet
} ZstdDict;
extern Type zstd_dict_type;

// How a dictionary is loaded: the numbers of ZstdDict.as_...
typedef enum DictUse { DICT_DIGESTED, DICT_UNDIGESTED, DICT_PREFIX } DictUse;
// The argument zstd_dict: a ZstdDict (loaded as dflt says) or a pair of it and a number. Borrowed; NULL with the exception set.
ZstdDict *zstd_dict_arg(Thread *th, Value v, DictUse dflt, DictUse *use);
// Gives the dictionary to a stream, which then keeps a reference to it as long as it lives. 0 or -1.
int zstd_dict_load_c(Thread *th, ZstdDict *d, DictUse use, ZSTD_CCtx *ctx, int level);
int zstd_dict_load_d(Thread *th, ZstdDict *d, DictUse use, ZSTD_DCtx *ctx);

// ZstdError "Unable to <what>: <the library's text>".
Value zstd_raise(Thread *th, const char *what, size_t code);
Value zstd_raise_text(Thread *th, const char *text);
int zstd_c_int(Thread *th, Value v, int *out);   // __index__ as a C int; OverflowError "Python int too large to convert to C int". 0 or -1

NativeFunction zstd_fn_train_dict, zstd_fn_finalize_dict, zstd_fn_get_frame_info, zstd_fn_get_frame_size;
#endif
