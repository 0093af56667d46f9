// SPDX-License-Identifier: MIT
// Class creation and checks shared by type.c, type_new.c and abstract.c.
#ifndef LADON_OBJECT_TYPE_NEW_H
#define LADON_OBJECT_TYPE_NEW_H
#include "core/object/type_int.h"

Value type_slot_new(Thread *th, Type *metatype, const Value *args, size_t nargs, Value kwnames);   // type.__new__: makes a class. May run Python
// UTF-8 text of a type name, from mem_alloc; ValueError for embedded NUL.
char *type_name_text(Thread *th, Value name);   // the C text of a class's name; NULL with an exception
void type_name_replace(Thread *th, Type *t, char *text);  // takes over text; may be a safepoint
void type_name_free(const char *text);         // and of all names the class had; at its end
int type_assign_bases(Thread *th, Type *t, Value bases);   // t.__bases__ = bases. 0 or -1: TypeError. May run Python
// Own attribute or that of a base (mro walk), new reference; NO_VALUE without exception. For __doc__: own only.
Value type_lookup_mro_own(Thread *th, Type *t, Value name);
bool type_same_layout(Thread *th, Type *a, Type *b);   // may an instance of one become one of the other (assigning __class__)?
int type_merge_dir(Thread *th, Dict *d, Value cls);   // adds the names that dir() shows of a class and its bases to d. 0 or -1
// isinstance/issubclass without the hooks. 0 1 -1.
int object_real_isinstance(Thread *th, Value v, Value cls);
int object_real_issubclass(Thread *th, Value c, Value cls);   // without __subclasscheck__: by __mro__ or __bases__. 1, 0 or -1
Value mappingproxy_new(Thread *th, Value mapping);   // a read-only view of it, which is not checked: new reference
// Marks what a class holds as reached by all threads.
void type_own_value(Thread *th, Value v);
extern const GetSetDef dict_getset, static_dict_getset; // __dict__ of instances of classes, and of static types
void type_unlink(Type *t);   // takes t out of its bases' lists of subclasses; world stopped
#endif
