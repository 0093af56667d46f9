// SPDX-License-Identifier: MIT
// Cold halves of names: globals, builtins, class and module mappings, cells.
#include "core/vm/interp_int.h"
#include "core/object/module.h"

Dict *frame_globals(const Frame *f) { return f->func->globals; }
Dict *frame_builtins(const Frame *f) { return f->func->builtins; }

ALWAYS_INLINE Value name_at(Frame *f, unsigned i) { return AS(Tuple, f->code->names)->items[i]; }

// NameError with its name attribute.
static int raise_name(Thread *th, const char *fmt, Value name) {
    raise_error(th, &exc_NameError, fmt, name);
    if (th->exc != NO_VALUE && exception_is(th->exc, &exc_NameError)) {
        Value exc = error_fetch(th);
        object_setattr(th, exc, name_name, name);
        if (error_pending(th)) error_clear(th);
        error_restore(th, exc);
    }
    return -1;
}
static int raise_undefined(Thread *th, Value name) { return raise_name(th, "name '%U' is not defined", name); }
static int raise_free(Thread *th, Value name) {
    return raise_name(th, "cannot access free variable '%U' where it is not associated with a value in enclosing scope", name);
}
static int raise_unbound(Thread *th, Frame *f, unsigned reg) {
    raise_error(th, &exc_UnboundLocalError, "cannot access local variable '%U' where it is not associated with a value",
                AS(Tuple, f->code->local_names)->items[reg]); // without its name attribute: nothing to suggest
    return -1;
}
SLOW(unbound_local) { return raise_unbound(th, f, instr_a(insn)); }

// Looks name up in a namespace that may be a dict subclass. 1, 0, -1.
static int namespace_get(Thread *th, Dict *d, Value name, Value *out) {
    if (LIKELY(value_is_exact_dict(VALUE_OF(d)))) return dict_get(th, d, name, out);
    Value v = object_getitem(th, VALUE_OF(d), name);
    if (v != NO_VALUE) { *out = v; return 1; }
    return error_clear_if(th, &exc_KeyError) ? 0 : -1;
}
static int mapping_get(Thread *th, Value m, Value name, Value *out) {
    if (value_is_exact_dict(m)) return dict_get(th, AS(Dict, m), name, out);
    Value v = object_getitem(th, m, name);
    if (v != NO_VALUE) { *out = v; return 1; }
    return error_clear_if(th, &exc_KeyError) ? 0 : -1;
}
static int global_get(Thread *th, Frame *f, Value name, Value *out) {
    int r = namespace_get(th, f->func->globals, name, out);
    if (r != 0) return r;
    return namespace_get(th, f->func->builtins, name, out);
}

// The cache word tells where the name is in d as it is now.
static bool still_cached(Thread *th, Dict *d, uint64_t word) {
    if (th->mt && !object_readable(th, &d->head)) return false;
    return word >> 32 && atomic_load_relaxed(&((DictTable *)atomic_load_acquire(&d->table))->version) == (uint32_t)(word >> 32);
}
SLOW(load_global) {
    Value name = name_at(f, instr_b(insn)), v;
    int r = global_get(th, f, name, &v);
    if (r < 0) return -1;
    if (r == 0) return raise_undefined(th, name);
    // Remember the entry numbers, for exact dicts whose readers this thread may be.
    Dict *g = f->func->globals, *b = f->func->builtins;
    if (value_is_exact_dict(VALUE_OF(g)) && value_is_exact_dict(VALUE_OF(b))) {
        Instr *cache = (Instr *)f->pc;
        uint32_t gv = 0, bv = 0;
        uint64_t c0 = atomic_load_relaxed(&cache[0]), c1 = atomic_load_relaxed(&cache[1]);
        // It was the value's count that brought us here (another thread's object): no reason to take a lock.
        if (still_cached(th, g, c0) && ((uint32_t)c0 || ((uint32_t)c1 && still_cached(th, b, c1)))) {
            DST(v);
            return 0;
        }
        int gi = dict_cache_index(th, g, name, &gv);
        if (gv != 0 && gi >= 0) atomic_store_relaxed(&cache[0], (uint64_t)gv << 32 | (uint32_t)(gi + 1));
        else if (gv != 0) {
            int bi = dict_cache_index(th, b, name, &bv);
            if (bv != 0 && bi >= 0) {
                atomic_store_relaxed(&cache[1], (uint64_t)bv << 32 | (uint32_t)(bi + 1));
                atomic_store_relaxed(&cache[0], (uint64_t)gv << 32);
            }
        }
    }
    DST(v);
    return 0;
}
SLOW(store_global) {
    Value v = opnd(th, f, instr_a(insn));
    if (dict_set(th, f->func->globals, name_at(f, instr_b(insn)), v) < 0) { opnd_fail(th, f, instr_a(insn)); return -1; }
    opnd_done(th, f, instr_a(insn));
    return 0;
}
SLOW(delete_global) {
    Value name = name_at(f, instr_a(insn));
    int r = dict_delete(th, f->func->globals, name);
    if (r < 0) return -1;
    return r ? 0 : raise_undefined(th, name);
}
static Value frame_namespace(Frame *f) { return f->flags & FRAME_HAS_LOCALS ? f->locals : VALUE_OF(f->func->globals); }
SLOW(load_name) {
    Value name = name_at(f, instr_b(insn)), v;
    int r = mapping_get(th, frame_namespace(f), name, &v);
    if (r == 0) r = global_get(th, f, name, &v);
    if (r < 0) return -1;
    if (r == 0) return raise_undefined(th, name);
    DST(v);
    return 0;
}
SLOW(store_name) {
    Value v = opnd(th, f, instr_a(insn)), ns = frame_namespace(f), name = name_at(f, instr_b(insn));
    int r = value_is_exact_dict(ns) ? dict_set(th, AS(Dict, ns), name, v) : object_setitem(th, ns, name, v);
    if (r < 0) { opnd_fail(th, f, instr_a(insn)); return -1; }
    opnd_done(th, f, instr_a(insn));
    return 0;
}
SLOW(delete_name) {
    Value ns = frame_namespace(f), name = name_at(f, instr_a(insn));
    if (value_is_exact_dict(ns)) {
        int r = dict_delete(th, AS(Dict, ns), name);
        if (r < 0) return -1;
        return r ? 0 : raise_undefined(th, name);
    }
    if (object_setitem(th, ns, name, NO_VALUE) == 0) return 0;
    return error_clear_if(th, &exc_KeyError) ? raise_undefined(th, name) : -1;
}
SLOW(load_from_dict_or_globals) {
    Value name = name_at(f, instr_c(insn)), v;
    int r = mapping_get(th, opnd(th, f, instr_b(insn)), name, &v);
    if (r == 0) r = global_get(th, f, name, &v);
    if (r <= 0) { opnd_fail(th, f, instr_b(insn)); return r < 0 ? -1 : raise_undefined(th, name); }
    opnd_done(th, f, instr_b(insn));
    DST(v);
    return 0;
}
static Cell *free_cell(Frame *f, unsigned i) { return AS(Cell, AS(Tuple, f->func->closure)->items[i]); }
SLOW(load_from_dict_or_free) {
    unsigned i = instr_c(insn);
    Value name = AS(Tuple, f->code->freevars)->items[i], v;
    int r = mapping_get(th, opnd(th, f, instr_b(insn)), name, &v);
    if (r == 0) {
        v = cell_get(th, free_cell(f, i));
        r = v == VALUE_UNBOUND ? raise_free(th, name) : 1;
    }
    if (r < 0) { opnd_fail(th, f, instr_b(insn)); return -1; }
    opnd_done(th, f, instr_b(insn));
    DST(v);
    return 0;
}
SLOW(load_from_dict_or_deref) {
    unsigned i = instr_c(insn);
    Value name = AS(Tuple, f->code->local_names)->items[i], v;
    int r = mapping_get(th, opnd(th, f, instr_b(insn)), name, &v);
    if (r == 0) {
        v = cell_get(th, AS(Cell, f->regs[i]));
        r = v == VALUE_UNBOUND ? raise_unbound(th, f, i) : 1;
    }
    if (r < 0) { opnd_fail(th, f, instr_b(insn)); return -1; }
    opnd_done(th, f, instr_b(insn));
    DST(v);
    return 0;
}
SLOW(load_locals) {
    Value m = frame_locals_snapshot(th, f);
    if (m == NO_VALUE) return -1;
    DST(m);
    return 0;
}
SLOW(load_classdict) { DST(new_ref(th, frame_namespace(f))); return 0; }
SLOW(load_build_class) {
    Value v;
    int r = namespace_get(th, f->func->builtins, name_d_build_class, &v);
    if (r < 0) return -1;
    if (r == 0) { raise_error(th, &exc_NameError, "__build_class__ not found"); return -1; }
    DST(v);
    return 0;
}
SLOW(load_common) {
    Value v;
    static Value name_all_, name_any_;
    switch (instr_b(insn)) {
    case 0: v = VALUE_OF(&exc_AssertionError); break;
    case 1: v = VALUE_OF(&exc_NotImplementedError); break;
    case 2: v = VALUE_OF(&type_tuple); break;
    default: {
        // all and any: the functions themselves, whatever the names are bound to now.
        if (!name_all_) { Value a = str_intern_cstr(th, "all"), b = str_intern_cstr(th, "any"); if (!a || !b) return -1; name_any_ = b; name_all_ = a; }
        int r = namespace_get(th, f->func->builtins, instr_b(insn) == 3 ? name_all_ : name_any_, &v);
        if (r < 0) return -1;
        if (r == 0) return raise_undefined(th, instr_b(insn) == 3 ? name_all_ : name_any_);
        DST(v);
        return 0;
    }
    }
    DST(new_ref(th, v));
    return 0;
}
SLOW(make_cell) {
    Value *slot = &f->regs[instr_a(insn)];
    Value c = cell_new(th, *slot);
    if (c == NO_VALUE) return -1;
    reg_set(th, slot, c);
    return 0;
}
SLOW(load_deref) {
    Value v = cell_get(th, AS(Cell, f->regs[instr_b(insn)]));
    if (v == VALUE_UNBOUND) return raise_unbound(th, f, instr_b(insn));
    DST(v);
    return 0;
}
SLOW(store_deref) {
    Value v = opnd(th, f, instr_b(insn));
    cell_set(th, AS(Cell, f->regs[instr_a(insn)]), v);
    opnd_done(th, f, instr_b(insn));
    return 0;
}
SLOW(delete_deref) {
    Cell *c = AS(Cell, f->regs[instr_a(insn)]);
    if (atomic_load_acquire(&c->value) == VALUE_UNBOUND) return raise_unbound(th, f, instr_a(insn));
    cell_set(th, c, VALUE_UNBOUND);
    return 0;
}
SLOW(load_free) {
    unsigned i = instr_b(insn);
    Value v = cell_get(th, free_cell(f, i));
    if (v == VALUE_UNBOUND) return raise_free(th, AS(Tuple, f->code->freevars)->items[i]);
    DST(v);
    return 0;
}
SLOW(store_free) {
    Value v = opnd(th, f, instr_b(insn));
    cell_set(th, free_cell(f, instr_a(insn)), v);
    opnd_done(th, f, instr_b(insn));
    return 0;
}
SLOW(delete_free) {
    Cell *c = free_cell(f, instr_a(insn));
    if (atomic_load_acquire(&c->value) == VALUE_UNBOUND) return raise_free(th, AS(Tuple, f->code->freevars)->items[instr_a(insn)]);
    cell_set(th, c, VALUE_UNBOUND);
    return 0;
}
SLOW(load_free_cell) { DST(new_ref(th, VALUE_OF(free_cell(f, instr_b(insn))))); return 0; }
SLOW(setup_annotations) {
    Value ns = frame_namespace(f), v;
    int r = mapping_get(th, ns, name_d_annotations, &v);
    if (r < 0) return -1;
    if (r) { decref(th, v); return 0; }
    Value d = dict_new(th);
    if (d == NO_VALUE) return -1;
    r = object_setitem(th, ns, name_d_annotations, d);
    decref(th, d);
    return r;
}
