// SPDX-License-Identifier: MIT
// Class creation and checks shared by type.c, type_new.c and abstract.c.
#ifndef LADON_OBJECT_TYPE_NEW_H
#define LADON_OBJECT_TYPE_NEW_H
#include "core/object/type_int.h"

Value type_slot_new(Thread *th, Type *metatype, const Value *args, size_t nargs, Value kwnames);
// UTF-8 text of a type name, from mem_alloc; ValueError for embedded NUL.
char *type_name_text(Thread *th, Value name);
int type_assign_bases(Thread *th, Type *t, Value bases);
// Own attribute or that of a base (mro walk), new reference; NO_VALUE without exception. For __doc__: own only.
Value type_lookup_mro_own(Thread *th, Type *t, Value name);
bool type_same_layout(Thread *th, Type *a, Type *b);
int type_merge_dir(Thread *th, Dict *d, Value cls);
// isinstance/issubclass without the hooks. 0 1 -1.
int object_real_isinstance(Thread *th, Value v, Value cls);
int object_real_issubclass(Thread *th, Value c, Value cls);
Value mappingproxy_new(Thread *th, Value mapping);
// Marks what a class holds as reached by all threads.
void type_own_value(Thread *th, Value v);
extern const GetSetDef dict_getset, static_dict_getset; // __dict__ of instances of classes, and of static types
void type_unlink(Type *t);
#endif
