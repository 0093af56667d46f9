// SPDX-License-Identifier: MIT
// What an Unpickler reads: the bytes given to loads(), or a file. Of a file nothing is read that the pickle does not ask for, unless it can peek: then what
// it shows is used, and passed over by a read() of as much as was used. A frame is read at once, and nothing may be read across its end.
#include "core/object/call.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

enum { PEEK_SIZE = 128 * 1024, READ_STEP = 1 << 20 };

static const uint8_t *truncated(Thread *th) {
    unpickling_error(th, "pickle data was truncated");
    return NULL;
}
static const uint8_t *frame_exhausted(Thread *th) {
    unpickling_error(th, "pickle exhausted before end of frame");
    return NULL;
}

// The file's bytes, as an object of our own: takes over what a method gave.
static Value file_bytes(Thread *th, Value got) {
    if (!got || value_is_exact_bytes(got)) return got;
    Buffer b;
    if (buffer_get(th, got, &b, BUF_SIMPLE) < 0) {
        decref(th, got);
        return NO_VALUE;
    }
    Value copy = bytes_of_shared(th, b.buf, b.len);
    buffer_release(th, &b);
    decref(th, got);
    return copy;
}

static void set_chunk(Thread *th, Unpickler *u, Value bytes_owned, bool prefetched) {
    set_ref(th, &u->chunk, bytes_owned);
    u->chunk_start = u->p = bytes_owned ? AS(Bytes, bytes_owned)->data : (const uint8_t *)"";
    u->end = u->data_end = u->p + (bytes_owned ? AS(Bytes, bytes_owned)->len : 0);
    u->prefetched = prefetched;
    u->in_frame = false;
}

// The file is moved to where we are.
static int skip_consumed(Thread *th, Unpickler *u) {
    if (!u->prefetched || u->p == u->chunk_start) return 0;
    Value n = value_imm_int(u->p - u->chunk_start), r = call1(th, u->read, n);
    u->chunk_start = u->p;
    decref(th, r);
    return r ? 0 : -1;
}

// read(n): n bytes as an object. What is too much is dropped.
static Value read_counted(Thread *th, Unpickler *u, size_t n) {
    Value b = file_bytes(th, call1(th, u->read, value_imm_int((int64_t)n)));
    if (!b || AS(Bytes, b)->len == n) return b;
    Value r = AS(Bytes, b)->len > n ? bytes_new(th, AS(Bytes, b)->data, n) : (truncated(th), NO_VALUE);
    decref(th, b);
    return r;
}

// The same for any n: more than READ_STEP is read piece by piece, so that memory is taken for what is there only.
static Value read_large(Thread *th, Unpickler *u, size_t n) {
    if (n <= READ_STEP) return read_counted(th, u, n);
    uint8_t *all = NULL;
    for (size_t have = 0, step = READ_STEP; have < n; step = have) { // doubles what there is
        if (step > n - have) step = n - have;
        Value b = read_counted(th, u, step);
        uint8_t *more = b ? mem_realloc(th, all, have + step) : NULL;
        if (more) memcpy((all = more) + have, AS(Bytes, b)->data, step);
        have += step;
        decref(th, b);
        if (!more) {
            mem_free(all);
            return NO_VALUE;
        }
    }
    Value r = bytes_new(th, all, n);
    mem_free(all);
    return r;
}

// n bytes that begin where the file stands: at p of a new chunk.
static int read_chunk(Thread *th, Unpickler *u, size_t n) {
    if (skip_consumed(th, u) < 0) return -1;
    set_chunk(th, u, NO_VALUE, false);
    if (u->peek) {
        Value b = file_bytes(th, call1(th, u->peek, value_imm_int(PEEK_SIZE)));
        if (b) {
            if (AS(Bytes, b)->len >= n && n) {
                set_chunk(th, u, b, true);
                return 0;
            }
            decref(th, b);
        } else if (error_clear_if(th, &exc_NotImplementedError)) clear_ref(th, &u->peek);
        else return -1;
    }
    Value b = n > READ_STEP ? read_large(th, u, n) : file_bytes(th, call1(th, u->read, value_imm_int((int64_t)n)));
    if (!b) return -1;
    set_chunk(th, u, b, false);
    return 0;
}

// What is left before the end of the frame, if p is in one; else the frame is over.
static bool leave_frame(Unpickler *u) {
    if (!u->in_frame) return true;
    if (u->p != u->end) return false;
    u->in_frame = false;
    u->end = u->data_end;
    return true;
}

const uint8_t *in_need_slow(Thread *th, Unpickler *u, size_t n) {
    if (!leave_frame(u)) return frame_exhausted(th);
    if ((size_t)(u->end - u->p) < n) {
        if (n > (size_t)PTRDIFF_MAX / 2) {
            unpickling_error(th, "read would overflow (invalid bytecode)");
            return NULL;
        }
        if (!u->read) return truncated(th);
        if (read_chunk(th, u, n) < 0) return NULL;
        if ((size_t)(u->end - u->p) < n) {
            u->p = u->end;
            return truncated(th);
        }
    }
    const uint8_t *p = u->p;
    u->p = p + n;
    return p;
}

const uint8_t *in_line(Thread *th, Unpickler *u, size_t *n) {
    for (bool again = false;; again = true) {
        const uint8_t *p = u->p, *nl = p == u->end ? NULL : memchr(p, '\n', (size_t)(u->end - p));
        if (nl) {
            *n = (size_t)(nl + 1 - p);
            u->p = nl + 1;
            return p;
        }
        if (!leave_frame(u)) return frame_exhausted(th);
        if (again || !u->read) return truncated(th);
        if (u->p != u->end && !u->prefetched) continue; // behind the frame, in the same chunk
        if (skip_consumed(th, u) < 0) return NULL;
        Value b = file_bytes(th, call0(th, u->readline));
        if (!b) return NULL;
        set_chunk(th, u, b, false);
    }
}

// readinto() a new bytearray of n bytes. NO_VALUE: error.
static Value read_into(Thread *th, Unpickler *u, size_t n) {
    Value a = bytearray_new(th, NULL, n), mv = a ? memoryview_new(th, a) : NO_VALUE;
    Value got = mv ? call1(th, u->readinto, mv) : NO_VALUE;
    int64_t k = -1;
    if (got && number_as_i64(th, got, &k) < 0) k = -1;
    else if (got && k < 0) raise_value_error(th, "readinto() returned negative size");
    else if (got && (size_t)k < n) truncated(th);
    decref(th, got);
    if (mv) memoryview_end(th, mv);
    decref(th, mv);
    if (!error_pending(th)) return a;
    decref(th, a);
    return NO_VALUE;
}

// Is it to be read from the file in one piece, with nothing left in the chunk?
static bool direct(Unpickler *u, size_t n) { return u->read && n && (!u->in_frame || u->p == u->end) && leave_frame(u) && u->p == u->end; }

// n bytes from the file, with nothing of them in the chunk: a bytes object or a bytearray.
static Value read_direct(Thread *th, Unpickler *u, size_t n, bool array) {
    bool into = u->readinto && n <= READ_STEP;
    Value got = into ? read_into(th, u, n) : read_large(th, u, n), r = NO_VALUE;
    if (!got || into == array) return got;
    if (into) r = bytes_of_shared(th, AS(ByteArray, got)->data, n);
    else r = bytearray_new(th, AS(Bytes, got)->data, n);
    decref(th, got);
    return r;
}

Value in_bytes(Thread *th, Unpickler *u, size_t n) {
    if (LIKELY((size_t)(u->end - u->p) >= n)) {
        const uint8_t *p = u->p;
        u->p += n;
        return bytes_new(th, p, n);
    }
    if (n > (size_t)PTRDIFF_MAX - 33) return raise_error(th, &exc_OverflowError, "byte string is too large");
    if (!u->read && !u->in_frame) return truncated(th), NO_VALUE; // before memory is taken for it
    if (direct(u, n) && !u->peek) return read_direct(th, u, n, false);
    const uint8_t *p = in_need_slow(th, u, n);
    return p ? bytes_new(th, p, n) : NO_VALUE;
}

Value in_bytearray(Thread *th, Unpickler *u, size_t n) {
    if (n > (size_t)PTRDIFF_MAX / 2) return raise_memory_error(th);
    if ((size_t)(u->end - u->p) < n) {
        if (!u->read && !u->in_frame) return truncated(th), NO_VALUE;
        if (!u->peek && direct(u, n)) return read_direct(th, u, n, true);
    }
    const uint8_t *p = in_need(th, u, n);
    return p ? bytearray_new(th, p, n) : NO_VALUE;
}

int in_frame(Thread *th, Unpickler *u, uint64_t n) {
    if (n > (uint64_t)PTRDIFF_MAX) {
        raise_error(th, &exc_OverflowError, "FRAME length exceeds system's maximum of %zd bytes", (intptr_t)PTRDIFF_MAX);
        return -1;
    }
    if (!leave_frame(u)) return unpickling_error(th, "beginning of a new frame before end of current frame"), -1;
    const uint8_t *p = in_need(th, u, (size_t)n);
    if (!p) return -1;
    u->p = p;
    u->data_end = u->end;
    u->end = p + n;
    u->in_frame = true;
    return 0;
}

int in_file(Thread *th, Unpickler *u, Value file) {
    Value peek, readinto, read, readline;
    if (object_getattr_optional(th, file, str_intern_cstr(th, "peek"), &peek) < 0) return -1;
    if (object_getattr_optional(th, file, str_intern_cstr(th, "readinto"), &readinto) < 0) readinto = NO_VALUE;
    if (error_pending(th) || object_getattr_optional(th, file, name_read, &read) < 0) read = NO_VALUE;
    if (error_pending(th) || object_getattr_optional(th, file, name_readline, &readline) < 0) readline = NO_VALUE;
    if (!error_pending(th) && (!read || !readline)) raise_type_error(th, "file must have 'read' and 'readline' attributes");
    if (error_pending(th)) {
        decref(th, peek);
        decref(th, readinto);
        decref(th, read);
        decref(th, readline);
        return -1;
    }
    set_chunk(th, u, NO_VALUE, false);
    set_ref(th, &u->peek, peek);
    set_ref(th, &u->readinto, readinto);
    set_ref(th, &u->read, read);
    set_ref(th, &u->readline, readline);
    return 0;
}

int in_finish(Thread *th, Unpickler *u) {
    if (!u->prefetched) return 0;
    int r = skip_consumed(th, u);
    set_chunk(th, u, NO_VALUE, false); // who reads the file next may be somebody else
    return r;
}

void in_close(Thread *th, Unpickler *u) {
    set_chunk(th, u, NO_VALUE, false);
    buffer_release(th, &u->data);
    clear_ref(th, &u->read);
    clear_ref(th, &u->readline);
    clear_ref(th, &u->readinto);
    clear_ref(th, &u->peek);
}
