// SPDX-License-Identifier: MIT
// Cold halves of calls: pushing frames, constructors, native functions, everything else by object_call.
#include "core/vm/interp_int.h"
#include "core/object/generator.h"

COLD Value raise_recursion(Thread *th) {
    // Room for the code that reports it.
    return raise_error(th, &exc_RecursionError, "maximum recursion depth exceeded");
}

Frame *frame_push_args(Thread *th, Function *fn, Value *args, size_t npos, size_t nkw, Value kwnames, uint32_t flags) {
    Code *code = atomic_load_acquire(&fn->code);
    size_t n = npos + nkw;
    size_t room = code->nregs > n ? code->nregs : n;
    Value *regs = args;
    if (!stack_fits(th, args)) {
        // Registers of a generator: the arguments move to the stack of values.
        regs = th->stack_top;
        if (!stack_fits(th, regs + room)) goto overflow;
        for (size_t i = 0; i < n; i++) { regs[i] = args[i]; args[i] = VALUE_UNBOUND; }
        args = regs;
    }
    // Twice the room: binding keeps the keyword values above the registers for a moment.
    if (!stack_fits(th, regs + room + nkw + 1) || th->frame_top + sizeof(Frame) > th->frame_limit) goto overflow;
    Value *saved = th->stack_top;
    th->stack_top = regs + room + nkw;
    if (code->fast_args == npos && nkw == 0) {
        for (size_t i = n; i < code->nlocals; i++) regs[i] = VALUE_UNBOUND;
    } else if (call_bind(th, fn, regs, npos, nkw, kwnames) < 0) { th->stack_top = saved; return NULL; }
    th->stack_top = saved;
    if (flags & FRAME_OWNS_FUNC) incref(th, VALUE_OF(fn));
    return frame_push_fast(th, th->frame, fn, code, regs, regs + code->nregs, flags);
overflow:
    for (size_t i = 0; i < n; i++) reg_clear(th, &args[i]);
    raise_recursion(th);
    return NULL;
}

// An unchanged object.__new__ and a Python __init__: the instance is made here and __init__ runs in this loop.
extern Type type_object;
static Function *constructor_function(Type *t) {
    if (!(t->flags & TYPE_HEAP) || (t->flags & TYPE_ABSTRACT) || t->slots.new_ != type_object.slots.new_) return NULL;
    if (value_object(VALUE_OF(t))->shape->type->slots.call != type_type.slots.call) return NULL;
    Value init = type_lookup(t, name_d_init);
    if (init == NO_VALUE || !value_is_object(init) || value_object(init)->shape != &shape_function) return NULL;
    return AS(Function, init);
}

// R[base], R[base+1] and n arguments (the last ones named by kwnames).
static int call_any(Thread *th, Frame *f, Instr insn, unsigned n, Value kwnames, uint32_t extra_flags) {
    Value *base = &f->regs[instr_b(insn)];
    size_t nkw = kwnames != NO_VALUE ? AS(Tuple, kwnames)->len : 0;
    for (int unwrapped = 0;; unwrapped++) {
        Value fv = base[0];
        if (UNLIKELY(!value_is_object(fv))) break;
        Shape *s = value_object(fv)->shape;
        bool has_self = base[1] != NO_VALUE;
        Value *args = base + (has_self ? 1 : 2);
        size_t nargs = n + has_self;
        if (s == &shape_function) {
            Value *ap = args;
            Frame *nf = frame_push_args(th, AS(Function, fv), ap, nargs - nkw, nkw, kwnames, extra_flags);
            if (has_self && base[1] == NO_VALUE) base[1] = VALUE_UNBOUND;
            return nf ? ST_FRAME : ST_ERROR;
        }
        if (s == &shape_method && !has_self && unwrapped < 100) {
            Method *m = AS(Method, fv);
            base[1] = new_ref(th, m->self);
            base[0] = new_ref(th, m->func);
            decref(th, fv);
            continue;
        }
        if (s->flags & TYPE_TYPE_SUBCLASS) {
            Type *t = AS(Type, fv);
            Function *init = !has_self ? constructor_function(t) : NULL;
            if (init) {
                Value obj = VALUE_OF(object_new(th, t, 0));
                if (obj == NO_VALUE) return ST_ERROR;
                // The instance takes the class's place; __init__ is counted by the frame.
                base[0] = obj;
                base[1] = new_ref(th, obj);
                incref(th, VALUE_OF(init));
                decref(th, fv);
                Frame *nf = frame_push_args(th, init, base + 1, n + 1 - nkw, nkw, kwnames, FRAME_INIT | FRAME_OWNS_FUNC | extra_flags);
                decref(th, VALUE_OF(init));
                return nf ? ST_FRAME : ST_ERROR;
            }
            // type(x)
            if (t == &type_type && n == 1 && nkw == 0 && !has_self) {
                Value r = new_ref(th, VALUE_OF(type_of(args[0])));
                reg_clear(th, &args[0]);
                reg_clear(th, &base[0]);
                DST(r);
                return ST_OK;
            }
        }
        Value r;
        if ((s == &shape_builtin_function || s == &shape_method_descriptor)) {
            BuiltinFunction *b = AS(BuiltinFunction, fv);
            if (s == &shape_method_descriptor) {
                // self must be an instance of the owner; then what follows it are the arguments.
                if (nargs >= 1 && nargs - 1 == b->nargs_exact && nkw == 0 && value_is_instance(args[0], b->owner)) {
                    r = ((NativeFn)b->def->fn)(th, args[0], args + 1);
                    goto called;
                }
            } else if (nargs == b->nargs_exact && nkw == 0) {
                r = ((NativeFn)b->def->fn)(th, b->self, args);
                goto called;
            }
        }
        r = object_call(th, fv, args, nargs - nkw, kwnames);
    called:
        if (UNLIKELY(r == NO_VALUE)) return ST_ERROR;
        for (size_t i = 0; i < nargs; i++) reg_clear(th, &args[i]);
        base[1] = VALUE_UNBOUND;
        reg_clear(th, &base[0]);
        DST(r);
        return ST_OK;
    }
    object_call(th, base[0], base + 2, 0, NO_VALUE);   // "'T' object is not callable"
    if (!error_pending(th)) raise_type_error(th, "'%T' object is not callable", base[0]);
    return ST_ERROR;
}
SLOW(call) { return call_any(th, f, insn, instr_c(insn), NO_VALUE, 0); }
SLOW(call_kw) { return call_any(th, f, insn, instr_c(insn), f->code->consts[(uint32_t)f->pc[0]], 0); }

Value vm_callable_text(Thread *th, Value f);
SLOW(call_ex) {
    Value *base = &f->regs[instr_b(insn)];
    bool has_kw = instr_c(insn) & 1;
    Value args = base[2], kw = has_kw ? base[3] : NO_VALUE;
    if (!value_is_exact_tuple(args)) {
        Value t;
        if (value_is_exact_list(args)) t = list_to_tuple(th, AS(List, args));
        else {
            if (!type_of(args)->slots.iter && !sequence_check(args)) {
                Value text = vm_callable_text(th, base[0]);
                if (text == NO_VALUE) return -1;
                raise_type_error(th, "%U argument after * must be an iterable, not %T", text, args);
                decref(th, text);
                return -1;
            }
            t = sequence_to_tuple(th, args);
        }
        if (t == NO_VALUE) return -1;
        reg_set(th, &base[2], t);
        args = t;
    }
    if (kw != NO_VALUE && !value_is_exact_dict(kw)) {
        // f(**mapping): the code generator usually merges first.
        Value d = dict_new(th);
        if (d == NO_VALUE) return -1;
        if (dict_merge(th, AS(Dict, d), kw, 2) < 0) {
            if (error_matches(th, &exc_AttributeError)) {
                error_clear(th);
                Value text = vm_callable_text(th, base[0]);
                if (text != NO_VALUE) { raise_type_error(th, "%U argument after ** must be a mapping, not %T", text, kw); decref(th, text); }
            }
            decref(th, d);
            return -1;
        }
        reg_set(th, &base[3], d);
        kw = d;
    }
    // A self in base+1 goes before the others.
    if (base[1] != NO_VALUE) {
        Tuple *o = AS(Tuple, args), *t = tuple_new(th, o->len + 1);
        if (!t) return -1;
        t->items[0] = base[1];
        base[1] = NO_VALUE;
        for (size_t i = 0; i < o->len; i++) t->items[i + 1] = new_ref(th, o->items[i]);
        reg_set(th, &base[2], VALUE_OF(t));
        args = VALUE_OF(t);
    }
    Value fv = base[0];
    if (value_is_object(fv) && value_object(fv)->shape == &shape_function) {
        // Spread onto the stack of values, above everything in use.
        Tuple *t = AS(Tuple, args);
        size_t npos = t->len, nkw = kw != NO_VALUE ? dict_len(AS(Dict, kw)) : 0;
        Value *top = th->stack_top, names = NO_VALUE;
        if (!stack_fits(th, top + npos + nkw + 1)) { raise_recursion(th); return -1; }
        if (nkw) {
            Tuple *nt = tuple_new(th, nkw);
            if (!nt) return -1;
            size_t pos = 0, i = 0;
            Value k, v;
            while (i < nkw && dict_next(th, AS(Dict, kw), &pos, &k, &v)) {
                if (!value_is_str(k)) {
                    decref(th, k); decref(th, v);
                    for (size_t j = 0; j < i; j++) reg_clear(th, &top[npos + j]);
                    decref(th, VALUE_OF(nt));
                    raise_type_error(th, "keywords must be strings");
                    return -1;
                }
                nt->items[i] = k;
                top[npos + i++] = v;
            }
            if (i < nkw) {   // the dict shrank meanwhile: only what is there
                Value shorter = tuple_slice(th, VALUE_OF(nt), 0, i);
                for (size_t j = 0; shorter == NO_VALUE && j < i; j++) reg_clear(th, &top[npos + j]);
                decref(th, VALUE_OF(nt));
                if (shorter == NO_VALUE) return -1;
                names = shorter;
                nkw = i;
            } else names = VALUE_OF(nt);
        }
        for (size_t i = 0; i < npos; i++) top[i] = new_ref(th, t->items[i]);
        Frame *nf = frame_push_args(th, AS(Function, fv), top, npos, nkw, names, FRAME_BY_EX);
        decref(th, names);
        if (!nf) return ST_ERROR;
        reg_clear(th, &base[2]);
        if (has_kw) reg_clear(th, &base[3]);
        return ST_FRAME;
    }
    Value r = object_call_ex(th, fv, args, kw);
    if (r == NO_VALUE) return -1;
    base[1] = VALUE_UNBOUND;
    reg_clear(th, &base[2]);
    if (has_kw) reg_clear(th, &base[3]);
    reg_clear(th, &base[0]);
    DST(r);
    return ST_OK;
}

// ---- from C ---------------------------------------------------------------------------------------
Value vm_call_function(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Function *fn = AS(Function, callable);
    size_t nkw = kwnames != NO_VALUE ? AS(Tuple, kwnames)->len : 0, n = nargs + nkw;
    if (UNLIKELY(thread_c_recursion(th, "") < 0)) return NO_VALUE;
    Value *regs = th->stack_top;
    if (!stack_fits(th, regs + n + 1)) return raise_recursion(th);
    for (size_t i = 0; i < n; i++) { regs[i] = args[i]; vm_incref(th, args[i]); }
    Frame *f = frame_push_args(th, fn, regs, nargs, nkw, kwnames, FRAME_ENTRY | FRAME_OWNS_FUNC);
    return f ? vm_run(th, f) : NO_VALUE;
}
Value vm_exec(Thread *th, Code *code, Dict *globals, Value locals, Value closure) {
    size_t nfree = AS(Tuple, code->freevars)->len;
    if (closure == NO_VALUE || closure == VALUE_NONE) {
        if (nfree) return raise_type_error(th, "code object passed to exec() may not contain free variables");
        closure = NO_VALUE;
    }
    Value fv = function_new(th, code, globals);
    if (fv == NO_VALUE) return NO_VALUE;
    Function *fn = AS(Function, fv);
    if (closure != NO_VALUE) fn->closure = new_ref(th, closure);
    if (UNLIKELY(thread_c_recursion(th, "") < 0)) { decref(th, fv); return NO_VALUE; }
    Frame *f = frame_push_args(th, fn, th->stack_top, 0, 0, NO_VALUE, FRAME_ENTRY | FRAME_OWNS_FUNC);
    decref(th, fv);
    if (!f) return NO_VALUE;
    f->locals = new_ref(th, locals != NO_VALUE ? locals : VALUE_OF(globals));
    f->flags |= FRAME_HAS_LOCALS;
    return vm_run(th, f);
}

// ---- functions ------------------------------------------------------------------------------------
SLOW(make_function) {
    Value fv = function_new(th, AS(Code, f->code->consts[instr_b(insn)]), f->func->globals);
    if (fv == NO_VALUE) return -1;
    Function *fn = AS(Function, fv);
    if (fn->builtins != f->func->builtins && f->func->builtins) {
        Value old = VALUE_OF(fn->builtins);
        incref(th, VALUE_OF(f->func->builtins));
        fn->builtins = f->func->builtins;
        decref(th, old);
    }
    if (instr_c(insn) & 1) object_make_uncounted(th, value_object(fv));
    DST(fv);
    return 0;
}
SLOW(set_function) {
    Function *fn = AS(Function, f->regs[instr_a(insn)]);
    Value v = opnd_take(th, f, instr_b(insn));
    switch (instr_c(insn)) {
    case 1: set_ref(th, &fn->defaults, v); break;
    case 2: set_ref(th, &fn->kwdefaults, v); break;
    case 4: set_ref(th, &fn->annotate, v); break;
    case 8: set_ref(th, &fn->closure, v); break;
    case 16: set_ref(th, &fn->annotations, v); break;
    default: set_ref(th, &fn->type_params, v); break;
    }
    return 0;
}
