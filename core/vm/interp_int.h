// SPDX-License-Identifier: MIT
// Inside of the virtual machine: register access, the rules of consumed operands, and the cold halves of the instructions (slow_*.c).
// A cold half gets the frame with frame->pc saved; it reads its operands, releases those it consumes, and writes the result.
// It returns 0, or -1 with the exception set and the operands left for the unwinder; some return ST_FRAME: a new frame is on top.
#ifndef LADON_VM_INTERP_INT_H
#define LADON_VM_INTERP_INT_H

#include "core/object/abstract.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list_inl.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"
#include "core/vm/vm.h"

enum { ST_ERROR = -1, ST_OK = 0, ST_FRAME = 1, ST_JUMP = 2 };

// POLL bits of the VM's own, above those of sched/thread/thread.h.
enum { POLL_VM_TRACE = 1 << 16 /* th->tracing is on: frames look for it */, POLL_VM_SCRATCH = 1 << 17 /* th->scratch[0] holds a value to drop */ };

#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define PRESERVE_MOST __attribute__((preserve_most))
#else
#define PRESERVE_MOST
#endif

// Releases a pointer (or nothing, for NO_VALUE) without disturbing the caller's registers.
PRESERVE_MOST void vm_release_slow(Thread *th, Value v);

ALWAYS_INLINE void vm_incref(Thread *th, Value v) {
    if (!value_is_object(v)) return;
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if (LIKELY(own_count_can_rise(object_own_count(th, b)))) atomic_store_relaxed(&o->biased, b + 1);
    else if ((b >> OBJ_TID_SHIFT) != OBJ_TID_NONE) object_incref_foreign(th, o);
}
// Releases a value that is known to be a pointer or NO_VALUE.
ALWAYS_INLINE void vm_release(Thread *th, Value v) {
    if (UNLIKELY(value_is_ptr(v))) vm_release_slow(th, v);
}
ALWAYS_INLINE void reg_set(Thread *th, Value *slot, Value v_owned) {
    Value old = *slot;
    *slot = v_owned;
    vm_release(th, old);
}
ALWAYS_INLINE void reg_clear(Thread *th, Value *slot) {
    Value old = *slot;
    if (value_is_ptr(old)) { *slot = VALUE_UNBOUND; vm_release_slow(th, old); }
}

// An operand for a cold half: a borrowed temporary is counted first (it becomes the register's own until opnd_done / opnd_fail).
Value opnd_hold_slow(Thread *th, Frame *f, unsigned i);
ALWAYS_INLINE Value opnd(Thread *th, Frame *f, unsigned i) {
    Value v = f->regs[i];
    if (i < f->temp_base && i >= f->code->nlocals && value_is_object(v)) return opnd_hold_slow(th, f, i);
    return v;
}
// After success: owned temporaries and held borrowed ones are released.
ALWAYS_INLINE void opnd_done(Thread *th, Frame *f, unsigned i) {
    if (i >= f->code->nlocals) reg_clear(th, &f->regs[i]);
}
// After failure: only held borrowed temporaries.
ALWAYS_INLINE void opnd_fail(Thread *th, Frame *f, unsigned i) {
    if (i < f->temp_base && i >= f->code->nlocals) reg_clear(th, &f->regs[i]);
}
// An owned reference to the operand, consuming it.
ALWAYS_INLINE Value opnd_take(Thread *th, Frame *f, unsigned i) {
    Value v = opnd(th, f, i);
    if (i >= f->code->nlocals) f->regs[i] = VALUE_UNBOUND;
    else vm_incref(th, v);
    return v;
}
// Registers without a value; whatever is in them is not released.
ALWAYS_INLINE void regs_unbind(Value *r, size_t from, size_t to) {
    SHORT_LOOP for (size_t i = from; i < to; i++) r[i] = VALUE_UNBOUND;
}
// The values of n registers go elsewhere, and their references with them.
ALWAYS_INLINE void regs_move(Value *to, Value *r, size_t n) {
    SHORT_LOOP for (size_t i = 0; i < n; i++) { to[i] = r[i]; r[i] = VALUE_UNBOUND; }
}
#define DST(v) reg_set(th, &f->regs[instr_a(insn)], (v))

// A value that nobody else may hold goes into a borrowed temporary: keeps it alive until the consumer took it.
Value vm_keep_borrowed(Thread *th, Value v_owned);

enum { KIND_RR = 0, KIND_RK = 1, KIND_KR = 2, KIND_INPLACE = 4 };
int slow_binary(Thread *th, Frame *f, Instr insn, int op, int kind);
int slow_compare(Thread *th, Frame *f, Instr insn, int op, int kind);
int slow_compare_jump(Thread *th, Frame *f, Instr insn, int op, int kind);  // 0, 1, -1
int slow_unary(Thread *th, Frame *f, Instr insn, int what);
int slow_truth(Thread *th, Frame *f, unsigned reg, bool consume);           // 0, 1, -1
int slow_contains(Thread *th, Frame *f, Instr insn, bool negate);
int slow_contains_jump(Thread *th, Frame *f, Instr insn);    // 0, 1, -1

#define SLOW(name) int slow_##name(Thread *th, Frame *f, Instr insn)
SLOW(load_global); SLOW(store_global); SLOW(delete_global); SLOW(load_name); SLOW(store_name); SLOW(delete_name);
SLOW(load_from_dict_or_globals); SLOW(load_from_dict_or_free); SLOW(load_from_dict_or_deref); SLOW(load_locals); SLOW(load_build_class);
SLOW(load_common); SLOW(make_cell); SLOW(load_deref); SLOW(store_deref); SLOW(delete_deref); SLOW(load_free); SLOW(store_free); SLOW(delete_free);
SLOW(load_free_cell); SLOW(unbound_local); SLOW(load_classdict); SLOW(setup_annotations);
SLOW(load_attr); SLOW(load_attr_b); SLOW(load_method); SLOW(store_attr); SLOW(delete_attr); SLOW(load_super_attr); SLOW(load_super_method); SLOW(load_super2_attr); SLOW(load_super2_method); SLOW(load_special);
SLOW(getitem); SLOW(getitem_k); SLOW(getitem_b); SLOW(setitem); SLOW(delitem); SLOW(build_slice); SLOW(getslice); SLOW(setslice);
SLOW(build_tuple); SLOW(build_list); SLOW(build_set); SLOW(build_map); SLOW(build_string); SLOW(list_append); SLOW(set_add); SLOW(map_add); SLOW(list_extend);
SLOW(set_update); SLOW(dict_update); SLOW(dict_merge); SLOW(list_to_tuple); SLOW(convert); SLOW(format); SLOW(format_spec); SLOW(build_interpolation); SLOW(build_template);
SLOW(unpack); SLOW(unpack_ex);
SLOW(get_iter); SLOW(for_iter); SLOW(get_aiter); SLOW(get_anext); SLOW(get_awaitable); SLOW(get_yield_from_iter); SLOW(send); SLOW(end_async_for); SLOW(return_generator);
SLOW(call); SLOW(call_kw); SLOW(call_method); SLOW(call_method_kw); SLOW(call_ex); SLOW(make_function); SLOW(set_function);
SLOW(import_name); SLOW(import_from); SLOW(import_star);
SLOW(raise); SLOW(reraise); SLOW(push_handled); SLOW(pop_handled); SLOW(check_exc_match); SLOW(check_eg_match); SLOW(prep_reraise_star); SLOW(with_except);
SLOW(match_sequence); SLOW(match_mapping); SLOW(get_len); SLOW(match_keys); SLOW(match_class);
SLOW(print_expr); SLOW(intrinsic1); SLOW(intrinsic2);

// Calls. Pushes a frame for fn whose arguments stand owned at args: npos positional ones, then one per name of kwnames (borrowed Tuple or NO_VALUE).
// Arguments are taken over in every case. The frame's registers start at args when they fit there, else at th->stack_top.
// Returns the new frame (th->frame), or NULL with the exception set.
Frame *frame_push_args(Thread *th, Function *fn, Value *args, size_t npos, size_t nkw, Value kwnames, uint32_t flags);
// Binds npos + nkw owned arguments at regs to the parameters of fn, in place: afterwards regs[0..nlocals) is complete. room: registers usable at regs.
//   0, or -1 with TypeError; then all arguments have been released
int call_bind(Thread *th, Function *fn, const Code *c, Value *regs, size_t npos, size_t nkw, Value kwnames);
// The same of n positional arguments where that can't fail but for want of memory: c->star_args <= n, with *args or equal. th->stack_top is above them.
int call_bind_stars(Thread *th, const Code *c, Value *regs, size_t n);
// Takes the record off the stack, releasing registers, locals, function. Not for generators' records.
void frame_leave(Thread *th, Frame *f);
// Ends a frame with a result (taken over) where RETURN's fast path does not apply. ST_OK: th->frame goes on at its pc; ST_FRAME unused;
// ST_JUMP: left to C with *result.
int frame_return_special(Thread *th, Frame *f, Value v_owned, Value *result);
int frame_yield(Thread *th, Frame *f, Value v_owned, Value *result);
// exc leaves the body of a generator: itself, or the RuntimeError that a StopIteration becomes there. New reference.
Value vm_stop_iteration_error(Thread *th, Frame *f, Value exc);
// Unwinds th->exc from th->frame. true: th->frame->pc is at a handler; false: the entry frame is gone.
bool vm_unwind(Thread *th, bool with_traceback);
// Poll word was set: everything a safepoint does. 0 or -1.
int vm_safepoint_slow(Thread *th);
// "mod.f()" as error messages name a callable; for Python functions their qualified name. New reference.
Value vm_callable_text(Thread *th, Value f);
// Merges the mapping that stands behind ** in a call of callee into d: 0, or -1 with the error that names callee.
int vm_merge_keywords(Thread *th, Dict *d, Value mapping, Value callee);
COLD Value raise_recursion(Thread *th);

// The generic opcode of a (possibly specialised) one.
unsigned vm_generic_opcode(unsigned op);
void vm_tables_init(void);
// Runs th->frame (an entry frame) to its end.
Value vm_run(Thread *th, Frame *f);
// The same, beginning with the pending exception (generator.throw).
Value vm_run_throw(Thread *th, Frame *f);

// Pushes the plain frame of a call whose checks are done. Its pc is the caller's to set before anyone may look.
ALWAYS_INLINE Frame *frame_push_fast(Thread *th, Frame *back, Function *fn, Code *code, Value *regs, Value *top, uint32_t flags) {
    Frame *f = (Frame *)th->frame_top;
    f->regs = regs;
    f->code = code;
    f->func = fn;
    f->back = back;
    f->saved_top = th->stack_top;
    f->base_flags = code->temp_base | (uint64_t)flags << 32;
    th->stack_top = top;
    th->frame_top = (char *)(f + 1);
    th->frame = f;
    return f;
}

#endif
