// SPDX-License-Identifier: MIT
// Making, removing, renaming and linking files and directories by path.
#include "stdlib/posix/posix.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// One path, one system call: 0 or an error with the path.
#define ONE_PATH(fn, name, argname, flags, audited, expr) \
    static Value fn(Thread *th, Value self, Value *a) { \
        PathArg p; int r, err; \
        if (path_arg(th, a[0], &p, name, argname, flags) < 0) return NO_VALUE; \
        Value v = NO_VALUE; \
        if (!audited || AUDIT(th, "os." name, 1, path_seen(&p)) == 0) { \
            SYS(th, r, err, expr); \
            v = r < 0 ? path_error(th, err, &p) : VALUE_NONE; \
        } \
        path_done(th, &p); \
        return v; \
    }
ONE_PATH(posix_fn_chdir, "chdir", "path", PATH_FD, true, p.p ? chdir(p.p) : fchdir(p.fd))
ONE_PATH(posix_fn_chroot, "chroot", "path", 0, false, chroot(p.p))

#define DIR_FD_PATH(fn, name, event, idx, expr) \
    static Value fn(Thread *th, Value self, Value *a) { \
        PathArg p; int r, err, dfd; \
        if (dir_fd_arg(th, a[idx], &dfd) < 0 || path_arg(th, a[0], &p, name, "path", 0) < 0) return NO_VALUE; \
        Value v = NO_VALUE; \
        if (AUDIT(th, event, 2, path_seen(&p), dir_fd_seen(dfd)) == 0) { \
            SYS(th, r, err, expr); \
            v = r < 0 ? path_error(th, err, &p) : VALUE_NONE; \
        } \
        path_done(th, &p); \
        return v; \
    }
DIR_FD_PATH(posix_fn_unlink, "unlink", "os.remove", 1, unlinkat(dfd, p.p, 0))
DIR_FD_PATH(posix_fn_remove, "remove", "os.remove", 1, unlinkat(dfd, p.p, 0))
DIR_FD_PATH(posix_fn_rmdir, "rmdir", "os.rmdir", 1, unlinkat(dfd, p.p, AT_REMOVEDIR))

static Value make(Thread *th, const char *name, Value path, Value modev, int dflt, Value dir_fd, int kind, Value device) {
    PathArg p;
    int mode = dflt, dfd, r, err;
    int64_t dev = 0;
    if ((modev && int_arg(th, modev, &mode) < 0) || dir_fd_arg(th, dir_fd, &dfd) < 0 || (device && number_as_i64(th, device, &dev) < 0) || path_arg(th, path, &p, name, "path", 0) < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (kind != 0 || AUDIT(th, "os.mkdir", 3, path_seen(&p), value_imm_int(mode), dir_fd_seen(dfd)) == 0) {
        SYS(th, r, err, kind == 0 ? mkdirat(dfd, p.p, (mode_t)mode) : kind == 1 ? mkfifoat(dfd, p.p, (mode_t)mode) : mknodat(dfd, p.p, (mode_t)mode, (dev_t)dev));
        v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
    }
    path_done(th, &p);
    return v;
}
static Value posix_fn_mkdir(Thread *th, Value self, Value *a) { return make(th, "mkdir", a[0], a[1], 0777, a[2], 0, NO_VALUE); }
static Value posix_fn_mkfifo(Thread *th, Value self, Value *a) { return make(th, "mkfifo", a[0], a[1], 0666, a[2], 1, NO_VALUE); }
static Value posix_fn_mknod(Thread *th, Value self, Value *a) { return make(th, "mknod", a[0], a[1], 0600, a[3], 2, a[2]); }

static Value two(Thread *th, const char *name, Value src, Value dst, Value sfd, Value dfd, int kind, bool follow) {
    PathArg s, d;
    int fs, fd, r, err;
    if (dir_fd_arg(th, sfd, &fs) < 0 || dir_fd_arg(th, dfd, &fd) < 0 || path_arg(th, src, &s, name, "src", 0) < 0) return NO_VALUE;
    if (path_arg(th, dst, &d, name, "dst", 0) < 0) {
        path_done(th, &s);
        return NO_VALUE;
    }
    Value v = NO_VALUE;
    if ((kind == 2 ? AUDIT(th, "os.symlink", 3, path_seen(&s), path_seen(&d), dir_fd_seen(fd))
                   : AUDIT(th, kind ? "os.link" : "os.rename", 4, path_seen(&s), path_seen(&d), dir_fd_seen(fs), dir_fd_seen(fd))) == 0) {
        SYS(th, r, err, kind == 0 ? renameat(fs, s.p, fd, d.p) : kind == 1 ? linkat(fs, s.p, fd, d.p, follow ? AT_SYMLINK_FOLLOW : 0) : symlinkat(s.p, fd, d.p));
        v = r < 0 ? path_error2(th, err, &s, &d) : VALUE_NONE;
    }
    path_done(th, &s);
    path_done(th, &d);
    return v;
}
static Value posix_fn_rename(Thread *th, Value self, Value *a) { return two(th, "rename", a[0], a[1], a[2], a[3], 0, false); }
static Value posix_fn_replace(Thread *th, Value self, Value *a) { return two(th, "replace", a[0], a[1], a[2], a[3], 0, false); }
static Value posix_fn_link(Thread *th, Value self, Value *a) {
    bool follow;
    return bool_arg(th, a[4], true, &follow) < 0 ? NO_VALUE : two(th, "link", a[0], a[1], a[2], a[3], 1, follow);
}
static Value posix_fn_symlink(Thread *th, Value self, Value *a) { return two(th, "symlink", a[0], a[1], NO_VALUE, a[3], 2, false); }
static Value posix_fn_readlink(Thread *th, Value self, Value *a) {
    PathArg p;
    int dfd, err;
    char buf[PATH_MAX + 1];
    ssize_t r;
    if (dir_fd_arg(th, a[1], &dfd) < 0 || path_arg(th, a[0], &p, "readlink", "path", 0) < 0) return NO_VALUE;
    SYS(th, r, err, readlinkat(dfd, p.p, buf, PATH_MAX));
    Value v = r < 0 ? path_error(th, err, &p) : path_result(th, &p, buf, (size_t)r);
    path_done(th, &p);
    return v;
}
static Value posix_fn_truncate(Thread *th, Value self, Value *a) {
    PathArg p;
    int r, err;
    int64_t n;
    if (number_as_i64(th, a[1], &n) < 0 || path_arg(th, a[0], &p, "truncate", "path", PATH_FD) < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (AUDIT(th, "os.truncate", 2, path_seen(&p), a[1]) == 0) {
        SYS(th, r, err, p.p ? truncate(p.p, n) : ftruncate(p.fd, n));
        v = r < 0 ? path_error(th, err, &p) : VALUE_NONE;
    }
    path_done(th, &p);
    return v;
}
static Value cwd(Thread *th, bool bytes) {
    char *p;
    int err;
    BLOCKING_BEGIN(th);
    p = getcwd(NULL, 0);
    err = errno;
    BLOCKING_END;
    if (!p) return posix_error(th, err);
    Value v = bytes ? bytes_new(th, p, strlen(p)) : str_from_fs(th, p, strlen(p));
    free(p);
    return v;
}
static Value posix_fn_getcwd(Thread *th, Value self, Value *a) { return cwd(th, false); }
static Value posix_fn_getcwdb(Thread *th, Value self, Value *a) { return cwd(th, true); }
static Value posix_fn_umask(Thread *th, Value self, Value *a) {
    int m;
    return int_arg(th, a[0], &m) < 0 ? NO_VALUE : value_imm_int(umask((mode_t)m));
}
static Value posix_fn_open(Thread *th, Value self, Value *a) {
    PathArg p;
    int flags, mode = 0777, dfd, r, err;
    if (int_arg(th, a[1], &flags) < 0 || (a[2] && int_arg(th, a[2], &mode) < 0) || dir_fd_arg(th, a[3], &dfd) < 0 || path_arg(th, a[0], &p, "open", "path", 0) < 0) return NO_VALUE;
    if (AUDIT(th, "open", 3, path_seen(&p), VALUE_NONE, value_imm_int(flags | O_CLOEXEC))) {
        path_done(th, &p);
        return NO_VALUE;
    }
    SYS_RETRY(th, r, err, openat(dfd, p.p, flags | O_CLOEXEC, mode), path_done(th, &p); return NO_VALUE);
    Value v = r < 0 ? path_error(th, err, &p) : value_imm_int(r);
    path_done(th, &p);
    return v;
}
const MethodDef posix_file_fns[] = {
    {"chdir", "(path)", posix_fn_chdir, "Change the current working directory to the specified path."}, {"chroot", "(path)", posix_fn_chroot, "Change root directory to path."}, {"unlink", "(path, *, dir_fd=None)", posix_fn_unlink, "Remove a file (same as remove())."},
    {"remove", "(path, *, dir_fd=None)", posix_fn_remove, "Remove a file (same as unlink())."}, {"rmdir", "(path, *, dir_fd=None)", posix_fn_rmdir, "Remove a directory."}, {"mkdir", "(path, mode=511, *, dir_fd=None)", posix_fn_mkdir, "Create a directory."},
    {"mkfifo", "(path, mode=438, *, dir_fd=None)", posix_fn_mkfifo, "Create a \"fifo\" (a POSIX named pipe)."}, {"mknod", "(path, mode=384, device=0, *, dir_fd=None)", posix_fn_mknod, "Create a node in the file system."},
    {"rename", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_fn_rename, "Rename a file or directory."}, {"replace", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", posix_fn_replace, "Rename a file or directory, overwriting the destination."},
    {"link", "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=(os.name != 'nt'))", posix_fn_link, "Create a hard link to a file."}, {"symlink", "(src, dst, target_is_directory=False, *, dir_fd=None)", posix_fn_symlink, "Create a symbolic link pointing to src named dst."},
    {"readlink", "(path, *, dir_fd=None)", posix_fn_readlink, "Return a string representing the path to which the symbolic link points."}, {"truncate", "(path, length)", posix_fn_truncate, "Truncate a file, specified by path, to a specific length."},
    {"getcwd", "()", posix_fn_getcwd, "Return a unicode string representing the current working directory."}, {"getcwdb", "()", posix_fn_getcwdb, "Return a bytes string representing the current working directory."}, {"umask", "(mask, /)", posix_fn_umask, "Set the current numeric umask and return the previous umask."},
    {"open", "(path, flags, mode=511, *, dir_fd=None)", posix_fn_open, "Open a file for low level IO.  Returns a file descriptor (integer)."}, {0}
};
