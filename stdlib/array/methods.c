// SPDX-License-Identifier: MIT
// array.array: its methods, and how pickles of arrays of other machines are read.
#include "stdlib/array/array_int.h"

static Value done(int r) { return r < 0 ? NO_VALUE : VALUE_NONE; }
static Value array_meth_append(Thread *th, Value self, Value *args) { return done(append_value(th, args[0], ARRAY(self))); }
static Value array_meth_extend(Thread *th, Value self, Value *args) { return done(array_extend(th, ARRAY(self), args[0])); }
static Value array_meth_frombytes(Thread *th, Value self, Value *args) { return done(extend_bytes(th, ARRAY(self), args[0])); }
static Value array_meth_tolist(Thread *th, Value self, Value *args) { return array_to_list(th, ARRAY(self)); }

static Value array_meth_fromlist(Thread *th, Value self, Value *args) {
    if (!value_is_list(args[0])) return raise_type_error(th, "arg must be list");
    Array *a = ARRAY(self);
    List *l = AS(List, args[0]);
    size_t n = list_len(l), size = a->kind->size;
    uint8_t *p = mem_alloc(th, n * size + 8);
    if (!p) return NO_VALUE;
    Value r = NO_VALUE;
    for (size_t i = 0; i < n; i++) {
        Value v = list_len(l) == n ? list_get(th, l, (intptr_t)i) : raise_error(th, &exc_RuntimeError, "list changed size during iteration");
        int bad = v ? item_parse(th, a->kind, v, p + i * size) : -1;
        decref(th, v);
        if (bad < 0) goto end;
    }
    r = done(array_append_raw(th, a, p, n));
end:
    mem_free(p);
    return r;
}
static Value array_meth_fromunicode(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "fromunicode() argument must be str, not %T", args[0]);
    if (!ARRAY(self)->kind->is_text) return raise_value_error(th, "fromunicode() may only be called on unicode type arrays ('u' or 'w')");
    return done(extend_text(th, ARRAY(self), args[0]));
}
static Value array_meth_tounicode(Thread *th, Value self, Value *args) {
    if (!ARRAY(self)->kind->is_text) return raise_value_error(th, "tounicode() may only be called on unicode type arrays ('u' or 'w')");
    return array_to_text(th, ARRAY(self));
}
static Value array_to_bytes(Thread *th, Array *a) {
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    Value r = p ? bytes_new(th, p, n * a->kind->size) : NO_VALUE;
    mem_free(p);
    return r;
}
static Value array_meth_tobytes(Thread *th, Value self, Value *args) { return array_to_bytes(th, ARRAY(self)); }

static Value array_meth_insert(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    uint8_t raw[8];
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if ((i == -1 && error_pending(th)) || item_parse(th, a->kind, args[1], raw) < 0) return NO_VALUE;
    container_lock(th, &a->head, &a->lock);
    intptr_t len = (intptr_t)a->len;
    if (i < 0) i = i + len < 0 ? 0 : i + len;
    if (i > len) i = len;
    return done(splice_unlock(th, a, (size_t)i, 0, raw, 1));
}
static Value array_meth_pop(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t i = -1;
    if (args[0] && (i = number_as_ssize(th, args[0], &exc_OverflowError)) == -1 && error_pending(th)) return NO_VALUE;
    uint8_t raw[8];
    container_lock(th, &a->head, &a->lock);
    intptr_t len = (intptr_t)a->len;
    if (i < 0) i += len;
    if (len == 0 || i < 0 || i >= len) {
        container_unlock(th, &a->lock);
        return raise_error(th, &exc_IndexError, len ? "pop index out of range" : "pop from empty array");
    }
    shared_load(raw, a->block->v + (size_t)i * a->kind->size, a->kind->size);
    if (splice_unlock(th, a, (size_t)i, 1, NULL, 0) < 0) return NO_VALUE;
    return item_load(th, a->kind, raw);
}
static Value array_meth_index(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t len = (intptr_t)array_len(a), start = 0, stop = INTPTR_MAX;
    if (args[1] && (start = number_as_ssize(th, args[1], NULL)) == -1 && error_pending(th)) return NO_VALUE;
    if (args[2] && (stop = number_as_ssize(th, args[2], NULL)) == -1 && error_pending(th)) return NO_VALUE;
    if (start < 0) start = start + len < 0 ? 0 : start + len;
    if (stop < 0) stop = stop + len < 0 ? 0 : stop + len;
    intptr_t i = array_find(th, a, args[0], (size_t)start, (size_t)stop);
    return i >= 0 ? value_imm_int(i) : i == -2 ? NO_VALUE : raise_value_error(th, "array.index(x): x not in array");
}
static Value array_meth_count(Thread *th, Value self, Value *args) {
    int64_t n = 0;
    for (intptr_t i = 0; (i = array_find(th, ARRAY(self), args[0], (size_t)i, SIZE_MAX)) >= 0; i++) n++;
    return error_pending(th) ? NO_VALUE : value_imm_int(n);
}
static Value array_meth_remove(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t i = array_find(th, a, args[0], 0, SIZE_MAX);
    if (i == -2) return NO_VALUE;
    if (i < 0) return raise_value_error(th, "array.remove(x): x not in array");
    ArrayBlock *old = NULL;
    container_lock(th, &a->head, &a->lock);
    int r = (size_t)i < a->len ? splice_locked(th, a, (size_t)i, 1, NULL, 0, &old) : 0;
    return done(splice_done(th, a, r, old));
}
static Value array_meth_clear(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    return done(splice_unlock(th, a, 0, a->len, NULL, 0));
}
static void swap_bytes(uint8_t *p, size_t size) {
    uint8_t from[8], to[8];
    shared_load(from, p, size);
    for (size_t i = 0; i < size; i++) to[i] = from[size - 1 - i];
    shared_store(p, to, size);
}
static Value array_meth_byteswap(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    for (size_t i = 0; i < a->len; i++) swap_bytes(a->block->v + i * a->kind->size, a->kind->size);
    container_unlock(th, &a->lock);
    return VALUE_NONE;
}
static Value array_meth_reverse(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    size_t size = a->kind->size;
    container_lock(th, &a->head, &a->lock);
    for (size_t i = 0, j = a->len; i + 1 < j;) {
        uint8_t low[8], high[8];
        shared_load(low, a->block->v + i * size, size);
        shared_load(high, a->block->v + --j * size, size);
        shared_store(a->block->v + i++ * size, high, size);
        shared_store(a->block->v + j * size, low, size);
    }
    container_unlock(th, &a->lock);
    return VALUE_NONE;
}
static Value array_meth_buffer_info(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    container_lock(th, &a->head, &a->lock);
    Value v[2] = {int_from_u64(th, a->block ? (uintptr_t)a->block->v : 0), int_from_u64(th, a->len)};
    container_unlock(th, &a->lock);
    return tuple_from_owned(th, v, 2);
}
static Value array_meth_copy(Thread *th, Value self, Value *args) {
    size_t n;
    uint8_t *p = array_snapshot(th, ARRAY(self), &n);
    Array *r = p ? array_make(th, &type_array_object, ARRAY(self)->kind, p, n) : NULL;
    mem_free(p);
    return VALUE_OF(r);
}
static Value array_meth_fromfile(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    intptr_t n = number_as_ssize(th, args[1], &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "negative count");
    if (n > INTPTR_MAX / a->kind->size) return raise_memory_error(th);
    intptr_t bytes = n * a->kind->size;
    Value data = call_method1(th, args[0], name_read, value_imm_int(bytes));
    if (!data) return NO_VALUE;
    Value r = NO_VALUE;
    if (!value_is_bytes(data)) raise_type_error(th, "read() didn't return bytes");
    else if (extend_bytes(th, a, data) == 0) {
        if ((intptr_t)AS(Bytes, data)->len == bytes) r = VALUE_NONE;
        else raise_error(th, &exc_EOFError, "read() didn't return enough bytes");
    }
    decref(th, data);
    return r;
}
static Value array_meth_tofile(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    size_t n;
    uint8_t *p = array_snapshot(th, a, &n);
    if (!p) return NO_VALUE;
    n *= a->kind->size;
    Value r = VALUE_NONE;
    for (size_t at = 0; at < n && r; at += 65536) {
        Value chunk = bytes_new(th, p + at, n - at < 65536 ? n - at : 65536), w = chunk ? call_method1(th, args[0], name_write, chunk) : NO_VALUE;
        decref(th, chunk);
        decref(th, w);
        if (!w) r = NO_VALUE;
    }
    if (n == 0) { // the method must exist all the same
        Value m = object_getattr(th, args[0], name_write);
        if (!m) r = NO_VALUE;
        decref(th, m);
    }
    mem_free(p);
    return r;
}
static Value array_meth_sizeof(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    ArrayBlock *b = atomic_load_acquire(&a->block);
    return int_from_u64(th, sizeof(Array) + (b ? sizeof *b + b->cap * a->kind->size : 0));
}

Value array_reconstructor;
static Value array_meth_reduce_ex(Thread *th, Value self, Value *args) {
    Array *a = ARRAY(self);
    if (!value_is_int(args[0])) return raise_type_error(th, "__reduce_ex__ argument should be an integer");
    int64_t protocol;
    if (int_as_i64(th, args[0], &protocol) < 0) return NO_VALUE;
    Value dict;
    int found = object_getattr_optional(th, self, name_d_dict, &dict);
    if (found < 0) return NO_VALUE;
    if (!found) dict = VALUE_NONE;
    Value code = str_from_char(th, (uint8_t)a->kind->code), cls = VALUE_OF(type_of(self)), inner;
    if (protocol < 3) {
        Value items = a->kind->is_text ? array_to_text(th, a) : array_to_list(th, a);
        Value v[2] = {code, items};
        inner = items ? tuple_from_owned(th, v, 2) : NO_VALUE;
    } else {
        Value bytes = array_to_bytes(th, a);
        Value v[4] = {new_ref(th, cls), code, value_imm_int(a->kind->machine), bytes};
        inner = bytes ? tuple_from_owned(th, v, 4) : NO_VALUE;
    }
    if (!inner) { decref(th, dict); return NO_VALUE; }
    Value out[3] = {new_ref(th, protocol < 3 ? cls : array_reconstructor), inner, dict};
    return tuple_from_owned(th, out, 3);
}


// ---- reconstruction ------------------------------------------------------------------------------------------------------------------

Value array_fn_reconstructor(Thread *th, Value self, Value *args) {
    if (!value_is_type(args[0])) return raise_type_error(th, "first argument must be a type object, not %T", args[0]);
    Type *type = AS(Type, args[0]);
    if (!type_is_subtype(type, &type_array_object)) return raise_type_error(th, "%N is not a subtype of array.array", type);
    if (!value_is_str(args[1]) || AS(Str, args[1])->len != 1) {
        if (value_is_str(args[1])) return raise_type_error(th, "_array_reconstructor() argument 2 must be a unicode character, not a string of length %zu", AS(Str, args[1])->len);
        return raise_type_error(th, "_array_reconstructor() argument 2 must be a unicode character, not %T", args[1]);
    }
    const Kind *k = kind_find(str_char_at(AS(Str, args[1]), 0));
    if (!k) return raise_value_error(th, "second argument must be a valid type code");
    int machine;
    if (number_as_int(th, args[2], &machine) < 0) return NO_VALUE;
    if (machine < 0 || machine > 21) return raise_value_error(th, "third argument must be a valid machine format code.");
    if (!value_is_bytes(args[3])) return raise_type_error(th, "fourth argument should be bytes, not %T", args[3]);
    bool big = machine > 1 && (machine & 1);
    if (machine >= 18) { // UTF-16, UTF-32
        if (machine < 20 || big) {
            Value bytes = new_ref(th, args[3]), enc = str_from_cstr(th, machine == 18 ? "utf-16-le" : machine == 19 ? "utf-16-be" : "utf-32-be");
            Value text = enc ? call_method1(th, bytes, name_decode, enc) : NO_VALUE;
            decref(th, enc);
            decref(th, bytes);
            if (!text) return NO_VALUE;
            Value v[2] = {args[1], text};
            Value r = object_call(th, args[0], v, 2, NO_VALUE);
            decref(th, text);
            return r;
        }
        Value v[2] = {args[1], args[3]};
        if (!k->is_text) { // fails as a str initialiser does
            Value text = str_from_cstr(th, "");
            v[1] = text;
            Value r = object_call(th, args[0], v, 2, NO_VALUE);
            decref(th, text);
            return r;
        }
        return object_call(th, args[0], v, 2, NO_VALUE);
    }
    // The layout decides; the type code only between those of the same layout.
    int little = machine <= 1 ? machine : machine & ~1;
    if (k->machine != little)
        for (size_t i = 0; i < array_n_kinds; i++)
            if (array_kinds[i].machine == little && !array_kinds[i].is_text) { k = &array_kinds[i]; break; }
    Bytes *b = AS(Bytes, args[3]);
    if (b->len % k->size) return raise_value_error(th, machine >= 14 && k->machine != machine ? "bytes length not a multiple of item size" : "bytes length not a multiple of item size");
    Array *a = array_make(th, type, k, b->data, b->len / k->size);
    if (a && big) for (size_t i = 0; i < a->len; i++) swap_bytes(a->block->v + i * k->size, k->size);
    return VALUE_OF(a);
}

const MethodDef array_methods[] = {
    {"append", "(self, v, /)", array_meth_append, "Append new value v to the end of the array.", 0},
    {"buffer_info", "(self, /)", array_meth_buffer_info, "Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.", 0},
    {"byteswap", "(self, /)", array_meth_byteswap, "Byteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size,\nRuntimeError is raised.", 0},
    {"clear", "(self, /)", array_meth_clear, "Remove all items from the array.", 0},
    {"count", "(self, v, /)", array_meth_count, "Return number of occurrences of v in the array.", 0},
    {"extend", "(self, bb, /)", array_meth_extend, "Append items to the end of the array.", 0},
    {"frombytes", "(self, buffer, /)", array_meth_frombytes, "Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.", 0},
    {"fromfile", "(self, f, n, /)", array_meth_fromfile, "Read n objects from the file object f and append them to the end of the array.", 0},
    {"fromlist", "(self, list, /)", array_meth_fromlist, "Append items to array from list.", 0},
    {"fromunicode", "(self, ustr, /)", array_meth_fromunicode, "Extends this array with data from the unicode string ustr.", 0},
    {"index", "(self, v, start=0, stop=sys.maxsize, /)", array_meth_index, "Return index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.", 0},
    {"insert", "(self, i, v, /)", array_meth_insert, "Insert a new item v into the array before position i.", 0},
    {"pop", "(self, i=-1, /)", array_meth_pop, "Return the i-th element and delete it from the array.\n\ni defaults to -1.", 0},
    {"remove", "(self, v, /)", array_meth_remove, "Remove the first occurrence of v in the array.", 0},
    {"reverse", "(self, /)", array_meth_reverse, "Reverse the order of the items in the array.", 0},
    {"tobytes", "(self, /)", array_meth_tobytes, "Convert the array to an array of machine values and return the bytes representation.", 0},
    {"tofile", "(self, f, /)", array_meth_tofile, "Write all items (as machine values) to the file object f.", 0},
    {"tolist", "(self, /)", array_meth_tolist, "Convert array to an ordinary list with the same items.", 0},
    {"tounicode", "(self, /)", array_meth_tounicode, "Convert the array to a unicode string.  The array must be a unicode type array.", 0},
    {"__copy__", "(self, /)", array_meth_copy, "Return a copy of the array.", 0},
    {"__deepcopy__", "(self, unused, /)", array_meth_copy, "Return a copy of the array.", 0},
    {"__reduce_ex__", "(self, value, /)", array_meth_reduce_ex, "Return state information for pickling.", 0},
    {"__sizeof__", "(self, /)", array_meth_sizeof, "Size of the array in memory, in bytes.", 0},
    {"__class_getitem__", "(type, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
