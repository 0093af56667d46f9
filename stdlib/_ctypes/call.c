// SPDX-License-Identifier: MIT
// Calling foreign functions: Python values to C arguments, the call itself, its result back. The call is made detached, so other threads go on, unless the
// function works on our objects (FUNCFLAG_PYTHONAPI). Arguments are kept by their objects until it returns.
#include "stdlib/_ctypes/ctypes_int.h"
#include "stdlib/sys/sys.h"

#include <errno.h>

Type *ct_ArgumentError;

// ---- the thread's own errno -----------------------------------------------------------------------------------------------------------

// Of the Python thread: the OS thread may have served another one before.
static __thread struct { uint32_t generation; int value; } own_errno;
int errno_swap(Thread *th, int now) {
    int was = own_errno.generation == th->generation ? own_errno.value : 0;
    own_errno.generation = th->generation;
    own_errno.value = now;
    return was;
}

// ---- CArg -----------------------------------------------------------------------------------------------------------------------------

CArg *carg_new(Thread *th, ffi_type *ffi, char tag, Value obj) {
    CArg *a = NEW(CArg, th, &type_ct_CArg);
    if (!a) return NULL;
    a->ffi = ffi;
    a->tag = tag;
    a->obj = new_ref(th, obj);
    return a;
}
Value byref_new(Thread *th, Value obj, intptr_t offset) {
    CArg *a = carg_new(th, &ffi_type_pointer, 'P', obj);
    if (a) a->value.p = cdata_ptr(CD(obj)) + offset;
    return VALUE_OF(a);
}
static int carg_traverse(Object *self, VisitFn visit, void *arg) { return ((CArg *)self)->obj ? visit(((CArg *)self)->obj, arg) : 0; }
static void carg_dealloc(Thread *th, Object *self) {
    decref(th, ((CArg *)self)->obj);
    object_free(th, self);
}
static Value carg_slot_repr(Thread *th, Value self) {
    CArg *a = AS(CArg, self);
    const CCode *c = code_find((uint8_t)a->tag);
    if (a->tag == 'z' || a->tag == 'Z' || a->tag == 'P') return str_format(th, "<cparam '%c' (0x%llx)>", a->tag, (unsigned long long)(uintptr_t)a->value.p);
    if (c && (c->group == CG_INT || c->group == CG_FLOAT || c->group == CG_DOUBLE)) {
        Value v = code_get(th, c, false, &a->value), r = v ? str_format(th, "<cparam '%c' (%R)>", a->tag, v) : NO_VALUE;
        decref(th, v);
        return r;
    }
    if (a->tag == 'c') {
        unsigned char ch = a->value.bytes[0];
        return ch >= 32 && ch < 127 ? str_format(th, "<cparam 'c' ('%c')>", ch) : str_format(th, "<cparam 'c' ('\\x%02x')>", ch);
    }
    return str_format(th, "<cparam '%c' at 0x%llx>", a->tag, (unsigned long long)self);
}
static Value carg_get_obj(Thread *th, Value self) { return AS(CArg, self)->obj ? new_ref(th, AS(CArg, self)->obj) : VALUE_NONE; }
static const GetSetDef carg_getsets[] = {{"_obj", carg_get_obj, NULL, "the wrapped object"}, {0}};
TYPE_DEFINE(ct_CArg, "_ctypes.CArgObject", sizeof(CArg), TYPE_TRACED | TYPE_NO_INSTANTIATE, .getsets = carg_getsets,
            .slots = {.repr = carg_slot_repr, .traverse = carg_traverse, .dealloc = carg_dealloc})

// ---- arguments ------------------------------------------------------------------------------------------------------------------------

typedef struct Arg { ffi_type *ffi; void *at; Value keep; CValue value; } Arg; // at: &value, or elsewhere

ffi_type *ffi_type_of(Value ctype) {
    CInfo *i = value_cinfo(ctype);
    return i ? i->ffi : &ffi_type_sint;
}
static int arg_of_cdata(Thread *th, CData *d, Arg *a) {
    CInfo *i = type_cinfo(type_of(VALUE_OF(d)));
    if (!i) {
        raise_type_error(th, "abstract class");
        return -1;
    }
    a->ffi = i->ffi;
    uint8_t *p = cdata_ptr(d);
    switch (i->kind) {
    case CK_ARRAY: a->value.p = p; return 0;
    case CK_POINTER: case CK_FUNC: a->value.p = load_pointer(p); return 0;
    case CK_SIMPLE: {
        size_t n = i->size;
        shared_load(&a->value, p, n);
        return 0;
    }
    }
    if (i->size <= sizeof a->value) {
        shared_copy(&a->value, p, i->size);
        return 0;
    }
    if (!(a->keep = bytes_of_shared(th, p, i->size))) return -1;
    a->at = AS(Bytes, a->keep)->data;
    return 0;
}
// Argument number n (from 0) as C sees it. What must live on is kept by v or by *a.
static int arg_convert(Thread *th, Value v, size_t n, Arg *a) {
    memset(a, 0, sizeof *a);
    a->at = &a->value;
    a->ffi = &ffi_type_pointer;
    if (value_is_exact(v, &type_ct_CArg)) {
        CArg *c = AS(CArg, v);
        a->ffi = c->ffi;
        a->value = c->value;
        if (c->at) a->at = c->at;
        return 0;
    }
    if (is_cdata(v)) return arg_of_cdata(th, CD(v), a);
    if (v == VALUE_NONE) return 0;
    if (value_is_int(v)) {
        int64_t i;
        if (int_as_i64_overflow(v, &i) && (int_sign(v) < 0 || int_bit_length(v) > 64)) {
            raise_error(th, &exc_OverflowError, "int too long to convert");
            return -1;
        }
        a->ffi = &ffi_type_sint;
        a->value.i64 = (int64_t)int_as_u64_mask(v);
        return 0;
    }
    if (value_is_bytes(v)) {
        a->value.p = AS(Bytes, v)->data;
        return 0;
    }
    if (value_is_str(v)) {
        if (!(a->keep = wide_bytes(th, v))) return -1;
        a->value.p = AS(Bytes, a->keep)->data;
        return 0;
    }
    Value as;
    int r = object_getattr_optional(th, v, ct_name__as_parameter_, &as);
    if (r < 0) return -1;
    if (r) {
        r = thread_c_recursion(th, " while processing _as_parameter_") ? -1 : arg_convert(th, as, n, a);
        // What it stands for must live until the call is over, and so must what that needed.
        Value both = r == 0 && a->keep ? tuple_pack2(th, as, a->keep) : NO_VALUE;
        if (r == 0 && a->keep) {
            decref(th, a->keep);
            decref(th, as);
            a->keep = both;
            return both ? 0 : -1;
        }
        if (r < 0) decref(th, as);
        else a->keep = as;
        return r;
    }
    raise_type_error(th, "Don't know how to convert parameter %zu", n + 1);
    return -1;
}
static int argument_error(Thread *th, size_t n) {
    Value exc = error_fetch(th), text = object_str(th, exc);
    if (text) raise_error(th, ct_ArgumentError, "argument %zu: %T: %U", n + 1, exc, text);
    decref(th, text);
    decref(th, exc);
    return -1;
}

// ---- the call -------------------------------------------------------------------------------------------------------------------------

static Value result_value(Thread *th, Value restype, Value checker, void *at) {
    if (!restype) {
        int32_t i;
        memcpy(&i, at, sizeof i);
        return value_imm_int(i);
    }
    if (restype == VALUE_NONE) return VALUE_NONE;
    CInfo *i = value_cinfo(restype);
    if (!i) {
        int32_t n;
        memcpy(&n, at, sizeof n);
        return call1(th, restype, value_imm_int(n));
    }
    Value v;
    if (i->kind == CK_SIMPLE && !is_simple_subclass(AS(Type, restype), i)) {
        v = code_get(th, i->code, i->swapped, at);
        if (v && i->code->group == CG_OBJECT) decref(th, v); // the function's own reference is the result
    } else v = cdata_copy(th, AS(Type, restype), at);
    if (!v || !checker) return v;
    Value r = call1(th, checker, v);
    decref(th, v);
    return r;
}
static int call_prepared(Thread *th, void *fn, Arg *args, size_t nargs, size_t nfixed, uint32_t flags, ffi_type *rtype, void *result) {
    ffi_type *types[nargs + 1];
    void *at[nargs + 1];
    for (size_t i = 0; i < nargs; i++) {
        types[i] = args[i].ffi;
        at[i] = args[i].at;
    }
    ffi_cif cif;
    bool var = nfixed && nargs > nfixed;
    ffi_status s = var ? ffi_prep_cif_var(&cif, FFI_DEFAULT_ABI, (unsigned)nfixed, (unsigned)nargs, rtype, types)
                       : ffi_prep_cif(&cif, FFI_DEFAULT_ABI, (unsigned)nargs, rtype, types);
    if (s != FFI_OK) {
        raise_error(th, &exc_RuntimeError, var ? "ffi_prep_cif_var failed" : "ffi_prep_cif failed");
        return -1;
    }
    bool swap = flags & FUNCFLAG_USE_ERRNO;
    int own = swap ? errno_swap(th, 0) : 0;
    if (flags & FUNCFLAG_PYTHONAPI) {
        if (swap) errno = own;
        ffi_call(&cif, FFI_FN(fn), result, at);
        if (swap) own = errno;
    } else {
        BLOCKING_BEGIN(th);
        if (swap) errno = own;
        ffi_call(&cif, FFI_FN(fn), result, at);
        if (swap) own = errno;
        BLOCKING_END;
    }
    if (swap) errno_swap(th, own);
    return (flags & FUNCFLAG_PYTHONAPI) && error_pending(th) ? -1 : 0;
}

enum { SMALL_RESULT = 64 };
Value foreign_call(Thread *th, void *fn, const Value *args, size_t nargs, uint32_t flags, Value argtypes, Value converters, Value restype, Value checker) {
    size_t nconv = converters ? AS(Tuple, converters)->len : 0;
    if (nargs > MAX_ARGS) return raise_error(th, ct_ArgumentError, "too many arguments (%zu), maximum is %d", nargs, MAX_ARGS);
    if (UNLIKELY(sys_has_audit_hooks())) {
        Value at = int_from_u64(th, (uintptr_t)fn), given = at ? tuple_from_array(th, args, nargs) : NO_VALUE;
        int stopped = given ? sys_audit(th, "ctypes.call_function", 2, at, given) : -1;
        decref(th, at);
        decref(th, given);
        if (stopped) return NO_VALUE;
    }
    if (nargs > 16 && thread_c_recursion(th, " while calling a foreign function")) return NO_VALUE;
    Arg list[nargs + 1];
    Value converted[nargs + 1];
    size_t done = 0;
    int r = 0;
    for (; r == 0 && done < nargs; done++) {
        Value v = done < nconv ? call1(th, AS(Tuple, converters)->items[done], args[done]) : new_ref(th, args[done]);
        converted[done] = v;
        list[done].keep = NO_VALUE;
        r = v ? arg_convert(th, v, done, &list[done]) : -1;
        if (r < 0) argument_error(th, done);
    }
    ffi_type *rtype = !restype ? &ffi_type_sint : restype == VALUE_NONE ? &ffi_type_void : ffi_type_of(restype);
    uint8_t small[SMALL_RESULT] __attribute__((aligned(16)));
    void *result = small;
    if (r == 0 && rtype->size > sizeof small && !(result = mem_calloc(th, 1, rtype->size))) r = -1;
    if (result == small) memset(small, 0, sizeof small);
    if (r == 0) r = call_prepared(th, fn, list, nargs, nconv, flags, rtype, result);
    for (size_t i = 0; i < done; i++) {
        decref(th, converted[i]);
        decref(th, list[i].keep);
    }
    Value v = r == 0 ? result_value(th, restype, checker, result) : NO_VALUE;
    if (result != small) mem_free(result);
    return v;
}
