// SPDX-License-Identifier: MIT
// _thread._local: one dict per object and thread. Each thread finds its dicts in a table of its own by the object's number (never reused), without a
// lock. Entries belong to both sides: the object keeps them in a list, for the collector and for its end; the thread keeps them in its table, for
// its own end. Invariant: entry->local is NULL once the object is gone; only the thread removes entries from its table. Lock: entries_mutex (rank
// LEAF) guards the lists of all objects.
#include "stdlib/_thread/thread.h"

#include <stdlib.h>

typedef struct Entry Entry;
typedef struct Local {
    Object   head;
    uint64_t id;       // [c] number of this object
    Value    args;     // [c until cleared] Tuple or NO_VALUE
    Value    kwargs;   // [c until cleared] Dict or NO_VALUE
    Entry   *entries;  // [l entries_mutex]
} Local;
struct Entry {
    Local   *local;    // [l entries_mutex]
    uint64_t id;       // [c]
    Value    dict;     // [l entries_mutex] owned; read by its thread while it holds the object
    Entry   *next, *prev; // [l entries_mutex] in local->entries
};
typedef struct Table { Entry **slots; size_t n, cap; } Table; // open addressing by id

static RtMutex entries_mutex = RT_MUTEX(LEAF);
static __thread Table table;   // [o]
static uint64_t next_id;       // [a]
static Type type_local;

static Entry **slot_of(Table *t, uint64_t id) {
    size_t i = (id * 0x9E3779B97F4A7C15u) >> 32 & (t->cap - 1);
    while (t->slots[i] && t->slots[i]->id != id) i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

// Makes room for one more; drops entries whose object is gone.
static int table_reserve(Thread *th, Table *t) {
    if (t->cap && (t->n + 1) * 4 <= t->cap * 3) return 0;
    size_t live = 0;
    for (size_t i = 0; i < t->cap; i++) live += t->slots[i] && atomic_load_relaxed(&t->slots[i]->local);
    size_t cap = 16;
    while (cap < (live + 1) * 2) cap *= 2;
    Table n = { calloc(cap, sizeof(Entry *)), 0, cap };
    if (!n.slots) {
        raise_memory_error(th);
        return -1;
    }
    for (size_t i = 0; i < t->cap; i++) {
        Entry *e = t->slots[i];
        if (!e) continue;
        if (atomic_load_acquire(&e->local)) {
            *slot_of(&n, e->id) = e;
            n.n++;
        } else {
            free(e);
        }
    }
    free(t->slots);
    *t = n;
    return 0;
}

static void unlink_entry(Local *l, Entry *e) {
    if (e->prev) e->prev->next = e->next;
    else l->entries = e->next;
    if (e->next) e->next->prev = e->prev;
}

static void entry_drop(Thread *th, Entry *e) {
    rt_mutex_lock(th, &entries_mutex);
    Local *l = e->local;
    Value d = NO_VALUE;
    if (l) {
        unlink_entry(l, e);
        d = e->dict;
        e->dict = NO_VALUE;
        atomic_store_release(&e->local, (Local *)NULL);
    }
    rt_mutex_unlock(th, &entries_mutex);
    decref(th, d);
}

void thread_local_exit(Thread *th) {
    // Releasing a dict may run code that uses thread-local data again: go on until nothing is left, within reason.
    for (int round = 0; table.n && round < 8; round++) {
        Table t = table;
        table = (Table){0};
        for (size_t i = 0; i < t.cap; i++) {
            if (!t.slots[i]) continue;
            entry_drop(th, t.slots[i]);
            free(t.slots[i]);
        }
        free(t.slots);
    }
}

// The calling thread's dict, made (and __init__ called) at the first use. Borrowed (held by the object), or NO_VALUE with the exception set.
static Value local_dict(Thread *th, Value self) {
    Local *l = AS(Local, self);
    if (LIKELY(table.cap)) {
        Entry *e = *slot_of(&table, l->id);
        if (LIKELY(e != NULL) && e->dict) return e->dict;
    }
    if (table_reserve(th, &table)) return NO_VALUE;
    Value d = dict_new(th);
    if (!d) return NO_VALUE;
    Entry **at = slot_of(&table, l->id), *e = *at;
    if (!e) {
        e = calloc(1, sizeof *e);
        if (!e) {
            decref(th, d);
            return raise_memory_error(th);
        }
        e->id = l->id;
        *at = e;
        table.n++;
    }
    rt_mutex_lock(th, &entries_mutex);
    e->dict = d;
    atomic_store_release(&e->local, l);
    e->prev = NULL;
    e->next = l->entries;
    if (e->next) e->next->prev = e;
    l->entries = e;
    rt_mutex_unlock(th, &entries_mutex);
    return d;
}

static bool has_init(Type *t) { return t->slots.init && t->slots.init != type_object.slots.init; }

// The same, for a thread that comes to the object for the first time: runs __init__ with the arguments the object was made with.
static Value local_ready(Thread *th, Value self) {
    Local *l = AS(Local, self);
    if (LIKELY(table.cap)) {
        Entry *e = *slot_of(&table, l->id);
        if (LIKELY(e != NULL) && e->dict) return e->dict;
    }
    Value d = local_dict(th, self);
    Type *type = type_of(self);
    if (!d || !has_init(type)) return d;
    Tuple *args = l->args ? AS(Tuple, l->args) : NULL;
    size_t n = args ? args->len : 0, nkw = 0;
    Value kwnames = NO_VALUE;
    Value *v = malloc(sizeof *v * (n + (l->kwargs ? dict_len(AS(Dict, l->kwargs)) : 0) + 1));
    int r = -1;
    if (!v) {
        raise_memory_error(th);
    } else {
        for (size_t i = 0; i < n; i++) v[i] = args->items[i];
        bool ok = true;
        if (l->kwargs && dict_len(AS(Dict, l->kwargs))) {
            Value keys = dict_keys_list(th, AS(Dict, l->kwargs));
            kwnames = keys ? sequence_to_tuple(th, keys) : NO_VALUE;
            decref(th, keys);
            ok = kwnames != NO_VALUE;
            for (size_t i = 0; ok && i < AS(Tuple, kwnames)->len; i++) {
                ok = dict_get(th, AS(Dict, l->kwargs), AS(Tuple, kwnames)->items[i], &v[n + i]) > 0;
                nkw += ok;
            }
        }
        if (ok) r = type->slots.init(th, self, v, n, kwnames);
        for (size_t i = 0; i < nkw; i++) decref(th, v[n + i]);
        decref(th, kwnames);
        free(v);
    }
    if (r < 0) {
        Entry *e = *slot_of(&table, l->id);
        if (e) entry_drop(th, e);
        return NO_VALUE;
    }
    return d;
}

static Value local_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    size_t nkw = kwnames_len(kwnames);
    if ((nargs || nkw) && !has_init(type)) return raise_type_error(th, "Initialization arguments are not supported");
    Local *l = NEW(Local, th, type);
    if (!l) return NO_VALUE;
    l->id = atomic_add_relaxed(&next_id, (uint64_t)1) + 1;
    bool ok = true;
    if (nargs) ok = (l->args = tuple_from_array(th, args, nargs)) != NO_VALUE;
    if (ok && nkw) {
        ok = (l->kwargs = dict_new(th)) != NO_VALUE;
        for (size_t i = 0; ok && i < nkw; i++) ok = dict_set(th, AS(Dict, l->kwargs), AS(Tuple, kwnames)->items[i], args[nargs + i]) == 0;
    }
    // This thread's __init__ is called by whoever called us.
    if (ok) ok = local_dict(th, VALUE_OF(l)) != NO_VALUE;
    if (ok) return VALUE_OF(l);
    decref(th, VALUE_OF(l));
    return NO_VALUE;
}

static void drop_all(Thread *th, Local *l) {
    for (;;) {
        rt_mutex_lock(th, &entries_mutex);
        Entry *e = l->entries;
        Value d = NO_VALUE;
        if (e) {
            unlink_entry(l, e);
            d = e->dict;
            e->dict = NO_VALUE;
            atomic_store_release(&e->local, (Local *)NULL);   // its thread frees the entry
        }
        rt_mutex_unlock(th, &entries_mutex);
        if (!e) return;
        decref(th, d);
    }
}
static void local_slot_clear(Thread *th, Object *self) {
    Local *l = (Local *)self;
    drop_all(th, l);
    clear_ref(th, &l->args);
    clear_ref(th, &l->kwargs);
}
static void local_slot_dealloc(Thread *th, Object *self) {
    local_slot_clear(th, self);
    object_release_attrs(th, self);
    object_free(th, self);
}
static int local_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Local *l = (Local *)self;
    int r;
    if (l->args && (r = visit(l->args, arg))) return r;
    if (l->kwargs && (r = visit(l->kwargs, arg))) return r;
    for (Entry *e = l->entries; e; e = e->next)
        if (e->dict && (r = visit(e->dict, arg))) return r;
    return 0;
}

static Value local_slot_getattr(Thread *th, Value self, Value name) {
    Value d = local_ready(th, self);
    if (!d) return NO_VALUE;
    if (name == name_d_dict || str_equal_cstr(name, "__dict__")) return new_ref(th, d);
    Type *type = type_of(self);
    Value descr = type_lookup(type, name);
    incref(th, descr);
    DescrGetFn get = descr ? type_of(descr)->slots.descr_get : NULL;
    Value r = NO_VALUE;
    int found = 0;
    if (!(get && type_of(descr)->slots.descr_set)) {
        incref(th, d);
        found = dict_get(th, AS(Dict, d), name, &r);
        decref(th, d);
    }
    if (found == 0 && descr) {
        r = get ? get(th, descr, self, VALUE_OF(type)) : new_ref(th, descr);
        found = r ? 1 : -1;
    }
    decref(th, descr);
    if (found == 0) return raise_attribute_error(th, self, name);
    return found > 0 ? r : NO_VALUE;
}

static int local_slot_setattr(Thread *th, Value self, Value name, Value v) {
    Value d = local_ready(th, self);
    if (!d) return -1;
    if (name == name_d_dict || str_equal_cstr(name, "__dict__")) {
        raise_error(th, &exc_AttributeError, "'%T' object attribute '__dict__' is read-only", self);
        return -1;
    }
    Value descr = type_lookup(type_of(self), name);
    DescrSetFn set = descr ? type_of(descr)->slots.descr_set : NULL;
    if (set) {
        incref(th, descr);
        int r = set(th, descr, self, v);
        decref(th, descr);
        return r;
    }
    incref(th, d);
    int r = v ? dict_set(th, AS(Dict, d), name, v) : dict_delete(th, AS(Dict, d), name);
    decref(th, d);
    if (!v && r == 0) {
        raise_attribute_error(th, self, name);
        return -1;
    }
    return r < 0 ? -1 : 0;
}

MODULE_TYPE_DEFINE(local, "_thread._local", sizeof(Local), TYPE_TRACED | TYPE_BASETYPE | TYPE_WEAKREFABLE | TYPE_CUSTOM_GETATTR | TYPE_CUSTOM_SETATTR,
                   .text_signature = "()", .doc = "Thread-local data",
                   .slots = { .new_ = local_slot_new, .getattr = local_slot_getattr, .setattr = local_slot_setattr, .dealloc = local_slot_dealloc,
                              .traverse = local_slot_traverse, .clear = local_slot_clear })

int thread_local_exec(Thread *th, Value m) { return module_add_type(th, m, &type_local); }
