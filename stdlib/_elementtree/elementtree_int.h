// SPDX-License-Identifier: MIT
// What the files of _elementtree share: elements and builders.
// Access key: [s] slot of core/object/container_inl.h  [l] under ->lock  [a] atomic  [c] constant after init.
#ifndef LADON_STDLIB_ELEMENTTREE_INT_H
#define LADON_STDLIB_ELEMENTTREE_INT_H

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/module.h"

typedef struct Element {
    Object head;
    Value tag;            // [s]
    Value text, tail;     // [s] NO_VALUE: None
    Value attrib;         // [s] Dict; NO_VALUE: not asked for yet, and empty
    Value children;       // [a] List that only this element refers to, set once; NO_VALUE: there never was a child
} Element;
extern Type type_element;
#define ELEMENT(v) AS(Element, v)
ALWAYS_INLINE bool value_is_element(Value v) { return value_is_exact(v, &type_element) || value_is_instance(v, &type_element); }

// A new element. tag borrowed; attrib taken over, also on failure; NO_VALUE: none.
Value element_new(Thread *th, Value tag, Value attrib_owned);
// Its children, borrowed, or NULL while there was none. Lives as long as the element.
ALWAYS_INLINE List *element_children(Element *e) {
    Value v = atomic_load_acquire(&e->children); // acquire: the list was made before it was put there
    return v == NO_VALUE ? NULL : AS(List, v);
}
List *element_children_made(Thread *th, Element *e);   // the same, made if there is none; NULL: MemoryError
ALWAYS_INLINE size_t element_len(Element *e) { List *l = element_children(e); return l ? list_len(l) : 0; }
// Child i, or NO_VALUE without exception; new reference.
ALWAYS_INLINE Value element_child(Thread *th, Element *e, size_t i) { List *l = element_children(e); return l ? list_item_at(th, l, i) : NO_VALUE; }
int element_append(Thread *th, Element *e, Value child);   // child borrowed: an Element. 0 or -1
int element_empty(Thread *th, Element *e);                 // no children any more. 0 or -1
// Its attributes as a Dict, made if need be; new reference.
Value element_attrib(Thread *th, Element *e);
// One of tag, text, tail: new reference, None where nothing was set.
ALWAYS_INLINE Value element_field(Thread *th, Element *e, Value *slot) {
    Value v = slot_borrow(th, &e->head, slot);
    return v == NO_VALUE ? VALUE_NONE : new_ref(th, v);
}
// TypeError unless v is an Element: `expected an Element, not "int"`, or with what ("append() argument 1") its own wording. 0 or -1.
int element_check(Thread *th, Value v, const char *what);
// {**attrib, **extra} of a constructor's arguments: attrib a Dict or NO_VALUE; extra the keyword arguments (values behind their names), of which "attrib" stands
// for attrib where that is not given. New reference; NO_VALUE: there are none, or an error is pending.
Value element_arguments(Thread *th, Value attrib, const Value *values, Value kwnames);

// The methods of the other files (see their tables' rows in element.c).
NativeFunction element_meth_copy, element_meth_deepcopy, element_meth_getstate, element_meth_setstate, element_meth_sizeof;
NativeFunction element_meth_find, element_meth_findall, element_meth_findtext, element_meth_iterfind;
NativeFunction element_meth_iter, element_meth_itertext;
extern Type type_element_iterator, type_child_iterator;
// iter(element). Not in the type's table: it has no __iter__, as CPython's has none, but is iterated over by its items, which is what this does, only faster.
Value element_slot_iter(Thread *th, Value self);

enum { EVENT_START, EVENT_END, EVENT_START_NS, EVENT_END_NS, EVENT_COMMENT, EVENT_PI, EVENT_COUNT };
extern const char *const event_names[EVENT_COUNT];

// A stack of open elements and what they are made with. Every field is read and written under the lock, but what is said to be constant; references are taken
// there, and dropped after it.
typedef struct Builder {
    Object head;
    ObjLock lock;                         // [a]
    bool insert_comments, insert_pis;     // [l]
    Value root;                           // [l] the first element; NO_VALUE: none yet
    Value open;                           // [l] the innermost open element; NO_VALUE: none
    Value last, last_closed;              // [l] the element whose text comes next; the one whose tail comes next, which goes before
    Value data;                           // [l] text collected: one str, or a list; NO_VALUE: none
    Value *stack;                         // [l] the open elements around `open`
    size_t depth, cap;                    // [l]
    Value element_factory, comment_factory, pi_factory; // [l] NO_VALUE: an Element; no factory
    Value events_append;                  // [l] what events are given to; NO_VALUE: nobody
    Value events[EVENT_COUNT];            // [l] the names of those that are wanted
} Builder;
extern Type type_builder;
#define BUILDER(v) AS(Builder, v)

Value builder_field(Thread *th, Builder *b, Value *slot);                // new reference
void builder_set(Thread *th, Builder *b, Value *slot, Value v_owned);
Value builder_start(Thread *th, Builder *b, Value tag, Value attrib_owned); // attrib NO_VALUE: none. The element, new reference
Value builder_end(Thread *th, Builder *b);                               // the element, new reference
int builder_data(Thread *th, Builder *b, Value data);                    // borrowed. 0 or -1
Value builder_comment(Thread *th, Builder *b, Value text);               // what the factory made, new reference
Value builder_pi(Thread *th, Builder *b, Value target, Value text);
Value builder_close(Thread *th, Builder *b);                             // the root or None, new reference
// Reports an event if it is wanted. what: taken over; NO_VALUE passes the pending error on. 0 or -1
int builder_event(Thread *th, Builder *b, int event, Value what_owned);
// Who gets events (taken over), and the names of those wanted (taken over; NO_VALUE: not).
void builder_set_events(Thread *th, Builder *b, Value append, Value names[EVENT_COUNT]);
bool builder_wants(Thread *th, Builder *b, int event);

extern Type type_parser;

// State of the module (module.c).
extern Value etree_parse_error;                     // [c] ParseError, after the first import
extern Value etree_path, etree_deepcopy;            // [c] the module xml.etree.ElementPath, copy.deepcopy
Value etree_factory(Thread *th, int which);         // 0: of comments, 1: of processing instructions; new reference or NO_VALUE
#endif
