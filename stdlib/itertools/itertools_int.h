// SPDX-License-Identifier: MIT
// Shared by the files of the itertools module. Every iterator may be stepped by several threads: mutable Values are atomic slots,
// numbers are atomic, index arrays are under the object's lock; no Python code runs under it.
#ifndef LADON_STDLIB_ITERTOOLS_INT_H
#define LADON_STDLIB_ITERTOOLS_INT_H
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"

int itertools_add_infinite(Thread *th, Value module);
int itertools_add_select(Thread *th, Value module);
int itertools_add_join(Thread *th, Value module);
int itertools_add_combine(Thread *th, Value module);
int itertools_add_group(Thread *th, Value module);
int itertools_add_tee(Thread *th, Value module);
Value itertools_fn_tee(Thread *th, Value module, Value *args);

// dealloc and traverse of a structure whose first n words behind the header are its Values.
#define PARTS(name, n)                                                                    \
    static void name##_dealloc(Thread *th, Object *self) {                                \
        Value *v = (Value *)(self + 1);                                                   \
        for (int i = 0; i < (n); i++) decref(th, v[i]);                                   \
        container_dealloc_end(th, self, &shape_##name);                                   \
    }                                                                                     \
    static int name##_traverse(Object *self, VisitFn visit, void *arg) {                  \
        Value *v = (Value *)(self + 1);                                                   \
        for (int i = 0; i < (n); i++) { int r = visit(v[i], arg); if (r) return r; }      \
        return 0;                                                                         \
    }
// The type of an iterator with PARTS.
#define ITERTOOL(cname, size, doc_, ...)                                                                                  \
    MODULE_TYPE_DEFINE(cname, "itertools." #cname, size, TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .doc = doc_,         \
                       .slots = {.new_ = cname##_slot_new, .dealloc = cname##_dealloc, .traverse = cname##_traverse,       \
                                 .iter = iter_self, .next = cname##_slot_next, __VA_ARGS__})
// Keywords are refused by t itself and by subclasses that did not bring their own __init__.
static inline int no_keywords(Thread *th, Type *type, Type *t, const char *fname, Value kwnames) {
    return type == t || type->slots.init == t->slots.init ? args_no_keywords(th, fname, kwnames) : 0;
}
#endif
