// SPDX-License-Identifier: MIT
// What the files of _pickle share: the two machines, and what they import.
//
// A Pickler or an Unpickler belongs to one thread at a time: `user` says to which. Its methods claim it, and RuntimeError tells who comes meanwhile; the
// thread that has it may come back in (a __reduce__ that clears the memo), but not start a second dump() or load(). So all fields marked [u] are touched by
// the user alone, and by the collector with the world stopped. No lock is held: `user` may stay set while Python code runs.
//
// Functions are 0 or -1, or NO_VALUE, with the exception set, and may run Python, unless it says otherwise.
#ifndef LADON_STDLIB_PICKLE_INT_H
#define LADON_STDLIB_PICKLE_INT_H

#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "stdlib/_pickle/opcodes.h"

// Imported once, when the module is (module.c); registered roots, constant after that.
typedef struct PickleGlobals {
    Value pickle_error, pickling_error, unpickling_error;
    Value dispatch_table, extension_registry, inverted_registry, extension_cache;             // of copyreg: Dicts
    Value name_mapping, import_mapping, reverse_name_mapping, reverse_import_mapping;         // of _compat_pickle: Dicts
    Value codecs_encode, partial, getattr;
    Value object_reduce_ex, object_reduce, object_getstate, object_class;                     // object's own: immortal
} PickleGlobals;
extern PickleGlobals pickle_globals;
Value pickling_error(Thread *th, const char *fmt, ...);     // raises it; NO_VALUE. Formats of core/object/error.h
Value unpickling_error(Thread *th, const char *fmt, ...);
// The pending exception becomes the context (not the cause) of a new one.
Value pickle_error_over(Thread *th, Type *type, const char *fmt, ...);
// The object at a dotted path below obj: new reference. *parent, if asked for, receives what the last name was looked up in.
Value pickle_getattribute(Thread *th, Value obj, Value dotted);
// The module of this name, imported; new reference.
Value pickle_import(Thread *th, Value name);

// The other Python's names for *module.*name: Python 2's (reverse), or Python 3's. Both are owned, and replaced.
int pickle_map_names(Thread *th, bool reverse, Value *module, Value *name);

// ---- who uses a machine ---------------------------------------------------------------------------------------------------------------------

// -1: another thread has it, or this one already and nested is not allowed: RuntimeError. 1: it was this thread's before; 0: it is now.
int machine_enter(Thread *th, uint32_t *user, bool nested, const char *what);
ALWAYS_INLINE void machine_leave(uint32_t *user, int entered) { if (entered == 0) atomic_store_release(user, 0u); }

// What `memo` of a machine is to Python code: it holds the machine, and nothing holds it from there, so cycles are broken at the machine.
typedef struct MemoProxy { Object head; Value machine; } MemoProxy; // [c]
Value memo_proxy_new(Thread *th, Type *type, Value machine);
Value memo_proxy_reduce(Thread *th, Value copy); // (dict, (copy,)); takes over copy, a Dict or NO_VALUE
int memo_proxy_traverse(Object *self, VisitFn visit, void *arg);
void memo_proxy_dealloc(Thread *th, Object *self);

// ---- PickleBuffer (buffer.c) ----------------------------------------------------------------------------------------------------------------

extern Type *const pickle_buffer_type;
int pickle_buffer_ready(Thread *th);
// What it stands for: a new reference, or NO_VALUE with ValueError once it was released.
Value pickle_buffer_object(Thread *th, Value v);

// ---- Pickler --------------------------------------------------------------------------------------------------------------------------------

typedef struct MemoEntry { Value key; size_t index; } MemoEntry; // key is owned; NO_VALUE: free
typedef struct PickleMemo {
    MemoEntry *tab;
    size_t cap, used;        // cap: a power of two, or 0
    Value missed;            // the key looked for last in vain, borrowed, and its place; NO_VALUE: none in this table
    size_t missed_at;
} PickleMemo;

typedef struct InstancePlan InstancePlan; // save_instance.c

typedef struct Pickler {
    Object   head;
    uint32_t user;            // [a] tid of the thread that uses it, 0: none
    int32_t  bin, fast;       // [a] attributes
    int32_t  proto;           // [u] as the next three
    int32_t  fast_nesting;
    bool     fix_imports, framing;
    bool     plain;           // no hook wants to see every object: instances may be written without __reduce_ex__
    // Output. The bytes of `out` from 0 to len are written, limit is its size; 0 when a frame must be begun first.
    uint8_t *buf;             // [u] its data
    size_t   len, limit, boundary; // [u] at `boundary` a frame is long enough to end
    intptr_t frame_start;     // [u] -1: none
    Value    out;             // [u] Bytes nobody else knows, NO_VALUE: none
    Value    write;           // [u] file.write; NO_VALUE: the result is wanted as bytes, or __init__ was not called
    bool     ready;           // [u] __init__ was called
    PickleMemo memo;          // [u]
    Value    fast_memo;       // [u] Dict of the containers in progress, deep down in fast mode
    Value    persistent_id, reducer_override, buffer_callback; // [u] NO_VALUE: none. The first two while dump() runs
    Value    dispatch_table;  // [a] attribute
    Value    persistent_id_attr; // [a] attribute of the instance
    InstancePlan *plans;      // [u]
} Pickler;

// Memo (memo.c). pickle_memo_find and pickle_memo_put run no Python.
MemoEntry *pickle_memo_find(PickleMemo *m, Value key);      // NULL: not there
int pickle_memo_put(Thread *th, PickleMemo *m, Value key, size_t index);
void pickle_memo_clear(Thread *th, PickleMemo *m);
int pickle_memo_traverse(const PickleMemo *m, VisitFn visit, void *arg);
Value pickle_memo_to_dict(Thread *th, const PickleMemo *m);       // {id: (index, object)}
int pickle_memo_from_dict(Thread *th, PickleMemo *m, Value dict); // m is empty

// Output (output.c).
int out_start(Thread *th, Pickler *p);                     // an empty buffer
uint8_t *out_room_slow(Thread *th, Pickler *p, size_t n);
// Room for n more bytes, to be filled at once. NULL: MemoryError.
ALWAYS_INLINE uint8_t *out_room(Thread *th, Pickler *p, size_t n) {
    size_t len = p->len;
    if (UNLIKELY(n > p->limit || len > p->limit - n)) return out_room_slow(th, p, n);
    p->len = len + n;
    return p->buf + len;
}
ALWAYS_INLINE int out_op(Thread *th, Pickler *p, uint8_t op) {
    uint8_t *b = out_room(th, p, 1);
    if (UNLIKELY(!b)) return -1;
    *b = op;
    return 0;
}
int out_bytes(Thread *th, Pickler *p, const void *data, size_t n);
int out_boundary(Thread *th, Pickler *p);                  // ends a frame that is long enough
// A header and a payload: the `n` bytes at data, which are `object`'s (NO_VALUE: bytes are made of them if need be). shared: others may be writing there.
int out_payload(Thread *th, Pickler *p, const uint8_t *header, size_t header_n, const uint8_t *data, size_t n, Value object, bool shared);
void out_framing_end(Thread *th, Pickler *p);
Value out_take(Thread *th, Pickler *p);                    // what was written since out_start, as bytes
int out_flush(Thread *th, Pickler *p);                     // to the file

// Saving. Values are borrowed and must be held by the caller.
int pickle_save(Thread *th, Pickler *p, Value v);
int pickle_save_no_pers(Thread *th, Pickler *p, Value v);  // past persistent_id()
int pickle_memoize(Thread *th, Pickler *p, Value v);
int pickle_put_get(Thread *th, Pickler *p, const MemoEntry *e);
int pickle_save_container(Thread *th, Pickler *p, Value v, const Shape *s, bool *done); // save_container.c; done: it was one
int pickle_batch_list(Thread *th, Pickler *p, Value iterator, Value of);
int pickle_batch_dict(Thread *th, Pickler *p, Value iterator, Value of);
// n keys and values (owned by the caller) as the items of a dict.
int pickle_save_pairs(Thread *th, Pickler *p, const Value *keys, const Value *values, size_t n);
int pickle_save_global(Thread *th, Pickler *p, Value v, Value name); // name NO_VALUE: its own
int pickle_save_reduce(Thread *th, Pickler *p, Value reduced, Value of); // of NO_VALUE: nothing is memoized
int pickle_save_object(Thread *th, Pickler *p, Value v);   // whatever is left: by what it reduces to
// 1 written, 0 not a plain instance.
int pickle_save_instance(Thread *th, Pickler *p, Value v);
int pickle_bytes_data(Thread *th, Pickler *p, Value object, const uint8_t *data, size_t n, bool shared);
int pickle_bytearray_data(Thread *th, Pickler *p, Value object, const uint8_t *data, size_t n, bool shared);
int pickle_save_bytes(Thread *th, Pickler *p, Value v);
int pickle_save_bytearray(Thread *th, Pickler *p, Value v);
int pickle_save_buffer(Thread *th, Pickler *p, Value v);
int pickle_save_str(Thread *th, Pickler *p, Value v);

extern Type *const pickler_type, *const unpickler_type;
int pickler_ready(Thread *th);
Value pickle_dump(Thread *th, Value obj, Value file, Value protocol, Value fix_imports, Value buffer_callback); // file NO_VALUE: bytes

// ---- Unpickler ------------------------------------------------------------------------------------------------------------------------------

enum { UNPICKLER_FIRST_STACK = 16, UNPICKLER_FIRST_MARKS = 4, UNPICKLER_FIRST_MEMO = 16 }; // what short pickles do with

typedef struct Unpickler {
    Object   head;
    uint32_t user;            // [a] tid of the thread that uses it, 0: none
    int32_t  proto;           // [u] as all below
    bool     fix_imports, ready, bytes_strings /* encoding="bytes" */, mark_set, in_frame, prefetched;
    Value   *stack;           // len values, owned
    size_t   len, cap, fence; // nothing below fence may be taken: it is before the last mark
    size_t  *marks, nmarks, marks_cap;
    Value   *memo;            // by index; NO_VALUE: none
    Value    memo_far;        // Dict of those at indices beyond reason; NO_VALUE: there are none
    size_t   memo_cap, memo_used; // places in memo; objects in both
    // Input: p..end can be taken. In a frame end is the frame's, and data_end that of the chunk.
    const uint8_t *p, *end, *data_end;
    const uint8_t *chunk_start; // prefetched: the file stands here
    Value    chunk;           // Bytes that p is in, when from a file
    Buffer   data;            // loads(): p is in there
    Value    read, readline, readinto, peek; // of the file; NO_VALUE: loads(), or it has none
    Value    buffers;         // iterator
    Value    persistent_load; // while load() runs
    Value    persistent_load_attr; // [a] attribute of the instance
    const char *encoding, *errors; // the usual ones are not owned
    Value    first_stack[UNPICKLER_FIRST_STACK], first_memo[UNPICKLER_FIRST_MEMO]; // stack, memo and marks begin here
    size_t   first_marks[UNPICKLER_FIRST_MARKS];
} Unpickler;

// Input (input.c).
const uint8_t *in_need_slow(Thread *th, Unpickler *u, size_t n);
// The next n bytes: there until the next call. NULL with UnpicklingError, or what the file raised.
ALWAYS_INLINE const uint8_t *in_need(Thread *th, Unpickler *u, size_t n) {
    const uint8_t *p = u->p;
    if (UNLIKELY((size_t)(u->end - p) < n)) return in_need_slow(th, u, n);
    u->p = p + n;
    return p;
}
// A line with its newline; *n with it.
const uint8_t *in_line(Thread *th, Unpickler *u, size_t *n);
// The next n bytes as a new bytes object; into a new bytearray.
Value in_bytes(Thread *th, Unpickler *u, size_t n);
Value in_bytearray(Thread *th, Unpickler *u, size_t n);
int in_frame(Thread *th, Unpickler *u, uint64_t n);
int in_file(Thread *th, Unpickler *u, Value file);         // reads from file from now on
int in_finish(Thread *th, Unpickler *u);                   // the file stands behind what was read
void in_close(Thread *th, Unpickler *u);

// The stack (load.c). push takes over.
int stack_push_slow(Thread *th, Unpickler *u, Value v);
ALWAYS_INLINE int stack_push(Thread *th, Unpickler *u, Value v) {
    if (UNLIKELY(v == NO_VALUE)) return -1;
    if (UNLIKELY(u->len == u->cap)) return stack_push_slow(th, u, v);
    u->stack[u->len++] = v;
    return 0;
}
int stack_underflow(Thread *th, Unpickler *u);             // raises; -1
// Where the items behind the last mark begin, which is taken away. -1: there is none.
intptr_t stack_mark(Thread *th, Unpickler *u);
void stack_cut(Thread *th, Unpickler *u, size_t len);      // releases what is above
// The top item, now the caller's. NO_VALUE: UnpicklingError.
ALWAYS_INLINE Value stack_pop(Thread *th, Unpickler *u) {
    if (UNLIKELY(u->len <= u->fence)) { stack_underflow(th, u); return NO_VALUE; }
    return u->stack[--u->len];
}
int unpickle_memo_put(Thread *th, Unpickler *u, size_t i, Value v); // v borrowed
void unpickle_memo_clear(Thread *th, Unpickler *u);
Value unpickle_run(Thread *th, Unpickler *u);              // u is the caller's

// Instructions about objects (load_object.c).
int load_global(Thread *th, Unpickler *u);
int load_stack_global(Thread *th, Unpickler *u);
int load_inst(Thread *th, Unpickler *u);
int load_obj(Thread *th, Unpickler *u);
int load_newobj(Thread *th, Unpickler *u, bool with_kwargs);
int load_reduce(Thread *th, Unpickler *u);
int load_build(Thread *th, Unpickler *u);
int load_extension(Thread *th, Unpickler *u, size_t nbytes);
int load_persid(Thread *th, Unpickler *u, bool text);
int load_next_buffer(Thread *th, Unpickler *u);
int load_readonly_buffer(Thread *th, Unpickler *u);
Value unpickle_find_class(Thread *th, Unpickler *u, Value module, Value name);

int unpickler_ready_types(Thread *th);
// file or data, the other NO_VALUE.
Value pickle_load(Thread *th, Value file, Value data, Value fix_imports, Value encoding, Value errors, Value buffers);

#endif
