// SPDX-License-Identifier: MIT
// Python functions, bound methods, cells, class and static methods, properties: layouts shared with the VM.
#ifndef LADON_OBJECT_FUNCTION_H
#define LADON_OBJECT_FUNCTION_H
#include "core/object/call.h"
struct Function {
    Object head;         // uncounted when made at module or class level
    Code  *code;         // [r] owned
    Dict  *globals;      // [c] owned
    Dict  *builtins;     // [c] owned
    Value  closure;      // [c] Tuple of Cell or NO_VALUE
    Value  defaults;     // [r] Tuple or NO_VALUE
    Value  kwdefaults;   // [r] Dict or NO_VALUE
    Value  name, qualname, module, doc; // [r]
    Value  annotate;     // [r] callable, None or NO_VALUE
    Value  annotations;  // [r] Dict cache or NO_VALUE
    Value  type_params;  // [r] Tuple or NO_VALUE
    // attribute area follows (TYPE_HAS_DICT)
};
typedef struct Method { Object head; Value func, self; } Method;                 // [c] both
typedef struct Cell { Object head; Value value; } Cell;                          // [a] UNBOUND when empty; swapped, old one by container_release
typedef struct ClassMethod { Object head; Value callable; } ClassMethod;         // [r] also staticmethod; attribute area follows
typedef struct Property { Object head; Value get, set, del, doc, name; /* [r] */ bool doc_from_getter; /* [a] */ } Property;
// The names of code; builtins from globals' __builtins__ or builtins_default. Counted; the VM makes module-level ones uncounted.
Value function_new(Thread *th, Code *code, Dict *globals);
// The same with builtins that are known (owned, taken over; NULL: none).
Value function_new_with(Thread *th, Code *code, Dict *globals, Dict *builtins);
// F4 -> F5: what a function takes from its code (borrowed). Set by core/code at load time.
typedef struct CodeFacts { Value name, qualname, doc /* or NO_VALUE */; size_t nfree; uint32_t kind; /* generator, coroutine... */ } CodeFacts;
extern void (*code_facts_hook)(const Code *code, CodeFacts *out);
extern Dict *builtins_default;                     // [c] the dict of module builtins, set at start
Value method_new(Thread *th, Value func, Value self);   // func bound to self: new reference; both borrowed
Value cell_new(Thread *th, Value v);               // v borrowed or UNBOUND
Value cell_get(Thread *th, Cell *c);               // new reference, or UNBOUND
void cell_set(Thread *th, Cell *c, Value v);       // borrowed; UNBOUND empties it
// super(type, obj).name for the VM: a new reference; *self_out as in object_get_method.
Value super_get_method(Thread *th, Value type, Value obj, Value name, Value *self_out);
// F4 -> F7: arguments of a bare super() from the innermost Python frame (borrowed). 0, or -1 with RuntimeError. Set by core/vm at start.
extern int (*super_frame_hook)(Thread *th, Value *type, Value *obj);
#endif
