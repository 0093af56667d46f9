// SPDX-License-Identifier: MIT
// dict: insertion-ordered hash table, read without locks, written under ->lock. The whole table (index + entries) is one block, replaced whole
// on growth. Writing an entry publishes value first, then key/hash, then the index byte, then used. A deleted entry keeps its key and gets value NO_VALUE.
#ifndef LADON_OBJECT_DICT_H
#define LADON_OBJECT_DICT_H
#include "core/object/type.h"
typedef struct DictEntry { int64_t hash; Value key; Value value; } DictEntry; // value [a]; key, hash [c] once published
typedef struct DictTable {
    uint32_t version;    // [a] unique over all tables' key layouts; a new one whenever a key is added or removed or the table is replaced;
                         //     0: none given out yet (dict_cache_index does).
                         //     Inline caches of globals: same version => same entry index for the same key, or same absence
    uint8_t log2_size;   // [c] index has 1 << log2_size places
    uint8_t index_width; // [c] bytes per place: 1, 2, 4
    uint8_t str_keys;    // [a] all keys are exact str
    uint32_t usable;     // [l dict] entries that can still be added
    uint32_t nentries;   // [a] entries used, deleted ones included
    uint32_t cap;        // [c] number of entries allocated
    uint32_t tail;       // [l dict] no entry at or above this number is live (keeps popitem from rescanning)
    uint32_t head;       // [a] no entry below this number is live (keeps "take the first" from rescanning)
    // DictEntry entries[cap]; then the index (places hold entry number, all-ones = empty, all-ones minus 1 = deleted)
    DictEntry entries[];
} DictTable;
struct Dict {
    Object head;
    ObjLock lock;        // [a]
    uint8_t flags;       // [a] DICT_*
    uint16_t seq;        // [a] counts table replacements: tells a lookup that ran Python code whether its table is still the same
    uint32_t used;       // [a] live entries
    DictTable *table;    // [r]
};
enum { DICT_IS_TYPE_NS = 1 /* a type's own dict: only type.c writes */, DICT_WATCHED = 2 };
ALWAYS_INLINE bool value_is_dict(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_DICT_SUBCLASS); }
ALWAYS_INLINE bool value_is_exact_dict(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_dict; }
Value dict_new(Thread *th);
Value dict_new_sized(Thread *th, size_t n);
Value dict_from_owned(Thread *th, const Value *key_value_pairs, size_t n);   // {k: v, ...}; takes over the references, also on failure
// Lookup. New reference in *out. 1 found, 0 absent, -1 error (hash or eq raised).
int dict_get(Thread *th, Dict *d, Value key, Value *out);
// str keys only, never runs Python when all keys are exact str. New reference or NO_VALUE (no exception, absent).
Value dict_get_str(Thread *th, Dict *d, Value name);
// The same, borrowed until the next safepoint (d readable by this thread).
Value dict_get_str_borrow(Thread *th, Dict *d, Value name);
int dict_contains(Thread *th, Dict *d, Value key);
int dict_set(Thread *th, Dict *d, Value key, Value v);             // both borrowed
int dict_set_str(Thread *th, Dict *d, const char *key, Value v);   // interned
int dict_set_hash(Thread *th, Dict *d, Value key, int64_t hash, Value v); // the same with the key's hash known
int dict_get_hash(Thread *th, Dict *d, Value key, int64_t hash, Value *out);
int dict_delete(Thread *th, Dict *d, Value key);                   // 1 deleted, 0 absent, -1 error; no KeyError
int dict_pop(Thread *th, Dict *d, Value key, Value *out);          // 1, 0 absent, -1
int dict_setdefault(Thread *th, Dict *d, Value key, Value dflt, Value *out); // 1 was there, 0 inserted, -1; *out new reference
int dict_popitem(Thread *th, Dict *d, Value *key, Value *v);        // last entry, new references; 1, 0 empty
void dict_clear(Thread *th, Dict *d);   // may run Python (what it held is released)
void dict_clear_garbage(Thread *th, Dict *d);                     // slots.clear: nobody can look at d any more, so all is released at once
Value dict_copy(Thread *th, Dict *d);   // a plain Dict of the same entries
int dict_update(Thread *th, Dict *d, Value mapping_or_pairs);      // d.update(x)
int dict_merge(Thread *th, Dict *d, Value mapping, int override);  // 0 keep, 1 override, 2 raise KeyError on duplicate
Value dict_keys_list(Thread *th, Dict *d);   // list(d.keys()): new List
Value dict_values_list(Thread *th, Dict *d);   // list(d.values())
Value dict_items_list(Thread *th, Dict *d);
// list(d), list(d.items()), list(s) and the like see one moment of a built-in container that other threads change: new List of the items of an exact
// dict, a view of one, or an exact set; NO_VALUE without exception for anything else.
Value container_snapshot(Thread *th, Value iterable);
// Iteration over a snapshot-safe position: *pos starts at 0; new references in *key, *value (either may be NULL). False at the end.
bool dict_next(Thread *th, Dict *d, size_t *pos, Value *key, Value *value);
size_t dict_sizeof(Thread *th, Dict *d);   // bytes, table included
// dict_next with the key's hash.
bool dict_next_hash(Thread *th, Dict *d, size_t *pos, Value *key, Value *value, int64_t *hash);
// The same backwards; *pos starts at SIZE_MAX.
bool dict_prev(Thread *th, Dict *d, size_t *pos, Value *key, Value *value);
// Makes key the last (or first) one in the order. 1, 0 absent, -1.
int dict_move_to_end(Thread *th, Dict *d, Value key, bool last);
// dict_get_hash that also makes the entry the last one, in one step.
int dict_get_move_last(Thread *th, Dict *d, Value key, int64_t hash, Value *out);
int dict_popitem_first(Thread *th, Dict *d, Value *key, Value *v);   // first entry, new references; 1, 0 empty
ALWAYS_INLINE size_t dict_len(const Dict *d) { return atomic_load_acquire(&d->used); }
// Entry number of an exact-str key in the current table and that table's version, for inline caches: -1 absent. *version 0: don't cache.
int dict_cache_index(Thread *th, Dict *d, Value name, uint32_t *version);
#endif
