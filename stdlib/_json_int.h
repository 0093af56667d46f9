// SPDX-License-Identifier: MIT
// What the two halves of _json share.
#ifndef LADON_STDLIB_JSON_INT_H
#define LADON_STDLIB_JSON_INT_H
#include "core/object/module.h"
Value json_fn_encode_basestring(Thread *th, Value self, Value *args);
Value json_fn_encode_basestring_ascii(Thread *th, Value self, Value *args);
int json_add_encoder(Thread *th, Value module);
#endif
