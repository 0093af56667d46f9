// SPDX-License-Identifier: MIT
// Format of the inline caches: stamp << 32 | what << 3 | kind. Slots keep kind 0 and their byte offset (a multiple of 8) as it is, so that a hit is
// one compare and one load. Stamps of kinds MODULE and TYPE_VALUE are no shape ids: a hit by shape id with such a kind is no hit.
// Where `what` is an entry of a class (ic_entry), the bits above it are an IC_TAG_*, which says what else must hold or be done.
#ifndef LADON_VM_CACHE_INT_H
#define LADON_VM_CACHE_INT_H

#include "core/object/attr_cache.h"
#include "core/object/descr.h"
#include "core/object/module.h"
#include "core/vm/interp_int.h"

enum { IC_SLOT = 0, IC_CLASS_VALUE = 1, IC_METHOD = 2, IC_PROPERTY = 3, IC_ADD = 4, IC_MODULE = 5, IC_TYPE_VALUE = 6, IC_DESCR = 7 };

// With IC_DESCR; BIND with IC_TYPE_VALUE. An entry's number takes 16 bits.
enum {
    IC_TAG_NONE = 0,          // the class attribute is a descriptor that runs
    IC_TAG_UNLESS_DICT = 1,   // the class attribute, whatever it is, if the object's dict lacks the name
    IC_TAG_HOOK = 2,          // there is no such attribute: the entry is the class's __getattr__
    IC_TAG_OWN = 3,           // the entry is the class's own __getattribute__ (in a store: __setattr__), which answers for every name
    IC_TAG_OVERFLOW = 4,      // no entry: number of a slot that may lie out of line
    IC_TAG_BIND = 5,          // the attribute of the type is a descriptor
    IC_TAG_DICT = 6,          // the object's dict has the name (in a store: takes it), and nothing of the class goes before it
};
#define IC_MAKE(stamp, what, kind) ((uint64_t)(stamp) << 32 | (uint32_t)((what) | (kind)))
ALWAYS_INLINE uint32_t ic_stamp(uint64_t c) { return (uint32_t)(c >> 32); }
ALWAYS_INLINE uint32_t ic_kind(uint64_t c) { return (uint32_t)c & 7; }
// For an object whose shape has this id: the slot's offset in words when c is a hit of kind IC_SLOT, else more than IC_SLOT_MAX.
ALWAYS_INLINE uint64_t ic_slot(uint64_t c, uint32_t id) {
    uint64_t x = c ^ (uint64_t)id << 32;
    return x >> 3 | x << 61;
}
#define IC_SLOT_MAX 0x1FFFFFFFu
ALWAYS_INLINE uint32_t ic_index(uint64_t c) { return (uint32_t)c >> 3; }
ALWAYS_INLINE uint32_t ic_entry(uint64_t c) { return (uint32_t)c >> 3 & 0xFFFF; }
ALWAYS_INLINE uint32_t ic_tag(uint64_t c) { return (uint32_t)c >> 19; }
#define IC_TAGGED(stamp, tag, entry, kind) IC_MAKE(stamp, ((tag) << 16 | (entry)) << 3, kind)

// What sites remember together. A site whose objects are of several shapes misses again and again: then the thread's own table of cache words is asked, by
// stamp and name, before anything is looked up. Words validate themselves, and names are immortal, so entries may stay for ever. A row has two places, the
// one used first the later one put.
typedef struct AttrMemo { uint64_t word; Value key; Shape *child; } AttrMemo;   // [o] key: the name, with MEMO_STORE set for stores; child: of IC_ADD
enum { MEMO_SIZE = 1024, MEMO_STORE = 1, MEMO_REWRITE_EVERY = 16 };
ALWAYS_INLINE uint32_t memo_row(uint32_t stamp, Value key) { return (stamp * 0x9E3779B1u ^ (uint32_t)(key >> 4) * 0x85EBCA6Bu) >> 22 & ~1u; }
// The entry for objects with this stamp; NULL: not known.
ALWAYS_INLINE AttrMemo *memo_entry(Thread *th, uint32_t stamp, Value key) {
    AttrMemo *m = th->attr_memo;
    if (UNLIKELY(!m)) return NULL;
    m += memo_row(stamp, key);
    if (LIKELY(m->key == key) && LIKELY(ic_stamp(m->word) == stamp)) return m;
    m++;
    return m->key == key && ic_stamp(m->word) == stamp ? m : NULL;
}
// The word for an object with this stamp at a site: the site's own, or else the table's, with which the site is rewritten now and then only (other threads
// read it). A word with another stamp: nothing is known. *child: the shape of the table's IC_ADD, may be NULL.
ALWAYS_INLINE uint64_t site_word(Thread *th, Instr *cache, uint32_t stamp, Value key, Shape **child) {
    uint64_t c = atomic_load_acquire(cache);    // acquire: a child shape is written before the word
    if (LIKELY(ic_stamp(c) == stamp)) {
        // acquire: it may be another thread's, newer than the word, and will be looked at.
        if (child && ic_kind(c) == IC_ADD) *child = (Shape *)(uintptr_t)atomic_load_acquire(&cache[1]);
        return c;
    }
    AttrMemo *m = memo_entry(th, stamp, key);
    if (!m) return c;
    if (child) *child = m->child;
    if (UNLIKELY(th->attr_misses++ % MEMO_REWRITE_EVERY == 0)) {
        if (child && ic_kind(m->word) == IC_ADD) atomic_store_release(&cache[1], (uint64_t)(uintptr_t)m->child);
        atomic_store_release(cache, m->word);
    }
    return m->word;
}
// What word c says of an attribute of o (whose shape s has this id) that lies elsewhere: in its class, in a module, in a type. Borrowed; NO_VALUE: the word
// does not know.
ALWAYS_INLINE Value word_other_value(Thread *th, uint64_t c, Object *o, Shape *s, uint32_t id) {
    if (id == ic_stamp(c)) return ic_kind(c) == IC_CLASS_VALUE ? attr_cache_value(s->type, ic_index(c)) : NO_VALUE;
    if (ic_kind(c) == IC_MODULE && s == &shape_module) {
        Dict *d = AS(Dict, ((Module *)o)->dict);
        if (UNLIKELY(th->mt) && !object_readable(th, &d->head)) return NO_VALUE;
        DictTable *t = atomic_load_acquire(&d->table);
        return LIKELY(atomic_load_relaxed(&t->version) == ic_stamp(c)) ? atomic_load_acquire(&t->entries[ic_index(c)].value) : NO_VALUE;
    }
    if (ic_kind(c) == IC_TYPE_VALUE && (s->flags & TYPE_TYPE_SUBCLASS) && atomic_load_relaxed(&((Type *)o)->version) == ic_stamp(c) && ic_tag(c) == IC_TAG_NONE)
        return attr_cache_value((Type *)o, ic_entry(c));
    return NO_VALUE;
}

#endif
