// SPDX-License-Identifier: MIT
// BufferedReader, BufferedWriter, BufferedRandom and BufferedRWPair. One struct: a read buffer whose unread bytes lie before the raw
// position, and a write buffer whose bytes lie behind it; never both non-empty. All under ->lock, which is held over calls of the raw stream.
#include "stdlib/_io/io_int.h"

#include "core/base/shared_bytes.h"
#include "core/object/container_inl.h"

#include <errno.h>
#include <stdio.h>

typedef struct Buffered {
    Object head;
    IoLock lock;
    uint8_t ok, detached;     // [a] written under the lock
    uint8_t can_read, can_write, finalizing, fast; // [l]; fast: raw is exactly a FileIO
    Value raw;                // [r] stream below, NO_VALUE before __init__; replaced under the lock
    uint8_t *rbuf, *wbuf;     // [l] size bytes each, made when first needed
    size_t rpos, rend, wlen;  // [l]
    size_t size;              // [l]
} Buffered;

static bool check_init(Thread *th, Buffered *s) {
    if (atomic_load_relaxed(&s->ok)) return true;
    if (atomic_load_relaxed(&s->detached)) raise_value_error(th, "raw stream has been detached");
    else raise_value_error(th, "I/O operation on uninitialized object");
    return false;
}
static void leave(Buffered *s) { io_unlock(&s->lock); }
static int enter(Thread *th, Buffered *s) {
    if (!check_init(th, s) || io_lock(th, &s->lock, VALUE_OF(s)) < 0) return -1;
    if (LIKELY(check_init(th, s))) return 0;
    leave(s);   // detached while this thread waited
    return -1;
}

// The stream below, for who does not hold the lock: a new reference, or NO_VALUE with the exception.
static Value raw_of(Thread *th, Buffered *s) {
    Value raw = check_init(th, s) ? field_get(th, &s->raw, NO_VALUE) : NO_VALUE;
    if (!raw && !error_pending(th)) raise_value_error(th, "raw stream has been detached");  // just now
    return raw;
}
// With the lock or without.
static int closed(Thread *th, Buffered *s) {
    Value raw = atomic_load_acquire(&s->raw);
    if (raw && type_of(raw) == &type_io_FileIO) return atomic_load_relaxed(&AS(FileIO, raw)->fd) < 0;
    if (!(raw = raw_of(th, s))) return -1;
    int r = io_is_closed(th, raw);
    decref(th, raw);
    return r;
}
static Value call_raw(Thread *th, Buffered *s, Value name) {
    Value raw = raw_of(th, s), r = raw ? call_method0(th, raw, name) : NO_VALUE;
    decref(th, raw);
    return r;
}
static Value get_raw_attr(Thread *th, Value self, Value name) {
    Value raw = raw_of(th, AS(Buffered, self)), r = raw ? object_getattr(th, raw, name) : NO_VALUE;
    decref(th, raw);
    return r;
}
static int check_closed(Thread *th, Buffered *s, const char *msg) {
    int c = closed(th, s);
    if (c > 0) raise_value_error(th, "%s", msg);
    return c ? -1 : 0;
}

// ---- the raw stream

static intptr_t raw_read(Thread *th, Buffered *s, void *p, size_t n) {
    if (s->fast) {
        FileIO *f = AS(FileIO, s->raw);
        if (!f->readable) {
            io_unsupported(th, "File not open for reading");
            return -1;
        }
        return fileio_read_into(th, f, p, n);
    }
    Value b = bytearray_new(th, NULL, n);
    if (!b) return -1;
    memset(AS(ByteArray, b)->data, 0, n);
    Buffer pin;     // the program may get at the bytearray, and release the view
    if (buffer_get(th, b, &pin, BUF_SIMPLE) < 0) {
        decref(th, b);
        return -1;
    }
    Value view = memoryview_new(th, b), r = view ? call_method1(th, s->raw, io_name_readinto, view) : NO_VALUE;
    intptr_t got = -1;
    if (r == VALUE_NONE) got = -2;
    else if (r) {
        got = number_as_ssize(th, r, &exc_ValueError);
        if (got == -1 && error_pending(th)) {
            Value cause = error_fetch(th);
            raise_error(th, &exc_OSError, "raw readinto() failed");
            Value exc = error_fetch(th);
            raise_object(th, exc, cause);
            decref(th, exc);
            decref(th, cause);
        } else if (got < 0 || (size_t)got > n) {
            raise_error(th, &exc_OSError, "raw readinto() returned invalid length %zd (should have been between 0 and %zd)", got, (intptr_t)n);
            got = -1;
        } else shared_copy(p, pin.buf, (size_t)got);
    }
    decref(th, r);
    if (view) {
        Value saved = error_fetch(th), rel = call_method0(th, view, str_intern_cstr(th, "release"));
        if (!rel) error_clear(th);
        decref(th, rel);
        if (saved) error_restore(th, saved);
    }
    decref(th, view);
    buffer_release(th, &pin);
    decref(th, b);
    return got;
}

static intptr_t raw_write(Thread *th, Buffered *s, const void *p, size_t n) {
    if (s->fast) {
        FileIO *f = AS(FileIO, s->raw);
        if (!f->writable) {
            io_unsupported(th, "File not open for writing");
            return -1;
        }
        return fileio_write_from(th, f, p, n);
    }
    Value b = bytes_of_shared(th, p, n);
    if (!b) return -1;
    Value view = memoryview_new(th, b), r = view ? call_method1(th, s->raw, io_name_write, view) : NO_VALUE;
    decref(th, view);
    decref(th, b);
    if (!r) return -1;
    if (r == VALUE_NONE) return -2;
    intptr_t got = number_as_ssize(th, r, &exc_ValueError);
    decref(th, r);
    if (got == -1 && error_pending(th)) return -1;
    if (got < 0 || (size_t)got > n) {
        raise_error(th, &exc_OSError, "raw write() returned invalid length %zd (should have been between 0 and %zd)", got, (intptr_t)n);
        return -1;
    }
    return got;
}

static int64_t offset_result(Thread *th, Value r, const char *what) {
    if (!r) return -1;
    int64_t v = -1;
    if (number_as_i64(th, r, &v) < 0) v = -1;
    else if (v < 0) raise_error(th, &exc_OSError, "Raw stream returned invalid position %lld", (long long)v);
    decref(th, r);
    return error_pending(th) ? -1 : v;
}
static int64_t raw_tell(Thread *th, Buffered *s) { return offset_result(th, call_method0(th, s->raw, io_name_tell), "tell"); }
static int64_t raw_seek(Thread *th, Buffered *s, int64_t pos, int whence) {
    Value a[2] = {int_from_i64(th, pos), value_imm_int(whence)};
    if (!a[0]) return -1;
    int64_t r = offset_result(th, call_method(th, s->raw, io_name_seek, a, 2), "seek");
    decref(th, a[0]);
    return r;
}

static bool need_rbuf(Thread *th, Buffered *s) { return s->rbuf || (s->rbuf = mem_alloc(th, s->size)); }
static bool need_wbuf(Thread *th, Buffered *s) { return s->wbuf || (s->wbuf = mem_alloc(th, s->size)); }

static void would_block(Thread *th, size_t written) {
    Value a[3] = {value_imm_int(EAGAIN), str_from_cstr(th, "write could not complete without blocking"), value_imm_int((int64_t)written)};
    if (!a[1]) return;
    Value e = object_call(th, VALUE_OF(&exc_BlockingIOError), a, 3, NO_VALUE);
    decref(th, a[1]);
    if (e) {
        raise_object(th, e, NO_VALUE);
        decref(th, e);
    }
}

// Writes out the write buffer. 0 or -1.
static int flush_writes(Thread *th, Buffered *s) {
    size_t done = 0;
    while (done < s->wlen) {
        intptr_t n = raw_write(th, s, s->wbuf + done, s->wlen - done);
        if (n < 0) {
            memmove(s->wbuf, s->wbuf + done, s->wlen - done);
            s->wlen -= done;
            if (n == -2) would_block(th, 0);
            return -1;
        }
        done += (size_t)n;
        if (thread_safepoint(th) < 0) {
            memmove(s->wbuf, s->wbuf + done, s->wlen - done);
            s->wlen -= done;
            return -1;
        }
    }
    s->wlen = 0;
    return 0;
}
// Gives unread bytes back to the raw stream.
static int rewind_reads(Thread *th, Buffered *s) {
    size_t ahead = s->rend - s->rpos;
    s->rpos = s->rend = 0;
    if (ahead && raw_seek(th, s, -(int64_t)ahead, 1) < 0) return -1;
    return 0;
}
static int to_reading(Thread *th, Buffered *s) { return s->wlen ? flush_writes(th, s) : 0; }
static int to_writing(Thread *th, Buffered *s) { return s->rend > s->rpos ? rewind_reads(th, s) : (s->rpos = s->rend = 0, 0); }

// Refills an empty read buffer with one raw read. >0, 0 at the end, -2 would block, -1.
static intptr_t fill(Thread *th, Buffered *s) {
    if (!need_rbuf(th, s)) return -1;
    s->rpos = s->rend = 0;
    intptr_t n = raw_read(th, s, s->rbuf, s->size);
    if (n > 0) s->rend = (size_t)n;
    return n;
}

// ---- construction

static int buffered_init(Thread *th, Value self, const char *fname, const Value *args, size_t nargs, Value kwnames, bool reads, bool writes) {
    static NativeSig *sig;
    Value out[2];
    IO_SELF(Buffered);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)0);
    if (native_args_bind(th, &sig, fname, "(raw, buffer_size=131072)", args, nargs, kwnames, out) < 0) return -1;
    intptr_t size = IO_BUFFER_SIZE;
    if (out[1]) {
        size = number_as_ssize(th, out[1], &exc_OverflowError);
        if (size == -1 && error_pending(th)) return -1;
        if (size <= 0) {
            raise_value_error(th, "buffer size must be strictly positive");
            return -1;
        }
    }
    struct { bool want; Value name; const char *msg; } need[3] = {{reads && writes, io_name_seekable, "File or stream is not seekable."}, {reads, io_name_readable, "File or stream is not readable."}, {writes, io_name_writable, "File or stream is not writable."}};
    for (int i = 0; i < 3; i++) {
        if (!need[i].want) continue;
        Value r = call_method0(th, out[0], need[i].name);
        if (!r) return -1;
        int t = object_truth(th, r);
        decref(th, r);
        if (t < 0) return -1;
        if (!t) {
            io_unsupported(th, need[i].msg);
            return -1;
        }
    }
    if (io_lock(th, &s->lock, self) < 0) return -1;     // it may be in use already
    field_set(th, &s->raw, new_ref(th, out[0]));
    mem_free(s->rbuf);
    mem_free(s->wbuf);
    s->rbuf = s->wbuf = NULL;
    s->rpos = s->rend = s->wlen = 0;
    s->size = (size_t)size;
    s->can_read = reads;
    s->can_write = writes;
    s->fast = type_of(s->raw) == &type_io_FileIO;
    atomic_store_relaxed(&s->ok, (uint8_t)1);
    leave(s);
    return 0;
}
static int reader_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedReader", a, n, kw, true, false); }
static int writer_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedWriter", a, n, kw, false, true); }
static int random_slot_init(Thread *th, Value self, const Value *a, size_t n, Value kw) { return buffered_init(th, self, "BufferedRandom", a, n, kw, true, true); }

// ---- reading

static Value read_rest(Thread *th, Buffered *s) {
    if (to_reading(th, s) < 0) return NO_VALUE;
    size_t have = s->rend - s->rpos;
    Value tail = NO_VALUE;
    if (s->fast) tail = fileio_readall(th, AS(FileIO, s->raw));
    else {
        Value m = NO_VALUE;
        int found = object_getattr_optional(th, s->raw, io_name_readall, &m);
        if (found < 0) return NO_VALUE;
        if (found) {
            tail = call0(th, m);
            decref(th, m);
            if (tail && tail != VALUE_NONE && !value_is_bytes(tail)) {
                decref(th, tail);
                return raise_type_error(th, "readall() should return bytes");
            }
        } else {
            uint8_t *buf = NULL;
            size_t len = 0, cap = 0;
            for (;;) {
                Value c = call_method0(th, s->raw, io_name_read);
                if (!c || (c != VALUE_NONE && !value_is_bytes(c))) {
                    if (c) raise_type_error(th, "read() should return bytes");
                    decref(th, c);
                    mem_free(buf);
                    return NO_VALUE;
                }
                size_t n = c == VALUE_NONE ? 0 : AS(Bytes, c)->len;
                if (!n) {
                    tail = c == VALUE_NONE && !len ? VALUE_NONE : bytes_new(th, buf ? (void *)buf : "", len);
                    decref(th, c);
                    break;
                }
                if (len + n > cap) {
                    cap = (len + n) * 2;
                    uint8_t *nb = mem_realloc(th, buf, cap);
                    if (!nb) {
                        mem_free(buf);
                        decref(th, c);
                        return NO_VALUE;
                    }
                    buf = nb;
                }
                memcpy(buf + len, AS(Bytes, c)->data, n);
                len += n;
                decref(th, c);
            }
            mem_free(buf);
        }
    }
    if (!tail) return NO_VALUE;
    if (!have) {
        s->rpos = s->rend = 0;
        return tail;
    }
    size_t more = tail == VALUE_NONE ? 0 : AS(Bytes, tail)->len;
    Value all = bytes_new(th, NULL, have + more);
    if (all) {
        memcpy(AS(Bytes, all)->data, s->rbuf + s->rpos, have);
        if (more) memcpy(AS(Bytes, all)->data + have, AS(Bytes, tail)->data, more);
        s->rpos = s->rend = 0;
    }
    decref(th, tail);
    return all;
}

// Reads up to n bytes into p with as many raw reads as it takes (once: at most one, and none behind what was buffered unless it goes straight into p).
// Bytes read; -2: nothing there and would block; -1.
static intptr_t read_into(Thread *th, Buffered *s, uint8_t *p, size_t n, bool once) {
    size_t got = s->rend - s->rpos;
    if (got > n) got = n;
    if (got) {
        shared_copy(p, s->rbuf + s->rpos, got);
        s->rpos += got;
        if (got == n || (once && n - got <= s->size)) return (intptr_t)got;
    }
    if (to_reading(th, s) < 0) return -1;
    while (got < n) {
        intptr_t r;
        if (n - got >= s->size) r = raw_read(th, s, p + got, n - got);
        else {
            r = fill(th, s);
            if (r > 0) {
                size_t k = s->rend < n - got ? s->rend : n - got;
                shared_copy(p + got, s->rbuf, k);
                s->rpos = k;
                r = (intptr_t)k;
            }
        }
        if (r == 0) break;
        if (r == -2) return got ? (intptr_t)got : -2;
        if (r < 0) return -1;
        got += (size_t)r;
        if (once) break;
    }
    return (intptr_t)got;
}

static Value read_bytes(Thread *th, Buffered *s, size_t n, bool once) {
    Value b = bytes_new(th, NULL, n);
    if (!b) return NO_VALUE;
    intptr_t got = read_into(th, s, AS(Bytes, b)->data, n, once);
    if (got < 0) {
        decref(th, b);
        return got == -2 ? VALUE_NONE : NO_VALUE;
    }
    if ((size_t)got == n) return b;
    Value nb = bytes_new(th, AS(Bytes, b)->data, (size_t)got);
    decref(th, b);
    return nb;
}

static Value buffered_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n;
    if (!check_init(th, s) || io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    if (n < -1) return raise_value_error(th, "read length must be non-negative or -1");
    if (check_closed(th, s, "read of closed file") < 0 || enter(th, s) < 0) return NO_VALUE;
    Value r = n < 0 ? read_rest(th, s) : read_bytes(th, s, (size_t)n, false);
    leave(s);
    return r;
}
static Value buffered_meth_read1(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n = -1;
    if (!check_init(th, s)) return NO_VALUE;
    if (args[0]) {
        n = number_as_ssize(th, args[0], &exc_OverflowError);
        if (n == -1 && error_pending(th)) return NO_VALUE;
    }
    if (check_closed(th, s, "read of closed file") < 0 || enter(th, s) < 0) return NO_VALUE;
    if (n < 0) n = (intptr_t)s->size;
    if (s->rend > s->rpos && (size_t)n > s->rend - s->rpos) n = (intptr_t)(s->rend - s->rpos);
    Value r;
    if (n == 0) r = bytes_new(th, "", 0);
    else {
        r = read_bytes(th, s, (size_t)n, true);
        if (r == VALUE_NONE) r = bytes_new(th, "", 0);
    }
    leave(s);
    return r;
}
static Value readinto(Thread *th, Value self, Value target, bool once) {
    IO_SELF(Buffered);
    Buffer view;
    if (!check_init(th, s) || check_closed(th, s, "readinto of closed file") < 0 || buffer_get_writable(th, target, &view, "readinto() argument") < 0) return NO_VALUE;
    if (enter(th, s) < 0) {
        buffer_release(th, &view);
        return NO_VALUE;
    }
    intptr_t n = read_into(th, s, view.buf, view.len, once);
    leave(s);
    buffer_release(th, &view);
    return n == -2 ? VALUE_NONE : n < 0 ? NO_VALUE : value_imm_int(n);
}
static Value buffered_meth_readinto(Thread *th, Value self, Value *args) { return readinto(th, self, args[0], false); }
static Value buffered_meth_readinto1(Thread *th, Value self, Value *args) { return readinto(th, self, args[0], true); }

static Value buffered_meth_peek(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s) || check_closed(th, s, "peek of closed file") < 0 || enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (to_reading(th, s) == 0) {
        intptr_t n = s->rend > s->rpos ? 1 : fill(th, s);
        if (n >= 0 || n == -2) r = bytes_new(th, s->rbuf ? (void *)(s->rbuf + s->rpos) : "", s->rend - s->rpos);
    }
    leave(s);
    return r;
}

static Value buffered_readline(Thread *th, Buffered *s, intptr_t limit) {
    if (enter(th, s) < 0) return NO_VALUE;
    uint8_t *buf = NULL;
    size_t len = 0, cap = 0;
    Value r = NO_VALUE;
    if (to_reading(th, s) < 0) goto out;
    for (;;) {
        if (s->rpos == s->rend) {
            intptr_t n = fill(th, s);
            if (n == -1) goto out;
            if (n <= 0) {
                r = bytes_new(th, buf ? (void *)buf : "", len);
                goto out;
            }
        }
        size_t avail = s->rend - s->rpos, max = limit >= 0 && (size_t)limit - len < avail ? (size_t)limit - len : avail;
        uint8_t *start = s->rbuf + s->rpos, *nl = max ? memchr(start, '\n', max) : NULL;
        size_t take = nl ? (size_t)(nl - start) + 1 : max;
        bool done = nl || (limit >= 0 && len + take == (size_t)limit);
        if (done && !len) {
            r = bytes_new(th, start, take);
            s->rpos += take;
            goto out;
        }
        if (len + take > cap) {
            cap = (len + take) * 2 + 128;
            uint8_t *nb = mem_realloc(th, buf, cap);
            if (!nb) goto out;
            buf = nb;
        }
        memcpy(buf + len, start, take);
        len += take;
        s->rpos += take;
        if (done) {
            r = bytes_new(th, buf, len);
            goto out;
        }
    }
out:
    mem_free(buf);
    leave(s);
    return r;
}
static Value buffered_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n;
    if (!check_init(th, s) || io_arg_size(th, args[0], &n) < 0 || check_closed(th, s, "readline of closed file") < 0) return NO_VALUE;
    return buffered_readline(th, s, n);
}
static Value buffered_slot_next(Thread *th, Value self) {
    IO_SELF(Buffered);
    if (!check_init(th, s)) return NO_VALUE;
    Value line;
    if (type_of(self) == &type_io_BufferedReader || type_of(self) == &type_io_BufferedRandom) {
        if (check_closed(th, s, "readline of closed file") < 0) return NO_VALUE;
        line = buffered_readline(th, s, -1);
    } else {
        line = call_method0(th, self, io_name_readline);
        if (line && !value_is_bytes(line)) {
            raise_error(th, &exc_OSError, "readline() should have returned a bytes object, not '%T'", line);
            clear_ref(th, &line);
        }
    }
    if (line && !AS(Bytes, line)->len) clear_ref(th, &line);
    return line;
}

// ---- writing

static Value buffered_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s)) return NO_VALUE;
    Buffer view;
    if (buffer_get(th, args[0], &view, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (enter(th, s) < 0) {
        buffer_release(th, &view);
        return NO_VALUE;
    }
    if (check_closed(th, s, "write to closed file") < 0 || to_writing(th, s) < 0 || !need_wbuf(th, s)) goto out;
    if (view.len <= s->size - s->wlen) {
        if (view.len) shared_copy(s->wbuf + s->wlen, view.buf, view.len);
        s->wlen += view.len;
        r = value_imm_int((int64_t)view.len);
        goto out;
    }
    if (flush_writes(th, s) < 0) {
        if (error_matches(th, &exc_BlockingIOError)) { // as much as fits is kept
            size_t room = s->size - s->wlen, k = room < view.len ? room : view.len;
            shared_copy(s->wbuf + s->wlen, view.buf, k);
            s->wlen += k;
            error_clear(th);
            if (k == view.len) r = value_imm_int((int64_t)k);
            else would_block(th, k);
        }
        goto out;
    }
    size_t done = 0;
    while (view.len - done > s->size) {
        intptr_t n = raw_write(th, s, view.buf + done, view.len - done);
        if (n == -2) {
            size_t k = view.len - done < s->size ? view.len - done : s->size;
            shared_copy(s->wbuf, view.buf + done, k);
            s->wlen = k;
            done += k;
            if (done < view.len) {
                would_block(th, done);
                goto out;
            }
            r = value_imm_int((int64_t)done);
            goto out;
        }
        if (n < 0 || thread_safepoint(th) < 0) goto out;
        done += (size_t)n;
    }
    if (view.len > done) shared_copy(s->wbuf, view.buf + done, view.len - done);
    s->wlen = view.len - done;
    r = value_imm_int((int64_t)view.len);
out:
    leave(s);
    buffer_release(th, &view);
    return r;
}

static int flush_both(Thread *th, Buffered *s) {
    if (flush_writes(th, s) < 0) return -1;
    if (s->can_read && s->can_write) return rewind_reads(th, s);
    return 0;
}
static Value buffered_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s) || check_closed(th, s, "flush of closed file") < 0 || enter(th, s) < 0) return NO_VALUE;
    int r = flush_both(th, s);
    leave(s);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
// Readers have nothing of their own to flush.
static Value reader_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    return call_raw(th, s, io_name_flush);
}

// ---- position

static Value buffered_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (enter(th, s) < 0) return NO_VALUE;
    int64_t pos = raw_tell(th, s), ahead = (int64_t)s->wlen - (int64_t)(s->rend - s->rpos);
    leave(s);
    if (pos < 0) return NO_VALUE;
    pos += ahead;
    return int_from_i64(th, pos < 0 ? 0 : pos);
}

static Value buffered_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    int whence = 0;
    if (!check_init(th, s) || (args[1] && number_as_int(th, args[1], &whence) < 0)) return NO_VALUE;
    if (whence < 0 || whence > 4) return raise_value_error(th, "whence value %d unsupported", whence);
    if (check_closed(th, s, "seek of closed file") < 0) return NO_VALUE;
    Value ok = call_raw(th, s, io_name_seekable);
    if (!ok) return NO_VALUE;
    int seekable = object_truth(th, ok);
    decref(th, ok);
    if (seekable < 0) return NO_VALUE;
    if (!seekable) return io_unsupported(th, "File or stream is not seekable.");
    int64_t target = io_arg_offset(th, args[0]);
    if (target == -1 && error_pending(th)) return NO_VALUE;
    if (enter(th, s) < 0) return NO_VALUE;
    int64_t result = -1;
    if (whence != 2 && s->can_read && s->rend > 0 && !s->wlen) { // maybe inside the read buffer
        int64_t raw = raw_tell(th, s);
        if (raw < 0) goto out;
        int64_t current = raw - (int64_t)(s->rend - s->rpos), want = whence == 0 ? target : current + target, delta = want - current;
        if (whence <= 1 && delta >= -(int64_t)s->rpos && delta <= (int64_t)(s->rend - s->rpos)) {
            s->rpos = (size_t)((int64_t)s->rpos + delta);
            result = want < 0 ? 0 : want;   // a device may say that it always stands at 0
            goto out;
        }
    }
    if (flush_writes(th, s) < 0) goto out;
    if (whence == 1) target -= (int64_t)(s->rend - s->rpos);
    result = raw_seek(th, s, target, whence);
    if (result >= 0) s->rpos = s->rend = 0;
out:
    leave(s);
    return result < 0 ? NO_VALUE : int_from_i64(th, result);
}

static Value buffered_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s) || check_closed(th, s, "truncate of closed file") < 0) return NO_VALUE;
    if (!s->can_write) return io_unsupported(th, "truncate");
    if (enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, pos = args[0];
    if (flush_both(th, s) == 0) {
        if (!pos || pos == VALUE_NONE) {
            int64_t p = raw_tell(th, s);
            pos = p < 0 ? NO_VALUE : int_from_i64(th, p);
        } else incref(th, pos);
        if (pos) r = call_method1(th, s->raw, io_name_truncate, pos);
        decref(th, pos);
    }
    leave(s);
    return r;
}

// ---- the rest

static Value buffered_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s)) return NO_VALUE;
    int c = closed(th, s);
    if (c) return c < 0 ? NO_VALUE : VALUE_NONE;
    Value raw = raw_of(th, s), r = raw ? io_close_inner(th, self, raw, s->finalizing, &s->lock) : NO_VALUE;
    decref(th, raw);
    if (r) {
        if (io_lock(th, &s->lock, self) == 0) {
            mem_free(s->rbuf);
            mem_free(s->wbuf);
            s->rbuf = s->wbuf = NULL;
            s->rpos = s->rend = s->wlen = 0;
            leave(s);
        } else error_clear(th);
    }
    return r;
}
static Value buffered_meth_detach(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!check_init(th, s)) return NO_VALUE;
    Value r = call_method0(th, self, io_name_flush);
    if (!r) return NO_VALUE;
    decref(th, r);
    Value raw = enter(th, s) < 0 ? NO_VALUE : new_ref(th, s->raw);
    if (!raw) return NO_VALUE;
    field_set(th, &s->raw, NO_VALUE);
    atomic_store_relaxed(&s->ok, (uint8_t)0);
    atomic_store_relaxed(&s->detached, (uint8_t)1);
    leave(s);
    return raw;
}
#define FORWARD(fn, nm) static Value fn(Thread *th, Value self, Value *args) { return call_raw(th, AS(Buffered, self), nm); }
FORWARD(buffered_meth_seekable, io_name_seekable)
FORWARD(buffered_meth_readable, io_name_readable)
FORWARD(buffered_meth_writable, io_name_writable)
FORWARD(buffered_meth_fileno, io_name_fileno)
FORWARD(buffered_meth_isatty, io_name_isatty)
static Value buffered_meth_no(Thread *th, Value self, Value *args) { return VALUE_FALSE; }
static Value buffered_meth_dealloc_warn(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    Value raw = atomic_load_relaxed(&s->ok) ? field_get(th, &s->raw, NO_VALUE) : NO_VALUE;
    if (raw) {
        Value r = call_method1(th, raw, io_name__dealloc_warn, args[0]);
        decref(th, raw);
        if (!r) error_clear(th);
        decref(th, r);
    }
    return VALUE_NONE;
}
static Value buffered_get_closed(Thread *th, Value self) {
    IO_SELF(Buffered);
    if (!check_init(th, s)) return NO_VALUE;
    Value raw = atomic_load_acquire(&s->raw);
    return raw && type_of(raw) == &type_io_FileIO ? value_bool(closed(th, s)) : get_raw_attr(th, self, io_name_closed);
}
static Value buffered_get_name(Thread *th, Value self) { return get_raw_attr(th, self, io_name_name); }
static Value buffered_get_mode(Thread *th, Value self) { return get_raw_attr(th, self, io_name_mode); }
static Value buffered_slot_repr(Thread *th, Value self) {
    Value name = NO_VALUE;
    int found = object_getattr_optional(th, self, io_name_name, &name);
    if (found < 0) {
        if (!error_clear_if(th, &exc_ValueError)) return NO_VALUE;
        found = 0;
    }
    if (!found) return str_format(th, "<%T>", self);
    int e = repr_enter(th, self);
    Value r = NO_VALUE;
    if (e > 0) raise_error(th, &exc_RuntimeError, "reentrant call inside %T.__repr__", self);
    else if (!e) {
        r = str_format(th, "<%T name=%R>", self, name);
        repr_leave(th, self);
    }
    decref(th, name);
    return r;
}
static Value buffered_meth_sizeof(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    size_t n = sizeof *s;
    if (enter(th, s) < 0) error_clear(th);      // closed, detached or in use by this thread: what is there always
    else {
        n += (s->rbuf ? s->size : 0) + (s->wbuf ? s->size : 0);
        leave(s);
    }
    return value_imm_int((int64_t)n);
}

static void buffered_dealloc(Thread *th, Object *o) {
    Buffered *s = (Buffered *)o;
    clear_ref(th, &s->raw);
    mem_free(s->rbuf);
    mem_free(s->wbuf);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int buffered_traverse(Object *o, VisitFn visit, void *arg) {
    Value raw = ((Buffered *)o)->raw;
    return raw ? visit(raw, arg) : 0;
}
static void buffered_clear(Thread *th, Object *o) {
    ((Buffered *)o)->ok = 0;
    clear_ref(th, &((Buffered *)o)->raw);
}

#define COMMON_METHODS \
    {"detach", "(self, /)", buffered_meth_detach, NULL}, {"close", "(self, /)", buffered_meth_close, NULL}, {"seekable", "(self, /)", buffered_meth_seekable, NULL}, \
    {"fileno", "(self, /)", buffered_meth_fileno, NULL}, {"isatty", "(self, /)", buffered_meth_isatty, NULL}, {"_dealloc_warn", "(self, source, /)", buffered_meth_dealloc_warn, NULL}, \
    {"tell", "(self, /)", buffered_meth_tell, NULL}, {"seek", "(self, target, whence=0, /)", buffered_meth_seek, NULL}, {"truncate", "(self, pos=None, /)", buffered_meth_truncate, NULL}, \
    {"__getstate__", "(self, /)", io_no_pickle, NULL}, {"__sizeof__", "(self, /)", buffered_meth_sizeof, NULL}
#define READ_METHODS \
    {"read", "(self, size=-1, /)", buffered_meth_read, NULL}, {"read1", "(self, size=-1, /)", buffered_meth_read1, NULL}, {"readinto", "(self, buffer, /)", buffered_meth_readinto, NULL}, \
    {"readinto1", "(self, buffer, /)", buffered_meth_readinto1, NULL}, {"readline", "(self, size=-1, /)", buffered_meth_readline, NULL}, {"peek", "(self, size=0, /)", buffered_meth_peek, NULL}, {"readable", "(self, /)", buffered_meth_readable, NULL}
#define WRITE_METHODS {"write", "(self, buffer, /)", buffered_meth_write, NULL}, {"flush", "(self, /)", buffered_meth_flush, NULL}, {"writable", "(self, /)", buffered_meth_writable, NULL}

static const MethodDef reader_methods[] = { COMMON_METHODS, READ_METHODS, {"flush", "(self, /)", reader_meth_flush, NULL}, {"writable", "(self, /)", buffered_meth_no, NULL}, {0} };
static const MethodDef writer_methods[] = { COMMON_METHODS, WRITE_METHODS, {"readable", "(self, /)", buffered_meth_no, NULL}, {0} };
static const MethodDef random_methods[] = { COMMON_METHODS, READ_METHODS, WRITE_METHODS, {0} };
static const MemberDef buffered_members[] = {
    {"raw", offsetof(Buffered, raw), MEMBER_VALUE | MEMBER_READONLY, NULL}, {"_finalizing", offsetof(Buffered, finalizing), MEMBER_BOOL8, NULL}, {0}
};
static const GetSetDef buffered_getsets[] = {
    {"closed", buffered_get_closed, NULL, NULL}, {"name", buffered_get_name, NULL, NULL}, {"mode", buffered_get_mode, NULL, NULL}, {0}
};
#define BUFFERED_SLOTS(initfn, ...) .slots = {.new_ = object_slot_new, .init = initfn, .repr = buffered_slot_repr, .dealloc = buffered_dealloc, .traverse = buffered_traverse, .clear = buffered_clear, __VA_ARGS__}
TYPE_DEFINE_BASE(io_BufferedReader, "_io.BufferedReader", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = reader_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "Create a new buffered reader using the given readable raw IO object.", BUFFERED_SLOTS(reader_slot_init, .next = buffered_slot_next))
TYPE_DEFINE_BASE(io_BufferedWriter, "_io.BufferedWriter", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = writer_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "A buffer for a writeable sequential RawIO object.", BUFFERED_SLOTS(writer_slot_init))
TYPE_DEFINE_BASE(io_BufferedRandom, "_io.BufferedRandom", &type_io_BufferedIOBase, sizeof(Buffered), IO_FLAGS, .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)", .methods = random_methods, .members = buffered_members, .getsets = buffered_getsets,
                 .doc = "A buffered interface to random access streams.", BUFFERED_SLOTS(random_slot_init, .next = buffered_slot_next))

// ---- BufferedRWPair

typedef struct RWPair { Object head; Value reader, writer; } RWPair; // [c] after __init__

static Value pair_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    RWPair *p = object_new(th, type, 0);
    return p ? VALUE_OF(p) : NO_VALUE;
}
static int pair_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[3];
    if (native_args_bind(th, &sig, "BufferedRWPair", "(reader, writer, buffer_size=131072, /)", args, nargs, kwnames, out) < 0) return -1;
    Value a[2] = {out[0], out[2] ? out[2] : value_imm_int(IO_BUFFER_SIZE)}, b[2] = {out[1], a[1]};
    Value r = object_call(th, VALUE_OF(&type_io_BufferedReader), a, 2, NO_VALUE);
    if (!r) return -1;
    Value w = object_call(th, VALUE_OF(&type_io_BufferedWriter), b, 2, NO_VALUE);
    if (!w) {
        decref(th, r);
        return -1;
    }
    set_ref(th, &AS(RWPair, self)->reader, r);
    set_ref(th, &AS(RWPair, self)->writer, w);
    return 0;
}
static Value pair_forward(Thread *th, Value target, const char *name, Value *args, size_t n) {
    if (!target) return raise_value_error(th, "I/O operation on uninitialized object");
    Value nm = str_intern_cstr(th, name);
    while (n && !args[n - 1]) n--;
    return nm ? call_method(th, target, nm, args, n) : NO_VALUE;
}
#define PAIR(fn, side, name, n) static Value fn(Thread *th, Value self, Value *args) { return pair_forward(th, AS(RWPair, self)->side, name, args, n); }
PAIR(pair_meth_read, reader, "read", 1) PAIR(pair_meth_peek, reader, "peek", 1) PAIR(pair_meth_read1, reader, "read1", 1) PAIR(pair_meth_readinto, reader, "readinto", 1) PAIR(pair_meth_readinto1, reader, "readinto1", 1)
PAIR(pair_meth_write, writer, "write", 1) PAIR(pair_meth_flush, writer, "flush", 0) PAIR(pair_meth_readable, reader, "readable", 0) PAIR(pair_meth_writable, writer, "writable", 0)
static Value pair_meth_close(Thread *th, Value self, Value *args) {
    Value r = pair_forward(th, AS(RWPair, self)->writer, "close", args, 0), exc = r ? NO_VALUE : error_fetch(th);
    decref(th, r);
    r = pair_forward(th, AS(RWPair, self)->reader, "close", args, 0);
    if (exc) {
        if (!r) {
            Value second = error_fetch(th);
            object_setattr(th, second, name_d_context, exc);
            decref(th, exc);
            error_restore(th, second);
        } else error_restore(th, exc);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}
static Value pair_meth_isatty(Thread *th, Value self, Value *args) {
    Value r = pair_forward(th, AS(RWPair, self)->writer, "isatty", args, 0);
    if (r != VALUE_FALSE) return r;
    return pair_forward(th, AS(RWPair, self)->reader, "isatty", args, 0);
}
static Value pair_get_closed(Thread *th, Value self) {
    if (!AS(RWPair, self)->writer) return raise_error(th, &exc_RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return object_getattr(th, AS(RWPair, self)->writer, io_name_closed);
}
static void pair_dealloc(Thread *th, Object *o) {
    clear_ref(th, &((RWPair *)o)->reader);
    clear_ref(th, &((RWPair *)o)->writer);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int pair_traverse(Object *o, VisitFn visit, void *arg) {
    RWPair *p = (RWPair *)o;
    int r = p->reader ? visit(p->reader, arg) : 0;
    return r ? r : p->writer ? visit(p->writer, arg) : 0;
}
static void pair_clear(Thread *th, Object *o) {
    clear_ref(th, &((RWPair *)o)->reader);
    clear_ref(th, &((RWPair *)o)->writer);
}
static const MethodDef pair_methods[] = {
    {"read", "(self, size=-1, /)", pair_meth_read, NULL}, {"peek", "(self, size=0, /)", pair_meth_peek, NULL}, {"read1", "(self, size=-1, /)", pair_meth_read1, NULL},
    {"readinto", "(self, buffer, /)", pair_meth_readinto, NULL}, {"readinto1", "(self, buffer, /)", pair_meth_readinto1, NULL}, {"write", "(self, buffer, /)", pair_meth_write, NULL},
    {"flush", "(self, /)", pair_meth_flush, NULL}, {"readable", "(self, /)", pair_meth_readable, NULL}, {"writable", "(self, /)", pair_meth_writable, NULL},
    {"close", "(self, /)", pair_meth_close, NULL}, {"isatty", "(self, /)", pair_meth_isatty, NULL}, {0}
};
static const GetSetDef pair_getsets[] = { {"closed", pair_get_closed, NULL, NULL}, {0} };
TYPE_DEFINE_BASE(io_BufferedRWPair, "_io.BufferedRWPair", &type_io_BufferedIOBase, sizeof(RWPair), IO_FLAGS, .text_signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)", .methods = pair_methods, .getsets = pair_getsets,
                 .doc = "A buffered reader and writer object together.", .slots = {.new_ = pair_slot_new, .init = pair_slot_init, .dealloc = pair_dealloc, .traverse = pair_traverse, .clear = pair_clear})
