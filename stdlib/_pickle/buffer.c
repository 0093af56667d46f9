// SPDX-License-Identifier: MIT
// PickleBuffer: an object whose buffer may go beside the pickle instead of into it. It holds an export of that object until release(). What it exports
// itself, and raw(), are exports of the object of their own.  ->lock guards obj and the held export against release() in another thread; views are got
// and released without it.
#include "core/object/call.h"
#include "stdlib/_pickle/pickle_int.h"

typedef struct PickleBuffer {
    Object  head;
    ObjLock lock;
    Value   obj;   // [l] NO_VALUE once released
    Buffer  held;  // [l] keeps obj's memory in its place meanwhile
} PickleBuffer;

Value pickle_buffer_object(Thread *th, Value v) {
    PickleBuffer *b = AS(PickleBuffer, v);
    container_lock(th, &b->head, &b->lock);
    Value obj = new_ref(th, b->obj);
    container_unlock(th, &b->lock);
    return obj ? obj : raise_value_error(th, "operation forbidden on released PickleBuffer object");
}

static void buffer_end(Thread *th, PickleBuffer *b) {
    container_lock(th, &b->head, &b->lock);
    Value obj = b->obj;
    Buffer held = b->held;
    if (held.shape == &b->held.small_shape) held.shape = &held.small_shape;
    if (held.strides == &b->held.small_stride) held.strides = &held.small_stride;
    b->obj = NO_VALUE;
    b->held.obj = NO_VALUE;
    container_unlock(th, &b->lock);
    if (!obj) return;
    buffer_release(th, &held);
    decref(th, obj);
}

static Value buffer_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    // Its one argument has no name.
    if (nargs + kwnames_len(kwnames) > 1) return raise_type_error(th, "PickleBuffer() takes at most 1 argument (%zu given)", nargs + kwnames_len(kwnames));
    if (nargs != 1) return raise_type_error(th, "PickleBuffer() takes exactly 1 positional argument (%zu given)", nargs);
    PickleBuffer *b = NEW(PickleBuffer, th, type);
    if (!b) return NO_VALUE;
    if (buffer_get(th, args[0], &b->held, BUF_FULL_RO) < 0) {
        b->held.obj = NO_VALUE;
        decref(th, VALUE_OF(b));
        return NO_VALUE;
    }
    b->obj = new_ref(th, args[0]);
    return VALUE_OF(b);
}

static int buffer_slot_get_buffer(Thread *th, Value self, Buffer *view, int flags) {
    Value obj = pickle_buffer_object(th, self);
    int r = obj ? buffer_get(th, obj, view, flags) : -1; // an export of obj: self has no part in its release
    decref(th, obj);
    return r;
}

static Value buffer_meth_raw(Thread *th, Value self, Value *args) {
    Value obj = pickle_buffer_object(th, self);
    if (!obj) return NO_VALUE;
    Value mv = memoryview_bytes(th, obj);
    decref(th, obj);
    return mv;
}
static Value buffer_meth_release(Thread *th, Value self, Value *args) {
    buffer_end(th, AS(PickleBuffer, self));
    return VALUE_NONE;
}

static int buffer_traverse(Object *self, VisitFn visit, void *arg) {
    PickleBuffer *b = (PickleBuffer *)self;
    int r = b->obj ? visit(b->obj, arg) : 0;
    return r || !b->held.obj ? r : visit(b->held.obj, arg);
}
static void buffer_clear(Thread *th, Object *self) { buffer_end(th, (PickleBuffer *)self); }
static void buffer_dealloc(Thread *th, Object *self) {
    buffer_end(th, (PickleBuffer *)self);
    object_release_attrs(th, self);
    object_free(th, self);
}

static const MethodDef buffer_methods[] = {
    {"raw", "(self, /)", buffer_meth_raw, "Return a memoryview of the raw memory underlying this buffer.\n\nRaises BufferError if that is not contiguous."},
    {"release", "(self, /)", buffer_meth_release, "Release the underlying buffer exposed by the PickleBuffer object."},
    {0},
};
MODULE_TYPE_DEFINE(pickle_buffer, "pickle.PickleBuffer", sizeof(PickleBuffer), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = buffer_methods,
                   .doc = "Wrapper for potentially out-of-band buffers",
                   .slots = {.new_ = buffer_slot_new, .get_buffer = buffer_slot_get_buffer, .traverse = buffer_traverse, .clear = buffer_clear, .dealloc = buffer_dealloc})
Type *const pickle_buffer_type = &type_pickle_buffer;

int pickle_buffer_ready(Thread *th) { return type_ready(th, &type_pickle_buffer); }
