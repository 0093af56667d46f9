// SPDX-License-Identifier: MIT
// What bytes and bytearray share: views, arguments, and the methods, which work on both and answer with the type of self.
#ifndef LADON_OBJECT_BYTES_INT_H
#define LADON_OBJECT_BYTES_INT_H

#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/str_int.h"

// What self (bytes or bytearray) holds, for reading: take it after the arguments were converted. With other threads about, a bytearray is locked
// until bytes_drop, so no Python code, no other object's lock and no release of a buffer may come in between; one that is exported (memoryviews are
// written without the lock), or held with BYTES_COPY, is copied instead; only with BYTES_COPY is all that allowed. 0, or -1: MemoryError.
typedef struct ByteHold { const uint8_t *p; size_t n; Thread *th; ObjLock *lock; uint8_t *copy; } ByteHold;
enum { BYTES_LOCK, BYTES_COPY };
int bytes_hold(Thread *th, Value self, ByteHold *h, int how);
void bytes_drop_slow(ByteHold *h);
static inline void bytes_drop(ByteHold *h) { if (UNLIKELY(h->lock || h->copy)) bytes_drop_slow(h); }
// Declares v and holds self until the end of the block; leaves the function with NO_VALUE (or `failed`) when there is no memory.
#define BYTES_HOLD_OR(v, self, how, failed) \
    __attribute__((cleanup(bytes_drop))) ByteHold v; \
    if (bytes_hold(th, self, &v, how) < 0) return failed
#define BYTES_HOLD(v, self) BYTES_HOLD_OR(v, self, BYTES_LOCK, NO_VALUE)
size_t bytes_len(Value self); // the length now
// A new object of self's kind (bytes or bytearray) with these bytes; p NULL: uninitialised bytes.
Value bytes_like(Thread *th, Value self, const void *p, size_t n);
uint8_t *bytes_like_data(Value v);                 // of an object from bytes_like, which nobody else has yet
Value bytes_like_self(Thread *th, Value self, const ByteHold *v); // self when exact bytes, else a copy of what is held

// An argument that must be bytes-like, to be read as it is now. 0 or -1 "a bytes-like object is required, not 'T'".
static inline int bytes_arg(Thread *th, Value v, Buffer *b) { return buffer_get_stable(th, v, b); }
// An int 0..255 argument into *out: 0, or -1 with ValueError of this text.
int byte_arg(Thread *th, Value v, uint8_t *out, const char *range_error);
// Items of an iterable of ints into a fresh block (mem_free it). 0 or -1.
int bytes_collect(Thread *th, Value iterable, uint8_t **out, size_t *n, const char *range_error);

#define BYTES_METHOD(name) Value bytes_meth_##name(Thread *th, Value self, Value *args);
// bytes_search.c
BYTES_METHOD(find) BYTES_METHOD(rfind) BYTES_METHOD(index) BYTES_METHOD(rindex) BYTES_METHOD(count) BYTES_METHOD(startswith) BYTES_METHOD(endswith)
BYTES_METHOD(replace) BYTES_METHOD(removeprefix) BYTES_METHOD(removesuffix) BYTES_METHOD(split) BYTES_METHOD(rsplit) BYTES_METHOD(splitlines)
BYTES_METHOD(partition) BYTES_METHOD(rpartition) BYTES_METHOD(strip) BYTES_METHOD(lstrip) BYTES_METHOD(rstrip) BYTES_METHOD(join)
int bytes_slot_contains(Thread *th, Value self, Value item);
// bytes_text.c
BYTES_METHOD(lower) BYTES_METHOD(upper) BYTES_METHOD(title) BYTES_METHOD(capitalize) BYTES_METHOD(swapcase)
BYTES_METHOD(isalpha) BYTES_METHOD(isalnum) BYTES_METHOD(isdigit) BYTES_METHOD(isspace) BYTES_METHOD(islower) BYTES_METHOD(isupper)
BYTES_METHOD(istitle) BYTES_METHOD(isascii) BYTES_METHOD(center) BYTES_METHOD(ljust) BYTES_METHOD(rjust) BYTES_METHOD(zfill) BYTES_METHOD(expandtabs)
BYTES_METHOD(translate) BYTES_METHOD(maketrans) BYTES_METHOD(hex) BYTES_METHOD(fromhex) BYTES_METHOD(decode)
// The rows of the methods both types have.
#define BYTES_ROW(name, sig, doc) {#name, sig, bytes_meth_##name, doc, 0}
#define BYTES_SHARED_METHODS \
    BYTES_ROW(capitalize, "(self, /)", "Return a copy with only its first character capitalized (ASCII) and the rest lower-cased."), \
    BYTES_ROW(center, "(self, width, fillchar=b' ', /)", "Return a centered copy of length width, padded with fillchar."), \
    BYTES_ROW(count, "(self, sub, start=None, end=None, /)", "Return the number of non-overlapping occurrences of sub in B[start:end]."), \
    BYTES_ROW(decode, "(self, /, encoding='utf-8', errors='strict')", "Decode the bytes using the codec registered for encoding."), \
    BYTES_ROW(endswith, "(self, suffix, start=None, end=None, /)", "Return True if the bytes end with suffix (or one of a tuple of them)."), \
    BYTES_ROW(expandtabs, "(self, /, tabsize=8)", "Return a copy where all tab characters are expanded using spaces."), \
    BYTES_ROW(find, "(self, sub, start=None, end=None, /)", "Return the lowest index where sub is found within B[start:end], or -1."), \
    {"fromhex", "(cls, string, /)", bytes_meth_fromhex, "Create from a string of hexadecimal numbers, with spaces allowed between two.", METH_CLASS}, \
    BYTES_ROW(hex, "(self, /, sep=None, bytes_per_sep=1)", "Return the bytes as hexadecimal digits, with sep between groups of bytes_per_sep bytes."), \
    BYTES_ROW(index, "(self, sub, start=None, end=None, /)", "Like find, but raise ValueError when sub is not found."), \
    BYTES_ROW(isalnum, "(self, /)", "Return True if all bytes are ASCII letters or digits, and there are any."), \
    BYTES_ROW(isalpha, "(self, /)", "Return True if all bytes are ASCII letters, and there are any."), \
    BYTES_ROW(isascii, "(self, /)", "Return True if all bytes are ASCII."), \
    BYTES_ROW(isdigit, "(self, /)", "Return True if all bytes are ASCII digits, and there are any."), \
    BYTES_ROW(islower, "(self, /)", "Return True if there are ASCII letters, and all of them are lower case."), \
    BYTES_ROW(isspace, "(self, /)", "Return True if all bytes are ASCII white space, and there are any."), \
    BYTES_ROW(istitle, "(self, /)", "Return True if the bytes are title-cased ASCII text."), \
    BYTES_ROW(isupper, "(self, /)", "Return True if there are ASCII letters, and all of them are upper case."), \
    BYTES_ROW(join, "(self, iterable_of_bytes, /)", "Concatenate any number of bytes objects, with these bytes between each two."), \
    BYTES_ROW(ljust, "(self, width, fillchar=b' ', /)", "Return a left-justified copy of length width, padded with fillchar."), \
    BYTES_ROW(lower, "(self, /)", "Return a copy with all ASCII characters converted to lower case."), \
    BYTES_ROW(lstrip, "(self, bytes=None, /)", "Strip leading bytes contained in the argument (ASCII white space by default)."), \
    {"maketrans", "(frm, to, /)", bytes_meth_maketrans, "Return a translation table usable for translate().", METH_STATIC}, \
    BYTES_ROW(partition, "(self, sep, /)", "Split at the first sep: the part before it, sep, and the part after it."), \
    BYTES_ROW(removeprefix, "(self, prefix, /)", "Return a copy with the given prefix removed if present."), \
    BYTES_ROW(removesuffix, "(self, suffix, /)", "Return a copy with the given suffix removed if present."), \
    BYTES_ROW(replace, "(self, old, new, count=-1, /)", "Return a copy with occurrences of old replaced by new, at most count of them when it is not negative."), \
    BYTES_ROW(rfind, "(self, sub, start=None, end=None, /)", "Return the highest index where sub is found within B[start:end], or -1."), \
    BYTES_ROW(rindex, "(self, sub, start=None, end=None, /)", "Like rfind, but raise ValueError when sub is not found."), \
    BYTES_ROW(rjust, "(self, width, fillchar=b' ', /)", "Return a right-justified copy of length width, padded with fillchar."), \
    BYTES_ROW(rpartition, "(self, sep, /)", "Split at the last sep: the part before it, sep, and the part after it."), \
    BYTES_ROW(rsplit, "(self, /, sep=None, maxsplit=-1)", "Like split, but working from the end."), \
    BYTES_ROW(rstrip, "(self, bytes=None, /)", "Strip trailing bytes contained in the argument (ASCII white space by default)."), \
    BYTES_ROW(split, "(self, /, sep=None, maxsplit=-1)", "Return a list of the sections between separators (ASCII white space when sep is None)."), \
    BYTES_ROW(splitlines, "(self, /, keepends=False)", "Return a list of the lines, breaking at ASCII line boundaries."), \
    BYTES_ROW(startswith, "(self, prefix, start=None, end=None, /)", "Return True if the bytes start with prefix (or one of a tuple of them)."), \
    BYTES_ROW(strip, "(self, bytes=None, /)", "Strip leading and trailing bytes contained in the argument (ASCII white space by default)."), \
    BYTES_ROW(swapcase, "(self, /)", "Return a copy with upper-case ASCII characters converted to lower case and vice versa."), \
    BYTES_ROW(title, "(self, /)", "Return a titlecased copy: ASCII words start with upper case, the rest is lower case."), \
    BYTES_ROW(translate, "(self, table, /, delete=b'')", "Return a copy with each byte mapped by the table, after those in delete are removed."), \
    BYTES_ROW(upper, "(self, /)", "Return a copy with all ASCII characters converted to upper case."), \
    BYTES_ROW(zfill, "(self, width, /)", "Pad a numeric string with zeros on the left, to fill a field of the given width.")
#undef BYTES_METHOD

Value bytes_slot_repeat(Thread *th, Value a, Value b);   // * of both, in either order
Value bytes_slot_concat(Thread *th, Value a, Value b);   // +
Value bytes_slot_compare(Thread *th, Value a, Value b, int op);
// Decodes up to n pairs of hexadecimal digits into out; the number of those before the first that is none.
size_t hex_decode_pairs(const uint8_t *restrict p, size_t n, uint8_t *restrict out);
Value hex_text(Thread *th, const uint8_t *p, size_t n, Value sep, Value bytes_per_sep); // bytes.hex and its kin; sep NO_VALUE: none

// __buffer__ and __release_buffer__ of built-in exporters (PEP 688).
Value buffer_meth_buffer(Thread *th, Value self, Value *args);
Value buffer_meth_release(Thread *th, Value self, Value *args);
#define BUFFER_METHODS \
    {"__buffer__", "(self, flags, /)", buffer_meth_buffer, "Return a buffer object that exposes the underlying memory of the object.", 0}

#endif
