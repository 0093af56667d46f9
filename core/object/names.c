// SPDX-License-Identifier: MIT
// The interned strings of core/value/names.def. Set once at start, immortal, constant then; no locks.
#include "core/object/names.h"

#include "core/object/str.h"

#define NAME(suffix, text) Value name_##suffix;
#include "core/value/names.def"

static const struct { Value *where; const char *text; } names[] = {
#define NAME(suffix, text) {&name_##suffix, text},
#include "core/value/names.def"
};

int names_init(Thread *th) {
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        Value v = str_intern_cstr(th, names[i].text);
        if (!v) return -1;
        *names[i].where = v;
    }
    return 0;
}
