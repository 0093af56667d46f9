// SPDX-License-Identifier: MIT
// Operations on any object: the protocols behind operators and built-ins. Results new references, NO_VALUE with the exception set.
// All may run Python and reach safepoints. Arguments borrowed.
#ifndef LADON_OBJECT_ABSTRACT_H
#define LADON_OBJECT_ABSTRACT_H
#include "core/object/type.h"
// Binary operators in this order are also the VM's numbering (BINOP_*).
enum { BINOP_ADD, BINOP_SUB, BINOP_MUL, BINOP_MATMUL, BINOP_TRUEDIV, BINOP_FLOORDIV, BINOP_MOD, BINOP_POW, BINOP_LSHIFT, BINOP_RSHIFT,
       BINOP_AND, BINOP_XOR, BINOP_OR, BINOP_COUNT };
Value number_binary(Thread *th, int op, Value a, Value b);   // a op b; op: BINOP_*
Value number_inplace(Thread *th, int op, Value a, Value b);   // a op= b: the new value of a
Value number_add(Thread *th, Value a, Value b);
Value number_power(Thread *th, Value a, Value b, Value mod);   // pow(a, b, mod); mod VALUE_NONE: a ** b
Value number_divmod(Thread *th, Value a, Value b);   // the pair (a // b, a % b)
Value number_negative(Thread *th, Value a);
Value number_positive(Thread *th, Value a);
Value number_absolute(Thread *th, Value a);   // abs(a)
Value number_invert(Thread *th, Value a);   // ~a
Value number_index(Thread *th, Value a);                 // operator.index: an int
Value number_long(Thread *th, Value a);                  // int(x)
Value number_float(Thread *th, Value a);                 // float(x)
// operator.index(a) clipped/with error: exc NULL clips to the intptr range, else raises exc ("cannot fit 'T' into an index-sized integer"). -1 + error_pending on error.
intptr_t number_as_ssize(Thread *th, Value a, Type *exc);
int number_as_i64(Thread *th, Value a, int64_t *out);    // __index__; OverflowError "Python int too large to convert to C long"
int number_as_c_ssize(Thread *th, Value a, intptr_t *out); // the same with "... C ssize_t"
int number_as_int(Thread *th, Value a, int *out);   // __index__ as a C int; OverflowError "signed integer is greater than maximum" or less
// __index__, from 0 to max. 0 or -1: ValueError when negative, OverflowError "Python int too large for C <ctype>".
int number_as_unsigned(Thread *th, Value a, uint64_t max, const char *ctype, uint64_t *out);
int number_as_double(Thread *th, Value a, double *out);  // __float__, __index__; TypeError "must be real number, not T"
Value object_compare(Thread *th, Value a, Value b, int op);   // rich comparison
// What a rich comparison gives for an order: negative, 0 or positive where the left side is less, equal or greater.
ALWAYS_INLINE Value compare_result(int op, int order) {
    switch (op) {
    case CMP_LT: return value_bool(order < 0);
    case CMP_LE: return value_bool(order <= 0);
    case CMP_EQ: return value_bool(order == 0);
    case CMP_NE: return value_bool(order != 0);
    case CMP_GT: return value_bool(order > 0);
    default: return value_bool(order >= 0);
    }
}
int object_compare_bool(Thread *th, Value a, Value b, int op); // identity shortcut for == and !=; 0 1 -1
int object_equal(Thread *th, Value a, Value b);          // the same with CMP_EQ
int object_truth(Thread *th, Value a);                   // 0 1 -1
int64_t object_hash(Thread *th, Value a);                // -1 error
intptr_t object_len(Thread *th, Value a);                // -1 error
extern NativeFunction object_fn_len, object_fn_isinstance;  // len() and isinstance(): what the virtual machine may do by itself
intptr_t object_length_hint(Thread *th, Value a, intptr_t dflt);
Value object_getitem(Thread *th, Value o, Value key);    // o[key], including __class_getitem__
int object_setitem(Thread *th, Value o, Value key, Value v); // v NO_VALUE: del o[key]
int object_contains(Thread *th, Value o, Value item);
Value sequence_get(Thread *th, Value seq, intptr_t i);
Value object_iter(Thread *th, Value o);
Value iter_next(Thread *th, Value it);                   // NO_VALUE: exhausted (no exception) or error (exception set); StopIteration is cleared
bool mapping_check(Value v); bool sequence_check(Value v); bool index_check(Value v); bool iter_check(Value v);
Value mapping_keys(Thread *th, Value m); Value mapping_items(Thread *th, Value m);
// Iterates: calls fn for each item (borrowed) until it returns non-zero. 0 done, -1 error, or fn's value.
int iterate(Thread *th, Value iterable, int (*fn)(Thread *th, Value item, void *arg), void *arg);
// slots.hash of unhashable types: TypeError "unhashable type: 'T'". A type with this hash slot has __hash__ = None.
int64_t object_hash_unhashable(Thread *th, Value v);
Value generic_alias_new(Thread *th, Value origin, Value args); // list[int]; args a Tuple or a single argument; borrowed
// __class_getitem__ of built-in types, for method tables: {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS}.
Value object_class_getitem(Thread *th, Value cls, Value *args);
Value mappingproxy_new(Thread *th, Value mapping);             // borrowed
Value mappingproxy_mapping(Value proxy);                       // borrowed
// Guards repr of recursive containers: 1 already in progress, 0 entered, -1 error.
int repr_enter(Thread *th, Value v);
void repr_leave(Thread *th, Value v);
#endif
