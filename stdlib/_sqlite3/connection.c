// SPDX-License-Identifier: MIT
// sqlite3.Connection: opening, closing, transactions, attributes. The lock and its rules: sqlite_int.h.
#include "stdlib/_sqlite3/sqlite_int.h"

#include <limits.h>
#include <pthread.h>
#include <strings.h>

#include "stdlib/sys/sys.h"

// ---- the lock and checks --------------------------------------------------------------------------------------------------------------

void sq_enter(Thread *th, SqCon *c) {
    if (owner_lock_held(th, &c->lock)) c->depth++;
    else owner_lock(th, &c->lock);
}
void sq_leave(SqCon *c) {
    if (c->depth) c->depth--;
    else owner_unlock(&c->lock);
}
int sq_check_thread(Thread *th, SqCon *c) {
    if (!c->initialized || !c->check_thread || c->thread == (uint64_t)pthread_self()) return 0;
    SQ_RAISE(th, ProgrammingError, "SQLite objects created in a thread can only be used in that same thread. The object was created in thread id %lu and this is thread id %lu.",
             (unsigned long)c->thread, (unsigned long)pthread_self());
    return -1;
}
int sq_check_open(Thread *th, SqCon *c) {
    if (!c->initialized) SQ_RAISE(th, ProgrammingError, "Base Connection.__init__ not called.");
    else if (!c->db) SQ_RAISE(th, ProgrammingError, "Cannot operate on a closed database.");
    else return 0;
    return -1;
}
int sq_begin(Thread *th, SqCon *c) {
    sq_enter(th, c);
    if (sq_check_thread(th, c) == 0 && sq_check_open(th, c) == 0) return 0;
    sq_leave(c);
    return -1;
}
int sq_exec(Thread *th, SqCon *c, const char *sql) {
    sqlite3_stmt *st = NULL;
    sqlite3 *db = c->db;
    int rc;
    BLOCKING_BEGIN(th);
    rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
    if (rc == SQLITE_OK) {
        (void)sqlite3_step(st);
        rc = sqlite3_finalize(st);
    }
    BLOCKING_END;
    if (error_pending(th)) return -1;
    return rc == SQLITE_OK ? 0 : sq_error(th, c->db, rc);
}

// ---- opening and closing --------------------------------------------------------------------------------------------------------------

static const char *const levels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};
static int isolation_arg(Thread *th, Value v, const char **out) {
    *out = NULL;
    if (v == VALUE_NONE) return 0;
    if (!value_is_str(v)) { raise_type_error(th, "isolation_level must be str or None, not %T", v); return -1; }
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, v, &n, &hold);
    if (!p) return -1;
    bool null = strlen(p) != n;
    for (size_t i = 0; !null && i < ARRAY_LEN(levels); i++)
        if (!strcasecmp(p, levels[i])) *out = levels[i];
    decref(th, hold);
    if (*out) return 0;
    raise_value_error(th, null ? "embedded null character" : "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
    return -1;
}
static int autocommit_arg(Thread *th, Value v, int *out) {
    int64_t n;
    if (v == VALUE_TRUE) *out = AUTOCOMMIT_ON;
    else if (v == VALUE_FALSE) *out = AUTOCOMMIT_OFF;
    else if (value_is_int(v) && int_as_i64_overflow(v, &n) == 0 && n == AUTOCOMMIT_LEGACY) *out = AUTOCOMMIT_LEGACY;
    else {
        raise_value_error(th, "autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL");
        return -1;
    }
    return 0;
}

// Ends the database. Lock held.
static void con_close(Thread *th, SqCon *c) {
    sq_blobs_close(th, c);
    Value statements = c->statements;
    c->statements = NO_VALUE;
    decref(th, statements);
    obj_lock(th, &c->db_lock);
    sqlite3 *db = c->db;
    c->db = NULL;
    obj_unlock(th, &c->db_lock);
    if (db) {
        BLOCKING_BEGIN(th);
        // A statement that is not done goes on with the database, which must not call hooks that are gone.
        sqlite3_trace_v2(db, 0, NULL, NULL);
        sqlite3_progress_handler(db, 0, NULL, NULL);
        sqlite3_set_authorizer(db, NULL, NULL);
        sqlite3_close_v2(db);
        BLOCKING_END;
    }
    sq_callbacks_clear(th, c);
}
static int roll_back_open(Thread *th, SqCon *c) {
    return c->db && c->autocommit == AUTOCOMMIT_OFF && !sqlite3_get_autocommit(c->db) ? sq_exec(th, c, "ROLLBACK") : 0;
}

static Value con_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    SqCon *c = object_new(th, type, 0);
    if (!c) return NO_VALUE;
    c->text_factory = VALUE_OF(&type_str);
    return VALUE_OF(c);
}
static int con_open(Thread *th, SqCon *c, Value path, double timeout, bool uri) {
    Value hold = NO_VALUE, fs = str_fspath(th, path);
    const char *name = fs == NO_VALUE ? NULL : str_fs_path(th, fs, NULL, &hold);
    int rc = SQLITE_ERROR;
    sqlite3 *db = NULL;
    if (name) {
        BLOCKING_BEGIN(th);
        rc = sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | (uri ? SQLITE_OPEN_URI : 0), NULL);
        if (rc == SQLITE_OK) sqlite3_busy_timeout(db, (int)(timeout * 1000));
        BLOCKING_END;
        if (rc != SQLITE_OK) {
            if (!db) raise_memory_error(th);
            else sq_error(th, db, rc);
            sqlite3_close(db);
        }
    }
    decref(th, hold);
    decref(th, fs);
    if (!name || rc != SQLITE_OK) return -1;
    obj_lock(th, &c->db_lock);
    c->db = db;
    obj_unlock(th, &c->db_lock);
    return 0;
}
static int con_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    SqCon *c = CON(self);
    Value a[9];
    if (nargs > 1 && warn_format(th, &exc_DeprecationWarning, 1,
            "Passing more than 1 positional argument to _sqlite3.Connection() is deprecated. Parameters 'timeout', 'detect_types', 'isolation_level', "
            "'check_same_thread', 'factory', 'cached_statements' and 'uri' will become keyword-only parameters in Python 3.15.") < 0)
        return -1;
    if (native_args_bind(th, &sig, "Connection", "(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=None, cached_statements=128, uri=False, *, autocommit=-1)",
                         args, nargs, kwnames, a) < 0)
        return -1;
    double timeout = 5.0;
    int detect = 0, check, cache = 128, uri, autocommit = AUTOCOMMIT_LEGACY;
    const char *isolation = levels[0];
    if ((a[1] && number_as_double(th, a[1], &timeout) < 0) || (a[2] && number_as_int(th, a[2], &detect) < 0) || (a[3] && isolation_arg(th, a[3], &isolation) < 0) ||
        (check = a[4] ? object_truth(th, a[4]) : 1) < 0 || (a[6] && number_as_int(th, a[6], &cache) < 0) || (uri = a[7] ? object_truth(th, a[7]) : 0) < 0 ||
        (a[8] && autocommit_arg(th, a[8], &autocommit) < 0) || sys_audit(th, "sqlite3.connect", 1, a[0]) < 0)
        return -1;
    sq_enter(th, c);
    int r = -1;
    if (c->initialized) { // once more
        c->initialized = false;
        con_close(th, c);
    }
    if (con_open(th, c, a[0], timeout, uri) == 0) {
        c->statements = dict_new(th);
        c->cache_size = cache;
        c->detect_types = detect;
        c->isolation = isolation;
        c->autocommit = autocommit;
        c->check_thread = check;
        c->thread = (uint64_t)pthread_self();
        slot_store(th, &c->head, &c->row_factory, NO_VALUE);
        slot_store(th, &c->head, &c->text_factory, VALUE_OF(&type_str));
        c->initialized = true;
        r = c->statements == NO_VALUE || sys_audit(th, "sqlite3.connect/handle", 1, self) < 0 || (autocommit == AUTOCOMMIT_OFF && sq_exec(th, c, "BEGIN") < 0) ? -1 : 0;
        if (r < 0) {
            c->initialized = false;
            con_close(th, c);
        }
    }
    sq_leave(c);
    return r;
}
static int con_slot_finalize(Thread *th, Value self) {
    SqCon *c = CON(self);
    if (!c->db) return 0;
    Value saved = error_fetch(th);
    sq_enter(th, c);
    if (roll_back_open(th, c) < 0) error_unraisable(th, NULL, self);
    if (warn_resource(th, self, "unclosed database in %R", self) < 0) {
        if (error_matches(th, &exc_Warning)) error_unraisable(th, NULL, self);
        else error_clear(th);
    }
    con_close(th, c);
    sq_leave(c);
    if (saved != NO_VALUE) error_restore(th, saved);
    return 0;
}
static int con_traverse(Object *o, VisitFn visit, void *arg) {
    SqCon *c = (SqCon *)o;
    const Value v[] = {c->row_factory, c->text_factory, c->statements};
    int r = sq_callbacks_traverse(c, visit, arg);
    for (size_t i = 0; !r && i < ARRAY_LEN(v); i++)
        if (value_is_object(v[i])) r = visit(v[i], arg);
    return r;
}
static void con_clear(Thread *th, Object *o) {
    SqCon *c = (SqCon *)o;
    con_close(th, c);
    clear_ref(th, &c->row_factory);
    clear_ref(th, &c->text_factory);
}
static void con_dealloc(Thread *th, Object *o) {
    con_clear(th, o);
    object_release_attrs(th, o);
    object_free(th, o);
}
static Value con_meth_close(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    Value r = NO_VALUE;
    sq_enter(th, c);
    if (!c->initialized) SQ_RAISE(th, ProgrammingError, "Base Connection.__init__ not called.");
    else if (sq_check_thread(th, c) == 0 && roll_back_open(th, c) == 0) {
        con_close(th, c);
        r = VALUE_NONE;
    }
    sq_leave(c);
    return r;
}

// ---- transactions ---------------------------------------------------------------------------------------------------------------------

static int end_transaction(Thread *th, SqCon *c, const char *sql) { // lock held
    if (c->autocommit == AUTOCOMMIT_LEGACY) return sqlite3_get_autocommit(c->db) ? 0 : sq_exec(th, c, sql);
    if (c->autocommit == AUTOCOMMIT_OFF) return sq_exec(th, c, sql) < 0 ? -1 : sq_exec(th, c, "BEGIN");
    return 0;
}
static Value end_method(Thread *th, Value self, const char *sql) {
    if (sq_begin(th, CON(self)) < 0) return NO_VALUE;
    int r = end_transaction(th, CON(self), sql);
    sq_leave(CON(self));
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value con_meth_commit(Thread *th, Value self, Value *a) { return end_method(th, self, "COMMIT"); }
static Value con_meth_rollback(Thread *th, Value self, Value *a) { return end_method(th, self, "ROLLBACK"); }
static Value con_meth_enter(Thread *th, Value self, Value *a) {
    if (sq_begin(th, CON(self)) < 0) return NO_VALUE;
    sq_leave(CON(self));
    return new_ref(th, self);
}
static Value con_meth_exit(Thread *th, Value self, Value *a) {
    bool good = a[0] == VALUE_NONE && a[1] == VALUE_NONE && a[2] == VALUE_NONE;
    Value r = end_method(th, self, good ? "COMMIT" : "ROLLBACK");
    if (r != NO_VALUE) return VALUE_FALSE;
    if (good) { // the transaction that could not be committed must not stay
        Value e = error_fetch(th);
        if (end_method(th, self, "ROLLBACK") == NO_VALUE) error_clear(th);
        error_restore(th, e);
    }
    return NO_VALUE;
}

// ---- cursors and statements -----------------------------------------------------------------------------------------------------------

static Value con_meth_cursor(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    if (sq_begin(th, c) < 0) return NO_VALUE;
    sq_leave(c);
    Value cu = call1(th, a[0] ? a[0] : VALUE_OF(&type_sq_Cursor), self);
    if (cu == NO_VALUE) return NO_VALUE;
    if (!value_is_instance(cu, &type_sq_Cursor)) {
        raise_type_error(th, "factory must return a cursor, not %T", cu);
        decref(th, cu);
        return NO_VALUE;
    }
    Value f = slot_get(th, &c->head, &c->row_factory);
    if (f != NO_VALUE && f != VALUE_NONE) slot_store(th, value_object(cu), &AS(SqCursor, cu)->row_factory, f);     // None is not counted
    return cu;
}
static Value by_cursor(Thread *th, Value self, const char *method, const Value *args, size_t n) {
    Value cu = call_method0(th, self, str_intern_cstr(th, "cursor")), r = cu == NO_VALUE ? NO_VALUE : call_method(th, cu, str_intern_cstr(th, method), args, n);
    decref(th, cu);
    return r;
}
static Value con_meth_execute(Thread *th, Value self, Value *a) { return by_cursor(th, self, "execute", a, a[1] ? 2 : 1); }
static Value con_meth_executemany(Thread *th, Value self, Value *a) { return by_cursor(th, self, "executemany", a, 2); }
static Value con_meth_executescript(Thread *th, Value self, Value *a) { return by_cursor(th, self, "executescript", a, 1); }
static Value con_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (sq_begin(th, CON(self)) < 0) return NO_VALUE;
    Value s = NO_VALUE;
    if (kwnames_len(kwnames)) raise_type_error(th, "sqlite3.Connection() takes no keyword arguments");
    else if (nargs != 1) raise_type_error(th, "function takes exactly 1 argument (%zu given)", nargs);
    else if (!value_is_str(args[0])) raise_type_error(th, "argument 1 must be str, not %T", args[0]);
    else s = sq_statement_new(th, CON(self), args[0]);
    sq_leave(CON(self));
    return s;
}
static Value con_get_text_signature(Thread *th, Value self) { return str_from_cstr(th, "(sql, /)"); }
// Alone without the lock: it is for those who find another thread holding it.
static Value con_meth_interrupt(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    obj_lock(th, &c->db_lock);
    sqlite3 *db = c->db;
    if (db) sqlite3_interrupt(db);
    obj_unlock(th, &c->db_lock);
    return db ? VALUE_NONE : (sq_check_open(th, c), NO_VALUE);
}

// ---- attributes -----------------------------------------------------------------------------------------------------------------------

static Value con_get_row_factory(Thread *th, Value self) {
    Value v = slot_get(th, &CON(self)->head, &CON(self)->row_factory);
    return v == NO_VALUE ? VALUE_NONE : v;
}
static Value con_get_text_factory(Thread *th, Value self) { return slot_get(th, &CON(self)->head, &CON(self)->text_factory); }
static int set_slot(Thread *th, SqCon *c, Value *slot, Value v, const char *name) {
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "cannot delete %s attribute", name); return -1; }
    slot_store(th, &c->head, slot, new_ref(th, v));
    return 0;
}
static int con_set_row_factory(Thread *th, Value self, Value v) { return set_slot(th, CON(self), &CON(self)->row_factory, v, "row_factory"); }
static int con_set_text_factory(Thread *th, Value self, Value v) { return set_slot(th, CON(self), &CON(self)->text_factory, v, "text_factory"); }
static Value con_get_in_transaction(Thread *th, Value self) {
    sq_enter(th, CON(self));
    Value r = sq_check_open(th, CON(self)) < 0 ? NO_VALUE : value_bool(!sqlite3_get_autocommit(CON(self)->db));
    sq_leave(CON(self));
    return r;
}
static Value con_get_total_changes(Thread *th, Value self) {
    sq_enter(th, CON(self));
    Value r = sq_check_open(th, CON(self)) < 0 ? NO_VALUE : value_imm_int(sqlite3_total_changes(CON(self)->db));
    sq_leave(CON(self));
    return r;
}
static Value con_get_isolation_level(Thread *th, Value self) {
    SqCon *c = CON(self);
    sq_enter(th, c);
    const char *level = c->isolation;
    int bad = sq_check_open(th, c);
    sq_leave(c);
    return bad < 0 ? NO_VALUE : level ? str_from_cstr(th, level) : VALUE_NONE;
}
static int con_set_isolation_level(Thread *th, Value self, Value v) {
    SqCon *c = CON(self);
    const char *level;
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "cannot delete attribute"); return -1; }
    if (isolation_arg(th, v, &level) < 0 || sq_begin(th, c) < 0) return -1;
    c->isolation = level;
    int r = level ? 0 : end_transaction(th, c, "COMMIT"); // None: nothing stays open
    sq_leave(c);
    return r;
}
static Value con_get_autocommit(Thread *th, Value self) {
    SqCon *c = CON(self);
    if (sq_begin(th, c) < 0) return NO_VALUE;
    int mode = c->autocommit;
    sq_leave(c);
    return mode == AUTOCOMMIT_LEGACY ? value_imm_int(mode) : value_bool(mode == AUTOCOMMIT_ON);
}
static int con_set_autocommit(Thread *th, Value self, Value v) {
    SqCon *c = CON(self);
    int mode, r = 0;
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "cannot delete autocommit attribute"); return -1; }
    if (autocommit_arg(th, v, &mode) < 0 || sq_begin(th, c) < 0) return -1;
    if (mode == AUTOCOMMIT_ON && !sqlite3_get_autocommit(c->db)) r = sq_exec(th, c, "COMMIT");
    else if (mode == AUTOCOMMIT_OFF && sqlite3_get_autocommit(c->db)) r = sq_exec(th, c, "BEGIN");
    if (r == 0) c->autocommit = mode;
    sq_leave(c);
    return r;
}
static const GetSetDef con_getsets[] = {
    {"__text_signature__", con_get_text_signature, NULL, NULL},
    {"isolation_level", con_get_isolation_level, con_set_isolation_level, NULL}, {"autocommit", con_get_autocommit, con_set_autocommit, NULL},
    {"in_transaction", con_get_in_transaction, NULL, NULL}, {"total_changes", con_get_total_changes, NULL, NULL},
    {"row_factory", con_get_row_factory, con_set_row_factory, NULL}, {"text_factory", con_get_text_factory, con_set_text_factory, NULL}, {0},
};
static const MethodDef con_methods[] = {
    {"backup", "(self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)", con_meth_backup, "Makes a backup of the database.", 0},
    {"blobopen", "(self, table, column, rowid, /, *, readonly=False, name='main')", con_meth_blobopen, "Open and return a BLOB object.", 0},
    {"close", "(self, /)", con_meth_close, "Close the database connection.\n\nAny pending transaction is not committed implicitly.", 0},
    {"commit", "(self, /)", con_meth_commit, "Commit any pending transaction to the database.\n\nIf there is no open transaction, this method is a no-op.", 0},
    {"create_aggregate", "($self, /, name, n_arg, aggregate_class)", (void *)con_meth_create_aggregate, "Creates a new aggregate.", METH_RAW},
    {"create_collation", "(self, name, callback, /)", con_meth_create_collation, "Creates a collation function.", 0},
    {"create_function", "($self, /, name, narg, func, *, deterministic=False)", (void *)con_meth_create_function, "Creates a new function.", METH_RAW},
    {"create_window_function", "(self, name, num_params, aggregate_class, /)", con_meth_create_window_function, "Creates or redefines an aggregate window function. Non-standard.", 0},
    {"cursor", "(self, /, factory=None)", con_meth_cursor, "Return a cursor for the connection.", METH_NO_TEXT_SIG},
    {"deserialize", "(self, data, /, *, name='main')", con_meth_deserialize, "Load a serialized database.", 0},
    {"enable_load_extension", "(self, enable, /)", con_meth_enable_load_extension, "Enable dynamic loading of SQLite extension modules.", 0},
    {"execute", "(self, sql, parameters=(), /)", con_meth_execute, "Executes an SQL statement.", 0},
    {"executemany", "(self, sql, parameters, /)", con_meth_executemany, "Repeatedly executes an SQL statement.", 0},
    {"executescript", "(self, sql_script, /)", con_meth_executescript, "Executes multiple SQL statements at once.", 0},
    {"getconfig", "(self, op, /)", con_meth_getconfig, "Query a boolean connection configuration option.", 0},
    {"getlimit", "(self, category, /)", con_meth_getlimit, "Get connection run-time limits.", 0},
    {"interrupt", "(self, /)", con_meth_interrupt, "Abort any pending database operation.", 0},
    {"iterdump", "(self, /, *, filter=None)", con_meth_iterdump, "Returns iterator to the dump of the database in an SQL text format.", 0},
    {"load_extension", "(self, name, /, *, entrypoint=None)", con_meth_load_extension, "Load SQLite extension module.", 0},
    {"rollback", "(self, /)", con_meth_rollback, "Roll back to the start of any pending transaction.\n\nIf there is no open transaction, this method is a no-op.", 0},
    {"serialize", "(self, /, *, name='main')", con_meth_serialize, "Serialize a database into a byte string.", 0},
    {"set_authorizer", "($self, /, authorizer_callback)", (void *)con_meth_set_authorizer, "Set authorizer callback.", METH_RAW},
    {"set_progress_handler", "($self, /, progress_handler, n)", (void *)con_meth_set_progress_handler, "Set progress handler callback.", METH_RAW},
    {"set_trace_callback", "($self, /, trace_callback)", (void *)con_meth_set_trace_callback, "Set a trace callback called for each SQL statement (passed as unicode).", METH_RAW},
    {"setconfig", "(self, op, enable=True, /)", con_meth_setconfig, "Set a boolean connection configuration option.", 0},
    {"setlimit", "(self, category, limit, /)", con_meth_setlimit, "Set connection run-time limits.", 0},
    {"__enter__", "(self, /)", con_meth_enter, "Called when the connection is used as a context manager.", 0},
    {"__exit__", "(self, type, value, traceback, /)", con_meth_exit, "Called when the connection is used as a context manager.", 0},
    {0},
};
#define CON_FLAGS (TYPE_IMMUTABLE | TYPE_BASETYPE | TYPE_TRACED | TYPE_HAS_DEL)
static Shape con_shape;
Type type_sq_Connection = {
    .head = OBJECT_STATIC(&shape_type), .name = "sqlite3.Connection", .base = &type_object, .flags = CON_FLAGS, .basic_size = sizeof(SqCon), .shape = &con_shape,
    .methods = con_methods, .getsets = con_getsets, .doc = "SQLite database connection object.",
    .slots = {.new_ = con_slot_new, .init = con_slot_init, .finalize = con_slot_finalize, .dealloc = con_dealloc, .traverse = con_traverse, .clear = con_clear,
              .call = con_slot_call}};
static Shape con_shape = {.type = &type_sq_Connection, .flags = CON_FLAGS};
