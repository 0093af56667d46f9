// SPDX-License-Identifier: MIT
// What the start of the program needs of _imp.
#ifndef LADON_STDLIB_IMP_H
#define LADON_STDLIB_IMP_H
#include "core/object/module.h"
#include "gc/gc.h"
// Makes (or finds) a native module, filled and in sys.modules. NO_VALUE without an exception: there is none of this name.
Value imp_import_native(Thread *th, Value name);
// Code of a frozen module; ImportError, SyntaxError.
Value imp_frozen_code(Thread *th, const char *name);
// Code of the library file stem + ".py", from its cache when that is fresh; the cache is written when it isn't. shown: co_filename.
Value imp_load_library_code(Thread *th, const char *stem, const char *shown);
// Puts the checked _classify_pyc into importlib's external half, and the hook of zip files first into sys.path_hooks.
int imp_install_hooks(Thread *th, Value external);
// The import lock; reentrant. fork takes it, so that the child sees no half-done import of another thread.
void imp_lock_acquire(Thread *th);
bool imp_lock_release(Thread *th);     // false: not held by th
// Magic number of cache files: changes with the instruction set.
uint32_t imp_magic_token(void);
#endif
