// SPDX-License-Identifier: MIT
// Generators, coroutines and async generators: one struct, four types. The frame record and the registers live in the object.
#ifndef LADON_OBJECT_GENERATOR_H
#define LADON_OBJECT_GENERATOR_H

#include "core/object/iter.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"

// HELD: a thread that does not run it reads or marks its frame for a moment, without a safepoint in between. Who finds that waits (generator_state).
enum { GEN_CREATED, GEN_SUSPENDED, GEN_RUNNING, GEN_DONE, GEN_HELD };

typedef struct Generator {
    Object   head;
    uint32_t state;         // [a] GEN_*; whoever moves it to RUNNING (or HELD) owns everything below until it moves it on
    uint32_t nregs;         // [c] registers
    uint8_t  closed;        // [a] relaxed: async generators: aclose() ran or the end was reached
    uint8_t  hooks_called;  // [o] async generators: the firstiter hook
    uint8_t  running_async; // [a] async generators: an asend/athrow/aclose is under way
    uint8_t  frame_gone;    // [o] the registers were released (read by others in GEN_HELD or with the world stopped)
    Value    last_sent;     // [o running] what its last SEND resumed, not counted and perhaps gone: to be compared, see SEND
    Value    own_handled;   // exception this generator handles while it is suspended or runs; owned; NO_VALUE none
    Value    caller_handled; // while it runs: what was handled outside; owned
    Frame    frame;
    Value    name, qualname; // [a] Str
    Value    origin;        // coroutines: cr_origin; async generators: finalizer hook; owned
    Value    regs[];
} Generator;

ALWAYS_INLINE Generator *generator_of_frame(Frame *f) { return (Generator *)((char *)f - offsetof(Generator, frame)); }
ALWAYS_INLINE bool value_is_generator_like(Value v) {
    if (!value_is_object(v)) return false;
    Shape *s = atomic_load_acquire(&value_object(v)->shape);
    return s == &shape_generator || s == &shape_coroutine || s == &shape_async_generator;
}

// Has g not been started yet?
ALWAYS_INLINE bool generator_fresh(const Generator *g) { return instr_op(atomic_load_relaxed(&g->frame.pc[-1])) == OP_RETURN_GENERATOR; }
// The state, never GEN_HELD. Acquires: what the thread wrote that suspended it.
uint32_t generator_state(const Generator *g);
// Takes g for running: false with ValueError ("generator already executing") or, for finished ones, false without an exception.
bool generator_claim(Thread *th, Generator *g);
// Puts g's record on top of th's frames (claimed before). flags: FRAME_ENTRY, FRAME_BY_FOR or FRAME_BY_SEND.
// NULL with RecursionError set (g is suspended again).
Frame *generator_push(Thread *th, Generator *g, uint32_t flags);
// Delivers v (owned) to the yield at which g waits; nothing for a fresh one.
void generator_deliver(Thread *th, Generator *g, Value v_owned);
// The running generator gives up the processor: handled exceptions are swapped back, record is off the stack. state: GEN_SUSPENDED or GEN_DONE.
void generator_pop(Thread *th, Generator *g, uint32_t state);
// Releases what the frame of a finished generator holds.
void generator_finish(Thread *th, Generator *g);

// One step from C. arg borrowed (NO_VALUE: as next()).
SendStatus generator_send(Thread *th, Generator *g, Value arg, Value *result);
// Raises the pending exception inside g (and inside what it delegates to).
SendStatus generator_throw(Thread *th, Generator *g, Value *result);
// Object that g waits for in yield from or await: borrowed or NO_VALUE.
Value generator_delegate(Generator *g);
// g.close(): the value it returned, None, or NO_VALUE with an exception.
Value generator_close(Thread *th, Generator *g);
// Normalises the arguments of throw() and makes the exception pending. 0, or -1 when they are wrong (then another exception is pending).
int generator_throw_args(Thread *th, Value type, Value value, Value tb);
// Arguments (self, type, value, tb) of a throw method: also warns about the old form.
int generator_throw_from(Thread *th, Value *args);
// Turns a step's outcome into a method's result: a value, or StopIteration raised.
Value generator_step_result(Thread *th, SendStatus s, Value result);
Value generator_get_frame(Thread *th, Value self);
Value generator_get_code(Thread *th, Value self);
Value generator_get_running(Thread *th, Value self);
Value generator_get_suspended(Thread *th, Value self);
Value generator_get_delegate(Thread *th, Value self);
Value generator_get_name(Thread *th, Value self);
int generator_set_name(Thread *th, Value self, Value v);
Value generator_get_qualname(Thread *th, Value self);
int generator_set_qualname(Thread *th, Value self, Value v);
void generator_dealloc(Thread *th, Object *self);
int generator_traverse(Object *self, VisitFn visit, void *arg);
void generator_clear(Thread *th, Object *self);
int generator_finalize(Thread *th, Value self);
Value generator_repr(Thread *th, Value self);
// builtins.anext(it, default).
Value anext_awaitable_new(Thread *th, Value awaitable, Value dflt);
// The object that await x iterates. context: 0 plain, 1 __aenter__, 2 __aexit__ (messages).
Value awaitable_iter(Thread *th, Value x, unsigned context);
// Makes the object from the running frame, whose registers move into it.
Value generator_from_frame(Thread *th, Frame *f);
// Can generator_from_call make what a call of fn with n positional arguments makes? *defaults: what is missing of them, borrowed until the next safepoint.
ALWAYS_INLINE bool generator_call_fits(const Function *fn, const Code *code, size_t n, Value *defaults) {
    *defaults = NO_VALUE;
    if (LIKELY(code->generator_args == n)) return true;
    if (LIKELY(code->generator_args == UINT32_MAX) || n > code->generator_args) return false;
    Value d = *defaults = atomic_load_acquire(&fn->defaults);
    return d != NO_VALUE && AS(Tuple, d)->len >= code->generator_args - n;
}
// The object that a call of fn makes, without a frame in between: for functions that generator_call_fits and that are not traced. The arguments are taken
// over, but not when it fails (NO_VALUE: MemoryError).
Value generator_from_call(Thread *th, Function *fn, Code *code, Value *args, size_t n, Value defaults);
// Frees g, whose frame has ended and left nothing behind, and to which the caller holds the only reference of any kind. Runs no Python but the release
// of its origin.
void generator_free_ended(Thread *th, Generator *g);
// First use of an async generator: the firstiter hook. 0 or -1.
int async_generator_init_hooks(Thread *th, Generator *g);

#endif
