// SPDX-License-Identifier: MIT
// Frame records. They lie on a per-thread stack (th->frame_top grows up) or, for generators, inside the generator object; their registers lie on the
// value stack (th->stack_top) or in the generator. Only the thread that runs a frame touches it; others read it while that thread is stopped.
// Invariant of the value stack: above th->stack_top there is no pointer, so that a new frame need not clear its temporaries.
#ifndef LADON_VM_FRAME_H
#define LADON_VM_FRAME_H

#include "core/code/code.h"
#include "core/object/function.h"
#include "core/object/exception.h"

enum {
    FRAME_ENTRY      = 1 << 0,  // called from C: its end leaves the dispatch loop
    FRAME_INIT       = 1 << 1,  // __init__ of a constructor call: the result must be None, `locals` holds the instance instead
    FRAME_GENERATOR  = 1 << 2,  // lives in a Generator
    FRAME_OWNS_FUNC  = 1 << 3,  // func is counted by the frame, else borrowed from the caller's callable register
    FRAME_HAS_OBJ    = 1 << 4,  // frame_obj is valid
    FRAME_HAS_LOCALS = 1 << 5,  // locals is valid: the mapping of a class, module or exec body
    FRAME_BY_FOR     = 1 << 6,  // generator resumed by the caller's FOR_ITER
    FRAME_BY_SEND    = 1 << 7,  // generator resumed by the caller's SEND
    FRAME_BY_EX      = 1 << 8,  // called by CALL_EX, which has no cache word
    FRAME_BY_NEXT    = 1 << 9,  // generator resumed by a CALL of next(gen)
    FRAME_TRACED     = 1 << 10, // a "call" event was sent for this frame
    FRAME_BY_ATTR    = 1 << 11, // property, descriptor, hook, __getitem__ or __setitem__, called by the caller's LOAD_ATTR, STORE_ATTR, GETITEM (their kinds) or SETITEM; with FRAME_OWNS_FUNC
    FRAME_AT_OPCODE  = 1 << 12, // an "opcode" event runs: where the instruction has no line, f_lineno has none either
    FRAME_SPECIAL    = FRAME_ENTRY | FRAME_INIT | FRAME_BY_EX | FRAME_BY_ATTR | FRAME_GENERATOR | FRAME_OWNS_FUNC | FRAME_HAS_OBJ | FRAME_HAS_LOCALS | FRAME_TRACED,
};

struct Frame {
    const Instr *pc;       // [o] word after the one that is running (or last ran); up to date whenever C code outside the loop runs
    Value    *regs;        // [o]
    Code     *code;        // [c] kept alive by func or owned through it
    Function *func;        // [c] see FRAME_OWNS_FUNC
    Frame    *back;        // [o] caller, NULL at the bottom
    Value    *saved_top;   // [o] th->stack_top before this frame
    union {
        struct {
            uint32_t temp_base; // [c] copy of code->temp_base
            uint32_t flags;     // [o] FRAME_*
        };
        uint64_t base_flags;    // both, for one store (little endian)
    };
    Value     locals;      // [o] owned, with FRAME_HAS_LOCALS or FRAME_INIT
    Value     frame_obj;   // [o] owned FrameObject, with FRAME_HAS_OBJ
    int32_t   last_line;   // [o] line of the last trace event, with FRAME_TRACED
    uint32_t  trace_bits;  // [o] tracing's own
};

// Word number of the running instruction.
ALWAYS_INLINE uint32_t frame_word(const Frame *f) { return f->pc > f->code->instrs ? (uint32_t)(f->pc - f->code->instrs - 1) : 0; }
// Line of the running instruction; 0: none.
int frame_lineno(const Frame *f);

// Bytes from the start of every value stack to th->stack_limit (sched/thread/thread.c: size less guard; vm_init checks it). One size for all, so
// that one unsigned compare tells "fits" from both "overflow" and "registers of a generator", which lie elsewhere.
#define VALUE_STACK_SPAN (((size_t)64 << 20) - ((size_t)64 << 10))
ALWAYS_INLINE bool stack_fits(const Thread *th, const Value *top) {
    return (uintptr_t)th->stack_limit - (uintptr_t)top <= VALUE_STACK_SPAN;
}

// Frame objects (sys._getframe, tracebacks).
typedef struct FrameObject {
    Object   head;
    ObjLock  lock;         // [a]
    uint8_t  trace_lines, trace_opcodes; // [a]
    uint8_t  cleared;      // [a]
    Frame   *frame;        // [a] the live record; NULL once the frame has ended: then the fields below hold what it left
    Thread  *thread;       // [a] thread that runs the record; NULL when suspended in a generator
    Code    *code;         // [c] owned
    Function *func;        // [c] owned
    Value    back;         // [a] frame object of the caller, when it ended before being asked
    Value    locals;       // [a] mapping (class, module) or NO_VALUE
    Value   *saved;        // [a] nlocals registers, owned; NULL while live
    Value    extra;        // [a] Dict of names set through f_locals that are no local variables, or NO_VALUE
    Value    kept;         // [a] List of values that f_locals overwrote; alive while the frame may still use them
    Value    trace;        // [a] f_trace or NO_VALUE
    uint32_t lasti;        // [a] word: while running, of what raised the exception being handled; once ended, the last
} FrameObject;

// Does t run f? Of another thread only with the world stopped.
bool thread_runs(const Thread *t, const Frame *f);
// Visits the local registers of t's frames, world stopped. One whose frame is just being released may be stale.
void frames_visit_locals(Thread *t, VisitFn visit, void *arg);
// The frame object of f, made if needed. New reference or NO_VALUE. Another thread's record: with the world stopped.
Value frame_object(Thread *th, Frame *f);
// In two steps, for records that must be held in between: an object for f (only what is constant in f is looked at), and the frame object of f, which
// becomes `made` (borrowed) if it had none; this comes to no safepoint.
Value frame_object_make(Thread *th, Frame *f);
Value frame_object_with(Thread *th, Frame *f, Value made);
// Called when f ends: its object (if any) takes the locals it still needs. Consumes f->frame_obj.
void frame_object_detach(Thread *th, Frame *f);
// The same for an object that a finalizer made while f's registers were released: what it leaves in them is released.
void frame_forget_object(Thread *th, Frame *f);
// Same for a generator frame that goes away.

// Locals as a mapping, as locals() gives them: a snapshot Dict for functions, the mapping itself else. New reference.
Value frame_locals_snapshot(Thread *th, Frame *f);
// The f_locals of a frame.
Value frame_object_locals(Thread *th, FrameObject *fo);
// Innermost Python frame of the thread, skipping nothing. May be NULL.
ALWAYS_INLINE Frame *frame_current(Thread *th) { return th->frame; }
Dict *frame_globals(const Frame *f);   // borrowed
Dict *frame_builtins(const Frame *f);   // borrowed
// Value of local register i as Python sees it (cells opened); new reference or NO_VALUE when unbound.
Value frame_local_value(Thread *th, const Code *code, const Value *regs, uint32_t i);

// Adds an entry for f at word to the traceback of exc.
int traceback_add(Thread *th, Value exc, Frame *f, uint32_t word);
int traceback_lineno(const Traceback *t);   // 0: unknown

#endif
