// SPDX-License-Identifier: MIT
// _queue.SimpleQueue: an unbounded ring under the object's lock; getters park on a sequence number and are woken directly, one per item. put never
// blocks and runs no Python code, so it may be called from finalizers and signal handlers. Lock: the queue's ObjLock.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "stdlib/_thread/thread.h"
#include "stdlib/duration.h"

typedef struct SimpleQueue {
    Object   head;
    ObjLock  lock;
    uint32_t seq;       // [a] changes with every put while someone waits; the address getters park on
    uint32_t waiting;   // [l] getters parked or about to park
    size_t   first, n;  // [l] the oldest item, and how many
    size_t   cap;       // [l] a power of two
    Value   *items;     // [l]
} SimpleQueue;

static Value empty_error;

static int queue_put(Thread *th, SimpleQueue *q, Value item) {
    for (;;) {
        obj_lock(th, &q->lock);
        if (q->n < q->cap) break;
        size_t cap = q->cap;
        obj_unlock(th, &q->lock);
        // Memory is got without the lock: raising MemoryError may run code.
        size_t want = cap ? cap * 2 : 8;
        Value *items = mem_alloc(th, want * sizeof *items), *old = NULL;
        if (!items) return -1;
        obj_lock(th, &q->lock);
        if (q->cap == cap) {
            for (size_t i = 0; i < q->n; i++) items[i] = q->items[(q->first + i) & (cap - 1)];
            old = q->items;
            q->items = items;
            q->first = 0;
            q->cap = want;
            items = NULL;
        }
        obj_unlock(th, &q->lock);
        mem_free(items);
        mem_free(old);
    }
    incref(th, item);
    q->items[(q->first + q->n) & (q->cap - 1)] = item;
    atomic_store_relaxed(&q->n, q->n + 1);      // empty() and qsize() read it without the lock
    bool wake = q->waiting != 0;
    if (wake) atomic_store_seqcst(&q->seq, q->seq + 1);
    obj_unlock(th, &q->lock);
    if (wake) park_wake_one(&q->seq);
    return 0;
}

// Owned item, or NO_VALUE; then *seq is what to park on, and the caller counts as waiting if asked.
static Value queue_take(Thread *th, SimpleQueue *q, bool wait, uint32_t *seq) {
    Value v = NO_VALUE;
    obj_lock(th, &q->lock);
    if (q->n) {
        v = q->items[q->first];
        q->first = (q->first + 1) & (q->cap - 1);
        atomic_store_relaxed(&q->n, q->n - 1);
    } else if (wait) {
        q->waiting++;
        *seq = atomic_load_relaxed(&q->seq);
    }
    obj_unlock(th, &q->lock);
    return v;
}

static Value raise_empty(Thread *th) { return raise_none(th, AS(Type, empty_error)); }

static Value queue_get(Thread *th, SimpleQueue *q, int64_t ns) {
    int64_t deadline = ns > 0 ? thread_clock_ns() + ns : 0;
    for (;;) {
        uint32_t seq = 0;
        Value v = queue_take(th, q, ns != 0, &seq);
        if (v) return v;
        if (ns == 0) return raise_empty(th);
        thread_detach(th);
        ParkResult r = park_wait(&q->seq, 4, seq, ns, true, NULL);
        thread_attach(th);
        obj_lock(th, &q->lock);
        q->waiting--;
        obj_unlock(th, &q->lock);
        if (r == PARK_INTERRUPTED && thread_safepoint(th)) return NO_VALUE;
        if (ns > 0) {
            ns = deadline - thread_clock_ns();
            if (ns < 0) ns = 0;    // one last look
        }
    }
}

static Value queue_meth_put(Thread *th, Value self, Value *args) { return queue_put(th, AS(SimpleQueue, self), args[0]) ? NO_VALUE : VALUE_NONE; }

static Value queue_meth_get(Thread *th, Value self, Value *args) {
    int block = args[0] ? object_truth(th, args[0]) : 1;
    if (block < 0) return NO_VALUE;
    int64_t ns = block ? -1 : 0;
    if (block && args[1] && args[1] != VALUE_NONE) {
        if (duration_as_ns(th, args[1], DURATION_SECOND, DURATION_CEILING, &ns) < 0) return NO_VALUE;
        if (ns < 0) return raise_value_error(th, "'timeout' must be a non-negative number");
    }
    return queue_get(th, AS(SimpleQueue, self), ns);
}
static Value queue_meth_get_nowait(Thread *th, Value self, Value *args) { return queue_get(th, AS(SimpleQueue, self), 0); }
static Value queue_meth_empty(Thread *th, Value self, Value *args) { return value_bool(atomic_load_acquire(&AS(SimpleQueue, self)->n) == 0); }
static Value queue_meth_qsize(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)atomic_load_acquire(&AS(SimpleQueue, self)->n)); }

static Value queue_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames);
static void queue_slot_clear(Thread *th, Object *self) {
    SimpleQueue *q = (SimpleQueue *)self;
    Value v;
    uint32_t seq;
    while ((v = queue_take(th, q, false, &seq))) decref(th, v);
}
static void queue_slot_dealloc(Thread *th, Object *self) {
    SimpleQueue *q = (SimpleQueue *)self;
    queue_slot_clear(th, self);
    mem_free(q->items);
    object_release_attrs(th, self);
    object_free(th, self);
}
static int queue_slot_traverse(Object *self, VisitFn visit, void *arg) {
    SimpleQueue *q = (SimpleQueue *)self;
    for (size_t i = 0; i < q->n; i++) {
        int r = visit(q->items[(q->first + i) & (q->cap - 1)], arg);
        if (r) return r;
    }
    return 0;
}

static const MethodDef queue_methods[] = {
    {"empty", "(self, /)", queue_meth_empty, "Return True if the queue is empty, False otherwise (not reliable!)."},
    {"get", "(self, /, block=True, timeout=None)", queue_meth_get,
     "Remove and return an item from the queue.\n\nIf optional args 'block' is true and 'timeout' is None (the default),\nblock if necessary until an item is available."},
    {"get_nowait", "(self, /)", queue_meth_get_nowait, "Remove and return an item from the queue without blocking."},
    {"put", "(self, /, item, block=True, timeout=None)", queue_meth_put,
     "Put the item on the queue.\n\nThe optional 'block' and 'timeout' arguments are ignored, as this method\nnever blocks.  They are provided for compatibility with the Queue class."},
    {"put_nowait", "(self, /, item)", queue_meth_put, "Put an item into the queue without blocking."},
    {"qsize", "(self, /)", queue_meth_qsize, "Return the approximate size of the queue (not reliable!)."},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
MODULE_TYPE_DEFINE(simple_queue, "_queue.SimpleQueue", sizeof(SimpleQueue), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE,
                   .text_signature = "()", .methods = queue_methods, .doc = "Simple, unbounded, reentrant FIFO queue.",
                   .slots = { .new_ = queue_slot_new, .dealloc = queue_slot_dealloc, .traverse = queue_slot_traverse, .clear = queue_slot_clear })

static Value queue_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (type == &type_simple_queue) {
        if (nargs) return raise_type_error(th, "SimpleQueue() takes no positional arguments");
        if (kwnames_len(kwnames)) return raise_type_error(th, "SimpleQueue() takes no keyword arguments");
    }
    return VALUE_OF(NEW(SimpleQueue, th, type));
}

static int queue_exec(Thread *th, Value m) {
    if (!empty_error) {
        empty_error = exception_create_type(th, "_queue.Empty", NO_VALUE, "Exception raised by Queue.get(block=0)/get_nowait().");
        if (!empty_error) return -1;
        gc_add_root(&empty_error);
    }
    if (module_add(th, m, "Empty", new_ref(th, empty_error))) return -1;
    return module_add_type(th, m, &type_simple_queue);
}
const ModuleDef module__queue = { "_queue",
    "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.", NULL, queue_exec };
