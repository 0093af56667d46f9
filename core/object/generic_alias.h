// SPDX-License-Identifier: MIT
// types.GenericAlias (list[int]) and union types (int | str).
#ifndef LADON_OBJECT_GENERIC_ALIAS_H
#define LADON_OBJECT_GENERIC_ALIAS_H
#include "core/object/type.h"

typedef struct GenericAlias {
    Object head;
    Value origin, args;   // [c] any callable; Tuple
    Value parameters;     // [a] Tuple or NO_VALUE: not computed
    uint8_t starred;      // [c] *list[int]
} GenericAlias;
typedef struct Union {
    Object head;
    Value args;           // [c] Tuple, without duplicates, flat
    Value hashable, unhashable; // [c] frozenset or NO_VALUE; Tuple or NO_VALUE
    Value parameters;     // [a] Tuple or NO_VALUE
} Union;
// origin[args]: args a Tuple, or one value. New reference.
Value generic_alias_new(Thread *th, Value origin, Value args);
// For MethodDef tables: {"__class_getitem__", "(cls, item, /)", generic_class_getitem, "See PEP 585", METH_CLASS}.
Value generic_class_getitem(Thread *th, Value cls, Value *args);
// a | b for types, None, aliases, type variables, strings; VALUE_NOT_IMPLEMENTED when one is none of them.
Value union_type_or(Thread *th, Value a, Value b);
// Union of a Tuple's items (typing.Union[...]).
Value union_from_args(Thread *th, Value args);
#endif
