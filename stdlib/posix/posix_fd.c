// SPDX-License-Identifier: MIT
// Descriptors: read, write, pipes, duplicates, terminals, event and timer descriptors.
#include "stdlib/posix/posix.h"
#include "stdlib/duration.h"

#include <pty.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <utmp.h>

// One descriptor, one call, retried.
#define ONE_FD(fn, expr) static Value fn(Thread *th, Value self, Value *a) { \
        int fd, r, err; \
        if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE; \
        SYS_RETRY(th, r, err, expr, return NO_VALUE); \
        return r < 0 ? posix_error(th, err) : VALUE_NONE; }
ONE_FD(posix_fn_fsync, fsync(fd)) ONE_FD(posix_fn_fdatasync, fdatasync(fd)) ONE_FD(posix_fn_login_tty, login_tty(fd)) ONE_FD(posix_fn_grantpt, grantpt(fd)) ONE_FD(posix_fn_unlockpt, unlockpt(fd))

static Value posix_fn_fchdir(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (fd_arg(th, a[0], &fd) < 0 || AUDIT(th, "os.chdir", 1, value_imm_int(fd))) return NO_VALUE;
    SYS_RETRY(th, r, err, fchdir(fd), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_close(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, close(fd)); // never again after EINTR: the descriptor is gone
    return r < 0 && err != EINTR ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_closerange(Thread *th, Value self, Value *a) {
    int lo, hi;
    if (int_arg(th, a[0], &lo) < 0 || int_arg(th, a[1], &hi) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    for (int fd = lo < 0 ? 0 : lo; fd < hi; fd++) close(fd);
    BLOCKING_END;
    return VALUE_NONE;
}
static Value posix_fn_read(Thread *th, Value self, Value *a) {
    int fd, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    intptr_t n = number_as_ssize(th, a[1], &exc_OverflowError), r;
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0) return posix_error(th, EINVAL);
    if (n > 0x7ffff000) n = 0x7ffff000;
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    uint8_t *p = AS(Bytes, b)->data;
    SYS_RETRY(th, r, err, read(fd, p, (size_t)n), decref(th, b); return NO_VALUE);
    Value v = r < 0 ? posix_error(th, err) : r == n ? new_ref(th, b) : bytes_new(th, p, (size_t)r);
    decref(th, b);
    return v;
}
static Value posix_fn_pread(Thread *th, Value self, Value *a) {
    int fd, err;
    int64_t off;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    intptr_t n = number_as_ssize(th, a[1], &exc_OverflowError), r;
    if ((n == -1 && error_pending(th)) || number_as_i64(th, a[2], &off) < 0) return NO_VALUE;
    if (n < 0) return posix_error(th, EINVAL);
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    uint8_t *p = AS(Bytes, b)->data;
    SYS_RETRY(th, r, err, pread(fd, p, (size_t)n, off), decref(th, b); return NO_VALUE);
    Value v = r < 0 ? posix_error(th, err) : bytes_new(th, p, (size_t)r);
    decref(th, b);
    return v;
}
static Value posix_fn_readinto(Thread *th, Value self, Value *a) {
    int fd, err;
    Buffer b;
    if (int_arg(th, a[0], &fd) < 0 || buffer_get_writable(th, a[1], &b, "readinto() argument 2") < 0) return NO_VALUE;
    ssize_t r;
    SYS_RETRY(th, r, err, read(fd, b.buf, b.len > 0x7ffff000 ? 0x7ffff000 : b.len), buffer_release(th, &b); return NO_VALUE);
    buffer_release(th, &b);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_write(Thread *th, Value self, Value *a) {
    int fd, err;
    Buffer b;
    if (int_arg(th, a[0], &fd) < 0 || buffer_get(th, a[1], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    ssize_t r;
    SYS_RETRY(th, r, err, write(fd, b.buf, b.len > 0x7ffff000 ? 0x7ffff000 : b.len), buffer_release(th, &b); return NO_VALUE);
    buffer_release(th, &b);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_pwrite(Thread *th, Value self, Value *a) {
    int fd, err;
    int64_t off;
    Buffer b;
    if (int_arg(th, a[0], &fd) < 0 || number_as_i64(th, a[2], &off) < 0 || buffer_get(th, a[1], &b, BUF_SIMPLE) < 0) return NO_VALUE;
    ssize_t r;
    SYS_RETRY(th, r, err, pwrite(fd, b.buf, b.len, off), buffer_release(th, &b); return NO_VALUE);
    buffer_release(th, &b);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
// readv, writev and their positioned forms.
static Value vectored(Thread *th, Value fdv, Value seq, Value offset, Value flagsv, bool write, const char *name) {
    int fd, err, flags = 0;
    int64_t off = 0;
    if (int_arg(th, fdv, &fd) < 0) return NO_VALUE;
    if (!sequence_check(seq)) return raise_type_error(th, "%s() arg 2 must be a sequence", name);
    if ((offset && number_as_i64(th, offset, &off) < 0) || (flagsv && int_arg(th, flagsv, &flags) < 0)) return NO_VALUE;
    Value list = sequence_to_list(th, seq);
    if (!list) return NO_VALUE;
    size_t n = list_len(AS(List, list)), got = 0;
    struct iovec *iov = mem_calloc(th, n + 1, sizeof *iov);
    Buffer *bufs = iov ? mem_calloc(th, n + 1, sizeof *bufs) : NULL;
    Value v = NO_VALUE;
    while (bufs && got < n && buffer_get(th, list_items_raw(AS(List, list))[got], &bufs[got], write ? BUF_SIMPLE : BUF_WRITABLE) == 0) {
        iov[got] = (struct iovec){bufs[got].buf, bufs[got].len};
        got++;
    }
    if (bufs && got == n) {
        ssize_t r;
        bool raised = false;
        SYS_RETRY(th, r, err, !offset ? (write ? writev(fd, iov, (int)n) : readv(fd, iov, (int)n)) : write ? pwritev2(fd, iov, (int)n, off, flags) : preadv2(fd, iov, (int)n, off, flags), raised = true; break);
        if (!raised) v = r < 0 ? posix_error(th, err) : value_imm_int(r);
    }
    for (size_t i = 0; i < got; i++) buffer_release(th, &bufs[i]);
    mem_free(bufs);
    mem_free(iov);
    decref(th, list);
    return v;
}
static Value posix_fn_readv(Thread *th, Value self, Value *a) { return vectored(th, a[0], a[1], NO_VALUE, NO_VALUE, false, "readv"); }
static Value posix_fn_writev(Thread *th, Value self, Value *a) { return vectored(th, a[0], a[1], NO_VALUE, NO_VALUE, true, "writev"); }
static Value posix_fn_preadv(Thread *th, Value self, Value *a) { return vectored(th, a[0], a[1], a[2], a[3], false, "preadv"); }
static Value posix_fn_pwritev(Thread *th, Value self, Value *a) { return vectored(th, a[0], a[1], a[2], a[3], true, "pwritev"); }

static Value posix_fn_lseek(Thread *th, Value self, Value *a) {
    int fd, whence, err;
    int64_t pos, r;
    if (int_arg(th, a[0], &fd) < 0 || number_as_i64(th, a[1], &pos) < 0 || int_arg(th, a[2], &whence) < 0) return NO_VALUE;
    SYS(th, r, err, lseek(fd, pos, whence));
    return r < 0 ? posix_error(th, err) : int_from_i64(th, r);
}
static Value posix_fn_ftruncate(Thread *th, Value self, Value *a) {
    int fd, r, err;
    int64_t n;
    if (int_arg(th, a[0], &fd) < 0 || number_as_i64(th, a[1], &n) < 0 || AUDIT(th, "os.truncate", 2, value_imm_int(fd), a[1])) return NO_VALUE;
    SYS_RETRY(th, r, err, ftruncate(fd, n), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_dup(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, fcntl(fd, F_DUPFD_CLOEXEC, 0));
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_dup2(Thread *th, Value self, Value *a) {
    int fd, fd2, r, err;
    bool inheritable;
    if (int_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &fd2) < 0 || bool_arg(th, a[2], true, &inheritable) < 0) return NO_VALUE;
    if (fd < 0 || fd2 < 0) return posix_error(th, EBADF);
    SYS(th, r, err, inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC));
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value pair(Thread *th, int x, int y) { Value v[2] = {value_imm_int(x), value_imm_int(y)}; return tuple_from_array(th, v, 2); }
static Value posix_fn_pipe(Thread *th, Value self, Value *a) {
    int fds[2], r, err;
    SYS(th, r, err, pipe2(fds, O_CLOEXEC));
    return r < 0 ? posix_error(th, err) : pair(th, fds[0], fds[1]);
}
static Value posix_fn_pipe2(Thread *th, Value self, Value *a) {
    int fds[2], r, err, flags;
    if (int_arg(th, a[0], &flags) < 0) return NO_VALUE;
    SYS(th, r, err, pipe2(fds, flags));
    return r < 0 ? posix_error(th, err) : pair(th, fds[0], fds[1]);
}
static Value posix_fn_get_blocking(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, fcntl(fd, F_GETFL));
    return r < 0 ? posix_error(th, err) : value_bool(!(r & O_NONBLOCK));
}
static Value posix_fn_set_blocking(Thread *th, Value self, Value *a) {
    int fd, r, err;
    bool on;
    if (int_arg(th, a[0], &fd) < 0 || bool_arg(th, a[1], true, &on) < 0) return NO_VALUE;
    SYS(th, r, err, fcntl(fd, F_GETFL));
    if (r >= 0) SYS(th, r, err, fcntl(fd, F_SETFL, on ? r & ~O_NONBLOCK : r | O_NONBLOCK));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_get_inheritable(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, fcntl(fd, F_GETFD));
    return r < 0 ? posix_error(th, err) : value_bool(!(r & FD_CLOEXEC));
}
static Value posix_fn_set_inheritable(Thread *th, Value self, Value *a) {
    int fd, on, r, err;
    if (int_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &on) < 0) return NO_VALUE;
    SYS(th, r, err, fcntl(fd, F_GETFD));
    if (r >= 0) SYS(th, r, err, fcntl(fd, F_SETFD, on ? r & ~FD_CLOEXEC : r | FD_CLOEXEC));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_isatty(Thread *th, Value self, Value *a) {
    int fd, r;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    r = isatty(fd);
    BLOCKING_END;
    return value_bool(r);
}
static Value posix_fn_ttyname(Thread *th, Value self, Value *a) {
    int fd, r;
    char buf[256];
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    r = ttyname_r(fd, buf, sizeof buf);
    BLOCKING_END;
    return r ? posix_error(th, r) : str_from_fs(th, buf, strlen(buf));
}
static Value posix_fn_ptsname(Thread *th, Value self, Value *a) {
    int fd, r;
    char buf[256];
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    r = ptsname_r(fd, buf, sizeof buf);
    return r ? posix_error(th, r) : str_from_fs(th, buf, strlen(buf));
}
static Value posix_fn_posix_openpt(Thread *th, Value self, Value *a) {
    int flags, r, err;
    if (int_arg(th, a[0], &flags) < 0) return NO_VALUE;
    SYS(th, r, err, posix_openpt(flags | O_CLOEXEC));
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_openpty(Thread *th, Value self, Value *a) {
    int m, s, r, err;
    SYS(th, r, err, openpty(&m, &s, NULL, NULL, NULL));
    if (r < 0) return posix_error(th, err);
    fcntl(m, F_SETFD, FD_CLOEXEC);
    fcntl(s, F_SETFD, FD_CLOEXEC);
    return pair(th, m, s);
}
static Value posix_fn_tcgetpgrp(Thread *th, Value self, Value *a) {
    int fd, r, err;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, tcgetpgrp(fd));
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_tcsetpgrp(Thread *th, Value self, Value *a) {
    int fd, pg, r, err;
    if (int_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &pg) < 0) return NO_VALUE;
    SYS(th, r, err, tcsetpgrp(fd, pg));
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_lockf(Thread *th, Value self, Value *a) {
    int fd, cmd, r, err;
    int64_t len;
    if (int_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &cmd) < 0 || number_as_i64(th, a[2], &len) < 0 || AUDIT(th, "os.lockf", 3, value_imm_int(fd), value_imm_int(cmd), a[2])) return NO_VALUE;
    SYS_RETRY(th, r, err, lockf(fd, cmd, len), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_posix_fadvise(Thread *th, Value self, Value *a) {
    int fd, advice, r;
    int64_t off, len;
    if (int_arg(th, a[0], &fd) < 0 || number_as_i64(th, a[1], &off) < 0 || number_as_i64(th, a[2], &len) < 0 || int_arg(th, a[3], &advice) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    r = posix_fadvise(fd, off, len, advice);
    BLOCKING_END;
    return r ? posix_error(th, r) : VALUE_NONE;
}
static Value posix_fn_posix_fallocate(Thread *th, Value self, Value *a) {
    int fd, r;
    int64_t off, len;
    if (int_arg(th, a[0], &fd) < 0 || number_as_i64(th, a[1], &off) < 0 || number_as_i64(th, a[2], &len) < 0) return NO_VALUE;
    BLOCKING_BEGIN(th);
    r = posix_fallocate(fd, off, len);
    BLOCKING_END;
    return r ? posix_error(th, r) : VALUE_NONE;
}
static int offset_arg(Thread *th, Value v, int64_t *store, off64_t **out) {
    *out = NULL;
    if (!v || v == VALUE_NONE) return 0;
    if (number_as_i64(th, v, store) < 0) return -1;
    *out = (off64_t *)store;
    return 0;
}
static Value posix_fn_sendfile(Thread *th, Value self, Value *a) {
    int out, in, err;
    int64_t off, count;
    off64_t *op;
    if (int_arg(th, a[0], &out) < 0 || int_arg(th, a[1], &in) < 0 || offset_arg(th, a[2], &off, &op) < 0 || number_as_i64(th, a[3], &count) < 0) return NO_VALUE;
    ssize_t r;
    SYS_RETRY(th, r, err, sendfile(out, in, op, (size_t)count), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value copy_range(Thread *th, Value *a, bool splice_) {
    int src, dst, err, flags = 0;
    int64_t n, o1, o2;
    off64_t *p1, *p2;
    if (int_arg(th, a[0], &src) < 0 || int_arg(th, a[1], &dst) < 0 || number_as_i64(th, a[2], &n) < 0 || offset_arg(th, a[3], &o1, &p1) < 0 || offset_arg(th, a[4], &o2, &p2) < 0 || (splice_ && a[5] && int_arg(th, a[5], &flags) < 0)) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "negative value for 'count' not allowed");
    ssize_t r;
    SYS_RETRY(th, r, err, splice_ ? splice(src, p1, dst, p2, (size_t)n, (unsigned)flags) : copy_file_range(src, p1, dst, p2, (size_t)n, 0), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_copy_file_range(Thread *th, Value self, Value *a) { return copy_range(th, a, false); }
static Value posix_fn_splice(Thread *th, Value self, Value *a) { return copy_range(th, a, true); }
static Value posix_fn_memfd_create(Thread *th, Value self, Value *a) {
    PathArg p;
    int r, err;
    int64_t flags = MFD_CLOEXEC;
    if ((a[1] && number_as_i64(th, a[1], &flags) < 0) || path_arg(th, a[0], &p, "memfd_create", "name", 0) < 0) return NO_VALUE;
    SYS(th, r, err, memfd_create(p.p, (unsigned)flags));
    path_done(th, &p);
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_eventfd(Thread *th, Value self, Value *a) {
    int64_t init;
    int flags = EFD_CLOEXEC, r, err;
    if (number_as_i64(th, a[0], &init) < 0 || (a[1] && int_arg(th, a[1], &flags) < 0)) return NO_VALUE;
    if (init < 0 || init > UINT32_MAX) return raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned int");
    SYS(th, r, err, eventfd((unsigned)init, flags));
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value posix_fn_eventfd_read(Thread *th, Value self, Value *a) {
    int fd, r, err;
    eventfd_t v;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, eventfd_read(fd, &v), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : int_from_u64(th, v);
}
static Value posix_fn_eventfd_write(Thread *th, Value self, Value *a) {
    int fd, r, err;
    uint64_t v;
    if (fd_arg(th, a[0], &fd) < 0 || int_as_u64(th, a[1], &v) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, eventfd_write(fd, v), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_timerfd_create(Thread *th, Value self, Value *a) {
    int clock, flags = TFD_CLOEXEC, r, err;
    if (int_arg(th, a[0], &clock) < 0 || (a[1] && int_arg(th, a[1], &flags) < 0)) return NO_VALUE;
    SYS(th, r, err, timerfd_create(clock, flags | TFD_CLOEXEC));    // never inherited, whatever the flags
    return r < 0 ? posix_error(th, err) : value_imm_int(r);
}
static Value timer_value(Thread *th, struct itimerspec t, bool ns) {
    Value v[2];
    struct timespec s[2] = {t.it_value, t.it_interval};
    for (int i = 0; i < 2; i++) v[i] = ns ? int_from_i64(th, (int64_t)s[i].tv_sec * 1000000000 + s[i].tv_nsec) : float_from_double(th, (double)s[i].tv_sec + 1e-9 * (double)s[i].tv_nsec);
    return tuple_from_owned(th, v, 2);
}
static int timer_arg(Thread *th, Value v, bool ns, struct timespec *t) {
    *t = (struct timespec){0, 0};
    if (!v) return 0;
    if (ns) {
        int64_t n;
        if (number_as_i64(th, v, &n) < 0) return -1;
        *t = (struct timespec){n / 1000000000, n % 1000000000};
        return 0;
    }
    int64_t n;
    if (duration_as_ns(th, v, DURATION_SECOND, DURATION_FLOOR, &n) < 0) return -1;
    *t = (struct timespec){n / 1000000000, n % 1000000000};     // what is negative the system refuses
    return 0;
}
static Value timer_set(Thread *th, Value *a, bool ns) {
    int fd, flags = 0, r, err;
    struct itimerspec n, old;
    if (fd_arg(th, a[0], &fd) < 0 || (a[1] && int_arg(th, a[1], &flags) < 0) || timer_arg(th, a[2], ns, &n.it_value) < 0 || timer_arg(th, a[3], ns, &n.it_interval) < 0) return NO_VALUE;
    SYS(th, r, err, timerfd_settime(fd, flags, &n, &old));
    return r < 0 ? posix_error(th, err) : timer_value(th, old, ns);
}
static Value timer_get(Thread *th, Value *a, bool ns) {
    int fd, r, err;
    struct itimerspec t;
    if (fd_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, timerfd_gettime(fd, &t));
    return r < 0 ? posix_error(th, err) : timer_value(th, t, ns);
}
static Value posix_fn_timerfd_settime(Thread *th, Value self, Value *a) { return timer_set(th, a, false); }
static Value posix_fn_timerfd_settime_ns(Thread *th, Value self, Value *a) { return timer_set(th, a, true); }
static Value posix_fn_timerfd_gettime(Thread *th, Value self, Value *a) { return timer_get(th, a, false); }
static Value posix_fn_timerfd_gettime_ns(Thread *th, Value self, Value *a) { return timer_get(th, a, true); }
static Value posix_fn_device_encoding(Thread *th, Value self, Value *a) {
    int fd;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    return isatty(fd) ? str_from_cstr(th, "UTF-8") : VALUE_NONE;
}
#define D(n, sig, doc) {#n, sig, posix_fn_##n, doc}
const MethodDef posix_fd_fns[] = {
    D(fchdir, "(fd)", "Change to the directory of the given file descriptor."), D(fsync, "(fd)", "Force write of fd to disk."), D(fdatasync, "(fd)", "Force write of fd to disk without forcing update of metadata."), D(login_tty, "(fd, /)", "Prepare the tty of which fd is a file descriptor for a new login session."),
    D(grantpt, "(fd, /)", "Grant access to the slave pseudo-terminal device."), D(unlockpt, "(fd, /)", "Unlock a pseudo-terminal master/slave pair."), D(close, "(fd)", "Close a file descriptor."), D(closerange, "(fd_low, fd_high, /)", "Closes all file descriptors in [fd_low, fd_high), ignoring errors."),
    D(read, "(fd, length, /)", "Read from a file descriptor.  Returns a bytes object."), D(pread, "(fd, length, offset, /)", "Read a number of bytes from a file descriptor starting at a particular offset."), D(readinto, "(fd, buffer, /)", "Read into a buffer object from a file descriptor."),
    D(write, "(fd, data, /)", "Write a bytes object to a file descriptor."), D(pwrite, "(fd, buffer, offset, /)", "Write bytes to a file descriptor starting at a particular offset."), D(readv, "(fd, buffers, /)", "Read from a file descriptor fd into an iterable of buffers."),
    D(writev, "(fd, buffers, /)", "Iterate over buffers, and write the contents of each to a file descriptor."), D(preadv, "(fd, buffers, offset, flags=0, /)", "Reads from a file descriptor into a number of mutable bytes-like objects."), D(pwritev, "(fd, buffers, offset, flags=0, /)", "Writes the contents of bytes-like objects to a file descriptor at a given offset."),
    D(lseek, "(fd, position, whence, /)", "Set the position of a file descriptor.  Return the new position."), D(ftruncate, "(fd, length, /)", "Truncate a file, specified by file descriptor, to a specific length."), D(dup, "(fd, /)", "Return a duplicate of a file descriptor."),
    D(dup2, "(fd, fd2, inheritable=True)", "Duplicate file descriptor."), D(pipe, "()", "Create a pipe."), D(pipe2, "(flags, /)", "Create a pipe with flags set atomically."), D(get_blocking, "(fd, /)", "Get the blocking mode of the file descriptor."), D(set_blocking, "(fd, blocking, /)", "Set the blocking mode of the specified file descriptor."),
    D(get_inheritable, "(fd, /)", "Get the close-on-exe flag of the specified file descriptor."), D(set_inheritable, "(fd, inheritable, /)", "Set the inheritable flag of the specified file descriptor."), D(isatty, "(fd, /)", "Return True if the fd is connected to a terminal."), D(ttyname, "(fd, /)", "Return the name of the terminal device connected to 'fd'."),
    D(ptsname, "(fd, /)", "Return the name of the slave pseudo-terminal device."), D(posix_openpt, "(oflag, /)", "Open and return a file descriptor for a master pseudo-terminal device."), D(openpty, "()", "Open a pseudo-terminal."), D(tcgetpgrp, "(fd, /)", "Return the process group associated with the terminal specified by fd."), D(tcsetpgrp, "(fd, pgid, /)", "Set the process group associated with the terminal specified by fd."),
    D(lockf, "(fd, command, length, /)", "Apply, test or remove a POSIX lock on an open file descriptor."), D(posix_fadvise, "(fd, offset, length, advice, /)", "Announce an intention to access data in a specific pattern."), D(posix_fallocate, "(fd, offset, length, /)", "Ensure a file has allocated at least a particular number of bytes on disk."),
    D(sendfile, "(out_fd, in_fd, offset, count)", "Copy count bytes from file descriptor in_fd to file descriptor out_fd."), D(copy_file_range, "(src, dst, count, offset_src=None, offset_dst=None)", "Copy count bytes from one file descriptor to another."), D(splice, "(src, dst, count, offset_src=None, offset_dst=None, flags=0)", "Transfer count bytes from one pipe to a descriptor or vice versa."),
    D(memfd_create, "(name, flags=MFD_CLOEXEC)", NULL), D(eventfd, "(initval, flags=EFD_CLOEXEC)", "Creates and returns an event notification file descriptor."), D(eventfd_read, "(fd)", "Read eventfd value"), D(eventfd_write, "(fd, value)", "Write eventfd value."),
    D(timerfd_create, "(clockid, /, *, flags=0)", "Create and return a timer file descriptor."), D(timerfd_settime, "(fd, /, *, flags=0, initial=0.0, interval=0.0)", "Alter a timer file descriptor's internal timer in seconds."), D(timerfd_settime_ns, "(fd, /, *, flags=0, initial=0, interval=0)", "Alter a timer file descriptor's internal timer in nanoseconds."),
    D(timerfd_gettime, "(fd, /)", "Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds."), D(timerfd_gettime_ns, "(fd, /)", "Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds."), D(device_encoding, "(fd)", "Return a string describing the encoding of a terminal's file descriptor."), {0}
};
