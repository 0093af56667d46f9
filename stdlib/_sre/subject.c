// SPDX-License-Identifier: MIT
// The text an operation works on, and running the engine over it from Python's side. A subject borrows the caller's
// reference and holds a buffer of objects that may change; released by the same call. No locks.
#include "stdlib/_sre/_sre_int.h"

int subject_get(Thread *th, Value string, Subject *s) {
    s->string = string;
    s->has_buffer = false;
    if (value_is_str(string)) {
        const Str *str = AS(Str, string);
        s->data = str_data(str), s->len = str->len, s->width = str->kind, s->is_bytes = false;
        return 0;
    }
    s->width = 1, s->is_bytes = true;
    if (value_is_bytes(string)) {
        const Bytes *b = AS(Bytes, string);
        s->data = b->data, s->len = b->len;
        return 0;
    }
    if (buffer_get(th, string, &s->buffer, BUF_SIMPLE) < 0) {
        error_clear(th);
        raise_type_error(th, "expected string or bytes-like object, got '%T'", string);
        return -1;
    }
    s->data = s->buffer.buf, s->len = s->buffer.len, s->has_buffer = true;
    return 0;
}

int subject_get_for(Thread *th, const Pattern *p, Value string, Subject *s) {
    if (subject_get(th, string, s) < 0) return -1;
    if (LIKELY(p->is_bytes < 0 || s->is_bytes == (p->is_bytes != 0))) return 0;
    bool bytes = s->is_bytes;
    subject_release(th, s);
    if (bytes) raise_type_error(th, "cannot use a string pattern on a bytes-like object");
    else raise_type_error(th, "cannot use a bytes pattern on a string-like object");
    return -1;
}

void subject_release(Thread *th, Subject *s) {
    if (s->has_buffer) buffer_release(th, &s->buffer);
    s->has_buffer = false;
}

Value subject_slice(Thread *th, const Subject *s, size_t start, size_t end) {
    if (s->is_bytes) {
        if (start == 0 && end == s->len && value_is_exact_bytes(s->string)) return new_ref(th, s->string);
        return bytes_new(th, (const char *)s->data + start, end - start);
    }
    return str_substring(th, s->string, start, end);
}

static int poll(void *arg) { return thread_safepoint(arg); }

int run_init(Thread *th, SreState *st, const Pattern *p, const Subject *s, size_t end) {
    if (sre_state_init(st, p->program, s->data, s->width, s->len, end)) {
        raise_memory_error(th);
        return -1;
    }
    st->poll = poll, st->poll_arg = th;
    return 0;
}

int run_error(Thread *th, int result) {
    if (result == SRE_NO_MEMORY) raise_memory_error(th);
    else if (result != SRE_INTERRUPTED) raise_error(th, &exc_RuntimeError, "internal error in regular expression engine");
    return -1;
}

int size_arg(Thread *th, Value v, int64_t dflt, int64_t *out) {
    *out = dflt;
    if (!v) return 0;
    if (LIKELY(value_is_imm_int(v))) return *out = value_imm_int_get(v), 0;
    Value i = number_index(th, v);
    if (!i) return -1;
    int overflow = int_as_i64_overflow(i, out);
    decref(th, i);
    if (!overflow) return 0;
    raise_error(th, &exc_OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

static size_t clip(int64_t i, size_t len) { return i < 0 ? 0 : (uint64_t)i > len ? len : (size_t)i; }

int range_args(Thread *th, Value pos, Value endpos, size_t len, size_t *start, size_t *end) {
    int64_t a, b;
    if (size_arg(th, pos, 0, &a) < 0 || size_arg(th, endpos, INT64_MAX, &b) < 0) return -1;
    *start = clip(a, len), *end = clip(b, len);
    return 0;
}
