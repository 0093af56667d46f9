// SPDX-License-Identifier: MIT
// CFuncPtr: the metatype, making functions from addresses, libraries and callables, the parameters they declare (paramflags), and calling them. What a
// function object says of itself (argtypes, restype...) is swapped as a whole; a call takes its own references first.
#include "stdlib/_ctypes/ctypes_int.h"

#include "stdlib/sys/sys.h"

#define FN(v) AS(CFunc, v)

// ---- the metatype ---------------------------------------------------------------------------------------------------------------------

int converters_of(Thread *th, Value argtypes, Value *types, Value *converters) {
    *types = *converters = NO_VALUE;
    Value t = value_is_tuple(argtypes) ? new_ref(th, argtypes) : sequence_check(argtypes) ? sequence_to_tuple(th, argtypes) : NO_VALUE;
    if (!t) {
        if (!error_pending(th)) raise_type_error(th, "_argtypes_ must be a sequence of types");
        return -1;
    }
    size_t n = AS(Tuple, t)->len, i = 0;
    Value list = NO_VALUE;
    if (n > MAX_ARGS) raise_error(th, ct_ArgumentError, "_argtypes_ has too many arguments (%zu), maximum is %d", n, MAX_ARGS);
    else list = list_new(th, n);
    for (; list && i < n; i++) {
        Value item = AS(Tuple, t)->items[i], conv;
        CInfo *info = value_cinfo(item);
        if (info && info->has_union && (info->kind == CK_STRUCT || info->kind == CK_UNION)) {
            raise_type_error(th, "item %zu in _argtypes_ passes a union by value, which is unsupported.", i + 1);
            break;
        }
        int r = object_getattr_optional(th, item, ct_name_from_param, &conv);
        if (r == 0) raise_type_error(th, "item %zu in _argtypes_ has no from_param method", i + 1);
        if (r <= 0 || list_append_owned(th, AS(List, list), conv) < 0) break;
    }
    if (list && i == n) *converters = list_to_tuple(th, AS(List, list));
    decref(th, list);
    if (*converters) *types = t;
    else decref(th, t);
    return *converters ? 0 : -1;
}
// restype's _check_retval_: 1, 0: none, or -1.
static int checker_of(Thread *th, Value restype, Value *out) {
    *out = NO_VALUE;
    return restype == VALUE_NONE ? 0 : object_getattr_optional(th, restype, ct_name__check_retval_, out);
}
static bool is_restype(Value v) { return v == VALUE_NONE || value_cinfo(v) || object_callable(v); }

int func_type_init(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (ctype_init_begin(th, self, args, nargs, kwnames) < 0) return -1;
    CInfo *i = cinfo_new(th, CK_FUNC);
    if (!i) return -1;
    Value v;
    int64_t flags;
    i->size = sizeof(void *);
    i->align = ffi_type_pointer.alignment;
    i->length = 1;
    i->ffi = &ffi_type_pointer;
    i->has_pointer = 1;
    if (!(i->format = format_text(th, "X{}", ""))) goto failed;
    int r = object_getattr_optional(th, self, ct_name__flags_, &v);
    if (r < 0) goto failed;
    bool ok = r && value_is_int(v) && int_as_i64_overflow(v, &flags) == 0;
    if (r) decref(th, v);
    if (!ok) {
        raise_type_error(th, "class must define _flags_ which must be an integer");
        goto failed;
    }
    i->flags = (uint32_t)flags;
    if ((r = object_getattr_optional(th, self, ct_name__argtypes_, &v)) < 0) goto failed;
    if (r) {
        r = converters_of(th, v, &i->argtypes, &i->converters);
        decref(th, v);
        if (r < 0) goto failed;
    }
    if ((r = object_getattr_optional(th, self, ct_name__restype_, &v)) < 0) goto failed;
    if (r) {
        i->restype = v;
        if (!is_restype(v)) {
            raise_type_error(th, "_restype_ must be a type, a callable, or None");
            goto failed;
        }
        if (checker_of(th, v, &i->checker) < 0) goto failed;
    }
    cinfo_publish(AS(Type, self), i);
    return 0;
failed:
    cinfo_free(th, i);
    return -1;
}

// ---- paramflags -----------------------------------------------------------------------------------------------------------------------

static int bad_paramflag(Thread *th) {
    raise_type_error(th, "paramflags must be a sequence of (int [,string [,value]]) tuples");
    return -1;
}
static int check_out(Thread *th, size_t n, int64_t flag, Value type) {
    CInfo *i = value_cinfo(type);
    if (!(flag & PARAMFLAG_OUT)) return 0;
    bool ok = i && (i->kind == CK_POINTER || i->kind == CK_ARRAY || (i->kind == CK_SIMPLE && (i->code->group == CG_VOID_P || i->code->group == CG_BYTES_P || i->code->group == CG_WCHAR_P)));
    if (ok) return 0;
    raise_type_error(th, "'out' parameter %zu must be a pointer type, not %s", n + 1, value_is_type(type) ? AS(Type, type)->name : type_of(type)->name);
    return -1;
}
static int check_paramflags(Thread *th, Value flags, Value argtypes) {
    if (!value_is_tuple(flags)) {
        raise_type_error(th, "paramflags must be a tuple or None");
        return -1;
    }
    Tuple *t = AS(Tuple, flags);
    if (!argtypes || t->len != AS(Tuple, argtypes)->len) {
        raise_value_error(th, "paramflags must have the same length as argtypes");
        return -1;
    }
    for (size_t i = 0; i < t->len; i++) {
        Value item = t->items[i];
        int64_t flag;
        if (!value_is_tuple(item)) return bad_paramflag(th);
        Tuple *p = AS(Tuple, item);
        if (p->len < 1 || p->len > 3 || !value_is_int(p->items[0]) || int_as_i64_overflow(p->items[0], &flag) ||
            (p->len > 1 && p->items[1] != VALUE_NONE && !value_is_str(p->items[1])))
            return bad_paramflag(th);
        if (check_out(th, i, flag, AS(Tuple, argtypes)->items[i]) < 0) return -1;
    }
    return 0;
}

typedef struct Given { const Value *args; size_t nargs, next; Value kwnames; } Given;
// The argument for one parameter: new reference.
static Value take_argument(Thread *th, Given *g, Value name, Value dflt) {
    if (g->next < g->nargs) return new_ref(th, g->args[g->next++]);
    for (size_t i = 0; name && i < kwnames_len(g->kwnames); i++)
        if (str_equal(AS(Str, AS(Tuple, g->kwnames)->items[i]), AS(Str, name))) {
            g->next++;
            return new_ref(th, g->args[g->nargs + i]);
        }
    if (dflt) return new_ref(th, dflt);
    if (name) return raise_type_error(th, "required argument '%U' missing", name);
    return raise_type_error(th, "not enough arguments");
}
// An empty object for an 'out' parameter.
static Value out_object(Thread *th, Value type) {
    CInfo *i = value_cinfo(type);
    if (i && i->kind == CK_ARRAY) return call0(th, type);
    if (!i || i->kind != CK_POINTER || !i->proto) return raise_type_error(th, "%s 'out' parameter must be passed as default value", value_is_type(type) ? AS(Type, type)->name : "");
    return call0(th, i->proto);
}
// What the parameters say is passed: a tuple. *out and *inout: which of it is given back (bit by place).
static Value build_arguments(Thread *th, Value paramflags, Value argtypes, const Value *args, size_t nargs, Value kwnames, uint64_t *out, uint64_t *inout) {
    size_t n = AS(Tuple, argtypes)->len;
    Given g = {args, nargs, 0, kwnames};
    Tuple *all = tuple_new(th, n);
    if (!all) return NO_VALUE;
    for (size_t i = 0; i < n; i++) all->items[i] = VALUE_NONE;
    for (size_t i = 0; i < n; i++) {
        Tuple *p = AS(Tuple, AS(Tuple, paramflags)->items[i]);
        int64_t flag = 0;
        int_as_i64_overflow(p->items[0], &flag);
        Value name = p->len > 1 && p->items[1] != VALUE_NONE ? p->items[1] : NO_VALUE, dflt = p->len > 2 ? p->items[2] : NO_VALUE, v = NO_VALUE;
        uint64_t bit = i < 64 ? (uint64_t)1 << i : 0;
        switch (flag & (PARAMFLAG_IN | PARAMFLAG_OUT | PARAMFLAG_LCID)) {
        case PARAMFLAG_IN | PARAMFLAG_LCID: v = dflt ? new_ref(th, dflt) : value_imm_int(0); break;
        case PARAMFLAG_IN | PARAMFLAG_OUT:
            *inout |= bit;
            v = take_argument(th, &g, name, dflt);
            break;
        case 0: case PARAMFLAG_IN: v = take_argument(th, &g, name, dflt); break;
        case PARAMFLAG_OUT:
            *out |= bit;
            v = dflt ? new_ref(th, dflt) : out_object(th, AS(Tuple, argtypes)->items[i]);
            break;
        default: raise_value_error(th, "paramflag %lld not yet supported", (long long)flag);
        }
        if (!v) {
            decref(th, VALUE_OF(all));
            return NO_VALUE;
        }
        all->items[i] = v;
    }
    size_t actual = nargs + kwnames_len(kwnames);
    if (actual == g.next) return VALUE_OF(all);
    decref(th, VALUE_OF(all));
    return raise_type_error(th, "call takes exactly %zu arguments (%zu given)", g.next, actual);
}
// The result: the 'out' arguments in its place, if there are any. Takes result over.
static Value build_result(Thread *th, Value result, Value callargs, uint64_t out, uint64_t inout) {
    size_t n = (size_t)__builtin_popcountll(out | inout);
    if (!n || !callargs) return result;
    decref(th, result);
    Value list = list_new(th, n);
    for (size_t i = 0; list && i < AS(Tuple, callargs)->len && i < 64; i++) {
        Value v = AS(Tuple, callargs)->items[i];
        if (!((out | inout) >> i & 1)) continue;
        v = inout >> i & 1 ? new_ref(th, v) : call_method0(th, v, ct_name___ctypes_from_outparam__);
        if (v && n == 1) {
            decref(th, list);
            return v;
        }
        if (!v || list_append_owned(th, AS(List, list), v) < 0) clear_ref(th, &list);
    }
    Value r = list ? list_to_tuple(th, AS(List, list)) : NO_VALUE;
    decref(th, list);
    return r;
}

// ---- making functions -----------------------------------------------------------------------------------------------------------------

static Value func_at(Thread *th, Type *type, void *address) {
    Value f = cdata_slot_new(th, type, NULL, 0, NO_VALUE);
    if (f) store_pointer(CD(f)->ptr, address);
    return f;
}
static Value func_from_library(Thread *th, Type *type, Value pair, Value paramflags) {
    if (AS(Tuple, pair)->len != 2) return raise_type_error(th, "argument 1 must be sequence of length 2, not %zu", AS(Tuple, pair)->len);
    Value name = AS(Tuple, pair)->items[0], dll = AS(Tuple, pair)->items[1];
    if (sys_audit(th, "ctypes.dlsym", 2, dll, name) < 0) return NO_VALUE;
    if (!value_is_str(name) && !value_is_bytes(name)) return raise_type_error(th, "function name must be string, bytes object or integer");
    void *p = symbol_find(th, dll, name, &exc_AttributeError);
    if (!p) return NO_VALUE;
    bool flagged = paramflags && paramflags != VALUE_NONE;
    if (flagged && check_paramflags(th, paramflags, type_cinfo(type)->argtypes) < 0) return NO_VALUE;
    Value f = func_at(th, type, p);
    if (f && flagged) FN(f)->paramflags = new_ref(th, paramflags);
    if (f && cdata_keep(th, CD(f), 0, dll) < 0) clear_ref(th, &f);
    return f;
}
static Value func_from_callable(Thread *th, Type *type, Value callable) {
    CInfo *i = type_cinfo(type);
    void *code;
    Value f = NO_VALUE, thunk = NO_VALUE;
    if (!i->argtypes) return raise_type_error(th, "cannot construct instance of this class: no argtypes");
    if ((thunk = thunk_new(th, callable, i->argtypes, i->restype, i->flags, &code)) && (f = func_at(th, type, code))) {
        FN(f)->callable = new_ref(th, callable);
        FN(f)->thunk = new_ref(th, thunk);
        if (cdata_keep(th, CD(f), 0, thunk) < 0) clear_ref(th, &f);
    }
    decref(th, thunk);
    return f;
}
static Value func_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (!value_cinfo(VALUE_OF(type))) return raise_type_error(th, "abstract class");
    if (nargs == 0) return cdata_slot_new(th, type, args, nargs, kwnames);
    if (value_is_tuple(args[0]) && nargs <= 2) return func_from_library(th, type, args[0], nargs > 1 ? args[1] : NO_VALUE);
    if (nargs == 1 && value_is_int(args[0])) return func_at(th, type, (void *)(uintptr_t)int_as_u64_mask(args[0]));
    if (!object_callable(args[0])) return raise_type_error(th, "argument must be callable or integer function address");
    if (nargs > 1) return raise_type_error(th, "function takes exactly 1 argument (%zu given)", nargs);
    return func_from_callable(th, type, args[0]);
}

// ---- calling --------------------------------------------------------------------------------------------------------------------------

// An own reference to what the function says, else to what its type says; NO_VALUE: neither does.
static Value said(Thread *th, Value self, Value *slot, Value by_type) {
    Value v = slot_get(th, value_object(self), slot);
    return v || !by_type ? v : new_ref(th, by_type);
}
static Value func_slot_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    CFunc *f = FN(self);
    CInfo *i = type_cinfo(type_of(self));
    Value argtypes = said(th, self, &f->argtypes, i->argtypes), converters = said(th, self, &f->converters, i->converters);
    Value restype = said(th, self, &f->restype, i->restype), errcheck = slot_get(th, value_object(self), &f->errcheck);
    Value own_restype = slot_get(th, value_object(self), &f->restype), checker = said(th, self, &f->checker, own_restype ? NO_VALUE : i->checker);
    Value callargs = NO_VALUE, result = NO_VALUE;
    uint64_t out = 0, inout = 0;
    decref(th, own_restype);
    if (converters == VALUE_NONE) converters = NO_VALUE; // argtypes = None
    if (argtypes == VALUE_NONE) argtypes = NO_VALUE;
    void *fn = load_pointer(cdata_ptr(&f->data));
    if (f->paramflags && argtypes && AS(Tuple, argtypes)->len == AS(Tuple, f->paramflags)->len && AS(Tuple, argtypes)->len)
        callargs = build_arguments(th, f->paramflags, argtypes, args, nargs, kwnames, &out, &inout);
    else callargs = tuple_from_array(th, args, nargs);
    if (!callargs) goto done;
    size_t required = converters ? AS(Tuple, converters)->len : 0, actual = AS(Tuple, callargs)->len;
    if (required > actual) {
        raise_type_error(th, "this function takes at least %zu argument%s (%zu given)", required, required == 1 ? "" : "s", actual);
        goto done;
    }
    if (!fn) {
        raise_value_error(th, "attempt to call a NULL function pointer");
        goto done;
    }
    result = foreign_call(th, fn, AS(Tuple, callargs)->items, actual, i->flags, argtypes, converters, restype, checker);
    if (result && errcheck && errcheck != VALUE_NONE) {
        Value v = call3(th, errcheck, result, self, callargs);
        if (v != callargs) { // something else: that is the result
            set_ref(th, &result, v);
            goto done;
        }
        decref(th, v);
    }
    if (result) result = build_result(th, result, callargs, out, inout);
done:
    decref(th, callargs);
    decref(th, argtypes);
    decref(th, converters);
    decref(th, restype);
    decref(th, checker);
    decref(th, errcheck);
    return result;
}

// ---- attributes -----------------------------------------------------------------------------------------------------------------------

static Value func_get_errcheck(Thread *th, Value self) {
    Value v = slot_get(th, value_object(self), &FN(self)->errcheck);
    return v ? v : VALUE_NONE;
}
static int func_set_errcheck(Thread *th, Value self, Value v) {
    if (v && v != VALUE_NONE && !object_callable(v)) {
        raise_type_error(th, "the errcheck attribute must be callable");
        return -1;
    }
    slot_store(th, value_object(self), &FN(self)->errcheck, v && v != VALUE_NONE ? new_ref(th, v) : NO_VALUE);
    return 0;
}
static Value func_get_restype(Thread *th, Value self) {
    Value v = said(th, self, &FN(self)->restype, type_cinfo(type_of(self))->restype);
    return v ? v : VALUE_NONE;
}
static int func_set_restype(Thread *th, Value self, Value v) {
    Value checker = NO_VALUE;
    if (v && !is_restype(v)) {
        raise_type_error(th, "restype must be a type, a callable, or None");
        return -1;
    }
    if (v && checker_of(th, v, &checker) < 0) return -1;
    slot_store(th, value_object(self), &FN(self)->checker, checker);
    slot_store(th, value_object(self), &FN(self)->restype, v ? new_ref(th, v) : NO_VALUE);
    return 0;
}
static Value func_get_argtypes(Thread *th, Value self) {
    Value v = said(th, self, &FN(self)->argtypes, type_cinfo(type_of(self))->argtypes);
    return v ? v : VALUE_NONE;
}
static int func_set_argtypes(Thread *th, Value self, Value v) {
    Value types = NO_VALUE, converters = NO_VALUE;
    if (v && v != VALUE_NONE && converters_of(th, v, &types, &converters) < 0) return -1;
    if (types && FN(self)->paramflags && check_paramflags(th, FN(self)->paramflags, types) < 0) {
        decref(th, types);
        decref(th, converters);
        return -1;
    }
    slot_store(th, value_object(self), &FN(self)->converters, converters);
    slot_store(th, value_object(self), &FN(self)->argtypes, types);
    return 0;
}
static const GetSetDef func_getsets[] = {
    {"errcheck", func_get_errcheck, func_set_errcheck, "a function to check for errors"},
    {"restype", func_get_restype, func_set_restype, "specify the result type"},
    {"argtypes", func_get_argtypes, func_set_argtypes, "specify the argument types"},
    {0},
};
static int func_slot_bool(Thread *th, Value self) { return load_pointer(cdata_ptr(CD(self))) != NULL; }
static Value func_slot_repr(Thread *th, Value self) { return str_format(th, "<%T object at 0x%llx>", self, (unsigned long long)self); }

static Value *held(CFunc *f, size_t i) {
    Value *all[] = {&f->thunk, &f->callable, &f->converters, &f->argtypes, &f->restype, &f->checker, &f->errcheck, &f->paramflags};
    return i < ARRAY_LEN(all) ? all[i] : NULL;
}
static int func_traverse(Object *self, VisitFn visit, void *arg) {
    int r = cdata_traverse(self, visit, arg);
    Value *p;
    for (size_t i = 0; !r && (p = held((CFunc *)self, i)); i++)
        if (*p) r = visit(*p, arg);
    return r;
}
static void func_clear(Thread *th, Object *self) {
    Value *p;
    cdata_clear(th, self);
    for (size_t i = 1; (p = held((CFunc *)self, i)); i++) clear_ref(th, p); // but the thunk, which has code that may still be called
}
static void func_dealloc(Thread *th, Object *self) {
    Value *p;
    for (size_t i = 0; (p = held((CFunc *)self, i)); i++) clear_ref(th, p);
    cdata_dealloc(th, self);
}
TYPE_DEFINE_BASE(ct_Func, "_ctypes.CFuncPtr", &type_ct_CData, sizeof(CFunc), TYPE_TRACED | TYPE_BASETYPE, .doc = "Function Pointer", .getsets = func_getsets,
                 .slots = {.new_ = func_slot_new, .call = func_slot_call, .repr = func_slot_repr, .bool_ = func_slot_bool, .dealloc = func_dealloc,
                           .traverse = func_traverse, .clear = func_clear, .get_buffer = cdata_get_buffer})
