// SPDX-License-Identifier: MIT
// dict: the C interface and the type's slots. Locks: d->lock for writers; see dict_int.h for what readers may rely on.
#include "core/object/dict_int.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/set.h"
#include "gc/gc.h"

static Dict *dict_alloc(Thread *th) {
    Dict *d = object_alloc(th, &shape_dict, sizeof(Dict));
    if (LIKELY(d != NULL)) d->table = DICT_EMPTY;
    return d;
}

Value dict_new(Thread *th) { return VALUE_OF(dict_alloc(th)); }

Value dict_new_sized(Thread *th, size_t n) {
    Dict *d = dict_alloc(th);
    if (!d || n == 0) return VALUE_OF(d);
    DictTable *t = dict_table_new(th, dict_log2_for(n));
    if (!t) { decref(th, VALUE_OF(d)); return NO_VALUE; }
    d->table = t;
    return VALUE_OF(d);
}

// Entry number for a reader; *t the table it is in.
ALWAYS_INLINE intptr_t dict_lookup(Thread *th, Dict *d, Value key, int64_t hash, DictTable **t) {
    dict_readable(th, d);
    *t = dict_table(d);
    if (LIKELY(value_is_exact_str(key) && atomic_load_relaxed(&(*t)->str_keys))) {
        intptr_t ix = table_find_str(*t, key, hash);
        if (LIKELY(ix != -2)) return ix;
    }
    return dict_find(th, d, key, hash, false, t);
}
// The same for a writer who holds the lock.
ALWAYS_INLINE intptr_t dict_lookup_locked(Thread *th, Dict *d, Value key, int64_t hash) {
    DictTable *t = d->table;
    if (LIKELY(value_is_exact_str(key) && t->str_keys)) return table_find_str(t, key, hash);
    return dict_find(th, d, key, hash, true, &t);
}

static NOINLINE int dict_get_probing(Thread *th, Dict *d, Value key, int64_t hash, Value *out);
int dict_get_hash(Thread *th, Dict *d, Value key, int64_t hash, Value *out) {
    if (LIKELY(object_readable(th, &d->head))) {
        Value v = table_peek(dict_table(d), key, hash);
        if (LIKELY(v != NO_VALUE)) {
            if (v == VALUE_UNBOUND) { *out = NO_VALUE; return 0; }
            *out = new_ref(th, v);
            return 1;
        }
    }
    return dict_get_probing(th, d, key, hash, out);
}
static NOINLINE int dict_get_probing(Thread *th, Dict *d, Value key, int64_t hash, Value *out) {
    for (intptr_t before = -1;;) {
        DictTable *t;
        intptr_t ix = dict_lookup(th, d, key, hash, &t);
        *out = NO_VALUE;
        if (ix < 0) return ix == -2 ? -1 : 0;
        Value v = atomic_load_acquire(&t->entries[ix].value);
        if (LIKELY(v != NO_VALUE)) { *out = new_ref(th, v); return 1; }
        if (ix == before) return 0; // removed a moment ago
        before = ix;                // or moved to another entry: look again
    }
}

int dict_get(Thread *th, Dict *d, Value key, Value *out) {
    int64_t hash = dict_key_hash(th, key);
    if (UNLIKELY(hash == -1)) { *out = NO_VALUE; return -1; }
    return dict_get_hash(th, d, key, hash, out);
}

Value dict_get_str_borrow(Thread *th, Dict *d, Value name) {
    DictTable *t;
    if (LIKELY(object_readable(th, &d->head))) {
        Value v = table_peek(dict_table(d), name, str_hash(AS(Str, name)));
        if (LIKELY(v != NO_VALUE)) return v == VALUE_UNBOUND ? NO_VALUE : v;
    }
    for (intptr_t before = -1;;) {
        intptr_t ix = dict_lookup(th, d, name, str_hash(AS(Str, name)), &t);
        if (ix < 0) { if (ix == -2) error_clear(th); return NO_VALUE; }
        Value v = atomic_load_acquire(&t->entries[ix].value);
        if (LIKELY(v != NO_VALUE) || ix == before) return v;
        before = ix;
    }
}

Value dict_get_str(Thread *th, Dict *d, Value name) { return new_ref(th, dict_get_str_borrow(th, d, name)); }

int dict_contains(Thread *th, Dict *d, Value key) {
    int64_t hash = dict_key_hash(th, key);
    if (UNLIKELY(hash == -1)) return -1;
    DictTable *t;
    if (LIKELY(object_readable(th, &d->head))) {
        Value v = table_peek(dict_table(d), key, hash);
        if (LIKELY(v != NO_VALUE)) return v != VALUE_UNBOUND;
    }
    for (intptr_t before = -1;;) {
        intptr_t ix = dict_lookup(th, d, key, hash, &t);
        if (ix < 0) return ix == -2 ? -1 : 0;
        if (LIKELY(atomic_load_acquire(&t->entries[ix].value) != NO_VALUE)) return 1;
        if (ix == before) return 0;
        before = ix;
    }
}

static NOINLINE int dict_set_probing(Thread *th, Dict *d, Value key, int64_t hash, Value v);
int dict_set_hash(Thread *th, Dict *d, Value key, int64_t hash, Value v) {
    if (UNLIKELY(th->mt)) return dict_set_probing(th, d, key, hash, v);
    // One thread: found by identity, or surely absent and there is room.
    DictTable *t = d->table;
    size_t mask = ((size_t)1 << t->log2_size) - 1, i = (size_t)hash & mask, perturb = (size_t)hash;
    for (;;) {
        intptr_t ix = table_place(t, i);
        if (ix >= 0) {
            DictEntry *e = &t->entries[ix];
            if (e->key == key) {
                Value old = e->value;
                e->value = new_ref(th, v);
                decref(th, old);
                return 0;
            }
            if (UNLIKELY(e->hash == hash)) return dict_set_probing(th, d, key, hash, v);
        } else if (ix == PLACE_EMPTY) break;
        perturb >>= PROBE_SHIFT;
        i = (i * 5 + perturb + 1) & mask;
    }
    if (UNLIKELY(t->usable == 0)) return dict_set_probing(th, d, key, hash, v);
    dict_place_locked(d, i, new_ref(th, key), hash, new_ref(th, v));
    return 0;
}
static NOINLINE int dict_set_probing(Thread *th, Dict *d, Value key, int64_t hash, Value v) {
    dict_lock(th, d);
    intptr_t ix = dict_lookup_locked(th, d, key, hash);
    if (ix >= 0) {
        DictEntry *e = &d->table->entries[ix];
        Value old = e->value;
        atomic_store_release(&e->value, new_ref(th, v));
        dict_unlock(th, d);
        container_drop(th, &d->head, old);
        return 0;
    }
    if (UNLIKELY(ix == -2) || (UNLIKELY(d->table->usable == 0) && dict_grow_locked(th, d) < 0)) {
        dict_unlock(th, d);
        return -1;
    }
    dict_add_locked(th, d, new_ref(th, key), hash, new_ref(th, v));
    dict_unlock(th, d);
    return 0;
}

int dict_set(Thread *th, Dict *d, Value key, Value v) {
    int64_t hash = dict_key_hash(th, key);
    if (UNLIKELY(hash == -1)) return -1;
    return dict_set_hash(th, d, key, hash, v);
}

Value dict_from_owned(Thread *th, const Value *kv, size_t n) {
    Dict *d = AS(Dict, dict_new_sized(th, n));
    size_t i = 0;
    for (; d && i < n; i++) {
        Value k = kv[2 * i], v = kv[2 * i + 1];
        int64_t hash;
        if (!quick_hash(k, &hash) && (hash = dict_key_hash(th, k)) == -1) break;
        if (LIKELY(d->table->usable && table_peek(d->table, k, hash) == VALUE_UNBOUND)) dict_add_locked(th, d, k, hash, v); // nobody else knows d
        else {
            int r = dict_set_hash(th, d, k, hash, v);
            decref(th, k);
            decref(th, v);
            if (r < 0) { i++; break; }
        }
    }
    if (d && !error_pending(th)) return VALUE_OF(d);
    for (; i < n; i++) { decref(th, kv[2 * i]); decref(th, kv[2 * i + 1]); }
    decref(th, VALUE_OF(d));
    return NO_VALUE;
}

int dict_set_str(Thread *th, Dict *d, const char *key, Value v) {
    Value k = str_intern_cstr(th, key);
    if (!k) return -1;
    int r = dict_set(th, d, k, v);
    decref(th, k);
    return r;
}

// Removes key. *v: the dict's own reference to the value; the caller releases it with container_release. 1, 0 absent, -1.
static int dict_take(Thread *th, Dict *d, Value key, Value *v) {
    int64_t hash = dict_key_hash(th, key);
    if (hash == -1) return -1;
    dict_lock(th, d);
    size_t place;
    intptr_t ix = table_seek_same(d->table, key, hash, &place);
    Value k;
    if (LIKELY(ix >= 0)) dict_remove_at_locked(d, ix, place, &k, v);
    else if (ix == -2 && (ix = dict_lookup_locked(th, d, key, hash)) >= 0) dict_remove_locked(th, d, ix, &k, v);
    dict_unlock(th, d);
    if (ix < 0) return ix == -2 ? -1 : 0;
    container_drop(th, &d->head, k);
    return 1;
}

int dict_delete(Thread *th, Dict *d, Value key) {
    Value v;
    int r = dict_take(th, d, key, &v);
    if (r > 0) container_drop(th, &d->head, v);
    return r;
}

int dict_pop(Thread *th, Dict *d, Value key, Value *out) {
    *out = NO_VALUE;
    if (dict_len(d) == 0) return 0; // without hashing the key
    int r = dict_take(th, d, key, out);
    if (r > 0) container_hand_over(th, &d->head, *out);
    return r;
}

int dict_popitem(Thread *th, Dict *d, Value *key, Value *v) {
    dict_lock(th, d);
    DictTable *t = d->table;
    if (d->used == 0) { dict_unlock(th, d); return 0; }
    uint32_t i = t->tail;
    while (!t->entries[i - 1].value) i--;
    t->tail = i;
    dict_remove_locked(th, d, (intptr_t)i - 1, key, v);
    // Nobody else looks at this table: the entries at the end may be used again (their places stay deleted, so usable does not grow).
    if (!object_seen(&d->head)) {
        t->nentries = t->tail;
        if (t->head > t->tail) t->head = t->tail;
    }
    dict_unlock(th, d);
    container_hand_over(th, &d->head, *key);
    container_hand_over(th, &d->head, *v);
    return 1;
}

int dict_setdefault(Thread *th, Dict *d, Value key, Value dflt, Value *out) {
    *out = NO_VALUE;
    int64_t hash = dict_key_hash(th, key);
    if (hash == -1) return -1;
    dict_lock(th, d);
    intptr_t ix = dict_lookup_locked(th, d, key, hash);
    if (ix >= 0) {
        *out = new_ref(th, d->table->entries[ix].value);
        dict_unlock(th, d);
        return 1;
    }
    if (ix == -2 || (d->table->usable == 0 && dict_grow_locked(th, d) < 0)) { dict_unlock(th, d); return -1; }
    dict_add_locked(th, d, new_ref(th, key), hash, new_ref(th, dflt));
    *out = new_ref(th, dflt);
    dict_unlock(th, d);
    return 0;
}

void dict_clear(Thread *th, Dict *d) {
    dict_lock(th, d);
    DictTable *t = d->table;
    if (t && t != DICT_EMPTY) {
        if (t->version) atomic_store_release(&t->version, 0);
        atomic_store_release(&d->used, 0);
        dict_set_table_locked(th, d, DICT_EMPTY);
    }
    dict_unlock(th, d);
    dict_table_release(th, d, t, true);
}

// What the collector clears is released at once, not after a grace period: its type may be freed in the same collection.
void dict_clear_garbage(Thread *th, Dict *d) {
    DictTable *t = d->table;
    if (!t || t == DICT_EMPTY) return;
    d->used = 0;
    dict_set_table_locked(th, d, DICT_EMPTY);
    for (uint32_t i = 0; i < t->nentries; i++) {
        decref(th, t->entries[i].key);
        decref(th, t->entries[i].value);
    }
    mem_free(t);
}

Value dict_copy(Thread *th, Dict *d) {
    Dict *c = dict_alloc(th);
    if (!c) return NO_VALUE;
    dict_lock(th, d);
    DictTable *t = dict_table_copy_locked(th, d);
    uint32_t used = d->used;
    dict_unlock(th, d);
    if (!t) { decref(th, VALUE_OF(c)); return NO_VALUE; }
    c->table = t;
    c->used = used;
    return VALUE_OF(c);
}

bool dict_next(Thread *th, Dict *d, size_t *pos, Value *key, Value *value) {
    int64_t hash;
    return dict_next_hash(th, d, pos, key, value, &hash);
}
bool dict_next_hash(Thread *th, Dict *d, size_t *pos, Value *key, Value *value, int64_t *hash) {
    dict_readable(th, d);
    DictTable *t = dict_table(d);
    size_t n = atomic_load_acquire(&t->nentries);
    size_t head = atomic_load_relaxed(&t->head);
    for (size_t i = *pos < head ? head : *pos; i < n; i++) {
        Value v = atomic_load_acquire(&t->entries[i].value), k = atomic_load_acquire(&t->entries[i].key);
        if (!v || !k) continue;
        *hash = t->entries[i].hash;
        if (key) *key = new_ref(th, k);
        if (value) *value = new_ref(th, v);
        *pos = i + 1;
        return true;
    }
    *pos = n;
    return false;
}

// what: 1 keys, 2 values, 3 items
static Value dict_list(Thread *th, Dict *d, int what) {
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    dict_lock(th, d);
    size_t n = d->used, k = 0;
    Value *out = n ? mem_alloc(th, n * sizeof(Value)) : NULL;
    bool failed = n && !out;
    DictTable *t = d->table;
    for (uint32_t i = 0; !failed && i < t->nentries; i++) {
        DictEntry *e = &t->entries[i];
        if (!e->value) continue;
        Value v = what == 1 ? new_ref(th, e->key) : what == 2 ? new_ref(th, e->value) : tuple_pack2(th, e->key, e->value);
        if (!v) { failed = true; break; }
        out[k++] = v;
    }
    dict_unlock(th, d);
    if (!failed) {
        decref(th, l);
        l = list_from_owned(th, out, k);
    } else {
        if (out) values_release(th, out, k);
        decref(th, l);
        l = NO_VALUE;
    }
    mem_free(out);
    return l;
}
Value dict_keys_list(Thread *th, Dict *d) { return dict_list(th, d, 1); }
Value dict_values_list(Thread *th, Dict *d) { return dict_list(th, d, 2); }
Value dict_items_list(Thread *th, Dict *d) { return dict_list(th, d, 3); }

int dict_cache_index(Thread *th, Dict *d, Value name, uint32_t *version) {
    *version = 0;
    if (!value_is_exact_str(name)) return -1;
    int64_t hash = str_hash(AS(Str, name));
    dict_lock(th, d);
    DictTable *t = d->table;
    intptr_t ix = -1;
    if (t != DICT_EMPTY && t->str_keys) {
        ix = table_find_str(t, name, hash);
        if (!t->version) atomic_store_release(&t->version, dict_version_next());
        *version = t->version;
    }
    dict_unlock(th, d);
    return (int)ix;
}

// ---- merging

static int merge_one(Thread *th, Dict *d, Value k, int64_t hash, Value v, int override) {
    if (override == 1) return dict_set_hash(th, d, k, hash, v);
    DictTable *t;
    intptr_t ix = dict_lookup(th, d, k, hash, &t);
    if (ix == -2) return -1;
    if (ix >= 0) {
        if (override == 0) return 0;
        raise_key_error(th, k);
        return -1;
    }
    return dict_set_hash(th, d, k, hash, v);
}

static int dict_merge_dict(Thread *th, Dict *d, Dict *o, int override) {
    if (d == o) return 0;
    dict_readable(th, o);
    if (dict_len(o) == 0) return 0;
    if (th->mt || d->table == DICT_EMPTY) {
        // A copy of the table: into an empty dict as it is; with other threads about, also as the stable snapshot to read from.
        dict_lock(th, o);
        DictTable *t = dict_table_copy_locked(th, o);
        uint32_t used = o->used;
        dict_unlock(th, o);
        if (!t) return -1;
        dict_lock(th, d);
        if (d->table == DICT_EMPTY) {
            if (t != DICT_EMPTY) {
                dict_set_table_locked(th, d, t);
                atomic_store_release(&d->used, used);
            }
            dict_unlock(th, d);
            return 0;
        }
        dict_unlock(th, d);
        int r = 0;
        for (uint32_t i = 0; r == 0 && i < t->nentries; i++)
            if (t->entries[i].value) r = merge_one(th, d, t->entries[i].key, t->entries[i].hash, t->entries[i].value, override);
        if (t != DICT_EMPTY) {
            for (uint32_t i = 0; i < t->nentries; i++) { decref(th, t->entries[i].key); decref(th, t->entries[i].value); }
            mem_free(t);
        }
        return r;
    }
    dict_lock(th, d);
    int grown = o->used > d->table->usable && d->used + o->used > d->table->usable ? dict_reserve_locked(th, d, d->used + o->used) : 0;
    dict_unlock(th, d);
    if (grown < 0) return -1;
    DictTable *t = o->table;
    uint16_t seq = o->seq;
    uint32_t n = t->nentries, used = o->used;
    for (uint32_t i = 0; i < n; i++) {
        DictEntry *e = &t->entries[i];
        Value v = e->value, k = e->key;
        if (!v) continue;
        incref(th, k);
        incref(th, v);
        int r = merge_one(th, d, k, e->hash, v, override);
        decref(th, k);
        decref(th, v);
        if (r < 0) return -1;
        if (o->table != t || o->seq != seq || t->nentries != n || o->used != used) {
            raise_error(th, &exc_RuntimeError, "dict mutated during update");
            return -1;
        }
    }
    return 0;
}

int dict_merge(Thread *th, Dict *d, Value m, int override) {
    if (value_is_dict(m) && type_of(m)->slots.iter == dict_slot_iter) return dict_merge_dict(th, d, AS(Dict, m), override);
    Value keys = mapping_keys(th, m);
    if (!keys) return -1;
    Value it = object_iter(th, keys);
    decref(th, keys);
    if (!it) return -1;
    for (;;) {
        Value k = iter_next(th, it);
        if (!k) break;
        int r = 0;
        if (override != 1) {
            r = dict_contains(th, d, k);
            if (r > 0) {
                if (override == 2) { raise_key_error(th, k); r = -1; }
                else { decref(th, k); continue; }
            }
        }
        Value v = r < 0 ? NO_VALUE : object_getitem(th, m, k);
        r = v ? dict_set(th, d, k, v) : -1;
        decref(th, k);
        decref(th, v);
        if (r < 0) { decref(th, it); return -1; }
    }
    decref(th, it);
    return error_pending(th) ? -1 : 0;
}

// From an iterable of pairs.
static int dict_merge_pairs(Thread *th, Dict *d, Value seq) {
    Value it = object_iter(th, seq);
    if (!it) return -1;
    for (size_t i = 0;; i++) {
        Value item = iter_next(th, it);
        if (!item) break;
        Value pair = value_is_exact_tuple(item) ? new_ref(th, item) : sequence_to_tuple(th, item);
        if (!pair && error_matches(th, &exc_TypeError)) {
            if (!type_of(item)->slots.iter && !sequence_check(item)) {
                error_clear(th);
                raise_type_error(th, "object is not iterable");
            }
            Value e = error_fetch(th), note = str_format(th, "Cannot convert dictionary update sequence element #%zu to a sequence", i);
            Value name = note ? str_intern_cstr(th, "add_note") : NO_VALUE;
            Value done = name ? call_method1(th, e, name, note) : NO_VALUE;
            decref(th, note);
            decref(th, done);
            error_clear(th);
            error_restore(th, e);
        }
        decref(th, item);
        int r = -1;
        if (pair) {
            Tuple *p = AS(Tuple, pair);
            if (p->len != 2) raise_value_error(th, "dictionary update sequence element #%zu has length %zu; 2 is required", i, p->len);
            else r = dict_set(th, d, p->items[0], p->items[1]);
            decref(th, pair);
        }
        if (r < 0) { decref(th, it); return -1; }
    }
    decref(th, it);
    return error_pending(th) ? -1 : 0;
}

int dict_update(Thread *th, Dict *d, Value x) {
    if (value_is_dict(x) && type_of(x)->slots.iter == dict_slot_iter) return dict_merge_dict(th, d, AS(Dict, x), 1);
    if (UNLIKELY(value_is_exact(x, &type_frame_locals_proxy))) {
        // All of it at one moment: a variable of a frame that another thread runs may be gone by the time its key is asked for.
        Value copy = call_method0(th, x, str_intern_cstr(th, "copy"));
        if (!copy) return -1;
        int failed = dict_merge_dict(th, d, AS(Dict, copy), 1);
        decref(th, copy);
        return failed;
    }
    if (value_is_exact(x, &type_mappingproxy) && value_is_exact_dict(mappingproxy_mapping(x))) return dict_update(th, d, mappingproxy_mapping(x));
    Value keys;
    int r = object_getattr_optional(th, x, name_keys, &keys);
    if (r < 0) return -1;
    if (r == 0) return dict_merge_pairs(th, d, x);
    decref(th, keys);
    return dict_merge(th, d, x, 1);
}

// ---- slots

static Value dict_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (type == &type_dict) return dict_new(th);
    Dict *d = object_new(th, type, 0);
    if (d) d->table = DICT_EMPTY;
    return VALUE_OF(d);
}

int dict_update_args(Thread *th, Value self, const char *fname, const Value *args, size_t nargs, Value kwnames) {
    if (args_count(th, fname, nargs, 0, 1) < 0) return -1;
    Dict *d = AS(Dict, self);
    if (nargs && dict_update(th, d, args[0]) < 0) return -1;
    for (size_t i = 0; i < kwnames_len(kwnames); i++)
        if (dict_set(th, d, AS(Tuple, kwnames)->items[i], args[nargs + i]) < 0) return -1;
    return 0;
}

static int dict_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return dict_update_args(th, self, "dict", args, nargs, kwnames);
}

static void dict_dealloc(Thread *th, Object *self) {
    Dict *d = (Dict *)self;
    DictTable *t = d->table;
    if (t && t != DICT_EMPTY) {
        d->table = DICT_EMPTY;
        for (uint32_t i = 0; i < t->nentries; i++) {
            decref_item(th, t->entries[i].key);
            decref_item(th, t->entries[i].value);
        }
        mem_free(t);
    }
    container_dealloc_sized(th, self, &shape_dict, sizeof(Dict));
}

static int dict_traverse(Object *self, VisitFn visit, void *arg) {
    DictTable *t = ((Dict *)self)->table;
    if (!t) return 0;
    if (t->str_keys && gc_visits_traced(visit)) // nothing but the values counts; a removed entry has none
        return gc_visit_values(&t->entries[0].value, t->nentries, sizeof(DictEntry) / sizeof(Value), visit, arg);
    for (uint32_t i = 0; i < t->nentries; i++) {
        DictEntry *e = &t->entries[i];
        int r;
        if (!e->value) continue;
        if ((r = visit(e->key, arg)) || (r = visit(e->value, arg))) return r;
    }
    return 0;
}

static void dict_slot_clear(Thread *th, Object *self) { dict_clear_garbage(th, (Dict *)self); }

static Value dict_slot_repr(Thread *th, Value self) {
    Dict *d = AS(Dict, self);
    if (dict_len(d) == 0) return str_from_cstr(th, "{}");
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "{...}");
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_char(&b, '{');
    size_t pos = 0;
    Value k, v;
    bool first = true;
    while (dict_next(th, d, &pos, &k, &v)) {
        if (!first) str_builder_ascii(&b, ", ", 2);
        first = false;
        int e = repr_append(th, &b, k);
        if (e == 0) { str_builder_ascii(&b, ": ", 2); e = repr_append(th, &b, v); }
        decref(th, k);
        decref(th, v);
        if (e < 0) { str_builder_abort(&b); repr_leave(th, self); return NO_VALUE; }
    }
    str_builder_char(&b, '}');
    repr_leave(th, self);
    return str_builder_finish(&b);
}

static int dict_equal(Thread *th, Dict *a, Dict *b) {
    dict_readable(th, a);
    dict_readable(th, b);
    if (dict_len(a) != dict_len(b)) return 0;
    if (thread_c_recursion(th, " in comparison") < 0) return -1;
    size_t pos = 0;
    for (;;) {
        Value k, v, w;
        if (!dict_next(th, a, &pos, &k, &v)) return 1;
        int r = dict_get(th, b, k, &w);
        if (r > 0) {
            r = value_equal(th, v, w);
            decref(th, w);
        }
        decref(th, k);
        decref(th, v);
        if (r <= 0) return r;
    }
}

static Value dict_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_dict(a) || !value_is_dict(b) || (op != CMP_EQ && op != CMP_NE)) return VALUE_NOT_IMPLEMENTED;
    int r = dict_equal(th, AS(Dict, a), AS(Dict, b));
    return r < 0 ? NO_VALUE : value_bool(r == (op == CMP_EQ));
}

static intptr_t dict_slot_len(Thread *th, Value self) { return (intptr_t)dict_len(AS(Dict, self)); }

static Value dict_slot_getitem(Thread *th, Value self, Value key) {
    Value v;
    int r = dict_get(th, AS(Dict, self), key, &v);
    if (LIKELY(r > 0)) return v;
    if (r < 0) return NO_VALUE;
    if (type_of(self) != &type_dict) {
        bool found = false;
        v = special_call(th, self, name_d_missing, &key, 1, &found);
        if (found) return v;
    }
    return raise_key_error(th, key);
}

static int dict_slot_setitem(Thread *th, Value self, Value key, Value v) {
    if (v) return dict_set(th, AS(Dict, self), key, v);
    int r = dict_delete(th, AS(Dict, self), key);
    if (r == 0) raise_key_error(th, key);
    return r > 0 ? 0 : -1;
}

static int dict_slot_contains(Thread *th, Value self, Value key) { return dict_contains(th, AS(Dict, self), key); }

Value dict_shown_copy(Thread *th, Value self) {
    if (type_of(self)->slots.iter == dict_slot_iter || dict_len(AS(Dict, self)) == 0) return dict_copy(th, AS(Dict, self));
    Value d = dict_new(th);
    if (d && dict_update(th, AS(Dict, d), self) < 0) clear_ref(th, &d);
    return d;
}
Value dict_slot_or(Thread *th, Value a, Value b) {
    if (!value_is_dict(a) || !value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    Value r = dict_shown_copy(th, a);
    if (!r) return NO_VALUE;
    if (dict_update(th, AS(Dict, r), b) < 0) { decref(th, r); return NO_VALUE; }
    return r;
}

Value dict_slot_ior(Thread *th, Value a, Value b) {
    return dict_update(th, AS(Dict, a), b) < 0 ? NO_VALUE : new_ref(th, a);
}

Value dict_slot_iter(Thread *th, Value self) { return dict_iter_new(th, &type_dict_keyiterator, self); }

TYPE_DEFINE(dict, "dict", sizeof(Dict), TYPE_TRACED | TYPE_BASETYPE | TYPE_DICT_SUBCLASS | TYPE_MAPPING_PATTERN | TYPE_MATCH_SELF,
            .methods = dict_methods,
            .doc = "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\n"
                   "dict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\n"
                   "dict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
            .slots = {.new_ = dict_slot_new, .init = dict_slot_init, .dealloc = dict_dealloc, .traverse = dict_traverse, .clear = dict_slot_clear,
                      .repr = dict_slot_repr, .hash = object_hash_unhashable, .compare = dict_slot_compare, .iter = dict_slot_iter,
                      .len = dict_slot_len, .getitem = dict_slot_getitem, .setitem = dict_slot_setitem, .contains = dict_slot_contains,
                      .or_ = dict_slot_or, .ior = dict_slot_ior})
