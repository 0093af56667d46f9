// SPDX-License-Identifier: MIT
// Buffered streams: the raw stream below, reading, writing, positions. Under ->lock, which is held over calls of the raw stream.
#include "stdlib/_io/buffered_int.h"

#include "core/base/shared_bytes.h"

#include <errno.h>

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

Value buffered_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n;
    if (!buffered_check_init(th, s) || io_arg_size(th, args[0], &n) < 0) return NO_VALUE;
    if (n < -1) return raise_value_error(th, "read length must be non-negative or -1");
    if (buffered_check_closed(th, s, "read of closed file") < 0 || buffered_enter(th, s) < 0) return NO_VALUE;
    Value r = n < 0 ? read_rest(th, s) : read_bytes(th, s, (size_t)n, false);
    buffered_leave(s);
    return r;
}
Value buffered_meth_read1(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n = -1;
    if (!buffered_check_init(th, s)) return NO_VALUE;
    if (args[0]) {
        n = number_as_ssize(th, args[0], &exc_OverflowError);
        if (n == -1 && error_pending(th)) return NO_VALUE;
    }
    if (buffered_check_closed(th, s, "read of closed file") < 0 || buffered_enter(th, s) < 0) return NO_VALUE;
    if (n < 0) n = (intptr_t)s->size;
    if (s->rend > s->rpos && (size_t)n > s->rend - s->rpos) n = (intptr_t)(s->rend - s->rpos);
    Value r;
    if (n == 0) r = bytes_new(th, "", 0);
    else {
        r = read_bytes(th, s, (size_t)n, true);
        if (r == VALUE_NONE) r = bytes_new(th, "", 0);
    }
    buffered_leave(s);
    return r;
}
static Value readinto(Thread *th, Value self, Value target, bool once) {
    IO_SELF(Buffered);
    Buffer view;
    if (!buffered_check_init(th, s) || buffered_check_closed(th, s, "readinto of closed file") < 0 || buffer_get_writable(th, target, &view, "readinto() argument") < 0) return NO_VALUE;
    if (buffered_enter(th, s) < 0) {
        buffer_release(th, &view);
        return NO_VALUE;
    }
    intptr_t n = read_into(th, s, view.buf, view.len, once);
    buffered_leave(s);
    buffer_release(th, &view);
    return n == -2 ? VALUE_NONE : n < 0 ? NO_VALUE : value_imm_int(n);
}
Value buffered_meth_readinto(Thread *th, Value self, Value *args) { return readinto(th, self, args[0], false); }
Value buffered_meth_readinto1(Thread *th, Value self, Value *args) { return readinto(th, self, args[0], true); }

Value buffered_meth_peek(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s) || buffered_check_closed(th, s, "peek of closed file") < 0 || buffered_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (to_reading(th, s) == 0) {
        intptr_t n = s->rend > s->rpos ? 1 : fill(th, s);
        if (n >= 0 || n == -2) r = bytes_new(th, s->rbuf ? (void *)(s->rbuf + s->rpos) : "", s->rend - s->rpos);
    }
    buffered_leave(s);
    return r;
}

static Value buffered_readline(Thread *th, Buffered *s, intptr_t limit) {
    if (buffered_enter(th, s) < 0) return NO_VALUE;
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
    buffered_leave(s);
    return r;
}
Value buffered_meth_readline(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    intptr_t n;
    if (!buffered_check_init(th, s) || io_arg_size(th, args[0], &n) < 0 || buffered_check_closed(th, s, "readline of closed file") < 0) return NO_VALUE;
    return buffered_readline(th, s, n);
}
Value buffered_slot_next(Thread *th, Value self) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s)) return NO_VALUE;
    Value line;
    if (type_of(self) == &type_io_BufferedReader || type_of(self) == &type_io_BufferedRandom) {
        if (buffered_check_closed(th, s, "readline of closed file") < 0) return NO_VALUE;
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

Value buffered_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s)) return NO_VALUE;
    Buffer view;
    if (buffer_get(th, args[0], &view, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (buffered_enter(th, s) < 0) {
        buffer_release(th, &view);
        return NO_VALUE;
    }
    if (buffered_check_closed(th, s, "write to closed file") < 0 || to_writing(th, s) < 0 || !need_wbuf(th, s)) goto out;
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
    buffered_leave(s);
    buffer_release(th, &view);
    return r;
}

static int flush_both(Thread *th, Buffered *s) {
    if (flush_writes(th, s) < 0) return -1;
    if (s->can_read && s->can_write) return rewind_reads(th, s);
    return 0;
}
Value buffered_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s) || buffered_check_closed(th, s, "flush of closed file") < 0 || buffered_enter(th, s) < 0) return NO_VALUE;
    int r = flush_both(th, s);
    buffered_leave(s);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
// Readers have nothing of their own to flush.
Value reader_meth_flush(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    return buffered_call_raw(th, s, io_name_flush);
}

// ---- position

Value buffered_meth_tell(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (buffered_enter(th, s) < 0) return NO_VALUE;
    int64_t pos = raw_tell(th, s), ahead = (int64_t)s->wlen - (int64_t)(s->rend - s->rpos);
    buffered_leave(s);
    if (pos < 0) return NO_VALUE;
    pos += ahead;
    return int_from_i64(th, pos < 0 ? 0 : pos);
}

Value buffered_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    int whence = 0;
    if (!buffered_check_init(th, s) || (args[1] && number_as_int(th, args[1], &whence) < 0)) return NO_VALUE;
    if (whence < 0 || whence > 4) return raise_value_error(th, "whence value %d unsupported", whence);
    if (buffered_check_closed(th, s, "seek of closed file") < 0) return NO_VALUE;
    Value ok = buffered_call_raw(th, s, io_name_seekable);
    if (!ok) return NO_VALUE;
    int seekable = object_truth(th, ok);
    decref(th, ok);
    if (seekable < 0) return NO_VALUE;
    if (!seekable) return io_unsupported(th, "File or stream is not seekable.");
    int64_t target = io_arg_offset(th, args[0]);
    if (target == -1 && error_pending(th)) return NO_VALUE;
    if (buffered_enter(th, s) < 0) return NO_VALUE;
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
    buffered_leave(s);
    return result < 0 ? NO_VALUE : int_from_i64(th, result);
}

Value buffered_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(Buffered);
    if (!buffered_check_init(th, s) || buffered_check_closed(th, s, "truncate of closed file") < 0) return NO_VALUE;
    if (!s->can_write) return io_unsupported(th, "truncate");
    if (buffered_enter(th, s) < 0) return NO_VALUE;
    Value r = NO_VALUE, pos = args[0];
    if (flush_both(th, s) == 0) {
        if (!pos || pos == VALUE_NONE) {
            int64_t p = raw_tell(th, s);
            pos = p < 0 ? NO_VALUE : int_from_i64(th, p);
        } else incref(th, pos);
        if (pos) r = call_method1(th, s->raw, io_name_truncate, pos);
        decref(th, pos);
    }
    buffered_leave(s);
    return r;
}
