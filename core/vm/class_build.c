// SPDX-License-Identifier: MIT
// builtins.__build_class__: everything between evaluating a class statement's header and binding its name.
#include "core/vm/interp_int.h"
#include "core/object/call.h"

// Replaces bases that are no types by what their __mro_entries__ gives. New Tuple (the same one when nothing changed).
static Value resolve_bases(Thread *th, Value bases) {
    Tuple *t = AS(Tuple, bases);
    Value list = NO_VALUE;
    for (size_t i = 0; i < t->len; i++) {
        Value base = t->items[i], meth, got;
        if (value_is_type(base)) {
            if (list != NO_VALUE && list_append(th, AS(List, list), base) < 0) goto fail;
            continue;
        }
        int r = object_getattr_optional(th, base, name_d_mro_entries, &meth);
        if (r < 0) goto fail;
        if (r == 0) {
            if (list != NO_VALUE && list_append(th, AS(List, list), base) < 0) goto fail;
            continue;
        }
        got = call1(th, meth, bases);
        decref(th, meth);
        if (got == NO_VALUE) goto fail;
        if (!value_is_tuple(got)) { decref(th, got); raise_type_error(th, "__mro_entries__ must return a tuple"); goto fail; }
        if (list == NO_VALUE) list = list_from_array(th, t->items, i);
        if (list == NO_VALUE || list_extend(th, AS(List, list), got) < 0) { decref(th, got); goto fail; }
        decref(th, got);
    }
    if (list == NO_VALUE) return new_ref(th, bases);
    Value r = list_to_tuple(th, AS(List, list));
    decref(th, list);
    return r;
fail:
    decref(th, list);
    return NO_VALUE;
}
// The most derived metaclass of meta and the bases' types. Borrowed, or NO_VALUE with TypeError.
static Value best_metaclass(Thread *th, Value meta, Value bases) {
    Type *winner = AS(Type, meta);
    for (size_t i = 0; i < AS(Tuple, bases)->len; i++) {
        Type *t = type_of(AS(Tuple, bases)->items[i]);
        if (type_is_subtype(winner, t)) continue;
        if (type_is_subtype(t, winner)) { winner = t; continue; }
        return raise_type_error(th, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases");
    }
    return VALUE_OF(winner);
}
Value class_build(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 2) return raise_type_error(th, "__build_class__: not enough arguments");
    Value func = args[0], name = args[1];
    if (!value_is_exact(func, &type_function)) return raise_type_error(th, "__build_class__: func must be a function");
    if (!value_is_str(name)) return raise_type_error(th, "__build_class__: name is not a string");
    Value orig = tuple_from_array(th, args + 2, nargs - 2), bases = NO_VALUE, kw = NO_VALUE, kwn = NO_VALUE, ns = NO_VALUE, cls = NO_VALUE, cell = NO_VALUE, meta = NO_VALUE;
    Value *cargs = NULL;
    size_t nkw = kwnames != NO_VALUE ? AS(Tuple, kwnames)->len : 0, left = 0;
    if (orig == NO_VALUE) return NO_VALUE;
    bases = resolve_bases(th, orig);
    if (bases == NO_VALUE) goto out;
    // metaclass= is taken out of the keywords.
    cargs = mem_alloc(th, (3 + nkw) * sizeof(Value));
    if (!cargs) goto out;
    if (nkw) {
        Value names = list_new(th, nkw);
        if (names == NO_VALUE) goto out;
        for (size_t i = 0; i < nkw; i++) {
            Value k = AS(Tuple, kwnames)->items[i];
            if (meta == NO_VALUE && str_equal(AS(Str, k), AS(Str, name_metaclass))) { meta = new_ref(th, args[nargs + i]); continue; }
            cargs[3 + left++] = args[nargs + i];
            if (list_append(th, AS(List, names), k) < 0) { decref(th, names); goto out; }
        }
        if (left) kwn = list_to_tuple(th, AS(List, names));
        decref(th, names);
        if (left && kwn == NO_VALUE) goto out;
    }
    bool is_class = true;
    if (meta == NO_VALUE) meta = new_ref(th, AS(Tuple, bases)->len ? VALUE_OF(type_of(AS(Tuple, bases)->items[0])) : VALUE_OF(&type_type));
    else is_class = value_is_type(meta);
    if (is_class) {
        Value w = best_metaclass(th, meta, bases);
        if (w == NO_VALUE) goto out;
        set_ref(th, &meta, new_ref(th, w));
    }
    Value prep;
    int r = object_getattr_optional(th, meta, name_d_prepare, &prep);
    if (r < 0) goto out;
    if (r == 0) ns = dict_new(th);
    else {
        cargs[1] = name;
        cargs[2] = bases;
        // Keywords must follow the positional arguments directly.
        ns = object_call(th, prep, cargs + 1, 2, kwn);
        decref(th, prep);
    }
    if (ns == NO_VALUE) goto out;
    if (!value_is_dict(ns) && !mapping_check(ns)) {
        if (is_class) raise_type_error(th, "%N.__prepare__() must return a mapping, not %T", AS(Type, meta), ns);
        else raise_type_error(th, "<metaclass>.__prepare__() must return a mapping, not %T", ns);
        goto out;
    }
    {
        // The body runs as a frame of its function with ns as its names.
        Function *fn = AS(Function, func);
        if (thread_c_recursion(th, "") < 0) goto out;
        Frame *f = frame_push_args(th, fn, th->stack_top, 0, 0, NO_VALUE, FRAME_ENTRY | FRAME_OWNS_FUNC);
        if (!f) goto out;
        f->locals = new_ref(th, ns);
        f->flags |= FRAME_HAS_LOCALS;
        cell = vm_run(th, f);
    }
    if (cell == NO_VALUE) goto out;
    if (bases != orig) {
        r = value_is_exact_dict(ns) ? dict_set(th, AS(Dict, ns), name_d_orig_bases, orig) : object_setitem(th, ns, name_d_orig_bases, orig);
        if (r < 0) goto out;
    }
    cargs[0] = name;
    cargs[1] = bases;
    cargs[2] = ns;
    cls = object_call(th, meta, cargs, 3, kwn);
    if (cls != NO_VALUE && value_is_type(cls) && value_is_object(cell) && atomic_load_relaxed(&value_object(cell)->shape) == &shape_cell) {
        Value in = cell_get(th, AS(Cell, cell));
        if (in != cls) {
            if (in == VALUE_UNBOUND) raise_error(th, &exc_RuntimeError, "__class__ not set defining %R as %R. Was __classcell__ propagated to type.__new__?", name, cls);
            else raise_type_error(th, "__class__ set to %R defining %R as %R", in, name, cls);
            clear_ref(th, &cls);
        }
        if (in != VALUE_UNBOUND) decref(th, in);
    }
out:
    mem_free(cargs);
    decref(th, orig); decref(th, bases); decref(th, kw); decref(th, kwn); decref(th, ns); decref(th, cell); decref(th, meta);
    return cls;
}
