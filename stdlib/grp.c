// SPDX-License-Identifier: MIT
// grp: the group database.
#include "gc/gc.h"
#include "stdlib/userdb.h"

static Value group_type;   // root

static int group_find(const char *name, uint32_t id, UserDbEntry *e, char *buf, size_t size, void **found) {
    struct group **r = (struct group **)found;
    return name ? getgrnam_r(name, &e->group, buf, size, r) : getgrgid_r((gid_t)id, &e->group, buf, size, r);
}

static Value group_value(Thread *th, const void *entry) {
    const struct group *g = entry;
    Value members = list_new(th, 0);
    for (char **m = g->gr_mem; members && m && *m; m++) {
        Value s = userdb_text(th, *m);
        if (!s || list_append_owned(th, AS(List, members), s) < 0) clear_ref(th, &members);
    }
    Value v[4] = {userdb_text(th, g->gr_name), userdb_text(th, g->gr_passwd), int_from_i64(th, g->gr_gid), members};
    return structseq_new(th, group_type, v, 4);
}

static const void *group_next(void) { return getgrent(); }
static const UserDb groups = {"getgrnam", "getgrgid", "gid", group_find, group_value, setgrent, group_next, endgrent};

static Value grp_fn_getgrgid(Thread *th, Value self, Value *a) {
    uint32_t gid;
    return id_arg(th, a[0], &gid, "gid") < 0 ? NO_VALUE : userdb_by_id(th, &groups, gid);
}

static Value grp_fn_getgrnam(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "getgrnam() argument 'name' must be str, not %B", a[0]);
    return userdb_by_name(th, &groups, a[0]);
}

static Value grp_fn_getgrall(Thread *th, Value self, Value *a) { return userdb_all(th, &groups); }

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
