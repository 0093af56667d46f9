// SPDX-License-Identifier: MIT
// stat and friends: stat_result, statvfs_result, access, chmod, chown, utime, extended attributes.
#include "stdlib/posix/posix.h"

#include "gc/gc.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

Value posix_stat_type, posix_statvfs_type;

static const StructSeqField stat_fields[] = {
    {"st_mode", "protection bits"}, {"st_ino", "inode"}, {"st_dev", "device"}, {"st_nlink", "number of hard links"}, {"st_uid", "user ID of owner"}, {"st_gid", "group ID of owner"}, {"st_size", "total size, in bytes"},
    {"" /* unnamed */, "integer time of last access"}, {"", "integer time of last modification"}, {"", "integer time of last change"}, {"st_atime", "time of last access"}, {"st_mtime", "time of last modification"},
    {"st_ctime", "time of last change"}, {"st_atime_ns", "time of last access in nanoseconds"}, {"st_mtime_ns", "time of last modification in nanoseconds"}, {"st_ctime_ns", "time of last change in nanoseconds"},
    {"st_blksize", "blocksize for filesystem I/O"}, {"st_blocks", "number of blocks allocated"}, {"st_rdev", "device type (if inode device)"}, {0}
};
static const StructSeqField statvfs_fields[] = {
    {"f_bsize", NULL}, {"f_frsize", NULL}, {"f_blocks", NULL}, {"f_bfree", NULL}, {"f_bavail", NULL}, {"f_files", NULL}, {"f_ffree", NULL}, {"f_favail", NULL}, {"f_flag", NULL}, {"f_namemax", NULL}, {"f_fsid", NULL}, {0}
};

static Value ns_of(Thread *th, struct timespec t) {
    int64_t ns;
    if (!__builtin_mul_overflow((int64_t)t.tv_sec, (int64_t)1000000000, &ns) && !__builtin_add_overflow(ns, (int64_t)t.tv_nsec, &ns)) return int_from_i64(th, ns);
    Value s = int_from_i64(th, t.tv_sec), m = s ? int_mul(th, s, value_imm_int(1000000000)) : NO_VALUE, r = m ? int_add(th, m, value_imm_int(t.tv_nsec)) : NO_VALUE;
    decref(th, s);
    decref(th, m);
    return r;
}
Value stat_result(Thread *th, const struct stat *st) {
    Value v[19] = {
        value_imm_int(st->st_mode), int_from_u64(th, st->st_ino), int_from_u64(th, st->st_dev), int_from_u64(th, st->st_nlink), value_imm_int(st->st_uid), value_imm_int(st->st_gid), int_from_i64(th, st->st_size),
        int_from_i64(th, st->st_atim.tv_sec), int_from_i64(th, st->st_mtim.tv_sec), int_from_i64(th, st->st_ctim.tv_sec),
        float_from_double(th, (double)st->st_atim.tv_sec + 1e-9 * (double)st->st_atim.tv_nsec), float_from_double(th, (double)st->st_mtim.tv_sec + 1e-9 * (double)st->st_mtim.tv_nsec),
        float_from_double(th, (double)st->st_ctim.tv_sec + 1e-9 * (double)st->st_ctim.tv_nsec), ns_of(th, st->st_atim), ns_of(th, st->st_mtim), ns_of(th, st->st_ctim),
        int_from_i64(th, st->st_blksize), int_from_i64(th, st->st_blocks), int_from_u64(th, st->st_rdev),
    };
    return structseq_new(th, posix_stat_type, v, 19);
}

static Value do_stat(Thread *th, const char *fn, Value path, Value dir_fd, bool follow, bool allow_fd) {
    PathArg p;
    int dfd, r, err;
    struct stat st;
    if (dir_fd_arg(th, dir_fd, &dfd) < 0 || path_arg(th, path, &p, fn, "path", allow_fd ? PATH_FD : 0) < 0) return NO_VALUE;
    if (p.fd >= 0 && dfd != AT_FDCWD) return raise_value_error(th, "%s: can't specify dir_fd without matching path", fn);
    if (p.fd >= 0 && !follow) return raise_value_error(th, "%s: cannot use fd and follow_symlinks together", fn);
    SYS(th, r, err, p.p ? fstatat(dfd, p.p, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) : fstat(p.fd, &st));
    Value v = r < 0 ? path_error(th, err, &p) : stat_result(th, &st);
    path_done(th, &p);
    return v;
}
static Value posix_fn_stat(Thread *th, Value self, Value *a) {
    bool follow;
    return bool_arg(th, a[2], true, &follow) < 0 ? NO_VALUE : do_stat(th, "stat", a[0], a[1], follow, true);
}
static Value posix_fn_lstat(Thread *th, Value self, Value *a) { return do_stat(th, "lstat", a[0], a[1], false, false); }
static Value posix_fn_fstat(Thread *th, Value self, Value *a) {
    int fd, r, err;
    struct stat st;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, fstat(fd, &st), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : stat_result(th, &st);
}
static Value statvfs_result(Thread *th, const struct statvfs *s) {
    Value v[11] = {int_from_u64(th, s->f_bsize), int_from_u64(th, s->f_frsize), int_from_u64(th, s->f_blocks), int_from_u64(th, s->f_bfree), int_from_u64(th, s->f_bavail), int_from_u64(th, s->f_files), int_from_u64(th, s->f_ffree),
                   int_from_u64(th, s->f_favail), int_from_u64(th, s->f_flag), int_from_u64(th, s->f_namemax), int_from_u64(th, s->f_fsid)};
    return structseq_new(th, posix_statvfs_type, v, 11);
}
static Value posix_fn_statvfs(Thread *th, Value self, Value *a) {
    PathArg p;
    int r, err;
    struct statvfs st;
    if (path_arg(th, a[0], &p, "statvfs", "path", PATH_FD) < 0) return NO_VALUE;
    SYS(th, r, err, p.p ? statvfs(p.p, &st) : fstatvfs(p.fd, &st));
    Value v = r < 0 ? path_error(th, err, &p) : statvfs_result(th, &st);
    path_done(th, &p);
    return v;
}
static Value posix_fn_fstatvfs(Thread *th, Value self, Value *a) {
    int fd, r, err;
    struct statvfs st;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, fstatvfs(fd, &st), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : statvfs_result(th, &st);
}
static Value posix_fn_access(Thread *th, Value self, Value *a) {
    PathArg p;
    int mode, dfd, r, err;
    bool eff, follow;
    if (int_arg(th, a[1], &mode) < 0 || dir_fd_arg(th, a[2], &dfd) < 0 || bool_arg(th, a[3], false, &eff) < 0 || bool_arg(th, a[4], true, &follow) < 0 || path_arg(th, a[0], &p, "access", "path", 0) < 0) return NO_VALUE;
    SYS(th, r, err, faccessat(dfd, p.p, mode, (eff ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW)));
    (void)err;
    path_done(th, &p);
    return value_bool(r == 0);
}
static Value posix_fn_chmod(Thread *th, Value self, Value *a) {
    PathArg p;
    int mode, dfd, r, err;
    bool follow;
    if (int_arg(th, a[1], &mode) < 0 || dir_fd_arg(th, a[2], &dfd) < 0 || bool_arg(th, a[3], true, &follow) < 0 || path_arg(th, a[0], &p, "chmod", "path", PATH_FD) < 0) return NO_VALUE;
    if (AUDIT(th, "os.chmod", 3, path_seen(&p), value_imm_int(mode), dir_fd_seen(dfd))) {
        path_done(th, &p);
        return NO_VALUE;
    }
    SYS(th, r, err, p.p ? fchmodat(dfd, p.p, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW) : fchmod(p.fd, (mode_t)mode));
    Value v = VALUE_NONE;
    if (r < 0) v = !follow && (err == ENOTSUP || err == EOPNOTSUPP) ? raise_error(th, &exc_NotImplementedError, "chmod: follow_symlinks unavailable on this platform") : path_error(th, err, &p);
    path_done(th, &p);
    return v;
}
static Value posix_fn_fchmod(Thread *th, Value self, Value *a) {
    int fd, mode, r, err;
    if (int_arg(th, a[0], &fd) < 0 || int_arg(th, a[1], &mode) < 0 || AUDIT(th, "os.chmod", 3, value_imm_int(fd), value_imm_int(mode), value_imm_int(-1))) return NO_VALUE;
    SYS_RETRY(th, r, err, fchmod(fd, (mode_t)mode), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value do_chown(Thread *th, const char *fn, Value path, Value uidv, Value gidv, Value dir_fd, bool follow, bool allow_fd) {
    PathArg p;
    uint32_t uid, gid;
    int dfd, r, err;
    if (id_arg(th, uidv, &uid, "uid") < 0 || id_arg(th, gidv, &gid, "gid") < 0 || dir_fd_arg(th, dir_fd, &dfd) < 0 || path_arg(th, path, &p, fn, "path", allow_fd ? PATH_FD : 0) < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (AUDIT(th, "os.chown", 4, path_seen(&p), value_imm_int(uid), value_imm_int(gid), dir_fd_seen(dfd)) == 0) {
        SYS(th, r, err, p.p ? fchownat(dfd, p.p, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW) : fchown(p.fd, uid, gid));
        v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
    }
    path_done(th, &p);
    return v;
}
static Value posix_fn_chown(Thread *th, Value self, Value *a) {
    bool follow;
    return bool_arg(th, a[4], true, &follow) < 0 ? NO_VALUE : do_chown(th, "chown", a[0], a[1], a[2], a[3], follow, true);
}
static Value posix_fn_lchown(Thread *th, Value self, Value *a) { return do_chown(th, "lchown", a[0], a[1], a[2], NO_VALUE, false, false); }
static Value posix_fn_fchown(Thread *th, Value self, Value *a) {
    int fd;
    if (int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    return do_chown(th, "fchown", a[0], a[1], a[2], NO_VALUE, true, true);
}

// Seconds (int or float) or nanoseconds (int) as a timespec.
static int time_of(Thread *th, Value v, bool ns, struct timespec *t) {
    if (ns) {
        Value big = value_imm_int(1000000000), q = number_index(th, v), s, r;
        if (!q) return -1;
        s = int_floordiv(th, q, big);
        r = s ? int_mod(th, q, big) : NO_VALUE;
        decref(th, q);
        int64_t sec;
        if (!r || int_as_i64(th, s, &sec) < 0) {
            decref(th, s);
            return -1;
        }
        *t = (struct timespec){sec, value_imm_int_get(r)};
        decref(th, s);
        return 0;
    }
    if (value_is_float(v)) {
        double d = float_value(v), whole = __builtin_floor(d);
        if (d != d) {
            raise_value_error(th, "Invalid value NaN (not a number)");
            return -1;
        }
        if (whole < -9.2e18 || whole > 9.2e18) {
            raise_error(th, &exc_OverflowError, "timestamp out of range for platform time_t");
            return -1;
        }
        t->tv_sec = (time_t)whole;
        t->tv_nsec = (long)((d - whole) * 1e9);
        return 0;
    }
    int64_t sec;
    if (number_as_i64(th, v, &sec) < 0) {
        if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "timestamp out of range for platform time_t");
        return -1;
    }
    *t = (struct timespec){sec, 0};
    return 0;
}
static Value posix_fn_utime(Thread *th, Value self, Value *a) {
    PathArg p;
    int dfd, r, err;
    bool follow;
    struct timespec ts[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    bool times = a[1] && a[1] != VALUE_NONE, ns = a[2] != NO_VALUE;
    if (times && ns) return raise_value_error(th, "utime: you may specify either 'times' or 'ns' but not both");
    if (times || ns) {
        Value pair = times ? a[1] : a[2];
        if (!value_is_exact_tuple(pair) || AS(Tuple, pair)->len != 2)
            return raise_type_error(th, times ? "utime: 'times' must be either a tuple of two ints or None" : "utime: 'ns' must be a tuple of two ints");
        for (int i = 0; i < 2; i++)
            if (time_of(th, AS(Tuple, pair)->items[i], ns, &ts[i]) < 0) return NO_VALUE;
    }
    if (dir_fd_arg(th, a[3], &dfd) < 0 || bool_arg(th, a[4], true, &follow) < 0 || path_arg(th, a[0], &p, "utime", "path", PATH_FD) < 0) return NO_VALUE;
    if (p.fd >= 0 && (dfd != AT_FDCWD || !follow)) return raise_value_error(th, dfd != AT_FDCWD ? "utime: can't specify dir_fd without matching path" : "utime: cannot use fd and follow_symlinks together");
    Value v = NO_VALUE;
    if (AUDIT(th, "os.utime", 4, path_seen(&p), a[1], a[2], dir_fd_seen(dfd)) == 0) {
        SYS(th, r, err, p.p ? utimensat(dfd, p.p, ts, follow ? 0 : AT_SYMLINK_NOFOLLOW) : futimens(p.fd, ts));
        v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
    }
    path_done(th, &p);
    return v;
}

// ---- extended attributes

static Value posix_fn_getxattr(Thread *th, Value self, Value *a) {
    PathArg p, n;
    bool follow;
    if (bool_arg(th, a[2], true, &follow) < 0 || path_arg(th, a[0], &p, "getxattr", "path", PATH_FD) < 0) return NO_VALUE;
    if (path_arg(th, a[1], &n, "getxattr", "attribute", 0) < 0) {
        path_done(th, &p);
        return NO_VALUE;
    }
    char *buf = AUDIT(th, "os.getxattr", 2, path_seen(&p), path_seen(&n)) ? NULL : mem_alloc(th, 65536);
    ssize_t r = -1;
    int err = ENOMEM;
    Value v = NO_VALUE;
    if (buf) {
        SYS(th, r, err, p.p ? (follow ? getxattr(p.p, n.p, buf, 65536) : lgetxattr(p.p, n.p, buf, 65536)) : fgetxattr(p.fd, n.p, buf, 65536));
        v = r < 0 ? path_error(th, err, &p) : bytes_new(th, buf, (size_t)r);
        mem_free(buf);
    }
    path_done(th, &p);
    path_done(th, &n);
    return v;
}
static Value posix_fn_setxattr(Thread *th, Value self, Value *a) {
    PathArg p, n;
    bool follow;
    int flags = 0, r, err;
    Buffer b;
    if ((a[3] && int_arg(th, a[3], &flags) < 0) || bool_arg(th, a[4], true, &follow) < 0 || path_arg(th, a[0], &p, "setxattr", "path", PATH_FD) < 0) return NO_VALUE;
    if (path_arg(th, a[1], &n, "setxattr", "attribute", 0) < 0) {
        path_done(th, &p);
        return NO_VALUE;
    }
    Value v = NO_VALUE;
    if (buffer_get(th, a[2], &b, BUF_SIMPLE) == 0) {
        if (AUDIT(th, "os.setxattr", 4, path_seen(&p), path_seen(&n), a[2], value_imm_int(flags)) == 0) {
            SYS(th, r, err, p.p ? (follow ? setxattr(p.p, n.p, b.buf, b.len, flags) : lsetxattr(p.p, n.p, b.buf, b.len, flags)) : fsetxattr(p.fd, n.p, b.buf, b.len, flags));
            v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
        }
        buffer_release(th, &b);
    }
    path_done(th, &p);
    path_done(th, &n);
    return v;
}
static Value posix_fn_removexattr(Thread *th, Value self, Value *a) {
    PathArg p, n;
    bool follow;
    int r, err;
    if (bool_arg(th, a[2], true, &follow) < 0 || path_arg(th, a[0], &p, "removexattr", "path", PATH_FD) < 0) return NO_VALUE;
    if (path_arg(th, a[1], &n, "removexattr", "attribute", 0) < 0) {
        path_done(th, &p);
        return NO_VALUE;
    }
    Value v = NO_VALUE;
    if (AUDIT(th, "os.removexattr", 2, path_seen(&p), path_seen(&n)) == 0) {
        SYS(th, r, err, p.p ? (follow ? removexattr(p.p, n.p) : lremovexattr(p.p, n.p)) : fremovexattr(p.fd, n.p));
        v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
    }
    path_done(th, &p);
    path_done(th, &n);
    return v;
}
static Value posix_fn_listxattr(Thread *th, Value self, Value *a) {
    PathArg p;
    bool follow;
    ssize_t r;
    int err;
    if (bool_arg(th, a[1], true, &follow) < 0 || path_arg(th, a[0], &p, "listxattr", "path", PATH_FD | PATH_NONE) < 0) return NO_VALUE;
    char *buf = AUDIT(th, "os.listxattr", 1, path_seen(&p)) ? NULL : mem_alloc(th, 65536);
    if (!buf) {
        path_done(th, &p);
        return NO_VALUE;
    }
    const char *t = p.p ? p.p : ".";
    SYS(th, r, err, p.fd < 0 ? (follow ? listxattr(t, buf, 65536) : llistxattr(t, buf, 65536)) : flistxattr(p.fd, buf, 65536));
    Value list = r < 0 ? path_error(th, err, &p) : list_new(th, 0);
    for (char *q = buf; list && q < buf + r; q += strlen(q) + 1) {
        Value s = str_from_fs(th, q, strlen(q));
        if (!s || list_append_owned(th, AS(List, list), s) < 0) clear_ref(th, &list);
    }
    mem_free(buf);
    path_done(th, &p);
    return list;
}

// Device numbers: the largest value of each kind stands for none (NODEV), which is -1 to Python.
static int device_arg(Thread *th, Value v, uint64_t *out) {
    Value i = number_index(th, v);
    if (!i) return -1;
    int64_t n;
    int big = int_as_i64_overflow(i, &n), r = 0;
    *out = (uint64_t)n;
    if (big > 0) r = int_as_u64(th, i, out);
    else if (big < 0 || n < -1) r = -1;
    if (r < 0) raise_error(th, &exc_OverflowError, big > 0 ? "int too big to convert" : "can't convert negative int to unsigned");
    decref(th, i);
    return r;
}
static int half_device_arg(Thread *th, Value v, unsigned *out) {
    uint64_t n;
    if (device_arg(th, v, &n) < 0) return -1;
    *out = (unsigned)n;
    if (n == UINT64_MAX || n <= UINT_MAX) return 0;
    raise_error(th, &exc_OverflowError, "Python int too large to convert to C unsigned int");
    return -1;
}
static Value half_device(unsigned n) { return value_imm_int(n == UINT_MAX ? -1 : (int64_t)n); }
static Value posix_fn_major(Thread *th, Value self, Value *a) {
    uint64_t dev;
    return device_arg(th, a[0], &dev) < 0 ? NO_VALUE : half_device(major(dev));
}
static Value posix_fn_minor(Thread *th, Value self, Value *a) {
    uint64_t dev;
    return device_arg(th, a[0], &dev) < 0 ? NO_VALUE : half_device(minor(dev));
}
static Value posix_fn_makedev(Thread *th, Value self, Value *a) {
    unsigned x, y;
    if (half_device_arg(th, a[0], &x) < 0 || half_device_arg(th, a[1], &y) < 0) return NO_VALUE;
    uint64_t dev = makedev(x, y);
    return dev == UINT64_MAX ? value_imm_int(-1) : int_from_u64(th, dev);
}

const MethodDef posix_stat_fns[] = {
    {"stat", "(path, *, dir_fd=None, follow_symlinks=True)", posix_fn_stat, "Perform a stat system call on the given path."}, {"lstat", "(path, *, dir_fd=None)", posix_fn_lstat, "Perform a stat system call on the given path, without following symbolic links."},
    {"fstat", "(fd)", posix_fn_fstat, "Perform a stat system call on the given file descriptor."}, {"statvfs", "(path)", posix_fn_statvfs, "Perform a statvfs system call on the given path."}, {"fstatvfs", "(fd, /)", posix_fn_fstatvfs, "Perform an fstatvfs system call on the given fd."},
    {"access", "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)", posix_fn_access, "Use the real uid/gid to test for access to a path."}, {"chmod", "(path, mode, *, dir_fd=None, follow_symlinks=True)", posix_fn_chmod, "Change the access permissions of a file."},
    {"fchmod", "(fd, mode)", posix_fn_fchmod, "Change the access permissions of the file given by file descriptor fd."}, {"chown", "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)", posix_fn_chown, "Change the owner and group id of path to the numeric uid and gid."},
    {"lchown", "(path, uid, gid)", posix_fn_lchown, "Change the owner and group id of path, without following symbolic links."}, {"fchown", "(fd, uid, gid)", posix_fn_fchown, "Change the owner and group id of the file specified by file descriptor."},
    {"utime", "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)", posix_fn_utime, "Set the access and modified time of path."},
    {"getxattr", "(path, attribute, *, follow_symlinks=True)", posix_fn_getxattr, "Return the value of extended attribute attribute on path."}, {"setxattr", "(path, attribute, value, flags=0, *, follow_symlinks=True)", posix_fn_setxattr, "Set extended attribute attribute on path to value."},
    {"removexattr", "(path, attribute, *, follow_symlinks=True)", posix_fn_removexattr, "Remove extended attribute attribute on path."}, {"listxattr", "(path=None, *, follow_symlinks=True)", posix_fn_listxattr, "Return a list of extended attributes on path."},
    {"major", "(device, /)", posix_fn_major, "Extracts a device major number from a raw device number."}, {"minor", "(device, /)", posix_fn_minor, "Extracts a device minor number from a raw device number."}, {"makedev", "(major, minor, /)", posix_fn_makedev, "Composes a raw device number from the major and minor device numbers."},
    {0}
};

int posix_stat_init(Thread *th, Value m) {
    posix_stat_type = structseq_type(th, "os.stat_result", "stat_result: Result from stat, fstat, or lstat.", stat_fields, 10);
    posix_statvfs_type = structseq_type(th, "os.statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.", statvfs_fields, 10);
    if (!posix_stat_type || !posix_statvfs_type) return -1;
    gc_add_root(&posix_stat_type);
    gc_add_root(&posix_statvfs_type);
    if (module_add(th, m, "stat_result", new_ref(th, posix_stat_type)) < 0) return -1;
    return module_add(th, m, "statvfs_result", new_ref(th, posix_statvfs_type));
}
