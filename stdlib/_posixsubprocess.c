// SPDX-License-Identifier: MIT
// The module _posixsubprocess: fork_exec. The child between fork and exec uses async-signal-safe calls only, but for preexec_fn, for which the runtime
// is made whole in the child first (posix_after_fork_child). Errors travel back through errpipe_write as "Name:errno-in-hex:message".
#include "stdlib/posix/posix.h"
#include "stdlib/sys/sys.h"

#include <dirent.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>

typedef struct Child {
    char **exec_array, **argv, **envp;
    const char *cwd;
    int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
    bool close_fds, restore_signals, call_setsid, set_uid, set_gid;
    int pgid, umask_;
    gid_t gid; uid_t uid; gid_t *groups; ssize_t ngroups;
    int *keep; size_t nkeep;
    Value preexec_fn;
    sigset_t old_mask;
} Child;

static void close_above(const int *keep, size_t nkeep, int from) { // keep is sorted
    for (size_t i = 0; i < nkeep; i++) {
        if (keep[i] < from) continue;
        if (keep[i] > from) syscall(SYS_close_range, (unsigned)from, (unsigned)keep[i] - 1, 0);
        from = keep[i] + 1;
    }
    if (syscall(SYS_close_range, (unsigned)from, ~0u, 0) != 0)
        for (int fd = from, max = (int)sysconf(_SC_OPEN_MAX); fd < max; fd++) close(fd);
}
static int inheritable(int fd) {
    int f = fcntl(fd, F_GETFD);
    return f < 0 || fcntl(fd, F_SETFD, f & ~FD_CLOEXEC) < 0 ? -1 : 0;
}

__attribute__((noreturn)) static void child_exec(Thread *th, Child *c) {
    const char *what = "noexec", *step = NULL; // "noexec": the program itself is not to blame
    int err;
    for (size_t i = 0; i < c->nkeep; i++)
        if (c->keep[i] != c->errpipe_write && inheritable(c->keep[i]) < 0) goto error;
    if (c->p2cwrite != -1) close(c->p2cwrite);
    if (c->c2pread != -1) close(c->c2pread);
    if (c->errread != -1) close(c->errread);
    close(c->errpipe_read);
    // Descriptors that would be overwritten before they are used move up.
    if (c->c2pwrite == 0) {
        if ((c->c2pwrite = dup(c->c2pwrite)) < 0) goto error;
        fcntl(c->c2pwrite, F_SETFD, FD_CLOEXEC);
    }
    while (c->errwrite == 0 || c->errwrite == 1) {
        if ((c->errwrite = dup(c->errwrite)) < 0) goto error;
        fcntl(c->errwrite, F_SETFD, FD_CLOEXEC);
    }
    if (c->p2cread == 0) {
        if (inheritable(0) < 0) goto error;
    } else if (c->p2cread != -1 && dup2(c->p2cread, 0) < 0) goto error;
    if (c->c2pwrite == 1) {
        if (inheritable(1) < 0) goto error;
    } else if (c->c2pwrite != -1 && dup2(c->c2pwrite, 1) < 0) goto error;
    if (c->errwrite == 2) {
        if (inheritable(2) < 0) goto error;
    } else if (c->errwrite != -1 && dup2(c->errwrite, 2) < 0) goto error;
    if (c->cwd && chdir(c->cwd) < 0) {
        what = "noexec:chdir";
        goto error;
    }
    if (c->umask_ >= 0) umask((mode_t)c->umask_);
    if (c->restore_signals) {
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &c->old_mask, NULL);
    if (c->call_setsid && setsid() < 0) goto error;
    if (c->pgid >= 0 && setpgid(0, c->pgid) < 0) goto error;
    if (c->ngroups >= 0 && setgroups((size_t)c->ngroups, c->groups) < 0) goto error;
    if (c->set_gid && setregid(c->gid, c->gid) < 0) goto error;
    if (c->set_uid && setreuid(c->uid, c->uid) < 0) goto error;
    if (c->preexec_fn != VALUE_NONE) {
        Value r = call0(th, c->preexec_fn);
        if (!r) {
            step = "SubprocessError:0:Exception occurred in preexec_fn.";
            goto report;
        }
    }
    if (c->close_fds) close_above(c->keep, c->nkeep, 3);
    what = "";
    int saved = 0;
    for (char **e = c->exec_array; *e; e++) {
        if (c->envp) execve(*e, c->argv, c->envp);
        else execv(*e, c->argv);
        if (errno != ENOENT && errno != ENOTDIR && !saved) saved = errno;
    }
    if (saved) errno = saved;
error:
    err = errno;
    {
        char buf[64] = "OSError:", hex[16];
        size_t n = 8, h = 0;
        for (unsigned v = (unsigned)err; v || !h; v >>= 4) hex[h++] = "0123456789ABCDEF"[v & 15];
        while (h) buf[n++] = hex[--h];
        buf[n++] = ':';
        const char *m = what;
        size_t k = strlen(m);
        memcpy(buf + n, m, k);
        n += k;
        if (write(c->errpipe_write, buf, n) < 0) _exit(255);
    }
    _exit(255);
report:
    if (write(c->errpipe_write, step, strlen(step)) < 0) _exit(255);
    _exit(255);
}

static char **string_array(Thread *th, Value seq) { // bytes or str items; NULL with the exception set
    Value t = sequence_to_tuple(th, seq);
    if (!t) return NULL;
    size_t n = AS(Tuple, t)->len, i;
    char **v = mem_calloc(th, n + 1, sizeof *v);
    for (i = 0; v && i < n; i++) {
        PathArg p;
        if (path_arg(th, AS(Tuple, t)->items[i], &p, "fork_exec", NULL, 0) < 0) break;
        v[i] = mem_alloc(th, p.len + 1);
        if (v[i]) memcpy(v[i], p.p, p.len + 1);
        path_done(th, &p);
        if (!v[i]) break;
    }
    if (v && i < n) {
        for (size_t k = 0; k < i; k++) mem_free(v[k]);
        mem_free(v);
        v = NULL;
    }
    decref(th, t);
    return v;
}
static void free_array(char **v) {
    for (char **p = v; v && *p; p++) mem_free(*p);
    mem_free(v);
}

static int group_arg(Thread *th, Value v, uint32_t *out) {
    if (id_arg(th, v, out, "gid") == 0) return 0;
    if (error_clear_if(th, &exc_OverflowError)) raise_value_error(th, "invalid group id");
    return -1;
}

static Value fn_fork_exec(Thread *th, Value self, Value *a) {
    // At the end of the program there is no other thread and no way to run Python code in a child.
    if (a[21] != VALUE_NONE && world_is_stopped_by(th))
        return raise_error(th, &exc_PythonFinalizationError, "preexec_fn not supported at interpreter shutdown");
    Child c = {.pgid = -1, .umask_ = -1, .ngroups = -1};
    Value result = NO_VALUE;
    PathArg p = {0};
    int t;
    if ((t = object_truth(th, a[2])) < 0) return NO_VALUE;
    c.close_fds = t;
    if (!value_is_tuple(a[3])) return raise_type_error(th, "fork_exec() argument 4 must be tuple, not %T", a[3]);
    int *ints[] = {&c.p2cread, &c.p2cwrite, &c.c2pread, &c.c2pwrite, &c.errread, &c.errwrite, &c.errpipe_read, &c.errpipe_write};
    for (int i = 0; i < 8; i++)
        if (int_arg(th, a[6 + i], ints[i]) < 0) return NO_VALUE;
    if ((t = object_truth(th, a[14])) < 0) return NO_VALUE;
    c.restore_signals = t;
    if ((t = object_truth(th, a[15])) < 0) return NO_VALUE;
    c.call_setsid = t;
    if (int_arg(th, a[16], &c.pgid) < 0) return NO_VALUE;
    if (int_arg(th, a[20], &c.umask_) < 0) return NO_VALUE;
    c.preexec_fn = a[21];
    if (c.close_fds && c.errpipe_write < 3) return raise_value_error(th, "errpipe_write must be >= 3");
    Tuple *keep = AS(Tuple, a[3]);
    c.nkeep = keep->len;
    c.keep = mem_calloc(th, c.nkeep + 1, sizeof *c.keep);
    if (!c.keep) return NO_VALUE;
    for (size_t i = 0; i < c.nkeep; i++) {
        if (!value_is_int(keep->items[i]) || int_arg(th, keep->items[i], &c.keep[i]) < 0 || c.keep[i] < 0 || (i && c.keep[i] <= c.keep[i - 1])) {
            error_clear(th);
            raise_value_error(th, "bad value(s) in fds_to_keep");
            goto done;
        }
    }
    if (!(c.exec_array = string_array(th, a[1]))) goto done;
    if (a[0] == VALUE_NONE) {
        raise_type_error(th, "fork_exec: argv must not be None");
        goto done;
    }
    if (!(c.argv = string_array(th, a[0]))) goto done;
    if (a[5] != VALUE_NONE && !(c.envp = string_array(th, a[5]))) goto done;
    if (sys_audit(th, "_posixsubprocess.fork_exec", 3, a[1], a[0], a[5])) goto done;
    if (a[4] != VALUE_NONE) {
        if (path_arg(th, a[4], &p, "fork_exec", NULL, 0) < 0) goto done;
        c.cwd = p.p;
    }
    if (a[17] != VALUE_NONE) {
        uint32_t g;
        if (id_arg(th, a[17], &g, "gid") < 0) goto done;
        c.gid = g;
        c.set_gid = true;
    }
    if (a[18] != VALUE_NONE) {
        Value l = sequence_to_tuple(th, a[18]);
        if (!l) goto done;
        c.ngroups = (ssize_t)AS(Tuple, l)->len;
        c.groups = mem_calloc(th, (size_t)c.ngroups + 1, sizeof *c.groups);
        for (ssize_t i = 0; c.groups && i < c.ngroups; i++)
            if (group_arg(th, AS(Tuple, l)->items[i], &c.groups[i]) < 0) break;
        decref(th, l);
        if (!c.groups || error_pending(th)) goto done;
    }
    if (a[19] != VALUE_NONE) {
        uint32_t u;
        if (id_arg(th, a[19], &u, "uid") < 0) goto done;
        c.uid = u;
        c.set_uid = true;
    }
    bool python_child = c.preexec_fn != VALUE_NONE;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &c.old_mask); // no handler of ours runs in the child
    if (python_child) posix_before_fork(th);
    pid_t pid = fork();
    int err = errno;
    if (pid == 0) {
        if (python_child) posix_after_fork_child(th);
        child_exec(th, &c);
    }
    if (python_child) posix_after_fork_parent(th);
    pthread_sigmask(SIG_SETMASK, &c.old_mask, NULL);
    result = pid < 0 ? posix_error(th, err) : value_imm_int(pid);
done:
    if (c.cwd) path_done(th, &p);
    mem_free(c.keep);
    mem_free(c.groups);
    free_array(c.exec_array);
    free_array(c.argv);
    free_array(c.envp);
    return result;
}
static const MethodDef fns[] = {
    {"fork_exec", "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)", fn_fork_exec, "Spawn a fresh new child process."}, {0}
};
const ModuleDef module__posixsubprocess = {"_posixsubprocess", "A POSIX helper for the subprocess module.", fns, NULL};
