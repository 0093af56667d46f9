// SPDX-License-Identifier: MIT
// Modules and the table of native modules.
#ifndef LADON_OBJECT_MODULE_H
#define LADON_OBJECT_MODULE_H
#include "core/object/call.h"
typedef struct Module { Object head; Value dict; const struct ModuleDef *def; void *state; Value weak; } Module; // dict [c] Dict
// A native module: stdlib/<name>.c defines `const ModuleDef module_<name>` and a row in stdlib/modules.def names it: MODULE(c_name, "py.name").
typedef struct ModuleDef {
    const char *name, *doc;
    const MethodDef *methods;
    int (*exec)(Thread *th, Value module);    // adds types and constants; 0 or -1. Runs once per import of the name
} ModuleDef;
Value module_new(Thread *th, Value name);      // with __name__, __doc__, __package__, __loader__, __spec__ = None
Value module_from_def(Thread *th, const ModuleDef *def);  // with its functions and doc; the caller runs def->exec
extern Value modules_dict;                     // sys.modules: set by runtime_init, a root; NO_VALUE before
Value module_slot_getattr(Thread *th, Value self, Value name);
int module_getattr_find(Thread *th, Value self, Value name, Value *out);    // name: exact Str. 1 and a new reference, 0 absent (no exception), -1 error
Dict *module_dict(Value module);   // borrowed; lives as long as the module
int module_add(Thread *th, Value module, const char *name, Value v_owned);   // NO_VALUE: passes the pending error on
int module_add_int(Thread *th, Value module, const char *name, int64_t v);   // 0 or -1
int module_add_str(Thread *th, Value module, const char *name, const char *v);   // v is UTF-8. 0 or -1
int module_add_type(Thread *th, Value module, Type *t);                      // type_ready if needed; under its last name
Value import_module_named(Thread *th, Value name);                           // importlib's import by a Str; new reference (the leaf module)
Value import_module(Thread *th, const char *name);                           // importlib's import; new reference (the leaf module)
Value import_attr(Thread *th, const char *module, const char *attr);
// What importing stands on (core/vm/import.c), set once at start by whoever makes them; roots are the setter's to register.
extern Value import_bootstrap;  // importlib._bootstrap once it is installed; NO_VALUE before: then only native modules can be imported
extern Value (*import_native_hook)(Thread *th, Value name); // makes (or finds) a native module; NO_VALUE without exception: no such module
// Struct sequences (time.struct_time, os.stat_result): fields NULL-terminated; n_sequence visible ones.
typedef struct StructSeqField { const char *name, *doc; } StructSeqField;
Value structseq_type(Thread *th, const char *name, const char *doc, const StructSeqField *fields, size_t n_sequence);
// For a type of one's own making, before it is used: another way to make instances, and methods (a table, NULL: none) in the place of the usual ones. 0 or -1.
int structseq_override(Thread *th, Value type, NewFn new_, const MethodDef *methods);
// The NewFn of a type that only the runtime makes instances of: TypeError "cannot create 'x' instances".
Value structseq_no_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
Value structseq_new(Thread *th, Value type, const Value *items_owned, size_t n); // takes over
#endif
