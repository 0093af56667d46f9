// SPDX-License-Identifier: MIT
// The module mmap: files and anonymous memory mapped into the process.
// One lock per object guards the place and length of the mapping, its file and position: whoever looks at the bytes holds it, so nobody can close or
// resize the mapping under a reader. Buffers given out are counted; while there are any, the mapping neither goes nor moves. Bytes are moved one by one
// as in bytearray (core/base/shared_bytes.h), because a memoryview of another thread may be at them; find()
// looks at them in place. Long copies and searches, and calls of the system, are made detached, with the lock held; only flush() lets go of it, as it
// may take long and harms nothing.
#include "core/base/search.h"
#include "core/base/shared_bytes.h"
#include "core/object/container_inl.h"
#include "stdlib/posix/posix.h"
#include "stdlib/sys/sys.h"

#include <sys/mman.h>
#include <sys/stat.h>

enum { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY };
enum { DETACH_FROM = 64 * 1024 };

typedef struct Mmap {
    Object   head;
    ObjLock  lock;       // [a]
    bool     trackfd;    // [c]
    uint8_t  access;     // [c] ACCESS_*
    int      flags;      // [c] MAP_*
    int      fd;         // [l] a duplicate of the file's descriptor, or -1
    int64_t  offset;     // [c] in the file
    uint8_t *data;       // [l] NULL: closed
    size_t   size;       // [l]
    size_t   pos;        // [l] may lie behind the end after resize()
    size_t   exports;    // [l] buffers out
} Mmap;
typedef struct MmapIter { Object head; Value map; int64_t index; } MmapIter; // map [c]; index [a]
#define MAP(v) AS(Mmap, v)
static Type type_mmap, type_mmap_iterator;

// ---- entering -------------------------------------------------------------------------------------------------------------------------

static int closed_error(Thread *th) {
    raise_value_error(th, "mmap closed or invalid");
    return -1;
}
// Takes the lock of a mapping that is open. 0 with the lock, or -1 without: ValueError.
static int map_enter(Thread *th, Mmap *m) {
    work_lock(th, &m->lock);
    if (LIKELY(m->data != NULL)) return 0;
    work_unlock(th, &m->lock);
    return closed_error(th);
}
static int check_writable(Thread *th, const Mmap *m) {
    if (m->access != ACCESS_READ) return 0;
    raise_type_error(th, "mmap can't modify a readonly memory map.");
    return -1;
}
// The lock for writing; the same results.
static int map_enter_write(Thread *th, Mmap *m) {
    if (map_enter(th, m) < 0) return -1;
    if (check_writable(th, m) == 0) return 0;
    work_unlock(th, &m->lock);
    return -1;
}
static Value leave(Thread *th, Mmap *m, Value result) {
    work_unlock(th, &m->lock);
    return result;
}
// Is it closed? For checks that come before others; the state may change right after.
static int check_open(Thread *th, Mmap *m) {
    if (map_enter(th, m) < 0) return -1;
    work_unlock(th, &m->lock);
    return 0;
}

// Copies with the lock held; a page of a file may have to be read first, so much of it is done detached.
static void map_copy(Thread *th, void *to, const void *from, size_t n) {
    if (n < DETACH_FROM) {
        shared_move(to, from, n);
        return;
    }
    BLOCKING_BEGIN(th);
    shared_move(to, from, n);
    BLOCKING_END;
}
static Value map_bytes_locked(Thread *th, Mmap *m, size_t at, size_t n) {
    if (n == 0) return bytes_empty;
    Value r = bytes_new(th, NULL, n);
    if (r != NO_VALUE) map_copy(th, AS(Bytes, r)->data, m->data + at, n);
    return r;
}

// ---- making and closing ---------------------------------------------------------------------------------------------------------------

// The length from the file, and whether the file is long enough. 0 or -1.
static int fit_to_file(Thread *th, int fd, intptr_t *length, int64_t offset) {
    struct stat st;
    int r, err;
    SYS(th, r, err, fstat(fd, &st));
    if (r < 0) {
        posix_error(th, err);
        return -1;
    }
    if (!S_ISREG(st.st_mode)) return 0;
    const char *wrong = NULL;
    if (*length == 0) {
        if (st.st_size == 0) wrong = "cannot mmap an empty file";
        else if (offset >= st.st_size) wrong = "mmap offset is greater than file size";
        else *length = (intptr_t)(st.st_size - offset);
    } else if (offset > st.st_size || st.st_size - offset < *length) {
        wrong = "mmap length is greater than file size";
    }
    if (!wrong) return 0;
    raise_value_error(th, "%s", wrong);
    return -1;
}

static Value mmap_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[7];
    if (native_args_bind(th, &sig, "mmap", "(fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    int fd, flags = MAP_SHARED, prot = PROT_READ | PROT_WRITE, access = ACCESS_DEFAULT, err;
    intptr_t length;
    int64_t offset = 0;
    bool trackfd;
    if (int_arg(th, a[0], &fd) < 0 || number_as_c_ssize(th, a[1], &length) < 0 || (a[2] && int_arg(th, a[2], &flags) < 0) ||
        (a[3] && int_arg(th, a[3], &prot) < 0) || (a[4] && int_arg(th, a[4], &access) < 0) || (a[5] && number_as_i64(th, a[5], &offset) < 0) ||
        bool_arg(th, a[6], true, &trackfd) < 0)
        return NO_VALUE;
    if (length < 0) return raise_error(th, &exc_OverflowError, "memory mapped length must be positive");
    if (offset < 0) return raise_error(th, &exc_OverflowError, "memory mapped offset must be positive");
    if (access != ACCESS_DEFAULT && (flags != MAP_SHARED || prot != (PROT_READ | PROT_WRITE)))
        return raise_value_error(th, "mmap can't specify both access and flags, prot.");
    switch (access) {
    case ACCESS_READ: prot = PROT_READ; break;
    case ACCESS_WRITE: break;
    case ACCESS_COPY: flags = MAP_PRIVATE; break;
    case ACCESS_DEFAULT:
        if ((prot & (PROT_READ | PROT_WRITE)) != (PROT_READ | PROT_WRITE)) access = prot & PROT_WRITE ? ACCESS_WRITE : ACCESS_READ;
        break;
    default: return raise_value_error(th, "mmap invalid access parameter.");
    }
    if (sys_audit(th, "mmap.__new__", 4, a[0], a[1], value_imm_int(access), a[5] ? a[5] : value_imm_int(0)) < 0) return NO_VALUE;
    if (fd != -1 && fit_to_file(th, fd, &length, offset) < 0) return NO_VALUE;
    Mmap *m = NEW(Mmap, th, type);
    if (!m) return NO_VALUE;
    m->fd = -1;
    m->trackfd = trackfd;
    m->access = (uint8_t)access;
    m->offset = offset;
    if (fd == -1) flags |= MAP_ANONYMOUS;
    m->flags = flags;
    void *p = MAP_FAILED;
    int kept = -1;
    BLOCKING_BEGIN(th);
    if (fd == -1 || !trackfd || (kept = fcntl(fd, F_DUPFD_CLOEXEC, 0)) >= 0) p = mmap(NULL, (size_t)length, prot, flags, fd, offset);
    err = errno;
    BLOCKING_END;
    m->fd = kept;
    if (p == MAP_FAILED) {
        posix_error(th, err);
        decref(th, VALUE_OF(m));
        return NO_VALUE;
    }
    m->data = p;
    m->size = (size_t)length;
    return VALUE_OF(m);
}

// Takes mapping and file out of m and gives them back to the system, detached. The lock is held, or nobody else can be there.
static void map_end_locked(Thread *th, Mmap *m) {
    uint8_t *data = m->data;
    size_t size = m->size;
    int fd = m->fd;
    m->data = NULL;
    m->fd = -1;
    if (!data && fd < 0) return;
    BLOCKING_BEGIN(th);
    if (data) munmap(data, size);
    if (fd >= 0) close(fd);
    BLOCKING_END;
}
static void mmap_dealloc(Thread *th, Object *o) {
    map_end_locked(th, (Mmap *)o);
    object_release_attrs(th, o);
    object_free(th, o);
}
static Value mmap_meth_close(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    work_lock(th, &m->lock);
    bool busy = m->exports != 0;
    if (!busy) map_end_locked(th, m);
    work_unlock(th, &m->lock);
    return busy ? raise_error(th, &exc_BufferError, "cannot close exported pointers exist") : VALUE_NONE;
}
static Value mmap_meth_enter(Thread *th, Value self, Value *args) { return check_open(th, MAP(self)) < 0 ? NO_VALUE : new_ref(th, self); }

static Value mmap_get_closed(Thread *th, Value self) {
    work_lock(th, &MAP(self)->lock);
    bool closed = MAP(self)->data == NULL;
    return leave(th, MAP(self), value_bool(closed));
}

static Value mmap_slot_repr(Thread *th, Value self) {
    static const char *const names[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
    Mmap *m = MAP(self);
    work_lock(th, &m->lock);
    bool closed = m->data == NULL;
    size_t size = m->size, pos = m->pos;
    work_unlock(th, &m->lock);
    if (closed) return str_format(th, "<%T closed=True>", self);
    return str_format(th, "<%T closed=False, access=%s, length=%zu, pos=%zu, offset=%lld>", self, names[m->access], size, pos, (long long)m->offset);
}

// ---- resizing, syncing, advice --------------------------------------------------------------------------------------------------------

static Value mmap_meth_resize(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    intptr_t size;
    if (number_as_c_ssize(th, args[0], &size) < 0 || map_enter(th, m) < 0) return NO_VALUE;
    Type *type = &exc_ValueError;
    const char *wrong = NULL;
    if (m->exports) type = &exc_BufferError, wrong = "mmap can't resize with extant buffers exported.";
    else if (!m->trackfd) wrong = "mmap can't resize with trackfd=False.";
    else if (m->access != ACCESS_WRITE && m->access != ACCESS_DEFAULT) type = &exc_TypeError, wrong = "mmap can't resize a readonly or copy-on-write memory map.";
    else if (size < 0 || INT64_MAX - size < m->offset) wrong = "new size out of range";
    else if (m->fd < 0 && !(m->flags & MAP_PRIVATE) && (size_t)size > m->size) wrong = "mmap: can't expand a shared anonymous mapping";
    int err = 0;
    if (!wrong && size == 0) err = EINVAL; // what mremap says, before the file is cut
    if (!wrong && !err) {
        void *p = MAP_FAILED;
        BLOCKING_BEGIN(th);
        if (m->fd < 0 || ftruncate(m->fd, m->offset + size) == 0) p = mremap(m->data, m->size, (size_t)size, MREMAP_MAYMOVE);
        err = p == MAP_FAILED ? errno : 0;
        BLOCKING_END;
        if (!err) {
            m->data = p;
            m->size = (size_t)size;
        }
    }
    work_unlock(th, &m->lock);
    if (wrong) return raise_error(th, type, "%s", wrong);
    return err ? posix_error(th, err) : VALUE_NONE;
}

static Value mmap_meth_flush(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    intptr_t offset = 0, size = -1;
    bool whole = !args[1] || args[1] == VALUE_NONE;
    if ((args[0] && number_as_c_ssize(th, args[0], &offset) < 0) || (!whole && number_as_c_ssize(th, args[1], &size) < 0)) return NO_VALUE;
    for (;;) {
        if (map_enter(th, m) < 0) return NO_VALUE;
        uint8_t *data = m->data;
        size_t len = m->size, n = whole ? len : (size_t)size;
        work_unlock(th, &m->lock);
        if ((!whole && size < 0) || offset < 0 || n > len || (size_t)offset > len - n) return raise_value_error(th, "flush values out of range");
        if (m->access == ACCESS_READ || m->access == ACCESS_COPY) return VALUE_NONE;
        int r, err;
        SYS(th, r, err, msync(data + offset, n, MS_SYNC));
        if (r == 0) return VALUE_NONE;
        work_lock(th, &m->lock); // it may have been closed or moved meanwhile: there was nothing to sync any more, or it is elsewhere
        bool moved = m->data != data || m->size != len, closed = m->data == NULL;
        work_unlock(th, &m->lock);
        if (closed) return VALUE_NONE;
        if (!moved) return posix_error(th, err);
    }
}

static Value mmap_meth_madvise(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    int advice, r = 0, err = 0;
    intptr_t start = 0, length = 0;
    bool whole = !args[2] || args[2] == VALUE_NONE;
    if (int_arg(th, args[0], &advice) < 0 || (args[1] && number_as_c_ssize(th, args[1], &start) < 0) || (!whole && number_as_c_ssize(th, args[2], &length) < 0) ||
        map_enter(th, m) < 0)
        return NO_VALUE;
    Type *type = &exc_ValueError;
    const char *wrong = NULL;
    if (whole) length = (intptr_t)m->size;
    if (start < 0 || (size_t)start >= m->size) wrong = "madvise start out of bounds";
    else if (length < 0) wrong = "madvise length invalid";
    else if (INTPTR_MAX - start < length) type = &exc_OverflowError, wrong = "madvise length too large";
    else {
        if ((size_t)(start + length) > m->size) length = (intptr_t)m->size - start;
        SYS(th, r, err, madvise(m->data + start, (size_t)length, advice));
    }
    work_unlock(th, &m->lock);
    if (wrong) return raise_error(th, type, "%s", wrong);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}

static Value mmap_meth_size(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    if (map_enter(th, m) < 0) return NO_VALUE;
    struct stat st;
    int r, err;
    SYS(th, r, err, fstat(m->fd, &st));
    work_unlock(th, &m->lock);
    return r < 0 ? posix_error(th, err) : int_from_i64(th, st.st_size);
}

// ---- reading and writing at the position ----------------------------------------------------------------------------------------------

static size_t remaining_locked(const Mmap *m) { return m->pos < m->size ? m->size - m->pos : 0; }
static Value take_locked(Thread *th, Mmap *m, size_t n) {
    Value r = map_bytes_locked(th, m, m->pos, n);
    if (r != NO_VALUE) m->pos += n;
    return r;
}
static Value mmap_meth_read(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    intptr_t n = -1;
    if (args[0] && args[0] != VALUE_NONE) {
        if (!index_check(args[0])) return raise_type_error(th, "argument should be integer or None, not '%T'", args[0]);
        n = number_as_ssize(th, args[0], &exc_OverflowError);
        if (n == -1 && error_pending(th)) return NO_VALUE;
    }
    if (map_enter(th, m) < 0) return NO_VALUE;
    size_t left = remaining_locked(m);
    return leave(th, m, take_locked(th, m, n < 0 || (size_t)n > left ? left : (size_t)n));
}
static Value mmap_meth_read_byte(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    if (map_enter(th, m) < 0) return NO_VALUE;
    int c = remaining_locked(m) ? atomic_load_relaxed(&m->data[m->pos++]) : -1;
    work_unlock(th, &m->lock);
    return c < 0 ? raise_value_error(th, "read byte out of range") : value_imm_int(c);
}
// Index of the first line end in n shared bytes, or -1.
static intptr_t find_line_end(const uint8_t *p, size_t n) {
    uint8_t piece[4096];
    for (size_t at = 0, part; at < n; at += part) {
        part = n - at < sizeof piece ? n - at : sizeof piece;
        shared_copy(piece, p + at, part);
        const uint8_t *end = memchr(piece, '\n', part);
        if (end) return (intptr_t)at + (end - piece);
    }
    return -1;
}
static Value mmap_meth_readline(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    if (map_enter(th, m) < 0) return NO_VALUE;
    size_t n = remaining_locked(m);
    intptr_t end;
    if (n >= DETACH_FROM) {
        BLOCKING_BEGIN(th);
        end = find_line_end(m->data + m->pos, n);
        BLOCKING_END;
    } else {
        end = find_line_end(m->data + m->pos, n);
    }
    return leave(th, m, take_locked(th, m, end < 0 ? n : (size_t)end + 1));
}
static Value mmap_meth_write(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (map_enter_write(th, m) == 0) {
        bool fits = b.len <= remaining_locked(m);
        if (fits) {
            map_copy(th, m->data + m->pos, b.buf, b.len);
            m->pos += b.len;
        }
        work_unlock(th, &m->lock);
        r = fits ? int_from_u64(th, b.len) : raise_value_error(th, "data out of range");
    }
    buffer_release(th, &b);
    return r;
}
static Value mmap_meth_write_byte(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    int64_t v;
    if (number_as_i64(th, args[0], &v) < 0) return NO_VALUE;
    if (v < 0 || v > 255) return raise_error(th, &exc_OverflowError, v < 0 ? "unsigned byte integer is less than minimum" : "unsigned byte integer is greater than maximum");
    if (map_enter_write(th, m) < 0) return NO_VALUE;
    bool fits = remaining_locked(m) > 0;
    if (fits) atomic_store_relaxed(&m->data[m->pos++], (uint8_t)v);
    work_unlock(th, &m->lock);
    return fits ? VALUE_NONE : raise_value_error(th, "write byte out of range");
}
static Value mmap_meth_tell(Thread *th, Value self, Value *args) {
    if (map_enter(th, MAP(self)) < 0) return NO_VALUE;
    size_t pos = MAP(self)->pos;
    return leave(th, MAP(self), int_from_u64(th, pos));
}
static Value mmap_meth_seek(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    intptr_t at;
    int whence = SEEK_SET;
    if (number_as_c_ssize(th, args[0], &at) < 0 || (args[1] && int_arg(th, args[1], &whence) < 0)) return NO_VALUE;
    if (map_enter(th, m) < 0) return NO_VALUE;
    intptr_t base = whence == SEEK_CUR ? (intptr_t)m->pos : whence == SEEK_END ? (intptr_t)m->size : 0, to;
    bool known = whence >= SEEK_SET && whence <= SEEK_END;
    bool ok = known && !__builtin_add_overflow(base, at, &to) && to >= 0 && (size_t)to <= m->size;
    if (ok) m->pos = (size_t)to;
    work_unlock(th, &m->lock);
    if (!known) return raise_value_error(th, "unknown seek type");
    return ok ? value_imm_int(to) : raise_value_error(th, "seek out of range");
}
static Value mmap_meth_seekable(Thread *th, Value self, Value *args) { return VALUE_TRUE; }

// ---- searching, moving ----------------------------------------------------------------------------------------------------------------

static intptr_t search(const uint8_t *hay, size_t n, const Buffer *b, bool backwards) {
    return backwards ? chars_rfind(hay, n, b->buf, b->len, 1) : chars_find(hay, n, b->buf, b->len, 1);
}
static Value find(Thread *th, Value self, Value *args, bool backwards) {
    Mmap *m = MAP(self);
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    bool from_pos = !args[1] || args[1] == VALUE_NONE, to_end = !args[2] || args[2] == VALUE_NONE;
    intptr_t start = 0, end = 0, at = -1;
    Value r = NO_VALUE;
    if ((!from_pos && number_as_c_ssize(th, args[1], &start) < 0) || (!to_end && number_as_c_ssize(th, args[2], &end) < 0)) goto done;
    if (map_enter(th, m) < 0) goto done;
    intptr_t size = (intptr_t)m->size;
    if (from_pos) start = (intptr_t)m->pos;
    if (to_end) end = size;
    if (start < 0 && (start += size) < 0) start = 0;
    else if (start > size) start = size;
    if (end < 0 && (end += size) < 0) end = 0;
    else if (end > size) end = size;
    if (start <= end) {
        if (end - start >= DETACH_FROM) {
            BLOCKING_BEGIN(th);
            at = search(m->data + start, (size_t)(end - start), &b, backwards);
            BLOCKING_END;
        } else {
            at = search(m->data + start, (size_t)(end - start), &b, backwards);
        }
    }
    work_unlock(th, &m->lock);
    r = value_imm_int(at < 0 ? -1 : start + at);
done:
    buffer_release(th, &b);
    return r;
}
static Value mmap_meth_find(Thread *th, Value self, Value *args) { return find(th, self, args, false); }
static Value mmap_meth_rfind(Thread *th, Value self, Value *args) { return find(th, self, args, true); }

static Value mmap_meth_move(Thread *th, Value self, Value *args) {
    Mmap *m = MAP(self);
    intptr_t dest, src, n;
    if (number_as_c_ssize(th, args[0], &dest) < 0 || number_as_c_ssize(th, args[1], &src) < 0 || number_as_c_ssize(th, args[2], &n) < 0 || map_enter_write(th, m) < 0)
        return NO_VALUE;
    intptr_t size = (intptr_t)m->size;
    bool fits = dest >= 0 && src >= 0 && n >= 0 && size - dest >= n && size - src >= n;
    if (fits) map_copy(th, m->data + dest, m->data + src, (size_t)n);
    work_unlock(th, &m->lock);
    return fits ? VALUE_NONE : raise_value_error(th, "source, destination, or count out of range");
}

// ---- as a sequence and a buffer -------------------------------------------------------------------------------------------------------

static intptr_t mmap_slot_len(Thread *th, Value self) {
    Mmap *m = MAP(self);
    if (map_enter(th, m) < 0) return -1;
    intptr_t n = (intptr_t)m->size;
    work_unlock(th, &m->lock);
    return n;
}
static Value out_of_range(Thread *th) { return raise_error(th, &exc_IndexError, "mmap index out of range"); }
// i within m, which is locked, or -1.
static intptr_t index_locked(const Mmap *m, intptr_t i) {
    if (i < 0) i += (intptr_t)m->size;
    return i < 0 || i >= (intptr_t)m->size ? -1 : i;
}
static Value mmap_slot_getitem(Thread *th, Value self, Value key) {
    Mmap *m = MAP(self);
    if (check_open(th, m) < 0) return NO_VALUE;
    if (index_check(key)) {
        intptr_t i = number_as_ssize(th, key, &exc_IndexError);
        if ((i == -1 && error_pending(th)) || map_enter(th, m) < 0) return NO_VALUE;
        i = index_locked(m, i);
        int c = i < 0 ? -1 : atomic_load_relaxed(&m->data[i]);
        work_unlock(th, &m->lock);
        return c < 0 ? out_of_range(th) : value_imm_int(c);
    }
    if (!value_is_exact(key, &type_slice)) return raise_type_error(th, "mmap indices must be integers");
    Slice *s = AS(Slice, key);
    SliceParts p;
    if (slice_unpack(th, s->start, s->stop, s->step, &p) < 0 || map_enter(th, m) < 0) return NO_VALUE;
    size_t n = slice_adjust(m->size, &p);
    if (p.step == 1 || n == 0) return leave(th, m, map_bytes_locked(th, m, (size_t)p.start, n));
    Value r = bytes_new(th, NULL, n);
    if (r != NO_VALUE)
        for (size_t i = 0; i < n; i++) AS(Bytes, r)->data[i] = atomic_load_relaxed(&m->data[p.start + (intptr_t)i * p.step]);
    return leave(th, m, r);
}

static int set_slice(Thread *th, Mmap *m, Slice *s, Value v) {
    SliceParts p;
    if (slice_unpack(th, s->start, s->stop, s->step, &p) < 0) return -1;
    if (!v) { raise_type_error(th, "mmap object doesn't support slice deletion"); return -1; }
    Buffer b;
    if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
    int r = -1;
    if (map_enter_write(th, m) == 0) {
        size_t n = slice_adjust(m->size, &p);
        bool fits = n == b.len;
        if (fits && p.step == 1) map_copy(th, m->data + p.start, b.buf, n);
        else if (fits)
            for (size_t i = 0; i < n; i++) atomic_store_relaxed(&m->data[p.start + (intptr_t)i * p.step], atomic_load_relaxed(&b.buf[i]));
        work_unlock(th, &m->lock);
        if (fits) r = 0;
        else raise_error(th, &exc_IndexError, "mmap slice assignment is wrong size");
    }
    buffer_release(th, &b);
    return r;
}
static int mmap_slot_setitem(Thread *th, Value self, Value key, Value v) {
    Mmap *m = MAP(self);
    if (check_open(th, m) < 0 || check_writable(th, m) < 0) return -1;
    if (!index_check(key)) {
        if (value_is_exact(key, &type_slice)) return set_slice(th, m, AS(Slice, key), v);
        raise_type_error(th, "mmap indices must be integer");
        return -1;
    }
    intptr_t i = number_as_ssize(th, key, &exc_IndexError), byte = 0;
    if ((i == -1 && error_pending(th)) || map_enter(th, m) < 0) return -1;
    bool inside = index_locked(m, i) >= 0;
    work_unlock(th, &m->lock);
    if (!inside) { out_of_range(th); return -1; }
    if (!v) { raise_type_error(th, "mmap doesn't support item deletion"); return -1; }
    if (!index_check(v)) { raise_type_error(th, "mmap item value must be an int"); return -1; }
    byte = number_as_ssize(th, v, &exc_TypeError);
    if (byte == -1 && error_pending(th)) return -1;
    if (byte < 0 || byte > 255) { raise_value_error(th, "mmap item value must be in range(0, 256)"); return -1; }
    if (map_enter(th, m) < 0) return -1; // __index__ may have closed or resized it
    i = index_locked(m, i);
    if (i >= 0) atomic_store_relaxed(&m->data[i], (uint8_t)byte);
    work_unlock(th, &m->lock);
    if (i < 0) out_of_range(th);
    return i < 0 ? -1 : 0;
}

static int mmap_get_buffer(Thread *th, Value self, Buffer *b, int flags) {
    Mmap *m = MAP(self);
    if (map_enter(th, m) < 0) return -1;
    uint8_t *data = m->data;
    size_t size = m->size;
    m->exports++;
    work_unlock(th, &m->lock);
    if (buffer_fill(th, b, self, data, size, m->access == ACCESS_READ, flags) == 0) return 0;
    work_lock(th, &m->lock);
    m->exports--;
    work_unlock(th, &m->lock);
    return -1;
}
static void mmap_release_buffer(Thread *th, Value self, Buffer *b) {
    Mmap *m = MAP(self);
    work_lock(th, &m->lock);
    m->exports--;
    work_unlock(th, &m->lock);
}

// Iterating gives bytes of length one where indexing gives ints.
static Value mmap_slot_iter(Thread *th, Value self) {
    MmapIter *it = NEW(MmapIter, th, &type_mmap_iterator);
    if (it) it->map = new_ref(th, self);
    return VALUE_OF(it);
}
static Value mmap_iterator_slot_next(Thread *th, Value self) {
    MmapIter *it = AS(MmapIter, self);
    Mmap *m = MAP(it->map);
    int64_t i = counter_fetch_add(th, &it->index, 1);
    if (map_enter(th, m) < 0) return NO_VALUE;
    bool inside = i >= 0 && (uint64_t)i < m->size;
    uint8_t c = inside ? atomic_load_relaxed(&m->data[i]) : 0;
    work_unlock(th, &m->lock);
    if (inside) return bytes_new(th, &c, 1);
    atomic_store_relaxed(&it->index, INT64_MIN); // at the end for ever
    return NO_VALUE;
}
static void mmap_iterator_dealloc(Thread *th, Object *o) {
    decref(th, ((MmapIter *)o)->map);
    object_free(th, o);
}

// ---- tables ---------------------------------------------------------------------------------------------------------------------------

MODULE_TYPE_DEFINE(mmap_iterator, "mmap.iterator", sizeof(MmapIter), TYPE_ITERATOR | TYPE_NO_INSTANTIATE,
                   .slots = {.dealloc = mmap_iterator_dealloc, .iter = iter_self, .next = mmap_iterator_slot_next})

static const MethodDef mmap_methods[] = {
    {"close", "(self, /)", mmap_meth_close, NULL, 0},
    {"find", "(self, view, start=None, end=None, /)", mmap_meth_find, NULL, 0},
    {"flush", "(self, offset=0, size=None, /)", mmap_meth_flush, NULL, 0},
    {"madvise", "(self, option, start=0, length=None, /)", mmap_meth_madvise, NULL, 0},
    {"move", "(self, dest, src, count, /)", mmap_meth_move, NULL, 0},
    {"read", "(self, n=None, /)", mmap_meth_read, NULL, 0},
    {"read_byte", "(self, /)", mmap_meth_read_byte, NULL, 0},
    {"readline", "(self, /)", mmap_meth_readline, NULL, 0},
    {"resize", "(self, newsize, /)", mmap_meth_resize, NULL, 0},
    {"rfind", "(self, view, start=None, end=None, /)", mmap_meth_rfind, NULL, 0},
    {"seek", "(self, pos, whence=0, /)", mmap_meth_seek, NULL, 0},
    {"seekable", "(self, /)", mmap_meth_seekable, NULL, 0},
    {"size", "(self, /)", mmap_meth_size, NULL, 0},
    {"tell", "(self, /)", mmap_meth_tell, NULL, 0},
    {"write", "(self, bytes, /)", mmap_meth_write, NULL, 0},
    {"write_byte", "(self, byte, /)", mmap_meth_write_byte, NULL, 0},
    {"__enter__", "(self, /)", mmap_meth_enter, NULL, 0},
    {"__exit__", "(self, exc_type, exc_value, traceback, /)", mmap_meth_close, NULL, 0},
    {0},
};
static const GetSetDef mmap_getsets[] = {{"closed", mmap_get_closed, NULL, NULL}, {0}};
MODULE_TYPE_DEFINE(mmap, "mmap.mmap", sizeof(Mmap), TYPE_BASETYPE | TYPE_WEAKREFABLE, .methods = mmap_methods, .getsets = mmap_getsets,
                   .doc = "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMaps length bytes of the file behind the descriptor; 0 maps all of it, "
                          "-1 as\nthe descriptor maps anonymous memory.",
                   .slots = {.new_ = mmap_slot_new, .dealloc = mmap_dealloc, .repr = mmap_slot_repr, .iter = mmap_slot_iter, .len = mmap_slot_len,
                             .getitem = mmap_slot_getitem, .setitem = mmap_slot_setitem, .get_buffer = mmap_get_buffer, .release_buffer = mmap_release_buffer})

static int mmap_exec(Thread *th, Value m) {
    static const struct { const char *name; int value; } c[] = {
        {"ACCESS_DEFAULT", ACCESS_DEFAULT}, {"ACCESS_READ", ACCESS_READ}, {"ACCESS_WRITE", ACCESS_WRITE}, {"ACCESS_COPY", ACCESS_COPY},
        {"PROT_EXEC", PROT_EXEC}, {"PROT_READ", PROT_READ}, {"PROT_WRITE", PROT_WRITE}, {"MAP_SHARED", MAP_SHARED}, {"MAP_PRIVATE", MAP_PRIVATE},
        {"MAP_DENYWRITE", MAP_DENYWRITE}, {"MAP_EXECUTABLE", MAP_EXECUTABLE}, {"MAP_ANON", MAP_ANON}, {"MAP_ANONYMOUS", MAP_ANONYMOUS},
        {"MAP_POPULATE", MAP_POPULATE}, {"MAP_STACK", MAP_STACK}, {"MAP_NORESERVE", MAP_NORESERVE},
#ifdef MAP_32BIT // x86 only
        {"MAP_32BIT", MAP_32BIT},
#endif
        {"MADV_NORMAL", MADV_NORMAL}, {"MADV_RANDOM", MADV_RANDOM}, {"MADV_SEQUENTIAL", MADV_SEQUENTIAL}, {"MADV_WILLNEED", MADV_WILLNEED},
        {"MADV_DONTNEED", MADV_DONTNEED}, {"MADV_REMOVE", MADV_REMOVE}, {"MADV_DONTFORK", MADV_DONTFORK}, {"MADV_DOFORK", MADV_DOFORK},
        {"MADV_HWPOISON", MADV_HWPOISON}, {"MADV_MERGEABLE", MADV_MERGEABLE}, {"MADV_UNMERGEABLE", MADV_UNMERGEABLE}, {"MADV_HUGEPAGE", MADV_HUGEPAGE},
        {"MADV_NOHUGEPAGE", MADV_NOHUGEPAGE}, {"MADV_DONTDUMP", MADV_DONTDUMP}, {"MADV_DODUMP", MADV_DODUMP}, {"MADV_FREE", MADV_FREE},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add_int(th, m, c[i].name, c[i].value) < 0) return -1;
    long page = sysconf(_SC_PAGESIZE);
    if (module_add_int(th, m, "PAGESIZE", page) < 0 || module_add_int(th, m, "ALLOCATIONGRANULARITY", page) < 0 ||
        module_add(th, m, "error", VALUE_OF(&exc_OSError)) < 0 || type_ready(th, &type_mmap_iterator) < 0)
        return -1;
    return module_add_type(th, m, &type_mmap);
}

const ModuleDef module_mmap = {.name = "mmap", .methods = NULL, .exec = mmap_exec};
