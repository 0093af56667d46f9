// SPDX-License-Identifier: MIT
// bytes % args and bytearray % args.
#ifndef LADON_OBJECT_STR_PERCENT_H
#define LADON_OBJECT_STR_PERCENT_H
#include "core/value/object.h"
// A new bytes (bytearray) object. fmt stays valid during the call (the caller holds its object or an export of it). May run Python.
Value bytes_percent(Thread *th, const uint8_t *fmt, size_t n, Value args, bool to_bytearray);
#endif
