// SPDX-License-Identifier: MIT
// pwd: the user database. Reentrant calls into a buffer that grows, detached; the walk over all entries is under one mutex. No other state.
#include "stdlib/posix/posix.h"

#include "gc/gc.h"
#include "sched/thread/lock.h"

#include <pwd.h>
#include <stdlib.h>

static Value passwd_type;   // root
static RtMutex walk = RT_MUTEX(SIGNALS);

static Value text(Thread *th, const char *p) { return p ? str_from_fs(th, p, strlen(p)) : VALUE_NONE; }

static Value entry(Thread *th, const struct passwd *p) {
    Value v[7] = {text(th, p->pw_name), text(th, p->pw_passwd), int_from_i64(th, p->pw_uid), int_from_i64(th, p->pw_gid), text(th, p->pw_gecos), text(th, p->pw_dir), text(th, p->pw_shell)};
    for (int i = 0; i < 7; i++)
        if (!v[i]) {
            for (int k = 0; k < 7; k++) decref(th, v[k]);
            return NO_VALUE;
        }
    return structseq_new(th, passwd_type, v, 7);
}

// Looks up by name, or by uid when name is NULL. 1 found (*buf holds the texts; free it), 0 not there, -1 error.
static int lookup(Thread *th, const char *name, uid_t uid, struct passwd *p, char **buf) {
    for (size_t size = 1024;; size *= 2) {
        struct passwd *r = NULL;
        *buf = malloc(size);
        if (!*buf) {
            raise_memory_error(th);
            return -1;
        }
        int err;
        BLOCKING_BEGIN(th);
        err = name ? getpwnam_r(name, p, *buf, size, &r) : getpwuid_r(uid, p, *buf, size, &r);
        BLOCKING_END;
        if (r) return 1;
        free(*buf);
        if (err != ERANGE || size > (1u << 24)) {
            if (err == ENOMEM) raise_memory_error(th);
            return err == ENOMEM ? -1 : 0;
        }
    }
}

static Value pwd_fn_getpwuid(Thread *th, Value self, Value *a) {
    uint32_t uid;
    struct passwd p;
    char *buf;
    if (id_arg(th, a[0], &uid, "uid")) return error_clear_if(th, &exc_OverflowError) ? raise_error(th, &exc_KeyError, "getpwuid(): uid not found") : NO_VALUE;
    int r = lookup(th, NULL, (uid_t)uid, &p, &buf);
    if (r < 0) return NO_VALUE;
    if (r == 0) return raise_error(th, &exc_KeyError, "getpwuid(): uid not found: %lld", uid == UINT32_MAX ? -1ll : (long long)uid);
    Value e = entry(th, &p);
    free(buf);
    return e;
}

static Value pwd_fn_getpwnam(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "getpwnam() argument must be str, not %B", a[0]);
    Value hold = NO_VALUE;
    const char *name = str_fs_path(th, a[0], NULL, &hold);
    if (!name) return NO_VALUE;
    struct passwd p;
    char *buf;
    int r = lookup(th, name, 0, &p, &buf);
    decref(th, hold);
    if (r <= 0) return r ? NO_VALUE : raise_error(th, &exc_KeyError, "getpwnam(): name not found: %R", a[0]);
    Value e = entry(th, &p);
    free(buf);
    return e;
}

static Value pwd_fn_getpwall(Thread *th, Value self, Value *a) {
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    // The entries are copied as text first: nothing of Python happens while the walk is on.
    struct passwd *p;
    Value bad = VALUE_NONE;
    rt_mutex_lock(th, &walk);
    setpwent();
    while (bad && (p = getpwent())) {
        Value e = entry(th, p);
        if (!e || list_append_owned(th, AS(List, l), e)) bad = NO_VALUE;
    }
    endpwent();
    rt_mutex_unlock(th, &walk);
    if (bad) return l;
    decref(th, l);
    return NO_VALUE;
}

static const MethodDef methods[] = {
    {"getpwuid", "(uidobj, /)", pwd_fn_getpwuid, "Return the password database entry for the given numeric user ID.\n\nSee `help(pwd)` for more on password database entries.", 0},
    {"getpwnam", "(name, /)", pwd_fn_getpwnam, "Return the password database entry for the given user name.\n\nSee `help(pwd)` for more on password database entries.", 0},
    {"getpwall", "()", pwd_fn_getpwall, "Return a list of all available password database entries, in arbitrary order.\n\nSee help(pwd) for more on password database entries.", 0},
    {0}
};
static const StructSeqField fields[] = {{"pw_name", "user name"}, {"pw_passwd", "password"}, {"pw_uid", "user id"}, {"pw_gid", "group id"},
    {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}, {0}};
static int pwd_exec(Thread *th, Value m) {
    if (!passwd_type) {
        passwd_type = structseq_type(th, "pwd.struct_passwd", "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n"
                                     "  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.", fields, 7);
        if (!passwd_type) return -1;
        gc_add_root(&passwd_type);
    }
    return module_add(th, m, "struct_passwd", new_ref(th, passwd_type));
}
const ModuleDef module_pwd = {"pwd", "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\n"
    "Password database entries are reported as 7-tuples containing the following\nitems from the password database (see `<pwd.h>'), in order:\n"
    "pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\n"
    "exception is raised if the entry asked for cannot be found.", methods, pwd_exec};
