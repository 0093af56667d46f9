// SPDX-License-Identifier: MIT
// _interpqueues: queues of the process, known by number, for concurrent.interpreters (PEP 734). What crosses as it is goes through as the same object
// (nothing that may be shared can change); with the fallback, anything else goes as a pickle, so each side has its own.
// Lock: queues_mutex guards the list, each queue's fields and its items; no Python code runs under it. The items are roots of the collector.
#include "stdlib/_interpreters.h"

#include "core/object/abstract.h"
#include "core/object/bytes.h"
#include "core/object/function.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

#include <stdlib.h>

enum { UNBOUND_REMOVE = 1, UNBOUND_ERROR, UNBOUND_REPLACE, FALLBACK_NONE = 0, FALLBACK_FULL = 1, AS_THE_QUEUE = -1 };

typedef struct Item {
    struct Item *next;
    Value        v;         // owned
    bool         pickled;   // v is the bytes
} Item;

typedef struct Queue {
    struct Queue *next;
    int64_t  id, maxsize, bound, count;   // maxsize <= 0: no limit; bound: references by bind()
    int      unbound_op, fallback;
    Item    *first, **last;
} Queue;

static RtMutex  queues_mutex = RT_MUTEX(THREADS);
static Queue   *queues;       // [l] newest first
static int64_t  next_id = 1;  // [l]
static Value    queue_error, queue_not_found;               // [c] after the import
static Value    registered[3];   // [l] the type of queues, and what an empty and a full one raise
enum { REG_QUEUE, REG_EMPTY, REG_FULL };

// ---- the list --------------------------------------------------------------------------------------------------------------------------

// NULL: not there. Under the lock.
static Queue *lookup_locked(int64_t id) {
    Queue *q = queues;
    while (q && q->id != id) q = q->next;
    return q;
}

static Value raise_not_found(Thread *th, int64_t id) { return raise_error(th, AS(Type, queue_not_found), "queue %lld not found", (long long)id); }

// The queue with that id, with the lock held; NULL with an exception, and without it.
static Queue *find_lock(Thread *th, Value id_value) {
    int64_t id;
    if (interpreters_id(th, id_value, "queue ID", &id)) return NULL;
    rt_mutex_lock(th, &queues_mutex);
    Queue *q = lookup_locked(id);
    if (q) return q;
    rt_mutex_unlock(th, &queues_mutex);
    raise_not_found(th, id);
    return NULL;
}

// Takes q off the list; the caller frees it without the lock.
static void unlink_locked(Queue *q) {
    Queue **at = &queues;
    while (*at != q) at = &(*at)->next;
    *at = q->next;
}

static void queue_free(Thread *th, Queue *q) {
    for (Item *i = q->first, *next; i; i = next) {
        next = i->next;
        decref(th, i->v);
        free(i);
    }
    free(q);
}

static void visit_queues(VisitFn visit, void *arg) {
    for (Queue *q = queues; q; q = q->next)
        for (Item *i = q->first; i; i = i->next) visit(i->v, arg);
}

// concurrent.interpreters registers its classes when it is imported. A new reference to the one asked for.
static Value registered_type(Thread *th, int which) {
    for (int tries = 0; tries < 2; tries++) {
        rt_mutex_lock(th, &queues_mutex);
        Value t = registered[which];
        incref(th, t);
        rt_mutex_unlock(th, &queues_mutex);
        if (t) return t;
        Value m = import_module(th, "concurrent.interpreters._queues");
        if (!m) return NO_VALUE;
        decref(th, m);
    }
    return raise_error(th, &exc_RuntimeError, "concurrent.interpreters._queues registered no classes");
}

static Value raise_registered(Thread *th, int which, int64_t id, const char *how) {
    Value t = registered_type(th, which);
    if (t) raise_error(th, AS(Type, t), "queue %lld is %s", (long long)id, how);
    decref(th, t);
    return NO_VALUE;
}

// ---- options ---------------------------------------------------------------------------------------------------------------------------

// v: the argument or NO_VALUE; dflt where it is not given or negative. 0, or -1 with an exception.
static int option(Thread *th, Value v, const char *what, int lowest, int highest, int dflt, int *out) {
    *out = dflt;
    int n;
    if (!v) return 0;
    if (number_as_int(th, v, &n)) return -1;
    if (n == AS_THE_QUEUE) return 0;
    if (n < lowest || n > highest) {
        raise_value_error(th, "unsupported %s %d", what, n);
        return -1;
    }
    *out = n;
    return 0;
}

// ---- what crosses ----------------------------------------------------------------------------------------------------------------------

// What stands for v in a queue, in *out and *pickled. 0, or -1 with an exception.
static int pack(Thread *th, Value v, int fallback, Value *out, bool *pickled) {
    *pickled = false;
    int as_it_is = interpreters_all_shareable(th, v);
    if (as_it_is < 0) return -1;
    if (as_it_is) {
        // A view of its own, that the other side may release.
        *out = type_of(v) == &type_memoryview ? call1(th, VALUE_OF(&type_memoryview), v) : new_ref(th, v);
        return *out ? 0 : -1;
    }
    if (fallback == FALLBACK_NONE) {
        interpreters_not_shareable(th, v);
        return -1;
    }
    Value dumps = import_attr(th, "pickle", "dumps");
    if (!dumps) return -1;
    *out = call1(th, dumps, v);
    decref(th, dumps);
    *pickled = true;
    if (*out) return 0;
    error_clear(th);
    // A function that no name leads to goes as it is, if all it stands on is its code.
    if (type_of(v) == &type_function && !AS(Function, v)->closure) {
        *pickled = false;
        *out = new_ref(th, v);
        return 0;
    }
    interpreters_not_shareable(th, v);
    return -1;
}

static Value unpack(Thread *th, Value v_owned, bool pickled) {
    if (!pickled) return v_owned;
    Value loads = import_attr(th, "pickle", "loads"), r = loads ? call1(th, loads, v_owned) : NO_VALUE;
    decref(th, loads);
    decref(th, v_owned);
    return r;
}

// ---- the functions ---------------------------------------------------------------------------------------------------------------------

static Value queues_fn_create(Thread *th, Value self, Value *args) {
    int64_t maxsize;
    int op, fallback;
    if (number_as_i64(th, args[0], &maxsize) || option(th, args[1], "unboundop", UNBOUND_REMOVE, UNBOUND_REPLACE, UNBOUND_REPLACE, &op) ||
        option(th, args[2], "fallback", FALLBACK_NONE, FALLBACK_FULL, FALLBACK_FULL, &fallback)) return NO_VALUE;
    Queue *q = calloc(1, sizeof *q);
    if (!q) return raise_memory_error(th);
    q->maxsize = maxsize;
    q->unbound_op = op;
    q->fallback = fallback;
    q->last = &q->first;
    rt_mutex_lock(th, &queues_mutex);
    int64_t id = q->id = next_id++;
    q->next = queues;
    queues = q;
    rt_mutex_unlock(th, &queues_mutex);
    return value_imm_int(id);
}

static Value queues_fn_destroy(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    unlink_locked(q);
    rt_mutex_unlock(th, &queues_mutex);
    queue_free(th, q);
    return VALUE_NONE;
}

static Value queues_fn_bind(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    q->bound++;
    rt_mutex_unlock(th, &queues_mutex);
    return VALUE_NONE;
}

static Value queues_fn_release(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    int64_t id = q->id, left = q->bound - 1;
    if (left >= 0) q->bound = left;
    if (left == 0) unlink_locked(q);
    rt_mutex_unlock(th, &queues_mutex);
    if (left < 0) return raise_error(th, AS(Type, queue_error), "queue %lld never bound", (long long)id);
    if (left == 0) queue_free(th, q);
    return VALUE_NONE;
}

static Value queues_fn_list_all(Thread *th, Value self, Value *args) {
    // Counted and copied under the lock, made into objects without it.
    size_t n = 0, cap = 0;
    Queue *copies = NULL;
    for (;;) {
        rt_mutex_lock(th, &queues_mutex);
        n = 0;
        for (Queue *q = queues; q; q = q->next, n++)
            if (n < cap) copies[n] = *q;
        rt_mutex_unlock(th, &queues_mutex);
        if (n <= cap) break;
        free(copies);
        cap = n + 8;
        copies = malloc(cap * sizeof *copies);
        if (!copies) return raise_memory_error(th);
    }
    Value list = list_from_array(th, NULL, 0);
    for (size_t i = 0; list && i < n; i++) {
        Value row = tuple_pack3(th, value_imm_int(copies[i].id), value_imm_int(copies[i].unbound_op), value_imm_int(copies[i].fallback));
        if (row && !list_append_owned(th, AS(List, list), row)) continue;
        decref(th, list);
        list = NO_VALUE;
    }
    free(copies);
    return list;
}

static Value queues_fn_put(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    int64_t id = q->id;
    int op = q->unbound_op, fallback = q->fallback;
    rt_mutex_unlock(th, &queues_mutex);
    // What becomes of an item when the interpreter that put it has ended never matters: there is one, which outlives its queues.
    if (option(th, args[2], "unboundop", UNBOUND_REMOVE, UNBOUND_REPLACE, op, &op) ||
        option(th, args[3], "fallback", FALLBACK_NONE, FALLBACK_FULL, fallback, &fallback)) return NO_VALUE;
    Item *item = calloc(1, sizeof *item);
    if (!item) return raise_memory_error(th);
    if (pack(th, args[1], fallback, &item->v, &item->pickled)) {
        free(item);
        return NO_VALUE;
    }
    rt_mutex_lock(th, &queues_mutex);
    q = lookup_locked(id);
    bool full = q && q->maxsize > 0 && q->count >= q->maxsize, put = q && !full;
    if (put) {
        *q->last = item;
        q->last = &item->next;
        q->count++;
    }
    rt_mutex_unlock(th, &queues_mutex);
    if (put) return VALUE_NONE;
    decref(th, item->v);
    free(item);
    return full ? raise_registered(th, REG_FULL, id, "full") : raise_not_found(th, id);
}

static Value queues_fn_get(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    int64_t id = q->id;
    Item *item = q->first;
    if (item) {
        q->first = item->next;
        if (!q->first) q->last = &q->first;
        q->count--;
    }
    rt_mutex_unlock(th, &queues_mutex);
    if (!item) return raise_registered(th, REG_EMPTY, id, "empty");
    Value v = unpack(th, item->v, item->pickled), r = v ? tuple_pack2(th, v, VALUE_NONE) : NO_VALUE;
    free(item);
    decref(th, v);
    return r;
}

// One number of a queue.
static Value queue_number(Thread *th, Value id, int64_t (*of)(const Queue *q)) {
    Queue *q = find_lock(th, id);
    if (!q) return NO_VALUE;
    int64_t n = of(q);
    rt_mutex_unlock(th, &queues_mutex);
    return int_from_i64(th, n);
}
static int64_t count_of(const Queue *q) { return q->count; }
static int64_t maxsize_of(const Queue *q) { return q->maxsize; }
static Value queues_fn_get_count(Thread *th, Value self, Value *args) { return queue_number(th, args[0], count_of); }
static Value queues_fn_get_maxsize(Thread *th, Value self, Value *args) { return queue_number(th, args[0], maxsize_of); }

static Value queues_fn_is_full(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    bool full = q->maxsize > 0 && q->count >= q->maxsize;
    rt_mutex_unlock(th, &queues_mutex);
    return value_bool(full);
}

static Value queues_fn_defaults(Thread *th, Value self, Value *args) {
    Queue *q = find_lock(th, args[0]);
    if (!q) return NO_VALUE;
    int op = q->unbound_op, fallback = q->fallback;
    rt_mutex_unlock(th, &queues_mutex);
    return tuple_pack2(th, value_imm_int(op), value_imm_int(fallback));
}

static Value queues_fn_register(Thread *th, Value self, Value *args) {
    for (size_t i = 0; i < 3; i++)
        if (!value_is_instance(args[i], &type_type)) return raise_type_error(th, "argument %zu must be a type, not %T", i + 1, args[i]);
    Value old[3];
    rt_mutex_lock(th, &queues_mutex);
    for (size_t i = 0; i < 3; i++) {
        old[i] = registered[i];
        registered[i] = new_ref(th, args[i]);
    }
    rt_mutex_unlock(th, &queues_mutex);
    interpreters_set_queue_type(AS(Type, args[REG_QUEUE]));
    for (size_t i = 0; i < 3; i++) decref(th, old[i]);
    return VALUE_NONE;
}

static const MethodDef queues_functions[] = {
    {"_register_heap_types", "(queuetype, emptyerror, fullerror)", queues_fn_register, "Say which class stands for a queue, and what an empty and a full one raise."},
    {"bind", "(qid)", queues_fn_bind, "Take a reference to the queue."},
    {"create", "(maxsize, unboundop=-1, fallback=-1)", queues_fn_create, "Create a queue; its id."},
    {"destroy", "(qid)", queues_fn_destroy, "Clear and destroy the queue."},
    {"get", "(qid)", queues_fn_get, "Remove the oldest item: the object, and what became of the interpreter that put it (None)."},
    {"get_count", "(qid)", queues_fn_get_count, "The number of items."},
    {"get_maxsize", "(qid)", queues_fn_get_maxsize, "The largest number of items; no limit if it is not positive."},
    {"get_queue_defaults", "(qid)", queues_fn_defaults, "The unboundop and fallback of the queue."},
    {"is_full", "(qid)", queues_fn_is_full, "Whether the queue has a largest number of items and has reached it."},
    {"list_all", "()", queues_fn_list_all, "The id, unboundop and fallback of each queue."},
    {"put", "(qid, obj, unboundop=-1, fallback=-1)", queues_fn_put, "Add the object's data."},
    {"release", "(qid)", queues_fn_release, "Release a reference; the queue goes with the last."},
    {0}
};

static int queues_exec(Thread *th, Value m) {
    if (interpreters_init(th)) return -1;
    if (!queue_error) {
        Value base = exception_create_type(th, "concurrent.interpreters.QueueError", VALUE_OF(&exc_RuntimeError), "Indicates that a queue-related error happened.");
        queue_not_found = base ? exception_create_type(th, "concurrent.interpreters.QueueNotFoundError", base, NULL) : NO_VALUE;
        if (!queue_not_found) {
            decref(th, base);
            return -1;
        }
        queue_error = base;
        gc_add_root(&queue_error);
        gc_add_root(&queue_not_found);
        for (size_t i = 0; i < 3; i++) gc_add_root(&registered[i]);
        gc_add_root_fn(visit_queues);
    }
    if (module_add(th, m, "QueueError", new_ref(th, queue_error))) return -1;
    return module_add(th, m, "QueueNotFoundError", new_ref(th, queue_not_found));
}
const ModuleDef module__interpqueues = { "_interpqueues", "Queues of the process, on which concurrent.interpreters stands.", queues_functions, queues_exec };
