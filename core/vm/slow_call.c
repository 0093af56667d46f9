// SPDX-License-Identifier: MIT
// Cold halves of calls: pushing frames, constructors, native functions, everything else by object_call.
#include "core/vm/interp_int.h"
#include "core/vm/cache_int.h"
#include "core/vm/generator.h"
#include "core/vm/monitor.h"
#include "core/vm/trace.h"

COLD Value raise_recursion(Thread *th) {
    // Room for the code that reports it.
    return raise_error(th, &exc_RecursionError, "maximum recursion depth exceeded");
}

// Positional arguments that were left out, all of which have a default, of a function that takes nothing else. False: not so.
static bool fill_defaults(Thread *th, Function *fn, const Code *code, Value *regs, size_t npos) {
    size_t n = code->fast_args != UINT32_MAX ? code->fast_args : code->generator_args;
    Value d = atomic_load_acquire(&fn->defaults);
    if (n == UINT32_MAX || npos > n || d == NO_VALUE || AS(Tuple, d)->len < n - npos) return false;
    const Value *end = AS(Tuple, d)->items + AS(Tuple, d)->len - n;
    for (size_t i = npos; i < n; i++) regs[i] = new_ref(th, end[i]);
    return true;
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
        regs_move(regs, args, n);
        args = regs;
    }
    // Twice the room: binding keeps the keyword values above the registers for a moment.
    if (!stack_fits(th, regs + room + nkw + 1) || th->frame_top + sizeof(Frame) > th->frame_limit) goto overflow;
    Value *saved = th->stack_top;
    th->stack_top = regs + room + nkw;
    if ((code->fast_args == npos || code->generator_args == npos) && nkw == 0) {
        regs_unbind(regs, n, code->nlocals);
    } else if (nkw == 0 && fill_defaults(th, fn, code, regs, npos)) {
        regs_unbind(regs, code->argcount, code->nlocals);
    } else if (call_bind(th, fn, code, regs, npos, nkw, kwnames) < 0) { th->stack_top = saved; return NULL; }
    th->stack_top = saved;
    if (flags & FRAME_OWNS_FUNC) incref(th, VALUE_OF(fn));
    Frame *f = frame_push_fast(th, th->frame, fn, code, regs, regs + code->nregs, flags);
    f->pc = code->instrs;
    return f;
overflow:
    for (size_t i = 0; i < n; i++) reg_clear(th, &args[i]);
    raise_recursion(th);
    return NULL;
}

// An unchanged object.__new__ and a Python __init__: the instance is made here and __init__ runs in this loop.
static Function *constructor_function(Thread *th, Type *t, Instr *cache) {
    if (!(t->flags & TYPE_HEAP) || (t->flags & TYPE_ABSTRACT) || t->slots.new_ != type_object.slots.new_) return NULL;
    if (value_object(VALUE_OF(t))->shape->type->slots.call != type_type.slots.call) return NULL;
    uint32_t version = atomic_load_relaxed(&t->version);        // before the look-up: a change in between makes the word useless
    Value init = type_lookup(t, name_d_init);
    if (init == NO_VALUE || !value_is_object(init) || atomic_load_relaxed(&value_object(init)->shape)->type != &type_function) return NULL;
    if (cache && ic_stamp(atomic_load_relaxed(cache)) != version && value_object(VALUE_OF(t))->shape == &shape_type) {
        int i = attr_cache_index(th, t, name_d_init);
        if (i >= 0) atomic_store_relaxed(cache, IC_MAKE(version, (uint32_t)i << 3, IC_TYPE_VALUE));
    }
    return AS(Function, init);
}

// Calls the callable in *base with n owned arguments at args (the last ones named by kwnames): args is base + 1, or base + 2 with base[1] free.
static int call_any(Thread *th, Frame *f, Instr insn, Value *base, Value *args, size_t n, Value kwnames, uint32_t flags) {
    size_t nkw = kwnames != NO_VALUE ? AS(Tuple, kwnames)->len : 0;
    Value fv = base[0], r;
    if (UNLIKELY(atomic_load_relaxed(&th->poll) != 0) && vm_safepoint_slow(th) < 0) return ST_ERROR;
    // The end of a call is told only to those who wanted its beginning.
    bool monitored = UNLIKELY(th->tracing & TRACING_MONITOR) && monitor_wanted(f->code, MON_CALL);
    if (UNLIKELY(monitored) && trace_monitor_call(th, f, base[0], n ? args[0] : NO_VALUE, MON_CALL) < 0) return ST_ERROR;
    bool moved = false;     // fv is ours, no longer in base[0]: that register became the first argument
    for (int unwrapped = 0; value_is_object(fv) && unwrapped < 100; unwrapped++) {
        Shape *s = atomic_load_acquire(&value_object(fv)->shape);
        if (s->type == &type_function) {
            Code *code = atomic_load_acquire(&AS(Function, fv)->code);
            Value defaults;
            if (nkw == 0 && th->tracing == 0 && !th->coroutine_origin_depth && generator_call_fits(AS(Function, fv), code, n, &defaults)) {
                r = generator_from_call(th, AS(Function, fv), code, args, n, defaults);
                goto done;
            }
            Frame *nf = frame_push_args(th, AS(Function, fv), args, n - nkw, nkw, kwnames, flags | (moved ? FRAME_OWNS_FUNC : 0));
            if (moved) decref(th, fv);
            return nf ? ST_FRAME : ST_ERROR;
        }
        if (s == &shape_method) {
            // The bound object goes in front of the arguments.
            Method *m = AS(Method, fv);
            Value func = new_ref(th, m->func), self = new_ref(th, m->self);
            if (args == base + 2) {
                reg_set(th, &base[0], func);
                fv = func;
            } else if (!moved) {
                base[0] = self;
                args = base;
                n++;
                decref(th, fv);
                fv = func;
                moved = true;
                continue;
            } else {
                // A method of a method: no room in front.
                decref(th, func);
                decref(th, self);
                break;
            }
            base[1] = self;
            args = base + 1;
            n++;
            continue;
        }
        if ((s->flags & TYPE_TYPE_SUBCLASS) && !moved) {
            Type *t = AS(Type, fv);
            Function *init = constructor_function(th, t, nkw == 0 && flags == 0 ? (Instr *)f->pc : NULL);
            if (init) {
                Value obj = VALUE_OF(object_new(th, t, 0));
                if (obj == NO_VALUE) return ST_ERROR;
                incref(th, VALUE_OF(init));
                // The instance becomes the first argument; the frame holds another reference to it, for the result.
                if (args == base + 2) base[1] = obj;
                else { base[0] = obj; decref(th, fv); }
                args--;
                incref(th, obj);
                Frame *nf = frame_push_args(th, init, args, n + 1 - nkw, nkw, kwnames, FRAME_INIT | FRAME_OWNS_FUNC | flags);
                decref(th, VALUE_OF(init));
                if (!nf) { decref(th, obj); return ST_ERROR; }
                nf->locals = obj;
                return ST_FRAME;
            }
            if (t == &type_type && n == 1 && nkw == 0) {    // type(x)
                r = new_ref(th, VALUE_OF(type_of(args[0])));
                goto done;
            }
        }
        if (th->tracing == 0) {
            if (s == &shape_builtin_function) {
                BuiltinFunction *b = AS(BuiltinFunction, fv);
                r = n == atomic_load_relaxed(&b->nargs_exact) && nkw == 0 ? ((NativeFn)b->def->fn)(th, b->self, args) : native_call(th, b, b->self, args, n - nkw, kwnames);
                goto done;
            }
            if (s == &shape_method_descriptor) {
                // self must be an instance of the owner; then what follows it are the arguments.
                BuiltinFunction *b = AS(BuiltinFunction, fv);
                if (n > nkw && value_is_instance(args[0], b->owner)) {
                    r = n - 1 == atomic_load_relaxed(&b->nargs_exact) && nkw == 0 ? ((NativeFn)b->def->fn)(th, args[0], args + 1) : native_call(th, b, args[0], args + 1, n - 1 - nkw, kwnames);
                    goto done;
                }
            }
        } else if (s == &shape_builtin_function || s == &shape_method_descriptor) {
            bool told = monitored || (th->tracing & TRACING_PROFILE);   // the call itself may set a profile function
            if (trace_c_call(th, f, fv) < 0) { r = NO_VALUE; goto done; }
            r = object_call(th, fv, args, n - nkw, kwnames);
            if (told && trace_c_return(th, f, fv, r == NO_VALUE) < 0 && r != NO_VALUE) { decref(th, r); r = NO_VALUE; }
            goto done;
        }
        break;
    }
    r = object_call(th, fv, args, n - nkw, kwnames);
done:
    if (UNLIKELY(monitored) && trace_monitor_call(th, f, fv, n ? args[0] : NO_VALUE, r == NO_VALUE ? MON_C_RAISE : MON_C_RETURN) < 0 && r != NO_VALUE) {
        decref(th, r);
        r = NO_VALUE;
    }
    if (UNLIKELY(r == NO_VALUE)) {
        if (moved) decref(th, fv);
        return ST_ERROR;
    }
    for (size_t i = 0; i < n; i++) reg_clear(th, &args[i]);
    if (moved) decref(th, fv);
    else reg_clear(th, &base[0]);
    DST(r);
    return ST_OK;
}
SLOW(call) {
    Value *base = &f->regs[instr_b(insn)];
    return call_any(th, f, insn, base, base + 1, instr_c(insn), NO_VALUE, 0);
}
SLOW(call_kw) {
    Value *base = &f->regs[instr_b(insn)];
    return call_any(th, f, insn, base, base + 1, instr_c(insn), f->code->consts[(uint32_t)f->pc[0]], 0);
}
SLOW(call_method) {
    Value *base = &f->regs[instr_b(insn)];
    bool self = base[1] != NO_VALUE;
    return call_any(th, f, insn, base, base + (self ? 1 : 2), instr_c(insn) + self, NO_VALUE, 0);
}
SLOW(call_method_kw) {
    Value *base = &f->regs[instr_b(insn)];
    bool self = base[1] != NO_VALUE;
    return call_any(th, f, insn, base, base + (self ? 1 : 2), instr_c(insn) + self, f->code->consts[(uint32_t)f->pc[0]], 0);
}

static Value first_of(Value args) { return AS(Tuple, args)->len ? AS(Tuple, args)->items[0] : NO_VALUE; }
// What is no Python function, while somebody wants to know of calls.
static Value call_ex_traced(Thread *th, Frame *f, Value fv, Value args, Value kw) {
    bool monitored = (th->tracing & TRACING_MONITOR) && monitor_wanted(f->code, MON_CALL);
    bool native = value_is_exact(fv, &type_builtin_function) || value_is_exact(fv, &type_method_descriptor);
    if (monitored && trace_monitor_call(th, f, fv, first_of(args), MON_CALL) < 0) return NO_VALUE;
    bool told = native && (monitored || (th->tracing & TRACING_PROFILE));
    if (told && trace_c_call(th, f, fv) < 0) return NO_VALUE;
    Value r = object_call_ex(th, fv, args, kw);
    if (told && trace_c_return(th, f, fv, r == NO_VALUE) < 0 && r != NO_VALUE) clear_ref(th, &r);
    if (monitored && trace_monitor_call(th, f, fv, first_of(args), r == NO_VALUE ? MON_C_RAISE : MON_C_RETURN) < 0 && r != NO_VALUE) clear_ref(th, &r);
    return r;
}

// Pushes a frame for fn with its arguments spread onto the stack of values, above everything in use: first (taken over) unless it is NO_VALUE, then those
// of args, then those of kw, an exact dict or NO_VALUE. With FRAME_INIT, first is the new instance. 0, ST_ERROR or -1.
static int enter_spread(Thread *th, Function *fn, Value first, Tuple *args, Value kw, uint32_t flags) {
    size_t before = first != NO_VALUE, npos = before + args->len, nkw = kw != NO_VALUE ? dict_len(AS(Dict, kw)) : 0;
    Value *top = th->stack_top, names = NO_VALUE;
    if (!stack_fits(th, top + npos + nkw + 1)) {
        decref(th, first);
        raise_recursion(th);
        return -1;
    }
    if (nkw) {
        Tuple *nt = tuple_new(th, nkw);
        if (!nt) { decref(th, first); return -1; }
        size_t pos = 0, i = 0;
        Value k, v;
        while (i < nkw && dict_next(th, AS(Dict, kw), &pos, &k, &v)) {
            if (!value_is_str(k)) {
                decref(th, k); decref(th, v);
                for (size_t j = 0; j < i; j++) reg_clear(th, &top[npos + j]);
                decref(th, VALUE_OF(nt));
                decref(th, first);
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
            if (shorter == NO_VALUE) { decref(th, first); return -1; }
            names = shorter;
            nkw = i;
        } else names = VALUE_OF(nt);
    }
    if (before) top[0] = first;
    if (flags & FRAME_INIT) incref(th, first);      // the frame's own, for the result
    for (size_t i = before; i < npos; i++) top[i] = new_ref(th, args->items[i - before]);
    Frame *nf = frame_push_args(th, fn, top, npos, nkw, names, flags);
    decref(th, names);
    if (!nf) {
        if (flags & FRAME_INIT) decref(th, first);
        return ST_ERROR;
    }
    if (flags & FRAME_INIT) nf->locals = first;
    return 0;
}

SLOW(call_ex) {
    Value *base = &f->regs[instr_b(insn)];
    bool has_kw = instr_c(insn) & 1;
    if (UNLIKELY(atomic_load_relaxed(&th->poll) != 0) && vm_safepoint_slow(th) < 0) return ST_ERROR;
    Value args = base[1], kw = has_kw ? base[2] : NO_VALUE;
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
        reg_set(th, &base[1], t);
        args = t;
    }
    if (kw != NO_VALUE && !value_is_exact_dict(kw)) {
        // f(**mapping)
        Value d = dict_new(th);
        if (d == NO_VALUE) return -1;
        if (vm_merge_keywords(th, AS(Dict, d), kw, base[0]) < 0) { decref(th, d); return -1; }
        reg_set(th, &base[2], d);
        kw = d;
    }
    Value fv = base[0], first = NO_VALUE;   // first: owned, goes in front of the arguments
    Function *fn = NULL;
    uint32_t flags = FRAME_BY_EX | FRAME_OWNS_FUNC;
    if (value_is_object(fv)) {
        Shape *s = atomic_load_acquire(&value_object(fv)->shape);
        if (s->type == &type_function) fn = AS(Function, fv);
        else if (th->tracing != 0) fn = NULL;
        else if (s == &shape_method && value_is_object(AS(Method, fv)->func) && object_shape(value_object(AS(Method, fv)->func))->type == &type_function) {
            // A bound method: its function takes its place.
            fn = AS(Function, AS(Method, fv)->func);
            first = new_ref(th, AS(Method, fv)->self);
            incref(th, VALUE_OF(fn));
            reg_set(th, &base[0], VALUE_OF(fn));
            fv = base[0];
        } else if ((s->flags & TYPE_TYPE_SUBCLASS) && (fn = constructor_function(th, AS(Type, fv), NULL))) {
            incref(th, VALUE_OF(fn));
            first = VALUE_OF(object_new(th, AS(Type, fv), 0));
            if (first == NO_VALUE) { decref(th, VALUE_OF(fn)); return -1; }
            flags |= FRAME_INIT;
        }
    }
    if (fn) {
        if (UNLIKELY(th->tracing & TRACING_MONITOR) && monitor_wanted(f->code, MON_CALL) && trace_monitor_call(th, f, fv, first_of(args), MON_CALL) < 0) return -1;
        int r = enter_spread(th, fn, first, AS(Tuple, args), kw, flags);
        if (flags & FRAME_INIT) decref(th, VALUE_OF(fn));
        if (r < 0) return r;
        reg_clear(th, &base[1]);
        if (has_kw) reg_clear(th, &base[2]);
        return ST_FRAME;
    }
    Value r = UNLIKELY(th->tracing != 0) ? call_ex_traced(th, f, fv, args, kw) : object_call_ex(th, fv, args, kw);
    if (r == NO_VALUE) return -1;
    reg_clear(th, &base[1]);
    if (has_kw) reg_clear(th, &base[2]);
    reg_clear(th, &base[0]);
    DST(r);
    return ST_OK;
}

// ---- from C ---------------------------------------------------------------------------------------
Value vm_call_function(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Function *fn = AS(Function, callable);
    size_t nkw = kwnames != NO_VALUE ? AS(Tuple, kwnames)->len : 0, n = nargs + nkw;
    if (UNLIKELY(thread_c_recursion(th, "") < 0)) return NO_VALUE;
    if (UNLIKELY(atomic_load_relaxed(&th->poll) != 0) && vm_safepoint_slow(th) < 0) return NO_VALUE;
    Value *regs = th->stack_top;
    if (!stack_fits(th, regs + n + 1)) return raise_recursion(th);
    for (size_t i = 0; i < n; i++) { regs[i] = args[i]; vm_incref(th, args[i]); }
    Code *code = atomic_load_acquire(&fn->code);
    Value *top = regs + code->nregs;
    if (LIKELY(code->fast_args == n) && LIKELY(nkw == 0) && LIKELY(stack_fits(th, top)) && LIKELY(th->frame_top + sizeof(Frame) <= th->frame_limit)) {
        regs_unbind(regs, n, code->nlocals);
        vm_incref(th, callable);
        Frame *f = frame_push_fast(th, th->frame, fn, code, regs, top, FRAME_ENTRY | FRAME_OWNS_FUNC);
        f->pc = code->instrs;
        return vm_run(th, f);
    }
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
    Code *code = AS(Code, f->code->consts[instr_b(insn)]);
    Dict *builtins = f->func->builtins;
    if (LIKELY(builtins != NULL)) incref(th, VALUE_OF(builtins));
    Value fv = LIKELY(builtins != NULL) ? function_new_with(th, code, f->func->globals, builtins) : function_new(th, code, f->func->globals);
    if (fv == NO_VALUE) return -1;
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
    default: set_ref(th, &fn->type_params, v); break;
    }
    return 0;
}
