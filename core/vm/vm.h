// SPDX-License-Identifier: MIT
// The virtual machine's doors: running code objects, calling Python functions, building classes, importing. Results are new references, NO_VALUE
// with the exception set; all may run Python.
#ifndef LADON_VM_H
#define LADON_VM_H

#include "core/vm/frame.h"

// Sets the hooks of lower floors and makes the dispatch tables. Once, after the built-in types are ready.
int vm_init(Thread *th);
// Called when a Thread record gets its stacks (they must have VALUE_STACK_BYTES and FRAME_STACK_BYTES); applies the recursion limit.
void vm_thread_init(Thread *th);

// Runs a code object: exec(code, globals, locals). locals: any mapping, or NO_VALUE for globals itself; closure: Tuple of cells or NO_VALUE.
//   TypeError when the code's free variables do not fit the closure
Value vm_exec(Thread *th, Code *code, Dict *globals, Value locals, Value closure);
// Calls a Python function; the type's call slot and function_call_hook.
Value vm_call_function(Thread *th, Value function, const Value *args, size_t nargs, Value kwnames);

// builtins.__build_class__(func, name, /, *bases, metaclass=..., **kwds).
Value class_build(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames);
// builtins.__import__ with the fast path of modules that are there.
Value import_name(Thread *th, Value name, Dict *globals, Value locals, Value fromlist, Value level);
Value import_from(Thread *th, Value module, Value name);
extern void (*import_linecache_hook)(Thread *th); // called when linecache has been loaded; NULL: nobody asked. Set before the program starts
extern int vm_import_time;   // -X importtime: 1 loaded modules, 2 also those that were there
int import_star(Thread *th, Frame *f, Value module);

// sys.setrecursionlimit and getrecursionlimit: Python frames per thread. set: 0, or -1 with RecursionError/ValueError.
int vm_set_recursion_limit(Thread *th, int64_t n);
int64_t vm_recursion_limit(void);   // sys.getrecursionlimit()
uint32_t vm_depth(const Thread *th);     // Python frames in use

// The function whose frame runs innermost decides about __builtins__, globals, warnings. NULL when no Python frame runs.
Dict *vm_globals(Thread *th);
Dict *vm_builtins(Thread *th);   // the dict of the module builtins; borrowed

#endif
