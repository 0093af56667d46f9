// SPDX-License-Identifier: MIT
// Cold halves of pattern matching (PEP 634), intrinsics, and the interactive prompt's printing.
#include "core/vm/interp_int.h"
#include "core/object/container_inl.h"
#include "core/object/call.h"
#include "core/object/module.h"
#include "core/object/typing.h"

SLOW(match_sequence) {
    Value v = f->regs[instr_b(insn)];
    DST(value_bool(type_flags_of(v) & TYPE_SEQUENCE_PATTERN));
    return 0;
}
SLOW(match_mapping) {
    Value v = f->regs[instr_b(insn)];
    DST(value_bool(type_flags_of(v) & TYPE_MAPPING_PATTERN));
    return 0;
}
SLOW(get_len) {
    intptr_t n = object_len(th, f->regs[instr_b(insn)]);
    if (n < 0) return -1;
    DST(int_from_i64(th, n));
    return 0;
}
// Values of the keys, by get(key, marker): a Tuple, None when one is missing, or NO_VALUE.
// Keys of an exact dict that differ from each other without a question to their classes: 1 and the values, 0: one is absent, -1 error, 2: not so.
static int match_dict_keys(Thread *th, Dict *d, const Tuple *k, Value *out) {
    Value few[8];
    if (k->len > ARRAY_LEN(few)) return 2;
    for (size_t i = 1; i < k->len; i++)
        for (size_t j = 0; j < i; j++) if (value_equal_quick(k->items[i], k->items[j]) != 0) return 2;
    int r = 1;
    size_t n = 0;
    while (n < k->len && (r = dict_get(th, d, k->items[n], &few[n])) > 0) n++;
    if (n == k->len) {
        *out = tuple_from_owned(th, few, n);
        return *out ? 1 : -1;
    }
    while (n > 0) decref(th, few[--n]);
    return r;
}
static Value match_keys(Thread *th, Value map, Value keys) {
    Tuple *k = AS(Tuple, keys);
    if (k->len == 0) return new_ref(th, tuple_empty);
    if (value_is_exact_dict(map)) {
        Value values;
        int r = match_dict_keys(th, AS(Dict, map), k, &values);
        if (r < 2) return r > 0 ? values : r == 0 ? VALUE_NONE : NO_VALUE;
    }
    Value seen = set_new(th, NO_VALUE), get = NO_VALUE, marker = NO_VALUE, out = NO_VALUE, r = NO_VALUE;
    if (seen == NO_VALUE) return NO_VALUE;
    get = object_getattr(th, map, name_get);
    if (get == NO_VALUE) goto done;
    marker = call0(th, VALUE_OF(&type_object));
    Tuple *t = marker == NO_VALUE ? NULL : tuple_new(th, k->len);
    if (!t) goto done;
    out = VALUE_OF(t);
    for (size_t i = 0; i < k->len; i++) {
        int dup = set_contains(th, AS(Set, seen), k->items[i]);
        if (dup < 0) goto done;
        if (dup) { raise_value_error(th, "mapping pattern checks duplicate key (%R)", k->items[i]); goto done; }
        if (set_add(th, AS(Set, seen), k->items[i]) < 0) goto done;
        Value v = call2(th, get, k->items[i], marker);
        if (v == NO_VALUE) goto done;
        if (v == marker) { decref(th, v); r = VALUE_NONE; goto done; }
        t->items[i] = v;
    }
    r = new_ref(th, out);
done:
    decref(th, seen); decref(th, get); decref(th, marker); decref(th, out);
    return r;
}
SLOW(match_keys) {
    unsigned rc = instr_c(insn);
    Value v = match_keys(th, f->regs[instr_b(insn)], opnd(th, f, rc));
    if (v == NO_VALUE) { opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rc);
    DST(v);
    return 0;
}
// One attribute of a class pattern: 1 *out new reference, 0 absent, -1 error.
// seen: the names before this one, which is an exact str as they are.
static int class_attr(Thread *th, Value subject, Value cls, Value name, Value *seen, size_t *nseen, Value *out) {
    for (size_t i = 0; i < *nseen; i++)
        if (seen[i] == name || str_equal(AS(Str, seen[i]), AS(Str, name))) {
            raise_type_error(th, "%N() got multiple sub-patterns for attribute %R", AS(Type, cls), name);
            return -1;
        }
    seen[(*nseen)++] = name;
    return object_getattr_optional(th, subject, name, out);
}
static Value match_class(Thread *th, Value subject, Value cls, Value kwnames, size_t npos) {
    if (!value_is_type(cls)) return raise_type_error(th, "called match pattern must be a class");
    int is = object_isinstance(th, subject, cls);
    if (is <= 0) return is < 0 ? NO_VALUE : VALUE_NONE;
    size_t nkw = AS(Tuple, kwnames)->len, nseen = 0;
    Value few[16], *seen = npos + nkw <= ARRAY_LEN(few) ? few : mem_alloc(th, (npos + nkw) * sizeof(Value));     // borrowed
    Value list = list_new(th, npos + nkw), match_args = NO_VALUE, r = NO_VALUE, v;
    if (!seen || list == NO_VALUE) goto done;
    if (npos) {
        bool match_self = false;
        int has = object_getattr_optional(th, cls, name_d_match_args, &match_args);
        if (has < 0) { match_args = NO_VALUE; goto done; }
        if (has == 0) {
            match_args = new_ref(th, tuple_empty);
            match_self = (AS(Type, cls)->flags & TYPE_MATCH_SELF) != 0;
        } else if (!value_is_exact_tuple(match_args)) {
            raise_type_error(th, "%N.__match_args__ must be a tuple (got %T)", AS(Type, cls), match_args);
            goto done;
        }
        size_t allowed = match_self ? 1 : AS(Tuple, match_args)->len;
        if (allowed < npos) {
            raise_type_error(th, "%N() accepts %zu positional sub-pattern%s (%zu given)", AS(Type, cls), allowed, allowed == 1 ? "" : "s", npos);
            goto done;
        }
        if (match_self) { if (list_append(th, AS(List, list), subject) < 0) goto done; }
        else for (size_t i = 0; i < npos; i++) {
            Value name = AS(Tuple, match_args)->items[i];
            if (!value_is_exact_str(name)) { raise_type_error(th, "__match_args__ elements must be strings (got %T)", name); goto done; }
            int got = class_attr(th, subject, cls, name, seen, &nseen, &v);
            if (got <= 0) { r = got < 0 ? NO_VALUE : VALUE_NONE; goto done; }
            if (list_append_owned(th, AS(List, list), v) < 0) goto done;
        }
    }
    for (size_t i = 0; i < nkw; i++) {
        int got = class_attr(th, subject, cls, AS(Tuple, kwnames)->items[i], seen, &nseen, &v);
        if (got <= 0) { r = got < 0 ? NO_VALUE : VALUE_NONE; goto done; }
        if (list_append_owned(th, AS(List, list), v) < 0) goto done;
    }
    r = list_to_tuple(th, AS(List, list));
done:
    if (seen != few) mem_free(seen);
    decref(th, list); decref(th, match_args);
    return r;
}
SLOW(match_class) {
    Value *r = &f->regs[instr_b(insn)];
    Value v = match_class(th, r[0], r[1], r[2], instr_c(insn));
    if (v == NO_VALUE) return -1;
    for (int i = 0; i < 3; i++) reg_clear(th, &r[i]);
    DST(v);
    return 0;
}

SLOW(print_expr) {
    unsigned ra = instr_a(insn);
    Value v = opnd(th, f, ra), hook = import_attr(th, "sys", "displayhook");
    if (hook == NO_VALUE) {
        if (error_clear_if(th, &exc_AttributeError)) raise_error(th, &exc_RuntimeError, "lost sys.displayhook");
        opnd_fail(th, f, ra);
        return -1;
    }
    Value r = call1(th, hook, v);
    decref(th, hook);
    if (r == NO_VALUE) { opnd_fail(th, f, ra); return -1; }
    decref(th, r);
    opnd_done(th, f, ra);
    return 0;
}

// A StopIteration (or, in async generators, StopAsyncIteration) that leaves a generator's body becomes a RuntimeError; anything else goes through.
Value vm_stop_iteration_error(Thread *th, Frame *f, Value exc) {
    const char *text = NULL;
    if (exception_is(exc, &exc_StopIteration)) {
        text = f->code->flags & CO_ASYNC_GENERATOR ? "async generator raised StopIteration" : f->code->flags & CO_COROUTINE ? "coroutine raised StopIteration" : "generator raised StopIteration";
    } else if ((f->code->flags & CO_ASYNC_GENERATOR) && exception_is(exc, &exc_StopAsyncIteration)) text = "async generator raised StopAsyncIteration";
    if (!text) return new_ref(th, exc);
    Value msg = str_from_cstr(th, text);
    if (msg == NO_VALUE) return NO_VALUE;
    Value e = call1(th, VALUE_OF(&exc_RuntimeError), msg);
    decref(th, msg);
    if (e == NO_VALUE) return NO_VALUE;
    Exception *x = AS(Exception, e);
    set_ref(th, &x->cause, new_ref(th, exc));
    set_ref(th, &x->context, new_ref(th, exc));
    x->suppress_context = 1;
    return e;
}
SLOW(intrinsic1) {
    unsigned rb = instr_b(insn);
    Value x = opnd(th, f, rb), v = NO_VALUE;
    switch (instr_c(insn)) {
    case INTRINSIC_STOPITERATION_ERROR: v = vm_stop_iteration_error(th, f, x); break;
    case INTRINSIC_ASYNC_GEN_WRAP: v = new_ref(th, x); break;   // YIELD_ASYNC tells
    case INTRINSIC_TYPEVAR: v = typing_typevar(th, x, NO_VALUE, NO_VALUE); break;
    case INTRINSIC_PARAMSPEC: v = typing_paramspec(th, x); break;
    case INTRINSIC_TYPEVARTUPLE: v = typing_typevartuple(th, x); break;
    case INTRINSIC_SUBSCRIPT_GENERIC: v = typing_subscript_generic(th, x); break;
    case INTRINSIC_TYPEALIAS: v = typing_typealias(th, x); break;
    default: v = typing_unpack_alias(th, x); break;
    }
    if (v == NO_VALUE) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(intrinsic2) {
    Value *r = &f->regs[instr_b(insn)], v = NO_VALUE;
    switch (instr_c(insn)) {
    case INTRINSIC2_TYPEVAR_WITH_BOUND: v = typing_typevar(th, r[0], r[1], NO_VALUE); break;
    case INTRINSIC2_TYPEVAR_WITH_CONSTRAINTS: v = typing_typevar(th, r[0], NO_VALUE, r[1]); break;
    case INTRINSIC2_SET_FUNCTION_TYPE_PARAMS:
        set_ref(th, &AS(Function, r[0])->type_params, new_ref(th, r[1]));
        v = new_ref(th, r[0]);
        break;
    default: v = typing_set_default(th, r[0], r[1]); break;
    }
    if (v == NO_VALUE) return -1;
    reg_clear(th, &r[0]);
    reg_clear(th, &r[1]);
    DST(v);
    return 0;
}
