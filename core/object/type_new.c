// SPDX-License-Identifier: MIT
// Making classes: type.__new__ and everything it promises (best base and layout, __slots__, descriptors' __set_name__, __init_subclass__,
// the class cell), and assignment to __bases__. A class becomes visible to others when it enters its bases' subclass lists.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_new.h"
#include "gc/retire.h"

enum {
    HEAP_INHERITED_FLAGS = TYPE_INT_SUBCLASS | TYPE_FLOAT_SUBCLASS | TYPE_STR_SUBCLASS | TYPE_BYTES_SUBCLASS | TYPE_TUPLE_SUBCLASS | TYPE_LIST_SUBCLASS |
        TYPE_DICT_SUBCLASS | TYPE_SET_SUBCLASS | TYPE_TYPE_SUBCLASS | TYPE_EXC_SUBCLASS | TYPE_COMPLEX_SUBCLASS | TYPE_TRACED | TYPE_VARSIZE |
        TYPE_HAS_DICT | TYPE_MANAGED_ATTRS | TYPE_MATCH_SELF | TYPE_WEAKREFABLE | TYPE_NO_INSTANTIATE,
};

// ---- memory of instances --------------------------------------------------------------------------------------

// The __slots__ that t, a class of self, has added.
static Value *own_slots(Object *self, const Type *t) {
    return (Value *)((type_has_tail(t) ? (char *)object_tail(self, object_shape(self)) : (char *)self) + t->slots_offset);
}

int subtype_traverse(Object *self, VisitFn visit, void *arg) {
    Type *t = object_shape(self)->type;
    int r = visit(VALUE_OF(t), arg);
    for (; t && (t->flags & TYPE_HEAP); t = t->base) {
        Value *m = own_slots(self, t);
        for (uint32_t i = 0; i < t->slots_count && !r; i++)
            if (m[i]) r = visit(m[i], arg);
    }
    return r || !t || !t->slots.traverse ? r : t->slots.traverse(self, visit, arg);
}

static void clear_members(Thread *th, Object *self) {
    for (Type *t = object_shape(self)->type; t && (t->flags & TYPE_HEAP); t = t->base) {
        Value *m = own_slots(self, t);
        for (uint32_t i = 0; i < t->slots_count; i++) clear_ref(th, &m[i]);
    }
}

static Type *static_base(Type *t) {
    while (t && (t->flags & TYPE_HEAP)) t = t->base;
    return t;
}

static int clear_slot(Value *slot, void *arg) {
    clear_ref(arg, slot);
    return 0;
}

void subtype_clear(Thread *th, Object *self) {
    clear_members(th, self);
    Shape *s = object_shape(self);
    Value *area = attrs_area(self, s);
    if (area) {
        if (s->flags & SHAPE_DICT_MODE) {
            Value d = area[0]; // a new one is made if someone still asks
            area[0] = NO_VALUE;
            decref(th, d);
        } else attrs_each(self, clear_slot, th);
    }
    Type *b = static_base(s->type);
    if (b && b->slots.clear) b->slots.clear(th, self);
}

void subtype_dealloc(Thread *th, Object *self) {
    clear_members(th, self);
    Type *b = static_base(object_shape(self)->type);
    if (b && b->slots.dealloc && b->slots.dealloc != leaf_dealloc) {
        b->slots.dealloc(th, self);
        return;
    }
    object_release_attrs(th, self);
    object_free(th, self);
}

// Of instances that are an attribute area and nothing else, as most are.
static void plain_dealloc(Thread *th, Object *self) {
    const Shape *s = atomic_load_acquire(&self->shape);
    Value *area = (Value *)((char *)self + s->attr_offset);
    size_t n = s->inline_cap;
    if (UNLIKELY(area[0] != NO_VALUE)) {
        if (!(s->flags & SHAPE_DICT_MODE)) {
            subtype_dealloc(th, self);
            return;
        }
        Value d = area[0];      // nothing is in the slots
        area[0] = NO_VALUE;
        decref(th, d);
        object_free_sized(th, self, s->attr_offset + sizeof(Value) * (1 + n));
        return;
    }
    SHORT_LOOP for (size_t i = 1; i <= n; i++) {
        Value v = area[i];
        if (v == NO_VALUE) continue;
        area[i] = NO_VALUE;
        decref_item(th, v);
    }
    object_free_sized(th, self, s->attr_offset + sizeof(Value) * (1 + n));
}
static bool instances_are_plain(const Type *t) {
    if (!(t->flags & TYPE_MANAGED_ATTRS) || t->flags & (TYPE_VARSIZE | TYPE_TYPE_SUBCLASS)) return false;
    for (; t->flags & TYPE_HEAP; t = t->base) if (t->slots_count) return false;
    return t == &type_object;
}

// ---- choosing metaclass and base ---------------------------------------------------------------------------------

Type *type_calculate_metaclass(Thread *th, Type *metatype, Value bases) {
    Type *winner = metatype;
    for (size_t i = 0; i < AS(Tuple, bases)->len; i++) {
        Type *m = type_of(AS(Tuple, bases)->items[i]);
        if (type_is_subtype(winner, m)) continue;
        if (type_is_subtype(m, winner)) { winner = m; continue; }
        raise_type_error(th, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases");
        return NULL;
    }
    return winner;
}

Type *type_solid_base(Type *t) {
    while (t->base && type_same_size(t, t->base)) t = t->base;
    return t;
}

static Type *best_base(Thread *th, Value bases) {
    Type *base = NULL, *winner = NULL;
    for (size_t i = 0; i < AS(Tuple, bases)->len; i++) {
        Value v = AS(Tuple, bases)->items[i];
        if (!value_is_type(v)) { raise_type_error(th, "bases must be types"); return NULL; }
        Type *b = AS(Type, v);
        if (!(b->flags & TYPE_HEAP) && type_ready(th, b)) return NULL;
        if (!(b->flags & TYPE_BASETYPE)) { raise_type_error(th, "type '%.100s' is not an acceptable base type", b->name); return NULL; }
        Type *c = type_solid_base(b);
        if (!winner) { winner = c; base = b; }
        else if (type_is_subtype(winner, c)) continue;
        else if (type_is_subtype(c, winner)) { winner = c; base = b; }
        else { raise_type_error(th, "multiple bases have instance lay-out conflict"); return NULL; }
    }
    return base;
}

// Others may be reading a class's C name while it is replaced, and keep it over a safepoint (a message whose next part is Python's repr). So all
// its names live as long as the class: they form a ring, of which t->name is one.
typedef struct TypeName { struct TypeName *next; /* [l] type_mutex */ char text[]; } TypeName;
enum { NAMES_SEARCHED = 16 };   // a class that goes back and forth between names needs no more memory
static TypeName *name_of(const char *text) { return (TypeName *)(uintptr_t)(text - offsetof(TypeName, text)); }

char *type_name_text(Thread *th, Value name) {
    size_t len;
    Value hold;
    const char *p = str_utf8(th, name, &len, &hold);
    if (!p) return NULL;
    TypeName *n = NULL;
    if (memchr(p, 0, len)) raise_value_error(th, "type name must not contain null characters");
    else if ((n = mem_alloc(th, sizeof(TypeName) + len + 1))) {
        n->next = n;
        memcpy(n->text, p, len);
        n->text[len] = 0;
    }
    decref(th, hold);
    return n ? n->text : NULL;
}
void type_name_replace(Thread *th, Type *t, char *text) {
    rt_mutex_lock(th, &type_mutex);
    TypeName *now = name_of(t->name), *n = name_of(text), *same = now;
    for (int i = 0; i < NAMES_SEARCHED && strcmp(same->text, text) != 0; i++) same = same->next;
    if (strcmp(same->text, text) == 0) {
        mem_free(n);
        n = same;
    } else {
        n->next = now->next;
        now->next = n;
    }
    // Read as a plain word everywhere.
    if (th->mt) world_stop(th);
    t->name = n->text;
    if (th->mt) world_start(th);
    rt_mutex_unlock(th, &type_mutex);
}
void type_name_free(const char *text) {
    TypeName *first = name_of(text), *n = first;
    do {
        TypeName *next = n->next;
        mem_free(n);
        n = next;
    } while (n != first);
}

// ---- __slots__ ----------------------------------------------------------------------------------------------------

// _X__name for a private name in class X. New reference (interned).
static Value mangle(Thread *th, Value cls, Value name) {
    Str *n = AS(Str, name), *c = AS(Str, cls);
    if (n->len < 3 || str_char_at(n, 0) != '_' || str_char_at(n, 1) != '_' || (str_char_at(n, n->len - 1) == '_' && str_char_at(n, n->len - 2) == '_')) goto plain;
    for (size_t i = 0; i < n->len; i++)
        if (str_char_at(n, i) == '.') goto plain;
    size_t skip = 0;
    while (skip < c->len && str_char_at(c, skip) == '_') skip++;
    if (skip == c->len) goto plain;
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '_');
    str_builder_sub(&b, cls, skip, c->len);
    str_builder_str(&b, name);
    Value r = str_builder_finish(&b);
    return r ? str_intern(th, r) : NO_VALUE;
plain:
    return str_intern(th, new_ref(th, name));
}

typedef struct NewType {
    Value name;        // borrowed
    Value bases;       // owned Tuple
    Value ns;          // owned Dict: becomes the type's
    Value slots;       // owned Tuple of interned member names, or NO_VALUE: no __slots__
    Type *base;
    bool add_dict, add_weak;
} NewType;

// As in CPython, where str is of one size.
static bool may_add_weak(const Type *base) { return !(base->flags & TYPE_WEAKREFABLE) && (!(base->flags & TYPE_VARSIZE) || (base->flags & TYPE_STR_SUBCLASS)); }

static int take_slots(Thread *th, NewType *n, Value given) {
    Value seq = value_is_str(given) ? tuple_pack1(th, given) : sequence_to_tuple(th, given);
    if (!seq) return -1;
    Type *base = n->base;
    bool may_dict = !(base->flags & (TYPE_HAS_DICT | TYPE_TYPE_SUBCLASS)), may_weak = may_add_weak(base);
    size_t len = AS(Tuple, seq)->len;
    Value list = NO_VALUE;
    int r = -1;
    if (len && base->item_size && !(base->flags & TYPE_STR_SUBCLASS)) {
        raise_type_error(th, "nonempty __slots__ not supported for subtype of '%s'", base->name);
        goto done;
    }
    if (len && (base->flags & TYPE_TYPE_SUBCLASS)) {
        raise_type_error(th, "nonempty __slots__ not supported for subtype of '%s'", base->name);
        goto done;
    }
    for (size_t i = 0; i < len; i++) {
        Value s = AS(Tuple, seq)->items[i];
        if (!value_is_str(s)) {
            raise_type_error(th, "__slots__ items must be strings, not '%.200s'", type_of(s)->name);
            goto done;
        }
        if (!str_is_identifier(AS(Str, s))) {
            raise_type_error(th, "__slots__ must be identifiers");
            goto done;
        }
        if (str_equal(AS(Str, s), AS(Str, name_d_dict))) {
            if (!may_dict || n->add_dict) { raise_type_error(th, "__dict__ slot disallowed: we already got one"); goto done; }
            n->add_dict = true;
        }
        if (str_equal(AS(Str, s), AS(Str, name_d_weakref))) {
            if (!may_weak || n->add_weak) { raise_type_error(th, "__weakref__ slot disallowed: we already got one"); goto done; }
            n->add_weak = true;
        }
    }
    if (!(list = list_new(th, len))) goto done;
    for (size_t i = 0; i < len; i++) {
        Value s = AS(Tuple, seq)->items[i];
        if (str_equal(AS(Str, s), AS(Str, name_d_dict)) || str_equal(AS(Str, s), AS(Str, name_d_weakref))) continue;
        Value m = mangle(th, n->name, s);
        if (!m) goto done;
        int in = dict_contains(th, AS(Dict, n->ns), m);
        if (in > 0 && m != name_d_qualname && m != name_d_classcell && m != name_d_classdictcell && m != name_d_firstlineno && m != name_d_static_attributes) {
            raise_value_error(th, "%R in __slots__ conflicts with class variable", m);
            in = -1;
        }
        if (in < 0 || list_append(th, AS(List, list), m)) { decref(th, m); goto done; }
        decref(th, m);
    }
    if (list_sort(th, list, VALUE_NONE, false)) goto done;
    if (!(n->slots = list_to_tuple(th, AS(List, list)))) goto done;
    // Other bases may bring what this class has no room for yet.
    for (size_t i = 0; i < AS(Tuple, n->bases)->len; i++) {
        Type *b = AS(Type, AS(Tuple, n->bases)->items[i]);
        if (b == base) continue;
        if (may_dict && (b->flags & TYPE_HAS_DICT)) n->add_dict = true;
        if (may_weak && (b->flags & TYPE_WEAKREFABLE)) n->add_weak = true;
    }
    r = 0;
done:
    decref(th, list);
    decref(th, seq);
    return r;
}

// ---- the namespace ----------------------------------------------------------------------------------------------------

static int ns_set(Thread *th, Value ns, Value key, Value v) { return dict_set(th, AS(Dict, ns), key, v); }

static int wrap_function(Thread *th, Value ns, Value key, Type *wrapper) {
    Value f = dict_get_str(th, AS(Dict, ns), key);
    int r = 0;
    if (f && value_is_exact(f, &type_function)) {
        Value w = call1(th, VALUE_OF(wrapper), f);
        r = w ? ns_set(th, ns, key, w) : -1;
        decref(th, w);
    }
    decref(th, f);
    return r;
}

// Types and modules keep their attributes elsewhere: the descriptor of their built-in base answers. Borrowed, or NO_VALUE.
static Value builtin_dict_descr(Value self) {
    Type *t = type_of(self);
    while (t && (t->flags & TYPE_HEAP)) t = t->base;
    Value d = t && t != &type_object ? type_lookup(t, name_d_dict) : NO_VALUE;
    return d && value_is_exact(d, &type_getset_descriptor) ? d : NO_VALUE;
}
static Value dict_getset_dict(Thread *th, Value self) {
    Value other = builtin_dict_descr(self);
    if (other && AS(GetSetDescr, other)->def->get != dict_getset_dict) return type_of(other)->slots.descr_get(th, other, self, VALUE_OF(type_of(self)));
    Value d = object_get_dict(th, self);
    return d || error_pending(th) ? d : raise_attribute_error(th, self, name_d_dict);
}
static int dict_getset_set(Thread *th, Value self, Value v) {
    Value other = builtin_dict_descr(self);
    if (other) return type_of(other)->slots.descr_set(th, other, self, v);
    return object_set_dict(th, self, v);
}
static Value weakref_getset_get(Thread *th, Value self) {
    Value mod = import_attr(th, "_weakref", "getweakrefs");
    if (!mod) return NO_VALUE;
    Value l = call1(th, mod, self);
    decref(th, mod);
    if (!l) return NO_VALUE;
    Value r = object_len(th, l) > 0 ? sequence_get(th, l, 0) : VALUE_NONE;
    decref(th, l);
    return r;
}
static int static_dict_set(Thread *th, Value self, Value v) {
    if (v) return object_set_dict(th, self, v);
    raise_type_error(th, "cannot delete __dict__");
    return -1;
}
const GetSetDef static_dict_getset = {"__dict__", dict_getset_dict, static_dict_set, NULL};
const GetSetDef dict_getset = {"__dict__", dict_getset_dict, dict_getset_set, "dictionary for instance variables"};
static const GetSetDef weakref_getset = {"__weakref__", weakref_getset_get, NULL, "list of weak references to the object"};

static int add_getset(Thread *th, Type *t, const GetSetDef *def) {
    Value name = str_intern_cstr(th, def->name);
    if (!name || dict_get_str_borrow(th, t->dict, name)) return name ? 0 : -1;
    Value d = getset_descr_new(th, t, def);
    int r = d ? dict_set(th, t->dict, name, d) : -1;
    decref(th, d);
    return r;
}

static int add_members(Thread *th, Type *t, Value slots) {
    for (uint32_t i = 0; i < t->slots_count; i++) {
        Value name = AS(Tuple, slots)->items[i];
        size_t len;
        Value hold;
        const char *p = str_utf8(th, name, &len, &hold);
        if (!p) return -1;
        char *text = (char *)p;
        if (hold) { // not ASCII: the descriptor keeps its own text for ever
            if (!(text = mem_alloc(th, len + 1))) { decref(th, hold); return -1; }
            memcpy(text, p, len + 1);
            decref(th, hold);
        }
        MemberDef def = {text, t->slots_offset + i * (uint32_t)sizeof(Value), type_has_tail(t) ? MEMBER_TAIL_EX : MEMBER_VALUE_EX, NULL};
        Value d = member_descr_new(th, t, &def);
        int r = d ? dict_set(th, t->dict, name, d) : -1;
        decref(th, d);
        if (r) return -1;
    }
    return 0;
}

static int set_cell(Thread *th, Type *t, Value key, Value content) {
    Value cell = dict_get_str(th, t->dict, key);
    if (!cell) return 0;
    if (!value_is_exact(cell, &type_cell)) {
        raise_type_error(th, "%U must be a nonlocal cell, not %R", key, VALUE_OF(type_of(cell)));
        decref(th, cell);
        return -1;
    }
    cell_set(th, AS(Cell, cell), content);
    decref(th, cell);
    return dict_delete(th, t->dict, key) < 0 ? -1 : 0;
}

// How many distinct attributes the methods of t and its bases assign on self.
static unsigned expected_attrs(Thread *th, Type *t) {
    Value seen[ATTR_INLINE_MAX];
    unsigned n = 0;
    Tuple *mro = AS(Tuple, t->mro);
    for (size_t i = 0; i < mro->len; i++) {
        Type *b = AS(Type, mro->items[i]);
        if (!value_is_type(mro->items[i]) || !(b->flags & TYPE_HEAP)) continue;
        Value names = dict_get_str(th, b->dict, name_d_static_attributes);
        if (names && value_is_tuple(names)) {
            for (size_t k = 0; k < AS(Tuple, names)->len && n < ATTR_INLINE_MAX; k++) {
                Value v = AS(Tuple, names)->items[k];
                bool dup = !value_is_str(v);
                for (unsigned m = 0; m < n && !dup; m++) dup = seen[m] == v;
                // Names that a class attribute with __set__ takes (properties, members) need no room.
                uint32_t kind = dup ? CLASS_ATTR_ABSENT : class_attr_kind(type_lookup_mro(th, t, v, NULL));
                if (!dup && kind != CLASS_ATTR_DATA) seen[n++] = v;
            }
        }
        decref(th, names);
    }
    return n;
}

static int own_values(Thread *th, Type *t) {
    size_t pos = 0;
    Value k, v;
    bool odd = false;
    while (dict_next(th, t->dict, &pos, &k, &v)) {
        odd |= !value_is_str(k);
        type_own_value(th, v);
        decref(th, k);
        decref(th, v);
    }
    if (!odd) return 0;
    Value warn = import_attr(th, "_warnings", "warn"), text = warn ? str_format(th, "non-string key in the __dict__ of class %.200s", t->name) : NO_VALUE;
    Value r = text ? call3(th, warn, text, VALUE_OF(&exc_RuntimeWarning), value_imm_int(1)) : NO_VALUE;
    decref(th, r);
    decref(th, text);
    decref(th, warn);
    return r ? 0 : -1;
}

// ---- protocols after the class exists -----------------------------------------------------------------------------------

static int call_set_names(Thread *th, Type *t) {
    Value copy = dict_copy(th, t->dict);
    if (!copy) return -1;
    size_t pos = 0;
    Value key, v;
    int r = 0;
    while (r == 0 && dict_next(th, AS(Dict, copy), &pos, &key, &v)) {
        if (type_lookup(type_of(v), name_d_set_name)) {
            bool found;
            Value a[2] = {VALUE_OF(t), key};
            Value x = special_call(th, v, name_d_set_name, a, 2, &found);
            if (!x && found) {
                r = -1;
                Value exc = error_fetch(th);
                Value note = str_format(th, "Error calling __set_name__ on '%.100s' instance %R in '%.100s'", type_of(v)->name, key, t->name);
                Value done = note ? call_method1(th, exc, str_intern_cstr(th, "add_note"), note) : NO_VALUE;
                if (!done) error_clear(th);
                decref(th, done);
                decref(th, note);
                error_restore(th, exc);
            }
            decref(th, x);
        }
        decref(th, key);
        decref(th, v);
    }
    decref(th, copy);
    return r;
}

static int call_init_subclass(Thread *th, Type *t, const Value *kwargs, Value kwnames) {
    Tuple *mro = AS(Tuple, t->mro);
    size_t start = 0;
    while (start < mro->len && mro->items[start] != VALUE_OF(t)) start++;
    if (start == mro->len) { // a metatype's mro() left the class out
        raise_type_error(th, "super(type, obj): obj must be an instance or subtype of type");
        return -1;
    }
    for (size_t i = start + 1; i < mro->len; i++) {
        Type *b = AS(Type, mro->items[i]);
        Value f = b->dict ? dict_get_str(th, b->dict, name_d_init_subclass) : NO_VALUE;
        if (!f) continue;
        if (b == &type_object && !(kwnames && AS(Tuple, kwnames)->len)) { decref(th, f); return 0; }
        DescrGetFn get = type_of(f)->slots.descr_get;
        Value bound = get ? get(th, f, NO_VALUE, VALUE_OF(t)) : new_ref(th, f);
        decref(th, f);
        if (!bound) return -1;
        Value r = object_call(th, bound, kwargs, 0, kwnames);
        decref(th, bound);
        decref(th, r);
        return r ? 0 : -1;
    }
    return 0;
}

// ---- type.__new__ ---------------------------------------------------------------------------------------------------------

static int fill_namespace(Thread *th, Type *t, NewType *n) {
    Value ns = n->ns;
    if (!dict_get_str_borrow(th, t->dict, name_d_module)) {
        Dict *g = current_globals_hook ? current_globals_hook(th) : NULL;
        Value mod = g ? dict_get_str(th, g, name_d_name) : NO_VALUE;
        if (mod && ns_set(th, ns, name_d_module, mod)) return -1;
        decref(th, mod);
    }
    Value q = dict_get_str(th, t->dict, name_d_qualname);
    if (q) {
        if (!value_is_str(q)) {
            raise_type_error(th, "type __qualname__ must be a str, not %s", type_of(q)->name);
            decref(th, q);
            return -1;
        }
        t->qualname = q;
        if (dict_delete(th, t->dict, name_d_qualname) < 0) return -1;
    } else t->qualname = new_ref(th, n->name);
    if (wrap_function(th, ns, name_d_new, &type_staticmethod) || wrap_function(th, ns, name_d_init_subclass, &type_classmethod) ||
        wrap_function(th, ns, name_d_class_getitem, &type_classmethod))
        return -1;
    if (dict_get_str_borrow(th, t->dict, name_d_eq) && !dict_get_str_borrow(th, t->dict, name_d_hash) && ns_set(th, ns, name_d_hash, VALUE_NONE)) return -1;
    if (set_cell(th, t, name_d_classcell, VALUE_OF(t)) || set_cell(th, t, name_d_classdictcell, n->ns)) return -1;
    return add_members(th, t, n->slots);
}

// Does the mro (a metatype's own mro() may say anything) name a class that does not know t as a subclass, directly or not?
static bool mro_escapes(Type *t) {
    Tuple *bases = AS(Tuple, t->bases), *mro = AS(Tuple, t->mro);
    for (size_t k = 0; k < bases->len; k++)
        if (atomic_load_relaxed(&AS(Type, bases->items[k])->no_cache)) return true;
    for (size_t i = 0; i < mro->len; i++) {
        bool known = mro->items[i] == VALUE_OF(t);
        for (size_t k = 0; k < bases->len && !known; k++) {
            Tuple *up = AS(Tuple, atomic_load_acquire(&AS(Type, bases->items[k])->mro));
            for (size_t m = 0; m < up->len && !known; m++) known = up->items[m] == mro->items[i];
        }
        if (!known) return true;
    }
    return false;
}

// [a] how often an mro was replaced; written under type_mutex. Who computes one of a class that is not among its bases' subclasses yet, looks
// again whether it has changed.
static uint32_t mro_generation;
static void leave_subclasses_locked(Type *t, Tuple *bases, size_t n) {
    for (size_t i = 0; i < n; i++) type_remove_subclass(AS(Type, bases->items[i]), t);
}
// 0, or -1 with MemoryError and nothing changed.
static int enter_subclasses_locked(Thread *th, Type *t, Tuple *bases) {
    for (size_t i = 0; i < bases->len; i++)
        if (type_add_subclass_locked(th, AS(Type, bases->items[i]), t)) {
            // The ones just added are the last: t may be among the subclasses for its old bases, too.
            for (size_t k = 0; k < i; k++) AS(Type, bases->items[k])->subclass_count--;
            return -1;
        }
    return 0;
}
static Type *type_build(Thread *th, Type *metatype, NewType *n) {
    Type *base = n->base;
    char *text = type_name_text(th, n->name);
    if (!text) return NULL;
    Type *t = object_new(th, metatype, 0);
    if (!t) { type_name_free(text); return NULL; }
    object_make_uncounted(th, &t->head);
    t->name = text;
    t->base = base;
    t->bases = new_ref(th, n->bases);
    t->name_obj = new_ref(th, n->name);
    t->dict = AS(Dict, new_ref(th, n->ns));
    object_mark_seen(&t->dict->head);
    t->dict->flags |= DICT_IS_TYPE_NS;
    t->item_size = base->item_size;
    t->slots_count = n->slots ? (uint32_t)AS(Tuple, n->slots)->len : 0;
    uint32_t slots_size = t->slots_count * (uint32_t)sizeof(Value);
    bool tail = base->flags & TYPE_VARSIZE;
    t->slots_offset = tail ? base->tail_size : (base->basic_size + 7) & ~7u;
    t->tail_size = tail ? base->tail_size + slots_size : 0;
    t->basic_size = slots_size && !tail ? t->slots_offset + slots_size : base->basic_size;
    t->flags = TYPE_HEAP | TYPE_BASETYPE | (base->flags & HEAP_INHERITED_FLAGS);
    if (n->add_dict) t->flags |= TYPE_HAS_DICT | TYPE_MANAGED_ATTRS;
    if (n->add_weak) t->flags |= TYPE_WEAKREFABLE;
    // Even what holds nothing: classes are not counted, and it is through its instances that the collector sees a class in use.
    t->flags |= TYPE_TRACED;
    for (size_t i = 0; i < AS(Tuple, n->bases)->len; i++)
        if (!(t->flags & (TYPE_SEQUENCE_PATTERN | TYPE_MAPPING_PATTERN))) // the first base that is either decides
            t->flags |= AS(Type, AS(Tuple, n->bases)->items[i])->flags & (TYPE_SEQUENCE_PATTERN | TYPE_MAPPING_PATTERN);
    if (fill_namespace(th, t, n)) return NULL;
    uint32_t generation = atomic_load_acquire(&mro_generation);
    Value mro = type_call_mro(th, t);
    if (!mro) return NULL;
    t->mro = mro;
    t->no_cache = mro_escapes(t) || !t->dict->table->str_keys;
    if (shape_init_root(th, t, n->slots && !n->add_dict ? 0 : expected_attrs(th, t))) return NULL;
    if ((n->add_dict && add_getset(th, t, &dict_getset)) || (n->add_weak && add_getset(th, t, &weakref_getset))) return NULL;
    Value doc = dict_get_str_borrow(th, t->dict, name_d_doc), hold = NO_VALUE;
    size_t doc_len;
    if (doc && value_is_str(doc) && !str_utf8(th, doc, &doc_len, &hold)) return NULL; // lone surrogates are refused here, and here only
    decref(th, hold);
    if (!doc && dict_set(th, t->dict, name_d_doc, VALUE_NONE)) return NULL;
    if (own_values(th, t)) return NULL;

    // From here on what changes in its bases changes in t, too: no change can come between its slots and its place among their subclasses.
    rt_mutex_lock(th, &type_mutex);
    while (generation != mro_generation) {
        generation = mro_generation;
        rt_mutex_unlock(th, &type_mutex);
        if (!(mro = type_call_mro(th, t))) return NULL;
        set_ref(th, &t->mro, mro);
        t->no_cache |= mro_escapes(t);
        rt_mutex_lock(th, &type_mutex);
    }
    t->slots = base->slots;
    if (AS(Tuple, n->bases)->len == 1 && AS(Tuple, mro)->len == AS(Tuple, base->mro)->len + 1) type_update_own_slots(th, t);
    else type_update_all_slots(th, t);
    t->slots.traverse = t->flags & TYPE_TYPE_SUBCLASS ? base->slots.traverse : subtype_traverse;
    t->slots.clear = t->flags & TYPE_TYPE_SUBCLASS ? base->slots.clear : subtype_clear;
    t->slots.dealloc = t->flags & TYPE_TYPE_SUBCLASS ? base->slots.dealloc : instances_are_plain(t) ? plain_dealloc : subtype_dealloc;
    if (t->slots.new_) t->flags &= ~(uint32_t)TYPE_NO_INSTANTIATE;
    t->version = shape_new_id();
    t->flags |= TYPE_READY;
    type_flags_from_slots(t);
    shape_sync_flags(t);
    int r = enter_subclasses_locked(th, t, AS(Tuple, n->bases));
    rt_mutex_unlock(th, &type_mutex);
    return r ? NULL : t;
}

static int check_bases_are_types(Thread *th, Value bases) {
    for (size_t i = 0; i < AS(Tuple, bases)->len; i++) {
        Value b = AS(Tuple, bases)->items[i];
        if (value_is_type(b)) continue;
        Value f;
        int r = object_getattr_optional(th, b, name_d_mro_entries, &f);
        if (r < 0) return -1;
        if (r) {
            decref(th, f);
            raise_type_error(th, "type() doesn't support MRO entry resolution; use types.new_class()");
            return -1;
        }
    }
    return 0;
}

Value type_slot_new(Thread *th, Type *metatype, const Value *args, size_t nargs, Value kwnames) {
    if (nargs != 3) return raise_type_error(th, "type.__new__() takes exactly 3 arguments (%zu given)", nargs);
    Value name = args[0], bases = args[1], ns = args[2];
    if (!value_is_str(name)) return raise_type_error(th, "type.__new__() argument 1 must be str, not %s", type_of(name)->name);
    if (!value_is_tuple(bases)) return raise_type_error(th, "type.__new__() argument 2 must be tuple, not %s", type_of(bases)->name);
    if (!value_is_dict(ns)) return raise_type_error(th, "type.__new__() argument 3 must be dict, not %s", type_of(ns)->name);
    if (check_bases_are_types(th, bases)) return NO_VALUE;
    Type *winner = type_calculate_metaclass(th, metatype, bases);
    if (!winner) return NO_VALUE;
    if (winner != metatype) {
        if (winner->slots.new_ != type_slot_new) return winner->slots.new_(th, winner, args, nargs, kwnames);
        metatype = winner;
    }
    NewType n = {.name = name};
    n.bases = AS(Tuple, bases)->len ? new_ref(th, bases) : tuple_pack1(th, VALUE_OF(&type_object));
    Type *t = NULL;
    if (!n.bases || !(n.base = best_base(th, n.bases))) goto done;
    // Classes are reached from all threads: their names are not counted.
    if (value_is_exact_str(name)) { if (!(n.name = str_intern(th, new_ref(th, name)))) goto done; }
    if (!(n.ns = dict_copy(th, AS(Dict, ns)))) goto done;
    Value slots = dict_get_str(th, AS(Dict, n.ns), name_d_slots);
    if (slots) {
        int r = take_slots(th, &n, slots);
        decref(th, slots);
        if (r) goto done;
    } else {
        n.add_dict = !(n.base->flags & (TYPE_HAS_DICT | TYPE_TYPE_SUBCLASS));
        n.add_weak = may_add_weak(n.base);
    }
    t = type_build(th, metatype, &n);
    if (t && (call_set_names(th, t) || call_init_subclass(th, t, args + 3, kwnames))) t = NULL;
done:
    decref(th, n.bases);
    decref(th, n.ns);
    decref(th, n.slots);
    return t ? VALUE_OF(t) : NO_VALUE;
}

Value type_create(Thread *th, Type *metatype, Value name, Value bases, Value ns, const Value *kwargs, Value kwnames) {
    size_t nkw = kwnames ? AS(Tuple, kwnames)->len : 0;
    Value small[8], *v = nkw <= 5 ? small : mem_alloc(th, (3 + nkw) * sizeof(Value));
    if (!v) return NO_VALUE;
    v[0] = name;
    v[1] = bases;
    v[2] = ns;
    for (size_t i = 0; i < nkw; i++) v[3 + i] = kwargs[i];
    Value r = object_call(th, VALUE_OF(metatype), v, 3, kwnames);
    if (v != small) mem_free(v);
    return r;
}

Value type_create_simple(Thread *th, const char *name, Value bases, Value ns) {
    const char *dot = strrchr(name, '.');
    Value d = ns ? dict_copy(th, AS(Dict, ns)) : dict_new(th);
    Value n = d ? str_intern_cstr(th, dot ? dot + 1 : name) : NO_VALUE;
    Value r = NO_VALUE;
    if (n) {
        Value mod = dot ? str_from_utf8(th, name, (size_t)(dot - name)) : new_ref(th, name_builtins);
        Value b = bases ? bases : tuple_empty;
        Type *meta = mod ? type_calculate_metaclass(th, &type_type, b) : NULL;
        if (meta && dict_set(th, AS(Dict, d), name_d_module, mod) == 0) r = type_create(th, meta, n, b, d, NULL, NO_VALUE);
        decref(th, mod);
    }
    decref(th, d);
    return r;
}

// ---- __bases__ -------------------------------------------------------------------------------------------------------------

// New mros of t and everything below it; what they replace is kept for going back: a list of (Type, old mro). Under type_mutex, which is let go
// only while a metatype's own mro() runs. Without one, mros so fit the bases whenever the lock is free.
static int remake_mros(Thread *th, Type *t, Value undo) {
    Value bases = t->bases, mro;
    if (type_mro_is_own(th, t)) mro = mro_compute(th, t, bases);
    else {
        rt_mutex_unlock(th, &type_mutex);
        mro = type_call_mro(th, t);
        rt_mutex_lock(th, &type_mutex);
        if (mro && t->bases != bases) { // assigned again meanwhile: that made newer ones
            decref(th, mro);
            return 0;
        }
    }
    if (!mro) return -1;
    Value pair = tuple_pack2(th, VALUE_OF(t), t->mro), subs = list_new(th, 0);
    int r = pair && subs && list_append(th, AS(List, undo), pair) == 0 ? 0 : -1;
    decref(th, pair);
    for (uint32_t i = 0; i < t->subclass_count && !r; i++) r = list_append(th, AS(List, subs), VALUE_OF(((Type **)t->subclasses)[i]));
    if (r) decref(th, mro);
    else {
        field_set(th, &t->mro, mro);
        if (mro_escapes(t)) atomic_store_relaxed(&t->no_cache, (uint8_t)1);
        atomic_store_release(&mro_generation, mro_generation + 1);
    }
    for (size_t i = 0; r == 0 && i < list_len(AS(List, subs)); i++) {
        Value s = list_get(th, AS(List, subs), (intptr_t)i);
        if (s) r = remake_mros(th, AS(Type, s), undo);
        decref(th, s);
    }
    decref(th, subs);
    return r;
}

// Under type_mutex; `base` is read as a plain word elsewhere.
static void set_base(Thread *th, Type *t, Type *base) {
    if (t->base == base) return;
    if (th->mt) world_stop(th);
    atomic_store_release(&t->base, base);
    if (th->mt) world_start(th);
}

// Gives t other bases, with its place among their subclasses. Takes over both references but for that to the old bases, which the caller gets. Under
// type_mutex. 0, or -1 with an exception and nothing changed.
static int exchange_bases_locked(Thread *th, Type *t, Value bases_owned, Type *base) {
    if (enter_subclasses_locked(th, t, AS(Tuple, bases_owned))) return -1;
    leave_subclasses_locked(t, AS(Tuple, t->bases), AS(Tuple, t->bases)->len);
    atomic_store_release(&t->bases, bases_owned);
    set_base(th, t, base);
    return 0;
}
// Would t be its own base? 1 0, -1: MemoryError. Looks at the bases of bases, for while a metatype's mro() runs there are mros that are behind.
static int makes_cycle(Thread *th, Type *t, Tuple *bases) {
    Type **seen = NULL;
    size_t n = 0, cap = 0, at = 0;
    int r = 0;
    for (Tuple *more = bases;; more = AS(Tuple, seen[at++]->bases)) {
        for (size_t i = 0; i < more->len && !r; i++) {
            Type *x = AS(Type, more->items[i]);
            size_t k = 0;
            while (k < n && seen[k] != x) k++;
            if (type_is_subtype(x, t)) r = 1;
            else if (k == n && n == cap) {
                cap = cap ? cap * 2 : 32;
                Type **v = mem_realloc(th, seen, cap * sizeof *v);
                if (v) seen = v;
                else r = -1;
            }
            if (!r && k == n) seen[n++] = x;
        }
        while (at < n && !seen[at]->bases) at++;
        if (r || at == n) break;
    }
    mem_free(seen);
    return r;
}
// Whether t may have these bases: the one that decides about its layout, or NULL with the exception. No Python code runs.
static Type *check_new_bases(Thread *th, Type *t, Value bases) {
    if (!value_is_tuple(bases)) {
        raise_type_error(th, "can only assign tuple to %s.__bases__, not %s", t->name, type_of(bases)->name);
        return NULL;
    }
    Tuple *b = AS(Tuple, bases);
    if (!b->len) {
        raise_type_error(th, "can only assign non-empty tuple to %s.__bases__, not ()", t->name);
        return NULL;
    }
    for (size_t i = 0; i < b->len; i++) {
        if (value_is_type(b->items[i])) continue;
        raise_type_error(th, "%s.__bases__ must be tuple of classes, not '%s'", t->name, type_of(b->items[i])->name);
        return NULL;
    }
    int cycle = makes_cycle(th, t, b);
    if (cycle) {
        if (cycle > 0) raise_type_error(th, "a __bases__ item causes an inheritance cycle");
        return NULL;
    }
    Type *base = best_base(th, bases), *old_base = t->base;
    if (!base || old_base == base) return base;
    if ((old_base->flags ^ base->flags) & TYPE_HEAP) {
        raise_type_error(th, "__bases__ assignment: '%s' deallocator differs from '%s'", base->name, old_base->name);
        return NULL;
    }
    bool same = type_solid_base(base) == type_solid_base(old_base) && type_same_size(base, old_base) &&
                !((base->flags ^ old_base->flags) & (TYPE_VARSIZE | TYPE_TYPE_SUBCLASS | TYPE_HAS_DICT | TYPE_WEAKREFABLE));
    if (same || type_same_layout(th, base, old_base)) return base;
    raise_type_error(th, "__bases__ assignment: '%s' object layout differs from '%s'", base->name, old_base->name);
    return NULL;
}

int type_assign_bases(Thread *th, Type *t, Value bases) {
    Value undo = list_new(th, 0);
    if (!undo) return -1;
    for (size_t i = 0; value_is_tuple(bases) && i < AS(Tuple, bases)->len; i++) {
        Value b = AS(Tuple, bases)->items[i];
        if (value_is_type(b) && !(AS(Type, b)->flags & TYPE_HEAP) && type_ready(th, AS(Type, b))) { decref(th, undo); return -1; }
    }
    // All under the lock, what is checked as well: another thread may be assigning to this class or to one of its bases.
    rt_mutex_lock(th, &type_mutex);
    Type *base = check_new_bases(th, t, bases), *old_base = t->base;
    Value old_bases = t->bases;
    if (!base || exchange_bases_locked(th, t, new_ref(th, bases), base)) {
        rt_mutex_unlock(th, &type_mutex);
        decref(th, undo);
        return -1;
    }
    int r = remake_mros(th, t, undo);
    bool stands = t->bases == bases;    // else it was assigned again while a metatype's mro() ran
    if (r) {
        Value exc = error_fetch(th);
        for (size_t i = 0; i < list_len(AS(List, undo)); i++) {
            Value pair = list_get(th, AS(List, undo), (intptr_t)i);
            field_set(th, &AS(Type, AS(Tuple, pair)->items[0])->mro, new_ref(th, AS(Tuple, pair)->items[1]));
            decref(th, pair);
        }
        atomic_store_release(&mro_generation, mro_generation + 1);
        Value now = old_bases;
        if (stands) {
            now = bases;
            if (exchange_bases_locked(th, t, old_bases, old_base)) { // no memory: what matters is that the words are right
                error_clear(th);
                atomic_store_release(&t->bases, old_bases);
                set_base(th, t, old_base);
            }
        }
        field_drop(th, now);
        error_restore(th, exc);
    } else {
        if (stands) {
            type_update_tree_slots(th, t);
            type_modified_all(th, t);
        }
        field_drop(th, old_bases);
    }
    rt_mutex_unlock(th, &type_mutex);
    decref(th, undo);
    return r;
}

Value type_lookup_mro_own(Thread *th, Type *t, Value name) { return dict_get_str(th, t->dict, name); }

Value exception_create_type(Thread *th, const char *name, Value base, const char *doc) {
    Value bases = base && value_is_tuple(base) ? new_ref(th, base) : tuple_pack1(th, base && base != VALUE_NONE ? base : VALUE_OF(&exc_Exception));
    Value ns = bases ? dict_new(th) : NO_VALUE, text = ns && doc ? str_from_cstr(th, doc) : NO_VALUE, r = NO_VALUE;
    if (ns && (!doc || (text && dict_set(th, AS(Dict, ns), name_d_doc, text) == 0))) r = type_create_simple(th, name, bases, ns);
    decref(th, text);
    decref(th, ns);
    decref(th, bases);
    return r;
}
