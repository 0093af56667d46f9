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
    if (own_count_can_fall(object_own_count(th, b))) { decref(th, v_owned); return v_owned; }
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

// ---- what sites remember together ------------------------------------------------------------------
static void memo_put(Thread *th, uint64_t word, Value key, Shape *child) {
    AttrMemo *m = th->attr_memo;
    if (UNLIKELY(!m) && !(m = th->attr_memo = mem_calloc(th, MEMO_SIZE, sizeof *m))) { error_clear(th); return; }
    m += memo_row(ic_stamp(word), key);
    if (m->key && (m->key != key || ic_stamp(m->word) != ic_stamp(word))) m[1] = m[0];
    m[0] = (AttrMemo){word, key, child};
}
// What words of caches for o are compared with.
ALWAYS_INLINE uint32_t stamp_of(Object *o, Shape *s) { return s->flags & TYPE_TYPE_SUBCLASS ? atomic_load_relaxed(&((Type *)o)->version) : atomic_load_relaxed(&s->id); }

// ---- loading ------------------------------------------------------------------------------------
// Fills cache[0] for a load of obj.name.
static void cache_load(Thread *th, Instr *cache, Value obj, Value name) {
    if (!value_is_object(obj)) {    // methods of ints and floats that need no memory: by the shape of their type
        Type *t = type_of(obj);
        uint32_t kind;
        int i;
        if ((t != &type_int && t != &type_float) || (type_lookup_kind(t, name, &kind), kind) != CLASS_ATTR_METHOD || (i = attr_cache_index(th, t, name)) < 0) return;
        atomic_store_relaxed(cache, IC_MAKE(atomic_load_relaxed(&(t == &type_int ? &shape_int : &shape_float)->id), (uint32_t)i << 3, IC_METHOD));
        return;
    }
    AttrLookup l = attr_resolve(th, obj, name);
    if (l.stamp == 0) return;
    uint64_t w;
    switch (l.kind) {
    case ATTR_SLOT_INLINE: case ATTR_MEMBER: w = IC_MAKE(l.stamp, l.index, IC_SLOT); break;
    case ATTR_SLOT_OVERFLOW: w = IC_TAGGED(l.stamp, IC_TAG_OVERFLOW, l.index, IC_DESCR); break;
    case ATTR_CLASS_VALUE: w = IC_MAKE(l.stamp, l.index << 3, IC_CLASS_VALUE); break;
    case ATTR_CLASS_METHOD: w = IC_MAKE(l.stamp, l.index << 3, IC_METHOD); break;
    case ATTR_PROPERTY: w = IC_MAKE(l.stamp, l.index << 3, IC_PROPERTY); break;
    case ATTR_DATA_DESCR: w = IC_MAKE(l.stamp, l.index << 3, IC_DESCR); break;
    case ATTR_DICT_MODE: w = IC_TAGGED(l.stamp, IC_TAG_DICT, 0, IC_DESCR); break;
    case ATTR_HOOK: w = IC_TAGGED(l.stamp, IC_TAG_HOOK, l.index, IC_DESCR); break;
    case ATTR_OWN_ACCESS: w = IC_TAGGED(l.stamp, IC_TAG_OWN, l.index, IC_DESCR); break;
    case ATTR_MODULE: atomic_store_relaxed(cache, IC_MAKE(l.stamp, l.index << 3, IC_MODULE)); return;
    case ATTR_TYPE_VALUE: w = IC_MAKE(l.stamp, l.index << 3, IC_TYPE_VALUE); break;
    case ATTR_TYPE_BIND: w = IC_TAGGED(l.stamp, IC_TAG_BIND, l.index, IC_TYPE_VALUE); break;
    default: return;
    }
    if (l.check_dict) w = IC_TAGGED(l.stamp, IC_TAG_UNLESS_DICT, l.index, IC_DESCR);
    if (ic_stamp(atomic_load_relaxed(cache)) != 0) memo_put(th, w, name, NULL);     // the site has had another
    atomic_store_relaxed(cache, w);
}
// Descriptor d of a class, got through obj of type t (or NO_VALUE). It may run Python code.
static Value descr_get(Thread *th, Value d, Value obj, Type *t) {
    DescrGetFn get = type_of(d)->slots.descr_get;
    incref(th, d);
    Value v = get(th, d, obj, VALUE_OF(t));
    decref(th, d);
    return v;
}
// Method m of a class, bound to obj.
static Value bind_method(Thread *th, Value m, Value obj, Type *t) {
    return atomic_load_relaxed(&value_object(m)->shape) == &shape_function ? method_new(th, m, obj) : descr_get(th, m, obj, t);
}
// What word c, whose stamp is that of o, whose shape is s, says of o.name: 1 and a new reference; 0: nothing any more; -1 error.
static int load_by_word(Thread *th, uint64_t c, Object *o, Shape *s, Value name, Value *out) {
    Value obj = VALUE_OF(o), v = NO_VALUE;
    switch (ic_kind(c)) {
    case IC_SLOT: return (*out = attr_slot_read(th, o, (Value *)((char *)o + (uint32_t)c))) != NO_VALUE;
    case IC_CLASS_VALUE: return (*out = new_ref(th, attr_cache_value(s->type, ic_entry(c)))) != NO_VALUE;
    case IC_METHOD:
        v = attr_cache_value(s->type, ic_entry(c));
        if (v == NO_VALUE || class_attr_kind(v) != CLASS_ATTR_METHOD) return 0;
        return (*out = bind_method(th, v, obj, s->type)) ? 1 : -1;
    case IC_PROPERTY:
        v = attr_cache_value(s->type, ic_entry(c));
        if (v == NO_VALUE || atomic_load_relaxed(&value_object(v)->shape) != &shape_property) return 0;
        v = AS(Property, v)->get;
        if (v == NO_VALUE || v == VALUE_NONE) return 0;
        return (*out = call1(th, v, obj)) ? 1 : -1;
    case IC_TYPE_VALUE:
        v = attr_cache_value((Type *)o, ic_entry(c));
        if (v == NO_VALUE) return 0;
        if (ic_tag(c) != IC_TAG_BIND) { *out = new_ref(th, v); return 1; }
        if (!type_of(v)->slots.descr_get) return 0;
        return (*out = descr_get(th, v, NO_VALUE, (Type *)o)) ? 1 : -1;
    case IC_DESCR: break;
    default: return 0;
    }
    switch (ic_tag(c)) {
    case IC_TAG_NONE:
        v = attr_cache_value(s->type, ic_entry(c));
        if (v == NO_VALUE || !type_of(v)->slots.descr_get) return 0;
        return (*out = descr_get(th, v, obj, s->type)) ? 1 : -1;
    case IC_TAG_DICT: return attr_instance_find(th, obj, name, out);
    case IC_TAG_UNLESS_DICT: {
        int r = attr_instance_find(th, obj, name, out);
        if (r) return r;
        v = attr_cache_value(s->type, ic_entry(c));
        uint32_t kind = class_attr_kind(v);
        if (kind == CLASS_ATTR_PLAIN) { *out = new_ref(th, v); return 1; }
        if (kind == CLASS_ATTR_METHOD) return (*out = bind_method(th, v, obj, s->type)) ? 1 : -1;
        if (kind == CLASS_ATTR_DESCR) return (*out = descr_get(th, v, obj, s->type)) ? 1 : -1;
        return 0;
    }
    case IC_TAG_OVERFLOW: {
        Value *slot = attr_slot_address(o, s, ic_entry(c));
        return slot && (*out = attr_slot_read(th, o, slot)) != NO_VALUE;
    }
    case IC_TAG_HOOK: case IC_TAG_OWN:
        v = attr_cache_value(s->type, ic_entry(c));
        if (v == NO_VALUE || class_attr_kind(v) != CLASS_ATTR_METHOD) return 0;
        return (*out = call2(th, v, obj, name)) ? 1 : -1;
    default: return 0;
    }
}
static Value load_attr(Thread *th, Instr *cache, Value obj, Value name) {
    if (value_is_object(obj)) {
        Object *o = value_object(obj);
        Shape *s = atomic_load_acquire(&o->shape);
        uint32_t stamp = stamp_of(o, s);
        if (UNLIKELY(s->flags & TYPE_TYPE_SUBCLASS)) {  // what a metatype's data descriptor answers goes by the shape
            uint32_t id = atomic_load_relaxed(&s->id);
            if (ic_stamp(atomic_load_relaxed(cache)) == id) stamp = id;
        }
        uint64_t c = site_word(th, cache, stamp, name, NULL);
        if (c && ic_stamp(c) == stamp) {      // both are 0 for a class that is not ready and a site that has seen nothing
            Value v = NO_VALUE;
            if (load_by_word(th, c, o, s, name, &v)) return v;
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
    return new_ref(th, word_other_value(th, atomic_load_relaxed(cache), o, s, atomic_load_relaxed(&s->id)));
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
// The same as load_by_word for o.name(...): what is to be called, and what goes in front of the arguments (borrowed; NO_VALUE: nothing).
static int method_by_word(Thread *th, uint64_t c, Object *o, Shape *s, Value name, Value *out, Value *self) {
    Value v = NO_VALUE;
    bool unless_dict = ic_kind(c) == IC_DESCR && ic_tag(c) == IC_TAG_UNLESS_DICT;
    if (unless_dict) {
        int r = attr_instance_find(th, VALUE_OF(o), name, out);
        if (r) return r;
    }
    if (unless_dict || ic_kind(c) == IC_METHOD) {
        v = attr_cache_value(s->type, ic_entry(c));
        if (v == NO_VALUE) return 0;
        if (class_attr_kind(v) == CLASS_ATTR_METHOD) { *out = new_ref(th, v); *self = VALUE_OF(o); return 1; }
    }
    Type *t = NULL;
    if (ic_kind(c) == IC_TYPE_VALUE && ic_tag(c) == IC_TAG_BIND) v = attr_cache_value(t = (Type *)o, ic_entry(c));
    else if (ic_kind(c) == IC_DESCR && ic_tag(c) <= IC_TAG_UNLESS_DICT) v = attr_cache_value(t = s->type, ic_entry(c));
    // A class method that is a function needs no bound method.
    if (v && value_is_exact(v, &type_classmethod)) {
        Value f = AS(ClassMethod, v)->callable;
        if (f && value_is_exact(f, &type_function)) { *out = new_ref(th, f); *self = VALUE_OF(t); return 1; }
    }
    return load_by_word(th, c, o, s, name, out);
}
SLOW(load_method) {
    unsigned rb = instr_b(insn);
    Value obj = opnd(th, f, rb), name = name_at(f, instr_c(insn)), self = NO_VALUE, v = NO_VALUE;
    Instr *cache = (Instr *)f->pc;
    uint64_t c = 0;
    if (value_is_object(obj)) {
        Object *o = value_object(obj);
        Shape *s = atomic_load_acquire(&o->shape);
        uint32_t stamp = stamp_of(o, s);
        c = site_word(th, cache, stamp, name, NULL);
        if (ic_stamp(c) != stamp) c = 0;
        if (c && method_by_word(th, c, o, s, name, &v, &self) < 0) goto failed;
    }
    if (v == NO_VALUE) {
        v = object_get_method(th, obj, name, &self);
        if (UNLIKELY(v == NO_VALUE)) goto failed;
        if (!c) cache_load(th, cache, obj, name);
    }
    if (self == obj) { // moved: a temporary is the register's own since opnd
        if (rb >= f->code->nlocals) f->regs[rb] = VALUE_UNBOUND;
        else vm_incref(th, obj);
    } else {
        incref(th, self);
        opnd_done(th, f, rb);
    }
    set_pair(th, f, insn, v, self);
    return 0;
failed:
    opnd_fail(th, f, rb);
    return -1;
}

// ---- storing ------------------------------------------------------------------------------------
// Fills the cache words for obj.name = v.
static void cache_store(Thread *th, Instr *cache, Value obj, Value name) {
    AttrLookup l = attr_resolve_store(th, obj, name);
    if (l.stamp == 0) return;
    uint64_t w;
    switch (l.kind) {
    case ATTR_STORE_INLINE: case ATTR_STORE_MEMBER: w = IC_MAKE(l.stamp, l.index, IC_SLOT); break;
    case ATTR_STORE_ADD: w = IC_MAKE(l.stamp, l.index, IC_ADD); break;
    case ATTR_SLOT_OVERFLOW: w = IC_TAGGED(l.stamp, IC_TAG_OVERFLOW, l.index, IC_DESCR); break;
    case ATTR_DICT_MODE: w = IC_TAGGED(l.stamp, IC_TAG_DICT, 0, IC_DESCR); break;
    case ATTR_PROPERTY: w = IC_MAKE(l.stamp, l.index << 3, IC_PROPERTY); break;
    case ATTR_DATA_DESCR: w = IC_MAKE(l.stamp, l.index << 3, IC_DESCR); break;
    case ATTR_OWN_ACCESS: w = IC_TAGGED(l.stamp, IC_TAG_OWN, l.index, IC_DESCR); break;
    default: return;
    }
    if (ic_stamp(atomic_load_relaxed(cache)) != 0) memo_put(th, w, name | MEMO_STORE, l.child);
    if (l.kind == ATTR_STORE_ADD) atomic_store_release(&cache[1], (uint64_t)(uintptr_t)l.child);
    atomic_store_release(cache, w);
}
// o.name = v by word c, whose stamp is that of o's shape s: 1 done, 0 nothing known, -1 error.
static int store_by_word(Thread *th, uint64_t c, Shape *child, Object *o, Shape *s, Value name, Value v) {
    Value d, obj = VALUE_OF(o);
    switch (ic_kind(c)) {
    case IC_SLOT:
        incref(th, v);
        if (attr_slot_write(th, o, s, (Value *)((char *)o + (uint32_t)c), v) == 0) return 1;
        decref(th, v);
        return 0;
    case IC_ADD:
        if (!child || child->parent != s) return 0;
        incref(th, v);
        if (attr_slot_add(th, o, s, child, (Value *)((char *)o + ((uint32_t)c & ~7u)), v) == 0) return 1;
        decref(th, v);
        return 0;
    case IC_PROPERTY:
        d = attr_cache_value(s->type, ic_entry(c));
        if (d == NO_VALUE || atomic_load_relaxed(&value_object(d)->shape) != &shape_property) return 0;
        break;
    case IC_DESCR:
        switch (ic_tag(c)) {
        case IC_TAG_NONE: d = attr_cache_value(s->type, ic_entry(c)); break;
        case IC_TAG_DICT: {
            Dict *dict = attr_dict_borrow(th, o, s);
            if (!dict) return 0;
            object_incref(th, &dict->head);
            int r = dict_set(th, dict, name, v);
            object_decref(th, &dict->head);
            return r < 0 ? -1 : 1;
        }
        case IC_TAG_OVERFLOW: {
            Value *slot = attr_slot_address(o, s, ic_entry(c));
            if (!slot) return 0;
            incref(th, v);
            if (attr_slot_write(th, o, s, slot, v) == 0) return 1;
            decref(th, v);
            return 0;
        }
        default: return 0;
        }
        break;
    default: return 0;
    }
    if (d == NO_VALUE || !type_of(d)->slots.descr_set) return 0;
    incref(th, d);      // it may run Python code
    int r = type_of(d)->slots.descr_set(th, d, obj, v);
    decref(th, d);
    return r < 0 ? -1 : 1;
}
SLOW(store_attr) {
    unsigned ra = instr_a(insn), rb = instr_b(insn);
    Value obj = opnd(th, f, ra), v = opnd(th, f, rb), name = name_at(f, instr_c(insn));
    Instr *cache = (Instr *)f->pc;
    if (value_is_object(obj)) {
        Object *o = value_object(obj);
        Shape *s = atomic_load_acquire(&o->shape), *child = NULL;
        uint32_t stamp = atomic_load_relaxed(&s->id);
        uint64_t c = site_word(th, cache, stamp, name | MEMO_STORE, &child);
        if (stamp != ic_stamp(c)) {
            c = 0;
            cache_store(th, cache, obj, name);
        }
        int r = c ? store_by_word(th, c, child, o, s, name, v) : 0;
        if (r > 0) goto done;
        if (r < 0) goto failed;
    }
    if (object_setattr(th, obj, name, v) == 0) goto done;
failed:
    opnd_fail(th, f, ra);
    opnd_fail(th, f, rb);
    return -1;
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
// super(cls, self).name where `super` may be anything. With the built-in type, the attribute is looked up without making the object. written: the two
// arguments are, else it is a bare super().
static int super_attr(Thread *th, Frame *f, Instr insn, bool method, bool written) {
    Value *r = &f->regs[instr_b(insn)];
    Value name = name_at(f, instr_c(insn)), v = NO_VALUE, self = NO_VALUE;
    if (method && r[0] == VALUE_OF(&type_super) && LIKELY(r[2] != VALUE_NONE || !written)) {
        v = super_get_method(th, r[1], r[2], name, &self);
        if (v == NO_VALUE) return -1;
    }
    if (v == NO_VALUE) {
        // When the name means something else, that is called as it was written.
        Value super = written || r[0] == VALUE_OF(&type_super) ? call2(th, r[0], r[1], r[2]) : call0(th, r[0]);
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
SLOW(load_super_attr) { return super_attr(th, f, insn, false, false); }
SLOW(load_super_method) { return super_attr(th, f, insn, true, false); }
SLOW(load_super2_attr) { return super_attr(th, f, insn, false, true); }
SLOW(load_super2_method) { return super_attr(th, f, insn, true, true); }

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
SLOW(getitem) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = object_getitem(th, opnd(th, f, rb), opnd(th, f, rc));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    DST(v);
    return 0;
}
SLOW(getitem_k) {
    unsigned rb = instr_b(insn);
    Value v = object_getitem(th, opnd(th, f, rb), f->code->consts[instr_c(insn)]);
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, rb);
    DST(v);
    return 0;
}
SLOW(getitem_b) {
    unsigned rb = instr_b(insn), rc = instr_c(insn);
    Value v = object_getitem(th, opnd(th, f, rb), opnd(th, f, rc));
    if (UNLIKELY(v == NO_VALUE)) { opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rb);
    opnd_done(th, f, rc);
    set_borrowed(th, f, insn, v);
    return 0;
}
SLOW(setitem) {
    unsigned ra = instr_a(insn), rb = instr_b(insn), rc = instr_c(insn);
    Value o = opnd(th, f, ra), k = opnd(th, f, rb), v = opnd(th, f, rc);
    int r = object_setitem(th, o, k, v);
    if (UNLIKELY(r < 0)) { opnd_fail(th, f, ra); opnd_fail(th, f, rb); opnd_fail(th, f, rc); return -1; }
    opnd_done(th, f, rc);
    opnd_done(th, f, ra);
    opnd_done(th, f, rb);
    return 0;
}
SLOW(delitem) {
    unsigned ra = instr_a(insn), rb = instr_b(insn);
    Value o = opnd(th, f, ra), k = opnd(th, f, rb);
    int r;
    if (value_is_exact_dict(o)) {
        r = dict_delete(th, AS(Dict, o), k) - 1;
        if (r == -1 && !error_pending(th)) raise_key_error(th, k);
    } else r = object_setitem(th, o, k, NO_VALUE);
    if (r < 0) { opnd_fail(th, f, ra); opnd_fail(th, f, rb); return -1; }
    opnd_done(th, f, ra);
    opnd_done(th, f, rb);
    return 0;
}
