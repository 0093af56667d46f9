// SPDX-License-Identifier: MIT
// bool: the two singletons are immediates (VALUE_TRUE, VALUE_FALSE); all arithmetic is inherited from int.
#include "core/object/abstract.h"
#include "core/object/int_limbs.h"
#include "core/object/names.h"
#include "core/object/str.h"

static Value bool_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames != NO_VALUE) return raise_type_error(th, "bool() takes no keyword arguments");
    if (nargs > 1) return raise_type_error(th, "bool expected at most 1 argument, got %zu", nargs);
    if (nargs == 0) return VALUE_FALSE;
    int t = object_truth(th, args[0]);
    return t < 0 ? NO_VALUE : value_bool(t);
}

static Value bool_slot_repr(Thread *th, Value self) {
    static Value texts[2]; // [a] interned, immortal
    Value s = atomic_load_acquire(&texts[self == VALUE_TRUE]);
    if (s) return s;
    s = str_intern_cstr(th, self == VALUE_TRUE ? "True" : "False");
    if (s) atomic_store_release(&texts[self == VALUE_TRUE], s);
    return s;
}

#define BOOL_BINARY(name, op, of_ints)                                                                    \
    static Value bool_slot_##name(Thread *th, Value a, Value b) {                                         \
        if (value_is_bool(a) && value_is_bool(b)) return value_bool((a == VALUE_TRUE) op (b == VALUE_TRUE)); \
        if (!value_is_int(a) || !value_is_int(b)) return VALUE_NOT_IMPLEMENTED;                           \
        return of_ints(th, a, b);                                                                         \
    }
BOOL_BINARY(and, &, int_and)
BOOL_BINARY(or, |, int_or)
BOOL_BINARY(xor, ^, int_xor)

static Value bool_slot_invert(Thread *th, Value self) {
    if (warn_format(th, &exc_DeprecationWarning, 1,
                    "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the underlying int object and "
                    "is usually not what you expect from the negation of a bool. Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the "
                    "underlying int.") < 0)
        return NO_VALUE;
    return value_imm_int(self == VALUE_TRUE ? -2 : -1);
}

TYPE_DEFINE_BASE(bool, "bool", &type_int, sizeof(Int), TYPE_INT_SUBCLASS | TYPE_VARSIZE | TYPE_MATCH_SELF, .item_size = 8,
                 .text_signature = "(object=False, /)", .doc = "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\n"
                        "The class bool is a subclass of the class int, and cannot be subclassed.",
                 .slots = {.new_ = bool_slot_new, .repr = bool_slot_repr, .invert = bool_slot_invert, .and_ = bool_slot_and, .or_ = bool_slot_or, .xor = bool_slot_xor})
