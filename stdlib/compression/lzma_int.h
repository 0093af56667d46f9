// SPDX-License-Identifier: MIT
// What the files of _lzma share.
#ifndef LADON_STDLIB_COMPRESSION_LZMA_INT_H
#define LADON_STDLIB_COMPRESSION_LZMA_INT_H

#include <lzma.h>

#include "stdlib/compression/codec.h"

Value lzma_raise(Thread *th, lzma_ret err);          // the exception of a result that is an error
Value lzma_raise_text(Thread *th, const char *fmt, unsigned long v); // LZMAError

// A filter chain from a sequence of dicts, ended as liblzma wants it. Release with filters_free, also after a failure. 0 or -1. May run Python.
typedef struct Filters { lzma_filter v[LZMA_FILTERS_MAX + 1]; } Filters;
int filters_parse(Thread *th, Value specs, Filters *out);
void filters_free(Filters *f);
// A preset or an option: an unsigned number of 32 bits. 0 or -1.
int lzma_u32(Thread *th, Value v, uint32_t *out);

NativeFunction lzma_fn_encode_filter_properties, lzma_fn_decode_filter_properties;
#endif
