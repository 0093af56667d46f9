// SPDX-License-Identifier: MIT
// What the files of str share among themselves (and with bytes and codecs).
#ifndef LADON_OBJECT_STR_INT_H
#define LADON_OBJECT_STR_INT_H

#include "core/base/utf8.h"
#include "core/object/str.h"
#include "gc/retire.h"

#define STR(v) AS(Str, v)

Value str_from_chars(Thread *th, const void *p, int kind, size_t n);   // narrowed
Value str_from_scanned(Thread *th, const void *p, size_t n, const Utf8Scan *scan); // valid UTF-8
Value str_as_exact(Thread *th, Value s);                               // new reference
const void *str_needle(Thread *th, const Str *s, const Str *sub, void **tmp);

// start/end of methods: NO_VALUE and None leave *out; else __index__, clipped. 0 or -1: "slice indices must be integers or None or ...".
int text_index_arg(Thread *th, Value v, intptr_t *out);
// Makes start and end offsets of a text of len (negative ones count from the end); end <= len, start may stay beyond.
static inline void text_adjust(intptr_t *start, intptr_t *end, intptr_t len) {
    if (*end > len) *end = len;
    else if (*end < 0 && (*end += len) < 0) *end = 0;
    if (*start < 0 && (*start += len) < 0) *start = 0;
}
// What the reflected method of b's class (other: its slot) makes of a op b, when b is of a class made at run time: it goes before the
// sequence's own TypeError. own: the asking slot, which is not asked again. VALUE_NOT_IMPLEMENTED: nothing.
static inline Value text_reflected(Thread *th, Value a, Value b, BinaryFn other, BinaryFn own) {
    if (!other || other == own || !(type_of(b)->flags & TYPE_HEAP)) return VALUE_NOT_IMPLEMENTED;
    return other(th, a, b);
}
// The sequence of an iterator: borrowed until the next safepoint, or NO_VALUE once it was let go.
static inline Value text_iter_seq(const Value *field) { return atomic_load_acquire(field); }
// Lets go of it at the end, so that what it holds can be freed while the iterator lives. Another thread may still be reading it.
static inline void text_iter_end(Thread *th, Value *field) {
    Value old = atomic_swap_acq_rel(field, NO_VALUE);
    if (old == NO_VALUE) return;
    if (th->mt) retire_value(th, old);
    else decref(th, old);
}
// A count argument (maxsplit, width...): dflt when absent; __index__ with OverflowError. 0 or -1.
int text_ssize_arg(Thread *th, Value v, intptr_t dflt, intptr_t *out);

// (iter, (seq,), index) for __reduce__ of an iterator over seq; index -1: exhausted, over `empty` then.
Value text_iter_reduce(Thread *th, Value iter_owned, Value seq, intptr_t index, Value empty);
void str_builder_type_name(StrBuilder *b, const Type *t);              // str_format.c
Value str_repeat(Thread *th, Value v, intptr_t n);
Value text_join_items(Thread *th, Value iterable);                     // str_split.c: a Tuple of what a join() got

extern const MethodDef str_methods[];

// Methods, by file (str_methods.c has the table).
#define STR_METHOD(name) Value str_meth_##name(Thread *th, Value self, Value *args);
// str_search.c
STR_METHOD(find) STR_METHOD(rfind) STR_METHOD(index) STR_METHOD(rindex) STR_METHOD(count) STR_METHOD(startswith) STR_METHOD(endswith)
STR_METHOD(replace) STR_METHOD(removeprefix) STR_METHOD(removesuffix)
// str_split.c
STR_METHOD(split) STR_METHOD(rsplit) STR_METHOD(splitlines) STR_METHOD(partition) STR_METHOD(rpartition) STR_METHOD(join)
STR_METHOD(strip) STR_METHOD(lstrip) STR_METHOD(rstrip)
// str_case.c
STR_METHOD(lower) STR_METHOD(upper) STR_METHOD(title) STR_METHOD(capitalize) STR_METHOD(swapcase) STR_METHOD(casefold)
STR_METHOD(isalpha) STR_METHOD(isalnum) STR_METHOD(isdecimal) STR_METHOD(isdigit) STR_METHOD(isnumeric) STR_METHOD(isspace)
STR_METHOD(islower) STR_METHOD(isupper) STR_METHOD(istitle) STR_METHOD(isascii) STR_METHOD(isprintable) STR_METHOD(isidentifier)
// str_pad.c
STR_METHOD(center) STR_METHOD(ljust) STR_METHOD(rjust) STR_METHOD(zfill) STR_METHOD(expandtabs) STR_METHOD(translate) STR_METHOD(maketrans)
// str_methods.c
STR_METHOD(encode) STR_METHOD(format_spec) STR_METHOD(sizeof) STR_METHOD(getnewargs)
// str_dotformat.c
STR_METHOD(format) STR_METHOD(format_map)
#undef STR_METHOD
Value str_slot_mod(Thread *th, Value a, Value b);                      // str_percent.c

#endif
