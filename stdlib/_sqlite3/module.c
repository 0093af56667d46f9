// SPDX-License-Identifier: MIT
// The module _sqlite3: exceptions, constants, adapters and converters.
#include "gc/gc.h"
#include "stdlib/_sqlite3/sqlite_int.h"

Value sq_exc[SQ_EXC_COUNT];
Value sq_converters, sq_adapters;
uint8_t sq_base_adapted, sq_tracebacks;
static const char *const exc_names[SQ_EXC_COUNT] = {"Warning", "Error", "InterfaceError", "DatabaseError", "DataError", "OperationalError", "IntegrityError",
                                                    "InternalError", "ProgrammingError", "NotSupportedError"};

typedef struct Code { const char *name; int value; } Code;
#define C(n) {#n, n}
static const Code result_codes[] = {
    C(SQLITE_OK), C(SQLITE_ERROR), C(SQLITE_INTERNAL), C(SQLITE_PERM), C(SQLITE_ABORT), C(SQLITE_BUSY), C(SQLITE_LOCKED), C(SQLITE_NOMEM), C(SQLITE_READONLY),
    C(SQLITE_INTERRUPT), C(SQLITE_IOERR), C(SQLITE_CORRUPT), C(SQLITE_NOTFOUND), C(SQLITE_FULL), C(SQLITE_CANTOPEN), C(SQLITE_PROTOCOL), C(SQLITE_EMPTY),
    C(SQLITE_SCHEMA), C(SQLITE_TOOBIG), C(SQLITE_CONSTRAINT), C(SQLITE_MISMATCH), C(SQLITE_MISUSE), C(SQLITE_NOLFS), C(SQLITE_AUTH), C(SQLITE_FORMAT),
    C(SQLITE_RANGE), C(SQLITE_NOTADB), C(SQLITE_NOTICE), C(SQLITE_WARNING), C(SQLITE_ROW), C(SQLITE_DONE),
    C(SQLITE_ABORT_ROLLBACK), C(SQLITE_AUTH_USER), C(SQLITE_BUSY_RECOVERY), C(SQLITE_BUSY_SNAPSHOT), C(SQLITE_BUSY_TIMEOUT), C(SQLITE_CANTOPEN_CONVPATH),
    C(SQLITE_CANTOPEN_DIRTYWAL), C(SQLITE_CANTOPEN_FULLPATH), C(SQLITE_CANTOPEN_ISDIR), C(SQLITE_CANTOPEN_NOTEMPDIR), C(SQLITE_CANTOPEN_SYMLINK),
    C(SQLITE_CONSTRAINT_CHECK), C(SQLITE_CONSTRAINT_COMMITHOOK), C(SQLITE_CONSTRAINT_FOREIGNKEY), C(SQLITE_CONSTRAINT_FUNCTION), C(SQLITE_CONSTRAINT_NOTNULL),
    C(SQLITE_CONSTRAINT_PINNED), C(SQLITE_CONSTRAINT_PRIMARYKEY), C(SQLITE_CONSTRAINT_ROWID), C(SQLITE_CONSTRAINT_TRIGGER), C(SQLITE_CONSTRAINT_UNIQUE),
    C(SQLITE_CONSTRAINT_VTAB), C(SQLITE_CORRUPT_INDEX), C(SQLITE_CORRUPT_SEQUENCE), C(SQLITE_CORRUPT_VTAB), C(SQLITE_ERROR_MISSING_COLLSEQ), C(SQLITE_ERROR_RETRY),
    C(SQLITE_ERROR_SNAPSHOT), C(SQLITE_IOERR_ACCESS), C(SQLITE_IOERR_AUTH), C(SQLITE_IOERR_BEGIN_ATOMIC), C(SQLITE_IOERR_BLOCKED),
    C(SQLITE_IOERR_CHECKRESERVEDLOCK), C(SQLITE_IOERR_CLOSE), C(SQLITE_IOERR_COMMIT_ATOMIC), C(SQLITE_IOERR_CONVPATH), C(SQLITE_IOERR_CORRUPTFS),
    C(SQLITE_IOERR_DATA), C(SQLITE_IOERR_DELETE), C(SQLITE_IOERR_DELETE_NOENT), C(SQLITE_IOERR_DIR_CLOSE), C(SQLITE_IOERR_DIR_FSYNC), C(SQLITE_IOERR_FSTAT),
    C(SQLITE_IOERR_FSYNC), C(SQLITE_IOERR_GETTEMPPATH), C(SQLITE_IOERR_LOCK), C(SQLITE_IOERR_MMAP), C(SQLITE_IOERR_NOMEM), C(SQLITE_IOERR_RDLOCK),
    C(SQLITE_IOERR_READ), C(SQLITE_IOERR_ROLLBACK_ATOMIC), C(SQLITE_IOERR_SEEK), C(SQLITE_IOERR_SHMLOCK), C(SQLITE_IOERR_SHMMAP), C(SQLITE_IOERR_SHMOPEN),
    C(SQLITE_IOERR_SHMSIZE), C(SQLITE_IOERR_SHORT_READ), C(SQLITE_IOERR_TRUNCATE), C(SQLITE_IOERR_UNLOCK), C(SQLITE_IOERR_VNODE), C(SQLITE_IOERR_WRITE),
    C(SQLITE_LOCKED_SHAREDCACHE), C(SQLITE_LOCKED_VTAB), C(SQLITE_NOTICE_RECOVER_ROLLBACK), C(SQLITE_NOTICE_RECOVER_WAL), C(SQLITE_OK_LOAD_PERMANENTLY),
    C(SQLITE_OK_SYMLINK), C(SQLITE_READONLY_CANTINIT), C(SQLITE_READONLY_CANTLOCK), C(SQLITE_READONLY_DBMOVED), C(SQLITE_READONLY_DIRECTORY),
    C(SQLITE_READONLY_RECOVERY), C(SQLITE_READONLY_ROLLBACK), C(SQLITE_WARNING_AUTOINDEX),
};
static const Code other_codes[] = {
    C(PARSE_DECLTYPES), C(PARSE_COLNAMES), C(SQLITE_DENY), C(SQLITE_IGNORE), C(SQLITE_CREATE_INDEX), C(SQLITE_CREATE_TABLE), C(SQLITE_CREATE_TEMP_INDEX),
    C(SQLITE_CREATE_TEMP_TABLE), C(SQLITE_CREATE_TEMP_TRIGGER), C(SQLITE_CREATE_TEMP_VIEW), C(SQLITE_CREATE_TRIGGER), C(SQLITE_CREATE_VIEW), C(SQLITE_DELETE),
    C(SQLITE_DROP_INDEX), C(SQLITE_DROP_TABLE), C(SQLITE_DROP_TEMP_INDEX), C(SQLITE_DROP_TEMP_TABLE), C(SQLITE_DROP_TEMP_TRIGGER), C(SQLITE_DROP_TEMP_VIEW),
    C(SQLITE_DROP_TRIGGER), C(SQLITE_DROP_VIEW), C(SQLITE_INSERT), C(SQLITE_PRAGMA), C(SQLITE_READ), C(SQLITE_SELECT), C(SQLITE_TRANSACTION), C(SQLITE_UPDATE),
    C(SQLITE_ATTACH), C(SQLITE_DETACH), C(SQLITE_ALTER_TABLE), C(SQLITE_REINDEX), C(SQLITE_ANALYZE), C(SQLITE_CREATE_VTABLE), C(SQLITE_DROP_VTABLE),
    C(SQLITE_FUNCTION), C(SQLITE_SAVEPOINT), C(SQLITE_RECURSIVE), C(SQLITE_LIMIT_LENGTH), C(SQLITE_LIMIT_SQL_LENGTH), C(SQLITE_LIMIT_COLUMN),
    C(SQLITE_LIMIT_EXPR_DEPTH), C(SQLITE_LIMIT_COMPOUND_SELECT), C(SQLITE_LIMIT_VDBE_OP), C(SQLITE_LIMIT_FUNCTION_ARG), C(SQLITE_LIMIT_ATTACHED),
    C(SQLITE_LIMIT_LIKE_PATTERN_LENGTH), C(SQLITE_LIMIT_VARIABLE_NUMBER), C(SQLITE_LIMIT_TRIGGER_DEPTH), C(SQLITE_LIMIT_WORKER_THREADS),
    C(SQLITE_DBCONFIG_ENABLE_FKEY), C(SQLITE_DBCONFIG_ENABLE_TRIGGER), C(SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER), C(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION),
    C(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE), C(SQLITE_DBCONFIG_ENABLE_QPSG), C(SQLITE_DBCONFIG_TRIGGER_EQP), C(SQLITE_DBCONFIG_RESET_DATABASE),
    C(SQLITE_DBCONFIG_DEFENSIVE), C(SQLITE_DBCONFIG_WRITABLE_SCHEMA), C(SQLITE_DBCONFIG_LEGACY_ALTER_TABLE), C(SQLITE_DBCONFIG_DQS_DML),
    C(SQLITE_DBCONFIG_DQS_DDL), C(SQLITE_DBCONFIG_ENABLE_VIEW), C(SQLITE_DBCONFIG_LEGACY_FILE_FORMAT), C(SQLITE_DBCONFIG_TRUSTED_SCHEMA),
    {"LEGACY_TRANSACTION_CONTROL", AUTOCOMMIT_LEGACY},
};
#undef C

// ---- errors ---------------------------------------------------------------------------------------------------------------------------

const char *sq_error_name(int code) {
    for (size_t i = 0; i < ARRAY_LEN(result_codes); i++)
        if (result_codes[i].value == code) return result_codes[i].name;
    return "unknown";
}
static int exception_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_INTERNAL: case SQLITE_NOTFOUND: return SQ_InternalError;
    case SQLITE_ERROR: case SQLITE_PERM: case SQLITE_ABORT: case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_READONLY: case SQLITE_INTERRUPT: case SQLITE_IOERR:
    case SQLITE_FULL: case SQLITE_CANTOPEN: case SQLITE_PROTOCOL: case SQLITE_EMPTY: case SQLITE_SCHEMA: return SQ_OperationalError;
    case SQLITE_TOOBIG: return SQ_DataError;
    case SQLITE_CONSTRAINT: case SQLITE_MISMATCH: return SQ_IntegrityError;
    case SQLITE_MISUSE: case SQLITE_RANGE: return SQ_InterfaceError;
    default: return SQ_DatabaseError;
    }
}
int sq_error(Thread *th, sqlite3 *db, int code) {
    if (error_pending(th)) return -1;
    if ((code & 0xFF) == SQLITE_NOMEM) return raise_memory_error(th), -1;
    int extended = db ? sqlite3_extended_errcode(db) : code;
    Value text = str_from_cstr(th, db ? sqlite3_errmsg(db) : sqlite3_errstr(code)), e = text == NO_VALUE ? NO_VALUE : call1(th, sq_exc[exception_of(code)], text);
    decref(th, text);
    if (e == NO_VALUE) return -1;
    Value name = str_from_cstr(th, sq_error_name(extended));
    if (name != NO_VALUE && object_setattr(th, e, str_intern_cstr(th, "sqlite_errorcode"), value_imm_int(extended)) == 0 &&
        object_setattr(th, e, str_intern_cstr(th, "sqlite_errorname"), name) == 0)
        raise_object(th, e, NO_VALUE);
    decref(th, name);
    decref(th, e);
    return -1;
}
int sq_deprecated_keywords(Thread *th, const char *which, const char *fn, const char *rest) {
    return warn_format(th, &exc_DeprecationWarning, 1, "Passing keyword argument%s to _sqlite3.Connection.%s() is deprecated. Parameter%s in Python 3.15.", which, fn, rest);
}

// ---- adapters and converters ----------------------------------------------------------------------------------------------------------

static Value adapt_by_method(Thread *th, Value obj, Value holder, Value arg, const char *name) {
    Value method;
    int found = object_getattr_optional(th, holder, str_intern_cstr(th, name), &method);
    if (found <= 0) return NO_VALUE;
    Value r = call1(th, method, arg);
    decref(th, method);
    if (r == NO_VALUE) error_clear_if(th, &exc_TypeError);
    return r == VALUE_NONE ? NO_VALUE : r;
}
static Value adapt(Thread *th, Value obj, Value proto, Value alt) {
    Value key = tuple_pack2(th, VALUE_OF(type_of(obj)), proto), adapter;
    if (key == NO_VALUE) return NO_VALUE;
    int found = dict_get(th, AS(Dict, sq_adapters), key, &adapter);
    decref(th, key);
    if (found < 0) return NO_VALUE;
    if (found) {
        Value r = call1(th, adapter, obj);
        decref(th, adapter);
        return r;
    }
    Value r = adapt_by_method(th, obj, proto, obj, "__adapt__");
    if (r == NO_VALUE && !error_pending(th)) r = adapt_by_method(th, obj, obj, proto, "__conform__");
    if (r != NO_VALUE || error_pending(th)) return r;
    if (alt != NO_VALUE) return new_ref(th, alt);
    return SQ_RAISE(th, ProgrammingError, "can't adapt");
}
Value sq_adapt(Thread *th, Value obj, Value alt) { return adapt(th, obj, VALUE_OF(&type_sq_PrepareProtocol), alt); }
static Value fn_adapt(Thread *th, Value self, Value *a) { return adapt(th, a[0], a[1] ? a[1] : VALUE_OF(&type_sq_PrepareProtocol), a[2]); }

static Value fn_register_adapter(Thread *th, Value self, Value *a) {
    if (!value_is_type(a[0])) return raise_type_error(th, "register_adapter() argument 1 must be type, not %B", a[0]);
    Type *t = AS(Type, a[0]);
    if (t == &type_int || t == &type_float || t == &type_str || t == &type_bytearray) atomic_store_relaxed(&sq_base_adapted, 1);
    Value key = tuple_pack2(th, a[0], VALUE_OF(&type_sq_PrepareProtocol));
    int r = key == NO_VALUE ? -1 : dict_set(th, AS(Dict, sq_adapters), key, a[1]);
    decref(th, key);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
static Value upper(Thread *th, Value s) { return call_method0(th, s, str_intern_cstr(th, "upper")); }
static Value fn_register_converter(Thread *th, Value self, Value *a) {
    if (!value_is_str(a[0])) return raise_type_error(th, "register_converter() argument 1 must be str, not %B", a[0]);
    Value key = upper(th, a[0]);
    int r = key == NO_VALUE ? -1 : dict_set(th, AS(Dict, sq_converters), key, a[1]);
    decref(th, key);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}
Value sq_converter(Thread *th, const char *name, size_t n) {
    Value s = str_from_utf8(th, name, n), key = s == NO_VALUE ? NO_VALUE : upper(th, s), r = NO_VALUE;
    decref(th, s);
    if (key != NO_VALUE && dict_get(th, AS(Dict, sq_converters), key, &r) <= 0) r = NO_VALUE;
    decref(th, key);
    return r;
}

// ---- functions ------------------------------------------------------------------------------------------------------------------------

static Value fn_connect(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs > 1 && warn_format(th, &exc_DeprecationWarning, 1,
            "Passing more than 1 positional argument to sqlite3.connect() is deprecated. Parameters 'timeout', 'detect_types', 'isolation_level', "
            "'check_same_thread', 'factory', 'cached_statements' and 'uri' will become keyword-only parameters in Python 3.15.") < 0)
        return NO_VALUE;
    Value factory = nargs > 5 ? args[5] : VALUE_OF(&type_sq_Connection);
    for (size_t i = 0; i < kwnames_len(kwnames); i++)
        if (str_equal_cstr(AS(Tuple, kwnames)->items[i], "factory")) factory = args[nargs + i];
    return object_call(th, factory, args, nargs, kwnames);
}
static Value fn_complete_statement(Thread *th, Value self, Value *a) {
    const char *sql;
    Value hold = NO_VALUE;
    if (text_cstr_arg(th, a[0], &sql, &hold, "complete_statement() argument 'statement'") < 0) return NO_VALUE;
    int r = sqlite3_complete(sql);
    decref(th, hold);
    return value_bool(r);
}
static Value fn_enable_callback_tracebacks(Thread *th, Value self, Value *a) {
    int on = object_truth(th, a[0]);
    if (on < 0) return NO_VALUE;
    atomic_store_relaxed(&sq_tracebacks, (uint8_t)on);
    return VALUE_NONE;
}
static const MethodDef functions[] = {
    {"adapt", "(obj, proto=PrepareProtocolType, alt=None, /)", fn_adapt, "Adapt given object to given protocol.", METH_NO_TEXT_SIG},
    {"complete_statement", "(statement)", fn_complete_statement, "Checks if a string contains a complete SQL statement.", 0},
    {"connect", "($module, /, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, factory=ConnectionType, cached_statements=128, "
                "uri=False, *, autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL)", (void *)fn_connect, "Open a connection to the SQLite database file 'database'.", METH_RAW},
    {"enable_callback_tracebacks", "(enable, /)", fn_enable_callback_tracebacks, "Enable or disable callback functions throwing errors to stderr.", 0},
    {"register_adapter", "(type, adapter, /)", fn_register_adapter, "Register a function to adapt Python objects to SQLite values.", 0},
    {"register_converter", "(typename, converter, /)", fn_register_converter, "Register a function to convert SQLite values to Python objects.", 0},
    {0},
};

static Shape protocol_shape;
static int protocol_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) { return 0; }
static Value protocol_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return VALUE_OF(object_new(th, type, 0)); }
Type type_sq_PrepareProtocol = {
    .head = OBJECT_STATIC(&shape_type), .name = "sqlite3.PrepareProtocol", .base = &type_object, .flags = TYPE_IMMUTABLE, .basic_size = sizeof(Object),
    .shape = &protocol_shape, .doc = "PEP 246 style object adaption protocol type.", .slots = {.new_ = protocol_slot_new, .init = protocol_slot_init}};
static Shape protocol_shape = {.type = &type_sq_PrepareProtocol, .flags = TYPE_IMMUTABLE};

static int make_globals(Thread *th) {
    if (sq_adapters != NO_VALUE) return 0;
    for (int i = 0; i < SQ_EXC_COUNT; i++) {
        char name[40] = "sqlite3.";
        strcat(name, exc_names[i]);
        Value base = i <= SQ_Error ? VALUE_OF(&exc_Exception) : i <= SQ_DatabaseError ? sq_exc[SQ_Error] : sq_exc[SQ_DatabaseError];
        sq_exc[i] = exception_create_type(th, name, base, NULL);
        if (sq_exc[i] == NO_VALUE) return -1;
        gc_add_root(&sq_exc[i]);
    }
    sq_converters = dict_new(th);
    if (sq_converters == NO_VALUE) return -1;
    gc_add_root(&sq_converters);
    gc_add_root(&sq_adapters);
    sq_callbacks_init();
    sq_adapters = dict_new(th);
    return sq_adapters == NO_VALUE ? -1 : 0;
}
static int add_codes(Thread *th, Value m, const Code *c, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (module_add_int(th, m, c[i].name, c[i].value) < 0) return -1;
    return 0;
}
static int sqlite3_exec_module(Thread *th, Value m) {
    Type *const types[] = {&type_sq_Connection, &type_sq_Cursor, &type_sq_Row, &type_sq_PrepareProtocol, &type_sq_Blob};
    sqlite3_initialize();
    if (make_globals(th) < 0 || type_ready(th, &type_sq_Statement) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (module_add_type(th, m, types[i]) < 0) return -1;
    for (int i = 0; i < SQ_EXC_COUNT; i++) {
        Value name = str_intern_cstr(th, exc_names[i]);
        if (name == NO_VALUE || type_set_own(th, &type_sq_Connection, name, sq_exc[i]) < 0 || module_add(th, m, exc_names[i], new_ref(th, sq_exc[i])) < 0) return -1;
    }
    static const int safety[] = {0, 3, 1}; // DB-API's level of SQLite's threading mode
    if (add_codes(th, m, result_codes, ARRAY_LEN(result_codes)) < 0 || add_codes(th, m, other_codes, ARRAY_LEN(other_codes)) < 0 ||
        module_add_str(th, m, "sqlite_version", sqlite3_libversion()) < 0 || module_add_int(th, m, "threadsafety", safety[sqlite3_threadsafe()]) < 0 ||
        module_add(th, m, "adapters", new_ref(th, sq_adapters)) < 0)
        return -1;
    return module_add(th, m, "converters", new_ref(th, sq_converters));
}
const ModuleDef module__sqlite3 = {.name = "_sqlite3", .methods = functions, .exec = sqlite3_exec_module};
