// SPDX-License-Identifier: MIT
// The buffer protocol (PEP 3118) inside the runtime.
#ifndef LADON_OBJECT_BUFFER_H
#define LADON_OBJECT_BUFFER_H
#include "core/object/type.h"
enum { BUF_SIMPLE = 0, BUF_WRITABLE = 1, BUF_FORMAT = 4, BUF_ND = 8, BUF_STRIDES = 0x18, BUF_C_CONTIGUOUS = 0x38, BUF_F_CONTIGUOUS = 0x58, BUF_ANY_CONTIGUOUS = 0x98, BUF_INDIRECT = 0x118, BUF_FULL = 0x11D, BUF_FULL_RO = 0x11C };
struct Buffer {
    Value obj;               // owned exporter; NO_VALUE: nothing held
    uint8_t *buf; size_t len; size_t itemsize; bool readonly; int ndim;
    const char *format;      // NULL: "B"
    intptr_t *shape, *strides, *suboffsets;
    intptr_t small_shape, small_stride; // for 1-dimensional views
    void *internal;          // the exporter's
    bool from_python;        // got through a Python-level __buffer__
    bool native;             // released by the built-in type's function, whatever a subclass defines
};
// x must export a buffer; TypeError "a bytes-like object is required, not 'T'". 0 or -1.
int buffer_get(Thread *th, Value x, Buffer *b, int flags);
// The bytes of x for code that reads them as if nobody else could change them meanwhile: with other threads about, those of a mutable exporter are copied,
// and b then holds the copy. A bytes-like argument (BUF_SIMPLE) as buffer_get takes it. 0 or -1.
int buffer_get_stable(Thread *th, Value x, Buffer *b);
// A writable C-contiguous view for an argument; what ("readinto() argument") begins the TypeError
// "... must be read-write bytes-like object, not T". 0 or -1.
int buffer_get_writable(Thread *th, Value x, Buffer *b, const char *what);
void buffer_release(Thread *th, Buffer *b);   // once for each view got; nothing where there is none. May run Python (__release_buffer__)
bool buffer_check(Value x);   // has x a buffer, or a __buffer__? Cannot fail
// For exporters: fills b as a 1-dimensional view of bytes.
int buffer_fill(Thread *th, Buffer *b, Value exporter, void *p, size_t n, bool readonly, int flags);
Value memoryview_new(Thread *th, Value exporter);   // memoryview(exporter): new reference
// The memory of an exporter, contiguous in either order, as a view of its bytes: new reference. BufferError where it is not contiguous.
Value memoryview_bytes(Thread *th, Value exporter);
// Of a built-in type's own memory, past any __buffer__ of a subclass.
int buffer_get_native(Thread *th, Value x, Buffer *b, int flags);
Value memoryview_of_native(Thread *th, Value exporter, int flags);
Value memoryview_take(Thread *th, Buffer *b);        // a view that takes *b over and lets nothing be derived from it
Value memoryview_exporter(Value mv);                 // borrowed; NO_VALUE once released
void memoryview_end(Thread *th, Value mv);           // release(), whatever is exported from it
Value memoryview_from_flags(Thread *th, Value exporter, int flags);
// The bytes of a view in C order, whatever its strides: a new bytes object.
Value buffer_to_bytes(Thread *th, const Buffer *b);
// Copies the items in C order (or 'F' order) into out (b->len bytes).
void buffer_copy_out(const Buffer *b, uint8_t *out, char order);
bool buffer_is_contiguous(const Buffer *b, char order);     // 'C', 'F' or 'A'
#endif
