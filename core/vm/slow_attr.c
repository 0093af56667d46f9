// SPDX-License-Identifier: MIT
// Cold halves of attributes and items; filling of the inline caches.
#include "core/vm/cache_int.h"
#include "core/object/descr.h"
#include "core/object/module.h"

ALWAYS_INLINE Value name_at(Frame *f, unsigned i) { return AS(Tuple, f->code->names)->items[i]; }

// Takes borrowed value v (never NO_VALUE) into a borrowed temporary. A value that only the caller holds is kept alive by the thread until the consumer,
// which is the next instruction, has taken it.
Value vm_keep_borrowed(Thread *th, Value v_owned) {
    if (!value_is_object(v_owned)) return v_owned;
    Object *o = value_object(v_owned);
    uint32_t b = atomic_load_relaxed(&o->biased);
    if ((b >> OBJ_TID_SHIFT) == OBJ_TID_NONE) return v_owned;
    if ((b >> OBJ_TID_SHIFT) == th->tid && (b & OBJ_COUNT_MASK) > 1) { decref(th, v_owned); return v_owned; }
    set_ref(th, &th->scratch[0], v_owned);
    __atomic_fetch_or(&th->poll, POLL_VM_SCRATCH, __ATOMIC_RELAXED);
    return v_owned;
}
Value opnd_hold_slow(Thread *th, Frame *f, unsigned i) {
    Value v = f->regs[i];
    if (th->scratch[0] == v) th->scratch[0] = NO_VALUE;
    else vm_incref(th, v);
    return v;
}
static void set_borrowed(Thread *th, Frame *f, Instr insn, Value v_owned) { f->regs[instr_a(insn)] = vm_keep_borrowed(th, v_owned); }

// ---- loading ------------------------------------------------------------------------------------
// Fills cache[0] for a load of obj.name.
static void cache_load(Thread *th, Instr *cache, Value obj, Value name) {
    if (!value_is_object(obj)) return;
    AttrLookup l = attr_resolve(th, obj, name);
    if (l.stamp == 0) return;
    uint64_t w;
    switch (l.kind) {
    case ATTR_SLOT_INLINE: case ATTR_MEMBER: w = IC_MAKE(l.stamp, l.index, IC_SLOT); break;
    case ATTR_CLASS_VALUE: if (l.check_dict) return; w = IC_MAKE(l.stamp, l.index << 3, IC_CLASS_VALUE); break;
    case ATTR_CLASS_METHOD: if (l.check_dict) return; w = IC_MAKE(l.stamp, l.index << 3, IC_METHOD); break;
    case ATTR_PROPERTY: w = IC_MAKE(l.stamp, l.index << 3, IC_PROPERTY); break;
    case ATTR_DATA_DESCR: if (l.check_dict) return; w = IC_MAKE(l.stamp, l.index << 3, IC_DESCR); break;
    case ATTR_DICT_MODE: w = IC_MAKE(l.stamp, IC_INDEX_DICT << 3, IC_DESCR); break;
    case ATTR_MODULE: w = IC_MAKE(l.stamp, l.index << 3, IC_MODULE); break;
    case ATTR_TYPE_VALUE: w = IC_MAKE(l.stamp, l.index << 3, IC_TYPE_VALUE); break;
    default: return;
    }
    // Stop rewriting a site that keeps changing its mind: readers on other cores would miss for ever. (A miss is correct, only slower.)
    atomic_store_relaxed(cache, w);
}
static Value load_attr(Thread *th, Instr *cache, Value obj, Value name) {
    if (value_is_object(obj)) {
        Object *o = value_object(obj);
        Shape *s = atomic_load_acquire(&o->shape);
        uint64_t c = atomic_load_relaxed(cache);
        if (atomic_load_relaxed(&s->id) == ic_stamp(c)) {
            if (ic_kind(c) == IC_SLOT) {
                Value v = attr_slot_read(th, o, (Value *)((char *)o + (uint32_t)c));
                if (v != NO_VALUE) return v;
            } else if (ic_kind(c) == IC_PROPERTY) {
                Value p = attr_cache_value(s->type, ic_index(c));
                if (p != NO_VALUE && atomic_load_relaxed(&value_object(p)->shape) == &shape_property) {
                    Value get = AS(Property, p)->get;
                    if (get != NO_VALUE && get != VALUE_NONE) return call1(th, get, obj);
                }
            } else if (ic_kind(c) == IC_METHOD) {
                Value m = attr_cache_value(s->type, ic_index(c));
                if (m != NO_VALUE && atomic_load_relaxed(&value_object(m)->shape) == &shape_function) return method_new(th, m, obj);
                if (m != NO_VALUE && atomic_load_relaxed(&value_object(m)->shape) == &shape_method_descriptor) return type_method_descriptor.slots.descr_get(th, m, obj, VALUE_OF(s->type));
            } else if (ic_kind(c) == IC_DESCR && ic_index(c) == IC_INDEX_DICT) {
                Value v;
                int found = attr_instance_find(th, obj, name, &v);
                if (found) return found > 0 ? v : NO_VALUE;
            } else if (ic_kind(c) == IC_DESCR) {
                Value d = attr_cache_value(s->type, ic_index(c));
                if (d != NO_VALUE && type_of(d)->slots.descr_get) {
                    incref(th, d);      // it may run Python code
                    Value v = type_of(d)->slots.descr_get(th, d, obj, VALUE_OF(s->type));
                    decref(th, d);
                    return v;
                }
            }
            return object_getattr(th, obj, name);
        }
    }
    Value v = object_getattr(th, obj, name);
    if (v != NO_VALUE) cache_load(th, cache, obj, name);
    return v;
}
SLOW(load_attr) {
    unsigned rb = instr_b(insn);
    Value v = load_attr(th, (Instr *)f->pc, opnd(th, f, rb), name_at(f, instr_c(insn)));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
// What LOAD_ATTR_OTHER finds, without a look-up: a value of the class, of a module or of a type. A new reference; NO_VALUE: the cache does not know.
static Value cached_other(Thread *th, Instr *cache, Value obj) {
    if (!value_is_object(obj)) return NO_VALUE;
    Object *o = value_object(obj);
    Shape *s = atomic_load_acquire(&o->shape);
    uint64_t c = atomic_load_relaxed(cache);
    Value v = NO_VALUE;
    if (ic_kind(c) == IC_CLASS_VALUE) {
        if (atomic_load_relaxed(&s->id) == ic_stamp(c)) v = attr_cache_value(s->type, ic_index(c));
    } else if (ic_kind(c) == IC_MODULE) {
        if (s == &shape_module) {
            Dict *d = AS(Dict, ((Module *)o)->dict);
            DictTable *t;
            if ((!th->mt || object_readable(th, &d->head)) && atomic_load_relaxed(&(t = atomic_load_acquire(&d->table))->version) == ic_stamp(c))
                v = atomic_load_acquire(&t->entries[ic_index(c)].value);
        }
    } else if (ic_kind(c) == IC_TYPE_VALUE) {
        if ((s->flags & TYPE_TYPE_SUBCLASS) && atomic_load_relaxed(&((Type *)o)->version) == ic_stamp(c)) v = attr_cache_value((Type *)o, ic_index(c));
    }
    return new_ref(th, v);
}
SLOW(load_attr_b) {
    unsigned rb = instr_b(insn);
    Value obj = opnd(th, f, rb), v = cached_other(th, (Instr *)f->pc, obj);
    if (v == NO_VALUE) v = load_attr(th, (Instr *)f->pc, obj, name_at(f, instr_c(insn)));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    set_borrowed(th, f, insn, v);
    return 0;
}
static void set_pair(Thread *th, Frame *f, Instr insn, Value v_owned, Value self_owned) {
    reg_set(th, &f->regs[instr_a(insn)], v_owned);
    reg_set(th, &f->regs[instr_a(insn) + 1], self_owned);
}
SLOW(load_method) {
    unsigned rb = instr_b(insn);
    Value obj = opnd(th, f, rb), name = name_at(f, instr_c(insn)), self = NO_VALUE;
    Value v = object_get_method(th, obj, name, &self);
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    uint64_t c = atomic_load_relaxed((Instr *)f->pc);
    if (value_is_object(obj) && atomic_load_relaxed(&atomic_load_relaxed(&value_object(obj)->shape)->id) != ic_stamp(c)) cache_load(th, (Instr *)f->pc, obj, name);
    if (self == NO_VALUE) {
        opnd_done(th, f, rb);
    } else { // moved: a temporary is the register's own since opnd
        self = obj;
        if (rb >= f->code->nlocals) f->regs[rb] = VALUE_UNBOUND;
        else vm_incref(th, obj);
    }
    set_pair(th, f, insn, v, self);
    return 0;
}

// ---- storing ------------------------------------------------------------------------------------
SLOW(store_attr) {
    unsigned ra = instr_a(insn), rb = instr_b(insn);
    Value obj = opnd(th, f, ra), v = opnd(th, f, rb), name = name_at(f, instr_c(insn));
    Instr *cache = (Instr *)f->pc;
    if (value_is_object(obj)) {
        Object *o = value_object(obj);
        Shape *s = atomic_load_acquire(&o->shape);
        uint64_t c = atomic_load_relaxed(cache);
        if (atomic_load_relaxed(&s->id) == ic_stamp(c)) {
            // Reached with a hit when other threads exist: the careful ways.
            Value *slot = (Value *)((char *)o + ((uint32_t)c & ~7u));
            if (ic_kind(c) == IC_SLOT) {
                vm_incref(th, v);
                if (attr_slot_write(th, o, s, slot, v) == 0) goto done;
                decref(th, v);
            } else if (ic_kind(c) == IC_ADD) {
                Shape *child = (Shape *)(uintptr_t)atomic_load_acquire(&cache[1]);
                if (child && child->parent == s) {
                    vm_incref(th, v);
                    if (attr_slot_add(th, o, s, child, slot, v) == 0) goto done;
                    decref(th, v);
                }
            }
        } else {
            AttrLookup l = attr_resolve_store(th, obj, name);
            if (l.stamp != 0) {
                if (l.kind == ATTR_STORE_INLINE || l.kind == ATTR_STORE_MEMBER) atomic_store_relaxed(cache, IC_MAKE(l.stamp, l.index, IC_SLOT));
                else if (l.kind == ATTR_STORE_ADD && l.child) {
                    atomic_store_release(&cache[1], (uint64_t)(uintptr_t)l.child);
                    atomic_store_release(cache, IC_MAKE(l.stamp, l.index, IC_ADD));
                }
            }
        }
    }
    if (object_setattr(th, obj, name, v) < 0) { opnd_fail(th, f, ra); opnd_fail(th, f, rb); return -1; }
done:
    opnd_done(th, f, rb);
    opnd_done(th, f, ra);
    return 0;
}
SLOW(delete_attr) {
    unsigned ra = instr_a(insn);
    if (object_setattr(th, opnd(th, f, ra), name_at(f, instr_b(insn)), NO_VALUE) < 0) { opnd_fail(th, f, ra); return -1; }
    opnd_done(th, f, ra);
    return 0;
}

// ---- super --------------------------------------------------------------------------------------
// super(cls, self).name where `super` may be anything. With the built-in type, the attribute is looked up without making the object.
static int super_attr(Thread *th, Frame *f, Instr insn, bool method) {
    Value *r = &f->regs[instr_b(insn)];
    Value name = name_at(f, instr_c(insn)), v = NO_VALUE, self = NO_VALUE;
    if (method && r[0] == VALUE_OF(&type_super)) {
        v = super_get_method(th, r[1], r[2], name, &self);
        if (v == NO_VALUE) return -1;
    }
    if (v == NO_VALUE) {
        // A bare super(); when the name means something else, that is called as it was written.
        Value super = r[0] == VALUE_OF(&type_super) ? call2(th, r[0], r[1], r[2]) : call0(th, r[0]);
        if (super == NO_VALUE) return -1;
        v = object_getattr(th, super, name);
        decref(th, super);
        if (v == NO_VALUE) return -1;
    }
    if (self != NO_VALUE) r[2] = VALUE_UNBOUND;   // moved
    reg_clear(th, &r[0]); reg_clear(th, &r[1]); reg_clear(th, &r[2]);
    reg_set(th, &f->regs[instr_a(insn)], v);
    if (method) reg_set(th, &f->regs[instr_a(insn) + 1], self);
    return 0;
}
SLOW(load_super_attr) { return super_attr(th, f, insn, false); }
SLOW(load_super_method) { return super_attr(th, f, insn, true); }

// ---- with statements ------------------------------------------------------------------------------
SLOW(load_special) {
    static Value *const names[] = {&name_d_enter, &name_d_exit, &name_d_aenter, &name_d_aexit};
    unsigned i = instr_c(insn);
    Value obj = opnd(th, f, instr_b(insn)), v = NO_VALUE, self = NO_VALUE;
    Type *t = type_of(obj);
    Value attr = type_lookup(t, *names[i]);
    if (attr == NO_VALUE) {
        bool async = i >= 2;
        bool other = type_lookup(t, async ? name_d_enter : name_d_aenter) != NO_VALUE && type_lookup(t, async ? name_d_exit : name_d_aexit) != NO_VALUE;
        const char *proto = async ? "asynchronous context manager" : "context manager";
        // The exit method is looked for first there.
        if (!(i & 1) && type_lookup(t, *names[i + 1]) == NO_VALUE) i++;
        const char *what = i == 0 ? "__enter__" : i == 1 ? "__exit__" : i == 2 ? "__aenter__" : "__aexit__";
        if (other) raise_type_error(th, "'%T' object does not support the %s protocol (missed %s method) but it supports the %s protocol. Did you mean to use '%s'?",
                                    obj, proto, what, async ? "context manager" : "asynchronous context manager", async ? "with" : "async with");
        else raise_type_error(th, "'%T' object does not support the %s protocol (missed %s method)", obj, proto, what);
        opnd_fail(th, f, instr_b(insn));
        return -1;
    }
    incref(th, attr);
    if (value_is_object(attr)) {
        Type *at = type_of(attr);
        if (at->flags & TYPE_METHOD_DESCR) { v = attr; self = new_ref(th, obj); }
        else if (at->slots.descr_get) { v = at->slots.descr_get(th, attr, obj, VALUE_OF(t)); decref(th, attr); if (v == NO_VALUE) { opnd_fail(th, f, instr_b(insn)); return -1; } }
        else v = attr;
    } else v = attr;
    opnd_fail(th, f, instr_b(insn));   // kept unless it was only borrowed
    set_pair(th, f, insn, v, self);
    return 0;
}

// ---- items --------------------------------------------------------------------------------------
static Value getitem(Thread *th, Value o, Value k) {
    if (value_is_object(o)) {
        Shape *s = atomic_load_acquire(&value_object(o)->shape);
        if (s == &shape_dict) {
            Value v;
            int r = dict_get(th, AS(Dict, o), k, &v);
            if (r > 0) return v;
            if (r == 0) raise_key_error(th, k);
            return NO_VALUE;
        }
        if (s == &shape_list && value_is_imm_int(k)) return list_get(th, AS(List, o), (intptr_t)value_imm_int_get(k));
        if (s == &shape_str && value_is_imm_int(k)) {
            int64_t i = value_imm_int_get(k);
            if (i < 0) i += (int64_t)AS(Str, o)->len;
            if (LIKELY((uint64_t)i < AS(Str, o)->len)) return str_from_char(th, str_char_at(AS(Str, o), (size_t)i));
        }
    }
    return object_getitem(th, o, k);
}
SLOW(getitem) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = getitem(th, opnd(th, f, rb), opnd(th, f, rc));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    DST(v);
    return 0;
}
SLOW(getitem_k) {
    unsigned rb = instr_b(insn);
    Value v = getitem(th, opnd(th, f, rb), f->code->consts[instr_c(insn)]);
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(getitem_b) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = getitem(th, opnd(th, f, rb), opnd(th, f, rc));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    set_borrowed(th, f, insn, v);
    return 0;
}
SLOW(setitem) {
    unsigned ra = instr_a(insn), rb = instr_b(insn), rc = instr_c(insn);
    Value o = opnd(th, f, ra), k = opnd(th, f, rb), v = opnd(th, f, rc);
    int r = value_is_exact_dict(o) ? dict_set(th, AS(Dict, o), k, v) : object_setitem(th, o, k, v);
    if (UNLIKELY(r < 0)) { opnd_fail(th, f, ra); opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rc);
    opnd_done(th, f, ra);
    opnd_done(th, f, rb);
    return 0;
}
SLOW(delitem) {
    unsigned ra = instr_a(insn), rb = instr_b(insn);
    if (object_setitem(th, opnd(th, f, ra), opnd(th, f, rb), NO_VALUE) < 0) { opnd_fail(th, f, ra); opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, ra);
    opnd_done(th, f, rb);
    return 0;
}
