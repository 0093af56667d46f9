// SPDX-License-Identifier: MIT
// Element.iter() and Element.itertext(): a walk in document order; and the iterator over an element's children. The walk's stack is changed under the iterator's lock only; tags are compared, and texts looked at,
// without it, because that may run Python code. Threads that share an iterator share its elements.
#include "core/object/iter.h"
#include "stdlib/_elementtree/elementtree_int.h"

typedef struct Level { Value element; size_t next; } Level;   // element: owned; next: which child comes next
typedef struct ElementIter {
    Object head;
    ObjLock lock;        // [a]
    bool texts;          // [c] itertext
    Value start;         // [l] where the walk begins; NO_VALUE: it has begun
    Value tag;           // [c] NO_VALUE: any
    Level *stack;        // [l]
    size_t depth, cap;   // [l]
} ElementIter;

enum { STEPS_TO_SAFEPOINT = 1024 };

// Enters an element, whose reference is taken over on success. Lock held. 0 or -1.
static int push_locked(Thread *th, ElementIter *it, Value element) {
    if (it->depth == it->cap) {
        size_t cap = it->cap ? 2 * it->cap : 8;
        Level *stack = mem_realloc(th, it->stack, cap * sizeof *stack);
        if (!stack) return -1;
        it->stack = stack;
        it->cap = cap;
    }
    it->stack[it->depth++] = (Level){element, 0};
    return 0;
}

typedef enum Step { STEP_END, STEP_ENTER, STEP_LEAVE, STEP_ERROR } Step;
// One step of the walk. *element: the one entered, or left, new reference.
static Step walk(Thread *th, ElementIter *it, Value *element) {
    Step step = STEP_END;
    container_lock(th, &it->head, &it->lock);
    if (it->start != NO_VALUE) {
        *element = it->start;
        it->start = NO_VALUE;
        step = STEP_ENTER;
    } else if (it->depth) {
        Level *top = &it->stack[it->depth - 1];
        if ((*element = element_child(th, ELEMENT(top->element), top->next)) != NO_VALUE) {
            top->next++;
            step = STEP_ENTER;
        } else {
            *element = top->element;
            it->depth--;
            step = STEP_LEAVE;
        }
    }
    if (step == STEP_ENTER && push_locked(th, it, new_ref(th, *element)) < 0) step = STEP_ERROR;
    // The text behind the first element is not part of it.
    bool last = step == STEP_LEAVE && it->depth == 0;
    container_unlock(th, &it->lock);
    if (step == STEP_ERROR) { // the stack's reference, too
        decref(th, *element);
        decref(th, *element);
    }
    if (last) {
        decref(th, *element);
        step = STEP_END;
    }
    return step;
}

// The text before (or behind) an element, if there is one: 1, 0, -1.
static int text_of(Thread *th, Element *e, bool behind, Value *out) {
    if (!behind) { // comments and instructions have none that counts
        Value tag = element_field(th, e, &e->tag);
        bool none = tag != VALUE_NONE && !value_is_str(tag);
        decref(th, tag);
        if (none) return 0;
    }
    *out = element_field(th, e, behind ? &e->tail : &e->text);
    if (*out == VALUE_NONE) return 0;
    int r = object_truth(th, *out);
    if (r <= 0) decref(th, *out);
    return r;
}
// The element itself, which is taken over, if its tag is the one: 1, 0, -1.
static int match_of(Thread *th, ElementIter *it, Value element, Value *out) {
    int r = 1;
    if (it->tag != NO_VALUE) {
        Value tag = element_field(th, ELEMENT(element), &ELEMENT(element)->tag);
        r = value_equal(th, tag, it->tag);
        decref(th, tag);
    }
    if (r > 0) *out = element;
    else decref(th, element);
    return r;
}

static Value iter_slot_next(Thread *th, Value self) {
    ElementIter *it = AS(ElementIter, self);
    for (unsigned n = 1;; n++) {
        Value element, out = NO_VALUE;
        Step step = walk(th, it, &element);
        int r = 0;
        if (step == STEP_END || step == STEP_ERROR) return NO_VALUE;
        if (it->texts) {
            r = text_of(th, ELEMENT(element), step == STEP_LEAVE, &out);
            decref(th, element);
        } else if (step == STEP_ENTER) r = match_of(th, it, element, &out);
        else decref(th, element);
        if (r != 0) return r > 0 ? out : NO_VALUE;
        if (n % STEPS_TO_SAFEPOINT == 0 && thread_safepoint(th) < 0) return NO_VALUE;
    }
}

static Value iter_new(Thread *th, Value element, Value tag, bool texts) {
    ElementIter *it = NEW(ElementIter, th, &type_element_iterator);
    if (!it) return NO_VALUE;
    it->texts = texts;
    it->tag = new_ref(th, tag);
    it->start = new_ref(th, element);
    return VALUE_OF(it);
}
Value element_meth_iter(Thread *th, Value self, Value *args) {
    Value tag = args[0] == VALUE_NONE ? NO_VALUE : args[0];
    if (tag != NO_VALUE && value_is_str(tag) && str_equal_cstr(tag, "*")) tag = NO_VALUE;
    return iter_new(th, self, tag, false);
}
Value element_meth_itertext(Thread *th, Value self, Value *args) { return iter_new(th, self, NO_VALUE, true); }

static void iter_dealloc(Thread *th, Object *o) {
    ElementIter *it = (ElementIter *)o;
    decref(th, it->start);
    decref(th, it->tag);
    for (size_t i = 0; i < it->depth; i++) decref(th, it->stack[i].element);
    mem_free(it->stack);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int iter_traverse(Object *o, VisitFn visit, void *arg) {
    ElementIter *it = (ElementIter *)o;
    int r = it->start != NO_VALUE ? visit(it->start, arg) : 0;
    if (!r && it->tag != NO_VALUE) r = visit(it->tag, arg);
    for (size_t i = 0; !r && i < it->depth; i++) r = visit(it->stack[i].element, arg);
    return r;
}
static void iter_clear(Thread *th, Object *o) {
    ElementIter *it = (ElementIter *)o;
    clear_ref(th, &it->start);
    while (it->depth) decref(th, it->stack[--it->depth].element);
}

// ---- children -------------------------------------------------------------------------------------------------------------------------

typedef struct ChildIter { Object head; Value element; int64_t index; } ChildIter; // element [s] NO_VALUE at the end; index [a]

Value element_slot_iter(Thread *th, Value self) {
    if (type_of(self)->slots.getitem != type_element.slots.getitem) return seq_iter_new(th, self); // a subclass has its own items
    ChildIter *it = NEW(ChildIter, th, &type_child_iterator);
    if (it) it->element = new_ref(th, self);
    return VALUE_OF(it);
}
static Value child_iter_slot_next(Thread *th, Value self) {
    ChildIter *it = AS(ChildIter, self);
    Value element = slot_get(th, &it->head, &it->element);
    if (element == NO_VALUE) return NO_VALUE;
    int64_t i = counter_fetch_add(th, &it->index, 1);
    Value v = i < 0 ? NO_VALUE : element_child(th, ELEMENT(element), (size_t)i);
    if (v == NO_VALUE) slot_store(th, &it->head, &it->element, NO_VALUE);
    decref(th, element);
    return v;
}
static Value child_iter_meth_length_hint(Thread *th, Value self, Value *args) {
    ChildIter *it = AS(ChildIter, self);
    Value element = slot_get(th, &it->head, &it->element);
    int64_t n = element == NO_VALUE ? 0 : (int64_t)element_len(ELEMENT(element)) - atomic_load_relaxed(&it->index); // a hint
    decref(th, element);
    return value_imm_int(n > 0 ? n : 0);
}
static Value child_iter_meth_reduce(Thread *th, Value self, Value *args) {
    ChildIter *it = AS(ChildIter, self);
    Value f = builtin_get(th, "iter"), element = slot_get(th, &it->head, &it->element);
    if (element == NO_VALUE) return reduce_make2(th, f, tuple_pack1(th, tuple_empty));
    return reduce_make(th, f, tuple_from_owned(th, &element, 1), value_imm_int(atomic_load_relaxed(&it->index)));
}
static Value child_iter_meth_setstate(Thread *th, Value self, Value *args) {
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    atomic_store_relaxed(&AS(ChildIter, self)->index, i < 0 ? 0 : (int64_t)i);
    return VALUE_NONE;
}
static void child_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((ChildIter *)o)->element);
    object_free(th, o);
}
static int child_iter_traverse(Object *o, VisitFn visit, void *arg) {
    Value v = ((ChildIter *)o)->element;
    return v == NO_VALUE ? 0 : visit(v, arg);
}
static void child_iter_clear(Thread *th, Object *o) { clear_ref(th, &((ChildIter *)o)->element); }
static const MethodDef child_iter_methods[] = {
    {"__length_hint__", "(self, /)", child_iter_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", child_iter_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, state, /)", child_iter_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};

#define ITER_FLAGS (TYPE_TRACED | TYPE_ITERATOR | TYPE_NO_INSTANTIATE | TYPE_IMMUTABLE)
static Shape shape_element_iterator;
Type type_element_iterator = {
    .head = OBJECT_STATIC(&shape_type), .name = "_elementtree._element_iterator", .base = &type_object, .flags = ITER_FLAGS,
    .basic_size = sizeof(ElementIter), .shape = &shape_element_iterator,
    .slots = {.dealloc = iter_dealloc, .traverse = iter_traverse, .clear = iter_clear, .iter = iter_self, .next = iter_slot_next},
};
static Shape shape_element_iterator = {.type = &type_element_iterator, .flags = ITER_FLAGS};

static Shape shape_child_iterator;
Type type_child_iterator = {
    .head = OBJECT_STATIC(&shape_type), .name = "_elementtree._child_iterator", .base = &type_object, .flags = ITER_FLAGS,
    .basic_size = sizeof(ChildIter), .shape = &shape_child_iterator, .methods = child_iter_methods,
    .slots = {.dealloc = child_iter_dealloc, .traverse = child_iter_traverse, .clear = child_iter_clear, .iter = iter_self, .next = child_iter_slot_next},
};
static Shape shape_child_iterator = {.type = &type_child_iterator, .flags = ITER_FLAGS};
