// SPDX-License-Identifier: MIT
// bytes and bytearray.
#ifndef LADON_OBJECT_BYTES_H
#define LADON_OBJECT_BYTES_H
#include "core/object/type.h"
typedef struct Bytes { Object head; int64_t hash /* 0: not computed, or really 0 */; size_t len; uint8_t data[]; } Bytes; // [c] but hash [a]; a zero byte follows the data
// A bytearray's storage: `data` points to v. The capacity belongs to the block, so that a reader without the lock never goes beyond it.
typedef struct ByteBlock { size_t cap /* [a] */, pages /* [l] 0: of mem_alloc; else of mem_pages: its size */; uint8_t v[]; } ByteBlock;
typedef struct ByteArray {
    Object head;
    ObjLock lock;        // [a]
    uint32_t exports;    // [l] buffers out: no resize
    uint32_t version;    // [a] odd while a writer is at work (once there are threads); changed under the lock
    size_t len;          // [a] written under the lock
    uint8_t *data;       // [r] NULL: nothing was ever stored
    size_t offset;       // [a] bytes cut off at the front; written under the lock
} ByteArray;
ALWAYS_INLINE bool value_is_bytes(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_BYTES_SUBCLASS); }
ALWAYS_INLINE bool value_is_exact_bytes(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_bytes; }
Value bytes_new(Thread *th, const void *p, size_t n);       // p NULL: uninitialised, fill at once
// The first n of bytes that nobody else has seen; takes them over. NO_VALUE: MemoryError.
Value bytes_cut(Thread *th, Value bytes_owned, size_t n);
Value bytes_of_shared(Thread *th, const void *p, size_t n); // of memory that others may be writing (core/base/shared_bytes.h)
extern Value bytes_empty;                                    // b'', immortal
Value bytes_concat(Thread *th, Value a, Value b);           // any bytes-like objects; the type of a (bytes or bytearray)
int64_t bytes_hash(Value v);   // of a Bytes; kept in it
Value bytes_repr_text(Thread *th, const uint8_t *p, size_t n); // "b'...'"
ALWAYS_INLINE bool value_is_bytearray(Value v) { return value_is_object(v) && (atomic_load_relaxed(&value_object(v)->shape) == &shape_bytearray || type_is_subtype(object_shape(value_object(v))->type, &type_bytearray)); }
Value bytearray_new(Thread *th, const void *p, size_t n);   // n bytes copied from p; p NULL: left unset. New reference
Value bytes_from_object(Thread *th, Value x);               // bytes(x) for buffers, iterables of ints; not str, not int
#endif
