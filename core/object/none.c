// SPDX-License-Identifier: MIT
// NoneType, NotImplementedType and ellipsis, and the types of immediate words. The values are immediates: no state, no locks.
#include "core/object/call.h"
#include "core/object/str.h"
#include "core/object/type.h"

Type *const type_of_tag[8] = {
    &type_object, &type_float, &type_none, &type_int, &type_float, &type_float, &type_object, &type_int,
};

Type *type_of_singleton(Value v) {
    switch (v) {
    case VALUE_NONE: return &type_none;
    case VALUE_FALSE:
    case VALUE_TRUE: return &type_bool;
    case VALUE_ELLIPSIS: return &type_ellipsis;
    case VALUE_NOT_IMPLEMENTED: return &type_not_implemented;
    default: return &type_object;
    }
}

static int no_arguments(Thread *th, const char *name, size_t nargs, Value kwnames) {
    if (!nargs && !kwnames) return 0;
    raise_type_error(th, "%s takes no arguments", name);
    return -1;
}

static Value none_slot_repr(Thread *th, Value self) { return str_intern_cstr(th, "None"); }
static int none_slot_bool(Thread *th, Value self) { return 0; }
static int64_t none_slot_hash(Thread *th, Value self) { return 0xFCA86420; }
static Value none_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    return no_arguments(th, "NoneType", nargs, kwnames) ? NO_VALUE : VALUE_NONE;
}
TYPE_DEFINE(none, "NoneType", sizeof(Object), 0, .text_signature = "()", .doc = "The type of the None singleton.",
            .slots = {.repr = none_slot_repr, .bool_ = none_slot_bool, .hash = none_slot_hash, .new_ = none_slot_new});

static Value not_implemented_slot_repr(Thread *th, Value self) { return str_intern_cstr(th, "NotImplemented"); }
static int not_implemented_slot_bool(Thread *th, Value self) {
    raise_type_error(th, "NotImplemented should not be used in a boolean context");
    return -1;
}
static Value not_implemented_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    return no_arguments(th, "NotImplementedType", nargs, kwnames) ? NO_VALUE : VALUE_NOT_IMPLEMENTED;
}
static Value not_implemented_meth_reduce(Thread *th, Value self, Value *args) { return str_intern_cstr(th, "NotImplemented"); }
static const MethodDef not_implemented_methods[] = {
    {"__reduce__", "(self, /)", not_implemented_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(not_implemented, "NotImplementedType", sizeof(Object), 0, .text_signature = "()", .doc = "The type of the NotImplemented singleton.",
            .methods = not_implemented_methods,
            .slots = {.repr = not_implemented_slot_repr, .bool_ = not_implemented_slot_bool, .new_ = not_implemented_slot_new});

static Value ellipsis_slot_repr(Thread *th, Value self) { return str_intern_cstr(th, "Ellipsis"); }
static Value ellipsis_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    return no_arguments(th, "EllipsisType", nargs, kwnames) ? NO_VALUE : VALUE_ELLIPSIS;
}
static Value ellipsis_meth_reduce(Thread *th, Value self, Value *args) { return str_intern_cstr(th, "Ellipsis"); }
static const MethodDef ellipsis_methods[] = {{"__reduce__", "(self, /)", ellipsis_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
TYPE_DEFINE(ellipsis, "ellipsis", sizeof(Object), 0, .text_signature = "()", .doc = "The type of the Ellipsis singleton.", .methods = ellipsis_methods,
            .slots = {.repr = ellipsis_slot_repr, .new_ = ellipsis_slot_new});
