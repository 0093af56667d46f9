// SPDX-License-Identifier: MIT
// Facts about the process and the system: ids, limits, names, scheduling, random bytes, terminal size.
#include "stdlib/posix/posix.h"

#include "core/object/set.h"
#include "gc/gc.h"

#include "stdlib/sys/sys.h"
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>

static Value uname_type, times_type, terminal_size_type, sched_param_type;

#define GETTER(fn, expr) static Value fn(Thread *th, Value self, Value *a) { return value_imm_int((int64_t)(expr)); }
GETTER(posix_fn_getpid, getpid()) GETTER(posix_fn_getppid, getppid()) GETTER(posix_fn_getuid, getuid()) GETTER(posix_fn_geteuid, geteuid()) GETTER(posix_fn_getgid, getgid()) GETTER(posix_fn_getegid, getegid()) GETTER(posix_fn_getpgrp, getpgrp())

#define SET_ID(fn, what, expr) static Value fn(Thread *th, Value self, Value *a) { \
        uint32_t x; \
        if (id_arg(th, a[0], &x, what) < 0) return NO_VALUE; \
        return (expr) < 0 ? posix_error(th, errno) : VALUE_NONE; }
SET_ID(posix_fn_setuid, "uid", setuid(x)) SET_ID(posix_fn_seteuid, "uid", seteuid(x)) SET_ID(posix_fn_setgid, "gid", setgid(x)) SET_ID(posix_fn_setegid, "gid", setegid(x))
#define SET_IDS(fn, what, n, expr) static Value fn(Thread *th, Value self, Value *a) { \
        uint32_t x[3]; \
        for (int i = 0; i < n; i++) \
            if (id_arg(th, a[i], &x[i], what) < 0) return NO_VALUE; \
        return (expr) < 0 ? posix_error(th, errno) : VALUE_NONE; }
SET_IDS(posix_fn_setreuid, "uid", 2, setreuid(x[0], x[1])) SET_IDS(posix_fn_setregid, "gid", 2, setregid(x[0], x[1])) SET_IDS(posix_fn_setresuid, "uid", 3, setresuid(x[0], x[1], x[2])) SET_IDS(posix_fn_setresgid, "gid", 3, setresgid(x[0], x[1], x[2]))
static Value three(Thread *th, uint32_t x, uint32_t y, uint32_t z) { Value v[3] = {value_imm_int(x), value_imm_int(y), value_imm_int(z)}; return tuple_from_array(th, v, 3); }
static Value posix_fn_getresuid(Thread *th, Value self, Value *a) { uid_t x, y, z; return getresuid(&x, &y, &z) < 0 ? posix_error(th, errno) : three(th, x, y, z); }
static Value posix_fn_getresgid(Thread *th, Value self, Value *a) { gid_t x, y, z; return getresgid(&x, &y, &z) < 0 ? posix_error(th, errno) : three(th, x, y, z); }
#define INTS(fn, n, expr, result) static Value fn(Thread *th, Value self, Value *a) { \
        int x[4], r; \
        for (int i = 0; i < n; i++) \
            if (int_arg(th, a[i], &x[i]) < 0) return NO_VALUE; \
        (void)x; errno = 0; r = (expr); \
        return r < 0 && errno ? posix_error(th, errno) : (result); }
INTS(posix_fn_getpgid, 1, getpgid(x[0]), value_imm_int(r)) INTS(posix_fn_setpgid, 2, setpgid(x[0], x[1]), VALUE_NONE) INTS(posix_fn_setpgrp, 0, setpgid(0, 0), VALUE_NONE) INTS(posix_fn_getsid, 1, getsid(x[0]), value_imm_int(r)) INTS(posix_fn_setsid, 0, setsid(), VALUE_NONE)
INTS(posix_fn_getpriority, 2, getpriority(x[0], (id_t)x[1]), value_imm_int(r)) INTS(posix_fn_setpriority, 3, setpriority(x[0], (id_t)x[1], x[2]), VALUE_NONE) INTS(posix_fn_nice, 1, nice(x[0]), value_imm_int(r))
INTS(posix_fn_sched_get_priority_max, 1, sched_get_priority_max(x[0]), value_imm_int(r)) INTS(posix_fn_sched_get_priority_min, 1, sched_get_priority_min(x[0]), value_imm_int(r)) INTS(posix_fn_sched_getscheduler, 1, sched_getscheduler(x[0]), value_imm_int(r))
INTS(posix_fn_unshare, 1, unshare(x[0]), VALUE_NONE)
static Value posix_fn_setns(Thread *th, Value self, Value *a) {
    int fd, t = 0;
    if (fd_arg(th, a[0], &fd) < 0 || (a[1] && int_arg(th, a[1], &t) < 0)) return NO_VALUE;
    return setns(fd, t) < 0 ? posix_error(th, errno) : VALUE_NONE;
}
static Value posix_fn_sched_yield(Thread *th, Value self, Value *a) {
    BLOCKING_BEGIN(th);
    sched_yield();
    BLOCKING_END;
    return VALUE_NONE;
}
static Value posix_fn_sched_rr_get_interval(Thread *th, Value self, Value *a) {
    int pid;
    struct timespec t;
    if (int_arg(th, a[0], &pid) < 0) return NO_VALUE;
    return sched_rr_get_interval(pid, &t) < 0 ? posix_error(th, errno) : float_from_double(th, (double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
}
int sched_param_arg(Thread *th, Value v, struct sched_param *p) {
    if (type_of(v) != AS(Type, sched_param_type)) {
        raise_type_error(th, "must have a sched_param object");
        return -1;
    }
    return int_arg(th, AS(Tuple, v)->items[0], &p->sched_priority);
}
static Value sched_param_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value v;
    if (native_args_bind(th, &sig, "sched_param", "(sched_priority)", args, nargs, kwnames, &v)) return NO_VALUE;
    incref(th, v);
    return structseq_new(th, VALUE_OF(type), &v, 1);
}
static Value sched_param_reduce(Thread *th, Value self, Value *args) {
    Value one = tuple_from_array(th, AS(Tuple, self)->items, 1), r = one ? tuple_pack2(th, VALUE_OF(type_of(self)), one) : NO_VALUE;
    decref(th, one);
    return r;
}
static const MethodDef sched_param_methods[] = {{"__reduce__", "(self, /)", sched_param_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static Value posix_fn_sched_getparam(Thread *th, Value self, Value *a) {
    int pid;
    struct sched_param p;
    if (int_arg(th, a[0], &pid) < 0) return NO_VALUE;
    if (sched_getparam(pid, &p) < 0) return posix_error(th, errno);
    Value v = value_imm_int(p.sched_priority);
    return structseq_new(th, sched_param_type, &v, 1);
}
static Value posix_fn_sched_setparam(Thread *th, Value self, Value *a) {
    int pid;
    struct sched_param p;
    if (int_arg(th, a[0], &pid) < 0 || sched_param_arg(th, a[1], &p) < 0) return NO_VALUE;
    return sched_setparam(pid, &p) < 0 ? posix_error(th, errno) : VALUE_NONE;
}
static Value posix_fn_sched_setscheduler(Thread *th, Value self, Value *a) {
    int pid, policy;
    struct sched_param p;
    if (int_arg(th, a[0], &pid) < 0 || int_arg(th, a[1], &policy) < 0 || sched_param_arg(th, a[2], &p) < 0) return NO_VALUE;
    return sched_setscheduler(pid, policy, &p) < 0 ? posix_error(th, errno) : VALUE_NONE;
}
enum { MAX_CPUS = 8192 };
static Value posix_fn_sched_getaffinity(Thread *th, Value self, Value *a) {
    int pid;
    if (int_arg(th, a[0], &pid) < 0) return NO_VALUE;
    cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
    size_t size = CPU_ALLOC_SIZE(MAX_CPUS);
    Value list = NO_VALUE, r = NO_VALUE;
    if (!set) return raise_memory_error(th);
    if (sched_getaffinity(pid, size, set) < 0) posix_error(th, errno);
    else if ((list = list_new(th, 0))) {
        for (int i = 0; i < MAX_CPUS; i++)
            if (CPU_ISSET_S(i, size, set) && list_append_owned(th, AS(List, list), value_imm_int(i)) < 0) break;
        if (!error_pending(th)) r = set_new(th, list);
    }
    decref(th, list);
    CPU_FREE(set);
    return r;
}
static Value posix_fn_sched_setaffinity(Thread *th, Value self, Value *a) {
    int pid;
    if (int_arg(th, a[0], &pid) < 0) return NO_VALUE;
    Value it = object_iter(th, a[1]);
    if (!it) return NO_VALUE;
    cpu_set_t *set = CPU_ALLOC(MAX_CPUS);
    size_t size = CPU_ALLOC_SIZE(MAX_CPUS);
    Value r = NO_VALUE;
    if (set) {
        CPU_ZERO_S(size, set);
        for (Value v; (v = iter_next(th, it));) {
            int64_t cpu = -1;
            if (!value_is_int(v)) raise_type_error(th, "expected an iterator of ints, but iterator yielded %T", v);
            else if (number_as_i64(th, v, &cpu) == 0 && cpu < 0) raise_value_error(th, "negative CPU number");
            decref(th, v);
            if (error_pending(th)) break;
            if (cpu < MAX_CPUS) CPU_SET_S((size_t)cpu, size, set);
        }
        if (!error_pending(th)) r = sched_setaffinity(pid, size, set) < 0 ? posix_error(th, errno) : VALUE_NONE;
        CPU_FREE(set);
    } else raise_memory_error(th);
    decref(th, it);
    return r;
}
static Value posix_fn_cpu_count(Thread *th, Value self, Value *a) {
    if (sys_config.cpu_count > 0) return value_imm_int(sys_config.cpu_count); // -X cpu_count
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? value_imm_int(n) : VALUE_NONE;
}
static Value posix_fn_getloadavg(Thread *th, Value self, Value *a) {
    double l[3];
    if (getloadavg(l, 3) != 3) return raise_error(th, &exc_OSError, "Load averages are unobtainable");
    Value v[3] = {float_from_double(th, l[0]), float_from_double(th, l[1]), float_from_double(th, l[2])};
    return tuple_from_owned(th, v, 3);
}
static Value posix_fn_getlogin(Thread *th, Value self, Value *a) {
    char buf[256];
    int r = getlogin_r(buf, sizeof buf);
    return r ? posix_error(th, r) : str_from_fs(th, buf, strlen(buf));
}
static Value groups(Thread *th, const gid_t *g, int n) {
    Value list = list_new(th, (size_t)n);
    for (int i = 0; list && i < n; i++)
        if (list_append_owned(th, AS(List, list), value_imm_int(g[i])) < 0) clear_ref(th, &list);
    return list;
}
static Value posix_fn_getgroups(Thread *th, Value self, Value *a) {
    int n = getgroups(0, NULL);
    gid_t *g = mem_calloc(th, (size_t)(n > 0 ? n : 0) + 1, sizeof *g);
    if (!g) return NO_VALUE;
    n = getgroups(n, g);
    Value r = n < 0 ? posix_error(th, errno) : groups(th, g, n);
    mem_free(g);
    return r;
}
static Value posix_fn_setgroups(Thread *th, Value self, Value *a) {
    if (!sequence_check(a[0])) return raise_type_error(th, "setgroups argument must be a sequence");
    Value list = sequence_to_list(th, a[0]);
    if (!list) return NO_VALUE;
    size_t n = list_len(AS(List, list));
    gid_t *g = n > NGROUPS_MAX ? NULL : mem_calloc(th, n + 1, sizeof *g);
    Value r = NO_VALUE;
    if (n > NGROUPS_MAX) raise_value_error(th, "too many groups");
    for (size_t i = 0; g && i < n; i++) {
        Value v = list_items_raw(AS(List, list))[i];
        if (!value_is_int(v)) raise_type_error(th, "groups must be integers");
        if (error_pending(th) || id_arg(th, v, &g[i], "gid") < 0) break;
    }
    if (g && !error_pending(th)) r = setgroups(n, g) < 0 ? posix_error(th, errno) : VALUE_NONE;
    mem_free(g);
    decref(th, list);
    return r;
}
static Value posix_fn_getgrouplist(Thread *th, Value self, Value *a) {
    PathArg u;
    uint32_t gid;
    if (id_arg(th, a[1], &gid, "gid") < 0 || path_arg(th, a[0], &u, "getgrouplist", "user", 0) < 0) return NO_VALUE;
    int n = NGROUPS_MAX;
    gid_t *g = mem_calloc(th, (size_t)n + 1, sizeof *g);
    Value r = NO_VALUE;
    if (g) {
        int rc;
        BLOCKING_BEGIN(th);
        rc = getgrouplist(u.p, gid, g, &n);
        BLOCKING_END;
        r = rc < 0 ? posix_error(th, errno) : groups(th, g, n);
        mem_free(g);
    }
    path_done(th, &u);
    return r;
}
static Value posix_fn_initgroups(Thread *th, Value self, Value *a) {
    PathArg u;
    uint32_t gid;
    int r, err;
    if (id_arg(th, a[1], &gid, "gid") < 0 || path_arg(th, a[0], &u, "initgroups", "username", 0) < 0) return NO_VALUE;
    SYS(th, r, err, initgroups(u.p, gid));
    path_done(th, &u);
    return r < 0 ? posix_error(th, err) : VALUE_NONE;
}
static Value posix_fn_uname(Thread *th, Value self, Value *a) {
    struct utsname u;
    if (uname(&u) < 0) return posix_error(th, errno);
    const char *f[5] = {u.sysname, u.nodename, u.release, u.version, u.machine};
    Value v[5];
    for (int i = 0; i < 5; i++) v[i] = str_from_fs(th, f[i], strlen(f[i]));
    return structseq_new(th, uname_type, v, 5);
}
static Value posix_fn_times(Thread *th, Value self, Value *a) {
    struct tms t;
    clock_t now = times(&t);
    double hz = (double)sysconf(_SC_CLK_TCK);
    if (now == (clock_t)-1) return posix_error(th, errno);
    Value v[5] = {float_from_double(th, (double)t.tms_utime / hz), float_from_double(th, (double)t.tms_stime / hz), float_from_double(th, (double)t.tms_cutime / hz), float_from_double(th, (double)t.tms_cstime / hz), float_from_double(th, (double)now / hz)};
    return structseq_new(th, times_type, v, 5);
}
static Value posix_fn_get_terminal_size(Thread *th, Value self, Value *a) {
    int fd = 1, r, err;
    struct winsize w;
    if (a[0] && int_arg(th, a[0], &fd) < 0) return NO_VALUE;
    SYS(th, r, err, ioctl(fd, TIOCGWINSZ, &w));
    if (r < 0) return posix_error(th, err);
    Value v[2] = {value_imm_int(w.ws_col), value_imm_int(w.ws_row)};
    return structseq_new(th, terminal_size_type, v, 2);
}
static Value posix_fn_urandom(Thread *th, Value self, Value *a) {
    intptr_t n = number_as_ssize(th, a[0], &exc_OverflowError);
    if (n == -1 && error_pending(th)) return NO_VALUE;
    if (n < 0) return raise_value_error(th, "negative argument not allowed");
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    uint8_t *p = AS(Bytes, b)->data;
    for (intptr_t done = 0; done < n;) {
        ssize_t r;
        int err;
        SYS_RETRY(th, r, err, getrandom(p + done, (size_t)(n - done), 0), decref(th, b); return NO_VALUE);
        if (r < 0) {
            decref(th, b);
            return posix_error(th, err);
        }
        done += r;
    }
    return b;
}
static Value posix_fn_getrandom(Thread *th, Value self, Value *a) {
    int flags = 0, err;
    intptr_t n = number_as_ssize(th, a[0], &exc_OverflowError);
    if ((n == -1 && error_pending(th)) || (a[1] && int_arg(th, a[1], &flags) < 0)) return NO_VALUE;
    if (n < 0) return posix_error(th, EINVAL);
    Value b = bytes_new(th, NULL, (size_t)n);
    if (!b) return NO_VALUE;
    uint8_t *p = AS(Bytes, b)->data;
    ssize_t r;
    SYS_RETRY(th, r, err, getrandom(p, (size_t)n, (unsigned)flags), decref(th, b); return NO_VALUE);
    Value v = r < 0 ? posix_error(th, err) : bytes_new(th, p, (size_t)r);
    decref(th, b);
    return v;
}
static Value posix_fn_ctermid(Thread *th, Value self, Value *a) { return str_from_cstr(th, "/dev/tty"); }
static Value posix_fn_sync(Thread *th, Value self, Value *a) {
    BLOCKING_BEGIN(th);
    sync();
    BLOCKING_END;
    return VALUE_NONE;
}

// ---- named configuration values

typedef struct Conf { const char *name; int value; } Conf;
#define S(n) {"SC_" #n, _SC_##n}
static const Conf sysconf_table[] = {
    S(2_CHAR_TERM), S(2_C_BIND), S(2_C_DEV), S(2_FORT_DEV), S(2_FORT_RUN), S(2_LOCALEDEF), S(2_SW_DEV), S(2_UPE), S(2_VERSION), S(AIO_LISTIO_MAX), S(AIO_MAX), S(AIO_PRIO_DELTA_MAX), S(ARG_MAX), S(ASYNCHRONOUS_IO), S(ATEXIT_MAX), S(AVPHYS_PAGES), S(BC_BASE_MAX), S(BC_DIM_MAX), S(BC_SCALE_MAX), S(BC_STRING_MAX),
    S(CHARCLASS_NAME_MAX), S(CHAR_BIT), S(CHAR_MAX), S(CHAR_MIN), S(CHILD_MAX), S(CLK_TCK), S(COLL_WEIGHTS_MAX), S(DELAYTIMER_MAX), S(EQUIV_CLASS_MAX), S(EXPR_NEST_MAX), S(FSYNC), S(GETGR_R_SIZE_MAX), S(GETPW_R_SIZE_MAX), S(INT_MAX), S(INT_MIN), S(IOV_MAX), S(JOB_CONTROL), S(LINE_MAX), S(LOGIN_NAME_MAX), S(LONG_BIT), S(MAPPED_FILES), S(MB_LEN_MAX),
    S(MEMLOCK), S(MEMLOCK_RANGE), S(MEMORY_PROTECTION), S(MESSAGE_PASSING), S(MQ_OPEN_MAX), S(MQ_PRIO_MAX), S(NGROUPS_MAX), S(NL_ARGMAX), S(NL_LANGMAX), S(NL_MSGMAX), S(NL_NMAX), S(NL_SETMAX), S(NL_TEXTMAX), S(NPROCESSORS_CONF), S(NPROCESSORS_ONLN), S(NZERO), S(OPEN_MAX), S(PAGESIZE), {"SC_PAGE_SIZE", _SC_PAGESIZE}, S(PASS_MAX), S(PHYS_PAGES), S(PII),
    S(PII_INTERNET), S(PII_INTERNET_DGRAM), S(PII_INTERNET_STREAM), S(PII_OSI), S(PII_OSI_CLTS), S(PII_OSI_COTS), S(PII_OSI_M), S(PII_SOCKET), S(PII_XTI), S(POLL), S(PRIORITIZED_IO), S(PRIORITY_SCHEDULING), S(REALTIME_SIGNALS), S(RE_DUP_MAX), S(RTSIG_MAX), S(SAVED_IDS), S(SCHAR_MAX), S(SCHAR_MIN), S(SELECT), S(SEMAPHORES), S(SEM_NSEMS_MAX), S(SEM_VALUE_MAX),
    S(SHARED_MEMORY_OBJECTS), S(SHRT_MAX), S(SHRT_MIN), S(SIGQUEUE_MAX), S(SSIZE_MAX), S(STREAM_MAX), S(SYNCHRONIZED_IO), S(THREADS), S(THREAD_ATTR_STACKADDR), S(THREAD_ATTR_STACKSIZE), S(THREAD_DESTRUCTOR_ITERATIONS), S(THREAD_KEYS_MAX), S(THREAD_PRIORITY_SCHEDULING), S(THREAD_PRIO_INHERIT), S(THREAD_PRIO_PROTECT), S(THREAD_PROCESS_SHARED),
    S(THREAD_SAFE_FUNCTIONS), S(THREAD_STACK_MIN), S(THREAD_THREADS_MAX), S(TIMERS), S(TIMER_MAX), S(TTY_NAME_MAX), S(TZNAME_MAX), S(T_IOV_MAX), S(UCHAR_MAX), S(UINT_MAX), S(UIO_MAXIOV), S(ULONG_MAX), S(USHRT_MAX), S(VERSION), S(WORD_BIT), S(XBS5_ILP32_OFF32), S(XBS5_ILP32_OFFBIG), S(XBS5_LP64_OFF64), S(XBS5_LPBIG_OFFBIG), S(XOPEN_CRYPT), S(XOPEN_ENH_I18N),
    S(XOPEN_LEGACY), S(XOPEN_REALTIME), S(XOPEN_REALTIME_THREADS), S(XOPEN_SHM), S(XOPEN_UNIX), S(XOPEN_VERSION), S(XOPEN_XCU_VERSION), S(XOPEN_XPG2), S(XOPEN_XPG3), S(XOPEN_XPG4), {0}
};
#define P(n) {"PC_" #n, _PC_##n}
static const Conf pathconf_table[] = { P(ALLOC_SIZE_MIN), P(ASYNC_IO), P(CHOWN_RESTRICTED), P(FILESIZEBITS), P(LINK_MAX), P(MAX_CANON), P(MAX_INPUT), P(NAME_MAX), P(NO_TRUNC), P(PATH_MAX), P(PIPE_BUF), P(PRIO_IO), P(REC_INCR_XFER_SIZE), P(REC_MAX_XFER_SIZE), P(REC_MIN_XFER_SIZE), P(REC_XFER_ALIGN), P(SOCK_MAXBUF), P(SYMLINK_MAX), P(SYNC_IO), P(VDISABLE), {0} };
#define C(n) {"CS_" #n, _CS_##n}
static const Conf confstr_table[] = {
    C(GNU_LIBC_VERSION), C(GNU_LIBPTHREAD_VERSION), C(LFS64_CFLAGS), C(LFS64_LDFLAGS), C(LFS64_LIBS), C(LFS64_LINTFLAGS), C(LFS_CFLAGS), C(LFS_LDFLAGS), C(LFS_LIBS), C(LFS_LINTFLAGS), C(PATH), C(XBS5_ILP32_OFF32_CFLAGS), C(XBS5_ILP32_OFF32_LDFLAGS), C(XBS5_ILP32_OFF32_LIBS), C(XBS5_ILP32_OFF32_LINTFLAGS), C(XBS5_ILP32_OFFBIG_CFLAGS), C(XBS5_ILP32_OFFBIG_LDFLAGS),
    C(XBS5_ILP32_OFFBIG_LIBS), C(XBS5_ILP32_OFFBIG_LINTFLAGS), C(XBS5_LP64_OFF64_CFLAGS), C(XBS5_LP64_OFF64_LDFLAGS), C(XBS5_LP64_OFF64_LIBS), C(XBS5_LP64_OFF64_LINTFLAGS), C(XBS5_LPBIG_OFFBIG_CFLAGS), C(XBS5_LPBIG_OFFBIG_LDFLAGS), C(XBS5_LPBIG_OFFBIG_LIBS), C(XBS5_LPBIG_OFFBIG_LINTFLAGS), {0}
};
static int conf_arg(Thread *th, Value v, const Conf *table, int *out) {
    if (value_is_int(v)) return int_arg(th, v, out);
    if (!value_is_str(v)) {
        raise_type_error(th, "configuration names must be strings or integers");
        return -1;
    }
    for (; table->name; table++)
        if (str_equal_cstr(v, table->name)) {
            *out = table->value;
            return 0;
        }
    raise_value_error(th, "unrecognized configuration name");
    return -1;
}
static Value posix_fn_sysconf(Thread *th, Value self, Value *a) {
    int name;
    if (conf_arg(th, a[0], sysconf_table, &name) < 0) return NO_VALUE;
    errno = 0;
    long r = sysconf(name);
    return r == -1 && errno ? posix_error(th, errno) : int_from_i64(th, r);
}
static Value posix_fn_confstr(Thread *th, Value self, Value *a) {
    int name;
    if (conf_arg(th, a[0], confstr_table, &name) < 0) return NO_VALUE;
    char buf[1024];
    errno = 0;
    size_t n = confstr(name, buf, sizeof buf);
    if (!n) return errno ? posix_error(th, errno) : VALUE_NONE;
    return str_from_fs(th, buf, (n > sizeof buf ? sizeof buf : n) - 1);
}
static Value posix_fn_fpathconf(Thread *th, Value self, Value *a) {
    int fd, name;
    if (fd_arg(th, a[0], &fd) < 0 || conf_arg(th, a[1], pathconf_table, &name) < 0) return NO_VALUE;
    errno = 0;
    long r = fpathconf(fd, name);
    return r == -1 && errno ? posix_error(th, errno) : int_from_i64(th, r);
}
static Value posix_fn_pathconf(Thread *th, Value self, Value *a) {
    int name;
    PathArg p;
    if (conf_arg(th, a[1], pathconf_table, &name) < 0 || path_arg(th, a[0], &p, "pathconf", "path", PATH_FD) < 0) return NO_VALUE;
    long r;
    int err;
    BLOCKING_BEGIN(th);
    errno = 0;
    r = p.p ? pathconf(p.p, name) : fpathconf(p.fd, name);
    err = errno;
    BLOCKING_END;
    Value v = r == -1 && err ? path_error(th, err, &p) : int_from_i64(th, r);
    path_done(th, &p);
    return v;
}
static int add_names(Thread *th, Value m, const char *name, const Conf *table) {
    Value d = dict_new(th);
    for (; d && table->name; table++)
        if (dict_set_str(th, AS(Dict, d), table->name, value_imm_int(table->value)) < 0) clear_ref(th, &d);
    return module_add(th, m, name, d);
}

#define D(n, sig, doc) {#n, sig, posix_fn_##n, doc}
const MethodDef posix_info_fns[] = {
    D(getpid, "()", "Return the current process id."), D(getppid, "()", "Return the parent's process id."), D(getuid, "()", "Return the current process's user id."), D(geteuid, "()", "Return the current process's effective user id."), D(getgid, "()", "Return the current process's group id."), D(getegid, "()", "Return the current process's effective group id."),
    D(getpgrp, "()", "Return the current process group id."), D(setuid, "(uid, /)", "Set the current process's user id."), D(seteuid, "(euid, /)", "Set the current process's effective user id."), D(setgid, "(gid, /)", "Set the current process's group id."), D(setegid, "(egid, /)", "Set the current process's effective group id."),
    D(setreuid, "(ruid, euid, /)", "Set the current process's real and effective user ids."), D(setregid, "(rgid, egid, /)", "Set the current process's real and effective group ids."), D(setresuid, "(ruid, euid, suid, /)", "Set the current process's real, effective, and saved user ids."), D(setresgid, "(rgid, egid, sgid, /)", "Set the current process's real, effective, and saved group ids."),
    D(getresuid, "()", "Return a tuple of the current process's real, effective, and saved user ids."), D(getresgid, "()", "Return a tuple of the current process's real, effective, and saved group ids."), D(getpgid, "(pid)", "Call the system call getpgid(), and return the result."), D(setpgid, "(pid, pgrp, /)", "Call the system call setpgid(pid, pgrp)."), D(setpgrp, "()", "Make the current process the leader of its process group."),
    D(getsid, "(pid, /)", "Call the system call getsid(pid) and return the result."), D(setsid, "()", "Call the system call setsid()."), D(getpriority, "(which, who)", "Return program scheduling priority."), D(setpriority, "(which, who, priority)", "Set program scheduling priority."), D(nice, "(increment, /)", "Add increment to the priority of process and return the new priority."),
    D(sched_get_priority_max, "(policy)", "Get the maximum scheduling priority for policy."), D(sched_get_priority_min, "(policy)", "Get the minimum scheduling priority for policy."), D(sched_getscheduler, "(pid, /)", "Get the scheduling policy for the process identified by pid."), D(sched_setscheduler, "(pid, policy, param, /)", "Set the scheduling policy for the process identified by pid."),
    D(sched_getparam, "(pid, /)", "Returns scheduling parameters for the process identified by pid."), D(sched_setparam, "(pid, param, /)", "Set scheduling parameters for the process identified by pid."), D(sched_rr_get_interval, "(pid, /)", "Return the round-robin quantum for the process identified by pid, in seconds."), D(sched_yield, "()", "Voluntarily relinquish the CPU."),
    D(sched_getaffinity, "(pid, /)", "Return the affinity of the process identified by pid (or the current process if zero)."), D(sched_setaffinity, "(pid, mask, /)", "Set the CPU affinity of the process identified by pid to mask."), D(unshare, "(flags)", "Disassociate parts of a process (or thread) execution context."), D(setns, "(fd, nstype=0)", "Move the calling thread into different namespaces."),
    D(cpu_count, "()", "Return the number of logical CPUs in the system."), D(getloadavg, "()", "Return average recent system load information."), D(getlogin, "()", "Return the actual login name."), D(getgroups, "()", "Return list of supplemental group IDs for the process."), D(setgroups, "(groups, /)", "Set the groups of the current process to list."), D(getgrouplist, "(user, group, /)", "Returns a list of groups to which a user belongs."),
    D(initgroups, "(username, gid, /)", "Initialize the group access list."), D(uname, "()", "Return an object identifying the current operating system."), D(times, "()", "Return a collection containing process timing information."), D(get_terminal_size, "(fd=<unrepresentable>, /)", "Return the size of the terminal window as (columns, lines)."), D(urandom, "(size, /)", "Return a bytes object containing random bytes suitable for cryptographic use."),
    D(getrandom, "(size, flags=0)", "Obtain a series of random bytes."), D(ctermid, "()", "Return the name of the controlling terminal for this process."), D(sync, "()", "Force write of everything to disk."), D(sysconf, "(name, /)", "Return an integer-valued system configuration variable."), D(confstr, "(name, /)", "Return a string-valued system configuration variable."),
    D(fpathconf, "(fd, name, /)", "Return the configuration limit name for the file descriptor fd."), D(pathconf, "(path, name)", "Return the configuration limit name for the file or directory path."), {0}
};

int posix_info_init(Thread *th, Value m) {
    static const StructSeqField un[] = {{"sysname", "operating system name"}, {"nodename", "name of machine on network (implementation-defined)"}, {"release", "operating system release"}, {"version", "operating system version"}, {"machine", "hardware identifier"}, {0}};
    static const StructSeqField tm[] = {{"user", "user time"}, {"system", "system time"}, {"children_user", "user time of children"}, {"children_system", "system time of children"}, {"elapsed", "elapsed time since an arbitrary point in the past"}, {0}};
    static const StructSeqField ts[] = {{"columns", "width of the terminal window in characters"}, {"lines", "height of the terminal window in characters"}, {0}};
    static const StructSeqField sp[] = {{"sched_priority", "the scheduling priority"}, {0}};
    struct { Value *where; const char *name, *attr; const StructSeqField *f; size_t n; const char *doc; NewFn new_; } rows[] = {
        {&uname_type, "posix.uname_result", "uname_result", un, 5}, {&times_type, "posix.times_result", "times_result", tm, 5}, {&terminal_size_type, "os.terminal_size", "terminal_size", ts, 2}, {&sched_param_type, "posix.sched_param", "sched_param", sp, 1,
         "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.", sched_param_new},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *rows[i].where = structseq_type(th, rows[i].name, rows[i].doc, rows[i].f, rows[i].n);
        if (!*rows[i].where) return -1;
        if (rows[i].new_ && structseq_override(th, *rows[i].where, rows[i].new_, sched_param_methods)) return -1;
        gc_add_root(rows[i].where);
        if (module_add(th, m, rows[i].attr, new_ref(th, *rows[i].where)) < 0) return -1;
    }
    return add_names(th, m, "sysconf_names", sysconf_table) < 0 || add_names(th, m, "pathconf_names", pathconf_table) < 0 || add_names(th, m, "confstr_names", confstr_table) < 0 ? -1 : 0;
}
