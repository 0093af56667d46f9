// SPDX-License-Identifier: MIT
// The type Pickler, its attributes and its memo proxy.
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

// ---- dump -----------------------------------------------------------------------------------------------------------------------------------

// protocol and buffer_callback as given (NO_VALUE: not).
static int set_protocol(Thread *th, Pickler *p, Value protocol, Value fix_imports, Value buffer_callback) {
    int64_t n = PICKLE_DEFAULT;
    if (protocol && protocol != VALUE_NONE) {
        if (number_as_i64(th, protocol, &n) < 0) return -1;
        if (n < 0) n = PICKLE_HIGHEST;
        else if (n > PICKLE_HIGHEST) return raise_value_error(th, "pickle protocol must be <= %d", PICKLE_HIGHEST), -1;
    }
    int fix = fix_imports ? object_truth(th, fix_imports) : 1;
    if (fix < 0) return -1;
    if (buffer_callback == VALUE_NONE) buffer_callback = NO_VALUE;
    if (buffer_callback && n < 5) return raise_value_error(th, "buffer_callback needs protocol >= 5"), -1;
    p->proto = (int32_t)n;
    atomic_store_relaxed(&p->bin, n > 0);
    p->fix_imports = fix && n < 3;
    set_ref(th, &p->buffer_callback, new_ref(th, buffer_callback));
    return 0;
}

static int set_file(Thread *th, Pickler *p, Value file) {
    Value write;
    int r = object_getattr_optional(th, file, name_write, &write);
    if (r == 0) raise_type_error(th, "file must have a 'write' attribute");
    if (r <= 0) return -1;
    set_ref(th, &p->write, write);
    return 0;
}

static Value pickler_meth_persistent_id(Thread *th, Value self, Value *args) { return VALUE_NONE; }

// What the object calls by this name, if that is not the type's own.
static int find_hook(Thread *th, Value self, Value name, void *own, Value *out) {
    Value f;
    int r = object_getattr_optional(th, self, name, &f);
    if (r < 0) return -1;
    if (r && value_is_exact(f, &type_builtin_function) && AS(BuiltinFunction, f)->def->fn == own) clear_ref(th, &f);
    set_ref(th, out, f);
    return 0;
}

static int dump_object(Thread *th, Pickler *p, Value v) {
    if (out_start(th, p) < 0) return -1;
    p->fast_nesting = 0;
    if (p->proto >= 2 && out_bytes(th, p, (uint8_t[]){OPC_PROTO, (uint8_t)p->proto}, 2) < 0) return -1;
    if (p->proto >= 4) {
        p->framing = true;
        p->limit = 0; // the next byte begins a frame
    }
    if (pickle_save(th, p, v) < 0 || out_op(th, p, OPC_STOP) < 0) return -1;
    out_framing_end(th, p);
    return 0;
}

static void dump_end(Thread *th, Pickler *p) {
    clear_ref(th, &p->out);
    p->len = p->limit = 0;
    p->boundary = SIZE_MAX;
    p->framing = false;
    clear_ref(th, &p->fast_memo);
    clear_ref(th, &p->persistent_id);
    clear_ref(th, &p->reducer_override);
}

static Value pickler_meth_dump(Thread *th, Value self, Value *args) {
    Pickler *p = AS(Pickler, self);
    int in = machine_enter(th, &p->user, false, "Pickler");
    if (in < 0) return NO_VALUE;
    int r = -1;
    if (!p->ready) pickling_error(th, "Pickler.__init__() was not called by %N.__init__()", type_of(self));
    else if (find_hook(th, self, str_intern_cstr(th, "persistent_id"), pickler_meth_persistent_id, &p->persistent_id) == 0 &&
             find_hook(th, self, str_intern_cstr(th, "reducer_override"), NULL, &p->reducer_override) == 0) {
        p->plain = !p->persistent_id && !p->reducer_override;
        r = dump_object(th, p, args[0]);
        if (r == 0) {
            Value b = out_take(th, p), done = b ? call1(th, p->write, b) : NO_VALUE;
            r = done ? 0 : -1;
            decref(th, b);
            decref(th, done);
        }
    }
    dump_end(th, p);
    machine_leave(&p->user, in);
    return r < 0 ? NO_VALUE : VALUE_NONE;
}

Value pickle_dump(Thread *th, Value obj, Value file, Value protocol, Value fix_imports, Value buffer_callback) {
    Pickler *p = NEW(Pickler, th, pickler_type);
    if (!p) return NO_VALUE;
    p->boundary = SIZE_MAX;
    p->ready = p->plain = true;
    Value result = NO_VALUE;
    if (set_protocol(th, p, protocol, fix_imports, buffer_callback) == 0 && (!file || set_file(th, p, file) == 0) && dump_object(th, p, obj) == 0) {
        result = out_take(th, p);
        if (file && result) set_ref(th, &result, call1(th, p->write, result));
        if (file && result) set_ref(th, &result, VALUE_NONE);
    }
    decref(th, VALUE_OF(p));
    return result;
}

// ---- the type -------------------------------------------------------------------------------------------------------------------------------

static Value pickler_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Pickler *p = NEW(Pickler, th, type);
    if (p) p->boundary = SIZE_MAX;
    return VALUE_OF(p);
}

static int pickler_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[4];
    if (native_args_bind(th, &sig, "Pickler", "(file, protocol=None, fix_imports=True, buffer_callback=None)", args, nargs, kwnames, a) < 0) return -1;
    Pickler *p = AS(Pickler, self);
    int in = machine_enter(th, &p->user, false, "Pickler");
    if (in < 0) return -1;
    p->ready = false;
    int r = set_protocol(th, p, a[1], a[2], a[3]);
    if (r == 0) r = set_file(th, p, a[0]);
    if (r == 0) {
        pickle_memo_clear(th, &p->memo);
        atomic_store_relaxed(&p->fast, 0);
        // A class attribute, or one that the instance has already.
        Value table;
        r = object_getattr_optional(th, self, str_intern_cstr(th, "dispatch_table"), &table) < 0 ? -1 : 0;
        if (r == 0) {
            if (table) slot_store(th, &p->head, &p->dispatch_table, table);
            p->ready = true;
        }
    }
    machine_leave(&p->user, in);
    return r;
}

static Value pickler_meth_clear_memo(Thread *th, Value self, Value *args) {
    Pickler *p = AS(Pickler, self);
    int in = machine_enter(th, &p->user, true, "Pickler");
    if (in < 0) return NO_VALUE;
    pickle_memo_clear(th, &p->memo);
    machine_leave(&p->user, in);
    return VALUE_NONE;
}

static Value pickler_meth_sizeof(Thread *th, Value self, Value *args) {
    Pickler *p = AS(Pickler, self);
    int in = machine_enter(th, &p->user, true, "Pickler");
    if (in < 0) return NO_VALUE;
    size_t n = type_of(self)->basic_size + p->memo.cap * sizeof(MemoEntry) + (p->out ? AS(Bytes, p->out)->len : 0) + mem_usable_size(p->plans);
    machine_leave(&p->user, in);
    return value_imm_int((int64_t)n);
}

// persistent_id can be set on an instance.
static Value pickler_slot_getattr(Thread *th, Value self, Value name) {
    if (value_is_str(name) && str_equal_cstr(name, "persistent_id")) {
        Value f = slot_get(th, value_object(self), &AS(Pickler, self)->persistent_id_attr);
        if (f) return f;
    }
    return object_generic_getattr(th, self, name);
}
static int pickler_slot_setattr(Thread *th, Value self, Value name, Value v) {
    if (value_is_str(name) && str_equal_cstr(name, "persistent_id")) {
        slot_store(th, value_object(self), &AS(Pickler, self)->persistent_id_attr, new_ref(th, v));
        return 0;
    }
    return object_generic_setattr(th, self, name, v);
}

static int pickler_traverse(Object *self, VisitFn visit, void *arg) {
    Pickler *p = (Pickler *)self;
    Value v[] = {p->write, p->fast_memo, p->persistent_id, p->reducer_override, p->buffer_callback, p->dispatch_table, p->persistent_id_attr};
    for (size_t i = 0; i < ARRAY_LEN(v); i++) {
        int r = v[i] ? visit(v[i], arg) : 0;
        if (r) return r;
    }
    return pickle_memo_traverse(&p->memo, visit, arg);
}
static void pickler_clear(Thread *th, Object *self) {
    Pickler *p = (Pickler *)self;
    clear_ref(th, &p->out);
    clear_ref(th, &p->write);
    clear_ref(th, &p->fast_memo);
    clear_ref(th, &p->persistent_id);
    clear_ref(th, &p->reducer_override);
    clear_ref(th, &p->buffer_callback);
    clear_ref(th, &p->dispatch_table);
    clear_ref(th, &p->persistent_id_attr);
    p->ready = false;
    pickle_memo_clear(th, &p->memo);
}
static void pickler_dealloc(Thread *th, Object *self) {
    pickler_clear(th, self);
    mem_free(((Pickler *)self)->plans);
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- the memo proxy -------------------------------------------------------------------------------------------------------------------------

static Type type_pickler_memo;

static Value proxy_meth_clear(Thread *th, Value self, Value *args) { return pickler_meth_clear_memo(th, AS(MemoProxy, self)->machine, args); }
static Value proxy_meth_copy(Thread *th, Value self, Value *args) {
    Pickler *p = AS(Pickler, AS(MemoProxy, self)->machine);
    int in = machine_enter(th, &p->user, true, "Pickler");
    if (in < 0) return NO_VALUE;
    Value d = pickle_memo_to_dict(th, &p->memo);
    machine_leave(&p->user, in);
    return d;
}
static Value proxy_meth_reduce(Thread *th, Value self, Value *args) { return memo_proxy_reduce(th, proxy_meth_copy(th, self, args)); }
static const MethodDef proxy_methods[] = {
    {"clear", "(self, /)", proxy_meth_clear, "Remove all items from memo."},
    {"copy", "(self, /)", proxy_meth_copy, "Copy the memo to a new object."},
    {"__reduce__", "(self, /)", proxy_meth_reduce, "Implement pickle support."},
    {0},
};
MODULE_TYPE_DEFINE(pickler_memo, "_pickle.PicklerMemoProxy", sizeof(MemoProxy), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = proxy_methods,
                   .slots = {.hash = object_hash_unhashable, .traverse = memo_proxy_traverse, .dealloc = memo_proxy_dealloc})

static Value pickler_get_memo(Thread *th, Value self) { return memo_proxy_new(th, &type_pickler_memo, self); }
static int pickler_set_memo(Thread *th, Value self, Value v) {
    if (!v) return raise_type_error(th, "attribute deletion is not supported"), -1;
    Value dict = value_is_exact(v, &type_pickler_memo) ? proxy_meth_copy(th, v, NULL) : value_is_dict(v) ? new_ref(th, v) : NO_VALUE;
    if (!dict) {
        if (!error_pending(th)) raise_type_error(th, "'memo' attribute must be a PicklerMemoProxy object or dict, not %.200s", type_of(v)->name);
        return -1;
    }
    PickleMemo memo = {0};
    int r = pickle_memo_from_dict(th, &memo, dict);
    decref(th, dict);
    Pickler *p = AS(Pickler, self);
    int in = r == 0 ? machine_enter(th, &p->user, true, "Pickler") : -1;
    if (in >= 0) {
        PickleMemo old = p->memo;
        p->memo = memo;
        memo = old;
        machine_leave(&p->user, in);
    } else r = -1;
    pickle_memo_clear(th, &memo);
    return r;
}

static const MethodDef pickler_methods[] = {
    {"persistent_id", "(self, obj, /)", pickler_meth_persistent_id, NULL},
    {"dump", "(self, obj, /)", pickler_meth_dump, "Write a pickled representation of the given object to the open file."},
    {"clear_memo", "(self, /)", pickler_meth_clear_memo,
     "Clears the pickler's \"memo\".\n\nThe memo knows the objects that were written already, so that they are written once and referred to\nafter that. Useful when a pickler is used "
     "again."},
    {"__sizeof__", "(self, /)", pickler_meth_sizeof, "Returns size in memory, in bytes."},
    {0},
};
static const MemberDef pickler_members[] = {
    {"bin", offsetof(Pickler, bin), MEMBER_INT32, NULL},
    {"fast", offsetof(Pickler, fast), MEMBER_INT32, NULL},
    {"dispatch_table", offsetof(Pickler, dispatch_table), MEMBER_VALUE_EX, NULL},
    {0},
};
static const GetSetDef pickler_getsets[] = {{"memo", pickler_get_memo, pickler_set_memo, NULL}, {0}};
MODULE_TYPE_DEFINE(pickler, "_pickle.Pickler", sizeof(Pickler), TYPE_BASETYPE | TYPE_TRACED, .methods = pickler_methods, .members = pickler_members,
                   .getsets = pickler_getsets, .text_signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
                   .doc = "Writes pickles to a binary file.\n\n*protocol* is 0 to 5, 5 by default; a negative number stands for the highest. *file* needs a method write()\n"
                          "that takes bytes. With *fix_imports* and a protocol below 3, names of Python 3's library are written as\nPython 2 knows them. "
                          "*buffer_callback*, from protocol 5 on, is called with each PickleBuffer: if what it returns\nis false, the buffer is left out of the pickle.",
                   .slots = {.new_ = pickler_slot_new, .init = pickler_slot_init, .getattr = pickler_slot_getattr, .setattr = pickler_slot_setattr,
                             .traverse = pickler_traverse, .clear = pickler_clear, .dealloc = pickler_dealloc})
Type *const pickler_type = &type_pickler;

int pickler_ready(Thread *th) { return type_ready(th, &type_pickler) < 0 ? -1 : type_ready(th, &type_pickler_memo); }
