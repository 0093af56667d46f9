// SPDX-License-Identifier: MIT
// The module resource: limits and usage of resources. No state but the struct sequence type.
#include <errno.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "stdlib/sys/sys.h"

static Value rusage_type;

static Value limit_value(Thread *th, rlim_t r) { return r == RLIM_INFINITY ? value_imm_int(-1) : int_from_u64(th, r); }
static Value limits_pair(Thread *th, const struct rlimit *r) {
    Value a = limit_value(th, r->rlim_cur), b = a ? limit_value(th, r->rlim_max) : NO_VALUE;
    Value t = b ? tuple_pack2(th, a, b) : NO_VALUE;
    decref(th, a);
    decref(th, b);
    return t;
}
static int which_arg(Thread *th, Value v, int *which) {
    if (number_as_int(th, v, which)) return -1;
    if (*which >= 0 && *which < RLIM_NLIMITS) return 0;
    raise_value_error(th, "invalid resource specified");
    return -1;
}
static int limit_arg(Thread *th, Value v, rlim_t *r) {
    Value i = number_index(th, v);
    if (!i) return -1;
    int64_t n;
    uint64_t u;
    int bad = 0;
    if (int_as_i64_overflow(i, &n) == 0 && n == -1) *r = RLIM_INFINITY;
    else if (int_sign(i) < 0) {
        raise_value_error(th, "Cannot convert negative int");
        bad = -1;
    } else if (!(bad = int_as_u64(th, i, &u))) *r = u;
    else if (error_clear_if(th, &exc_OverflowError)) raise_error(th, &exc_OverflowError, "Python int too large to convert to C rlim_t");
    decref(th, i);
    return bad;
}
static int limits_arg(Thread *th, Value v, struct rlimit *r) {
    Value t = sequence_to_tuple(th, v);
    if (!t) return -1;
    int bad = -1;
    if (AS(Tuple, t)->len != 2) raise_value_error(th, "expected a tuple of 2 integers");
    else bad = limit_arg(th, AS(Tuple, t)->items[0], &r->rlim_cur) || limit_arg(th, AS(Tuple, t)->items[1], &r->rlim_max) ? -1 : 0;
    decref(th, t);
    return bad;
}
static Value set_failed(Thread *th) {
    if (errno == EINVAL) return raise_value_error(th, "current limit exceeds maximum limit");
    if (errno == EPERM) return raise_value_error(th, "not allowed to raise maximum limit");
    return raise_errno(th, errno, NO_VALUE, NO_VALUE);
}

static Value resource_fn_getrlimit(Thread *th, Value self, Value *args) {
    int which;
    struct rlimit r;
    if (which_arg(th, args[0], &which)) return NO_VALUE;
    if (getrlimit((__rlimit_resource_t)which, &r)) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return limits_pair(th, &r);
}
static Value resource_fn_setrlimit(Thread *th, Value self, Value *args) {
    int which;
    struct rlimit r;
    if (which_arg(th, args[0], &which) || sys_audit(th, "resource.setrlimit", 2, args[0], args[1]) || limits_arg(th, args[1], &r)) return NO_VALUE;
    return setrlimit((__rlimit_resource_t)which, &r) ? set_failed(th) : VALUE_NONE;
}
static Value resource_fn_prlimit(Thread *th, Value self, Value *args) {
    int which, pid;
    struct rlimit now, old;
    if (number_as_int(th, args[0], &pid) || which_arg(th, args[1], &which)) return NO_VALUE;
    bool set = args[2] && args[2] != VALUE_NONE;
    if (sys_audit(th, "resource.prlimit", 3, args[0], args[1], set ? args[2] : VALUE_NONE) || (set && limits_arg(th, args[2], &now))) return NO_VALUE;
    if (prlimit(pid, (__rlimit_resource_t)which, set ? &now : NULL, &old)) return errno == EINVAL ? set_failed(th) : raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return limits_pair(th, &old);
}
static Value seconds(Thread *th, struct timeval t) { return float_from_double(th, (double)t.tv_sec + (double)t.tv_usec * 1e-6); }
static Value resource_fn_getrusage(Thread *th, Value self, Value *args) {
    int who;
    struct rusage u;
    if (number_as_int(th, args[0], &who)) return NO_VALUE;
    if (getrusage((__rusage_who_t)who, &u)) return errno == EINVAL ? raise_value_error(th, "invalid who parameter") : raise_errno(th, errno, NO_VALUE, NO_VALUE);
    Value v[16] = {seconds(th, u.ru_utime), seconds(th, u.ru_stime)};
    const long n[14] = {u.ru_maxrss, u.ru_ixrss, u.ru_idrss, u.ru_isrss, u.ru_minflt, u.ru_majflt, u.ru_nswap, u.ru_inblock, u.ru_oublock, u.ru_msgsnd, u.ru_msgrcv, u.ru_nsignals, u.ru_nvcsw, u.ru_nivcsw};
    for (int i = 0; i < 14; i++) v[i + 2] = int_from_i64(th, n[i]);
    return structseq_new(th, rusage_type, v, 16);
}
static Value resource_fn_getpagesize(Thread *th, Value self, Value *args) { return value_imm_int(sysconf(_SC_PAGESIZE)); }

static const MethodDef resource_fns[] = {
    {"getrusage", "(who, /)", resource_fn_getrusage, "What the process, its children or this thread used."},
    {"getrlimit", "(resource, /)", resource_fn_getrlimit, "Soft and hard limit of a resource."},
    {"prlimit", "(pid, resource, limits=None, /)", resource_fn_prlimit, "Limits of a process, and sets new ones."},
    {"setrlimit", "(resource, limits, /)", resource_fn_setrlimit, "Sets soft and hard limit of a resource."},
    {"getpagesize", "()", resource_fn_getpagesize, "Bytes of a page."},
    {0}
};
static int resource_exec(Thread *th, Value m) {
    if (!rusage_type) {
        static const StructSeqField fields[] = {{"ru_utime", "user time used"}, {"ru_stime", "system time used"}, {"ru_maxrss", "max. resident set size"}, {"ru_ixrss", "shared memory size"},
            {"ru_idrss", "unshared data size"}, {"ru_isrss", "unshared stack size"}, {"ru_minflt", "page faults not requiring I/O"}, {"ru_majflt", "page faults requiring I/O"},
            {"ru_nswap", "number of swap outs"}, {"ru_inblock", "block input operations"}, {"ru_oublock", "block output operations"}, {"ru_msgsnd", "IPC messages sent"},
            {"ru_msgrcv", "IPC messages received"}, {"ru_nsignals", "signals received"}, {"ru_nvcsw", "voluntary context switches"}, {"ru_nivcsw", "involuntary context switches"}, {0}};
        gc_add_root(&rusage_type);
        if (!(rusage_type = structseq_type(th, "resource.struct_rusage", "struct_rusage: Result from getrusage.", fields, 16))) return -1;
    }
    static const struct { const char *name; int64_t value; } rows[] = {
        {"RLIMIT_CPU", RLIMIT_CPU}, {"RLIMIT_FSIZE", RLIMIT_FSIZE}, {"RLIMIT_DATA", RLIMIT_DATA}, {"RLIMIT_STACK", RLIMIT_STACK}, {"RLIMIT_CORE", RLIMIT_CORE}, {"RLIMIT_NOFILE", RLIMIT_NOFILE},
        {"RLIMIT_OFILE", RLIMIT_OFILE}, {"RLIMIT_AS", RLIMIT_AS}, {"RLIMIT_RSS", RLIMIT_RSS}, {"RLIMIT_NPROC", RLIMIT_NPROC}, {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
        {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE}, {"RLIMIT_NICE", RLIMIT_NICE}, {"RLIMIT_RTPRIO", RLIMIT_RTPRIO}, {"RLIMIT_RTTIME", RLIMIT_RTTIME}, {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
        {"RLIM_INFINITY", -1}, {"RUSAGE_SELF", RUSAGE_SELF}, {"RUSAGE_CHILDREN", RUSAGE_CHILDREN}, {"RUSAGE_THREAD", RUSAGE_THREAD}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (module_add_int(th, m, rows[i].name, rows[i].value)) return -1;
    return module_add(th, m, "error", new_ref(th, VALUE_OF(&exc_OSError))) || module_add(th, m, "struct_rusage", new_ref(th, rusage_type)) ? -1 : 0;
}
const ModuleDef module_resource = { "resource", "Limits and usage of resources.", resource_fns, resource_exec };
