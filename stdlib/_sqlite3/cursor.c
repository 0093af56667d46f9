// SPDX-License-Identifier: MIT
// _sqlite3: statements and cursors. All of it runs under the connection's lock (sqlite_int.h).
#include "stdlib/_sqlite3/sqlite_int.h"

#include <limits.h>
#include <strings.h>

// ---- statements -----------------------------------------------------------------------------------------------------------------------

// What follows white space and comments, or NULL: nothing.
static const char *skip_blank(const char *p) {
    for (; *p; p++) {
        if (*p == ' ' || *p == '\t' || *p == '\f' || *p == '\n' || *p == '\r') continue;
        if (p[0] == '-' && p[1] == '-') {
            while (*p && *p != '\n') p++;
            if (!*p) return NULL;
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (!end) return NULL;
            p = end + 1;
        } else return p;
    }
    return NULL;
}
static Value statement_make(Thread *th, SqCon *c, const char *sql, size_t n) {
    if (n > (size_t)sqlite3_limit(c->db, SQLITE_LIMIT_SQL_LENGTH, -1)) return SQ_RAISE(th, DataError, "query string is too large");
    if (strlen(sql) != n) return SQ_RAISE(th, ProgrammingError, "the query contains a null character");
    sqlite3_stmt *st = NULL;
    const char *tail = NULL;
    int rc;
    BLOCKING_BEGIN(th);
    rc = sqlite3_prepare_v2(c->db, sql, (int)n + 1, &st, &tail);
    BLOCKING_END;
    if (rc != SQLITE_OK) return sq_error(th, c->db, rc), NO_VALUE;
    SqStatement *s = NULL;
    if (tail && skip_blank(tail)) SQ_RAISE(th, ProgrammingError, "You can only execute one statement at a time.");
    else s = NEW(SqStatement, th, &type_sq_Statement);
    if (!s) {
        BLOCKING_BEGIN(th);
        sqlite3_finalize(st);
        BLOCKING_END;
        return NO_VALUE;
    }
    const char *p = skip_blank(sql);
    s->st = st;
    s->dml = p && (!strncasecmp(p, "insert", 6) || !strncasecmp(p, "update", 6) || !strncasecmp(p, "delete", 6) || !strncasecmp(p, "replace", 7));
    return VALUE_OF(s);
}
Value sq_statement_new(Thread *th, SqCon *c, Value sql) {
    size_t n;
    Value hold = NO_VALUE;
    const char *p = str_utf8(th, sql, &n, &hold);
    Value r = p ? statement_make(th, c, p, n) : NO_VALUE;
    decref(th, hold);
    return r;
}
// The text may be of a subclass, and so may others in the cache be: their hashes and comparisons are Python code, which may close the connection.
static Value statement_of(Thread *th, SqCon *c, Dict *cache, Value sql) {
    Value s;
    int64_t hash = object_hash(th, sql);
    int found = error_pending(th) ? -1 : dict_get_move_last(th, cache, sql, hash, &s);
    if (found) return found < 0 ? NO_VALUE : s;
    s = c->db || sq_check_open(th, c) == 0 ? sq_statement_new(th, c, sql) : NO_VALUE;
    if (s == NO_VALUE || c->cache_size <= 0) return s;
    if (dict_len(cache) >= (size_t)c->cache_size) {
        Value k, v;
        if (dict_popitem_first(th, cache, &k, &v) > 0) {
            decref(th, k);
            decref(th, v);
        }
    }
    if (dict_set_hash(th, cache, sql, hash, s) < 0) clear_ref(th, &s);
    return s;
}
Value sq_statement_cached(Thread *th, SqCon *c, Value sql) {
    Value cache = new_ref(th, c->statements), s = statement_of(th, c, AS(Dict, cache), sql);
    decref(th, cache);
    return s;
}
static void statement_dealloc(Thread *th, Object *o) {
    sqlite3_stmt *st = ((SqStatement *)o)->st;
    if (st) {
        Value saved = error_fetch(th); // an aggregate may be finalized
        BLOCKING_BEGIN(th);
        sqlite3_finalize(st);
        BLOCKING_END;
        if (saved != NO_VALUE) error_restore(th, saved);
    }
    object_free(th, o);
}
static Shape statement_shape;
Type type_sq_Statement = {.head = OBJECT_STATIC(&shape_type), .name = "sqlite3.Statement", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE,
                          .basic_size = sizeof(SqStatement), .shape = &statement_shape, .slots = {.dealloc = statement_dealloc}};
static Shape statement_shape = {.type = &type_sq_Statement, .flags = TYPE_IMMUTABLE | TYPE_NO_INSTANTIATE};

static int step(Thread *th, sqlite3_stmt *st) {
    if (!st) return SQLITE_DONE; // an empty statement
    int rc;
    BLOCKING_BEGIN(th);
    rc = sqlite3_step(st);
    BLOCKING_END;
    return rc;
}
static void reset(Thread *th, Value statement) {
    if (statement == NO_VALUE || !AS(SqStatement, statement)->st) return;
    sqlite3_stmt *st = AS(SqStatement, statement)->st;
    BLOCKING_BEGIN(th);
    sqlite3_reset(st);
    BLOCKING_END;
}

// ---- binding --------------------------------------------------------------------------------------------------------------------------

static int bind_value(Thread *th, sqlite3 *db, sqlite3_stmt *st, int at, Value v) {
    int rc = SQLITE_OK;
    if (v == VALUE_NONE) rc = sqlite3_bind_null(st, at);
    else if (value_is_int(v)) {
        int64_t n;
        if (int_as_i64_overflow(v, &n)) { raise_error(th, &exc_OverflowError, "Python int too large to convert to SQLite INTEGER"); return -1; }
        rc = sqlite3_bind_int64(st, at, n);
    } else if (value_is_float(v)) {
        double d;
        if (number_as_double(th, v, &d) < 0) return -1;
        rc = sqlite3_bind_double(st, at, d);
    } else if (value_is_str(v)) {
        size_t n;
        Value hold = NO_VALUE;
        const char *p = str_utf8(th, v, &n, &hold);
        if (!p) return -1;
        if (n > INT_MAX) {
            decref(th, hold);
            raise_error(th, &exc_OverflowError, "string longer than INT_MAX bytes");
            return -1;
        }
        rc = sqlite3_bind_text(st, at, p, (int)n, SQLITE_TRANSIENT);
        decref(th, hold);
    } else if (buffer_check(v)) {
        Buffer b;
        if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
        bool fits = b.len <= INT_MAX;
        if (fits) rc = sqlite3_bind_blob(st, at, b.len ? (const void *)b.buf : "", (int)b.len, SQLITE_TRANSIENT);
        buffer_release(th, &b);
        if (!fits) { raise_error(th, &exc_OverflowError, "BLOB longer than INT_MAX bytes"); return -1; }
    } else {
        return 1;
    }
    return rc == SQLITE_OK ? 0 : sq_error(th, db, rc);
}
// Adapts and binds v (taken over). 0 or -1.
static int bind_owned(Thread *th, SqCon *c, SqStatement *s, int at, Value v) {
    bool plain = !atomic_load_relaxed(&sq_base_adapted) && (type_of(v) == &type_int || type_of(v) == &type_float || type_of(v) == &type_str || type_of(v) == &type_bytearray);
    if (!plain) {
        Value a = sq_adapt(th, v, v);
        decref(th, v);
        if ((v = a) == NO_VALUE) return -1;
    }
    if (!c->db) { // an adapter has closed it
        decref(th, v);
        return sq_check_open(th, c);
    }
    int r = bind_value(th, c->db, s->st, at, v);
    if (r > 0) SQ_RAISE(th, ProgrammingError, "Error binding parameter %d: type '%T' is not supported", at, v);
    decref(th, v);
    return r ? -1 : 0;
}
static int bind_sequence(Thread *th, SqCon *c, SqStatement *s, Value params, int need) {
    intptr_t n = object_len(th, params);
    if (n < 0) return -1;
    if (n != need) {
        SQ_RAISE(th, ProgrammingError, "Incorrect number of bindings supplied. The current statement uses %d, and there are %zd supplied.", need, n);
        return -1;
    }
    for (int i = 1; i <= need; i++) {
        const char *name = sqlite3_bind_parameter_name(s->st, i);
        if (name && name[0] != '?') {
            SQ_RAISE(th, ProgrammingError, "Binding %d ('%s') is a named parameter, but you supplied a sequence which requires nameless (qmark) placeholders.", i, name);
            return -1;
        }
        Value v = sequence_get(th, params, i - 1);
        if (v == NO_VALUE || bind_owned(th, c, s, i, v) < 0) return -1;
    }
    return 0;
}
static int bind_mapping(Thread *th, SqCon *c, SqStatement *s, Value params, int need) {
    for (int i = 1; i <= need; i++) {
        const char *name = sqlite3_bind_parameter_name(s->st, i);
        if (!name) {
            SQ_RAISE(th, ProgrammingError, "Binding %d has no name, but you supplied a dictionary (which has only names).", i);
            return -1;
        }
        Value key = str_from_cstr(th, name + 1), v = key == NO_VALUE ? NO_VALUE : object_getitem(th, params, key);
        decref(th, key);
        if (v == NO_VALUE) {
            if (key != NO_VALUE && error_clear_if(th, &exc_LookupError)) SQ_RAISE(th, ProgrammingError, "You did not supply a value for binding parameter :%s.", name + 1);
            return -1;
        }
        if (bind_owned(th, c, s, i, v) < 0) return -1;
    }
    return 0;
}
static int bind_all(Thread *th, SqCon *c, SqStatement *s, Value params) {
    int need = s->st ? sqlite3_bind_parameter_count(s->st) : 0;
    if (value_is_tuple(params) || value_is_list(params) || (!value_is_dict(params) && sequence_check(params))) return bind_sequence(th, c, s, params, need);
    if (mapping_check(params)) return bind_mapping(th, c, s, params, need);
    SQ_RAISE(th, ProgrammingError, "parameters are of unsupported type");
    return -1;
}

// ---- rows -----------------------------------------------------------------------------------------------------------------------------

// The converters of the columns: a list of callables and Nones. New reference.
static Value build_casts(Thread *th, SqCon *c, sqlite3_stmt *st) {
    int n = sqlite3_column_count(st);
    Value list = list_new(th, (size_t)n);
    for (int i = 0; list != NO_VALUE && i < n; i++) {
        Value f = NO_VALUE;
        const char *name = sqlite3_column_name(st, i), *p, *end, *type;
        if ((c->detect_types & PARSE_COLNAMES) && name && (p = strchr(name, '[')) && (end = strchr(p, ']'))) f = sq_converter(th, p + 1, (size_t)(end - p - 1));
        if (f == NO_VALUE && !error_pending(th) && (c->detect_types & PARSE_DECLTYPES) && (type = sqlite3_column_decltype(st, i))) f = sq_converter(th, type, strcspn(type, " ("));
        if (f == NO_VALUE) f = VALUE_NONE;
        if (error_pending(th) || list_append_owned(th, AS(List, list), f) < 0) clear_ref(th, &list);
    }
    return list;
}
static Value build_description(Thread *th, SqCon *c, sqlite3_stmt *st) {
    int n = sqlite3_column_count(st);
    Tuple *t = tuple_new(th, (size_t)n);
    if (!t) return NO_VALUE;
    for (int i = 0; i < n; i++) {
        const char *name = sqlite3_column_name(st, i);
        size_t len = name ? strlen(name) : 0;
        if (c->detect_types & PARSE_COLNAMES)
            for (size_t k = 0; k < len; k++)
                if (name[k] == '[') len = k && name[k - 1] == ' ' ? k - 1 : k;
        Value v[7] = {name ? str_from_utf8(th, name, len) : raise_memory_error(th), VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE};
        if (v[0] == NO_VALUE || (t->items[i] = tuple_from_owned(th, v, 7)) == NO_VALUE) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
    }
    return VALUE_OF(t);
}
static Value column_text(Thread *th, SqCon *c, sqlite3_stmt *st, int i) {
    const char *p = (const char *)sqlite3_column_text(st, i);
    int n = sqlite3_column_bytes(st, i);
    if (!p && sqlite3_errcode(c->db) == SQLITE_NOMEM) return raise_memory_error(th);
    Value factory = slot_get(th, &c->head, &c->text_factory), r;
    if (factory == VALUE_OF(&type_str)) {
        r = str_from_utf8(th, p, (size_t)n);
        if (r == NO_VALUE && error_clear_if(th, &exc_UnicodeDecodeError)) {
            const char *name = sqlite3_column_name(st, i);
            Value raw = bytes_new(th, p, (size_t)n), args[2] = {str_from_cstr(th, "ascii"), str_from_cstr(th, "replace")};
            Value text = raw && args[0] && args[1] ? call_method(th, raw, name_decode, args, 2) : NO_VALUE;
            if (text != NO_VALUE) SQ_RAISE(th, OperationalError, "Could not decode to UTF-8 column '%s' with text '%U'", name ? name : "<unknown column name>", text);
            decref(th, raw);
            decref(th, args[0]);
            decref(th, args[1]);
            decref(th, text);
        }
    } else if (factory == VALUE_OF(&type_bytes)) r = bytes_new(th, p, (size_t)n);
    else if (factory == VALUE_OF(&type_bytearray)) r = bytearray_new(th, p, (size_t)n);
    else {
        Value raw = bytes_new(th, p, (size_t)n);
        r = raw == NO_VALUE ? NO_VALUE : call1(th, factory, raw);
        decref(th, raw);
    }
    decref(th, factory);
    return r;
}
static Value column_value(Thread *th, SqCon *c, sqlite3_stmt *st, int i, Value cast) {
    if (cast != NO_VALUE && cast != VALUE_NONE) {
        const void *p = sqlite3_column_blob(st, i);
        if (!p) return sqlite3_errcode(c->db) == SQLITE_NOMEM ? raise_memory_error(th) : VALUE_NONE;
        Value raw = bytes_new(th, p, (size_t)sqlite3_column_bytes(st, i)), r = raw == NO_VALUE ? NO_VALUE : call1(th, cast, raw);
        decref(th, raw);
        return r;
    }
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_NULL: return VALUE_NONE;
    case SQLITE_INTEGER: return int_from_i64(th, sqlite3_column_int64(st, i));
    case SQLITE_FLOAT: return float_from_double(th, sqlite3_column_double(st, i));
    case SQLITE_TEXT: return column_text(th, c, st, i);
    default: {
        const void *p = sqlite3_column_blob(st, i);
        if (!p && sqlite3_errcode(c->db) == SQLITE_NOMEM) return raise_memory_error(th);
        return bytes_new(th, p ? p : "", (size_t)sqlite3_column_bytes(st, i));
    }
    }
}
static Value fetch_row(Thread *th, SqCursor *cu, SqCon *c, SqStatement *s) {
    int n = sqlite3_data_count(s->st);
    Tuple *row = tuple_new(th, (size_t)n);
    Value casts = cu->casts;
    incref(th, casts);
    for (int i = 0; row && i < n; i++) {
        Value cast = casts == NO_VALUE ? NO_VALUE : list_get(th, AS(List, casts), i);
        Value v = error_pending(th) || (!c->db && sq_check_open(th, c) < 0) ? NO_VALUE : column_value(th, c, s->st, i, cast);
        decref(th, cast);
        if ((row->items[i] = v) == NO_VALUE) {
            decref(th, VALUE_OF(row));
            row = NULL;
        }
    }
    decref(th, casts);
    return VALUE_OF(row);
}

// ---- cursors --------------------------------------------------------------------------------------------------------------------------

#define CUR(v) AS(SqCursor, v)
// The connection of a cursor is set once without a lock, and replaced under the lock of the one it has.
static SqCon *enter_connection(Thread *th, SqCursor *cu) {
    for (;;) {
        Value con = slot_get(th, &cu->head, &cu->con);
        if (con == NO_VALUE) return NULL;
        sq_enter(th, CON(con));
        if (atomic_load_acquire(&cu->con) == con) return CON(con);
        sq_leave(CON(con));
        decref(th, con);
    }
}
static void cursor_leave(Thread *th, SqCon *c) {
    sq_leave(c);
    decref(th, VALUE_OF(c));
}
static int cursor_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    SqCursor *cu = CUR(self);
    if (args_no_keywords(th, "Cursor", kwnames) < 0 || args_count(th, "Cursor", nargs, 1, 1) < 0) return -1;
    if (!value_is_instance(args[0], &type_sq_Connection)) { raise_type_error(th, "Cursor() argument 1 must be sqlite3.Connection, not %B", args[0]); return -1; }
    Value none = NO_VALUE;
    incref(th, args[0]);
    // acq_rel: whoever sees the connection sees the cursor as it was made.
    if (!atomic_cas_acq_rel(&cu->con, &none, args[0])) decref(th, args[0]);
    SqCon *c = enter_connection(th, cu);
    if (cu->busy) SQ_RAISE(th, ProgrammingError, "Recursive use of cursors not allowed.");
    else {
        Value statement = cu->statement, casts = cu->casts;
        cu->statement = cu->casts = NO_VALUE;
        cu->closed = false;
        atomic_store_relaxed(&cu->arraysize, 1);
        atomic_store_relaxed(&cu->rowcount, -1);
        slot_store(th, &cu->head, &cu->description, NO_VALUE);
        slot_store(th, &cu->head, &cu->lastrowid, NO_VALUE);
        slot_store(th, &cu->head, &cu->row_factory, NO_VALUE);
        reset(th, statement);
        decref(th, statement);
        decref(th, casts);
        slot_store(th, &cu->head, &cu->con, new_ref(th, args[0]));
    }
    cursor_leave(th, c);
    return error_pending(th) ? -1 : sq_check_thread(th, CON(args[0]));
}
static Value cursor_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(object_new(th, type, 0)); }
static int cursor_traverse(Object *o, VisitFn visit, void *arg) {
    SqCursor *cu = (SqCursor *)o;
    const Value v[] = {cu->con, cu->description, cu->lastrowid, cu->row_factory, cu->casts};
    int r = 0;
    for (size_t i = 0; !r && i < ARRAY_LEN(v); i++)
        if (value_is_object(v[i])) r = visit(v[i], arg);
    return r;
}
static void cursor_clear(Thread *th, Object *o) {
    SqCursor *cu = (SqCursor *)o;
    Value *const v[] = {&cu->con, &cu->description, &cu->lastrowid, &cu->row_factory, &cu->casts, &cu->statement};
    reset(th, cu->statement);
    for (size_t i = 0; i < ARRAY_LEN(v); i++) clear_ref(th, v[i]);
}
static void cursor_dealloc(Thread *th, Object *o) {
    cursor_clear(th, o);
    object_release_attrs(th, o);
    object_free(th, o);
}

// Checks and the connection's lock. The connection (owned), or NULL.
static SqCon *cursor_enter(Thread *th, SqCursor *cu) {
    SqCon *c = enter_connection(th, cu);
    if (!c) return SQ_RAISE(th, ProgrammingError, "Base Cursor.__init__ not called."), NULL;
    int bad = -1;
    if (cu->busy) SQ_RAISE(th, ProgrammingError, "Recursive use of cursors not allowed.");
    else if (cu->closed) SQ_RAISE(th, ProgrammingError, "Cannot operate on a closed cursor.");
    else bad = sq_check_thread(th, c) < 0 || sq_check_open(th, c) < 0;
    if (!bad) return c;
    cursor_leave(th, c);
    return NULL;
}
static void drop_statement(Thread *th, SqCursor *cu) {
    Value s = cu->statement;
    cu->statement = NO_VALUE;
    reset(th, s);
    decref(th, s);
}

static int begin_transaction(Thread *th, SqCon *c, SqStatement *s) {
    if (!c->db) return sq_check_open(th, c); // the search for the statement has closed it
    if (c->autocommit != AUTOCOMMIT_LEGACY || !c->isolation || !s->dml || !sqlite3_get_autocommit(c->db)) return 0;
    char sql[32] = "BEGIN ";
    strcat(sql, c->isolation);
    return sq_exec(th, c, sql);
}
// One set of parameters. 0 or -1.
static int execute_once(Thread *th, SqCursor *cu, SqCon *c, SqStatement *s, Value params, bool many) {
    if (s->st) {
        reset(th, cu->statement);
        if (many || sqlite3_bind_parameter_count(s->st)) sqlite3_clear_bindings(s->st);
    }
    if (bind_all(th, c, s, params) < 0) return -1;
    int rc = step(th, s->st);
    if (error_pending(th)) return -1;
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) return sq_error(th, c->db, rc);
    if (!c->db) return sq_check_open(th, c); // a callback has closed it
    if (s->st && cu->casts == NO_VALUE && c->detect_types && (cu->casts = build_casts(th, c, s->st)) == NO_VALUE) return -1;
    if (s->st && cu->description == NO_VALUE && sqlite3_column_count(s->st) > 0) {
        Value d = build_description(th, c, s->st);
        if (d == NO_VALUE) return -1;
        slot_store(th, &cu->head, &cu->description, d);
    }
    if (rc == SQLITE_DONE) {
        if (s->dml) atomic_store_relaxed(&cu->rowcount, cu->rowcount + sqlite3_changes(c->db));
        reset(th, cu->statement);
    } else if (many) {
        reset(th, cu->statement);
    }
    if (!many) {
        Value id = int_from_i64(th, sqlite3_last_insert_rowid(c->db));
        if (id == NO_VALUE) return -1;
        slot_store(th, &cu->head, &cu->lastrowid, id);
    }
    if (rc == SQLITE_DONE && !many) drop_statement(th, cu);
    return 0;
}
// With the lock and cu->busy.
static int execute_locked(Thread *th, SqCursor *cu, SqCon *c, Value sql, Value params, bool many) {
    Value it = many ? object_iter(th, params) : NO_VALUE;
    if (many && it == NO_VALUE) return -1;
    drop_statement(th, cu);
    clear_ref(th, &cu->casts);
    slot_store(th, &cu->head, &cu->description, NO_VALUE);
    Value st = c->db ? sq_statement_cached(th, c, sql) : (sq_check_open(th, c), NO_VALUE);
    if (st != NO_VALUE && AS(SqStatement, st)->st && sqlite3_stmt_busy(AS(SqStatement, st)->st)) { // another cursor is at it
        decref(th, st);
        st = sq_statement_new(th, c, sql);
    }
    int r = st == NO_VALUE ? -1 : 0;
    SqStatement *s = AS(SqStatement, st);
    cu->statement = new_ref(th, st);
    if (!r) {
        atomic_store_relaxed(&cu->rowcount, s->dml ? 0 : -1);
        if (many && s->st && sqlite3_stmt_readonly(s->st)) r = (SQ_RAISE(th, ProgrammingError, "executemany() can only execute DML statements."), -1);
    }
    if (!r) r = begin_transaction(th, c, s);
    if (!many && !r) r = execute_once(th, cu, c, s, params, false);
    while (many && !r) {
        Value p = iter_next(th, it);
        if (p == NO_VALUE) break;
        r = c->db ? execute_once(th, cu, c, s, p, true) : sq_check_open(th, c);
        decref(th, p);
    }
    if (error_pending(th)) r = -1;
    if (r < 0 || many) {
        Value saved = error_fetch(th);
        drop_statement(th, cu);
        if (saved != NO_VALUE) error_restore(th, saved);
    }
    if (r < 0) atomic_store_relaxed(&cu->rowcount, -1);
    decref(th, it);
    decref(th, st);
    return r;
}
static Value execute(Thread *th, Value self, Value sql, Value params, bool many) {
    SqCursor *cu = CUR(self);
    if (!value_is_str(sql)) return raise_type_error(th, "%s() argument 1 must be str, not %B", many ? "executemany" : "execute", sql);
    SqCon *c = cursor_enter(th, cu);
    if (!c) return NO_VALUE;
    cu->busy = true;
    int r = execute_locked(th, cu, c, sql, params, many);
    cu->busy = false;
    cursor_leave(th, c);
    return r < 0 ? NO_VALUE : new_ref(th, self);
}
static Value cursor_meth_execute(Thread *th, Value self, Value *a) { return execute(th, self, a[0], a[1] ? a[1] : tuple_empty, false); }
static Value cursor_meth_executemany(Thread *th, Value self, Value *a) { return execute(th, self, a[0], a[1], true); }

static Value cursor_meth_executescript(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "executescript() argument must be str, not %B", a[0]);
    size_t n;
    Value hold = NO_VALUE, r = NO_VALUE;
    const char *p = str_utf8(th, a[0], &n, &hold);
    if (!p) return NO_VALUE;
    SqCon *c = cursor_enter(th, CUR(self));
    if (!c) goto done;
    if (strlen(p) != n) raise_value_error(th, "embedded null character");
    else if (n > (size_t)sqlite3_limit(c->db, SQLITE_LIMIT_SQL_LENGTH, -1)) SQ_RAISE(th, DataError, "query string is too large");
    else if (c->autocommit != AUTOCOMMIT_LEGACY || sqlite3_get_autocommit(c->db) || sq_exec(th, c, "COMMIT") == 0) {
        int rc = SQLITE_OK;
        while (*p && c->db) {
            sqlite3_stmt *st = NULL;
            const char *tail = p;
            BLOCKING_BEGIN(th);
            rc = sqlite3_prepare_v2(c->db, p, -1, &st, &tail);
            if (rc == SQLITE_OK && st) {
                do rc = sqlite3_step(st);
                while (rc == SQLITE_ROW);
            }
            int end = sqlite3_finalize(st);
            if (rc == SQLITE_DONE || rc == SQLITE_OK) rc = end;
            BLOCKING_END;
            if (rc != SQLITE_OK || error_pending(th)) break;
            p = tail;
        }
        if (error_pending(th)) r = NO_VALUE;
        else if (rc != SQLITE_OK) sq_error(th, c->db, rc);
        else r = new_ref(th, self);
    }
    cursor_leave(th, c);
done:
    decref(th, hold);
    return r;
}

static Value next_locked(Thread *th, SqCursor *cu, SqCon *c) {
    Value st = cu->statement;
    if (st == NO_VALUE) return NO_VALUE;
    SqStatement *s = AS(SqStatement, st);
    if (!s->st || sqlite3_data_count(s->st) == 0) {
        drop_statement(th, cu);
        return NO_VALUE;
    }
    incref(th, st);
    cu->busy = true;
    Value row = fetch_row(th, cu, c, s);
    int rc = row == NO_VALUE ? SQLITE_ROW : c->db ? step(th, s->st) : SQLITE_DONE;
    cu->busy = false;
    if (rc == SQLITE_DONE) {
        if (s->dml && c->db) atomic_store_relaxed(&cu->rowcount, sqlite3_changes(c->db));
        drop_statement(th, cu);
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE && row != NO_VALUE) sq_error(th, c->db, rc);
    if (error_pending(th)) {
        clear_ref(th, &row);
        Value saved = error_fetch(th);
        drop_statement(th, cu);
        error_restore(th, saved);
    }
    decref(th, st);
    return row;
}
static Value cursor_slot_next(Thread *th, Value self) {
    SqCursor *cu = CUR(self);
    SqCon *c = cursor_enter(th, cu);
    if (!c) return NO_VALUE;
    Value row = next_locked(th, cu, c);
    Value factory = row == NO_VALUE ? NO_VALUE : slot_get(th, &cu->head, &cu->row_factory);
    if (factory != NO_VALUE && factory != VALUE_NONE) {
        Value made = call2(th, factory, self, row);
        decref(th, row);
        row = made;
    }
    decref(th, factory);
    cursor_leave(th, c);
    return row;
}
static Value cursor_meth_fetchone(Thread *th, Value self, Value *a) {
    Value row = cursor_slot_next(th, self);
    return row != NO_VALUE ? row : error_pending(th) ? NO_VALUE : VALUE_NONE;
}
static Value fetch(Thread *th, Value self, uint64_t max) {
    Value list = list_new(th, 0), row = NO_VALUE;
    while (list != NO_VALUE && max-- > 0) {
        row = cursor_slot_next(th, self);
        if (row == NO_VALUE) break;
        if (list_append_owned(th, AS(List, list), row) < 0) clear_ref(th, &list);
    }
    if (error_pending(th)) clear_ref(th, &list);
    return list;
}
static Value cursor_meth_fetchall(Thread *th, Value self, Value *a) { return fetch(th, self, UINT64_MAX); }
static Value cursor_meth_fetchmany(Thread *th, Value self, Value *a) {
    uint64_t n = atomic_load_relaxed(&CUR(self)->arraysize);
    if (a[0] && number_as_unsigned(th, a[0], UINT32_MAX, "uint32_t", &n) < 0) return NO_VALUE;
    return fetch(th, self, n);
}
static Value cursor_meth_nothing(Thread *th, Value self, Value *a) { return VALUE_NONE; }
static Value cursor_meth_close(Thread *th, Value self, Value *a) {
    SqCursor *cu = CUR(self);
    Value r = NO_VALUE;
    SqCon *c = enter_connection(th, cu);
    if (!c) return SQ_RAISE(th, ProgrammingError, "Base Cursor.__init__ not called.");
    if (cu->busy) SQ_RAISE(th, ProgrammingError, "Recursive use of cursors not allowed.");
    else if (sq_check_thread(th, c) == 0 && sq_check_open(th, c) == 0) {
        drop_statement(th, cu);
        cu->closed = true;
        r = VALUE_NONE;
    }
    cursor_leave(th, c);
    return r;
}

static Value slot_or_none(Thread *th, SqCursor *cu, Value *slot) {
    Value v = slot_get(th, &cu->head, slot);
    return v == NO_VALUE ? VALUE_NONE : v;
}
static Value cursor_get_con(Thread *th, Value self) { return slot_or_none(th, CUR(self), &CUR(self)->con); }
static Value cursor_get_description(Thread *th, Value self) { return slot_or_none(th, CUR(self), &CUR(self)->description); }
static Value cursor_get_lastrowid(Thread *th, Value self) { return slot_or_none(th, CUR(self), &CUR(self)->lastrowid); }
static Value cursor_get_row_factory(Thread *th, Value self) { return slot_or_none(th, CUR(self), &CUR(self)->row_factory); }
static Value cursor_get_rowcount(Thread *th, Value self) { return int_from_i64(th, atomic_load_relaxed(&CUR(self)->rowcount)); }
static Value cursor_get_arraysize(Thread *th, Value self) { return value_imm_int(atomic_load_relaxed(&CUR(self)->arraysize)); }
static int cursor_set_row_factory(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "cannot delete row_factory attribute"); return -1; }
    slot_store(th, &CUR(self)->head, &CUR(self)->row_factory, new_ref(th, v));
    return 0;
}
static int cursor_set_arraysize(Thread *th, Value self, Value v) {
    uint64_t n;
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "attribute 'arraysize' of 'sqlite3.Cursor' objects cannot be deleted"); return -1; }
    if (number_as_unsigned(th, v, UINT32_MAX, "uint32_t", &n) < 0) return -1;
    atomic_store_relaxed(&CUR(self)->arraysize, (uint32_t)n);
    return 0;
}
static const MethodDef cursor_methods[] = {
    {"execute", "(self, sql, parameters=(), /)", cursor_meth_execute, "Executes an SQL statement.", 0},
    {"executemany", "(self, sql, seq_of_parameters, /)", cursor_meth_executemany, "Repeatedly executes an SQL statement.", 0},
    {"executescript", "(self, sql_script, /)", cursor_meth_executescript, "Executes multiple SQL statements at once.", 0},
    {"fetchone", "(self, /)", cursor_meth_fetchone, "Fetches one row from the resultset.", 0},
    {"fetchmany", "(self, /, size=1)", cursor_meth_fetchmany, "Fetches several rows from the resultset.", 0},
    {"fetchall", "(self, /)", cursor_meth_fetchall, "Fetches all rows from the resultset.", 0},
    {"setinputsizes", "(self, sizes, /)", cursor_meth_nothing, "Required by DB-API. Does nothing in sqlite3.", 0},
    {"setoutputsize", "(self, size, column=None, /)", cursor_meth_nothing, "Required by DB-API. Does nothing in sqlite3.", 0},
    {"close", "(self, /)", cursor_meth_close, "Closes the cursor.", 0},
    {0},
};
static const GetSetDef cursor_getsets[] = {
    {"connection", cursor_get_con, NULL, NULL}, {"description", cursor_get_description, NULL, NULL}, {"lastrowid", cursor_get_lastrowid, NULL, NULL},
    {"rowcount", cursor_get_rowcount, NULL, NULL}, {"arraysize", cursor_get_arraysize, cursor_set_arraysize, NULL},
    {"row_factory", cursor_get_row_factory, cursor_set_row_factory, NULL}, {0},
};
static Shape cursor_shape;
Type type_sq_Cursor = {
    .head = OBJECT_STATIC(&shape_type), .name = "sqlite3.Cursor", .base = &type_object, .flags = TYPE_IMMUTABLE | TYPE_BASETYPE | TYPE_TRACED | TYPE_WEAKREFABLE,
    .basic_size = sizeof(SqCursor), .shape = &cursor_shape, .methods = cursor_methods, .getsets = cursor_getsets, .doc = "SQLite database cursor class.",
    .slots = {.new_ = cursor_slot_new, .init = cursor_slot_init, .dealloc = cursor_dealloc, .traverse = cursor_traverse, .clear = cursor_clear, .iter = iter_self,
              .next = cursor_slot_next}};
static Shape cursor_shape = {.type = &type_sq_Cursor, .flags = TYPE_IMMUTABLE | TYPE_BASETYPE | TYPE_TRACED | TYPE_WEAKREFABLE};
