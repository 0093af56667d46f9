// SPDX-License-Identifier: MIT
// The module faulthandler: tracebacks written by C code with nothing but write(2), from signal handlers and from a watchdog thread. Frames of running
// threads are read as they are; a line of a moving thread may be wrong. State is set by Python functions and read by handlers; the watchdog's
// request is under watch_mu.
#include "core/code/code.h"
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/vm/frame.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "sched/thread/signals.h"
#include "stdlib/faulthandler.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_FRAMES = 100, MAX_THREADS = 100, MAX_TEXT = 500, MAX_C_FRAMES = 32 };

// ---- writing ---------------------------------------------------------------------------------------------------------------------------

static void put_bytes(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0) {
            if (errno == EINTR) continue;
            return;
        }
        p += w;
        n -= (size_t)w;
    }
}
static void put(int fd, const char *s) { put_bytes(fd, s, strlen(s)); }
static void put_number(int fd, uint64_t v, unsigned base, int width) {
    char buf[24], *p = buf + sizeof buf;
    int n = 0;
    do {
        *--p = "0123456789abcdef"[v % base];
        v /= base;
        n++;
    } while (v || n < width);
    put_bytes(fd, p, (size_t)n);
}
static void put_str(int fd, Value v) {
    if (!value_is_object(v) || !value_is_str(v)) {
        put(fd, "???");
        return;
    }
    const Str *s = AS(Str, v);
    size_t n = s->len > MAX_TEXT ? MAX_TEXT : s->len;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = str_char_at(s, i);
        if (c >= ' ' && c < 127) {
            char ch = (char)c;
            put_bytes(fd, &ch, 1);
        } else {
            put(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
            put_number(fd, c, 16, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
        }
    }
    if (n < s->len) put(fd, "...");
}

static void dump_frames(int fd, Thread *t) {
    Frame *f = t ? atomic_load_relaxed(&t->frame) : NULL;
    if (!f) {
        put(fd, "  <no Python frame>\n");
        return;
    }
    for (int n = 0; f; f = f->back, n++) {
        if (n == MAX_FRAMES) {
            put(fd, "  ...\n");
            return;
        }
        const Code *c = f->code;
        if (!c) continue;
        put(fd, "  File ");
        if (value_is_object(c->filename)) {
            put(fd, "\"");
            put_str(fd, c->filename);
            put(fd, "\"");
        } else {
            put(fd, "???");
        }
        put(fd, ", line ");
        int line = frame_lineno(f);
        if (line > 0) put_number(fd, (uint64_t)line, 10, 1);
        else put(fd, "???");
        put(fd, " in ");
        put_str(fd, c->name);
        put(fd, "\n");
    }
}

static void dump_one(int fd, Thread *t, bool current) {
    put(fd, current ? "Current thread 0x" : "Thread 0x");
    put_number(fd, t->ident, 16, 16);
    char name[32] = "";
    if (atomic_load_relaxed(&t->in_use) && pthread_getname_np((pthread_t)t->ident, name, sizeof name) == 0 && name[0]) {
        put(fd, " [");
        put(fd, name);
        put(fd, "]");
    }
    put(fd, " (most recent call first):\n");
    dump_frames(fd, t);
}

void faulthandler_dump(int fd, bool all_threads, Thread *current) {
    if (!all_threads) {
        put(fd, "Stack (most recent call first):\n");
        dump_frames(fd, current);
        return;
    }
    // Newest first, as they are listed; the list only grows at its head, so it may be walked without a lock.
    int n = 0;
    for (Thread *t = atomic_load_acquire(&thread_list); t; t = t->next) {
        if (!atomic_load_relaxed(&t->in_use)) continue;
        if (n) put(fd, "\n");
        if (n++ == MAX_THREADS) {
            put(fd, "...\n");
            return;
        }
        dump_one(fd, t, t == current);
    }
}

static void dump_c_stack(int fd) {
    put(fd, "Current thread's C stack trace (most recent call first):\n");
    void *pc[MAX_C_FRAMES];
    int n = backtrace(pc, MAX_C_FRAMES);
    for (int i = 0; i < n; i++) {
        Dl_info info;
        put(fd, "  ");
        bool known = dladdr(pc[i], &info) != 0 && info.dli_fname;
        put(fd, known ? "Binary file \"" : "<unknown>");
        if (known) {
            put(fd, info.dli_fname);
            put(fd, "\"");
            if (info.dli_sname) {
                put(fd, ", at ");
                put(fd, info.dli_sname);
                put(fd, "+0x");
                put_number(fd, (uint64_t)((char *)pc[i] - (char *)info.dli_saddr), 16, 1);
            }
        }
        put(fd, " [0x");
        put_number(fd, (uint64_t)(uintptr_t)pc[i], 16, 1);
        put(fd, "]\n");
    }
    if (n == MAX_C_FRAMES) put(fd, "  <truncated rest of calls>\n");
}

// ---- fatal signals ---------------------------------------------------------------------------------------------------------------------

typedef struct Fault { int sig; const char *name; bool enabled; struct sigaction old; } Fault;
static Fault faults[] = { {SIGBUS, "Bus error", 0, {{0}}}, {SIGILL, "Illegal instruction", 0, {{0}}}, {SIGFPE, "Floating-point exception", 0, {{0}}},
                          {SIGABRT, "Aborted", 0, {{0}}}, {SIGSEGV, "Segmentation fault", 0, {{0}}} };
static struct { bool enabled, all_threads; int fd; Value file; } fatal = { .fd = -1 };

static void fault_restore(Fault *f) {
    if (!f->enabled) return;
    f->enabled = false;
    sigaction(f->sig, &f->old, NULL);
}

static void fault_handler(int sig) {
    int saved = errno;
    if (!fatal.enabled) return;
    Fault *f = faults;
    while (f < faults + ARRAY_LEN(faults) - 1 && f->sig != sig) f++;
    fault_restore(f);
    put(fatal.fd, "Fatal Python error: ");
    put(fatal.fd, f->name);
    put(fatal.fd, "\n\n");
    static volatile sig_atomic_t again;
    if (!again) {
        again = 1;
        faulthandler_dump(fatal.fd, fatal.all_threads, thread_current());
        put(fatal.fd, "\n");
        dump_c_stack(fatal.fd);
        again = 0;
    }
    errno = saved;
    raise(sig);
}

static void *alt_stack;
static int fatal_enable(void) {
    if (!alt_stack) {
        // A stack overflow leaves no room for its own report.
        stack_t ss = { .ss_size = 64 << 10 };
        ss.ss_sp = alt_stack = malloc(ss.ss_size);
        if (alt_stack) sigaltstack(&ss, NULL);
    }
    fatal.enabled = true;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        Fault *f = &faults[i];
        if (f->enabled) continue;
        struct sigaction sa = { .sa_handler = fault_handler, .sa_flags = SA_NODEFER | SA_ONSTACK };
        sigemptyset(&sa.sa_mask);
        if (sigaction(f->sig, &sa, &f->old)) return -1;
        f->enabled = true;
    }
    return 0;
}

int faulthandler_enable_fd(int fd) {
    fatal.fd = fd;
    fatal.all_threads = true;
    return fatal_enable();
}

// ---- arguments -------------------------------------------------------------------------------------------------------------------------

// The descriptor of a file argument (NO_VALUE: sys.stderr), and the object to keep alive for it. -1 with the exception set.
static int file_fd(Thread *th, Value file, Value *keep) {
    *keep = NO_VALUE;
    if (!file || file == VALUE_NONE) {
        Value sys = import_module(th, "sys");
        file = sys ? object_getattr_cstr(th, sys, "stderr") : NO_VALUE;
        decref(th, sys);
        if (!file) {
            raise_error(th, &exc_RuntimeError, "unable to get sys.stderr");
            return -1;
        }
        if (file == VALUE_NONE) {
            raise_error(th, &exc_RuntimeError, "sys.stderr is None");
            return -1;
        }
    } else if (value_is_int(file)) {
        int fd;
        if (number_as_int(th, file, &fd)) return -1;
        if (fd < 0) raise_value_error(th, "file is not a valid file descriptor");
        return fd < 0 ? -1 : fd;
    } else {
        incref(th, file);
    }
    Value r = call_method0(th, file, name_fileno);
    int64_t fd = -1;
    if (!r) {
        decref(th, file);
        return -1;
    }
    if (!value_is_int(r) || int_as_i64_overflow(r, &fd) || fd < 0 || fd > INT32_MAX) {
        decref(th, r);
        decref(th, file);
        raise_error(th, &exc_RuntimeError, "file.fileno() is not a valid file descriptor");
        return -1;
    }
    decref(th, r);
    r = call_method0(th, file, name_flush);
    if (!r) error_clear(th);
    decref(th, r);
    *keep = file;
    return (int)fd;
}

static int truth_or(Thread *th, Value v, int dflt) { return v ? object_truth(th, v) : dflt; }

static Value fh_fn_enable(Thread *th, Value self, Value *args) {
    Value keep;
    int all = truth_or(th, args[1], 1);
    if (all < 0) return NO_VALUE;
    int fd = file_fd(th, args[0], &keep);
    if (fd < 0) return NO_VALUE;
    set_ref(th, &fatal.file, keep);
    fatal.fd = fd;
    fatal.all_threads = all;
    if (fatal_enable()) return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    return VALUE_NONE;
}
static Value fh_fn_disable(Thread *th, Value self, Value *args) {
    bool was = fatal.enabled;
    fatal.enabled = false;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) fault_restore(&faults[i]);
    clear_ref(th, &fatal.file);
    return value_bool(was);
}
static Value fh_fn_is_enabled(Thread *th, Value self, Value *args) { return value_bool(fatal.enabled); }

static Value fh_fn_dump_traceback(Thread *th, Value self, Value *args) {
    Value keep;
    int all = truth_or(th, args[1], 1);
    if (all < 0) return NO_VALUE;
    int fd = file_fd(th, args[0], &keep);
    if (fd < 0) return NO_VALUE;
    faulthandler_dump(fd, all, th);
    decref(th, keep);
    return VALUE_NONE;
}
static Value fh_fn_dump_c_stack(Thread *th, Value self, Value *args) {
    Value keep;
    int fd = file_fd(th, args[0], &keep);
    if (fd < 0) return NO_VALUE;
    dump_c_stack(fd);
    decref(th, keep);
    return VALUE_NONE;
}

// ---- watchdog --------------------------------------------------------------------------------------------------------------------------

static pthread_mutex_t watch_mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t watch_cond = PTHREAD_COND_INITIALIZER;
static struct { bool on, repeat, exit; int fd; int64_t ns; uint64_t number; char head[64]; } watch; // [l watch_mu]
static Value watch_file;

// In a forked child there is no watching thread, and it may have held the lock.
static void watch_after_fork(void) {
    pthread_mutex_init(&watch_mu, NULL);
    pthread_cond_init(&watch_cond, NULL);
    watch.on = false;
}
__attribute__((constructor)) static void watch_load(void) { pthread_atfork(NULL, NULL, watch_after_fork); }

static void *watch_main(void *arg) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    uint64_t mine = (uint64_t)(uintptr_t)arg;
    pthread_mutex_lock(&watch_mu);
    while (watch.on && watch.number == mine) {
        struct timespec ts;
        clock_gettime(CLOCK_REALTIME, &ts);
        int64_t at = ts.tv_nsec + watch.ns % 1000000000;
        ts.tv_sec += watch.ns / 1000000000 + at / 1000000000;
        ts.tv_nsec = at % 1000000000;
        int r = 0;
        while (watch.on && watch.number == mine && r != ETIMEDOUT) r = pthread_cond_timedwait(&watch_cond, &watch_mu, &ts);
        if (!watch.on || watch.number != mine) break;
        put(watch.fd, watch.head);
        faulthandler_dump(watch.fd, true, NULL);
        if (watch.exit) _exit(1);
        if (!watch.repeat) watch.on = false;
    }
    pthread_mutex_unlock(&watch_mu);
    return NULL;
}
static void watch_cancel(void) {
    pthread_mutex_lock(&watch_mu);
    watch.on = false;
    pthread_cond_broadcast(&watch_cond);
    pthread_mutex_unlock(&watch_mu);
}
static Value fh_fn_dump_traceback_later(Thread *th, Value self, Value *args) {
    double sec;
    if (!value_is_float(args[0]) && !index_check(args[0]))
        return raise_type_error(th, "'%T' object cannot be interpreted as an integer or float", args[0]);
    if (number_as_double(th, args[0], &sec)) return NO_VALUE;
    if (isnan(sec)) return raise_value_error(th, "Invalid value NaN (not a number)");
    if (sec <= 0) return raise_value_error(th, "timeout must be greater than 0");
    if (sec > 9223372036.0) return raise_error(th, &exc_OverflowError, "timeout value is too large");
    int repeat = truth_or(th, args[1], 0), quit = truth_or(th, args[3], 0);
    if (repeat < 0 || quit < 0) return NO_VALUE;
    Value keep;
    int fd = file_fd(th, args[2], &keep);
    if (fd < 0) return NO_VALUE;
    watch_cancel();
    set_ref(th, &watch_file, keep);
    pthread_mutex_lock(&watch_mu);
    watch.ns = (int64_t)ceil(sec * 1e9);
    watch.fd = fd;
    watch.repeat = repeat;
    watch.exit = quit;
    watch.on = true;
    watch.number++;
    unsigned long us = (unsigned long)(watch.ns / 1000), s = us / 1000000;
    us %= 1000000;
    if (us) snprintf(watch.head, sizeof watch.head, "Timeout (%lu:%02lu:%02lu.%06lu)!\n", s / 3600, s / 60 % 60, s % 60, us);
    else snprintf(watch.head, sizeof watch.head, "Timeout (%lu:%02lu:%02lu)!\n", s / 3600, s / 60 % 60, s % 60);
    pthread_t t;
    pthread_attr_t a;
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    int err = pthread_create(&t, &a, watch_main, (void *)(uintptr_t)watch.number);
    pthread_attr_destroy(&a);
    if (err) watch.on = false;
    pthread_mutex_unlock(&watch_mu);
    return err ? raise_error(th, &exc_RuntimeError, "unable to start watchdog thread") : VALUE_NONE;
}
static Value fh_fn_cancel_dump_traceback_later(Thread *th, Value self, Value *args) {
    watch_cancel();
    clear_ref(th, &watch_file);
    return VALUE_NONE;
}

// ---- user signals ----------------------------------------------------------------------------------------------------------------------

typedef struct UserSignal { bool enabled, all_threads, chain; int fd; Value file; struct sigaction old; } UserSignal;
static UserSignal users[SIGNAL_COUNT];

static int user_install(int sig, UserSignal *u);
static void user_handler(int sig) {
    UserSignal *u = &users[sig];
    if (!u->enabled) return;
    int saved = errno;
    faulthandler_dump(u->fd, u->all_threads, thread_current());
    if (u->chain) {
        sigaction(sig, &u->old, NULL);
        errno = saved;
        raise(sig);
        user_install(sig, u);
    }
    errno = saved;
}
static int user_install(int sig, UserSignal *u) {
    struct sigaction sa = { .sa_handler = user_handler, .sa_flags = SA_ONSTACK | (u->chain ? SA_NODEFER : SA_RESTART) }, old;
    sigemptyset(&sa.sa_mask);
    if (sigaction(sig, &sa, &old)) return -1;
    if (old.sa_handler != user_handler) u->old = old;
    return 0;
}
static int user_signal(Thread *th, Value v) {
    int sig;
    if (number_as_int(th, v, &sig)) return -1;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        if (faults[i].sig == sig) {
            raise_error(th, &exc_RuntimeError, "signal %d cannot be registered, use enable() instead", sig);
            return -1;
        }
    if (sig < 1 || sig >= SIGNAL_COUNT) {
        raise_value_error(th, "signal number out of range");
        return -1;
    }
    return sig;
}
static Value fh_fn_register(Thread *th, Value self, Value *args) {
    int sig = user_signal(th, args[0]);
    if (sig < 0) return NO_VALUE;
    int all = truth_or(th, args[2], 1), chain = truth_or(th, args[3], 0);
    if (all < 0 || chain < 0) return NO_VALUE;
    Value keep;
    int fd = file_fd(th, args[1], &keep);
    if (fd < 0) return NO_VALUE;
    UserSignal *u = &users[sig];
    bool was_chain = u->chain;
    u->chain = chain;
    if ((!u->enabled || was_chain != (bool)chain) && user_install(sig, u)) {
        decref(th, keep);
        return raise_errno(th, errno, NO_VALUE, NO_VALUE);
    }
    set_ref(th, &u->file, keep);
    u->fd = fd;
    u->all_threads = all;
    u->enabled = true;
    return VALUE_NONE;
}
static Value fh_fn_unregister(Thread *th, Value self, Value *args) {
    int sig = user_signal(th, args[0]);
    if (sig < 0) return NO_VALUE;
    UserSignal *u = &users[sig];
    if (!u->enabled) return VALUE_FALSE;
    u->enabled = false;
    sigaction(sig, &u->old, NULL);
    clear_ref(th, &u->file);
    u->fd = -1;
    return VALUE_TRUE;
}

// ---- for tests -------------------------------------------------------------------------------------------------------------------------

static void no_core(void) {
    struct rlimit rl;
    if (getrlimit(RLIMIT_CORE, &rl) == 0) {
        rl.rlim_cur = 0;
        setrlimit(RLIMIT_CORE, &rl);
    }
}
static Value fh_fn_sigsegv(Thread *th, Value self, Value *args) {
    no_core();
    raise(SIGSEGV);
    return VALUE_NONE;
}
static Value fh_fn_sigfpe(Thread *th, Value self, Value *args) {
    no_core();
    raise(SIGFPE);
    return VALUE_NONE;
}
static Value fh_fn_sigabrt(Thread *th, Value self, Value *args) {
    no_core();
    abort();
}
static Value fh_fn_read_null(Thread *th, Value self, Value *args) {
    no_core();
    volatile int *p = NULL;
    __asm__("" : "+r"(p));
    return value_imm_int(*p);
}
static NOINLINE uintptr_t overflow(volatile char *above, int depth) {
    volatile char pad[4096];
    pad[0] = (char)depth;
    if (depth < 0) return 0;    // never: the stack ends first
    return overflow(pad, depth + 1) + (uintptr_t)above[0] + (uintptr_t)pad[0];
}
static Value fh_fn_stack_overflow(Thread *th, Value self, Value *args) {
    no_core();
    char c = 0;
    return value_imm_int((int64_t)(overflow(&c, 1) & 0xFFFF));
}

static const MethodDef fh_fns[] = {
    {"enable", "(file=sys.stderr, all_threads=True)", fh_fn_enable, "Enable the fault handler."},
    {"disable", "()", fh_fn_disable, "Disable the fault handler."},
    {"is_enabled", "()", fh_fn_is_enabled, "Check if the handler is enabled."},
    {"dump_traceback", "(file=sys.stderr, all_threads=True)", fh_fn_dump_traceback, "Dump the traceback of the current thread, or of all threads if all_threads is True, into file."},
    {"dump_c_stack", "(file=sys.stderr)", fh_fn_dump_c_stack, "Dump the C stack of the current thread."},
    {"dump_traceback_later", "(timeout, repeat=False, file=sys.stderr, exit=False)", fh_fn_dump_traceback_later, "Dump the traceback of all threads in timeout seconds,\nor each timeout seconds if repeat is True. If exit is True, call _exit(1) which is not safe."},
    {"cancel_dump_traceback_later", "()", fh_fn_cancel_dump_traceback_later, "Cancel the previous call to dump_traceback_later()."},
    {"register", "(signum, file=sys.stderr, all_threads=True, chain=False)", fh_fn_register, "Register a handler for the signal 'signum': dump the traceback of the current thread, or of all threads if all_threads is True, into file."},
    {"unregister", "(signum, /)", fh_fn_unregister, "Unregister the handler of the signal 'signum' registered by register()."},
    {"_read_null", "()", fh_fn_read_null, "Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform."},
    {"_sigsegv", "(release_gil=False, /)", fh_fn_sigsegv, "Raise a SIGSEGV signal."},
    {"_sigabrt", "()", fh_fn_sigabrt, "Raise a SIGABRT signal."},
    {"_sigfpe", "()", fh_fn_sigfpe, "Raise a SIGFPE signal."},
    {"_stack_overflow", "()", fh_fn_stack_overflow, "Recursive call to raise a stack overflow."},
    {0}
};

static void visit_files(VisitFn visit, void *arg) {
    if (fatal.file) visit(fatal.file, arg);
    if (watch_file) visit(watch_file, arg);
    for (int i = 1; i < SIGNAL_COUNT; i++)
        if (users[i].file) visit(users[i].file, arg);
}
static int fh_exec(Thread *th, Value m) {
    static bool rooted;
    if (!rooted) gc_add_root_fn(visit_files);
    rooted = true;
    return 0;
}
const ModuleDef module_faulthandler = { "faulthandler", "faulthandler module.", fh_fns, fh_exec };
