// SPDX-License-Identifier: MIT
// What the files of _sqlite3 share.
//
// Threads. A connection has a lock that its thread may take again (sq_enter): everything that touches the database, its statements, cursors and blobs runs
// under it. It is no object lock: Python code runs while it is held (adapters, converters, factories, and the callbacks that SQLite makes in the middle of a
// step), and it is waited for detached. All calls of the library that may take time or call back are made detached; so a callback starts by attaching and
// ends by detaching. SQLite's own mutexes are then never contended by an attached thread. interrupt() alone comes without the lock.
#ifndef LADON_STDLIB_SQLITE_INT_H
#define LADON_STDLIB_SQLITE_INT_H

#include <sqlite3.h>
#include <string.h>

#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/iter.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "stdlib/owner_lock.h"

enum { AUTOCOMMIT_LEGACY = -1, AUTOCOMMIT_OFF = 0, AUTOCOMMIT_ON = 1 };
enum { PARSE_DECLTYPES = 1, PARSE_COLNAMES = 2 };

// A Python callable that SQLite calls back. Owned by SQLite (its destructor frees it) or by the connection.
typedef struct SqCallback SqCallback; // callbacks.c
struct SqCallback {
    Value callable;             // [c]
    SqCallback *next, *prev;    // [l] held_mutex; of those that only the library holds
};

typedef struct SqBlob SqBlob;
typedef struct SqCon {
    Object       head;
    OwnerLock    lock;            // see above
    uint32_t     depth;           // [l] how often the holder has taken it beyond the first time
    ObjLock      db_lock;         // [a] guards db against interrupt(): held for no call that waits
    sqlite3     *db;              // [l], replaced under db_lock, too; NULL: closed
    bool         initialized;     // [l]
    bool         check_thread;    // [c] after __init__
    uint64_t     thread;          // [c] after __init__: the thread's identity
    int          detect_types;    // [l]
    int          autocommit;      // [l] AUTOCOMMIT_*
    const char  *isolation;       // [l] NULL: none
    int          cache_size;      // [l]
    Value        statements;      // [l] dict sql -> statement, the least recently used first
    Value        row_factory, text_factory; // [a] as slots (container_inl.h)
    SqCallback  *trace, *progress, *authorizer; // [l]
    SqBlob      *blobs;           // [l] open ones
} SqCon;
typedef struct SqStatement { Object head; sqlite3_stmt *st; bool dml; } SqStatement; // st used under the connection's lock; NULL: nothing to do
typedef struct SqCursor {
    Object       head;
    Value        con;             // [a] slot; NO_VALUE: __init__ was not called; replaced under the lock of the one before
    Value        statement;       // [l con] NO_VALUE: none is active
    Value        description, lastrowid, row_factory; // [a] slots; NO_VALUE: None
    Value        casts;           // [l con] list of converters or None, for the columns; NO_VALUE: none
    int64_t      rowcount;        // [a]
    uint32_t     arraysize;       // [a]
    bool         closed, busy;    // [l con]
} SqCursor;
struct SqBlob {
    Object        head;
    Value         con;            // [c]
    sqlite3_blob *blob;           // [l con] NULL: closed
    int           offset;         // [l con]
    SqBlob       *next, **link;   // [l con] list of the connection
};
#define CON(v) AS(SqCon, v)
extern Type type_sq_Connection, type_sq_Cursor, type_sq_Row, type_sq_Blob, type_sq_Statement, type_sq_PrepareProtocol;

// Exceptions, in the order of sq_exceptions. [c] after the first import, roots.
enum { SQ_Warning, SQ_Error, SQ_InterfaceError, SQ_DatabaseError, SQ_DataError, SQ_OperationalError, SQ_IntegrityError, SQ_InternalError, SQ_ProgrammingError,
       SQ_NotSupportedError, SQ_EXC_COUNT };
extern Value sq_exc[SQ_EXC_COUNT];
#define SQ_RAISE(th, which, ...) raise_error((th), AS(Type, sq_exc[SQ_##which]), __VA_ARGS__)
// The exception of the database's last error; db NULL: of code alone. Returns -1.
int sq_error(Thread *th, sqlite3 *db, int code);
const char *sq_error_name(int code);

void sq_enter(Thread *th, SqCon *c);
void sq_leave(SqCon *c);
int sq_check_thread(Thread *th, SqCon *c);   // 0, or -1: ProgrammingError
int sq_check_open(Thread *th, SqCon *c);     // initialised and open; lock held. 0 or -1
// Both, and the lock: 0 with it, -1 without.
int sq_begin(Thread *th, SqCon *c);
// Runs one statement without a result. Lock held. 0 or -1.
int sq_exec(Thread *th, SqCon *c, const char *sql);
Value sq_statement_new(Thread *th, SqCon *c, Value sql);          // lock held
Value sq_statement_cached(Thread *th, SqCon *c, Value sql);       // the same from the cache

// Callbacks (callbacks.c).
void sq_callbacks_init(void);                  // once, when the module is made
extern const MethodDef sq_callback_methods[]; // joined to the connection's
void sq_callbacks_clear(Thread *th, SqCon *c); // trace, progress and authorizer, once the database is closed. Lock held
int sq_callbacks_traverse(SqCon *c, VisitFn visit, void *arg);
extern uint8_t sq_tracebacks;                 // [a] enable_callback_tracebacks()

// Adapting (module.c): a new reference, or NO_VALUE.
Value sq_adapt(Thread *th, Value obj, Value alt);
extern uint8_t sq_base_adapted;               // [a] an adapter is registered for int, float, str or bytearray
Value sq_converter(Thread *th, const char *name, size_t n); // borrowed key upper-cased; a new reference, or NO_VALUE without exception
extern Value sq_converters, sq_adapters;      // [c] dicts; roots

RawFunction con_meth_create_function, con_meth_create_aggregate, con_meth_set_authorizer, con_meth_set_progress_handler, con_meth_set_trace_callback;
NativeFunction con_meth_create_window_function, con_meth_create_collation, con_meth_blobopen, con_meth_backup, con_meth_serialize, con_meth_deserialize,
    con_meth_getlimit, con_meth_setlimit, con_meth_getconfig, con_meth_setconfig, con_meth_enable_load_extension, con_meth_load_extension, con_meth_iterdump;
void sq_blobs_close(Thread *th, SqCon *c);    // lock held
// Says that keywords for what will be positional are deprecated. 0 or -1.
int sq_deprecated_keywords(Thread *th, const char *which, const char *fn, const char *rest);
#endif
