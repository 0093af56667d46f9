// SPDX-License-Identifier: MIT
// Start of the virtual machine, recursion limit, and what the other floors ask about the running frames.
#include "core/vm/interp_int.h"
#include "core/base/assert.h"
#include "core/object/call.h"
#include "core/object/tuple.h"
#include "core/vm/trace.h"
#include "gc/gc.h"

static int64_t recursion_limit = 1000;   // [a]

static char *frame_base(Thread *t) {
    // The frame at the bottom of the stack begins it; an idle thread's top is its base.
    char *base = t->frame_top;
    for (Frame *f = t->frame; f; f = f->back) if (!(f->flags & FRAME_GENERATOR) && (char *)f < base) base = (char *)f;
    return base;
}
static void apply_limit(Thread *t, char *base) {
    // The real end of the stack stays the bound for absurd limits.
    size_t most = ((size_t)16 << 20) / sizeof(Frame);
    int64_t n = atomic_load_relaxed(&recursion_limit);
    if ((uint64_t)n > most) n = (int64_t)most;
    atomic_store_relaxed(&t->frame_limit, base + (size_t)n * sizeof(Frame));
}
void vm_thread_init(Thread *th) {
    apply_limit(th, th->frame_top);
    trace_update(th);
}
int64_t vm_recursion_limit(void) { return atomic_load_relaxed(&recursion_limit); }
uint32_t vm_depth(const Thread *th) {
    uint32_t n = 0;
    for (Frame *f = th->frame; f; f = f->back) n++;
    return n;
}
int vm_set_recursion_limit(Thread *th, int64_t n) {
    if (n < 1) { raise_value_error(th, "recursion limit must be greater or equal than 1"); return -1; }
    uint32_t depth = vm_depth(th);
    if (depth >= (uint64_t)n) {
        raise_error(th, &exc_RecursionError, "cannot set the recursion limit to %lld at the recursion depth %u: the limit is too low", (long long)n, depth);
        return -1;
    }
    atomic_store_relaxed(&recursion_limit, n);
    world_stop(th);
    for (Thread *t = thread_list; t; t = t->next) if (t->frame_limit) apply_limit(t, frame_base(t));
    world_start(th);
    return 0;
}

Dict *vm_globals(Thread *th) { return th->frame ? th->frame->func->globals : NULL; }
Dict *vm_builtins(Thread *th) { return th->frame ? th->frame->func->builtins : NULL; }

static Value hook(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) { return vm_call_function(th, callable, args, nargs, kwnames); }

static int super_frame(Thread *th, Value *type, Value *obj) {
    Frame *f = th->frame;
    if (!f) { raise_error(th, &exc_RuntimeError, "super(): no current frame"); return -1; }
    const Code *c = f->code;
    if (c->argcount == 0) { raise_error(th, &exc_RuntimeError, "super(): no arguments"); return -1; }
    Value self = f->regs[0];
    if ((c->local_kinds[0] & LOCAL_CELL) && value_is_object(self) && atomic_load_relaxed(&value_object(self)->shape) == &shape_cell) self = atomic_load_acquire(&AS(Cell, self)->value);
    if (self == VALUE_UNBOUND) { raise_error(th, &exc_RuntimeError, "super(): arg[0] deleted"); return -1; }
    Tuple *free = AS(Tuple, c->freevars);
    for (size_t i = 0; i < free->len; i++) {
        if (free->items[i] != name_d_class) continue;
        Value cls = f->func->closure != NO_VALUE ? atomic_load_acquire(&AS(Cell, AS(Tuple, f->func->closure)->items[i])->value) : VALUE_UNBOUND;
        if (cls == VALUE_UNBOUND) { raise_error(th, &exc_RuntimeError, "super(): empty __class__ cell"); return -1; }
        if (!value_is_type(cls)) { raise_error(th, &exc_RuntimeError, "super(): __class__ is not a type (%T)", cls); return -1; }
        *type = cls;
        *obj = self;
        return 0;
    }
    raise_error(th, &exc_RuntimeError, "super(): __class__ cell not found");
    return -1;
}
int vm_init(Thread *th) {
    vm_tables_init();
    super_frame_hook = super_frame;
    current_globals_hook = vm_globals;
    function_call_hook = hook;
    gc_frames_hook = frames_visit_locals;
    ALWAYS_ASSERT((uintptr_t)th->stack_limit - (uintptr_t)th->stack_top <= VALUE_STACK_SPAN);
    vm_thread_init(th);
    thread_hooks.frames = vm_thread_init;
    return 0;
}
