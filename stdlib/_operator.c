// SPDX-License-Identifier: MIT
// The _operator module: operators as functions, and itemgetter, attrgetter, methodcaller (constant objects: no locks).
#include "core/object/buffer.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"

#define BINARY(name, op) static Value op_fn_##name(Thread *th, Value m, Value *a) { return number_binary(th, BINOP_##op, a[0], a[1]); }
#define INPLACE(name, op) static Value op_fn_##name(Thread *th, Value m, Value *a) { return number_inplace(th, BINOP_##op, a[0], a[1]); }
#define COMPARE(name, op) static Value op_fn_##name(Thread *th, Value m, Value *a) { return object_compare(th, a[0], a[1], CMP_##op); }
#define UNARY(name, fn) static Value op_fn_##name(Thread *th, Value m, Value *a) { return fn(th, a[0]); }
BINARY(add, ADD) BINARY(sub, SUB) BINARY(mul, MUL) BINARY(matmul, MATMUL) BINARY(truediv, TRUEDIV) BINARY(floordiv, FLOORDIV) BINARY(mod, MOD)
BINARY(lshift, LSHIFT) BINARY(rshift, RSHIFT) BINARY(and_, AND) BINARY(or_, OR) BINARY(xor, XOR) BINARY(pow, POW)
INPLACE(iadd, ADD) INPLACE(isub, SUB) INPLACE(imul, MUL) INPLACE(imatmul, MATMUL) INPLACE(itruediv, TRUEDIV) INPLACE(ifloordiv, FLOORDIV)
INPLACE(imod, MOD) INPLACE(ilshift, LSHIFT) INPLACE(irshift, RSHIFT) INPLACE(iand, AND) INPLACE(ior, OR) INPLACE(ixor, XOR) INPLACE(ipow, POW)
COMPARE(lt, LT) COMPARE(le, LE) COMPARE(eq, EQ) COMPARE(ne, NE) COMPARE(ge, GE) COMPARE(gt, GT)
UNARY(neg, number_negative) UNARY(pos, number_positive) UNARY(abs, number_absolute) UNARY(invert, number_invert) UNARY(index, number_index)

static Value op_fn_truth(Thread *th, Value m, Value *a) { int r = object_truth(th, a[0]); return r < 0 ? NO_VALUE : value_bool(r); }
static Value op_fn_not(Thread *th, Value m, Value *a) { int r = object_truth(th, a[0]); return r < 0 ? NO_VALUE : value_bool(!r); }
static Value op_fn_is(Thread *th, Value m, Value *a) { return value_bool(a[0] == a[1]); }
static Value op_fn_is_not(Thread *th, Value m, Value *a) { return value_bool(a[0] != a[1]); }
static Value op_fn_is_none(Thread *th, Value m, Value *a) { return value_bool(a[0] == VALUE_NONE); }
static Value op_fn_is_not_none(Thread *th, Value m, Value *a) { return value_bool(a[0] != VALUE_NONE); }
static Value op_fn_contains(Thread *th, Value m, Value *a) { int r = object_contains(th, a[0], a[1]); return r < 0 ? NO_VALUE : value_bool(r); }
static Value op_fn_getitem(Thread *th, Value m, Value *a) { return object_getitem(th, a[0], a[1]); }
static Value op_fn_setitem(Thread *th, Value m, Value *a) { return object_setitem(th, a[0], a[1], a[2]) < 0 ? NO_VALUE : VALUE_NONE; }
static Value op_fn_delitem(Thread *th, Value m, Value *a) { return object_setitem(th, a[0], a[1], NO_VALUE) < 0 ? NO_VALUE : VALUE_NONE; }

// A sequence for concat: has __getitem__ and is no mapping.
static bool is_sequence(Value v) { return sequence_check(v) && !value_is_dict(v); }
static Value op_fn_concat(Thread *th, Value m, Value *a) {
    if (!is_sequence(a[0]) || !is_sequence(a[1])) return raise_type_error(th, "'%T' object can't be concatenated", is_sequence(a[0]) ? a[1] : a[0]);
    return number_binary(th, BINOP_ADD, a[0], a[1]);
}
static Value op_fn_iconcat(Thread *th, Value m, Value *a) {
    if (!is_sequence(a[0]) || !is_sequence(a[1])) return raise_type_error(th, "'%T' object can't be concatenated", is_sequence(a[0]) ? a[1] : a[0]);
    return number_inplace(th, BINOP_ADD, a[0], a[1]);
}

// Walks a for items equal to b: their number, or the first position (-1: none). -2: error.
static int64_t scan(Thread *th, Value a, Value b, bool count) {
    Value it = object_iter(th, a);
    if (!it) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "argument of type '%T' is not iterable", a);
        return -2;
    }
    int64_t n = 0, i = 0;
    for (Value v; (v = iter_step(th, it)); i++) {
        int e = value_equal(th, v, b);
        decref(th, v);
        if (e < 0) { decref(th, it); return -2; }
        if (e && !count) { decref(th, it); return i; }
        n += e;
        if (thread_safepoint(th) < 0) break;
    }
    decref(th, it);
    if (error_pending(th)) return -2;
    return count ? n : -1;
}
static Value op_fn_countOf(Thread *th, Value m, Value *a) { int64_t n = scan(th, a[0], a[1], true); return n == -2 ? NO_VALUE : value_imm_int(n); }
static Value op_fn_indexOf(Thread *th, Value m, Value *a) {
    int64_t n = scan(th, a[0], a[1], false);
    return n == -2 ? NO_VALUE : n < 0 ? raise_value_error(th, "sequence.index(x): x not in sequence") : value_imm_int(n);
}

static Value op_fn_length_hint(Thread *th, Value m, Value *a) {
    intptr_t dflt = 0;
    if (a[1]) { dflt = number_as_ssize(th, a[1], &exc_OverflowError); if (dflt == -1 && error_pending(th)) return NO_VALUE; }
    intptr_t n = object_length_hint(th, a[0], dflt);
    return n < 0 && error_pending(th) ? NO_VALUE : int_from_i64(th, n);    // a default may be negative
}

static Value op_fn_call(Thread *th, Value m, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 1) return raise_type_error(th, "call expected at least 1 argument, got 0");
    return object_call(th, args[0], args + 1, nargs - 1, kwnames);
}

// Compares all bytes whatever they are; only the lengths show in the time.
static bool bytes_same(const uint8_t *a, size_t na, const uint8_t *b, size_t nb) {
    volatile uint8_t diff = na != nb;
    const uint8_t *x = na == nb ? a : b;
    for (size_t i = 0; i < nb; i++) diff = (uint8_t)(diff | (x[i] ^ b[i]));
    return diff == 0;
}
static Value op_fn_compare_digest(Thread *th, Value m, Value *a) {
    if (value_is_str(a[0]) && value_is_str(a[1])) {
        Str *x = AS(Str, a[0]), *y = AS(Str, a[1]);
        if (!(x->flags & STR_ASCII) || !(y->flags & STR_ASCII)) return raise_type_error(th, "comparing strings with non-ASCII characters is not supported");
        return value_bool(bytes_same(str_data(x), x->len, str_data(y), y->len));
    }
    if (!buffer_check(a[0]) && !buffer_check(a[1])) return raise_type_error(th, "unsupported operand types(s) or combination of types: '%T' and '%T'", a[0], a[1]);
    Buffer x, y;
    if (buffer_get(th, a[0], &x, BUF_SIMPLE) < 0) return NO_VALUE;
    if (buffer_get(th, a[1], &y, BUF_SIMPLE) < 0) { buffer_release(th, &x); return NO_VALUE; }
    Value r = NO_VALUE;
    if (x.ndim > 1 || y.ndim > 1) raise_error(th, &exc_BufferError, "Buffer must be single dimension");
    else r = value_bool(bytes_same(x.buf, x.len, y.buf, y.len));
    buffer_release(th, &x);
    buffer_release(th, &y);
    return r;
}

// ---- itemgetter

typedef struct Getter { Object head; Value items; Value paths; } Getter; // items [c] Tuple; paths [c] attrgetter: Tuple of Tuple of names
static Type type_itemgetter, type_attrgetter;
static Shape shape_itemgetter, shape_attrgetter;
#define G(v) AS(Getter, v)

static Value itemgetter_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "itemgetter", kwnames) < 0) return NO_VALUE;
    if (nargs < 1) { args_count(th, "itemgetter", nargs, 1, 1); return NO_VALUE; }
    Value t = tuple_from_array(th, args, nargs);
    Getter *g = t ? object_new(th, type, 0) : NULL;
    if (!g) { decref(th, t); return NO_VALUE; }
    g->items = t;
    return VALUE_OF(g);
}
static Value itemgetter_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "itemgetter", kwnames) < 0 || args_count(th, "itemgetter", nargs, 1, 1) < 0) return NO_VALUE;
    Tuple *t = AS(Tuple, G(self)->items);
    if (t->len == 1) return object_getitem(th, args[0], t->items[0]);
    Tuple *r = tuple_new(th, t->len);
    if (!r) return NO_VALUE;
    for (size_t i = 0; i < t->len; i++) if (!(r->items[i] = object_getitem(th, args[0], t->items[i]))) { decref(th, VALUE_OF(r)); return NO_VALUE; }
    return VALUE_OF(r);
}
static Value getter_repr(Thread *th, Value self) {
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_format(th, "%T(...)", self);
    Tuple *t = AS(Tuple, G(self)->items);
    Value s = t->len == 1 ? str_format(th, "%T(%R)", self, t->items[0]) : str_format(th, "%T%R", self, G(self)->items);
    repr_leave(th, self);
    return s;
}
static Value getter_meth_reduce(Thread *th, Value self, Value *args) {
    return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), new_ref(th, G(self)->items));
}
static void getter_dealloc(Thread *th, Object *self) {
    decref(th, ((Getter *)self)->items);
    decref(th, ((Getter *)self)->paths);
    object_free(th, self);
}
static int getter_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((Getter *)self)->items, arg);
    return r ? r : visit(((Getter *)self)->paths, arg);
}
static const MethodDef getter_methods[] = {{"__reduce__", "(self, /)", getter_meth_reduce, "Return state information for pickling", 0}, {0}};
static Value call_text_signature(Thread *th, Value self) { return str_from_cstr(th, "(obj, /)"); }
static const GetSetDef getter_getsets[] = {{"__text_signature__", call_text_signature, NULL, NULL}, {0}};
#define GETTER_SLOTS .dealloc = getter_dealloc, .traverse = getter_traverse, .repr = getter_repr
MODULE_TYPE_DEFINE(itemgetter, "operator.itemgetter", sizeof(Getter), TYPE_TRACED, .methods = getter_methods, .getsets = getter_getsets,
                   .doc = "itemgetter(item, /, *items)\n--\n\nReturn a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\n"
                          "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
                   .slots = {.new_ = itemgetter_slot_new, .call = itemgetter_slot_call, GETTER_SLOTS})

// ---- attrgetter

// "a.b.c" as a Tuple of interned names.
static Value split_path(Thread *th, Value name) {
    Str *s = AS(Str, name);
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    size_t start = 0;
    for (size_t i = 0; i <= s->len; i++) {
        if (i < s->len && str_char_at(s, i) != '.') continue;
        Value part = str_substring(th, name, start, i);
        if (part) part = str_intern(th, part);
        if (!part || list_append_owned(th, AS(List, l), part) < 0) { decref(th, l); return NO_VALUE; }
        start = i + 1;
    }
    Value t = list_to_tuple(th, AS(List, l));
    decref(th, l);
    return t;
}
static Value attrgetter_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "attrgetter", kwnames) < 0) return NO_VALUE;
    if (nargs < 1) { args_count(th, "attrgetter", nargs, 1, 1); return NO_VALUE; }
    for (size_t i = 0; i < nargs; i++) if (!value_is_str(args[i])) return raise_type_error(th, "attribute name must be a string");
    Value t = tuple_from_array(th, args, nargs), l = t ? list_new(th, nargs) : NO_VALUE, paths = NO_VALUE;
    bool ok = l != NO_VALUE;
    for (size_t i = 0; ok && i < nargs; i++) {
        Value p = split_path(th, args[i]);
        ok = p && list_append_owned(th, AS(List, l), p) == 0;
    }
    if (ok) paths = list_to_tuple(th, AS(List, l));
    decref(th, l);
    Getter *g = paths ? object_new(th, type, 0) : NULL;
    if (!g) { decref(th, t); decref(th, paths); return NO_VALUE; }
    g->items = t;
    g->paths = paths;
    return VALUE_OF(g);
}
static Value follow(Thread *th, Value obj, Value path) {
    Tuple *t = AS(Tuple, path);
    Value v = new_ref(th, obj);
    for (size_t i = 0; v && i < t->len; i++) {
        Value n = object_getattr(th, v, t->items[i]);
        decref(th, v);
        v = n;
    }
    return v;
}
static Value attrgetter_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "attrgetter", kwnames) < 0 || args_count(th, "attrgetter", nargs, 1, 1) < 0) return NO_VALUE;
    Tuple *t = AS(Tuple, G(self)->paths);
    if (t->len == 1) return follow(th, args[0], t->items[0]);
    Tuple *r = tuple_new(th, t->len);
    if (!r) return NO_VALUE;
    for (size_t i = 0; i < t->len; i++) if (!(r->items[i] = follow(th, args[0], t->items[i]))) { decref(th, VALUE_OF(r)); return NO_VALUE; }
    return VALUE_OF(r);
}
MODULE_TYPE_DEFINE(attrgetter, "operator.attrgetter", sizeof(Getter), TYPE_TRACED, .methods = getter_methods, .getsets = getter_getsets,
                   .doc = "attrgetter(attr, /, *attrs)\n--\n\nReturn a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\n"
                          "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
                   .slots = {.new_ = attrgetter_slot_new, .call = attrgetter_slot_call, GETTER_SLOTS})

// ---- methodcaller

typedef struct MethodCaller { Object head; Value name, args, kwnames, kwvalues; } MethodCaller; // [c]; kwnames NO_VALUE: none
static Type type_methodcaller;
static Shape shape_methodcaller;
#define MC(v) AS(MethodCaller, v)

static Value methodcaller_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 1) return raise_type_error(th, "methodcaller needs at least one argument, the method name");
    if (!value_is_str(args[0])) return raise_type_error(th, "method name must be a string");
    MethodCaller *c = object_new(th, type, 0);
    if (!c) return NO_VALUE;
    c->name = str_intern(th, new_ref(th, args[0]));
    c->args = tuple_from_array(th, args + 1, nargs - 1);
    if (kwnames_len(kwnames)) {
        c->kwnames = new_ref(th, kwnames);
        c->kwvalues = tuple_from_array(th, args + nargs, kwnames_len(kwnames));
    }
    if (!c->name || !c->args || (c->kwnames && !c->kwvalues)) { decref(th, VALUE_OF(c)); return NO_VALUE; }
    return VALUE_OF(c);
}
static Value methodcaller_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs != 1) { args_count(th, "methodcaller", nargs, 1, 1); return NO_VALUE; }
    if (args_no_keywords(th, "methodcaller", kwnames) < 0) return NO_VALUE;
    MethodCaller *c = MC(self);
    Value self_arg, f = object_get_method(th, args[0], c->name, &self_arg);
    if (!f) return NO_VALUE;
    size_t na = AS(Tuple, c->args)->len, nk = kwnames_len(c->kwnames), k = 0;
    Value small[12], *v = 1 + na + nk > ARRAY_LEN(small) ? mem_alloc(th, (1 + na + nk) * sizeof(Value)) : small;
    if (!v) { decref(th, f); return NO_VALUE; }
    if (self_arg) v[k++] = self_arg;
    for (size_t i = 0; i < na; i++) v[k++] = AS(Tuple, c->args)->items[i];
    for (size_t i = 0; i < nk; i++) v[k + i] = AS(Tuple, c->kwvalues)->items[i];
    Value r = object_call(th, f, v, k, c->kwnames);
    if (v != small) mem_free(v);
    decref(th, f);
    return r;
}
static Value methodcaller_slot_repr(Thread *th, Value self) {
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_format(th, "%T(...)", self);
    MethodCaller *c = MC(self);
    StrBuilder b;
    str_builder_init(&b, th);
    Value head = str_format(th, "%T(%R", self, c->name);
    bool ok = head != NO_VALUE;
    if (ok) str_builder_str(&b, head);
    decref(th, head);
    for (size_t i = 0; ok && i < AS(Tuple, c->args)->len; i++) { str_builder_ascii(&b, ", ", 2); ok = repr_append(th, &b, AS(Tuple, c->args)->items[i]) == 0; }
    for (size_t i = 0; ok && i < kwnames_len(c->kwnames); i++) {
        str_builder_ascii(&b, ", ", 2);
        str_builder_str(&b, AS(Tuple, c->kwnames)->items[i]);
        str_builder_char(&b, '=');
        ok = repr_append(th, &b, AS(Tuple, c->kwvalues)->items[i]) == 0;
    }
    str_builder_char(&b, ')');
    repr_leave(th, self);
    if (ok) return str_builder_finish(&b);
    str_builder_abort(&b);
    return NO_VALUE;
}
static Value methodcaller_meth_reduce(Thread *th, Value self, Value *args) {
    MethodCaller *c = MC(self);
    Tuple *a = AS(Tuple, c->args);
    if (!c->kwnames) {
        Tuple *t = tuple_new(th, a->len + 1);
        if (!t) return NO_VALUE;
        t->items[0] = new_ref(th, c->name);
        for (size_t i = 0; i < a->len; i++) t->items[i + 1] = new_ref(th, a->items[i]);
        return reduce_make2(th, new_ref(th, VALUE_OF(type_of(self))), VALUE_OF(t));
    }
    Value partial = import_attr(th, "functools", "partial");
    size_t nk = kwnames_len(c->kwnames);
    Value *v = partial ? mem_alloc(th, (2 + nk) * sizeof(Value)) : NULL;
    if (!v) { decref(th, partial); return NO_VALUE; }
    v[0] = VALUE_OF(type_of(self));
    v[1] = c->name;
    for (size_t i = 0; i < nk; i++) v[2 + i] = AS(Tuple, c->kwvalues)->items[i];
    Value f = object_call(th, partial, v, 2, c->kwnames);
    mem_free(v);
    decref(th, partial);
    return reduce_make2(th, f, new_ref(th, c->args));
}
static void methodcaller_dealloc(Thread *th, Object *self) {
    Value *v = (Value *)(self + 1);
    for (int i = 0; i < 4; i++) decref(th, v[i]);
    object_free(th, self);
}
static int methodcaller_traverse(Object *self, VisitFn visit, void *arg) {
    Value *v = (Value *)(self + 1);
    for (int i = 0; i < 4; i++) { int r = visit(v[i], arg); if (r) return r; }
    return 0;
}
static const MethodDef methodcaller_methods[] = {{"__reduce__", "(self, /)", methodcaller_meth_reduce, "Return state information for pickling", 0}, {0}};
MODULE_TYPE_DEFINE(methodcaller, "operator.methodcaller", sizeof(MethodCaller), TYPE_TRACED, .methods = methodcaller_methods, .getsets = getter_getsets,
                   .doc = "methodcaller(name, /, *args, **kwargs)\n--\n\nReturn a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\n"
                          "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
                   .slots = {.new_ = methodcaller_slot_new, .call = methodcaller_slot_call, .repr = methodcaller_slot_repr,
                             .dealloc = methodcaller_dealloc, .traverse = methodcaller_traverse})

static int operator_exec(Thread *th, Value m) {
    return module_add_type(th, m, &type_itemgetter) < 0 || module_add_type(th, m, &type_attrgetter) < 0 || module_add_type(th, m, &type_methodcaller) < 0 ? -1 : 0;
}
#define F1(name, fn, doc) {name, "(a, /)", op_fn_##fn, doc, 0}
#define F2(name, fn, doc) {name, "(a, b, /)", op_fn_##fn, doc, 0}
static const MethodDef operator_methods[] = {
    F1("truth", truth, "Return True if a is true, False otherwise."), F2("contains", contains, "Same as b in a (note reversed operands)."),
    F2("indexOf", indexOf, "Return the first index of b in a."), F2("countOf", countOf, "Return the number of items in a which are, or which equal, b."),
    F2("is_", is, "Same as a is b."), F2("is_not", is_not, "Same as a is not b."), F1("is_none", is_none, "Same as a is None."), F1("is_not_none", is_not_none, "Same as a is not None."),
    F2("add", add, "Same as a + b."), F2("sub", sub, "Same as a - b."), F2("mul", mul, "Same as a * b."), F2("matmul", matmul, "Same as a @ b."),
    F2("floordiv", floordiv, "Same as a // b."), F2("truediv", truediv, "Same as a / b."), F2("mod", mod, "Same as a % b."),
    F1("neg", neg, "Same as -a."), F1("pos", pos, "Same as +a."), F1("abs", abs, "Same as abs(a)."), F1("inv", invert, "Same as ~a."), F1("invert", invert, "Same as ~a."),
    F2("lshift", lshift, "Same as a << b."), F2("rshift", rshift, "Same as a >> b."), F1("not_", not, "Same as not a."),
    F2("and_", and_, "Same as a & b."), F2("xor", xor, "Same as a ^ b."), F2("or_", or_, "Same as a | b."),
    F2("iadd", iadd, "Same as a += b."), F2("isub", isub, "Same as a -= b."), F2("imul", imul, "Same as a *= b."), F2("imatmul", imatmul, "Same as a @= b."),
    F2("ifloordiv", ifloordiv, "Same as a //= b."), F2("itruediv", itruediv, "Same as a /= b."), F2("imod", imod, "Same as a %= b."),
    F2("ilshift", ilshift, "Same as a <<= b."), F2("irshift", irshift, "Same as a >>= b."), F2("iand", iand, "Same as a &= b."),
    F2("ixor", ixor, "Same as a ^= b."), F2("ior", ior, "Same as a |= b."), F2("ipow", ipow, "Same as a **= b."), F2("pow", pow, "Same as a ** b."),
    F2("concat", concat, "Same as a + b, for a and b sequences."), F2("iconcat", iconcat, "Same as a += b, for a and b sequences."),
    F2("getitem", getitem, "Same as a[b]."), {"setitem", "(a, b, c, /)", op_fn_setitem, "Same as a[b] = c.", 0}, F2("delitem", delitem, "Same as del a[b]."),
    F2("lt", lt, "Same as a < b."), F2("le", le, "Same as a <= b."), F2("eq", eq, "Same as a == b."), F2("ne", ne, "Same as a != b."),
    F2("ge", ge, "Same as a >= b."), F2("gt", gt, "Same as a > b."), F1("index", index, "Same as a.__index__()"),
    {"length_hint", "(obj, default=0, /)", op_fn_length_hint,
     "Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\n"
     "Otherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0.", 0},
    {"call", "(obj, /, *args, **kwargs)", op_fn_call, "Same as obj(*args, **kwargs).", METH_RAW},
    F2("_compare_digest", compare_digest,
       "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\n"
       "or any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values."),
    {0},
};
const ModuleDef module__operator = {
    "_operator",
    "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    operator_methods, operator_exec};
