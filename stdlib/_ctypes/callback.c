// SPDX-License-Identifier: MIT
// Callbacks: C code that calls a Python function, through a closure of libffi. It may be called by a thread that is attached (from within a function of
// FUNCFLAG_PYTHONAPI), by one that left the attached state for a foreign call, and by one that Ladon has not made. The allocator takes a thread's heap
// away when that ends, but objects outlive the threads that made them; so a foreign thread never allocates any: a thread of Ladon's own, parked ones first,
// runs the function while the foreign one waits. A Thunk is constant once made.
#include "stdlib/_ctypes/ctypes_int.h"

#include <errno.h>
#include <semaphore.h>
#include <unistd.h>

typedef struct Thunk {
    Object       head;
    ffi_closure *closure;  // [c]
    ffi_cif      cif;      // [c]
    ffi_type   **types;    // [c]
    Value        callable; // [c] until the collector clears it
    Value        argtypes; // [c] tuple of C types
    Value        restype;  // [c] a simple type or None
    uint32_t     flags;    // [c] FUNCFLAG_*
} Thunk;

// ---- the call -------------------------------------------------------------------------------------------------------------------------

static Value argument(Thread *th, Value ctype, void *at) {
    CInfo *i = value_cinfo(ctype);
    if (!i) return raise_type_error(th, "cannot build parameter");
    if (i->kind == CK_SIMPLE && !is_simple_subclass(AS(Type, ctype), i)) return code_get(th, i->code, i->swapped, at);
    return cdata_copy(th, AS(Type, ctype), at);
}
// Integers narrower than a register are given as a whole one.
static void widen(const ffi_type *t, void *result, const CValue *v) {
    int64_t wide;
    switch (t->type) {
    case FFI_TYPE_SINT8: wide = (int8_t)v->bytes[0]; break;
    case FFI_TYPE_UINT8: wide = v->bytes[0]; break;
    case FFI_TYPE_SINT16: { int16_t x; memcpy(&x, v, 2); wide = x; break; }
    case FFI_TYPE_UINT16: { uint16_t x; memcpy(&x, v, 2); wide = x; break; }
    case FFI_TYPE_SINT32: case FFI_TYPE_INT: wide = v->i32; break;
    case FFI_TYPE_UINT32: wide = (uint32_t)v->i32; break;
    default: memcpy(result, v, t->size); return;
    }
    memcpy(result, &wide, sizeof wide);
}
static void run(Thread *th, Thunk *t, void *result, void **args) {
    size_t n = AS(Tuple, t->argtypes)->len, i = 0;
    Value v[n + 1], r = NO_VALUE;
    v[0] = NO_VALUE;
    for (; i < n; i++)
        if (!(v[i] = argument(th, AS(Tuple, t->argtypes)->items[i], args[i]))) break;
    if (i == n && t->callable) r = object_call(th, t->callable, v, n, NO_VALUE);
    while (i > 0) decref(th, v[--i]);
    if (!r) {
        if (error_pending(th)) error_unraisable_about(th, "Exception ignored while calling ctypes callback function %R", t->callable ? t->callable : VALUE_NONE);
        return;
    }
    CInfo *ri = value_cinfo(t->restype);
    if (ri && ri->kind == CK_SIMPLE) {
        CValue c;
        memset(&c, 0, sizeof c);
        Value keep = code_set(th, ri->code, ri->swapped, &c, r);
        if (!keep) error_unraisable_about(th, "Exception ignored while converting result of ctypes callback function %R", t->callable);
        else {
            widen(ri->ffi, result, &c);
            // An object is given away with its reference. Other memory that only Python keeps cannot be.
            if (keep != VALUE_NONE && ri->code->group != CG_OBJECT) {
                if (ri->code->group != CG_BYTES_P && warn_format(th, &exc_RuntimeWarning, 1, "memory leak in callback function.") < 0)
                    error_unraisable_about(th, "Exception ignored while converting result of ctypes callback function %R", t->callable);
            } else keep = VALUE_NONE;
        }
    }
    decref(th, r);
}
// One callback. The caller's errno goes in and out.
typedef struct Job { Thunk *thunk; void *result; void **args; int c_errno; sem_t done; } Job;
static void run_job(Thread *th, Job *j) {
    Thunk *t = j->thunk;
    Value pending = error_fetch(th);
    incref(th, VALUE_OF(t));
    bool swap = t->flags & FUNCFLAG_USE_ERRNO;
    int own = swap ? errno_swap(th, j->c_errno) : 0;
    run(th, t, j->result, j->args);
    if (swap) j->c_errno = errno_swap(th, own);
    decref(th, VALUE_OF(t));
    if (pending) error_restore(th, pending);
}
static void job_main(Thread *th, void *arg) {
    Job *j = arg;
    run_job(th, j);
    sem_post(&j->done); // j is on the stack of the one who waits, and gone after this
}
static void hand_over(Job *j) {
    sem_init(&j->done, 0, 0);
    if (thread_start(NULL, job_main, j, 0, true)) {
        while (sem_wait(&j->done) < 0) {} // a signal
    } else {
        static const char text[] = "ctypes: too many threads for a callback\n";
        if (write(2, text, sizeof text - 1) < 0) j->c_errno = errno;
    }
    sem_destroy(&j->done);
}
static void thunk_called(ffi_cif *cif, void *result, void **args, void *arg) {
    Job j = {.thunk = arg, .result = result, .args = args, .c_errno = errno};
    if (cif->rtype->type != FFI_TYPE_VOID) memset(result, 0, cif->rtype->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : cif->rtype->size);
    Thread *th = thread_current();
    if (!th) hand_over(&j);
    else if (atomic_load_relaxed(&th->state) == THREAD_ATTACHED) run_job(th, &j);
    else {
        thread_attach(th);
        run_job(th, &j);
        thread_detach(th);
    }
    errno = j.c_errno;
}

// As long as there is one thread nobody locks, and only that thread may end this: so before the first closure is there for others to call, it starts the
// one that will run it for them.
static void do_nothing(Thread *th, void *arg) {}
static int expect_others(Thread *th) {
    if (th->mt || thread_start(th, do_nothing, NULL, 0, true)) return 0;
    raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return -1;
}

// ---- objects --------------------------------------------------------------------------------------------------------------------------

Value thunk_new(Thread *th, Value callable, Value argtypes, Value restype, uint32_t flags, void **code) {
    size_t n = argtypes ? AS(Tuple, argtypes)->len : 0;
    CInfo *ri = restype && restype != VALUE_NONE ? value_cinfo(restype) : NULL;
    if (restype && restype != VALUE_NONE && !(ri && ri->kind == CK_SIMPLE)) return raise_type_error(th, "invalid result type for callback function");
    Thunk *t = expect_others(th) == 0 ? NEW(Thunk, th, &type_ct_Thunk) : NULL;
    if (!t) return NO_VALUE;
    t->callable = new_ref(th, callable);
    t->argtypes = argtypes ? new_ref(th, argtypes) : tuple_empty;
    t->restype = restype ? new_ref(th, restype) : VALUE_NONE;
    t->flags = flags;
    t->types = mem_alloc(th, (n + 1) * sizeof(ffi_type *));
    const char *failed = NULL;
    if (t->types) {
        for (size_t i = 0; i < n; i++) t->types[i] = ffi_type_of(AS(Tuple, argtypes)->items[i]);
        if (!(t->closure = ffi_closure_alloc(sizeof(ffi_closure), code))) raise_memory_error(th);
        else if (ffi_prep_cif(&t->cif, FFI_DEFAULT_ABI, (unsigned)n, ri ? ri->ffi : &ffi_type_void, t->types) != FFI_OK) failed = "ffi_prep_cif failed";
        else if (ffi_prep_closure_loc(t->closure, &t->cif, thunk_called, t, *code) != FFI_OK) failed = "ffi_prep_closure failed";
        else return VALUE_OF(t);
    }
    if (failed) raise_error(th, &exc_RuntimeError, "%s", failed);
    decref(th, VALUE_OF(t));
    return NO_VALUE;
}
static int thunk_traverse(Object *self, VisitFn visit, void *arg) {
    Thunk *t = (Thunk *)self;
    Value held[] = {t->callable, t->argtypes, t->restype};
    int r = 0;
    for (size_t i = 0; i < ARRAY_LEN(held) && !r; i++)
        if (held[i]) r = visit(held[i], arg);
    return r;
}
static void thunk_clear(Thread *th, Object *self) { clear_ref(th, &((Thunk *)self)->callable); }
static void thunk_dealloc(Thread *th, Object *self) {
    Thunk *t = (Thunk *)self;
    if (t->closure) ffi_closure_free(t->closure);
    mem_free(t->types);
    decref(th, t->callable);
    decref(th, t->argtypes);
    decref(th, t->restype);
    object_free(th, self);
}
TYPE_DEFINE(ct_Thunk, "_ctypes.CThunkObject", sizeof(Thunk), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = {.traverse = thunk_traverse, .clear = thunk_clear, .dealloc = thunk_dealloc})
