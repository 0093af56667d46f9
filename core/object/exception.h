// SPDX-License-Identifier: MIT
// Exception instances and tracebacks: layouts shared with the VM.
#ifndef LADON_OBJECT_EXCEPTION_H
#define LADON_OBJECT_EXCEPTION_H
#include "core/object/type.h"
typedef struct Exception {
    Object head;
    ObjLock lock;
    uint8_t suppress_context;  // [a]
    Value args;                // [a] Tuple
    Value traceback;           // [a] Traceback or NO_VALUE
    Value context, cause;      // [a] Exception or NO_VALUE
    Value fields[6];           // [a] per layout: SYNTAX msg filename lineno offset text print_file... see exception.c; larger layouts extend the struct
} Exception;
typedef struct Traceback { Object head; Value next; Value frame; int32_t lasti; int32_t lineno; } Traceback;
Value exception_new(Thread *th, Type *type, Value args_tuple);
Value exception_message(Thread *th, Type *type, Value message);  // type(message)
#endif
