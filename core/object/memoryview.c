// SPDX-License-Identifier: MIT
// memoryview. Views of one export share a ManagedBuffer. Every access to the memory stands between mv_begin and mv_end, so that release() in
// another thread takes effect after it; ->lock guards only the counters, and is never held while memory is touched or Python runs.
#include <string.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/iter.h"
#include "core/object/memoryview_int.h"
#include "core/object/list.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

#define MV(v) AS(MemoryView, v)

// ---- the shared export ----------------------------------------------------------------------------------------------------------------

static void managed_dealloc(Thread *th, Object *o) {
    buffer_release(th, &((ManagedBuffer *)o)->b);
    object_free(th, o);
}
static int managed_traverse(Object *o, VisitFn visit, void *arg) {
    Value obj = ((ManagedBuffer *)o)->b.obj;
    return obj == NO_VALUE ? 0 : visit(obj, arg);
}
static void managed_clear(Thread *th, Object *o) { buffer_release(th, &((ManagedBuffer *)o)->b); }
TYPE_DEFINE(managed_buffer, "managedbuffer", sizeof(ManagedBuffer), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = {.dealloc = managed_dealloc, .traverse = managed_traverse, .clear = managed_clear})

static Value managed_new(Thread *th, Value exporter, int flags, bool native) {
    ManagedBuffer *b = NEW(ManagedBuffer, th, &type_managed_buffer);
    if (!b) return NO_VALUE;
    if ((native ? buffer_get_native(th, exporter, &b->b, flags) : buffer_get(th, exporter, &b->b, flags)) < 0) {
        b->b.obj = NO_VALUE;
        decref(th, VALUE_OF(b));
        return NO_VALUE;
    }
    return VALUE_OF(b);
}

// ---- life -----------------------------------------------------------------------------------------------------------------------------

int mv_begin(Thread *th, MemoryView *m) {
    obj_lock(th, &m->lock);
    bool released = m->released;
    if (!released) m->uses++;
    obj_unlock(th, &m->lock);
    if (!released) return 0;
    raise_value_error(th, "operation forbidden on released memoryview object");
    return -1;
}

// After something that may have run Python: release() may have been called meanwhile. The memory is still there, but the view is over.
static int check_released(Thread *th, const MemoryView *m) {
    if (LIKELY(!m->released)) return 0;
    raise_value_error(th, "operation forbidden on released memoryview object");
    return -1;
}

// A view lets go of its base (which may be NO_VALUE). The last one ends the export at once: the base itself may live on in the collector's hands.
static void base_drop(Thread *th, Value base) {
    if (base == NO_VALUE) return;
    ManagedBuffer *b = AS(ManagedBuffer, base);
    // acq_rel: what others did through their views comes before the release.
    if (atomic_sub_acq_rel(&b->views, 1u) == 1) buffer_release(th, &b->b);
    decref(th, base);
}

// Takes the base out once nothing uses it any more. Under the lock; base_drop the result after it.
static Value take_base_locked(MemoryView *m) {
    if (!m->released || m->uses || m->exports) return NO_VALUE;
    Value base = m->base;
    m->base = NO_VALUE;
    return base;
}

void mv_end(Thread *th, MemoryView *m) {
    obj_lock(th, &m->lock);
    m->uses--;
    Value base = take_base_locked(m);
    obj_unlock(th, &m->lock);
    base_drop(th, base);
}

// A view of base as `like` says (shape and strides may be NULL there for one dimension). New reference.
static Value mv_make(Thread *th, Value base, const Buffer *like) {
    int n = like->ndim;
    MemoryView *m = object_alloc(th, &shape_memoryview, sizeof(MemoryView) + 3 * sizeof(intptr_t) * (size_t)n);
    if (!m) return NO_VALUE;
    m->view = *like;
    m->view.internal = NULL;            // how the view was got is the base's business
    m->view.from_python = m->view.native = false;
    if (!m->view.format) m->view.format = "B";
    m->view.shape = m->dims;
    m->view.strides = m->dims + n;
    m->view.suboffsets = like->suboffsets ? m->dims + 2 * n : NULL;
    if (like->shape) memcpy(m->view.shape, like->shape, sizeof(intptr_t) * (size_t)n);
    else if (n) m->view.shape[0] = (intptr_t)(like->len / (like->itemsize ? like->itemsize : 1));
    if (like->strides) {
        memcpy(m->view.strides, like->strides, sizeof(intptr_t) * (size_t)n);
    } else {
        intptr_t step = (intptr_t)like->itemsize;
        for (int i = n - 1; i >= 0; i--) {
            m->view.strides[i] = step;
            step *= m->view.shape[i];
        }
    }
    if (like->suboffsets) memcpy(m->view.suboffsets, like->suboffsets, sizeof(intptr_t) * (size_t)n);
    if (strlen(m->view.format) < sizeof m->own_format) m->view.format = strcpy(m->own_format, m->view.format);
    m->base = new_ref(th, base);
    atomic_add_relaxed(&AS(ManagedBuffer, base)->views, 1u);    // the caller's view, or nobody's base yet: it cannot have come to 0
    return VALUE_OF(m);
}

// No view may come from a restricted one: ValueError and -1.
static int check_restricted(Thread *th, const MemoryView *m) {
    if (LIKELY(!m->restricted)) return 0;
    raise_value_error(th, "cannot create new view on restricted memoryview");
    return -1;
}

static Value mv_from(Thread *th, Value exporter, int flags, bool native) {
    if (type_of(exporter) == &type_memoryview) {
        MemoryView *m = MV(exporter);
        if (check_restricted(th, m) < 0 || mv_begin(th, m) < 0) return NO_VALUE;
        Value r = NO_VALUE;
        if ((flags & BUF_WRITABLE) && m->view.readonly) raise_error(th, &exc_BufferError, "memoryview: underlying buffer is not writable");
        else r = mv_make(th, m->base, &m->view);
        mv_end(th, m);
        return r;
    }
    if (!buffer_check(exporter)) return raise_type_error(th, "memoryview: a bytes-like object is required, not '%T'", exporter);
    Value base = managed_new(th, exporter, flags, native);
    if (base == NO_VALUE) return NO_VALUE;
    Value r = NO_VALUE;
    if (AS(ManagedBuffer, base)->b.ndim > MV_MAX_NDIM)
        raise_value_error(th, "memoryview: number of dimensions must not exceed %d", MV_MAX_NDIM);
    else r = mv_make(th, base, &AS(ManagedBuffer, base)->b);
    decref(th, base);
    return r;
}
Value memoryview_from_flags(Thread *th, Value exporter, int flags) { return mv_from(th, exporter, flags, false); }
Value memoryview_of_native(Thread *th, Value exporter, int flags) { return mv_from(th, exporter, flags, true); }

Value memoryview_bytes(Thread *th, Value exporter) {
    Value mv = mv_from(th, exporter, BUF_FULL_RO, false);
    if (mv == NO_VALUE) return NO_VALUE;
    MemoryView *m = MV(mv);
    Value r = NO_VALUE;
    if (!buffer_is_contiguous(&m->view, 'A')) raise_error(th, &exc_BufferError, "cannot extract raw buffer from non-contiguous buffer");
    else {
        Buffer flat = m->view;
        flat.ndim = 1;
        flat.itemsize = 1;
        flat.format = NULL;
        flat.shape = flat.strides = flat.suboffsets = NULL;
        r = mv_make(th, m->base, &flat);
    }
    decref(th, mv);
    return r;
}

Value memoryview_take(Thread *th, Buffer *b) {
    ManagedBuffer *base = NEW(ManagedBuffer, th, &type_managed_buffer);
    if (!base) return NO_VALUE;
    base->b.obj = NO_VALUE;
    Value r = mv_make(th, VALUE_OF(base), b);
    if (r != NO_VALUE) {
        base->b = *b;
        if (b->shape == &b->small_shape) base->b.shape = &base->b.small_shape;
        if (b->strides == &b->small_stride) base->b.strides = &base->b.small_stride;
        MV(r)->restricted = 1;
    }
    decref(th, VALUE_OF(base));
    return r;
}

Value memoryview_exporter(Value mv) {
    Value base = MV(mv)->base;
    return base == NO_VALUE || MV(mv)->released ? NO_VALUE : AS(ManagedBuffer, base)->b.obj;
}

Value memoryview_new(Thread *th, Value exporter) { return memoryview_from_flags(th, exporter, BUF_FULL_RO); }

static Value mv_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[1];
    if (native_args_bind(th, &sig, "memoryview", "(object)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    return memoryview_new(th, a[0]);
}

static Value mv_meth_from_flags(Thread *th, Value cls, Value *args) {
    int flags;
    if (number_as_int(th, args[1], &flags) < 0) return NO_VALUE;
    return memoryview_from_flags(th, args[0], flags);
}

static void mv_dealloc(Thread *th, Object *o) {
    base_drop(th, ((MemoryView *)o)->base);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int mv_traverse(Object *o, VisitFn visit, void *arg) {
    Value base = ((MemoryView *)o)->base;
    return base == NO_VALUE ? 0 : visit(base, arg);
}
static void mv_clear(Thread *th, Object *o) {
    MemoryView *m = (MemoryView *)o;
    m->released = 1;
    Value base = m->base;
    m->base = NO_VALUE;
    base_drop(th, base);
}

static int mv_release(Thread *th, MemoryView *m) {
    obj_lock(th, &m->lock);
    uint32_t exports = m->released ? 0 : m->exports;
    Value base = NO_VALUE;
    if (exports == 0) {
        m->released = 1;
        base = take_base_locked(m);
    }
    obj_unlock(th, &m->lock);
    base_drop(th, base);
    if (exports == 0) return 0;
    raise_error(th, &exc_BufferError, "memoryview has %u exported buffer%s", exports, exports == 1 ? "" : "s");
    return -1;
}
void memoryview_end(Thread *th, Value mv) {
    MemoryView *m = MV(mv);
    obj_lock(th, &m->lock);
    m->released = 1;
    Value base = take_base_locked(m);
    obj_unlock(th, &m->lock);
    base_drop(th, base);
}

static Value mv_meth_release(Thread *th, Value self, Value *args) { return mv_release(th, MV(self)) < 0 ? NO_VALUE : VALUE_NONE; }
static Value mv_meth_enter(Thread *th, Value self, Value *args) {
    if (mv_begin(th, MV(self)) < 0) return NO_VALUE;
    mv_end(th, MV(self));
    return new_ref(th, self);
}
static Value mv_meth_exit(Thread *th, Value self, Value *args) { return mv_meth_release(th, self, NULL); }

// ---- exporting ------------------------------------------------------------------------------------------------------------------------

static int check_flags(Thread *th, const Buffer *v, int flags) {
    const char *problem = NULL;
#define WANTS(f) ((flags & (f)) == (f))
    if ((flags & BUF_WRITABLE) && v->readonly) problem = "not writable";
    else if (WANTS(BUF_C_CONTIGUOUS) && !buffer_is_contiguous(v, 'C')) problem = "not C-contiguous";
    else if (WANTS(BUF_F_CONTIGUOUS) && !buffer_is_contiguous(v, 'F')) problem = "not Fortran contiguous";
    else if (WANTS(BUF_ANY_CONTIGUOUS) && !buffer_is_contiguous(v, 'A')) problem = "not contiguous";
    if (problem) {
        raise_error(th, &exc_BufferError, "memoryview: underlying buffer is %s", problem);
        return -1;
    }
    if (!WANTS(BUF_INDIRECT) && v->suboffsets) {
        raise_error(th, &exc_BufferError, "memoryview: underlying buffer requires suboffsets");
        return -1;
    }
    if (!WANTS(BUF_STRIDES) && !buffer_is_contiguous(v, 'C')) {
        raise_error(th, &exc_BufferError, "memoryview: underlying buffer is not C-contiguous");
        return -1;
    }
    if (!WANTS(BUF_ND) && (flags & BUF_FORMAT)) {
        raise_error(th, &exc_BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
        return -1;
    }
    return 0;
}

static int mv_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    MemoryView *m = MV(self);
    if (check_restricted(th, m) < 0 || mv_begin(th, m) < 0) return -1;
    int r = check_flags(th, &m->view, flags);
    if (r == 0) {
        *b = m->view;
        b->obj = new_ref(th, self);
        if (!(flags & BUF_FORMAT)) b->format = NULL;
        if (!WANTS(BUF_STRIDES)) b->strides = NULL;
        if (!WANTS(BUF_ND)) {
            b->ndim = 1;
            b->shape = NULL;
        }
        obj_lock(th, &m->lock);
        m->exports++;
        obj_unlock(th, &m->lock);
    }
    mv_end(th, m);
    return r;
}
#undef WANTS

static void mv_release_buffer(Thread *th, Value self, Buffer *b) {
    MemoryView *m = MV(self);
    obj_lock(th, &m->lock);
    m->exports--;
    Value base = take_base_locked(m);
    obj_unlock(th, &m->lock);
    base_drop(th, base);
}

// ---- indexing -------------------------------------------------------------------------------------------------------------------------

// Item i of dimension dim below p; NULL with IndexError.
static const uint8_t *item_at(Thread *th, const Buffer *v, int dim, const uint8_t *p, intptr_t i) {
    if (i < 0) i += v->shape[dim];
    if (i < 0 || i >= v->shape[dim]) {
        raise_error(th, &exc_IndexError, "index out of bounds on dimension %d", dim + 1);
        return NULL;
    }
    return mv_step(v, dim, p, i);
}

static bool tuple_of(Value key, bool slices) {
    if (!value_is_tuple(key)) return false;
    const Tuple *t = AS(Tuple, key);
    for (size_t i = 0; i < t->len; i++)
        if (slices ? type_of(t->items[i]) != &type_slice : !index_check(t->items[i])) return false;
    return true;
}

static const uint8_t *item_at_tuple(Thread *th, const MemoryView *m, Value key) {
    const Buffer *v = &m->view;
    const Tuple *t = AS(Tuple, key);
    if (t->len > (size_t)v->ndim) {
        raise_type_error(th, "cannot index %d-dimension view with %zu-element tuple", v->ndim, t->len);
        return NULL;
    }
    if (t->len < (size_t)v->ndim) {
        raise_error(th, &exc_NotImplementedError, "sub-views are not implemented");
        return NULL;
    }
    const uint8_t *p = v->buf;
    for (int dim = 0; dim < v->ndim && p; dim++) {
        intptr_t i = number_as_ssize(th, t->items[dim], &exc_IndexError);
        if ((i == -1 && error_pending(th)) || check_released(th, m) < 0) return NULL;
        p = item_at(th, v, dim, p, i);
    }
    return p;
}

// v restricted to a slice of its first dimension; shape and strides are in dims (2 * ndim). 0 or -1.
static int slice_view(Thread *th, const Buffer *v, Value key, Buffer *out, intptr_t *dims) {
    intptr_t start, stop, step, n = slice_indices(th, key, (size_t)v->shape[0], &start, &stop, &step);
    if (n < 0) return -1;
    *out = *v;
    memcpy(dims, v->shape, sizeof(intptr_t) * (size_t)v->ndim);
    memcpy(dims + v->ndim, v->strides, sizeof(intptr_t) * (size_t)v->ndim);
    out->shape = dims;
    out->strides = dims + v->ndim;
    out->buf += v->strides[0] * start;
    dims[0] = n;
    dims[v->ndim] = v->strides[0] * step;
    size_t items = 1;
    for (int i = 0; i < v->ndim; i++) items *= (size_t)dims[i];
    out->len = items * v->itemsize;
    return 0;
}

static Value getitem_pinned(Thread *th, Value self, Value key) {
    MemoryView *m = MV(self);
    const Buffer *v = &m->view;
    if (v->ndim == 0) {
        if (value_is_tuple(key) && AS(Tuple, key)->len == 0) return mv_unpack(th, v->buf, v->format);
        if (key == VALUE_ELLIPSIS) return new_ref(th, self);
        return raise_type_error(th, "invalid indexing of 0-dim memory");
    }
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if ((i == -1 && error_pending(th)) || check_released(th, m) < 0) return NO_VALUE;
        if (v->ndim > 1) return raise_error(th, &exc_NotImplementedError, "multi-dimensional sub-views are not implemented");
        const uint8_t *p = item_at(th, v, 0, v->buf, i);
        return p ? mv_unpack(th, p, v->format) : NO_VALUE;
    }
    if (type_of(key) == &type_slice) {
        Buffer part;
        intptr_t dims[2 * MV_MAX_NDIM];
        if (check_restricted(th, m) < 0 || slice_view(th, v, key, &part, dims) < 0) return NO_VALUE;
        return mv_make(th, m->base, &part);
    }
    if (tuple_of(key, false)) {
        const uint8_t *p = item_at_tuple(th, m, key);
        return p ? mv_unpack(th, p, v->format) : NO_VALUE;
    }
    if (tuple_of(key, true)) return raise_error(th, &exc_NotImplementedError, "multi-dimensional slicing is not implemented");
    return raise_type_error(th, "memoryview: invalid slice key");
}

static Value mv_slot_getitem(Thread *th, Value self, Value key) {
    if (mv_begin(th, MV(self)) < 0) return NO_VALUE;
    Value r = getitem_pinned(th, self, key);
    mv_end(th, MV(self));
    return r;
}

static bool same_format(const char *a, const char *b) {
    if (!a) a = "B";
    if (!b) b = "B";
    if (*a == '@') a++;
    if (*b == '@') b++;
    return strcmp(a, b) == 0;
}

// dest[...] = src for one dimension. 0 or -1.
static int assign_slice(Thread *th, const Buffer *dest, Value value) {
    Buffer src;
    if (buffer_get(th, value, &src, BUF_FULL_RO) < 0) return -1;
    int r = 0;
    intptr_t n = dest->shape[0], src_n = src.shape ? (src.ndim == 1 ? src.shape[0] : -1) : (intptr_t)(src.len / src.itemsize);
    if (src.ndim != 1 || !same_format(dest->format, src.format) || dest->itemsize != src.itemsize || n != src_n) {
        raise_value_error(th, "memoryview assignment: lvalue and rvalue have different structures");
        r = -1;
    } else if (n) {
        size_t size = dest->itemsize, bytes = (size_t)n * size;
        uint8_t small[256], *flat = bytes <= sizeof small ? small : mem_alloc(th, bytes); // the two may overlap
        if (!flat) {
            r = -1;
        } else {
            buffer_copy_out(&src, flat, 'C');
            if (dest->strides[0] == (intptr_t)size && !dest->suboffsets) shared_copy(dest->buf, flat, bytes);
            else for (intptr_t i = 0; i < n; i++) shared_store((uint8_t *)mv_step(dest, 0, dest->buf, i), flat + (size_t)i * size, size);
            if (flat != small) mem_free(flat);
        }
    }
    buffer_release(th, &src);
    return r;
}

// One item: packed aside first, because that may run Python.
static int assign_item(Thread *th, const MemoryView *m, const uint8_t *p, Value value) {
    const Buffer *v = &m->view;
    uint8_t item[16];
    if (!p) return -1;
    if (v->itemsize > sizeof item || mv_pack(th, item, value, v->format) < 0 || check_released(th, m) < 0) return -1;
    shared_store((uint8_t *)p, item, v->itemsize);
    return 0;
}

static int setitem_pinned(Thread *th, MemoryView *m, Value key, Value value) {
    const Buffer *v = &m->view;
    if (v->readonly) {
        raise_type_error(th, "cannot modify read-only memory");
        return -1;
    }
    if (value == NO_VALUE) {
        raise_type_error(th, "cannot delete memory");
        return -1;
    }
    if (!mv_format_char(v->format)) {
        raise_error(th, &exc_NotImplementedError, "memoryview: unsupported format %s", v->format);
        return -1;
    }
    if (v->ndim == 0) {
        if (key == VALUE_ELLIPSIS || (value_is_tuple(key) && AS(Tuple, key)->len == 0)) return assign_item(th, m, v->buf, value);
        raise_type_error(th, "invalid indexing of 0-dim memory");
        return -1;
    }
    if (index_check(key)) {
        if (v->ndim > 1) {
            raise_error(th, &exc_NotImplementedError, "sub-views are not implemented");
            return -1;
        }
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if ((i == -1 && error_pending(th)) || check_released(th, m) < 0) return -1;
        return assign_item(th, m, item_at(th, v, 0, v->buf, i), value);
    }
    if (type_of(key) == &type_slice && v->ndim == 1) {
        Buffer part;
        intptr_t dims[2];
        if (slice_view(th, v, key, &part, dims) < 0 || check_released(th, m) < 0) return -1;
        return assign_slice(th, &part, value);
    }
    if (tuple_of(key, false)) return assign_item(th, m, item_at_tuple(th, m, key), value);
    if (type_of(key) == &type_slice || tuple_of(key, true)) {
        raise_error(th, &exc_NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
        return -1;
    }
    raise_type_error(th, "memoryview: invalid slice key");
    return -1;
}

static int mv_slot_setitem(Thread *th, Value self, Value key, Value value) {
    if (mv_begin(th, MV(self)) < 0) return -1;
    int r = setitem_pinned(th, MV(self), key, value);
    mv_end(th, MV(self));
    return r;
}

static intptr_t mv_slot_len(Thread *th, Value self) {
    MemoryView *m = MV(self);
    if (mv_begin(th, m) < 0) return -1;
    intptr_t n = m->view.ndim ? m->view.shape[0] : -1;
    mv_end(th, m);
    if (n < 0) raise_type_error(th, "0-dim memory has no length");
    return n;
}

// ---- comparison, hash, repr -----------------------------------------------------------------------------------------------------------

static bool same_shape(const Buffer *a, const Buffer *b) {
    if (a->ndim != b->ndim) return false;
    for (int i = 0; i < a->ndim; i++) {
        intptr_t x = a->shape ? a->shape[i] : (intptr_t)(a->len / a->itemsize), y = b->shape ? b->shape[i] : (intptr_t)(b->len / b->itemsize);
        if (x != y) return false;
        if (x == 0) break;
    }
    return true;
}

static Value mv_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || type_of(a) != &type_memoryview) return VALUE_NOT_IMPLEMENTED;
    MemoryView *m = MV(a);
    if (m->released || (type_of(b) == &type_memoryview && MV(b)->released)) return value_bool((a == b) == (op == CMP_EQ));
    if (!buffer_check(b)) return VALUE_NOT_IMPLEMENTED;
    Buffer other;
    if (buffer_get(th, b, &other, BUF_FULL_RO) < 0) {
        error_clear(th);
        return VALUE_NOT_IMPLEMENTED;
    }
    int r = -1;
    if (mv_begin(th, m) == 0) {
        r = same_shape(&m->view, &other) ? mv_items_equal(th, &m->view, &other) : 0;
        mv_end(th, m);
    }
    buffer_release(th, &other);
    return r < 0 ? NO_VALUE : value_bool((r == 1) == (op == CMP_EQ));
}

// Whether hash(exporter) works; release() meanwhile is a BufferError.
static bool exporter_hashable(Thread *th, MemoryView *m, Value obj) {
    obj_lock(th, &m->lock);
    m->exports++;
    obj_unlock(th, &m->lock);
    int64_t h = object_hash(th, obj);
    obj_lock(th, &m->lock);
    m->exports--;
    obj_unlock(th, &m->lock);
    return h != -1;
}

static int64_t mv_slot_hash(Thread *th, Value self) {
    MemoryView *m = MV(self);
    int64_t h = atomic_load_relaxed(&m->hash);
    if (h) return h;
    if (mv_begin(th, m) < 0) return -1;
    h = -1;
    char c = mv_format_char(m->view.format);
    Value obj = AS(ManagedBuffer, m->base)->b.obj, flat = NO_VALUE;
    if (!m->view.readonly) raise_value_error(th, "cannot hash writable memoryview object");
    else if (c != 'B' && c != 'b' && c != 'c') raise_value_error(th, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    else if (obj != NO_VALUE && !exporter_hashable(th, m, obj)) h = -1;
    else if ((flat = buffer_to_bytes(th, &m->view)) != NO_VALUE) {
        h = bytes_hash(flat);
        atomic_store_relaxed(&m->hash, h);
        decref(th, flat);
    }
    mv_end(th, m);
    return h;
}

static Value mv_slot_repr(Thread *th, Value self) {
    return str_format(th, MV(self)->released ? "<released memory at %p>" : "<memory at %p>", (void *)(uintptr_t)self);
}

// ---- methods --------------------------------------------------------------------------------------------------------------------------

// Runs `body` with the memory pinned; r is the result.
#define PINNED(body) \
    MemoryView *m = MV(self); \
    if (mv_begin(th, m) < 0) return NO_VALUE; \
    const Buffer *v = &m->view; \
    (void)v; \
    Value r = NO_VALUE; \
    body \
    mv_end(th, m); \
    return r;

static Value mv_meth_tobytes(Thread *th, Value self, Value *args) {
    char order = 'C';
    if (args[0] != NO_VALUE && args[0] != VALUE_NONE) {
        if (!value_is_str(args[0])) return raise_type_error(th, "tobytes() argument 'order' must be str or None, not %B", args[0]);
        if (str_equal_cstr(args[0], "C") || str_equal_cstr(args[0], "F") || str_equal_cstr(args[0], "A")) order = (char)str_char_at(STR(args[0]), 0);
        else return raise_value_error(th, "order must be 'C', 'F' or 'A'");
    }
    PINNED({
        r = bytes_new(th, NULL, v->len);
        if (r != NO_VALUE && v->len) buffer_copy_out(v, AS(Bytes, r)->data, order);
    })
}

static Value mv_meth_tolist(Thread *th, Value self, Value *args) { PINNED({ r = mv_tolist(th, v); }) }

static Value mv_meth_hex(Thread *th, Value self, Value *args) {
    PINNED({
        Value flat = buffer_to_bytes(th, v);
        if (flat != NO_VALUE) r = hex_text(th, AS(Bytes, flat)->data, AS(Bytes, flat)->len, args[0], args[1]);
        decref(th, flat);
    })
}

static Value mv_meth_toreadonly(Thread *th, Value self, Value *args) {
    PINNED({
        Buffer like = *v;
        like.readonly = true;
        if (check_restricted(th, m) == 0) r = mv_make(th, m->base, &like);
    })
}

// Makes `b` one-dimensional with the new format. 0 or -1.
static int cast_flat(Thread *th, Buffer *b, const char *format) {
    char from = mv_format_char(b->format), to = mv_format_char(format);
    if (!to) {
        raise_value_error(th, "memoryview: destination format must be a native single character format prefixed with an optional '@'");
        return -1;
    }
    if ((!from || !strchr("bBc", from)) && !strchr("bBc", to)) {    // any format may become bytes
        raise_type_error(th, "memoryview: cannot cast between two non-byte formats");
        return -1;
    }
    size_t size = mv_format_size(to);
    if (b->len % size) {
        raise_type_error(th, "memoryview: length is not a multiple of itemsize");
        return -1;
    }
    b->itemsize = size;
    b->ndim = 1;
    b->small_shape = (intptr_t)(b->len / size);
    b->small_stride = (intptr_t)size;
    b->shape = &b->small_shape;
    b->strides = &b->small_stride;
    b->suboffsets = NULL;
    return 0;
}

static int cast_shape(Thread *th, Buffer *b, Value shape, intptr_t *dims) {
    size_t n = AS(Tuple, shape)->len;
    intptr_t product = (intptr_t)b->itemsize;
    for (size_t i = 0; i < n; i++) {
        Value item = AS(Tuple, shape)->items[i];
        if (!value_is_int(item)) {
            raise_type_error(th, "memoryview.cast(): elements of shape must be integers");
            return -1;
        }
        intptr_t x = number_as_ssize(th, item, &exc_OverflowError);
        if (x == -1 && error_pending(th)) return -1;
        if (x <= 0) {
            raise_value_error(th, "memoryview.cast(): elements of shape must be integers > 0");
            return -1;
        }
        if (x > INTPTR_MAX / product) {
            raise_value_error(th, "memoryview.cast(): product(shape) > SSIZE_MAX");
            return -1;
        }
        product *= x;
        dims[i] = x;
    }
    if ((size_t)product != b->len) {
        raise_type_error(th, "memoryview: product(shape) * itemsize != buffer size");
        return -1;
    }
    b->ndim = (int)n;
    b->shape = dims;
    b->strides = NULL;
    return 0;
}

static Value mv_meth_cast(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "cast() argument 'format' must be str, not %B", args[0]);
    if (!(STR(args[0])->flags & STR_ASCII)) {
        size_t at = 0;
        while (str_char_at(STR(args[0]), at) < 128) at++;
        return codec_raise_encode(th, "ascii", args[0], at, at + 1, "ordinal not in range(128)");
    }
    Value shape = NO_VALUE;
    if (args[1] != NO_VALUE) {
        if (value_is_tuple(args[1])) shape = new_ref(th, args[1]);
        else if (value_is_list(args[1])) shape = list_to_tuple(th, AS(List, args[1]));
        else return raise_type_error(th, "shape must be a list or a tuple");
        if (shape == NO_VALUE) return NO_VALUE;
    }
    MemoryView *m = MV(self);
    Value r = NO_VALUE;
    if (check_restricted(th, m) == 0 && mv_begin(th, m) == 0) {
        size_t ndim = shape == NO_VALUE ? 1 : AS(Tuple, shape)->len;
        Buffer b = m->view;
        intptr_t dims[MV_MAX_NDIM];
        bool zeros = false;
        for (int i = 0; i < b.ndim; i++) zeros |= b.shape[i] == 0 || b.strides[i] == 0;
        const char *format = str_data(STR(args[0]));
        if (ndim > MV_MAX_NDIM) raise_value_error(th, "memoryview: number of dimensions must not exceed %d", MV_MAX_NDIM);
        else if (b.ndim != 1 && ndim != 1) raise_type_error(th, "memoryview: cast must be 1D -> ND or ND -> 1D");
        else if (!buffer_is_contiguous(&b, 'C')) raise_type_error(th, "memoryview: casts are restricted to C-contiguous views");
        else if ((shape != NO_VALUE || b.ndim != 1) && zeros) raise_type_error(th, "memoryview: cannot cast view with zeros in shape or strides");
        else if (cast_flat(th, &b, format) == 0 && (shape == NO_VALUE || cast_shape(th, &b, shape, dims) == 0)) {
            b.format = format;
            r = mv_make(th, m->base, &b);
        }
        mv_end(th, m);
    }
    decref(th, shape);
    return r;
}

// Calls fn with each item of the first dimension until it returns non-zero.
static int each_item(Thread *th, Value self, Value x, bool count, intptr_t start, intptr_t stop, intptr_t *out) {
    intptr_t n = mv_slot_len(th, self);
    if (n < 0) return -1;
    if (start < 0 && (start += n) < 0) start = 0;
    if (stop < 0 && (stop += n) < 0) stop = 0;
    if (stop > n) stop = n;
    *out = count ? 0 : -1;
    for (intptr_t i = start; i < stop; i++) {
        Value item = mv_slot_getitem(th, self, value_imm_int(i));
        if (item == NO_VALUE) return -1;
        int eq = item == x ? 1 : object_equal(th, item, x);
        decref(th, item);
        if (eq < 0) return -1;
        if (eq && count) ++*out;
        else if (eq) {
            *out = i;
            return 0;
        }
    }
    return 0;
}

static Value mv_meth_count(Thread *th, Value self, Value *args) {
    intptr_t n;
    return each_item(th, self, args[0], true, 0, INTPTR_MAX, &n) < 0 ? NO_VALUE : value_imm_int(n);
}
static Value mv_meth_index(Thread *th, Value self, Value *args) {
    intptr_t start = 0, stop = INTPTR_MAX, i;
    if (text_index_arg(th, args[1], &start) < 0 || text_index_arg(th, args[2], &stop) < 0) return NO_VALUE;
    if (MV(self)->view.ndim == 0) return raise_type_error(th, "invalid lookup on 0-dim memory");
    if (MV(self)->view.ndim > 1) return raise_error(th, &exc_NotImplementedError, "multi-dimensional lookup is not implemented");
    if (each_item(th, self, args[0], false, start, stop, &i) < 0) return NO_VALUE;
    return i < 0 ? raise_value_error(th, "memoryview.index(x): x not found") : value_imm_int(i);
}

// ---- attributes -----------------------------------------------------------------------------------------------------------------------

static Value int_tuple(Thread *th, const intptr_t *v, int n) {
    Value items[MV_MAX_NDIM];
    if (!v) n = 0;
    for (int i = 0; i < n; i++) items[i] = value_imm_int(v[i]);
    return tuple_from_owned(th, items, (size_t)n);
}

#define GETTER(name, expr) static Value mv_get_##name(Thread *th, Value self) { PINNED({ r = (expr); }) }
GETTER(obj, AS(ManagedBuffer, m->base)->b.obj == NO_VALUE ? VALUE_NONE : new_ref(th, AS(ManagedBuffer, m->base)->b.obj))
GETTER(nbytes, value_imm_int((int64_t)v->len))
GETTER(readonly, value_bool(v->readonly))
GETTER(itemsize, value_imm_int((int64_t)v->itemsize))
GETTER(format, str_from_cstr(th, v->format))
GETTER(ndim, value_imm_int(v->ndim))
GETTER(shape, int_tuple(th, v->shape, v->ndim))
GETTER(strides, int_tuple(th, v->strides, v->ndim))
GETTER(suboffsets, int_tuple(th, v->suboffsets, v->ndim))
GETTER(c_contiguous, value_bool(buffer_is_contiguous(v, 'C')))
GETTER(f_contiguous, value_bool(buffer_is_contiguous(v, 'F')))
GETTER(contiguous, value_bool(buffer_is_contiguous(v, 'A')))
#undef GETTER

// ---- iterator -------------------------------------------------------------------------------------------------------------------------

typedef struct MemoryIter { Object head; intptr_t next, len; Value mv; } MemoryIter; // next [a]; len, mv [c]

static Value mv_slot_iter(Thread *th, Value self) {
    MemoryView *m = MV(self);
    if (mv_begin(th, m) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (m->view.ndim == 0) raise_type_error(th, "invalid indexing of 0-dim memory");
    else if (m->view.ndim > 1) raise_error(th, &exc_NotImplementedError, "multi-dimensional sub-views are not implemented");
    else if (!mv_format_char(m->view.format)) raise_error(th, &exc_NotImplementedError, "memoryview: unsupported format %s", m->view.format);
    else {
        MemoryIter *it = NEW(MemoryIter, th, &type_memory_iterator);
        if (it) {
            it->mv = new_ref(th, self);
            it->len = m->view.shape[0];
            r = VALUE_OF(it);
        }
    }
    mv_end(th, m);
    return r;
}

static Value memory_iter_slot_next(Thread *th, Value self) {
    MemoryIter *it = AS(MemoryIter, self);
    intptr_t i = atomic_load_relaxed(&it->next);
    Value view = text_iter_seq(&it->mv);
    if (view == NO_VALUE) return NO_VALUE;
    while (i < it->len && !atomic_cas_acq_rel(&it->next, &i, i + 1)) {}
    if (i >= it->len) {
        text_iter_end(th, &it->mv);
        return NO_VALUE;
    }
    MemoryView *m = MV(view);
    if (mv_begin(th, m) < 0) return NO_VALUE;
    Value r = mv_unpack(th, mv_step(&m->view, 0, m->view.buf, i), m->view.format);
    mv_end(th, m);
    return r;
}
static Value memory_iter_slot_iter(Thread *th, Value self) { return new_ref(th, self); }
static void memory_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((MemoryIter *)o)->mv);
    object_free(th, o);
}
static int memory_iter_traverse(Object *o, VisitFn visit, void *arg) {
    Value view = ((MemoryIter *)o)->mv;
    return view == NO_VALUE ? 0 : visit(view, arg);
}
TYPE_DEFINE(memory_iterator, "memory_iterator", sizeof(MemoryIter), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = {.iter = memory_iter_slot_iter, .next = memory_iter_slot_next, .dealloc = memory_iter_dealloc, .traverse = memory_iter_traverse})

static const GetSetDef mv_getsets[] = {
    {"obj", mv_get_obj, NULL, "The underlying object of the memoryview."},
    {"nbytes", mv_get_nbytes, NULL, "The amount of space in bytes that the array would use in a contiguous representation."},
    {"readonly", mv_get_readonly, NULL, "A bool indicating whether the memory is read only."},
    {"itemsize", mv_get_itemsize, NULL, "The size in bytes of each element of the memoryview."},
    {"format", mv_get_format, NULL, "A string containing the format (in struct module style) for each element in the view."},
    {"ndim", mv_get_ndim, NULL, "An integer indicating how many dimensions of a multi-dimensional array the memory represents."},
    {"shape", mv_get_shape, NULL, "A tuple of ndim integers giving the shape of the memory as an N-dimensional array."},
    {"strides", mv_get_strides, NULL, "A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array."},
    {"suboffsets", mv_get_suboffsets, NULL, "A tuple of integers used internally for PIL-style arrays."},
    {"c_contiguous", mv_get_c_contiguous, NULL, "A bool indicating whether the memory is C contiguous."},
    {"f_contiguous", mv_get_f_contiguous, NULL, "A bool indicating whether the memory is Fortran contiguous."},
    {"contiguous", mv_get_contiguous, NULL, "A bool indicating whether the memory is contiguous."},
    {0},
};
static const MethodDef mv_methods[] = {
    {"release", "(self, /)", mv_meth_release, "Release the underlying buffer exposed by the memoryview object.", 0},
    {"tobytes", "(self, /, order='C')", mv_meth_tobytes, "Return the data in the buffer as a byte string.", 0},
    {"hex", "(self, /, sep=None, bytes_per_sep=1)", mv_meth_hex, "Return the data in the buffer as a str of hexadecimal numbers.", 0},
    {"tolist", "(self, /)", mv_meth_tolist, "Return the data in the buffer as a list of elements.", 0},
    {"cast", "(self, /, format, shape=None)", mv_meth_cast, "Cast a memoryview to a new format or shape.", 0},
    {"toreadonly", "(self, /)", mv_meth_toreadonly, "Return a readonly version of the memoryview.", 0},
    {"_from_flags", "(cls, /, object, flags)", mv_meth_from_flags, "Create a new memoryview object which references the given object.", METH_CLASS},
    {"count", "(self, value, /)", mv_meth_count, "Count the number of occurrences of a value.", 0},
    {"index", "(self, value, start=0, stop=9223372036854775807, /)", mv_meth_index, "Return the index of the first occurrence of a value.", 0},
    {"__enter__", "(self, /)", mv_meth_enter, NULL, 0},
    {"__exit__", "(self, /, *exc_info)", mv_meth_exit, NULL, 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    BUFFER_METHODS,
    {"__release_buffer__", "(self, buffer, /)", buffer_meth_release, "Release the buffer object that exposes the underlying memory of the object.", 0},
    {0},
};
TYPE_DEFINE(memoryview, "memoryview", sizeof(MemoryView), TYPE_TRACED | TYPE_WEAKREFABLE | TYPE_SEQUENCE_PATTERN, .text_signature = "(object)", .methods = mv_methods, .getsets = mv_getsets,
            .doc = "Create a new memoryview object which references the given object.",
            .slots = {.new_ = mv_slot_new, .repr = mv_slot_repr, .hash = mv_slot_hash, .compare = mv_slot_compare, .iter = mv_slot_iter,
                      .len = mv_slot_len, .getitem = mv_slot_getitem, .setitem = mv_slot_setitem, .dealloc = mv_dealloc,
                      .traverse = mv_traverse, .clear = mv_clear, .get_buffer = mv_get_buffer, .release_buffer = mv_release_buffer})
