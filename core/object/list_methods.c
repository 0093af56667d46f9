// SPDX-License-Identifier: MIT
// list: the methods.
#include "core/object/list_int.h"
#include "core/object/int.h"

Value list_meth_append(Thread *th, Value self, Value *args) {
    return list_append(th, AS(List, self), args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value list_meth_extend(Thread *th, Value self, Value *args) {
    return list_extend(th, AS(List, self), args[0]) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value list_meth_insert(Thread *th, Value self, Value *args) {
    intptr_t i = number_as_ssize(th, args[0], &exc_OverflowError);
    if (i == -1 && error_pending(th)) return NO_VALUE;
    return list_insert(th, AS(List, self), i, args[1]) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value list_meth_pop(Thread *th, Value self, Value *args) {
    intptr_t i = -1;
    if (args[0]) {
        i = value_is_imm_int(args[0]) ? (intptr_t)value_imm_int_get(args[0]) : number_as_ssize(th, args[0], &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
    }
    return list_pop(th, AS(List, self), i);
}

static Value list_meth_clear(Thread *th, Value self, Value *args) {
    return list_splice_owned(th, AS(List, self), 0, SIZE_MAX, NULL, 0) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value list_meth_copy(Thread *th, Value self, Value *args) { return list_range(th, AS(List, self), 0, SIZE_MAX); }

// Position of the first item equal to x in [start, stop): -1 absent, -2 error.
static intptr_t list_position(Thread *th, List *l, Value x, size_t start, size_t stop) {
    container_readable(th, &l->head, &l->lock);
    for (size_t i = start; i < stop; i++) {
        Value v = list_load_borrow(l, i);
        if (!v) break;
        int e = value_equal_quick(v, x);
        if (e < 0) {
            incref(th, v);
            e = object_equal(th, v, x);
            decref(th, v);
        }
        if (e < 0) return -2;
        if (e) return (intptr_t)i;
    }
    return -1;
}

static Value list_meth_index(Thread *th, Value self, Value *args) {
    List *l = AS(List, self);
    intptr_t start = 0, stop = INTPTR_MAX;
    if (args[1] && args_slice_index(th, args[1], &start) < 0) return NO_VALUE;
    if (args[2] && args_slice_index(th, args[2], &stop) < 0) return NO_VALUE;
    intptr_t n = (intptr_t)list_len(l);
    if (start < 0) { start += n; if (start < 0) start = 0; }
    if (stop < 0) { stop += n; if (stop < 0) stop = 0; }
    intptr_t i = list_position(th, l, args[0], (size_t)start, (size_t)stop);
    if (i == -2) return NO_VALUE;
    if (i < 0) return raise_value_error(th, "list.index(x): x not in list");
    return value_imm_int(i);
}

static Value list_meth_count(Thread *th, Value self, Value *args) {
    List *l = AS(List, self);
    int64_t n = 0;
    container_readable(th, &l->head, &l->lock);
    for (size_t i = 0;; i++) {
        Value v = list_load_borrow(l, i);
        if (!v) break;
        int e = value_equal_quick(v, args[0]);
        if (e < 0) {
            incref(th, v);
            e = object_equal(th, v, args[0]);
            decref(th, v);
        }
        if (e < 0) return NO_VALUE;
        n += e;
    }
    return value_imm_int(n);
}

static Value list_meth_remove(Thread *th, Value self, Value *args) {
    List *l = AS(List, self);
    intptr_t i = list_position(th, l, args[0], 0, SIZE_MAX);
    if (i == -2) return NO_VALUE;
    if (i < 0) return raise_value_error(th, "list.remove(x): x not in list");
    return list_splice_owned(th, l, (size_t)i, (size_t)i + 1, NULL, 0) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value list_meth_reverse(Thread *th, Value self, Value *args) {
    List *l = AS(List, self);
    list_lock(th, l);
    Value *p = list_items_raw(l);
    for (size_t i = 0, j = l->len; i + 1 < j; i++) {
        j--;
        Value a = p[i], b = p[j];
        atomic_store_release(&p[i], b);
        atomic_store_release(&p[j], a);
    }
    list_unlock(th, l);
    return VALUE_NONE;
}

static Value list_meth_sizeof(Thread *th, Value self, Value *args) {
    List *l = AS(List, self);
    list_lock(th, l);
    size_t n = type_of(self)->basic_size + (l->items ? sizeof(ListItems) + l->items->cap * sizeof(Value) : 0);
    list_unlock(th, l);
    return value_imm_int((int64_t)n);
}

const MethodDef list_methods[] = {
    {"__reversed__", "(self, /)", list_meth_reversed, "Return a reverse iterator over the list.", 0},
    {"__sizeof__", "(self, /)", list_meth_sizeof, "Return the size of the list in memory, in bytes.", 0},
    {"clear", "(self, /)", list_meth_clear, "Remove all items from list.", 0},
    {"copy", "(self, /)", list_meth_copy, "Return a shallow copy of the list.", 0},
    {"append", "(self, object, /)", list_meth_append, "Append object to the end of the list.", 0},
    {"insert", "(self, index, object, /)", list_meth_insert, "Insert object before index.", 0},
    {"extend", "(self, iterable, /)", list_meth_extend, "Extend list by appending elements from the iterable.", 0},
    {"pop", "(self, index=-1, /)", list_meth_pop, "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of range.", 0},
    {"remove", "(self, value, /)", list_meth_remove, "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.", 0},
    {"index", "(self, value, start=0, stop=sys.maxsize, /)", list_meth_index, "Return first index of value.\n\nRaises ValueError if the value is not present.", 0},
    {"count", "(self, value, /)", list_meth_count, "Return number of occurrences of value.", 0},
    {"reverse", "(self, /)", list_meth_reverse, "Reverse *IN PLACE*.", 0},
    {"sort", "(self, /, *, key=None, reverse=False)", list_meth_sort,
     "Sort the list in ascending order and return None.\n\nThe sort is in-place (i.e. the list itself is modified) and stable\n(i.e. the order of two equal elements is maintained).\n\n"
     "If a key function is given, apply it once to each list item and sort\nthem, ascending or descending, according to their function values.\n\n"
     "The reverse flag can be set to sort in descending order.", 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
