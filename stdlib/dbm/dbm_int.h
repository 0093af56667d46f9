// SPDX-License-Identifier: MIT
// What _dbm and _gdbm share: a database object, and the calls that differ between the two libraries.
#ifndef LADON_STDLIB_DBM_INT_H
#define LADON_STDLIB_DBM_INT_H

#include <gdbm.h>

#include "core/object/buffer.h"

#include "core/object/module.h"
#include "core/object/str.h"
#include "stdlib/owner_lock.h"

// One of the two interfaces. The calls take the library's handle; they are made detached, under the database's lock.
typedef struct DbApi {
    const char *name;                                   // "gdbm": the beginning of messages
    const char *keys;                                   // how a message calls keys
    datum (*fetch)(void *handle, datum key);            // dptr NULL: there is none
    int   (*store)(void *handle, datum key, datum value);
    int   (*erase)(void *handle, datum key);            // 0, or -1: it could not, or there is none (absent tells)
    datum (*first)(void *handle);
    datum (*next)(void *handle, datum key);
    intptr_t (*count)(void *handle);                    // -1: it could not
    void  (*close)(void *handle);
    bool  frees;                                        // what fetch, first and next give is the caller's to free()
    bool  (*absent)(void *handle, bool writable);       // after a failed erase: because the key is not there
    void  (*fail)(Thread *th, int err, int syserr, const char *what); // raises the module's error
    int   (*last_error)(void);                          // the library's own number; 0: it has none
} DbApi;

typedef struct Db {
    Object       head;
    const DbApi *api;      // [c]
    void        *handle;   // [l] the library's; NULL: closed
    intptr_t     size;     // [l] number of items, -1: not counted
    bool         writable; // [c]
    OwnerLock    lock;
} Db;

// The library file, loaded once; NULL: ImportError.
void *db_library(Thread *th, const char *file);
// A function or variable of it; NULL: ImportError.
void *db_symbol(Thread *th, void *lib, const char *name);
// Raises type(errno, text, filename): filename borrowed, NO_VALUE: none.
Value db_raise_errno(Thread *th, Value type, int err, Value filename);

// Takes the lock of an open database. False: it is closed, and the error is raised.
bool db_begin(Thread *th, Db *db);
void db_end(Db *db);
// The bytes of a key or value that the library gave, under the lock; gives them back. None when there are none.
Value db_take(Thread *th, const Db *db, datum d);
// A key or value as the library wants it, to be released by db_text_end. what begins the TypeError for memory that may change. 0 or -1.
typedef struct DbText { datum d; Value hold; Buffer view; } DbText;
int db_text(Thread *th, Value v, DbText *t, const char *what);
void db_text_end(Thread *th, DbText *t);

// Rows of the types' tables.
Value db_slot_getitem(Thread *th, Value self, Value key);
int db_slot_setitem(Thread *th, Value self, Value key, Value v);
int db_slot_contains(Thread *th, Value self, Value key);
intptr_t db_slot_len(Thread *th, Value self);
int db_slot_bool(Thread *th, Value self);
void db_slot_dealloc(Thread *th, Object *o);
extern NativeFunction db_meth_get, db_meth_keys, db_meth_clear, db_meth_close, db_meth_enter, db_meth_exit;
// setdefault with the default filled in: deflt borrowed.
Value db_setdefault(Thread *th, Value self, Value key, Value deflt);
#define DB_SLOTS .getitem = db_slot_getitem, .setitem = db_slot_setitem, .contains = db_slot_contains, .len = db_slot_len, .bool_ = db_slot_bool, .dealloc = db_slot_dealloc
#define DB_METHODS                                                                                                                          \
    {"get", "(self, key, default=None, /)", db_meth_get, "Return the value for key if present, otherwise default.", 0},                    \
    {"keys", "(self, /)", db_meth_keys, "Return a list of all keys in the database.", 0},                                                  \
    {"clear", "(self, /)", db_meth_clear, "Remove all items from the database.", 0},                                                       \
    {"close", "(self, /)", db_meth_close, "Close the database.", 0}, {"__enter__", "(self, /)", db_meth_enter, NULL, 0},                   \
    {"__exit__", "(self, *args)", db_meth_exit, NULL, METH_NO_TEXT_SIG}
#endif
