// SPDX-License-Identifier: MIT
// Layout of memoryview and its parts, shared by memoryview.c and memoryview_item.c.
#ifndef LADON_OBJECT_MEMORYVIEW_INT_H
#define LADON_OBJECT_MEMORYVIEW_INT_H

#include "core/object/buffer.h"
#include "core/object/str_int.h"

#define MV_MAX_NDIM 64

// The export that one or more memoryviews of one object share; released when the last of them lets go.
typedef struct ManagedBuffer {
    Object   head;
    Buffer   b;       // [c] until then
    uint32_t views;   // [a] whose base this is
} ManagedBuffer;

typedef struct MemoryView {
    Object   head;
    ObjLock  lock;
    uint8_t  restricted; // [c] made for a __release_buffer__: nothing can be derived from it
    uint8_t  released;  // [l] release() was called
    uint32_t uses;      // [l] operations going on: the base is dropped by the last one when released
    uint32_t exports;   // [l] buffers got from this view
    int64_t  hash;      // [a] 0: not computed
    Value    base;      // [l] ManagedBuffer, NO_VALUE once dropped
    Buffer   view;      // [c] (obj is not owned: base holds it); shape, strides, suboffsets lie in dims
    char     own_format[8]; // [c] view.format when it is short: one from cast() has no other home
    intptr_t dims[];    // [c] 3 * ndim
} MemoryView;

// Between these the memory stays: ValueError "operation forbidden on released memoryview object" and -1, or 0.
int mv_begin(Thread *th, MemoryView *m);
void mv_end(Thread *th, MemoryView *m);

// The native format character of a format ("B", "@i"), 0: not one.
char mv_format_char(const char *format);
size_t mv_format_size(char c);    // 0: unknown
// One item to a Value and back. Formats that aren't native characters: NotImplementedError.
Value mv_unpack(Thread *th, const uint8_t *p, const char *format);
int mv_pack(Thread *th, uint8_t *p, Value v, const char *format);
// == of two views' items, by value; shapes must be equal already. 0 1 -1.
int mv_items_equal(Thread *th, const Buffer *a, const Buffer *b);
Value mv_tolist(Thread *th, const Buffer *b);
// Address of item i of dimension dim.
const uint8_t *mv_step(const Buffer *b, int dim, const uint8_t *p, intptr_t i);

#endif
