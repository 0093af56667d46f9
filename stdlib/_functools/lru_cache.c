// SPDX-License-Identifier: MIT
// functools._lru_cache_wrapper. The cache is a dict whose order is the order of use; every step on it is atomic by itself and the user's
// function, __hash__ and __eq__ run without any lock. A key is hashed once per call.
#include "stdlib/_functools/functools_int.h"

typedef struct LruCache {
    Object head;
    Value func, cache, info_type; // [c] callable, Dict, callable
    int64_t maxsize;              // [c] -1: unbounded
    int64_t hits, misses;         // [a]
    uint8_t typed;                // [c]
} LruCache;
static Type type_lru_cache;
static Shape shape_lru_cache;
static Value kwd_mark; // separates positional from keyword arguments in a key
#define LRU(v) AS(LruCache, v)

static Value lru_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[4];
    if (native_args_bind(th, &sig, "lru_cache", "(user_function, maxsize, typed, cache_info_type)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    if (!object_callable(v[0])) return raise_type_error(th, "the first argument must be callable");
    intptr_t maxsize = -1;
    if (v[1] != VALUE_NONE) {
        if (!index_check(v[1])) return raise_type_error(th, "maxsize should be integer or None");
        maxsize = number_as_ssize(th, v[1], &exc_OverflowError);
        if (maxsize == -1 && error_pending(th)) return NO_VALUE;
        if (maxsize < 0) maxsize = 0;
    }
    int typed = object_truth(th, v[2]);
    if (typed < 0) return NO_VALUE;
    Value cache = dict_new(th);
    LruCache *c = cache ? object_new(th, type, 0) : NULL;
    if (!c) { decref(th, cache); return NO_VALUE; }
    c->func = new_ref(th, v[0]);
    c->cache = cache;
    c->info_type = new_ref(th, v[3]);
    c->maxsize = maxsize;
    c->typed = (uint8_t)typed;
    return VALUE_OF(c);
}

static Value make_key(Thread *th, const Value *args, size_t nargs, Value kwnames, bool typed) {
    size_t nkw = kwnames_len(kwnames);
    if (!typed && nkw == 0 && nargs == 1 && (value_is_imm_int(args[0]) || value_is_exact_str(args[0]) || value_is_exact(args[0], &type_int)))
        return new_ref(th, args[0]);
    size_t n = nargs + (nkw ? 1 + 2 * nkw : 0) + (typed ? nargs + nkw : 0);
    if (n == 0) return tuple_empty;
    Tuple *t = tuple_new(th, n);
    if (!t) return NO_VALUE;
    size_t k = 0;
    for (size_t i = 0; i < nargs; i++) t->items[k++] = new_ref(th, args[i]);
    if (nkw) {
        t->items[k++] = kwd_mark;
        for (size_t i = 0; i < nkw; i++) {
            t->items[k++] = new_ref(th, AS(Tuple, kwnames)->items[i]);
            t->items[k++] = new_ref(th, args[nargs + i]);
        }
    }
    if (typed) for (size_t i = 0; i < nargs + nkw; i++) t->items[k++] = new_ref(th, VALUE_OF(type_of(args[i])));
    return VALUE_OF(t);
}

static Value lru_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    LruCache *c = LRU(self);
    Dict *d = AS(Dict, c->cache);
    if (c->maxsize == 0) {
        counter_fetch_add(th, &c->misses, 1);
        return object_call(th, c->func, args, nargs, kwnames);
    }
    Value key = make_key(th, args, nargs, kwnames, c->typed), v;
    if (!key) return NO_VALUE;
    int64_t hash = value_hash(th, key);
    if (hash == -1) { decref(th, key); return NO_VALUE; }
    int r = c->maxsize < 0 ? dict_get_hash(th, d, key, hash, &v) : dict_get_move_last(th, d, key, hash, &v);
    if (r != 0) {
        if (r > 0) counter_fetch_add(th, &c->hits, 1);
        decref(th, key);
        return v;
    }
    counter_fetch_add(th, &c->misses, 1);
    Value result = object_call(th, c->func, args, nargs, kwnames);
    if (!result) { decref(th, key); return NO_VALUE; }
    // The call may have stored this key already: then the entry stays as it is.
    r = c->maxsize < 0 ? 0 : dict_get_hash(th, d, key, hash, &v);
    if (r > 0) decref(th, v);
    else if (r == 0) r = dict_set_hash(th, d, key, hash, result);
    decref(th, key);
    if (r < 0) { decref(th, result); return NO_VALUE; }
    Value ok, ov;
    while (c->maxsize >= 0 && (int64_t)dict_len(d) > c->maxsize && dict_popitem_first(th, d, &ok, &ov)) {
        decref(th, ok);
        decref(th, ov);
    }
    return result;
}

static Value lru_slot_get(Thread *th, Value self, Value obj, Value type) {
    return !obj || obj == VALUE_NONE ? new_ref(th, self) : method_new(th, self, obj);
}
static Value lru_meth_cache_info(Thread *th, Value self, Value *args) {
    LruCache *c = LRU(self);
    Value v[4] = {value_imm_int(atomic_load_relaxed(&c->hits)), value_imm_int(atomic_load_relaxed(&c->misses)),
                  c->maxsize < 0 ? VALUE_NONE : value_imm_int(c->maxsize), value_imm_int((int64_t)dict_len(AS(Dict, c->cache)))};
    return object_call(th, c->info_type, v, 4, NO_VALUE);
}
static Value lru_meth_cache_clear(Thread *th, Value self, Value *args) {
    LruCache *c = LRU(self);
    atomic_store_relaxed(&c->hits, 0);
    atomic_store_relaxed(&c->misses, 0);
    dict_clear(th, AS(Dict, c->cache));
    return VALUE_NONE;
}
static Value lru_meth_reduce(Thread *th, Value self, Value *args) { return object_getattr(th, self, name_d_qualname); }
static Value lru_meth_self(Thread *th, Value self, Value *args) { return new_ref(th, self); }

static void lru_dealloc(Thread *th, Object *self) {
    LruCache *c = (LruCache *)self;
    object_release_attrs(th, self);
    decref(th, c->func);
    decref(th, c->cache);
    decref(th, c->info_type);
    object_free(th, self);
}
static int lru_traverse(Object *self, VisitFn visit, void *arg) {
    LruCache *c = (LruCache *)self;
    int r;
    if ((r = visit(c->func, arg)) || (r = visit(c->cache, arg))) return r;
    return visit(c->info_type, arg);
}
static void lru_clear(Thread *th, Object *self) {
    LruCache *c = (LruCache *)self;
    if (c->cache) dict_clear_garbage(th, AS(Dict, c->cache));
}
static const MethodDef lru_methods[] = {
    {"cache_info", "(self, /)", lru_meth_cache_info, "Report cache statistics", 0},
    {"cache_clear", "(self, /)", lru_meth_cache_clear, "Clear the cache and cache statistics", 0},
    {"__reduce__", "(self, /)", lru_meth_reduce, NULL, 0},
    {"__copy__", "(self, /)", lru_meth_self, NULL, 0},
    {"__deepcopy__", "(self, memo, /)", lru_meth_self, NULL, 0},
    {0},
};
MODULE_TYPE_DEFINE(lru_cache, "functools._lru_cache_wrapper", sizeof(LruCache),
                   TYPE_TRACED | TYPE_HAS_DICT | TYPE_MANAGED_ATTRS | TYPE_WEAKREFABLE | TYPE_METHOD_DESCR, .methods = lru_methods,
                   .doc = "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\n"
                          "maxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\n"
                          "typed:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\n"
                          "cache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
                   .slots = {.new_ = lru_slot_new, .call = lru_slot_call, .dealloc = lru_dealloc, .traverse = lru_traverse, .clear = lru_clear, .descr_get = lru_slot_get})

int functools_add_lru_cache(Thread *th, Value m) {
    if (!kwd_mark) {
        Value o = call0(th, VALUE_OF(&type_object));
        if (!o) return -1;
        object_make_immortal(value_object(o));
        kwd_mark = o;
    }
    return module_add_type(th, m, &type_lru_cache);
}
