// SPDX-License-Identifier: MIT
// The buffer protocol: getting and releasing views of any exporter, those with a Python-level __buffer__ included (PEP 688).
// A Buffer belongs to the C function or object that got it; the exporter guards its own memory while views are out. May run Python.
#include "core/object/buffer.h"

#include <string.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/call.h"

// ---- exporters written in Python ------------------------------------------------------------------------------------------------------

typedef struct PythonExport { Value mv; Buffer inner; } PythonExport;

static int python_get(Thread *th, Value x, Buffer *b, int flags) {
    Value flag_arg = value_imm_int(flags);
    bool found = false;
    Value mv = special_call(th, x, name_d_buffer, &flag_arg, 1, &found);
    if (mv == NO_VALUE) return -1;
    if (type_of(mv) != &type_memoryview) {
        raise_type_error(th, "__buffer__ returned non-memoryview object");
        decref(th, mv);
        return -1;
    }
    PythonExport *e = mem_calloc(th, 1, sizeof *e);
    if (!e || type_of(mv)->slots.get_buffer(th, mv, &e->inner, flags) < 0) {
        mem_free(e);
        decref(th, mv);
        return -1;
    }
    e->mv = mv;
    *b = e->inner;
    if (e->inner.shape == &e->inner.small_shape) b->shape = &b->small_shape;
    if (e->inner.strides == &e->inner.small_stride) b->strides = &b->small_stride;
    b->obj = new_ref(th, x);
    b->internal = e;
    b->from_python = true;
    b->native = false;
    return 0;
}

// The method of this name when a class statement in x's mro overrides the built-in type's (or there is none): not a method descriptor.
static bool overridden(Value x, Value name) {
    if (LIKELY(!(type_of(x)->flags & TYPE_HEAP))) return false;
    Value f = special_lookup(x, name);
    return f != NO_VALUE && type_of(f) != &type_method_descriptor;
}

// Calls x.__release_buffer__(mv); what it raises is reported. The pending exception stays.
static void call_release(Thread *th, Value x, Value mv) {
    Value pending = error_fetch(th);
    if (overridden(x, name_d_release_buffer)) {
        bool found = false;
        Value r = special_call(th, x, name_d_release_buffer, &mv, 1, &found);
        if (r != NO_VALUE) decref(th, r);
        else if (error_pending(th)) error_unraisable(th, NULL, x);
    }
    // A view of x's own memory ends here, whatever the method did with it.
    if (memoryview_exporter(mv) == x) memoryview_end(th, mv);
    if (pending != NO_VALUE) error_restore(th, pending);
}

static void python_release(Thread *th, Buffer *b) {
    PythonExport *e = b->internal;
    Value mv = e->mv;
    buffer_release(th, &e->inner);
    mem_free(e);
    call_release(th, b->obj, mv);
    decref(th, mv);
}

// ---- views ----------------------------------------------------------------------------------------------------------------------------

bool buffer_check(Value x) { return type_of(x)->slots.get_buffer || overridden(x, name_d_buffer); }

int buffer_get(Thread *th, Value x, Buffer *b, int flags) {
    memset(b, 0, sizeof *b);
    if (LIKELY(value_is_exact_bytes(x))) return buffer_fill(th, b, x, AS(Bytes, x)->data, AS(Bytes, x)->len, true, flags);
    if (UNLIKELY(overridden(x, name_d_buffer))) return python_get(th, x, b, flags);
    GetBufferFn get = type_of(x)->slots.get_buffer;
    if (LIKELY(get != NULL)) return get(th, x, b, flags);
    raise_type_error(th, "a bytes-like object is required, not '%T'", x);
    return -1;
}

// Nothing can change the bytes that b shows.
static bool memory_constant(const Buffer *b) {
    Value x = b->obj;
    if (x != NO_VALUE && type_of(x) == &type_memoryview) x = memoryview_exporter(x);
    return x != NO_VALUE && value_is_bytes(x);
}

int buffer_get_stable(Thread *th, Value x, Buffer *b) {
    if (buffer_get(th, x, b, BUF_SIMPLE) < 0) return -1;
    if (LIKELY(!th->mt || b->len == 0 || memory_constant(b))) return 0;
    Value copy = bytes_of_shared(th, b->buf, b->len);
    buffer_release(th, b);
    if (copy == NO_VALUE) return -1;
    memset(b, 0, sizeof *b);
    buffer_fill(th, b, copy, AS(Bytes, copy)->data, AS(Bytes, copy)->len, true, BUF_SIMPLE);
    decref(th, copy); // b has it
    return 0;
}

// The built-in type that x's memory is laid out by.
static const Type *native_type(Value x) {
    const Type *t = type_of(x);
    while ((t->flags & TYPE_HEAP) && t->base) t = t->base;
    return t;
}

int buffer_get_native(Thread *th, Value x, Buffer *b, int flags) {
    memset(b, 0, sizeof *b);
    int r = native_type(x)->slots.get_buffer(th, x, b, flags);
    b->native = true;
    return r;
}

int buffer_get_writable(Thread *th, Value x, Buffer *b, const char *what) {
    if (buffer_check(x)) {
        if (buffer_get(th, x, b, BUF_WRITABLE) == 0) return 0;
        if (!error_clear_if(th, &exc_BufferError)) return -1;
    }
    raise_type_error(th, "%s must be read-write bytes-like object, not %B", what, x);
    return -1;
}

void buffer_release(Thread *th, Buffer *b) {
    Value x = b->obj;
    if (x == NO_VALUE) return;
    if (LIKELY(value_is_exact_bytes(x))) {  // nothing to tell
        b->obj = NO_VALUE;
        b->buf = NULL;
        decref(th, x);
        return;
    }
    if (b->from_python) {
        python_release(th, b);
    } else if (!b->native && UNLIKELY(overridden(x, name_d_release_buffer))) { // only the release is overridden
        b->native = true;
        Value pending = error_fetch(th), mv = memoryview_take(th, b);
        if (mv == NO_VALUE) error_unraisable(th, NULL, x);
        if (pending != NO_VALUE) error_restore(th, pending);
        if (mv != NO_VALUE) { // it owns the view now
            new_ref(th, x);
            call_release(th, x, mv);
            decref(th, mv);
            decref(th, x);
            b->obj = NO_VALUE;
            return;
        }
    }
    ReleaseBufferFn release = b->from_python ? NULL : b->native ? native_type(x)->slots.release_buffer : type_of(x)->slots.release_buffer;
    if (release) release(th, x, b);
    b->obj = NO_VALUE;
    b->buf = NULL;
    decref(th, x);
}

int buffer_fill(Thread *th, Buffer *b, Value exporter, void *p, size_t n, bool readonly, int flags) {
    if ((flags & BUF_WRITABLE) && readonly) {
        raise_error(th, &exc_BufferError, "Object is not writable.");
        return -1;
    }
    b->obj = exporter == NO_VALUE ? NO_VALUE : new_ref(th, exporter);
    b->buf = p;
    b->len = n;
    b->itemsize = 1;
    b->readonly = readonly;
    b->ndim = 1;
    b->format = (flags & BUF_FORMAT) ? "B" : NULL;
    b->small_shape = (intptr_t)n;
    b->small_stride = 1;
    b->shape = (flags & BUF_ND) ? &b->small_shape : NULL;
    b->strides = (flags & BUF_STRIDES) == BUF_STRIDES ? &b->small_stride : NULL;
    b->suboffsets = NULL;
    b->internal = NULL;
    return 0;
}

static bool contiguous_order(const Buffer *b, bool fortran) {
    if (b->suboffsets) return false;
    if (b->len == 0 || !b->strides) return !fortran || b->ndim <= 1 || b->len == 0;
    intptr_t expect = (intptr_t)b->itemsize;
    for (int k = 0; k < b->ndim; k++) {
        int i = fortran ? k : b->ndim - 1 - k;
        intptr_t dim = b->shape ? b->shape[i] : (intptr_t)(b->len / b->itemsize);
        if (dim > 1 && b->strides[i] != expect) return false;
        expect *= dim;
    }
    return true;
}

bool buffer_is_contiguous(const Buffer *b, char order) {
    if (order == 'C') return contiguous_order(b, false);
    if (order == 'F') return contiguous_order(b, true);
    return contiguous_order(b, false) || contiguous_order(b, true);
}

// Copies dimension `dim` and those inside it; out advances by out_strides.
static void copy_dim(const Buffer *b, int dim, const uint8_t *from, uint8_t *out, const intptr_t *out_strides) {
    if (dim == b->ndim) {
        shared_load(out, from, b->itemsize);
        return;
    }
    intptr_t n = b->shape ? b->shape[dim] : (intptr_t)(b->len / b->itemsize);
    intptr_t stride = b->strides ? b->strides[dim] : 0;
    if (!b->strides) { // C order without strides
        stride = (intptr_t)b->itemsize;
        for (int i = dim + 1; i < b->ndim; i++) stride *= b->shape[i];
    }
    for (intptr_t i = 0; i < n; i++) {
        const uint8_t *p = from + i * stride;
        if (b->suboffsets && b->suboffsets[dim] >= 0) p = *(uint8_t *const *)p + b->suboffsets[dim];
        copy_dim(b, dim + 1, p, out + i * out_strides[dim], out_strides);
    }
}

void buffer_copy_out(const Buffer *b, uint8_t *out, char order) {
    bool fortran = order == 'F' || (order == 'A' && contiguous_order(b, true));
    if (b->ndim == 0 || contiguous_order(b, fortran)) {
        if (b->len) shared_copy(out, b->buf, b->len);
        return;
    }
    intptr_t strides[64], step = (intptr_t)b->itemsize;
    for (int k = 0; k < b->ndim; k++) {
        int i = fortran ? k : b->ndim - 1 - k;
        strides[i] = step;
        step *= b->shape ? b->shape[i] : 1;
    }
    copy_dim(b, 0, b->buf, out, strides);
}

Value buffer_to_bytes(Thread *th, const Buffer *b) {
    if (!b->strides && !b->suboffsets) return bytes_of_shared(th, b->buf, b->len);
    Value r = bytes_new(th, NULL, b->len);
    if (r != NO_VALUE && b->len) buffer_copy_out(b, AS(Bytes, r)->data, 'C');
    return r;
}

// ---- __buffer__ of built-in types -----------------------------------------------------------------------------------------------------

Value buffer_meth_buffer(Thread *th, Value self, Value *args) {
    int flags;
    if (number_as_int(th, args[0], &flags) < 0) return NO_VALUE;
    return memoryview_of_native(th, self, flags);
}

Value buffer_meth_release(Thread *th, Value self, Value *args) {
    if (type_of(args[0]) != &type_memoryview) return raise_type_error(th, "expected a memoryview object");
    Value exporter = memoryview_exporter(args[0]);
    if (exporter == NO_VALUE) return raise_value_error(th, "memoryview's buffer has already been released");
    if (exporter != self) return raise_value_error(th, "memoryview's buffer is not this object");
    return call_method0(th, args[0], str_intern_cstr(th, "release"));
}
