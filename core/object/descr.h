// SPDX-License-Identifier: MIT
// Descriptors of built-in types: layouts shared within core/object and with the VM's fast paths.
#ifndef LADON_OBJECT_DESCR_H
#define LADON_OBJECT_DESCR_H
#include "core/object/call.h"

// How a slot is called as dunder method, and the dunder name; from slots.def.
typedef struct SlotRow {
    const char *dunder;
    uint16_t offset;     // in TypeSlots
    uint8_t kind;        // SLOTKIND_*
    Value name;          // interned dunder
    void *generic;       // function that calls the Python-level dunder (core/object/type_slots.c)
} SlotRow;

typedef struct WrapperDescr { Object head; const SlotRow *row; Type *owner; void *fn; } WrapperDescr;  // [c] fn: the slot function
typedef struct MethodWrapper { Object head; Value descr, self; } MethodWrapper;                       // [c]
typedef struct GetSetDescr { Object head; const GetSetDef *def; Type *owner; } GetSetDescr;           // [c]
extern const GetSetDef object_getsets[];    // object's: the first is __class__
typedef struct MemberDescr { Object head; MemberDef def; Type *owner; Value name; } MemberDescr;      // [c]

// Calls slot function fn of self as row's dunder with vector arguments (what a slot wrapper does).
Value slot_wrapper_call(Thread *th, const SlotRow *row, Type *owner, void *fn, Value self, const Value *args, size_t nargs, Value kwnames);
// A field by MemberDef. New reference.
Value member_get(Thread *th, Value obj, const MemberDef *def);
int member_set(Thread *th, Value obj, const MemberDef *def, Value v);
// Whether descr is a member of obj that is empty now and whose reading would raise AttributeError for that alone.
bool member_is_unset(Thread *th, Value descr, Value obj);
// Rows of slots.def; slot_row_count of them. slot_row_find: the first row of a dunder name, or NULL; rows of one name are adjacent.
extern SlotRow slot_rows[];
extern const size_t slot_row_count;
SlotRow *slot_row_find(Value name);
const char *slot_row_doc(const SlotRow *row);
const char *slot_row_signature(const SlotRow *row);

Value wrapper_descr_new(Thread *th, Type *owner, const SlotRow *row, void *fn);
Value method_descr_new(Thread *th, Type *owner, const MethodDef *def);
Value getset_descr_new(Thread *th, Type *owner, const GetSetDef *def);
Value member_descr_new(Thread *th, Type *owner, const MemberDef *def);
// __text_signature__ of a signature text: new Str or None.
Value native_text_signature(Thread *th, const MethodDef *def, bool is_method);
// A method or builtin function bound to self (`self.append` without a call).
Value builtin_function_bind(Thread *th, const BuiltinFunction *descr, Value self);
#endif
