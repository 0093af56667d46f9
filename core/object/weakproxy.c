// SPDX-License-Identifier: MIT
// weakref.proxy: every operation goes to the referent, which is held for its duration; ReferenceError when it is gone. Same structure and table
// as weak references (weakref.c); no state and no locks of its own.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/iter.h"
#include "core/object/str.h"
#include "core/object/weakref_int.h"

ALWAYS_INLINE bool is_proxy(Value v) {
    return value_is_object(v) && (atomic_load_relaxed(&value_object(v)->shape) == &shape_weakproxy || atomic_load_relaxed(&value_object(v)->shape) == &shape_weakcallableproxy);
}
// The referent of a proxy, or v itself: new reference; NO_VALUE with ReferenceError.
static Value unwrap(Thread *th, Value v) {
    if (!is_proxy(v)) return new_ref(th, v);
    Value o = weakref_get(th, v);
    return o ? o : raise_error(th, &exc_ReferenceError, "weakly-referenced object no longer exists");
}

#define PROXY_UNARY(name, call)                                     \
    static Value proxy_slot_##name(Thread *th, Value self) {        \
        Value o = unwrap(th, self);                                 \
        if (!o) return NO_VALUE;                                    \
        Value r = call(th, o);                                      \
        decref(th, o);                                              \
        return r;                                                   \
    }
PROXY_UNARY(str, object_str)
PROXY_UNARY(iter, object_iter)
PROXY_UNARY(neg, number_negative)
PROXY_UNARY(pos, number_positive)
PROXY_UNARY(abs, number_absolute)
PROXY_UNARY(invert, number_invert)
PROXY_UNARY(int_, number_long)
PROXY_UNARY(float_, number_float)
PROXY_UNARY(index, number_index)

static Value binary(Thread *th, Value a, Value b, int op, Value (*fn)(Thread *, int, Value, Value)) {
    Value x = unwrap(th, a), y = x ? unwrap(th, b) : NO_VALUE;
    Value r = y ? fn(th, op, x, y) : NO_VALUE;
    decref(th, x);
    decref(th, y);
    return r;
}
#define PROXY_BINARY(name, op)                                                                                      \
    static Value proxy_slot_##name(Thread *th, Value a, Value b) { return binary(th, a, b, op, number_binary); }
#define PROXY_INPLACE(name, op)                                                                                     \
    static Value proxy_slot_##name(Thread *th, Value a, Value b) { return binary(th, a, b, op, number_inplace); }
PROXY_BINARY(add, BINOP_ADD) PROXY_BINARY(sub, BINOP_SUB) PROXY_BINARY(mul, BINOP_MUL) PROXY_BINARY(matmul, BINOP_MATMUL)
PROXY_BINARY(truediv, BINOP_TRUEDIV) PROXY_BINARY(floordiv, BINOP_FLOORDIV) PROXY_BINARY(mod, BINOP_MOD)
PROXY_BINARY(lshift, BINOP_LSHIFT) PROXY_BINARY(rshift, BINOP_RSHIFT) PROXY_BINARY(and_, BINOP_AND) PROXY_BINARY(xor, BINOP_XOR) PROXY_BINARY(or_, BINOP_OR)
PROXY_INPLACE(iadd, BINOP_ADD) PROXY_INPLACE(isub, BINOP_SUB) PROXY_INPLACE(imul, BINOP_MUL) PROXY_INPLACE(imatmul, BINOP_MATMUL)
PROXY_INPLACE(itruediv, BINOP_TRUEDIV) PROXY_INPLACE(ifloordiv, BINOP_FLOORDIV) PROXY_INPLACE(imod, BINOP_MOD)
PROXY_INPLACE(ilshift, BINOP_LSHIFT) PROXY_INPLACE(irshift, BINOP_RSHIFT) PROXY_INPLACE(iand, BINOP_AND) PROXY_INPLACE(ixor, BINOP_XOR) PROXY_INPLACE(ior, BINOP_OR)

static Value divmod_op(Thread *th, int op, Value a, Value b) { return number_divmod(th, a, b); }
static Value proxy_slot_divmod(Thread *th, Value a, Value b) { return binary(th, a, b, 0, divmod_op); }
static Value proxy_slot_pow(Thread *th, Value a, Value b, Value c) {
    Value x = unwrap(th, a), y = x ? unwrap(th, b) : NO_VALUE, z = y ? unwrap(th, c) : NO_VALUE;
    Value r = z ? number_power(th, x, y, z) : NO_VALUE;
    decref(th, x);
    decref(th, y);
    decref(th, z);
    return r;
}
static Value proxy_slot_ipow(Thread *th, Value a, Value b, Value c) {
    if (c != VALUE_NONE) return proxy_slot_pow(th, a, b, c);
    return binary(th, a, b, BINOP_POW, number_inplace);
}

static Value proxy_slot_compare(Thread *th, Value a, Value b, int op) {
    Value x = unwrap(th, a), y = x ? unwrap(th, b) : NO_VALUE;
    Value r = y ? object_compare(th, x, y, op) : NO_VALUE;
    decref(th, x);
    decref(th, y);
    return r;
}
static Value proxy_slot_getattr(Thread *th, Value self, Value name) {
    Value o = unwrap(th, self);
    if (!o) return NO_VALUE;
    Value r = object_getattr(th, o, name);
    decref(th, o);
    return r;
}
static int proxy_slot_setattr(Thread *th, Value self, Value name, Value v) {
    Value o = unwrap(th, self);
    if (!o) return -1;
    int r = object_setattr(th, o, name, v);
    decref(th, o);
    return r;
}
static Value proxy_slot_getitem(Thread *th, Value self, Value key) {
    Value o = unwrap(th, self);
    if (!o) return NO_VALUE;
    Value r = object_getitem(th, o, key);
    decref(th, o);
    return r;
}
static int proxy_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Value o = unwrap(th, self);
    if (!o) return -1;
    int r = object_setitem(th, o, key, v);
    decref(th, o);
    return r;
}
static int proxy_slot_contains(Thread *th, Value self, Value item) {
    Value o = unwrap(th, self);
    if (!o) return -1;
    int r = object_contains(th, o, item);
    decref(th, o);
    return r;
}
static intptr_t proxy_slot_len(Thread *th, Value self) {
    Value o = unwrap(th, self);
    if (!o) return -1;
    intptr_t r = object_len(th, o);
    decref(th, o);
    return r;
}
static int proxy_slot_bool(Thread *th, Value self) {
    Value o = unwrap(th, self);
    if (!o) return -1;
    int r = object_truth(th, o);
    decref(th, o);
    return r;
}
static Value proxy_slot_next(Thread *th, Value self) {
    Value o = unwrap(th, self);
    if (!o) return NO_VALUE;
    Value r = NO_VALUE;
    if (iter_check(o)) r = iter_next(th, o);
    else raise_type_error(th, "Weakref proxy referenced a non-iterator '%T' object", o);
    decref(th, o);
    return r;
}
static Value proxy_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value o = unwrap(th, self);
    if (!o) return NO_VALUE;
    Value r = object_call(th, o, args, nargs, kwnames);
    decref(th, o);
    return r;
}
static Value proxy_slot_repr(Thread *th, Value self) { return weakref_describe(th, self, "weakproxy", false); }

static Value call_special(Thread *th, Value self, const char *name) {
    Value o = unwrap(th, self);
    if (!o) return NO_VALUE;
    Value m = object_getattr_cstr(th, o, name);
    Value r = m ? call0(th, m) : NO_VALUE;
    decref(th, m);
    decref(th, o);
    return r;
}
static Value proxy_meth_bytes(Thread *th, Value self, Value *args) { return call_special(th, self, "__bytes__"); }
static Value proxy_meth_reversed(Thread *th, Value self, Value *args) { return call_special(th, self, "__reversed__"); }

static const MethodDef proxy_methods[] = {
    {"__bytes__", "(self, /)", proxy_meth_bytes, NULL},
    {"__reversed__", "(self, /)", proxy_meth_reversed, NULL},
    {0}
};

#define PROXY_SLOTS                                                                                                                          \
    .repr = proxy_slot_repr, .str = proxy_slot_str, .hash = object_hash_unhashable, .compare = proxy_slot_compare, .getattr = proxy_slot_getattr, \
    .setattr = proxy_slot_setattr, .iter = proxy_slot_iter, .next = proxy_slot_next, .len = proxy_slot_len, .getitem = proxy_slot_getitem,     \
    .setitem = proxy_slot_setitem, .contains = proxy_slot_contains, .bool_ = proxy_slot_bool, .index = proxy_slot_index, .int_ = proxy_slot_int_, \
    .float_ = proxy_slot_float_, .neg = proxy_slot_neg, .pos = proxy_slot_pos, .abs = proxy_slot_abs, .invert = proxy_slot_invert,             \
    .add = proxy_slot_add, .sub = proxy_slot_sub, .mul = proxy_slot_mul, .matmul = proxy_slot_matmul, .truediv = proxy_slot_truediv,           \
    .floordiv = proxy_slot_floordiv, .mod = proxy_slot_mod, .divmod = proxy_slot_divmod, .lshift = proxy_slot_lshift,                         \
    .rshift = proxy_slot_rshift, .and_ = proxy_slot_and_, .xor = proxy_slot_xor, .or_ = proxy_slot_or_, .pow = proxy_slot_pow,                 \
    .iadd = proxy_slot_iadd, .isub = proxy_slot_isub, .imul = proxy_slot_imul, .imatmul = proxy_slot_imatmul,                                 \
    .itruediv = proxy_slot_itruediv, .ifloordiv = proxy_slot_ifloordiv, .imod = proxy_slot_imod, .ilshift = proxy_slot_ilshift,               \
    .irshift = proxy_slot_irshift, .iand = proxy_slot_iand, .ixor = proxy_slot_ixor, .ior = proxy_slot_ior, .ipow = proxy_slot_ipow,           \
    .dealloc = weakref_slot_dealloc, .traverse = weakref_slot_traverse, .clear = weakref_slot_clear

TYPE_DEFINE(weakproxy, "weakref.ProxyType", sizeof(WeakRef), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = proxy_methods, .slots = { PROXY_SLOTS })
TYPE_DEFINE(weakcallableproxy, "weakref.CallableProxyType", sizeof(WeakRef), TYPE_TRACED | TYPE_NO_INSTANTIATE,
            .slots = { PROXY_SLOTS, .call = proxy_slot_call })
