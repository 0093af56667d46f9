// SPDX-License-Identifier: MIT
// The type object: what every object can do. Pickling goes through copyreg. No state, no locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "core/object/exception.h"

#include <stdio.h>

static bool excess(size_t nargs, Value kwnames) { return nargs > 0 || (kwnames && AS(Tuple, kwnames)->len > 0); }

static Value abstract_error(Thread *th, Type *t) {
    Value names = object_getattr(th, VALUE_OF(t), name_d_abstractmethods);
    Value list = names ? sequence_to_list(th, names) : NO_VALUE;
    decref(th, names);
    if (!list || list_sort(th, list, VALUE_NONE, false)) { decref(th, list); return NO_VALUE; }
    size_t n = list_len(AS(List, list));
    StrBuilder b;
    str_builder_init(&b, th);
    for (size_t i = 0; i < n; i++) {
        Value name = list_get(th, AS(List, list), (intptr_t)i);
        if (i) str_builder_cstr(&b, ", ");
        str_builder_char(&b, '\'');
        if (name && value_is_str(name)) str_builder_str(&b, name);
        str_builder_char(&b, '\'');
        decref(th, name);
    }
    decref(th, list);
    Value text = str_builder_finish(&b);
    if (!text) return NO_VALUE;
    raise_type_error(th, "Can't instantiate abstract class %s without an implementation for abstract method%s %U", t->name, n == 1 ? "" : "s", text);
    decref(th, text);
    return NO_VALUE;
}

Value object_slot_new(Thread *th, Type *t, const Value *args, size_t nargs, Value kwnames) {
    if (UNLIKELY(excess(nargs, kwnames))) {
        if (t->slots.new_ != object_slot_new) return raise_type_error(th, "object.__new__() takes exactly one argument (the type to instantiate)");
        if (t->slots.init == object_slot_init) return raise_type_error(th, "%s() takes no arguments", t->name);
    }
    if (UNLIKELY(t->flags & TYPE_ABSTRACT)) return abstract_error(th, t);
    Object *o = object_new(th, t, 0);
    return o ? VALUE_OF(o) : NO_VALUE;
}

int object_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (LIKELY(!excess(nargs, kwnames))) return 0;
    Type *t = type_of(self);
    if (t->slots.init != object_slot_init) {
        raise_type_error(th, "object.__init__() takes exactly one argument (the instance to initialize)");
        return -1;
    }
    if (t->slots.new_ == object_slot_new) {
        raise_type_error(th, "%.200s.__init__() takes exactly one argument (the instance to initialize)", t->name);
        return -1;
    }
    return 0;
}

static Value object_slot_repr(Thread *th, Value self) {
    Value name = type_shown_name(th, type_of(self)), r = name ? str_format(th, "<%U object at %p>", name, (void *)(uintptr_t)self) : NO_VALUE;
    decref(th, name);
    return r;
}

static Value object_slot_str(Thread *th, Value self) { return object_repr(th, self); }

static int64_t object_slot_hash(Thread *th, Value self) { return hash_identity(self); }

static Value object_slot_compare(Thread *th, Value a, Value b, int op) {
    if (op == CMP_EQ) return a == b ? VALUE_TRUE : VALUE_NOT_IMPLEMENTED;
    if (op != CMP_NE) return VALUE_NOT_IMPLEMENTED;
    // != is the opposite of what == says.
    CompareFn f = type_of(a)->slots.compare;
    Value r = f ? f(th, a, b, CMP_EQ) : VALUE_NOT_IMPLEMENTED;
    if (!r || r == VALUE_NOT_IMPLEMENTED) return r;
    int t = object_truth(th, r);
    decref(th, r);
    return t < 0 ? NO_VALUE : value_bool(!t);
}

// ---- __class__ ------------------------------------------------------------------------------------------------

static Value object_get_class(Thread *th, Value self) { return new_ref(th, VALUE_OF(type_of(self))); }

static bool same_slots(Thread *th, Type *a, Type *b) {
    if (a->slots_count != b->slots_count) return false;
    for (uint32_t i = 0; i < a->slots_count; i++) {
        // Member names in place order, recorded in the dicts as member descriptors.
        size_t pos = 0;
        Value k, v;
        Value na = NO_VALUE, nb = NO_VALUE;
        while (dict_next(th, a->dict, &pos, &k, &v)) {
            if (value_is_exact(v, &type_member_descriptor) && AS(MemberDescr, v)->owner == a && AS(MemberDescr, v)->def.offset == a->slots_offset + i * 8) na = AS(MemberDescr, v)->name;
            decref(th, k);
            decref(th, v);
        }
        pos = 0;
        while (dict_next(th, b->dict, &pos, &k, &v)) {
            if (value_is_exact(v, &type_member_descriptor) && AS(MemberDescr, v)->owner == b && AS(MemberDescr, v)->def.offset == b->slots_offset + i * 8) nb = AS(MemberDescr, v)->name;
            decref(th, k);
            decref(th, v);
        }
        if (na != nb) return false;
    }
    return true;
}

enum { LAYOUT_FLAGS = TYPE_MANAGED_ATTRS | TYPE_HAS_DICT | TYPE_VARSIZE | TYPE_TRACED | TYPE_WEAKREFABLE };

// Two heap types whose instances look the same in memory.
bool type_same_layout(Thread *th, Type *a, Type *b) {
    if (a == b) return true;
    if (((a->flags ^ b->flags) & LAYOUT_FLAGS) || !type_same_size(a, b)) return false;
    Type *x = a, *y = b;
    // Down to where both add nothing, then what they add must be the same over the same base.
    while (x && (x->flags & TYPE_HEAP) && !x->slots_count) x = x->base;
    while (y && (y->flags & TYPE_HEAP) && !y->slots_count) y = y->base;
    if (x == y) return true;
    if (!x || !y || !(x->flags & TYPE_HEAP) || !(y->flags & TYPE_HEAP)) return false;
    return x->base == y->base && same_slots(th, x, y);
}

static int object_set_class(Thread *th, Value self, Value v) {
    if (!v) { raise_type_error(th, "can't delete __class__ attribute"); return -1; }
    if (!value_is_type(v)) {
        raise_type_error(th, "__class__ must be set to a class, not '%s' object", type_of(v)->name);
        return -1;
    }
    if (attr_audit(th, self, "__class__", v)) return -1;
    Type *to = AS(Type, v), *from = type_of(self);
    if (to == from) return 0;
    bool module = type_is_subtype(to, &type_module) && type_is_subtype(from, &type_module);
    if (!module && (!value_is_object(self) || (from->flags & TYPE_IMMUTABLE) || (to->flags & TYPE_IMMUTABLE))) {
        raise_type_error(th, "__class__ assignment only supported for mutable types or ModuleType subclasses");
        return -1;
    }
    if (from->slots.dealloc != to->slots.dealloc && !module) {
        raise_type_error(th, "__class__ assignment: '%s' deallocator differs from '%s'", to->name, from->name);
        return -1;
    }
    bool same = module ? to->basic_size == from->basic_size && !((to->flags ^ from->flags) & (TYPE_MANAGED_ATTRS | TYPE_HAS_DICT)) : type_same_layout(th, to, from);
    if (!same) {
        raise_type_error(th, "__class__ assignment: '%s' object layout differs from '%s'", to->name, from->name);
        return -1;
    }
    return attr_set_class(th, self, to);
}

// ---- pickling --------------------------------------------------------------------------------------------------

static Value copyreg_attr(Thread *th, Value name) {
    Value m = import_module_named(th, name_copyreg);
    if (!m) return NO_VALUE;
    Value v = object_getattr(th, m, name);
    decref(th, m);
    return v;
}
static Value copyreg_call(Thread *th, Value name, const Value *args, size_t n) {
    Value f = copyreg_attr(th, name);
    if (!f) return NO_VALUE;
    Value r = object_call(th, f, args, n, NO_VALUE);
    decref(th, f);
    return r;
}

// Attribute of the type looked up on the object, as getattr(obj, name, None).
static int optional(Thread *th, Value obj, Value name, Value *out) { return object_getattr_optional(th, obj, name, out); }

static Value slotnames_of(Thread *th, Type *t) {
    Value v = dict_get_str(th, t->dict, name_d_slotnames);
    if (v && v != VALUE_NONE) {
        if (value_is_list(v)) return v;
        raise_type_error(th, "%.200s.__slotnames__ should be a list or None, not %.200s", t->name, type_of(v)->name);
        decref(th, v);
        return NO_VALUE;
    }
    Value cls = VALUE_OF(t);
    v = copyreg_call(th, name_slotnames, &cls, 1);
    if (v && v != VALUE_NONE && !value_is_list(v)) {
        decref(th, v);
        return raise_type_error(th, "copyreg._slotnames didn't return a list or None");
    }
    return v;
}

static Value getstate_default(Thread *th, Value self, bool required) {
    Type *t = type_of(self);
    if (required && (t->flags & TYPE_VARSIZE)) return raise_type_error(th, "cannot pickle %.200s objects", t->name);
    Value state = NO_VALUE;
    Value dict;
    int r = optional(th, self, name_d_dict, &dict);
    if (r < 0) return NO_VALUE;
    state = r ? dict : VALUE_NONE;
    if (!state) return NO_VALUE;
    if (r && value_is_dict(state) && dict_len(AS(Dict, state)) == 0 && (t->flags & TYPE_MANAGED_ATTRS) && !value_is_exact(self, &type_module)) {
        // An empty __dict__ that was only made on our demand says nothing.
        decref(th, state);
        state = VALUE_NONE;
    }
    Value names = slotnames_of(th, t);
    if (!names) { decref(th, state); return NO_VALUE; }
    size_t n = names == VALUE_NONE ? 0 : list_len(AS(List, names));
    if (required) {
        Type *b = t;
        while (b->flags & TYPE_HEAP) b = b->base;
        if (b->basic_size != type_object.basic_size || b->item_size) {
            decref(th, names);
            decref(th, state);
            return raise_type_error(th, "cannot pickle '%.200s' object", t->name);
        }
    }
    if (n) {
        Value slots = dict_new(th);
        for (size_t i = 0; slots && i < n; i++) {
            Value name = list_get(th, AS(List, names), (intptr_t)i), v;
            int f = name ? optional(th, self, name, &v) : -1;
            if (f > 0) { if (dict_set(th, AS(Dict, slots), name, v)) f = -1; decref(th, v); }
            decref(th, name);
            if (f < 0) { decref(th, slots); slots = NO_VALUE; }
        }
        if (!slots) { decref(th, names); decref(th, state); return NO_VALUE; }
        if (dict_len(AS(Dict, slots))) {
            Value pair = tuple_pack2(th, state, slots);
            decref(th, state);
            state = pair;
        }
        decref(th, slots);
    }
    decref(th, names);
    return state;
}

static Value object_meth_getstate(Thread *th, Value self, Value *args) { return getstate_default(th, self, false); }

static Value getstate(Thread *th, Value self, bool required) {
    Value in_front, f = object_get_method(th, self, name_d_getstate, &in_front);
    if (!f) return NO_VALUE;
    Value r;
    const BuiltinFunction *b = value_is_exact(f, &type_method_descriptor) || value_is_exact(f, &type_builtin_function) ? AS(BuiltinFunction, f) : NULL;
    if (b && b->def->fn == (void *)object_meth_getstate && (in_front == self || b->self == self)) r = getstate_default(th, self, required);
    else r = in_front != NO_VALUE ? call1(th, f, in_front) : call0(th, f);
    decref(th, f);
    return r;
}

// Arguments for __new__: *args Tuple or NO_VALUE, *kwargs Dict or NO_VALUE.
static int newargs(Thread *th, Value self, Value *args, Value *kwargs) {
    *args = *kwargs = NO_VALUE;
    bool found;
    Value v = special_call(th, self, name_d_getnewargs_ex, NULL, 0, &found);
    if (!v && (found || error_pending(th))) return -1;
    if (v) {
        if (!value_is_tuple(v)) raise_type_error(th, "__getnewargs_ex__ should return a tuple, not '%.200s'", type_of(v)->name);
        else if (AS(Tuple, v)->len != 2) raise_value_error(th, "__getnewargs_ex__ should return a tuple of length 2, not %zu", AS(Tuple, v)->len);
        else if (!value_is_tuple(AS(Tuple, v)->items[0]))
            raise_type_error(th, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '%.200s'", type_of(AS(Tuple, v)->items[0])->name);
        else if (!value_is_dict(AS(Tuple, v)->items[1]))
            raise_type_error(th, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '%.200s'", type_of(AS(Tuple, v)->items[1])->name);
        else {
            *args = new_ref(th, AS(Tuple, v)->items[0]);
            *kwargs = new_ref(th, AS(Tuple, v)->items[1]);
            decref(th, v);
            return 0;
        }
        decref(th, v);
        return -1;
    }
    *args = special_call(th, self, name_d_getnewargs, NULL, 0, &found);
    if (!*args) return found || error_pending(th) ? -1 : 0;
    if (!value_is_tuple(*args)) {
        raise_type_error(th, "__getnewargs__ should return a tuple, not '%.200s'", type_of(*args)->name);
        clear_ref(th, args);
        return -1;
    }
    return 0;
}

static Value reduce_2(Thread *th, Value self) {
    Type *t = type_of(self);
    if (!t->slots.new_) return raise_type_error(th, "cannot pickle '%.200s' object", t->name);
    Value args, kwargs, maker = NO_VALUE, margs = NO_VALUE, state = NO_VALUE, litems = VALUE_NONE, ditems = VALUE_NONE, r = NO_VALUE;
    if (newargs(th, self, &args, &kwargs)) return NO_VALUE;
    bool has_args = args != NO_VALUE;
    if (!kwargs || dict_len(AS(Dict, kwargs)) == 0) {
        if (!(maker = copyreg_attr(th, name_d_newobj))) goto done;
        size_t n = args ? AS(Tuple, args)->len : 0;
        Tuple *m = tuple_new(th, n + 1);
        if (!m) goto done;
        m->items[0] = new_ref(th, VALUE_OF(t));
        for (size_t i = 0; i < n; i++) m->items[i + 1] = new_ref(th, AS(Tuple, args)->items[i]);
        margs = VALUE_OF(m);
    } else {
        if (!(maker = copyreg_attr(th, name_d_newobj_ex))) goto done;
        if (!(margs = tuple_pack3(th, VALUE_OF(t), args, kwargs))) goto done;
    }
    bool required = !has_args && !(t->flags & (TYPE_LIST_SUBCLASS | TYPE_DICT_SUBCLASS));
    if (!(state = getstate(th, self, required))) goto done;
    if (t->flags & TYPE_LIST_SUBCLASS) {
        if (!(litems = object_iter(th, self))) goto done;
    }
    if (t->flags & TYPE_DICT_SUBCLASS) {
        Value items = call_method0(th, self, name_items);
        ditems = items ? object_iter(th, items) : NO_VALUE;
        decref(th, items);
        if (!ditems) goto done;
    }
    Value all[5] = {maker, margs, state, litems, ditems};
    r = tuple_from_array(th, all, 5);
done:
    decref(th, args);
    decref(th, kwargs);
    decref(th, maker);
    decref(th, margs);
    decref(th, state);
    decref(th, litems);
    decref(th, ditems);
    return r;
}

static Value reduce_by_protocol(Thread *th, Value self, int64_t proto) {
    if (proto >= 2) return reduce_2(th, self);
    Value a[2] = {self, value_imm_int(proto)};
    return copyreg_call(th, name_reduce_ex, a, 2);
}

static Value object_meth_reduce(Thread *th, Value self, Value *args) { return reduce_by_protocol(th, self, 0); }

static Value object_meth_reduce_ex(Thread *th, Value self, Value *args) {
    int64_t proto;
    if (number_as_i64(th, args[0], &proto)) return NO_VALUE;
    // Of what nobody overrides, and no look-up of whose runs Python code, nothing needs to be bound.
    Type *t = type_of(self);
    if (LIKELY(t->slots.getattr == object_generic_getattr) && type_lookup(t, name_d_reduce) == type_lookup(&type_object, name_d_reduce))
        return reduce_by_protocol(th, self, proto);
    Value f;
    int r = optional(th, self, name_d_reduce, &f);
    if (r < 0) return NO_VALUE;
    if (r) {
        Value own = type_lookup(type_of(self), name_d_reduce);
        bool overridden = own != type_lookup(&type_object, name_d_reduce);
        if (overridden) {
            Value v = call0(th, f);
            decref(th, f);
            return v;
        }
        decref(th, f);
    }
    return reduce_by_protocol(th, self, proto);
}

// ---- the other methods -------------------------------------------------------------------------------------------

static Value object_meth_format(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "__format__() argument must be str, not %.50s", type_of(args[0])->name);
    if (AS(Str, args[0])->len) return raise_type_error(th, "unsupported format string passed to %.200s.__format__", type_of(self)->name);
    return object_str(th, self);
}

static Value object_meth_sizeof(Thread *th, Value self, Value *args) {
    Type *t = type_of(self);
    if (!value_is_object(self)) return value_imm_int(t->basic_size);
    size_t size = t->basic_size;
    if (t->item_size) {
        intptr_t n = t->slots.len ? t->slots.len(th, self) : 0;
        if (n < 0) return NO_VALUE;
        size += (size_t)n * t->item_size;
    }
    Shape *s = atomic_load_acquire(&value_object(self)->shape);
    if (t->flags & TYPE_MANAGED_ATTRS) size += sizeof(Value) * (1u + s->inline_cap);
    return int_from_u64(th, size);
}

static Value object_meth_init_subclass(Thread *th, Value cls, Value *args) { return VALUE_NONE; }
static Value object_meth_subclasshook(Thread *th, Value cls, Value *args) { return VALUE_NOT_IMPLEMENTED; }

static int merge_class_dict(Thread *th, Dict *d, Value cls) {
    Value cd;
    int r = object_getattr_optional(th, cls, name_d_dict, &cd);
    if (r < 0) return -1;
    if (r) {
        int e = dict_update(th, d, cd);
        decref(th, cd);
        if (e) return -1;
    }
    Value bases;
    r = object_getattr_optional(th, cls, name_d_bases, &bases);
    if (r < 0) return -1;
    if (r) {
        intptr_t n = object_len(th, bases);
        if (n < 0) error_clear(th);
        for (intptr_t i = 0; i < n; i++) {
            Value b = sequence_get(th, bases, i);
            int e = b ? merge_class_dict(th, d, b) : -1;
            decref(th, b);
            if (e) { decref(th, bases); return -1; }
        }
        decref(th, bases);
    }
    return 0;
}

int type_merge_dir(Thread *th, Dict *d, Value cls) { return merge_class_dict(th, d, cls); }

static Value object_meth_dir(Thread *th, Value self, Value *args) {
    Value dict;
    int r = object_getattr_optional(th, self, name_d_dict, &dict);
    if (r < 0) return NO_VALUE;
    Value all = r && value_is_dict(dict) ? dict_copy(th, AS(Dict, dict)) : dict_new(th);
    if (r) decref(th, dict);
    if (!all) return NO_VALUE;
    Value cls;
    r = object_getattr_optional(th, self, name_d_class, &cls);
    if (r > 0) {
        r = merge_class_dict(th, AS(Dict, all), cls);
        decref(th, cls);
    }
    Value keys = r < 0 ? NO_VALUE : dict_keys_list(th, AS(Dict, all));
    decref(th, all);
    return keys;
}

Value object_dir(Thread *th, Value obj) {
    bool found;
    Value names = special_call(th, obj, name_d_dir, NULL, 0, &found);
    if (!names) {
        if (!found) raise_type_error(th, "object does not provide __dir__");
        return NO_VALUE;
    }
    Value list = sequence_to_list(th, names);
    decref(th, names);
    if (list && list_sort(th, list, VALUE_NONE, false)) { decref(th, list); return NO_VALUE; }
    return list;
}

static const MethodDef object_methods[] = {
    {"__reduce_ex__", "(self, protocol, /)", object_meth_reduce_ex, "Helper for pickle."},
    {"__reduce__", "(self, /)", object_meth_reduce, "Helper for pickle."},
    {"__getstate__", "(self, /)", object_meth_getstate, "Helper for pickle."},
    {"__subclasshook__", "(cls, object, /)", object_meth_subclasshook,
     "Abstract classes can override this to customize issubclass().\n\nIt is called by abc.ABCMeta.__subclasscheck__() and should return True, False or NotImplemented.",
     METH_CLASS},
    {"__init_subclass__", "(cls, /)", object_meth_init_subclass, "Called when a class is subclassed; the default does nothing.", METH_CLASS},
    {"__format__", "(self, format_spec, /)", object_meth_format, "Default object formatter."},
    {"__sizeof__", "(self, /)", object_meth_sizeof, "Size of object in memory, in bytes."},
    {"__dir__", "(self, /)", object_meth_dir, "Default dir() implementation."},
    {0}};
const GetSetDef object_getsets[] = {{"__class__", object_get_class, object_set_class, "the object's class"}, {0}};

TYPE_DEFINE_BASE(object, "object", NULL, sizeof(Object), TYPE_BASETYPE, .text_signature = "()", .methods = object_methods, .getsets = object_getsets,
    .doc = "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    .slots = {.new_ = object_slot_new, .init = object_slot_init, .getattr = object_generic_getattr, .setattr = object_generic_setattr,
              .repr = object_slot_repr, .str = object_slot_str, .hash = object_slot_hash, .compare = object_slot_compare});
