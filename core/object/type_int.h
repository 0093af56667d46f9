// SPDX-License-Identifier: MIT
// What the type files of this folder share: the type lock, shapes' making, slot updating, class creation's parts.
#ifndef LADON_OBJECT_TYPE_INT_H
#define LADON_OBJECT_TYPE_INT_H

#include "core/object/abstract.h"
#include "core/object/attr_cache.h"
#include "core/object/descr.h"
#include "sched/thread/lock.h"

// Guards mro, bases, subclass lists, attribute caches and slots of all types. No Python runs under it. Nests outside shape_mutex.
extern RtMutex type_mutex;

// Locks and allocation of shapes (shape.c).
uint32_t shape_new_id(void);
// Gives t its first root shape with inline_cap slots; heap types only. 0, or -1 with MemoryError.
int shape_init_root(Thread *th, Type *t, unsigned inline_cap);
// The dict-mode shape that goes with s. NULL: MemoryError.
Shape *shape_dict_mode(Thread *th, Shape *s);
// The shape of type `to` with the same attributes in the same places as s. NULL: MemoryError.
Shape *shape_rebase(Thread *th, Shape *s, Type *to);
// Notes that an instance of s->type needed more inline room than it had.
void shape_learn(Thread *th, Shape *child);
// New ids for all shapes of t.
void shape_renew_ids(Type *t);
// Copies t->flags into all of its shapes after they changed (world running: single words, relaxed).
void shape_sync_flags(Type *t);
void shape_free_all(Thread *th, Type *t);
// Names of all slots of s, those of deleted attributes included, into names[s->slot_count].
void shape_names_of(const Shape *s, Value *names);

// attr.c
// Puts o into dict mode; borrowed Dict, NULL on error.
Dict *object_enter_dict_mode(Thread *th, Value obj);
// Finds obj.name as the generic lookup does: 1 *out new reference, 0 absent (no exception), -1 error.
int attr_generic_find(Thread *th, Value obj, Value name, Value *out);
// The same for who does not want the error of an empty __slots__ member, which is 0 here.
int attr_generic_probe(Thread *th, Value obj, Value name, Value *out);
// Sets name and obj of the pending AttributeError.
void attribute_error_context(Thread *th, Value obj, Value name);
Value attr_missing(Thread *th, Value obj, Value name);
int attr_set_class(Thread *th, Value obj, Type *to);
ObjLock *attr_stripe(const void *o);

// type_ready.c / type_slots.c
int type_add_subclass(Thread *th, Type *base, Type *t);
int type_add_subclass_locked(Thread *th, Type *base, Type *t);   // under type_mutex
void type_remove_subclass(Type *base, Type *t);
// Recomputes all slots of a heap type from its mro (creation: nobody else knows it).
void type_update_all_slots(Thread *th, Type *t);
// The same of a published one and its subclasses (__bases__). Under type_mutex; may be a safepoint.
void type_update_tree_slots(Thread *th, Type *t);
// Recomputes the slots that dunder `name` feeds, for t and its subclasses. Under type_mutex; may be a safepoint.
void type_update_slot(Thread *th, Type *t, Value name);
// Recomputes the slots that t's own namespace feeds (creation with one base).
void type_update_own_slots(Thread *th, Type *t);
bool type_name_feeds_slot(Value name);
// The dunder that Python code of t's classes answers every access with, and nothing else does: __getattribute__ (no __getattr__ follows), or __setattr__. NO_VALUE: none.
Value type_own_getattr_name(Type *t);
Value type_own_setattr_name(const Type *t);
// Interns the rows' names; first thing of types_init.
int slots_init(Thread *th);
// Copies slots that t does not define from base.
void type_inherit_slots(Type *t, const Type *base);
// Flags that follow from the slots (DATA_DESCR, CUSTOM_GETATTR, HAS_DEL...).
void type_flags_from_slots(Type *t);
// Lookup in the mro by walking the dicts, no cache; borrowed. defined_in may be NULL.
Value type_lookup_mro(Thread *th, Type *t, Value name, Type **defined_in);
// C3. New Tuple.
Value mro_compute(Thread *th, Type *t, Value bases);
// Instances of a and b have the same parts before the attribute area, as far as sizes tell.
static inline bool type_same_size(const Type *a, const Type *b) {
    return a->basic_size == b->basic_size && a->item_size == b->item_size && a->tail_size == b->tail_size;
}
// The nearest ancestor (or t itself) that added to the memory layout.
Type *type_solid_base(Type *t);
Value type_call_mro(Thread *th, Type *t);
// No metatype of t has an mro() of its own: then making t's runs no Python code and takes no lock.
bool type_mro_is_own(Thread *th, Type *t);

int object_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
Value slot_py_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
int subtype_traverse(Object *self, VisitFn visit, void *arg);
void subtype_clear(Thread *th, Object *self);
void subtype_dealloc(Thread *th, Object *self);
Value type_getattr(Thread *th, Value type, Value name);
int type_getattr_find(Thread *th, Value type, Value name, Value *out);
int type_setattr(Thread *th, Value type, Value name, Value v);
Value type_module_name(Thread *th, Type *t);      // __module__: new reference
Value type_qualname(Thread *th, Type *t);
// What repr() shows of t: module and qualified name, but the name alone of types of builtins and of those whose __module__ is no str. New reference.
Value type_shown_name(Thread *th, Type *t);
#endif
