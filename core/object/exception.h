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
    Value fields[6];           // [a] per layout: see core/object/exception_int.h; larger layouts extend the struct
} Exception;
// lasti and lineno as core/vm/traceback.c says; traceback_lineno and tb_lasti tell them.
typedef struct Traceback { Object head; Value next; Value frame; int32_t lasti; int32_t lineno; } Traceback;
// type(*args): for exact built-in layouts without running a constructor.
Value exception_new(Thread *th, Type *type, Value args_tuple);
Value exception_message(Thread *th, Type *type, Value message);  // type(message)
// exc.__cause__ = cause_owned (NO_VALUE: None) and __suppress_context__ = True.
void exception_set_cause(Thread *th, Value exc, Value cause_owned);
// New references or NO_VALUE.
Value exception_get_traceback(Thread *th, Value exc);
Value exception_get_context(Thread *th, Value exc);
Value exception_get_cause(Thread *th, Value exc);
// Borrowed tb (Traceback, None or NO_VALUE).
void exception_set_traceback(Thread *th, Value exc, Value tb);
void exception_set_context(Thread *th, Value exc, Value context_owned);
// SyntaxError(msg, (filename, lineno, offset, text, end_lineno, end_offset)) as the pending exception; text, filename NO_VALUE: None. All borrowed.
// Columns are 1-based code points; end_lineno 0: none.
Value raise_syntax_error_at(Thread *th, Type *type, Value msg, Value filename, int lineno, int offset, Value text, int end_lineno, int end_offset);
// NameError (or subclass) with .name; ImportError (or subclass) with .name, .path, .name_from. NO_VALUE where there is none.
Value raise_name_error(Thread *th, Type *type, Value name, const char *fmt, ...);
Value raise_import_error(Thread *th, Type *type, Value message, Value name, Value path, Value name_from);
// What raise_stop_iteration put there: value of a StopIteration instance, new reference (None when it has none).
Value stop_iteration_value(Thread *th, Value exc);
// The pending StopIteration is cleared and its value returned (new reference); NO_VALUE when another exception is pending; None when none is.
Value stop_iteration_take(Thread *th);

// Upward calls, set by stdlib/_warnings.c and stdlib/sys. message: Str.
extern void (*error_unraisable_hook)(Thread *th, Value exc, const char *msg, Value where);
// The audit event "object.__setattr__" ("object.__delattr__" when v is NO_VALUE) about an attribute that makes an object another: 0, or -1 with what a hook raised.
extern int (*attr_audit_hook)(Thread *th, Value obj, const char *name, Value v);
ALWAYS_INLINE int attr_audit(Thread *th, Value obj, const char *name, Value v) { return attr_audit_hook ? attr_audit_hook(th, obj, name, v) : 0; }
extern int (*error_warn_hook)(Thread *th, Type *category, Value message, int stack_level, Value source);
#endif
