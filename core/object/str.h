// SPDX-License-Identifier: MIT
// str: immutable sequence of code points, stored with 1, 2 or 4 bytes each (the narrowest that fits), data inline behind the header.
#ifndef LADON_OBJECT_STR_H
#define LADON_OBJECT_STR_H

#include "core/object/type.h"

enum { STR_KIND1 = 1, STR_KIND2 = 2, STR_KIND4 = 4 };
enum { STR_ASCII = 1, STR_INTERNED = 2 };

struct Str {
    Object   head;
    uint64_t hash;     // [a] 0: not computed yet, or really 0 (the empty string's); relaxed, idempotent
    size_t   len;      // [c] code points
    uint8_t  kind;     // [c] STR_KIND*
    uint8_t  flags;    // [a] STR_ASCII [c], STR_INTERNED
    uint16_t unused;
    uint32_t spare;    // [o] bytes behind the terminator that str_append_owned may grow into
    uint8_t  data[];   // [c] len * kind bytes and a terminating zero unit; at offset 40
} __attribute__((aligned(8)));
// Bytes of a str with len units of `kind`, without an attribute area: header, data, terminator.
#define STR_SIZE(len, kind) (40 + ((size_t)(len) + 1) * (size_t)(kind))
extern Value str_empty;                          // "", immortal; also name_empty

// Makes the latin-1 characters, "" and the intern table. After hash_init, before anything makes a string or a name.
int str_init(Thread *th);

ALWAYS_INLINE bool value_is_str(Value v) { return value_is_object(v) && (object_shape(value_object(v))->flags & TYPE_STR_SUBCLASS); }
ALWAYS_INLINE bool value_is_exact_str(Value v) { return value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_str; }
ALWAYS_INLINE void *str_data(const Str *s) { return (char *)s + 40; }   // 8-byte aligned
ALWAYS_INLINE uint32_t str_char_at(const Str *s, size_t i) {
    switch (s->kind) { case 1: return ((uint8_t *)str_data(s))[i]; case 2: return ((uint16_t *)str_data(s))[i]; default: return ((uint32_t *)str_data(s))[i]; }
}
// The latin-1 characters, and "" as the last: each a Str of one byte, rounded up to the alignment of objects. [c] after str_init, immortal.
#define STR_CHAR_SIZE 48
extern uint8_t str_chars[257][STR_CHAR_SIZE];
ALWAYS_INLINE Value str_latin1_char(uint8_t c) { return VALUE_OF(str_chars[c]); }
int64_t str_hash_slow(Str *s);
ALWAYS_INLINE int64_t str_hash(Str *s) { uint64_t h = atomic_load_relaxed(&s->hash); return LIKELY(h != 0) ? (int64_t)h : str_hash_slow(s); }

Value str_from_utf8(Thread *th, const char *p, size_t n);      // strict; UnicodeDecodeError
Value str_from_wtf8(Thread *th, const char *p, size_t n);      // as the parser produces: surrogates allowed
Value str_from_cstr(Thread *th, const char *p);                // UTF-8, zero-terminated
Value str_from_latin1(Thread *th, const uint8_t *p, size_t n);
Value str_from_ucs4(Thread *th, const uint32_t *p, size_t n);  // narrowed
Value str_from_ucs2(Thread *th, const uint16_t *p, size_t n);
Value str_from_char(Thread *th, uint32_t cp);                  // one code point; latin-1 ones are cached and immortal
// Uninitialised string of len code points, none above max_char; fill str_data before anyone sees it.
Str *str_new_raw(Thread *th, size_t len, uint32_t max_char);
Value str_intern(Thread *th, Value s_owned);                   // the canonical, immortal copy; takes over the reference
Value str_intern_cstr(Thread *th, const char *p);
Value str_intern_n(Thread *th, const char *utf8, size_t n);
size_t str_interned_count(void);                              // strings in the intern table
Value str_interned_lookup(const Str *s);                       // the interned string equal to s, borrowed (immortal), or NO_VALUE
ALWAYS_INLINE bool str_is_interned(Value s) { return (atomic_load_relaxed(&AS(Str, s)->flags) & STR_INTERNED) != 0; }
Value str_new_subtype(Thread *th, Type *type, Value s);        // an instance of a subclass (or str itself) with the text of s
Value str_join(Thread *th, Value sep, Value iterable);         // sep.join(iterable)
Value str_join_values(Thread *th, const Value *parts, size_t n); // f-strings: parts are Str; borrowed
Value str_repr(Thread *th, Value s);   // repr(s)
Value str_replace(Thread *th, Value s, Value old, Value with, intptr_t count); // count -1: all
Value str_splitlines(Thread *th, Value s, bool keepends);      // a List
Value str_pad(Thread *th, Value s, intptr_t left, intptr_t right, uint32_t fill);
bool str_is_identifier(const Str *s);   // s.isidentifier()
Value str_from_ascii(Thread *th, const char *p, size_t n);     // must be ASCII
uint32_t str_max_char(const Str *s);                           // 0x7F 0xFF 0xFFFF 0x10FFFF
uint32_t *str_to_ucs4(Thread *th, Value s);                    // mem_alloc'd copy, mem_free it; NULL with MemoryError
Value str_substring(Thread *th, Value s, size_t start, size_t end); // new reference
Value str_concat(Thread *th, Value a, Value b);                // both Str
// a + b where a's reference is taken over: may grow in place when a is unshared.
Value str_append_owned(Thread *th, Value a_owned, Value b);
bool str_equal(const Str *a, const Str *b);
// The same where most differ, or are one.
ALWAYS_INLINE bool str_equal_quick(const Str *a, const Str *b) {
    if (a == b) return true;
    if (a->len != b->len || a->kind != b->kind) return false;
    return ((const uint8_t *)str_data(a))[0] == ((const uint8_t *)str_data(b))[0] && str_equal(a, b);
}
// Frees a str of no subclass whose last reference is gone.
ALWAYS_INLINE void str_free(Thread *th, Str *s) { object_free_sized(th, &s->head, STR_SIZE(s->len, s->kind) + s->spare); }
// decref for what containers hold, which is often text that only they hold: it refers to nothing, and no flag says that anybody else knows it.
ALWAYS_INLINE void decref_item(Thread *th, Value v) {
    if (!value_is_object(v)) return;
    Object *o = value_object(v);
    uint32_t b = atomic_load_relaxed(&o->biased), n = object_own_count(th, b);
    if (LIKELY(n <= OBJ_COUNT_MASK)) {
        atomic_store_relaxed(&o->biased, b - 1);
        if (n != 1) return;
        if (atomic_load_relaxed(&o->shape) == &shape_str && LIKELY(atomic_load_acquire(&o->shared) == 0)) str_free(th, (Str *)o);
        else object_owner_zero(th, o);
    } else if ((b >> OBJ_TID_SHIFT) != OBJ_TID_NONE) object_decref_slow(th, o);
}
bool str_equal_cstr(Value s, const char *ascii);
int str_compare(const Str *a, const Str *b);                   // -1 0 1
intptr_t str_find(const Str *s, const Str *sub, intptr_t start, intptr_t end, int direction); // -1 not found
// UTF-8 text of s. The pointer is s's own data when ASCII; else a bytes object is made into *hold (release it). NULL with UnicodeEncodeError.
const char *str_utf8(Thread *th, Value s, size_t *len, Value *hold);
// os.fspath(x): x itself if it is a str or bytes, or what its __fspath__() returns; else TypeError. New reference.   may run Python
Value str_fspath(Thread *th, Value x);
// For file names and environment: UTF-8 with surrogateescape; ValueError for embedded NUL when len is NULL.
const char *str_fs_path(Thread *th, Value path_str_or_bytes, size_t *len, Value *hold);
Value str_from_fs(Thread *th, const char *p, size_t n);        // UTF-8 with surrogateescape

// Any object: str(x), repr(x), ascii(x), format(x, spec). New references.
Value object_str(Thread *th, Value v);
Value object_repr(Thread *th, Value v);
Value object_ascii(Thread *th, Value v);
Value object_format(Thread *th, Value v, Value spec);          // spec NO_VALUE: ""

// Growing text (core/object/str_builder.c): widens as needed.
typedef struct StrBuilder { Thread *th; uint8_t *buf; size_t len, cap /* units */; uint32_t max_char; uint8_t kind; bool failed;
    uint8_t inline_buf[256] __attribute__((aligned(8))); } StrBuilder;
void str_builder_init(StrBuilder *b, Thread *th);
void str_builder_char(StrBuilder *b, uint32_t cp);
void str_builder_ascii(StrBuilder *b, const char *p, size_t n);
void str_builder_cstr(StrBuilder *b, const char *ascii);
void str_builder_utf8(StrBuilder *b, const char *p, size_t n); // bytes that aren't UTF-8 become U+FFFD
void str_builder_int(StrBuilder *b, int64_t i);
void str_builder_fill(StrBuilder *b, uint32_t cp, size_t n);
void str_builder_chars(StrBuilder *b, const void *p, int kind, size_t n, uint32_t max_char); // n units; max_char: an upper bound
bool str_builder_reserve(StrBuilder *b, size_t extra, uint32_t max_char); // room for extra more units; false: failed
void str_builder_str(StrBuilder *b, Value str);
void str_builder_sub(StrBuilder *b, Value str, size_t start, size_t end);
Value str_builder_finish(StrBuilder *b);    // new Str, or NO_VALUE with MemoryError; always releases the builder
void str_builder_abort(StrBuilder *b);

// A str argument as a C string (encoding and error handler names); absent: NULL. It lives while v does (ASCII) or *hold, which the
// caller releases. what: the argument, in the TypeError. 0 or -1: also ValueError where there is a null in it.
int text_cstr_arg(Thread *th, Value v, const char **out, Value *hold, const char *what);
#endif
