// SPDX-License-Identifier: MIT
// Iteration, ranges, slices, and the generator step protocol.
#ifndef LADON_OBJECT_ITER_H
#define LADON_OBJECT_ITER_H
#include "core/object/type.h"
// TypeSlots.send: SEND_YIELD: *result yielded (new ref); SEND_RETURN: finished with *result (new ref); SEND_ERROR: exception set.
// SEND_YIELD_ASYNC: what an asynchronous generator yielded itself, not an await in it; only its own awaitables and generator_close see that.
typedef enum SendStatus { SEND_ERROR = -1, SEND_RETURN = 0, SEND_YIELD = 1, SEND_YIELD_ASYNC = 2 } SendStatus;
SendStatus object_send(Thread *th, Value gen, Value arg, Value *result);  // gen.send(arg), or next() when arg is None and there is no send
typedef struct Slice { Object head; Value start, stop, step; } Slice;     // [c]
typedef struct Range { Object head; Value start, stop, step, length; } Range; // [c] ints
typedef struct RangeIter { Object head; int64_t next, step; uint64_t left; } RangeIter; // [a] left is claimed with a CAS when not the owner
// Iterators of list and tuple: seq is NO_VALUE at the end. index moves by one; an iterator that others have seen is advanced atomically.
typedef struct ListIter { Object head; Value seq; int64_t index; } ListIter;   // seq [a] List; index [a]
typedef struct TupleIter { Object head; Value seq; int64_t index; } TupleIter; // seq [a] Tuple; index [a]
Value slice_new(Thread *th, Value start, Value stop, Value step);         // borrowed; NO_VALUE = None
// A slice in machine ints, first as written (None: the far end), then within a sequence.
typedef struct SliceParts { intptr_t start, stop, step; } SliceParts;
// Its parts (borrowed, None where not given) as ints; *step != 0. 0, or -1 with the exception set. May run Python code (__index__).
int slice_unpack(Thread *th, Value start, Value stop, Value step, SliceParts *out);
// Clips them to a sequence of len. Returns the number of items selected.
size_t slice_adjust(size_t len, SliceParts *p);
// Both: resolves s for a sequence of len; *step != 0. Number of items selected, or -1 with the exception set.
intptr_t slice_indices(Thread *th, Value slice, size_t len, intptr_t *start, intptr_t *stop, intptr_t *step);
Value seq_iter_new(Thread *th, Value seq);                                // iter() over __getitem__
Value callable_iter_new(Thread *th, Value callable, Value sentinel);      // iter(callable, sentinel); borrowed
Value enumerate_new(Thread *th, Value iterable, int64_t start);           // borrowed
#endif
