// SPDX-License-Identifier: MIT
// str methods that take text apart and put it together: split, splitlines, partition, strip, join. No locks: strings don't change, and the
// lists made here are not shared yet.
#include <string.h>

#include "core/base/search.h"
#include "core/base/unicode.h"
#include "core/object/abstract.h"
#include "core/object/list_int.h"
#include "core/object/str_int.h"
#include "core/object/tuple.h"

enum { PARTS_EXPECTED = 12 };    // room a list of parts begins with

ALWAYS_INLINE bool ascii_is_space(uint8_t c) { return c <= 32 && ((1ull << 32 | 0x1Full << 9 | 0xFull << 28) >> c & 1); }

// The list is nobody else's: a part that fits goes straight to its place.
static int add_part(Thread *th, Value list, Value s, size_t start, size_t end) {
    Value part;
    size_t n = end - start;
    if (LIKELY(STR(s)->flags & STR_ASCII) && LIKELY(n > 1) && LIKELY(n < STR(s)->len)) {
        Str *p = str_new_raw(th, n, 0x7F);
        if (UNLIKELY(!p)) return -1;
        memcpy(str_data(p), (const uint8_t *)str_data(STR(s)) + start, n);
        part = VALUE_OF(p);
    } else if ((part = str_substring(th, s, start, end)) == NO_VALUE) return -1;
    List *l = AS(List, list);
    if (LIKELY(l->items != NULL) && LIKELY(l->len < l->items->cap)) {
        l->items->v[l->len++] = part;
        return 0;
    }
    return list_append_owned(th, l, part);
}

static Value part_list(Thread *th, Value list, int failed) {
    if (!failed) return list;
    decref(th, list);
    return NO_VALUE;
}

// ---- split ----------------------------------------------------------------------------------------------------------------------------

static Value split_space(Thread *th, Value self, size_t max) {
    const Str *s = STR(self);
    Value list = list_new(th, PARTS_EXPECTED);
    if (list == NO_VALUE) return NO_VALUE;
    size_t i = 0, n = s->len;
    int failed = 0;
    if (LIKELY(s->flags & STR_ASCII)) {
        const uint8_t *p = str_data(s);
        while (!failed) {
            while (i < n && ascii_is_space(p[i])) i++;
            if (i == n) break;
            size_t start = i;
            if (max-- == 0) i = n;
            else while (i < n && !ascii_is_space(p[i])) i++;
            failed = add_part(th, list, self, start, i);
        }
        return part_list(th, list, failed);
    }
    while (!failed) {
        while (i < n && unicode_is_space(str_char_at(s, i))) i++;
        if (i == n) break;
        size_t start = i;
        if (max-- == 0) { // the rest, with what white space it ends in
            failed = add_part(th, list, self, start, n);
            break;
        }
        while (i < n && !unicode_is_space(str_char_at(s, i))) i++;
        failed = add_part(th, list, self, start, i);
    }
    return part_list(th, list, failed);
}

static Value rsplit_space(Thread *th, Value self, size_t max) {
    const Str *s = STR(self);
    Value list = list_new(th, 0);
    if (list == NO_VALUE) return NO_VALUE;
    size_t i = s->len;
    int failed = 0;
    while (!failed) {
        while (i > 0 && unicode_is_space(str_char_at(s, i - 1))) i--;
        if (i == 0) break;
        size_t end = i;
        if (max-- == 0) {
            failed = add_part(th, list, self, 0, end);
            break;
        }
        while (i > 0 && !unicode_is_space(str_char_at(s, i - 1))) i--;
        failed = add_part(th, list, self, i, end);
    }
    return part_list(th, list, failed);
}

// Nobody else has the list yet.
static void reverse_raw(Value list) {
    Value *v = list_items_raw(AS(List, list));
    for (size_t i = 0, j = list_len(AS(List, list)); i + 1 < j; i++) {
        Value t = v[i];
        v[i] = v[--j];
        v[j] = t;
    }
}

// At an ASCII character, of ASCII text: parts are mostly short, and a call to look for the next end costs more than the look.
static int split_ascii(Thread *th, Value list, Value self, uint8_t sep, size_t max) {
    const uint8_t *p = str_data(STR(self));
    size_t n = STR(self)->len, start = 0;
    while (max-- > 0) {
        size_t end = start, near = n - start < 32 ? n : start + 32;
        while (end < near && p[end] != sep) end++;
        if (end == near) {
            const uint8_t *far = near < n ? memchr(p + near, sep, n - near) : NULL;
            if (!far) break;
            end = (size_t)(far - p);
        }
        if (UNLIKELY(add_part(th, list, self, start, end))) return -1;
        start = end + 1;
    }
    return add_part(th, list, self, start, n);
}

static Value split_sep(Thread *th, Value self, Value sep, size_t max, bool from_right) {
    const Str *s = STR(self), *p = STR(sep);
    if (p->len == 0) return raise_value_error(th, "empty separator");
    Value list = list_new(th, PARTS_EXPECTED);
    if (list == NO_VALUE) return NO_VALUE;
    if (p->len == 1 && !from_right && LIKELY(s->flags & p->flags & STR_ASCII)) return part_list(th, list, split_ascii(th, list, self, *(const uint8_t *)str_data(p), max));
    void *tmp;
    const void *needle = str_needle(th, s, p, &tmp);
    int failed = !needle && error_pending(th);
    size_t start = 0, end = s->len;
    while (!failed && needle && max-- > 0) {
        const char *from = (const char *)str_data(s) + start * s->kind;
        intptr_t at = from_right ? chars_rfind(from, end, needle, p->len, s->kind) : chars_find(from, end - start, needle, p->len, s->kind);
        if (at < 0) break;
        if (from_right) {
            failed = add_part(th, list, self, (size_t)at + p->len, end);
            end = (size_t)at;
        } else {
            failed = add_part(th, list, self, start, start + (size_t)at);
            start += (size_t)at + p->len;
        }
    }
    mem_free(tmp);
    if (!failed) failed = add_part(th, list, self, start, end);
    return part_list(th, list, failed);
}

static Value split_any(Thread *th, Value self, Value *args, bool from_right) {
    intptr_t maxsplit;
    if (text_ssize_arg(th, args[1], -1, &maxsplit) < 0) return NO_VALUE;
    size_t max = maxsplit < 0 ? SIZE_MAX : (size_t)maxsplit;
    Value list;
    if (args[0] == NO_VALUE || args[0] == VALUE_NONE) list = from_right ? rsplit_space(th, self, max) : split_space(th, self, max);
    else if (value_is_str(args[0])) list = split_sep(th, self, args[0], max, from_right);
    else return raise_type_error(th, "must be str or None, not %T", args[0]);
    if (from_right && list != NO_VALUE) reverse_raw(list);
    return list;
}
Value str_meth_split(Thread *th, Value self, Value *args) { return split_any(th, self, args, false); }
Value str_meth_rsplit(Thread *th, Value self, Value *args) { return split_any(th, self, args, true); }

Value str_splitlines(Thread *th, Value self, bool keepends) {
    const Str *s = STR(self);
    Value list = list_new(th, PARTS_EXPECTED);
    if (list == NO_VALUE) return NO_VALUE;
    int failed = 0;
    for (size_t i = 0, n = s->len; i < n && !failed;) {
        size_t start = i;
        if (LIKELY(s->flags & STR_ASCII)) {
            // \n to \r and 0x1C to 0x1E
            for (const uint8_t *p = str_data(s); i < n && (p[i] > 0x1E || !((0xFu << 10 | 7u << 28) >> p[i] & 1)); i++) {}
        } else while (i < n && !unicode_is_linebreak(str_char_at(s, i))) i++;
        size_t end = i;
        if (i < n) {
            i += i + 1 < n && str_char_at(s, i) == '\r' && str_char_at(s, i + 1) == '\n' ? 2 : 1;
            if (keepends) end = i;
        }
        failed = add_part(th, list, self, start, end);
    }
    return part_list(th, list, failed);
}

Value str_meth_splitlines(Thread *th, Value self, Value *args) {
    int keep = args[0] == NO_VALUE ? 0 : object_truth(th, args[0]);
    return keep < 0 ? NO_VALUE : str_splitlines(th, self, keep);
}

static Value partition_any(Thread *th, Value self, Value sep, int direction) {
    if (!value_is_str(sep)) return raise_type_error(th, "must be str, not %T", sep);
    const Str *s = STR(self), *p = STR(sep);
    if (p->len == 0) return raise_value_error(th, "empty separator");
    intptr_t at = str_find(s, p, 0, (intptr_t)s->len, direction);
    Value parts[3];
    if (at < 0) {
        Value whole = str_as_exact(th, self);
        if (whole == NO_VALUE) return NO_VALUE;
        parts[0] = direction > 0 ? whole : str_empty;
        parts[1] = str_empty;
        parts[2] = direction > 0 ? str_empty : whole;
        return tuple_from_owned(th, parts, 3);
    }
    parts[0] = str_substring(th, self, 0, (size_t)at);
    parts[1] = new_ref(th, sep);
    parts[2] = str_substring(th, self, (size_t)at + p->len, s->len);
    if (parts[0] == NO_VALUE || parts[2] == NO_VALUE) {
        for (int i = 0; i < 3; i++) decref(th, parts[i]);
        return NO_VALUE;
    }
    return tuple_from_owned(th, parts, 3);
}
Value str_meth_partition(Thread *th, Value self, Value *args) { return partition_any(th, self, args[0], 1); }
Value str_meth_rpartition(Thread *th, Value self, Value *args) { return partition_any(th, self, args[0], -1); }

// ---- strip ----------------------------------------------------------------------------------------------------------------------------

enum { STRIP_LEFT = 1, STRIP_RIGHT = 2, STRIP_BOTH = 3 };

// A set of characters: a bit each for those below 128, and a bloom word for the rest, confirmed by a search.
typedef struct CharSet { uint64_t low[2], bloom; const Str *chars; } CharSet;

static bool char_set_has(const CharSet *set, uint32_t c) {
    if (c < 128) return set->low[c >> 6] >> (c & 63) & 1;
    if (!(set->bloom >> (c & 63) & 1)) return false;
    return chars_find_char(str_data(set->chars), set->chars->len, set->chars->kind, c) >= 0;
}

static Value strip_any(Thread *th, Value self, Value chars, int sides, const char *fname) {
    const Str *s = STR(self);
    size_t i = 0, j = s->len;
    if (chars == NO_VALUE || chars == VALUE_NONE) {
        if (sides & STRIP_LEFT) while (i < j && unicode_is_space(str_char_at(s, i))) i++;
        if (sides & STRIP_RIGHT) while (j > i && unicode_is_space(str_char_at(s, j - 1))) j--;
    } else {
        if (!value_is_str(chars)) return raise_type_error(th, "%s arg must be None or str", fname);
        CharSet set = {{0, 0}, 0, STR(chars)};
        for (size_t k = 0; k < set.chars->len; k++) {
            uint32_t c = str_char_at(set.chars, k);
            if (c < 128) set.low[c >> 6] |= 1ull << (c & 63);
            else set.bloom |= 1ull << (c & 63);
        }
        if (sides & STRIP_LEFT) while (i < j && char_set_has(&set, str_char_at(s, i))) i++;
        if (sides & STRIP_RIGHT) while (j > i && char_set_has(&set, str_char_at(s, j - 1))) j--;
    }
    if (i == 0 && j == s->len) return str_as_exact(th, self);
    return str_substring(th, self, i, j);
}
Value str_meth_strip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], STRIP_BOTH, "strip"); }
Value str_meth_lstrip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], STRIP_LEFT, "lstrip"); }
Value str_meth_rstrip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], STRIP_RIGHT, "rstrip"); }

// ---- join -----------------------------------------------------------------------------------------------------------------------------

static Value join_items(Thread *th, Value sep, const Value *items, size_t n) {
    if (n == 0) return str_empty;
    if (n == 1 && value_is_exact_str(items[0])) return new_ref(th, items[0]);
    const Str *p = STR(sep);
    size_t len = 0;
    uint32_t max = n > 1 && p->len ? str_max_char(p) : 0;
    for (size_t i = 0; i < n; i++) {
        const Str *s = STR(items[i]);
        size_t add = s->len + (i ? p->len : 0);
        if (add > SIZE_MAX / 8 - len) return raise_error(th, &exc_OverflowError, "join() result is too long for a Python string");
        len += add;
        max |= str_max_char(s);
    }
    if (len <= 1) { // one character, an item's or the separator
        for (size_t i = 0; i < n; i++)
            if (STR(items[i])->len) return str_from_char(th, str_char_at(STR(items[i]), 0));
        return len ? str_from_char(th, str_char_at(p, 0)) : str_empty;
    }
    Str *r = str_new_raw(th, len, max);
    if (!r) return NO_VALUE;
    char *to = str_data(r);
    int kind = r->kind;
    uint32_t sep_char = p->len == 1 ? str_char_at(p, 0) : 0;
    for (size_t i = 0; i < n; i++) {
        if (i && p->len) {
            if (p->len == 1 && kind == 1) *to = (char)sep_char;
            else chars_copy(to, kind, str_data(p), p->kind, p->len);
            to += p->len * (size_t)kind;
        }
        const Str *s = STR(items[i]);
        if (kind == s->kind) memcpy(to, str_data(s), s->len * (size_t)kind);
        else chars_copy(to, kind, str_data(s), s->kind, s->len);
        to += s->len * (size_t)kind;
    }
    return VALUE_OF(r);
}

// A tuple of the items of what a join() got: lists are copied, because another thread may change them. New reference.
Value text_join_items(Thread *th, Value iterable) {
    if (value_is_exact_tuple(iterable)) return new_ref(th, iterable);
    if (value_is_exact_list(iterable)) return list_to_tuple(th, AS(List, iterable));
    Value it = object_iter(th, iterable);
    if (it == NO_VALUE) {
        if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "can only join an iterable");
        return NO_VALUE;
    }
    Value l = sequence_to_list(th, it), t = l ? list_to_tuple(th, AS(List, l)) : NO_VALUE;
    decref(th, it);
    decref(th, l);
    return t;
}

// The index of the first that is no str, or n.
static size_t count_strs(const Value *items, size_t n) {
    size_t i = 0;
    while (i < n && LIKELY(value_is_str(items[i]))) i++;
    return i;
}

Value str_join(Thread *th, Value sep, Value iterable) {
    if (value_is_exact_list(iterable)) {    // in place, under its lock: no code runs for items that are all str
        List *l = AS(List, iterable);
        list_lock(th, l);
        bool strs = count_strs(list_items_raw(l), l->len) == l->len;
        Value r = strs ? join_items(th, sep, list_items_raw(l), l->len) : NO_VALUE;
        list_unlock(th, l);
        if (strs) return r;
    }
    Value t = text_join_items(th, iterable);
    if (t == NO_VALUE) return NO_VALUE;
    const Value *items = AS(Tuple, t)->items;
    size_t n = AS(Tuple, t)->len, good = count_strs(items, n);
    Value r = good == n ? join_items(th, sep, items, n) : raise_type_error(th, "sequence item %zu: expected str instance, %T found", good, items[good]);
    decref(th, t);
    return r;
}
Value str_meth_join(Thread *th, Value self, Value *args) { return str_join(th, self, args[0]); }
