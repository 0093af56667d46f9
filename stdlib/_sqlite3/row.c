// SPDX-License-Identifier: MIT
// sqlite3.Row: a tuple with the names of its columns. Immutable.
#include "stdlib/_sqlite3/sqlite_int.h"

#include <strings.h>

typedef struct SqRow { Object head; Value data, description; } SqRow; // [c] tuple; tuple or None
#define ROW(v) AS(SqRow, v)

static Value row_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_check_new(th, type, &type_sq_Row, "Row", nargs, 2, 2, kwnames) < 0) return NO_VALUE;
    if (!value_is_instance(args[0], &type_sq_Cursor)) return raise_type_error(th, "Row() argument 1 must be sqlite3.Cursor, not %B", args[0]);
    if (!value_is_tuple(args[1])) return raise_type_error(th, "Row() argument 2 must be tuple, not %B", args[1]);
    SqRow *r = object_new(th, type, 0);
    if (!r) return NO_VALUE;
    SqCursor *c = AS(SqCursor, args[0]);
    r->data = new_ref(th, args[1]);
    r->description = slot_get(th, &c->head, &c->description);
    if (r->description == NO_VALUE) r->description = VALUE_NONE;
    return VALUE_OF(r);
}
static void row_dealloc(Thread *th, Object *o) {
    decref(th, ((SqRow *)o)->data);
    decref(th, ((SqRow *)o)->description);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int row_traverse(Object *o, VisitFn visit, void *arg) {
    int r = visit(((SqRow *)o)->data, arg);
    return r ? r : value_is_object(((SqRow *)o)->description) ? visit(((SqRow *)o)->description, arg) : 0;
}
static Value column_name(SqRow *r, size_t i) { return AS(Tuple, AS(Tuple, r->description)->items[i])->items[0]; }
static size_t columns(SqRow *r) { return r->description == VALUE_NONE ? 0 : AS(Tuple, r->description)->len; }

static bool same_name(Value a, Value b) {
    const Str *x = AS(Str, a), *y = AS(Str, b);
    if (x->len != y->len) return false;
    for (size_t i = 0; i < x->len; i++) {
        uint32_t c = str_char_at(x, i), d = str_char_at(y, i);
        if (c != d && ((c | 0x20) != (d | 0x20) || (c | 0x20) < 'a' || (c | 0x20) > 'z')) return false;
    }
    return true;
}
static Value row_slot_getitem(Thread *th, Value self, Value key) {
    SqRow *r = ROW(self);
    if (value_is_int(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if (i == -1 && error_pending(th)) return NO_VALUE;
        return object_getitem(th, r->data, value_imm_int(i));
    }
    if (value_is_str(key)) {
        for (size_t i = 0; i < columns(r) && i < AS(Tuple, r->data)->len; i++)
            if (same_name(key, column_name(r, i))) return new_ref(th, AS(Tuple, r->data)->items[i]);
        return raise_error(th, &exc_IndexError, "No item with key %R", key);
    }
    if (value_is_exact(key, &type_slice)) return object_getitem(th, r->data, key);
    return raise_error(th, &exc_IndexError, "Index must be int or string");
}
static intptr_t row_slot_len(Thread *th, Value self) { return (intptr_t)AS(Tuple, ROW(self)->data)->len; }
static Value row_slot_iter(Thread *th, Value self) { return object_iter(th, ROW(self)->data); }
static int64_t row_slot_hash(Thread *th, Value self) {
    int64_t a = object_hash(th, ROW(self)->description), b = error_pending(th) ? -1 : object_hash(th, ROW(self)->data);
    if (error_pending(th)) return -1;
    return (a ^ b) == -1 ? -2 : a ^ b;
}
static Value row_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_instance(b, &type_sq_Row)) return VALUE_NOT_IMPLEMENTED;
    int eq = object_equal(th, ROW(a)->description, ROW(b)->description);
    if (eq < 0) return NO_VALUE;
    if (!eq) return value_bool(op == CMP_NE);
    return object_compare(th, ROW(a)->data, ROW(b)->data, op);
}
static Value row_meth_keys(Thread *th, Value self, Value *args) {
    SqRow *r = ROW(self);
    Value list = list_new(th, columns(r));
    for (size_t i = 0; list != NO_VALUE && i < columns(r); i++)
        if (list_append(th, AS(List, list), column_name(r, i)) < 0) clear_ref(th, &list);
    return list;
}
static const MethodDef row_methods[] = {{"keys", "(self, /)", row_meth_keys, "Returns the keys of the row.", 0}, {0}};
static Shape row_shape;
Type type_sq_Row = {
    .head = OBJECT_STATIC(&shape_type), .name = "sqlite3.Row", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_BASETYPE | TYPE_TRACED, .basic_size = sizeof(SqRow),
    .shape = &row_shape, .methods = row_methods,
    .slots = {.new_ = row_slot_new, .dealloc = row_dealloc, .traverse = row_traverse, .getitem = row_slot_getitem, .len = row_slot_len, .iter = row_slot_iter,
              .hash = row_slot_hash, .compare = row_slot_compare}};
static Shape row_shape = {.type = &type_sq_Row, .flags = TYPE_IMMUTABLE | TYPE_BASETYPE | TYPE_TRACED};
