// SPDX-License-Identifier: MIT
// Processes: fork, exec, spawn, wait, kill, exit status. fork stops the world; the child keeps only its own thread (sched/thread).
#include "stdlib/_imp.h"
#include "stdlib/posix/posix.h"

#include "gc/gc.h"

#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static Value waitid_type;
static Value fork_before, fork_parent, fork_child; // Lists of register_at_fork; roots

static void run_hooks(Thread *th, Value list, bool reverse) {
    if (!list) return;
    size_t n = list_len(AS(List, list));
    for (size_t i = 0; i < n; i++) {
        Value f = list_get(th, AS(List, list), (intptr_t)(reverse ? n - 1 - i : i));
        Value r = f ? call0(th, f) : NO_VALUE;
        if (!r) error_unraisable(th, "Exception ignored in fork hook", f);
        decref(th, r);
        decref(th, f);
    }
}
static Value posix_fn_register_at_fork(Thread *th, Value self, Value *a) {
    if (!a[0] && !a[1] && !a[2]) return raise_type_error(th, "At least one argument is required.");
    static const char *const names[3] = {"before", "after_in_child", "after_in_parent"};
    Value *lists[3] = {&fork_before, &fork_child, &fork_parent};
    for (int i = 0; i < 3; i++)
        if (a[i] && !object_callable(a[i])) return raise_type_error(th, "'%s' must be callable, not %T", names[i], a[i]);
    for (int i = 0; i < 3; i++) {
        if (!a[i]) continue;
        if (!*lists[i] && !(*lists[i] = list_new(th, 0))) return NO_VALUE;
        if (list_append(th, AS(List, *lists[i]), a[i]) < 0) return NO_VALUE;
    }
    return VALUE_NONE;
}
void posix_before_fork(Thread *th) {
    run_hooks(th, fork_before, true);
    gc_settle(th);    // finalizers may need any lock: before any is taken
    imp_lock_acquire(th);
    thread_before_fork(th);
}
void posix_after_fork_parent(Thread *th) {
    thread_after_fork_parent(th);
    imp_lock_release(th);
    run_hooks(th, fork_parent, false);
}
void posix_after_fork_child(Thread *th) {
    thread_after_fork_child(th);
    imp_lock_release(th);
    run_hooks(th, fork_child, false);
}
static Value do_fork(Thread *th, bool pty) {
    int master = -1, pid, err;
    if (world_is_stopped_by(th)) return raise_error(th, &exc_PythonFinalizationError, "can't fork at interpreter shutdown");
    if (AUDIT(th, pty ? "os.forkpty" : "os.fork", 0)) return NO_VALUE;
    size_t threads = thread_count_in_use();
    posix_before_fork(th);
    pid = pty ? forkpty(&master, NULL, NULL, NULL) : fork();
    err = errno;
    if (pid == 0) posix_after_fork_child(th);
    else posix_after_fork_parent(th);
    if (pid < 0) return posix_error(th, err);
    if (pid > 0 && threads > 1 &&
        warn_format(th, &exc_DeprecationWarning, 1, "This process (pid=%d) is multi-threaded, use of %s() may lead to deadlocks in the child.", (int)getpid(), pty ? "forkpty" : "fork") < 0)
        return NO_VALUE;
    if (!pty) return value_imm_int(pid);
    Value v[2] = {value_imm_int(pid), value_imm_int(master)};
    return tuple_from_array(th, v, 2);
}
static Value posix_fn_fork(Thread *th, Value self, Value *a) { return do_fork(th, false); }
static Value posix_fn_forkpty(Thread *th, Value self, Value *a) { return do_fork(th, true); }

static Value posix_fn__exit(Thread *th, Value self, Value *a) {
    int code;
    if (int_arg(th, a[0], &code) < 0) return NO_VALUE;
    _exit(code);
}
static Value posix_fn_abort(Thread *th, Value self, Value *a) { abort(); }

// ---- argument vectors

typedef struct Vec { char **v; size_t n; Value *holds; } Vec;
static void vec_free(Thread *th, Vec *x) {
    for (size_t i = 0; i < x->n; i++) {
        mem_free(x->v[i]);
    }
    mem_free(x->v);
    *x = (Vec){0};
}
static bool vec_push(Thread *th, Vec *x, const char *p, size_t n) {
    char **v = mem_realloc(th, x->v, (x->n + 2) * sizeof *v);
    if (!v) return false;
    x->v = v;
    char *c = mem_alloc(th, n + 1);
    if (!c) return false;
    memcpy(c, p, n);
    c[n] = 0;
    x->v[x->n++] = c;
    x->v[x->n] = NULL;
    return true;
}
static bool vec_args(Thread *th, Value argv, Vec *out, const char *fn) {
    *out = (Vec){0};
    if (!value_is_list(argv) && !value_is_tuple(argv)) {
        raise_type_error(th, "%s: argv must be a tuple or list", fn);
        return false;
    }
    Value t = sequence_to_tuple(th, argv);
    if (!t) return false;
    bool ok = true;
    if (!AS(Tuple, t)->len) {
        raise_value_error(th, "%s: argv must not be empty", fn);
        ok = false;
    }
    for (size_t i = 0; ok && i < AS(Tuple, t)->len; i++) {
        PathArg p;
        ok = path_arg(th, AS(Tuple, t)->items[i], &p, fn, "argv", 0) == 0;
        if (!ok) break;
        ok = vec_push(th, out, p.p, p.len);
        path_done(th, &p);
    }
    if (ok && !out->v[0][0]) {
        raise_value_error(th, "%s: argv first element cannot be empty", fn);
        ok = false;
    }
    decref(th, t);
    if (!ok) vec_free(th, out);
    return ok;
}
static Value mapping_tuple(Thread *th, Value m, const char *method) {
    Value name = str_intern_cstr(th, method), items = name ? call_method0(th, m, name) : NO_VALUE, r = items ? sequence_to_tuple(th, items) : NO_VALUE;
    decref(th, name);
    decref(th, items);
    return r;
}
static bool vec_env(Thread *th, Value env, Vec *out, const char *fn) {
    *out = (Vec){0};
    if (!mapping_check(env)) {
        raise_type_error(th, "%s: environment must be a mapping object", fn);
        return false;
    }
    // A dict as it is at one moment. Tuples: what __fspath__ does to the lists must not matter.
    env = value_is_exact_dict(env) ? dict_copy(th, AS(Dict, env)) : new_ref(th, env);
    Value names = env ? mapping_tuple(th, env, "keys") : NO_VALUE, values = names ? mapping_tuple(th, env, "values") : NO_VALUE;
    bool ok = values != NO_VALUE;
    if (ok && AS(Tuple, names)->len != AS(Tuple, values)->len) {
        raise_error(th, &exc_RuntimeError, "%s: the environment has as many names as values", fn);
        ok = false;
    }
    for (size_t i = 0; ok && i < AS(Tuple, names)->len; i++) {
        PathArg k, v;
        ok = path_arg(th, AS(Tuple, names)->items[i], &k, fn, NULL, 0) == 0;
        if (ok) {
            ok = path_arg(th, AS(Tuple, values)->items[i], &v, fn, NULL, 0) == 0;
            if (ok) {
                if (!k.len || memchr(k.p + (k.p[0] == '='), '=', k.len - (k.p[0] == '='))) {
                    raise_value_error(th, "illegal environment variable name");
                    ok = false;
                } else {
                    char *s = mem_alloc(th, k.len + v.len + 2);
                    if ((ok = s != NULL)) {
                        memcpy(s, k.p, k.len);
                        s[k.len] = '=';
                        memcpy(s + k.len + 1, v.p, v.len);
                        ok = vec_push(th, out, s, k.len + v.len + 1);
                        mem_free(s);
                    }
                }
                path_done(th, &v);
            }
            path_done(th, &k);
        }
    }
    if (ok && !out->v) {
        out->v = mem_calloc(th, 1, sizeof *out->v);
        ok = out->v != NULL;
    }
    decref(th, env);
    decref(th, names);
    decref(th, values);
    if (!ok) vec_free(th, out);
    return ok;
}

static Value posix_fn_execv(Thread *th, Value self, Value *a) {
    PathArg p;
    Vec args;
    int err;
    if (path_arg(th, a[0], &p, "execv", "path", 0) < 0) return NO_VALUE;
    if (!vec_args(th, a[1], &args, "execv()")) {
        path_done(th, &p);
        return NO_VALUE;
    }
    Value v = NO_VALUE;
    if (AUDIT(th, "os.exec", 3, path_seen(&p), a[1], VALUE_NONE) == 0) {
        posix_environ_lock();
        execv(p.p, args.v);
        err = errno;
        posix_environ_unlock();
        v = posix_error(th, err);
    }
    vec_free(th, &args);
    path_done(th, &p);
    return v;
}
static Value posix_fn_execve(Thread *th, Value self, Value *a) {
    PathArg p;
    Vec args, env;
    if (path_arg(th, a[0], &p, "execve", "path", PATH_FD) < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (vec_args(th, a[1], &args, "execve")) {
        if (vec_env(th, a[2], &env, "execve")) {
            if (AUDIT(th, "os.exec", 3, path_seen(&p), a[1], a[2]) == 0) {
                if (p.p) execve(p.p, args.v, env.v);
                else fexecve(p.fd, args.v, env.v);
                v = path_error(th, errno, &p);
            }
            vec_free(th, &env);
        }
        vec_free(th, &args);
    }
    path_done(th, &p);
    return v;
}

static int signal_set(Thread *th, Value iterable, sigset_t *set) {
    sigemptyset(set);
    Value it = object_iter(th, iterable);
    if (!it) return -1;
    for (Value v; (v = iter_next(th, it));) {
        int s;
        int rc = int_arg(th, v, &s);
        decref(th, v);
        if (rc < 0) break;
        if (s <= 0 || s >= NSIG) {
            raise_value_error(th, "signal number %d out of range [1; %d]", s, NSIG - 1);
            break;
        }
        sigaddset(set, s);
    }
    decref(th, it);
    return error_pending(th) ? -1 : 0;
}
enum { SPAWN_OPEN, SPAWN_CLOSE, SPAWN_DUP2, SPAWN_CLOSEFROM };
static int file_actions(Thread *th, Value seq, posix_spawn_file_actions_t *fa) {
    Value t = sequence_to_tuple(th, seq);
    if (!t) return -1;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < AS(Tuple, t)->len; i++) {
        Value e = AS(Tuple, t)->items[i];
        int tag, x, y, err = 0;
        if (!value_is_tuple(e) || !AS(Tuple, e)->len) {
            raise_type_error(th, "Each file_actions element must be a non-empty tuple");
            rc = -1;
            break;
        }
        Tuple *u = AS(Tuple, e);
        if (int_arg(th, u->items[0], &tag) < 0) {
            rc = -1;
            break;
        }
        if (tag == SPAWN_OPEN && u->len == 5) {
            PathArg p;
            int flags, mode;
            if (int_arg(th, u->items[1], &x) < 0 || int_arg(th, u->items[3], &flags) < 0 || int_arg(th, u->items[4], &mode) < 0 || path_arg(th, u->items[2], &p, "posix_spawn", "path", 0) < 0) rc = -1;
            else {
                err = posix_spawn_file_actions_addopen(fa, x, p.p, flags, (mode_t)mode);
                path_done(th, &p);
            }
        } else if (tag == SPAWN_CLOSE && u->len == 2) {
            if (int_arg(th, u->items[1], &x) < 0) rc = -1;
            else err = posix_spawn_file_actions_addclose(fa, x);
        } else if (tag == SPAWN_DUP2 && u->len == 3) {
            if (int_arg(th, u->items[1], &x) < 0 || int_arg(th, u->items[2], &y) < 0) rc = -1;
            else err = posix_spawn_file_actions_adddup2(fa, x, y);
        } else if (tag == SPAWN_CLOSEFROM && u->len == 2) {
            if (int_arg(th, u->items[1], &x) < 0) rc = -1;
            else err = posix_spawn_file_actions_addclosefrom_np(fa, x);
        } else {
            raise_type_error(th, tag < 0 || tag > SPAWN_CLOSEFROM ? "Unknown file_actions identifier" : "A file_actions element has the wrong number of items");
            rc = -1;
        }
        if (err) {
            posix_error(th, err);
            rc = -1;
        }
    }
    decref(th, t);
    return rc;
}
static Value spawn(Thread *th, Value *a, bool search) {
    const char *fn = search ? "posix_spawnp" : "posix_spawn";
    PathArg p;
    Vec args, env;
    Value v = NO_VALUE;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t fa;
    short flags = 0;
    if (path_arg(th, a[0], &p, fn, "path", 0) < 0) return NO_VALUE;
    if (!vec_args(th, a[1], &args, fn)) goto no_args;
    bool own_env = a[2] != VALUE_NONE;
    if (own_env && !vec_env(th, a[2], &env, fn)) goto no_env;
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_init(&fa);
    bool resetids, setsid_;
    int pg;
    sigset_t set;
    if (a[3] && a[3] != VALUE_NONE && file_actions(th, a[3], &fa) < 0) goto out;
    if (a[4] && a[4] != VALUE_NONE) {
        if (int_arg(th, a[4], &pg) < 0) goto out;
        posix_spawnattr_setpgroup(&attr, pg);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (bool_arg(th, a[5], false, &resetids) < 0 || bool_arg(th, a[6], false, &setsid_) < 0) goto out;
    if (resetids) flags |= POSIX_SPAWN_RESETIDS;
    if (setsid_) flags |= POSIX_SPAWN_SETSID;
    if (a[7]) {
        if (signal_set(th, a[7], &set) < 0) goto out;
        posix_spawnattr_setsigmask(&attr, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (a[8]) {
        if (signal_set(th, a[8], &set) < 0) goto out;
        posix_spawnattr_setsigdefault(&attr, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (a[9] && a[9] != VALUE_NONE) {
        if (!value_is_tuple(a[9])) {
            raise_type_error(th, "%s: scheduler must be a tuple or None", search ? "posix_spawnp" : "posix_spawn");
            goto out;
        }
        if (AS(Tuple, a[9])->len != 2) {
            raise_type_error(th, "A scheduler tuple must have two elements");
            goto out;
        }
        Tuple *s = AS(Tuple, a[9]);
        struct sched_param sp;
        int policy;
        if (s->items[0] != VALUE_NONE) {
            if (int_arg(th, s->items[0], &policy) < 0) goto out;
            posix_spawnattr_setschedpolicy(&attr, policy);
            flags |= POSIX_SPAWN_SETSCHEDULER;
        }
        if (sched_param_arg(th, s->items[1], &sp) < 0) goto out;
        posix_spawnattr_setschedparam(&attr, &sp);
        flags |= POSIX_SPAWN_SETSCHEDPARAM;
    }
    posix_spawnattr_setflags(&attr, flags);
    if (AUDIT(th, "os.posix_spawn", 3, path_seen(&p), a[1], a[2])) goto out;
    pid_t pid;
    int err;
    extern char **environ;
    if (!own_env) posix_environ_lock();
    char **e = own_env ? env.v : environ;
    err = search ? posix_spawnp(&pid, p.p, &fa, &attr, args.v, e) : posix_spawn(&pid, p.p, &fa, &attr, args.v, e);
    if (!own_env) posix_environ_unlock();
    v = err ? path_error(th, err, &p) : value_imm_int(pid);
out:
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&fa);
    if (own_env) vec_free(th, &env);
no_env:
    vec_free(th, &args);
no_args:
    path_done(th, &p);
    return v;
}
static Value posix_fn_posix_spawn(Thread *th, Value self, Value *a) { return spawn(th, a, false); }
static Value posix_fn_posix_spawnp(Thread *th, Value self, Value *a) { return spawn(th, a, true); }
static Value posix_fn_system(Thread *th, Value self, Value *a) {
    PathArg p;
    int r;
    if (path_arg(th, a[0], &p, "system", "command", 0) < 0) return NO_VALUE;
    if (sys_has_audit_hooks()) {
        Value command = bytes_new(th, p.p, p.len);
        int stopped = command ? sys_audit(th, "os.system", 1, command) : -1;
        decref(th, command);
        if (stopped) {
            path_done(th, &p);
            return NO_VALUE;
        }
    }
    BLOCKING_BEGIN(th);
    r = system(p.p);
    BLOCKING_END;
    path_done(th, &p);
    return value_imm_int(r);
}

// ---- waiting

static Value pid_status(Thread *th, int pid, int status) { Value v[2] = {value_imm_int(pid), value_imm_int(status)}; return tuple_from_array(th, v, 2); }
static Value posix_fn_waitpid(Thread *th, Value self, Value *a) {
    int pid, opts, status = 0, r, err;
    if (int_arg(th, a[0], &pid) < 0 || int_arg(th, a[1], &opts) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, waitpid(pid, &status, opts), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : pid_status(th, r, status);
}
static Value posix_fn_wait(Thread *th, Value self, Value *a) {
    int status = 0, r, err;
    SYS_RETRY(th, r, err, wait(&status), return NO_VALUE);
    return r < 0 ? posix_error(th, err) : pid_status(th, r, status);
}
static Value rusage_result(Thread *th, const struct rusage *u) {
    double ut = (double)u->ru_utime.tv_sec + 1e-6 * (double)u->ru_utime.tv_usec, st = (double)u->ru_stime.tv_sec + 1e-6 * (double)u->ru_stime.tv_usec;
    Value type = import_attr(th, "resource", "struct_rusage");
    if (!type) return NO_VALUE;
    long rest[14] = {u->ru_maxrss, u->ru_ixrss, u->ru_idrss, u->ru_isrss, u->ru_minflt, u->ru_majflt, u->ru_nswap, u->ru_inblock, u->ru_oublock, u->ru_msgsnd, u->ru_msgrcv, u->ru_nsignals, u->ru_nvcsw, u->ru_nivcsw};
    Value v[16] = {float_from_double(th, ut), float_from_double(th, st)};
    for (int i = 0; i < 14; i++) v[i + 2] = int_from_i64(th, rest[i]);
    Value r = structseq_new(th, type, v, 16);
    decref(th, type);
    return r;
}
static Value wait_usage(Thread *th, int pid, int opts) {
    int status = 0, r, err;
    struct rusage u;
    memset(&u, 0, sizeof u);
    SYS_RETRY(th, r, err, wait4(pid, &status, opts, &u), return NO_VALUE);
    if (r < 0) return posix_error(th, err);
    Value v[3] = {value_imm_int(r), value_imm_int(status), rusage_result(th, &u)};
    return v[2] ? tuple_from_owned(th, v, 3) : NO_VALUE;
}
static Value posix_fn_wait3(Thread *th, Value self, Value *a) { int o; return int_arg(th, a[0], &o) < 0 ? NO_VALUE : wait_usage(th, -1, o); }
static Value posix_fn_wait4(Thread *th, Value self, Value *a) { int p, o; return int_arg(th, a[0], &p) < 0 || int_arg(th, a[1], &o) < 0 ? NO_VALUE : wait_usage(th, p, o); }
static Value posix_fn_waitid(Thread *th, Value self, Value *a) {
    int type, id, opts, r, err;
    siginfo_t si;
    memset(&si, 0, sizeof si);
    if (int_arg(th, a[0], &type) < 0 || int_arg(th, a[1], &id) < 0 || int_arg(th, a[2], &opts) < 0) return NO_VALUE;
    SYS_RETRY(th, r, err, waitid((idtype_t)type, (id_t)id, &si, opts), return NO_VALUE);
    if (r < 0) return posix_error(th, err);
    if (!si.si_pid) return VALUE_NONE;
    Value v[5] = {value_imm_int(si.si_pid), value_imm_int(si.si_uid), value_imm_int(si.si_signo), value_imm_int(si.si_status), value_imm_int(si.si_code)};
    return structseq_new(th, waitid_type, v, 5);
}
#define STATUS(name, expr) static Value posix_fn_##name(Thread *th, Value self, Value *a) { int s; return int_arg(th, a[0], &s) < 0 ? NO_VALUE : (expr); }
STATUS(WCOREDUMP, value_bool(WCOREDUMP(s))) STATUS(WEXITSTATUS, value_imm_int(WEXITSTATUS(s))) STATUS(WIFCONTINUED, value_bool(WIFCONTINUED(s))) STATUS(WIFEXITED, value_bool(WIFEXITED(s))) STATUS(WIFSIGNALED, value_bool(WIFSIGNALED(s)))
STATUS(WIFSTOPPED, value_bool(WIFSTOPPED(s))) STATUS(WSTOPSIG, value_imm_int(WSTOPSIG(s))) STATUS(WTERMSIG, value_imm_int(WTERMSIG(s)))
static Value posix_fn_waitstatus_to_exitcode(Thread *th, Value self, Value *a) {
    int s;
    if (int_arg(th, a[0], &s) < 0) return NO_VALUE;
    if (WIFEXITED(s)) return value_imm_int(WEXITSTATUS(s));
    if (WIFSIGNALED(s)) return value_imm_int(-WTERMSIG(s));
    if (WIFSTOPPED(s)) return raise_value_error(th, "process stopped by delivery of signal %d", WSTOPSIG(s));
    return raise_value_error(th, "invalid wait status: %d", s);
}
static Value posix_fn_kill(Thread *th, Value self, Value *a) {
    int pid, sig;
    if (int_arg(th, a[0], &pid) < 0 || int_arg(th, a[1], &sig) < 0 || AUDIT(th, "os.kill", 2, value_imm_int(pid), value_imm_int(sig))) return NO_VALUE;
    if (kill(pid, sig) < 0) return posix_error(th, errno);
    return thread_safepoint(th) < 0 ? NO_VALUE : VALUE_NONE; // a signal to ourselves is handled before the next instruction
}
static Value posix_fn_killpg(Thread *th, Value self, Value *a) {
    int pid, sig;
    if (int_arg(th, a[0], &pid) < 0 || int_arg(th, a[1], &sig) < 0 || AUDIT(th, "os.killpg", 2, value_imm_int(pid), value_imm_int(sig))) return NO_VALUE;
    if (killpg(pid, sig) < 0) return posix_error(th, errno);
    return thread_safepoint(th) < 0 ? NO_VALUE : VALUE_NONE;
}
static Value posix_fn_pidfd_open(Thread *th, Value self, Value *a) {
    int pid, flags = 0;
    if (int_arg(th, a[0], &pid) < 0 || (a[1] && int_arg(th, a[1], &flags) < 0)) return NO_VALUE;
    long r = syscall(SYS_pidfd_open, pid, flags);
    return r < 0 ? posix_error(th, errno) : value_imm_int(r);
}
static Value posix_fn_is_inputhook(Thread *th, Value self, Value *a) { return VALUE_FALSE; }

#define D(n, sig, doc) {#n, sig, posix_fn_##n, doc}
const MethodDef posix_proc_fns[] = {
    D(fork, "()", "Fork a child process."), D(forkpty, "()", "Fork a new process with a new pseudo-terminal as controlling tty."), D(register_at_fork, "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)", "Register callables to be called when forking a new process."),
    D(_exit, "(status)", "Exit to the system with specified status, without normal exit processing."), D(abort, "()", "Abort the interpreter immediately."), D(execv, "(path, argv, /)", "Execute an executable path with arguments, replacing current process."), D(execve, "(path, argv, env)", "Execute an executable path with arguments, replacing current process."),
    D(posix_spawn, "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", "Execute the program specified by path in a new process."), D(posix_spawnp, "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)", "Execute the program specified by path in a new process."),
    D(system, "(command)", "Execute the command in a subshell."), D(waitpid, "(pid, options, /)", "Wait for completion of a given child process."), D(wait, "()", "Wait for completion of a child process."), D(wait3, "(options)", "Wait for completion of a child process."), D(wait4, "(pid, options)", "Wait for completion of a specific child process."), D(waitid, "(idtype, id, options, /)", "Returns the result of waiting for a process or processes."),
    D(WCOREDUMP, "(status, /)", "Return True if the process returning status was dumped to a core file."), D(WEXITSTATUS, "(status)", "Return the process return code from status."), D(WIFCONTINUED, "(status)", "Return True if a particular process was continued from a job control stop."), D(WIFEXITED, "(status)", "Return True if the process returning status exited via the exit() system call."),
    D(WIFSIGNALED, "(status)", "Return True if the process returning status was terminated by a signal."), D(WIFSTOPPED, "(status)", "Return True if the process returning status was stopped."), D(WSTOPSIG, "(status)", "Return the signal that stopped the process that provided the status value."), D(WTERMSIG, "(status)", "Return the signal that terminated the process that provided the status value."),
    D(waitstatus_to_exitcode, "(status)", "Convert a wait status to an exit code."), D(kill, "(pid, signal, /)", "Kill a process with a signal."), D(killpg, "(pgid, signal, /)", "Kill a process group with a signal."), D(pidfd_open, "(pid, flags=0)", "Return a file descriptor referring to the process *pid*."),
    {"_is_inputhook_installed", "()", posix_fn_is_inputhook, NULL}, {0}
};
int posix_proc_init(Thread *th, Value m) {
    static const StructSeqField f[] = {{"si_pid", NULL}, {"si_uid", NULL}, {"si_signo", NULL}, {"si_status", NULL}, {"si_code", NULL}, {0}};
    gc_add_root(&fork_before);
    gc_add_root(&fork_parent);
    gc_add_root(&fork_child);
    waitid_type = structseq_type(th, "posix.waitid_result", "waitid_result: Result from waitid.", f, 5);
    if (!waitid_type) return -1;
    gc_add_root(&waitid_type);
    return module_add(th, m, "waitid_result", new_ref(th, waitid_type));
}
