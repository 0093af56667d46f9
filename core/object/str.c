// SPDX-License-Identifier: MIT
// str: creation, the latin-1 characters, interning, hash, comparison, slices, concatenation.
// Strings never change once another thread can see them, so nothing here locks but the intern table's writers. The hash is cached by an
// idempotent relaxed store. The one exception to immutability is str_append_owned: it grows a string of which it holds the only reference.
// Anyone may call what str.h declares.
#include "core/object/str.h"

#include <string.h>

#include "core/base/assert.h"
#include "core/base/hash.h"
#include "core/base/search.h"
#include "core/base/utf8.h"
#include "core/object/bytes.h"
#include "core/object/codecs.h"
#include "core/object/str_int.h"
#include "sched/thread/lock.h"

_Static_assert(offsetof(Str, data) == 40, "str_data");

// ---- the empty string and the latin-1 characters: static, immortal, interned ----------------------------------------------------------

uint8_t str_chars[257][STR_CHAR_SIZE] __attribute__((aligned(16)));
Value str_empty; // [c] after str_init

ALWAYS_INLINE Str *char_str(uint32_t c) { return (Str *)str_chars[c]; }

static void char_str_init(Str *s, size_t len, uint8_t ch) {
    s->head = (Object)OBJECT_STATIC(&shape_str);
    s->len = len;
    s->kind = STR_KIND1;
    s->flags = ch < 128 ? STR_ASCII : 0;
    *(uint8_t *)str_data(s) = ch;
}

// ---- creation -------------------------------------------------------------------------------------------------------------------------

Str *str_new_raw(Thread *th, size_t len, uint32_t max_char) {
    uint8_t kind = max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
    if (UNLIKELY(len > (SIZE_MAX / 2 - 64) / kind)) {
        raise_memory_error(th);
        return NULL;
    }
    Str *s = object_alloc_unzeroed(th, &shape_str, STR_SIZE(len, kind));
    if (UNLIKELY(!s)) return NULL;
    s->hash = 0;
    s->len = len;
    s->kind = kind;
    s->flags = max_char < 0x80 ? STR_ASCII : 0;
    s->spare = 0;
    if (LIKELY(kind == 1)) ((uint8_t *)str_data(s))[len] = 0;
    else if (kind == 2) ((uint16_t *)str_data(s))[len] = 0;
    else ((uint32_t *)str_data(s))[len] = 0;
    return s;
}

Value str_from_char(Thread *th, uint32_t cp) {
    if (cp < 256) return VALUE_OF(char_str(cp));
    Str *s = str_new_raw(th, 1, cp);
    if (!s) return NO_VALUE;
    if (s->kind == 2) *(uint16_t *)str_data(s) = (uint16_t)cp;
    else *(uint32_t *)str_data(s) = cp;
    return VALUE_OF(s);
}

Value str_from_ascii(Thread *th, const char *p, size_t n) {
    if (n <= 1) return n ? VALUE_OF(char_str((uint8_t)*p)) : str_empty;
    Str *s = str_new_raw(th, n, 0x7F);
    if (!s) return NO_VALUE;
    memcpy(str_data(s), p, n);
    return VALUE_OF(s);
}

Value str_from_latin1(Thread *th, const uint8_t *p, size_t n) {
    if (n <= 1) return n ? VALUE_OF(char_str(*p)) : str_empty;
    Str *s = str_new_raw(th, n, ascii_all(p, n) ? 0x7F : 0xFF);
    if (!s) return NO_VALUE;
    memcpy(str_data(s), p, n);
    return VALUE_OF(s);
}

// Units of any width, narrowed to the narrowest that fits.
Value str_from_chars(Thread *th, const void *p, int kind, size_t n) {
    if (kind == 1) return str_from_latin1(th, p, n);
    if (n == 0) return str_empty;
    if (n == 1) return str_from_char(th, kind == 2 ? *(const uint16_t *)p : *(const uint32_t *)p);
    Str *s = str_new_raw(th, n, chars_max(p, kind, n));
    if (!s) return NO_VALUE;
    chars_copy(str_data(s), s->kind, p, kind, n);
    return VALUE_OF(s);
}
Value str_from_ucs4(Thread *th, const uint32_t *p, size_t n) { return str_from_chars(th, p, 4, n); }
Value str_from_ucs2(Thread *th, const uint16_t *p, size_t n) { return str_from_chars(th, p, 2, n); }

// Valid UTF-8, measured.
Value str_from_scanned(Thread *th, const void *p, size_t n, const Utf8Scan *scan) {
    if (scan->length == 1) {
        const uint8_t *q = p;
        return str_from_char(th, utf8_next(&q));
    }
    Str *s = str_new_raw(th, scan->length, scan->max);
    if (!s) return NO_VALUE;
    if (s->kind == 1) utf8_decode_latin1(p, n, str_data(s));
    else if (s->kind == 2) utf8_decode_ucs2(p, n, str_data(s));
    else utf8_decode_ucs4(p, n, str_data(s));
    return VALUE_OF(s);
}

Value str_from_utf8(Thread *th, const char *p, size_t n) {
    if (ascii_all(p, n)) return str_from_ascii(th, p, n);
    Utf8Scan scan;
    if (LIKELY(utf8_scan(p, n, false, &scan))) return str_from_scanned(th, p, n, &scan);
    size_t end;
    const char *reason = utf8_error(p, n, scan.bytes, false, &end);
    return codec_raise_decode(th, "utf-8", p, n, scan.bytes, end, reason);
}

Value str_from_wtf8(Thread *th, const char *p, size_t n) {
    if (ascii_all(p, n)) return str_from_ascii(th, p, n);
    Utf8Scan scan;
    if (LIKELY(utf8_scan(p, n, true, &scan))) return str_from_scanned(th, p, n, &scan);
    size_t end;
    const char *reason = utf8_error(p, n, scan.bytes, true, &end);
    return codec_raise_decode(th, "utf-8", p, n, scan.bytes, end, reason);
}

Value str_from_cstr(Thread *th, const char *p) { return str_from_utf8(th, p, strlen(p)); }

uint32_t str_max_char(const Str *s) {
    if (s->kind == 1) return (s->flags & STR_ASCII) ? 0x7F : 0xFF;
    return s->kind == 2 ? 0xFFFF : 0x10FFFF;
}

uint32_t *str_to_ucs4(Thread *th, Value v) {
    const Str *s = AS(Str, v);
    if (s->len > SIZE_MAX / 8) {
        raise_memory_error(th);
        return NULL;
    }
    uint32_t *p = mem_alloc(th, (s->len + 1) * 4);
    if (!p) return NULL;
    chars_copy(p, 4, str_data(s), s->kind, s->len);
    p[s->len] = 0;
    return p;
}

Value str_new_subtype(Thread *th, Type *type, Value v) {
    const Str *s = AS(Str, v);
    if (type == &type_str) {
        if (value_is_exact_str(v)) return new_ref(th, v);
        Str *c = str_new_raw(th, s->len, str_max_char(s));
        if (!c) return NO_VALUE;
        memcpy(str_data(c), str_data(s), s->len * s->kind);
        c->hash = atomic_load_relaxed(&s->hash);
        return VALUE_OF(c);
    }
    size_t bytes = (s->len + 1) * s->kind;
    Str *o = object_new(th, type, bytes);
    if (!o) return NO_VALUE;
    o->hash = atomic_load_relaxed(&s->hash);
    o->len = s->len;
    o->kind = s->kind;
    o->flags = s->flags & STR_ASCII;
    o->spare = 0;
    memcpy(str_data(o), str_data(s), bytes);
    return VALUE_OF(o);
}

// An exact str with the text of s (itself when it is one). New reference.
Value str_as_exact(Thread *th, Value s) { return str_new_subtype(th, &type_str, s); }

// ---- hash, comparison -----------------------------------------------------------------------------------------------------------------

int64_t str_hash_slow(Str *s) {
    int64_t h = hash_bytes(str_data(s), s->len * s->kind);
    atomic_store_relaxed(&s->hash, (uint64_t)h);
    return h;
}

bool str_equal(const Str *a, const Str *b) {
    if (a == b) return true;
    if (a->len != b->len || a->kind != b->kind) return false;
    return memcmp(str_data(a), str_data(b), a->len * a->kind) == 0;
}

bool str_equal_cstr(Value v, const char *ascii) {
    const Str *s = AS(Str, v);
    size_t n = strlen(ascii);
    return s->kind == 1 && s->len == n && memcmp(str_data(s), ascii, n) == 0;
}

int str_compare(const Str *a, const Str *b) {
    if (a == b) return 0;
    size_t n = a->len < b->len ? a->len : b->len;
    if (a->kind == 1 && b->kind == 1) {
        int r = memcmp(str_data(a), str_data(b), n);
        if (r) return r < 0 ? -1 : 1;
    } else {
        for (size_t i = 0; i < n; i++) {
            uint32_t x = str_char_at(a, i), y = str_char_at(b, i);
            if (x != y) return x < y ? -1 : 1;
        }
    }
    return a->len == b->len ? 0 : a->len < b->len ? -1 : 1;
}

// ---- interning ------------------------------------------------------------------------------------------------------------------------
// Open addressing, linear probing, never shrinks, entries never leave. Readers load the table (acquire) and probe; a writer holds
// intern_mutex, stores the entry with release, and replaces a table that is three quarters full. Old tables stay (they add up to less
// than the current one), so readers need no grace period, and threads may look up before they are RCU readers.

typedef struct InternTable {
    size_t mask;    // [c] places - 1
    size_t used;    // [l intern_mutex]
    Str *slots[];   // [a] NULL: free
} InternTable;
static InternTable *intern_table; // [r]
static RtMutex intern_mutex = RT_MUTEX(INTERN);

static Str *intern_probe(const InternTable *t, const Str *s, uint64_t hash, size_t *place) {
    for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        Str *e = atomic_load_acquire(&t->slots[i]);
        if (!e) {
            *place = i;
            return NULL;
        }
        if (atomic_load_relaxed(&e->hash) == hash && str_equal(e, s)) return e;
    }
}

Value str_interned_lookup(const Str *s) {
    size_t place;
    if (atomic_load_relaxed(&s->flags) & STR_INTERNED) return VALUE_OF(s);
    Str *e = intern_probe(atomic_load_acquire(&intern_table), s, (uint64_t)str_hash((Str *)s), &place);
    return e ? VALUE_OF(e) : NO_VALUE;
}

size_t str_interned_count(void) {
    InternTable *t = atomic_load_acquire(&intern_table);
    return t ? atomic_load_relaxed(&t->used) : 0;
}

static InternTable *intern_table_new(Thread *th, size_t places) {
    InternTable *t = mem_calloc(th, 1, sizeof(InternTable) + places * sizeof(Str *));
    if (t) t->mask = places - 1;
    return t;
}

static InternTable *intern_grow_locked(Thread *th, InternTable *old) {
    InternTable *t = intern_table_new(th, (old->mask + 1) * 2);
    if (!t) return NULL;
    for (size_t i = 0; i <= old->mask; i++) {
        Str *e = old->slots[i];
        if (!e) continue;
        size_t j = e->hash & t->mask;
        while (t->slots[j]) j = (j + 1) & t->mask;
        t->slots[j] = e;
    }
    t->used = old->used;
    atomic_store_release(&intern_table, t);
    return t;
}

// Puts s (exact, not in the table when looked up a moment ago) in; returns the canonical string, which may be another thread's.
static Str *intern_insert(Thread *th, Str *s) {
    uint64_t hash = (uint64_t)str_hash(s);
    rt_mutex_lock(th, &intern_mutex);
    InternTable *t = intern_table;
    if (t->used * 4 >= (t->mask + 1) * 3) t = intern_grow_locked(th, t);
    Str *e = NULL;
    if (t) {
        size_t place;
        e = intern_probe(t, s, hash, &place);
        if (!e) {
            object_make_immortal(&s->head);
            atomic_store_relaxed(&s->flags, (uint8_t)(s->flags | STR_INTERNED));
            s->spare = 0;
            t->used++;
            atomic_store_release(&t->slots[place], s);
            e = s;
        }
    }
    rt_mutex_unlock(th, &intern_mutex);
    return e;
}

Value str_intern(Thread *th, Value v) {
    if (v == NO_VALUE) return NO_VALUE;
    Str *s = AS(Str, v);
    if (atomic_load_relaxed(&s->flags) & STR_INTERNED) return v;
    Value found = str_interned_lookup(s);
    if (found == NO_VALUE) {
        if (!value_is_exact_str(v)) { // a subclass's instance: its text
            Value exact = str_as_exact(th, v);
            decref(th, v);
            if (exact == NO_VALUE) return NO_VALUE;
            v = exact;
        }
        Str *e = intern_insert(th, AS(Str, v));
        if (!e) {
            decref(th, v);
            return NO_VALUE;
        }
        found = VALUE_OF(e);
    }
    if (found != v) decref(th, v);
    return found;
}

Value str_intern_n(Thread *th, const char *utf8, size_t n) { return str_intern(th, str_from_wtf8(th, utf8, n)); }
Value str_intern_cstr(Thread *th, const char *p) { return str_intern_n(th, p, strlen(p)); }

int str_init(Thread *th) {
    if (str_empty) return 0;
    InternTable *t = intern_table_new(th, 8192);
    if (!t) return -1;
    intern_table = t;
    str_empty = VALUE_OF(char_str(256));
    for (uint32_t i = 0; i < 257; i++) {
        char_str_init(char_str(i), i < 256, i < 256 ? (uint8_t)i : 0);
        if (!intern_insert(th, char_str(i))) return -1;
    }
    return 0;
}

// ---- parts and sums -------------------------------------------------------------------------------------------------------------------

Value str_substring(Thread *th, Value v, size_t start, size_t end) {
    const Str *s = AS(Str, v);
    if (end > s->len) end = s->len;
    if (start >= end) return str_empty;
    size_t n = end - start;
    if (n == s->len && value_is_exact_str(v)) return new_ref(th, v);
    if (n == 1) return str_from_char(th, str_char_at(s, start));
    const char *p = (const char *)str_data(s) + start * s->kind;
    if (s->flags & STR_ASCII) {
        Str *r = str_new_raw(th, n, 0x7F);
        if (!r) return NO_VALUE;
        memcpy(str_data(r), p, n);
        return VALUE_OF(r);
    }
    return str_from_chars(th, p, s->kind, n);
}

Value str_concat(Thread *th, Value av, Value bv) {
    const Str *a = AS(Str, av), *b = AS(Str, bv);
    if (b->len == 0 && value_is_exact_str(av)) return new_ref(th, av);
    if (a->len == 0 && value_is_exact_str(bv)) return new_ref(th, bv);
    uint32_t ma = str_max_char(a), mb = str_max_char(b);
    if (a->len > SIZE_MAX / 16 - b->len) return raise_memory_error(th);
    Str *r = str_new_raw(th, a->len + b->len, ma > mb ? ma : mb);
    if (!r) return NO_VALUE;
    chars_copy(str_data(r), r->kind, str_data(a), a->kind, a->len);
    chars_copy((char *)str_data(r) + a->len * r->kind, r->kind, str_data(b), b->kind, b->len);
    return VALUE_OF(r);
}

Value str_append_owned(Thread *th, Value av, Value bv) {
    Str *a = AS(Str, av);
    const Str *b = AS(Str, bv);
    if (b->len == 0 && value_is_exact_str(av)) return av;
    // Ours alone: exact, owned by this thread with count one, no shared count and no flags (not immortal, interned, weakly referenced).
    // Acquire: others who had it have read it before they let go.
    bool alone = a->head.shape == &shape_str && a->len != 0 && atomic_load_relaxed(&a->head.biased) == (th->owned | 1) &&
                 atomic_load_acquire(&a->head.shared) == 0;
    if (!alone) {
        Value r = str_concat(th, av, bv);
        decref(th, av);
        return r;
    }
    uint32_t ma = str_max_char(a), mb = str_max_char(b), max = ma > mb ? ma : mb;
    size_t kind = max < 0x100 ? 1 : max < 0x10000 ? 2 : 4, add = b->len * kind, old_len = a->len;
    if (kind == a->kind && add <= a->spare) {
        a->spare -= (uint32_t)add;
        a->hash = 0;
        if (max >= 0x80) a->flags = (uint8_t)(a->flags & ~STR_ASCII);
        char *end = (char *)str_data(a) + old_len * kind;
        chars_copy(end, (int)kind, str_data(b), b->kind, b->len);
        memset(end + add, 0, kind);
        a->len = old_len + b->len;
        return av;
    }
    // Copy into a block with room for more appends: a quarter more, so that n appends cost O(n) in all.
    if (old_len > SIZE_MAX / 32 - b->len) {
        decref(th, av);
        return raise_memory_error(th);
    }
    size_t len = old_len + b->len, slack = len * kind / 4 + 16;
    if (slack > UINT32_MAX / 2) slack = UINT32_MAX / 2;
    Str *r = object_alloc_unzeroed(th, &shape_str, STR_SIZE(len, kind) + slack);
    if (!r) {
        decref(th, av);
        return NO_VALUE;
    }
    r->hash = 0;
    r->len = len;
    r->kind = (uint8_t)kind;
    r->flags = max < 0x80 ? STR_ASCII : 0;
    r->spare = (uint32_t)slack;
    char *to = str_data(r);
    chars_copy(to, (int)kind, str_data(a), a->kind, old_len);
    chars_copy(to + old_len * kind, (int)kind, str_data(b), b->kind, b->len);
    memset(to + len * kind, 0, kind);
    decref(th, av);
    return VALUE_OF(r);
}

Value str_join_values(Thread *th, const Value *parts, size_t n) {
    size_t len = 0;
    uint32_t max = 0;
    for (size_t i = 0; i < n; i++) {
        const Str *s = AS(Str, parts[i]);
        if (s->len > SIZE_MAX / 16 - len) return raise_memory_error(th);
        len += s->len;
        max |= str_max_char(s);
    }
    if (len == 0) return str_empty;
    Str *r = str_new_raw(th, len, max);
    if (!r) return NO_VALUE;
    char *to = str_data(r);
    for (size_t i = 0; i < n; i++) {
        const Str *s = AS(Str, parts[i]);
        chars_copy(to, r->kind, str_data(s), s->kind, s->len);
        to += s->len * r->kind;
    }
    if (len == 1) { // canonical single characters
        Value c = str_from_char(th, str_char_at(r, 0));
        decref(th, VALUE_OF(r));
        return c;
    }
    return VALUE_OF(r);
}

// ---- search ---------------------------------------------------------------------------------------------------------------------------

// sub's units at s's width. Borrowed from sub, or made into *tmp (mem_free it). NULL: no memory (exception set), or sub can't occur (no exception).
const void *str_needle(Thread *th, const Str *s, const Str *sub, void **tmp) {
    *tmp = NULL;
    if (sub->kind == s->kind) return str_data(sub);
    if (sub->kind > s->kind) return NULL;
    *tmp = mem_alloc(th, (sub->len + 1) * s->kind);
    if (*tmp) chars_copy(*tmp, s->kind, str_data(sub), sub->kind, sub->len);
    return *tmp;
}

intptr_t str_find(const Str *s, const Str *sub, intptr_t start, intptr_t end, int direction) {
    intptr_t len = (intptr_t)s->len;
    if (end > len) end = len;
    if (end < 0 && (end += len) < 0) end = 0;
    if (start < 0 && (start += len) < 0) start = 0;
    if (start > end || (intptr_t)sub->len > end - start) return -1;
    if (sub->kind > s->kind) return -1;
    const char *hay = (const char *)str_data(s) + (size_t)start * s->kind;
    size_t n = (size_t)(end - start);
    intptr_t r;
    if (sub->kind == s->kind || sub->len <= 1) {
        if (sub->len == 1) {
            uint32_t c = str_char_at(sub, 0);
            r = direction >= 0 ? chars_find_char(hay, n, s->kind, c) : chars_rfind_char(hay, n, s->kind, c);
        } else {
            r = direction >= 0 ? chars_find(hay, n, str_data(sub), sub->len, s->kind) : chars_rfind(hay, n, str_data(sub), sub->len, s->kind);
        }
    } else {
        uint32_t small[64];
        Thread *th = thread_current();
        void *wide = sub->len * s->kind <= sizeof small ? (void *)small : mem_alloc(th, sub->len * s->kind);
        if (!wide) { // so long a needle and no memory: compare at each place
            error_clear(th);
            for (size_t k = 0; k + sub->len <= n; k++) {
                size_t at = direction >= 0 ? (size_t)start + k : (size_t)end - sub->len - k, i = 0;
                while (i < sub->len && str_char_at(s, at + i) == str_char_at(sub, i)) i++;
                if (i == sub->len) return (intptr_t)at;
            }
            return -1;
        }
        chars_copy(wide, s->kind, str_data(sub), sub->kind, sub->len);
        r = direction >= 0 ? chars_find(hay, n, wide, sub->len, s->kind) : chars_rfind(hay, n, wide, sub->len, s->kind);
        if (wide != small) mem_free(wide);
    }
    return r < 0 ? -1 : r + start;
}

// ---- to UTF-8 -------------------------------------------------------------------------------------------------------------------------

const char *str_utf8(Thread *th, Value v, size_t *len, Value *hold) {
    const Str *s = AS(Str, v);
    *hold = NO_VALUE;
    if (s->flags & STR_ASCII) {
        if (len) *len = s->len;
        return str_data(s);
    }
    size_t bad = utf8_find_surrogate(str_data(s), s->kind, s->len, 0);
    if (bad < s->len) {
        size_t end = bad + 1;
        while (end < s->len && str_char_at(s, end) - 0xD800 < 0x800) end++;
        codec_raise_encode(th, "utf-8", v, bad, end, "surrogates not allowed");
        return NULL;
    }
    size_t n = utf8_encoded_size(str_data(s), s->kind, s->len);
    Value b = bytes_new(th, NULL, n);
    if (b == NO_VALUE) return NULL;
    utf8_encode(str_data(s), s->kind, s->len, AS(Bytes, b)->data);
    *hold = b;
    if (len) *len = n;
    return (const char *)AS(Bytes, b)->data;
}
