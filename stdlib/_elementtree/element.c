// SPDX-License-Identifier: MIT
// The type Element: making, tag, text, tail and attributes, and the children as a sequence. How its fields are shared between threads is said in
// elementtree_int.h; no lock of this file's own.
#include "core/object/bytes.h"
#include "core/object/iter.h"
#include "stdlib/_elementtree/elementtree_int.h"

// ---- making ---------------------------------------------------------------------------------------------------------------------------

static Shape shape_element;

Value element_new(Thread *th, Value tag, Value attrib) {
    Element *e = object_alloc(th, &shape_element, sizeof(Element));
    if (UNLIKELY(!e)) {
        decref(th, attrib);
        return NO_VALUE;
    }
    e->tag = new_ref(th, tag);
    e->attrib = attrib;
    return VALUE_OF(e);
}

// Puts v_owned where nothing is yet. What is there then, borrowed.
static Value set_once(Thread *th, Value *slot, Value v_owned) {
    Value found = NO_VALUE;
    if (v_owned == NO_VALUE) return NO_VALUE;
    // Another thread may come first: then its value is the one. Release for who finds ours, acquire for what we find.
    if (atomic_cas_acq_rel(slot, &found, v_owned)) return v_owned;
    decref(th, v_owned);
    return found;
}
List *element_children_made(Thread *th, Element *e) {
    List *l = element_children(e);
    if (LIKELY(l != NULL)) return l;
    Value v = set_once(th, &e->children, list_new(th, 0));
    return v == NO_VALUE ? NULL : AS(List, v);
}
Value element_attrib(Thread *th, Element *e) {
    Value v = slot_get(th, &e->head, &e->attrib);
    while (v == NO_VALUE) { // clear() may take it away again at once
        if (set_once(th, &e->attrib, dict_new(th)) == NO_VALUE) return NO_VALUE;
        v = slot_get(th, &e->head, &e->attrib);
    }
    return v;
}
int element_append(Thread *th, Element *e, Value child) {
    List *l = element_children_made(th, e);
    return l ? list_append(th, l, child) : -1;
}
int element_empty(Thread *th, Element *e) {
    List *l = element_children(e);
    return l && list_len(l) ? list_set_slice(th, l, VALUE_NONE, VALUE_NONE, VALUE_NONE, NO_VALUE) : 0;
}

int element_check(Thread *th, Value v, const char *what) {
    if (LIKELY(value_is_element(v))) return 0;
    if (what) raise_type_error(th, "%s must be xml.etree.ElementTree.Element, not %B", what, v);
    else raise_type_error(th, "expected an Element, not \"%T\"", v);
    return -1;
}

Value element_arguments(Thread *th, Value attrib, const Value *values, Value kwnames) {
    size_t n = kwnames_len(kwnames);
    bool named = false; // "attrib" is not one of the attributes
    if (attrib == NO_VALUE)
        for (size_t i = 0; i < n; i++)
            if (str_equal_cstr(AS(Tuple, kwnames)->items[i], "attrib")) {
                attrib = values[i];
                named = true;
                if (!value_is_dict(attrib)) return raise_type_error(th, "attrib must be dict, not %T", attrib);
            }
    if (attrib == NO_VALUE && n == 0) return NO_VALUE;
    Value d = attrib == NO_VALUE ? dict_new(th) : dict_copy(th, AS(Dict, attrib));
    for (size_t i = 0; d != NO_VALUE && i < n; i++) {
        Value name = AS(Tuple, kwnames)->items[i];
        if (named && str_equal_cstr(name, "attrib")) continue;
        if (dict_set(th, AS(Dict, d), name, values[i]) < 0) clear_ref(th, &d);
    }
    return d;
}

static Value element_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Element *e = NEW(Element, th, type);
    if (e) e->tag = VALUE_NONE;
    return VALUE_OF(e);
}
static int element_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Element *e = ELEMENT(self);
    if (nargs < 1 || nargs > 2) {
        raise_type_error(th, "Element() takes at %s %d argument%s (%zu given)", nargs ? "most" : "least", nargs ? 2 : 1, nargs ? "s" : "", nargs);
        return -1;
    }
    if (nargs == 2 && !value_is_dict(args[1])) {
        raise_type_error(th, "Element() argument 2 must be dict, not %B", args[1]);
        return -1;
    }
    Value attrib = element_arguments(th, nargs == 2 ? args[1] : NO_VALUE, args + nargs, kwnames);
    if (error_pending(th)) return -1;
    slot_store(th, &e->head, &e->tag, new_ref(th, args[0]));
    slot_store(th, &e->head, &e->text, NO_VALUE);
    slot_store(th, &e->head, &e->tail, NO_VALUE);
    if (attrib != NO_VALUE) slot_store(th, &e->head, &e->attrib, attrib);
    return 0;
}

static void element_dealloc(Thread *th, Object *o) {
    Element *e = (Element *)o;
    decref_item(th, e->tag);
    decref_item(th, e->text);
    decref_item(th, e->tail);
    decref(th, e->attrib);
    decref(th, e->children);
    container_dealloc_end(th, o, &shape_element);
}
static int element_traverse(Object *o, VisitFn visit, void *arg) {
    Element *e = (Element *)o;
    Value v[] = {e->tag, e->text, e->tail, e->attrib, e->children};
    int r = 0;
    for (size_t i = 0; !r && i < ARRAY_LEN(v); i++)
        if (v[i] != NO_VALUE) r = visit(v[i], arg);
    return r;
}
static void element_clear(Thread *th, Object *o) {
    Element *e = (Element *)o;
    set_ref(th, &e->tag, VALUE_NONE);
    clear_ref(th, &e->text);
    clear_ref(th, &e->tail);
    clear_ref(th, &e->attrib);
    clear_ref(th, &e->children);
}

static Value element_slot_repr(Thread *th, Value self) {
    Value tag = element_field(th, ELEMENT(self), &ELEMENT(self)->tag), r = NO_VALUE;
    int entered = repr_enter(th, self);
    if (entered > 0) raise_error(th, &exc_RuntimeError, "reentrant call inside %s.__repr__", type_of(self)->name);
    if (entered == 0) {
        r = str_format(th, "<Element %R at %p>", tag, (void *)value_object(self));
        repr_leave(th, self);
    }
    decref(th, tag);
    return r;
}

// ---- tag, text, tail, attrib ----------------------------------------------------------------------------------------------------------

static int store_field(Thread *th, Element *e, Value *slot, Value v) {
    if (v == NO_VALUE) {
        raise_error(th, &exc_AttributeError, "can't delete element attribute");
        return -1;
    }
    slot_store(th, &e->head, slot, new_ref(th, v));
    return 0;
}
#define FIELD(name)                                                                                                                  \
    static Value element_get_##name(Thread *th, Value self) { return element_field(th, ELEMENT(self), &ELEMENT(self)->name); }        \
    static int element_set_##name(Thread *th, Value self, Value v) { return store_field(th, ELEMENT(self), &ELEMENT(self)->name, v); }
FIELD(tag)
FIELD(text)
FIELD(tail)
#undef FIELD
static Value element_get_attrib(Thread *th, Value self) { return element_attrib(th, ELEMENT(self)); }
static int element_set_attrib(Thread *th, Value self, Value v) {
    if (v != NO_VALUE && !value_is_dict(v)) {
        raise_type_error(th, "attrib must be dict, not %T", v);
        return -1;
    }
    return store_field(th, ELEMENT(self), &ELEMENT(self)->attrib, v);
}
static const GetSetDef element_getsets[] = {
    {"tag", element_get_tag, element_set_tag, "A string identifying what kind of data this element represents"},
    {"text", element_get_text, element_set_text, "A string of text directly after the start tag, or None"},
    {"tail", element_get_tail, element_set_tail, "A string of text directly after the end tag, or None"},
    {"attrib", element_get_attrib, element_set_attrib, "A dictionary containing the element's attributes"},
    {0},
};

static Value element_meth_get(Thread *th, Value self, Value *args) {
    Value attrib = slot_get(th, &ELEMENT(self)->head, &ELEMENT(self)->attrib), r = NO_VALUE, other = args[1] ? args[1] : VALUE_NONE;
    if (attrib == NO_VALUE) return new_ref(th, other);
    if (dict_get(th, AS(Dict, attrib), args[0], &r) == 0) r = new_ref(th, other);
    decref(th, attrib);
    return r;
}
static Value element_meth_set(Thread *th, Value self, Value *args) {
    Value attrib = element_attrib(th, ELEMENT(self));
    int r = attrib == NO_VALUE ? -1 : dict_set(th, AS(Dict, attrib), args[0], args[1]);
    decref(th, attrib);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value attrib_list(Thread *th, Element *e, Value (*list)(Thread *, Dict *)) {
    Value attrib = slot_get(th, &e->head, &e->attrib);
    Value r = attrib == NO_VALUE ? list_new(th, 0) : list(th, AS(Dict, attrib));
    decref(th, attrib);
    return r;
}
static Value element_meth_keys(Thread *th, Value self, Value *args) { return attrib_list(th, ELEMENT(self), dict_keys_list); }
static Value element_meth_items(Thread *th, Value self, Value *args) { return attrib_list(th, ELEMENT(self), dict_items_list); }

// ---- children -------------------------------------------------------------------------------------------------------------------------

static intptr_t element_slot_len(Thread *th, Value self) { return (intptr_t)element_len(ELEMENT(self)); }
static int element_slot_bool(Thread *th, Value self) {
    if (warn_format(th, &exc_DeprecationWarning, 1, "Testing an element's truth value will always return True in future versions.  "
                    "Use specific 'len(elem)' or 'elem is not None' test instead.") < 0)
        return -1;
    return element_len(ELEMENT(self)) != 0;
}

// The place that an index means, in *i. 1 in range, 0 out of it, -1 error.
static int child_index(Thread *th, Element *e, Value key, intptr_t *i) {
    *i = number_as_ssize(th, key, &exc_IndexError);
    if (*i == -1 && error_pending(th)) return -1;
    size_t n = element_len(e);
    if (*i < 0) *i += (intptr_t)n;
    return *i >= 0 && (size_t)*i < n;
}
static Value element_slot_getitem(Thread *th, Value self, Value key) {
    Element *e = ELEMENT(self);
    intptr_t i;
    if (index_check(key)) {
        int r = child_index(th, e, key, &i);
        if (r < 0) return NO_VALUE;
        Value v = r ? element_child(th, e, (size_t)i) : NO_VALUE;
        return v == NO_VALUE ? raise_error(th, &exc_IndexError, "child index out of range") : v;
    }
    if (!value_is_exact(key, &type_slice)) return raise_type_error(th, "element indices must be integers");
    List *l = element_children_made(th, e);
    return l ? list_get_slice(th, l, AS(Slice, key)->start, AS(Slice, key)->stop, AS(Slice, key)->step) : NO_VALUE;
}

// What is assigned to a slice, as a tuple of elements: new reference.
static Value slice_elements(Thread *th, Value v) {
    Value items = NO_VALUE;
    if (value_is_list(v) || value_is_tuple(v)) items = sequence_to_tuple(th, v);
    else {
        Value it = object_iter(th, v);
        if (it == NO_VALUE && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "assignment expects an iterable");
        if (it != NO_VALUE) items = sequence_to_tuple(th, it);
        decref(th, it);
    }
    for (size_t i = 0; items != NO_VALUE && i < AS(Tuple, items)->len; i++)
        if (element_check(th, AS(Tuple, items)->items[i], NULL) < 0) clear_ref(th, &items);
    return items;
}
static int element_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Element *e = ELEMENT(self);
    if (index_check(key)) {
        intptr_t i;
        int r = child_index(th, e, key, &i);
        if (r > 0 && v != NO_VALUE && element_check(th, v, NULL) < 0) return -1;
        if (r > 0) { // another thread may take it away meanwhile: then it is out of range all the same
            Value gone = NO_VALUE;
            if (v != NO_VALUE) r = list_set(th, element_children(e), i, v) == 0;
            else r = (gone = list_pop(th, element_children(e), i)) != NO_VALUE;
            decref(th, gone);
            if (r == 0 && !error_clear_if(th, &exc_IndexError)) r = -1;
        }
        if (r == 0) raise_error(th, &exc_IndexError, "child assignment index out of range");
        return r > 0 ? 0 : -1;
    }
    if (!value_is_exact(key, &type_slice)) {
        raise_type_error(th, "element indices must be integers");
        return -1;
    }
    List *l = element_children_made(th, e);
    Value items = NO_VALUE;
    if (!l || (v != NO_VALUE && (items = slice_elements(th, v)) == NO_VALUE)) return -1;
    int r = list_set_slice(th, l, AS(Slice, key)->start, AS(Slice, key)->stop, AS(Slice, key)->step, items);
    decref(th, items);
    return r;
}

static Value element_meth_append(Thread *th, Value self, Value *args) {
    if (element_check(th, args[0], "append() argument 1") < 0) return NO_VALUE;
    return element_append(th, ELEMENT(self), args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}
static int extend_one(Thread *th, Value item, void *arg) { return element_check(th, item, NULL) < 0 ? -1 : element_append(th, arg, item); }
static Value element_meth_extend(Thread *th, Value self, Value *args) {
    Value items;
    if (value_is_exact_list(args[0]) || value_is_exact_tuple(args[0])) items = sequence_to_tuple(th, args[0]);
    else {
        Value it = object_iter(th, args[0]);
        if (it == NO_VALUE && error_clear_if(th, &exc_TypeError)) raise_type_error(th, "'elements' must be an iterable");
        items = it == NO_VALUE ? NO_VALUE : sequence_to_tuple(th, it); // all of them first: they may be this element's own
        decref(th, it);
    }
    int r = items == NO_VALUE ? -1 : iterate(th, items, extend_one, ELEMENT(self));
    decref(th, items);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value element_meth_insert(Thread *th, Value self, Value *args) {
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if ((i == -1 && error_pending(th)) || element_check(th, args[1], "insert() argument 2") < 0) return NO_VALUE;
    List *l = element_children_made(th, ELEMENT(self));
    return !l || list_insert(th, l, i, args[1]) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value element_meth_remove(Thread *th, Value self, Value *args) {
    Element *e = ELEMENT(self);
    Value x = args[0];
    if (element_check(th, x, "remove() argument") < 0) return NO_VALUE;
    for (size_t i = 0;; i++) {
        Value child = element_child(th, e, i);
        if (child == NO_VALUE) return raise_value_error(th, "Element.remove(x): element not found");
        // Elements are equal by identity, unless a subclass says otherwise.
        bool plain = value_is_exact(child, &type_element) && value_is_exact(x, &type_element);
        int r = child == x ? 1 : plain ? 0 : value_equal(th, child, x);
        if (r > 0) list_remove_same(th, element_children(e), child); // gone meanwhile: so it is removed
        decref(th, child);
        if (r != 0) return r > 0 ? VALUE_NONE : NO_VALUE;
    }
}
static Value element_meth_clear(Thread *th, Value self, Value *args) {
    Element *e = ELEMENT(self);
    slot_store(th, &e->head, &e->attrib, NO_VALUE);
    slot_store(th, &e->head, &e->text, NO_VALUE);
    slot_store(th, &e->head, &e->tail, NO_VALUE);
    return element_empty(th, e) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value element_meth_makeelement(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[1])) return raise_type_error(th, "makeelement() argument 2 must be dict, not %B", args[1]);
    Value attrib = dict_copy(th, AS(Dict, args[1]));
    return attrib == NO_VALUE ? NO_VALUE : element_new(th, args[0], attrib);
}

static const MethodDef element_methods[] = {
    {"clear", "(self, /)", element_meth_clear, NULL, 0},
    {"get", "(self, /, key, default=None)", element_meth_get, NULL, 0},
    {"set", "(self, key, value, /)", element_meth_set, NULL, 0},
    {"find", "(self, /, path, namespaces=None)", element_meth_find, NULL, 0},
    {"findtext", "(self, /, path, default=None, namespaces=None)", element_meth_findtext, NULL, 0},
    {"findall", "(self, /, path, namespaces=None)", element_meth_findall, NULL, 0},
    {"iterfind", "(self, /, path, namespaces=None)", element_meth_iterfind, NULL, 0},
    {"append", "(self, subelement, /)", element_meth_append, NULL, 0},
    {"extend", "(self, elements, /)", element_meth_extend, NULL, 0},
    {"insert", "(self, index, subelement, /)", element_meth_insert, NULL, 0},
    {"remove", "(self, subelement, /)", element_meth_remove, NULL, 0},
    {"iter", "(self, /, tag=None)", element_meth_iter, NULL, 0},
    {"itertext", "(self, /)", element_meth_itertext, NULL, 0},
    {"items", "(self, /)", element_meth_items, NULL, 0},
    {"keys", "(self, /)", element_meth_keys, NULL, 0},
    {"makeelement", "(self, tag, attrib, /)", element_meth_makeelement, NULL, 0},
    {"__copy__", "(self, /)", element_meth_copy, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", element_meth_deepcopy, NULL, 0},
    {"__getstate__", "(self, /)", element_meth_getstate, NULL, 0},
    {"__setstate__", "(self, state, /)", element_meth_setstate, NULL, 0},
    {"__sizeof__", "(self, /)", element_meth_sizeof, NULL, 0},
    {0},
};

#define ELEMENT_FLAGS (TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_IMMUTABLE)
Type type_element = {
    .head = OBJECT_STATIC(&shape_type), .name = "xml.etree.ElementTree.Element", .base = &type_object, .flags = ELEMENT_FLAGS,
    .basic_size = sizeof(Element), .shape = &shape_element, .methods = element_methods, .getsets = element_getsets,
    .slots = {.new_ = element_slot_new, .init = element_slot_init, .dealloc = element_dealloc, .traverse = element_traverse, .clear = element_clear,
              .repr = element_slot_repr, .len = element_slot_len, .bool_ = element_slot_bool, .getitem = element_slot_getitem, .setitem = element_slot_setitem},
};
static Shape shape_element = {.type = &type_element, .flags = ELEMENT_FLAGS};
