// SPDX-License-Identifier: MIT
// _dbm: the ndbm interface that GNU's library has beside its own. The object is stdlib/dbm/database.c's.
#include <errno.h>
#include <fcntl.h>
#include <gdbm-ndbm.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/exception.h"
#include "stdlib/dbm/dbm_int.h"

static Value error_type;   // [c] _dbm.error, after the first import
// The library's functions. [c] after the first import
static __typeof__(dbm_open) *lib_open;
static __typeof__(dbm_close) *lib_close;
static __typeof__(dbm_fetch) *lib_fetch;
static __typeof__(dbm_store) *lib_store;
static __typeof__(dbm_delete) *lib_delete;
static __typeof__(dbm_firstkey) *lib_firstkey;
static __typeof__(dbm_nextkey) *lib_nextkey;
static __typeof__(dbm_clearerr) *lib_clearerr;

static datum api_fetch(void *h, datum key) { return lib_fetch(h, key); }
static int api_store(void *h, datum key, datum value) {
    int r = lib_store(h, key, value, DBM_REPLACE);
    if (r < 0) lib_clearerr(h);
    return r;
}
static int api_erase(void *h, datum key) {
    int r = lib_delete(h, key);
    if (r < 0) lib_clearerr(h);
    return r;
}
static datum api_first(void *h) { return lib_firstkey(h); }
static datum api_next(void *h, datum key) { return lib_nextkey(h); }
static intptr_t api_count(void *h) {
    intptr_t n = 0;
    for (datum d = lib_firstkey(h); d.dptr; d = lib_nextkey(h)) n++;
    return n;
}
static void api_close(void *h) { lib_close(h); }
// The library does not say why: of a database that can be written the reason is taken to be this one.
static bool api_absent(void *h, bool writable) { return writable; }
static void api_fail(Thread *th, int err, int syserr, const char *what) { raise_error(th, AS(Type, error_type), "%s", what); }
static int api_last_error(void) { return 0; }
static const DbApi api = {"dbm", "keys", api_fetch, api_store, api_erase, api_first, api_next, api_count, api_close, false, api_absent, api_fail, api_last_error};

static Value dbm_meth_setdefault(Thread *th, Value self, Value *args) { return db_setdefault(th, self, args[0], args[1] ? args[1] : bytes_empty); }

static const MethodDef dbm_methods[] = {
    DB_METHODS,
    {"setdefault", "(self, key, default=b'', /)", dbm_meth_setdefault,
     "Return the value for key if present, otherwise default.\n\nIf key is not in the database, it is inserted with default as the\nvalue.", 0},
    {0},
};
MODULE_TYPE_DEFINE(dbm, "_dbm.dbm", sizeof(Db), TYPE_NO_INSTANTIATE, .methods = dbm_methods, .slots = {DB_SLOTS})

static Value dbm_fn_open(Thread *th, Value self, Value *args) {
    int mode = 0666, flags;
    if (args[1] && !value_is_str(args[1])) return raise_type_error(th, "open() argument 2 must be str, not %B", args[1]);
    const Str *f = args[1] ? AS(Str, args[1]) : NULL;
    bool both = f && str_equal_cstr(args[1], "rw"); // an old way to say "c"
    switch (both ? 'c' : f && f->len == 1 ? str_char_at(f, 0) : f ? 0 : 'r') {
    case 'r': flags = O_RDONLY; break;
    case 'w': flags = O_RDWR; break;
    case 'c': flags = O_RDWR | O_CREAT; break;
    case 'n': flags = O_RDWR | O_CREAT | O_TRUNC; break;
    default: return raise_error(th, AS(Type, error_type), "arg 2 to open should be 'r', 'w', 'c', or 'n'");
    }
    if (args[2] && number_as_int(th, args[2], &mode) < 0) return NO_VALUE;
    Value hold = NO_VALUE;
    const char *path = str_fs_path(th, args[0], NULL, &hold);
    if (!path) return NO_VALUE;
    Db *db = NEW(Db, th, &type_dbm);
    Value r = NO_VALUE;
    if (db) {
        int err;
        db->api = &api;
        db->size = -1;
        db->writable = (flags & O_RDWR) != 0;
        BLOCKING_BEGIN(th);
        db->handle = lib_open((char *)path, flags, mode);
        err = errno;
        BLOCKING_END;
        if (db->handle) r = new_ref(th, VALUE_OF(db));
        else db_raise_errno(th, error_type, err, args[0]);
        decref(th, VALUE_OF(db));
    }
    decref(th, hold);
    return r;
}

static const MethodDef methods[] = {
    {"open", "(filename, flags='r', mode=0o666, /)", dbm_fn_open,
     "Return a database object.\n\n  filename\n    The filename to open.\n  flags\n    How to open the file.  \"r\" for reading, \"w\" for writing, etc.\n"
     "  mode\n    If creating a new file, the mode bits for the new file\n    (e.g. os.O_RDWR).", 0},
    {0},
};

static int dbm_exec(Thread *th, Value m) {
    if (!error_type) {
        void *lib = db_library(th, LADON_SONAME_gdbm_compat);
        if (!lib || !(lib_open = db_symbol(th, lib, "dbm_open")) || !(lib_close = db_symbol(th, lib, "dbm_close")) ||
            !(lib_fetch = db_symbol(th, lib, "dbm_fetch")) || !(lib_store = db_symbol(th, lib, "dbm_store")) || !(lib_delete = db_symbol(th, lib, "dbm_delete")) ||
            !(lib_firstkey = db_symbol(th, lib, "dbm_firstkey")) || !(lib_nextkey = db_symbol(th, lib, "dbm_nextkey")) ||
            !(lib_clearerr = db_symbol(th, lib, "dbm_clearerr")))
            return -1;
        error_type = exception_create_type(th, "_dbm.error", VALUE_OF(&exc_OSError), NULL);
        if (!error_type) return -1;
        object_make_immortal(value_object(error_type));
        if (type_ready(th, &type_dbm) < 0) return -1;
    }
    return module_add_str(th, m, "library", "GNU gdbm") < 0 ? -1 : module_add(th, m, "error", error_type);
}
const ModuleDef module__dbm = {"_dbm", NULL, methods, dbm_exec};
