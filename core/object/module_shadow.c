// SPDX-License-Identifier: MIT
// See module_shadow.h. Only asked when a name is missing from a module, so it may take its time.
#include "core/object/module_shadow.h"

#include <limits.h>
#include <unistd.h>

#include "core/object/dict.h"
#include "core/object/exception.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/type.h"

Value module_start_path;

// The folder a module's file is found in, for a package the one its folder is in; new reference or NO_VALUE, perhaps with an error.
static Value folder_of(Thread *th, Value origin) {
    static const char init[] = "/__init__.py";
    Str *s = AS(Str, origin);
    size_t end = s->len;
    if (end >= sizeof init - 1) {
        Value tail = str_substring(th, origin, end - (sizeof init - 1), end);
        if (!tail) return NO_VALUE;
        if (str_equal_cstr(tail, init)) end -= sizeof init - 1;
        decref(th, tail);
    }
    Value slash = str_from_cstr(th, "/");
    if (!slash) return NO_VALUE;
    intptr_t at = str_find(s, AS(Str, slash), 0, (intptr_t)end, -1);
    decref(th, slash);
    return at < 0 ? NO_VALUE : str_substring(th, origin, 0, (size_t)at);
}

// Is name one of sys.stdlib_module_names, as far as that is a set? 1, 0, -1.
static int is_stdlib_name(Thread *th, Value name) {
    Value key = str_intern_cstr(th, "sys"), sys = key ? dict_get_str(th, AS(Dict, modules_dict), key) : NO_VALUE, names = NO_VALUE;
    if (!sys) return error_pending(th) ? -1 : 0;
    key = str_intern_cstr(th, "stdlib_module_names");
    int r = key ? object_getattr_optional(th, sys, key, &names) : -1;
    decref(th, sys);
    if (r <= 0) return r;
    r = type_is_subtype(type_of(names), &type_set) || type_is_subtype(type_of(names), &type_frozenset) ? set_contains(th, AS(Set, names), name) : 0;
    decref(th, names);
    return r;
}

int module_shadow(Thread *th, Value name, Value origin) {
    if (!origin || !module_start_path || !value_is_str(name) || !modules_dict) return SHADOW_NONE;
    Value folder = folder_of(th, origin);
    if (!folder) return error_pending(th) ? -1 : SHADOW_NONE;
    bool here;
    if (AS(Str, module_start_path)->len) here = str_equal(AS(Str, folder), AS(Str, module_start_path));
    else {
        char cwd[PATH_MAX];
        here = getcwd(cwd, sizeof cwd) && str_equal_cstr(folder, cwd);
    }
    decref(th, folder);
    if (!here) return SHADOW_NONE;
    int r = is_stdlib_name(th, name);
    return r < 0 ? -1 : r ? SHADOW_STDLIB : SHADOW_LIBRARY;
}
