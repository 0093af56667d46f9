// SPDX-License-Identifier: MIT
// Which field of an Exception holds what, per layout of errors.def; what core/object's exception files share.
#ifndef LADON_OBJECT_EXCEPTION_INT_H
#define LADON_OBJECT_EXCEPTION_INT_H
#include "core/object/exception.h"

enum {
    EXC_STOP_VALUE = 0, EXC_EXIT_CODE = 0, EXC_NAME_NAME = 0,
    EXC_ATTR_OBJ = 0, EXC_ATTR_NAME = 1,
    EXC_IMPORT_MSG = 0, EXC_IMPORT_NAME, EXC_IMPORT_PATH, EXC_IMPORT_NAME_FROM,
    EXC_OS_ERRNO = 0, EXC_OS_STRERROR, EXC_OS_FILENAME, EXC_OS_FILENAME2, EXC_OS_WRITTEN,
    EXC_UNI_ENCODING = 0, EXC_UNI_OBJECT, EXC_UNI_START, EXC_UNI_END, EXC_UNI_REASON,
    EXC_GROUP_MESSAGE = 0, EXC_GROUP_EXCEPTIONS, EXC_GROUP_SHOWN /* Str: the argument's repr, when it was no list or tuple */,
    EXC_SYN_MSG = 0, EXC_SYN_FILENAME, EXC_SYN_LINENO, EXC_SYN_OFFSET, EXC_SYN_TEXT, EXC_SYN_END_LINENO, // then SyntaxExc
    EXC_FIELDS = 6, EXC_SYN_MORE = 3
};

// SyntaxError's layout: three more fields behind the common ones.
typedef struct SyntaxExc { Exception base; Value end_offset, print_file_and_line, metadata; } SyntaxExc; // [a]

// The slot functions all exception types share.
void exception_slot_dealloc(Thread *th, Object *o);
int exception_slot_traverse(Object *o, VisitFn visit, void *arg);
void exception_slot_clear(Thread *th, Object *o);
Value exception_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
int exception_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
Value exception_slot_str(Thread *th, Value self);
// "<name>() takes no keyword arguments": -1 when there are any.
int exception_no_keywords(Thread *th, Value self, Value kwnames);
// Stores args (positional ones only).
int exception_set_args(Thread *th, Value self, const Value *args, size_t nargs);
void exception_set_field(Thread *th, Value self, unsigned i, Value v);   // borrowed; NO_VALUE empties it
Value exception_field(Thread *th, Value self, unsigned i);               // new reference or NO_VALUE
Value exception_args(Thread *th, Value self);                            // new reference to the Tuple
Value exception_memory_error(Thread *th);                                // owned: a new one, or without memory the prepared one, emptied; under any lock
#define EXC_SLOTS .dealloc = exception_slot_dealloc, .traverse = exception_slot_traverse, .clear = exception_slot_clear

#define EXC_FIELD_OFFSET(i) (uint32_t)(offsetof(Exception, fields) + (i) * sizeof(Value))
extern const MethodDef exc_methods_ATTRIBUTE[], exc_methods_IMPORT[], exc_methods_OS[], exc_methods_GROUP[], exc_methods_BASE[];
extern const MemberDef exc_members_STOP_ITERATION[], exc_members_SYSTEM_EXIT[], exc_members_NAME[], exc_members_ATTRIBUTE[], exc_members_IMPORT[],
    exc_members_OS[], exc_members_SYNTAX[], exc_members_UNICODE[], exc_members_GROUP[];
extern const GetSetDef exc_getsets_OS[], exc_getsets_UNICODE[], exc_getsets_BASE[];

int exc_init_STOP_ITERATION(Thread *, Value, const Value *, size_t, Value);
int exc_init_SYSTEM_EXIT(Thread *, Value, const Value *, size_t, Value);
int exc_init_NAME(Thread *, Value, const Value *, size_t, Value);
int exc_init_ATTRIBUTE(Thread *, Value, const Value *, size_t, Value);
int exc_init_IMPORT(Thread *, Value, const Value *, size_t, Value);
int exc_init_OS(Thread *, Value, const Value *, size_t, Value);
Value exc_new_OS(Thread *, Type *, const Value *, size_t, Value);
int exc_init_SYNTAX(Thread *, Value, const Value *, size_t, Value);
int exc_init_encode(Thread *, Value, const Value *, size_t, Value);
int exc_init_decode(Thread *, Value, const Value *, size_t, Value);
int exc_init_translate(Thread *, Value, const Value *, size_t, Value);
Value exc_new_GROUP(Thread *, Type *, const Value *, size_t, Value);
int exc_init_GROUP(Thread *, Value, const Value *, size_t, Value);
Value exc_str_KEY(Thread *, Value);
Value exc_str_IMPORT(Thread *, Value);
Value exc_str_OS(Thread *, Value);
Value exc_str_SYNTAX(Thread *, Value);
Value exc_str_encode(Thread *, Value);
Value exc_str_decode(Thread *, Value);
Value exc_str_translate(Thread *, Value);
Value exc_str_GROUP(Thread *, Value);
Value exc_repr_GROUP(Thread *, Value);
int exception_group_init(Thread *th);   // readies ExceptionGroup, which has two bases

// Like TYPE_DEFINE_BASE, for exc_<Name>.
#define TYPE_DEFINE_BASE_EXC(Name, base_, size, flags_, ...)                                                  \
    Type exc_##Name = { .head = OBJECT_STATIC(&shape_type), .name = #Name, .base = (base_),                    \
                        .flags = (flags_) | TYPE_BASETYPE | TYPE_TRACED | TYPE_HAS_DICT | TYPE_IMMUTABLE,        \
                        .basic_size = (size), .shape = &shape_exc_##Name, __VA_ARGS__ };                          \
    Shape shape_exc_##Name = { .type = &exc_##Name, .flags = (flags_) | TYPE_BASETYPE | TYPE_TRACED | TYPE_HAS_DICT | TYPE_IMMUTABLE };
#endif
