// SPDX-License-Identifier: MIT
// grp: the group database. As pwd: reentrant calls, detached; the walk over all entries is under one mutex.
#include "stdlib/posix/posix.h"

#include "gc/gc.h"
#include "sched/thread/lock.h"

#include <grp.h>
#include <stdlib.h>

static Value group_type;   // root
static RtMutex walk = RT_MUTEX(SIGNALS);

static Value text(Thread *th, const char *p) { return p ? str_from_fs(th, p, strlen(p)) : VALUE_NONE; }

static Value entry(Thread *th, const struct group *g) {
    Value members = list_new(th, 0);
    for (char **m = g->gr_mem; members && m && *m; m++) {
        Value s = text(th, *m);
        if (!s || list_append_owned(th, AS(List, members), s)) {
            decref(th, members);
            return NO_VALUE;
        }
    }
    Value v[4] = {text(th, g->gr_name), text(th, g->gr_passwd), int_from_i64(th, g->gr_gid), members};
    for (int i = 0; i < 4; i++)
        if (!v[i]) {
            for (int k = 0; k < 4; k++) decref(th, v[k]);
            return NO_VALUE;
        }
    return structseq_new(th, group_type, v, 4);
}

static int lookup(Thread *th, const char *name, gid_t gid, struct group *g, char **buf) {
    for (size_t size = 1024;; size *= 2) {
        struct group *r = NULL;
        *buf = malloc(size);
        if (!*buf) {
            raise_memory_error(th);
            return -1;
        }
        int err;
        BLOCKING_BEGIN(th);
        err = name ? getgrnam_r(name, g, *buf, size, &r) : getgrgid_r(gid, g, *buf, size, &r);
        BLOCKING_END;
        if (r) return 1;
        free(*buf);
        if (err != ERANGE || size > (1u << 24)) {
            if (err == ENOMEM) raise_memory_error(th);
            return err == ENOMEM ? -1 : 0;
        }
    }
}

static Value grp_fn_getgrgid(Thread *th, Value self, Value *a) {
    uint32_t gid;
    struct group g;
    char *buf;
    if (id_arg(th, a[0], &gid, "gid")) return NO_VALUE;
    int r = lookup(th, NULL, (gid_t)gid, &g, &buf);
    if (r < 0) return NO_VALUE;
    if (r == 0) return raise_error(th, &exc_KeyError, "getgrgid(): gid not found: %lld", gid == UINT32_MAX ? -1ll : (long long)gid);
    Value e = entry(th, &g);
    free(buf);
    return e;
}

static Value grp_fn_getgrnam(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "getgrnam() argument 'name' must be str, not %B", a[0]);
    Value hold = NO_VALUE;
    const char *name = str_fs_path(th, a[0], NULL, &hold);
    if (!name) return NO_VALUE;
    struct group g;
    char *buf;
    int r = lookup(th, name, 0, &g, &buf);
    decref(th, hold);
    if (r <= 0) return r ? NO_VALUE : raise_error(th, &exc_KeyError, "getgrnam(): name not found: %R", a[0]);
    Value e = entry(th, &g);
    free(buf);
    return e;
}

static Value grp_fn_getgrall(Thread *th, Value self, Value *a) {
    Value l = list_new(th, 0);
    if (!l) return NO_VALUE;
    struct group *g;
    bool ok = true;
    rt_mutex_lock(th, &walk);
    setgrent();
    while (ok && (g = getgrent())) {
        Value e = entry(th, g);
        ok = e && list_append_owned(th, AS(List, l), e) == 0;
    }
    endgrent();
    rt_mutex_unlock(th, &walk);
    if (ok) return l;
    decref(th, l);
    return NO_VALUE;
}

static const MethodDef methods[] = {
    {"getgrgid", "(id)", grp_fn_getgrgid, "Return the group database entry for the given numeric group ID.\n\nIf id is not valid, raise KeyError.", 0},
    {"getgrnam", "(name)", grp_fn_getgrnam, "Return the group database entry for the given group name.\n\nIf name is not valid, raise KeyError.", 0},
    {"getgrall", "()", grp_fn_getgrall, "Return a list of all available group entries, in arbitrary order.\n\nAn entry whose name starts with '+' or '-' represents an instruction\nto use YP/NIS and may not be accessible via getgrnam or getgrgid.", 0},
    {0}
};
static const StructSeqField fields[] = {{"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"}, {"gr_mem", "group members"}, {0}};
static int grp_exec(Thread *th, Value m) {
    if (!group_type) {
        group_type = structseq_type(th, "grp.struct_group", "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n"
                                    "  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n", fields, 4);
        if (!group_type) return -1;
        gc_add_root(&group_type);
    }
    return module_add(th, m, "struct_group", new_ref(th, group_type));
}
const ModuleDef module_grp = {"grp", "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n"
    "  gr_name   - name of the group\n  gr_passwd - group password (encrypted); often empty\n  gr_gid    - numeric ID of the group\n  gr_mem    - list of members\n\n"
    "The gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\n"
    "according to the password database.  Check both databases to get\ncomplete membership information.)", methods, grp_exec};
