// SPDX-License-Identifier: MIT
// Methods of bytes and bytearray that look for parts, split and join. Arguments are buffers, held while they are used (which also keeps a
// bytearray from being resized); self is held last and let go first (bytes_ops.h), since that may be its lock: functions whose name ends in _in are
// what happens in between, and buffers are released outside of them.
#include <string.h>

#include "core/base/search.h"
#include "core/base/shared_bytes.h"
#include "core/object/abstract.h"
#include "core/object/bytes_ops.h"
#include "core/object/container_inl.h"
#include "core/object/list_int.h"
#include "core/object/tuple.h"
#include "sched/thread/lock.h"

int bytes_hold(Thread *th, Value self, ByteHold *h, int how) {
    *h = (ByteHold){.th = th};
    if (LIKELY(value_is_bytes(self))) {
        h->p = AS(Bytes, self)->data;
        h->n = AS(Bytes, self)->len;
        return 0;
    }
    ByteArray *a = AS(ByteArray, self);
    container_lock(th, &a->head, &a->lock);
    h->p = a->data ? a->data + a->offset : (const uint8_t *)"";
    h->n = a->len;
    if (how == BYTES_LOCK && !th->mt) return 0; // nobody else is there to change it
    if (how == BYTES_LOCK && !a->exports) {
        h->lock = &a->lock;
        return 0;
    }
    h->copy = mem_alloc(th, h->n + 1);
    if (h->copy) shared_copy(h->copy, h->p, h->n);
    obj_unlock(th, &a->lock);
    h->p = h->copy;
    return h->copy ? 0 : -1;
}
void bytes_drop_slow(ByteHold *h) {
    if (h->lock) obj_unlock(h->th, h->lock);
    mem_free(h->copy);
}
size_t bytes_len(Value self) {
    return value_is_bytes(self) ? AS(Bytes, self)->len : atomic_load_acquire(&AS(ByteArray, self)->len);
}

Value bytes_like(Thread *th, Value self, const void *p, size_t n) {
    return value_is_bytes(self) ? bytes_new(th, p, n) : bytearray_new(th, p, n);
}
uint8_t *bytes_like_data(Value v) { return value_is_bytes(v) ? AS(Bytes, v)->data : AS(ByteArray, v)->data; }
Value bytes_like_self(Thread *th, Value self, const ByteHold *v) {
    return value_is_exact_bytes(self) ? new_ref(th, self) : bytes_like(th, self, v->p, v->n);
}

// ---- find -----------------------------------------------------------------------------------------------------------------------------

// Keeps a bytearray from being resized while an argument that may run Python is converted: BufferError for who tries.
static int self_hold(Thread *th, Value self, Value arg, Buffer *hold) {
    hold->obj = NO_VALUE;
    if (value_is_bytes(self) || value_is_imm_int(arg) || value_is_exact_bytes(arg) || !(type_of(arg)->flags & TYPE_HEAP)) return 0;
    return buffer_get_native(th, self, hold, BUF_SIMPLE);
}

// What to look for: a buffer or one byte. Exact bytes are not counted: the caller's argument keeps them.
typedef struct Needle { Buffer b; uint8_t one; const uint8_t *p; size_t n; } Needle;

static int needle_get(Thread *th, Value v, Needle *x, const char *type_error) {
    x->b.obj = NO_VALUE;
    if (LIKELY(value_is_exact_bytes(v))) {
        x->p = AS(Bytes, v)->data;
        x->n = AS(Bytes, v)->len;
        return 0;
    }
    if (index_check(v) && !buffer_check(v)) {
        if (byte_arg(th, v, &x->one, "byte must be in range(0, 256)") < 0) return -1;
        x->p = &x->one;
        x->n = 1;
        return 0;
    }
    if (!buffer_check(v)) {
        raise_type_error(th, type_error, v);
        return -1;
    }
    if (bytes_arg(th, v, &x->b) < 0) return -1;
    x->p = x->b.buf;
    x->n = x->b.len;
    return 0;
}

// Needle, start and end. 0 or -1; release x->b afterwards.
static int find_args(Thread *th, Value self, Value *args, Needle *x, intptr_t *start, intptr_t *end) {
    *start = 0;
    *end = INTPTR_MAX;
    if (text_index_arg(th, args[1], start) < 0 || text_index_arg(th, args[2], end) < 0) return -1;
    Buffer hold;
    if (self_hold(th, self, args[0], &hold) < 0) return -1;
    int r = needle_get(th, args[0], x, "argument should be integer or bytes-like object, not '%T'");
    buffer_release(th, &hold);
    return r;
}

// The index, -1: not there, -2: error.
static intptr_t find_in(Thread *th, Value self, const Needle *x, intptr_t start, intptr_t end, int direction) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -2);
    text_adjust(&start, &end, (intptr_t)v.n);
    if (start > end) return -1;
    intptr_t r = direction > 0 ? chars_find(v.p + start, (size_t)(end - start), x->p, x->n, 1) : chars_rfind(v.p + start, (size_t)(end - start), x->p, x->n, 1);
    return r < 0 ? -1 : r + start;
}

static Value find_any(Thread *th, Value self, Value *args, int direction, bool must) {
    Needle x;
    intptr_t start, end;
    if (find_args(th, self, args, &x, &start, &end) < 0) return NO_VALUE;
    intptr_t r = find_in(th, self, &x, start, end, direction);
    buffer_release(th, &x.b);
    if (r == -2) return NO_VALUE;
    if (r < 0 && must) return raise_value_error(th, "subsection not found");
    return value_imm_int(r);
}
Value bytes_meth_find(Thread *th, Value self, Value *args) { return find_any(th, self, args, 1, false); }
Value bytes_meth_rfind(Thread *th, Value self, Value *args) { return find_any(th, self, args, -1, false); }
Value bytes_meth_index(Thread *th, Value self, Value *args) { return find_any(th, self, args, 1, true); }
Value bytes_meth_rindex(Thread *th, Value self, Value *args) { return find_any(th, self, args, -1, true); }

static intptr_t count_in(Thread *th, Value self, const Needle *x, intptr_t start, intptr_t end) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    text_adjust(&start, &end, (intptr_t)v.n);
    if (start > end) return 0;
    size_t n = (size_t)(end - start);
    return (intptr_t)(x->n == 0 ? n + 1 : x->n > n ? 0 : chars_count(v.p + start, n, x->p, x->n, 1, SIZE_MAX));
}
Value bytes_meth_count(Thread *th, Value self, Value *args) {
    Needle x;
    intptr_t start, end;
    if (find_args(th, self, args, &x, &start, &end) < 0) return NO_VALUE;
    intptr_t count = count_in(th, self, &x, start, end);
    buffer_release(th, &x.b);
    return count < 0 ? NO_VALUE : value_imm_int(count);
}

int bytes_slot_contains(Thread *th, Value self, Value item) {
    Needle x;
    Buffer hold;
    if (self_hold(th, self, item, &hold) < 0) return -1;
    int failed = needle_get(th, item, &x, "a bytes-like object is required, not '%T'");
    buffer_release(th, &hold);
    if (failed) return -1;
    intptr_t r = find_in(th, self, &x, 0, INTPTR_MAX, 1);
    buffer_release(th, &x.b);
    return r == -2 ? -1 : r >= 0;
}

// ---- startswith -----------------------------------------------------------------------------------------------------------------------

static int tail_in(Thread *th, Value self, const uint8_t *p, size_t n, intptr_t start, intptr_t end, bool at_end) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    text_adjust(&start, &end, (intptr_t)v.n);
    if (end - start < (intptr_t)n) return 0;
    return memcmp(v.p + (at_end ? end - (intptr_t)n : start), p, n) == 0;
}
static int tail_match(Thread *th, Value self, Value sub, intptr_t start, intptr_t end, bool at_end) {
    if (LIKELY(value_is_exact_bytes(sub))) return tail_in(th, self, AS(Bytes, sub)->data, AS(Bytes, sub)->len, start, end, at_end);
    Buffer b;
    if (bytes_arg(th, sub, &b) < 0) return -1;
    int r = tail_in(th, self, b.buf, b.len, start, end, at_end);
    buffer_release(th, &b);
    return r;
}

static Value tail_any(Thread *th, Value self, Value *args, const char *fname, bool at_end) {
    intptr_t start = 0, end = INTPTR_MAX;
    if (text_index_arg(th, args[1], &start) < 0 || text_index_arg(th, args[2], &end) < 0) return NO_VALUE;
    int r = 0;
    if (value_is_tuple(args[0])) {
        const Tuple *t = AS(Tuple, args[0]);
        for (size_t i = 0; i < t->len && r == 0; i++) r = tail_match(th, self, t->items[i], start, end, at_end);
    } else {
        if (UNLIKELY(!value_is_exact_bytes(args[0])) && !buffer_check(args[0])) return raise_type_error(th, "%s first arg must be bytes or a tuple of bytes, not %T", fname, args[0]);
        r = tail_match(th, self, args[0], start, end, at_end);
    }
    return r < 0 ? NO_VALUE : value_bool(r);
}
Value bytes_meth_startswith(Thread *th, Value self, Value *args) { return tail_any(th, self, args, "startswith", false); }
Value bytes_meth_endswith(Thread *th, Value self, Value *args) { return tail_any(th, self, args, "endswith", true); }

static Value remove_end_in(Thread *th, Value self, const Buffer *b, bool at_end) {
    BYTES_HOLD(v, self);
    size_t k = b->len && b->len <= v.n && memcmp(v.p + (at_end ? v.n - b->len : 0), b->buf, b->len) == 0 ? b->len : 0;
    return k == 0 ? bytes_like_self(th, self, &v) : bytes_like(th, self, v.p + (at_end ? 0 : k), v.n - k);
}
static Value remove_end(Thread *th, Value self, Value sub, bool at_end) {
    Buffer b;
    if (bytes_arg(th, sub, &b) < 0) return NO_VALUE;
    Value r = remove_end_in(th, self, &b, at_end);
    buffer_release(th, &b);
    return r;
}
Value bytes_meth_removeprefix(Thread *th, Value self, Value *args) { return remove_end(th, self, args[0], false); }
Value bytes_meth_removesuffix(Thread *th, Value self, Value *args) { return remove_end(th, self, args[0], true); }

// ---- replace --------------------------------------------------------------------------------------------------------------------------

static Value replace_in(Thread *th, Value self, const Buffer *o, const Buffer *w, size_t max) {
    BYTES_HOLD(v, self);
    size_t found;
    if (max == 0 || v.n < o->len) return bytes_like_self(th, self, &v);
    if (o->len == 0) found = v.n + 1 < max ? v.n + 1 : max;
    else found = chars_count(v.p, v.n, o->buf, o->len, 1, max);
    if (found == 0) return bytes_like_self(th, self, &v);
    if (w->len > o->len && found > ((size_t)INTPTR_MAX / 2 - v.n) / (w->len - o->len))
        return raise_error(th, &exc_OverflowError, "replace bytes is too long");
    size_t len = v.n - found * o->len + found * w->len;
    Value r = bytes_like(th, self, NULL, len);
    if (r == NO_VALUE || len == 0) return r;
    uint8_t *to = bytes_like_data(r), *stop = to + len;
    size_t at = 0;
    for (size_t i = 0; i < found; i++) {
        size_t skip = o->len == 0 ? (i > 0) : 0;
        if (o->len) {
            intptr_t next = chars_find(v.p + at, v.n - at, o->buf, o->len, 1);
            if (next < 0) break;
            skip = (size_t)next;
        }
        if (skip + w->len > (size_t)(stop - to)) break;
        memcpy(to, v.p + at, skip);
        memcpy(to + skip, w->buf, w->len);
        to += skip + w->len;
        at += skip + o->len;
    }
    size_t rest = v.n - at < (size_t)(stop - to) ? v.n - at : (size_t)(stop - to);
    memcpy(to, v.p + at, rest);
    memset(to + rest, 0, (size_t)(stop - to) - rest);
    return r;
}

Value bytes_meth_replace(Thread *th, Value self, Value *args) {
    intptr_t count;
    if (text_ssize_arg(th, args[2], -1, &count) < 0) return NO_VALUE;
    Buffer o, w;
    if (bytes_arg(th, args[0], &o) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (bytes_arg(th, args[1], &w) == 0) {
        r = replace_in(th, self, &o, &w, count < 0 ? SIZE_MAX : (size_t)count);
        buffer_release(th, &w);
    }
    buffer_release(th, &o);
    return r;
}

// ---- split ----------------------------------------------------------------------------------------------------------------------------

static bool is_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }

static int add_part(Thread *th, Value self, Value list, const uint8_t *p, size_t n) {
    Value part = bytes_like(th, self, p, n);
    return part == NO_VALUE ? -1 : list_append_owned(th, AS(List, list), part);
}

// `list` is nobody else's yet, so appending to it waits for no lock.
static int split_space_in(Thread *th, Value self, Value list, size_t max) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    size_t i = 0;
    for (;;) {
        while (i < v.n && is_space(v.p[i])) i++;
        if (i == v.n) return 0;
        size_t start = i;
        if (max-- == 0) return add_part(th, self, list, v.p + start, v.n - start);
        while (i < v.n && !is_space(v.p[i])) i++;
        if (add_part(th, self, list, v.p + start, i - start) < 0) return -1;
    }
}

static int rsplit_space_in(Thread *th, Value self, Value list, size_t max) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    size_t i = v.n;
    for (;;) {
        while (i > 0 && is_space(v.p[i - 1])) i--;
        if (i == 0) return 0;
        size_t end = i;
        if (max-- == 0) return add_part(th, self, list, v.p, end);
        while (i > 0 && !is_space(v.p[i - 1])) i--;
        if (add_part(th, self, list, v.p + i, end - i) < 0) return -1;
    }
}

static int split_sep_in(Thread *th, Value self, Value list, const Buffer *sep, size_t max, bool from_right) {
    if (sep->len == 0) {
        raise_value_error(th, "empty separator");
        return -1;
    }
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    size_t start = 0, end = v.n;
    while (max-- > 0) {
        intptr_t at = from_right ? chars_rfind(v.p, end, sep->buf, sep->len, 1) : chars_find(v.p + start, end - start, sep->buf, sep->len, 1);
        if (at < 0) break;
        if (from_right) {
            size_t after = (size_t)at + sep->len;
            if (add_part(th, self, list, v.p + after, end - after) < 0) return -1;
            end = (size_t)at;
        } else {
            if (add_part(th, self, list, v.p + start, (size_t)at) < 0) return -1;
            start += (size_t)at + sep->len;
        }
    }
    return add_part(th, self, list, v.p + start, end - start);
}

static Value split_any(Thread *th, Value self, Value *args, bool from_right) {
    intptr_t maxsplit;
    if (text_ssize_arg(th, args[1], -1, &maxsplit) < 0) return NO_VALUE;
    size_t max = maxsplit < 0 ? SIZE_MAX : (size_t)maxsplit;
    Buffer sep = {.obj = NO_VALUE}, hold = {.obj = NO_VALUE};
    bool space = args[0] == NO_VALUE || args[0] == VALUE_NONE;
    int got = space ? 0 : self_hold(th, self, args[0], &hold);
    if (!got && !space) got = bytes_arg(th, args[0], &sep);
    buffer_release(th, &hold);
    if (got < 0) return NO_VALUE;
    Value list = list_new(th, 0);
    int failed = list == NO_VALUE;
    if (!failed) {
        if (!space) failed = split_sep_in(th, self, list, &sep, max, from_right);
        else failed = from_right ? rsplit_space_in(th, self, list, max) : split_space_in(th, self, list, max);
    }
    buffer_release(th, &sep);
    if (failed) {
        decref(th, list);
        return NO_VALUE;
    }
    if (from_right) { // the list is still ours alone
        Value *item = list_items_raw(AS(List, list));
        for (size_t i = 0, j = list_len(AS(List, list)); i + 1 < j; i++) {
            Value t = item[i];
            item[i] = item[--j];
            item[j] = t;
        }
    }
    return list;
}
Value bytes_meth_split(Thread *th, Value self, Value *args) { return split_any(th, self, args, false); }
Value bytes_meth_rsplit(Thread *th, Value self, Value *args) { return split_any(th, self, args, true); }

static int splitlines_in(Thread *th, Value self, Value list, bool keep) {
    BYTES_HOLD_OR(v, self, BYTES_LOCK, -1);
    for (size_t i = 0; i < v.n;) {
        size_t start = i;
        while (i < v.n && v.p[i] != '\n' && v.p[i] != '\r') i++;
        size_t end = i;
        if (i < v.n) {
            i += v.p[i] == '\r' && i + 1 < v.n && v.p[i + 1] == '\n' ? 2 : 1;
            if (keep) end = i;
        }
        if (add_part(th, self, list, v.p + start, end - start) < 0) return -1;
    }
    return 0;
}
Value bytes_meth_splitlines(Thread *th, Value self, Value *args) {
    int keep = args[0] == NO_VALUE ? 0 : object_truth(th, args[0]);
    if (keep < 0) return NO_VALUE;
    Value list = list_new(th, 0);
    if (list != NO_VALUE && splitlines_in(th, self, list, keep) < 0) clear_ref(th, &list);
    return list;
}

// The three parts as owned values; some may be NO_VALUE (error).
static void partition_in(Thread *th, Value self, Value sep, const Buffer *b, bool from_right, const ByteHold *v, Value *parts) {
    intptr_t at = from_right ? chars_rfind(v->p, v->n, b->buf, b->len, 1) : chars_find(v->p, v->n, b->buf, b->len, 1);
    if (at < 0) {
        parts[from_right ? 2 : 0] = bytes_like_self(th, self, v);
        parts[1] = bytes_like(th, self, "", 0);
        parts[from_right ? 0 : 2] = bytes_like(th, self, "", 0);
    } else {
        size_t after = (size_t)at + b->len;
        parts[0] = bytes_like(th, self, v->p, (size_t)at);
        parts[1] = value_is_bytes(self) ? new_ref(th, sep) : bytes_like(th, self, b->buf, b->len);
        parts[2] = bytes_like(th, self, v->p + after, v->n - after);
    }
}

static Value partition_any(Thread *th, Value self, Value sep, bool from_right) {
    Buffer b;
    if (bytes_arg(th, sep, &b) < 0) return NO_VALUE;
    Value r = NO_VALUE, parts[3] = {NO_VALUE, NO_VALUE, NO_VALUE};
    ByteHold v;
    if (b.len == 0) {
        raise_value_error(th, "empty separator");
    } else if (bytes_hold(th, self, &v, BYTES_LOCK) == 0) {
        partition_in(th, self, sep, &b, from_right, &v, parts);
        bytes_drop(&v);
        if (parts[0] != NO_VALUE && parts[1] != NO_VALUE && parts[2] != NO_VALUE) r = tuple_from_owned(th, parts, 3);
        else for (int i = 0; i < 3; i++) decref(th, parts[i]);
    }
    buffer_release(th, &b);
    return r;
}
Value bytes_meth_partition(Thread *th, Value self, Value *args) { return partition_any(th, self, args[0], false); }
Value bytes_meth_rpartition(Thread *th, Value self, Value *args) { return partition_any(th, self, args[0], true); }

// ---- strip ----------------------------------------------------------------------------------------------------------------------------

static Value strip_any(Thread *th, Value self, Value chars, bool left, bool right) {
    bool set[256] = {false};
    if (chars == NO_VALUE || chars == VALUE_NONE) {
        for (int c = 0; c < 256; c++) set[c] = is_space((uint8_t)c);
    } else {
        Buffer b;
        if (bytes_arg(th, chars, &b) < 0) return NO_VALUE;
        for (size_t i = 0; i < b.len; i++) set[b.buf[i]] = true;
        buffer_release(th, &b);
    }
    BYTES_HOLD(v, self);
    size_t i = 0, j = v.n;
    if (left) while (i < j && set[v.p[i]]) i++;
    if (right) while (j > i && set[v.p[j - 1]]) j--;
    return i == 0 && j == v.n ? bytes_like_self(th, self, &v) : bytes_like(th, self, v.p + i, j - i);
}
Value bytes_meth_strip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], true, true); }
Value bytes_meth_lstrip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], true, false); }
Value bytes_meth_rstrip(Thread *th, Value self, Value *args) { return strip_any(th, self, args[0], false, true); }

// ---- join -----------------------------------------------------------------------------------------------------------------------------

static Value join_too_long(Thread *th) { return raise_error(th, &exc_OverflowError, "join() result is too long"); }
static Value join_buffers(Thread *th, Value self, const Value *items, size_t n, Buffer *bufs, size_t *held) {
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (!buffer_check(items[i])) return raise_type_error(th, "sequence item %zu: expected a bytes-like object, %T found", i, items[i]);
        if (buffer_get(th, items[i], &bufs[i], BUF_SIMPLE) < 0) return NO_VALUE;
        *held = i + 1;
        if (bufs[i].len > (size_t)INTPTR_MAX - len) return join_too_long(th);
        len += bufs[i].len;
    }
    BYTES_HOLD_OR(sep, self, BYTES_COPY, NO_VALUE);
    if (n > 1 && sep.n) {
        if (sep.n > ((size_t)INTPTR_MAX - len) / (n - 1)) return join_too_long(th);
        len += sep.n * (n - 1);
    }
    Value r = bytes_like(th, self, NULL, len);
    if (r == NO_VALUE || len == 0) return r;
    uint8_t *to = bytes_like_data(r);
    for (size_t i = 0; i < n; i++) {
        if (i && sep.n) {
            memcpy(to, sep.p, sep.n);
            to += sep.n;
        }
        shared_copy(to, bufs[i].buf, bufs[i].len);
        to += bufs[i].len;
    }
    return r;
}

// sep.join(items) where all of them are exactly bytes; NO_VALUE without an exception: they are not, or the result would be too long.
static Value join_bytes(Thread *th, const Bytes *sep, const Value *items, size_t n) {
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (!value_is_exact_bytes(items[i])) return NO_VALUE;
        size_t add = AS(Bytes, items[i])->len + (i ? sep->len : 0);
        if (add > INT32_MAX || len > INT32_MAX) return NO_VALUE;
        len += add;
    }
    if (len == 0) return bytes_empty;
    if (n == 1) return new_ref(th, items[0]);
    Value r = bytes_new(th, NULL, len);
    if (r == NO_VALUE) return r;
    uint8_t *to = AS(Bytes, r)->data;
    for (size_t i = 0; i < n; i++) {
        if (i) to = (uint8_t *)mempcpy(to, sep->data, sep->len);
        to = (uint8_t *)mempcpy(to, AS(Bytes, items[i])->data, AS(Bytes, items[i])->len);
    }
    return r;
}

Value bytes_meth_join(Thread *th, Value self, Value *args) {
    if (value_is_exact_bytes(self) && value_is_exact_list(args[0])) {    // in place, under its lock: no code runs for bytes
        List *l = AS(List, args[0]);
        list_lock(th, l);
        Value r = join_bytes(th, AS(Bytes, self), list_items_raw(l), l->len);
        list_unlock(th, l);
        if (r != NO_VALUE || error_pending(th)) return r;
    }
    Buffer own; // a bytearray keeps its length while the items are asked for
    bool guard = !value_is_bytes(self);
    if (guard && buffer_get(th, self, &own, BUF_SIMPLE) < 0) return NO_VALUE;
    Value t = text_join_items(th, args[0]);
    if (guard) buffer_release(th, &own);
    if (t == NO_VALUE) return NO_VALUE;
    size_t n = AS(Tuple, t)->len, held = 0;
    const Value *items = AS(Tuple, t)->items;
    Value r;
    if (n == 1 && value_is_exact_bytes(items[0]) && value_is_bytes(self)) {
        r = new_ref(th, items[0]);
    } else {
        Buffer small[8], *bufs = n <= 8 ? small : mem_alloc(th, n * sizeof(Buffer));
        r = bufs ? join_buffers(th, self, items, n, bufs, &held) : NO_VALUE;
        if (r != NO_VALUE && value_is_exact_list(args[0]) && list_len(AS(List, args[0])) != n) {
            decref(th, r);
            r = raise_error(th, &exc_RuntimeError, "sequence changed size during iteration");
        }
        for (size_t i = 0; i < held; i++) buffer_release(th, &bufs[i]);
        if (bufs != small) mem_free(bufs);
    }
    decref(th, t);
    return r;
}

// ---- + and * --------------------------------------------------------------------------------------------------------------------------

Value bytes_concat(Thread *th, Value a, Value b) {
    if (value_is_exact_bytes(a) && value_is_exact_bytes(b)) {
        if (AS(Bytes, a)->len == 0) return new_ref(th, b);
        if (AS(Bytes, b)->len == 0) return new_ref(th, a);
        size_t n = AS(Bytes, a)->len, m = AS(Bytes, b)->len;
        if (LIKELY(n <= (size_t)INTPTR_MAX - 64 - m)) {
            Value r = bytes_new(th, NULL, n + m);
            if (UNLIKELY(r == NO_VALUE)) return NO_VALUE;
            memcpy(AS(Bytes, r)->data, AS(Bytes, a)->data, n);
            memcpy(AS(Bytes, r)->data + n, AS(Bytes, b)->data, m);
            return r;
        }
    }
    Buffer x, y;
    if (!buffer_check(a) || !buffer_check(b)) return raise_type_error(th, "can't concat %T to %T", b, a);
    if (buffer_get(th, a, &x, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (buffer_get(th, b, &y, BUF_SIMPLE) == 0) {
        if (x.len > (size_t)INTPTR_MAX - 64 - y.len) {
            raise_memory_error(th);
        } else {
            size_t n = x.len + y.len;
            r = value_is_bytearray(a) ? bytearray_new(th, NULL, n) : bytes_new(th, NULL, n);
            if (r != NO_VALUE && n) {
                shared_copy(bytes_like_data(r), x.buf, x.len);
                shared_copy(bytes_like_data(r) + x.len, y.buf, y.len);
            }
        }
        buffer_release(th, &y);
    }
    buffer_release(th, &x);
    return r;
}

Value bytes_slot_concat(Thread *th, Value a, Value b) {
    if (!value_is_bytes(a) && !value_is_bytearray(a)) return VALUE_NOT_IMPLEMENTED;
    if (!value_is_exact_bytes(b) && !buffer_check(b)) {
        Value r = text_reflected(th, a, b, type_of(b)->slots.add, bytes_slot_concat);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
    }
    return bytes_concat(th, a, b);
}

Value bytes_slot_repeat(Thread *th, Value a, Value b) {
    if (!value_is_bytes(a) && !value_is_bytearray(a)) {
        Value t = a;
        a = b;
        b = t;
    }
    if (!value_is_bytes(a) && !value_is_bytearray(a)) return VALUE_NOT_IMPLEMENTED;
    if (!index_check(b)) {
        Value r = text_reflected(th, a, b, type_of(b)->slots.mul, bytes_slot_repeat);
        if (r != VALUE_NOT_IMPLEMENTED) return r;
        return raise_type_error(th, "can't multiply sequence by non-int of type '%T'", b);
    }
    intptr_t n = number_as_ssize(th, b, &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    BYTES_HOLD(v, a);
    if (n <= 0 || v.n == 0) return bytes_like(th, a, "", 0);
    if (n == 1) return bytes_like_self(th, a, &v);
    if ((size_t)n > ((size_t)INTPTR_MAX - 64) / v.n) {
        if (value_is_bytes(a)) return raise_error(th, &exc_OverflowError, "repeated bytes are too long");
        return raise_memory_error(th);
    }
    size_t total = v.n * (size_t)n, done = v.n;
    Value r = bytes_like(th, a, NULL, total);
    if (r == NO_VALUE) return NO_VALUE;
    uint8_t *to = bytes_like_data(r);
    memcpy(to, v.p, v.n);
    while (done < total) {
        size_t step = done < total - done ? done : total - done;
        memcpy(to + done, to, step);
        done += step;
    }
    return r;
}

Value bytes_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!buffer_check(a) || !buffer_check(b)) return VALUE_NOT_IMPLEMENTED;
    Buffer x, y;
    if (buffer_get(th, a, &x, BUF_SIMPLE) < 0) {
        error_clear(th);
        return VALUE_NOT_IMPLEMENTED;
    }
    if (buffer_get(th, b, &y, BUF_SIMPLE) < 0) {
        error_clear(th);
        buffer_release(th, &x);
        return VALUE_NOT_IMPLEMENTED;
    }
    int r = 0;
    if ((op != CMP_EQ && op != CMP_NE) || x.len == y.len) {
        size_t n = x.len < y.len ? x.len : y.len;
        if (n) r = th->mt ? shared_compare(x.buf, y.buf, n) : memcmp(x.buf, y.buf, n);
    }
    if (r == 0) r = x.len < y.len ? -1 : x.len > y.len;
    buffer_release(th, &x);
    buffer_release(th, &y);
    return compare_result(op, r);
}
