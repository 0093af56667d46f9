// SPDX-License-Identifier: MIT
// Trace and profile functions (see trace.h). While one of them runs, th->tracing is 0, and th->scratch[3] (an immediate int) says about what: the event
// in its low bits, the frame's address above them.
#include "core/vm/trace.h"

#include "core/code/view.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/interp_int.h"
#include "core/vm/monitor.h"
#include "gc/retire.h"

static bool in_callback(const Thread *th) { return th->scratch[3] != NO_VALUE; }
bool trace_in_callback(const Thread *th) { return in_callback(th); }
static void update(Thread *th) {
    uint32_t t = in_callback(th) ? 0 : (th->trace_obj != NO_VALUE ? TRACING_TRACE : 0) | (th->profile_obj != NO_VALUE ? TRACING_PROFILE : 0) |
                                       (monitor_active() ? TRACING_MONITOR : 0);
    atomic_store_relaxed(&th->tracing, t);
    if (t) __atomic_fetch_or(&th->poll, POLL_VM_TRACE, __ATOMIC_RELAXED);
}
void trace_update(Thread *th) { update(th); }
void trace_update_all(Thread *th) {
    world_stop(th);
    for (Thread *t = thread_list; t; t = t->next) update(t);
    world_start(th);
}
enum { EVENT_BITS = 3 };
int trace_event(const Thread *th) { return in_callback(th) ? (int)(value_imm_int_get(th->scratch[3]) & ((1 << EVENT_BITS) - 1)) : TRACE_EVENT_NONE; }
Frame *trace_event_frame(const Thread *th) { return (Frame *)(uintptr_t)(value_imm_int_get(th->scratch[3]) >> EVENT_BITS); }
Value trace_callback_enter(Thread *th, Frame *f, int event) {
    Value saved = th->scratch[3];
    th->scratch[3] = value_imm_int((int64_t)((uintptr_t)f << EVENT_BITS | (unsigned)event));
    update(th);
    return saved;
}
void trace_callback_leave(Thread *th, Value saved) {
    th->scratch[3] = saved;
    update(th);
}
static void set(Thread *th, Value *slot, Value func) {
    Value old = *slot;
    *slot = func == VALUE_NONE ? NO_VALUE : new_ref(th, func);
    update(th);
    decref(th, old);
}
void trace_set(Thread *th, Value func) { set(th, &th->trace_obj, func); }
void profile_set(Thread *th, Value func) { set(th, &th->profile_obj, func); }
Value trace_get(Thread *th) { return th->trace_obj == NO_VALUE ? VALUE_NONE : new_ref(th, th->trace_obj); }
Value profile_get(Thread *th) { return th->profile_obj == NO_VALUE ? VALUE_NONE : new_ref(th, th->profile_obj); }
static void set_all(Thread *th, Value func, bool profile) {
    world_stop(th);
    for (Thread *t = thread_list; t; t = t->next) {
        if (!atomic_load_relaxed(&t->in_use) || !t->frame) continue;    // ended, or about to
        Value *slot = profile ? &t->profile_obj : &t->trace_obj;
        retire_value(th, *slot);
        *slot = func == VALUE_NONE ? NO_VALUE : new_ref(th, func);
        update(t);
    }
    world_start(th);
}
void trace_set_all(Thread *th, Value func) { set_all(th, func, false); }
void profile_set_all(Thread *th, Value func) { set_all(th, func, true); }

// Calls func(frame, event, arg) with tracing off. New reference or NO_VALUE.
static Value call_back(Thread *th, Frame *f, Value func, const char *event, Value arg, int what) {
    Value fo = frame_object(th, f);
    if (fo == NO_VALUE) return NO_VALUE;
    Value name = str_intern_cstr(th, event);
    if (name == NO_VALUE) { decref(th, fo); return NO_VALUE; }
    incref(th, func);
    Value saved = trace_callback_enter(th, f, what);
    Value r = call3(th, func, fo, name, arg);
    trace_callback_leave(th, saved);
    decref(th, func);
    decref(th, fo);
    return r;
}
static FrameObject *object_of(Frame *f) { return f->flags & FRAME_HAS_OBJ ? AS(FrameObject, f->frame_obj) : NULL; }
// Calls the frame's local trace function; its result becomes the new one. 0 or -1 (then tracing is off, as an error in it demands).
static int call_local(Thread *th, Frame *f, const char *event, Value arg, int what) {
    FrameObject *fo = object_of(f);
    if (!fo || fo->trace == NO_VALUE || fo->trace == VALUE_NONE || th->trace_obj == NO_VALUE) return 0;   // f_trace counts while sys.settrace is on
    Value r = call_back(th, f, fo->trace, event, arg, what);
    if (r == NO_VALUE) {
        Value exc = error_fetch(th);
        trace_set(th, VALUE_NONE);
        if ((fo = object_of(f))) set_ref(th, &fo->trace, NO_VALUE);
        error_restore(th, exc);
        return -1;
    }
    if (r != VALUE_NONE) {
        fo = object_of(f);
        set_ref(th, &fo->trace, r);
    }
    return 0;
}
// Calls the profile function. 0 or -1 (then profiling is off, as an error in it demands).
static int call_profile(Thread *th, Frame *f, const char *event, Value arg) {
    Value r = call_back(th, f, th->profile_obj, event, arg, TRACE_EVENT_OTHER);
    if (r == NO_VALUE) {
        Value exc = error_fetch(th);
        profile_set(th, VALUE_NONE);
        error_restore(th, exc);
        return -1;
    }
    decref(th, r);
    return 0;
}
static int event_call(Thread *th, Frame *f, int what) {
    f->flags |= FRAME_TRACED;
    f->last_line = -1;
    f->trace_bits = 0;
    if (th->trace_obj != NO_VALUE) {
        Value r = call_back(th, f, th->trace_obj, "call", VALUE_NONE, what);
        if (r == NO_VALUE) {
            Value exc = error_fetch(th);
            trace_set(th, VALUE_NONE);
            error_restore(th, exc);
            return -1;
        }
        // None leaves the frame as it is: a generator that goes on may have a function of its own.
        FrameObject *fo = object_of(f);
        if (fo && r != VALUE_NONE) set_ref(th, &fo->trace, r);
    }
    return th->profile_obj != NO_VALUE ? call_profile(th, f, "call", VALUE_NONE) : 0;
}
// trace_bits: the last word that ran and had a line, and whether it is a jump that has not been reported yet.
#define JUMPED (1u << 31)
static uint32_t last_word(const Frame *f) { return f->trace_bits & ~JUMPED; }
static bool is_loop_step(const Code *c, uint32_t word) {
    unsigned op = vm_generic_opcode(instr_op(atomic_load_relaxed(&c->instrs[word])));
    return op == OP_FOR_ITER || op == OP_FOR_ITER_LONG;
}
// Does a line begin anew at word, after `last` on the same line? Where a jump goes back to the start of a row, and at the step of a loop that has its body
// behind it; the way from there to the body's head is no such jump.
static bool begins_again(const Code *c, uint32_t word, uint32_t last, const PosRow *pos) {
    if (is_loop_step(c, word)) {
        Instr insn = atomic_load_relaxed(&c->instrs[word]);
        bool wide = vm_generic_opcode(instr_op(insn)) == OP_FOR_ITER_LONG;
        int64_t head = (int64_t)word + 2 + (wide ? (int64_t)c->instrs[word + 1] : (int16_t)instr_c(insn));
        return last >= head && last < word;
    }
    return word <= last && pos->start == word && !is_loop_step(c, last);
}
#define MONITOR(event, word, ...) monitor_fire(th, f, (event), (word), (Value[]){__VA_ARGS__}, sizeof((Value[]){__VA_ARGS__}) / sizeof(Value))
static bool jumps(unsigned op) { return op == OP_JUMP || op == OP_JUMP_BACK || opcode_branches(op); }
// Jumps that stand for no jump of the program: over the handlers of a try statement, and to the test of a loop, which stands behind the body.
static bool jumps_by_layout(const Code *c, uint32_t from) {
    uint32_t next = from + 1, to = code_jump_target(c, from);
    if (instr_op(atomic_load_relaxed(&c->instrs[from])) != OP_JUMP) return false;
    for (uint32_t i = 0; i < c->nexc; i++) if (c->exc_rows[i].target == next) return true;
    for (uint32_t w = to, k = 0; w < c->ninstrs && k < 64; k++) {
        unsigned op = vm_generic_opcode(instr_op(atomic_load_relaxed(&c->instrs[w])));
        if (opcode_branches(op) && code_jump_target(c, w) == next) return true;
        w += 1 + opcode_caches[op];
    }
    return false;
}
// The jump at `from` has led to `to`. What goes on as it is written, or back into a loop, goes left.
static int report_jump(Thread *th, Frame *f, uint32_t from, uint32_t to) {
    unsigned op = vm_generic_opcode(instr_op(atomic_load_relaxed(&f->code->instrs[from])));
    uint32_t event = MON_JUMP;
    if (jumps_by_layout(f->code, from)) return 0;
    if (opcode_branches(op)) {
        bool taken = to != from + 1 + opcode_caches[op], loops = code_jump_target(f->code, from) <= from;
        event = taken == loops ? MON_BRANCH_LEFT : MON_BRANCH_RIGHT;
    }
    const Instr *pc = f->pc, *jump = f->code->instrs + from + 1;
    f->pc = jump;
    int r = MONITOR(event, from, value_imm_int(code_offset(th, f->code, to)));
    if (f->pc == jump) f->pc = pc;      // else the callback has set f_lineno
    return r;
}
int trace_instruction(Thread *th, Frame *f) {
    if (in_callback(th)) return 0;
    Instr insn = atomic_load_relaxed(&f->pc[-1]);
    unsigned op = vm_generic_opcode(instr_op(insn));
    if (op == OP_RETURN_GENERATOR) return 0;
    // Functions begin with their first instruction, generators with a RESUME.
    bool first = !(f->flags & FRAME_TRACED) && f->pc == f->code->instrs + 1;
    uint32_t word = frame_word(f);
    const Instr *pc = f->pc;
    if (op == OP_RESUME || first) {
        bool entry = first && op != OP_RESUME;    // the events are ones of the line of the def
        if (entry) f->pc = f->code->instrs;
        int r = event_call(th, f, op == OP_RESUME && instr_a(insn) ? TRACE_EVENT_RESUME : TRACE_EVENT_CALL);
        if (r == 0 && (entry || f->pc == pc) && (th->tracing & TRACING_MONITOR))
            r = monitor_fire(th, f, op == OP_RESUME && instr_a(insn) ? MON_PY_RESUME : MON_PY_START, word, NULL, 0);
        if (entry) f->pc = pc;
        if (r < 0) return -1;
        if (f->pc != pc) return 1;
    } else if (!(f->flags & FRAME_TRACED)) { f->flags |= FRAME_TRACED; f->last_line = frame_lineno(f); f->trace_bits = word ? word - 1 : 0; }
    uint32_t last = first ? 0 : last_word(f);
    const PosRow *pos = code_position(f->code, word);
    int line = pos ? pos->line : 0;
    if (UNLIKELY(th->tracing & TRACING_MONITOR) && !first && f->trace_bits & JUMPED && report_jump(th, f, last, word) < 0) return -1;
    if (f->pc != pc) return 1;
    if (line > 0) f->trace_bits = word | (jumps(op) ? JUMPED : 0);
    else f->trace_bits &= ~JUMPED;
    if (op == OP_MAKE_CELL) return 0;    // of the prologue or a comprehension: never the start of a line
    if (op == OP_RESUME) {
        if (instr_a(insn) != 0) f->last_line = line;
        return 0;
    }
    bool changes = line > 0 && line != f->last_line, begins = line > 0 && (line != f->last_line || begins_again(f->code, word, last, pos));
    if (line > 0) f->last_line = line;
    // A module without statements has one line all the same: number 0.
    else if (op == OP_RETURN_CONST && f->last_line == -1) { changes = begins = true; f->last_line = 0; }
    if (th->tracing & TRACING_MONITOR) {
        if (changes && MONITOR(MON_LINE, word, value_imm_int(line)) < 0) return -1;
        if (monitor_fire(th, f, MON_INSTRUCTION, word, NULL, 0) < 0) return -1;
        if (f->pc != pc) return 1;
    }
    FrameObject *fo = object_of(f);
    if (!fo || fo->trace == NO_VALUE || th->tracing == 0) return 0;
    if (begins && fo->trace_lines && call_local(th, f, "line", VALUE_NONE, TRACE_EVENT_LINE) < 0) return -1;
    if (f->pc != pc) return 1;
    fo = object_of(f);
    if (!fo || !fo->trace_opcodes) return f->pc != pc;
    f->flags |= FRAME_AT_OPCODE;
    int r = call_local(th, f, "opcode", VALUE_NONE, TRACE_EVENT_LINE);
    f->flags &= ~(uint32_t)FRAME_AT_OPCODE;
    return r < 0 ? -1 : f->pc != pc;
}
static int event_return(Thread *th, Frame *f, Value *v, int what);
int trace_return(Thread *th, Frame *f, Value *v) {
    if (th->tracing == 0) return 0;
    unsigned op = vm_generic_opcode(instr_op(atomic_load_relaxed(&f->pc[-1])));
    bool yields = op == OP_YIELD || op == OP_YIELD_DELEGATE || op == OP_YIELD_ASYNC;
    if ((th->tracing & TRACING_MONITOR) && MONITOR(yields ? MON_PY_YIELD : MON_PY_RETURN, frame_word(f), *v) < 0) return -1;
    const PosRow *pos = code_position(f->code, frame_word(f));
    if ((pos && pos->line > 0) || !(f->flags & FRAME_TRACED)) return event_return(th, f, v, yields ? TRACE_EVENT_YIELD : TRACE_EVENT_OTHER);
    // An implicit return shows the place that ran last.
    const Instr *pc = f->pc;
    f->pc = f->code->instrs + last_word(f) + 1;
    int r = event_return(th, f, v, TRACE_EVENT_OTHER);
    f->pc = pc;
    return r;
}
int trace_throw(Thread *th, Frame *f) {
    if (th->tracing == 0 || in_callback(th)) return 0;
    Value exc = error_fetch(th);
    int32_t line = f->last_line;
    uint32_t bits = f->trace_bits;
    int r = event_call(th, f, TRACE_EVENT_OTHER);
    if (r == 0 && (th->tracing & TRACING_MONITOR)) r = MONITOR(MON_PY_THROW, frame_word(f), exc);
    f->last_line = line;
    f->trace_bits = bits;
    if (r == 0) error_restore(th, exc);
    else decref(th, exc);
    return r;
}
static int event_return(Thread *th, Frame *f, Value *v, int what) {
    const Instr *pc = f->pc;
    if (call_local(th, f, "return", *v, what) < 0) return -1;
    if (f->pc != pc) return 0;   // it goes on elsewhere
    return th->profile_obj != NO_VALUE && th->tracing != 0 ? call_profile(th, f, "return", *v) : 0;
}
// Fires an event about the pending exception; what the callback raises takes its place.
static void exc_event(Thread *th, Frame *f, uint32_t event) {
    if (!(th->tracing & TRACING_MONITOR) || in_callback(th)) return;
    Value exc = error_fetch(th);
    if (MONITOR(event, frame_word(f), exc) == 0) error_restore(th, exc);
    else decref(th, exc);
}
void trace_reraise(Thread *th, Frame *f) { exc_event(th, f, MON_RERAISE); }
void trace_handled(Thread *th, Frame *f) { exc_event(th, f, MON_EXCEPTION_HANDLED); }
int trace_monitor_call(Thread *th, Frame *f, Value func, Value arg0, uint32_t event) {
    if (!(th->tracing & TRACING_MONITOR) || in_callback(th)) return 0;
    Value exc = error_fetch(th);
    int r = MONITOR(event, frame_word(f), func, arg0 == NO_VALUE ? monitor_missing : arg0);
    if (exc == NO_VALUE) return r;
    if (r == 0) error_restore(th, exc);
    else decref(th, exc);
    return r;
}
// The "exception" event about the pending exception.
static void local_exception(Thread *th, Frame *f) {
    FrameObject *fo = object_of(f);
    if (!fo || fo->trace == NO_VALUE || th->trace_obj == NO_VALUE || in_callback(th)) return;
    Value exc = error_fetch(th);
    Value tb = AS(Exception, exc)->traceback;
    Value arg = tuple_pack3(th, VALUE_OF(type_of(exc)), exc, tb == NO_VALUE ? VALUE_NONE : tb);
    if (arg == NO_VALUE) { error_clear(th); error_restore(th, exc); return; }
    int r = call_local(th, f, "exception", arg, TRACE_EVENT_OTHER);
    decref(th, arg);
    if (r == 0) error_restore(th, exc);
    else decref(th, exc);   // the trace function's own goes on instead
}
void trace_exception(Thread *th, Frame *f) {
    exc_event(th, f, MON_RAISE);
    local_exception(th, f);
}
int trace_stop_iteration(Thread *th, Frame *f, Value v, bool send) {
    if (in_callback(th)) return 0;
    Value exc = v == VALUE_NONE ? call0(th, VALUE_OF(&exc_StopIteration)) : call1(th, VALUE_OF(&exc_StopIteration), v);
    if (exc == NO_VALUE) return -1;
    if ((th->tracing & TRACING_MONITOR) && MONITOR(MON_STOP_ITERATION, frame_word(f), exc) < 0) { decref(th, exc); return -1; }
    if (!send && v == VALUE_NONE) { decref(th, exc); return 0; }
    error_restore(th, new_ref(th, exc));
    local_exception(th, f);
    bool same = th->exc == exc;
    if (same) error_clear(th);
    decref(th, exc);
    return same ? 0 : -1;
}
bool trace_stop_swallowed(Thread *th, Frame *f) {
    if (!error_matches(th, &exc_StopIteration)) return false;
    if (UNLIKELY(th->tracing != 0) && !in_callback(th)) {
        Value exc = new_ref(th, th->exc);
        trace_exception(th, f);
        bool same = th->exc == exc;
        decref(th, exc);
        if (!same) return false;
    }
    error_clear(th);
    return true;
}
void trace_unwind(Thread *th, Frame *f) {
    if (th->tracing == 0) return;
    exc_event(th, f, MON_PY_UNWIND);
    Value exc = error_fetch(th), none = VALUE_NONE;
    const Instr *pc = f->pc;
    const PosRow *pos = code_position(f->code, frame_word(f));
    if (f->flags & FRAME_TRACED && !(pos && pos->line > 0) && pc > f->code->instrs) f->pc = f->code->instrs + last_word(f) + 1;
    int r = event_return(th, f, &none, TRACE_EVENT_OTHER);
    f->pc = pc;
    if (r == 0) error_restore(th, exc);
    else decref(th, exc);
}
static int c_event(Thread *th, Frame *f, Value func, const char *event) {
    return th->tracing & TRACING_PROFILE ? call_profile(th, f, event, func) : 0;
}
int trace_c_call(Thread *th, Frame *f, Value func) { return c_event(th, f, func, "c_call"); }
int trace_c_return(Thread *th, Frame *f, Value func, bool raised) {
    if (!raised) return c_event(th, f, func, "c_return");
    Value exc = error_fetch(th);
    int r = c_event(th, f, func, "c_exception");
    if (r == 0) error_restore(th, exc);
    else decref(th, exc);
    return r;
}
