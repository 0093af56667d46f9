// SPDX-License-Identifier: MIT
// What the VM's inline caches may remember about obj.name (attr_cache.h). Pure look-up: raises nothing, runs no Python. No locks but type_mutex.
#include "core/object/dict.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/type_int.h"

static const AttrLookup not_cacheable = {.kind = ATTR_NOT_CACHEABLE};

static AttrLookup found(AttrKind kind, uint32_t stamp, uint32_t index) { return (AttrLookup){.kind = kind, .stamp = stamp, .index = index}; }

static AttrLookup resolve_type_attr(Thread *th, Value obj, Value name) {
    Type *t = AS(Type, obj), *meta = type_of(obj);
    if (meta->slots.getattr != type_getattr || !(t->flags & TYPE_READY)) return not_cacheable;
    uint32_t stamp = atomic_load_acquire(&t->version); // before the look-ups: a change in between makes the stamp old
    uint32_t shape_stamp = atomic_load_acquire(&value_object(obj)->shape->id), kind;
    int meta_idx = attr_cache_index(th, meta, name);
    if (meta_idx < 0) return not_cacheable; // so that a change of the metatype is noticed
    Value d = type_lookup_kind(meta, name, &kind);
    // A data descriptor of the metatype goes before whatever the type has: the same for all types of that metatype, by their shape as for other objects.
    if (kind == CLASS_ATTR_DATA) {
        if (value_is_exact(d, &type_property)) return found(ATTR_PROPERTY, shape_stamp, (uint32_t)meta_idx);
        return type_of(d)->slots.descr_get ? found(ATTR_DATA_DESCR, shape_stamp, (uint32_t)meta_idx) : not_cacheable;
    }
    int idx = attr_cache_index(th, t, name);
    if (idx < 0) return not_cacheable;
    type_lookup_kind(t, name, &kind);
    if (kind == CLASS_ATTR_ABSENT) return not_cacheable;
    return found(kind == CLASS_ATTR_PLAIN || kind == CLASS_ATTR_METHOD ? ATTR_TYPE_VALUE : ATTR_TYPE_BIND, stamp, (uint32_t)idx);
}

static bool generic_getattr(Type *t) { return t->slots.getattr == object_generic_getattr || !(t->flags & TYPE_CUSTOM_GETATTR); }

static bool is_slots_member(Value d, const Shape *s) {
    return value_is_exact(d, &type_member_descriptor) && (AS(MemberDescr, d)->def.kind & 0xFF) == MEMBER_VALUE_EX && type_is_subtype(s->type, AS(MemberDescr, d)->owner);
}

// An access that a method of the class answers, named `dunder`, whatever the name of the attribute.
static AttrLookup own_access(Thread *th, Type *t, uint32_t stamp, Value dunder) {
    int idx = dunder ? attr_cache_index(th, t, dunder) : -1;
    uint32_t kind;
    return idx >= 0 && type_lookup_kind(t, dunder, &kind) && kind == CLASS_ATTR_METHOD ? found(ATTR_OWN_ACCESS, stamp, (uint32_t)idx) : not_cacheable;
}

AttrLookup attr_resolve(Thread *th, Value obj, Value name) {
    if (!value_is_object(obj)) {
        return not_cacheable;
    }
    if (!value_is_exact_str(name) || !str_is_interned(name)) return not_cacheable;
    if (value_is_type(obj)) return resolve_type_attr(th, obj, name);
    Object *o = value_object(obj);
    Shape *s = atomic_load_acquire(&o->shape);
    Type *t = s->type;
    if (!(t->flags & TYPE_READY)) return not_cacheable;
    uint32_t stamp = atomic_load_acquire(&s->id);
    if (!generic_getattr(t)) return own_access(th, t, stamp, type_own_getattr_name(t));
    int idx = attr_cache_index(th, t, name);
    if (idx < 0) return not_cacheable;
    uint32_t kind;
    Value d = type_lookup_kind(t, name, &kind);
    // Where a class has __getattr__, an AttributeError out of a descriptor is not the end.
    bool last = t->slots.getattr == object_generic_getattr;
    if (kind == CLASS_ATTR_DATA) {
        if (is_slots_member(d, s)) return found(ATTR_MEMBER, stamp, AS(MemberDescr, d)->def.offset);
        if (!last) return not_cacheable;
        if (value_is_exact(d, &type_property)) return found(ATTR_PROPERTY, stamp, (uint32_t)idx);
        return type_of(d)->slots.descr_get ? found(ATTR_DATA_DESCR, stamp, (uint32_t)idx) : not_cacheable;
    }
    bool check_dict = false;
    if (s->flags & TYPE_HAS_DICT) {
        if (!(s->flags & TYPE_MANAGED_ATTRS)) {
            // A module: what its dict has goes first.
            uint32_t version = 0;
            Dict *md = AS(Dict, AS(Module, obj)->dict);
            int e = md ? dict_cache_index(th, md, name, &version) : -1;
            if (e >= 0) return version ? found(ATTR_MODULE, version, (uint32_t)e) : not_cacheable;
            return not_cacheable;
        }
        if (s->flags & SHAPE_DICT_MODE) {
            Dict *dict = attr_dict_borrow(th, o, s);
            if (dict && dict_get_str_borrow(th, dict, name)) return found(ATTR_DICT_MODE, stamp, 0);
            check_dict = true;
        } else {
            int i = shape_find(s, name);
            if (i >= 0) {
                if ((unsigned)i < s->inline_cap && s->attr_offset) return found(ATTR_SLOT_INLINE, stamp, s->attr_offset + 8 + (uint32_t)i * 8);
                return found(ATTR_SLOT_OVERFLOW, stamp, (uint32_t)i);
            }
        }
    }
    AttrLookup r;
    switch (kind) {
    case CLASS_ATTR_PLAIN: r = found(ATTR_CLASS_VALUE, stamp, (uint32_t)idx); break;
    case CLASS_ATTR_METHOD: r = found(ATTR_CLASS_METHOD, stamp, (uint32_t)idx); break;
    case CLASS_ATTR_DESCR:
        if (!last && !value_is_exact(d, &type_staticmethod) && !value_is_exact(d, &type_classmethod)) return not_cacheable;   // these two never raise it
        r = found(ATTR_DATA_DESCR, stamp, (uint32_t)idx);
        break;
    default:
        if (last || check_dict || (idx = attr_cache_index(th, t, name_d_getattr)) < 0) return not_cacheable;
        type_lookup_kind(t, name_d_getattr, &kind);
        return kind == CLASS_ATTR_METHOD ? found(ATTR_HOOK, stamp, (uint32_t)idx) : not_cacheable;
    }
    r.check_dict = check_dict;
    return r;
}

AttrLookup attr_resolve_store(Thread *th, Value obj, Value name) {
    if (!value_is_object(obj) || value_is_type(obj) || !value_is_exact_str(name) || !str_is_interned(name)) return not_cacheable;
    Object *o = value_object(obj);
    Shape *s = atomic_load_acquire(&o->shape);
    Type *t = s->type;
    if (!(t->flags & TYPE_READY)) return not_cacheable;
    uint32_t stamp = atomic_load_acquire(&s->id);
    if (t->slots.setattr != object_generic_setattr) return own_access(th, t, stamp, type_own_setattr_name(t));
    int idx = attr_cache_index(th, t, name);
    if (idx < 0) return not_cacheable;
    uint32_t kind;
    Value d = type_lookup_kind(t, name, &kind);
    if (kind == CLASS_ATTR_DATA) {
        if (is_slots_member(d, s) && !(AS(MemberDescr, d)->def.kind & MEMBER_READONLY)) return found(ATTR_STORE_MEMBER, stamp, AS(MemberDescr, d)->def.offset);
        if (value_is_exact(d, &type_property)) return found(ATTR_PROPERTY, stamp, (uint32_t)idx);
        return type_of(d)->slots.descr_set ? found(ATTR_DATA_DESCR, stamp, (uint32_t)idx) : not_cacheable;
    }
    if (!(s->flags & TYPE_MANAGED_ATTRS)) return not_cacheable;
    if (s->flags & SHAPE_DICT_MODE) return found(ATTR_DICT_MODE, stamp, 0);
    if (!s->attr_offset) return not_cacheable;
    int i = shape_find(s, name);
    if (i >= 0) return (unsigned)i < s->inline_cap ? found(ATTR_STORE_INLINE, stamp, s->attr_offset + 8 + (uint32_t)i * 8) : found(ATTR_SLOT_OVERFLOW, stamp, (uint32_t)i);
    if (s->slot_count >= s->inline_cap) return not_cacheable;
    Shape *child = shape_add(th, s, name);
    if (!child) { error_clear(th); return not_cacheable; }
    AttrLookup r = found(ATTR_STORE_ADD, stamp, s->attr_offset + 8 + (uint32_t)s->slot_count * 8);
    r.child = child;
    return r;
}
