// SPDX-License-Identifier: MIT
// _gdbm: GNU's database library. The object is stdlib/dbm/database.c's; the library's error number is the calling thread's own.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/exception.h"
#include "core/object/tuple.h"
#include "stdlib/dbm/dbm_int.h"

static Value error_type;   // [c] _gdbm.error, after the first import
// The library's functions. [c] after the first import
#define FUNCTIONS(F) F(open) F(close) F(fetch) F(store) F(delete) F(firstkey) F(nextkey) F(reorganize) F(sync) F(count) F(strerror) F(check_syserr) F(errno_location)
#define F(name) static __typeof__(gdbm_##name) *lib_##name;
FUNCTIONS(F)
#undef F

static datum api_fetch(void *h, datum key) { return lib_fetch(h, key); }
static int api_store(void *h, datum key, datum value) { return lib_store(h, key, value, GDBM_REPLACE); }
static int api_erase(void *h, datum key) { return lib_delete(h, key); }
static datum api_first(void *h) { return lib_firstkey(h); }
static datum api_next(void *h, datum key) { return lib_nextkey(h, key); }
static intptr_t api_count(void *h) {
    gdbm_count_t n;
    return lib_count(h, &n) < 0 ? -1 : (intptr_t)n;
}
static void api_close(void *h) { lib_close(h); }
static int api_last_error(void) { return *lib_errno_location(); }
static bool api_absent(void *h, bool writable) { return api_last_error() == GDBM_ITEM_NOT_FOUND; }

static void raise_gdbm(Thread *th, int err, int syserr, Value filename, const char *what) {
    if (err == GDBM_NO_ERROR) raise_error(th, AS(Type, error_type), "%s", what);
    else if (lib_check_syserr((gdbm_error)err) && syserr) db_raise_errno(th, error_type, syserr, filename);
    else raise_error(th, AS(Type, error_type), "%s", lib_strerror((gdbm_error)err));
}
static void api_fail(Thread *th, int err, int syserr, const char *what) { raise_gdbm(th, err, syserr, NO_VALUE, what); }
static const DbApi api = {"gdbm", "indices", api_fetch, api_store, api_erase, api_first, api_next, api_count, api_close, true, api_absent, api_fail, api_last_error};

static Value gdbm_meth_setdefault(Thread *th, Value self, Value *args) { return db_setdefault(th, self, args[0], args[1] ? args[1] : VALUE_NONE); }

static Value gdbm_meth_firstkey(Thread *th, Value self, Value *args) {
    Db *db = AS(Db, self);
    if (!db_begin(th, db)) return NO_VALUE;
    datum d;
    BLOCKING_BEGIN(th);
    d = lib_firstkey(db->handle);
    BLOCKING_END;
    Value v = db_take(th, db, d);
    db_end(db);
    return v;
}

static Value gdbm_meth_nextkey(Thread *th, Value self, Value *args) {
    Db *db = AS(Db, self);
    DbText k;
    if (db_text(th, args[0], &k, "nextkey() argument 1") < 0) return NO_VALUE;
    Value v = NO_VALUE;
    if (db_begin(th, db)) {
        datum d;
        BLOCKING_BEGIN(th);
        d = lib_nextkey(db->handle, k.d);
        BLOCKING_END;
        v = db_take(th, db, d);
        db_end(db);
    }
    db_text_end(th, &k);
    return v;
}

// reorganize and sync.
static Value whole(Thread *th, Value self, int (*fn)(GDBM_FILE), const char *what) {
    Db *db = AS(Db, self);
    if (!db_begin(th, db)) return NO_VALUE;
    int r, err, syserr;
    BLOCKING_BEGIN(th);
    errno = 0;
    r = fn(db->handle);
    err = api_last_error();
    syserr = errno;
    BLOCKING_END;
    db_end(db);
    if (r >= 0) return VALUE_NONE;
    api_fail(th, err, syserr, what);
    return NO_VALUE;
}
static Value gdbm_meth_reorganize(Thread *th, Value self, Value *args) { return whole(th, self, lib_reorganize, "gdbm_reorganize error"); }
static Value gdbm_meth_sync(Thread *th, Value self, Value *args) { return whole(th, self, lib_sync, "gdbm_sync error"); }

static const MethodDef gdbm_methods[] = {
    DB_METHODS,
    {"setdefault", "(self, key, default=None, /)", gdbm_meth_setdefault, "Get value for key, or set it to default and return default if not present.", 0},
    {"firstkey", "(self, /)", gdbm_meth_firstkey, "Return the starting key for the traversal; None when the database is empty.", 0},
    {"nextkey", "(self, key, /)", gdbm_meth_nextkey, "Return the key that follows key in the traversal, or None at its end.", 0},
    {"reorganize", "(self, /)", gdbm_meth_reorganize, "Reorganize the database: gives back the room of deleted items.", 0},
    {"sync", "(self, /)", gdbm_meth_sync, "Flush the database to the disk file.", 0},
    {0},
};
MODULE_TYPE_DEFINE(gdbm, "_gdbm.gdbm", sizeof(Db), TYPE_NO_INSTANTIATE, .methods = gdbm_methods, .slots = {DB_SLOTS})

// The library's flags for open()'s. 0 or -1.
static int open_flags(Thread *th, Value text, int *out) {
    if (text && !value_is_str(text)) {
        raise_type_error(th, "open() argument 2 must be str, not %B", text);
        return -1;
    }
    const Str *s = text ? AS(Str, text) : NULL;
    switch (s && s->len ? str_char_at(s, 0) : s ? 0 : 'r') {
    case 'r': *out = GDBM_READER; break;
    case 'w': *out = GDBM_WRITER; break;
    case 'c': *out = GDBM_WRCREAT; break;
    case 'n': *out = GDBM_NEWDB; break;
    default:
        raise_error(th, AS(Type, error_type), "First flag must be one of 'r', 'w', 'c' or 'n'");
        return -1;
    }
    for (size_t i = 1; s && i < s->len; i++) {
        switch (str_char_at(s, i)) {
        case 'f': *out |= GDBM_FAST; break;
        case 's': *out |= GDBM_SYNC; break;
        case 'u': *out |= GDBM_NOLOCK; break;
        default: {
            Value c = str_from_char(th, str_char_at(s, i));
            if (c) raise_error(th, AS(Type, error_type), "Flag '%U' is not supported.", c);
            decref(th, c);
            return -1;
        }
        }
    }
    return 0;
}

static Value gdbm_fn_open(Thread *th, Value self, Value *args) {
    int mode = 0666, flags;
    if (open_flags(th, args[1], &flags) < 0 || (args[2] && number_as_int(th, args[2], &mode) < 0)) return NO_VALUE;
    Value hold = NO_VALUE;
    const char *path = str_fs_path(th, args[0], NULL, &hold);
    if (!path) return NO_VALUE;
    Db *db = NEW(Db, th, &type_gdbm);
    Value r = NO_VALUE;
    if (db) {
        int err, syserr;
        db->api = &api;
        db->size = -1;
        db->writable = (flags & GDBM_OPENMASK) != GDBM_READER;
        BLOCKING_BEGIN(th);
        errno = 0;
        db->handle = lib_open(path, 0, flags, mode, NULL);
        err = api_last_error();
        syserr = errno;
        BLOCKING_END;
        if (db->handle) r = new_ref(th, VALUE_OF(db));
        else if (syserr) db_raise_errno(th, error_type, syserr, args[0]);
        else raise_gdbm(th, err, 0, args[0], "gdbm_open error");
        decref(th, VALUE_OF(db));
    }
    decref(th, hold);
    return r;
}

static const MethodDef methods[] = {
    {"open", "(filename, flags='r', mode=0o666, /)", gdbm_fn_open,
     "Open a dbm database and return a dbm object.\n\nflags is 'r' (reading), 'w' (writing), 'c' (writing, made if missing) or 'n' (always new), and behind it 'f' (fast: no\n"
     "synchronization), 's' (each write reaches the disk) or 'u' (no lock). mode is that of a new file.", 0},
    {0},
};

static int gdbm_exec(Thread *th, Value m) {
    static Value version; // [c] after the first import: the library's, as a tuple
    if (!error_type) {
        void *lib = db_library(th, LADON_SONAME_gdbm);
        if (!lib) return -1;
#define F(name) if (!(lib_##name = db_symbol(th, lib, "gdbm_" #name))) return -1;
        FUNCTIONS(F)
#undef F
        const int *number = db_symbol(th, lib, "gdbm_version_number");
        if (!number) return -1;
        version = tuple_from_owned(th, (Value[]){value_imm_int(number[0]), value_imm_int(number[1]), value_imm_int(number[2])}, 3);
        Value e = version ? exception_create_type(th, "_gdbm.error", VALUE_OF(&exc_OSError), NULL) : NO_VALUE;
        if (!e || type_ready(th, &type_gdbm) < 0) return -1;
        object_make_immortal(value_object(version));
        object_make_immortal(value_object(e));
        error_type = e;
    }
    if (module_add(th, m, "error", error_type) < 0 || module_add(th, m, "_GDBM_VERSION", version) < 0) return -1;
    return module_add_str(th, m, "open_flags", "rwcnfsu");
}
const ModuleDef module__gdbm = {"_gdbm", "This module provides an interface to the GNU DBM (GDBM) library.", methods, gdbm_exec};
