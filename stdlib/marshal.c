// SPDX-License-Identifier: MIT
// The module marshal over core/code/marshal.c. No state.
#include "core/code/marshal.h"

#include "core/object/abstract.h"
#include "core/object/buffer.h"
#include "core/object/bytes.h"
#include "core/object/call.h"
#include "core/object/module.h"
#include "stdlib/sys/sys.h"

static int allow_arg(Thread *th, Value v) { return v ? object_truth(th, v) : 1; }

static Value dumps(Thread *th, Value value, Value version_v, Value allow_v) {
    int version = MARSHAL_VERSION, allow = allow_arg(th, allow_v);
    if (allow < 0 || (version_v && number_as_int(th, version_v, &version))) return NO_VALUE;
    if (sys_audit(th, "marshal.dumps", 2, value, value_imm_int(version))) return NO_VALUE;
    return marshal_dumps(th, value, version, allow);
}
static Value marshal_fn_dumps(Thread *th, Value self, Value *args) { return dumps(th, args[0], args[1], args[2]); }
static Value marshal_fn_dump(Thread *th, Value self, Value *args) {
    Value b = dumps(th, args[0], args[2], args[3]);
    if (b == NO_VALUE) return NO_VALUE;
    Value r = call_method1(th, args[1], name_write, b);
    decref(th, b);
    return r;
}
static Value marshal_fn_loads(Thread *th, Value self, Value *args) {
    int allow = allow_arg(th, args[1]);
    if (allow < 0) return NO_VALUE;
    Buffer b;
    if (buffer_get(th, args[0], &b, BUF_SIMPLE)) return NO_VALUE;
    Value r = sys_audit(th, "marshal.loads", 1, args[0]) ? NO_VALUE : marshal_loads(th, b.buf, b.len, allow);
    buffer_release(th, &b);
    return r;
}
static Value marshal_fn_load(Thread *th, Value self, Value *args) {
    int allow = allow_arg(th, args[1]);
    if (allow < 0) return NO_VALUE;
    // What read() gives decides whether this is a binary file.
    Value probe = call_method1(th, args[0], name_read, value_imm_int(0));
    if (probe == NO_VALUE) return NO_VALUE;
    bool ok = value_is_bytes(probe);
    if (!ok) raise_type_error(th, "file.read() returned not bytes but %.100s", type_of(probe)->name);
    decref(th, probe);
    if (!ok || sys_audit(th, "marshal.load", 0)) return NO_VALUE;
    MarshalReader r = {.th = th, .file = args[0], .allow_code = allow};
    Value v = marshal_read(&r);
    if (v == NO_VALUE && !error_pending(th)) raise_type_error(th, "NULL object in marshal data for object");
    marshal_reader_end(&r);
    return v;
}

static const MethodDef marshal_fns[] = {
    {"dump", "(value, file, version=5, /, *, allow_code=True)", marshal_fn_dump, "Writes a value to an open binary file."},
    {"load", "(file, /, *, allow_code=True)", marshal_fn_load, "Reads one value from an open binary file."},
    {"dumps", "(value, version=5, /, *, allow_code=True)", marshal_fn_dumps, "The bytes that dump() would write."},
    {"loads", "(data, /, *, allow_code=True)", marshal_fn_loads, "The value of a bytes-like object; what follows it is ignored."},
    {0}
};
static int marshal_exec(Thread *th, Value m) { return module_add_int(th, m, "version", MARSHAL_VERSION); }
const ModuleDef module_marshal = { "marshal", "Values to bytes and back, for the caches of compiled modules.", marshal_fns, marshal_exec };
