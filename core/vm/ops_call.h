// SPDX-License-Identifier: MIT
// TEMPLATE (included by interp.c with INSTR defined). Calls and returns. A Python function that takes exactly the arguments given is entered without leaving the loop's registers: its first argument's
// register becomes its register 0. Native functions get a pointer to their arguments where they stand.

#define ENTER_FUNCTION(fn, nargs_) \
    Code *code = atomic_load_acquire(&(fn)->code); \
    Value *top = args + code->nregs; \
    if (LIKELY(code->fast_args == (nargs_)) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit) && \
        LIKELY(atomic_load_relaxed(&th->poll) == 0)) { \
        SAVE_PC(); \
        frame = frame_push_fast(th, frame, (fn), code, args, top, 0); \
        regs_unbind(args, (nargs_), code->nlocals); \
        RUN_FRAME(args); \
    }
#define CALL_SLOW(fn_) do { \
        SAVE_PC(); \
        int r_ = fn_(th, frame, insn); \
        if (UNLIKELY(r_ < 0)) ERROR(); \
        if (r_ == ST_FRAME) { RELOAD(); table = vm_table(th); DISPATCH(); } \
        pc += 1; \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
SLOW_INSTR(CALL) { CALL_SLOW(slow_call); }
SLOW_INSTR(CALL_METHOD) { CALL_SLOW(slow_call_method); }
// Native functions. Those that take exactly the positional arguments given find them in the registers; native_call completes the others' arguments.
// nargs_ of them are at args_; n registers from the call's first-th on are released.
#define CALL_NATIVE_BODY(b, self_, args_, nargs_, first, n) do { \
        SAVE_PC(); \
        Value v_ = LIKELY(atomic_load_relaxed(&(b)->nargs_exact) == (nargs_)) ? ((NativeFn)(b)->def->fn)(th, self_, args_) : native_call(th, b, self_, args_, nargs_, NO_VALUE); \
        AFTER_C(); \
        if (UNLIKELY(v_ == NO_VALUE)) ERROR(); \
        Value fv_ = RB; \
        RB = VALUE_UNBOUND; \
        if (UNLIKELY(!try_decref_uncounted(th, fv_))) vm_release_slow(th, fv_); \
        Value *r_ = &RB + (first); \
        SHORT_LOOP for (Value *end_ = r_ + (n); r_ != end_; r_++) { \
            Value o_ = *r_; \
            if (value_is_ptr(o_)) { *r_ = VALUE_UNBOUND; if (UNLIKELY(!try_decref(th, o_))) vm_release_slow(th, o_); } \
        } \
        SET(A, v_); \
        pc += 1; \
        SAFEPOINT(); \
        DISPATCH(); \
    } while (0)
SLOW_INSTR(CALL_NATIVE) {
    BuiltinFunction *b = AS(BuiltinFunction, RB);
    NativeFunction *known = (NativeFunction *)b->def->fn;
    if (known == object_fn_len && C == 1 && instr_op(insn) == OP_CALL) OPCODE_STORE(pc - 1, OP_CALL_LEN);
    else if (known == object_fn_isinstance && C == 2 && instr_op(insn) == OP_CALL) OPCODE_STORE(pc - 1, OP_CALL_ISINSTANCE);
    if (LIKELY(atomic_load_relaxed(&th->poll) == 0)) CALL_NATIVE_BODY(b, b->self, &RB + 1, C, 1, C);
    GOTO_SLOW(CALL);
}
// Built-in types that are called with positional arguments: their constructor, and their initialiser where it does anything.
#define CALL_TYPE_BODY(args, slow) do { \
        Value fv_ = RB; \
        Type *t = AS(Type, fv_); \
        if (LIKELY(!(t->flags & TYPE_HEAP)) && LIKELY(t != &type_type) && LIKELY(t->slots.new_ != NULL) && LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) { \
            SAVE_PC(); \
            Value v_ = t->slots.new_(th, t, (args), C, NO_VALUE); \
            if (UNLIKELY(v_ == NO_VALUE)) ERROR(); \
            if ((t->slots.init != type_object.slots.init || t->slots.new_ == type_object.slots.new_) && value_is_object(v_)) { \
                Type *ot = object_shape(value_object(v_))->type; \
                if ((ot == t || type_is_subtype(ot, t)) && ot->slots.init && UNLIKELY(ot->slots.init(th, v_, (args), C, NO_VALUE) < 0)) { decref(th, v_); ERROR(); } \
            } \
            SHORT_LOOP for (uint32_t i = 0; i < C; i++) { Value o_ = (args)[i]; if (value_is_ptr(o_)) { (args)[i] = VALUE_UNBOUND; if (UNLIKELY(!try_decref(th, o_))) vm_release_slow(th, o_); } } \
            RB = VALUE_UNBOUND; \
            SET(A, v_); \
            pc += 1; \
            SAFEPOINT(); \
            DISPATCH(); \
        } \
        GOTO_SLOW(slow); \
    } while (0)
// A class whose instances are plain objects with an __init__ in Python that takes exactly these arguments: it runs in this loop. The call's word remembers
// where the class has its __init__ (core/vm/slow_call.c); the rest is looked at again each time.
#define CALL_CLASS_BODY(self_) do { \
        Type *t = AS(Type, RB); \
        uint64_t c = atomic_load_relaxed(&pc[0]); \
        if (LIKELY(atomic_load_relaxed(&t->version) == ic_stamp(c)) && LIKELY(t->slots.new_ == type_object.slots.new_) && LIKELY(!(t->flags & TYPE_ABSTRACT)) && \
            LIKELY(atomic_load_relaxed(&th->poll) == 0) && LIKELY(th->tracing == 0)) { \
            Value init = attr_cache_value(t, ic_entry(c)); \
            if (LIKELY(init != NO_VALUE) && LIKELY(value_is_ptr(init)) && LIKELY(atomic_load_acquire(&value_object(init)->shape) == &shape_function)) { \
                Function *fn = AS(Function, init); \
                Code *code = atomic_load_acquire(&fn->code); \
                Value *args = (self_), *top = args + code->nregs; \
                if (LIKELY(code->fast_args == (uint32_t)C + 1) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit) && LIKELY(try_incref_uncounted(th, init))) { \
                    SAVE_PC(); \
                    Value obj = VALUE_OF(object_new(th, t, 0)); \
                    if (UNLIKELY(obj == NO_VALUE)) { decref(th, init); ERROR(); } \
                    Value was = args[0];      /* the class itself, or nothing */ \
                    args[0] = obj; \
                    incref(th, obj); \
                    if (value_is_object(was) && UNLIKELY(!try_decref_uncounted(th, was))) vm_release_slow(th, was); \
                    frame = frame_push_fast(th, frame, fn, code, args, top, FRAME_INIT | FRAME_OWNS_FUNC); \
                    frame->locals = obj; \
                    regs_unbind(args, (size_t)C + 1, code->nlocals); \
                    RUN_FRAME(args); \
                } \
            } \
        } \
    } while (0)
// A class that has neither __new__ nor __init__, called without arguments.
#define CALL_PLAIN_CLASS() do { \
        Type *t = AS(Type, RB); \
        if (C == 0 && t->slots.init == type_object.slots.init && LIKELY(t->slots.new_ == type_object.slots.new_) && LIKELY(!(t->flags & TYPE_ABSTRACT)) && \
            LIKELY(atomic_load_relaxed(&th->poll) == 0) && LIKELY(th->tracing == 0)) { \
            SAVE_PC(); \
            Value obj = VALUE_OF(object_new(th, t, 0)); \
            if (UNLIKELY(obj == NO_VALUE)) ERROR(); \
            RB = VALUE_UNBOUND; \
            if (UNLIKELY(!try_decref_uncounted(th, VALUE_OF(t)))) vm_release_slow(th, VALUE_OF(t)); \
            SET_NEXT(A, obj, 1); \
        } \
    } while (0)
SLOW_INSTR(CALL_CLASS) { CALL_PLAIN_CLASS(); CALL_CLASS_BODY(&RB); GOTO_SLOW(CALL); }
SLOW_INSTR(CALL_METHOD_CLASS) { CALL_PLAIN_CLASS(); CALL_CLASS_BODY(&RB + 1); GOTO_SLOW(CALL_METHOD); }
// type(x)
SLOW_INSTR(CALL_TYPE_OF) {
    if (LIKELY(C == 1) && LIKELY(atomic_load_relaxed(&th->poll) == 0) && LIKELY(th->tracing == 0)) {
        Value x = (&RB)[1], t = VALUE_OF(type_of(x));
        if (UNLIKELY(!try_incref_uncounted(th, t))) object_incref_foreign(th, value_object(t));
        (&RB)[0] = (&RB)[1] = VALUE_UNBOUND;    // type itself is immortal
        pc += 1;
        SET(A, t);
        if (value_is_object(x)) RELEASE_NEXT(x);
        DISPATCH();
    }
    GOTO_SLOW(CALL);
}
SLOW_INSTR(CALL_TYPE) {
    if (AS(Type, RB)->flags & TYPE_HEAP) GOTO_SLOW(CALL_CLASS);
    if (AS(Type, RB) == &type_type) GOTO_SLOW(CALL_TYPE_OF);
    CALL_TYPE_BODY(&RB + 1, CALL);
}
SLOW_INSTR(CALL_METHOD_TYPE) {
    if (UNLIKELY((&RB)[1] != NO_VALUE)) GOTO_SLOW(CALL_METHOD);
    if (AS(Type, RB)->flags & TYPE_HEAP) GOTO_SLOW(CALL_METHOD_CLASS);
    CALL_TYPE_BODY(&RB + 2, CALL_METHOD);
}
// list.append(x) of a list: the argument's reference moves into it.
SLOW_INSTR(CALL_LIST_APPEND) {
    Value *pair = &RB;
    Value fv = pair[0], self = pair[1];
    if (UNLIKELY(!list_append_quick(th, AS(List, self), pair[2]))) GOTO_SLOW(CALL_METHOD);
    pair[0] = pair[1] = pair[2] = VALUE_UNBOUND;
    if (UNLIKELY(!try_decref_uncounted(th, fv))) vm_release_slow(th, fv);
    if (UNLIKELY(!try_decref(th, self))) vm_release_slow(th, self);
    SET_NEXT(A, VALUE_NONE, 1);
}
// list.append(x, y): the first argument is the object.
SLOW_INSTR(CALL_METHOD_OF_TYPE) {
    BuiltinFunction *b = AS(BuiltinFunction, RB);
    if (LIKELY(C > 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0) && LIKELY(type_of((&RB)[2]) == b->owner)) {
        uint32_t nargs = (uint32_t)C - 1;
        CALL_NATIVE_BODY(b, (&RB)[2], &RB + 3, nargs, 2, C);
    }
    GOTO_SLOW(CALL_METHOD);
}
SLOW_INSTR(CALL_METHOD_NATIVE) {
    Value self_ = (&RB)[1];
    BuiltinFunction *b = AS(BuiltinFunction, RB);
    if (b->def->fn == (void *)list_meth_append && C == 1 && LIKELY(value_is_exact_list(self_)) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) GOTO_SLOW(CALL_LIST_APPEND);
    if (LIKELY(self_ != NO_VALUE) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        // Mostly the method's own type, or one not far below it.
        Type *t = type_of(self_);
        for (int up = 0; up < 6 && t != b->owner && t; up++) t = t->base;
        if (LIKELY(t == b->owner)) CALL_NATIVE_BODY(b, self_, &RB + 2, C, 1, (uint32_t)C + 1);
    }
    if (self_ == NO_VALUE) GOTO_SLOW(CALL_METHOD_OF_TYPE);
    GOTO_SLOW(CALL_METHOD);
}
// Of functions: one that makes a generator or coroutine, from exactly its arguments, makes it without a frame in between. A plain one that is called
// from a generator, whose registers do not lie on the stack of values, gets its arguments moved there; one that is called with fewer arguments than it takes,
// its defaults (which others may replace meanwhile: the tuple stays until the next safepoint).
#define CALL_FUNCTION_BODY(args_, n_, slow) do { \
        Function *fn = AS(Function, RB); \
        Value *args = (args_); \
        uint32_t n = (n_); \
        Code *code = atomic_load_acquire(&fn->code); \
        if (LIKELY(atomic_load_relaxed(&th->poll) == 0)) { \
            Value defaults; \
            if (LIKELY(th->tracing == 0) && LIKELY(!th->coroutine_origin_depth) && generator_call_fits(fn, code, n, &defaults)) { \
                SAVE_PC(); \
                Value g = generator_from_call(th, fn, code, args, n, defaults); \
                if (UNLIKELY(g == NO_VALUE)) ERROR(); \
                RB = VALUE_UNBOUND; \
                if (UNLIKELY(!try_decref_uncounted(th, VALUE_OF(fn)))) vm_release_slow(th, VALUE_OF(fn)); \
                SET_NEXT(A, g, 1); \
            } \
            /* The last parameters by their defaults. */ \
            uint32_t takes = code->fast_args; \
            defaults = NO_VALUE; \
            size_t first = 0; \
            if (n < takes && takes != UINT32_MAX && (defaults = atomic_load_acquire(&fn->defaults)) != NO_VALUE) { \
                if (AS(Tuple, defaults)->len < takes - n) GOTO_SLOW(slow); \
                first = AS(Tuple, defaults)->len - (takes - n); \
            } \
            if (n == takes || defaults != NO_VALUE) { \
                bool move = !stack_fits(th, args); \
                Value *to = move ? th->stack_top : args, *top = to + code->nregs; \
                if (LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) { \
                    SAVE_PC(); \
                    if (move) regs_move(to, args, n); \
                    for (uint32_t i = n; i < takes; i++) { \
                        Value d_ = AS(Tuple, defaults)->items[first++]; \
                        if (UNLIKELY(!try_incref(th, d_))) object_incref_foreign(th, value_object(d_)); \
                        to[i] = d_; \
                    } \
                    regs_unbind(to, takes, code->nlocals); \
                    frame = frame_push_fast(th, frame, fn, code, to, top, 0); \
                    RUN_FRAME(to); \
                } \
            } else if (code->star_args <= n && (n == code->star_args || (code->flags & CO_VARARGS))) { \
                bool move = !stack_fits(th, args); \
                Value *to = move ? th->stack_top : args, *top = to + (code->nregs > n ? code->nregs : n); \
                if (LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) { \
                    SAVE_PC(); \
                    if (move) regs_move(to, args, n); \
                    Value *saved = th->stack_top; \
                    th->stack_top = top; \
                    int bound = call_bind_stars(th, code, to, n); \
                    th->stack_top = saved; \
                    if (UNLIKELY(bound < 0)) ERROR(); \
                    frame = frame_push_fast(th, frame, fn, code, to, to + code->nregs, 0); \
                    RUN_FRAME(to); \
                } \
            } \
        } \
        GOTO_SLOW(slow); \
    } while (0)
SLOW_INSTR(CALL_FUNCTION) { CALL_FUNCTION_BODY(&RB + 1, (uint32_t)C, CALL); }
// What LOAD_METHOD found in a module or a class, or as it is: nothing goes in front of the arguments.
SLOW_INSTR(CALL_METHOD_PLAIN) {
    Value *args = &RB + 2;
    ENTER_FUNCTION(AS(Function, RB), (uint32_t)C)
    CALL_FUNCTION_BODY(&RB + 2, (uint32_t)C, CALL_METHOD);
}
SLOW_INSTR(CALL_METHOD_BUILTIN) {
    BuiltinFunction *b = AS(BuiltinFunction, RB);
    if (LIKELY((&RB)[1] == NO_VALUE) && LIKELY(th->tracing == 0) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) CALL_NATIVE_BODY(b, b->self, &RB + 2, C, 2, C);
    GOTO_SLOW(CALL_METHOD);
}
SLOW_INSTR(CALL_METHOD_FUNCTION) { CALL_FUNCTION_BODY(&RB + 1, (uint32_t)C + 1, CALL_METHOD); }
// A bound method of a Python function: the object takes the method's place in front of the arguments; those left out are defaults.
SLOW_INSTR(CALL_BOUND) {
    Value fv = RB, func = AS(Method, fv)->func, self = AS(Method, fv)->self;
    if (LIKELY(value_is_object(func)) && LIKELY(atomic_load_acquire(&value_object(func)->shape) == &shape_function) && LIKELY(th->tracing == 0) &&
        LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        Function *fn = AS(Function, func);
        Code *code = atomic_load_acquire(&fn->code);
        Value *args = &RB, *top = args + code->nregs, defaults = NO_VALUE;
        uint32_t n = (uint32_t)C + 1, takes = code->fast_args;
        size_t first = 0;
        if (n < takes && takes != UINT32_MAX && (defaults = atomic_load_acquire(&fn->defaults)) != NO_VALUE) {
            if (AS(Tuple, defaults)->len < takes - n) GOTO_SLOW(CALL);
            first = AS(Tuple, defaults)->len - (takes - n);
        }
        if (LIKELY(n == takes || defaults != NO_VALUE) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) {
            SAVE_PC();
            if (UNLIKELY(!try_incref_uncounted(th, func))) object_incref_foreign(th, value_object(func));
            if (UNLIKELY(!try_incref(th, self))) object_incref_foreign(th, value_object(self));
            args[0] = self;
            for (uint32_t i = n; i < takes; i++) {
                Value d_ = AS(Tuple, defaults)->items[first++];
                if (UNLIKELY(!try_incref(th, d_))) object_incref_foreign(th, value_object(d_));
                args[i] = d_;
            }
            frame = frame_push_fast(th, frame, fn, code, args, top, FRAME_OWNS_FUNC);
            regs_unbind(args, takes, code->nlocals);
            frame->pc = code->instrs;
            if (UNLIKELY(!try_decref(th, fv))) vm_release_slow(th, fv);     // a weak reference's callback runs above the new frame
            RUN_FRAME(args);
        }
    }
    GOTO_SLOW(CALL);
}
// The same where LOAD_METHOD left nothing in front: function and object take their two places.
SLOW_INSTR(CALL_METHOD_BOUND) {
    Value *pair = &RB, fv = pair[0], func = AS(Method, fv)->func, self = AS(Method, fv)->self;
    if (LIKELY(pair[1] == NO_VALUE) && LIKELY(value_is_object(func)) && LIKELY(atomic_load_acquire(&value_object(func)->shape) == &shape_function)) {
        if (UNLIKELY(!try_incref_uncounted(th, func))) object_incref_foreign(th, value_object(func));
        if (UNLIKELY(!try_incref(th, self))) object_incref_foreign(th, value_object(self));
        pair[0] = func;
        pair[1] = self;
        SAVE_PC();
        if (UNLIKELY(!try_decref(th, fv))) vm_release_slow(th, fv);
        GOTO_SLOW(CALL_METHOD_FUNCTION);
    }
    GOTO_SLOW(CALL_METHOD);
}
INSTR(CALL) {
    Value fv = RB;      // a callable: never NO_VALUE
    if (LIKELY(value_is_ptr(fv))) {
        Shape *s = atomic_load_acquire(&value_object(fv)->shape);
        if (LIKELY(s == &shape_function)) {
            Value *args = &RB + 1;
            ENTER_FUNCTION(AS(Function, fv), (uint32_t)C)
            GOTO_SLOW(CALL_FUNCTION);
        } else if (s == &shape_builtin_function) GOTO_SLOW(CALL_NATIVE);
        else if (s == &shape_type) GOTO_SLOW(CALL_TYPE);
        else if (s == &shape_method) GOTO_SLOW(CALL_BOUND);
        else if (s->type == &type_function) GOTO_SLOW(CALL_FUNCTION);   // with attributes, such as functools.wraps() gives
    }
    GOTO_SLOW(CALL);
}
// The twins of CALL. The callable is looked at each time; what does not fit goes the generic way, and the instruction stays as it is.
#define IS_NATIVE(v, name) (LIKELY(value_is_ptr(v)) && LIKELY(atomic_load_acquire(&value_object(v)->shape) == &shape_builtin_function) && LIKELY((NativeFunction *)AS(BuiltinFunction, v)->def->fn == (name)))
SLOW_INSTR(CALL_LEN) {
    Value *call = &RB, fv = call[0], x = call[1];
    LenFn len = value_is_object(x) ? atomic_load_acquire(&value_object(x)->shape)->type->slots.len : NULL;
    if (LIKELY(len != NULL) && LIKELY(atomic_load_relaxed(&th->poll) == 0)) {
        SAVE_PC();
        intptr_t n = len(th, x);
        AFTER_C();
        Value v = UNLIKELY(n < 0) ? NO_VALUE : LIKELY(int_fits_imm(n)) ? value_imm_int(n) : int_from_i64(th, n);
        if (UNLIKELY(v == NO_VALUE)) ERROR();
        call[0] = call[1] = VALUE_UNBOUND;
        if (UNLIKELY(!try_decref_uncounted(th, fv))) vm_release_slow(th, fv);
        if (UNLIKELY(!try_decref(th, x))) vm_release_slow(th, x);
        SET(A, v);
        pc += 1;
        SAFEPOINT();
        DISPATCH();
    }
    GOTO_SLOW(CALL_NATIVE);
}
INSTR(CALL_LEN) {
    Value *call = &RB, fv = call[0], x = call[1];
    if (IS_NATIVE(fv, object_fn_len)) {
        intptr_t n = quick_len(x);
        if (LIKELY(n >= 0) && LIKELY((atomic_load_relaxed(&value_object(fv)->biased) >> OBJ_TID_SHIFT) == OBJ_TID_NONE) && LIKELY(try_decref(th, x))) {
            call[0] = call[1] = VALUE_UNBOUND;
            SET_NEXT(A, value_imm_int(n), 1);
        }
        GOTO_SLOW(CALL_LEN);
    }
    JUMP_AS(CALL);
}
INSTR(CALL_ISINSTANCE) {
    Value *call = &RB, fv = call[0], x = call[1], cls = call[2];
    if (IS_NATIVE(fv, object_fn_isinstance)) {
        int r = object_isinstance_quick(x, cls);
        if (LIKELY(r >= 0) && LIKELY((atomic_load_relaxed(&value_object(fv)->biased) >> OBJ_TID_SHIFT) == OBJ_TID_NONE)) {
            call[0] = call[1] = call[2] = VALUE_UNBOUND;
            SAVE_PC();
            if (UNLIKELY(!try_decref_uncounted(th, cls))) vm_release_slow(th, cls);
            if (value_is_object(x) && UNLIKELY(!try_decref(th, x))) vm_release_slow(th, x);
            SET_NEXT(A, value_bool(r), 1);
        }
        GOTO_SLOW(CALL_NATIVE);
    }
    JUMP_AS(CALL);
}
INSTR(CALL_METHOD) {
    Value fv = RB;
    if (LIKELY(value_is_ptr(fv))) {
        Shape *s = atomic_load_acquire(&value_object(fv)->shape);
        if (LIKELY(s == &shape_function)) {
            Value *args = &RB + 1;
            if (LIKELY(args[0] != NO_VALUE)) {
                ENTER_FUNCTION(AS(Function, fv), (uint32_t)C + 1)
                GOTO_SLOW(CALL_METHOD_FUNCTION);
            }
            GOTO_SLOW(CALL_METHOD_PLAIN);
        }
        if (s == &shape_method_descriptor) GOTO_SLOW(CALL_METHOD_NATIVE);
        if (s == &shape_builtin_function) GOTO_SLOW(CALL_METHOD_BUILTIN);
        if (s == &shape_type) GOTO_SLOW(CALL_METHOD_TYPE);
        if (s == &shape_method) GOTO_SLOW(CALL_METHOD_BOUND);
        if (s->type == &type_function) {
            if ((&RB)[1] != NO_VALUE) GOTO_SLOW(CALL_METHOD_FUNCTION);
            GOTO_SLOW(CALL_METHOD_PLAIN);
        }
    }
    GOTO_SLOW(CALL_METHOD);
}
INSTR(CALL_KW) { CALL_SLOW(slow_call_kw); }
INSTR(CALL_METHOD_KW) { CALL_SLOW(slow_call_method_kw); }
INSTR(CALL_EX) {
    SAVE_PC();
    int r = slow_call_ex(th, frame, insn);
    if (UNLIKELY(r < 0)) ERROR();
    if (r == ST_FRAME) { RELOAD(); table = vm_table(th); DISPATCH(); }
    SAFEPOINT();
    DISPATCH();
}
// Ends a plain frame with v: releases the locals, pops the record, delivers v. A last reference goes to RETURN_RELEASING, which does the rest, a record with
// something special to RETURN_SENT.
#define RETURN_BODY(v) do { \
        const Code *code = frame->code; \
        uint32_t nlocals = code->nlocals; \
        SHORT_LOOP for (uint32_t i = 0; i < nlocals; i++) { \
            Value l_ = regs[i]; \
            if (value_is_ptr(l_)) { \
                if (UNLIKELY(!try_decref(th, l_))) { th->scratch[1] = (v); GOTO_SLOW(RETURN_RELEASING); } \
                regs[i] = VALUE_UNBOUND; \
            } \
        } \
        regs_unbind(regs, nlocals, frame->temp_base); \
        Frame *back = frame->back; \
        Value *bregs = back->regs; \
        Instr call = atomic_load_relaxed(&back->pc[-1]); \
        Value callee = bregs[instr_b(call)]; \
        if (UNLIKELY(!try_decref_uncounted(th, callee))) { th->scratch[1] = (v); GOTO_SLOW(RETURN_RELEASING); } \
        th->stack_top = frame->saved_top; \
        th->frame_top = (char *)frame; \
        th->frame = back; \
        frame = back; \
        pc = back->pc; \
        regs = bregs; \
        consts = back->code->consts; \
        bregs[instr_b(call)] = VALUE_UNBOUND; \
        SET_NEXT(instr_a(call), (v), 1); \
    } while (0)
// What RETURN or RETURN_CONST gives, owned; a register that is going away hands over its own reference.
#define TAKE_RESULT(v) do { \
        if (instr_op(insn) == OP_RETURN_CONST) (v) = consts[(uint32_t)BC]; \
        else { \
            (v) = RA; \
            if (value_is_ptr(v)) { \
                if (A >= frame->temp_base) RA = VALUE_UNBOUND; \
                else if (UNLIKELY(!try_incref(th, (v)))) GOTO_COLD(return_special); \
            } \
        } \
    } while (0)
// May run Python code: the record must say where the frame is. That code may have looked at the frame, too.
#define RELEASE_LOCALS(count) do { \
        SHORT_LOOP for (uint32_t i_ = 0, n_ = (count); i_ < n_; i_++) { \
            Value l_ = regs[i_]; \
            if (value_is_ptr(l_)) { \
                regs[i_] = VALUE_UNBOUND; \
                if (UNLIKELY(!try_decref(th, l_))) vm_release_slow(th, l_); \
            } \
        } \
        if (UNLIKELY(frame->flags & FRAME_HAS_OBJ)) frame_forget_object(th, frame); \
    } while (0)
// The locals of a frame that ends are released, its borrowed temporaries forgotten.
#define LEAVE_LOCALS() do { \
        SAVE_PC(); \
        const Code *code_ = frame->code; \
        RELEASE_LOCALS(code_->nlocals); \
        regs_unbind(regs, code_->nlocals, frame->temp_base); \
    } while (0)
// Back in the caller of a frame that its call's register does not keep: what func, the frame's own reference, and that register hold goes.
#define LEAVE_OWNED() do { \
        Value fn_ = VALUE_OF(frame->func); \
        Frame *back_ = frame->back; \
        th->stack_top = frame->saved_top; \
        th->frame_top = (char *)frame; \
        th->frame = back_; \
        frame = back_; \
        pc = back_->pc; \
        regs = back_->regs; \
        consts = back_->code->consts; \
        insn = atomic_load_relaxed(pc - 1);     /* relaxed: others may make it a twin at any time */ \
        if (UNLIKELY(!try_decref_uncounted(th, fn_))) vm_release_slow(th, fn_); \
    } while (0)
// The end of what an access to an attribute or item called: the result goes where a LOAD_ATTR wants it, and the operands when it owned them.
SLOW_INSTR(RETURN_ATTR) {
    if (UNLIKELY((frame->flags & FRAME_SPECIAL) != (FRAME_BY_ATTR | FRAME_OWNS_FUNC)) || UNLIKELY(th->tracing != 0)) GOTO_COLD(return_special);
    Value v;
    TAKE_RESULT(v);
    LEAVE_LOCALS();
    LEAVE_OWNED();
    if (LIKELY(instr_op(insn) == OP_LOAD_ATTR)) FINISH_LOAD(v);
    if (instr_op(insn) == OP_STORE_ATTR) {
        vm_release(th, v);
        CONSUME(B);
        CONSUME(A);
        NEXT(2);
    }
    if (instr_op(insn) == OP_SETITEM) {
        vm_release(th, v);
        CONSUME(B);
        CONSUME(A);
        CONSUME(C);
        NEXT(1);
    }
    unsigned op = vm_generic_opcode(instr_op(insn));    // LOAD_ATTR_B or GETITEM_B may have become a twin since
    if (op == OP_GETITEM || op == OP_GETITEM_B) CONSUME(C);
    CONSUME(B);                     // before v is left to whoever else holds it, which may be the operand
    if (op == OP_GETITEM_K) SET_NEXT(A, v, 1);
    if (op == OP_GETITEM) SET_NEXT(A, v, 1);
    RA = vm_keep_borrowed(th, v);
    NEXT(1);
}
// Words of cache behind the call that a frame returns to.
#define CALL_WORDS() (instr_op(insn) != OP_CALL_EX)
// The end of a bound method called as it is, or of another function that a callable led to.
SLOW_INSTR(RETURN_OWNED) {
    if (UNLIKELY(th->tracing != 0)) GOTO_COLD(return_special);
    Value v;
    TAKE_RESULT(v);
    LEAVE_LOCALS();
    LEAVE_OWNED();
    Value callee = RB;
    RB = VALUE_UNBOUND;
    if (value_is_object(callee) && UNLIKELY(!try_decref(th, callee))) vm_release_slow(th, callee);
    SET_NEXT(A, v, CALL_WORDS());
}
// The end of an __init__ that a call of a class runs in this loop: the call gives the instance.
SLOW_INSTR(RETURN_INIT) {
    if (UNLIKELY(th->tracing != 0)) GOTO_COLD(return_special);
    if (UNLIKELY((instr_op(insn) == OP_RETURN_CONST ? consts[(uint32_t)BC] : RA) != VALUE_NONE)) GOTO_COLD(return_special);
    SAVE_PC();
    const Code *code = frame->code;
    Value obj = frame->locals;
    RELEASE_LOCALS(code->nlocals);
    regs_unbind(regs, code->nlocals, frame->temp_base);
    LEAVE_OWNED();
    Value callee = RB;
    RB = VALUE_UNBOUND;
    if (value_is_object(callee) && UNLIKELY(!try_decref_uncounted(th, callee))) vm_release_slow(th, callee);
    SET_NEXT(A, obj, CALL_WORDS());
}
// The end of a plain call from C.
SLOW_INSTR(RETURN_ENTRY) {
    if (UNLIKELY(th->tracing != 0)) GOTO_COLD(return_special);
    Value v;
    TAKE_RESULT(v);
    LEAVE_LOCALS();
    Value fn = VALUE_OF(frame->func);
    th->stack_top = frame->saved_top;
    th->frame_top = (char *)frame;
    th->frame = frame->back;
    if (UNLIKELY(!try_decref_uncounted(th, fn))) vm_release_slow(th, fn);
    LEAVE(v);
}
// The end of a coroutine or generator that a SEND below resumed, with nothing special on either side: back there without leaving the loop's registers,
// and the object goes at once when the SEND's register is all that holds it.
SLOW_INSTR(RETURN_SENT) {
    if (frame->flags & FRAME_BY_ATTR) GOTO_SLOW(RETURN_ATTR);
    if ((frame->flags & FRAME_SPECIAL) == (FRAME_ENTRY | FRAME_OWNS_FUNC)) GOTO_SLOW(RETURN_ENTRY);
    if ((frame->flags & FRAME_SPECIAL & ~FRAME_BY_EX) == (FRAME_INIT | FRAME_OWNS_FUNC)) GOTO_SLOW(RETURN_INIT);
    if ((frame->flags & FRAME_SPECIAL & ~FRAME_BY_EX) == FRAME_OWNS_FUNC) GOTO_SLOW(RETURN_OWNED);
    Generator *g = generator_of_frame(frame);
    if (UNLIKELY((frame->flags & (FRAME_SPECIAL | FRAME_BY_SEND)) != (FRAME_GENERATOR | FRAME_BY_SEND)) || UNLIKELY(th->handled != NO_VALUE) ||
        UNLIKELY(g->own_handled != NO_VALUE) || UNLIKELY(g->caller_handled != NO_VALUE) || UNLIKELY(th->tracing != 0)) GOTO_COLD(return_special);
    Value v;
    TAKE_RESULT(v);
    SAVE_PC();
    g->frame_gone = 1;
    RELEASE_LOCALS(frame->code->nlocals);
    Frame *back = frame->back;
    th->frame = back;
    th->frame_top -= sizeof(Frame);
    th->stack_top = frame->saved_top;
    frame = back;
    regs = back->regs;
    consts = back->code->consts;
    insn = atomic_load_relaxed(&back->pc[-1]);
    pc = back->pc + 1 + (int64_t)back->pc[0];
    RB = VALUE_UNBOUND;
    // The owner's only count and no flag: nobody else can find it any more. Acquire: who had it is done with it.
    if (LIKELY(atomic_load_relaxed(&g->head.biased) == (th->owned | 1)) && LIKELY(atomic_load_acquire(&g->head.shared) == 0)) generator_free_ended(th, g);
    else {
        g->frame.back = NULL;
        object_mark_finalized(th, &g->head);
        atomic_store_release(&g->state, (uint32_t)GEN_DONE);    // release: as generator_pop
        if (!try_decref(th, VALUE_OF(g))) vm_release_slow(th, VALUE_OF(g));
    }
    SET_NEXT(A, v, 0);
}
// The end of a plain frame some of whose locals hold last references; v is owned in th->scratch[1].
SLOW_INSTR(RETURN_RELEASING) {
    if (UNLIKELY(th->tracing != 0)) GOTO_COLD(return_owned);
    Value v = th->scratch[1];
    th->scratch[1] = NO_VALUE;
    LEAVE_LOCALS();
    Frame *back = frame->back;
    th->stack_top = frame->saved_top;
    th->frame_top = (char *)frame;
    th->frame = back;
    frame = back;
    pc = back->pc;
    regs = back->regs;
    consts = back->code->consts;
    insn = atomic_load_relaxed(pc - 1);     // relaxed: others may make it a twin at any time
    Value callee = RB;
    RB = VALUE_UNBOUND;
    if (UNLIKELY(!try_decref_uncounted(th, callee))) vm_release_slow(th, callee);
    SET_NEXT(A, v, 1);
}
INSTR(RETURN) {
    if (UNLIKELY(frame->flags & FRAME_SPECIAL)) GOTO_SLOW(RETURN_SENT);
    Value v = RA;
    if (value_is_ptr(v)) {
        // The frame is going away, so the register's own reference can be moved.
        if (A >= frame->temp_base) RA = VALUE_UNBOUND;
        else if (UNLIKELY(!try_incref(th, v))) GOTO_COLD(return_special);
    }
    RETURN_BODY(v);
}
INSTR(RETURN_CONST) {
    if (UNLIKELY(frame->flags & FRAME_SPECIAL)) GOTO_SLOW(RETURN_SENT);
    Value v = consts[(uint32_t)BC];
    RETURN_BODY(v);
}
// v is owned in th->scratch[1]; some locals are gone already.
COLD_INSTR(return_owned) {
    Value v = th->scratch[1], result;
    th->scratch[1] = NO_VALUE;
    SAVE_PC();
    int r = frame_return_special(th, frame, v, &result);
    if (r == ST_JUMP) LEAVE(result);
    if (UNLIKELY(r < 0)) { frame = th->frame; pc = frame->pc; ERROR(); }
    RELOAD();
    DISPATCH();
}
COLD_INSTR(return_special) {
    Value v, result;
    SAVE_PC();
    if (vm_generic_opcode(instr_op(insn)) == OP_RETURN_CONST) v = consts[(uint32_t)BC];
    else v = opnd_take(th, frame, A);
    int r = frame_return_special(th, frame, v, &result);
    if (r == ST_JUMP) LEAVE(result);
    if (UNLIKELY(r < 0)) { frame = th->frame; pc = frame->pc; ERROR(); }
    RELOAD();
    DISPATCH();
}
SIMPLE(MAKE_FUNCTION, make_function, 0)
SIMPLE(SET_FUNCTION, set_function, 0)
