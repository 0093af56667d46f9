// SPDX-License-Identifier: MIT
// What the virtual machine asks of the typing objects (PEP 695, 696): called for type parameter lists and `type` statements. Results are new references.
#ifndef LADON_OBJECT_TYPING_H
#define LADON_OBJECT_TYPING_H
#include "core/object/type.h"
// A TypeVar of the running module with inferred variance. bound, constraints: functions that give them when asked, or NO_VALUE.
Value typing_typevar(Thread *th, Value name, Value evaluate_bound, Value evaluate_constraints);
Value typing_paramspec(Thread *th, Value name);
Value typing_typevartuple(Thread *th, Value name);
// Generic[*params] for the bases of a generic class. params: Tuple.
Value typing_subscript_generic(Thread *th, Value params);
// spec: Tuple (name, type params Tuple or None, evaluator function).
Value typing_typealias(Thread *th, Value spec);
// typeparam with its default's evaluator set: the same object, new reference.
Value typing_set_default(Thread *th, Value typeparam, Value evaluator);
// What `*x` gives inside a subscript: the single item of iter(x).
Value typing_unpack_alias(Thread *th, Value x);
Value typing_no_default(void);   // typing.NoDefault, immortal
#endif
