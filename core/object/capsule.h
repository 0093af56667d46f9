// SPDX-License-Identifier: MIT
// Capsules: objects that hand a C pointer through Python code.
#ifndef LADON_CAPSULE_H
#define LADON_CAPSULE_H
#include "core/object/type.h"

typedef void (*CapsuleDestructor)(Value capsule);
typedef struct Capsule {
    Object head;
    void *pointer;                  // [a] never NULL
    const char *name;               // [a] not ours: its owner keeps it; NULL: none
    void *context;                  // [a]
    CapsuleDestructor destructor;   // [a] called when the capsule goes, attached; NULL: none
} Capsule;
extern Type type_capsule;
extern Shape shape_capsule;
#endif
