// SPDX-License-Identifier: MIT
// The buffer protocol: getting and releasing views of any exporter, those with a Python-level __buffer__ included (PEP 688).
// A Buffer belongs to the C function or object that got it; the exporter guards its own memory while views are out. May run Python.
#include "core/object/buffer.h"

#include <string.h>

#include "core/object/abstract.h"
#include "core/object/bytes_int.h"
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
    return 0;
}

static void python_release(Thread *th, Buffer *b) {
    PythonExport *e = b->internal;
    Value mv = e->mv, x = b->obj;
    buffer_release(th, &e->inner);
    mem_free(e);
    Value pending = error_fetch(th);
    bool found = false;
    Value r = special_call(th, x, name_d_release_buffer, &mv, 1, &found);
    if (r != NO_VALUE) decref(th, r);
    else if (found || error_pending(th)) error_unraisable(th, NULL, x);
    r = call_method0(th, mv, str_intern_cstr(th, "release"));
    if (r != NO_VALUE) decref(th, r);
    else error_unraisable(th, NULL, x);
    if (pending != NO_VALUE) error_restore(th, pending);
    decref(th, mv);
}

static bool python_exporter(Value x) {
    return (type_of(x)->flags & TYPE_HEAP) && !type_of(x)->slots.get_buffer && special_lookup(x, name_d_buffer) != NO_VALUE;
}

// ---- views ----------------------------------------------------------------------------------------------------------------------------

bool buffer_check(Value x) { return type_of(x)->slots.get_buffer || python_exporter(x); }

int buffer_get(Thread *th, Value x, Buffer *b, int flags) {
    memset(b, 0, sizeof *b);
    GetBufferFn get = type_of(x)->slots.get_buffer;
    if (LIKELY(get != NULL)) return get(th, x, b, flags);
    if (python_exporter(x)) return python_get(th, x, b, flags);
    raise_type_error(th, "a bytes-like object is required, not '%T'", x);
    return -1;
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
    ReleaseBufferFn release = type_of(x)->slots.release_buffer;
    if (release) release(th, x, b);
    else if (!type_of(x)->slots.get_buffer) python_release(th, b);
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
        memcpy(out, from, b->itemsize);
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
        if (b->len) memcpy(out, b->buf, b->len);
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
    if (!b->strides && !b->suboffsets) return bytes_new(th, b->buf ? (void *)b->buf : (void *)"", b->len);
    Value r = bytes_new(th, NULL, b->len);
    if (r != NO_VALUE && b->len) buffer_copy_out(b, AS(Bytes, r)->data, 'C');
    return r;
}

// ---- __buffer__ of built-in types -----------------------------------------------------------------------------------------------------

Value buffer_meth_buffer(Thread *th, Value self, Value *args) {
    int flags;
    if (number_as_int(th, args[0], &flags) < 0) return NO_VALUE;
    return memoryview_from_flags(th, self, flags);
}

Value buffer_meth_release(Thread *th, Value self, Value *args) {
    if (type_of(args[0]) != &type_memoryview) return raise_type_error(th, "expected a memoryview object");
    return call_method0(th, args[0], str_intern_cstr(th, "release"));
}
