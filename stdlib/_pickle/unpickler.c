// SPDX-License-Identifier: MIT
// The type Unpickler, its attributes and its memo proxy.
#include "core/object/call.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

static const char usual_encoding[] = "ASCII", usual_errors[] = "strict";

static void text_free(const char *p) {
    if (p != usual_encoding && p != usual_errors) mem_free((char *)p);
}
// A copy of a str argument as C text, or the usual one.
static const char *text_copy(Thread *th, Value v, const char *usual, const char *fname, const char *what) {
    if (!v) return usual;
    size_t n;
    Value hold = NO_VALUE;
    if (!value_is_str(v)) return raise_type_error(th, "%s() argument '%s' must be str, not %B", fname, what, v), NULL;
    const char *p = str_utf8(th, v, &n, &hold);
    if (!p) return NULL;
    if (memchr(p, 0, n)) {
        decref(th, hold);
        return raise_value_error(th, "embedded null character"), NULL;
    }
    char *copy = mem_alloc(th, n + 1);
    if (copy) {
        memcpy(copy, p, n);
        copy[n] = 0;
    }
    decref(th, hold);
    return copy;
}

// What follows the input among the arguments (NO_VALUE: not given).
static int set_options(Thread *th, Unpickler *u, const char *fname, Value fix_imports, Value encoding, Value errors, Value buffers) {
    int fix = fix_imports ? object_truth(th, fix_imports) : 1;
    if (fix < 0) return -1;
    const char *enc = text_copy(th, encoding, usual_encoding, fname, "encoding"), *err = enc ? text_copy(th, errors, usual_errors, fname, "errors") : NULL;
    Value it = NO_VALUE;
    if (!err || (buffers && buffers != VALUE_NONE && !(it = object_iter(th, buffers)))) {
        text_free(enc);
        text_free(err);
        return -1;
    }
    text_free(u->encoding);
    text_free(u->errors);
    u->encoding = enc;
    u->errors = err;
    u->bytes_strings = strcmp(enc, "bytes") == 0;
    u->fix_imports = fix;
    u->proto = 0;
    set_ref(th, &u->buffers, it);
    return 0;
}

static Value new_unpickler(Thread *th, Type *type) {
    Unpickler *u = NEW(Unpickler, th, type);
    if (!u) return NO_VALUE;
    u->p = u->end = u->data_end = u->chunk_start = (const uint8_t *)"";
    u->stack = u->first_stack;
    u->cap = UNPICKLER_FIRST_STACK;
    u->marks = u->first_marks;
    u->marks_cap = UNPICKLER_FIRST_MARKS;
    u->memo = u->first_memo;
    u->memo_cap = UNPICKLER_FIRST_MEMO;
    return VALUE_OF(u);
}

Value pickle_load(Thread *th, Value file, Value data, Value fix_imports, Value encoding, Value errors, Value buffers) {
    Value v = new_unpickler(th, unpickler_type), result = NO_VALUE;
    if (!v) return NO_VALUE;
    Unpickler *u = AS(Unpickler, v);
    int r;
    if (file) r = in_file(th, u, file);
    else if ((r = buffer_get_stable(th, data, &u->data)) < 0) u->data.obj = NO_VALUE;
    else {
        u->p = u->data.len ? u->data.buf : (const uint8_t *)"";
        u->end = u->data_end = u->p + u->data.len;
    }
    if (r == 0 && set_options(th, u, file ? "load" : "loads", fix_imports, encoding, errors, buffers) == 0) result = unpickle_run(th, u);
    in_close(th, u);
    decref(th, v);
    return result;
}

// ---- the type -------------------------------------------------------------------------------------------------------------------------------

static Value unpickler_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) { return new_unpickler(th, type); }

static int unpickler_slot_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[5];
    if (native_args_bind(th, &sig, "Unpickler", "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())", args, nargs, kwnames, a) < 0) return -1;
    Unpickler *u = AS(Unpickler, self);
    int in = machine_enter(th, &u->user, false, "Unpickler");
    if (in < 0) return -1;
    u->ready = false;
    int r = in_file(th, u, a[0]);
    if (r == 0) r = set_options(th, u, "Unpickler", a[1], a[2], a[3], a[4]);
    if (r == 0) {
        unpickle_memo_clear(th, u);
        stack_cut(th, u, 0);
        u->ready = true;
    }
    machine_leave(&u->user, in);
    return r;
}

static Value unpickler_meth_persistent_load(Thread *th, Value self, Value *args) {
    return unpickling_error(th, "A load persistent id instruction was encountered, but no persistent_load function was specified.");
}

static Value unpickler_meth_load(Thread *th, Value self, Value *args) {
    Unpickler *u = AS(Unpickler, self);
    int in = machine_enter(th, &u->user, false, "Unpickler");
    if (in < 0) return NO_VALUE;
    Value result = NO_VALUE, f;
    if (!u->ready) unpickling_error(th, "Unpickler.__init__() was not called by %N.__init__()", type_of(self));
    else if (object_getattr_optional(th, self, str_intern_cstr(th, "persistent_load"), &f) >= 0) {
        if (f && value_is_exact(f, &type_builtin_function) && AS(BuiltinFunction, f)->def->fn == (void *)unpickler_meth_persistent_load) clear_ref(th, &f);
        set_ref(th, &u->persistent_load, f);
        result = unpickle_run(th, u);
        clear_ref(th, &u->persistent_load);
    }
    machine_leave(&u->user, in);
    return result;
}

static Value unpickler_meth_find_class(Thread *th, Value self, Value *args) { return unpickle_find_class(th, AS(Unpickler, self), args[0], args[1]); }

static Value unpickler_meth_sizeof(Thread *th, Value self, Value *args) {
    Unpickler *u = AS(Unpickler, self);
    int in = machine_enter(th, &u->user, true, "Unpickler");
    if (in < 0) return NO_VALUE;
    size_t n = type_of(self)->basic_size + u->memo_cap * sizeof(Value) + u->marks_cap * sizeof(size_t) + u->cap * sizeof(Value);
    if (u->encoding) n += strlen(u->encoding) + strlen(u->errors) + 2;
    machine_leave(&u->user, in);
    return value_imm_int((int64_t)n);
}

// persistent_load can be set on an instance.
static Value unpickler_slot_getattr(Thread *th, Value self, Value name) {
    if (value_is_str(name) && str_equal_cstr(name, "persistent_load")) {
        Value f = slot_get(th, value_object(self), &AS(Unpickler, self)->persistent_load_attr);
        if (f) return f;
    }
    return object_generic_getattr(th, self, name);
}
static int unpickler_slot_setattr(Thread *th, Value self, Value name, Value v) {
    if (value_is_str(name) && str_equal_cstr(name, "persistent_load")) {
        slot_store(th, value_object(self), &AS(Unpickler, self)->persistent_load_attr, new_ref(th, v));
        return 0;
    }
    return object_generic_setattr(th, self, name, v);
}

static int unpickler_traverse(Object *self, VisitFn visit, void *arg) {
    Unpickler *u = (Unpickler *)self;
    Value v[] = {u->data.obj, u->read, u->readline, u->readinto, u->peek, u->buffers, u->persistent_load, u->persistent_load_attr, u->memo_far};
    int r;
    for (size_t i = 0; i < ARRAY_LEN(v); i++)
        if (v[i] && (r = visit(v[i], arg))) return r;
    for (size_t i = 0; i < u->len; i++)
        if ((r = visit(u->stack[i], arg))) return r;
    for (size_t i = 0; i < u->memo_cap; i++)
        if (u->memo[i] && (r = visit(u->memo[i], arg))) return r;
    return 0;
}
static void unpickler_clear(Thread *th, Object *self) {
    Unpickler *u = (Unpickler *)self;
    u->ready = false;
    in_close(th, u);
    clear_ref(th, &u->buffers);
    clear_ref(th, &u->persistent_load);
    clear_ref(th, &u->persistent_load_attr);
    stack_cut(th, u, 0);
    unpickle_memo_clear(th, u);
}
static void unpickler_dealloc(Thread *th, Object *self) {
    Unpickler *u = (Unpickler *)self;
    unpickler_clear(th, self);
    if (u->stack != u->first_stack) mem_free(u->stack);
    if (u->marks != u->first_marks) mem_free(u->marks);
    text_free(u->encoding);
    text_free(u->errors);
    object_release_attrs(th, self);
    object_free(th, self);
}

// ---- the memo proxy -------------------------------------------------------------------------------------------------------------------------

static Type type_unpickler_memo;

static Value proxy_meth_clear(Thread *th, Value self, Value *args) {
    Unpickler *u = AS(Unpickler, AS(MemoProxy, self)->machine);
    int in = machine_enter(th, &u->user, true, "Unpickler");
    if (in < 0) return NO_VALUE;
    unpickle_memo_clear(th, u);
    machine_leave(&u->user, in);
    return VALUE_NONE;
}
static Value proxy_meth_copy(Thread *th, Value self, Value *args) {
    Unpickler *u = AS(Unpickler, AS(MemoProxy, self)->machine);
    int in = machine_enter(th, &u->user, true, "Unpickler");
    if (in < 0) return NO_VALUE;
    Value d = u->memo_far ? dict_copy(th, AS(Dict, u->memo_far)) : dict_new(th);
    for (size_t i = 0; d && i < u->memo_cap; i++) {
        Value v = new_ref(th, u->memo[i]);
        if (v && dict_set(th, AS(Dict, d), value_imm_int((int64_t)i), v) < 0) clear_ref(th, &d);
        decref(th, v);
    }
    machine_leave(&u->user, in);
    return d;
}
static Value proxy_meth_reduce(Thread *th, Value self, Value *args) { return memo_proxy_reduce(th, proxy_meth_copy(th, self, args)); }
static const MethodDef proxy_methods[] = {
    {"clear", "(self, /)", proxy_meth_clear, "Remove all items from memo."},
    {"copy", "(self, /)", proxy_meth_copy, "Copy the memo to a new object."},
    {"__reduce__", "(self, /)", proxy_meth_reduce, "Implement pickling support."},
    {0},
};
MODULE_TYPE_DEFINE(unpickler_memo, "_pickle.UnpicklerMemoProxy", sizeof(MemoProxy), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = proxy_methods,
                   .slots = {.hash = object_hash_unhashable, .traverse = memo_proxy_traverse, .dealloc = memo_proxy_dealloc})

static Value unpickler_get_memo(Thread *th, Value self) { return memo_proxy_new(th, &type_unpickler_memo, self); }
static int set_memo(Thread *th, Unpickler *u, Value dict) {
    size_t pos = 0;
    Value k, v;
    int r = 0;
    while (r == 0 && dict_next(th, AS(Dict, dict), &pos, &k, &v)) {
        intptr_t i = 0;
        if (!value_is_int(k)) raise_type_error(th, "memo key must be integers");
        else if (number_as_c_ssize(th, k, &i) == 0 && i < 0) raise_value_error(th, "memo key must be positive integers.");
        r = error_pending(th) ? -1 : unpickle_memo_put(th, u, (size_t)i, v);
        decref(th, k);
        decref(th, v);
    }
    return r;
}
// Runs no Python.
static void memo_swap(Unpickler *a, Unpickler *b) {
    Unpickler t = *a;
    bool first_a = a->memo == a->first_memo, first_b = b->memo == b->first_memo;
    a->memo = first_b ? a->first_memo : b->memo;
    b->memo = first_a ? b->first_memo : t.memo;
    memcpy(a->first_memo, b->first_memo, sizeof a->first_memo);
    memcpy(b->first_memo, t.first_memo, sizeof b->first_memo);
    a->memo_far = b->memo_far;
    a->memo_cap = b->memo_cap;
    a->memo_used = b->memo_used;
    b->memo_far = t.memo_far;
    b->memo_cap = t.memo_cap;
    b->memo_used = t.memo_used;
}
static int unpickler_set_memo(Thread *th, Value self, Value v) {
    if (!v) return raise_type_error(th, "attribute deletion is not supported"), -1;
    Value dict = value_is_exact(v, &type_unpickler_memo) ? proxy_meth_copy(th, v, NULL) : value_is_dict(v) ? new_ref(th, v) : NO_VALUE;
    if (!dict) {
        if (!error_pending(th)) raise_type_error(th, "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %.200s", type_of(v)->name);
        return -1;
    }
    // Filled beside the old one, which stays as it is after an error.
    Unpickler *u = AS(Unpickler, self);
    int in = machine_enter(th, &u->user, true, "Unpickler"), r = -1;
    if (in >= 0) {
        // The old one is kept as a machine that has nothing else.
        Unpickler *old = AS(Unpickler, new_unpickler(th, unpickler_type));
        if (old) {
            memo_swap(u, old);
            if ((r = set_memo(th, u, dict)) < 0) memo_swap(u, old);
            decref(th, VALUE_OF(old));
        }
        machine_leave(&u->user, in);
    }
    decref(th, dict);
    return r;
}

static const MethodDef unpickler_methods[] = {
    {"persistent_load", "(self, pid, /)", unpickler_meth_persistent_load, NULL},
    {"load", "(self, /)", unpickler_meth_load, "Load a pickle.\n\nReads one from the file given to the constructor, and returns what it stands for."},
    {"find_class", "(self, module_name, global_name, /)", unpickler_meth_find_class,
     "Return an object from a specified module.\n\nThe module is imported if it has to be. A subclass may override this, to say what may be found."},
    {"__sizeof__", "(self, /)", unpickler_meth_sizeof, "Returns size in memory, in bytes."},
    {0},
};
static const GetSetDef unpickler_getsets[] = {{"memo", unpickler_get_memo, unpickler_set_memo, NULL}, {0}};
MODULE_TYPE_DEFINE(unpickler, "_pickle.Unpickler", sizeof(Unpickler), TYPE_BASETYPE | TYPE_TRACED, .methods = unpickler_methods, .getsets = unpickler_getsets,
                   .text_signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())",
                   .doc = "Reads pickles, of any protocol, from a binary file.\n\n*file* needs the methods read(n) and readline(). For pickles of Python 2, *fix_imports* finds its "
                          "library's\nnames where Python 3 has them, and *encoding* and *errors* say how its str objects are decoded; encoding\n'bytes' leaves them as "
                          "bytes. *buffers* gives what was left out of the pickle by its writer's buffer_callback.",
                   .slots = {.new_ = unpickler_slot_new, .init = unpickler_slot_init, .getattr = unpickler_slot_getattr, .setattr = unpickler_slot_setattr,
                             .traverse = unpickler_traverse, .clear = unpickler_clear, .dealloc = unpickler_dealloc})
Type *const unpickler_type = &type_unpickler;

int unpickler_ready_types(Thread *th) { return type_ready(th, &type_unpickler) < 0 ? -1 : type_ready(th, &type_unpickler_memo); }
