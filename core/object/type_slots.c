// SPDX-License-Identifier: MIT
// Slots seen from Python: how a slot function is called as a dunder method (slot wrappers), the slot functions that call the
// Python-level dunders of heap types, and which function goes into a slot when a class defines or changes a dunder.
// Slot words are written under type_mutex, those of published classes with the world stopped, and read anywhere.
#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/exception.h"
#include "core/object/exception_int.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

enum {
    SLOTKIND_NEW, SLOTKIND_INIT, SLOTKIND_CALL, SLOTKIND_GETATTR, SLOTKIND_SETATTR, SLOTKIND_DELATTR, SLOTKIND_UNARY, SLOTKIND_HASH,
    SLOTKIND_COMPARE_LT, SLOTKIND_COMPARE_LE, SLOTKIND_COMPARE_EQ, SLOTKIND_COMPARE_NE, SLOTKIND_COMPARE_GT, SLOTKIND_COMPARE_GE, // as CMP_*
    SLOTKIND_NEXT, SLOTKIND_DESCR_GET, SLOTKIND_DESCR_SET, SLOTKIND_DESCR_DELETE, SLOTKIND_DEL, SLOTKIND_LEN, SLOTKIND_BINARY_PLAIN,
    SLOTKIND_SETITEM, SLOTKIND_DELITEM, SLOTKIND_CONTAINS, SLOTKIND_BOOL, SLOTKIND_POW, SLOTKIND_RPOW, SLOTKIND_BINARY, SLOTKIND_BINARY_R,
};

// ---- calling a slot as dunder -------------------------------------------------------------------------------

static int wrapper_args(Thread *th, const SlotRow *row, size_t nargs, Value kwnames, size_t min, size_t max) {
    if (kwnames && AS(Tuple, kwnames)->len) {
        raise_type_error(th, "wrapper %s() takes no keyword arguments", row->dunder);
        return -1;
    }
    if (nargs >= min && nargs <= max) return 0;
    if (min == max) raise_type_error(th, "expected %zu argument%s, got %zu", min, min == 1 ? "" : "s", nargs);
    else if (row->kind == SLOTKIND_POW || row->kind == SLOTKIND_RPOW) raise_type_error(th, "expected 1 or 2 arguments, got %zu", nargs);
    else
        raise_type_error(th, "__get__ expected at %s %zu argument%s, got %zu", nargs < min ? "least" : "most", nargs < min ? min : max,
                         (nargs < min ? min : max) == 1 ? "" : "s", nargs);
    return -1;
}

static Value none_or_error(int r) { return r < 0 ? NO_VALUE : VALUE_NONE; }

// What the slots take for granted.
static bool is_attr_name(Thread *th, Value v) {
    if (LIKELY(value_is_str(v))) return true;
    raise_type_error(th, "attribute name must be string, not '%s'", type_of(v)->name);
    return false;
}
// object.__setattr__(a type, ...) and the like would go around the type's own rules.
static bool setattr_applies(Thread *th, Value self, void *fn, const char *what) {
    Type *t = type_of(self);
    while (t && (t->flags & TYPE_HEAP)) t = t->base;
    if (t && (void *)t->slots.setattr != fn && (void *)object_generic_setattr == fn) {
        raise_type_error(th, "can't apply this %s to %s object", what, type_of(self)->name);
        return false;
    }
    return true;
}

Value slot_wrapper_call(Thread *th, const SlotRow *row, Type *owner, void *fn, Value self, const Value *a, size_t n, Value kwnames) {
    switch (row->kind) {
    case SLOTKIND_INIT: return none_or_error(((InitFn)fn)(th, self, a, n, kwnames));
    case SLOTKIND_CALL: return ((CallFn)fn)(th, self, a, n, kwnames);
    case SLOTKIND_GETATTR: return wrapper_args(th, row, n, kwnames, 1, 1) || !is_attr_name(th, a[0]) ? NO_VALUE : ((GetAttrFn)fn)(th, self, a[0]);
    case SLOTKIND_SETATTR:
        if (wrapper_args(th, row, n, kwnames, 2, 2) || !setattr_applies(th, self, fn, "__setattr__") || !is_attr_name(th, a[0])) return NO_VALUE;
        return none_or_error(((SetAttrFn)fn)(th, self, a[0], a[1]));
    case SLOTKIND_DELATTR:
        if (wrapper_args(th, row, n, kwnames, 1, 1) || !setattr_applies(th, self, fn, "__delattr__") || !is_attr_name(th, a[0])) return NO_VALUE;
        return none_or_error(((SetAttrFn)fn)(th, self, a[0], NO_VALUE));
    case SLOTKIND_UNARY: return wrapper_args(th, row, n, kwnames, 0, 0) ? NO_VALUE : ((UnaryFn)fn)(th, self);
    case SLOTKIND_HASH: {
        if (wrapper_args(th, row, n, kwnames, 0, 0)) return NO_VALUE;
        int64_t h = ((HashFn)fn)(th, self);
        return h == -1 ? NO_VALUE : int_from_i64(th, h);
    }
    case SLOTKIND_COMPARE_LT: case SLOTKIND_COMPARE_LE: case SLOTKIND_COMPARE_EQ:
    case SLOTKIND_COMPARE_NE: case SLOTKIND_COMPARE_GT: case SLOTKIND_COMPARE_GE:
        return wrapper_args(th, row, n, kwnames, 1, 1) ? NO_VALUE : ((CompareFn)fn)(th, self, a[0], row->kind - SLOTKIND_COMPARE_LT);
    case SLOTKIND_NEXT: {
        if (wrapper_args(th, row, n, kwnames, 0, 0)) return NO_VALUE;
        Value v = ((UnaryFn)fn)(th, self);
        return v || error_pending(th) ? v : raise_none(th, &exc_StopIteration);
    }
    case SLOTKIND_DESCR_GET: {
        if (wrapper_args(th, row, n, kwnames, 1, 2)) return NO_VALUE;
        Value obj = a[0] == VALUE_NONE ? NO_VALUE : a[0], type = n > 1 && a[1] != VALUE_NONE ? a[1] : NO_VALUE;
        if (!obj && !type) return raise_type_error(th, "__get__(None, None) is invalid");
        return ((DescrGetFn)fn)(th, self, obj, type);
    }
    case SLOTKIND_DESCR_SET: return wrapper_args(th, row, n, kwnames, 2, 2) ? NO_VALUE : none_or_error(((DescrSetFn)fn)(th, self, a[0], a[1]));
    case SLOTKIND_DESCR_DELETE: return wrapper_args(th, row, n, kwnames, 1, 1) ? NO_VALUE : none_or_error(((DescrSetFn)fn)(th, self, a[0], NO_VALUE));
    case SLOTKIND_DEL: return wrapper_args(th, row, n, kwnames, 0, 0) ? NO_VALUE : none_or_error(((BoolFn)fn)(th, self));
    case SLOTKIND_LEN: {
        if (wrapper_args(th, row, n, kwnames, 0, 0)) return NO_VALUE;
        intptr_t len = ((LenFn)fn)(th, self);
        return len < 0 ? NO_VALUE : int_from_i64(th, len);
    }
    case SLOTKIND_BINARY_PLAIN:
    case SLOTKIND_BINARY: return wrapper_args(th, row, n, kwnames, 1, 1) ? NO_VALUE : ((BinaryFn)fn)(th, self, a[0]);
    case SLOTKIND_BINARY_R: return wrapper_args(th, row, n, kwnames, 1, 1) ? NO_VALUE : ((BinaryFn)fn)(th, a[0], self);
    case SLOTKIND_SETITEM: return wrapper_args(th, row, n, kwnames, 2, 2) ? NO_VALUE : none_or_error(((SetItemFn)fn)(th, self, a[0], a[1]));
    case SLOTKIND_DELITEM: return wrapper_args(th, row, n, kwnames, 1, 1) ? NO_VALUE : none_or_error(((SetItemFn)fn)(th, self, a[0], NO_VALUE));
    case SLOTKIND_CONTAINS: {
        if (wrapper_args(th, row, n, kwnames, 1, 1)) return NO_VALUE;
        int r = ((ContainsFn)fn)(th, self, a[0]);
        return r < 0 ? NO_VALUE : value_bool(r);
    }
    case SLOTKIND_BOOL: {
        if (wrapper_args(th, row, n, kwnames, 0, 0)) return NO_VALUE;
        int r = ((BoolFn)fn)(th, self);
        return r < 0 ? NO_VALUE : value_bool(r);
    }
    case SLOTKIND_POW:
        if (wrapper_args(th, row, n, kwnames, 1, 2)) return NO_VALUE;
        return ((TernaryFn)fn)(th, self, a[0], n > 1 ? a[1] : VALUE_NONE);
    case SLOTKIND_RPOW:
        if (wrapper_args(th, row, n, kwnames, 1, 2)) return NO_VALUE;
        return ((TernaryFn)fn)(th, a[0], self, n > 1 ? a[1] : VALUE_NONE);
    default: return raise_error(th, &exc_SystemError, "slot %s cannot be called", row->dunder);
    }
}

const char *slot_row_signature(const SlotRow *row) {
    switch (row->kind) {
    case SLOTKIND_NEW: return "($type, *args, **kwargs)";
    case SLOTKIND_INIT: case SLOTKIND_CALL: return "($self, /, *args, **kwargs)";
    case SLOTKIND_GETATTR: case SLOTKIND_DELATTR: return "($self, name, /)";
    case SLOTKIND_SETATTR: return "($self, name, value, /)";
    case SLOTKIND_DESCR_GET: return "($self, instance, owner=None, /)";
    case SLOTKIND_DESCR_SET: return "($self, instance, value, /)";
    case SLOTKIND_DESCR_DELETE: return "($self, instance, /)";
    case SLOTKIND_BINARY_PLAIN: case SLOTKIND_DELITEM: case SLOTKIND_CONTAINS: return "($self, key, /)";
    case SLOTKIND_SETITEM: return "($self, key, value, /)";
    case SLOTKIND_POW: case SLOTKIND_RPOW: return "($self, value, mod=None, /)";
    case SLOTKIND_BINARY: case SLOTKIND_BINARY_R:
    case SLOTKIND_COMPARE_LT: case SLOTKIND_COMPARE_LE: case SLOTKIND_COMPARE_EQ:
    case SLOTKIND_COMPARE_NE: case SLOTKIND_COMPARE_GT: case SLOTKIND_COMPARE_GE: return "($self, value, /)";
    default: return "($self, /)";
    }
}

static const struct { const char *dunder, *doc; } slot_docs[] = {
    {"__init__", "Initialize self.  See help(type(self)) for accurate signature."}, {"__call__", "Call self as a function."},
    {"__getattribute__", "Return getattr(self, name)."}, {"__setattr__", "Implement setattr(self, name, value)."},
    {"__delattr__", "Implement delattr(self, name)."}, {"__repr__", "Return repr(self)."}, {"__str__", "Return str(self)."},
    {"__hash__", "Return hash(self)."}, {"__lt__", "Return self<value."}, {"__le__", "Return self<=value."}, {"__eq__", "Return self==value."},
    {"__ne__", "Return self!=value."}, {"__gt__", "Return self>value."}, {"__ge__", "Return self>=value."}, {"__iter__", "Implement iter(self)."},
    {"__next__", "Implement next(self)."}, {"__get__", "Return an attribute of instance, which is of type owner."},
    {"__set__", "Set an attribute of instance to value."}, {"__delete__", "Delete an attribute of instance."},
    {"__del__", "Called when the instance is about to be destroyed."}, {"__len__", "Return len(self)."}, {"__getitem__", "Return self[key]."},
    {"__setitem__", "Set self[key] to value."}, {"__delitem__", "Delete self[key]."}, {"__contains__", "Return bool(key in self)."},
    {"__index__", "Return self converted to an integer, if self is suitable for use as an index into a list."}, {"__int__", "int(self)"},
    {"__float__", "float(self)"}, {"__bool__", "True if self else False"}, {"__neg__", "-self"}, {"__pos__", "+self"}, {"__abs__", "abs(self)"},
    {"__invert__", "~self"}, {"__add__", "Return self+value."}, {"__radd__", "Return value+self."}, {"__sub__", "Return self-value."},
    {"__rsub__", "Return value-self."}, {"__mul__", "Return self*value."}, {"__rmul__", "Return value*self."}, {"__matmul__", "Return self@value."},
    {"__rmatmul__", "Return value@self."}, {"__truediv__", "Return self/value."}, {"__rtruediv__", "Return value/self."},
    {"__floordiv__", "Return self//value."}, {"__rfloordiv__", "Return value//self."}, {"__mod__", "Return self%value."}, {"__rmod__", "Return value%self."},
    {"__divmod__", "Return divmod(self, value)."}, {"__rdivmod__", "Return divmod(value, self)."}, {"__lshift__", "Return self<<value."},
    {"__rlshift__", "Return value<<self."}, {"__rshift__", "Return self>>value."}, {"__rrshift__", "Return value>>self."}, {"__and__", "Return self&value."},
    {"__rand__", "Return value&self."}, {"__xor__", "Return self^value."}, {"__rxor__", "Return value^self."}, {"__or__", "Return self|value."},
    {"__ror__", "Return value|self."}, {"__pow__", "Return pow(self, value, mod)."}, {"__rpow__", "Return pow(value, self, mod)."},
    {"__iadd__", "Return self+=value."}, {"__isub__", "Return self-=value."}, {"__imul__", "Return self*=value."}, {"__imatmul__", "Return self@=value."},
    {"__itruediv__", "Return self/=value."}, {"__ifloordiv__", "Return self//=value."}, {"__imod__", "Return self%=value."},
    {"__ilshift__", "Return self<<=value."}, {"__irshift__", "Return self>>=value."}, {"__iand__", "Return self&=value."}, {"__ixor__", "Return self^=value."},
    {"__ior__", "Return self|=value."}, {"__ipow__", "Return self**=value."}, {"__await__", "Return an iterator to be used in await expression."},
    {"__aiter__", "Return an awaitable, that resolves in asynchronous iterator."}, {"__anext__", "Return a value or raise StopAsyncIteration."},
};

const char *slot_row_doc(const SlotRow *row) {
    for (size_t i = 0; i < ARRAY_LEN(slot_docs); i++)
        if (strcmp(slot_docs[i].dunder, row->dunder) == 0) return slot_docs[i].doc;
    return NULL;
}

// ---- calling Python-level dunders --------------------------------------------------------------------------------

// f(self, args...) of what type_lookup_kind found for self's type t: f and kind. nargs <= 3.
ALWAYS_INLINE Value special_call_found(Thread *th, Type *t, Value f, uint32_t kind, Value self, const Value *args, size_t nargs) {
    incref(th, f);
    Value r;
    if (LIKELY(kind == CLASS_ATTR_METHOD) && nargs <= 3) {
        Value v[4] = {self};
        for (size_t i = 0; i < nargs; i++) v[i + 1] = args[i];
        r = object_call(th, f, v, nargs + 1, NO_VALUE);
        decref(th, f);
        return r;
    }
    DescrGetFn get = type_of(f)->slots.descr_get;
    if (get) {
        Value bound = get(th, f, self, VALUE_OF(t));
        decref(th, f);
        if (!bound) return NO_VALUE;
        f = bound;
    }
    r = object_call(th, f, args, nargs, NO_VALUE);
    decref(th, f);
    return r;
}
// type(self).name(self, args...): *found false and no exception when there is no such attribute. nargs <= 3.
static Value special_call_n(Thread *th, Value self, Value name, const Value *args, size_t nargs, bool *found) {
    uint32_t kind;
    Type *t = type_of(self);
    Value f = type_lookup_kind(t, name, &kind);
    *found = kind != CLASS_ATTR_ABSENT;
    return *found ? special_call_found(th, t, f, kind, self, args, nargs) : NO_VALUE;
}
// The same; *none and no exception when the attribute is None, which means "not supported": the operation fails as if there were none.
static Value special_call_unless_none(Thread *th, Value self, Value name, const Value *args, size_t nargs, bool *found, bool *none) {
    uint32_t kind;
    Type *t = type_of(self);
    Value f = type_lookup_kind(t, name, &kind);
    *found = kind != CLASS_ATTR_ABSENT;
    *none = f == VALUE_NONE;
    return *found && !*none ? special_call_found(th, t, f, kind, self, args, nargs) : NO_VALUE;
}

Value special_call(Thread *th, Value v, Value name, const Value *args, size_t nargs, bool *found) {
    bool dummy;
    return special_call_n(th, v, name, args, nargs, found ? found : &dummy);
}

static Value call_dunder(Thread *th, Value self, Value name, const Value *args, size_t nargs) {
    bool found;
    Value r = special_call_n(th, self, name, args, nargs, &found);
    if (!r && !found) raise_error(th, &exc_AttributeError, "%U", name);
    return r;
}

// Names the generic functions need, filled from the rows by slots_init.
#define ROW_NAMES(X) \
    X(setitem) X(delitem) X(getitem) X(len) X(bool) X(contains) X(iter) X(next) X(index) X(int) X(float) X(neg) X(pos) X(abs) X(invert) \
    X(repr) X(str) X(hash) X(call) X(init) X(new) X(get) X(set) X(delete) X(del) X(await) X(aiter) X(anext) X(pow) X(rpow) X(ipow) \
    X(getattribute) X(setattr) X(delattr)
#define X(n) static Value dn_##n;
ROW_NAMES(X)
#undef X
static Value dn_compare[6];

#define PY_UNARY(fn, nm) static Value fn(Thread *th, Value self) { return call_dunder(th, self, dn_##nm, NULL, 0); }
PY_UNARY(slot_py_repr, repr) PY_UNARY(slot_py_str, str) PY_UNARY(slot_py_index, index) PY_UNARY(slot_py_int_, int) PY_UNARY(slot_py_float_, float)
PY_UNARY(slot_py_neg, neg) PY_UNARY(slot_py_pos, pos) PY_UNARY(slot_py_abs, abs) PY_UNARY(slot_py_invert, invert)
PY_UNARY(slot_py_next, next)

static bool dunder_is_none(Value self, Value name) { return type_lookup(type_of(self), name) == VALUE_NONE; }

static Value slot_py_iter(Thread *th, Value self) {
    bool found, none;
    Value r = special_call_unless_none(th, self, dn_iter, NULL, 0, &found, &none);
    if (r || (found && !none)) return r;
    if (none || !type_of(self)->slots.getitem) return raise_type_error(th, "'%.200s' object is not iterable", type_of(self)->name);
    return seq_iter_new(th, self);
}
static Value slot_py_await(Thread *th, Value self) {
    if (dunder_is_none(self, dn_await)) return raise_error(th, &exc_AttributeError, "object %.50s does not have __await__ method", type_of(self)->name);
    return call_dunder(th, self, dn_await, NULL, 0);
}
static Value slot_py_aiter(Thread *th, Value self) { return call_dunder(th, self, dn_aiter, NULL, 0); }
static Value slot_py_anext(Thread *th, Value self) { return call_dunder(th, self, dn_anext, NULL, 0); }

static int64_t slot_py_hash(Thread *th, Value self) {
    bool found, none;
    Value r = special_call_unless_none(th, self, dn_hash, NULL, 0, &found, &none);
    if (!r) {
        if (none) return object_hash_unhashable(th, self);
        if (!found) raise_error(th, &exc_AttributeError, "%U", dn_hash);
        return -1;
    }
    int64_t h;
    if (value_is_imm_int(r)) h = value_imm_int_get(r);
    else if (value_is_int(r)) {
        if (int_as_i64_overflow(r, &h)) h = type_int.slots.hash(th, r);
    } else {
        decref(th, r);
        raise_type_error(th, "__hash__ method should return an integer");
        return -1;
    }
    decref(th, r);
    return h == -1 ? -2 : h;
}

static Value slot_py_compare(Thread *th, Value a, Value b, int op) {
    uint32_t kind;
    Type *t = type_of(a);
    Value f = type_lookup_kind(t, dn_compare[op], &kind), r;
    if (kind == CLASS_ATTR_ABSENT) return VALUE_NOT_IMPLEMENTED;
    incref(th, f);
    if (LIKELY(kind == CLASS_ATTR_METHOD)) {
        Value v[2] = {a, b};
        r = object_call(th, f, v, 2, NO_VALUE);
    } else {
        DescrGetFn get = type_of(f)->slots.descr_get;
        Value bound = get ? get(th, f, a, VALUE_OF(t)) : new_ref(th, f);
        if (!bound) { // a method that cannot be had is none
            error_clear(th);
            r = VALUE_NOT_IMPLEMENTED;
        } else {
            r = call1(th, bound, b);
            decref(th, bound);
        }
    }
    decref(th, f);
    return r;
}

static Value slot_py_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    uint32_t kind;
    Type *t = type_of(self);
    Value f = type_lookup_kind(t, dn_call, &kind);
    if (!f) return raise_type_error(th, "'%.200s' object is not callable", t->name);
    size_t total = nargs + (kwnames ? AS(Tuple, kwnames)->len : 0);
    if (thread_c_recursion(th, " while calling a Python object")) return NO_VALUE;
    incref(th, f);
    Value r;
    if (kind == CLASS_ATTR_METHOD) {
        Value small[8], *v = total < 8 ? small : mem_alloc(th, (total + 1) * sizeof(Value));
        if (!v) { decref(th, f); return NO_VALUE; }
        v[0] = self;
        if (total) memcpy(v + 1, args, total * sizeof(Value));
        r = object_call(th, f, v, nargs + 1, kwnames);
        if (v != small) mem_free(v);
    } else {
        DescrGetFn get = type_of(f)->slots.descr_get;
        Value bound = get ? get(th, f, self, VALUE_OF(t)) : new_ref(th, f);
        r = bound ? object_call(th, bound, args, nargs, kwnames) : NO_VALUE;
        decref(th, bound);
    }
    decref(th, f);
    return r;
}

// Calls type(self).name(self, *args, **kwargs) with vector arguments of any length.
static Value call_dunder_vector(Thread *th, Value self, Value name, const Value *args, size_t nargs, Value kwnames) {
    uint32_t kind;
    Type *t = type_of(self);
    Value f = type_lookup_kind(t, name, &kind);
    if (!f) return raise_error(th, &exc_AttributeError, "%U", name);
    size_t total = nargs + (kwnames ? AS(Tuple, kwnames)->len : 0);
    incref(th, f);
    Value small[8], *v = total < 8 ? small : mem_alloc(th, (total + 1) * sizeof(Value));
    Value r = NO_VALUE;
    if (v) {
        v[0] = self;
        if (total) memcpy(v + 1, args, total * sizeof(Value));
        if (kind == CLASS_ATTR_METHOD) r = object_call(th, f, v, nargs + 1, kwnames);
        else {
            DescrGetFn get = type_of(f)->slots.descr_get;
            Value bound = get ? get(th, f, self, VALUE_OF(t)) : new_ref(th, f);
            if (bound) r = object_call(th, bound, args, nargs, kwnames);
            decref(th, bound);
        }
        if (v != small) mem_free(v);
    }
    decref(th, f);
    return r;
}

static int slot_py_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Value r = call_dunder_vector(th, self, dn_init, args, nargs, kwnames);
    if (LIKELY(r == VALUE_NONE)) return 0;
    if (!r) return -1;
    raise_type_error(th, "__init__() should return None, not '%.200s'", type_of(r)->name);
    decref(th, r);
    return -1;
}

Value slot_py_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value f = object_getattr(th, VALUE_OF(type), dn_new);
    if (!f) return NO_VALUE;
    size_t total = nargs + (kwnames ? AS(Tuple, kwnames)->len : 0);
    Value small[8], *v = total < 8 ? small : mem_alloc(th, (total + 1) * sizeof(Value));
    Value r = NO_VALUE;
    if (v) {
        v[0] = VALUE_OF(type);
        if (total) memcpy(v + 1, args, total * sizeof(Value));
        r = object_call(th, f, v, nargs + 1, kwnames);
        if (v != small) mem_free(v);
    }
    decref(th, f);
    return r;
}

// Class with __getattr__ and the generic __getattribute__.
// An AttributeError of a hook that does not say what was asked of whom says it now. Returns NO_VALUE.
static Value missing_attribute(Thread *th, Value self, Value name) {
    if (!exception_is(th->exc, &exc_AttributeError)) return NO_VALUE;
    Object *e = value_object(th->exc);
    Value *fields = ((Exception *)e)->fields;
    if (slot_borrow(th, e, &fields[EXC_ATTR_NAME]) || slot_borrow(th, e, &fields[EXC_ATTR_OBJ])) return NO_VALUE;
    Value exc = error_fetch(th); // what the fields had is released
    slot_store(th, e, &fields[EXC_ATTR_NAME], new_ref(th, name));
    slot_store(th, e, &fields[EXC_ATTR_OBJ], new_ref(th, self));
    error_restore(th, exc);
    return NO_VALUE;
}
static Value slot_py_getattr_hook(Thread *th, Value self, Value name) {
    Value out = NO_VALUE;
    if (value_is_type(self) || !value_is_exact_str(name)) {
        Type *t = type_of(self);
        while (t->flags & TYPE_HEAP) t = t->base;
        out = t->slots.getattr(th, self, name);
        if (out || !error_clear_if(th, &exc_AttributeError)) return out;
    } else {
        int r = attr_generic_probe(th, self, name, &out);
        if (r > 0) return out;
        if (r < 0 && !error_clear_if(th, &exc_AttributeError)) return NO_VALUE;
    }
    bool found;
    out = special_call_n(th, self, name_d_getattr, &name, 1, &found);
    if (!out && !found) raise_attribute_error(th, self, name);
    return out ? out : missing_attribute(th, self, name);
}

// Class with its own __getattribute__, perhaps __getattr__ too.
static Value slot_py_getattr(Thread *th, Value self, Value name) {
    bool found;
    Value r = special_call_n(th, self, dn_getattribute, &name, 1, &found);
    if (r) return r;
    if (!found) return raise_attribute_error(th, self, name);
    if (type_lookup(type_of(self), name_d_getattr) && error_clear_if(th, &exc_AttributeError)) {
        r = call_dunder(th, self, name_d_getattr, &name, 1);
        if (r) return r;
    }
    return missing_attribute(th, self, name);
}

static int int_result(Thread *th, Value r) {
    if (!r) return -1;
    decref(th, r);
    return 0;
}
static int slot_py_setattr(Thread *th, Value self, Value name, Value v) {
    Value a[2] = {name, v};
    return int_result(th, call_dunder(th, self, v ? dn_setattr : dn_delattr, a, v ? 2 : 1));
}
static Value slot_py_descr_get(Thread *th, Value self, Value obj, Value type) {
    Value a[2] = {obj ? obj : VALUE_NONE, type ? type : VALUE_NONE};
    bool found;
    Value r = special_call_n(th, self, dn_get, a, 2, &found);
    return r || found ? r : new_ref(th, self);
}
static int slot_py_descr_set(Thread *th, Value self, Value obj, Value v) {
    Value a[2] = {obj, v};
    return int_result(th, call_dunder(th, self, v ? dn_set : dn_delete, a, v ? 2 : 1));
}
// The method behind a slot that does nothing but call it (direct); NO_VALUE: it does more, or is no plain function.
ALWAYS_INLINE Value python_method(Type *t, bool direct, Value name) {
    uint32_t kind;
    Value f = direct ? type_lookup_kind(t, name, &kind) : NO_VALUE;
    return f && kind == CLASS_ATTR_METHOD ? f : NO_VALUE;
}
Value type_python_get(Type *t) { return python_method(t, t->slots.descr_get == slot_py_descr_get, dn_get); }
Value type_python_set(Type *t) { return python_method(t, t->slots.descr_set == slot_py_descr_set, dn_set); }
Value type_own_getattr_name(Type *t) { return t->slots.getattr == slot_py_getattr && !type_lookup(t, name_d_getattr) ? dn_getattribute : NO_VALUE; }
Value type_own_setattr_name(const Type *t) { return t->slots.setattr == slot_py_setattr ? dn_setattr : NO_VALUE; }
static int slot_py_finalize(Thread *th, Value self) {
    Value pending = error_fetch(th);
    bool found;
    Value r = special_call_n(th, self, dn_del, NULL, 0, &found);
    if (!r && found) {
        Value f = type_lookup(type_of(self), dn_del);
        error_unraisable_about(th, "Exception ignored while calling deallocator %R", f ? f : VALUE_NONE);
    }
    decref(th, r);
    if (pending) error_restore(th, pending);
    return 0;
}
static intptr_t slot_py_len(Thread *th, Value self) {
    Value r = call_dunder(th, self, dn_len, NULL, 0);
    if (!r) return -1;
    Value i = number_index(th, r);
    decref(th, r);
    if (!i) return -1;
    int64_t n;
    if (int_sign(i) < 0) {
        raise_value_error(th, "__len__() should return >= 0");
        n = -1;
    } else n = number_as_ssize(th, i, &exc_OverflowError);
    decref(th, i);
    return n;
}
static int slot_py_bool(Thread *th, Value self) {
    Value r = call_dunder(th, self, dn_bool, NULL, 0);
    if (r == VALUE_TRUE) return 1;
    if (r == VALUE_FALSE) return 0;
    if (r) {
        raise_type_error(th, "__bool__ should return bool, returned %s", type_of(r)->name);
        decref(th, r);
    }
    return -1;
}
static int slot_py_contains(Thread *th, Value self, Value item) {
    bool found, none;
    Value r = special_call_unless_none(th, self, dn_contains, &item, 1, &found, &none);
    if (!r) {
        if (none) raise_type_error(th, "'%.200s' object is not a container", type_of(self)->name);
        else if (!found) raise_error(th, &exc_AttributeError, "%U", dn_contains);
        return -1;
    }
    int t = object_truth(th, r);
    decref(th, r);
    return t;
}
Value slot_py_getitem(Thread *th, Value self, Value key) { return call_dunder(th, self, dn_getitem, &key, 1); }
int slot_py_setitem(Thread *th, Value self, Value key, Value v) {
    Value a[2] = {key, v};
    return int_result(th, call_dunder(th, self, v ? dn_setitem : dn_delitem, a, v ? 2 : 1));
}

// The same for subscripts, which find their way by the entry of the cache. An entry keeps its name for the life of the type, and an acquire of its number sees
// a cache that has it. class_attr_kind is left to the caller: a plain function is a method.
static Value item_method(Type *t, unsigned which, Value name) {
    uint32_t e = atomic_load_acquire(&t->item_entries[which]);
    if (UNLIKELY(e == 0)) {
        int i = attr_cache_index(thread_current(), t, name);
        if (i < 0) return type_lookup(t, name);
        e = (uint32_t)i + 1;
        atomic_store_release(&t->item_entries[which], (uint16_t)e);
    }
    Value v = attr_cache_value(t, e - 1);
    return LIKELY(v != NO_VALUE) ? v : type_lookup(t, name);
}
Value type_python_getitem(Type *t) { return item_method(t, 0, dn_getitem); }
Value type_python_setitem(Type *t) { return item_method(t, 1, dn_setitem); }

// Does the type of b define rname differently than a's type?
static bool overloads(Value b, Value a, Value rname) {
    Value x = type_lookup(type_of(b), rname), y = type_lookup(type_of(a), rname);
    return x && x != y;
}

// args[0..n): the other operand and, for pow, the modulus. mine tells whether a type's slot is the generic function.
static Value py_binary(Thread *th, Value a, Value b, Value c, Value name, Value rname, bool a_mine, bool b_mine) {
    Value args[2] = {NO_VALUE, c};
    size_t n = c ? 2 : 1;
    bool found;
    Type *ta = type_of(a), *tb = type_of(b);
    bool do_other = ta != tb && b_mine;
    if (a_mine) {
        if (do_other && type_is_subtype(tb, ta) && overloads(b, a, rname)) {
            args[0] = a;
            Value r = special_call_n(th, b, rname, args, n, &found);
            if (found && r != VALUE_NOT_IMPLEMENTED) return r;
            do_other = false;
        }
        args[0] = b;
        Value r = special_call_n(th, a, name, args, n, &found);
        if ((found && r != VALUE_NOT_IMPLEMENTED) || ta == tb) return found ? r : VALUE_NOT_IMPLEMENTED;
    }
    if (do_other) {
        args[0] = a;
        Value r = special_call_n(th, b, rname, args, n, &found);
        if (found) return r;
    }
    return VALUE_NOT_IMPLEMENTED;
}

#define SLOT_REFLECTED(field, dunder, rdunder)                                                                            \
    static Value dl_##field, dr_##field;                                                                                  \
    static Value slot_py_##field(Thread *th, Value a, Value b) {                                                          \
        return py_binary(th, a, b, NO_VALUE, dl_##field, dr_##field, type_of(a)->slots.field == slot_py_##field,          \
                         type_of(b)->slots.field == slot_py_##field);                                                     \
    }
#include "core/value/slots.def"

static Value slot_py_pow(Thread *th, Value a, Value b, Value c) {
    return py_binary(th, a, b, c == VALUE_NONE ? NO_VALUE : c, dn_pow, dn_rpow, type_of(a)->slots.pow == slot_py_pow, type_of(b)->slots.pow == slot_py_pow);
}
#define PY_INPLACE(field)                                                                                                \
    static Value di_##field;                                                                                             \
    static Value slot_py_##field(Thread *th, Value a, Value b) {                                                         \
        bool found;                                                                                                      \
        Value r = special_call_n(th, a, di_##field, &b, 1, &found);                                                      \
        return r || found ? r : VALUE_NOT_IMPLEMENTED;                                                                   \
    }
PY_INPLACE(iadd) PY_INPLACE(isub) PY_INPLACE(imul) PY_INPLACE(imatmul) PY_INPLACE(itruediv) PY_INPLACE(ifloordiv) PY_INPLACE(imod)
PY_INPLACE(ilshift) PY_INPLACE(irshift) PY_INPLACE(iand) PY_INPLACE(ixor) PY_INPLACE(ior)
static Value slot_py_ipow(Thread *th, Value a, Value b, Value c) {
    bool found;
    Value r = special_call_n(th, a, dn_ipow, &b, 1, &found);
    return r || found ? r : VALUE_NOT_IMPLEMENTED;
}

#define slot_py_new_ slot_py_new
#define slot_py_bool_ slot_py_bool


// ---- the rows ------------------------------------------------------------------------------------------------------

#define ROW(field, dunder, kind) {dunder, (uint16_t)offsetof(TypeSlots, field), SLOTKIND_##kind, NO_VALUE, (void *)slot_py_##field}
SlotRow slot_rows[] = {
#define SLOT(field, ctype, dunder, kind) ROW(field, dunder, kind),
#define SLOT_ALIAS(field, dunder, kind) ROW(field, dunder, kind),
#define SLOT_REFLECTED(field, dunder, rdunder) ROW(field, dunder, BINARY), ROW(field, rdunder, BINARY_R),
#include "core/value/slots.def"
    ROW(pow, "__rpow__", RPOW),
};
const size_t slot_row_count = ARRAY_LEN(slot_rows);

enum { ROW_HASH_SIZE = 256 };
static uint8_t row_hash[ROW_HASH_SIZE]; // row number + 1 by name address
static unsigned row_place(Value name) { return (unsigned)((name >> 4) * 0x9E3779B1u >> 12) & (ROW_HASH_SIZE - 1); }

SlotRow *slot_row_find(Value name) {
    unsigned e;
    for (unsigned i = row_place(name); (e = row_hash[i]); i = (i + 1) & (ROW_HASH_SIZE - 1))
        if (slot_rows[e - 1].name == name) return &slot_rows[e - 1];
    return NULL;
}

int slots_init(Thread *th) {
    for (size_t i = 0; i < slot_row_count; i++) {
        SlotRow *r = &slot_rows[i];
        if (!(r->name = str_intern_cstr(th, r->dunder))) return -1;
        unsigned p = row_place(r->name);
        while (row_hash[p]) p = (p + 1) & (ROW_HASH_SIZE - 1);
        row_hash[p] = (uint8_t)(i + 1);
        if (r->kind >= SLOTKIND_COMPARE_LT && r->kind <= SLOTKIND_COMPARE_GE) dn_compare[r->kind - SLOTKIND_COMPARE_LT] = r->name;
    }
#define X(n) if (!(dn_##n = str_intern_cstr(th, "__" #n "__"))) return -1;
    ROW_NAMES(X)
#undef X
#define SLOT_REFLECTED(field, dunder, rdunder) dl_##field = str_intern_cstr(th, dunder); dr_##field = str_intern_cstr(th, rdunder);
#include "core/value/slots.def"
#define I(n) di_##n = str_intern_cstr(th, "__" #n "__");
    I(iadd) I(isub) I(imul) I(imatmul) I(itruediv) I(ifloordiv) I(imod) I(ilshift) I(irshift) I(iand) I(ixor) I(ior)
#undef I
    return 0;
}

// ---- buffer dunders ------------------------------------------------------------------------------------------------------

static int slot_py_get_buffer(Thread *th, Value self, Buffer *view, int flags) {
    Value arg = value_imm_int(flags);
    Value mv = call_dunder(th, self, name_d_buffer, &arg, 1);
    if (!mv) return -1;
    if (!value_is_exact(mv, &type_memoryview)) {
        raise_type_error(th, "__buffer__ returned non-memoryview object");
        decref(th, mv);
        return -1;
    }
    int r = buffer_get(th, mv, view, flags);
    if (r) { decref(th, mv); return r; }
    // The view keeps the memoryview through its own obj; __release_buffer__ gets it when the view goes.
    decref(th, view->obj);
    view->obj = new_ref(th, self);
    view->internal = (void *)(uintptr_t)mv;
    return 0;
}
static void slot_py_release_buffer(Thread *th, Value self, Buffer *view) {
    Value mv = (Value)(uintptr_t)view->internal;
    view->internal = NULL;
    if (!mv) return;
    if (type_lookup(type_of(self), name_d_release_buffer)) {
        Value pending = error_fetch(th);
        Value r = call_dunder(th, self, name_d_release_buffer, &mv, 1);
        if (!r) error_unraisable(th, "Exception ignored in __release_buffer__ of", self);
        decref(th, r);
        if (pending) error_restore(th, pending);
    }
    Value r = call_method0(th, mv, str_intern_cstr(th, "release"));
    if (!r) error_clear(th);
    decref(th, r);
    decref(th, mv);
}

// ---- filling slots -------------------------------------------------------------------------------------------------------

extern const MethodDef type_new_def; // the __new__ of types with their own new_ slot (type_ready.c)

static void **slot_at(Type *t, unsigned offset) { return (void **)((char *)&t->slots + offset); }

// The function for one slot of a heap type, from what its dunders resolve to. Under type_mutex.
static void *slot_choose(Thread *th, Type *t, unsigned offset) {
    void *specific = NULL, *generic = NULL;
    for (size_t i = 0; i < slot_row_count; i++) {
        const SlotRow *row = &slot_rows[i];
        if (row->offset != offset) continue;
        Value d = type_lookup_mro(th, t, row->name, NULL);
        if (!d) continue;
        WrapperDescr *w = AS(WrapperDescr, d);
        if (value_is_exact(d, &type_wrapper_descriptor) && w->row == row && type_is_subtype(t, w->owner)) {
            if (!specific || specific == w->fn) specific = w->fn;
            else generic = row->generic;
        } else if (row->kind == SLOTKIND_NEW && value_is_exact(d, &type_builtin_function) && AS(BuiltinFunction, d)->def == &type_new_def)
            specific = (void *)AS(Type, AS(BuiltinFunction, d)->self)->slots.new_;
        else if (row->kind == SLOTKIND_HASH && d == VALUE_NONE) specific = (void *)object_hash_unhashable;
        else generic = row->generic;
    }
    if (offset == offsetof(TypeSlots, getattr) && type_lookup_mro(th, t, name_d_getattr, NULL))
        return generic ? generic : (void *)slot_py_getattr_hook;
    return generic ? generic : specific;
}

void type_flags_from_slots(Type *t) {
    uint32_t f = t->flags & ~(uint32_t)(TYPE_DATA_DESCR | TYPE_CUSTOM_GETATTR | TYPE_CUSTOM_SETATTR | TYPE_HAS_DEL | TYPE_ITERATOR);
    if (t->slots.descr_set) f |= TYPE_DATA_DESCR;
    if (t->slots.getattr != object_generic_getattr && t->slots.getattr != slot_py_getattr_hook && t->slots.getattr != type_getattr &&
        t->slots.getattr != module_slot_getattr) f |= TYPE_CUSTOM_GETATTR;
    if (t->slots.setattr != object_generic_setattr && t->slots.setattr != type_setattr) f |= TYPE_CUSTOM_SETATTR;
    if (t->slots.finalize) f |= TYPE_HAS_DEL;
    if (t->slots.next) f |= TYPE_ITERATOR;
    if (f == t->flags) return;
    atomic_store_relaxed(&t->flags, f);
    shape_sync_flags(t);
}

// A published class changes its slots and flags with the world stopped: everywhere else they are read as plain words, looked at first and called
// second. Under type_mutex, which no code that stops the world takes then; shape_mutex is free whenever the world is stopped, for no thread comes to a
// safepoint while it holds it.
static void set_slot(Type *t, unsigned offset, void *fn) { atomic_store_relaxed(slot_at(t, offset), fn); }

// The buffer functions t should have.
static void buffer_choose(Thread *th, const Type *t, GetBufferFn *get, ReleaseBufferFn *release) {
    Type *where;
    *get = t->slots.get_buffer;
    *release = t->slots.release_buffer;
    Value d = type_lookup_mro(th, (Type *)t, name_d_buffer, &where);
    if (d && (where->flags & TYPE_HEAP)) {
        *get = slot_py_get_buffer;
        *release = slot_py_release_buffer;
    } else if (d && where->slots.get_buffer) {
        *get = where->slots.get_buffer;
        *release = where->slots.release_buffer;
    }
}
static void choose_buffer(Thread *th, Type *t) { buffer_choose(th, t, &t->slots.get_buffer, &t->slots.release_buffer); }

static bool row_begins(size_t i) { return (i == 0 || slot_rows[i].offset != slot_rows[i - 1].offset) && slot_rows[i].kind != SLOTKIND_RPOW; }

void type_update_all_slots(Thread *th, Type *t) {
    for (size_t i = 0; i < slot_row_count; i++)
        if (row_begins(i)) set_slot(t, slot_rows[i].offset, slot_choose(th, t, slot_rows[i].offset));
    choose_buffer(th, t);
    type_flags_from_slots(t);
}

static bool name_feeds_getattr(Value name) { return name == name_d_getattr; }

bool type_name_feeds_slot(Value name) {
    return slot_row_find(name) || name_feeds_getattr(name) || name == name_d_buffer || name == name_d_release_buffer;
}

static bool buffer_name(Value name) { return name == name_d_buffer || name == name_d_release_buffer; }

// Would the slot of t at offset (or its buffer functions, if `buffer`) change?
static bool slot_stale(Thread *th, Type *t, bool buffer, unsigned offset) {
    if (!buffer) return *slot_at(t, offset) != slot_choose(th, t, offset);
    GetBufferFn get;
    ReleaseBufferFn release;
    buffer_choose(th, t, &get, &release);
    return get != t->slots.get_buffer || release != t->slots.release_buffer;
}
// The same of t and its subclasses. All of them are looked at: what that may wait for (the first touch of a namespace of another thread's)
// is over before the world is stopped.
static bool slot_tree_stale(Thread *th, Type *t, bool buffer, unsigned offset) {
    if (!(t->flags & TYPE_HEAP)) return false;
    bool stale = slot_stale(th, t, buffer, offset);
    Type **subs = t->subclasses;
    for (uint32_t i = 0; i < t->subclass_count; i++) stale |= slot_tree_stale(th, subs[i], buffer, offset);
    return stale;
}
// True: instances of one of these classes became descriptors, or are no longer.
static bool update_slot_tree(Thread *th, Type *t, bool buffer, unsigned offset) {
    if (!(t->flags & TYPE_HEAP)) return false;
    bool was_get = t->slots.descr_get != NULL, was_set = t->slots.descr_set != NULL;
    if (buffer) choose_buffer(th, t);
    else set_slot(t, offset, slot_choose(th, t, offset));
    type_flags_from_slots(t);
    bool descr = was_get != (t->slots.descr_get != NULL) || was_set != (t->slots.descr_set != NULL);
    Type **subs = t->subclasses;
    for (uint32_t i = 0; i < t->subclass_count; i++) descr |= update_slot_tree(th, subs[i], buffer, offset);
    return descr;
}

void type_update_slot(Thread *th, Type *t, Value name) {
    SlotRow *row = slot_row_find(name);
    if (!row && !type_name_feeds_slot(name)) return;
    bool buffer = buffer_name(name);
    unsigned offset = row ? row->offset : (unsigned)offsetof(TypeSlots, getattr);
    if (!slot_tree_stale(th, t, buffer, offset)) return;
    if (th->mt) world_stop(th);
    bool descr = update_slot_tree(th, t, buffer, offset);
    if (th->mt) world_start(th);
    // Instances of t that are class attributes change their kind: nothing cached anywhere about them holds.
    if (descr) type_modified_all(th, &type_object);
    if (offset == offsetof(TypeSlots, getattr) || offset == offsetof(TypeSlots, setattr)) type_modified_all(th, t);
}

static bool all_slots_stale(Thread *th, Type *t) {
    if (!(t->flags & TYPE_HEAP)) return false;
    bool stale = slot_stale(th, t, true, 0);
    for (size_t i = 0; i < slot_row_count; i++)
        if (row_begins(i)) stale |= slot_stale(th, t, false, slot_rows[i].offset);
    Type **subs = t->subclasses;
    for (uint32_t i = 0; i < t->subclass_count; i++) stale |= all_slots_stale(th, subs[i]);
    return stale;
}
static void update_all_down(Thread *th, Type *t) {
    if (!(t->flags & TYPE_HEAP)) return;
    type_update_all_slots(th, t);
    Type **subs = t->subclasses;
    for (uint32_t i = 0; i < t->subclass_count; i++) update_all_down(th, subs[i]);
}
void type_update_tree_slots(Thread *th, Type *t) {
    if (!all_slots_stale(th, t)) return;
    if (th->mt) world_stop(th);
    update_all_down(th, t);
    if (th->mt) world_start(th);
}

// The slots of a class with one base differ from the base's only where its own namespace says so. Under type_mutex.
void type_update_own_slots(Thread *th, Type *t) {
    size_t pos = 0;
    Value key;
    bool buffer = false;
    while (dict_next(th, t->dict, &pos, &key, NULL)) {
        if (value_is_exact_str(key) && str_is_interned(key)) {
            SlotRow *row = slot_row_find(key);
            if (row) set_slot(t, row->offset, slot_choose(th, t, row->offset));
            else if (name_feeds_getattr(key)) set_slot(t, offsetof(TypeSlots, getattr), slot_choose(th, t, offsetof(TypeSlots, getattr)));
            else if (buffer_name(key)) buffer = true;
        }
        decref(th, key);
    }
    if (buffer) choose_buffer(th, t);
    type_flags_from_slots(t);
}

void type_inherit_slots(Type *t, const Type *base) {
    bool own_compare = t->slots.compare != NULL, own_hash = t->slots.hash != NULL;
    void **to = (void **)&t->slots, *const *from = (void *const *)&base->slots;
    for (size_t i = 0; i < sizeof(TypeSlots) / sizeof(void *); i++)
        if (!to[i]) to[i] = from[i];
    // Equality and hash come together.
    if (own_compare && !own_hash) t->slots.hash = NULL;
}
