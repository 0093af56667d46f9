// SPDX-License-Identifier: MIT
// Binding of call arguments to the parameters of a Python function, in place in the callee's registers, and the TypeErrors when they do not fit.
// Layout of the registers: positional parameters, keyword-only ones, *args, **kwargs, other locals.
#include "core/object/suggest.h"
#include "core/vm/interp_int.h"

#include <stdio.h>

// Borrowed until the next safepoint.
static Value qualname_of(Function *fn) {
    Value q = atomic_load_acquire(&fn->qualname);
    return q != NO_VALUE ? q : atomic_load_acquire(&fn->code)->qualname;
}
static Value param_name(const Code *c, size_t i) { return AS(Tuple, c->local_names)->items[i]; }

// "'a', 'b' and 'c'" of those of names.
static Value join_names(Thread *th, const Value *names, size_t n) {
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < n; i++) {
        if (i) str_builder_cstr(&b, n == 2 ? " and " : i == n - 1 ? ", and " : ", ");
        str_builder_char(&b, '\'');
        str_builder_str(&b, names[i]);
        str_builder_char(&b, '\'');
    }
    return str_builder_finish(&b);
}
static void raise_missing(Thread *th, Function *fn, const Code *c, const Value *regs, size_t from, size_t to, const char *kind) {
    Value missing[256];
    size_t n = 0, total = 0;
    for (size_t i = from; i < to; i++) if (regs[i] == NO_VALUE) { total++; if (n < 256) missing[n++] = param_name(c, i); }
    Value text = join_names(th, missing, n);
    if (text == NO_VALUE) return;
    raise_type_error(th, "%U() missing %zu required %s argument%s: %U", qualname_of(fn), total, kind, total == 1 ? "" : "s", text);
    decref(th, text);
}
static void raise_too_many(Thread *th, Function *fn, const Code *c, const Value *regs, size_t given) {
    Value defaults = atomic_load_acquire(&fn->defaults);
    size_t ndef = defaults != NO_VALUE ? AS(Tuple, defaults)->len : 0, kwonly_given = 0;
    for (size_t i = c->argcount; i < c->argcount + c->kwonlyargcount; i++) if (regs[i] != NO_VALUE) kwonly_given++;
    char takes[64], kw[96] = "";
    bool plural;
    if (ndef) { plural = true; snprintf(takes, sizeof takes, "from %u to %u", (unsigned)(c->argcount - ndef), c->argcount); }
    else { plural = c->argcount != 1; snprintf(takes, sizeof takes, "%u", c->argcount); }
    if (kwonly_given)
        snprintf(kw, sizeof kw, " positional argument%s (and %zu keyword-only argument%s)", given != 1 ? "s" : "", kwonly_given, kwonly_given != 1 ? "s" : "");
    raise_type_error(th, "%U() takes %s positional argument%s but %zu%s %s given", qualname_of(fn), takes, plural ? "s" : "", given, kw,
                     given == 1 && !kwonly_given ? "was" : "were");
}
// Index of the parameter called name in [from, to), or -1.
static intptr_t find_param(const Code *c, Value name, size_t from, size_t to) {
    const Value *names = AS(Tuple, c->local_names)->items;
    for (size_t i = from; i < to; i++) if (names[i] == name) return (intptr_t)i;
    bool interned = str_is_interned(name);      // then only names that are not can be equal
    for (size_t i = from; i < to; i++) if (!(interned && str_is_interned(names[i])) && str_equal(AS(Str, names[i]), AS(Str, name))) return (intptr_t)i;
    return -1;
}
static void raise_positional_only(Thread *th, Function *fn, const Code *c, Value kwnames) {
    Tuple *kn = AS(Tuple, kwnames);
    StrBuilder b;
    str_builder_init(&b, th);
    bool any = false;
    for (size_t i = 0; i < c->posonlyargcount; i++)
        for (size_t k = 0; k < kn->len; k++)
            if (str_equal(AS(Str, param_name(c, i)), AS(Str, kn->items[k]))) {
                if (any) str_builder_cstr(&b, ", ");
                str_builder_str(&b, param_name(c, i));
                any = true;
                break;
            }
    Value text = str_builder_finish(&b);
    if (text == NO_VALUE) return;
    if (any) raise_type_error(th, "%U() got some positional-only arguments passed as keyword arguments: '%U'", qualname_of(fn), text);
    decref(th, text);
}
static void raise_unexpected(Thread *th, Function *fn, const Code *c, Value name) {
    const Value *names = &AS(Tuple, c->local_names)->items[c->posonlyargcount];
    Value best = suggest_name(name, names, c->argcount + c->kwonlyargcount - c->posonlyargcount);
    if (best != NO_VALUE) raise_type_error(th, "%U() got an unexpected keyword argument '%S'. Did you mean '%U'?", qualname_of(fn), name, best);
    else raise_type_error(th, "%U() got an unexpected keyword argument '%S'", qualname_of(fn), name);
}

int call_bind_stars(Thread *th, const Code *c, Value *regs, size_t n) {
    size_t fixed = c->argcount, at = fixed;
    Value rest = NO_VALUE, kwdict = NO_VALUE;
    if (c->flags & CO_VARARGS) {
        rest = n > fixed ? tuple_from_owned(th, regs + fixed, n - fixed) : tuple_empty;
        regs_unbind(regs, fixed, n);
        if (UNLIKELY(rest == NO_VALUE)) goto fail;
        regs[at++] = rest;
    }
    if (c->flags & CO_VARKEYWORDS) {
        if (UNLIKELY((kwdict = dict_new(th)) == NO_VALUE)) goto fail;
        regs[at++] = kwdict;
    }
    regs_unbind(regs, at, c->nlocals);
    return 0;
fail:
    for (size_t i = 0; i < at; i++) reg_clear(th, &regs[i]);
    return -1;
}

int call_bind(Thread *th, Function *fn, const Code *c, Value *regs, size_t npos, size_t nkw, Value kwnames) {
    size_t nparams = c->argcount + c->kwonlyargcount, given = npos;
    size_t star = nparams, kwstar = nparams + ((c->flags & CO_VARARGS) != 0), nfixed = kwstar + ((c->flags & CO_VARKEYWORDS) != 0);
    // Keyword values stand aside above the registers (the caller checked the room).
    size_t room = c->nregs > npos + nkw ? c->nregs : npos + nkw;
    Value *kw = regs + room;
    for (size_t i = 0; i < nkw; i++) { kw[i] = regs[npos + i]; regs[npos + i] = VALUE_UNBOUND; }
    Value extra = NO_VALUE, kwdict = NO_VALUE;
    bool too_many = false, takes_kw = (c->flags & CO_VARKEYWORDS) != 0;
    if (npos > c->argcount) {
        if (c->flags & CO_VARARGS) {
            extra = tuple_from_owned(th, regs + c->argcount, npos - c->argcount);
            for (size_t i = c->argcount; i < npos; i++) regs[i] = VALUE_UNBOUND;
            if (extra == NO_VALUE) goto fail_early;
        } else {
            too_many = true;
            // Released now; the message only wants their number.
            for (size_t i = c->argcount; i < npos; i++) reg_clear(th, &regs[i]);
        }
        npos = c->argcount;
    } else if (c->flags & CO_VARARGS) extra = new_ref(th, tuple_empty);
    for (size_t i = npos; i < nparams; i++) regs[i] = NO_VALUE;
    for (size_t i = 0; i < nkw; i++) {
        Value name = AS(Tuple, kwnames)->items[i];
        if (UNLIKELY(!value_is_str(name))) { raise_type_error(th, "%U() keywords must be strings", qualname_of(fn)); goto fail; }
        intptr_t p = find_param(c, name, c->posonlyargcount, nparams);
        if (p < 0) {
            if (!takes_kw) {
                if (c->posonlyargcount) { raise_positional_only(th, fn, c, kwnames); if (error_pending(th)) goto fail; }
                raise_unexpected(th, fn, c, name);
                goto fail;
            }
            if (kwdict == NO_VALUE && (kwdict = dict_new_sized(th, nkw - i)) == NO_VALUE) goto fail;
            if (dict_set(th, AS(Dict, kwdict), name, kw[i]) < 0) goto fail;
            reg_clear(th, &kw[i]);
            continue;
        }
        if (regs[p] != NO_VALUE) { raise_type_error(th, "%U() got multiple values for argument '%S'", qualname_of(fn), name); goto fail; }
        regs[p] = kw[i];
        kw[i] = VALUE_UNBOUND;
    }
    if (too_many) {
        raise_too_many(th, fn, c, regs, given);
        goto fail;
    }
    if (npos < c->argcount) {
        Value d = atomic_load_acquire(&fn->defaults);
        size_t ndef = d != NO_VALUE ? AS(Tuple, d)->len : 0;
        size_t first = ndef < c->argcount ? c->argcount - ndef : 0;
        for (size_t i = npos; i < first; i++) if (UNLIKELY(regs[i] == NO_VALUE)) {
            raise_missing(th, fn, c, regs, 0, first, "positional");
            goto fail;
        }
        for (size_t i = npos > first ? npos : first; i < c->argcount; i++)
            if (regs[i] == NO_VALUE) regs[i] = new_ref(th, AS(Tuple, d)->items[i - (c->argcount - ndef)]);
    }
    if (c->kwonlyargcount) {
        Value kd = atomic_load_acquire(&fn->kwdefaults);
        bool missing = false;
        for (size_t i = c->argcount; i < nparams; i++) {
            if (regs[i] != NO_VALUE) continue;
            Value v;
            int r = kd != NO_VALUE && kd != VALUE_NONE ? dict_get(th, AS(Dict, kd), param_name(c, i), &v) : 0;
            if (r < 0) goto fail;
            if (r == 0) missing = true;
            else regs[i] = v;
        }
        if (missing) { raise_missing(th, fn, c, regs, c->argcount, nparams, "keyword-only"); goto fail; }
    }
    if (takes_kw && kwdict == NO_VALUE && (kwdict = dict_new(th)) == NO_VALUE) goto fail;
    if (c->flags & CO_VARARGS) regs[star] = extra;
    if (takes_kw) regs[kwstar] = kwdict;
    regs_unbind(regs, nfixed, c->nlocals);
    return 0;
fail:
    for (size_t i = 0; i < nparams; i++) { if (regs[i] != NO_VALUE) reg_clear(th, &regs[i]); regs[i] = VALUE_UNBOUND; }
    decref(th, extra);
    decref(th, kwdict);
    for (size_t i = 0; i < nkw; i++) reg_clear(th, &kw[i]);
    return -1;
fail_early:
    for (size_t i = 0; i < c->argcount; i++) reg_clear(th, &regs[i]);
    for (size_t i = 0; i < nkw; i++) reg_clear(th, &kw[i]);
    return -1;
}
