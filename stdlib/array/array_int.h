// SPDX-License-Identifier: MIT
// What the files of the array module share: the layout of an array, its items, its block and what changes it.
#ifndef LADON_STDLIB_ARRAY_INT_H
#define LADON_STDLIB_ARRAY_INT_H

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"

typedef struct ArrayBlock { size_t cap; uint8_t v[]; } ArrayBlock; // cap in items
typedef struct Kind {
    char code;
    uint8_t size;
    bool is_int, is_signed, is_text;
    uint8_t machine;       // pickling's number of the little-endian layout; + 1: big-endian
    const char *small, *large; // what is said of values out of range; NULL: decided by size
} Kind;
typedef struct Array {
    Object head;
    ObjLock lock;          // [a]
    uint32_t exports;      // [l] buffers out
    const Kind *kind;      // [c]
    size_t len;            // [a] items
    ArrayBlock *block;     // [r] NULL: nothing allocated
} Array;

#define ARRAY(v) AS(Array, v)
bool is_array(Value v);

// items.c
extern const Kind array_kinds[];
extern const size_t array_n_kinds;
const Kind *kind_find(uint32_t code);       // NULL: there is none
Value item_load(Thread *th, const Kind *k, const uint8_t *p);               // of a private copy
int item_parse(Thread *th, const Kind *k, Value v, uint8_t *out);           // into 8 bytes. 0 or -1. May run Python
void copy_item(uint8_t *to, const uint8_t *from, size_t size);              // within a block
static inline size_t array_len(const Array *a) { return atomic_load_acquire(&a->len); }
int item_read(Thread *th, Array *a, size_t i, uint8_t out[8]);              // item i as it is now: 1 *out filled, 0 out of range
Value item_get(Thread *th, Array *a, intptr_t i);                           // a new reference, or IndexError
// Replaces `del` items at `at` by n items from src, which is not part of the array. Lock held. *old: a block to free after the unlock. 0 or -1.
int splice_locked(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n, ArrayBlock **old);
int splice_done(Thread *th, Array *a, int r, ArrayBlock *old);              // the unlock; r
int splice_unlock(Thread *th, Array *a, size_t at, size_t del, const uint8_t *src, size_t n);  // splice_locked and the unlock
uint8_t *array_snapshot(Thread *th, Array *a, size_t *n);                   // a copy of the items, for mem_free; *n items. NULL: MemoryError
Array *array_make(Thread *th, Type *type, const Kind *k, const uint8_t *src, size_t n);
// These add at the end: n items, a value, what bytes, a text, an array or an iterable holds. 0 or -1.
int array_append_raw(Thread *th, Array *a, const uint8_t *src, size_t n);
int append_value(Thread *th, Value v, void *arg);                           // arg: the array
int extend_bytes(Thread *th, Array *a, Value data);
int extend_text(Thread *th, Array *a, Value text);
int extend_array(Thread *th, Array *a, Array *from);
int array_extend(Thread *th, Array *a, Value x);

// array.c
extern Type type_array_object;
extern Shape shape_array_object;
intptr_t array_find(Thread *th, Array *a, Value v, size_t start, size_t stop);   // of an equal item: index, -1 none, -2 an exception
Value array_to_list(Thread *th, Array *a);
Value array_to_text(Thread *th, Array *a);

// methods.c
extern const MethodDef array_methods[];
Value array_fn_reconstructor(Thread *th, Value self, Value *args);
extern Value array_reconstructor;           // [c] array._array_reconstructor; immortal with the module

#endif
