// SPDX-License-Identifier: MIT
// Reading: the loop over the instructions of a pickle, its stack and its memo. What comes in may be anything: every length and index is checked, and
// whatever cannot be is an UnpicklingError. u belongs to the caller's thread (pickle_int.h); what it holds is seen by the collector, so that values are
// in one place at a time.
#include "core/base/utf8.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

enum { MEMO_FREELY = 1 << 16 };

// ---- the stack ------------------------------------------------------------------------------------------------------------------------------

static int stack_grow(Thread *th, Unpickler *u) {
    size_t cap = u->cap * 2;
    bool own = u->stack != u->first_stack;
    Value *s = mem_realloc(th, own ? u->stack : NULL, cap * sizeof *s);
    if (!s) return -1;
    if (!own) memcpy(s, u->stack, u->len * sizeof *s);
    u->stack = s;
    u->cap = cap;
    return 0;
}
int stack_push_slow(Thread *th, Unpickler *u, Value v) {
    if (stack_grow(th, u) < 0) {
        decref(th, v);
        return -1;
    }
    u->stack[u->len++] = v;
    return 0;
}

COLD int stack_underflow(Thread *th, Unpickler *u) {
    unpickling_error(th, u->mark_set ? "unexpected MARK found" : "unpickling stack underflow");
    return -1;
}

static void pop_mark(Unpickler *u) {
    u->nmarks--;
    u->mark_set = u->nmarks != 0;
    u->fence = u->nmarks ? u->marks[u->nmarks - 1] : 0;
}
intptr_t stack_mark(Thread *th, Unpickler *u) {
    if (u->nmarks == 0) return unpickling_error(th, "could not find MARK"), -1;
    size_t at = u->marks[u->nmarks - 1];
    pop_mark(u);
    return (intptr_t)at;
}
static int push_mark(Thread *th, Unpickler *u) {
    if (u->nmarks == u->marks_cap) {
        size_t cap = u->marks_cap * 2;
        bool own = u->marks != u->first_marks;
        size_t *m = mem_realloc(th, own ? u->marks : NULL, cap * sizeof *m);
        if (!m) return -1;
        if (!own) memcpy(m, u->marks, u->nmarks * sizeof *m);
        u->marks = m;
        u->marks_cap = cap;
    }
    u->mark_set = true;
    u->fence = u->marks[u->nmarks++] = u->len;
    return 0;
}

void stack_cut(Thread *th, Unpickler *u, size_t len) {
    while (u->len > len) {
        Value v = u->stack[--u->len]; // the release may run Python: it is no more on the stack then
        decref(th, v);
    }
}

// ---- the memo -------------------------------------------------------------------------------------------------------------------------------

// Is there to be room for index i in the array? Not for a lone large one: what comes in may name any.
static bool memo_dense(const Unpickler *u, size_t i) { return i < u->memo_cap || i < MEMO_FREELY || i / 4 < u->memo_used; }

static int memo_grow(Thread *th, Unpickler *u, size_t i) {
    size_t cap = i * 2;
    Value *m = mem_calloc(th, cap, sizeof *m), *old = u->memo;
    if (!m) return -1;
    memcpy(m, old, u->memo_cap * sizeof *m);
    u->memo = m;
    u->memo_cap = cap;
    if (old != u->first_memo) mem_free(old);
    else memset(old, 0, sizeof u->first_memo);
    return 0;
}

static int memo_put_far(Thread *th, Unpickler *u, size_t i, Value v) {
    if (!u->memo_far && !(u->memo_far = dict_new(th))) return -1;
    Dict *d = AS(Dict, u->memo_far);
    Value key = int_from_u64(th, i);
    size_t before = dict_len(d);
    int r = key ? dict_set(th, d, key, v) : -1;
    u->memo_used += dict_len(d) - before;
    decref(th, key);
    return r;
}
// 1, 0: not there, -1.
static int memo_get_far(Thread *th, Unpickler *u, uint64_t i, Value *v) {
    if (LIKELY(!u->memo_far)) return 0;
    Value key = int_from_u64(th, i);
    int r = key ? dict_get(th, AS(Dict, u->memo_far), key, v) : -1;
    decref(th, key);
    return r;
}

int unpickle_memo_put(Thread *th, Unpickler *u, size_t i, Value v) {
    if (UNLIKELY(u->memo_far != NO_VALUE)) { // what is far stays there
        Value old;
        int r = memo_get_far(th, u, i, &old);
        if (r > 0) decref(th, old);
        if (r) return r < 0 ? -1 : memo_put_far(th, u, i, v);
    }
    if (UNLIKELY(i >= u->memo_cap)) {
        if (!memo_dense(u, i)) return memo_put_far(th, u, i, v);
        if (memo_grow(th, u, i) < 0) return -1;
    }
    Value old = u->memo[i];
    u->memo[i] = new_ref(th, v);
    if (old) decref(th, old);
    else u->memo_used++;
    return 0;
}
void unpickle_memo_clear(Thread *th, Unpickler *u) {
    Value *m = u->memo, first[UNPICKLER_FIRST_MEMO];
    size_t n = u->memo_cap;
    if (m == u->first_memo) m = memcpy(first, m, sizeof first);
    memset(u->first_memo, 0, sizeof u->first_memo);
    u->memo = u->first_memo;
    u->memo_cap = UNPICKLER_FIRST_MEMO;
    u->memo_used = 0;
    clear_ref(th, &u->memo_far);
    for (size_t i = 0; i < n; i++) decref(th, m[i]);
    if (m != first) mem_free(m);
}

static int memo_get(Thread *th, Unpickler *u, uint64_t i) {
    Value v = i < u->memo_cap ? new_ref(th, u->memo[i]) : NO_VALUE;
    if (UNLIKELY(!v) && memo_get_far(th, u, i, &v) <= 0) {
        if (!error_pending(th)) unpickling_error(th, "Memo value not found at index %ld", (long)i);
        return -1;
    }
    return stack_push(th, u, v);
}
static int memo_store(Thread *th, Unpickler *u, size_t i) {
    if (UNLIKELY(u->len <= u->fence)) return stack_underflow(th, u);
    return unpickle_memo_put(th, u, i, u->stack[u->len - 1]);
}

// ---- arguments ------------------------------------------------------------------------------------------------------------------------------

ALWAYS_INLINE uint64_t get_le(const uint8_t *p, int n) {
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v |= (uint64_t)p[i] << 8 * i;
    return v;
}
// A little-endian number of n bytes.
ALWAYS_INLINE bool need_le(Thread *th, Unpickler *u, int n, uint64_t *v) {
    const uint8_t *p = in_need(th, u, (size_t)n);
    if (LIKELY(p != NULL)) *v = get_le(p, n);
    return p != NULL;
}
// A length of n bytes that must be one of memory.
static bool need_size(Thread *th, Unpickler *u, int n, const char *what, size_t *size) {
    uint64_t v;
    if (!need_le(th, u, n, &v)) return false;
    if (UNLIKELY(v > PTRDIFF_MAX)) {
        raise_error(th, &exc_OverflowError, "%s exceeds system's maximum size of %zd bytes", what, (intptr_t)PTRDIFF_MAX);
        return false;
    }
    *size = v;
    return true;
}

// The int that a line holds, newline included (messages show it). NO_VALUE: ValueError.
static Value line_int(Thread *th, const uint8_t *p, size_t n) { return int_from_text(th, (const char *)p, n, 10); }

// A line of at least one character.
static const uint8_t *need_line(Thread *th, Unpickler *u, size_t *n) {
    const uint8_t *p = in_line(th, u, n);
    if (p && *n < 2) {
        unpickling_error(th, "pickle data was truncated");
        return NULL;
    }
    return p;
}
// The index that a line holds.
static bool line_index(Thread *th, Unpickler *u, int64_t *i) {
    size_t n;
    const uint8_t *p = need_line(th, u, &n);
    Value v = p ? line_int(th, p, n) : NO_VALUE;
    int r = v ? number_as_c_ssize(th, v, i) : -1;
    decref(th, v);
    return r == 0;
}

// ---- numbers --------------------------------------------------------------------------------------------------------------------------------

static int load_int(Thread *th, Unpickler *u) {
    size_t n;
    const uint8_t *p = need_line(th, u, &n);
    if (!p) return -1;
    if (n == 3 && p[0] == '0' && (p[1] == '0' || p[1] == '1')) return stack_push(th, u, value_bool(p[1] == '1'));
    Value v = line_int(th, p, n);
    if (!v && error_clear_if(th, &exc_ValueError)) raise_value_error(th, "could not convert string to int");
    return stack_push(th, u, v);
}

static int load_long_text(Thread *th, Unpickler *u) {
    size_t n;
    const uint8_t *p = need_line(th, u, &n);
    if (!p) return -1;
    if (p[n - 2] == 'L') n -= 2; // the mark of Python 2
    return stack_push(th, u, line_int(th, p, n));
}

static int load_long(Thread *th, Unpickler *u, int size_bytes) {
    uint64_t n;
    if (!need_le(th, u, size_bytes, &n)) return -1;
    if (size_bytes == 4 && (int32_t)n < 0) return unpickling_error(th, "LONG pickle has negative byte count"), -1;
    const uint8_t *p = in_need(th, u, n);
    if (!p) return -1;
    if (n > 8) return stack_push(th, u, int_from_bytes(th, p, n, true, true));
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) bits |= (uint64_t)p[i] << 8 * i;
    if (n && n < 8 && p[n - 1] & 0x80) bits |= ~(uint64_t)0 << 8 * n;
    return stack_push(th, u, int_from_i64(th, (int64_t)bits));
}

static int load_float_text(Thread *th, Unpickler *u) {
    size_t n;
    const uint8_t *p = need_line(th, u, &n);
    if (!p) return -1;
    Value b = bytes_new(th, p, n - 1), f = NO_VALUE;
    // float() forgives space around it and underscores; a pickle has none.
    bool bad = memchr(p, '_', n) || p[0] <= ' ' || (n > 1 && p[n - 2] <= ' ');
    if (b && !bad) f = float_from_text(th, b);
    decref(th, b);
    if (!f && (bad || error_clear_if(th, &exc_ValueError))) raise_value_error(th, "could not convert string to float");
    return stack_push(th, u, f);
}

static int load_binfloat(Thread *th, Unpickler *u) {
    const uint8_t *p = in_need(th, u, 8);
    if (!p) return -1;
    uint64_t bits;
    memcpy(&bits, p, 8);
    bits = __builtin_bswap64(bits);
    double d;
    memcpy(&d, &bits, 8);
    return stack_push(th, u, float_from_double(th, d));
}

// ---- text and bytes -------------------------------------------------------------------------------------------------------------------------

static COLD Value decode_utf8(Thread *th, const uint8_t *p, size_t n) { return codec_decode_text(th, p, n, "utf-8", "surrogatepass"); }

static int load_unicode(Thread *th, Unpickler *u, int size_bytes) {
    size_t n;
    if (!need_size(th, u, size_bytes, "BINUNICODE", &n)) return -1;
    const uint8_t *p = in_need(th, u, n);
    if (UNLIKELY(!p)) return -1;
    Value v = LIKELY(ascii_all(p, n)) ? str_from_ascii(th, (const char *)p, n) : decode_utf8(th, p, n);
    return stack_push(th, u, v);
}
// Most text is short and ASCII: looked at and copied in one go.
static int load_short_unicode(Thread *th, Unpickler *u) {
    const uint8_t *size = in_need(th, u, 1), *p;
    if (UNLIKELY(!size)) return -1;
    size_t n = *size;
    if (UNLIKELY(!(p = in_need(th, u, n)))) return -1;
    if (n < 2) return stack_push(th, u, n == 0 ? str_empty : *p < 0x80 ? str_latin1_char(*p) : decode_utf8(th, p, n));
    Str *s = str_new_raw(th, n, 0x7F);
    if (UNLIKELY(!s)) return -1;
    uint8_t *to = str_data(s);
    uint64_t high = 0, w;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&w, p + i, 8);
        memcpy(to + i, &w, 8);
        high |= w;
    }
    for (; i < n; i++) high |= to[i] = p[i];
    if (LIKELY(!(high & 0x8080808080808080u))) return stack_push(th, u, VALUE_OF(s));
    decref(th, VALUE_OF(s));
    return stack_push(th, u, decode_utf8(th, p, n));
}
static int load_unicode_text(Thread *th, Unpickler *u) {
    size_t n;
    const uint8_t *p = in_line(th, u, &n);
    return p ? stack_push(th, u, raw_unicode_escape_decode(th, p, n - 1, NULL, NULL)) : -1;
}

static int load_bytes(Thread *th, Unpickler *u, int size_bytes) {
    size_t n;
    if (!need_size(th, u, size_bytes, "BINBYTES", &n)) return -1;
    return stack_push(th, u, in_bytes(th, u, n));
}
static int load_bytearray(Thread *th, Unpickler *u) {
    size_t n;
    if (!need_size(th, u, 8, "BYTEARRAY8", &n)) return -1;
    return stack_push(th, u, in_bytearray(th, u, n));
}

// A str of Python 2, as bytes or decoded. Takes over bytes.
static int push_string(Thread *th, Unpickler *u, Value bytes) {
    if (!bytes || u->bytes_strings) return stack_push(th, u, bytes);
    Value v = codec_decode_text(th, AS(Bytes, bytes)->data, AS(Bytes, bytes)->len, u->encoding, u->errors);
    decref(th, bytes);
    return stack_push(th, u, v);
}
static int load_string(Thread *th, Unpickler *u, int size_bytes) {
    uint64_t n;
    if (!need_le(th, u, size_bytes, &n)) return -1;
    if (size_bytes == 4 && (int32_t)n < 0) return unpickling_error(th, "BINSTRING pickle has negative byte count"), -1;
    return push_string(th, u, in_bytes(th, u, n));
}
static int load_string_text(Thread *th, Unpickler *u) {
    size_t n;
    const uint8_t *p = in_line(th, u, &n);
    if (!p) return -1;
    n--;
    if (n < 2 || p[0] != p[n - 1] || (p[0] != '"' && p[0] != '\'')) return unpickling_error(th, "the STRING opcode argument must be quoted"), -1;
    return push_string(th, u, bytes_escape_decode(th, p + 1, n - 2, NULL));
}

// ---- containers -----------------------------------------------------------------------------------------------------------------------------

// The items from `at` on become a new tuple in their place.
static int load_tuple(Thread *th, Unpickler *u, intptr_t at) {
    if (at < 0) return -1;
    size_t n = u->len - (size_t)at;
    if (n == 0) return stack_push(th, u, tuple_empty);
    Tuple *t = tuple_new(th, n);
    if (!t) return -1;
    memcpy(t->items, u->stack + at, n * sizeof(Value));
    u->stack[at] = VALUE_OF(t);
    u->len = (size_t)at + 1;
    return 0;
}
static int load_counted_tuple(Thread *th, Unpickler *u, size_t n) {
    return u->len - u->fence < n ? stack_underflow(th, u) : load_tuple(th, u, (intptr_t)(u->len - n));
}

static Value take_list(Thread *th, Unpickler *u, size_t at) {
    size_t n = u->len - at;
    u->len = at;
    return list_from_owned(th, u->stack + at, n);
}
static int load_list(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    return at < 0 ? -1 : stack_push(th, u, take_list(th, u, (size_t)at));
}

static int load_frozenset(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    if (at < 0) return -1;
    Value items = take_list(th, u, (size_t)at), s = items ? frozenset_new(th, items) : NO_VALUE;
    decref(th, items);
    return stack_push(th, u, s);
}

// The keys and values from `at` on go into d, which lies below them, or is held.
static int set_pairs(Thread *th, Unpickler *u, Value d, size_t at) {
    int r = 0;
    bool exact = value_is_exact_dict(d);
    for (size_t i = at; r == 0 && i + 1 < u->len; i += 2) {
        Value k = u->stack[i], v = u->stack[i + 1];
        r = exact ? dict_set(th, AS(Dict, d), k, v) : object_setitem(th, d, k, v);
    }
    stack_cut(th, u, at);
    return r;
}

static int load_dict(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    if (at < 0) return -1;
    if ((u->len - (size_t)at) % 2) return unpickling_error(th, "odd number of items for DICT"), -1;
    Value d = dict_new_sized(th, (u->len - (size_t)at) / 2);
    if (!d) return -1;
    if (set_pairs(th, u, d, (size_t)at) < 0) {
        decref(th, d);
        return -1;
    }
    return stack_push(th, u, d);
}
static int load_setitems(Thread *th, Unpickler *u, intptr_t at) {
    if (at < 0) return -1;
    if ((size_t)at > u->len || (size_t)at <= u->fence) return stack_underflow(th, u);
    if ((size_t)at == u->len) return 0;
    if ((u->len - (size_t)at) % 2) return unpickling_error(th, "odd number of items for SETITEMS"), -1;
    return set_pairs(th, u, u->stack[at - 1], (size_t)at);
}

// l takes the items over.
static int append_owned(Thread *th, Unpickler *u, List *l, size_t at) {
    size_t n = u->len - at;
    owned_lock(th, &l->head, &l->lock);
    int r = list_reserve_locked(th, l, l->len + n);
    if (r == 0) {
        Value *to = l->items->v + l->len;
        for (size_t i = 0; i < n; i++) atomic_store_release(&to[i], u->stack[at + i]);
        atomic_store_release(&l->len, l->len + n);
        u->len = at;
    }
    owned_unlock(th, &l->head, &l->lock);
    return r;
}
static int load_appends(Thread *th, Unpickler *u, intptr_t at) {
    if (at < 0) return -1;
    if ((size_t)at > u->len || (size_t)at <= u->fence) return stack_underflow(th, u);
    if ((size_t)at == u->len) return 0;
    Value list = u->stack[at - 1], extend, r = NO_VALUE;
    if (LIKELY(value_is_exact_list(list))) return append_owned(th, u, AS(List, list), (size_t)at);
    int has = object_getattr_optional(th, list, str_intern_cstr(th, "extend"), &extend);
    if (has < 0) return -1;
    if (has) {
        Value items = take_list(th, u, (size_t)at);
        r = items ? call1(th, extend, items) : NO_VALUE;
        decref(th, items);
        decref(th, extend);
        decref(th, r);
        return r ? 0 : -1;
    }
    Value append = object_getattr(th, list, name_append);
    if (!append) return -1;
    for (size_t i = (size_t)at; i < u->len; i++) {
        r = call1(th, append, u->stack[i]);
        decref(th, r);
        if (!r) break;
    }
    decref(th, append);
    stack_cut(th, u, (size_t)at);
    return r ? 0 : -1;
}

static int load_additems(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    if (at < 0) return -1;
    if ((size_t)at > u->len || (size_t)at <= u->fence) return stack_underflow(th, u);
    if ((size_t)at == u->len) return 0;
    Value set = u->stack[at - 1], add = NO_VALUE;
    int r = 0;
    bool real = type_is_subtype(type_of(set), &type_set);
    if (!real && !(add = object_getattr(th, set, str_intern_cstr(th, "add")))) return -1;
    for (size_t i = (size_t)at; r == 0 && i < u->len; i++) {
        if (real) r = set_add(th, AS(Set, set), u->stack[i]);
        else {
            Value done = call1(th, add, u->stack[i]);
            decref(th, done);
            r = done ? 0 : -1;
        }
    }
    decref(th, add);
    stack_cut(th, u, (size_t)at);
    return r;
}

// ---- the loop -------------------------------------------------------------------------------------------------------------------------------

static int load_pop(Thread *th, Unpickler *u) {
    if (u->nmarks && u->marks[u->nmarks - 1] == u->len) pop_mark(u);
    else if (u->len <= u->fence) return stack_underflow(th, u);
    else stack_cut(th, u, u->len - 1);
    return 0;
}
static int load_dup(Thread *th, Unpickler *u) {
    return u->len <= u->fence ? stack_underflow(th, u) : stack_push(th, u, new_ref(th, u->stack[u->len - 1]));
}
static int load_proto(Thread *th, Unpickler *u) {
    uint64_t v;
    if (!need_le(th, u, 1, &v)) return -1;
    if (v > PICKLE_HIGHEST) return raise_value_error(th, "unsupported pickle protocol: %d", (int)v), -1;
    u->proto = (int32_t)v;
    return 0;
}

static COLD int bad_opcode(Thread *th, uint8_t op) {
    if (op >= 0x20 && op <= 0x7E && op != '\'' && op != '\\') unpickling_error(th, "invalid load key, '%c'.", op);
    else unpickling_error(th, "invalid load key, '\\x%s%x'.", op < 16 ? "0" : "", op);
    return -1;
}

static int load_one(Thread *th, Unpickler *u, uint8_t op) {
    uint64_t v;
    int64_t i;
    intptr_t at;
    size_t n;
    switch (op) {
    case OPC_NONE: return stack_push(th, u, VALUE_NONE);
    case OPC_NEWTRUE: return stack_push(th, u, VALUE_TRUE);
    case OPC_NEWFALSE: return stack_push(th, u, VALUE_FALSE);
    case OPC_BININT: return need_le(th, u, 4, &v) ? stack_push(th, u, value_imm_int((int32_t)v)) : -1;
    case OPC_BININT1: return need_le(th, u, 1, &v) ? stack_push(th, u, value_imm_int((int64_t)v)) : -1;
    case OPC_BININT2: return need_le(th, u, 2, &v) ? stack_push(th, u, value_imm_int((int64_t)v)) : -1;
    case OPC_INT: return load_int(th, u);
    case OPC_LONG: return load_long_text(th, u);
    case OPC_LONG1: return load_long(th, u, 1);
    case OPC_LONG4: return load_long(th, u, 4);
    case OPC_FLOAT: return load_float_text(th, u);
    case OPC_BINFLOAT: return load_binfloat(th, u);

    case OPC_SHORT_BINUNICODE: return load_short_unicode(th, u);
    case OPC_BINUNICODE: return load_unicode(th, u, 4);
    case OPC_BINUNICODE8: return load_unicode(th, u, 8);
    case OPC_UNICODE: return load_unicode_text(th, u);
    case OPC_SHORT_BINBYTES: return load_bytes(th, u, 1);
    case OPC_BINBYTES: return load_bytes(th, u, 4);
    case OPC_BINBYTES8: return load_bytes(th, u, 8);
    case OPC_BYTEARRAY8: return load_bytearray(th, u);
    case OPC_STRING: return load_string_text(th, u);
    case OPC_BINSTRING: return load_string(th, u, 4);
    case OPC_SHORT_BINSTRING: return load_string(th, u, 1);

    case OPC_BINGET: return need_le(th, u, 1, &v) ? memo_get(th, u, v) : -1;
    case OPC_LONG_BINGET: return need_le(th, u, 4, &v) ? memo_get(th, u, v) : -1;
    case OPC_GET: return line_index(th, u, &i) ? memo_get(th, u, (uint64_t)i) : -1;
    case OPC_MEMOIZE:
        n = u->memo_used;
        if (UNLIKELY(u->len <= u->fence || n >= u->memo_cap || u->memo[n] || u->memo_far)) return memo_store(th, u, n);
        u->memo[n] = new_ref(th, u->stack[u->len - 1]);
        u->memo_used++;
        return 0;
    case OPC_BINPUT: return need_le(th, u, 1, &v) ? memo_store(th, u, v) : -1;
    case OPC_LONG_BINPUT: return need_le(th, u, 4, &v) ? memo_store(th, u, v) : -1;
    case OPC_PUT:
        if (u->len <= u->fence) return stack_underflow(th, u);
        if (!line_index(th, u, &i)) return -1;
        if (i < 0) return raise_value_error(th, "negative PUT argument"), -1;
        return memo_store(th, u, (size_t)i);

    case OPC_MARK: return push_mark(th, u);
    case OPC_POP: return load_pop(th, u);
    case OPC_POP_MARK:
        if ((at = stack_mark(th, u)) < 0) return -1;
        stack_cut(th, u, (size_t)at);
        return 0;
    case OPC_DUP: return load_dup(th, u);

    case OPC_EMPTY_TUPLE: return stack_push(th, u, tuple_empty);
    case OPC_TUPLE1: return load_counted_tuple(th, u, 1);
    case OPC_TUPLE2: return load_counted_tuple(th, u, 2);
    case OPC_TUPLE3: return load_counted_tuple(th, u, 3);
    case OPC_TUPLE: return load_tuple(th, u, stack_mark(th, u));
    case OPC_EMPTY_LIST: return stack_push(th, u, list_new(th, 0));
    case OPC_LIST: return load_list(th, u);
    case OPC_APPEND: n = u->len; return n <= u->fence || n < 2 ? stack_underflow(th, u) : load_appends(th, u, (intptr_t)n - 1);
    case OPC_APPENDS: return load_appends(th, u, stack_mark(th, u));
    case OPC_EMPTY_DICT: return stack_push(th, u, dict_new(th));
    case OPC_DICT: return load_dict(th, u);
    case OPC_SETITEM: n = u->len; return n < 3 ? stack_underflow(th, u) : load_setitems(th, u, (intptr_t)n - 2);
    case OPC_SETITEMS: return load_setitems(th, u, stack_mark(th, u));
    case OPC_EMPTY_SET: return stack_push(th, u, set_new(th, NO_VALUE));
    case OPC_ADDITEMS: return load_additems(th, u);
    case OPC_FROZENSET: return load_frozenset(th, u);

    case OPC_GLOBAL: return load_global(th, u);
    case OPC_STACK_GLOBAL: return load_stack_global(th, u);
    case OPC_INST: return load_inst(th, u);
    case OPC_OBJ: return load_obj(th, u);
    case OPC_NEWOBJ: return load_newobj(th, u, false);
    case OPC_NEWOBJ_EX: return load_newobj(th, u, true);
    case OPC_REDUCE: return load_reduce(th, u);
    case OPC_BUILD: return load_build(th, u);
    case OPC_EXT1: return load_extension(th, u, 1);
    case OPC_EXT2: return load_extension(th, u, 2);
    case OPC_EXT4: return load_extension(th, u, 4);
    case OPC_PERSID: return load_persid(th, u, true);
    case OPC_BINPERSID: return load_persid(th, u, false);
    case OPC_NEXT_BUFFER: return load_next_buffer(th, u);
    case OPC_READONLY_BUFFER: return load_readonly_buffer(th, u);

    case OPC_PROTO: return load_proto(th, u);
    case OPC_FRAME: return need_le(th, u, 8, &v) ? in_frame(th, u, v) : -1;
    default: return bad_opcode(th, op);
    }
}

Value unpickle_run(Thread *th, Unpickler *u) {
    u->proto = 0;
    u->nmarks = u->fence = 0;
    u->mark_set = false;
    stack_cut(th, u, 0);
    Value result = NO_VALUE;
    for (;;) {
        const uint8_t *op = in_need(th, u, 1);
        if (UNLIKELY(!op)) {
            if (error_clear_if(th, AS(Type, pickle_globals.unpickling_error))) raise_error(th, &exc_EOFError, "Ran out of input");
            break;
        }
        uint8_t c = *op;
        if (c == OPC_STOP) {
            result = stack_pop(th, u);
            break;
        }
        // Long pickles without objects run no Python code: other threads, and signals, come to their turn all the same.
        if (UNLIKELY(atomic_load_relaxed(&th->poll)) && thread_safepoint(th)) break;
        if (UNLIKELY(load_one(th, u, c) < 0)) break;
    }
    if (result && in_finish(th, u) < 0) clear_ref(th, &result);
    stack_cut(th, u, 0);
    return result;
}
