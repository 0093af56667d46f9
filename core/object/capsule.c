// SPDX-License-Identifier: MIT
// The type of capsules. Each field is one word, set and read on its own by any thread; what they point to is the business of the C code that made them.
#include "core/object/capsule.h"

#include "core/object/str.h"
#include "gc/gc.h"

static Value slot_repr(Thread *th, Value self) {
    Capsule *c = AS(Capsule, self);
    const char *name = atomic_load_relaxed(&c->name), *quote = name ? "\"" : "";
    return str_format(th, "<capsule object %s%s%s at %p>", quote, name ? name : "NULL", quote, (void *)c);
}
static void dealloc(Thread *th, Object *self) {
    CapsuleDestructor destructor = atomic_load_relaxed(&((Capsule *)self)->destructor);
    if (destructor) destructor(VALUE_OF(self));
    object_free(th, self);
}
TYPE_DEFINE(capsule, "PyCapsule", sizeof(Capsule), TYPE_NO_INSTANTIATE, .doc = "Capsule objects let you wrap a C \"void *\" pointer in a Python object.",
            .slots = {.repr = slot_repr, .dealloc = dealloc})
