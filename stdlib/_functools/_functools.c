// SPDX-License-Identifier: MIT
// The _functools module: reduce, cmp_to_key, and the table. partial and lru_cache have their own files.
#include "stdlib/_functools/functools_int.h"

static Value functools_fn_reduce(Thread *th, Value module, Value *args) {
    Value func = args[0], it = object_iter(th, args[1]);
    if (!it) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "reduce() arg 2 must support iteration");
        return NO_VALUE;
    }
    Value acc = new_ref(th, args[2]);
    for (;;) {
        Value v = iter_step(th, it);
        if (!v) break;
        if (!acc) { acc = v; continue; }
        Value n = call2(th, func, acc, v);
        decref(th, acc);
        decref(th, v);
        if (!(acc = n)) break;
        if (thread_safepoint(th) < 0) break;
    }
    decref(th, it);
    if (error_pending(th)) { decref(th, acc); return NO_VALUE; }
    if (!acc) return raise_type_error(th, "reduce() of empty iterable with no initial value");
    return acc;
}

// ---- cmp_to_key

typedef struct KeyObject { Object head; Value cmp, obj; } KeyObject; // cmp [c]; obj [a]
static Type type_key;
static Shape shape_key;

static Value key_new(Thread *th, Value cmp, Value obj) {
    KeyObject *k = NEW(KeyObject, th, &type_key);
    if (!k) return NO_VALUE;
    k->cmp = new_ref(th, cmp);
    k->obj = new_ref(th, obj);
    return VALUE_OF(k);
}
static Value key_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[1];
    if (native_args_bind(th, &sig, "K", "(obj)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    return key_new(th, AS(KeyObject, self)->cmp, v[0]);
}
static Value key_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_exact(b, &type_key)) return raise_type_error(th, "other argument must be K instance");
    Value x = slot_get(th, value_object(a), &AS(KeyObject, a)->obj), y = slot_get(th, value_object(b), &AS(KeyObject, b)->obj), r = NO_VALUE;
    if (!x || !y) raise_error(th, &exc_AttributeError, "object");
    else {
        Value c = call2(th, AS(KeyObject, a)->cmp, x, y);
        if (c) r = object_compare(th, c, value_imm_int(0), op);
        decref(th, c);
    }
    decref(th, x);
    decref(th, y);
    return r;
}
static void key_dealloc(Thread *th, Object *self) {
    decref(th, ((KeyObject *)self)->cmp);
    decref(th, ((KeyObject *)self)->obj);
    object_free(th, self);
}
static int key_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((KeyObject *)self)->cmp, arg);
    return r ? r : visit(((KeyObject *)self)->obj, arg);
}
static const MemberDef key_members[] = {{"obj", offsetof(KeyObject, obj), MEMBER_VALUE, "Value wrapped by a key function."}, {0}};
static Value key_get_text_signature(Thread *th, Value self) { return str_from_cstr(th, "(obj)"); }
static const GetSetDef key_getsets[] = {{"__text_signature__", key_get_text_signature, NULL, NULL}, {0}};
MODULE_TYPE_DEFINE(key, "functools.KeyWrapper", sizeof(KeyObject), TYPE_TRACED | TYPE_NO_INSTANTIATE, .members = key_members, .getsets = key_getsets,
                   .slots = {.call = key_slot_call, .compare = key_slot_compare, .hash = object_hash_unhashable, .dealloc = key_dealloc, .traverse = key_traverse})

static Value functools_fn_cmp_to_key(Thread *th, Value module, Value *args) { return key_new(th, args[0], NO_VALUE); }

static int functools_exec(Thread *th, Value m) {
    return type_ready(th, &type_key) < 0 || functools_add_partial(th, m) < 0 || functools_add_lru_cache(th, m) < 0 ? -1 : 0;
}
static const MethodDef functools_methods[] = {
    {"reduce", "(function, iterable, /, initial=<unrepresentable>)", functools_fn_reduce,
     "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\n"
     "it is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).", 0},
    {"cmp_to_key", "(mycmp)", functools_fn_cmp_to_key,
     "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.", 0},
    {0},
};
const ModuleDef module__functools = {"_functools", "Tools that operate on functions.", functools_methods, functools_exec};
