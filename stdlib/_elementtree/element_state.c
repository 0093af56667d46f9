// SPDX-License-Identifier: MIT
// Copies of elements and their pickled state. No state of its own, no locks.
#include "core/object/int.h"
#include "stdlib/_elementtree/elementtree_int.h"

// ---- copies ---------------------------------------------------------------------------------------------------------------------------

// The copy has the same dict of attributes, as CPython's has.
Value element_meth_copy(Thread *th, Value self, Value *args) {
    Element *e = ELEMENT(self);
    Value tag = element_field(th, e, &e->tag), r = element_new(th, tag, slot_get(th, &e->head, &e->attrib));
    decref(th, tag);
    if (r == NO_VALUE) return NO_VALUE;
    Element *c = ELEMENT(r);
    c->text = slot_get(th, &e->head, &e->text);
    c->tail = slot_get(th, &e->head, &e->tail);
    List *from = element_children(e);
    if (from && list_len(from)) {
        List *to = element_children_made(th, c);
        if (!to || list_extend(th, to, VALUE_OF(from)) < 0) clear_ref(th, &r);
    }
    return r;
}

static Value element_deepcopy(Thread *th, Element *e, Dict *memo);

// All keys and values are str: a copy of the dict is a deep one.
static bool dict_of_text(Thread *th, Dict *d) {
    size_t pos = 0;
    Value k, v;
    bool text = true;
    while (text && dict_next(th, d, &pos, &k, &v)) {
        text = value_is_exact_str(k) && value_is_exact_str(v);
        decref(th, k);
        decref(th, v);
    }
    return text;
}
// A deep copy of v, which is taken over; new reference.
static Value deepcopy(Thread *th, Value v, Dict *memo) {
    if (v == NO_VALUE || !value_is_object(v) || value_is_exact_str(v)) return v;
    Value r = NO_VALUE, id;
    // Only this element and the caller know the dict: nothing in memo can be a copy of it, and nobody will ask for that.
    if (value_is_exact_dict(v) && object_refcount(value_object(v)) == 2 && dict_of_text(th, AS(Dict, v))) {
        r = dict_copy(th, AS(Dict, v));
    } else if (value_is_exact(v, &type_element)) {
        if ((id = int_from_u64(th, v)) != NO_VALUE && dict_get(th, memo, id, &r) == 0) r = element_deepcopy(th, ELEMENT(v), memo);
        decref(th, id);
    } else {
        r = call2(th, etree_deepcopy, v, VALUE_OF(memo));
    }
    decref(th, v);
    return r;
}
static int deepcopy_children(Thread *th, Element *e, Element *c, Dict *memo) {
    for (size_t i = 0;; i++) {
        Value child = element_child(th, e, i);
        if (child == NO_VALUE) return 0;
        child = deepcopy(th, child, memo);
        int r = child == NO_VALUE || element_check(th, child, NULL) < 0 ? -1 : element_append(th, c, child);
        decref(th, child);
        if (r < 0) return -1;
    }
}
static Value element_deepcopy(Thread *th, Element *e, Dict *memo) {
    if (thread_c_recursion(th, " in Element.__deepcopy__")) return NO_VALUE;
    Value tag = deepcopy(th, element_field(th, e, &e->tag), memo);
    if (tag == NO_VALUE) return NO_VALUE;
    Value attrib = deepcopy(th, slot_get(th, &e->head, &e->attrib), memo), r = NO_VALUE;
    if (!error_pending(th) && attrib != NO_VALUE && !value_is_dict(attrib)) raise_type_error(th, "attrib must be dict, not %T", attrib);
    if (error_pending(th)) decref(th, attrib);
    else r = element_new(th, tag, attrib);
    decref(th, tag);
    if (r == NO_VALUE) return NO_VALUE;
    Element *c = ELEMENT(r);
    if ((c->text = deepcopy(th, slot_get(th, &e->head, &e->text), memo)) == NO_VALUE && error_pending(th)) goto failed;
    if ((c->tail = deepcopy(th, slot_get(th, &e->head, &e->tail), memo)) == NO_VALUE && error_pending(th)) goto failed;
    if (deepcopy_children(th, e, c, memo) < 0) goto failed;
    Value id = int_from_u64(th, VALUE_OF(e));
    int set = id == NO_VALUE ? -1 : dict_set(th, memo, id, r);
    decref(th, id);
    if (set == 0) return r;
failed:
    decref(th, r);
    return NO_VALUE;
}
Value element_meth_deepcopy(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[0])) return raise_type_error(th, "__deepcopy__() argument must be dict, not %B", args[0]);
    return element_deepcopy(th, ELEMENT(self), AS(Dict, args[0]));
}

Value element_meth_sizeof(Thread *th, Value self, Value *args) {
    List *l = element_children(ELEMENT(self));
    size_t n = type_of(self)->basic_size;
    if (l) n += sizeof(List) + list_len(l) * sizeof(Value); // at least
    return value_imm_int((int64_t)n);
}

// ---- pickling -------------------------------------------------------------------------------------------------------------------------

Value element_meth_getstate(Thread *th, Value self, Value *args) {
    Element *e = ELEMENT(self);
    Value attrib = slot_get(th, &e->head, &e->attrib);
    List *l = element_children(e);
    if (attrib == NO_VALUE && (attrib = dict_new(th)) == NO_VALUE) return NO_VALUE;
    Value children = l ? sequence_to_list(th, VALUE_OF(l)) : list_new(th, 0);
    if (children == NO_VALUE) {
        decref(th, attrib);
        return NO_VALUE;
    }
    Value v[] = {name_et_tag, element_field(th, e, &e->tag), name_et_children, children, name_et_attrib, attrib,
                 name_et_text, element_field(th, e, &e->text), name_et_tail, element_field(th, e, &e->tail)};
    return dict_from_owned(th, v, 5);
}

enum { STATE_TAG, STATE_ATTRIB, STATE_CHILDREN, STATE_TEXT, STATE_TAIL, STATE_COUNT };
// The parts of a state, new references, NO_VALUE where there is none. 0 or -1.
static int state_parts(Thread *th, Dict *state, Value parts[STATE_COUNT]) {
    const Value names[STATE_COUNT] = {name_et_tag, name_et_attrib, name_et_children, name_et_text, name_et_tail};
    size_t pos = 0;
    Value k, v;
    while (dict_next(th, state, &pos, &k, &v)) {
        size_t i = 0;
        while (i < STATE_COUNT && !(value_is_str(k) && str_equal(AS(Str, k), AS(Str, names[i])))) i++;
        if (i == STATE_COUNT) raise_type_error(th, "this function got an unexpected keyword argument %R", k);
        else set_ref(th, &parts[i], new_ref(th, v));
        decref(th, k);
        decref(th, v);
        if (error_pending(th)) return -1;
    }
    return 0;
}
static int state_set(Thread *th, Element *e, Value parts[STATE_COUNT]) {
    Value attrib = parts[STATE_ATTRIB], children = parts[STATE_CHILDREN];
    if (attrib == VALUE_NONE) attrib = NO_VALUE;
    if (parts[STATE_TAG] == NO_VALUE) raise_type_error(th, "tag may not be NULL");
    else if (attrib != NO_VALUE && !value_is_dict(attrib)) raise_type_error(th, "attrib must be dict, not %T", attrib);
    else if (children != NO_VALUE && !value_is_list(children)) raise_type_error(th, "'_children' is not a list");
    if (error_pending(th)) return -1;
    Value items = children == NO_VALUE ? NO_VALUE : sequence_to_tuple(th, children);
    int r = children != NO_VALUE && items == NO_VALUE ? -1 : 0;
    for (size_t i = 0; r == 0 && items != NO_VALUE && i < AS(Tuple, items)->len; i++) r = element_check(th, AS(Tuple, items)->items[i], NULL);
    if (r == 0) r = element_empty(th, e);
    if (r == 0 && items != NO_VALUE && AS(Tuple, items)->len) {
        List *l = element_children_made(th, e);
        r = l ? list_extend(th, l, items) : -1;
    }
    decref(th, items);
    if (r < 0) return -1;
    slot_store(th, &e->head, &e->tag, new_ref(th, parts[STATE_TAG]));
    slot_store(th, &e->head, &e->text, new_ref(th, parts[STATE_TEXT]));
    slot_store(th, &e->head, &e->tail, new_ref(th, parts[STATE_TAIL]));
    if (attrib != NO_VALUE) slot_store(th, &e->head, &e->attrib, new_ref(th, attrib));
    return 0;
}
Value element_meth_setstate(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[0])) return raise_type_error(th, "Don't know how to unpickle \"%R\" as an Element", args[0]);
    Value parts[STATE_COUNT] = {NO_VALUE};
    int r = state_parts(th, AS(Dict, args[0]), parts);
    if (r == 0) r = state_set(th, ELEMENT(self), parts);
    values_release(th, parts, STATE_COUNT);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
