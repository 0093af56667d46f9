// SPDX-License-Identifier: MIT
// Calling anything from C. All may run Python and reach safepoints; arguments are borrowed; results are new references.
#ifndef LADON_OBJECT_CALL_H
#define LADON_OBJECT_CALL_H

#include "core/object/type.h"

Value object_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames);
ALWAYS_INLINE Value call0(Thread *th, Value f) { return object_call(th, f, NULL, 0, NO_VALUE); }
ALWAYS_INLINE Value call1(Thread *th, Value f, Value a) { return object_call(th, f, &a, 1, NO_VALUE); }
ALWAYS_INLINE Value call2(Thread *th, Value f, Value a, Value b) { Value v[2] = {a, b}; return object_call(th, f, v, 2, NO_VALUE); }
ALWAYS_INLINE Value call3(Thread *th, Value f, Value a, Value b, Value c) { Value v[3] = {a, b, c}; return object_call(th, f, v, 3, NO_VALUE); }
// f(*args_tuple, **kwargs_dict): kwargs NO_VALUE or Dict.
Value object_call_ex(Thread *th, Value f, Value args_tuple, Value kwargs);
Value call_method(Thread *th, Value obj, Value name, const Value *args, size_t nargs);   // obj.name(*args)
Value call_method0(Thread *th, Value obj, Value name);
Value call_method1(Thread *th, Value obj, Value name, Value a);
bool object_callable(Value v);   // type(v) has a call slot; cannot fail

// F4 -> F7: the VM's entry for Python functions, set by core/vm at start. Runs func on a fresh entry frame.
extern CallFn function_call_hook;
// F4 -> F7: the globals of the innermost Python frame (borrowed), NULL without one. Set by core/vm at start.
extern Dict *(*current_globals_hook)(Thread *th);

// Native functions (core/object/native.c): binds vector arguments by a parsed signature.
typedef struct NativeSig NativeSig;     // parsed once, lazily
typedef struct BuiltinFunction {        // also method_descriptor and classmethod_descriptor
    Object head;                        // uncounted
    const MethodDef *def;               // [c]
    NativeSig *sig;                     // [r] NULL until first called
    Value self;                         // [c] bound object, module, or NO_VALUE
    Value module;                       // [c] Str or NO_VALUE: __module__
    Type *owner;                        // [c] for descriptors: the type it is defined on
    uint8_t nargs_exact;                // [c] fast path: number of required positional-only args when that is the whole signature; 255: none
    uint8_t nargs_min, nargs_max;       // [a] when the signature is short and nothing must be given by name: how many arguments without names may be given; min 255: none
} BuiltinFunction;
Value native_call(Thread *th, const BuiltinFunction *f, Value self, const Value *args, size_t nargs, Value kwnames);
Value builtin_function_new(Thread *th, const MethodDef *def, Value self, Value module);
// The parsed signature of f, which is kept with it as long as the program runs; f must not be METH_RAW. NULL: MemoryError.
NativeSig *native_sig(Thread *th, const BuiltinFunction *f);
// Binds args by a signature text outside of tables (for __new__/__init__ of natives): out has one entry per parameter.
//   sig_cache  a static variable that keeps the parsed form;  fname  for messages
//   return 0, or -1 with TypeError;  release *args/**kwargs containers with native_args_release
int native_args_bind(Thread *th, NativeSig **sig_cache, const char *fname, const char *sig, const Value *args, size_t nargs, Value kwnames, Value *out);
void native_args_release(Thread *th, NativeSig *sig, Value *out);

#endif
