// SPDX-License-Identifier: MIT
// The flattened attribute cache of types, lookup in the mro, and what happens to caches when a class changes (attr_cache.h tells the rules).
// Invariant: an entry's value is NO_VALUE (not resolved), VALUE_UNBOUND (resolved: no such attribute) or a value borrowed from a dict of
// the mro; whoever replaces a dict value refreshes the entries before releasing it.
// Locks: caches are written under type_mutex, read under RCU.
#include "core/object/dict.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "gc/retire.h"

RtMutex type_mutex = RT_MUTEX(TYPE);

enum { ATTR_CACHE_MAX = 0xFFF0 };

static uint16_t *cache_index(const AttrCache *c) { return (uint16_t *)&c->entries[c->cap]; }

uint32_t class_attr_kind(Value v) {
    if (v == NO_VALUE || v == VALUE_UNBOUND) return CLASS_ATTR_ABSENT;
    if (!value_is_object(v)) return CLASS_ATTR_PLAIN;
    const Shape *s = atomic_load_acquire(&value_object(v)->shape);
    uint32_t f = s->flags;
    if (f & TYPE_METHOD_DESCR) return CLASS_ATTR_METHOD;
    if (f & TYPE_DATA_DESCR) return CLASS_ATTR_DATA;
    return s->type->slots.descr_get ? CLASS_ATTR_DESCR : CLASS_ATTR_PLAIN;
}

// name among a type's own attributes, without running Python: keys that are no plain str never match. Borrowed.
static Value own_lookup(Thread *th, Dict *d, Value name) {
    DictTable *t = atomic_load_acquire(&d->table);
    if (LIKELY(t->str_keys)) return dict_get_str_borrow(th, d, name);
    size_t pos = 0;
    Value k, v, found = NO_VALUE;
    while (!found && dict_next(th, d, &pos, &k, &v)) {
        if (value_is_exact_str(k) && (k == name || str_equal(AS(Str, k), AS(Str, name)))) found = v;
        decref(th, k);
        decref(th, v); // the dict keeps it
    }
    return found;
}

Value type_lookup_mro(Thread *th, Type *t, Value name, Type **defined_in) {
    Value mro = atomic_load_acquire(&t->mro);
    if (!mro) {
        // While the type is being made: along the bases.
        for (; t; t = t->base) {
            Value v = t->dict ? own_lookup(th, t->dict, name) : NO_VALUE;
            if (v) { if (defined_in) *defined_in = t; return v; }
        }
        return NO_VALUE;
    }
    Tuple *m = AS(Tuple, mro);
    for (size_t i = 0; i < m->len; i++) {
        Type *b = AS(Type, m->items[i]);
        if (!value_is_type(m->items[i])) continue;
        Value v = b->dict ? own_lookup(th, b->dict, name) : NO_VALUE;
        if (v) { if (defined_in) *defined_in = b; return v; }
    }
    return NO_VALUE;
}

static int cache_find(const AttrCache *c, Value name) {
    uint32_t h = (uint32_t)str_hash(AS(Str, name));
    uint16_t *index = cache_index(c), e;
    if (LIKELY(str_is_interned(name))) {
        for (uint32_t i = h & c->mask; (e = atomic_load_acquire(&index[i])); i = (i + 1) & c->mask)
            if (c->entries[e - 1].name == name) return e - 1;
    } else {
        for (uint32_t i = h & c->mask; (e = atomic_load_acquire(&index[i])); i = (i + 1) & c->mask)
            if (str_equal(AS(Str, c->entries[e - 1].name), AS(Str, name))) return e - 1;
    }
    return -1;
}

static void cache_link(AttrCache *c, uint32_t entry) {
    uint16_t *index = cache_index(c);
    uint32_t i = (uint32_t)str_hash(AS(Str, c->entries[entry].name)) & c->mask;
    while (index[i]) i = (i + 1) & c->mask;
    atomic_store_release(&index[i], (uint16_t)(entry + 1));
}

// Adds an unresolved entry; -1: full or no memory. Under type_mutex.
static int cache_add_locked(Thread *th, Type *t, Value name) {
    AttrCache *c = t->attr_cache;
    if (!c || c->count == c->cap) {
        uint32_t cap = c ? c->cap * 2 : 16;
        if (cap > ATTR_CACHE_MAX) return -1;
        AttrCache *n = mem_calloc(th, 1, sizeof *n + cap * sizeof(AttrEntry) + cap * 2 * sizeof(uint16_t));
        if (!n) { error_clear(th); return -1; }
        n->cap = cap;
        n->mask = cap * 2 - 1;
        if (c) {
            n->count = c->count;
            memcpy(n->entries, c->entries, c->count * sizeof(AttrEntry));
            for (uint32_t i = 0; i < c->count; i++) cache_link(n, i);
        }
        atomic_store_release(&t->attr_cache, (void *)n);
        if (c) retire_block(th, c);
        c = n;
    }
    uint32_t i = c->count;
    c->entries[i].name = name;
    c->entries[i].value = NO_VALUE;
    atomic_store_release(&c->count, i + 1);
    cache_link(c, i);
    return (int)i;
}

// Look-up in a class with odd keys in its namespace: their __eq__ runs, and may change anything. Borrowed until the next grace period.
static Value lookup_with_python(Thread *th, Type *t, Value name) {
    Value mro = new_ref(th, atomic_load_acquire(&t->mro)), v = NO_VALUE;
    if (!mro) return type_lookup_mro(th, t, name, NULL);
    Tuple *m = AS(Tuple, mro);
    for (size_t i = 0; i < m->len && !v; i++) {
        if (!value_is_type(m->items[i]) || !AS(Type, m->items[i])->dict) continue;
        if (dict_get(th, AS(Type, m->items[i])->dict, name, &v) < 0) {
            error_clear(th);
            v = NO_VALUE;
        }
    }
    decref(th, mro);
    if (v) retire_value(th, v);
    return v;
}

static Value lookup_slow(Type *t, Value name) {
    Thread *th = thread_current();
    if (UNLIKELY(atomic_load_relaxed(&t->no_cache)) && (t->flags & TYPE_READY)) return lookup_with_python(th, t, name);
    if (!str_is_interned(name) || !(t->flags & TYPE_READY) || atomic_load_relaxed(&t->no_cache)) return type_lookup_mro(th, t, name, NULL);
    rt_mutex_lock(th, &type_mutex);
    AttrCache *c = t->attr_cache;
    int i = c ? cache_find(c, name) : -1;
    if (i < 0) i = cache_add_locked(th, t, name);
    Value v = type_lookup_mro(th, t, name, NULL);
    if (i >= 0) atomic_store_release(&((AttrCache *)t->attr_cache)->entries[i].value, v ? v : VALUE_UNBOUND);
    rt_mutex_unlock(th, &type_mutex);
    return v;
}

Value type_lookup(Type *t, Value name) {
    if (UNLIKELY(atomic_load_relaxed(&t->no_cache))) return lookup_slow(t, name);
    AttrCache *c = (AttrCache *)atomic_load_acquire(&t->attr_cache);
    if (LIKELY(c != NULL)) {
        int i = cache_find(c, name);
        if (LIKELY(i >= 0)) {
            Value v = atomic_load_acquire(&c->entries[i].value);
            if (LIKELY(v != NO_VALUE)) return v == VALUE_UNBOUND ? NO_VALUE : v;
        }
    }
    return lookup_slow(t, name);
}

Value type_lookup_kind(Type *t, Value name, uint32_t *kind) {
    Value v = type_lookup(t, name);
    *kind = class_attr_kind(v);
    return v;
}

int attr_cache_index(Thread *th, Type *t, Value name) {
    if (atomic_load_relaxed(&t->no_cache)) return -1;
    type_lookup(t, name);
    AttrCache *c = (AttrCache *)atomic_load_acquire(&t->attr_cache);
    return c ? cache_find(c, name) : -1;
}

static void renew_stamps(Type *t) {
    shape_renew_ids(t);
    atomic_store_relaxed(&t->version, shape_new_id());
}

static void each_subclass(Type *t, void (*fn)(Type *t, void *arg), void *arg) {
    Type **subs = t->subclasses;
    for (unsigned i = 0; i < t->subclass_count; i++) fn(subs[i], arg);
}

typedef struct Change { Thread *th; Value name; bool meta_changed; } Change;

static void version_down(Type *t, void *arg) {
    atomic_store_relaxed(&t->version, shape_new_id());
    each_subclass(t, version_down, arg);
}

static void refresh(Type *t, void *arg) {
    Change *ch = arg;
    AttrCache *c = t->attr_cache;
    int i = c ? cache_find(c, ch->name) : -1;
    if (i >= 0 && c->entries[i].value != NO_VALUE) {
        uint32_t was = class_attr_kind(c->entries[i].value);
        Value v = type_lookup_mro(ch->th, t, ch->name, NULL);
        uint32_t is = class_attr_kind(v);
        // Coming and going of what doesn't go before instance attributes leaves no inline cache wrong: they find the entry empty.
        bool stale = was != is && !(was == CLASS_ATTR_ABSENT && is != CLASS_ATTR_DATA) && !(is == CLASS_ATTR_ABSENT && was != CLASS_ATTR_DATA);
        // A name that comes back as another kind after it was absent.
        if (was == CLASS_ATTR_ABSENT && is != CLASS_ATTR_ABSENT) stale = true;
        if (stale) {
            renew_stamps(t);
            if (t->flags & TYPE_TYPE_SUBCLASS) ch->meta_changed = true;
        }
        atomic_store_release(&c->entries[i].value, v ? v : VALUE_UNBOUND);
    }
    each_subclass(t, refresh, arg);
}

void type_modified(Thread *th, Type *t, Value name) {
    Change ch = {th, name, false};
    refresh(t, &ch);
    if (ch.meta_changed) version_down(&type_object, NULL); // any type may be an instance of the changed metatype
}

static void forget(Type *t, void *arg) {
    AttrCache *c = t->attr_cache;
    if (c)
        for (uint32_t i = 0; i < c->count; i++) atomic_store_release(&c->entries[i].value, NO_VALUE);
    renew_stamps(t);
    each_subclass(t, forget, arg);
}

void type_modified_all(Thread *th, Type *t) {
    forget(t, NULL);
    if (t->flags & TYPE_TYPE_SUBCLASS) version_down(&type_object, NULL);
}

int type_add_subclass_locked(Thread *th, Type *base, Type *t) {
    if (base->subclass_count == base->subclass_cap) {
        uint32_t cap = base->subclass_cap ? base->subclass_cap * 2 : 4;
        Type **n = mem_realloc(th, base->subclasses, cap * sizeof(Type *));
        if (!n) return -1;
        base->subclasses = n;
        base->subclass_cap = cap;
    }
    ((Type **)base->subclasses)[base->subclass_count++] = t;
    return 0;
}
int type_add_subclass(Thread *th, Type *base, Type *t) {
    rt_mutex_lock(th, &type_mutex);
    int r = type_add_subclass_locked(th, base, t);
    rt_mutex_unlock(th, &type_mutex);
    return r;
}

void type_remove_subclass(Type *base, Type *t) {
    Type **subs = base->subclasses;
    for (unsigned i = 0; i < base->subclass_count; i++)
        if (subs[i] == t) {
            memmove(&subs[i], &subs[i + 1], (base->subclass_count - i - 1) * sizeof *subs);
            base->subclass_count--;
            return;
        }
}

bool type_is_subtype(Type *t, Type *base) {
    if (t == base) return true;
    Value mro = atomic_load_acquire(&t->mro);
    if (LIKELY(mro != NO_VALUE)) {
        Tuple *m = AS(Tuple, mro);
        for (size_t i = 0; i < m->len; i++)
            if (m->items[i] == VALUE_OF(base)) return true;
        return false;
    }
    for (; t; t = t->base)
        if (t == base) return true;
    return base == &type_object;
}
