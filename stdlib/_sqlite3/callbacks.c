// SPDX-License-Identifier: MIT
// _sqlite3: functions, aggregates, collations and hooks in Python. The library calls back in the middle of a call that was made detached, with the
// connection's lock held (sqlite_int.h): a callback attaches first and detaches last, and keeps an exception that was pending.
#include "stdlib/_sqlite3/sqlite_int.h"

#include <limits.h>
#include <stdio.h>

#include "gc/gc.h"

// ---- entering and leaving -------------------------------------------------------------------------------------------------------------

typedef struct Entry { Thread *th; Value saved; } Entry;
static Entry enter(void) {
    Thread *th = thread_current();
    thread_attach(th);
    return (Entry){th, error_fetch(th)};
}
static void leave(Entry e) {
    if (e.saved != NO_VALUE) error_restore(e.th, e.saved);
    thread_detach(e.th);
}
// What a callback raised is reported, or forgotten.
static void report(Thread *th, Value callable) {
    if (atomic_load_relaxed(&sq_tracebacks)) error_unraisable_about(th, "Exception ignored on sqlite3 callback %R", callable);
    else error_clear(th);
}

// What only the library holds, functions, collations and the instances of aggregates: the collector would not find it otherwise, and what is uncounted, a class
// say, is freed when it isn't found. The library may hold it longer than the connection lives, until its last statement is gone.
static RtMutex held_mutex = RT_MUTEX(LEAF);
static SqCallback *held;    // [l] held_mutex; read with the world stopped

static void visit_held(VisitFn visit, void *arg) {
    for (const SqCallback *cb = held; cb; cb = cb->next) visit(cb->callable, arg);
}
void sq_callbacks_init(void) { gc_add_root_fn(visit_held); }

static SqCallback *callback_new(Thread *th, Value callable) {
    SqCallback *cb = mem_calloc(th, 1, sizeof *cb);
    if (cb) cb->callable = new_ref(th, callable);
    return cb;
}
static void callback_free(Thread *th, SqCallback *cb) {
    if (!cb) return;
    decref(th, cb->callable);
    mem_free(cb);
}
static SqCallback *held_new(Thread *th, Value v) {
    SqCallback *cb = callback_new(th, v);
    if (!cb) return NULL;
    rt_mutex_lock(th, &held_mutex);
    cb->next = held;
    if (held) held->prev = cb;
    held = cb;
    rt_mutex_unlock(th, &held_mutex);
    return cb;
}
static void held_free(Thread *th, SqCallback *cb) {
    if (!cb) return;
    rt_mutex_lock(th, &held_mutex);
    if (cb->prev) cb->prev->next = cb->next;
    else held = cb->next;
    if (cb->next) cb->next->prev = cb->prev;
    rt_mutex_unlock(th, &held_mutex);
    callback_free(th, cb);
}
static void destructor(void *p) {
    Entry e = enter();
    held_free(e.th, p);
    leave(e);
}

// ---- values ---------------------------------------------------------------------------------------------------------------------------

static Value param_value(Thread *th, sqlite3_value *v) {
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return int_from_i64(th, sqlite3_value_int64(v));
    case SQLITE_FLOAT: return float_from_double(th, sqlite3_value_double(v));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_value_text(v);
        return p ? str_from_utf8(th, p, (size_t)sqlite3_value_bytes(v)) : raise_memory_error(th);
    }
    case SQLITE_BLOB: {
        const void *p = sqlite3_value_blob(v);
        return bytes_new(th, p ? p : "", (size_t)sqlite3_value_bytes(v));
    }
    default: return VALUE_NONE;
    }
}
static Value call_params(Thread *th, Value f, int argc, sqlite3_value **argv) {
    Tuple *t = tuple_new(th, (size_t)argc);
    if (!t) return NO_VALUE;
    for (int i = 0; i < argc; i++) t->items[i] = VALUE_NONE;
    for (int i = 0; i < argc; i++)
        if ((t->items[i] = param_value(th, argv[i])) == NO_VALUE) {
            decref(th, VALUE_OF(t));
            return NO_VALUE;
        }
    Value r = object_call(th, f, t->items, (size_t)argc, NO_VALUE);
    decref(th, VALUE_OF(t));
    return r;
}
// 0, or -1 with the exception set.
static int set_result(Thread *th, sqlite3_context *ctx, Value v) {
    if (v == VALUE_NONE) sqlite3_result_null(ctx);
    else if (value_is_int(v)) {
        int64_t n;
        if (int_as_i64_overflow(v, &n)) { raise_error(th, &exc_OverflowError, "Python int too large to convert to SQLite INTEGER"); return -1; }
        sqlite3_result_int64(ctx, n);
    } else if (value_is_float(v)) {
        double d;
        if (number_as_double(th, v, &d) < 0) return -1;
        sqlite3_result_double(ctx, d);
    } else if (value_is_str(v)) {
        size_t n;
        Value hold = NO_VALUE;
        const char *p = str_utf8(th, v, &n, &hold);
        if (!p) return -1;
        if (n <= INT_MAX) sqlite3_result_text(ctx, p, (int)n, SQLITE_TRANSIENT);
        else raise_error(th, &exc_OverflowError, "string is longer than INT_MAX bytes");
        decref(th, hold);
        return error_pending(th) ? -1 : 0;
    } else if (buffer_check(v)) {
        Buffer b;
        if (buffer_get(th, v, &b, BUF_SIMPLE) < 0) return -1;
        if (b.len <= INT_MAX) sqlite3_result_blob(ctx, b.len ? (const void *)b.buf : "", (int)b.len, SQLITE_TRANSIENT);
        else raise_error(th, &exc_OverflowError, "BLOB longer than INT_MAX bytes");
        buffer_release(th, &b);
        return error_pending(th) ? -1 : 0;
    } else {
        SQ_RAISE(th, ProgrammingError, "User-defined functions cannot return '%T' values to SQLite", v);
        return -1;
    }
    return 0;
}
// The pending exception becomes the function's failure in SQL.
static void fail(Thread *th, sqlite3_context *ctx, Value callable, const char *text) {
    if (error_matches(th, &exc_MemoryError)) sqlite3_result_error_nomem(ctx);
    else if (error_matches(th, &exc_OverflowError)) sqlite3_result_error_toobig(ctx);
    else sqlite3_result_error(ctx, text, -1);
    report(th, callable);
}

// ---- functions and aggregates ---------------------------------------------------------------------------------------------------------

static void on_function(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
    Entry e = enter();
    Value f = new_ref(e.th, ((SqCallback *)sqlite3_user_data(ctx))->callable), r = call_params(e.th, f, argc, argv);
    if (r == NO_VALUE || set_result(e.th, ctx, r) < 0) fail(e.th, ctx, f, "user-defined function raised exception");
    decref(e.th, r);
    decref(e.th, f);
    leave(e);
}

typedef struct Aggregate { SqCallback *instance; } Aggregate; // in SQLite's memory, zeroed at first
static void method_failed(Thread *th, sqlite3_context *ctx, Value callable, const char *name, bool missing) {
    char text[100];
    snprintf(text, sizeof text, missing ? "user-defined aggregate's '%s' method not defined" : "user-defined aggregate's '%s' method raised error", name);
    fail(th, ctx, callable, text);
}
// instance.name(*argv): a new reference, or NO_VALUE: it has failed.
static Value aggregate_call(Thread *th, sqlite3_context *ctx, Value instance, const char *name, int argc, sqlite3_value **argv) {
    Value callable = ((SqCallback *)sqlite3_user_data(ctx))->callable, m = object_getattr_cstr(th, instance, name);
    Value r = m == NO_VALUE ? NO_VALUE : call_params(th, m, argc, argv);
    if (r == NO_VALUE) method_failed(th, ctx, callable, name, m == NO_VALUE && error_matches(th, &exc_AttributeError));
    decref(th, m);
    return r;
}
static void on_method(sqlite3_context *ctx, int argc, sqlite3_value **argv, const char *name, bool make) {
    Entry e = enter();
    Aggregate *a = sqlite3_aggregate_context(ctx, sizeof *a);
    Value callable = ((SqCallback *)sqlite3_user_data(ctx))->callable;
    if (!a) sqlite3_result_error_nomem(ctx);
    else {
        if (!a->instance && make) {
            Value made = call0(e.th, callable);
            if (made == NO_VALUE || !(a->instance = held_new(e.th, made))) method_failed(e.th, ctx, callable, "__init__", false);
            decref(e.th, made);
        }
        if (a->instance) decref(e.th, aggregate_call(e.th, ctx, a->instance->callable, name, argc, argv));
    }
    leave(e);
}
static void on_step(sqlite3_context *ctx, int argc, sqlite3_value **argv) { on_method(ctx, argc, argv, "step", true); }
static void on_inverse(sqlite3_context *ctx, int argc, sqlite3_value **argv) { on_method(ctx, argc, argv, "inverse", false); }
static void on_answer(sqlite3_context *ctx, const char *name, bool last) {
    Entry e = enter();
    Aggregate *a = sqlite3_aggregate_context(ctx, 0); // NULL: step was never called
    if (a && a->instance) {
        Value r = aggregate_call(e.th, ctx, a->instance->callable, name, 0, NULL);
        if (r != NO_VALUE && set_result(e.th, ctx, r) < 0) method_failed(e.th, ctx, ((SqCallback *)sqlite3_user_data(ctx))->callable, name, false);
        decref(e.th, r);
        if (last) {
            held_free(e.th, a->instance);
            a->instance = NULL;
        }
    }
    leave(e);
}
static void on_value(sqlite3_context *ctx) { on_answer(ctx, "value", false); }
static void on_final(sqlite3_context *ctx) { on_answer(ctx, "finalize", true); }

// Registers a function of one kind; f NO_VALUE or None: removes it. 0 or -1. The lock is taken here.
typedef enum Kind { KIND_FUNCTION, KIND_AGGREGATE, KIND_WINDOW } Kind;
static int create(Thread *th, SqCon *c, Kind kind, Value name, int argc, const char *argc_name, Value f, int flags) {
    const char *text;
    Value hold = NO_VALUE;
    static const char *const what[] = {"create_function() argument 'name'", "create_aggregate() argument 'name'", "create_window_function() argument 1"};
    if (text_cstr_arg(th, name, &text, &hold, what[kind]) < 0) return -1;
    int r = -1, rc = SQLITE_ERROR;
    if (sq_begin(th, c) < 0) goto done;
    int limit = sqlite3_limit(c->db, SQLITE_LIMIT_FUNCTION_ARG, -1);
    SqCallback *cb = NULL;
    if (argc < -1 || argc > limit) SQ_RAISE(th, ProgrammingError, "'%s' must be between -1 and %d, not %d", argc_name, limit, argc);
    else if (f == VALUE_NONE || (cb = held_new(th, f))) {
        void (*free_it)(void *) = cb ? destructor : NULL;
        BLOCKING_BEGIN(th);
        if (kind == KIND_FUNCTION) rc = sqlite3_create_function_v2(c->db, text, argc, flags, cb, cb ? on_function : NULL, NULL, NULL, free_it);
        else if (kind == KIND_AGGREGATE) rc = sqlite3_create_function_v2(c->db, text, argc, flags, cb, NULL, cb ? on_step : NULL, cb ? on_final : NULL, free_it);
        else rc = sqlite3_create_window_function(c->db, text, argc, flags, cb, cb ? on_step : NULL, cb ? on_final : NULL, cb ? on_value : NULL, cb ? on_inverse : NULL, free_it);
        BLOCKING_END;
        if (rc == SQLITE_OK) r = 0;
        else if (kind == KIND_WINDOW) sq_error(th, c->db, rc);
        else if (!error_pending(th)) SQ_RAISE(th, OperationalError, kind == KIND_FUNCTION ? "Error creating function" : "Error creating aggregate");
    }
    sq_leave(c);
done:
    decref(th, hold);
    return r;
}

Value con_meth_create_function(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[4];
    int argc, deterministic;
    if (nargs < 3 && kwnames_len(kwnames) && sq_deprecated_keywords(th, "s 'name', 'narg' and 'func'", "create_function", "s 'name', 'narg' and 'func' will become positional-only") < 0) return NO_VALUE;
    if (native_args_bind(th, &sig, "create_function", "(name, narg, func, *, deterministic=False)", args, nargs, kwnames, a) < 0 || number_as_int(th, a[1], &argc) < 0 ||
        (deterministic = a[3] ? object_truth(th, a[3]) : 0) < 0)
        return NO_VALUE;
    return create(th, CON(self), KIND_FUNCTION, a[0], argc, "narg", a[2], SQLITE_UTF8 | (deterministic ? SQLITE_DETERMINISTIC : 0)) < 0 ? NO_VALUE : VALUE_NONE;
}
Value con_meth_create_aggregate(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[3];
    int argc;
    if (nargs < 3 && kwnames_len(kwnames) && sq_deprecated_keywords(th, "s 'name', 'n_arg' and 'aggregate_class'", "create_aggregate", "s 'name', 'n_arg' and 'aggregate_class' will become positional-only") < 0) return NO_VALUE;
    if (native_args_bind(th, &sig, "create_aggregate", "(name, n_arg, aggregate_class)", args, nargs, kwnames, a) < 0 || number_as_int(th, a[1], &argc) < 0) return NO_VALUE;
    return create(th, CON(self), KIND_AGGREGATE, a[0], argc, "n_arg", a[2], SQLITE_UTF8) < 0 ? NO_VALUE : VALUE_NONE;
}
Value con_meth_create_window_function(Thread *th, Value self, Value *a) {
    int argc;
    if (number_as_int(th, a[1], &argc) < 0) return NO_VALUE;
    return create(th, CON(self), KIND_WINDOW, a[0], argc, "num_params", a[2], SQLITE_UTF8) < 0 ? NO_VALUE : VALUE_NONE;
}

// ---- collations -----------------------------------------------------------------------------------------------------------------------

// What it raises stays pending: the call of the library that compares fails with it.
static int on_compare(void *p, int n, const void *s, int m, const void *t) {
    Entry e = enter();
    int order = 0;
    if (e.saved == NO_VALUE) {
        Value f = new_ref(e.th, ((SqCallback *)p)->callable), x = str_from_utf8(e.th, s, (size_t)n), y = x == NO_VALUE ? NO_VALUE : str_from_utf8(e.th, t, (size_t)m);
        Value r = y == NO_VALUE ? NO_VALUE : call2(e.th, f, x, y);
        if (r != NO_VALUE && value_is_int(r)) order = int_sign(r);
        decref(e.th, r);
        decref(e.th, x);
        decref(e.th, y);
        decref(e.th, f);
    }
    leave(e);
    return order;
}
Value con_meth_create_collation(Thread *th, Value self, Value *a) {
    SqCon *c = CON(self);
    const char *name;
    Value hold = NO_VALUE, r = NO_VALUE;
    if (text_cstr_arg(th, a[0], &name, &hold, "create_collation() argument 1") < 0) return NO_VALUE;
    if (sq_begin(th, c) == 0) {
        SqCallback *cb = NULL;
        if (a[1] != VALUE_NONE && !object_callable(a[1])) raise_type_error(th, "parameter must be callable");
        else if (a[1] == VALUE_NONE || (cb = held_new(th, a[1]))) {
            int rc;
            BLOCKING_BEGIN(th);
            rc = sqlite3_create_collation_v2(c->db, name, SQLITE_UTF8, cb, cb ? on_compare : NULL, cb ? destructor : NULL);
            BLOCKING_END;
            if (rc == SQLITE_OK) r = VALUE_NONE;
            else {
                held_free(th, cb); // this one does not call the destructor when it fails
                sq_error(th, c->db, rc);
            }
        }
        sq_leave(c);
    }
    decref(th, hold);
    return r;
}

// ---- hooks ----------------------------------------------------------------------------------------------------------------------------

static Value text_or_none(Thread *th, const char *s) { return s ? str_from_utf8(th, s, strlen(s)) : VALUE_NONE; }
static int on_authorize(void *p, int action, const char *a, const char *b, const char *db, const char *trigger) {
    Entry e = enter();
    Value f = new_ref(e.th, ((SqCallback *)p)->callable);
    Value v[5] = {value_imm_int(action), text_or_none(e.th, a), text_or_none(e.th, b), text_or_none(e.th, db), text_or_none(e.th, trigger)}, r = NO_VALUE;
    if (v[1] != NO_VALUE && v[2] != NO_VALUE && v[3] != NO_VALUE && v[4] != NO_VALUE) r = object_call(e.th, f, v, 5, NO_VALUE);
    int answer = SQLITE_DENY;
    int64_t n;
    if (r != NO_VALUE && value_is_int(r)) {
        if (int_as_i64_overflow(r, &n) == 0 && n >= INT_MIN && n <= INT_MAX) answer = (int)n;
        else raise_error(e.th, &exc_OverflowError, "Python int too large to convert to C int");
    }
    if (error_pending(e.th)) report(e.th, f);
    for (int i = 1; i < 5; i++) decref(e.th, v[i]);
    decref(e.th, r);
    decref(e.th, f);
    leave(e);
    return answer;
}
static int on_progress(void *p) {
    Entry e = enter();
    Value f = new_ref(e.th, ((SqCallback *)p)->callable), r = call0(e.th, f);
    int stop = r == NO_VALUE ? -1 : object_truth(e.th, r);
    if (error_pending(e.th)) report(e.th, f);
    decref(e.th, r);
    decref(e.th, f);
    leave(e);
    return stop != 0;
}
static int on_trace(unsigned type, void *p, void *st, void *sql) {
    if (type != SQLITE_TRACE_STMT) return 0;
    Entry e = enter();
    Value f = new_ref(e.th, ((SqCallback *)p)->callable), text;
    char *expanded = sqlite3_expanded_sql(st);
    if (!expanded) {
        SQ_RAISE(e.th, DataError, "Expanded SQL string exceeds the maximum string length");
        report(e.th, f);
        text = text_or_none(e.th, sql);
    } else {
        text = text_or_none(e.th, expanded);
        sqlite3_free(expanded);
    }
    Value r = text == NO_VALUE ? NO_VALUE : call1(e.th, f, text);
    if (error_pending(e.th)) report(e.th, f);
    decref(e.th, text);
    decref(e.th, r);
    decref(e.th, f);
    leave(e);
    return 0;
}

typedef enum Hook { HOOK_AUTHORIZER, HOOK_PROGRESS, HOOK_TRACE } Hook;
static Value set_hook(Thread *th, SqCon *c, Hook hook, Value f, int n) {
    if (sq_begin(th, c) < 0) return NO_VALUE;
    SqCallback **place = hook == HOOK_AUTHORIZER ? &c->authorizer : hook == HOOK_PROGRESS ? &c->progress : &c->trace, *old = *place, *cb = NULL;
    int rc = SQLITE_OK;
    bool ok = f == VALUE_NONE || (cb = callback_new(th, f));
    if (ok) {
        BLOCKING_BEGIN(th);
        if (hook == HOOK_AUTHORIZER) rc = sqlite3_set_authorizer(c->db, cb ? on_authorize : NULL, cb);
        else if (hook == HOOK_PROGRESS) sqlite3_progress_handler(c->db, cb ? n : 0, cb ? on_progress : NULL, cb);
        else rc = sqlite3_trace_v2(c->db, cb ? SQLITE_TRACE_STMT : 0, cb ? on_trace : NULL, cb);
        BLOCKING_END;
        *place = cb;
    }
    sq_leave(c);
    if (!ok) return NO_VALUE;
    callback_free(th, old);
    if (rc == SQLITE_OK) return VALUE_NONE;
    return SQ_RAISE(th, OperationalError, hook == HOOK_AUTHORIZER ? "Error setting authorizer callback" : "Error setting trace callback");
}
Value con_meth_set_authorizer(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[1];
    if (nargs < 1 && kwnames_len(kwnames) && sq_deprecated_keywords(th, " 'authorizer_callback'", "set_authorizer", " 'authorizer_callback' will become positional-only") < 0) return NO_VALUE;
    if (native_args_bind(th, &sig, "set_authorizer", "(authorizer_callback)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    return set_hook(th, CON(self), HOOK_AUTHORIZER, a[0], 0);
}
Value con_meth_set_progress_handler(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2];
    int n;
    if (nargs < 1 && kwnames_len(kwnames) && sq_deprecated_keywords(th, " 'progress_handler'", "set_progress_handler", " 'progress_handler' will become positional-only") < 0) return NO_VALUE;
    if (native_args_bind(th, &sig, "set_progress_handler", "(progress_handler, n)", args, nargs, kwnames, a) < 0 || number_as_int(th, a[1], &n) < 0) return NO_VALUE;
    return set_hook(th, CON(self), HOOK_PROGRESS, a[0], n);
}
Value con_meth_set_trace_callback(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[1];
    if (nargs < 1 && kwnames_len(kwnames) && sq_deprecated_keywords(th, " 'trace_callback'", "set_trace_callback", " 'trace_callback' will become positional-only") < 0) return NO_VALUE;
    if (native_args_bind(th, &sig, "set_trace_callback", "(trace_callback)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    return set_hook(th, CON(self), HOOK_TRACE, a[0], 0);
}
void sq_callbacks_clear(Thread *th, SqCon *c) {
    SqCallback *old[3] = {c->trace, c->progress, c->authorizer};
    c->trace = c->progress = c->authorizer = NULL;
    for (int i = 0; i < 3; i++) callback_free(th, old[i]);
}
int sq_callbacks_traverse(SqCon *c, VisitFn visit, void *arg) {
    SqCallback *const cb[3] = {c->trace, c->progress, c->authorizer};
    int r = 0;
    for (int i = 0; !r && i < 3; i++)
        if (cb[i]) r = visit(cb[i]->callable, arg);
    return r;
}
