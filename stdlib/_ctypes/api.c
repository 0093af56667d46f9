// SPDX-License-Identifier: MIT
// The functions of CPython's C API that Python programs reach through ctypes.pythonapi: signals, asynchronous exceptions, reference counts, capsules. Found by
// name in the handle of the program itself, where no library can see them: they are no C API for extension modules. Called attached, with raw words for objects
// (borrowed); those that can fail leave the exception pending.
#include "stdlib/_ctypes/ctypes_int.h"

#include <signal.h>
#include <string.h>

#include "core/object/capsule.h"
#include "sched/thread/signals.h"

// ---- signals and threads

typedef void (*Handler)(int);
static Handler api_getsig(int sig) {
    struct sigaction now;
    return sigaction(sig, NULL, &now) < 0 ? SIG_ERR : now.sa_handler;
}
static Handler api_setsig(int sig, Handler handler) {
    struct sigaction now = {.sa_handler = handler}, old;
    return sigaction(sig, &now, &old) < 0 ? SIG_ERR : old.sa_handler;
}
static int api_set_interrupt_ex(int sig) {
    if (sig < 1 || sig >= SIGNAL_COUNT) return -1;
    if (signal_has_handler(sig)) signal_trip(sig);
    return 0;
}
static void api_set_interrupt(void) { api_set_interrupt_ex(SIGINT); }
static int api_check_signals(void) { return thread_safepoint(thread_current()); }
static int api_set_async_exc(unsigned long ident, Value exc) {
    Thread *th = thread_current();
    Value leftover = NO_VALUE;
    int n = thread_set_async_exc(ident, exc ? new_ref(th, exc) : NO_VALUE, &leftover);
    decref(th, leftover);
    return n;
}
static void api_incref(Value v) { if (v) new_ref(thread_current(), v); }
static void api_decref(Value v) { decref(thread_current(), v); }

// ---- capsules

static Capsule *capsule_of(Value v, const char *function) {
    if (v && value_is_exact(v, &type_capsule)) return AS(Capsule, v);
    raise_value_error(thread_current(), "%s called with invalid PyCapsule object", function);
    return NULL;
}
static bool same_name(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }
static Value capsule_new(void *pointer, const char *name, CapsuleDestructor destructor) {
    Thread *th = thread_current();
    if (!pointer) return raise_value_error(th, "PyCapsule_New called with null pointer");
    Capsule *c = NEW(Capsule, th, &type_capsule);
    if (!c) return NO_VALUE;
    c->pointer = pointer;
    c->name = name;
    c->destructor = destructor;
    return VALUE_OF(c);
}
static int capsule_is_valid(Value v, const char *name) {
    if (!v || !value_is_exact(v, &type_capsule)) return 0;
    Capsule *c = AS(Capsule, v);
    return atomic_load_relaxed(&c->pointer) && same_name(atomic_load_relaxed(&c->name), name);
}
static void *capsule_get_pointer(Value v, const char *name) {
    Capsule *c = capsule_of(v, "PyCapsule_GetPointer");
    if (!c) return NULL;
    if (same_name(atomic_load_relaxed(&c->name), name)) return atomic_load_relaxed(&c->pointer);
    raise_value_error(thread_current(), "PyCapsule_GetPointer called with incorrect name");
    return NULL;
}
static int capsule_set_pointer(Value v, void *pointer) {
    if (!pointer) {
        raise_value_error(thread_current(), "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    Capsule *c = capsule_of(v, "PyCapsule_SetPointer");
    if (c) atomic_store_relaxed(&c->pointer, pointer);
    return c ? 0 : -1;
}
// The fields that are read and set as they are.
#define FIELD(field, type, Name) \
    static type capsule_get_##field(Value v) { \
        Capsule *c = capsule_of(v, "PyCapsule_Get" Name); \
        return c ? atomic_load_relaxed(&c->field) : NULL; \
    } \
    static int capsule_set_##field(Value v, type x) { \
        Capsule *c = capsule_of(v, "PyCapsule_Set" Name); \
        if (c) atomic_store_relaxed(&c->field, x); \
        return c ? 0 : -1; \
    }
FIELD(name, const char *, "Name")
FIELD(context, void *, "Context")
FIELD(destructor, CapsuleDestructor, "Destructor")

static const struct { const char *name; void *at; } functions[] = {
    {"PyCapsule_GetContext", capsule_get_context}, {"PyCapsule_GetDestructor", capsule_get_destructor}, {"PyCapsule_GetName", capsule_get_name},
    {"PyCapsule_GetPointer", capsule_get_pointer}, {"PyCapsule_IsValid", capsule_is_valid}, {"PyCapsule_New", capsule_new},
    {"PyCapsule_SetContext", capsule_set_context}, {"PyCapsule_SetDestructor", capsule_set_destructor}, {"PyCapsule_SetName", capsule_set_name},
    {"PyCapsule_SetPointer", capsule_set_pointer},
    {"PyErr_CheckSignals", api_check_signals}, {"PyErr_SetInterrupt", api_set_interrupt}, {"PyErr_SetInterruptEx", api_set_interrupt_ex},
    {"PyOS_getsig", api_getsig}, {"PyOS_setsig", api_setsig}, {"PyThreadState_SetAsyncExc", api_set_async_exc},
    {"Py_DecRef", api_decref}, {"Py_IncRef", api_incref},
};
void *api_find(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) if (strcmp(functions[i].name, name) == 0) return functions[i].at;
    return NULL;
}
