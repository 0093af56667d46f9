// SPDX-License-Identifier: MIT
// BufferedRWPair: a reader and a writer that are used as one stream. It holds no state of its own.
#include "stdlib/_io/io_int.h"

typedef struct RWPair { Object head; Value reader, writer; } RWPair; // [c] after __init__

static Value pair_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    RWPair *p = object_new(th, type, 0);
    return p ? VALUE_OF(p) : NO_VALUE;
}
static int pair_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value out[3];
    if (native_args_bind(th, &sig, "BufferedRWPair", "(reader, writer, buffer_size=131072, /)", args, nargs, kwnames, out) < 0) return -1;
    Value a[2] = {out[0], out[2] ? out[2] : value_imm_int(IO_BUFFER_SIZE)}, b[2] = {out[1], a[1]};
    Value r = object_call(th, VALUE_OF(&type_io_BufferedReader), a, 2, NO_VALUE);
    if (!r) return -1;
    Value w = object_call(th, VALUE_OF(&type_io_BufferedWriter), b, 2, NO_VALUE);
    if (!w) {
        decref(th, r);
        return -1;
    }
    set_ref(th, &AS(RWPair, self)->reader, r);
    set_ref(th, &AS(RWPair, self)->writer, w);
    return 0;
}
static Value pair_forward(Thread *th, Value target, const char *name, Value *args, size_t n) {
    if (!target) return raise_value_error(th, "I/O operation on uninitialized object");
    Value nm = str_intern_cstr(th, name);
    while (n && !args[n - 1]) n--;
    return nm ? call_method(th, target, nm, args, n) : NO_VALUE;
}
#define PAIR(fn, side, name, n) static Value fn(Thread *th, Value self, Value *args) { return pair_forward(th, AS(RWPair, self)->side, name, args, n); }
PAIR(pair_meth_read, reader, "read", 1) PAIR(pair_meth_peek, reader, "peek", 1) PAIR(pair_meth_read1, reader, "read1", 1) PAIR(pair_meth_readinto, reader, "readinto", 1) PAIR(pair_meth_readinto1, reader, "readinto1", 1)
PAIR(pair_meth_write, writer, "write", 1) PAIR(pair_meth_flush, writer, "flush", 0) PAIR(pair_meth_readable, reader, "readable", 0) PAIR(pair_meth_writable, writer, "writable", 0)
static Value pair_meth_close(Thread *th, Value self, Value *args) {
    Value r = pair_forward(th, AS(RWPair, self)->writer, "close", args, 0), exc = r ? NO_VALUE : error_fetch(th);
    decref(th, r);
    r = pair_forward(th, AS(RWPair, self)->reader, "close", args, 0);
    if (exc) {
        if (!r) {
            Value second = error_fetch(th);
            object_setattr(th, second, name_d_context, exc);
            decref(th, exc);
            error_restore(th, second);
        } else error_restore(th, exc);
        decref(th, r);
        return NO_VALUE;
    }
    return r;
}
static Value pair_meth_isatty(Thread *th, Value self, Value *args) {
    Value r = pair_forward(th, AS(RWPair, self)->writer, "isatty", args, 0);
    if (r != VALUE_FALSE) return r;
    return pair_forward(th, AS(RWPair, self)->reader, "isatty", args, 0);
}
static Value pair_get_closed(Thread *th, Value self) {
    if (!AS(RWPair, self)->writer) return raise_error(th, &exc_RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return object_getattr(th, AS(RWPair, self)->writer, io_name_closed);
}
static void pair_dealloc(Thread *th, Object *o) {
    clear_ref(th, &((RWPair *)o)->reader);
    clear_ref(th, &((RWPair *)o)->writer);
    object_release_attrs(th, o);
    object_free(th, o);
}
static int pair_traverse(Object *o, VisitFn visit, void *arg) {
    RWPair *p = (RWPair *)o;
    int r = p->reader ? visit(p->reader, arg) : 0;
    return r ? r : p->writer ? visit(p->writer, arg) : 0;
}
static void pair_clear(Thread *th, Object *o) {
    clear_ref(th, &((RWPair *)o)->reader);
    clear_ref(th, &((RWPair *)o)->writer);
}
static const MethodDef pair_methods[] = {
    {"read", "(self, size=-1, /)", pair_meth_read, NULL}, {"peek", "(self, size=0, /)", pair_meth_peek, NULL}, {"read1", "(self, size=-1, /)", pair_meth_read1, NULL},
    {"readinto", "(self, buffer, /)", pair_meth_readinto, NULL}, {"readinto1", "(self, buffer, /)", pair_meth_readinto1, NULL}, {"write", "(self, buffer, /)", pair_meth_write, NULL},
    {"flush", "(self, /)", pair_meth_flush, NULL}, {"readable", "(self, /)", pair_meth_readable, NULL}, {"writable", "(self, /)", pair_meth_writable, NULL},
    {"close", "(self, /)", pair_meth_close, NULL}, {"isatty", "(self, /)", pair_meth_isatty, NULL}, {0}
};
static const GetSetDef pair_getsets[] = { {"closed", pair_get_closed, NULL, NULL}, {0} };
TYPE_DEFINE_BASE(io_BufferedRWPair, "_io.BufferedRWPair", &type_io_BufferedIOBase, sizeof(RWPair), IO_FLAGS, .text_signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)", .methods = pair_methods, .getsets = pair_getsets,
                 .doc = "A buffered reader and writer object together.", .slots = {.new_ = pair_slot_new, .init = pair_slot_init, .dealloc = pair_dealloc, .traverse = pair_traverse, .clear = pair_clear})
