// SPDX-License-Identifier: MIT
// FileIO: raw files over descriptors. All system calls run detached; EINTR runs signal handlers and tries again (PEP 475).
#include "stdlib/_io/io_int.h"

#include "core/object/attr_cache.h"
#include "stdlib/sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool retry(Thread *th, int err, bool *failed) { // after EINTR: handlers may raise
    if (err != EINTR) return false;
    if (thread_safepoint_slow(th) < 0) {
        *failed = true;
        return false;
    }
    return true;
}
enum { MAX_IO = 0x7ffff000 };

static int live_fd(Thread *th, FileIO *f) {
    int fd = atomic_load_relaxed(&f->fd);
    if (fd < 0) io_closed_error(th);
    return fd;
}

// One read() into p, or write() from it. -1, or -2: would block.
static intptr_t transfer(Thread *th, FileIO *f, void *p, size_t n, bool writes) {
    int fd = live_fd(th, f);
    if (fd < 0) return -1;
    if (n > MAX_IO) n = MAX_IO;
    for (;;) {
        intptr_t r;
        int err;
        BLOCKING_BEGIN(th);
        r = writes ? write(fd, p, n) : read(fd, p, n);
        err = errno;
        BLOCKING_END;
        if (r >= 0) return r;
        bool failed = false;
        if (retry(th, err, &failed)) continue;
        if (failed) return -1;
        if (err == EAGAIN) return -2;
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        return -1;
    }
}
intptr_t fileio_read_into(Thread *th, FileIO *f, void *p, size_t n) { return transfer(th, f, p, n, false); }
intptr_t fileio_write_from(Thread *th, FileIO *f, const void *p, size_t n) { return transfer(th, f, (void *)p, n, true); }
int64_t fileio_seek(Thread *th, FileIO *f, int64_t pos, int whence) {
    int fd = live_fd(th, f);
    if (fd < 0) return -1;
    int64_t r;
    int err;
    BLOCKING_BEGIN(th);
    r = lseek(fd, pos, whence);
    err = errno;
    BLOCKING_END;
    if (r < 0) raise_errno(th, err, NO_VALUE, NO_VALUE);
    else if (f->seekable < 0) f->seekable = 1;
    return r;
}

Value fileio_readall(Thread *th, FileIO *f) {
    int fd = live_fd(th, f);
    if (fd < 0) return NO_VALUE;
    struct stat st;
    size_t guess = 8192;
    off_t pos;
    BLOCKING_BEGIN(th);
    pos = lseek(fd, 0, SEEK_CUR);
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && pos >= 0 && st.st_size >= pos) guess = (size_t)(st.st_size - pos) + 1;
    BLOCKING_END;
    // Straight into the result when the size was right.
    Value b = bytes_new(th, NULL, guess);
    if (!b) return NO_VALUE;
    size_t len = 0, cap = guess;
    for (;;) {
        if (len == cap) {
            size_t ncap = cap + (cap > 65536 ? cap / 2 : cap) + 8192;
            Value nb = bytes_new(th, NULL, ncap);
            if (!nb) {
                decref(th, b);
                return NO_VALUE;
            }
            memcpy(AS(Bytes, nb)->data, AS(Bytes, b)->data, len);
            decref(th, b);
            b = nb;
            cap = ncap;
        }
        intptr_t r = fileio_read_into(th, f, AS(Bytes, b)->data + len, cap - len);
        if (r == -2) {
            if (len) break;
            decref(th, b);
            return VALUE_NONE;
        }
        if (r < 0) {
            decref(th, b);
            return NO_VALUE;
        }
        if (r == 0) break;
        len += (size_t)r;
    }
    if (cap - len > 64 && (cap - len) > cap / 8) {
        Value nb = bytes_new(th, AS(Bytes, b)->data, len);
        decref(th, b);
        return nb;
    }
    AS(Bytes, b)->len = len; // nobody else has seen it yet
    AS(Bytes, b)->data[len] = 0;
    return b;
}

// ---- construction

static const char *mode_string(const FileIO *f) {
    if (f->created) return f->readable ? "xb+" : "xb";
    if (f->appending) return f->readable ? "ab+" : "ab";
    if (f->readable) return f->writable ? "rb+" : "rb";
    return "wb";
}

static int close_fd(Thread *th, FileIO *f) {
    int fd = __atomic_exchange_n(&f->fd, -1, __ATOMIC_ACQ_REL);
    if (fd < 0 || !f->closefd) return 0;
    int r, err;
    BLOCKING_BEGIN(th);
    r = close(fd);
    err = errno;
    BLOCKING_END;
    if (r < 0 && err != EINTR) {
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        return -1;
    }
    return 0;
}

static int parse_mode(Thread *th, FileIO *f, const char *mode, int *flags) {
    bool rwa = false, plus = false;
    *flags = 0;
    for (const char *p = mode; *p; p++) {
        switch (*p) {
        case 'x': case 'r': case 'w': case 'a':
            if (rwa) goto bad;
            rwa = true;
            if (*p == 'r') f->readable = 1;
            else f->writable = 1;
            if (*p == 'x') {
                f->created = 1;
                *flags |= O_EXCL | O_CREAT;
            } else if (*p == 'w') *flags |= O_CREAT | O_TRUNC;
            else if (*p == 'a') {
                f->appending = 1;
                *flags |= O_APPEND | O_CREAT;
            }
            break;
        case 'b': break;
        case '+':
            if (plus) goto bad;
            plus = true;
            f->readable = f->writable = 1;
            break;
        default:
            raise_value_error(th, "invalid mode: %.200s", mode);
            return -1;
        }
    }
    if (!rwa) {
bad:
        raise_value_error(th, "Must have exactly one of create/read/write/append mode and at most one plus");
        return -1;
    }
    *flags |= f->readable && f->writable ? O_RDWR : f->readable ? O_RDONLY : O_WRONLY;
    *flags |= O_CLOEXEC;
    return 0;
}

static int fileio_open(Thread *th, FileIO *f, Value nameobj, const char *mode, bool closefd, Value opener) {
    Value self = VALUE_OF(f);
    if (f->fd >= 0 && close_fd(th, f) < 0) return -1;
    f->readable = f->writable = f->appending = f->created = 0;
    f->seekable = -1;
    f->closefd = closefd;
    int64_t fd = -1;
    if (value_is_bool(nameobj) && warn_format(th, &exc_RuntimeWarning, 1, "bool is used as a file descriptor") < 0) return -1;
    if (value_is_int(nameobj)) {
        if (number_as_i64(th, nameobj, &fd) < 0) return -1;
        if (fd < 0) {
            raise_value_error(th, "negative file descriptor");
            return -1;
        }
        if (fd > INT32_MAX) {
            raise_error(th, &exc_OverflowError, "Python int too large to convert to C int");
            return -1;
        }
    }
    int flags;
    if (parse_mode(th, f, mode, &flags) < 0) return -1;
    if (UNLIKELY(sys_has_audit_hooks())) {
        Value text = str_from_cstr(th, mode);
        int stopped = text ? sys_audit(th, "open", 3, nameobj, text, value_imm_int(flags)) : -1;
        decref(th, text);
        if (stopped) return -1;
    }
    int err = 0;
    if (fd >= 0) {
        f->fd = (int)fd;
    } else {
        if (!closefd) {
            raise_value_error(th, "Cannot use closefd=False with file name");
            return -1;
        }
        Value hold = NO_VALUE, hold2 = NO_VALUE, path = nameobj;
        if (!value_is_str(path) && !value_is_bytes(path)) {
            hold2 = path = str_fspath(th, nameobj);
            if (!path) return -1;
        }
        if (opener && opener != VALUE_NONE) {
            Value r = call2(th, opener, nameobj, value_imm_int(flags));
            if (r && !value_is_int(r)) {
                raise_type_error(th, "expected integer from opener");
                decref(th, r);
                r = NO_VALUE;
            }
            int64_t v = -1;
            if (r && number_as_i64(th, r, &v) == 0 && v < 0) raise_value_error(th, "opener returned %lld", (long long)v);
            decref(th, r);
            decref(th, hold2);
            if (error_pending(th)) return -1;
            f->fd = (int)v;
            fcntl((int)v, F_SETFD, fcntl((int)v, F_GETFD) | FD_CLOEXEC);
        } else {
            const char *p = str_fs_path(th, path, NULL, &hold);
            if (!p) {
                decref(th, hold2);
                return -1;
            }
            int r;
            for (;;) {
                BLOCKING_BEGIN(th);
                r = open(p, flags, 0666);
                err = errno;
                BLOCKING_END;
                bool failed = false;
                if (r >= 0 || !retry(th, err, &failed)) {
                    if (failed) {
                        decref(th, hold);
                        decref(th, hold2);
                        return -1;
                    }
                    break;
                }
            }
            decref(th, hold);
            decref(th, hold2);
            if (r < 0) {
                raise_errno(th, err, nameobj, NO_VALUE);
                return -1;
            }
            f->fd = r;
        }
    }
    struct stat st;
    int r;
    BLOCKING_BEGIN(th);
    r = fstat(f->fd, &st);
    err = errno;
    BLOCKING_END;
    f->blksize = IO_BUFFER_SIZE;
    if (r < 0) {
        if (err == EBADF) {
            if (fd >= 0) f->fd = -1; // not ours to close
            raise_errno(th, err, nameobj, NO_VALUE);
            return -1;
        }
    } else {
        if (S_ISDIR(st.st_mode)) {
            if (fd >= 0) f->fd = -1;
            else close_fd(th, f);
            raise_errno(th, EISDIR, nameobj, NO_VALUE);
            return -1;
        }
        if (st.st_blksize > 1) f->blksize = (uint32_t)st.st_blksize;
    }
    if (object_setattr(th, self, io_name_name, nameobj) < 0) {
        if (fd >= 0) {
            f->fd = -1;
        } else {
            Value exc = error_fetch(th);
            if (close_fd(th, f) < 0) error_clear(th);
            error_restore(th, exc);
        }
        return -1;
    }
    if (f->appending) {
        BLOCKING_BEGIN(th);
        r = lseek(f->fd, 0, SEEK_END) < 0;
        err = errno;
        BLOCKING_END;
        if (r && err != ESPIPE) {
            raise_errno(th, err, NO_VALUE, NO_VALUE);
            return -1;
        }
    }
    return 0;
}

static Value fileio_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    FileIO *f = object_new(th, type, 0);
    if (!f) return NO_VALUE;
    f->fd = -1;
    f->seekable = -1;
    f->closefd = 1;
    return VALUE_OF(f);
}
static int fileio_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[4];
    if (native_args_bind(th, &sig, "FileIO", "(file, mode='r', closefd=True, opener=None)", args, nargs, kwnames, out) < 0) return -1;
    const char *mode = "r";
    Value hold = NO_VALUE;
    if (out[1]) {
        if (!value_is_str(out[1])) {
            raise_type_error(th, "FileIO() argument 'mode' must be str, not %T", out[1]);
            return -1;
        }
        mode = str_utf8(th, out[1], NULL, &hold);
        if (!mode) return -1;
    }
    int closefd = out[2] ? object_truth(th, out[2]) : 1;
    int r = closefd < 0 ? -1 : fileio_open(th, AS(FileIO, self), out[0], mode, closefd, out[3]);
    decref(th, hold);
    return r;
}
Value fileio_new(Thread *th, Value name, const char *mode, bool closefd, Value opener) {
    Value v = fileio_slot_new(th, &type_io_FileIO, NULL, 0, NO_VALUE);
    if (v && fileio_open(th, AS(FileIO, v), name, mode, closefd, opener) < 0) clear_ref(th, &v);
    return v;
}

// ---- methods

static Value mode_error(Thread *th, const char *action) { return raise_error(th, AS(Type, io_UnsupportedOperation), "File not open for %s", action); }

static Value fileio_meth_close(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    Value exc = NO_VALUE;
    Value own = NO_VALUE;
    int found = atomic_load_relaxed(&s->fd) < 0 ? 0 : type_of(self) != &type_io_FileIO ? 1 : attr_instance_find(th, self, io_name_flush, &own);
    decref(th, own);
    if (found < 0) return NO_VALUE;
    if (found) { // _IOBase.close: a flush() of its own
        Value base = object_getattr(th, VALUE_OF(&type_io_RawIOBase), io_name_close);
        Value r = base ? call1(th, base, self) : NO_VALUE;
        decref(th, base);
        decref(th, r);
        if (!r) exc = error_fetch(th);
    }
    if (s->finalizing && atomic_load_relaxed(&s->fd) >= 0 && s->closefd) {
        Value w = call_method1(th, self, io_name__dealloc_warn, self);
        if (!w) error_clear(th);
        decref(th, w);
    }
    int rc = close_fd(th, s);
    if (exc) {
        if (rc < 0) error_clear(th);
        error_restore(th, exc);
        return NO_VALUE;
    }
    return rc < 0 ? NO_VALUE : VALUE_NONE;
}
static Value fileio_meth_dealloc_warn(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    if (atomic_load_relaxed(&s->fd) >= 0 && s->closefd) {
        Value saved = error_fetch(th);
        if (warn_resource(th, args[0], "unclosed file %R", args[0]) < 0) {
            if (error_matches(th, &exc_Warning)) error_unraisable(th, NULL, self);
            else error_clear(th);
        }
        if (saved) error_restore(th, saved);
    }
    return VALUE_NONE;
}
static Value fileio_meth_seekable(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    int fd = live_fd(th, s);
    if (fd < 0) return NO_VALUE;
    if (s->seekable < 0) {
        bool ok;
        BLOCKING_BEGIN(th);
        ok = lseek(fd, 0, SEEK_CUR) >= 0;
        BLOCKING_END;
        s->seekable = ok;
    }
    return value_bool(s->seekable);
}
static Value fileio_meth_readable(Thread *th, Value self, Value *args) { return live_fd(th, AS(FileIO, self)) < 0 ? NO_VALUE : value_bool(AS(FileIO, self)->readable); }
static Value fileio_meth_writable(Thread *th, Value self, Value *args) { return live_fd(th, AS(FileIO, self)) < 0 ? NO_VALUE : value_bool(AS(FileIO, self)->writable); }
static Value fileio_meth_fileno(Thread *th, Value self, Value *args) { int fd = live_fd(th, AS(FileIO, self)); return fd < 0 ? NO_VALUE : value_imm_int(fd); }
static Value fileio_meth_isatty(Thread *th, Value self, Value *args) {
    int fd = live_fd(th, AS(FileIO, self)), r;
    if (fd < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    r = isatty(fd);
    BLOCKING_END;
    return value_bool(r);
}
static Value fileio_meth_readinto(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    if (live_fd(th, s) < 0) return NO_VALUE;
    if (!s->readable) return mode_error(th, "reading");
    Buffer view;
    if (buffer_get_writable(th, args[0], &view, "readinto() argument") < 0) return NO_VALUE;
    intptr_t n = fileio_read_into(th, s, view.buf, view.len);
    buffer_release(th, &view);
    return n >= 0 ? value_imm_int(n) : n == -2 ? VALUE_NONE : NO_VALUE;
}
static Value fileio_meth_readall(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    if (live_fd(th, s) < 0) return NO_VALUE;
    if (!s->readable) return mode_error(th, "reading");
    return fileio_readall(th, s);
}
static Value fileio_meth_read(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    intptr_t n;
    if (io_arg_size(th, args[0], &n) < 0 || live_fd(th, s) < 0) return NO_VALUE;
    if (!s->readable) return mode_error(th, "reading");
    if (n < 0) return type_of(self) == &type_io_FileIO ? fileio_readall(th, s) : call_method0(th, self, io_name_readall);
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    intptr_t r = fileio_read_into(th, s, AS(Bytes, b)->data, (size_t)n);
    if (r < 0) {
        decref(th, b);
        return r == -2 ? VALUE_NONE : NO_VALUE;
    }
    if (r == n) return b;
    Value nb = bytes_new(th, AS(Bytes, b)->data, (size_t)r);
    decref(th, b);
    return nb;
}
static Value fileio_meth_write(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    if (live_fd(th, s) < 0) return NO_VALUE;
    if (!s->writable) return mode_error(th, "writing");
    Buffer view;
    if (buffer_get(th, args[0], &view, BUF_SIMPLE) < 0) return NO_VALUE;
    intptr_t n = fileio_write_from(th, s, view.buf, view.len);
    buffer_release(th, &view);
    return n >= 0 ? value_imm_int(n) : n == -2 ? VALUE_NONE : NO_VALUE;
}
static Value fileio_meth_seek(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    if (live_fd(th, s) < 0) return NO_VALUE;
    int whence = 0;
    if (args[1] && number_as_int(th, args[1], &whence) < 0) return NO_VALUE;
    int64_t pos = io_arg_offset(th, args[0]);
    if (pos == -1 && error_pending(th)) return NO_VALUE;
    int64_t r = fileio_seek(th, s, pos, whence);
    return r < 0 ? NO_VALUE : int_from_i64(th, r);
}
static Value fileio_meth_tell(Thread *th, Value self, Value *args) {
    int64_t r = fileio_seek(th, AS(FileIO, self), 0, SEEK_CUR);
    return r < 0 ? NO_VALUE : int_from_i64(th, r);
}
static Value fileio_meth_truncate(Thread *th, Value self, Value *args) {
    IO_SELF(FileIO);
    int fd = live_fd(th, s);
    if (fd < 0) return NO_VALUE;
    if (!s->writable) return mode_error(th, "writing");
    int64_t size;
    Value ret;
    if (!args[0] || args[0] == VALUE_NONE) {
        size = fileio_seek(th, s, 0, SEEK_CUR);
        if (size < 0) return NO_VALUE;
        ret = int_from_i64(th, size);
    } else {
        size = io_arg_offset(th, args[0]);
        if (size == -1 && error_pending(th)) return NO_VALUE;
        ret = new_ref(th, args[0]);
    }
    int r, err;
    BLOCKING_BEGIN(th);
    r = ftruncate(fd, size);
    err = errno;
    BLOCKING_END;
    if (r < 0) {
        decref(th, ret);
        return raise_errno(th, err, NO_VALUE, NO_VALUE);
    }
    return ret;
}
static Value fileio_slot_repr(Thread *th, Value self) {
    IO_SELF(FileIO);
    int fd = atomic_load_relaxed(&s->fd);
    if (fd < 0) return str_format(th, "<%T [closed]>", self);
    Value name = NO_VALUE, r;
    int found = object_getattr_optional(th, self, io_name_name, &name);
    if (found < 0) return NO_VALUE;
    if (!found) return str_format(th, "<%T fd=%d mode='%s' closefd=%s>", self, fd, mode_string(s), s->closefd ? "True" : "False");
    int e = repr_enter(th, self);
    if (e) {
        decref(th, name);
        if (e > 0) raise_error(th, &exc_RuntimeError, "reentrant call inside %T.__repr__", self);
        return NO_VALUE;
    }
    r = str_format(th, "<%T name=%R mode='%s' closefd=%s>", self, name, mode_string(s), s->closefd ? "True" : "False");
    repr_leave(th, self);
    decref(th, name);
    return r;
}
static Value fileio_get_closed(Thread *th, Value self) { return value_bool(atomic_load_relaxed(&AS(FileIO, self)->fd) < 0); }
static Value fileio_get_closefd(Thread *th, Value self) { return value_bool(AS(FileIO, self)->closefd); }
static Value fileio_get_mode(Thread *th, Value self) { return str_from_cstr(th, mode_string(AS(FileIO, self))); }

static void fileio_dealloc(Thread *th, Object *o) {
    object_release_attrs(th, o);
    object_free(th, o);
}
static int fileio_traverse(Object *o, VisitFn visit, void *arg) { return 0; }

static const MethodDef fileio_methods[] = {
    {"close", "(self, /)", fileio_meth_close, "Close the file."},
    {"seekable", "(self, /)", fileio_meth_seekable, "True if file supports random-access."},
    {"readable", "(self, /)", fileio_meth_readable, "True if file was opened in a read mode."},
    {"writable", "(self, /)", fileio_meth_writable, "True if file was opened in a write mode."},
    {"fileno", "(self, /)", fileio_meth_fileno, "Return the underlying file descriptor (an integer)."},
    {"isatty", "(self, /)", fileio_meth_isatty, "True if the file is connected to a TTY device."},
    {"_isatty_open_only", "(self, /)", fileio_meth_isatty, NULL},
    {"readinto", "(self, buffer, /)", fileio_meth_readinto, "Same as RawIOBase.readinto()."},
    {"readall", "(self, /)", fileio_meth_readall, "Read all data from the file, returned as bytes."},
    {"read", "(self, size=-1, /)", fileio_meth_read, "Read at most size bytes, returned as bytes."},
    {"write", "(self, b, /)", fileio_meth_write, "Write buffer b to file, return number of bytes written."},
    {"seek", "(self, pos, whence=0, /)", fileio_meth_seek, "Move to new file position and return the file position."},
    {"tell", "(self, /)", fileio_meth_tell, "Current file position."},
    {"truncate", "(self, size=None, /)", fileio_meth_truncate, "Truncate the file to at most size bytes and return the truncated size."},
    {"_dealloc_warn", "(self, source, /)", fileio_meth_dealloc_warn, NULL},
    {"__getstate__", "(self, /)", io_no_pickle, NULL},
    {0}
};
static const GetSetDef fileio_getsets[] = {
    {"closed", fileio_get_closed, NULL, "True if the file is closed"},
    {"closefd", fileio_get_closefd, NULL, "True if the file descriptor will be closed by close()."},
    {"mode", fileio_get_mode, NULL, "String giving the file mode"},
    {0}
};
static const MemberDef fileio_members[] = {
    {"_finalizing", offsetof(FileIO, finalizing), MEMBER_BOOL8, NULL}, {"_blksize", offsetof(FileIO, blksize), MEMBER_UINT32 | MEMBER_READONLY, NULL}, {0}
};
TYPE_DEFINE_BASE(io_FileIO, "_io.FileIO", &type_io_RawIOBase, sizeof(FileIO), IO_FLAGS, .text_signature = "(file, mode='r', closefd=True, opener=None)", .methods = fileio_methods, .members = fileio_members, .getsets = fileio_getsets, .doc = "Open a file.",
                 .slots = {.new_ = fileio_slot_new, .init = fileio_slot_init, .repr = fileio_slot_repr, .dealloc = fileio_dealloc, .traverse = fileio_traverse})
