// SPDX-License-Identifier: MIT
// bytearray: growable bytes. Writers hold ->lock. Readers of the whole hold it too, or copy (bytes_hold); one byte is read without it: `version` tells
// whether address, offset, length and byte are of one moment, the block's own capacity bounds the access, and a block others have seen is retired,
// never freed at once. While exports are out nothing moves or resizes: BufferError; but memoryviews read and write bytes then, without the lock, so
// every access to published bytes is one of core/base/shared_bytes.h.
// `data` is NULL while nothing was ever stored; `offset` bytes at its front were cut off; a zero byte follows the contents.
#include <string.h>

#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/container_inl.h"
#include "core/object/iter.h"
#include "core/object/module.h"
#include "core/object/str_percent.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

static ByteBlock *block_of(const uint8_t *data) { return (ByteBlock *)(uintptr_t)(data - offsetof(ByteBlock, v)); }
static size_t cap_of(const ByteArray *a) { return a->data ? block_of(a->data)->cap : 0; } // under the lock
static uint8_t *data_new(Thread *th, size_t cap) {
    ByteBlock *b = mem_alloc(th, sizeof *b + cap);
    if (!b) return NULL;
    b->cap = cap;
    b->pages = 0;
    return b->v;
}
static void block_free(ByteBlock *b) {
    if (b->pages) mem_pages_free(b, b->pages);
    else mem_free(b);
}
static void block_free_later(Thread *th, void *b) { block_free(b); }

Value bytearray_new(Thread *th, const void *p, size_t n) {
    ByteArray *a = NEW(ByteArray, th, &type_bytearray);
    if (!a) return NO_VALUE;
    if (n) {
        if (n > INTPTR_MAX - 64) {
            decref(th, VALUE_OF(a));
            return raise_memory_error(th);
        }
        if (!(a->data = data_new(th, n + 1))) {
            decref(th, VALUE_OF(a));
            return NO_VALUE;
        }
        if (p) memcpy(a->data, p, n);
        a->data[n] = 0;
        a->len = n;
    }
    return VALUE_OF(a);
}

static void bytearray_dealloc(Thread *th, Object *o) {
    ByteArray *a = (ByteArray *)o;
    if (a->data) block_free(block_of(a->data));
    a->data = NULL;
    object_release_attrs(th, o);
    object_free(th, o);
}

// ---- resizing -------------------------------------------------------------------------------------------------------------------------

static int export_error(Thread *th) {
    raise_error(th, &exc_BufferError, "Existing exports of data: object cannot be re-sized");
    return -1;
}

// Locks a for a change of its storage or length, and says so to readers without the lock.
static void write_begin(Thread *th, ByteArray *a) {
    container_lock(th, &a->head, &a->lock);
    if (UNLIKELY(th->mt)) {
        atomic_store_relaxed(&a->version, a->version + 1);
        atomic_fence_release(); // the odd version first, then what is done under it
    }
}
static void write_end(Thread *th, ByteArray *a) {
    // Even again after all of it. (A version left odd by a begin without threads would only send readers to the lock.)
    if (UNLIKELY(th->mt)) atomic_store_release(&a->version, a->version + 1);
    obj_unlock(th, &a->lock);
}

static uint8_t *start_of(ByteArray *a) { return a->data + a->offset; }

// Makes room for cap bytes in all in a large block that grows step by step; offset and contents stay. Under the lock, no exports. False: not so, or no memory.
static bool grow_pages(Thread *th, ByteArray *a, size_t cap) {
    ByteBlock *b = block_of(a->data), *fresh;
    size_t size = sizeof *b + cap;
    if (b->pages) {
        // Readers without the lock there are only once there is another thread: then the block stays where it is.
        fresh = mem_pages_grow(th, b, b->pages, size, !th->mt);
        if (!fresh && error_pending(th)) error_clear(th); // half of it may do
        if (!fresh) return false;
    } else {
        if (th->mt || !(fresh = mem_pages(th, size))) {
            if (error_pending(th)) error_clear(th);
            return false;
        }
        memcpy(fresh->v, a->data, a->offset + a->len);
        mem_free(b);
    }
    fresh->pages = size;
    atomic_store_release(&fresh->cap, cap);
    atomic_store_release(&a->data, fresh->v);
    return true;
}

enum { COPY_SELDOM = 256 << 10 }; // from this size on small steps up leave more room

// Makes the length n, keeping what fits; new bytes are not cleared. Under the lock. 0 or -1.
static int resize_locked(Thread *th, ByteArray *a, size_t n) {
    if (n == a->len) return 0;
    if (a->exports) return export_error(th);
    if (n > INTPTR_MAX - 64) {
        raise_memory_error(th);
        return -1;
    }
    size_t need = n + 1, had = cap_of(a), room = had - a->offset;
    if (a->data && need <= room && need >= room / 4) { // fits, and wastes little
        atomic_store_relaxed(&a->data[a->offset + n], (uint8_t)0);
        atomic_store_release(&a->len, n);
        return 0;
    }
    // A small step up: room for more of them. A large one, or down: what is needed.
    size_t cap = n > a->len && n <= had + had / 8 ? need + n / 8 + (n < 9 ? 3 : 6) : need;
    if (cap > need && cap >= COPY_SELDOM) {
        // What was cut off at the front is kept until it is half of what is there.
        if (cap >= MEM_PAGES_MIN && a->offset <= a->len / 2 && grow_pages(th, a, a->offset + cap)) {
            a->data[a->offset + n] = 0;
            atomic_store_release(&a->len, n);
            return 0;
        }
        cap += n / 2; // pages that are not used take no memory
    }
    uint8_t *old = a->data, *fresh = data_new(th, cap);
    if (!fresh) return -1;
    size_t keep = n < a->len ? n : a->len;
    if (keep) memcpy(fresh, start_of(a), keep); // no exports: nobody writes it now
    fresh[n] = 0;
    atomic_store_release(&a->data, fresh);
    atomic_store_relaxed(&a->offset, (size_t)0);
    atomic_store_release(&a->len, n);
    if (old && block_of(old)->pages && object_watched(th, &a->head)) retire_call(th, block_free_later, block_of(old));
    else if (old && block_of(old)->pages) block_free(block_of(old));
    else if (old) container_free(th, &a->head, block_of(old));
    return 0;
}

// Replaces bytes [lo, hi) by the n at p (not within a's own block). Under the lock. 0 or -1.
static int splice_locked(Thread *th, ByteArray *a, size_t lo, size_t hi, const uint8_t *p, size_t n) {
    size_t len = a->len;
    if (hi > len) hi = len;
    if (lo > hi) lo = hi;
    size_t cut = hi - lo, tail = len - hi;
    if (n < cut) {
        if (a->exports) return export_error(th);
        if (lo == 0) { // cut at the front: no move
            atomic_store_relaxed(&a->offset, a->offset + (cut - n));
            atomic_store_release(&a->len, len - (cut - n));
            if (n) shared_copy(start_of(a), p, n);
            return a->offset > cap_of(a) / 2 ? resize_locked(th, a, a->len) : 0;
        }
        shared_move(start_of(a) + lo + n, start_of(a) + hi, tail);
        if (resize_locked(th, a, len - (cut - n)) < 0) return -1;
    } else if (n > cut) {
        if (n - cut > (size_t)INTPTR_MAX - len) {
            raise_memory_error(th);
            return -1;
        }
        if (resize_locked(th, a, len + (n - cut)) < 0) return -1;
        shared_move(start_of(a) + lo + n, start_of(a) + hi, tail);
    }
    if (n == 1) shared_store(start_of(a) + lo, p, 1);
    else if (n) shared_copy(start_of(a) + lo, p, n);
    return 0;
}

// Splice from the outside. p is stable (held by an export, or a copy).
static int splice(Thread *th, Value self, size_t lo, size_t hi, const uint8_t *p, size_t n) {
    ByteArray *a = AS(ByteArray, self);
    write_begin(th, a);
    int r = splice_locked(th, a, lo, hi, p, n);
    write_end(th, a);
    return r;
}

static int append_bytes(Thread *th, Value self, const uint8_t *p, size_t n) {
    return n ? splice(th, self, SIZE_MAX, SIZE_MAX, p, n) : 0;
}

// ---- buffer ---------------------------------------------------------------------------------------------------------------------------

static int bytearray_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    ByteArray *a = AS(ByteArray, self);
    container_lock(th, &a->head, &a->lock);
    a->exports++;
    uint8_t *p = a->data ? start_of(a) : (uint8_t *)"";
    size_t n = a->len;
    obj_unlock(th, &a->lock);
    return buffer_fill(th, b, self, p, n, false, flags);
}

static void bytearray_release_buffer(Thread *th, Value self, Buffer *b) {
    ByteArray *a = AS(ByteArray, self);
    container_lock(th, &a->head, &a->lock);
    a->exports--;
    obj_unlock(th, &a->lock);
}

// ---- __init__ -------------------------------------------------------------------------------------------------------------------------

int bytes_text_source(Thread *th, Value *a, const char *fname, Value *out);

static Value bytearray_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    ByteArray *a = object_new(th, type, 0);
    return a ? VALUE_OF(a) : NO_VALUE;
}

// Inserts x's bytes at `at` (SIZE_MAX: the end). Getting them may run Python and change self.
static int insert_buffer(Thread *th, Value self, Value x, size_t at) {
    if (LIKELY(value_is_exact_bytes(x))) return AS(Bytes, x)->len ? splice(th, self, at, at, AS(Bytes, x)->data, AS(Bytes, x)->len) : 0;
    Buffer b;
    if (buffer_get(th, x, &b, BUF_FULL_RO) < 0) return -1;
    int r;
    if (x == self) { // its own export: copy, release, append
        Value copy = bytes_of_shared(th, b.buf, b.len);
        buffer_release(th, &b);
        if (copy == NO_VALUE) return -1;
        r = append_bytes(th, self, AS(Bytes, copy)->data, AS(Bytes, copy)->len);
        decref(th, copy);
        return r;
    }
    if (buffer_is_contiguous(&b, 'C')) {
        r = b.len ? splice(th, self, at, at, b.buf, b.len) : 0;
    } else {
        Value flat = buffer_to_bytes(th, &b);
        r = flat == NO_VALUE ? -1 : splice(th, self, at, at, AS(Bytes, flat)->data, AS(Bytes, flat)->len);
        decref(th, flat);
    }
    buffer_release(th, &b);
    return r;
}
static int append_buffer(Thread *th, Value self, Value x) { return insert_buffer(th, self, x, SIZE_MAX); }

// One byte at a time, so that the iterator sees what is there already.
static int append_item(Thread *th, Value item, void *arg) {
    uint8_t c;
    return byte_arg(th, item, &c, "byte must be in range(0, 256)") < 0 ? -1 : append_bytes(th, *(Value *)arg, &c, 1);
}

static int init_from(Thread *th, Value self, Value x) {
    if (value_is_str(x)) {
        raise_type_error(th, "string argument without an encoding");
        return -1;
    }
    if (index_check(x)) {
        intptr_t n = number_as_ssize(th, x, &exc_OverflowError);
        if (n == -1 && error_pending(th)) {
            if (!error_clear_if(th, &exc_TypeError)) return -1;
        } else {
            if (n < 0) {
                raise_value_error(th, "negative count");
                return -1;
            }
            ByteArray *a = AS(ByteArray, self);
            write_begin(th, a);
            int r = resize_locked(th, a, (size_t)n);
            if (r == 0 && n) shared_fill(start_of(a), 0, (size_t)n);
            write_end(th, a);
            return r;
        }
    }
    if (buffer_check(x)) return append_buffer(th, self, x);
    if (!type_of(x)->slots.iter && !type_of(x)->slots.getitem) {
        raise_type_error(th, "cannot convert '%T' object to bytearray", x);
        return -1;
    }
    return iterate(th, x, append_item, &self);
}

static int bytearray_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3], text;
    if (native_args_bind(th, &sig, "bytearray", "(source=b'', encoding='utf-8', errors='strict')", args, nargs, kwnames, a) < 0) return -1;
    ByteArray *array = AS(ByteArray, self);
    write_begin(th, array);
    int r = resize_locked(th, array, 0);
    write_end(th, array);
    if (r < 0) return -1;
    if (bytes_text_source(th, a, "bytearray", &text)) {
        if (text == NO_VALUE) return -1;
        r = append_bytes(th, self, AS(Bytes, text)->data, AS(Bytes, text)->len);
        decref(th, text);
        return r;
    }
    return a[0] == NO_VALUE ? 0 : init_from(th, self, a[0]);
}

// ---- slots ----------------------------------------------------------------------------------------------------------------------------

static intptr_t bytearray_slot_len(Thread *th, Value v) { return (intptr_t)atomic_load_acquire(&AS(ByteArray, v)->len); }
static int bytearray_slot_bool(Thread *th, Value v) { return atomic_load_acquire(&AS(ByteArray, v)->len) != 0; }

static Value bytearray_slot_repr(Thread *th, Value v) {
    BYTES_HOLD_OR(b, v, BYTES_COPY, NO_VALUE);
    Value text;
    // bytearray escapes ' even where bytes changes its quotes.
    if (memchr(b.p, '\'', b.n) && !memchr(b.p, '"', b.n)) {
        StrBuilder sb;
        str_builder_init(&sb, th);
        str_builder_cstr(&sb, "b\"");
        size_t from = 0;
        for (size_t i = 0; i <= b.n; i++) {
            if (i < b.n && b.p[i] != '\'') continue;
            Value part = bytes_repr_text(th, b.p + from, i - from);
            if (part == NO_VALUE) break;
            str_builder_sub(&sb, part, 2, STR(part)->len - 1);
            decref(th, part);
            if (i < b.n) str_builder_cstr(&sb, "\\'");
            from = i + 1;
        }
        str_builder_char(&sb, '"');
        text = error_pending(th) ? (str_builder_abort(&sb), NO_VALUE) : str_builder_finish(&sb);
    } else {
        text = bytes_repr_text(th, b.p, b.n);
    }
    if (text == NO_VALUE) return NO_VALUE;
    Value name = VALUE_OF(type_of(v));
    const Type *t = AS(Type, name);
    Value r = str_format(th, "%N(%U)", t, text);
    decref(th, text);
    return r;
}

static Value bytearray_slot_str(Thread *th, Value v) { return bytearray_slot_repr(th, v); }

// Byte i now, under the lock.
static NOINLINE int byte_at_locked(Thread *th, ByteArray *a, intptr_t i) {
    container_lock(th, &a->head, &a->lock);
    if (i < 0) i += (intptr_t)a->len;
    int c = i < 0 || (size_t)i >= a->len ? -1 : atomic_load_relaxed(&start_of(a)[i]);
    obj_unlock(th, &a->lock);
    return c;
}
// Byte i (negative: from the end) into *c, or -1 beyond the end. False: a writer is at work; take the lock. Waits for nothing.
static bool byte_try(Thread *th, ByteArray *a, intptr_t i, int *c) {
    if (UNLIKELY(!object_readable(th, &a->head))) return false;
    // Each load acquires, so that the second look at the version comes last.
    uint32_t version = atomic_load_acquire(&a->version);
    const uint8_t *data = atomic_load_acquire(&a->data);
    size_t offset = atomic_load_acquire(&a->offset), n = atomic_load_acquire(&a->len);
    if (i < 0) i += (intptr_t)n;
    *c = -1;
    if (i >= 0 && (size_t)i < n) {
        // Parts of different moments may add up to anything: the block's own capacity bounds what is touched.
        if (UNLIKELY(!data || offset + (size_t)i >= block_of(data)->cap)) return false;
        *c = atomic_load_acquire(&data[offset + (size_t)i]);
    }
    return LIKELY(!(version & 1) && atomic_load_relaxed(&a->version) == version);
}
static int byte_at(Thread *th, Value self, intptr_t i) {
    int c;
    return LIKELY(byte_try(th, AS(ByteArray, self), i, &c)) ? c : byte_at_locked(th, AS(ByteArray, self), i);
}

static Value bytearray_slot_getitem(Thread *th, Value self, Value key) {
    if (LIKELY(value_is_imm_int(key)) || index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
        int c = byte_at(th, self, i);
        if (c < 0) return raise_error(th, &exc_IndexError, "bytearray index out of range");
        return value_imm_int(c);
    }
    if (type_of(key) != &type_slice) return raise_type_error(th, "bytearray indices must be integers or slices, not %T", key);
    // The bounds first: an __index__ may change self.
    const Slice *k = AS(Slice, key);
    SliceParts p;
    if (slice_unpack(th, k->start, k->stop, k->step, &p) < 0) return NO_VALUE;
    BYTES_HOLD(v, self);
    size_t n = slice_adjust(v.n, &p);
    Value r = bytearray_new(th, NULL, n);
    if (r == NO_VALUE || !n) return r;
    uint8_t *out = AS(ByteArray, r)->data;
    if (p.step == 1) memcpy(out, v.p + p.start, n);
    else for (size_t i = 0; i < n; i++) out[i] = v.p[p.start + (intptr_t)i * p.step];
    return r;
}

// Deletes `count` bytes start, start+step, ... (step may be negative). Under the lock.
static int delete_stepped_locked(Thread *th, ByteArray *a, intptr_t start, intptr_t step, intptr_t count) {
    if (count <= 0) return 0;
    if (a->exports) return export_error(th);
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
    }
    if (start + step * (count - 1) >= (intptr_t)a->len) return 0; // shortened meanwhile
    uint8_t *p = start_of(a), *to = p + start;
    for (intptr_t k = 0; k < count; k++) {
        intptr_t from = start + k * step + 1, upto = k + 1 < count ? start + (k + 1) * step : (intptr_t)a->len;
        shared_move(to, p + from, (size_t)(upto - from));
        to += upto - from;
    }
    return resize_locked(th, a, a->len - (size_t)count);
}

// value's bytes for an assignment: 0 with an owned bytes object, or -1.
static int assigned_bytes(Thread *th, Value v, Value *out) {
    if (value_is_exact_bytes(v)) {
        *out = new_ref(th, v);
        return 0;
    }
    if (!buffer_check(v) && (value_is_str(v) || index_check(v) || (!type_of(v)->slots.iter && !type_of(v)->slots.getitem))) {
        raise_type_error(th, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return -1;
    }
    if (buffer_check(v)) {
        *out = bytes_from_object(th, v);
        return *out == NO_VALUE ? -1 : 0;
    }
    uint8_t *p;
    size_t n;
    if (bytes_collect(th, v, &p, &n, "byte must be in range(0, 256)") < 0) return -1;
    *out = bytes_new(th, p ? p : (uint8_t *)"", n);
    mem_free(p);
    return *out == NO_VALUE ? -1 : 0;
}

static int set_slice(Thread *th, Value self, Value key, Value v) {
    ByteArray *a = AS(ByteArray, self);
    Value bytes = NO_VALUE;
    if (v != NO_VALUE && assigned_bytes(th, v, &bytes) < 0) return -1;
    const uint8_t *p = bytes == NO_VALUE ? NULL : AS(Bytes, bytes)->data;
    size_t k = bytes == NO_VALUE ? 0 : AS(Bytes, bytes)->len;
    intptr_t start, stop, step, n = slice_indices(th, key, atomic_load_acquire(&a->len), &start, &stop, &step);
    int r = n < 0 ? -1 : 0;
    if (n >= 0) {
        write_begin(th, a);
        if (step == 1) {
            if (stop < start) stop = start;
            r = splice_locked(th, a, (size_t)start, (size_t)stop, p, k);
        } else if (k == 0) {
            r = delete_stepped_locked(th, a, start, step, n);
        } else if (k != (size_t)n) {
            raise_value_error(th, "attempt to assign bytes of size %zu to extended slice of size %zd", k, n);
            r = -1;
        } else {
            for (intptr_t i = 0, at = start; i < n; i++, at += step)
                if ((size_t)at < a->len) atomic_store_relaxed(&start_of(a)[at], p[i]);
        }
        write_end(th, a);
    }
    decref(th, bytes);
    return r;
}

static int bytearray_slot_setitem(Thread *th, Value self, Value key, Value v) {
    ByteArray *a = AS(ByteArray, self);
    if (!value_is_imm_int(key) && !index_check(key)) {
        if (type_of(key) == &type_slice) return set_slice(th, self, key, v);
        raise_type_error(th, "bytearray indices must be integers or slices, not %T", key);
        return -1;
    }
    intptr_t i = number_as_ssize(th, key, &exc_IndexError);
    if (i == -1 && error_pending(th)) return -1;
    uint8_t byte = 0;
    intptr_t len = (intptr_t)atomic_load_acquire(&a->len);
    if ((i < 0 ? i + len : i) < 0 || (i < 0 ? i + len : i) >= len) {
        raise_error(th, &exc_IndexError, "bytearray index out of range");
        return -1;
    }
    if (v != NO_VALUE && byte_arg(th, v, &byte, "byte must be in range(0, 256)") < 0) return -1;
    int r = 0;
    write_begin(th, a);
    if (i < 0) i += (intptr_t)a->len;
    if (i < 0 || (size_t)i >= a->len) { // int(v) may have changed it
        raise_error(th, &exc_IndexError, "bytearray index out of range");
        r = -1;
    } else if (v == NO_VALUE) {
        r = splice_locked(th, a, (size_t)i, (size_t)i + 1, NULL, 0);
    } else {
        atomic_store_relaxed(&start_of(a)[i], byte);
    }
    write_end(th, a);
    return r;
}

static Value bytearray_slot_iadd(Thread *th, Value self, Value x) {
    if (UNLIKELY(!value_is_exact_bytes(x)) && !buffer_check(x)) return raise_type_error(th, "can't concat %T to %T", x, self);
    if (x == self && atomic_load_acquire(&AS(ByteArray, self)->len)) { // it exports itself meanwhile
        export_error(th);
        return NO_VALUE;
    }
    return append_buffer(th, self, x) < 0 ? NO_VALUE : new_ref(th, self);
}

static Value bytearray_slot_imul(Thread *th, Value self, Value x) {
    if (!index_check(x)) return raise_type_error(th, "can't multiply sequence by non-int of type '%T'", x);
    intptr_t n = number_as_ssize(th, x, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0) n = 0;
    ByteArray *a = AS(ByteArray, self);
    int r = 0;
    write_begin(th, a);
    size_t unit = a->len;
    if (unit && (size_t)n > ((size_t)INTPTR_MAX - 64) / unit) {
        raise_memory_error(th);
        r = -1;
    } else {
        r = resize_locked(th, a, unit * (size_t)n);
        if (r == 0 && n > 1)
            for (size_t at = unit; at < a->len; at += unit) shared_copy(start_of(a) + at, start_of(a), unit);
    }
    write_end(th, a);
    return r < 0 ? NO_VALUE : new_ref(th, self);
}

static Value bytearray_slot_mod(Thread *th, Value a, Value b) {
    if (!value_is_bytearray(a)) return VALUE_NOT_IMPLEMENTED;
    Buffer pin; // formatting may run Python: BufferError if that resizes a
    ByteHold v;
    if (buffer_get_native(th, a, &pin, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (bytes_hold(th, a, &v, BYTES_COPY) == 0) {
        r = bytes_percent(th, v.p, v.n, b, true);
        bytes_drop(&v);
    }
    buffer_release(th, &pin);
    return r;
}

// ---- methods --------------------------------------------------------------------------------------------------------------------------

static Value bytearray_meth_append(Thread *th, Value self, Value *args) {
    uint8_t c;
    if (byte_arg(th, args[0], &c, "byte must be in range(0, 256)") < 0) return NO_VALUE;
    return append_bytes(th, self, &c, 1) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value bytearray_meth_extend(Thread *th, Value self, Value *args) {
    Value x = args[0];
    if (buffer_check(x)) return insert_buffer(th, self, x, atomic_load_acquire(&AS(ByteArray, self)->len)) < 0 ? NO_VALUE : VALUE_NONE;
    if (value_is_str(x)) return raise_type_error(th, "expected iterable of integers; got: 'str'");
    Value it = object_iter(th, x);
    if (it == NO_VALUE) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "can't extend bytearray with %T", x);
        return NO_VALUE;
    }
    uint8_t *p;
    size_t n;
    // The hint itself is not needed; that it can fail is.
    int r = object_length_hint(th, x, 0) < 0 ? -1 : bytes_collect(th, it, &p, &n, "byte must be in range(0, 256)");
    decref(th, it);
    if (r == 0) {
        r = append_bytes(th, self, p, n);
        mem_free(p);
    }
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value bytearray_meth_insert(Thread *th, Value self, Value *args) {
    intptr_t i;
    uint8_t c;
    if (text_ssize_arg(th, args[0], 0, &i) < 0) return NO_VALUE;
    if (byte_arg(th, args[1], &c, "byte must be in range(0, 256)") < 0) return NO_VALUE;
    ByteArray *a = AS(ByteArray, self);
    write_begin(th, a);
    if (i < 0 && (i += (intptr_t)a->len) < 0) i = 0;
    int r = splice_locked(th, a, (size_t)i, (size_t)i, &c, 1);
    write_end(th, a);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value bytearray_meth_pop(Thread *th, Value self, Value *args) {
    intptr_t i;
    if (text_ssize_arg(th, args[0], -1, &i) < 0) return NO_VALUE;
    ByteArray *a = AS(ByteArray, self);
    Value r = NO_VALUE;
    write_begin(th, a);
    if (i < 0) i += (intptr_t)a->len;
    if (a->len == 0) raise_error(th, &exc_IndexError, "pop from empty bytearray");
    else if (i < 0 || (size_t)i >= a->len) raise_error(th, &exc_IndexError, "pop index out of range");
    else {
        uint8_t c = atomic_load_relaxed(&start_of(a)[i]);
        if (splice_locked(th, a, (size_t)i, (size_t)i + 1, NULL, 0) == 0) r = value_imm_int(c);
    }
    write_end(th, a);
    return r;
}

static Value bytearray_meth_remove(Thread *th, Value self, Value *args) {
    uint8_t c;
    if (byte_arg(th, args[0], &c, "byte must be in range(0, 256)") < 0) return NO_VALUE;
    ByteArray *a = AS(ByteArray, self);
    Value r = NO_VALUE;
    write_begin(th, a);
    // Without exports nobody writes it now; with one, a memoryview might.
    size_t i = 0, n = a->len;
    if (!a->exports) {
        const uint8_t *p = n ? memchr(start_of(a), c, n) : NULL;
        i = p ? (size_t)(p - start_of(a)) : n;
    } else while (i < n && atomic_load_relaxed(&start_of(a)[i]) != c) i++;
    if (i == n) raise_value_error(th, "value not found in bytearray");
    else {
        if (splice_locked(th, a, i, i + 1, NULL, 0) == 0) r = VALUE_NONE;
    }
    write_end(th, a);
    return r;
}

static Value bytearray_meth_clear(Thread *th, Value self, Value *args) {
    ByteArray *a = AS(ByteArray, self);
    write_begin(th, a);
    int r = resize_locked(th, a, 0);
    write_end(th, a);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value bytearray_meth_resize(Thread *th, Value self, Value *args) {
    intptr_t n;
    if (text_ssize_arg(th, args[0], 0, &n) < 0) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "Can only resize to positive sizes, got %zd", n);
    ByteArray *a = AS(ByteArray, self);
    write_begin(th, a);
    size_t old = a->len;
    int r = resize_locked(th, a, (size_t)n);
    if (r == 0 && (size_t)n > old) shared_fill(start_of(a) + old, 0, (size_t)n - old);
    write_end(th, a);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

static Value bytearray_meth_reverse(Thread *th, Value self, Value *args) {
    ByteArray *a = AS(ByteArray, self);
    write_begin(th, a);
    if (a->len) {
        uint8_t *i = start_of(a), *j = i + a->len - 1;
        for (; i < j; i++, j--) {
            uint8_t t = atomic_load_relaxed(i);
            atomic_store_relaxed(i, atomic_load_relaxed(j));
            atomic_store_relaxed(j, t);
        }
    }
    write_end(th, a);
    return VALUE_NONE;
}

static Value bytearray_meth_copy(Thread *th, Value self, Value *args) {
    BYTES_HOLD(v, self);
    return bytearray_new(th, v.p, v.n);
}

static size_t capacity(Thread *th, Value self) {
    ByteArray *a = AS(ByteArray, self);
    container_lock(th, &a->head, &a->lock);
    size_t n = cap_of(a);
    obj_unlock(th, &a->lock);
    return n;
}
static Value bytearray_meth_alloc(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)capacity(th, self)); }
static Value bytearray_meth_sizeof(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)(sizeof(ByteArray) + capacity(th, self))); }

static Value reduce(Thread *th, Value self, int protocol) {
    BYTES_HOLD_OR(v, self, BYTES_COPY, NO_VALUE);
    Value text = NO_VALUE, args = NO_VALUE, r = NO_VALUE;
    if (protocol < 3) {
        text = str_from_latin1(th, v.p, v.n);
        Value latin = str_from_ascii(th, "latin-1", 7);
        if (text != NO_VALUE && latin != NO_VALUE) args = tuple_pack2(th, text, latin);
        decref(th, latin);
    } else {
        text = bytes_new(th, v.p, v.n);
        if (text != NO_VALUE) args = v.n ? tuple_pack1(th, text) : new_ref(th, tuple_empty);
    }
    Value state = args == NO_VALUE ? NO_VALUE : call_method0(th, self, name_d_getstate);
    if (state != NO_VALUE) r = tuple_pack3(th, VALUE_OF(type_of(self)), args, state);
    decref(th, state);
    decref(th, text);
    decref(th, args);
    return r;
}
static Value bytearray_meth_reduce(Thread *th, Value self, Value *args) { return reduce(th, self, 2); }
static Value bytearray_meth_reduce_ex(Thread *th, Value self, Value *args) {
    int protocol = 0;
    if (args[0] != NO_VALUE && number_as_int(th, args[0], &protocol) < 0) return NO_VALUE;
    return reduce(th, self, protocol);
}

// ---- iterator -------------------------------------------------------------------------------------------------------------------------

typedef struct ByteArrayIter { Object head; intptr_t next; Value array; } ByteArrayIter; // next [a]: -1 exhausted; array [c]

static Value bytearray_slot_iter(Thread *th, Value self) {
    ByteArrayIter *it = NEW(ByteArrayIter, th, &type_bytearray_iterator);
    if (!it) return NO_VALUE;
    it->array = new_ref(th, self);
    return VALUE_OF(it);
}

static Value bytearray_iter_slot_next(Thread *th, Value self) {
    ByteArrayIter *it = AS(ByteArrayIter, self);
    intptr_t i = atomic_load_relaxed(&it->next);
    for (;;) {
        Value array = text_iter_seq(&it->array);
        if (i < 0 || array == NO_VALUE) return NO_VALUE;
        int c;
        if (UNLIKELY(!byte_try(th, AS(ByteArray, array), i, &c))) {
            // The lock may be waited for, and nothing borrowed lives through that. (Retired at the end of the iterator: still there now.)
            incref(th, array);
            c = byte_at_locked(th, AS(ByteArray, array), i);
            decref(th, array);
        }
        intptr_t after = c < 0 ? -1 : i + 1;
        if (!th->mt) it->next = after;
        else if (!atomic_cas_acq_rel(&it->next, &i, after)) continue; // another thread took this one
        if (c >= 0) return value_imm_int(c);
        text_iter_end(th, &it->array);
        return NO_VALUE;
    }
}

static Value bytearray_iter_slot_iter(Thread *th, Value self) { return new_ref(th, self); }
static void bytearray_iter_dealloc(Thread *th, Object *o) {
    decref(th, ((ByteArrayIter *)o)->array);
    object_free(th, o);
}
static int bytearray_iter_traverse(Object *o, VisitFn visit, void *arg) {
    Value array = ((ByteArrayIter *)o)->array;
    return array == NO_VALUE ? 0 : visit(array, arg);
}

static Value bytearray_iter_meth_length_hint(Thread *th, Value self, Value *args) {
    ByteArrayIter *it = AS(ByteArrayIter, self);
    intptr_t i = atomic_load_relaxed(&it->next), n = text_iter_seq(&it->array) == NO_VALUE ? 0 : bytearray_slot_len(th, text_iter_seq(&it->array));
    return value_imm_int(i >= 0 && i < n ? n - i : 0);
}
static Value bytearray_iter_meth_reduce(Thread *th, Value self, Value *args) {
    ByteArrayIter *it = AS(ByteArrayIter, self);
    Value iter = builtin_get(th, "iter");   // may run Python: before the state is read
    if (iter == NO_VALUE) return NO_VALUE;
    Value array = text_iter_seq(&it->array);
    return text_iter_reduce(th, iter, array, array == NO_VALUE ? -1 : atomic_load_relaxed(&it->next), tuple_empty);
}
static Value bytearray_iter_meth_setstate(Thread *th, Value self, Value *args) {
    ByteArrayIter *it = AS(ByteArrayIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value array = text_iter_seq(&it->array);
    if (array == NO_VALUE) return VALUE_NONE;
    intptr_t n = bytearray_slot_len(th, array);
    if (atomic_load_relaxed(&it->next) >= 0) atomic_store_relaxed(&it->next, i < -1 ? -1 : i > n ? n : i);
    return VALUE_NONE;
}
static const MethodDef bytearray_iter_methods[] = {
    {"__length_hint__", "(self, /)", bytearray_iter_meth_length_hint, "Private method returning an estimate of len(list(it)).", 0},
    {"__reduce__", "(self, /)", bytearray_iter_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, object, /)", bytearray_iter_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
TYPE_DEFINE(bytearray_iterator, "bytearray_iterator", sizeof(ByteArrayIter), TYPE_NO_INSTANTIATE | TYPE_TRACED, .methods = bytearray_iter_methods,
            .slots = {.iter = bytearray_iter_slot_iter, .next = bytearray_iter_slot_next, .dealloc = bytearray_iter_dealloc,
                      .traverse = bytearray_iter_traverse})

static const MethodDef bytearray_methods[] = {
    BYTES_SHARED_METHODS,
    BUFFER_METHODS,
    {"__release_buffer__", "(self, buffer, /)", buffer_meth_release, "Release the buffer object that exposes the underlying memory of the object.", 0},
    {"append", "(self, item, /)", bytearray_meth_append, "Append a single item to the end of the bytearray.", 0},
    {"clear", "(self, /)", bytearray_meth_clear, "Remove all items from the bytearray.", 0},
    {"copy", "(self, /)", bytearray_meth_copy, "Return a copy of B.", 0},
    {"extend", "(self, iterable_of_ints, /)", bytearray_meth_extend, "Append all the items from the iterator or sequence to the end of the bytearray.", 0},
    {"insert", "(self, index, item, /)", bytearray_meth_insert, "Insert a single item into the bytearray before the given index.", 0},
    {"pop", "(self, index=-1, /)", bytearray_meth_pop, "Remove and return a single item from B.", 0},
    {"remove", "(self, value, /)", bytearray_meth_remove, "Remove the first occurrence of a value in the bytearray.", 0},
    {"resize", "(self, size, /)", bytearray_meth_resize, "Resize the internal buffer of bytearray to size.", 0},
    {"reverse", "(self, /)", bytearray_meth_reverse, "Reverse the order of the values in B in place.", 0},
    {"__alloc__", "(self, /)", bytearray_meth_alloc, "Return the number of bytes actually allocated.", 0},
    {"__reduce__", "(self, /)", bytearray_meth_reduce, "Return state information for pickling.", 0},
    {"__reduce_ex__", "(self, proto=0, /)", bytearray_meth_reduce_ex, "Return state information for pickling.", 0},
    {"__sizeof__", "(self, /)", bytearray_meth_sizeof, "Return the size of the object in memory, in bytes.", 0},
    {0},
};

static const char bytearray_doc[] =
    "bytearray(iterable_of_ints) -> bytearray\n"
    "bytearray(string, encoding[, errors]) -> bytearray\n"
    "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
    "bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n"
    "bytearray() -> empty bytes array";

TYPE_DEFINE(bytearray, "bytearray", sizeof(ByteArray), TYPE_BASETYPE | TYPE_MATCH_SELF, .methods = bytearray_methods, .doc = bytearray_doc,
            .slots = {.new_ = bytearray_slot_new, .init = bytearray_slot_init, .repr = bytearray_slot_repr, .str = bytearray_slot_str,
                      .compare = bytes_slot_compare, .iter = bytearray_slot_iter, .len = bytearray_slot_len, .bool_ = bytearray_slot_bool,
                      .getitem = bytearray_slot_getitem, .setitem = bytearray_slot_setitem, .contains = bytes_slot_contains,
                      .add = bytes_slot_concat, .iadd = bytearray_slot_iadd, .mul = bytes_slot_repeat, .imul = bytearray_slot_imul,
                      .mod = bytearray_slot_mod, .dealloc = bytearray_dealloc, .get_buffer = bytearray_get_buffer,
                      .release_buffer = bytearray_release_buffer, .hash = object_hash_unhashable})
