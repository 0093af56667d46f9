// SPDX-License-Identifier: MIT
// itertools.tee: iterators that read one source through a chain of blocks. A block's values are published one by one (count last) and
// constant then; only who holds the block's `running` mark reads the source. A tee object's place (block, index) is under its lock.
#include "stdlib/itertools/itertools_int.h"

enum { BLOCK_SIZE = 57 };
typedef struct TeeBlock {
    Object head;
    Value iter;       // [c]
    Value next;       // [a] following block, made on demand
    uint32_t count;   // [a] values present
    uint8_t running;  // [a] someone is reading the source
    Value values[BLOCK_SIZE]; // [c] below count
} TeeBlock;
typedef struct Tee { Object head; Value block; ObjLock lock; uint32_t index; } Tee; // block, index [l]
static Type type__tee, type__tee_dataobject;
static Shape shape__tee, shape__tee_dataobject;

static void _tee_dataobject_dealloc(Thread *th, Object *self) {
    TeeBlock *b = (TeeBlock *)self;
    decref(th, b->iter);
    for (uint32_t i = 0; i < b->count; i++) decref(th, b->values[i]);
    // A long chain of blocks that nobody else holds goes in a loop, not in a recursion.
    Value next = b->next;
    object_free(th, self);
    while (next && object_is_unique(th, value_object(next))) {
        TeeBlock *n = AS(TeeBlock, next);
        Value after = n->next;
        n->next = NO_VALUE;
        decref(th, next);
        next = after;
    }
    decref(th, next);
}
static int _tee_dataobject_traverse(Object *self, VisitFn visit, void *arg) {
    TeeBlock *b = (TeeBlock *)self;
    int r;
    if ((r = visit(b->iter, arg)) || (r = visit(b->next, arg))) return r;
    for (uint32_t i = 0; i < b->count; i++) if ((r = visit(b->values[i], arg))) return r;
    return 0;
}

static void _tee_dataobject_clear(Thread *th, Object *self) {
    TeeBlock *b = (TeeBlock *)self;
    clear_ref(th, &b->iter);
    clear_ref(th, &b->next);
    uint32_t n = b->count;
    b->count = 0;
    for (uint32_t i = 0; i < n; i++) clear_ref(th, &b->values[i]);
}

static Value block_new(Thread *th, Value iter) {
    TeeBlock *b = NEW(TeeBlock, th, &type__tee_dataobject);
    if (b) b->iter = new_ref(th, iter);
    return VALUE_OF(b);
}

// The block after b, a new reference.
static Value block_next(Thread *th, TeeBlock *b) {
    Value n = atomic_load_acquire(&b->next);
    if (n) return new_ref(th, n);
    Value made = block_new(th, b->iter), none = NO_VALUE;
    if (!made) return NO_VALUE;
    if (atomic_cas_acq_rel(&b->next, &none, made)) return new_ref(th, made);
    decref(th, made);
    return new_ref(th, none);
}

// Value i of the block; reads the source when it is the next one. NO_VALUE: end or error.
static Value block_get(Thread *th, TeeBlock *b, uint32_t i) {
    if (i < atomic_load_acquire(&b->count)) return new_ref(th, b->values[i]);
    uint8_t no = 0;
    if (!atomic_cas_acquire(&b->running, &no, (uint8_t)1)) return raise_error(th, &exc_RuntimeError, "cannot re-enter the tee iterator");
    Value v;
    uint32_t n = atomic_load_acquire(&b->count);
    if (i < n) v = new_ref(th, b->values[i]); // another thread was quicker
    else {
        v = iter_step(th, b->iter);
        if (v) {
            b->values[n] = new_ref(th, v);
            atomic_store_release(&b->count, n + 1);
        }
    }
    atomic_store_release(&b->running, 0);
    return v;
}

static Value tee_from_block(Thread *th, Value block_owned, uint32_t index) {
    Tee *t = block_owned ? NEW(Tee, th, &type__tee) : NULL;
    if (!t) { decref(th, block_owned); return NO_VALUE; }
    t->block = block_owned;
    t->index = index;
    return VALUE_OF(t);
}

static Value tee_copy(Thread *th, Value self) {
    Tee *t = AS(Tee, self);
    container_lock(th, &t->head, &t->lock);
    Value b = new_ref(th, t->block);
    uint32_t i = t->index;
    container_unlock(th, &t->lock);
    return tee_from_block(th, b, i);
}
static Value tee_meth_copy(Thread *th, Value self, Value *args) { return tee_copy(th, self); }

static Value tee_from_iterable(Thread *th, Value iterable) {
    Value it = object_iter(th, iterable);
    if (!it) return NO_VALUE;
    Value r = value_is_exact(it, &type__tee) ? tee_copy(th, it) : tee_from_block(th, block_new(th, it), 0);
    decref(th, it);
    return r;
}

static Value _tee_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "_tee", kwnames) < 0 || args_count(th, "_tee", nargs, 1, 1) < 0) return NO_VALUE;
    return tee_from_iterable(th, args[0]);
}

static Value _tee_slot_next(Thread *th, Value self) {
    Tee *t = AS(Tee, self);
    container_lock(th, &t->head, &t->lock);
    Value block = new_ref(th, t->block);
    uint32_t i = t->index;
    container_unlock(th, &t->lock);
    if (i >= BLOCK_SIZE) {
        Value next = block_next(th, AS(TeeBlock, block));
        if (!next) { decref(th, block); return NO_VALUE; }
        container_lock(th, &t->head, &t->lock);
        Value old = NO_VALUE;
        if (t->block == block && t->index == i) { old = t->block; t->block = new_ref(th, next); t->index = 0; }
        container_unlock(th, &t->lock);
        decref(th, old);
        decref(th, block);
        block = next;
        i = 0;
    }
    Value v = block_get(th, AS(TeeBlock, block), i);
    if (v) {
        container_lock(th, &t->head, &t->lock);
        if (t->block == block && t->index == i) t->index = i + 1;
        container_unlock(th, &t->lock);
    }
    decref(th, block);
    return v;
}

static void _tee_dealloc(Thread *th, Object *self) {
    decref(th, ((Tee *)self)->block);
    container_dealloc_end(th, self, &shape__tee);
}
static int _tee_traverse(Object *self, VisitFn visit, void *arg) { return visit(((Tee *)self)->block, arg); }

static Value _tee_dataobject_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "teedataobject", kwnames) < 0 || args_count(th, "teedataobject", nargs, 3, 3) < 0) return NO_VALUE;
    if (!value_is_list(args[1])) return raise_type_error(th, "teedataobject() argument 2 must be list, not %T", args[1]);
    size_t n = list_len(AS(List, args[1]));
    if (n > BLOCK_SIZE || (args[2] != VALUE_NONE && (n < BLOCK_SIZE || !value_is_exact(args[2], &type__tee_dataobject)))) return raise_value_error(th, "Invalid arguments");
    Value b = block_new(th, args[0]);
    if (!b) return NO_VALUE;
    TeeBlock *tb = AS(TeeBlock, b);
    for (size_t i = 0; i < n; i++) {
        if (!(tb->values[i] = list_try_get(th, AS(List, args[1]), i))) break;
        tb->count = (uint32_t)i + 1;
    }
    if (args[2] != VALUE_NONE) tb->next = new_ref(th, args[2]);
    return b;
}

static const MethodDef tee_methods[] = {{"__copy__", "(self, /)", tee_meth_copy, "Returns an independent iterator.", 0}, {0}};
MODULE_TYPE_DEFINE(_tee, "itertools._tee", sizeof(Tee), TYPE_TRACED | TYPE_ITERATOR | TYPE_WEAKREFABLE, .methods = tee_methods,
                   .doc = "_tee(iterable, /)\n--\n\nIterator wrapped to make it copyable.",
                   .slots = {.new_ = _tee_slot_new, .dealloc = _tee_dealloc, .traverse = _tee_traverse, .iter = iter_self, .next = _tee_slot_next})
MODULE_TYPE_DEFINE(_tee_dataobject, "itertools._tee_dataobject", sizeof(TeeBlock), TYPE_TRACED,
                   .doc = "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
                   .slots = {.new_ = _tee_dataobject_slot_new, .dealloc = _tee_dataobject_dealloc, .traverse = _tee_dataobject_traverse, .clear = _tee_dataobject_clear})

Value itertools_fn_tee(Thread *th, Value module, Value *args) {
    intptr_t n = 2;
    if (args[1]) { n = number_as_ssize(th, args[1], &exc_OverflowError); if (n == -1 && error_pending(th)) return NO_VALUE; }
    if (n < 0) return raise_value_error(th, "n must be >= 0");
    if (n == 0) return tuple_empty;
    Value first = tee_from_iterable(th, args[0]);
    if (!first) return NO_VALUE;
    Tuple *t = tuple_new(th, (size_t)n);
    if (!t) { decref(th, first); return NO_VALUE; }
    t->items[0] = first;
    for (intptr_t i = 1; i < n; i++) if (!(t->items[i] = tee_copy(th, first))) { decref(th, VALUE_OF(t)); return NO_VALUE; }
    return VALUE_OF(t);
}

int itertools_add_tee(Thread *th, Value m) { return module_add_type(th, m, &type__tee) < 0 || module_add_type(th, m, &type__tee_dataobject) < 0 ? -1 : 0; }
