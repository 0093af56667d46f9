// SPDX-License-Identifier: MIT
// itertools.groupby and its groups.
#include "stdlib/itertools/itertools_int.h"

typedef struct Groupby {
    Object head;
    Value iter, key;                 // [c] key NO_VALUE: the item itself
    Value tgtkey, currkey, currvalue; // [a]
    uint64_t current;                // [a] id of the group being read; 0 none
    uint64_t ids;                    // [a]
} Groupby;
typedef struct Grouper { Object head; Value parent, tgtkey; uint64_t id; } Grouper; // [c]
static Type type_groupby, type__grouper;
static Shape shape_groupby, shape__grouper;
PARTS(groupby, 5)
PARTS(_grouper, 2)

static Value groupby_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v[2];
    if (native_args_bind(th, &sig, "groupby", "(iterable, key=None)", args, nargs, kwnames, v) < 0) return NO_VALUE;
    Value it = object_iter(th, v[0]);
    Groupby *g = it ? object_new(th, type, 0) : NULL;
    if (!g) { decref(th, it); return NO_VALUE; }
    g->iter = it;
    if (v[1] && v[1] != VALUE_NONE) g->key = new_ref(th, v[1]);
    return VALUE_OF(g);
}

// Reads one item into currvalue and currkey. 1, 0 at the end, -1.
static int groupby_read(Thread *th, Groupby *g) {
    Value v = iter_step(th, g->iter);
    if (!v) return error_pending(th) ? -1 : 0;
    Value k = g->key ? call1(th, g->key, v) : new_ref(th, v);
    if (!k) { decref(th, v); return -1; }
    slot_store(th, &g->head, &g->currvalue, v);
    slot_store(th, &g->head, &g->currkey, k);
    return 1;
}

static Value groupby_slot_next(Thread *th, Value self) {
    Groupby *g = AS(Groupby, self);
    atomic_store_relaxed(&g->current, 0);
    for (;;) { // to the next key
        Value cur = slot_get(th, &g->head, &g->currkey);
        if (cur) {
            Value tgt = slot_get(th, &g->head, &g->tgtkey);
            if (!tgt) { decref(th, cur); break; }
            int e = value_equal(th, tgt, cur);
            decref(th, tgt);
            decref(th, cur);
            if (e < 0) return NO_VALUE;
            if (!e) break;
        }
        if (groupby_read(th, g) <= 0) return NO_VALUE;
        if (thread_safepoint(th) < 0) return NO_VALUE;
    }
    Value key = slot_get(th, &g->head, &g->currkey);
    if (!key) return NO_VALUE;
    slot_store(th, &g->head, &g->tgtkey, new_ref(th, key));
    Grouper *r = NEW(Grouper, th, &type__grouper);
    if (!r) { decref(th, key); return NO_VALUE; }
    r->parent = new_ref(th, self);
    r->tgtkey = new_ref(th, key);
    r->id = (uint64_t)counter_fetch_add(th, (int64_t *)&g->ids, 1) + 1;
    atomic_store_relaxed(&g->current, r->id);
    Value pair[2] = {key, VALUE_OF(r)};
    return tuple_from_owned(th, pair, 2);
}
ITERTOOL(groupby, sizeof(Groupby),
         "groupby(iterable, key=None)\n--\n\nmake an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n"
         "    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.")

static Value _grouper_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "_grouper", kwnames) < 0 || args_count(th, "_grouper", nargs, 2, 2) < 0) return NO_VALUE;
    if (!value_is_instance(args[0], &type_groupby)) return raise_type_error(th, "_grouper() argument 1 must be itertools.groupby, not %T", args[0]);
    Groupby *g = AS(Groupby, args[0]);
    Grouper *r = object_new(th, type, 0);
    if (!r) return NO_VALUE;
    r->parent = new_ref(th, args[0]);
    r->tgtkey = new_ref(th, args[1]);
    r->id = (uint64_t)counter_fetch_add(th, (int64_t *)&g->ids, 1) + 1;
    atomic_store_relaxed(&g->current, r->id);
    return VALUE_OF(r);
}

static Value _grouper_slot_next(Thread *th, Value self) {
    Grouper *r = AS(Grouper, self);
    Groupby *g = AS(Groupby, r->parent);
    if (atomic_load_relaxed(&g->current) != r->id) return NO_VALUE;
    if (!slot_borrow(th, &g->head, &g->currvalue) && groupby_read(th, g) <= 0) return NO_VALUE;
    Value cur = slot_get(th, &g->head, &g->currkey);
    if (!cur) return NO_VALUE;
    int e = value_equal(th, r->tgtkey, cur);
    decref(th, cur);
    if (e <= 0) return NO_VALUE;
    Value v = slot_get(th, &g->head, &g->currvalue);
    if (!v) return NO_VALUE;
    slot_store(th, &g->head, &g->currvalue, NO_VALUE);
    slot_store(th, &g->head, &g->currkey, NO_VALUE);
    return v;
}
MODULE_TYPE_DEFINE(_grouper, "itertools._grouper", sizeof(Grouper), TYPE_TRACED | TYPE_ITERATOR,
                   .slots = {.new_ = _grouper_slot_new, .dealloc = _grouper_dealloc, .traverse = _grouper_traverse, .iter = iter_self, .next = _grouper_slot_next})

int itertools_add_group(Thread *th, Value m) { return module_add_type(th, m, &type_groupby) < 0 || module_add_type(th, m, &type__grouper) < 0 ? -1 : 0; }
