// SPDX-License-Identifier: MIT
// Modules that may hide others of the same name: a script's folder comes first on sys.path.
#ifndef LADON_OBJECT_MODULE_SHADOW_H
#define LADON_OBJECT_MODULE_SHADOW_H
#include "core/object/type.h"

// sys.path[0] as the program was started, a Str; NO_VALUE with -P. Set once before Python code runs; the setter registers it as a root.
extern Value module_start_path;

typedef enum { SHADOW_NONE, SHADOW_LIBRARY /* of a library perhaps */, SHADOW_STDLIB /* of a module of the standard library */ } ModuleShadow;

// Does the file `origin` (a Str, or NO_VALUE: no file) of the module called `name` (a Str) lie directly in the folder the program was started with, and
// has the standard library a module of that name? May run Python code. The ModuleShadow or -1.
int module_shadow(Thread *th, Value name, Value origin);
#endif
