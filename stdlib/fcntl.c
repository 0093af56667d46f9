// SPDX-License-Identifier: MIT
// The module fcntl: fcntl, ioctl, flock, lockf and their constants. All calls run detached; argument buffers are copied in and out.
#include "stdlib/posix/posix.h"

#include <sys/file.h>
#include <sys/ioctl.h>

enum { FCNTL_BUFFER = 1024 };

static int fcntl_again(Thread *th, int err) { return after_eintr(th, err); }

// A str or bytes-like argument of fn into buf. 0 or -1.
static int copy_in(Thread *th, Value arg, uint8_t *buf, size_t *n, const char *fn) {
    if (value_is_str(arg)) {
        Value hold = NO_VALUE;
        const char *p = str_utf8(th, arg, n, &hold);
        if (!p) return -1;
        if (*n <= FCNTL_BUFFER) memcpy(buf, p, *n);
        decref(th, hold);
    } else {
        Buffer b;
        if (buffer_get(th, arg, &b, BUF_SIMPLE) < 0) return -1;
        *n = b.len;
        if (*n <= FCNTL_BUFFER) memcpy(buf, b.buf, *n);
        buffer_release(th, &b);
    }
    if (*n <= FCNTL_BUFFER) return 0;
    raise_value_error(th, "%s argument 3 is too long", fn);
    return -1;
}
static Value fcntl_fn_fcntl(Thread *th, Value self, Value *a) {
    int fd, cmd, r, err;
    if (fd_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &cmd) < 0 || AUDIT(th, "fcntl.fcntl", 3, value_imm_int(fd), value_imm_int(cmd), a[2])) return NO_VALUE;
    Value arg = a[2];
    if (!arg || index_check(arg)) {
        int64_t n = 0;
        if (arg) {
            Value i = number_index(th, arg);
            if (!i) return NO_VALUE;
            n = (int64_t)(int)int_as_u64_mask(i);
            decref(th, i);
        }
        SYS_RETRY(th, r, err, fcntl(fd, cmd, n), return NO_VALUE);
        return r < 0 ? posix_error(th, err) : value_imm_int(r);
    }
    if (!value_is_str(arg) && !buffer_check(arg)) return raise_type_error(th, "fcntl() argument 3 must be integer, bytes-like object, or str, not %T", arg);
    uint8_t buf[FCNTL_BUFFER + 8] = {0};
    size_t n;
    if (copy_in(th, arg, buf, &n, "fcntl") < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, fcntl(fd, cmd, buf), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : bytes_new(th, buf, n);
}
static Value fcntl_fn_ioctl(Thread *th, Value self, Value *a) {
    int fd, r, err;
    bool mutate;
    if (fd_arg(th, a[0], &fd) < 0 || bool_arg(th, a[3], true, &mutate) < 0) return NO_VALUE;
    if (!index_check(a[1])) return raise_type_error(th, "'%T' object cannot be interpreted as an integer", a[1]);
    Value ri = number_index(th, a[1]);
    if (!ri) return NO_VALUE;
    unsigned long req = (unsigned long)(uint32_t)int_as_u64_mask(ri);
    decref(th, ri);
    if (AUDIT(th, "fcntl.ioctl", 3, value_imm_int(fd), value_imm_int((int64_t)req), a[2])) return NO_VALUE;
    Value arg = a[2];
    if (!arg || index_check(arg)) {
        long n = 0;
        if (arg) {
            Value i = number_index(th, arg);
            if (!i) return NO_VALUE;
            n = (int)int_as_u64_mask(i);
            decref(th, i);
        }
        SYS_RETRY(th, r, err, ioctl(fd, req, n), return NO_VALUE);
        return r < 0 ? posix_error(th, err) : value_imm_int(r);
    }
    uint8_t buf[FCNTL_BUFFER + 8] = {0};
    Buffer b;
    if (!value_is_str(arg) && mutate && buffer_check(arg)) {
        if (buffer_get(th, arg, &b, BUF_WRITABLE) == 0) {
            bool big = b.len > FCNTL_BUFFER;
            uint8_t *p = big ? b.buf : buf;
            if (!big) memcpy(buf, b.buf, b.len);
            SYS_RETRY(th, r, err, ioctl(fd, req, p), buffer_release(th, &b); return NO_VALUE);
            if (!big) memcpy(b.buf, buf, b.len);
            buffer_release(th, &b);
            return r < 0 ? posix_error(th, err) : value_imm_int(r);
        }
        error_clear(th); // read-only: treated as input
    }
    size_t n;
    if (!value_is_str(arg) && !buffer_check(arg)) return raise_type_error(th, "ioctl() argument 3 must be an integer, a bytes-like object, or a string, not %T", arg);
    if (copy_in(th, arg, buf, &n, "ioctl") < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, ioctl(fd, req, buf), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : bytes_new(th, buf, n);
}
static Value fcntl_fn_flock(Thread *th, Value self, Value *a) {
    int fd, op, r, err;
    if (fd_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &op) < 0 || AUDIT(th, "fcntl.flock", 2, value_imm_int(fd), value_imm_int(op))) return NO_VALUE;
    do {
        SYS(th, r, err, flock(fd, op));
    } while (r < 0 && fcntl_again(th, err) > 0);
    if (r < 0 && error_pending(th)) return NO_VALUE;
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value fcntl_fn_lockf(Thread *th, Value self, Value *a) {
    int fd, cmd, r, err, whence = 0;
    int64_t len = 0, start = 0;
    if (fd_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &cmd) < 0 || (a[2] && number_as_i64(th, a[2], &len) < 0) || (a[3] && number_as_i64(th, a[3], &start) < 0) || (a[4] && int_arg(th, a[4], &whence) < 0)) return NO_VALUE;
    if (AUDIT(th, "fcntl.lockf", 5, value_imm_int(fd), value_imm_int(cmd), a[2], a[3], value_imm_int(whence))) return NO_VALUE;
    struct flock l = {.l_start = start, .l_len = len, .l_whence = (short)whence};
    if (cmd == LOCK_UN) l.l_type = F_UNLCK;
    else if (cmd & LOCK_SH) l.l_type = F_RDLCK;
    else if (cmd & LOCK_EX) l.l_type = F_WRLCK;
    else return raise_value_error(th, "unrecognized lockf argument");
    SYS_RETRY(th, r, err, fcntl(fd, cmd & LOCK_NB ? F_SETLK : F_SETLKW, &l), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static const MethodDef fcntl_fns[] = {
    {"fcntl", "(fd, cmd, arg=0, /)", fcntl_fn_fcntl, "Perform the operation `cmd` on file descriptor fd."}, {"ioctl", "(fd, request, arg=0, mutate_flag=True, /)", fcntl_fn_ioctl, "Perform the operation request on file descriptor fd."},
    {"flock", "(fd, operation, /)", fcntl_fn_flock, "Perform the lock operation on file descriptor fd."}, {"lockf", "(fd, cmd, len=0, start=0, whence=0, /)", fcntl_fn_lockf, "A wrapper around the fcntl() locking calls."}, {0}
};

// From the system's headers; numbers of newer kernels stand here where a header may lack them.
static int fcntl_exec(Thread *th, Value m) {
    static const struct { const char *n; int64_t v; } c[] = {
        {"DN_ACCESS", 1}, {"DN_ATTRIB", 32}, {"DN_CREATE", 4}, {"DN_DELETE", 8}, {"DN_MODIFY", 2}, {"DN_MULTISHOT", 2147483648LL}, {"DN_RENAME", 16},
        {"FASYNC", 8192}, {"FD_CLOEXEC", 1}, {"FICLONE", 1074041865}, {"FICLONERANGE", 1075876877}, {"F_ADD_SEALS", 1033}, {"F_DUPFD", 0},
        {"F_DUPFD_CLOEXEC", 1030}, {"F_DUPFD_QUERY", 1027}, {"F_EXLCK", 4}, {"F_GETFD", 1}, {"F_GETFL", 3}, {"F_GETLEASE", 1025}, {"F_GETLK", 5},
        {"F_GETLK64", 5}, {"F_GETOWN", 9}, {"F_GETOWN_EX", 16}, {"F_GETPIPE_SZ", 1032}, {"F_GETSIG", 11}, {"F_GET_FILE_RW_HINT", 1037},
        {"F_GET_RW_HINT", 1035}, {"F_GET_SEALS", 1034}, {"F_NOTIFY", 1026}, {"F_OFD_GETLK", 36}, {"F_OFD_SETLK", 37}, {"F_OFD_SETLKW", 38},
        {"F_OWNER_PGRP", 2}, {"F_OWNER_PID", 1}, {"F_OWNER_TID", 0}, {"F_RDLCK", 0}, {"F_SEAL_FUTURE_WRITE", 16}, {"F_SEAL_GROW", 4},
        {"F_SEAL_SEAL", 1}, {"F_SEAL_SHRINK", 2}, {"F_SEAL_WRITE", 8}, {"F_SETFD", 2}, {"F_SETFL", 4}, {"F_SETLEASE", 1024}, {"F_SETLK", 6},
        {"F_SETLK64", 6}, {"F_SETLKW", 7}, {"F_SETLKW64", 7}, {"F_SETOWN", 8}, {"F_SETOWN_EX", 15}, {"F_SETPIPE_SZ", 1031}, {"F_SETSIG", 10},
        {"F_SET_FILE_RW_HINT", 1038}, {"F_SET_RW_HINT", 1036}, {"F_SHLCK", 8}, {"F_UNLCK", 2}, {"F_WRLCK", 1}, {"LOCK_EX", 2}, {"LOCK_MAND", 32},
        {"LOCK_NB", 4}, {"LOCK_READ", 64}, {"LOCK_RW", 192}, {"LOCK_SH", 1}, {"LOCK_UN", 8}, {"LOCK_WRITE", 128}, {"RWH_WRITE_LIFE_EXTREME", 5},
        {"RWH_WRITE_LIFE_LONG", 4}, {"RWH_WRITE_LIFE_MEDIUM", 3}, {"RWH_WRITE_LIFE_NONE", 1}, {"RWH_WRITE_LIFE_NOT_SET", 0},
        {"RWH_WRITE_LIFE_SHORT", 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (module_add_int(th, m, c[i].n, c[i].v) < 0) return -1;
    return 0;
}
const ModuleDef module_fcntl = {"fcntl", "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.", fcntl_fns, fcntl_exec};
