// SPDX-License-Identifier: MIT
// Directories: listdir, scandir with its iterator, DirEntry. The iterator is used under its lock; reading the directory happens detached.
#include "stdlib/posix/posix.h"

#include "sched/thread/lock.h"

#include <dirent.h>
#include <sys/stat.h>

extern Type type_posix_ScandirIterator, type_posix_DirEntry;
extern Shape shape_posix_ScandirIterator, shape_posix_DirEntry;

typedef struct ScandirIterator { Object head; ObjLock lock; DIR *dir; Value path; int fd; bool bytes, fd_given; } ScandirIterator; // [l] dir; rest [c]; fd: the caller's descriptor or -1
typedef struct DirEntry { Object head; Value name, path; uint64_t ino; uint8_t d_type; int dir_fd; Value stat, lstat; } DirEntry;   // [c] but stat, lstat [a] caches

static DIR *open_dir(Thread *th, PathArg *p, int *err) {
    DIR *d;
    int fd = -1;
    BLOCKING_BEGIN(th);
    if (p->fd >= 0) {
        fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 0);
        d = fd < 0 ? NULL : fdopendir(fd);
        if (d) rewinddir(d);
    } else d = opendir(p->p ? p->p : ".");
    *err = errno;
    if (!d && fd >= 0) close(fd);
    BLOCKING_END;
    return d;
}
static bool dots(const char *n) { return n[0] == '.' && (!n[1] || (n[1] == '.' && !n[2])); }

static Value posix_fn_listdir(Thread *th, Value self, Value *a) {
    PathArg p;
    int err;
    if (path_arg(th, a[0], &p, "listdir", "path", PATH_FD | PATH_NONE) < 0) return NO_VALUE;
    if (AUDIT(th, "os.listdir", 1, path_seen(&p))) {
        path_done(th, &p);
        return NO_VALUE;
    }
    DIR *d = open_dir(th, &p, &err);
    if (!d) {
        Value e = path_error(th, err, &p);
        path_done(th, &p);
        return e;
    }
    Value list = list_new(th, 0);
    while (list) {
        struct dirent *e;
        BLOCKING_BEGIN(th);
        errno = 0;
        e = readdir(d);
        err = errno;
        BLOCKING_END;
        if (!e) {
            if (err) {
                path_error(th, err, &p);
                clear_ref(th, &list);
            }
            break;
        }
        if (dots(e->d_name)) continue;
        Value n = path_result(th, &p, e->d_name, strlen(e->d_name));
        if (!n || list_append_owned(th, AS(List, list), n) < 0) clear_ref(th, &list);
    }
    closedir(d);
    path_done(th, &p);
    return list;
}

static Value posix_fn_scandir(Thread *th, Value self, Value *a) {
    PathArg p;
    int err;
    if (path_arg(th, a[0], &p, "scandir", "path", PATH_FD | PATH_NONE) < 0) return NO_VALUE;
    ScandirIterator *it = AUDIT(th, "os.scandir", 1, path_seen(&p)) ? NULL : NEW(ScandirIterator, th, &type_posix_ScandirIterator);
    if (it) {
        it->bytes = p.bytes;
        it->fd_given = p.fd >= 0;
        it->fd = p.fd;
        it->path = !p.obj ? str_from_cstr(th, ".") : p.fd >= 0 ? new_ref(th, p.obj) : new_ref(th, p.hold2 ? p.hold2 : p.obj);
        it->dir = open_dir(th, &p, &err);
        if (!it->dir) {
            path_error(th, err, &p);
            decref(th, VALUE_OF(it));
            it = NULL;
        }
    }
    path_done(th, &p);
    return it ? VALUE_OF(it) : NO_VALUE;
}

static Value join_path(Thread *th, ScandirIterator *it, Value name) {
    if (it->fd_given) return new_ref(th, name);
    if (it->bytes) {
        Bytes *d = AS(Bytes, it->path), *n = AS(Bytes, name);
        bool slash = d->len && d->data[d->len - 1] != '/';
        Value r = bytes_new(th, NULL, d->len + slash + n->len);
        if (!r) return NO_VALUE;
        memcpy(AS(Bytes, r)->data, d->data, d->len);
        if (slash) AS(Bytes, r)->data[d->len] = '/';
        memcpy(AS(Bytes, r)->data + d->len + slash, n->data, n->len);
        return r;
    }
    Str *d = AS(Str, it->path);
    return str_format(th, d->len && str_char_at(d, d->len - 1) != '/' ? "%U/%U" : "%U%U", it->path, name);
}

static void close_dir(Thread *th, ScandirIterator *it) {
    obj_lock(th, &it->lock);
    DIR *d = it->dir;
    it->dir = NULL;
    obj_unlock(th, &it->lock);
    if (d) {
        BLOCKING_BEGIN(th);
        rewinddir(d); // a duplicated descriptor shares its position with the caller's
        closedir(d);
        BLOCKING_END;
    }
}
static Value scandir_slot_next(Thread *th, Value self) {
    ScandirIterator *it = AS(ScandirIterator, self);
    char name[NAME_MAX + 1];
    uint64_t ino = 0;
    uint8_t type = 0;
    int err = 0;
    bool got = false;
    obj_lock(th, &it->lock);
    while (it->dir) {
        errno = 0;
        struct dirent *e = readdir(it->dir);
        err = errno;
        if (!e) break;
        if (dots(e->d_name)) continue;
        strcpy(name, e->d_name);
        ino = e->d_ino;
        type = e->d_type;
        got = true;
        break;
    }
    bool open = it->dir != NULL;
    obj_unlock(th, &it->lock);
    if (!got) {
        if (open) close_dir(th, it);
        if (err) raise_errno(th, err, it->path, NO_VALUE);
        return NO_VALUE;
    }
    DirEntry *d = NEW(DirEntry, th, &type_posix_DirEntry);
    if (!d) return NO_VALUE;
    d->dir_fd = it->fd;
    d->ino = ino;
    d->d_type = type;
    d->name = it->bytes ? bytes_new(th, name, strlen(name)) : str_from_fs(th, name, strlen(name));
    d->path = d->name ? join_path(th, it, d->name) : NO_VALUE;
    if (!d->path) {
        decref(th, VALUE_OF(d));
        return NO_VALUE;
    }
    return VALUE_OF(d);
}
static Value scandir_slot_iter(Thread *th, Value self) { return new_ref(th, self); }
static Value scandir_meth_close(Thread *th, Value self, Value *a) {
    close_dir(th, AS(ScandirIterator, self));
    return VALUE_NONE;
}
static Value scandir_meth_enter(Thread *th, Value self, Value *a) { return new_ref(th, self); }
static int scandir_slot_finalize(Thread *th, Value self) {
    ScandirIterator *it = AS(ScandirIterator, self);
    if (it->dir) {
        Value saved = error_fetch(th);
        if (warn_resource(th, self, "unclosed scandir iterator %R", self) < 0) {
            if (error_matches(th, &exc_Warning)) error_unraisable(th, NULL, self);
            else error_clear(th);
        }
        close_dir(th, it);
        if (saved) error_restore(th, saved);
    }
    return 0;
}
static void scandir_dealloc(Thread *th, Object *o) {
    ScandirIterator *it = (ScandirIterator *)o;
    if (it->dir) closedir(it->dir);
    clear_ref(th, &it->path);
    object_free(th, o);
}
static const MethodDef scandir_methods[] = { {"__enter__", "(self, /)", scandir_meth_enter, NULL}, {"__exit__", "(self, /, *args)", scandir_meth_close, NULL}, {"close", "(self, /)", scandir_meth_close, NULL}, {0} };
TYPE_DEFINE(posix_ScandirIterator, "posix.ScandirIterator", sizeof(ScandirIterator), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_HAS_DEL, .methods = scandir_methods,
            .slots = {.iter = scandir_slot_iter, .next = scandir_slot_next, .finalize = scandir_slot_finalize, .dealloc = scandir_dealloc})

// ---- DirEntry

static Value entry_stat(Thread *th, DirEntry *d, bool follow) {
    Value *cache = follow ? &d->stat : &d->lstat, got = atomic_load_acquire(cache);
    if (got) return new_ref(th, got);
    struct stat st;
    int r, err;
    Value hold = NO_VALUE;
    const char *p = str_fs_path(th, d->dir_fd >= 0 ? d->name : d->path, NULL, &hold);
    if (!p) return NO_VALUE;
    SYS(th, r, err, fstatat(d->dir_fd >= 0 ? d->dir_fd : AT_FDCWD, p, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    decref(th, hold);
    if (r < 0) return raise_errno(th, err, d->path, NO_VALUE);
    Value v = stat_result(th, &st), none = NO_VALUE;
    if (v) {
        incref(th, v);
        if (!atomic_cas_acq_rel(cache, &none, v)) decref(th, v); // somebody else was first: both are right
    }
    return v;
}
static Value entry_meth_stat(Thread *th, Value self, Value *a) {
    bool follow;
    DirEntry *d = AS(DirEntry, self);
    if (bool_arg(th, a[0], true, &follow) < 0) return NO_VALUE;
    return entry_stat(th, d, follow && (d->d_type == DT_LNK || d->d_type == DT_UNKNOWN));
}
static Value entry_mode(Thread *th, DirEntry *d, bool follow, mode_t want) {
    bool link = d->d_type == DT_LNK;
    if (d->d_type == DT_UNKNOWN || (follow && link)) {
        Value st = entry_stat(th, d, follow);
        if (!st) return error_clear_if(th, &exc_FileNotFoundError) ? VALUE_FALSE : NO_VALUE;
        bool yes = ((mode_t)value_imm_int_get(AS(Tuple, st)->items[0]) & S_IFMT) == want;
        decref(th, st);
        return value_bool(yes);
    }
    if (link) return value_bool(want == S_IFLNK);
    return value_bool(want == S_IFDIR ? d->d_type == DT_DIR : want == S_IFREG ? d->d_type == DT_REG : false);
}
static Value entry_meth_is_dir(Thread *th, Value self, Value *a) {
    bool follow;
    return bool_arg(th, a[0], true, &follow) < 0 ? NO_VALUE : entry_mode(th, AS(DirEntry, self), follow, S_IFDIR);
}
static Value entry_meth_is_file(Thread *th, Value self, Value *a) {
    bool follow;
    return bool_arg(th, a[0], true, &follow) < 0 ? NO_VALUE : entry_mode(th, AS(DirEntry, self), follow, S_IFREG);
}
static Value entry_meth_is_symlink(Thread *th, Value self, Value *a) { return entry_mode(th, AS(DirEntry, self), false, S_IFLNK); }
static Value entry_meth_is_junction(Thread *th, Value self, Value *a) { return VALUE_FALSE; }
static Value entry_meth_inode(Thread *th, Value self, Value *a) { return int_from_u64(th, AS(DirEntry, self)->ino); }
static Value entry_meth_fspath(Thread *th, Value self, Value *a) { return new_ref(th, AS(DirEntry, self)->path); }
static Value entry_slot_repr(Thread *th, Value self) { return str_format(th, "<DirEntry %R>", AS(DirEntry, self)->name); }
static void entry_dealloc(Thread *th, Object *o) {
    DirEntry *d = (DirEntry *)o;
    Value *f[] = {&d->name, &d->path, &d->stat, &d->lstat};
    for (size_t i = 0; i < ARRAY_LEN(f); i++) clear_ref(th, f[i]);
    object_free(th, o);
}
static const MemberDef entry_members[] = {
    {"name", offsetof(DirEntry, name), MEMBER_VALUE | MEMBER_READONLY, "the entry's base filename, relative to scandir() \"path\" argument"},
    {"path", offsetof(DirEntry, path), MEMBER_VALUE | MEMBER_READONLY, "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"}, {0}
};
static const MethodDef entry_methods[] = {
    {"is_dir", "(self, /, *, follow_symlinks=True)", entry_meth_is_dir, "Return True if the entry is a directory; cached per entry."}, {"is_file", "(self, /, *, follow_symlinks=True)", entry_meth_is_file, "Return True if the entry is a file; cached per entry."},
    {"is_symlink", "(self, /)", entry_meth_is_symlink, "Return True if the entry is a symbolic link; cached per entry."}, {"is_junction", "(self, /)", entry_meth_is_junction, "Return True if the entry is a junction; cached per entry."},
    {"stat", "(self, /, *, follow_symlinks=True)", entry_meth_stat, "Return stat_result object for the entry; cached per entry."}, {"inode", "(self, /)", entry_meth_inode, "Return inode of the entry; cached per entry."},
    {"__fspath__", "(self, /)", entry_meth_fspath, "Returns the path for the entry."}, {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS}, {0}
};
TYPE_DEFINE(posix_DirEntry, "posix.DirEntry", sizeof(DirEntry), TYPE_NO_INSTANTIATE, .methods = entry_methods, .members = entry_members, .slots = {.repr = entry_slot_repr, .dealloc = entry_dealloc})

const MethodDef posix_dir_fns[] = {
    {"listdir", "(path=None)", posix_fn_listdir, "Return a list containing the names of the files in the directory."}, {"scandir", "(path=None)", posix_fn_scandir, "Return an iterator of DirEntry objects for given path."}, {0}
};
int posix_dir_init(Thread *th, Value m) { return type_ready(th, &type_posix_ScandirIterator) < 0 ? -1 : module_add_type(th, m, &type_posix_DirEntry); }
