// SPDX-License-Identifier: MIT
// The dispatch loop. Instruction bodies are in ops_*.h, each written once with INSTR(NAME) { ... }; built either as functions that tail-call each
// other (LADON_DISPATCH_TAIL: musttail and preserve_none) or as labels of one function with computed gotos. State of the machine, in registers:
//   pc      word after the running instruction's first        regs    registers of the frame       th      thread
//   table   dispatch table (another one while tracing)        frame   running frame                consts  frame->code->consts
//   insn    the running instruction       acc     a double handed over by the instruction before (core/vm/ops_float.h), else nothing
#include "core/vm/interp_int.h"
#include "core/object/attr_cache.h"
#include "core/object/container_inl.h"
#include "core/object/dict_inl.h"
#include "core/vm/generator.h"
#include "core/object/module.h"
#include "core/object/set_inl.h"
#include "gc/retire.h"
#include "core/vm/cache_int.h"
#include "core/vm/trace.h"

#if !defined(LADON_DISPATCH_TAIL) && !defined(LADON_DISPATCH_GOTO)
#if defined(__clang__) && defined(__has_attribute)
#if __has_attribute(preserve_none) && __has_attribute(musttail) && !defined(LADON_TSAN) && !defined(LADON_ASAN) && !LADON_DEBUG
#define LADON_DISPATCH_TAIL 1
#endif
#endif
#endif

#include "core/vm/fast_inl.h"
#include "core/vm/twins.h"

static const uint16_t twin_generic[] = {
    0,
#define TWIN(name, generic) OP_##generic,
#include "core/vm/specialise.def"
};
unsigned vm_generic_opcode(unsigned op) { return op < OP_GENERIC_COUNT ? op : twin_generic[op - OP_GENERIC_COUNT + 1]; }

#include "core/vm/chain_inl.h"

#define A instr_a(insn)
#define B instr_b(insn)
#define C instr_c(insn)
#define BC instr_bc(insn)
#define RA regs[A]
#define RB regs[B]
#define RC regs[C]
#define KB consts[B]
#define KC consts[C]
#define SAVE_PC() (frame->pc = pc)
#define SET(i, v) reg_set(th, &regs[i], (v))
// The end of an instruction: R[i] = v, and on. What R[i] held is released by another function, so that the instruction itself makes no calls and
// needs no stack frame; the same holds for everything cold (GOTO_SLOW).
#define SET_NEXT(i, v, caches) do { \
        Value *dst_ = &regs[i]; \
        Value old_ = *dst_; \
        *dst_ = (v); \
        pc += (caches); \
        if (UNLIKELY(value_is_ptr(old_))) RELEASE_NEXT(old_); \
        DISPATCH(); \
    } while (0)
#define RELEASE_NEXT(v) do { insn = (v); GOTO_COLD(release_next); } while (0)
// A fast path may read an object of another thread only when readers are allowed (object_readable); while the process has one thread that needs no test.
#define READABLE(o) LIKELY(!th->mt || object_readable(th, (o)))
// Takes a reference without a call: false when that needs an atomic operation.
ALWAYS_INLINE bool try_incref(Thread *th, Value v) {
    if (!value_is_object(v)) return true;
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY(own_count_can_rise(object_own_count(th, b)))) { atomic_store_relaxed(&o->biased, b + 1); return true; }
    return (b >> OBJ_TID_SHIFT) == OBJ_TID_NONE;
}
// The same for a value that is not NO_VALUE and probably uncounted (functions, classes, modules).
ALWAYS_INLINE bool try_incref_uncounted(Thread *th, Value v) {
    if (!value_is_ptr(v)) return true;
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY((b >> OBJ_TID_SHIFT) == OBJ_TID_NONE)) return true;
    if (LIKELY(own_count_can_rise(object_own_count(th, b)))) { atomic_store_relaxed(&o->biased, b + 1); return true; }
    return false;
}
ALWAYS_INLINE bool try_decref_uncounted(Thread *th, Value v) {
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY((b >> OBJ_TID_SHIFT) == OBJ_TID_NONE)) return true;
    if (LIKELY(own_count_can_fall(object_own_count(th, b)))) { atomic_store_relaxed(&o->biased, b - 1); return true; }
    return false;
}
// Releases a pointer when that only means counting: false when it was the last reference or belongs to another thread.
ALWAYS_INLINE bool try_decref(Thread *th, Value v) {
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY(own_count_can_fall(object_own_count(th, b)))) { atomic_store_relaxed(&o->biased, b - 1); return true; }
    return (b >> OBJ_TID_SHIFT) == OBJ_TID_NONE;
}
// An owned temporary read by a fast path: released after use.
#define IS_TEMP(i) ((i) >= frame->temp_base)
#define CONSUME(i) do { if (IS_TEMP(i)) reg_clear(th, &regs[i]); } while (0)
// After a call into C: what no register of the C machine keeps is found again from the thread, instead of having a place on the C stack in every call; the rest
// of the state lies in registers that calls preserve, as long as little else does. acc: nobody looks at what the instruction was handed.
#define AFTER_C() do { frame = th->frame; consts = frame->code->consts; acc = 0; } while (0)
#define RELOAD() do { frame = th->frame; pc = frame->pc; regs = frame->regs; consts = frame->code->consts; } while (0)
#define NEXT(caches) do { pc += (caches); DISPATCH(); } while (0)
#define TRY(expr, caches) do { SAVE_PC(); if (UNLIKELY((expr) < 0)) ERROR(); NEXT(caches); } while (0)
// What this thread writes into o is seen by no other thread now: it alone knows o.
#define WRITABLE(o) (LIKELY(!th->mt) || (object_is_owner(th, (o)) && !object_seen(o)))
#define SAFEPOINT() do { if (UNLIKELY(atomic_load_relaxed(&th->poll) != 0)) GOTO_POLL(); } while (0)
#define OPCODE_STORE(p, op) atomic_store_relaxed((uint16_t *)(p), (uint16_t)(op))

static const void *const *vm_table_normal, *const *vm_table_trace;
ALWAYS_INLINE const void *const *vm_table(Thread *th) { return UNLIKELY(th->tracing != 0) ? vm_table_trace : vm_table_normal; }

#ifdef LADON_DISPATCH_TAIL
#define PN __attribute__((preserve_none))
#define STATE const Instr *pc, Value *regs, Thread *th, const void *const *table, Frame *frame, const Value *consts, Instr insn, double acc
#define STATE_ARGS_ACC(d) pc, regs, th, table, frame, consts, insn, (d)
#define STATE_ARGS STATE_ARGS_ACC(acc)      // whatever it holds: it stays in its register
typedef PN Value (*OpFn)(STATE);
#define INSTR(name) static PN Value op_##name(STATE)
#define SLOW_INSTR(name) static NOINLINE PN Value op_slow_##name(STATE)
#define GOTO_SLOW(name) JUMP_TO(op_slow_##name)
#define JUMP_TO(fn) __attribute__((musttail)) return (fn)(STATE_ARGS)
#define DISPATCH_IN(t) do { __attribute__((musttail)) return ((OpFn)(t)[(uint16_t)insn])(STATE_ARGS); } while (0)
#define DISPATCH() do { insn = atomic_load_relaxed(pc); pc++; DISPATCH_IN(table); } while (0)
// Chains: the next instruction gets d through one of the tables acc_b and acc_c.
#define ACC_INSTR(t, name) static PN Value acc_##t##_##name(STATE)
#define DISPATCH_ACC(t, d) do { insn = atomic_load_relaxed(pc); pc++; __attribute__((musttail)) return ((OpFn)(t)[(uint16_t)insn])(STATE_ARGS_ACC(d)); } while (0)
#define JUMP_TO_ACC(name, d) __attribute__((musttail)) return op_##name(STATE_ARGS_ACC(d))
#define ERROR() JUMP_TO(op_error)
#define ERROR_NO_TRACEBACK() JUMP_TO(op_error_again)
#define GOTO_POLL() JUMP_TO(op_poll)
#define LEAVE(v) return (v)
#define COLD_INSTR(name) static COLD PN Value op_##name(STATE)
#define GOTO_COLD(name) JUMP_TO(op_##name)
#define JUMP_AS(name) JUMP_TO(op_##name)
static COLD PN Value op_return_special(STATE);
static PN Value op_release_next(STATE);
static COLD PN Value op_return_owned(STATE);
static COLD PN Value op_retire_next(STATE);
static NOINLINE PN Value op_release_cold(STATE);
static COLD PN Value op_error(STATE);
static COLD PN Value op_error_again(STATE);
static COLD PN Value op_poll(STATE);
static NOINLINE PN Value op_slow_float_twin(STATE), op_slow_LOAD_ATTR_B(STATE), op_slow_GETITEM_B_FLOAT(STATE), op_slow_STORE_ATTR(STATE),
    op_slow_SETITEM(STATE);
static COLD PN Value op_spill_b(STATE), op_spill_c(STATE), op_spill_ja(STATE), op_spill_jb(STATE), op_box_float(STATE);
#include "core/vm/ops.h"

#define OP(name, caches, format) (const void *)op_##name,
#define TWIN(name, generic) (const void *)op_##name,
static const void *const table_normal[OP_COUNT] = {
#include "core/code/opcodes.def"
    [OP_GENERIC_COUNT] =
#include "core/vm/specialise.def"
};
#undef OP
#undef TWIN
INSTR(TRACE) {
    SAVE_PC();
    if (th->tracing == 0) { table = vm_table_normal; DISPATCH_IN(table); }
    int r = trace_instruction(th, frame);
    if (r < 0) ERROR();
    if (r > 0) { RELOAD(); insn = atomic_load_relaxed(&pc[-1]); }
    insn = (insn & ~(Instr)0xFFFF) | vm_generic_opcode(instr_op(insn));     // twins may run into the next instruction
    DISPATCH_IN(vm_table_normal);
}
#define OP(name, caches, format) (const void *)op_TRACE,
#define TWIN(name, generic) (const void *)op_TRACE,
static const void *const table_trace[OP_COUNT] = {
#include "core/code/opcodes.def"
    [OP_GENERIC_COUNT] =
#include "core/vm/specialise.def"
};
#undef OP
#undef TWIN

static NOINLINE Value run(Thread *th, bool error) {
    Frame *frame = th->frame;
    const Instr *pc = frame->pc;
    Value *regs = frame->regs;
    const Value *consts = frame->code->consts;
    const void *const *table = vm_table(th);
    double acc = 0;
    if (error) return op_error(pc, regs, th, table, frame, consts, 0, acc);
    Instr insn = atomic_load_relaxed(pc);
    pc++;
    return ((OpFn)table[(uint16_t)insn])(STATE_ARGS);
}
static void tables_init(void) {
    vm_table_normal = table_normal;
    vm_table_trace = table_trace;
#define CONSUMER(t, generic, spill) chain_consumer(acc_##t, OP_##generic, (const void *)op_##spill);
#define ENTRY(t, name) acc_##t[OP_##name] = (const void *)acc_##t##_##name;
#include "core/vm/chain.def"
}

#else // computed goto

#define INSTR(name) L_##name:
#define COLD_INSTR(name) L_##name:
#define SLOW_INSTR(name) L_slow_##name:
#define GOTO_SLOW(name) goto L_slow_##name
#define DISPATCH_IN(t) goto *(void *)(t)[(uint16_t)insn]
#define DISPATCH() do { insn = atomic_load_relaxed(pc); pc++; DISPATCH_IN(table); } while (0)
#define ACC_INSTR(t, name) LA_##t##_##name:
#define DISPATCH_ACC(t, d) do { acc = (d); insn = atomic_load_relaxed(pc); pc++; goto *(void *)(t)[(uint16_t)insn]; } while (0)
#define JUMP_TO_ACC(name, d) do { acc = (d); goto L_##name; } while (0)
#define ERROR() goto L_error
#define ERROR_NO_TRACEBACK() goto L_error_again
#define GOTO_POLL() goto L_poll
#define GOTO_COLD(name) goto L_##name
#define JUMP_AS(name) goto L_##name
#define LEAVE(v) return (v)

static NOINLINE Value run(Thread *th, bool error) {
    static const void *const table_normal[OP_COUNT] = {
#define OP(name, caches, format) &&L_##name,
#define TWIN(name, generic) &&L_##name,
#include "core/code/opcodes.def"
        [OP_GENERIC_COUNT] =
#include "core/vm/specialise.def"
    };
#undef OP
#undef TWIN
    static const void *const table_trace[OP_COUNT] = {
#define OP(name, caches, format) &&L_TRACE,
#define TWIN(name, generic) &&L_TRACE,
#include "core/code/opcodes.def"
        [OP_GENERIC_COUNT] =
#include "core/vm/specialise.def"
    };
#undef OP
#undef TWIN
    if (UNLIKELY(!th)) {
        vm_table_normal = table_normal;
        vm_table_trace = table_trace;
#define CONSUMER(t, generic, spill) chain_consumer(acc_##t, OP_##generic, &&L_##spill);
#define ENTRY(t, name) acc_##t[OP_##name] = &&LA_##t##_##name;
#include "core/vm/chain.def"
        return NO_VALUE;
    }
    Frame *frame = th->frame;
    const Instr *pc = frame->pc;
    Value *regs = frame->regs;
    const Value *consts = frame->code->consts;
    const void *const *table = vm_table(th);
    Instr insn = 0;
    double acc = 0;
    if (error) ERROR();
    DISPATCH();
    INSTR(TRACE) {
        SAVE_PC();
        if (th->tracing == 0) { table = vm_table_normal; DISPATCH_IN(table); }
        int r = trace_instruction(th, frame);
        if (r < 0) ERROR();
        if (r > 0) { RELOAD(); insn = atomic_load_relaxed(&pc[-1]); }
        insn = (insn & ~(Instr)0xFFFF) | vm_generic_opcode(instr_op(insn));
        DISPATCH_IN(vm_table_normal);
    }
#include "core/vm/ops.h"
}
static void tables_init(void) { run(NULL, false); }
#endif

Value vm_run(Thread *th, Frame *f) { return run(th, false); }
Value vm_run_throw(Thread *th, Frame *f) {
    if (UNLIKELY(th->tracing != 0)) trace_throw(th, f);
    return run(th, true);
}

void vm_tables_init(void) { tables_init(); }
