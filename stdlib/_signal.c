// SPDX-License-Identifier: MIT
// The module _signal over sched/thread/signals.h. Python handlers are kept in one table (roots), changed by the main thread only, and run by it
// at safepoints. No locks.
#include "stdlib/_signal.h"
#include "stdlib/sys/sys.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/frame.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"
#include "sched/thread/signals.h"
#include "stdlib/duration.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static Value handlers[SIGNAL_COUNT];  // [main thread] 0, 1 as ints, None (not ours), or a callable; NO_VALUE before init
static Value default_int, itimer_error, siginfo_type;

static Value os_error(Thread *th) { return raise_errno(th, errno, NO_VALUE, NO_VALUE); }

// Runs the Python handlers of all signals that have arrived. 0, or -1 with the exception set.
static int run_handlers(Thread *th) {
    int sig;
    int err = signal_take_wakeup_error();
    if (err) {
        raise_errno(th, err, NO_VALUE, NO_VALUE);
        error_unraisable(th, "Exception ignored when trying to write to the signal wakeup fd", NO_VALUE);
    }
    while ((sig = signal_take())) {
        Value h = handlers[sig];
        if (!h || h == VALUE_NONE || value_is_imm_int(h)) {
            raise_error(th, &exc_OSError, "Signal %d ignored due to race condition", sig);
            error_unraisable(th, "Exception ignored while calling signal handler", NO_VALUE);
            continue;
        }
        incref(th, h);
        Value frame = th->frame ? frame_object(th, th->frame) : VALUE_NONE;
        Value r = frame ? call2(th, h, value_imm_int(sig), frame) : NO_VALUE;
        decref(th, frame);
        decref(th, h);
        if (!r) {
            if (signal_any_pending()) thread_poll_set(th, POLL_SIGNAL);
            return -1;
        }
        decref(th, r);
    }
    return 0;
}

static Value signal_fn_default_int_handler(Thread *th, Value self, Value *args) { return raise_none(th, &exc_KeyboardInterrupt); }

// A signal number in range, or -1 with ValueError.
static int signum(Thread *th, Value v) {
    int sig;
    if (number_as_int(th, v, &sig)) return -1;
    if (sig < 1 || sig >= SIGNAL_COUNT) {
        raise_value_error(th, "signal number out of range");
        return -1;
    }
    return sig;
}

static Value signal_fn_signal(Thread *th, Value self, Value *args) {
    int sig = 0, action;
    if (number_as_int(th, args[0], &sig)) return NO_VALUE;
    if (!th->is_main) return raise_value_error(th, "signal only works in main thread of the main interpreter");
    if (sig < 1 || sig >= SIGNAL_COUNT) return raise_value_error(th, "signal number out of range");
    Value h = args[1];
    if (object_callable(h)) action = SIGNAL_TRIP;
    else {
        int64_t n = -1;
        if (value_is_int(h) && int_as_i64_overflow(h, &n)) n = -1;
        if (n != 0 && n != 1) return raise_type_error(th, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
        action = n ? SIGNAL_IGNORE : SIGNAL_DEFAULT;
        h = value_imm_int(n);
    }
    // Handlers of signals that have arrived run before the change.
    if (signal_any_pending() && run_handlers(th)) return NO_VALUE;
    if (signal_install(sig, action)) return os_error(th);
    Value old = handlers[sig];
    handlers[sig] = new_ref(th, h);
    return old ? old : VALUE_NONE;
}
static Value signal_fn_getsignal(Thread *th, Value self, Value *args) {
    int sig = signum(th, args[0]);
    if (sig < 0) return NO_VALUE;
    return handlers[sig] ? new_ref(th, handlers[sig]) : VALUE_NONE;
}
static Value signal_fn_strsignal(Thread *th, Value self, Value *args) {
    int sig = signum(th, args[0]);
    if (sig < 0) return NO_VALUE;
    errno = 0;
    const char *s = strsignal(sig);
    if (errno || !s || strncmp(s, "Unknown signal", 14) == 0) return VALUE_NONE;
    return str_from_cstr(th, s);
}
static Value signal_fn_alarm(Thread *th, Value self, Value *args) {
    int s;
    if (number_as_int(th, args[0], &s)) return NO_VALUE;
    return value_imm_int((int64_t)alarm((unsigned)s));
}
static Value signal_fn_pause(Thread *th, Value self, Value *args) {
    BLOCKING_BEGIN(th)
    pause();
    BLOCKING_END;
    return thread_safepoint(th) ? NO_VALUE : VALUE_NONE;
}
static Value signal_fn_raise_signal(Thread *th, Value self, Value *args) {
    int sig;
    if (number_as_int(th, args[0], &sig)) return NO_VALUE;
    int r;
    BLOCKING_BEGIN(th)
    r = raise(sig);
    BLOCKING_END;
    if (r) return os_error(th);
    return thread_safepoint(th) ? NO_VALUE : VALUE_NONE;
}
static Value signal_fn_siginterrupt(Thread *th, Value self, Value *args) {
    int sig = signum(th, args[0]);
    if (sig < 0) return NO_VALUE;
    int flag = object_truth(th, args[1]);
    if (flag < 0) return NO_VALUE;
    struct sigaction sa;
    if (sigaction(sig, NULL, &sa)) return os_error(th);
    if (flag) sa.sa_flags &= ~SA_RESTART;
    else sa.sa_flags |= SA_RESTART;
    return sigaction(sig, &sa, NULL) ? os_error(th) : VALUE_NONE;
}

static Value signal_fn_set_wakeup_fd(Thread *th, Value self, Value *args) {
    int fd;
    if (number_as_int(th, args[0], &fd)) return NO_VALUE;
    int warn = args[1] ? object_truth(th, args[1]) : 1;
    if (warn < 0) return NO_VALUE;
    if (!th->is_main) return raise_value_error(th, "set_wakeup_fd only works in main thread of the main interpreter");
    if (fd != -1) {
        struct stat st;
        if (fstat(fd, &st)) return os_error(th);
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0) return os_error(th);
        if (!(flags & O_NONBLOCK)) return raise_value_error(th, "the fd %i must be in non-blocking mode", fd);
    }
    return value_imm_int(signal_set_wakeup_fd(fd, warn));
}

// ---- interval timers -------------------------------------------------------------------------------------------------------------------

static double seconds_of(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }
static int timeval_from(Thread *th, Value v, struct timeval *t) {
    int64_t ns, us;
    t->tv_sec = t->tv_usec = 0;
    if (!v) return 0;
    if (duration_as_ns(th, v, DURATION_SECOND, DURATION_CEILING, &ns) < 0) return -1;
    us = ns / 1000 + (ns % 1000 > 0);
    t->tv_sec = us / 1000000;
    t->tv_usec = us % 1000000;
    return 0;
}
static Value itimer_pair(Thread *th, const struct itimerval *it) {
    Value a = value_try_imm_float(seconds_of(it->it_value)), b = value_try_imm_float(seconds_of(it->it_interval));
    return tuple_pack2(th, a, b);
}
static Value raise_itimer(Thread *th) {
    int err = errno;
    Value args[2] = { value_imm_int(err), str_from_cstr(th, strerror(err)) };
    if (!args[1]) return NO_VALUE;
    Value exc = object_call(th, itimer_error, args, 2, NO_VALUE);
    decref(th, args[1]);
    if (exc) raise_object(th, exc, NO_VALUE);
    decref(th, exc);
    return NO_VALUE;
}
static Value signal_fn_setitimer(Thread *th, Value self, Value *args) {
    int which;
    struct itimerval now, old;
    if (number_as_int(th, args[0], &which) || timeval_from(th, args[1], &now.it_value) || timeval_from(th, args[2], &now.it_interval)) return NO_VALUE;
    if (setitimer(which, &now, &old)) return raise_itimer(th);
    return itimer_pair(th, &old);
}
static Value signal_fn_getitimer(Thread *th, Value self, Value *args) {
    int which;
    struct itimerval now;
    if (number_as_int(th, args[0], &which)) return NO_VALUE;
    if (getitimer(which, &now)) return raise_itimer(th);
    return itimer_pair(th, &now);
}

// ---- masks and waiting -----------------------------------------------------------------------------------------------------------------

static int mask_add(Thread *th, Value item, void *arg) {
    Value i = number_index(th, item);
    if (!i) return -1;
    int64_t n;
    int over = int_as_i64_overflow(i, &n);
    decref(th, i);
    if (over || n < 1 || n >= SIGNAL_COUNT) {
        if (over) raise_value_error(th, "signal number out of range [1; %d]", SIGNAL_COUNT - 1);
        else raise_value_error(th, "signal number %lld out of range [1; %d]", (long long)n, SIGNAL_COUNT - 1);
        return -1;
    }
    if (sigaddset(arg, (int)n)) {
        // Numbers the C library keeps for itself are accepted and ignored.
        if (errno != EINVAL) {
            os_error(th);
            return -1;
        }
    }
    return 0;
}
static int mask_from(Thread *th, Value iterable, sigset_t *set) {
    sigemptyset(set);
    return iterate(th, iterable, mask_add, set);
}
static Value set_from_mask(Thread *th, const sigset_t *mask) {
    Value s = set_new(th, NO_VALUE);
    for (int i = 1; s && i < SIGNAL_COUNT; i++)
        if (sigismember(mask, i) == 1 && set_add(th, AS(Set, s), value_imm_int(i)) < 0) clear_ref(th, &s);
    return s;
}
static Value signal_fn_pthread_sigmask(Thread *th, Value self, Value *args) {
    int how;
    sigset_t mask, old;
    if (number_as_int(th, args[0], &how) || mask_from(th, args[1], &mask)) return NO_VALUE;
    int err = pthread_sigmask(how, &mask, &old);
    if (err) return raise_errno(th, err, NO_VALUE, NO_VALUE);
    if (thread_safepoint(th)) return NO_VALUE;
    return set_from_mask(th, &old);
}
static Value signal_fn_sigpending(Thread *th, Value self, Value *args) {
    sigset_t mask;
    if (sigpending(&mask)) return os_error(th);
    return set_from_mask(th, &mask);
}
static Value signal_fn_sigwait(Thread *th, Value self, Value *args) {
    sigset_t mask;
    int sig = 0, err;
    if (mask_from(th, args[0], &mask)) return NO_VALUE;
    BLOCKING_BEGIN(th)
    err = sigwait(&mask, &sig);
    BLOCKING_END;
    return err ? raise_errno(th, err, NO_VALUE, NO_VALUE) : value_imm_int(sig);
}
static Value siginfo_value(Thread *th, const siginfo_t *si) {
    Value v[7] = { value_imm_int(si->si_signo), value_imm_int(si->si_code), value_imm_int(si->si_errno), value_imm_int(si->si_pid),
                   value_imm_int((int64_t)si->si_uid), value_imm_int(si->si_status), value_imm_int(si->si_band) };
    return structseq_new(th, siginfo_type, v, 7);
}
static Value wait_info(Thread *th, Value iterable, int64_t ns) {
    sigset_t mask;
    siginfo_t si;
    memset(&si, 0, sizeof si);
    if (mask_from(th, iterable, &mask)) return NO_VALUE;
    int64_t deadline = ns >= 0 ? thread_clock_ns() + ns : -1;
    for (;;) {
        int r, err;
        struct timespec ts = { ns / 1000000000, ns % 1000000000 };
        BLOCKING_BEGIN(th)
        r = sigtimedwait(&mask, &si, ns >= 0 ? &ts : NULL);
        err = errno;
        BLOCKING_END;
        if (r >= 0) return siginfo_value(th, &si);
        if (err == EAGAIN) return VALUE_NONE;
        if (err != EINTR) return raise_errno(th, err, NO_VALUE, NO_VALUE);
        if (thread_safepoint(th)) return NO_VALUE;
        if (deadline >= 0 && (ns = deadline - thread_clock_ns()) < 0) return VALUE_NONE;
    }
}
static Value signal_fn_sigwaitinfo(Thread *th, Value self, Value *args) { return wait_info(th, args[0], -1); }
static Value signal_fn_sigtimedwait(Thread *th, Value self, Value *args) {
    int64_t ns;
    if (duration_as_ns(th, args[1], DURATION_SECOND, DURATION_CEILING, &ns) < 0) return NO_VALUE;
    if (ns < 0) return raise_value_error(th, "timeout must be non-negative");
    return wait_info(th, args[0], ns);
}
static Value signal_fn_pthread_kill(Thread *th, Value self, Value *args) {
    uint64_t ident;
    int sig;
    if (!value_is_int(args[0])) return raise_type_error(th, "pthread_kill() argument 1 must be int, not %T", args[0]);
    ident = int_as_u64_mask(args[0]);
    if (number_as_int(th, args[1], &sig) || sys_audit(th, "signal.pthread_kill", 2, args[0], value_imm_int(sig))) return NO_VALUE;
    // Only threads that exist: the C library does not check.
    bool known = false;
    int err = 0;
    thread_registry_lock();
    for (Thread *t = thread_list; t && !known; t = t->next) known = t->in_use && t->ident == ident;
    if (known) err = pthread_kill((pthread_t)ident, sig);
    thread_registry_unlock();
    if (!known) err = ESRCH;
    if (err) return raise_errno(th, err, NO_VALUE, NO_VALUE);
    return thread_safepoint(th) ? NO_VALUE : VALUE_NONE;
}
static Value signal_fn_pidfd_send_signal(Thread *th, Value self, Value *args) {
    int fd, sig, flags = 0;
    if (number_as_int(th, args[0], &fd) || number_as_int(th, args[1], &sig)) return NO_VALUE;
    if (args[3] && number_as_int(th, args[3], &flags)) return NO_VALUE;
    if (args[2] && args[2] != VALUE_NONE) return raise_type_error(th, "siginfo must be None");
    if (syscall(SYS_pidfd_send_signal, fd, sig, NULL, flags) < 0) return os_error(th);
    return VALUE_NONE;
}
static Value signal_fn_valid_signals(Thread *th, Value self, Value *args) {
    sigset_t mask;
    if (sigemptyset(&mask) || sigfillset(&mask)) return os_error(th);
    return set_from_mask(th, &mask);
}

// ---- module ----------------------------------------------------------------------------------------------------------------------------

static const MethodDef signal_fns[] = {
    {"default_int_handler", "(signalnum, frame, /)", signal_fn_default_int_handler, "The default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt."},
    {"alarm", "(seconds, /)", signal_fn_alarm, "Arrange for SIGALRM to arrive after the given number of seconds."},
    {"setitimer", "(which, seconds, interval=0.0, /)", signal_fn_setitimer, "Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).\n\nReturns old values as a tuple: (delay, interval)."},
    {"getitimer", "(which, /)", signal_fn_getitimer, "Returns current value of given itimer."},
    {"signal", "(signalnum, handler, /)", signal_fn_signal, "Set the action for the given signal.\n\nThe action can be SIG_DFL, SIG_IGN, or a callable Python object.\nThe previous action is returned.  See getsignal() for possible return values."},
    {"raise_signal", "(signalnum, /)", signal_fn_raise_signal, "Send a signal to the executing process."},
    {"strsignal", "(signalnum, /)", signal_fn_strsignal, "Return the system description of the given signal.\n\nReturns None if the signal is not recognized."},
    {"getsignal", "(signalnum, /)", signal_fn_getsignal, "Return the current action for the given signal.\n\nThe return value can be:\n  SIG_IGN -- if the signal is being ignored\n  SIG_DFL -- if the default action for the signal is in effect\n  None    -- if an unknown handler is in effect\n  anything else -- the callable Python object used as a handler"},
    {"set_wakeup_fd", "(fd, /, *, warn_on_full_buffer=True)", signal_fn_set_wakeup_fd, "Sets the fd to be written to (with the signal number) when a signal comes in.\n\nThe previous fd or -1 is returned.\n\nThe fd must be non-blocking."},
    {"siginterrupt", "(signalnum, flag, /)", signal_fn_siginterrupt, "Change system call restart behaviour.\n\nIf flag is False, system calls will be restarted when interrupted by\nsignal sig, else system calls will be interrupted."},
    {"pause", "()", signal_fn_pause, "Wait until a signal arrives."},
    {"pidfd_send_signal", "(pidfd, signalnum, siginfo=None, flags=0, /)", signal_fn_pidfd_send_signal, "Send a signal to a process referred to by a pid file descriptor."},
    {"pthread_kill", "(thread_id, signalnum, /)", signal_fn_pthread_kill, "Send a signal to a thread."},
    {"pthread_sigmask", "(how, mask, /)", signal_fn_pthread_sigmask, "Fetch and/or change the signal mask of the calling thread."},
    {"sigpending", "()", signal_fn_sigpending, "Examine pending signals.\n\nReturns a set of signal numbers that are pending for delivery to\nthe calling thread."},
    {"sigwait", "(sigset, /)", signal_fn_sigwait, "Wait for a signal.\n\nSuspend execution of the calling thread until the delivery of one of the\nsignals specified in the signal set sigset.  Returns the signal number."},
    {"sigwaitinfo", "(sigset, /)", signal_fn_sigwaitinfo, "Wait synchronously until one of the signals in *sigset* is delivered.\n\nReturns a struct_siginfo containing information about the signal."},
    {"sigtimedwait", "(sigset, timeout, /)", signal_fn_sigtimedwait, "Like sigwaitinfo(), but with a timeout.\n\nThe timeout is specified in seconds, with floating-point numbers allowed."},
    {"valid_signals", "()", signal_fn_valid_signals, "Return a set of valid signal numbers on this platform."},
    {0}
};

static void visit_handlers(VisitFn visit, void *arg) {
    for (int i = 1; i < SIGNAL_COUNT; i++)
        if (handlers[i]) visit(handlers[i], arg);
}

static const struct { const char *name; int value; } constants[] = {
    {"NSIG", SIGNAL_COUNT}, {"SIG_DFL", 0}, {"SIG_IGN", 1}, {"SIG_BLOCK", SIG_BLOCK}, {"SIG_UNBLOCK", SIG_UNBLOCK}, {"SIG_SETMASK", SIG_SETMASK},
    {"ITIMER_REAL", ITIMER_REAL}, {"ITIMER_VIRTUAL", ITIMER_VIRTUAL}, {"ITIMER_PROF", ITIMER_PROF},
#define S(n) {#n, n}
    S(SIGHUP), S(SIGINT), S(SIGQUIT), S(SIGILL), S(SIGTRAP), S(SIGIOT), S(SIGABRT), S(SIGFPE), S(SIGKILL), S(SIGBUS), S(SIGSEGV), S(SIGSYS), S(SIGPIPE),
    S(SIGALRM), S(SIGTERM), S(SIGUSR1), S(SIGUSR2), S(SIGCHLD), {"SIGCLD", SIGCHLD}, S(SIGPWR), S(SIGIO), S(SIGURG), S(SIGWINCH), S(SIGPOLL), S(SIGSTOP), S(SIGTSTP),
    S(SIGCONT), S(SIGTTIN), S(SIGTTOU), S(SIGVTALRM), S(SIGPROF), S(SIGXCPU), S(SIGXFSZ), S(SIGSTKFLT),
#undef S
};

void signal_fini(Thread *th) {
    signal_restore_defaults();
    for (int i = 1; i < SIGNAL_COUNT; i++) clear_ref(th, &handlers[i]);
    if (signal_any_pending()) run_handlers(th);    // there are none: it reports
}

static void fork_child_prepare(void) { signal_clear_pending(); }

static int signal_exec(Thread *th, Value m) {
    for (size_t i = 0; i < ARRAY_LEN(constants); i++)
        if (module_add_int(th, m, constants[i].name, constants[i].value)) return -1;
    if (module_add_int(th, m, "SIGRTMIN", SIGRTMIN) || module_add_int(th, m, "SIGRTMAX", SIGRTMAX)) return -1;
    if (!itimer_error) {
        static const StructSeqField fields[] = {
            {"si_signo", "signal number"}, {"si_code", "signal code"}, {"si_errno", "errno associated with this signal"}, {"si_pid", "sending process ID"},
            {"si_uid", "real user ID of sending process"}, {"si_status", "exit value or signal"}, {"si_band", "band event for SIGPOLL"}, {0}
        };
        itimer_error = exception_create_type(th, "signal.ItimerError", VALUE_OF(&exc_OSError), NULL);
        siginfo_type = structseq_type(th, "signal.struct_siginfo", "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.", fields, 7);
        default_int = object_getattr_cstr(th, m, "default_int_handler");
        if (!itimer_error || !siginfo_type || !default_int) return -1;
        gc_add_root(&itimer_error);
        gc_add_root(&siginfo_type);
        gc_add_root(&default_int);
        gc_add_root_fn(visit_handlers);
        thread_hooks.signals = run_handlers;
        pthread_atfork(NULL, NULL, fork_child_prepare);
        for (int i = 1; i < SIGNAL_COUNT; i++) {
            struct sigaction sa;
            if (sigaction(i, NULL, &sa)) handlers[i] = VALUE_NONE;
            else if (sa.sa_handler == SIG_DFL) handlers[i] = value_imm_int(0);
            else if (sa.sa_handler == SIG_IGN) handlers[i] = value_imm_int(1);
            else handlers[i] = VALUE_NONE;
        }
        // What CPython does at start.
        if (handlers[SIGPIPE] == value_imm_int(0) && !signal_install(SIGPIPE, SIGNAL_IGNORE)) handlers[SIGPIPE] = value_imm_int(1);
        if (handlers[SIGXFSZ] == value_imm_int(0) && !signal_install(SIGXFSZ, SIGNAL_IGNORE)) handlers[SIGXFSZ] = value_imm_int(1);
        if (handlers[SIGINT] == value_imm_int(0) && !signal_install(SIGINT, SIGNAL_TRIP)) handlers[SIGINT] = new_ref(th, default_int);
    }
    if (module_add(th, m, "ItimerError", new_ref(th, itimer_error))) return -1;
    return module_add(th, m, "struct_siginfo", new_ref(th, siginfo_type));
}
const ModuleDef module__signal = { "_signal",
    "This module provides mechanisms to use signal handlers in Python.\n\nFunctions:\n\nalarm() -- cause SIGALRM after a specified time [Unix only]\n"
    "setitimer() -- cause a signal (described below) after a specified\n               float time and the timer may restart then [Unix only]\n"
    "getitimer() -- get current value of timer [Unix only]\nsignal() -- set the action for a given signal\ngetsignal() -- get the signal action for a given signal\n"
    "pause() -- wait until a signal arrives [Unix only]\ndefault_int_handler() -- default SIGINT handler\n",
    signal_fns, signal_exec };
