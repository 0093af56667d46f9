// SPDX-License-Identifier: MIT
// syslog: messages to the system's log. The identity given to openlog is kept as C text for as long as the C library may use it; state under one mutex.
#include "stdlib/posix/posix.h"

#include "core/object/container_inl.h"
#include "sched/thread/lock.h"
#include "stdlib/sys/sys.h"

#include <stdlib.h>
#include <syslog.h>

static RtMutex mutex = RT_MUTEX(SIGNALS);
static char *ident;     // [mutex] malloc'ed
static bool opened;     // [mutex]

// The last part of sys.argv[0], malloc'ed; NULL: none.
static char *default_ident(Thread *th) {
    Value argv = sys_get(th, "argv"), first = NO_VALUE;
    char *r = NULL;
    if (argv && value_is_list(argv) && list_len(AS(List, argv))) first = list_get(th, AS(List, argv), 0);
    if (first && value_is_str(first)) {
        Value hold = NO_VALUE;
        size_t n;
        const char *p = str_utf8(th, first, &n, &hold);
        if (p) {
            const char *slash = strrchr(p, '/');
            p = slash ? slash + 1 : p;
            if (*p) r = strdup(p);
        }
        decref(th, hold);
    }
    if (error_pending(th)) error_clear(th);
    decref(th, first);
    decref(th, argv);
    return r;
}

static void open_with(Thread *th, char *id, int option, int facility) {
    rt_mutex_lock(th, &mutex);
    char *old = ident;
    openlog(id, option, facility);
    ident = id;
    opened = true;
    rt_mutex_unlock(th, &mutex);
    free(old);
}

// Tells the audit hooks, and opens. Takes id. 0 or -1.
static int open_audited(Thread *th, char *id, int option, int facility) {
    Value name = id && sys_has_audit_hooks() ? str_from_utf8(th, id, strlen(id)) : VALUE_NONE;
    int r = name ? sys_audit(th, "syslog.openlog", 3, name, value_imm_int(option), value_imm_int(facility)) : -1;
    decref(th, name);
    if (r) free(id);
    else open_with(th, id, option, facility);
    return r;
}

static Value syslog_fn_openlog(Thread *th, Value self, Value *a) {
    int option = 0, facility = LOG_USER;
    char *id = NULL;
    if (a[0] && a[0] != VALUE_NONE) {
        if (!value_is_str(a[0])) return raise_type_error(th, "openlog() argument 'ident' must be str, not %B", a[0]);
        Value hold = NO_VALUE;
        size_t n;
        const char *p = str_utf8(th, a[0], &n, &hold);
        if (!p) return NO_VALUE;
        id = strdup(p);
        decref(th, hold);
    }
    if ((a[1] && number_as_int(th, a[1], &option)) || (a[2] && number_as_int(th, a[2], &facility))) {
        free(id);
        return NO_VALUE;
    }
    return open_audited(th, id ? id : default_ident(th), option, facility) ? NO_VALUE : VALUE_NONE;
}

static Value syslog_fn_syslog(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (args_no_keywords(th, "syslog.syslog", kwnames)) return NO_VALUE;
    if (nargs < 1 || nargs > 2) return raise_type_error(th, "syslog.syslog requires 1 to 2 arguments");
    int priority = LOG_INFO;
    if (nargs == 2 && number_as_int(th, args[0], &priority)) return NO_VALUE;
    Value msg = args[nargs - 1];
    if (!value_is_str(msg)) return raise_type_error(th, "syslog() argument %d must be str, not %B", (int)nargs, msg);
    Value hold = NO_VALUE;
    size_t n;
    const char *p = str_utf8(th, msg, &n, &hold);
    if (!p) return NO_VALUE;
    Value r = NO_VALUE;
    if (strlen(p) != n) raise_value_error(th, "embedded null character");
    else if (sys_audit(th, "syslog.syslog", 2, value_imm_int(priority), msg) == 0) {
        if (!atomic_load_relaxed(&opened) && open_audited(th, default_ident(th), 0, LOG_USER)) {
            decref(th, hold);
            return NO_VALUE;
        }
        // The identity must not change under the C library: the mutex is held over the call.
        rt_mutex_lock(th, &mutex);
        syslog(priority, "%s", p);
        rt_mutex_unlock(th, &mutex);
        r = VALUE_NONE;
    }
    decref(th, hold);
    return r;
}

static Value syslog_fn_closelog(Thread *th, Value self, Value *a) {
    if (sys_audit(th, "syslog.closelog", 0)) return NO_VALUE;
    rt_mutex_lock(th, &mutex);
    char *old = NULL;
    if (opened) {
        closelog();
        old = ident;
        ident = NULL;
        opened = false;
    }
    rt_mutex_unlock(th, &mutex);
    free(old);
    return VALUE_NONE;
}
static Value syslog_fn_setlogmask(Thread *th, Value self, Value *a) {
    int mask;
    if (number_as_int(th, a[0], &mask) || sys_audit(th, "syslog.setlogmask", 1, a[0])) return NO_VALUE;
    return value_imm_int(setlogmask(mask));
}
static Value syslog_fn_mask(Thread *th, Value self, Value *a) {
    int pri;
    return number_as_int(th, a[0], &pri) ? NO_VALUE : value_imm_int((int)(1u << (pri & 31)));
}
static Value syslog_fn_upto(Thread *th, Value self, Value *a) {
    int pri;
    return number_as_int(th, a[0], &pri) ? NO_VALUE : value_imm_int((int)((1u << ((pri + 1) & 31)) - 1));
}

static const MethodDef methods[] = {
    {"openlog", "(ident=<unrepresentable>, logoption=0, facility=LOG_USER)", syslog_fn_openlog, "Set logging options of subsequent syslog() calls.", 0},
    {"syslog", NULL, syslog_fn_syslog, "syslog([priority=LOG_INFO,] message)\nSend the string message to the system logger.", METH_RAW | METH_NO_TEXT_SIG},
    {"closelog", "()", syslog_fn_closelog, "Reset the syslog module values and call the system library closelog().", 0},
    {"setlogmask", "(maskpri, /)", syslog_fn_setlogmask, "Set the priority mask to maskpri and return the previous mask value.", 0},
    {"LOG_MASK", "(pri, /)", syslog_fn_mask, "Calculates the mask for the individual priority pri.", 0},
    {"LOG_UPTO", "(pri, /)", syslog_fn_upto, "Calculates the mask for all priorities up to and including pri.", 0},
    {0}
};
static int syslog_exec(Thread *th, Value m) {
    static const struct { const char *name; int v; } ints[] = {
#define I(x) {#x, x}
        I(LOG_EMERG), I(LOG_ALERT), I(LOG_CRIT), I(LOG_ERR), I(LOG_WARNING), I(LOG_NOTICE), I(LOG_INFO), I(LOG_DEBUG), I(LOG_PID), I(LOG_CONS), I(LOG_NDELAY), I(LOG_ODELAY),
        I(LOG_NOWAIT), I(LOG_PERROR), I(LOG_KERN), I(LOG_USER), I(LOG_MAIL), I(LOG_DAEMON), I(LOG_LPR), I(LOG_LOCAL0), I(LOG_LOCAL1), I(LOG_LOCAL2), I(LOG_LOCAL3), I(LOG_LOCAL4),
        I(LOG_LOCAL5), I(LOG_LOCAL6), I(LOG_LOCAL7), I(LOG_SYSLOG), I(LOG_CRON), I(LOG_UUCP), I(LOG_NEWS), I(LOG_AUTH), I(LOG_AUTHPRIV), I(LOG_FTP),
    };
    for (size_t i = 0; i < ARRAY_LEN(ints); i++)
        if (module_add_int(th, m, ints[i].name, ints[i].v)) return -1;
    return 0;
}
const ModuleDef module_syslog = {"syslog", NULL, methods, syslog_exec};
