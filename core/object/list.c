// SPDX-License-Identifier: MIT
// list: storage and the C interface. Readers need no lock (see list.h); every writer holds l->lock. Entries beyond len are NO_VALUE.
// What leaves the list is released after the unlock, because a release may run Python code.
#include "core/object/list_int.h"
#include "core/object/dict.h"
#include "core/object/iter.h"
#include "core/object/list_inl.h"
#include "gc/gc.h"

ListItems *list_items_new(Thread *th, size_t cap) {
    if (UNLIKELY(cap > (size_t)1 << 59)) { raise_memory_error(th); return NULL; }
    ListItems *it = mem_alloc(th, sizeof(ListItems) + cap * sizeof(Value));
    if (LIKELY(it != NULL)) it->cap = cap;
    return it;
}

// Large blocks are not grown in place: a larger share for them means fewer copies and fresh pages.
static size_t list_grown(size_t n) { return n < 4 ? 4 : (n + (n >> (n < 8192 ? 3 : 2)) + 6) & ~(size_t)3; }

// Replaces the block by one of cap >= len places; the old one may still be looked at by readers.
int list_resize_block(Thread *th, List *l, size_t cap) {
    ListItems *old = l->items;
    if (old && !object_seen(&l->head)) {
        size_t old_cap = old->cap;
        if (cap > (size_t)1 << 59) { raise_memory_error(th); return -1; }
        ListItems *it = mem_realloc(th, old, sizeof(ListItems) + cap * sizeof(Value));
        if (!it) return -1;
        it->cap = cap;
        if (cap > old_cap) memset(it->v + old_cap, 0, (cap - old_cap) * sizeof(Value));
        l->items = it;
        return 0;
    }
    ListItems *it = list_items_new(th, cap);
    if (!it) return -1;
    size_t n = l->len;
    if (n) memcpy(it->v, old->v, n * sizeof(Value));
    memset(it->v + n, 0, (cap - n) * sizeof(Value));
    atomic_store_release(&l->items, it);
    if (old) container_free(th, &l->head, old);
    return 0;
}

int list_reserve_locked(Thread *th, List *l, size_t n) {
    if (LIKELY(l->items && n <= l->items->cap)) return 0;
    return list_resize_block(th, l, n <= l->len + 1 ? list_grown(n) : n);
}

// After removals: gives memory back when less than a quarter is used.
void list_shrink_locked(Thread *th, List *l) {
    ListItems *it = l->items;
    if (it && it->cap > 32 && l->len < it->cap / 4) {
        if (list_resize_block(th, l, list_grown(l->len)) < 0) error_clear(th);
    }
}

Value list_new(Thread *th, size_t capacity) {
    List *l = object_alloc(th, &shape_list, sizeof(List));
    if (!l) return NO_VALUE;
    if (capacity && list_resize_block(th, l, capacity) < 0) { decref(th, VALUE_OF(l)); return NO_VALUE; }
    return VALUE_OF(l);
}

Value list_from_array(Thread *th, const Value *items, size_t n) {
    Value v = list_new(th, n);
    if (!v || n == 0) return v;
    List *l = AS(List, v);
    for (size_t i = 0; i < n; i++) l->items->v[i] = new_ref(th, items[i]);
    l->len = n;
    return v;
}

Value *list_new_places(Thread *th, size_t n, Value *list) {
    List *l = object_alloc(th, &shape_list, sizeof(List));
    if (UNLIKELY(!l)) return NULL;
    ListItems *it = list_items_new(th, n);
    if (UNLIKELY(!it)) {
        decref(th, VALUE_OF(l));
        return NULL;
    }
    l->items = it;
    l->len = n;
    *list = VALUE_OF(l);
    return it->v;
}
Value list_from_owned(Thread *th, const Value *items, size_t n) {
    Value l;
    if (!n) return list_new(th, 0);
    Value *places = list_new_places(th, n, &l);
    if (UNLIKELY(!places)) {
        for (size_t i = 0; i < n; i++) decref(th, items[i]);
        return NO_VALUE;
    }
    memcpy(places, items, n * sizeof(Value));
    return l;
}

static NOINLINE int list_append_slow(Thread *th, List *l, Value v);
int list_append_owned(Thread *th, List *l, Value v) {
    return LIKELY(list_append_quick(th, l, v)) ? 0 : list_append_slow(th, l, v);
}
static NOINLINE int list_append_slow(Thread *th, List *l, Value v) {
    list_lock(th, l);
    size_t n = l->len;
    if (UNLIKELY(!l->items || n >= l->items->cap) && list_resize_block(th, l, list_grown(n + 1)) < 0) {
        list_unlock(th, l);
        decref(th, v);
        return -1;
    }
    atomic_store_release(&l->items->v[n], v);
    atomic_store_release(&l->len, n + 1);
    list_unlock(th, l);
    return 0;
}

int list_append(Thread *th, List *l, Value v) { return list_append_owned(th, l, new_ref(th, v)); }

Value list_try_get(Thread *th, List *l, size_t i) {
    if (UNLIKELY(!object_readable(th, &l->head))) return NO_VALUE;
    return new_ref(th, list_load_borrow(l, i));
}

Value list_item_at(Thread *th, List *l, size_t i) { return list_load(th, l, i); }

Value list_get(Thread *th, List *l, intptr_t i) {
    container_readable(th, &l->head, &l->lock);
    if (i < 0) i += (intptr_t)list_len(l);
    Value v = i < 0 ? NO_VALUE : list_load_borrow(l, (size_t)i);
    if (UNLIKELY(!v)) return raise_error(th, &exc_IndexError, "list index out of range");
    return new_ref(th, v);
}

int list_set(Thread *th, List *l, intptr_t i, Value v) {
    list_lock(th, l);
    size_t n = l->len;
    if (i < 0) i += (intptr_t)n;
    if (UNLIKELY(i < 0 || (size_t)i >= n)) {
        list_unlock(th, l);
        raise_error(th, &exc_IndexError, "list assignment index out of range");
        return -1;
    }
    Value *p = &l->items->v[i], old = *p;
    atomic_store_release(p, new_ref(th, v));
    list_unlock(th, l);
    container_drop(th, &l->head, old);
    return 0;
}

int list_insert(Thread *th, List *l, intptr_t i, Value v) {
    list_lock(th, l);
    size_t n = l->len;
    if (i < 0) { i += (intptr_t)n; if (i < 0) i = 0; }
    if ((size_t)i > n) i = (intptr_t)n;
    if (list_reserve_locked(th, l, n + 1) < 0) { list_unlock(th, l); return -1; }
    Value *p = l->items->v;
    values_move(p + i + 1, p + i, n - (size_t)i, object_seen(&l->head));
    atomic_store_release(&p[i], new_ref(th, v));
    atomic_store_release(&l->len, n + 1);
    list_unlock(th, l);
    return 0;
}

Value list_pop(Thread *th, List *l, intptr_t i) {
    list_lock(th, l);
    size_t n = l->len;
    if (UNLIKELY(n == 0)) { list_unlock(th, l); return raise_error(th, &exc_IndexError, "pop from empty list"); }
    if (i < 0) i += (intptr_t)n;
    if (UNLIKELY(i < 0 || (size_t)i >= n)) { list_unlock(th, l); return raise_error(th, &exc_IndexError, "pop index out of range"); }
    Value *p = l->items->v, v = p[i];
    bool seen = object_seen(&l->head);
    atomic_store_release(&l->len, n - 1);
    values_move(p + i, p + i + 1, n - 1 - (size_t)i, seen);
    atomic_store_release(&p[n - 1], NO_VALUE);
    list_shrink_locked(th, l);
    list_unlock(th, l);
    container_hand_over(th, &l->head, v);
    return v;
}

Value list_to_tuple(Thread *th, List *l) {
    list_lock(th, l);
    Value t = tuple_from_array(th, list_items_raw(l), l->len);
    list_unlock(th, l);
    return t;
}

void list_take_all(Thread *th, List *l, ListItems **items_out, size_t *n_out) {
    list_lock(th, l);
    ListItems *it = l->items;
    size_t n = l->len;
    atomic_store_release(&l->len, 0);
    atomic_store_release(&l->items, NULL);
    list_unlock(th, l);
    *items_out = it;
    *n_out = n;
}

// Appends what a list or a tuple holds, in one step.
static int list_extend_array_locked(Thread *th, List *l, const Value *src, size_t n) {
    size_t len = l->len;
    bool self = src == list_items_raw(l);
    if (n == 0) return 0;
    if (list_reserve_locked(th, l, len + n) < 0) return -1;
    if (self) src = l->items->v; // the block may have moved
    Value *dst = l->items->v + len;
    for (size_t i = 0; i < n; i++) atomic_store_release(&dst[i], new_ref(th, src[i]));
    atomic_store_release(&l->len, len + n);
    return 0;
}

// sized: the iterable is asked for its length.
static int extend(Thread *th, List *l, Value iterable, bool sized) {
    if (value_is_exact_tuple(iterable)) {
        list_lock(th, l);
        int r = list_extend_array_locked(th, l, AS(Tuple, iterable)->items, AS(Tuple, iterable)->len);
        list_unlock(th, l);
        return r;
    }
    if (value_is_exact_list(iterable)) {
        List *s = AS(List, iterable);
        if (th->mt) { container_readable(th, &s->head, &s->lock); container_readable(th, &l->head, &l->lock); }
        obj_lock2(th, &l->lock, &s->lock);
        int r = list_extend_array_locked(th, l, list_items_raw(s), s->len);
        obj_unlock2(th, &l->lock, &s->lock);
        return r;
    }
    if (th->mt) {
        Value copy = container_snapshot(th, iterable);
        if (copy) {
            int r = extend(th, l, copy, sized);
            decref(th, copy);
            return r;
        }
        if (error_pending(th)) return -1;
    }
    Value it = object_iter(th, iterable);
    if (!it) return -1;
    intptr_t hint = sized ? object_length_hint(th, iterable, 8) : 0;
    if (hint < 0) { decref(th, it); return -1; }
    if (hint > 0 && (size_t)hint <= SIZE_MAX / 2 - list_len(l)) { // else the hint lies
        list_lock(th, l);
        if ((size_t)hint < ((size_t)1 << 40) && list_reserve_locked(th, l, l->len + (size_t)hint) < 0) error_clear(th);
        list_unlock(th, l);
        if ((size_t)hint > ((size_t)1 << 58)) { decref(th, it); raise_memory_error(th); return -1; }
    }
    UnaryFn next = type_of(it)->slots.next;
    for (;;) {
        Value v = LIKELY(next != NULL) ? next(th, it) : iter_next(th, it);
        if (!v) {
            if (error_pending(th) && !error_clear_if(th, &exc_StopIteration)) { decref(th, it); return -1; }
            break;
        }
        if (list_append_owned(th, l, v) < 0) { decref(th, it); return -1; }
    }
    decref(th, it);
    return 0;
}

int list_extend(Thread *th, List *l, Value iterable) { return extend(th, l, iterable, true); }

static Value to_list(Thread *th, Value iterable, bool sized) {
    if (value_is_exact_list(iterable)) return list_range(th, AS(List, iterable), 0, SIZE_MAX);
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    if (extend(th, AS(List, l), iterable, sized) < 0) { decref(th, l); return NO_VALUE; }
    return l;
}
Value sequence_to_list(Thread *th, Value iterable) { return to_list(th, iterable, true); }
Value sequence_items(Thread *th, Value iterable) { return to_list(th, iterable, false); }

// ---- slots

static Value list_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    return type == &type_list ? list_new(th, 0) : VALUE_OF(object_new(th, type, 0));
}

static int list_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    // A subclass with its own __new__ may take keywords.
    if ((type_of(self) == &type_list || type_of(self)->slots.new_ == list_slot_new) && args_no_keywords(th, "list", kwnames) < 0) return -1;
    if (args_count(th, "list", nargs, 0, 1) < 0) return -1;
    List *l = AS(List, self);
    if (l->len && list_splice_owned(th, l, 0, SIZE_MAX, NULL, 0) < 0) return -1;
    return nargs ? list_extend(th, l, args[0]) : 0;
}

static void list_dealloc(Thread *th, Object *self) {
    List *l = (List *)self;
    ListItems *it = l->items;
    if (it) {
        for (size_t i = l->len; i-- > 0;) decref_item(th, it->v[i]);
        mem_free(it);
    }
    container_dealloc_sized(th, self, &shape_list, sizeof(List));
}

static int list_traverse(Object *self, VisitFn visit, void *arg) {
    List *l = (List *)self;
    return l->items ? gc_visit_values(l->items->v, l->len, 1, visit, arg) : 0;
}

// For the collector: nobody can look at the list any more, so all is released at once.
static void list_clear(Thread *th, Object *self) {
    List *l = (List *)self;
    ListItems *it = l->items;
    size_t n = l->len;
    l->items = NULL;
    l->len = 0;
    for (size_t i = 0; i < n; i++) decref(th, it->v[i]);
    mem_free(it);
}

static Value list_slot_repr(Thread *th, Value self) {
    List *l = AS(List, self);
    container_readable(th, &l->head, &l->lock);
    if (list_len(l) == 0) return str_from_cstr(th, "[]");
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "[...]");
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '[');
    for (size_t i = 0;; i++) {
        Value v = new_ref(th, list_load_borrow(l, i));
        if (!v) break;
        if (i) str_builder_ascii(&b, ", ", 2);
        int e = repr_append(th, &b, v);
        decref(th, v);
        if (e < 0) { str_builder_abort(&b); repr_leave(th, self); return NO_VALUE; }
    }
    str_builder_char(&b, ']');
    repr_leave(th, self);
    return str_builder_finish(&b);
}

static Value list_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_list(a) || !value_is_list(b)) return VALUE_NOT_IMPLEMENTED;
    List *x = AS(List, a), *y = AS(List, b);
    container_readable(th, &x->head, &x->lock);
    container_readable(th, &y->head, &y->lock);
    if (list_len(x) != list_len(y) && (op == CMP_EQ || op == CMP_NE)) return value_bool(op == CMP_NE);
    if (thread_c_recursion(th, " in comparison") < 0) return NO_VALUE;
    for (size_t i = 0;; i++) {
        Value p = new_ref(th, list_load_borrow(x, i));
        Value q = new_ref(th, list_load_borrow(y, i));
        if (!p || !q) { decref(th, p); decref(th, q); break; }
        int e = value_equal(th, p, q);
        if (e > 0) { decref(th, p); decref(th, q); continue; }
        // The comparison may have made the lists shorter: then only their lengths count.
        if (e == 0 && UNLIKELY(i >= list_len(x) || i >= list_len(y))) { decref(th, p); decref(th, q); break; }
        Value r = NO_VALUE;
        if (e == 0) r = op == CMP_EQ ? VALUE_FALSE : op == CMP_NE ? VALUE_TRUE : object_compare(th, p, q, op);
        decref(th, p);
        decref(th, q);
        return r;
    }
    size_t n = list_len(x), m = list_len(y);
    return compare_result(op, (n > m) - (n < m));
}

static intptr_t list_slot_len(Thread *th, Value self) { return (intptr_t)list_len(AS(List, self)); }

static Value list_slot_getitem(Thread *th, Value self, Value key) {
    List *l = AS(List, self);
    if (value_is_imm_int(key)) return list_get(th, l, (intptr_t)value_imm_int_get(key));
    if (value_is_exact(key, &type_slice)) {
        Slice *part = AS(Slice, key);
        return list_get_slice(th, l, part->start, part->stop, part->step);
    }
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
        return list_get(th, l, i);
    }
    return raise_type_error(th, "list indices must be integers or slices, not %T", key);
}

static int list_delete_index(Thread *th, List *l, intptr_t i) {
    list_lock(th, l);
    size_t n = l->len;
    if (i < 0) i += (intptr_t)n;
    bool ok = i >= 0 && (size_t)i < n;
    Value v = NO_VALUE;
    if (ok) {
        Value *p = l->items->v;
        v = p[i];
        atomic_store_release(&l->len, n - 1);
        values_move(p + i, p + i + 1, n - 1 - (size_t)i, object_seen(&l->head));
        atomic_store_release(&p[n - 1], NO_VALUE);
        list_shrink_locked(th, l);
    }
    list_unlock(th, l);
    if (!ok) { raise_error(th, &exc_IndexError, "list assignment index out of range"); return -1; }
    container_release(th, &l->head, v);
    return 0;
}

static int list_slot_setitem(Thread *th, Value self, Value key, Value v) {
    List *l = AS(List, self);
    if (value_is_imm_int(key)) return v ? list_set(th, l, (intptr_t)value_imm_int_get(key), v) : list_delete_index(th, l, (intptr_t)value_imm_int_get(key));
    if (value_is_exact(key, &type_slice)) {
        Slice *part = AS(Slice, key);
        return list_set_slice(th, l, part->start, part->stop, part->step, v);
    }
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return -1;
        return v ? list_set(th, l, i, v) : list_delete_index(th, l, i);
    }
    raise_type_error(th, "list indices must be integers or slices, not %T", key);
    return -1;
}

static int list_slot_contains(Thread *th, Value self, Value item) {
    List *l = AS(List, self);
    container_readable(th, &l->head, &l->lock);
    for (size_t i = 0;; i++) {
        Value v = list_load_borrow(l, i);
        if (!v) return 0;
        int e = value_equal_quick(v, item);
        if (e < 0) {
            incref(th, v);
            e = object_equal(th, v, item);
            decref(th, v);
        }
        if (e) return e;
    }
}

static Value list_slot_add(Thread *th, Value a, Value b) {
    if (!value_is_list(a)) return VALUE_NOT_IMPLEMENTED;
    if (!value_is_list(b)) {
        Value r = sequence_reflected_add(th, a, b);
        return r != VALUE_NOT_IMPLEMENTED ? r : raise_type_error(th, "can only concatenate list (not \"%T\") to list", b);
    }
    Value r = list_copy_with_room(th, AS(List, a), list_len(AS(List, b)));
    if (!r) return NO_VALUE;
    List *d = AS(List, r), *s = AS(List, b);
    list_lock(th, s);
    int e = list_extend_array_locked(th, d, list_items_raw(s), s->len);
    list_unlock(th, s);
    if (e < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

static int repeat_count(Thread *th, Value b, intptr_t *n) {
    if (!index_check(b)) { raise_type_error(th, "can't multiply sequence by non-int of type '%T'", b); return -1; }
    *n = number_as_ssize(th, b, &exc_OverflowError);
    return *n == -1 && error_pending(th) ? -1 : 0;
}

static Value list_slot_mul(Thread *th, Value a, Value b) {
    if (!value_is_list(a)) { Value x = a; a = b; b = x; }
    if (!value_is_list(a)) return VALUE_NOT_IMPLEMENTED;
    intptr_t n;
    if (UNLIKELY(!value_is_imm_int(b))) {
        Value r = sequence_reflected_mul(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    if (LIKELY(value_is_imm_int(b))) n = (intptr_t)value_imm_int_get(b);
    else if (repeat_count(th, b, &n) < 0) return NO_VALUE;
    List *l = AS(List, a);
    if (n <= 0) return list_new(th, 0);
    list_lock(th, l);
    size_t len = l->len, total;
    Value r = NO_VALUE, *d = NULL;
    const Value *s = list_items_raw(l);
    if (len == 0) r = list_new(th, 0);
    else if (UNLIKELY(__builtin_mul_overflow(len, (size_t)n, &total))) raise_memory_error(th);
    else if (LIKELY((d = list_new_places(th, total, &r)) != NULL)) {
        for (size_t k = 0; k < len; k++) d[k] = s[k];
        if (len == 1 && !value_is_object(s[0])) for (size_t k = 1; k < total; k++) d[k] = s[0];
        else {
            for (size_t k = len; k < total; k++) d[k] = d[k - len];
            for (size_t k = 0; k < total; k++) incref(th, d[k]);
        }
    }
    list_unlock(th, l);
    return r;
}

static Value list_slot_iadd(Thread *th, Value a, Value b) {
    if (UNLIKELY(!value_is_list(b))) {
        Value r = sequence_reflected_add(th, a, b);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
   
    if (list_extend(th, AS(List, a), b) < 0) return NO_VALUE;
    return new_ref(th, a);
}

static Value list_slot_imul(Thread *th, Value a, Value b) {
    intptr_t n;
    if (repeat_count(th, b, &n) < 0) return NO_VALUE;
    List *l = AS(List, a);
    if (n <= 0) { if (list_splice_owned(th, l, 0, SIZE_MAX, NULL, 0) < 0) return NO_VALUE; return new_ref(th, a); }
    list_lock(th, l);
    size_t len = l->len;
    if (len && ((size_t)n > ((size_t)1 << 58) / len || list_reserve_locked(th, l, len * (size_t)n) < 0)) {
        list_unlock(th, l);
        return error_pending(th) ? NO_VALUE : raise_memory_error(th);
    }
    for (size_t k = len; k < len * (size_t)n; k++) atomic_store_release(&l->items->v[k], new_ref(th, l->items->v[k - len]));
    atomic_store_release(&l->len, len * (size_t)n);
    list_unlock(th, l);
    return new_ref(th, a);
}

TYPE_DEFINE(list, "list", sizeof(List), TYPE_TRACED | TYPE_BASETYPE | TYPE_LIST_SUBCLASS | TYPE_SEQUENCE_PATTERN | TYPE_MATCH_SELF,
            .methods = list_methods,
            .doc = "list(iterable=(), /)\n--\n\nBuilt-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\n"
                   "The argument must be an iterable if specified.",
            .slots = {.new_ = list_slot_new, .init = list_slot_init, .dealloc = list_dealloc, .traverse = list_traverse, .clear = list_clear,
                      .repr = list_slot_repr, .hash = object_hash_unhashable, .compare = list_slot_compare, .iter = list_slot_iter,
                      .len = list_slot_len, .getitem = list_slot_getitem, .setitem = list_slot_setitem, .contains = list_slot_contains,
                      .add = list_slot_add, .mul = list_slot_mul, .iadd = list_slot_iadd, .imul = list_slot_imul})
