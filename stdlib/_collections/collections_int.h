// SPDX-License-Identifier: MIT
// Shared by the files of the _collections module.
#ifndef LADON_STDLIB_COLLECTIONS_INT_H
#define LADON_STDLIB_COLLECTIONS_INT_H
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"

int collections_add_deque(Thread *th, Value module);
int collections_add_defaultdict(Thread *th, Value module);
int collections_add_odict(Thread *th, Value module);
// A static type of this module derived from a built-in type.
#define DERIVED_TYPE_DEFINE(cname, pyname, base_, size, flags_, ...)                                                    \
    static Shape shape_##cname;                                                                                         \
    static Type type_##cname = {.head = OBJECT_STATIC(&shape_type), .name = pyname, .base = base_, .flags = (flags_) | TYPE_IMMUTABLE, \
                                .basic_size = (size), .shape = &shape_##cname, __VA_ARGS__};                            \
    static Shape shape_##cname = {.type = &type_##cname, .flags = (flags_) | TYPE_IMMUTABLE};
#endif
