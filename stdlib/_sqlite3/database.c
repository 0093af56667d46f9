// SPDX-License-Identifier: MIT
// sqlite3.Connection: methods on the database as a whole: backup, serialize, limits, configuration, extensions, dump.
#include "stdlib/_sqlite3/sqlite_int.h"

#include <limits.h>

#include "stdlib/sys/sys.h"

// The name of a database, "main" unless given. 0 or -1; release *hold.
static int name_arg(Thread *th, Value v, const char **out, Value *hold, const char *what) {
    *out = "main";
    *hold = NO_VALUE;
    return v ? text_cstr_arg(th, v, out, hold, what) : 0;
}

// ---- backup ---------------------------------------------------------------------------------------------------------------------------

static int report_progress(Thread *th, Value f, int rc, sqlite3_backup *b) {
    if (f == VALUE_NONE) return 0;
    Value r = call3(th, f, value_imm_int(rc), value_imm_int(sqlite3_backup_remaining(b)), value_imm_int(sqlite3_backup_pagecount(b)));
    decref(th, r);
    return r == NO_VALUE ? -1 : 0;
}
// Two backups in opposite directions take the locks in one order.
static void enter_both(Thread *th, SqCon *a, SqCon *b) {
    sq_enter(th, a < b ? a : b);
    sq_enter(th, a < b ? b : a);
}
// Both locks held; let go of while it waits. 0 or -1.
static int backup(Thread *th, SqCon *from, SqCon *to, const char *name, int pages, int wait_ms, Value progress) {
    sqlite3_backup *b;
    sqlite3 *source = from->db, *target = to->db;
    int rc = SQLITE_OK, bad = 0;
    BLOCKING_BEGIN(th);
    b = sqlite3_backup_init(target, "main", source, name);
    BLOCKING_END;
    if (!b) return sq_error(th, target, sqlite3_errcode(target));
    do {
        BLOCKING_BEGIN(th);
        rc = sqlite3_backup_step(b, pages);
        BLOCKING_END;
        bad = report_progress(th, progress, rc, b);
        if (!bad && (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)) {
            // Others must get at the connections to end what is in the way.
            sq_leave(to);
            sq_leave(from);
            BLOCKING_BEGIN(th);
            sqlite3_sleep(wait_ms);
            BLOCKING_END;
            enter_both(th, from, to);
            bad = thread_safepoint(th);
        }
        if (!bad && (from->db != source || to->db != target)) {
            SQ_RAISE(th, ProgrammingError, "Cannot operate on a closed database.");
            bad = -1;
        }
    } while (!bad && (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED));
    BLOCKING_BEGIN(th);
    rc = sqlite3_backup_finish(b);
    BLOCKING_END;
    if (bad) return -1;
    return rc == SQLITE_OK ? 0 : sq_error(th, target, rc);
}
Value con_meth_backup(Thread *th, Value self, Value *a) {
    SqCon *from = CON(self), *to;
    int pages = -1;
    double wait = 0.25;
    Value progress = a[2] ? a[2] : VALUE_NONE, hold = NO_VALUE;
    const char *name;
    if (!value_is_instance(a[0], &type_sq_Connection)) return raise_type_error(th, "backup() argument 'target' must be sqlite3.Connection, not %B", a[0]);
    to = CON(a[0]);
    if ((a[1] && number_as_int(th, a[1], &pages) < 0) || (a[4] && number_as_double(th, a[4], &wait) < 0) || name_arg(th, a[3], &name, &hold, "backup() argument 'name'") < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (from == to) raise_value_error(th, "target cannot be the same connection instance");
    else if (progress != VALUE_NONE && !object_callable(progress)) raise_type_error(th, "progress argument must be a callable");
    else {
        enter_both(th, from, to);
        if (sq_check_thread(th, from) == 0 && sq_check_open(th, from) == 0 && sq_check_thread(th, to) == 0 && sq_check_open(th, to) == 0 &&
            backup(th, from, to, name, pages == 0 ? -1 : pages, (int)(wait * 1000), progress) == 0)
            r = VALUE_NONE;
        sq_leave(to);
        sq_leave(from);
    }
    decref(th, hold);
    return r;
}

// ---- as bytes -------------------------------------------------------------------------------------------------------------------------

Value con_meth_serialize(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    const char *name;
    Value hold, r = NO_VALUE;
    if (name_arg(th, a[0], &name, &hold, "serialize() argument 'name'") < 0) return NO_VALUE;
    if (sq_begin(th, c) == 0) {
        sqlite3_int64 n = 0;
        unsigned char *p;
        bool owned = false;
        BLOCKING_BEGIN(th);
        p = sqlite3_serialize(c->db, name, &n, SQLITE_SERIALIZE_NOCOPY);
        if (!p && (owned = true)) p = sqlite3_serialize(c->db, name, &n, 0);
        BLOCKING_END;
        if (p) r = bytes_new(th, p, (size_t)n);
        else SQ_RAISE(th, OperationalError, "unable to serialize '%s'", name);
        if (owned) sqlite3_free(p);
        sq_leave(c);
    }
    decref(th, hold);
    return r;
}
Value con_meth_deserialize(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    const char *name;
    Value hold, r = NO_VALUE;
    Buffer b;
    if (name_arg(th, a[1], &name, &hold, "deserialize() argument 'name'") < 0) return NO_VALUE;
    Value encoded = value_is_str(a[0]) ? NO_VALUE : new_ref(th, a[0]);
    if (value_is_str(a[0])) {
        size_t n;
        Value keep = NO_VALUE;
        const char *p = str_utf8(th, a[0], &n, &keep);
        encoded = p ? bytes_new(th, p, n) : NO_VALUE;
        decref(th, keep);
    }
    if (encoded != NO_VALUE && buffer_get(th, encoded, &b, BUF_SIMPLE) == 0) {
        if (sq_begin(th, c) == 0) {
            unsigned char *p = sqlite3_malloc64(b.len ? b.len : 1);
            int rc = SQLITE_NOMEM;
            if (p) {
                memcpy(p, b.buf, b.len);
                BLOCKING_BEGIN(th);
                rc = sqlite3_deserialize(c->db, name, p, (sqlite3_int64)b.len, (sqlite3_int64)b.len, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
                BLOCKING_END;
            }
            if (rc == SQLITE_OK) r = VALUE_NONE;
            else sq_error(th, c->db, rc);
            sq_leave(c);
        }
        buffer_release(th, &b);
    }
    decref(th, encoded);
    decref(th, hold);
    return r;
}

// ---- limits and configuration ---------------------------------------------------------------------------------------------------------

static Value limit(Thread *th, Value self, Value category, int value) {
    int n, old;
    if (number_as_int(th, category, &n) < 0 || sq_begin(th, CON(self)) < 0) return NO_VALUE;
    old = sqlite3_limit(CON(self)->db, n, value);
    sq_leave(CON(self));
    return old < 0 ? SQ_RAISE(th, ProgrammingError, "'category' is out of bounds") : value_imm_int(old);
}
Value con_meth_getlimit(Thread *th, Value self, Value *a) { return limit(th, self, a[0], -1); }
Value con_meth_setlimit(Thread *th, Value self, Value *a) {
    int n;
    return number_as_int(th, a[1], &n) < 0 ? NO_VALUE : limit(th, self, a[0], n);
}
// enable -1: asks.
static Value config(Thread *th, Value self, Value op, int enable) {
    SqCon *c = CON(self);
    int n, now = 0;
    if (number_as_int(th, op, &n) < 0 || sq_begin(th, c) < 0) return NO_VALUE;
    Value r = NO_VALUE;
    if (n < SQLITE_DBCONFIG_ENABLE_FKEY || n > SQLITE_DBCONFIG_TRUSTED_SCHEMA) raise_value_error(th, "unknown config 'op': %d", n);
    else {
        int rc = sqlite3_db_config(c->db, n, enable, &now);
        if (rc != SQLITE_OK) sq_error(th, c->db, rc);
        else if (enable >= 0 && now != enable) SQ_RAISE(th, OperationalError, "Unable to set config");
        else r = enable >= 0 ? VALUE_NONE : value_bool(now);
    }
    sq_leave(c);
    return r;
}
Value con_meth_getconfig(Thread *th, Value self, Value *a) { return config(th, self, a[0], -1); }
Value con_meth_setconfig(Thread *th, Value self, Value *a) {
    int on = a[1] ? object_truth(th, a[1]) : 1;
    return on < 0 ? NO_VALUE : config(th, self, a[0], on);
}

// ---- extensions, dump -----------------------------------------------------------------------------------------------------------------

Value con_meth_enable_load_extension(Thread *th, Value self, Value *a) {
    int on = object_truth(th, a[0]);
    if (on < 0 || sys_audit(th, "sqlite3.enable_load_extension", 2, self, value_bool(on)) < 0 || sq_begin(th, CON(self)) < 0) return NO_VALUE;
    int rc = sqlite3_enable_load_extension(CON(self)->db, on);
    sq_leave(CON(self));
    return rc == SQLITE_OK ? VALUE_NONE : SQ_RAISE(th, OperationalError, "Error enabling load extension");
}
Value con_meth_load_extension(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    const char *name, *entry = NULL;
    Value hold[2] = {NO_VALUE, NO_VALUE}, r = NO_VALUE;
    if (text_cstr_arg(th, a[0], &name, &hold[0], "load_extension() argument 1") < 0 ||
        (a[1] && a[1] != VALUE_NONE && text_cstr_arg(th, a[1], &entry, &hold[1], "load_extension() argument 'entrypoint'") < 0) ||
        sys_audit(th, "sqlite3.load_extension", 2, self, a[0]) < 0)
        goto done;
    if (sq_begin(th, c) == 0) {
        char *text = NULL;
        int rc;
        BLOCKING_BEGIN(th);
        rc = sqlite3_load_extension(c->db, name, entry, &text);
        BLOCKING_END;
        if (rc == SQLITE_OK) r = VALUE_NONE;
        else if (text) SQ_RAISE(th, OperationalError, "%s", text);
        else sq_error(th, c->db, rc);
        sqlite3_free(text);
        sq_leave(c);
    }
done:
    decref(th, hold[0]);
    decref(th, hold[1]);
    return r;
}
Value con_meth_iterdump(Thread *th, Value self, Value *a) {
    if (sq_begin(th, CON(self)) < 0) return NO_VALUE;
    sq_leave(CON(self));
    Value f = import_attr(th, "sqlite3.dump", "_iterdump"), name = str_intern_cstr(th, "filter");
    Value names = f == NO_VALUE ? NO_VALUE : tuple_pack1(th, name), v[2] = {self, a[0] ? a[0] : VALUE_NONE};
    Value r = names == NO_VALUE ? NO_VALUE : object_call(th, f, v, 1, names);
    decref(th, f);
    decref(th, names);
    return r;
}
