// SPDX-License-Identifier: MIT
// TreeBuilder: makes a tree of what a parser tells. Its fields are read and written under its lock, in short sections that run no Python code; factories and
// handlers are called without it. Threads that tell one builder something at once get some order of that; nothing is lost.
#include "stdlib/_elementtree/elementtree_int.h"

const char *const event_names[EVENT_COUNT] = {"start", "end", "start-ns", "end-ns", "comment", "pi"};

ALWAYS_INLINE void builder_lock(Thread *th, Builder *b) { container_lock(th, &b->head, &b->lock); }
ALWAYS_INLINE void builder_unlock(Thread *th, Builder *b) { container_unlock(th, &b->lock); }

Value builder_field(Thread *th, Builder *b, Value *slot) {
    builder_lock(th, b);
    Value v = new_ref(th, *slot);
    builder_unlock(th, b);
    return v;
}
void builder_set(Thread *th, Builder *b, Value *slot, Value v_owned) {
    builder_lock(th, b);
    Value old = *slot;
    *slot = v_owned;
    builder_unlock(th, b);
    decref(th, old);
}

// ---- events ---------------------------------------------------------------------------------------------------------------------------

bool builder_wants(Thread *th, Builder *b, int event) {
    builder_lock(th, b);
    bool wants = b->events_append != NO_VALUE && b->events[event] != NO_VALUE;
    builder_unlock(th, b);
    return wants;
}
void builder_set_events(Thread *th, Builder *b, Value append, Value names[EVENT_COUNT]) {
    builder_lock(th, b);
    Value old = b->events_append;
    b->events_append = append;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        Value name = b->events[i];
        b->events[i] = names[i];
        names[i] = name;
    }
    builder_unlock(th, b);
    decref(th, old);
    values_release(th, names, EVENT_COUNT);
}
int builder_event(Thread *th, Builder *b, int event, Value what) {
    if (what == NO_VALUE) return -1;
    builder_lock(th, b);
    Value append = b->events[event] == NO_VALUE ? NO_VALUE : new_ref(th, b->events_append);
    Value name = append == NO_VALUE ? NO_VALUE : new_ref(th, b->events[event]);
    builder_unlock(th, b);
    if (append == NO_VALUE) {
        decref(th, what);
        return 0;
    }
    Value pair[2] = {name, what}, t = tuple_from_owned(th, pair, 2), r = t == NO_VALUE ? NO_VALUE : call1(th, append, t);
    decref(th, t);
    decref(th, append);
    decref(th, r);
    return r == NO_VALUE ? -1 : 0;
}

// ---- text -----------------------------------------------------------------------------------------------------------------------------

int builder_data(Thread *th, Builder *b, Value data) {
    Value list = NO_VALUE;
    int r = 0;
    builder_lock(th, b);
    if (b->data == NO_VALUE) {
        if (b->last != NO_VALUE) b->data = new_ref(th, data); // what comes before the first element is dropped
    } else if (value_is_exact_list(b->data)) {
        list = new_ref(th, b->data);
    } else {
        if ((list = list_from_array(th, &b->data, 1)) == NO_VALUE) r = -1;
        else { // which holds it once more: the reference is the list's now
            decref(th, b->data);
            b->data = new_ref(th, list);
        }
    }
    if (list != NO_VALUE) r = list_append(th, AS(List, list), data); // of this builder alone
    builder_unlock(th, b);
    decref(th, list);
    return r;
}

// "".join of what an element has and of what is new, which is taken over.
static Value join(Thread *th, Value old, Value more) {
    Value parts = list_new(th, 2), r = NO_VALUE;
    if (parts != NO_VALUE && (old == VALUE_NONE || list_append(th, AS(List, parts), old) == 0) &&
        (value_is_exact_list(more) ? list_extend(th, AS(List, parts), more) : list_append(th, AS(List, parts), more)) == 0)
        r = str_join(th, name_empty, parts);
    decref(th, parts);
    decref(th, more);
    return r;
}
// Gives the text collected to the element it belongs to. 0 or -1.
static int flush(Thread *th, Builder *b) {
    builder_lock(th, b);
    Value data = b->data;
    if (LIKELY(data == NO_VALUE)) {
        builder_unlock(th, b);
        return 0;
    }
    b->data = NO_VALUE;
    bool tail = b->last_closed != NO_VALUE;
    Value element = new_ref(th, tail ? b->last_closed : b->last), old;
    builder_unlock(th, b);
    int r = -1;
    if (value_is_exact(element, &type_element)) {
        Element *e = ELEMENT(element);
        Value *slot = tail ? &e->tail : &e->text;
        old = element_field(th, e, slot);
        if (old != VALUE_NONE || value_is_exact_list(data)) data = join(th, old, data);
        if (data != NO_VALUE) {
            slot_store(th, &e->head, slot, data);
            r = 0;
        }
    } else {
        Value name = tail ? name_et_tail : name_et_text;
        old = element == NO_VALUE ? VALUE_NONE : object_getattr(th, element, name);
        if (old == NO_VALUE) clear_ref(th, &data);
        else if (old != VALUE_NONE || value_is_exact_list(data)) data = join(th, old, data);
        if (data != NO_VALUE) r = element == NO_VALUE ? 0 : object_setattr(th, element, name, data);
        decref(th, data);
    }
    decref(th, old);
    decref(th, element);
    return r;
}

// ---- elements -------------------------------------------------------------------------------------------------------------------------

static int add_child(Thread *th, Value parent, Value child) {
    if (value_is_exact(parent, &type_element)) return element_check(th, child, NULL) < 0 ? -1 : element_append(th, ELEMENT(parent), child);
    Value r = call_method1(th, parent, name_append, child);
    decref(th, r);
    return r == NO_VALUE ? -1 : 0;
}
static Value make_element(Thread *th, Builder *b, Value tag, Value attrib) {
    Value factory = builder_field(th, b, &b->element_factory), r = NO_VALUE;
    if (factory == NO_VALUE) return element_new(th, tag, attrib);
    if (attrib == NO_VALUE) attrib = dict_new(th);
    if (attrib != NO_VALUE) r = call2(th, factory, tag, attrib);
    decref(th, attrib);
    decref(th, factory);
    return r;
}
// Room for one more. Lock held. 0 or -1.
static int stack_reserve_locked(Thread *th, Builder *b) {
    if (LIKELY(b->depth < b->cap)) return 0;
    size_t cap = b->cap ? 2 * b->cap : 16;
    Value *stack = mem_realloc(th, b->stack, cap * sizeof *stack);
    if (!stack) return -1;
    b->stack = stack;
    b->cap = cap;
    return 0;
}
// node, borrowed, becomes the innermost open element. 0 or -1.
static int enter(Thread *th, Builder *b, Value node) {
    Value old[2] = {NO_VALUE, NO_VALUE};
    builder_lock(th, b);
    int r = stack_reserve_locked(th, b);
    if (r == 0) {
        b->stack[b->depth++] = b->open;
        b->open = new_ref(th, node);
        old[0] = b->last;
        b->last = new_ref(th, node);
        old[1] = b->last_closed;
        b->last_closed = NO_VALUE;
    }
    builder_unlock(th, b);
    values_release(th, old, 2);
    return r;
}
// The first element is the root. 0 or -1: there is one.
static int set_root(Thread *th, Builder *b, Value node) {
    builder_lock(th, b);
    bool first = b->root == NO_VALUE;
    if (first) b->root = new_ref(th, node);
    builder_unlock(th, b);
    if (first) return 0;
    Value text = str_from_cstr(th, "multiple elements on top level");
    Value e = text == NO_VALUE ? NO_VALUE : call1(th, etree_parse_error, text);
    if (e != NO_VALUE) raise_object(th, e, NO_VALUE);
    decref(th, text);
    decref(th, e);
    return -1;
}
Value builder_start(Thread *th, Builder *b, Value tag, Value attrib) {
    if (flush(th, b) < 0) {
        decref(th, attrib);
        return NO_VALUE;
    }
    Value node = make_element(th, b, tag, attrib);
    if (node == NO_VALUE) return NO_VALUE;
    Value open = builder_field(th, b, &b->open);
    int r = open == NO_VALUE ? set_root(th, b, node) : add_child(th, open, node);
    decref(th, open);
    if (r < 0 || enter(th, b, node) < 0 || builder_event(th, b, EVENT_START, new_ref(th, node)) < 0) clear_ref(th, &node);
    return node;
}
Value builder_end(Thread *th, Builder *b) {
    if (flush(th, b) < 0) return NO_VALUE;
    Value old[2] = {NO_VALUE, NO_VALUE}, node = NO_VALUE;
    builder_lock(th, b);
    if (b->depth) {
        node = b->open;
        b->open = b->stack[--b->depth];
        old[0] = b->last;
        b->last = new_ref(th, node);
        old[1] = b->last_closed;
        b->last_closed = new_ref(th, node);
        incref(th, node);
    }
    builder_unlock(th, b);
    values_release(th, old, 2);
    if (node == NO_VALUE) return raise_error(th, &exc_IndexError, "pop from empty stack");
    decref(th, node); // the stack's
    if (builder_event(th, b, EVENT_END, new_ref(th, node)) < 0) clear_ref(th, &node);
    return node;
}

// A comment or an instruction: reported, and put into the tree when that is wanted. Takes what over.
static Value single(Thread *th, Builder *b, int event, bool *insert, Value what) {
    if (what == NO_VALUE) return NO_VALUE;
    builder_lock(th, b);
    Value open = *insert ? new_ref(th, b->open) : NO_VALUE;
    builder_unlock(th, b);
    if (open != NO_VALUE) {
        if (add_child(th, open, what) < 0) clear_ref(th, &what);
        else builder_set(th, b, &b->last_closed, new_ref(th, what));
        decref(th, open);
    }
    if (what != NO_VALUE && builder_event(th, b, event, new_ref(th, what)) < 0) clear_ref(th, &what);
    return what;
}
Value builder_comment(Thread *th, Builder *b, Value text) {
    if (flush(th, b) < 0) return NO_VALUE;
    Value factory = builder_field(th, b, &b->comment_factory);
    Value what = factory == NO_VALUE ? new_ref(th, text) : call1(th, factory, text);
    bool insert = factory != NO_VALUE, no = false;
    decref(th, factory);
    return single(th, b, EVENT_COMMENT, insert ? &b->insert_comments : &no, what);
}
Value builder_pi(Thread *th, Builder *b, Value target, Value text) {
    if (flush(th, b) < 0) return NO_VALUE;
    Value factory = builder_field(th, b, &b->pi_factory);
    Value what = factory == NO_VALUE ? tuple_pack2(th, target, text) : call2(th, factory, target, text);
    bool insert = factory != NO_VALUE, no = false;
    decref(th, factory);
    return single(th, b, EVENT_PI, insert ? &b->insert_pis : &no, what);
}
Value builder_close(Thread *th, Builder *b) {
    if (flush(th, b) < 0) return NO_VALUE;
    Value root = builder_field(th, b, &b->root);
    return root == NO_VALUE ? VALUE_NONE : root;
}

// ---- the type -------------------------------------------------------------------------------------------------------------------------

static Value builder_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(NEW(Builder, th, type)); }
static int builder_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig; // [a] parsed once
    Builder *b = BUILDER(self);
    Value v[5];
    if (native_args_bind(th, &sig, "TreeBuilder", "(element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)",
                         args, nargs, kwnames, v) < 0)
        return -1;
    int comments = v[3] ? object_truth(th, v[3]) : 0, pis = comments < 0 ? -1 : v[4] ? object_truth(th, v[4]) : 0;
    if (pis < 0) return -1;
    bool own = v[0] != NO_VALUE && v[0] != VALUE_NONE;
    builder_set(th, b, &b->element_factory, own ? new_ref(th, v[0]) : NO_VALUE);
    builder_set(th, b, &b->comment_factory, v[1] && v[1] != VALUE_NONE ? new_ref(th, v[1]) : etree_factory(th, 0));
    builder_set(th, b, &b->pi_factory, v[2] && v[2] != VALUE_NONE ? new_ref(th, v[2]) : etree_factory(th, 1));
    builder_lock(th, b);
    b->insert_comments = comments && b->comment_factory != NO_VALUE;
    b->insert_pis = pis && b->pi_factory != NO_VALUE;
    builder_unlock(th, b);
    return 0;
}

#define BUILDER_FIELDS(b) \
    {&(b)->root, &(b)->open, &(b)->last, &(b)->last_closed, &(b)->data, &(b)->element_factory, &(b)->comment_factory, &(b)->pi_factory, &(b)->events_append}
static void builder_clear(Thread *th, Object *o) {
    Builder *b = (Builder *)o;
    Value *const fields[] = BUILDER_FIELDS(b);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) clear_ref(th, fields[i]);
    for (size_t i = 0; i < EVENT_COUNT; i++) clear_ref(th, &b->events[i]);
    while (b->depth) decref(th, b->stack[--b->depth]);
}
static void builder_dealloc(Thread *th, Object *o) {
    builder_clear(th, o);
    mem_free(((Builder *)o)->stack);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int builder_traverse(Object *o, VisitFn visit, void *arg) {
    Builder *b = (Builder *)o;
    Value *const fields[] = BUILDER_FIELDS(b);
    int r = 0;
    for (size_t i = 0; !r && i < ARRAY_LEN(fields); i++)
        if (*fields[i] != NO_VALUE) r = visit(*fields[i], arg);
    for (size_t i = 0; !r && i < EVENT_COUNT; i++)
        if (b->events[i] != NO_VALUE) r = visit(b->events[i], arg);
    for (size_t i = 0; !r && i < b->depth; i++)
        if (b->stack[i] != NO_VALUE) r = visit(b->stack[i], arg);
    return r;
}

static Value builder_meth_data(Thread *th, Value self, Value *args) { return builder_data(th, BUILDER(self), args[0]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value builder_meth_start(Thread *th, Value self, Value *args) {
    if (!value_is_dict(args[1])) return raise_type_error(th, "start() argument 2 must be dict, not %B", args[1]);
    return builder_start(th, BUILDER(self), args[0], new_ref(th, args[1]));
}
static Value builder_meth_end(Thread *th, Value self, Value *args) { return builder_end(th, BUILDER(self)); }
static Value builder_meth_comment(Thread *th, Value self, Value *args) { return builder_comment(th, BUILDER(self), args[0]); }
static Value builder_meth_pi(Thread *th, Value self, Value *args) { return builder_pi(th, BUILDER(self), args[0], args[1] ? args[1] : VALUE_NONE); }
static Value builder_meth_close(Thread *th, Value self, Value *args) { return builder_close(th, BUILDER(self)); }

static const MethodDef builder_methods[] = {
    {"data", "(self, data, /)", builder_meth_data, NULL, 0},
    {"start", "(self, tag, attrs, /)", builder_meth_start, NULL, 0},
    {"end", "(self, tag, /)", builder_meth_end, NULL, 0},
    {"comment", "(self, text, /)", builder_meth_comment, NULL, 0},
    {"pi", "(self, target, text=None, /)", builder_meth_pi, NULL, 0},
    {"close", "(self, /)", builder_meth_close, NULL, 0},
    {0},
};

#define BUILDER_FLAGS (TYPE_TRACED | TYPE_BASETYPE | TYPE_IMMUTABLE)
static Shape shape_builder;
Type type_builder = {
    .head = OBJECT_STATIC(&shape_type), .name = "xml.etree.ElementTree.TreeBuilder", .base = &type_object, .flags = BUILDER_FLAGS,
    .basic_size = sizeof(Builder), .shape = &shape_builder, .methods = builder_methods,
    .slots = {.new_ = builder_slot_new, .init = builder_slot_init, .dealloc = builder_dealloc, .traverse = builder_traverse, .clear = builder_clear},
};
static Shape shape_builder = {.type = &type_builder, .flags = BUILDER_FLAGS};
