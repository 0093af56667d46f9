// SPDX-License-Identifier: MIT
// super: look-up in the mro after a given class. Constant after __init__; no locks.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

typedef struct Super { Object head; Value type, obj, obj_type; } Super; // obj, obj_type NO_VALUE: unbound

int (*super_frame_hook)(Thread *th, Value *type, Value *obj);

// The class whose mro is searched: obj itself, its type, or its __class__. Borrowed via *hold.
static Type *super_check(Thread *th, Type *type, Value obj, Value *hold) {
    *hold = NO_VALUE;
    if (value_is_type(obj) && type_is_subtype(AS(Type, obj), type)) return AS(Type, obj);
    Type *t = type_of(obj);
    if (type_is_subtype(t, type)) return t;
    Value c;
    int r = object_getattr_optional(th, obj, name_d_class, &c);
    if (r < 0) return NULL;
    if (r) {
        if (value_is_type(c) && c != VALUE_OF(t) && type_is_subtype(AS(Type, c), type)) {
            *hold = c;
            return AS(Type, c);
        }
        decref(th, c);
    }
    bool is_type = value_is_type(obj);
    raise_type_error(th, "super(type, obj): obj (%s %.200s) is not an instance or subtype of type (%.200s).", is_type ? "type" : "instance of",
                     is_type ? AS(Type, obj)->name : t->name, type->name);
    return NULL;
}

// 1 found, 0 absent, -1 error. *bind: the found function is to be called with obj first (only asked when not NULL).
static int super_find(Thread *th, Value type, Value obj, Type *obj_type, Value name, Value *out, bool *bind) {
    if (bind) *bind = false;
    Value mro = new_ref(th, atomic_load_acquire(&obj_type->mro));
    if (!mro) return 0; // its metatype's mro() is running
    Tuple *m = AS(Tuple, mro);
    size_t i = 0;
    while (i < m->len && m->items[i] != type) i++;
    int r = 0;
    for (i++; i < m->len; i++) {
        Type *t = AS(Type, m->items[i]);
        if (!value_is_type(m->items[i])) continue;
        Value v = dict_get_str(th, t->dict, name);
        if (!v) continue;
        uint32_t kind = class_attr_kind(v);
        bool instance = obj != VALUE_OF(obj_type);
        if (kind == CLASS_ATTR_METHOD && bind && instance) {
            *bind = true;
            *out = v;
        } else {
            DescrGetFn get = type_of(v)->slots.descr_get;
            if (get) {
                *out = get(th, v, instance ? obj : NO_VALUE, VALUE_OF(obj_type));
                decref(th, v);
            } else *out = v;
        }
        r = *out ? 1 : -1;
        break;
    }
    decref(th, mro);
    return r;
}

Value super_get_method(Thread *th, Value type, Value obj, Value name, Value *self_out) {
    *self_out = NO_VALUE;
    if (!value_is_type(type)) return raise_type_error(th, "super() argument 1 must be a type, not %.200s", type_of(type)->name);
    Value hold, out;
    Type *ot = super_check(th, AS(Type, type), obj, &hold);
    if (!ot) return NO_VALUE;
    bool bind;
    int r = name == name_d_class ? 0 : super_find(th, type, obj, ot, name, &out, &bind);
    decref(th, hold);
    if (r < 0) return NO_VALUE;
    if (r) {
        if (bind) *self_out = obj;
        return out;
    }
    Value args[2] = {type, obj};
    Value s = object_call(th, VALUE_OF(&type_super), args, 2, NO_VALUE);
    if (!s) return NO_VALUE;
    out = object_generic_getattr(th, s, name);
    decref(th, s);
    return out;
}

static Value super_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Super *s = NEW(Super, th, type);
    return s ? VALUE_OF(s) : NO_VALUE;
}
static int super_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Super *s = AS(Super, self);
    if (kwnames && AS(Tuple, kwnames)->len) { raise_type_error(th, "super() takes no keyword arguments"); return -1; }
    if (nargs > 2) { raise_type_error(th, "super() expected at most 2 arguments, got %zu", nargs); return -1; }
    Value type = nargs ? args[0] : NO_VALUE, obj = nargs > 1 ? args[1] : NO_VALUE;
    if (type && !value_is_type(type)) { raise_type_error(th, "super() argument 1 must be a type, not %.200s", type_of(type)->name); return -1; }
    if (!type) {
        if (!super_frame_hook) { raise_error(th, &exc_RuntimeError, "super(): no current frame"); return -1; }
        if (super_frame_hook(th, &type, &obj)) return -1;
    }
    if (obj == VALUE_NONE) obj = NO_VALUE;
    Value hold = NO_VALUE;
    Type *ot = NULL;
    if (obj && !(ot = super_check(th, AS(Type, type), obj, &hold))) return -1;
    incref(th, type);
    incref(th, obj);
    set_ref(th, &s->type, type);
    set_ref(th, &s->obj, obj);
    set_ref(th, &s->obj_type, hold ? hold : ot ? new_ref(th, VALUE_OF(ot)) : NO_VALUE);
    return 0;
}
static Value super_slot_getattr(Thread *th, Value self, Value name) {
    Super *s = AS(Super, self);
    if (s->obj_type && value_is_exact_str(name) && !str_equal(AS(Str, name), AS(Str, name_d_class))) {
        Value out;
        int r = super_find(th, s->type, s->obj, AS(Type, s->obj_type), name, &out, NULL);
        if (r) return r > 0 ? out : NO_VALUE;
    }
    return object_generic_getattr(th, self, name);
}
static Value super_slot_get(Thread *th, Value self, Value obj, Value type) {
    Super *s = AS(Super, self);
    if (!obj || obj == VALUE_NONE || s->obj) return new_ref(th, self);
    if (type_of(self) != &type_super) {
        Value a[2] = {s->type, obj};
        return object_call(th, VALUE_OF(type_of(self)), a, 2, NO_VALUE);
    }
    Value hold;
    Type *ot = super_check(th, AS(Type, s->type), obj, &hold);
    if (!ot) return NO_VALUE;
    Super *n = NEW(Super, th, &type_super);
    if (!n) { decref(th, hold); return NO_VALUE; }
    n->type = new_ref(th, s->type);
    n->obj = new_ref(th, obj);
    n->obj_type = hold ? hold : new_ref(th, VALUE_OF(ot));
    return VALUE_OF(n);
}
static Value super_slot_repr(Thread *th, Value self) {
    Super *s = AS(Super, self);
    const char *t = s->type ? AS(Type, s->type)->name : "NULL";
    return s->obj_type ? str_format(th, "<super: <class '%s'>, <%s object>>", t, AS(Type, s->obj_type)->name) : str_format(th, "<super: <class '%s'>, NULL>", t);
}
static Value or_none(Thread *th, Value v) { return v ? new_ref(th, v) : VALUE_NONE; }
static Value super_get_thisclass(Thread *th, Value self) { return or_none(th, AS(Super, self)->type); }
static Value super_get_self(Thread *th, Value self) { return or_none(th, AS(Super, self)->obj); }
static Value super_get_self_class(Thread *th, Value self) { return or_none(th, AS(Super, self)->obj_type); }
static int super_readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static int super_traverse(Object *self, VisitFn visit, void *arg) {
    Super *s = (Super *)self;
    int r = s->type ? visit(s->type, arg) : 0;
    if (!r && s->obj) r = visit(s->obj, arg);
    if (!r && s->obj_type) r = visit(s->obj_type, arg);
    return r;
}
static void super_dealloc(Thread *th, Object *self) {
    Super *s = (Super *)self;
    decref(th, s->type);
    decref(th, s->obj);
    decref(th, s->obj_type);
    object_release_attrs(th, self);
    object_free(th, self);
}
static const GetSetDef super_getsets[] = {
    {"__thisclass__", super_get_thisclass, super_readonly, "the class invoking super()"}, {"__self__", super_get_self, super_readonly, "the instance invoking super(); may be None"},
    {"__self_class__", super_get_self_class, super_readonly, "the type of the instance invoking super(); may be None"}, {0}};
TYPE_DEFINE(super, "super", sizeof(Super), TYPE_TRACED | TYPE_BASETYPE, .getsets = super_getsets,
    .doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\n"
           "super(type, type2) -> bound super object; requires issubclass(type2, type)",
    .slots = {.new_ = super_slot_new, .init = super_slot_init, .getattr = super_slot_getattr, .descr_get = super_slot_get, .repr = super_slot_repr,
              .traverse = super_traverse, .dealloc = super_dealloc});
