// SPDX-License-Identifier: MIT
// pwd: the user database.
#include "gc/gc.h"
#include "stdlib/userdb.h"

static Value passwd_type;   // root

static int user_find(const char *name, uint32_t id, UserDbEntry *e, char *buf, size_t size, void **found) {
    struct passwd **r = (struct passwd **)found;
    return name ? getpwnam_r(name, &e->user, buf, size, r) : getpwuid_r((uid_t)id, &e->user, buf, size, r);
}

static Value user_value(Thread *th, const void *entry) {
    const struct passwd *p = entry;
    Value v[7] = {userdb_text(th, p->pw_name), userdb_text(th, p->pw_passwd), int_from_i64(th, p->pw_uid), int_from_i64(th, p->pw_gid),
                  userdb_text(th, p->pw_gecos), userdb_text(th, p->pw_dir), userdb_text(th, p->pw_shell)};
    return structseq_new(th, passwd_type, v, 7);
}

static const void *user_next(void) { return getpwent(); }
static const UserDb users = {"getpwnam", "getpwuid", "uid", user_find, user_value, setpwent, user_next, endpwent};

static Value pwd_fn_getpwuid(Thread *th, Value self, Value *a) {
    uint32_t uid;
    if (id_arg(th, a[0], &uid, "uid") == 0) return userdb_by_id(th, &users, uid);
    return error_clear_if(th, &exc_OverflowError) ? raise_error(th, &exc_KeyError, "getpwuid(): uid not found") : NO_VALUE;
}

static Value pwd_fn_getpwnam(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "getpwnam() argument must be str, not %B", a[0]);
    return userdb_by_name(th, &users, a[0]);
}

static Value pwd_fn_getpwall(Thread *th, Value self, Value *a) { return userdb_all(th, &users); }

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
