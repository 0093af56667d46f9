// SPDX-License-Identifier: MIT
// str methods that look for substrings: find, index, count, startswith, replace, removeprefix... No locks: strings don't change.
#include <string.h>

#include "core/base/search.h"
#include "core/object/abstract.h"
#include "core/object/str_int.h"
#include "core/object/tuple.h"

// Arguments (sub, start, end) of the find family. 0 or -1.
static int find_args(Thread *th, Value self, Value *args, const char *fname, intptr_t *start, intptr_t *end) {
    if (UNLIKELY(!value_is_str(args[0]))) {
        raise_type_error(th, "%s() argument 1 must be str, not %B", fname, args[0]);
        return -1;
    }
    *start = 0;
    *end = (intptr_t)STR(self)->len;
    if (LIKELY(args[1] == NO_VALUE && args[2] == NO_VALUE)) return 0;
    if (text_index_arg(th, args[1], start) < 0 || text_index_arg(th, args[2], end) < 0) return -1;
    text_adjust(start, end, (intptr_t)STR(self)->len);
    return 0;
}

static Value find_any(Thread *th, Value self, Value *args, const char *fname, int direction, bool must) {
    intptr_t start, end;
    if (find_args(th, self, args, fname, &start, &end) < 0) return NO_VALUE;
    intptr_t r = str_find(STR(self), STR(args[0]), start, end, direction);
    if (must && r < 0) return raise_value_error(th, "substring not found");
    return value_imm_int(r);
}

Value str_meth_find(Thread *th, Value self, Value *args) { return find_any(th, self, args, "find", 1, false); }
Value str_meth_rfind(Thread *th, Value self, Value *args) { return find_any(th, self, args, "rfind", -1, false); }
Value str_meth_index(Thread *th, Value self, Value *args) { return find_any(th, self, args, "index", 1, true); }
Value str_meth_rindex(Thread *th, Value self, Value *args) { return find_any(th, self, args, "rindex", -1, true); }

Value str_meth_count(Thread *th, Value self, Value *args) {
    intptr_t start, end;
    if (find_args(th, self, args, "count", &start, &end) < 0) return NO_VALUE;
    const Str *s = STR(self), *sub = STR(args[0]);
    if (start > end) return value_imm_int(0);
    size_t n = (size_t)(end - start);
    if (sub->len == 0) return value_imm_int((int64_t)n + 1);
    if (sub->len > n) return value_imm_int(0);
    void *tmp;
    const void *needle = str_needle(th, s, sub, &tmp);
    if (!needle) return error_pending(th) ? NO_VALUE : value_imm_int(0);
    size_t count = chars_count((const char *)str_data(s) + (size_t)start * s->kind, n, needle, sub->len, s->kind, SIZE_MAX);
    mem_free(tmp);
    return value_imm_int((int64_t)count);
}

// Whether sub stands at s[at:at+len(sub)], which is in range.
static bool stands_at(const Str *s, const Str *sub, size_t at) {
    if (s->kind == sub->kind) return memcmp((const char *)str_data(s) + at * s->kind, str_data(sub), sub->len * s->kind) == 0;
    if (sub->kind > s->kind) return sub->len == 0;
    for (size_t i = 0; i < sub->len; i++)
        if (str_char_at(s, at + i) != str_char_at(sub, i)) return false;
    return true;
}

static bool tail_match(const Str *s, const Str *sub, intptr_t start, intptr_t end, bool at_end) {
    if (end - start < (intptr_t)sub->len) return false;
    return stands_at(s, sub, at_end ? (size_t)end - sub->len : (size_t)start);
}

static Value tail_any(Thread *th, Value self, Value *args, const char *fname, bool at_end) {
    const Str *s = STR(self);
    intptr_t start = 0, end = (intptr_t)s->len;
    if (args[1] != NO_VALUE || args[2] != NO_VALUE) {
        if (text_index_arg(th, args[1], &start) < 0 || text_index_arg(th, args[2], &end) < 0) return NO_VALUE;
        text_adjust(&start, &end, (intptr_t)s->len);
    }
    if (LIKELY(value_is_str(args[0]))) return value_bool(tail_match(s, STR(args[0]), start, end, at_end));
    if (!value_is_tuple(args[0])) return raise_type_error(th, "%s first arg must be str or a tuple of str, not %T", fname, args[0]);
    const Tuple *t = AS(Tuple, args[0]);
    for (size_t i = 0; i < t->len; i++) {
        if (!value_is_str(t->items[i])) return raise_type_error(th, "tuple for %s must only contain str, not %T", fname, t->items[i]);
        if (tail_match(s, STR(t->items[i]), start, end, at_end)) return VALUE_TRUE;
    }
    return VALUE_FALSE;
}
Value str_meth_startswith(Thread *th, Value self, Value *args) { return tail_any(th, self, args, "startswith", false); }
Value str_meth_endswith(Thread *th, Value self, Value *args) { return tail_any(th, self, args, "endswith", true); }

Value str_meth_removeprefix(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "removeprefix() argument must be str, not %B", args[0]);
    const Str *s = STR(self), *p = STR(args[0]);
    return tail_match(s, p, 0, (intptr_t)s->len, false) ? str_substring(th, self, p->len, s->len) : str_as_exact(th, self);
}
Value str_meth_removesuffix(Thread *th, Value self, Value *args) {
    if (!value_is_str(args[0])) return raise_type_error(th, "removesuffix() argument must be str, not %B", args[0]);
    const Str *s = STR(self), *p = STR(args[0]);
    return tail_match(s, p, 0, (intptr_t)s->len, true) ? str_substring(th, self, 0, s->len - p->len) : str_as_exact(th, self);
}

// ---- replace --------------------------------------------------------------------------------------------------------------------------

// "abc".replace("", "-"): between all characters, at most max times.
static Value replace_empty(Thread *th, Value self, Value with, size_t max) {
    const Str *s = STR(self), *w = STR(with);
    size_t places = s->len + 1 < max ? s->len + 1 : max;
    if (w->len && places > (SIZE_MAX / 8 - s->len) / w->len) return raise_error(th, &exc_OverflowError, "replace string is too long");
    StrBuilder b;
    str_builder_init(&b, th);
    str_builder_reserve(&b, s->len + places * w->len, str_max_char(s) | str_max_char(w));
    for (size_t i = 0; i < places && !b.failed; i++) {
        str_builder_str(&b, with);
        if (i < s->len) str_builder_char(&b, str_char_at(s, i));
    }
    str_builder_sub(&b, self, places, s->len);
    return str_builder_finish(&b);
}

// One character for one, both no wider than s, and the result's width known to be the same.
static Value replace_char(Thread *th, Value self, uint32_t from, uint32_t to, size_t max) {
    const Str *s = STR(self);
    Str *r = str_new_raw(th, s->len, str_max_char(s));
    if (!r) return NO_VALUE;
    uint8_t *p = str_data(r), *end = p + s->len;
    memcpy(p, str_data(s), s->len);
    while (max-- > 0 && p < end && (p = memchr(p, (int)from, (size_t)(end - p))) != NULL) *p++ = (uint8_t)to;
    return VALUE_OF(r);
}

Value str_replace(Thread *th, Value self, Value old, Value with, intptr_t count) {
    const Str *s = STR(self), *o = STR(old), *w = STR(with);
    size_t max = count < 0 ? SIZE_MAX : (size_t)count;
    if (max == 0 || s->len < o->len || (o->len == w->len && str_equal(o, w))) return str_as_exact(th, self);
    if (o->len == 0) return replace_empty(th, self, with, max);
    void *tmp;
    const void *needle = str_needle(th, s, o, &tmp);
    if (!needle) return error_pending(th) ? NO_VALUE : str_as_exact(th, self);
    // The first places are kept, so that the text is searched once.
    enum { PLACES = 64 };
    size_t places[PLACES], found = 0, from = 0;
    while (found < max && found < PLACES) {
        intptr_t next = chars_find((const char *)str_data(s) + from * s->kind, s->len - from, needle, o->len, s->kind);
        if (next < 0) break;
        places[found++] = from + (size_t)next;
        from += (size_t)next + o->len;
    }
    if (found == PLACES && found < max)
        found += chars_count((const char *)str_data(s) + from * s->kind, s->len - from, needle, o->len, s->kind, max - found);
    if (found == 0) {
        mem_free(tmp);
        return str_as_exact(th, self);
    }
    bool both_ascii = (s->flags & STR_ASCII) && (w->flags & STR_ASCII);
    if (both_ascii && o->len == 1 && w->len == 1) {
        Value r = replace_char(th, self, str_char_at(o, 0), str_char_at(w, 0), max);
        mem_free(tmp);
        return r;
    }
    if (w->len > o->len && found > (SIZE_MAX / 8 - s->len) / (w->len - o->len)) {
        mem_free(tmp);
        return raise_error(th, &exc_OverflowError, "replace string is too long");
    }
    size_t len = s->len - found * o->len + found * w->len;
    uint32_t max_char = str_max_char(s) > str_max_char(w) ? str_max_char(s) : str_max_char(w);
    Str *r = len ? str_new_raw(th, len, max_char) : NULL;
    if (!r) {
        mem_free(tmp);
        return len ? NO_VALUE : str_empty;
    }
    char *to = str_data(r);
    size_t at = 0;
    for (size_t i = 0; i < found; i++) {
        const char *from = (const char *)str_data(s) + at * s->kind;
        size_t skip = i < PLACES ? places[i] - at : (size_t)chars_find(from, s->len - at, needle, o->len, s->kind);
        chars_copy(to, r->kind, from, s->kind, skip);
        to += skip * r->kind;
        chars_copy(to, r->kind, str_data(w), w->kind, w->len);
        to += w->len * r->kind;
        at += skip + o->len;
    }
    chars_copy(to, r->kind, (const char *)str_data(s) + at * s->kind, s->kind, s->len - at);
    mem_free(tmp);
    // What made s wide may be gone now.
    if (both_ascii) {
        if (len > 1) return VALUE_OF(r);
    } else if (len > 1 && chars_max(str_data(r), r->kind, len) == max_char) {
        return VALUE_OF(r);
    }
    Value narrow = str_from_chars(th, str_data(r), r->kind, len);
    decref(th, VALUE_OF(r));
    return narrow;
}

Value str_meth_replace(Thread *th, Value self, Value *args) {
    for (int i = 0; i < 2; i++)
        if (!value_is_str(args[i])) return raise_type_error(th, "replace() argument %d must be str, not %B", i + 1, args[i]);
    intptr_t count;
    if (text_ssize_arg(th, args[2], -1, &count) < 0) return NO_VALUE;
    return str_replace(th, self, args[0], args[1], count);
}
