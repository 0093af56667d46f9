// SPDX-License-Identifier: MIT
// Weak references: the table from referents to their references, and the type weakref.ref. Proxies are in weakproxy.c.
//
// Invariant: an object with a row in the table has OBJ_WEAKREFS set, which keeps its release off the fast path: its count reaches the final zero
// by an atomic operation, object_try_incref fails from then on, and weakref_clear_all removes the row before the memory goes. So whoever finds an
// object in the table under the shard's lock may look at its header. Locks: one RtMutex per shard (rank WEAKREF); no Python code and no release of
// an object under it. With the world stopped the collector reads and changes the table without locks: no holder of one comes to a safepoint.
#include "core/object/weakref.h"

#include "core/base/assert.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/weakref_int.h"
#include "gc/collector.h"
#include "sched/thread/lock.h"

#include <stdlib.h>

enum { SHARDS = 64 };
typedef struct Row Row;
struct Row { Row *next; Object *o; WeakRef *head; };
typedef struct Shard {
    RtMutex mutex;
    size_t  n, buckets;     // [l]
    Row   **rows;           // [l]
} __attribute__((aligned(64))) Shard;
static Shard shards[SHARDS] = { [0 ... SHARDS - 1] = { .mutex = RT_MUTEX(WEAKREF) } };

ALWAYS_INLINE uint64_t spread(const Object *o) { return ((uintptr_t)o >> 4) * 0x9E3779B97F4A7C15u; }
ALWAYS_INLINE uint32_t shard_of(const Object *o) { return (uint32_t)(spread(o) >> 58); }

static Row **row_find(Shard *s, const Object *o) {
    if (!s->buckets) return NULL;
    Row **at = &s->rows[(spread(o) >> 16) & (s->buckets - 1)];
    while (*at && (*at)->o != o) at = &(*at)->next;
    return *at ? at : NULL;
}

static bool shard_grow(Shard *s) {
    size_t n = s->buckets ? s->buckets * 2 : 16;
    Row **rows = calloc(n, sizeof *rows);
    if (!rows) return false;
    for (size_t i = 0; i < s->buckets; i++)
        for (Row *r = s->rows[i], *next; r; r = next) {
            next = r->next;
            Row **to = &rows[(spread(r->o) >> 16) & (n - 1)];
            r->next = *to;
            *to = r;
        }
    free(s->rows);
    s->rows = rows;
    s->buckets = n;
    return true;
}

static Row *row_get(Shard *s, Object *o) {
    Row **at = row_find(s, o);
    if (at) return *at;
    if (s->n >= s->buckets && !shard_grow(s)) return NULL;
    Row *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    Row **to = &s->rows[(spread(o) >> 16) & (s->buckets - 1)];
    r->o = o;
    r->next = *to;
    *to = r;
    s->n++;
    return r;
}

static void row_remove(Shard *s, Row **at) {
    Row *r = *at;
    *at = r->next;
    s->n--;
    free(r);
}

static void row_insert(Row *row, WeakRef *w) {
    WeakRef *after = NULL;
    if (!w->reusable)
        for (WeakRef *x = row->head; x && x->reusable; x = x->next) after = x;
    w->prev = after;
    w->next = after ? after->next : row->head;
    if (w->next) w->next->prev = w;
    if (after) after->next = w;
    else row->head = w;
}

static void row_unlink(Row *row, WeakRef *w) {
    if (w->prev) w->prev->next = w->next;
    else row->head = w->next;
    if (w->next) w->next->prev = w->prev;
    w->next = w->prev = NULL;
}

// A merged reference: everyone counts it in the shared part.
static void make_merged(Object *o) {
    atomic_store_relaxed(&o->biased, 0u);
    atomic_store_release(&o->shared, (uint32_t)(OBJ_MERGED | 1u << OBJ_FLAG_BITS));
}

// Makes a reference of type `type`, or finds a reusable one. o borrowed and alive.
static Value make(Thread *th, Type *type, Object *o, Value callback) {
    if (callback == VALUE_NONE) callback = NO_VALUE;
    if (!(object_shape(o)->flags & TYPE_WEAKREFABLE)) return raise_type_error(th, "cannot create weak reference to '%T' object", VALUE_OF(o));
    bool reusable = !callback && (type == &type_weakref || type == &type_weakproxy || type == &type_weakcallableproxy);
    Shard *s = &shards[shard_of(o)];
    WeakRef *w = NULL;
    for (;;) {
        rt_mutex_lock(th, &s->mutex);
        if (reusable) {
            Row **at = row_find(s, o);
            for (WeakRef *x = at ? (*at)->head : NULL; x && x->reusable; x = x->next)
                if (x->head.shape == type->shape && object_try_incref(th, &x->head)) {
                    rt_mutex_unlock(th, &s->mutex);
                    if (w) decref(th, VALUE_OF(w));
                    return VALUE_OF(x);
                }
        }
        if (w) break;
        rt_mutex_unlock(th, &s->mutex);
        w = NEW(WeakRef, th, type);
        if (!w) return NO_VALUE;
        make_merged(&w->head);
        w->shard = shard_of(o);
        w->reusable = reusable;
    }
    Row *row = row_get(s, o);
    if (row) {
        w->callback = callback ? new_ref(th, callback) : NO_VALUE;
        atomic_store_release(&w->referent, o);
        row_insert(row, w);
        if (!(atomic_load_relaxed(&o->shared) & OBJ_WEAKREFS)) atomic_or_seqcst(&o->shared, (uint32_t)OBJ_WEAKREFS);
    }
    rt_mutex_unlock(th, &s->mutex);
    if (row) return VALUE_OF(w);
    decref(th, VALUE_OF(w));
    return raise_memory_error(th);
}

static Value make_value(Thread *th, Type *type, Value obj, Value callback) {
    if (!value_is_object(obj)) return raise_type_error(th, "cannot create weak reference to '%T' object", obj);
    return make(th, type, value_object(obj), callback);
}
Value weakref_new(Thread *th, Value obj, Value callback) { return make_value(th, &type_weakref, obj, callback); }
Value weakproxy_new(Thread *th, Value obj, Value callback) {
    return make_value(th, object_callable(obj) ? &type_weakcallableproxy : &type_weakproxy, obj, callback);
}

Value weakref_get(Thread *th, Value wr) {
    WeakRef *w = AS(WeakRef, wr);
    if (!atomic_load_acquire(&w->referent)) return NO_VALUE;
    Shard *s = &shards[w->shard];
    rt_mutex_lock(th, &s->mutex);
    Object *o = w->referent;
    bool ok = o && object_try_incref(th, o);
    rt_mutex_unlock(th, &s->mutex);
    return ok ? VALUE_OF(o) : NO_VALUE;
}

bool weakref_is_dead(Value wr) {
    Object *o = atomic_load_acquire(&AS(WeakRef, wr)->referent);
    return !o;
}

size_t weakref_count(Thread *th, Value obj) {
    if (!value_is_object(obj) || !(atomic_load_relaxed(&value_object(obj)->shared) & OBJ_WEAKREFS)) return 0;
    size_t n = 0;
    Shard *s = &shards[shard_of(value_object(obj))];
    rt_mutex_lock(th, &s->mutex);
    Row **at = row_find(s, value_object(obj));
    for (WeakRef *w = at ? (*at)->head : NULL; w; w = w->next) {
        uint32_t sh = atomic_load_relaxed(&w->head.shared);
        n += (sh & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) || (int32_t)sh >> OBJ_FLAG_BITS > 0;
    }
    rt_mutex_unlock(th, &s->mutex);
    return n;
}

bool weakref_any_callback(Thread *th, bool (*counts)(Value callback, const void *arg), const void *arg) {
    bool any = false;
    for (Shard *s = shards; s < shards + SHARDS && !any; s++) {
        rt_mutex_lock(th, &s->mutex);
        for (size_t i = 0; i < s->buckets; i++)
            for (Row *row = s->rows[i]; row; row = row->next)
                for (WeakRef *w = row->head; w && !any; w = w->next) any = w->callback != NO_VALUE && counts(w->callback, arg);
        rt_mutex_unlock(th, &s->mutex);
    }
    return any;
}

Value weakref_list(Thread *th, Value obj) {
    WeakRef **v = NULL;
    size_t n = 0, cap = 0;
    Value list = list_new(th, 0);
    if (!list || !value_is_object(obj)) return list;
    Shard *s = &shards[shard_of(value_object(obj))];
    bool failed = false;
    rt_mutex_lock(th, &s->mutex);
    Row **at = row_find(s, value_object(obj));
    for (WeakRef *w = at ? (*at)->head : NULL; w && !failed; w = w->next) {
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            WeakRef **p = realloc(v, cap * sizeof *v);
            if (!p) {
                failed = true;
                break;
            }
            v = p;
        }
        if (object_try_incref(th, &w->head)) v[n++] = w;
    }
    rt_mutex_unlock(th, &s->mutex);
    for (size_t i = 0; i < n; i++) {
        if (!failed && list_append(th, AS(List, list), VALUE_OF(v[i]))) failed = true;
        decref(th, VALUE_OF(v[i]));
    }
    free(v);
    if (!failed) return list;
    decref(th, list);
    return error_pending(th) ? NO_VALUE : raise_memory_error(th);
}

// ---- the referent dies -----------------------------------------------------------------------------------------------------------------

static void run_callback(Thread *th, WeakRef *w, Value callback) {
    Value r = call1(th, callback, VALUE_OF(w));
    if (r) {
        decref(th, r);
        return;
    }
    Value exc = error_fetch(th), hold = NO_VALUE;
    Value msg = str_format(th, "Exception ignored while calling weakref callback %R", callback);
    if (!msg) error_clear(th);
    size_t len;
    const char *text = msg ? str_utf8(th, msg, &len, &hold) : NULL;
    if (!text) error_clear(th);
    error_restore(th, exc);
    error_unraisable(th, text ? text : "Exception ignored while calling weakref callback", NO_VALUE);
    decref(th, hold);
    decref(th, msg);
}

typedef struct Called { WeakRef *w; Value callback; } Called;

void weakref_clear_all(Thread *th, Object *o) {
    Shard *s = &shards[shard_of(o)];
    Called small[8], *list = small;
    size_t n = 0, count = 0;
    Value drop_small[8], *drop = drop_small;
    size_t ndrop = 0;
    rt_mutex_lock(th, &s->mutex);
    Row **at = row_find(s, o);
    WeakRef *head = at ? (*at)->head : NULL;
    for (WeakRef *w = head; w; w = w->next) count += w->callback != NO_VALUE;
    if (count > 8) {
        list = malloc(count * sizeof *list);
        drop = malloc(count * sizeof *drop);
        ALWAYS_ASSERT(list && drop);
    }
    for (WeakRef *w = head, *next; w; w = next) {
        next = w->next;
        atomic_store_release(&w->referent, (Object *)NULL);
        w->next = w->prev = NULL;
        if (!w->callback) continue;
        Value cb = w->callback;
        w->callback = NO_VALUE;
        if (object_try_incref(th, &w->head)) list[n++] = (Called){ w, cb };
        else drop[ndrop++] = cb;
    }
    if (at) row_remove(s, at);
    atomic_and_acq_rel(&o->shared, ~(uint32_t)OBJ_WEAKREFS);
    rt_mutex_unlock(th, &s->mutex);
    for (size_t i = 0; i < ndrop; i++) decref(th, drop[i]);
    for (size_t i = 0; i < n; i++) {
        run_callback(th, list[i].w, list[i].callback);
        decref(th, list[i].callback);
        decref(th, VALUE_OF(list[i].w));
    }
    if (list != small) free(list);
    if (drop != drop_small) free(drop);
}

static bool has_callbacks(Thread *th, Object *o) {
    Shard *s = &shards[shard_of(o)];
    bool r = false;
    rt_mutex_lock(th, &s->mutex);
    Row **at = row_find(s, o);
    for (const WeakRef *w = at ? (*at)->head : NULL; w && !r; w = w->next) r = w->callback != NO_VALUE;
    rt_mutex_unlock(th, &s->mutex);
    return r;
}

// ---- for the collector, world stopped --------------------------------------------------------------------------------------------------

static void gc_clear_refs(Object *o, GcSpace *space, GcCallbacks *out) {
    if (!(atomic_load_relaxed(&o->shared) & OBJ_WEAKREFS)) return;
    Shard *s = &shards[shard_of(o)];
    Row **at = row_find(s, o);
    for (WeakRef *w = at ? (*at)->head : NULL, *next; w; w = next) {
        next = w->next;
        atomic_store_release(&w->referent, (Object *)NULL);
        w->next = w->prev = NULL;
        // The callback of a reference that is garbage itself is never called (its callback dies with it).
        if (!out || !w->callback || gc_is_garbage_word(space, &w->head)) continue;
        uint32_t sh = atomic_load_relaxed(&w->head.shared);
        bool alive = (sh & (OBJ_IMMORTAL | OBJ_UNCOUNTED)) || (!(sh & OBJ_DEAD) && (int32_t)sh >> OBJ_FLAG_BITS > 0);
        if (!alive) continue;
        if (out->n == out->cap) {
            size_t cap = out->cap ? out->cap * 2 : 32;
            Object **v = realloc(out->v, cap * sizeof *v);
            if (!v) continue;
            out->v = v;
            out->cap = cap;
        }
        if (!(sh & (OBJ_IMMORTAL | OBJ_UNCOUNTED))) __atomic_fetch_add(&w->head.shared, 1u << OBJ_FLAG_BITS, __ATOMIC_RELAXED);
        out->v[out->n++] = &w->head;
    }
    if (at) row_remove(s, at);
    atomic_and_acq_rel(&o->shared, ~(uint32_t)OBJ_WEAKREFS);
}

static void gc_run_callbacks(Thread *th, GcCallbacks *list) {
    for (size_t i = 0; i < list->n; i++) {
        WeakRef *w = (WeakRef *)list->v[i];
        Shard *s = &shards[w->shard];
        rt_mutex_lock(th, &s->mutex);
        Value cb = w->callback;
        w->callback = NO_VALUE;
        rt_mutex_unlock(th, &s->mutex);
        if (cb) run_callback(th, w, cb);
        decref(th, cb);
        decref(th, VALUE_OF(w));
    }
}

// ---- the type --------------------------------------------------------------------------------------------------------------------------

// Takes w out of the table. What it held in *callback.
static void detach(Thread *th, WeakRef *w, Value *callback) {
    Shard *s = &shards[w->shard];
    rt_mutex_lock(th, &s->mutex);
    Object *o = w->referent;
    if (o) {
        Row **at = row_find(s, o);
        row_unlink(*at, w);
        if (!(*at)->head) {
            row_remove(s, at);
            atomic_and_acq_rel(&o->shared, ~(uint32_t)OBJ_WEAKREFS);
        }
        atomic_store_release(&w->referent, (Object *)NULL);
    }
    *callback = w->callback;
    w->callback = NO_VALUE;
    rt_mutex_unlock(th, &s->mutex);
}

void weakref_slot_dealloc(Thread *th, Object *self) {
    WeakRef *w = (WeakRef *)self;
    Value cb;
    detach(th, w, &cb);
    decref(th, cb);
    object_release_attrs(th, self);
    object_free(th, self);
}
int weakref_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Value cb = ((WeakRef *)self)->callback;
    return cb ? visit(cb, arg) : 0;
}
void weakref_slot_clear(Thread *th, Object *self) {
    Value cb;
    detach(th, (WeakRef *)self, &cb);
    decref(th, cb);
}

static Value weakref_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (type == &type_weakref && args_no_keywords(th, "ref", kwnames)) return NO_VALUE;
    if (args_count(th, "__new__", nargs, 1, 2)) return NO_VALUE;
    return make_value(th, type, args[0], nargs > 1 ? args[1] : NO_VALUE);
}
static int weakref_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "ref", kwnames)) return -1;
    return args_count(th, "__init__", nargs, 1, 2);
}

static Value weakref_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (UNLIKELY(nargs || kwnames_len(kwnames))) {
        if (args_no_keywords(th, "weakref", kwnames) || args_count(th, "weakref", nargs, 0, 0)) return NO_VALUE;
    }
    Value o = weakref_get(th, self);
    return o ? o : VALUE_NONE;
}

static int64_t weakref_slot_hash(Thread *th, Value self) {
    WeakRef *w = AS(WeakRef, self);
    int64_t h = atomic_load_relaxed(&w->hash);
    if (h) return h == -1 ? 0 : h;    // a hash of 0 is kept as -1
    Value o = weakref_get(th, self);
    if (!o) {
        raise_type_error(th, "weak object has gone away");
        return -1;
    }
    h = object_hash(th, o);
    decref(th, o);
    if (h != -1 || !error_pending(th)) atomic_store_relaxed(&w->hash, h == 0 ? -1 : h);
    return h;
}

static Value weakref_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_weakref(a) || !value_is_weakref(b)) return VALUE_NOT_IMPLEMENTED;
    Value x = weakref_get(th, a), y = weakref_get(th, b), r;
    if (!x || !y) r = value_bool((a == b) == (op == CMP_EQ));
    else r = object_compare(th, x, y, op);
    decref(th, x);
    decref(th, y);
    return r;
}

// "<weakref at 0x..; to 'T' at 0x...>" with what in front.
Value weakref_describe(Thread *th, Value self, const char *what, bool with_name) {
    Value o = weakref_get(th, self);
    if (!o) return str_format(th, "<%s at %p; dead>", what, AS(void, self));
    Value name = NO_VALUE, r;
    if (with_name && object_getattr_optional(th, o, name_d_name, &name) < 0) error_clear(th);    // a repr must not fail for this
    if (name && value_is_str(name)) r = str_format(th, "<%s at %p; to '%T' at %p (%U)>", what, AS(void, self), o, AS(void, o), name);
    else r = str_format(th, "<%s at %p; to '%T' at %p>", what, AS(void, self), o, AS(void, o));
    decref(th, name);
    decref(th, o);
    return r;
}
static Value weakref_slot_repr(Thread *th, Value self) { return weakref_describe(th, self, "weakref", true); }

static Value weakref_get_callback(Thread *th, Value self) {
    WeakRef *w = AS(WeakRef, self);
    Shard *s = &shards[w->shard];
    rt_mutex_lock(th, &s->mutex);
    Value cb = w->referent ? new_ref(th, w->callback) : NO_VALUE;
    rt_mutex_unlock(th, &s->mutex);
    return cb ? cb : VALUE_NONE;
}

static const GetSetDef weakref_getsets[] = { {"__callback__", weakref_get_callback, NULL, NULL}, {0} };
static const MethodDef weakref_methods[] = {
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};

TYPE_DEFINE(weakref, "weakref.ReferenceType", sizeof(WeakRef), TYPE_TRACED | TYPE_BASETYPE,
            .methods = weakref_methods, .getsets = weakref_getsets,
            .slots = { .new_ = weakref_slot_new, .init = weakref_slot_init, .call = weakref_slot_call, .repr = weakref_slot_repr,
                       .hash = weakref_slot_hash, .compare = weakref_slot_compare, .dealloc = weakref_slot_dealloc,
                       .traverse = weakref_slot_traverse, .clear = weakref_slot_clear })

static void reinit_after_fork(void) {
    for (int i = 0; i < SHARDS; i++) rt_mutex_reinit(&shards[i].mutex);
}

__attribute__((constructor)) static void weakref_load(void) {
    gc_hooks.weakref_clear = weakref_clear_all;
    gc_hooks.weakref_calls = has_callbacks;
    gc_weakref_hooks = (GcWeakrefHooks){ gc_clear_refs, gc_run_callbacks, weakref_slot_dealloc };
    pthread_atfork(NULL, NULL, reinit_after_fork);
}
