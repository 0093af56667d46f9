// SPDX-License-Identifier: MIT
// array.array: machine values in one block. Written under ->lock; read without it: the block carries its capacity, is replaced whole when it
// must grow, and the old one is freed after a grace period. Items are loaded and stored whole (core/base/shared_bytes.h), because readers without
// the lock and memoryviews look at them while they are written. Values that arguments stand for are computed before the lock is taken, because that may
// run Python code. While a buffer is out the block keeps its place and length.
// The items and the block are in items.c, the methods in methods.c.
#include "stdlib/array/array_int.h"

#include "core/object/iter.h"
#include "gc/gc.h"
#include "stdlib/sys/sys.h"

typedef struct ArrayIter { Object head; Value array; int64_t index; } ArrayIter; // [a] array: NO_VALUE at the end; index [a]

static Type type_array_iterator;
bool is_array(Value v) { return value_is_instance(v, &type_array_object); }

// ---- making -------------------------------------------------------------------------------------------------------------------------

static Value array_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames_len(kwnames) && (type == &type_array_object || type->slots.init == type_array_object.slots.init))
        return raise_type_error(th, "array.array() takes no keyword arguments");
    if (nargs < 1) return raise_type_error(th, "array() takes at least 1 argument (0 given)");
    if (nargs > 2) return raise_type_error(th, "array() takes at most 2 arguments (%zu given)", nargs);
    if (!value_is_str(args[0])) return raise_type_error(th, "array() argument 1 must be a unicode character, not %T", args[0]);
    if (AS(Str, args[0])->len != 1) return raise_type_error(th, "array() argument 1 must be a unicode character, not a string of length %zu", AS(Str, args[0])->len);
    uint32_t code = str_char_at(AS(Str, args[0]), 0);
    Value init = nargs == 2 ? args[1] : NO_VALUE;
    if (code == 'u' && warn_format(th, &exc_DeprecationWarning, 1, "The 'u' type code is deprecated and will be removed in Python 3.16") < 0) return NO_VALUE;
    const Kind *k = kind_find(code);
    if (sys_audit(th, "array.__new__", 2, args[0], init)) return NO_VALUE;
    if (init && !(k && k->is_text)) {
        if (value_is_str(init)) return raise_type_error(th, "cannot use a str to initialize an array with typecode '%c'", (int)code);
        if (is_array(init) && ARRAY(init)->kind->is_text)
            return raise_type_error(th, "cannot use a unicode array to initialize an array with typecode '%c'", (int)code);
    }
    if (!k) return raise_value_error(th, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)");
    Array *a = array_make(th, type, k, NULL, 0);
    if (!a || !init) return VALUE_OF(a);
    int r;
    if (is_array(init) && ARRAY(init)->kind == k) r = extend_array(th, a, ARRAY(init));
    else if (value_is_str(init)) r = extend_text(th, a, init);
    else if (value_is_bytes(init) || value_is_instance(init, &type_bytearray)) {
        r = extend_bytes(th, a, init);
    } else r = iterate(th, init, append_value, a);
    if (r < 0) {
        decref(th, VALUE_OF(a));
        return NO_VALUE;
    }
    return VALUE_OF(a);
}

static void array_dealloc(Thread *th, Object *self) {
    mem_free(((Array *)self)->block);
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- slots --------------------------------------------------------------------------------------------------------------------------

static intptr_t array_slot_len(Thread *th, Value self) { return (intptr_t)array_len(ARRAY(self)); }

Value array_to_list(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    Value l = p ? list_new(th, n) : NO_VALUE;
    for (size_t i = 0; l && i < n; i++) {
        Value v = item_load(th, a->kind, p + i * a->kind->size);
        if (!v || list_append_owned(th, AS(List, l), v) < 0) clear_ref(th, &l);
    }
    mem_free(p);
    return l;
}
Value array_to_text(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    if (!p) return NO_VALUE;
    Value s = NO_VALUE;
    uint32_t bad = 0;
    for (size_t i = 0; i < n && !bad; i++) {
        uint32_t c;
        memcpy(&c, p + 4 * i, 4);
        if (c > 0x10FFFF) bad = c;
    }
    if (!bad) s = str_from_ucs4(th, (const uint32_t *)p, n);
    else if (a->kind->code == 'u') raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", bad);
    else { // as a decoder says it
        Value raw = bytes_new(th, p, 4 * n), enc = str_from_cstr(th, "utf-32-le");
        Value text = raw && enc ? call_method1(th, raw, name_decode, enc) : NO_VALUE;
        decref(th, raw);
        decref(th, enc);
        decref(th, text);
        if (text) raise_value_error(th, "character U+%x is not in range [U+0000; U+10ffff]", bad);
    }
    mem_free(p);
    return s;
}
static Value array_slot_repr(Thread *th, Value self) {
    Array *a = ARRAY(self);
    if (array_len(a) == 0) return str_format(th, "%N('%c')", type_of(self), (int)a->kind->code);
    Value items = a->kind->is_text ? array_to_text(th, a) : array_to_list(th, a);
    Value r = items ? str_format(th, "%N('%c', %R)", type_of(self), (int)a->kind->code, items) : NO_VALUE;
    decref(th, items);
    return r;
}

static Value array_slot_compare(Thread *th, Value x, Value y, int op) {
    if (!is_array(x) || !is_array(y)) return VALUE_NOT_IMPLEMENTED;
    Array *a = ARRAY(x), *b = ARRAY(y);
    size_t n = array_len(a), m = array_len(b);
    if (n != m && (op == CMP_EQ || op == CMP_NE)) return value_bool(op == CMP_NE);
    for (size_t i = 0; i < n && i < m; i++) {
        uint8_t p[8], q[8];
        if (!item_read(th, a, i, p) || !item_read(th, b, i, q)) break;
        if (a->kind == b->kind && a->kind->is_int && memcmp(p, q, a->kind->size) == 0) continue;
        Value u = item_load(th, a->kind, p), v = u ? item_load(th, b->kind, q) : NO_VALUE;
        int eq = v ? object_compare_bool(th, u, v, CMP_EQ) : -1;
        Value r = NO_VALUE;
        if (eq == 0) r = op == CMP_EQ ? VALUE_FALSE : op == CMP_NE ? VALUE_TRUE : object_compare(th, u, v, op);
        decref(th, u);
        decref(th, v);
        if (eq <= 0) return r;
    }
    n = array_len(a), m = array_len(b);
    switch (op) {
    case CMP_LT: return value_bool(n < m);
    case CMP_LE: return value_bool(n <= m);
    case CMP_EQ: return value_bool(n == m);
    case CMP_NE: return value_bool(n != m);
    case CMP_GT: return value_bool(n > m);
    default: return value_bool(n >= m);
    }
}

static Value array_slot_getitem(Thread *th, Value self, Value key) {
    Array *a = ARRAY(self);
    if (LIKELY(value_is_imm_int(key))) return item_get(th, a, (intptr_t)value_imm_int_get(key));
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        return i == -1 && error_pending(th) ? NO_VALUE : item_get(th, a, i);
    }
    if (!value_is_exact(key, &type_slice)) return raise_type_error(th, "array indices must be integers");
    size_t size = a->kind->size, len;
    intptr_t start, stop, step;
    uint8_t *p = array_snapshot(th, a, &len);
    intptr_t n = p ? slice_indices(th, key, len, &start, &stop, &step) : -1;
    Value r = NO_VALUE;
    if (n >= 0) {
        if (step == 1) r = VALUE_OF(array_make(th, &type_array_object, a->kind, p + (size_t)start * size, (size_t)n));
        else {
            uint8_t *q = mem_alloc(th, (size_t)n * size + 1);
            if (q) {
                for (intptr_t i = 0; i < n; i++) memcpy(q + (size_t)i * size, p + (size_t)(start + i * step) * size, size);
                r = VALUE_OF(array_make(th, &type_array_object, a->kind, q, (size_t)n));
            }
            mem_free(q);
        }
    }
    mem_free(p);
    return r;
}

static int assign_slice(Thread *th, Array *a, Value key, const uint8_t *src, size_t n, bool del) {
    size_t size = a->kind->size;
    for (;;) {
        size_t len = array_len(a);
        intptr_t start, stop, step, count = slice_indices(th, key, len, &start, &stop, &step);
        if (count < 0) return -1;
        container_lock(th, &a->head, &a->lock);
        if (a->len != len) { // changed meanwhile: look again
            container_unlock(th, &a->lock);
            continue;
        }
        ArrayBlock *old = NULL;
        int r = 0;
        if (step == 1) r = splice_locked(th, a, (size_t)start, (size_t)count, src, n, &old);
        else if (del) {
            if (step < 0) {
                start += (count - 1) * step;
                step = -step;
            }
            if (count && a->exports) {
                raise_error(th, &exc_BufferError, "cannot resize an array that is exporting buffers");
                r = -1;
            } else if (count) { // the gaps close up from the left
                size_t to = (size_t)start;
                for (size_t i = (size_t)start; i < len; i++) {
                    size_t k = i - (size_t)start;
                    if (k % (size_t)step == 0 && k / (size_t)step < (size_t)count) continue;
                    copy_item(a->block->v + to++ * size, a->block->v + i * size, size);
                }
                atomic_store_release(&a->len, to);
            }
        } else if (n != (size_t)count) {
            container_unlock(th, &a->lock);
            raise_value_error(th, "attempt to assign array of size %zu to extended slice of size %zd", n, count);
            return -1;
        } else for (intptr_t i = 0; i < count; i++) shared_store(a->block->v + (size_t)(start + i * step) * size, src + (size_t)i * size, size);
        return splice_done(th, a, r, old);
    }
}

static int array_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Array *a = ARRAY(self);
    if (index_check(key)) {
        intptr_t i = LIKELY(value_is_imm_int(key)) ? (intptr_t)value_imm_int_get(key) : number_as_ssize(th, key, &exc_IndexError);
        uint8_t raw[8];
        if (i == -1 && error_pending(th)) return -1;
        intptr_t len = (intptr_t)array_len(a), at = i < 0 ? i + len : i;
        if (at >= 0 && at < len && v && item_parse(th, a->kind, v, raw) < 0) return -1;
        container_lock(th, &a->head, &a->lock);
        if (at < 0 || at >= (intptr_t)a->len || at >= len) {
            container_unlock(th, &a->lock);
            raise_error(th, &exc_IndexError, "array assignment index out of range");
            return -1;
        }
        if (UNLIKELY(!v)) return splice_unlock(th, a, (size_t)at, 1, raw, 0);
        shared_store(a->block->v + (size_t)at * a->kind->size, raw, a->kind->size);
        container_unlock(th, &a->lock);
        return 0;
    }
    if (!value_is_exact(key, &type_slice)) { raise_type_error(th, "array indices must be integers"); return -1; }
    if (!v) return assign_slice(th, a, key, NULL, 0, true);
    if (!is_array(v)) { raise_type_error(th, "can only assign array (not \"%T\") to array slice", v); return -1; }
    if (ARRAY(v)->kind != a->kind) { raise_type_error(th, "bad argument type for built-in operation"); return -1; }
    size_t n;
    uint8_t *p = array_snapshot(th, ARRAY(v), &n);
    int r = p ? assign_slice(th, a, key, p, n, false) : -1;
    mem_free(p);
    return r;
}

// Index of the first item equal to v in [start, stop), -1 none, -2 error. May run Python.
intptr_t array_find(Thread *th, Array *a, Value v, size_t start, size_t stop) {
    uint8_t raw[8];
    for (size_t i = start; i < stop && item_read(th, a, i, raw); i++) {
        Value item = item_load(th, a->kind, raw);
        int eq = item ? object_compare_bool(th, item, v, CMP_EQ) : -1;
        decref(th, item);
        if (eq) return eq < 0 ? -2 : (intptr_t)i;
    }
    return -1;
}
static int array_slot_contains(Thread *th, Value self, Value v) {
    intptr_t i = array_find(th, ARRAY(self), v, 0, SIZE_MAX);
    return i == -2 ? -1 : i >= 0;
}

static Value array_slot_add(Thread *th, Value x, Value y) {
    if (!is_array(x)) return VALUE_NOT_IMPLEMENTED;
    if (!is_array(y)) return raise_type_error(th, "can only append array (not \"%T\") to array", y);
    if (ARRAY(x)->kind != ARRAY(y)->kind) return raise_type_error(th, "bad argument type for built-in operation");
    Array *r = array_make(th, &type_array_object, ARRAY(x)->kind, NULL, 0);
    if (!r) return NO_VALUE;
    if (extend_array(th, r, ARRAY(x)) < 0 || extend_array(th, r, ARRAY(y)) < 0) {
        decref(th, VALUE_OF(r));
        return NO_VALUE;
    }
    return VALUE_OF(r);
}
static Value array_slot_iadd(Thread *th, Value x, Value y) {
    if (!is_array(y)) return raise_type_error(th, "can only extend array with array (not \"%T\")", y);
    return array_extend(th, ARRAY(x), y) < 0 ? NO_VALUE : new_ref(th, x);
}

// The items of a, `times` times, for mem_free. NULL: MemoryError.
static uint8_t *repeated(Thread *th, Array *a, intptr_t times, size_t *n) {
    size_t one, bytes, total;
    uint8_t *p = array_snapshot(th, a, &one), *q = NULL;
    if (times < 0) times = 0;
    bytes = one * a->kind->size;
    if (__builtin_mul_overflow(bytes, (size_t)times, &total) || total > INTPTR_MAX) raise_memory_error(th);
    else if (p && (q = mem_alloc(th, total + 1)))
        for (intptr_t i = 0; i < times; i++) memcpy(q + (size_t)i * bytes, p, bytes);
    mem_free(p);
    *n = one * (size_t)times;
    return q;
}
static int repeat_count(Thread *th, Value v, intptr_t *n) {
    if (!index_check(v)) { raise_type_error(th, "can't multiply sequence by non-int of type '%T'", v); return -1; }
    *n = number_as_ssize(th, v, &exc_OverflowError);
    return *n == -1 && error_pending(th) ? -1 : 0;
}
static Value array_slot_mul(Thread *th, Value x, Value y) {
    Value array = is_array(x) ? x : y, count = is_array(x) ? y : x;
    if (!is_array(array)) return VALUE_NOT_IMPLEMENTED;
    intptr_t times;
    size_t n;
    if (repeat_count(th, count, &times) < 0) return NO_VALUE;
    uint8_t *p = repeated(th, ARRAY(array), times, &n);
    Array *r = p ? array_make(th, &type_array_object, ARRAY(array)->kind, p, n) : NULL;
    mem_free(p);
    return VALUE_OF(r);
}
static Value array_slot_imul(Thread *th, Value x, Value y) {
    intptr_t times;
    size_t n;
    if (repeat_count(th, y, &times) < 0) return NO_VALUE;
    Array *a = ARRAY(x);
    uint8_t *p = repeated(th, a, times, &n);
    if (!p) return NO_VALUE;
    container_lock(th, &a->head, &a->lock);
    int r = splice_unlock(th, a, 0, a->len, p, n);
    mem_free(p);
    return r < 0 ? NO_VALUE : new_ref(th, x);
}

static int array_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    a->exports++;
    uint8_t *p = a->block ? a->block->v : (uint8_t *)"";
    size_t n = a->len;
    container_unlock(th, &a->lock);
    *b = (Buffer){.obj = new_ref(th, self), .buf = p, .len = n * a->kind->size, .itemsize = a->kind->size, .ndim = 1};
    static const char formats[][2] = {"b", "B", "w", "w", "h", "H", "i", "I", "l", "L", "q", "Q", "f", "d"};
    if (flags & BUF_FORMAT) b->format = formats[a->kind - array_kinds];
    b->small_shape = (intptr_t)n;
    b->small_stride = a->kind->size;
    if (flags & BUF_ND) b->shape = &b->small_shape;
    if ((flags & BUF_STRIDES) == BUF_STRIDES) b->strides = &b->small_stride;
    return 0;
}
static void array_release_buffer(Thread *th, Value self, Buffer *b) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    a->exports--;
    container_unlock(th, &a->lock);
}

// ---- iterator -----------------------------------------------------------------------------------------------------------------------

static Value array_slot_iter(Thread *th, Value self) {
    ArrayIter *it = NEW(ArrayIter, th, &type_array_iterator);
    if (it) it->array = new_ref(th, self);
    return VALUE_OF(it);
}
static Value array_iterator_slot_next(Thread *th, Value self) {
    ArrayIter *it = AS(ArrayIter, self);
    Value array = slot_borrow(th, &it->head, &it->array);
    if (!array) return NO_VALUE;
    // The first touch of another thread's array may wait for its lock, and nothing borrowed lives through that.
    bool held = UNLIKELY(!object_readable(th, value_object(array)));
    if (held && !(array = slot_get(th, &it->head, &it->array))) return NO_VALUE;
    uint8_t raw[8];
    int64_t i = counter_fetch_add(th, &it->index, 1);
    const Kind *kind = ARRAY(array)->kind;
    bool found = i >= 0 && item_read(th, ARRAY(array), (size_t)i, raw);
    if (held) decref(th, array);
    if (found) return item_load(th, kind, raw);
    slot_store(th, &it->head, &it->array, NO_VALUE);
    return NO_VALUE;
}
static void array_iterator_dealloc(Thread *th, Object *self) {
    decref(th, ((ArrayIter *)self)->array);
    object_free(th, self);
}
static int array_iterator_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((ArrayIter *)self)->array;
    return v ? visit(v, arg) : 0;
}
static Value array_iterator_meth_reduce(Thread *th, Value self, Value *args) {
    ArrayIter *it = AS(ArrayIter, self);
    Value a = slot_get(th, &it->head, &it->array), f = builtin_get(th, "iter");
    if (!f) { decref(th, a); return NO_VALUE; }
    if (!a) {
        Value empty = list_new(th, 0), t = empty ? tuple_from_owned(th, &empty, 1) : NO_VALUE;
        return reduce_make2(th, f, t);
    }
    return reduce_make(th, f, tuple_from_owned(th, &a, 1), int_from_i64(th, atomic_load_relaxed(&it->index)));
}
static Value array_iterator_meth_setstate(Thread *th, Value self, Value *args) {
    ArrayIter *it = AS(ArrayIter, self);
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    Value a = slot_borrow(th, &it->head, &it->array);
    if (!a) return VALUE_NONE;
    intptr_t len = (intptr_t)array_len(ARRAY(a));
    atomic_store_relaxed(&it->index, i < 0 ? 0 : i > len ? len : i);
    return VALUE_NONE;
}

// ---- tables ----------------------------------------------------------------------------------------------------------------------------------------

static const MethodDef array_iterator_methods[] = {
    {"__reduce__", "(self, /)", array_iterator_meth_reduce, "Return state information for pickling.", 0},
    {"__setstate__", "(self, state, /)", array_iterator_meth_setstate, "Set state information for unpickling.", 0},
    {0},
};
MODULE_TYPE_DEFINE(array_iterator, "array.arrayiterator", sizeof(ArrayIter), TYPE_ITERATOR | TYPE_NO_INSTANTIATE | TYPE_TRACED, .methods = array_iterator_methods,
                   .slots = {.dealloc = array_iterator_dealloc, .traverse = array_iterator_traverse, .iter = iter_self, .next = array_iterator_slot_next})

static Value array_get_typecode(Thread *th, Value self) { return str_from_char(th, (uint8_t)ARRAY(self)->kind->code); }
static Value array_get_itemsize(Thread *th, Value self) { return value_imm_int(ARRAY(self)->kind->size); }
static const GetSetDef array_getsets[] = {
    {"typecode", array_get_typecode, NULL, "the typecode character used to create the array"},
    {"itemsize", array_get_itemsize, NULL, "the size, in bytes, of one array item"},
    {0},
};
TYPE_DEFINE(array_object, "array.array", sizeof(Array), TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_SEQUENCE_PATTERN, .methods = array_methods, .getsets = array_getsets,
                   .doc = "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional "
                          "initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.",
                   .slots = {.new_ = array_slot_new, .dealloc = array_dealloc, .repr = array_slot_repr, .hash = object_hash_unhashable, .compare = array_slot_compare,
                             .iter = array_slot_iter, .len = array_slot_len, .getitem = array_slot_getitem, .setitem = array_slot_setitem, .contains = array_slot_contains,
                             .add = array_slot_add, .iadd = array_slot_iadd, .mul = array_slot_mul, .imul = array_slot_imul, .get_buffer = array_get_buffer,
                             .release_buffer = array_release_buffer})

static const MethodDef array_functions[] = {
    {"_array_reconstructor", "(arraytype, typecode, mformat_code, items, /)", array_fn_reconstructor, "Internal. Used for pickling support.", 0},
    {0},
};

static int array_exec(Thread *th, Value module) {
    if (type_ready(th, &type_array_iterator) < 0 || module_add_type(th, module, &type_array_object) < 0) return -1;
    if (module_add(th, module, "ArrayType", VALUE_OF(&type_array_object)) < 0 || module_add_str(th, module, "typecodes", "bBuwhHiIlLqQfd") < 0) return -1;
    if (!array_reconstructor) {
        if (!(array_reconstructor = object_getattr_cstr(th, module, "_array_reconstructor"))) return -1;
        gc_add_root(&array_reconstructor);
    }
    Value abc = import_attr(th, "collections.abc", "MutableSequence"), name = abc ? str_intern_cstr(th, "register") : NO_VALUE;
    Value r = name ? call_method1(th, abc, name, VALUE_OF(&type_array_object)) : NO_VALUE;
    decref(th, abc);
    decref(th, r);
    return r ? 0 : -1;
}

const ModuleDef module_array = {
    "array", "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are "
             "sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.", array_functions, array_exec,
};
