// SPDX-License-Identifier: MIT
// The object behind _dbm.dbm and _gdbm.gdbm: a mapping of bytes to bytes in a file. Its lock is held around each use of the library, which is called detached;
// texts are turned into bytes before the lock is taken, and no Python code runs under it.
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/list.h"
#include "stdlib/dbm/dbm_int.h"

#define DB(v) AS(Db, v)

void *db_library(Thread *th, const char *file) {
    void *lib = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!lib) raise_error(th, &exc_ImportError, "%s", dlerror());
    return lib;
}
void *db_symbol(Thread *th, void *lib, const char *name) {
    void *p = dlsym(lib, name);
    if (!p) raise_error(th, &exc_ImportError, "%s", dlerror());
    return p;
}

Value db_raise_errno(Thread *th, Value type, int err, Value filename) {
    Value text = str_from_cstr(th, strerror(err)), exc = NO_VALUE;
    if (text) {
        Value args[3] = {value_imm_int(err), text, filename};
        exc = object_call(th, type, args, filename ? 3 : 2, NO_VALUE);
    }
    decref(th, text);
    if (exc) raise_object(th, exc, NO_VALUE);
    decref(th, exc);
    return NO_VALUE;
}

// ---- texts ----------------------------------------------------------------------------------------------------------------------------

int db_text(Thread *th, Value v, DbText *t, const char *what) {
    t->hold = NO_VALUE;
    t->view.obj = NO_VALUE;
    size_t n;
    if (value_is_str(v)) {
        const char *p = str_utf8(th, v, &n, &t->hold);
        if (!p) return -1;
        t->d.dptr = (char *)p;
    } else {
        if (buffer_get(th, v, &t->view, BUF_SIMPLE) < 0) return -1;
        if (!t->view.readonly) {
            buffer_release(th, &t->view);
            raise_type_error(th, "%s must be read-only bytes-like object, not %T", what, v);
            return -1;
        }
        t->d.dptr = (char *)t->view.buf;
        n = t->view.len;
    }
    if (n <= INT32_MAX) {
        t->d.dsize = (int)n;
        return 0;
    }
    db_text_end(th, t);
    raise_error(th, &exc_OverflowError, "size does not fit in an int");
    return -1;
}
void db_text_end(Thread *th, DbText *t) {
    decref(th, t->hold);
    if (t->view.obj) buffer_release(th, &t->view);
}

// db_text for what a mapping's item is made of: the TypeError speaks of the mapping. 0 or -1.
static int item_text(Thread *th, const Db *db, Value v, DbText *t, const char *what) {
    if (db_text(th, v, t, what) == 0) return 0;
    if (error_clear_if(th, &exc_TypeError)) raise_type_error(th, "%s mappings have %s %s only", db->api->name, db->api->frees && !strcmp(what, "elements") ? "byte or string" : "bytes or string", what);
    return -1;
}

// ---- the lock and the library ---------------------------------------------------------------------------------------------------------

bool db_begin(Thread *th, Db *db) {
    owner_lock(th, &db->lock);
    if (db->handle) return true;
    owner_unlock(&db->lock);
    char name[8];
    size_t n = 0;
    for (const char *p = db->api->name; *p; p++) name[n++] = (char)(*p - 'a' + 'A');
    name[n] = 0;
    char text[64];
    __builtin_snprintf(text, sizeof text, "%s object has already been closed", name);
    db->api->fail(th, 0, 0, text);
    return false;
}
void db_end(Db *db) { owner_unlock(&db->lock); }

Value db_take(Thread *th, const Db *db, datum d) {
    if (!d.dptr) return VALUE_NONE;
    Value v = bytes_new(th, d.dptr, (size_t)d.dsize);
    if (db->api->frees) free(d.dptr);
    return v;
}

// Ends a use that failed: what the library says is looked at before anything else runs. Without the lock. NO_VALUE.
static Value failed(Thread *th, Db *db, int lib_error, int syserr, const char *what) {
    db->api->fail(th, lib_error, syserr, what);
    return NO_VALUE;
}

// The value of a key as bytes: a new reference; VALUE_NONE: there is none; NO_VALUE: an error.
static Value fetch(Thread *th, Db *db, const DbText *key) {
    if (!db_begin(th, db)) return NO_VALUE;
    datum d;
    BLOCKING_BEGIN(th);
    d = db->api->fetch(db->handle, key->d);
    BLOCKING_END;
    Value v = db_take(th, db, d);
    db_end(db);
    return v;
}

// The number of items, under the lock. -1: an error of the library, *err and *syserr say which.
static intptr_t count(Thread *th, Db *db, int *err, int *syserr) {
    if (db->size < 0) {
        intptr_t n;
        BLOCKING_BEGIN(th);
        n = db->api->count(db->handle);
        *err = db->api->last_error();
        *syserr = errno;
        BLOCKING_END;
        db->size = n;
    }
    return db->size;
}

// ---- the mapping ----------------------------------------------------------------------------------------------------------------------

Value db_slot_getitem(Thread *th, Value self, Value key) {
    DbText k;
    if (db_text(th, key, &k, "argument") < 0) return NO_VALUE;
    Value v = fetch(th, DB(self), &k);
    db_text_end(th, &k);
    return v == VALUE_NONE ? raise_key_error(th, key) : v;
}

Value db_meth_get(Thread *th, Value self, Value *args) {
    DbText k;
    if (db_text(th, args[0], &k, "get() argument 1") < 0) return NO_VALUE;
    Value v = fetch(th, DB(self), &k);
    db_text_end(th, &k);
    return v == VALUE_NONE && args[1] ? new_ref(th, args[1]) : v;
}

int db_slot_contains(Thread *th, Value self, Value key) {
    Db *db = DB(self);
    if (!value_is_str(key) && !value_is_bytes(key)) {
        raise_type_error(th, "%s key must be bytes or string, not %T", db->api->name, key);
        return -1;
    }
    DbText k;
    if (db_text(th, key, &k, "argument") < 0) return -1;
    Value v = fetch(th, db, &k);
    db_text_end(th, &k);
    decref(th, v);
    return v == NO_VALUE ? -1 : v != VALUE_NONE;
}

static int erase(Thread *th, Db *db, Value key, const DbText *k) {
    if (!db_begin(th, db)) return -1;
    int r, err, syserr;
    bool absent = false;
    BLOCKING_BEGIN(th);
    errno = 0;
    r = db->api->erase(db->handle, k->d);
    err = db->api->last_error();
    syserr = errno;
    if (r < 0) absent = db->api->absent(db->handle, db->writable);
    BLOCKING_END;
    db->size = -1;
    db_end(db);
    if (r >= 0) return 0;
    if (absent) raise_key_error(th, key);
    else failed(th, db, err, syserr, db->api->frees ? "gdbm_delete error" : "cannot delete item from database");
    return -1;
}

static int store(Thread *th, Db *db, const DbText *k, const DbText *v) {
    if (!db_begin(th, db)) return -1;
    int r, err, syserr;
    BLOCKING_BEGIN(th);
    errno = 0;
    r = db->api->store(db->handle, k->d, v->d);
    err = db->api->last_error();
    syserr = errno;
    BLOCKING_END;
    db->size = -1;
    db_end(db);
    if (r >= 0) return 0;
    failed(th, db, err, syserr, db->api->frees ? "gdbm_store error" : "cannot add item to database");
    return -1;
}

int db_slot_setitem(Thread *th, Value self, Value key, Value value) {
    Db *db = DB(self);
    DbText k, v;
    int r = -1;
    if (item_text(th, db, key, &k, db->api->keys) < 0) return -1;
    if (value == NO_VALUE) {
        r = erase(th, db, key, &k);
    } else if (item_text(th, db, value, &v, "elements") == 0) {
        r = store(th, db, &k, &v);
        db_text_end(th, &v);
    }
    db_text_end(th, &k);
    return r;
}

Value db_setdefault(Thread *th, Value self, Value key, Value deflt) {
    DbText k;
    if (db_text(th, key, &k, "setdefault() argument 1") < 0) return NO_VALUE;
    Value v = fetch(th, DB(self), &k);
    db_text_end(th, &k);
    if (v != VALUE_NONE) return v;
    return db_slot_setitem(th, self, key, deflt) < 0 ? NO_VALUE : new_ref(th, deflt);
}

intptr_t db_slot_len(Thread *th, Value self) {
    Db *db = DB(self);
    if (!db_begin(th, db)) return -1;
    int err = 0, syserr = 0;
    intptr_t n = count(th, db, &err, &syserr);
    db_end(db);
    if (n < 0) failed(th, db, err, syserr, "gdbm_count error");
    return n;
}

int db_slot_bool(Thread *th, Value self) {
    Db *db = DB(self);
    if (!db_begin(th, db)) return -1;
    datum d = {NULL, 0};
    if (db->size < 0) {
        BLOCKING_BEGIN(th);
        d = db->api->first(db->handle);
        BLOCKING_END;
        if (!d.dptr) db->size = 0;
        else if (db->api->frees) free(d.dptr);
    }
    int r = db->size > 0 || d.dptr != NULL;
    db_end(db);
    return r;
}

Value db_meth_keys(Thread *th, Value self, Value *args) {
    Db *db = DB(self);
    Value keys = list_new(th, 0);
    if (!keys) return NO_VALUE;
    if (!db_begin(th, db)) {
        decref(th, keys);
        return NO_VALUE;
    }
    const DbApi *api = db->api;
    datum d, next;
    BLOCKING_BEGIN(th);
    d = api->first(db->handle);
    BLOCKING_END;
    while (d.dptr) {
        Value key = bytes_new(th, d.dptr, (size_t)d.dsize);
        if (!key || list_append_owned(th, AS(List, keys), key) < 0) {
            if (api->frees) free(d.dptr);
            clear_ref(th, &keys); // of bytes: no Python code runs
            break;
        }
        BLOCKING_BEGIN(th);
        next = api->next(db->handle, d);
        BLOCKING_END;
        if (api->frees) free(d.dptr);
        d = next;
    }
    db_end(db);
    return keys;
}

Value db_meth_clear(Thread *th, Value self, Value *args) {
    Db *db = DB(self);
    if (!db_begin(th, db)) return NO_VALUE;
    const DbApi *api = db->api;
    int r = 0, err = 0, syserr = 0;
    BLOCKING_BEGIN(th);
    // A deletion may move the others, so it starts afresh after each.
    for (datum d; r >= 0 && (d = api->first(db->handle)).dptr;) {
        errno = 0;
        r = api->erase(db->handle, d);
        err = api->last_error();
        syserr = errno;
        if (api->frees) free(d.dptr);
    }
    BLOCKING_END;
    db->size = -1;
    db_end(db);
    return r < 0 ? failed(th, db, err, syserr, api->frees ? "gdbm_delete error" : "cannot delete item from database") : VALUE_NONE;
}

Value db_meth_close(Thread *th, Value self, Value *args) {
    Db *db = DB(self);
    owner_lock(th, &db->lock);
    void *handle = db->handle;
    db->handle = NULL;
    if (handle) {
        BLOCKING_BEGIN(th);
        db->api->close(handle);
        BLOCKING_END;
    }
    owner_unlock(&db->lock);
    return VALUE_NONE;
}

Value db_meth_enter(Thread *th, Value self, Value *args) { return new_ref(th, self); }
Value db_meth_exit(Thread *th, Value self, Value *args) { return db_meth_close(th, self, NULL); }

void db_slot_dealloc(Thread *th, Object *o) {
    Db *db = (Db *)o;
    if (db->handle) db->api->close(db->handle);
    object_free(th, o);
}
