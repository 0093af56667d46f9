// SPDX-License-Identifier: MIT
// The type type: calling a class, attributes of classes, their properties and methods. Making classes is in type_new.c.
// Own attributes of a type live in its dict, which only type_set_own and class creation write, under type_mutex.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/generic_alias.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "core/object/type_new.h"
#include "core/object/exception.h"
#include "gc/gc.h"
#include "gc/retire.h"

#include <stdio.h>

// ---- calls -----------------------------------------------------------------------------------------------------

static Value type_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Type *t = AS(Type, callable);
    if (UNLIKELY(t == &type_type)) {
        size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
        if (nargs == 1 && !nkw) return new_ref(th, VALUE_OF(type_of(args[0])));
        if (nargs == 1) return raise_type_error(th, "type() takes no keyword arguments");
        if (nargs != 3) return raise_type_error(th, "type() takes 1 or 3 arguments");
    }
    if (UNLIKELY(!t->slots.new_)) return raise_type_error(th, "cannot create '%s' instances", t->name);
    Value obj = t->slots.new_(th, t, args, nargs, kwnames);
    if (UNLIKELY(!obj)) return NO_VALUE;
    Type *ot = type_of(obj);
    if (UNLIKELY(ot != t && !type_is_subtype(ot, t))) return obj;
    if (ot->slots.init && ot->slots.init(th, obj, args, nargs, kwnames) < 0) {
        decref(th, obj);
        return NO_VALUE;
    }
    return obj;
}

// ---- attributes --------------------------------------------------------------------------------------------------

static Value call_get(Thread *th, Value d, Value obj, Value type) {
    DescrGetFn get = type_of(d)->slots.descr_get;
    if (!get) return new_ref(th, d);
    incref(th, d);
    Value r = get(th, d, obj, type);
    decref(th, d);
    return r;
}

int type_getattr_find(Thread *th, Value type, Value name, Value *out) {
    Type *meta = type_of(type);
    uint32_t mkind, kind;
    Value m = type_lookup_kind(meta, name, &mkind);
    if (mkind == CLASS_ATTR_DATA && type_of(m)->slots.descr_get) {
        *out = call_get(th, m, type, VALUE_OF(meta));
        return *out ? 1 : -1;
    }
    Value v = type_lookup_kind(AS(Type, type), name, &kind);
    if (kind != CLASS_ATTR_ABSENT) {
        *out = kind == CLASS_ATTR_PLAIN || kind == CLASS_ATTR_METHOD ? new_ref(th, v) : call_get(th, v, NO_VALUE, type);
        return *out ? 1 : -1;
    }
    if (mkind == CLASS_ATTR_ABSENT) return 0;
    m = type_lookup_kind(meta, name, &mkind);
    if (mkind == CLASS_ATTR_ABSENT) return 0;
    *out = mkind == CLASS_ATTR_PLAIN ? new_ref(th, m) : call_get(th, m, type, VALUE_OF(meta));
    return *out ? 1 : -1;
}

static Value type_attribute_error(Thread *th, Value type, Value name) {
    raise_error(th, &exc_AttributeError, "type object '%.50s' has no attribute '%U'", AS(Type, type)->name, name);
    attribute_error_context(th, type, name);
    return NO_VALUE;
}

Value type_getattr(Thread *th, Value type, Value name) {
    Value out;
    if (!value_is_exact_str(name)) {
        if (!value_is_str(name)) return raise_type_error(th, "attribute name must be string, not '%.200s'", type_of(name)->name);
        Value n = str_intern(th, str_substring(th, name, 0, AS(Str, name)->len));
        return n && value_is_exact_str(n) ? type_getattr(th, type, n) : NO_VALUE;
    }
    int r = type_getattr_find(th, type, name, &out);
    if (r == 0) return type_attribute_error(th, type, name);
    return r > 0 ? out : NO_VALUE;
}

// Values reached from classes are reached from every thread: nobody counts them.
void type_own_value(Thread *th, Value v) {
    if (!value_is_object(v)) return;
    Type *t = type_of(v);
    if (t == &type_function || t == &type_property || t == &type_classmethod || t == &type_staticmethod) {
        object_make_uncounted(th, value_object(v));
        Value inner = t == &type_classmethod || t == &type_staticmethod ? AS(ClassMethod, v)->callable : NO_VALUE;
        if (inner && value_is_exact(inner, &type_function)) object_make_uncounted(th, value_object(inner));
        if (t == &type_property) {
            Property *p = AS(Property, v);
            if (p->get && value_is_exact(p->get, &type_function)) object_make_uncounted(th, value_object(p->get));
            if (p->set && value_is_exact(p->set, &type_function)) object_make_uncounted(th, value_object(p->set));
        }
    }
}

int type_set_own(Thread *th, Type *t, Value name, Value v) {
    if (v) type_own_value(th, v);
    rt_mutex_lock(th, &type_mutex);
    Value old = dict_get_str(th, t->dict, name);
    int r = 0;
    if (v) r = dict_set(th, t->dict, name, v);
    else if (old) r = dict_delete(th, t->dict, name) < 0 ? -1 : 0;
    if (r == 0 && (v || old)) {
        type_modified(th, t, name);
        if (UNLIKELY(type_name_feeds_slot(name)) && (t->flags & TYPE_HEAP)) type_update_slot(th, t, name);
    }
    rt_mutex_unlock(th, &type_mutex);
    if (old) {
        if (th->mt) retire_value(th, old); // readers of the caches may still look at it
        else decref(th, old);
    } else if (!v && r == 0) r = 1;
    return r;
}

int type_setattr(Thread *th, Value type, Value name, Value v) {
    Type *t = AS(Type, type);
    if (!value_is_str(name)) {
        raise_type_error(th, "attribute name must be string, not '%.200s'", type_of(name)->name);
        return -1;
    }
    if (t->flags & TYPE_IMMUTABLE) {
        raise_type_error(th, "cannot set '%U' attribute of immutable type '%s'", name, t->name);
        return -1;
    }
    if (!value_is_exact_str(name)) {
        name = str_substring(th, name, 0, AS(Str, name)->len);
        if (!name) return -1;
        if (!value_is_exact_str(name)) { // a subclass's whole slice
            StrBuilder b;
            str_builder_init(&b, th);
            str_builder_str(&b, name);
            decref(th, name);
            if (!(name = str_builder_finish(&b))) return -1;
        }
        name = str_intern(th, name);
    } else if (!str_is_interned(name)) name = str_intern(th, new_ref(th, name));
    if (!name) return -1;
    Type *meta = type_of(type);
    uint32_t kind;
    Value d = type_lookup_kind(meta, name, &kind);
    if (kind == CLASS_ATTR_DATA && type_of(d)->slots.descr_set) {
        incref(th, d);
        int r = type_of(d)->slots.descr_set(th, d, type, v);
        decref(th, d);
        return r;
    }
    int r = type_set_own(th, t, name, v);
    if (r == 1) {
        type_attribute_error(th, type, name);
        return -1;
    }
    return r;
}

// ---- properties ----------------------------------------------------------------------------------------------------

Value type_qualname(Thread *th, Type *t) {
    Value q = atomic_load_acquire(&t->qualname);
    return new_ref(th, q ? q : atomic_load_acquire(&t->name_obj));
}

Value type_module_name(Thread *th, Type *t) {
    if (t->flags & TYPE_HEAP) {
        Value v = dict_get_str(th, t->dict, name_d_module);
        return v ? v : raise_error(th, &exc_AttributeError, "__module__");
    }
    Value v = dict_get_str(th, t->dict, name_d_module);
    if (v && value_is_str(v)) return v;
    decref(th, v);
    const char *dot = strrchr(t->name, '.');
    if (!dot) return new_ref(th, name_builtins);
    char buf[128];
    snprintf(buf, sizeof buf, "%.*s", (int)(dot - t->name), t->name);
    return str_intern_cstr(th, buf);
}

static int check_settable(Thread *th, Type *t, Value v, const char *name) {
    if (t->flags & TYPE_IMMUTABLE) {
        raise_type_error(th, "cannot set '%s' attribute of immutable type '%s'", name, t->name);
        return -1;
    }
    if (!v) {
        raise_type_error(th, "cannot delete '%s' attribute of immutable type '%s'", name, t->name);
        return -1;
    }
    return 0;
}

static void release_old(Thread *th, Value old) {
    if (th->mt) retire_value(th, old);
    else decref(th, old);
}

static Value type_get_name(Thread *th, Value self) { return new_ref(th, atomic_load_acquire(&AS(Type, self)->name_obj)); }
static int type_set_name(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    if (check_settable(th, t, v, "__name__") || attr_audit(th, self, "__name__", v)) return -1;
    if (!value_is_str(v)) {
        raise_type_error(th, "can only assign string to %s.__name__, not '%s'", t->name, type_of(v)->name);
        return -1;
    }
    char *text = type_name_text(th, v);
    if (!text) return -1;
    type_name_replace(th, t, text);
    release_old(th, atomic_swap_seqcst(&t->name_obj, new_ref(th, v)));
    return 0;
}
static Value type_get_qualname(Thread *th, Value self) { return type_qualname(th, AS(Type, self)); }
static int type_set_qualname(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    if (check_settable(th, t, v, "__qualname__") || attr_audit(th, self, "__qualname__", v)) return -1;
    if (!value_is_str(v)) {
        raise_type_error(th, "can only assign string to %s.__qualname__, not '%s'", t->name, type_of(v)->name);
        return -1;
    }
    release_old(th, atomic_swap_seqcst(&t->qualname, new_ref(th, v)));
    return 0;
}
static Value type_get_module(Thread *th, Value self) { return type_module_name(th, AS(Type, self)); }
static int type_set_module(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    if (check_settable(th, t, v, "__module__") || attr_audit(th, self, "__module__", v)) return -1;
    return type_set_own(th, t, name_d_module, v) < 0 || type_set_own(th, t, name_d_firstlineno, NO_VALUE) < 0 ? -1 : 0;
}
static Value type_get_bases(Thread *th, Value self) { return new_ref(th, atomic_load_acquire(&AS(Type, self)->bases)); }
static int type_set_bases(Thread *th, Value self, Value v) {
    if (check_settable(th, AS(Type, self), v, "__bases__") || attr_audit(th, self, "__bases__", v)) return -1;
    return type_assign_bases(th, AS(Type, self), v);
}
static Value type_get_mro(Thread *th, Value self) {
    Value m = atomic_load_acquire(&AS(Type, self)->mro);
    return m ? new_ref(th, m) : VALUE_NONE;
}
static Value type_get_base(Thread *th, Value self) {
    Type *b = atomic_load_acquire(&AS(Type, self)->base);
    return b ? new_ref(th, VALUE_OF(b)) : VALUE_NONE;
}
static Value type_get_dict(Thread *th, Value self) { return mappingproxy_new(th, VALUE_OF(AS(Type, self)->dict)); }

// What an attribute found on a type is when asked of the type itself.
static Value bound_to_type(Thread *th, Value v_owned, Value type) {
    DescrGetFn get = type_of(v_owned)->slots.descr_get;
    if (!get) return v_owned;
    Value r = get(th, v_owned, NO_VALUE, type);
    decref(th, v_owned);
    return r;
}

static Value type_get_doc(Thread *th, Value self) {
    Type *t = AS(Type, self);
    if (!(t->flags & TYPE_HEAP)) return t->doc ? str_from_cstr(th, t->doc) : VALUE_NONE;
    Value v = type_lookup_mro_own(th, t, name_d_doc);
    if (!v) return VALUE_NONE;
    return bound_to_type(th, v, self);
}
static int type_set_doc(Thread *th, Value self, Value v) {
    if (check_settable(th, AS(Type, self), v, "__doc__")) return -1;
    return type_set_own(th, AS(Type, self), name_d_doc, v) < 0 ? -1 : 0;
}

static Value type_get_abstractmethods(Thread *th, Value self) {
    Type *t = AS(Type, self);
    Value v = t == &type_type ? NO_VALUE : dict_get_str(th, t->dict, name_d_abstractmethods);
    return v ? v : raise_error(th, &exc_AttributeError, "__abstractmethods__");
}
static int type_set_abstractmethods(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    int abstract = v ? object_truth(th, v) : 0;
    if (abstract < 0) return -1;
    if (t->flags & TYPE_IMMUTABLE) {
        raise_type_error(th, "cannot set '__abstractmethods__' attribute of immutable type '%s'", t->name);
        return -1;
    }
    int r = type_set_own(th, t, name_d_abstractmethods, v);
    if (r == 1) raise_error(th, &exc_AttributeError, "__abstractmethods__");
    if (r) return -1;
    rt_mutex_lock(th, &type_mutex);
    uint32_t f = abstract ? t->flags | TYPE_ABSTRACT : t->flags & ~(uint32_t)TYPE_ABSTRACT;
    if (f != t->flags) {
        if (th->mt) world_stop(th); // flags are read as plain words
        atomic_store_relaxed(&t->flags, f);
        shape_sync_flags(t);
        if (th->mt) world_start(th);
        type_modified_all(th, t); // fast paths of instance creation go by the caches
    }
    rt_mutex_unlock(th, &type_mutex);
    return 0;
}

// A class says how it is called at the beginning of its docstring: "Name(signature)", a line "--", and an empty one.
static Value signature_in_doc(Thread *th, Type *t) {
    Value doc = dict_get_str(th, t->dict, name_d_doc), name = atomic_load_acquire(&t->name_obj), r = NO_VALUE;
    if (doc && value_is_str(doc) && name && value_is_str(name)) {
        const Str *s = AS(Str, doc), *n = AS(Str, name);
        Value end = str_intern_cstr(th, ")\n--\n\n");
        if (s->len > n->len && str_char_at(s, n->len) == '(' && str_find(s, n, 0, (intptr_t)n->len, 1) == 0) {
            intptr_t at = end ? str_find(s, AS(Str, end), (intptr_t)n->len, (intptr_t)s->len, 1) : -1;
            if (at >= 0) r = str_substring(th, doc, n->len, (size_t)at + 1);
        }
    }
    decref(th, doc);
    return r || error_pending(th) ? r : VALUE_NONE;
}
static Value type_get_text_signature(Thread *th, Value self) {
    Type *t = AS(Type, self);
    if (t->flags & TYPE_HEAP) return signature_in_doc(th, t);
    return t->text_signature ? str_from_cstr(th, t->text_signature) : VALUE_NONE;
}

static Value immutable_missing(Thread *th, Type *t, const char *name) {
    return raise_error(th, &exc_AttributeError, "type object '%s' has no attribute '%s'", t->name, name);
}

static Value type_get_annotate(Thread *th, Value self) {
    Type *t = AS(Type, self);
    if (!(t->flags & TYPE_HEAP)) return immutable_missing(th, t, "__annotate__");
    Value v = dict_get_str(th, t->dict, name_d_annotate); // set explicitly
    if (!v) v = dict_get_str(th, t->dict, name_d_annotate_func);
    if (!v) return VALUE_NONE;
    return bound_to_type(th, v, self);
}
static int type_set_annotate(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    if (!v) { raise_type_error(th, "cannot delete __annotate__ attribute"); return -1; }
    if (t->flags & TYPE_IMMUTABLE) {
        raise_type_error(th, "cannot set '__annotate__' attribute of immutable type '%s'", t->name);
        return -1;
    }
    if (v != VALUE_NONE && !object_callable(v)) { raise_type_error(th, "__annotate__ must be callable or None"); return -1; }
    if (type_set_own(th, t, dict_get_str_borrow(th, t->dict, name_d_annotate) ? name_d_annotate : name_d_annotate_func, v) < 0) return -1;
    if (v != VALUE_NONE && (type_set_own(th, t, name_d_annotations_cache, NO_VALUE) < 0 || type_set_own(th, t, name_d_annotations, NO_VALUE) < 0)) return -1;
    return 0;
}
static Value type_get_annotations(Thread *th, Value self) {
    Type *t = AS(Type, self);
    if (!(t->flags & TYPE_HEAP)) return immutable_missing(th, t, "__annotations__");
    Value v = dict_get_str(th, t->dict, name_d_annotations);
    if (!v) v = dict_get_str(th, t->dict, name_d_annotations_cache);
    if (v) return bound_to_type(th, v, self);
    Value f = type_get_annotate(th, self);
    if (!f) return NO_VALUE;
    if (f == VALUE_NONE || !object_callable(f)) v = dict_new(th);
    else {
        v = call1(th, f, value_imm_int(1));
        if (v && !value_is_dict(v)) {
            raise_type_error(th, "__annotate__ returned non-dict of type '%.100s'", type_of(v)->name);
            clear_ref(th, &v);
        }
    }
    decref(th, f);
    if (v && type_set_own(th, t, name_d_annotations_cache, v) < 0) clear_ref(th, &v);
    return v;
}
static int type_set_annotations(Thread *th, Value self, Value v) {
    Type *t = AS(Type, self);
    if (t->flags & TYPE_IMMUTABLE) {
        raise_type_error(th, "cannot set '__annotations__' attribute of immutable type '%s'", t->name);
        return -1;
    }
    Value key = name_d_annotations;
    Value present = dict_get_str_borrow(th, t->dict, name_d_annotations);
    if (!present) key = name_d_annotations_cache;
    int r = type_set_own(th, t, key, v);
    if (r == 1) raise_error(th, &exc_AttributeError, "__annotations__");
    if (r) return -1;
    if (present && type_set_own(th, t, name_d_annotations_cache, NO_VALUE) < 0) return -1;
    if (type_set_own(th, t, name_d_annotate, NO_VALUE) < 0 || type_set_own(th, t, name_d_annotate_func, NO_VALUE) < 0) return -1;
    return 0;
}
static Value type_get_type_params(Thread *th, Value self) {
    Type *t = AS(Type, self);
    if (t == &type_type) return tuple_empty;
    Value v = dict_get_str(th, t->dict, name_d_type_params);
    return v ? v : tuple_empty;
}
static int type_set_type_params(Thread *th, Value self, Value v) {
    if (check_settable(th, AS(Type, self), v, "__type_params__")) return -1;
    return type_set_own(th, AS(Type, self), name_d_type_params, v) < 0 ? -1 : 0;
}

// CPython's bits of __flags__, for those who look (inspect.isabstract and the like).
// Most types of native modules are made at run time in CPython. That shows in __flags__, by which copyreg pickles instances with protocols 0 and 1.
static bool made_at_run_time(const Type *t) {
    static const char *const builtin[] = {"datetime.date", "datetime.time", "datetime.tz", "types.", "weakref.", "string.templatelib.", "sys.", "_contextvars.", "Token.",
                                          "collections.OrderedDict", "pickle.PickleBuffer", "typing.TypeAliasType", "typing.Union"};
    if ((t->flags & TYPE_HEAP) || !strchr(t->name, '.')) return (t->flags & TYPE_HEAP) != 0;
    for (size_t i = 0; i < ARRAY_LEN(builtin); i++)
        if (!strncmp(t->name, builtin[i], strlen(builtin[i]))) return false;
    return true;
}
static Value type_get_flags(Thread *th, Value self) {
    static const struct { uint32_t ours; uint8_t bit; } map[] = {
        {TYPE_MANAGED_ATTRS, 4}, {TYPE_SEQUENCE_PATTERN, 5}, {TYPE_MAPPING_PATTERN, 6}, {TYPE_NO_INSTANTIATE, 7}, {TYPE_IMMUTABLE, 8}, {TYPE_BASETYPE, 10},
        {TYPE_READY, 12}, {TYPE_TRACED, 14}, {TYPE_METHOD_DESCR, 17}, {TYPE_ABSTRACT, 20}, {TYPE_MATCH_SELF, 22}, {TYPE_INT_SUBCLASS, 24},
        {TYPE_LIST_SUBCLASS, 25}, {TYPE_TUPLE_SUBCLASS, 26}, {TYPE_BYTES_SUBCLASS, 27}, {TYPE_STR_SUBCLASS, 28}, {TYPE_DICT_SUBCLASS, 29},
        {TYPE_EXC_SUBCLASS, 30}, {TYPE_TYPE_SUBCLASS, 31}};
    uint64_t f = 0;
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (AS(Type, self)->flags & map[i].ours) f |= (uint64_t)1 << map[i].bit;
    uint32_t own = AS(Type, self)->flags;
    if ((own & TYPE_HEAP) && (own & TYPE_MANAGED_ATTRS) && !(own & TYPE_VARSIZE)) f |= 1 << 2; // attributes inside the instance
    if (made_at_run_time(AS(Type, self))) f |= 1 << 9;
    return value_imm_int((int64_t)f);
}
static Value type_get_basicsize(Thread *th, Value self) {
    Type *t = AS(Type, self);
    return value_imm_int(t->basic_size + (t->flags & TYPE_MANAGED_ATTRS && !(t->flags & TYPE_VARSIZE) ? 8 : 0));
}
static Value type_get_itemsize(Thread *th, Value self) { return value_imm_int(AS(Type, self)->item_size); }
static Value type_get_dictoffset(Thread *th, Value self) {
    Type *t = AS(Type, self);
    return value_imm_int(t->flags & TYPE_MANAGED_ATTRS ? -1 : t->flags & TYPE_HAS_DICT ? (int64_t)offsetof(Module, dict) : 0);
}
static Value type_get_weakrefoffset(Thread *th, Value self) { return value_imm_int(AS(Type, self)->flags & TYPE_WEAKREFABLE ? -1 : 0); }

static const GetSetDef type_getsets[] = {
    {"__name__", type_get_name, type_set_name}, {"__qualname__", type_get_qualname, type_set_qualname},
    {"__bases__", type_get_bases, type_set_bases}, {"__mro__", type_get_mro, NULL}, {"__base__", type_get_base, NULL},
    {"__module__", type_get_module, type_set_module}, {"__abstractmethods__", type_get_abstractmethods, type_set_abstractmethods},
    {"__dict__", type_get_dict, NULL}, {"__doc__", type_get_doc, type_set_doc}, {"__text_signature__", type_get_text_signature, NULL},
    {"__annotations__", type_get_annotations, type_set_annotations}, {"__annotate__", type_get_annotate, type_set_annotate},
    {"__type_params__", type_get_type_params, type_set_type_params}, {"__flags__", type_get_flags, NULL}, {"__basicsize__", type_get_basicsize, NULL},
    {"__itemsize__", type_get_itemsize, NULL}, {"__dictoffset__", type_get_dictoffset, NULL}, {"__weakrefoffset__", type_get_weakrefoffset, NULL}, {0}};

// ---- methods -----------------------------------------------------------------------------------------------------------

static Value type_meth_mro(Thread *th, Value self, Value *args) {
    Value t = mro_compute(th, AS(Type, self), atomic_load_acquire(&AS(Type, self)->bases));
    if (!t) return NO_VALUE;
    Value l = sequence_to_list(th, t);
    decref(th, t);
    return l;
}
static Value type_meth_subclasses(Thread *th, Value self, Value *args) {
    Type *t = AS(Type, self);
    Value list = list_new(th, 0);
    if (!list) return NO_VALUE;
    rt_mutex_lock(th, &type_mutex);
    Type **subs = t->subclasses;
    int r = 0;
    for (uint32_t i = 0; i < t->subclass_count && !r; i++) r = list_append(th, AS(List, list), VALUE_OF(subs[i]));
    rt_mutex_unlock(th, &type_mutex);
    if (r) clear_ref(th, &list);
    return list;
}
static Value type_meth_prepare(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) { return dict_new(th); }
static Value type_meth_instancecheck(Thread *th, Value self, Value *args) {
    int r = object_real_isinstance(th, args[0], self);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value type_meth_subclasscheck(Thread *th, Value self, Value *args) {
    int r = object_real_issubclass(th, args[0], self);
    return r < 0 ? NO_VALUE : value_bool(r);
}
static Value type_meth_dir(Thread *th, Value self, Value *args) {
    Value d = dict_new(th);
    if (!d) return NO_VALUE;
    Value keys = type_merge_dir(th, AS(Dict, d), self) ? NO_VALUE : dict_keys_list(th, AS(Dict, d));
    decref(th, d);
    return keys;
}
static Value type_meth_sizeof(Thread *th, Value self, Value *args) {
    AttrCache *c = AS(Type, self)->attr_cache;
    size_t size = sizeof(Type) + (c ? sizeof *c + c->cap * (sizeof(AttrEntry) + 4) : 0);
    return int_from_u64(th, size);
}

static const MethodDef type_methods[] = {
    {"mro", "(self, /)", type_meth_mro, "Return a type's method resolution order."},
    {"__subclasses__", "(self, /)", type_meth_subclasses, "Return a list of immediate subclasses."},
    {"__prepare__", "(name, bases, /, **kwds)", (void *)type_meth_prepare, "Create the namespace for the class statement", METH_CLASS | METH_RAW},
    {"__instancecheck__", "(self, instance, /)", type_meth_instancecheck, "Check if an object is an instance."},
    {"__subclasscheck__", "(self, subclass, /)", type_meth_subclasscheck, "Check if a class is a subclass."},
    {"__dir__", "(self, /)", type_meth_dir, "Specialized __dir__ implementation for types."},
    {"__sizeof__", "(self, /)", type_meth_sizeof, "Return memory consumption of the type object."},
    {0}};

Value type_shown_name(Thread *th, Type *t) {
    Value mod = type_module_name(th, t);
    if (!mod && !error_clear_if(th, &exc_AttributeError)) return NO_VALUE;
    Value q, r;
    if (mod && value_is_str(mod) && !str_equal_cstr(mod, "builtins")) {
        q = type_qualname(th, t);
        r = str_format(th, "%U.%U", mod, q);
        decref(th, q);
    } else r = new_ref(th, atomic_load_acquire(&t->name_obj));
    decref(th, mod);
    return r;
}
static Value type_slot_repr(Thread *th, Value self) {
    Value name = type_shown_name(th, AS(Type, self)), r = name ? str_format(th, "<class '%U'>", name) : NO_VALUE;
    decref(th, name);
    return r;
}

static Value type_slot_or(Thread *th, Value a, Value b) { return union_type_or(th, a, b); }

static int type_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len && nargs == 1) {
        raise_type_error(th, "type.__init__() takes no keyword arguments");
        return -1;
    }
    if (nargs == 1 || nargs == 3) return 0;
    raise_type_error(th, "type.__init__() takes 1 or 3 arguments");
    return -1;
}

// ---- memory ---------------------------------------------------------------------------------------------------------------

static int type_traverse(Object *self, VisitFn visit, void *arg) {
    Type *t = (Type *)self;    // static ones are roots (gc_add_static)
    int r = 0;
    Value held[] = {VALUE_OF(t->dict), t->mro, t->bases, t->qualname, t->name_obj, VALUE_OF(t->base)};
    for (size_t i = 0; i < ARRAY_LEN(held) && !r; i++)
        if (held[i]) r = visit(held[i], arg);
    return r;
}
// Takes t out of its bases' lists of subclasses. The collector calls it with the world stopped, for types found to be garbage.
void type_unlink(Type *t) {
    Tuple *bases = AS(Tuple, t->bases);
    for (size_t i = 0; bases && i < bases->len; i++) type_remove_subclass(AS(Type, bases->items[i]), t);
}
static void type_clear(Thread *th, Object *self) {
    Type *t = (Type *)self;
    if (!(t->flags & TYPE_HEAP)) return;
    // The namespace only. mro, bases and name stay for those who still look at an instance.
    AttrCache *c = t->attr_cache;
    if (c)
        for (uint32_t i = 0; i < c->count; i++) atomic_store_release(&c->entries[i].value, VALUE_UNBOUND);
    if (t->dict) dict_clear(th, t->dict);
}
static void type_dealloc(Thread *th, Object *self) {
    Type *t = (Type *)self;
    rt_mutex_lock(th, &type_mutex);
    type_unlink(t);
    rt_mutex_unlock(th, &type_mutex);
    shape_free_all(th, t);
    mem_free(t->attr_cache);
    mem_free(t->subclasses);
    decref(th, VALUE_OF(t->dict));
    decref(th, t->mro);
    decref(th, t->bases);
    decref(th, t->qualname);
    decref(th, t->name_obj);
    type_name_free(t->name);
    object_free(th, self);
}

TYPE_DEFINE(type, "type", sizeof(Type), TYPE_TRACED | TYPE_BASETYPE | TYPE_TYPE_SUBCLASS | TYPE_WEAKREFABLE,
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type", .methods = type_methods, .getsets = type_getsets,
    .slots = {.new_ = type_slot_new, .init = type_slot_init, .call = type_slot_call, .getattr = type_getattr, .setattr = type_setattr,
              .repr = type_slot_repr, .or_ = type_slot_or, .traverse = type_traverse, .clear = type_clear, .dealloc = type_dealloc});
