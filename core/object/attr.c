// SPDX-License-Identifier: MIT
// Attributes of instances: reading and writing slots, adding, deleting, dict mode; the generic getattr and setattr.
//
// Who may do what to the attribute area of object o, once the process has had a second thread:
//   read    lock-free. A non-owner first marks o SEEN, then loads the slot; the value stays alive until its next safepoint.
//   replace swap the slot, then look at SEEN: retire the old value if set, else release it. Then look at the shape: if o went to dict
//           mode meanwhile, take the value back out and start again.
//   add     under the stripe lock of o: value first, shape second.
//   delete  by the owner: under the stripe lock the object gets a shape without the attribute, then its slot is emptied. That slot is not used again,
//           so that whoever still writes there has written before the deletion and takes its value back out. By others: goes to dict mode.
//           As long as there is one thread, deleting what was added last goes back to the shape before.
//   __dict__, __class__: under the stripe lock. Going to dict mode: only the owner does it with other threads running; everyone else
//           stops the world, so the owner's plain stores need no second look.
// Stripe locks: a table of ObjLocks chosen by address. Nothing that can reach a safepoint runs under one.
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/descr.h"
#include "core/object/dict_int.h"
#include "core/object/function.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/type_int.h"
#include "gc/retire.h"

enum { ATTR_STRIPES = 256 };
static struct { ObjLock lock; } __attribute__((aligned(64))) attr_stripes[ATTR_STRIPES];

ObjLock *attr_stripe(const void *o) { return &attr_stripes[((uintptr_t)o >> 4) * 0x9E3779B97F4A7C15ull >> 56].lock; }

Value *attr_slot_address(Object *o, const Shape *s, unsigned i) {
    Value *area = attrs_area(o, s);
    if (i < s->inline_cap) return &area[1 + i];
    i -= s->inline_cap;
    for (AttrExt *x = attrs_ext(atomic_load_acquire(&area[0])); x; x = atomic_load_acquire(&x->next)) {
        if (i < x->cap) return &x->v[i];
        i -= x->cap;
    }
    return NULL;
}

// The same, making overflow chunks as needed. NULL with an exception: no memory; without: o is in dict mode now.
static Value *attr_slot_ensure(Thread *th, Object *o, const Shape *s, unsigned i) {
    Value *area = attrs_area(o, s);
    if (i < s->inline_cap) return &area[1 + i];
    i -= s->inline_cap;
    uint32_t cap = 4;
    uint64_t word = atomic_load_acquire(&area[0]);
    if (!word) {
        AttrExt *x = mem_calloc(th, 1, sizeof *x + cap * sizeof(Value));
        if (!x) return NULL;
        x->cap = cap;
        uint64_t mine = (uint64_t)(uintptr_t)x | ATTR_EXT_TAG;
        if (atomic_cas_acq_rel(&area[0], &word, mine)) word = mine;
        else mem_free(x);
    }
    AttrExt *x = attrs_ext(word);
    while (x) {
        if (i < x->cap) return &x->v[i];
        i -= x->cap;
        cap = x->cap * 2;
        AttrExt *next = atomic_load_acquire(&x->next);
        if (!next) {
            AttrExt *n = mem_calloc(th, 1, sizeof *n + cap * sizeof(Value));
            if (!n) return NULL;
            n->cap = cap;
            if (atomic_cas_acq_rel(&x->next, &next, n)) next = n;
            else mem_free(n);
        }
        x = next;
    }
    return NULL;
}

static void attr_release(Thread *th, Object *o, Value old) {
    if (!value_is_object(old)) return;
    // Sequentially consistent: pairs with object_mark_seen of a reader that loads the slot afterwards.
    if (th->mt && (atomic_load_seqcst(&o->shared) & OBJ_SEEN) && !thread_others_away(th)) retire_value(th, old);
    else decref(th, old);
}

// Number of a slot of o, whose shape was s.
static unsigned slot_number(Object *o, const Shape *s, const Value *slot) {
    Value *area = attrs_area(o, s);
    unsigned i = s->inline_cap;
    if (slot > area && slot <= area + i) return (unsigned)(slot - (area + 1));
    for (AttrExt *x = attrs_ext(atomic_load_acquire(&area[0])); x; x = atomic_load_acquire(&x->next)) {
        if (slot >= x->v && slot < x->v + x->cap) return i + (unsigned)(slot - x->v);
        i += x->cap;
    }
    return 0;
}

int attr_slot_write_mt(Thread *th, Object *o, const Shape *s, Value *slot, Value v) {
    bool owner = object_is_owner(th, o);
    if (owner && !object_seen(o)) {
        Value cur = atomic_load_relaxed(slot);
        if (!value_is_object(cur)) {   // nothing to release; only this thread takes o to dict mode
            atomic_store_release(slot, v);
            return 0;
        }
    } else if (!owner && !object_seen(o)) object_touch(th, o);
    Value old = atomic_swap_seqcst(slot, v);
    Shape *now = atomic_load_seqcst(&o->shape);
    if (UNLIKELY(now != s) && s && (now->flags & SHAPE_DICT_MODE) && !(s->flags & SHAPE_DICT_MODE)) {
        // The slot is dead. Whoever cleared it after our swap has moved our value to the Dict; else take out what is in there.
        Value back = atomic_swap_seqcst(slot, NO_VALUE);
        attr_release(th, o, old);
        if (back == NO_VALUE) return 0;
        if (back == v) return -1;
        Value *area = attrs_area(o, s);
        intptr_t i = slot - (area + 1);
        if (i >= 0 && i < s->inline_cap) {
            Value name = shape_name_at(s, (unsigned)i);
            if (object_generic_setattr(th, VALUE_OF(o), name, back)) error_clear(th);
        }
        decref(th, back);
        return 0;
    }
    if (UNLIKELY(now != s) && s && UNLIKELY(now->gone != s->gone)) {
        unsigned i = slot_number(o, s, slot);
        if (shape_find(now, shape_name_at(s, i)) != (int)i) attr_release(th, o, atomic_swap_seqcst(slot, NO_VALUE));    // deleted: written just before that
    }
    attr_release(th, o, old);
    return 0;
}

// Deletes attribute i of o, whose shape is s, and moves the values behind it, so that o has the shape of an object that never had it. For one thread only.
static bool attr_close_up(Thread *th, Object *o, Shape *s, unsigned i) {
    Value *slots[ATTR_MAX], names[ATTR_MAX];
    unsigned n = 0;
    for (unsigned k = 0; k < s->slot_count; k++) {
        if (k == i) continue;
        Value name = shape_name_at(s, k);
        if (shape_find(s, name) != (int)k) continue;    // deleted earlier
        slots[n] = attr_slot_address(o, s, k);
        names[n++] = name;
    }
    Shape *less = s;
    while (less->parent) less = less->parent;
    for (unsigned k = 0; k < n; k++)
        if (!slots[k] || !(less = shape_add(th, less, names[k]))) return false;
    Value *place = attr_slot_address(o, s, i), old = *place;
    *place = NO_VALUE;
    for (unsigned k = 0; k < n; k++) {
        Value *to = attr_slot_address(o, less, k);
        if (to == slots[k]) continue;
        *to = *slots[k];
        *slots[k] = NO_VALUE;
    }
    atomic_store_release(&o->shape, less);
    decref(th, old);
    return true;
}

// Deletes attribute i of o, whose shape is s, by giving o a shape without it. False when that cannot be done: then perhaps with an exception.
static bool attr_slot_remove(Thread *th, Object *o, Shape *s, unsigned i, Value name) {
    Value *place = attr_slot_address(o, s, i);
    if (!place) return false;
    Shape *less;
    if (LIKELY(!th->mt)) {
        less = shape_without_last(s, name);
        if (!less && !(less = shape_remove(th, s, name))) return !error_pending(th) && attr_close_up(th, o, s, i);
        Value old = *place;
        *place = NO_VALUE;
        atomic_store_release(&o->shape, less);
        decref(th, old);
        return true;
    }
    if (!object_is_owner(th, o) || !(less = shape_remove(th, s, name))) return false;
    ObjLock *lock = attr_stripe(o);
    obj_lock(th, lock);
    bool same = atomic_load_relaxed(&o->shape) == s;
    // Sequentially consistent: the shape first, so that a writer who swaps after us sees it (attr_slot_write_mt).
    if (same) atomic_store_seqcst(&o->shape, less);
    Value old = same ? atomic_swap_seqcst(place, NO_VALUE) : NO_VALUE;
    obj_unlock(th, lock);
    attr_release(th, o, old);
    return same;
}

int attr_slot_add_mt(Thread *th, Object *o, Shape *s, Shape *child, Value *slot, Value v) {
    object_touch(th, o);
    ObjLock *lock = attr_stripe(o);
    obj_lock(th, lock);
    if (atomic_load_relaxed(&o->shape) != s) {
        obj_unlock(th, lock);
        return -1;
    }
    atomic_store_release(slot, v);
    atomic_store_release(&o->shape, child);
    obj_unlock(th, lock);
    return 0;
}

// ---- dict mode ------------------------------------------------------------------------------------

typedef struct Taken { Value v[ATTR_MAX]; unsigned n; AttrExt *ext; } Taken;

// Moves the attributes into a Dict. Nobody else adds or deletes meanwhile. What must be released goes to *taken.
static Dict *dict_mode_locked(Thread *th, Object *o, Taken *taken) {
    Shape *s = atomic_load_acquire(&o->shape);
    Value *area = attrs_area(o, s);
    if (s->flags & SHAPE_DICT_MODE) {
        Value dict = atomic_load_acquire(&area[0]);
        if (!dict) atomic_store_release(&area[0], dict = dict_new(th)); // the collector took it
        return AS(Dict, dict);
    }
    Shape *target = shape_dict_mode(th, s);
    if (!target) return NULL;
    unsigned n = s->slot_count;
    Value names[ATTR_MAX], copied[ATTR_MAX], *slots[ATTR_MAX];
    shape_names_of(s, names);
    for (unsigned i = 0; i < n; i++) {
        slots[i] = attr_slot_address(o, s, i);
        copied[i] = slots[i] ? atomic_load_acquire(slots[i]) : NO_VALUE;
    }
    if (LIKELY(!th->mt)) {
        Value dv = dict_from_names(th, names, copied, n);
        if (!dv) return NULL;
        taken->ext = attrs_ext(area[0]);
        area[0] = dv;
        atomic_store_release(&o->shape, target);
        for (unsigned i = 0; i < n && i < s->inline_cap; i++) area[1 + i] = NO_VALUE;
        return AS(Dict, dv);
    }
    // With other threads about, the slots keep their references until they are emptied. One of them may just have written to the slot of an attribute that
    // was deleted and added again: then names are not different.
    Value dv = s->gone ? dict_new_sized(th, n) : dict_from_names(th, names, copied, n);
    if (!dv) return NULL;
    Dict *d = AS(Dict, dv);
    for (unsigned i = 0; i < n; i++) {
        if (!s->gone) incref(th, copied[i]);
        else if (copied[i] && dict_set(th, d, names[i], copied[i])) { decref(th, dv); return NULL; }
    }
    // A swap: attr_slot_ensure puts chunks in without a lock, and finds out afterwards that the shape is another one.
    taken->ext = attrs_ext(atomic_swap_seqcst(&area[0], dv));
    atomic_store_seqcst(&o->shape, target);
    for (unsigned i = 0; i < n; i++) {
        if (!slots[i]) continue;
        Value now = atomic_swap_seqcst(slots[i], NO_VALUE);
        if (now != copied[i] && now) dict_set(th, d, names[i], now);
        taken->v[taken->n++] = now;
    }
    return d;
}

Dict *object_enter_dict_mode(Thread *th, Value obj) {
    Object *o = value_object(obj);
    Taken taken;
    taken.n = 0;
    taken.ext = NULL;
    Dict *d;
    if (th->mt && !object_is_owner(th, o)) {
        object_touch(th, o);
        world_stop(th);
        d = dict_mode_locked(th, o, &taken);
        world_start(th);
    } else {
        // Attribute names are interned strings: dict_set neither runs Python nor blocks on this Dict nobody knows yet.
        ObjLock *lock = attr_stripe(o);
        obj_lock(th, lock);
        d = dict_mode_locked(th, o, &taken);
        obj_unlock(th, lock);
    }
    for (unsigned i = 0; i < taken.n; i++) attr_release(th, o, taken.v[i]);
    while (taken.ext) {
        AttrExt *next = taken.ext->next;
        container_free(th, o, taken.ext);
        taken.ext = next;
    }
    return d;
}

// 1 found (new reference), 0 absent, -1 error. d may be released by others meanwhile unless it is readable.
static int dict_find_name(Thread *th, Dict *d, Value name, Value *out) {
    if (LIKELY(object_readable(th, &d->head) && atomic_load_acquire(&d->table) && atomic_load_acquire(&d->table)->str_keys)) {
        *out = dict_get_str(th, d, name);
        return *out ? 1 : 0;
    }
    object_incref(th, &d->head);
    int r = dict_get(th, d, name, out);
    object_decref(th, &d->head);
    return r;
}

int attr_instance_find(Thread *th, Value obj, Value name, Value *out) {
    if (!value_is_object(obj)) return 0;
    Object *o = value_object(obj);
    for (;;) {
        Shape *s = atomic_load_acquire(&o->shape);
        if (!(s->flags & TYPE_HAS_DICT)) return 0;
        if (UNLIKELY(!(s->flags & TYPE_MANAGED_ATTRS))) {
            Value d = AS(Module, obj)->dict;
            return d ? dict_find_name(th, AS(Dict, d), name, out) : 0;
        }
        if (UNLIKELY(s->flags & SHAPE_DICT_MODE)) {
            Dict *d = attr_dict_borrow(th, o, s);
            return d ? dict_find_name(th, d, name, out) : 0;
        }
        int i = shape_find(s, name);
        if (i < 0) return 0;
        Value *slot = attr_slot_address(o, s, (unsigned)i);
        if (slot) {
            Value v = attr_slot_read(th, o, slot);
            if (LIKELY(v != NO_VALUE)) { *out = v; return 1; }
        }
        if (atomic_load_acquire(&o->shape) == s) return 0;
    }
}

int attr_instance_set(Thread *th, Value obj, Value name, Value v) {
    Object *o = value_object(obj);
    for (;;) {
        Shape *s = atomic_load_acquire(&o->shape);
        Dict *d = NULL;
        if (UNLIKELY(!(s->flags & TYPE_MANAGED_ATTRS))) d = AS(Dict, AS(Module, obj)->dict);
        else if (s->flags & SHAPE_DICT_MODE) d = attr_dict_borrow(th, o, s);
        if (d) {
            object_incref(th, &d->head);
            int r = v ? dict_set(th, d, name, v) : dict_delete(th, d, name);
            object_decref(th, &d->head);
            return v ? r : r < 0 ? -1 : r == 0;
        }
        int i = shape_find(s, name);
        if (!v) {
            if (i < 0) return 1;
            if (attr_slot_remove(th, o, s, (unsigned)i, name)) return 0;
            if (error_pending(th)) return -1;
            if (atomic_load_acquire(&o->shape) != s) continue;
            if (!object_enter_dict_mode(th, obj)) return -1;
            continue;
        }
        Value *slot;
        if (i >= 0) {
            if (!(slot = attr_slot_address(o, s, (unsigned)i))) continue;
            incref(th, v);
            if (attr_slot_write(th, o, s, slot, v) == 0) return 0;
            decref(th, v);
            continue;
        }
        Shape *child = shape_add(th, s, name);
        if (!child) {
            if (error_pending(th) || !object_enter_dict_mode(th, obj)) return -1;
            continue;
        }
        if (s->slot_count >= s->inline_cap) shape_learn(th, child);
        if (!(slot = attr_slot_ensure(th, o, s, s->slot_count))) {
            if (error_pending(th)) return -1;
            continue;
        }
        incref(th, v);
        if (attr_slot_add(th, o, s, child, slot, v) == 0) return 0;
        decref(th, v);
    }
}

Value object_get_dict(Thread *th, Value obj) {
    if (!value_is_object(obj)) return NO_VALUE;
    Object *o = value_object(obj);
    Shape *s = atomic_load_acquire(&o->shape);
    if (!(s->flags & TYPE_HAS_DICT) || (s->flags & TYPE_TYPE_SUBCLASS)) return NO_VALUE;
    if (!(s->flags & TYPE_MANAGED_ATTRS)) return new_ref(th, AS(Module, obj)->dict);
    Dict *d = attr_dict_borrow(th, o, s);
    if (!d && !(d = object_enter_dict_mode(th, obj))) return NO_VALUE;
    return new_ref(th, VALUE_OF(d));
}

int object_set_dict(Thread *th, Value obj, Value dict) {
    Object *o = value_object(obj);
    if (!value_is_object(obj) || !(object_shape(o)->flags & TYPE_MANAGED_ATTRS)) {
        raise_error(th, &exc_AttributeError, "'%.100s' object has no attribute '__dict__'", type_of(obj)->name);
        return -1;
    }
    if (dict && !value_is_dict(dict)) {
        raise_type_error(th, "__dict__ must be set to a dictionary, not a '%.200s'", type_of(dict)->name);
        return -1;
    }
    Value fresh = dict ? new_ref(th, dict) : dict_new(th);
    if (!fresh) return -1;
    if (!object_enter_dict_mode(th, obj)) { decref(th, fresh); return -1; }
    Value *area = attrs_area(o, atomic_load_acquire(&o->shape));
    object_touch(th, o);
    Value old = atomic_swap_seqcst(&area[0], fresh);
    attr_release(th, o, old);
    return 0;
}

int attr_set_class(Thread *th, Value obj, Type *to) {
    Object *o = value_object(obj);
    object_touch(th, o);
    ObjLock *lock = attr_stripe(o);
    int r = -1;
    for (;;) {
        Shape *s = atomic_load_acquire(&o->shape);
        Shape *n = to->flags & TYPE_MANAGED_ATTRS ? shape_rebase(th, s, to) : atomic_load_acquire(&to->shape);
        if (!n) return -1;
        obj_lock(th, lock);
        if (atomic_load_relaxed(&o->shape) == s) {
            atomic_store_seqcst(&o->shape, n);
            r = 0;
        }
        obj_unlock(th, lock);
        if (r == 0) return 0;
    }
}

// ---- generic getattr and setattr ----------------------------------------------------------------------

// Calls a descriptor's __get__; keeps it alive meanwhile.
static Value descr_call_get(Thread *th, Value descr, Value obj, Type *t) {
    DescrGetFn get = type_of(descr)->slots.descr_get;
    if (!get) return new_ref(th, descr);
    incref(th, descr);
    Value r = get(th, descr, obj, VALUE_OF(t));
    decref(th, descr);
    return r;
}

// quiet: an empty __slots__ member is absent, instead of raising what nobody would look at.
ALWAYS_INLINE int generic_find(Thread *th, Value obj, Value name, Value *out, bool quiet) {
    Type *t = type_of(obj);
    uint32_t kind;
    Value descr = type_lookup_kind(t, name, &kind);
    if (kind == CLASS_ATTR_DATA && type_of(descr)->slots.descr_get) {
        if (quiet && member_is_unset(th, descr, obj)) return 0;
        *out = descr_call_get(th, descr, obj, t);
        return *out ? 1 : -1;
    }
    // A look-up in a dict may be a safepoint, and run Python when the keys are not all str.
    bool hold = kind != CLASS_ATTR_ABSENT && value_is_object(obj) && (!(t->flags & TYPE_MANAGED_ATTRS) || (object_shape(value_object(obj))->flags & SHAPE_DICT_MODE));
    if (hold) incref(th, descr);
    int r = attr_instance_find(th, obj, name, out);
    if (r == 0 && kind != CLASS_ATTR_ABSENT) {
        *out = kind == CLASS_ATTR_PLAIN ? new_ref(th, descr) : descr_call_get(th, descr, obj, t);
        r = *out ? 1 : -1;
    }
    if (hold) decref(th, descr);
    return r;
}

int attr_generic_find(Thread *th, Value obj, Value name, Value *out) { return generic_find(th, obj, name, out, false); }
int attr_generic_probe(Thread *th, Value obj, Value name, Value *out) { return generic_find(th, obj, name, out, true); }

// The name as exact str: *hold is released by the caller. NO_VALUE on error.
static Value attr_name(Thread *th, Value name, Value *hold) {
    *hold = NO_VALUE;
    if (LIKELY(value_is_exact_str(name))) return name;
    if (!value_is_str(name)) return raise_type_error(th, "attribute name must be string, not '%.200s'", type_of(name)->name);
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_str(&b, name);
    return *hold = str_builder_finish(&b);
}

Value attr_missing(Thread *th, Value obj, Value name) { return raise_attribute_error(th, obj, name); }

Value object_generic_getattr(Thread *th, Value obj, Value name) {
    Value out, hold;
    if (!(name = attr_name(th, name, &hold))) return NO_VALUE;
    int r = attr_generic_find(th, obj, name, &out);
    if (r == 0) attr_missing(th, obj, name);
    if (hold) decref(th, hold);
    return r == 1 ? out : NO_VALUE;
}

void attribute_error_context(Thread *th, Value obj, Value name) {
    Value exc = error_fetch(th);
    if (exc && value_is_exact(exc, &exc_AttributeError)) {
        if (object_setattr(th, exc, name_name, name) || object_setattr(th, exc, name_obj, obj)) error_clear(th);
    }
    if (exc) error_restore(th, exc);
}

static int setattr_no_dict(Thread *th, Value obj, Value name, bool has_descr) {
    Type *t = type_of(obj);
    if (has_descr) raise_error(th, &exc_AttributeError, "'%.100s' object attribute '%U' is read-only", t->name, name);
    else if (t->slots.setattr == object_generic_setattr)
        raise_error(th, &exc_AttributeError, "'%.100s' object has no attribute '%U' and no __dict__ for setting new attributes", t->name, name);
    else raise_error(th, &exc_AttributeError, "'%.100s' object has no attribute '%U'", t->name, name);
    attribute_error_context(th, obj, name);
    return -1;
}

int object_generic_setattr(Thread *th, Value obj, Value name, Value v) {
    Value hold;
    if (!(name = attr_name(th, name, &hold))) return -1;
    Type *t = type_of(obj);
    uint32_t kind;
    Value descr = type_lookup_kind(t, name, &kind);
    int r;
    if (kind == CLASS_ATTR_DATA) {
        DescrSetFn set = type_of(descr)->slots.descr_set;
        if (set) {
            incref(th, descr);
            r = set(th, descr, obj, v);
            decref(th, descr);
            goto done;
        }
    }
    if (!value_is_object(obj) || !(object_shape(value_object(obj))->flags & TYPE_HAS_DICT)) {
        r = setattr_no_dict(th, obj, name, kind != CLASS_ATTR_ABSENT);
        goto done;
    }
    if (!str_is_interned(name)) {
        incref(th, name);
        name = str_intern(th, name); // immortal from now on
        if (!name) { r = -1; goto done; }
    }
    r = attr_instance_set(th, obj, name, v);
    if (r == 1) {
        attr_missing(th, obj, name);
        r = -1;
    }
done:
    if (hold) decref(th, hold);
    return r;
}

Value object_getattr(Thread *th, Value obj, Value name) {
    GetAttrFn f = type_of(obj)->slots.getattr;
    if (LIKELY(f == object_generic_getattr || !f)) return object_generic_getattr(th, obj, name);
    if (UNLIKELY(!value_is_exact_str(name))) {
        Value hold;
        if (!value_is_str(name)) return attr_name(th, name, &hold);
    }
    return f(th, obj, name);
}

Value object_getattr_cstr(Thread *th, Value obj, const char *name) {
    Value n = str_intern_cstr(th, name);
    return n ? object_getattr(th, obj, n) : NO_VALUE;
}

int object_getattr_optional(Thread *th, Value obj, Value name, Value *out) {
    GetAttrFn f = type_of(obj)->slots.getattr;
    *out = NO_VALUE;
    if (value_is_exact_str(name)) {
        if (f == object_generic_getattr || !f) {
            int r = attr_generic_probe(th, obj, name, out);
            if (r >= 0) return r;
            goto failed;
        }
        if (f == type_getattr) {
            int r = type_getattr_find(th, obj, name, out);
            if (r >= 0) return r;
            goto failed;
        }
        if (f == module_slot_getattr) {
            int r = module_getattr_find(th, obj, name, out);
            if (r >= 0) return r;
            goto failed;
        }
    }
    *out = object_getattr(th, obj, name);
    if (*out) return 1;
failed:
    *out = NO_VALUE;
    return error_clear_if(th, &exc_AttributeError) ? 0 : -1;
}

int object_setattr(Thread *th, Value obj, Value name, Value v) {
    SetAttrFn f = type_of(obj)->slots.setattr;
    if (LIKELY(f == object_generic_setattr || !f)) return object_generic_setattr(th, obj, name, v);
    if (UNLIKELY(!value_is_str(name))) {
        raise_type_error(th, "attribute name must be string, not '%.200s'", type_of(name)->name);
        return -1;
    }
    return f(th, obj, name, v);
}

Value object_get_method(Thread *th, Value obj, Value name, Value *self_out) {
    *self_out = NO_VALUE;
    Type *t = type_of(obj);
    if (t->slots.getattr != object_generic_getattr || !value_is_exact_str(name)) return object_getattr(th, obj, name);
    uint32_t kind;
    type_lookup_kind(t, name, &kind);
    if (kind == CLASS_ATTR_METHOD) {
        Value v;
        int r = attr_instance_find(th, obj, name, &v);
        if (r) return r > 0 ? v : NO_VALUE;
        Value descr = type_lookup_kind(t, name, &kind);
        if (kind == CLASS_ATTR_METHOD) {
            *self_out = obj;
            return new_ref(th, descr);
        }
    }
    return object_getattr(th, obj, name);
}

// ---- deallocation -----------------------------------------------------------------------------------------

static int release_slot(Value *slot, void *arg) {
    clear_ref(arg, slot);
    return 0;
}

void object_release_attrs(Thread *th, Object *o) {
    const Shape *s = atomic_load_acquire(&o->shape);
    if (!(s->flags & TYPE_MANAGED_ATTRS)) return;
    Value *area = attrs_area(o, s);
    AttrExt *x = attrs_ext(area[0]);
    attrs_each(o, release_slot, th);
    if (!x) return;
    area[0] = NO_VALUE;
    while (x) {
        AttrExt *next = x->next;
        mem_free(x);
        x = next;
    }
}
