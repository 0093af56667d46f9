// SPDX-License-Identifier: MIT
// itertools of combinatorics: product, combinations, combinations_with_replacement, permutations. One structure for all: the
// pools are constant; the positions change under the object's lock, where also the result tuple is made (no Python runs there).
#include "stdlib/itertools/itertools_int.h"
#include "core/object/suggest.h"

typedef struct Combine {
    Object head;
    Value pool;       // [c] Tuple of items, or of Tuples (product)
    ObjLock lock;
    uint8_t stopped;  // [l]
    uint8_t started;  // [l]
    size_t r;         // [c] length of the results
    size_t *at;       // [l] r positions (permutations: all n, as a permutation)
    size_t *cycles;   // [l] permutations: r counters
} Combine;

static void combine_dealloc(Thread *th, Object *self, Shape *exact) {
    Combine *c = (Combine *)self;
    decref(th, c->pool);
    mem_free(c->at);
    mem_free(c->cycles);
    container_dealloc_end(th, self, exact);
}
static int combine_traverse(Object *self, VisitFn visit, void *arg) { return visit(((Combine *)self)->pool, arg); }

static Combine *combine_alloc(Thread *th, Type *type, Value pool_owned, size_t nat, size_t ncycles) {
    Combine *c = object_new(th, type, 0);
    if (!c) { decref(th, pool_owned); return NULL; }
    c->pool = pool_owned;
    if (nat > SIZE_MAX / 16 || ncycles > SIZE_MAX / 16) { decref(th, VALUE_OF(c)); raise_memory_error(th); return NULL; }
    c->at = mem_calloc(th, nat + 1, sizeof(size_t));
    if (c->at && ncycles) c->cycles = mem_calloc(th, ncycles, sizeof(size_t));
    if (!c->at || (ncycles && !c->cycles)) { decref(th, VALUE_OF(c)); return NULL; }
    return c;
}

// A tuple of pool[at[0..r)].
static Value combine_result(Thread *th, Combine *c) {
    if (c->r == 0) return tuple_empty;
    Tuple *t = tuple_new(th, c->r), *pool = AS(Tuple, c->pool);
    if (!t) return NO_VALUE;
    for (size_t i = 0; i < c->r; i++) t->items[i] = new_ref(th, pool->items[c->at[i]]);
    return VALUE_OF(t);
}

static Value combine_meth_sizeof(Thread *th, Value self, Value *args) {
    Combine *c = AS(Combine, self);
    return value_imm_int((int64_t)(type_of(self)->basic_size + c->r * sizeof(size_t)));
}
static const MethodDef combine_methods[] = {{"__sizeof__", "(self, /)", combine_meth_sizeof, "Returns size in memory, in bytes.", 0}, {0}};

#define COMBINE_TYPE(cname, doc_)                                                                                                            \
    static void cname##_dealloc(Thread *th, Object *self) { combine_dealloc(th, self, &shape_##cname); }                                      \
    MODULE_TYPE_DEFINE(cname, "itertools." #cname, sizeof(Combine), TYPE_TRACED | TYPE_BASETYPE | TYPE_ITERATOR, .methods = combine_methods,  \
                       .doc = doc_, .slots = {.new_ = cname##_slot_new, .dealloc = cname##_dealloc, .traverse = combine_traverse,             \
                                              .iter = iter_self, .next = cname##_slot_next})

// ---- product

static Type type_product;
static Shape shape_product;

static Value product_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    intptr_t repeat = 1;
    for (size_t i = 0; i < kwnames_len(kwnames); i++) {
        Value k = AS(Tuple, kwnames)->items[i];
        if (!str_equal_cstr(k, "repeat")) return raise_unknown_keyword(th, "product()", k, (const char *const[]){"repeat", NULL}, kwnames_len(kwnames));
        repeat = number_as_ssize(th, args[nargs + i], &exc_OverflowError);
        if (repeat == -1 && error_pending(th)) return NO_VALUE;
        if (repeat < 0) return raise_value_error(th, "repeat argument cannot be negative");
    }
    if (repeat == 0) nargs = 0;
    else if (nargs && (size_t)repeat > ((size_t)1 << 40) / nargs) return raise_error(th, &exc_OverflowError, "repeat argument too large");
    size_t n = nargs * (size_t)repeat;
    Value lv = list_new(th, nargs);
    if (!lv) return NO_VALUE;
    bool empty = false;
    for (size_t i = 0; i < nargs; i++) {
        Value t = sequence_to_tuple(th, args[i]);
        if (!t || list_append_owned(th, AS(List, lv), t) < 0) { decref(th, lv); return NO_VALUE; }
        if (AS(Tuple, t)->len == 0) empty = true;
    }
    Value pools = tuple_empty;
    if (n) {
        Tuple *p = tuple_new(th, n);
        if (!p) { decref(th, lv); return NO_VALUE; }
        for (size_t i = 0; i < n; i++) p->items[i] = new_ref(th, list_items_raw(AS(List, lv))[i % nargs]);
        pools = VALUE_OF(p);
    }
    decref(th, lv);
    Combine *c = combine_alloc(th, type, pools, n, 0);
    if (!c) return NO_VALUE;
    c->r = n;
    c->stopped = empty;
    return VALUE_OF(c);
}

static Value product_slot_next(Thread *th, Value self) {
    Combine *c = AS(Combine, self);
    Tuple *pools = AS(Tuple, c->pool);
    Value v = NO_VALUE;
    container_lock(th, &c->head, &c->lock);
    if (!c->stopped) {
        if (!c->started) c->started = 1;
        else {
            size_t i = c->r;
            for (; i > 0; i--) {
                if (++c->at[i - 1] < AS(Tuple, pools->items[i - 1])->len) break;
                c->at[i - 1] = 0;
            }
            if (i == 0) c->stopped = 1;
        }
        if (!c->stopped) {
            if (c->r == 0) v = tuple_empty;
            else {
                Tuple *t = tuple_new(th, c->r);
                if (t) for (size_t i = 0; i < c->r; i++) t->items[i] = new_ref(th, AS(Tuple, pools->items[i])->items[c->at[i]]);
                v = VALUE_OF(t);
            }
        }
    }
    container_unlock(th, &c->lock);
    return v;
}
COMBINE_TYPE(product,
             "product(*iterables, repeat=1)\n--\n\nCartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\n"
             "The leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\n"
             "To compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\n"
             "product('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...")

// ---- combinations and combinations_with_replacement

static Value combinations_make(Thread *th, Type *type, const char *fname, NativeSig **sig, bool repl, const Value *args, size_t nargs, Value kwnames) {
    Value v[2];
    if (native_args_bind(th, sig, fname, "(iterable, r)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    intptr_t r = number_as_ssize(th, v[1], &exc_OverflowError);
    if (r == -1 && error_pending(th)) return NO_VALUE;
    Value pool = sequence_to_tuple(th, v[0]);
    if (!pool) return NO_VALUE;
    if (r < 0) { decref(th, pool); return raise_value_error(th, "r must be non-negative"); }
    size_t n = AS(Tuple, pool)->len;
    Combine *c = combine_alloc(th, type, pool, (size_t)r, 0);
    if (!c) return NO_VALUE;
    c->r = (size_t)r;
    if (!repl) for (size_t i = 0; i < c->r; i++) c->at[i] = i;
    c->stopped = repl ? n == 0 && r > 0 : (size_t)r > n;
    return VALUE_OF(c);
}

static Type type_combinations, type_combinations_with_replacement;
static Shape shape_combinations, shape_combinations_with_replacement;

static Value combinations_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return combinations_make(th, type, "combinations", &sig, false, args, nargs, kwnames);
}
// The next result; advance moves c->at on and says whether there is one.
static Value combine_next(Thread *th, Combine *c, bool (*advance)(Combine *c, size_t n)) {
    Value v = NO_VALUE;
    container_lock(th, &c->head, &c->lock);
    if (!c->stopped && c->started && !advance(c, AS(Tuple, c->pool)->len)) c->stopped = 1;
    c->started = 1;
    if (!c->stopped) v = combine_result(th, c);
    container_unlock(th, &c->lock);
    return v;
}
static bool combinations_advance(Combine *c, size_t n) {
    size_t i = c->r;
    while (i > 0 && c->at[i - 1] == i - 1 + n - c->r) i--;
    if (i == 0) return false;
    c->at[i - 1]++;
    for (; i < c->r; i++) c->at[i] = c->at[i - 1] + 1;
    return true;
}
static Value combinations_slot_next(Thread *th, Value self) { return combine_next(th, AS(Combine, self), combinations_advance); }
COMBINE_TYPE(combinations,
             "combinations(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)")

static Value combinations_with_replacement_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    return combinations_make(th, type, "combinations_with_replacement", &sig, true, args, nargs, kwnames);
}
static bool replacement_advance(Combine *c, size_t n) {
    size_t i = c->r;
    while (i > 0 && c->at[i - 1] == n - 1) i--;
    if (i == 0) return false;
    size_t x = c->at[i - 1] + 1;
    for (i--; i < c->r; i++) c->at[i] = x;
    return true;
}
static Value combinations_with_replacement_slot_next(Thread *th, Value self) { return combine_next(th, AS(Combine, self), replacement_advance); }
COMBINE_TYPE(combinations_with_replacement,
             "combinations_with_replacement(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\n"
             "combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')")

// ---- permutations

static Type type_permutations;
static Shape shape_permutations;

static Value permutations_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "permutations", "(iterable, r=None)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    Value pool = sequence_to_tuple(th, v[0]);
    if (!pool) return NO_VALUE;
    size_t n = AS(Tuple, pool)->len;
    intptr_t r = (intptr_t)n;
    if (v[1] && v[1] != VALUE_NONE) {
        if (!value_is_int(v[1])) { decref(th, pool); return raise_type_error(th, "Expected int as r"); }
        r = number_as_ssize(th, v[1], &exc_OverflowError);
        if (r == -1 && error_pending(th)) { decref(th, pool); return NO_VALUE; }
        if (r < 0) { decref(th, pool); return raise_value_error(th, "r must be non-negative"); }
    }
    Combine *c = combine_alloc(th, type, pool, n, (size_t)r > n ? 0 : (size_t)r);
    if (!c) return NO_VALUE;
    c->r = (size_t)r;
    for (size_t i = 0; i < n; i++) c->at[i] = i;
    c->stopped = c->r > n;
    if (!c->stopped) for (size_t i = 0; i < c->r; i++) c->cycles[i] = n - i;
    return VALUE_OF(c);
}

static bool permutations_advance(Combine *c, size_t n) {
    for (size_t i = c->r; i > 0; i--) {
        size_t k = i - 1;
        if (--c->cycles[k] == 0) { // rotate the tail and go on to the left
            size_t first = c->at[k];
            memmove(c->at + k, c->at + k + 1, (n - k - 1) * sizeof(size_t));
            c->at[n - 1] = first;
            c->cycles[k] = n - k;
        } else {
            size_t j = n - c->cycles[k], x = c->at[k];
            c->at[k] = c->at[j];
            c->at[j] = x;
            return true;
        }
    }
    return false;
}
static Value permutations_slot_next(Thread *th, Value self) { return combine_next(th, AS(Combine, self), permutations_advance); }
COMBINE_TYPE(permutations,
             "permutations(iterable, r=None)\n--\n\nReturn successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)")

int itertools_add_combine(Thread *th, Value m) {
    Type *t[] = {&type_product, &type_combinations, &type_combinations_with_replacement, &type_permutations};
    for (size_t i = 0; i < ARRAY_LEN(t); i++) if (module_add_type(th, m, t[i]) < 0) return -1;
    return 0;
}
