// SPDX-License-Identifier: MIT
// Python functions as objects: creation and attributes. Calling them is the VM's (function_call_hook).
// Fields marked [r] are swapped whole; with other threads running the old value is released after a grace period.
#include "core/object/function.h"

#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/module.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "core/object/exception.h"
#include "gc/retire.h"
#include "gc/gc.h"

#include <stdio.h>

Dict *builtins_default;
void (*code_facts_hook)(const Code *code, CodeFacts *out);


// New reference, or NULL: with an exception, or before there are any.
static Dict *builtins_of(Thread *th, Dict *globals) {
    Value b = dict_get_str(th, globals, name_d_builtins);
    if (b && value_is_dict(b)) return AS(Dict, b);
    if (b && type_is_subtype(type_of(b), &type_module)) {
        Value d = new_ref(th, VALUE_OF(module_dict(b)));
        decref(th, b);
        return AS(Dict, d);
    }
    if (b) { // any other mapping: as it is now
        Value d = NO_VALUE;
        if (!type_of(b)->slots.getitem) raise_type_error(th, "'%T' object is not subscriptable", b);
        else if ((d = dict_new(th)) && dict_update(th, AS(Dict, d), b)) clear_ref(th, &d);
        decref(th, b);
        return d ? AS(Dict, d) : NULL;
    }
    return builtins_default ? AS(Dict, new_ref(th, VALUE_OF(builtins_default))) : NULL;
}

Value function_new(Thread *th, Code *code, Dict *globals) {
    Dict *builtins = builtins_of(th, globals);
    return !builtins && error_pending(th) ? NO_VALUE : function_new_with(th, code, globals, builtins);
}
Value function_new_with(Thread *th, Code *code, Dict *globals, Dict *builtins) {
    CodeFacts facts;
    code_facts_hook(code, &facts);
    Function *f = NEW(Function, th, &type_function);
    if (!f) {
        if (builtins) decref(th, VALUE_OF(builtins));
        return NO_VALUE;
    }
    f->code = AS(Code, new_ref(th, VALUE_OF(code)));
    f->globals = AS(Dict, new_ref(th, VALUE_OF(globals)));
    f->builtins = builtins;
    f->name = new_ref(th, facts.name);
    f->qualname = new_ref(th, facts.qualname);
    Value mod = dict_get_str(th, globals, name_d_name);
    f->module = mod ? mod : NO_VALUE;
    f->doc = new_ref(th, facts.doc);
    return VALUE_OF(f);
}

static NativeSig *function_new_sig;
static Value function_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    Value a[6];
    if (native_args_bind(th, &function_new_sig, "function", "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)", args, nargs, kwnames, a)) return NO_VALUE;
    if (!value_is_exact(a[0], &type_code)) return raise_type_error(th, "function() argument 'code' must be code, not %.50s", type_of(a[0])->name);
    if (!value_is_dict(a[1])) return raise_type_error(th, "function() argument 'globals' must be dict, not %.50s", type_of(a[1])->name);
    Value name = a[2] ? a[2] : VALUE_NONE, defaults = a[3] ? a[3] : VALUE_NONE, closure = a[4] ? a[4] : VALUE_NONE, kw = a[5] ? a[5] : VALUE_NONE;
    Code *code = AS(Code, a[0]);
    if (name != VALUE_NONE && !value_is_str(name)) return raise_type_error(th, "arg 3 (name) must be None or string");
    if (defaults != VALUE_NONE && !value_is_tuple(defaults)) return raise_type_error(th, "arg 4 (defaults) must be None or tuple");
    CodeFacts facts;
    code_facts_hook(code, &facts);
    size_t nfree = facts.nfree;
    if (!value_is_tuple(closure)) {
        if (nfree && closure == VALUE_NONE) return raise_type_error(th, "arg 5 (closure) must be tuple");
        if (closure != VALUE_NONE) return raise_type_error(th, "arg 5 (closure) must be None or tuple");
    }
    if (kw != VALUE_NONE && !value_is_dict(kw)) return raise_type_error(th, "arg 6 (kwdefaults) must be None or dict");
    size_t nclosure = closure == VALUE_NONE ? 0 : AS(Tuple, closure)->len;
    if (nfree != nclosure) return raise_value_error(th, "%U requires closure of length %zu, not %zu", facts.name, nfree, nclosure);
    for (size_t i = 0; i < nclosure; i++)
        if (!value_is_exact(AS(Tuple, closure)->items[i], &type_cell))
            return raise_type_error(th, "arg 5 (closure) expected cell, found %s", type_of(AS(Tuple, closure)->items[i])->name);
    Value r = function_new(th, code, AS(Dict, a[1]));
    if (!r) return NO_VALUE;
    Function *f = AS(Function, r);
    if (name != VALUE_NONE) set_ref(th, &f->name, new_ref(th, name));
    if (defaults != VALUE_NONE) f->defaults = new_ref(th, defaults);
    if (nclosure) f->closure = new_ref(th, closure);
    if (kw != VALUE_NONE) f->kwdefaults = new_ref(th, kw);
    return r;
}

static Value function_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    return function_call_hook(th, callable, args, nargs, kwnames);
}
static Value function_slot_get(Thread *th, Value self, Value obj, Value type) { return obj ? method_new(th, self, obj) : new_ref(th, self); }
static Value function_slot_repr(Thread *th, Value self) {
    Value q = field_get(th, &AS(Function, self)->qualname, NO_VALUE);
    Value r = str_format(th, "<function %U at %p>", q, (void *)(uintptr_t)self);
    decref(th, q);
    return r;
}

#define FN(v) AS(Function, v)
static Value fn_get_code(Thread *th, Value self) { return field_get(th, (Value *)&FN(self)->code, VALUE_NONE); }
static int fn_set_code(Thread *th, Value self, Value v) {
    if (!v || !value_is_exact(v, &type_code)) { raise_type_error(th, "__code__ must be set to a code object"); return -1; }
    if (attr_audit(th, self, "__code__", v)) return -1;
    CodeFacts facts;
    code_facts_hook(AS(Code, v), &facts);
    size_t nfree = facts.nfree, n = FN(self)->closure ? AS(Tuple, FN(self)->closure)->len : 0;
    if (nfree != n) {
        raise_value_error(th, "%U() requires a code object with %zu free vars, not %zu", atomic_load_acquire(&FN(self)->name), n, nfree);
        return -1;
    }
    uint32_t kind = facts.kind;
    code_facts_hook(atomic_load_acquire(&FN(self)->code), &facts);
    if (kind != facts.kind) {
        Value warn = import_attr(th, "_warnings", "warn");
        Value text = warn ? str_from_cstr(th, "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)") : NO_VALUE;
        Value r = text ? call3(th, warn, text, VALUE_OF(&exc_DeprecationWarning), value_imm_int(1)) : NO_VALUE;
        decref(th, text);
        decref(th, warn);
        decref(th, r);
        if (!r) return -1;
    }
    field_set(th, (Value *)&FN(self)->code, new_ref(th, v));
    return 0;
}
static Value fn_get_name(Thread *th, Value self) { return field_get(th, &FN(self)->name, VALUE_NONE); }
static int fn_set_name(Thread *th, Value self, Value v) {
    if (!v || !value_is_str(v)) { raise_type_error(th, "__name__ must be set to a string object"); return -1; }
    field_set(th, &FN(self)->name, new_ref(th, v));
    return 0;
}
static Value fn_get_qualname(Thread *th, Value self) { return field_get(th, &FN(self)->qualname, VALUE_NONE); }
static int fn_set_qualname(Thread *th, Value self, Value v) {
    if (!v || !value_is_str(v)) { raise_type_error(th, "__qualname__ must be set to a string object"); return -1; }
    field_set(th, &FN(self)->qualname, new_ref(th, v));
    return 0;
}
static Value fn_get_module(Thread *th, Value self) { return field_get(th, &FN(self)->module, VALUE_NONE); }
static int fn_set_module(Thread *th, Value self, Value v) { field_set(th, &FN(self)->module, v ? new_ref(th, v) : NO_VALUE); return 0; }
static Value fn_get_doc(Thread *th, Value self) { return field_get(th, &FN(self)->doc, VALUE_NONE); }
static int fn_set_doc(Thread *th, Value self, Value v) { field_set(th, &FN(self)->doc, v ? new_ref(th, v) : NO_VALUE); return 0; }
static Value fn_get_defaults(Thread *th, Value self) { return field_get(th, &FN(self)->defaults, VALUE_NONE); }
static int fn_set_defaults(Thread *th, Value self, Value v) {
    if (v == VALUE_NONE) v = NO_VALUE;
    if (v && !value_is_tuple(v)) { raise_type_error(th, "__defaults__ must be set to a tuple object"); return -1; }
    if (attr_audit(th, self, "__defaults__", v)) return -1;
    field_set(th, &FN(self)->defaults, v ? new_ref(th, v) : NO_VALUE);
    return 0;
}
static Value fn_get_kwdefaults(Thread *th, Value self) { return field_get(th, &FN(self)->kwdefaults, VALUE_NONE); }
static int fn_set_kwdefaults(Thread *th, Value self, Value v) {
    if (v == VALUE_NONE) v = NO_VALUE;
    if (v && !value_is_dict(v)) { raise_type_error(th, "__kwdefaults__ must be set to a dict object"); return -1; }
    if (attr_audit(th, self, "__kwdefaults__", v)) return -1;
    field_set(th, &FN(self)->kwdefaults, v ? new_ref(th, v) : NO_VALUE);
    return 0;
}
static int readonly(Thread *th, Value self, Value v) { raise_error(th, &exc_AttributeError, "readonly attribute"); return -1; }
static Value fn_get_closure(Thread *th, Value self) { return field_get(th, &FN(self)->closure, VALUE_NONE); }
static Value fn_get_globals(Thread *th, Value self) { return new_ref(th, VALUE_OF(FN(self)->globals)); }
static Value fn_get_builtins(Thread *th, Value self) { return FN(self)->builtins ? new_ref(th, VALUE_OF(FN(self)->builtins)) : VALUE_NONE; }
static Value fn_get_annotate(Thread *th, Value self) { return field_get(th, &FN(self)->annotate, VALUE_NONE); }
static int fn_set_annotate(Thread *th, Value self, Value v) {
    if (!v) { raise_type_error(th, "__annotate__ cannot be deleted"); return -1; }
    if (v != VALUE_NONE && !object_callable(v)) { raise_type_error(th, "__annotate__ must be callable or None"); return -1; }
    field_set(th, &FN(self)->annotate, v == VALUE_NONE ? NO_VALUE : new_ref(th, v));
    if (v != VALUE_NONE) field_set(th, &FN(self)->annotations, NO_VALUE);
    return 0;
}
static Value fn_get_annotations(Thread *th, Value self) {
    Function *f = FN(self);
    Value v = field_get(th, &f->annotations, NO_VALUE);
    if (v) {
        if (!value_is_exact_tuple(v)) return v;
        // The compiler's form under "from __future__ import annotations": name, value, name, value.
        Value d = dict_new(th);
        Tuple *t = AS(Tuple, v);
        for (size_t i = 0; d && i + 1 < t->len; i += 2)
            if (dict_set(th, AS(Dict, d), t->items[i], t->items[i + 1])) clear_ref(th, &d);
        decref(th, v);
        v = d;
    } else {
        Value a = field_get(th, &f->annotate, NO_VALUE);
        if (!a || a == VALUE_NONE) v = dict_new(th);
        else if ((v = call1(th, a, value_imm_int(1))) && !value_is_dict(v)) {
            raise_type_error(th, "__annotate__ returned non-dict of type '%.100s'", type_of(v)->name);
            clear_ref(th, &v);
        }
        decref(th, a);
    }
    if (v) field_set(th, &f->annotations, new_ref(th, v));
    return v;
}
static int fn_set_annotations(Thread *th, Value self, Value v) {
    if (v == VALUE_NONE) v = NO_VALUE;
    if (v && !value_is_dict(v)) { raise_type_error(th, "__annotations__ must be set to a dict object"); return -1; }
    field_set(th, &FN(self)->annotations, v ? new_ref(th, v) : NO_VALUE);
    field_set(th, &FN(self)->annotate, NO_VALUE);
    return 0;
}
static Value fn_get_type_params(Thread *th, Value self) { return field_get(th, &FN(self)->type_params, tuple_empty); }
static int fn_set_type_params(Thread *th, Value self, Value v) {
    if (!v || !value_is_tuple(v)) { raise_type_error(th, "__type_params__ must be set to a tuple"); return -1; }
    field_set(th, &FN(self)->type_params, new_ref(th, v));
    return 0;
}

static const GetSetDef function_getsets[] = {
    {"__code__", fn_get_code, fn_set_code}, {"__defaults__", fn_get_defaults, fn_set_defaults}, {"__kwdefaults__", fn_get_kwdefaults, fn_set_kwdefaults},
    {"__annotations__", fn_get_annotations, fn_set_annotations}, {"__annotate__", fn_get_annotate, fn_set_annotate}, {"__name__", fn_get_name, fn_set_name},
    {"__qualname__", fn_get_qualname, fn_set_qualname}, {"__type_params__", fn_get_type_params, fn_set_type_params}, {"__closure__", fn_get_closure, readonly},
    {"__globals__", fn_get_globals, readonly}, {"__builtins__", fn_get_builtins, readonly}, {"__module__", fn_get_module, fn_set_module},
    {"__doc__", fn_get_doc, fn_set_doc}, {0}};

static int function_traverse(Object *self, VisitFn visit, void *arg) {
    Function *f = (Function *)self;
    Value v[] = {VALUE_OF(f->code), VALUE_OF(f->globals), VALUE_OF(f->builtins), f->closure, f->defaults, f->kwdefaults, f->name, f->qualname, f->module, f->doc,
                 f->annotate, f->annotations, f->type_params};
    return gc_visit_values(v, ARRAY_LEN(v), 1, visit, arg);
}
static void function_clear(Thread *th, Object *self) {
    // code, globals and the names stay: the function may still be called by a finalizer.
    Function *f = (Function *)self;
    clear_ref(th, &f->defaults);
    clear_ref(th, &f->kwdefaults);
    clear_ref(th, &f->module);
    clear_ref(th, &f->doc);
    clear_ref(th, &f->annotate);
    clear_ref(th, &f->annotations);
    clear_ref(th, &f->type_params);
    // The closure stays too: its cells may belong to running code; those that are garbage are cleared themselves.
}
static void function_dealloc(Thread *th, Object *self) {
    Function *f = (Function *)self;
    // All from the code to the type parameters; most are nothing, or what nobody counts.
    SHORT_LOOP for (const Value *v = (const Value *)&f->code; v <= &f->type_params; v++) decref_item(th, *v);
    object_release_attrs(th, self);
    object_free(th, self);
}

TYPE_DEFINE(function, "function", sizeof(Function), TYPE_TRACED | TYPE_HAS_DICT | TYPE_METHOD_DESCR | TYPE_WEAKREFABLE, .getsets = function_getsets,
    .text_signature = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
    .doc = "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n"
           "  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n"
           "  kwdefaults\n    a dictionary that specifies the default keyword argument values",
    .slots = {.new_ = function_slot_new, .call = function_slot_call, .descr_get = function_slot_get, .repr = function_slot_repr, .traverse = function_traverse,
              .clear = function_clear, .dealloc = function_dealloc});

// ---- bound methods ----------------------------------------------------------------------------------------------

Value method_new(Thread *th, Value func, Value self) {
    Method *m = NEW(Method, th, &type_method);
    if (!m) return NO_VALUE;
    m->func = new_ref(th, func);
    m->self = new_ref(th, self);
    return VALUE_OF(m);
}

static Value method_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "method() takes no keyword arguments");
    if (nargs != 2) return raise_type_error(th, "method expected 2 arguments, got %zu", nargs);
    if (!object_callable(args[0])) return raise_type_error(th, "first argument must be callable");
    if (args[1] == VALUE_NONE) return raise_type_error(th, "instance must not be None");
    return method_new(th, args[0], args[1]);
}
static Value method_slot_call(Thread *th, Value callable, const Value *args, size_t nargs, Value kwnames) {
    Method *m = AS(Method, callable);
    size_t total = nargs + (kwnames ? AS(Tuple, kwnames)->len : 0);
    Value small[8], *v = total < 8 ? small : mem_alloc(th, (total + 1) * sizeof(Value));
    if (!v) return NO_VALUE;
    v[0] = m->self;
    if (total) memcpy(v + 1, args, total * sizeof(Value));
    Value r = object_call(th, m->func, v, nargs + 1, kwnames);
    if (v != small) mem_free(v);
    return r;
}
static Value method_slot_getattr(Thread *th, Value self, Value name) {
    Value out;
    uint32_t kind;
    Value d = value_is_exact_str(name) ? type_lookup_kind(&type_method, name, &kind) : NO_VALUE;
    if (d) {
        int r = attr_generic_find(th, self, name, &out);
        if (r) return r > 0 ? out : NO_VALUE;
    }
    return object_getattr(th, AS(Method, self)->func, name);
}
static Value method_slot_repr(Thread *th, Value self) {
    Method *m = AS(Method, self);
    Value name;
    int r = object_getattr_optional(th, m->func, name_d_qualname, &name);
    if (r == 0) r = object_getattr_optional(th, m->func, name_d_name, &name);
    if (r < 0) return NO_VALUE;
    if (r && !value_is_str(name)) { decref(th, name); r = 0; }
    Value text = r ? str_format(th, "<bound method %U of %R>", name, m->self) : str_format(th, "<bound method ? of %R>", m->self);
    if (r) decref(th, name);
    return text;
}
static Value method_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(b, &type_method)) return VALUE_NOT_IMPLEMENTED;
    int eq = object_equal(th, AS(Method, a)->func, AS(Method, b)->func);
    if (eq < 0) return NO_VALUE;
    eq = eq && AS(Method, a)->self == AS(Method, b)->self;
    return value_bool(eq == (op == CMP_EQ));
}
static int64_t method_slot_hash(Thread *th, Value self) {
    int64_t h = object_hash(th, AS(Method, self)->func);
    if (h == -1) return -1;
    h ^= (int64_t)(AS(Method, self)->self >> 4);
    return h == -1 ? -2 : h;
}
static Value method_slot_get(Thread *th, Value self, Value obj, Value type) { return new_ref(th, self); }
static Value method_get_func(Thread *th, Value self) { return new_ref(th, AS(Method, self)->func); }
static Value method_get_self(Thread *th, Value self) { return new_ref(th, AS(Method, self)->self); }
static Value method_get_doc(Thread *th, Value self) {
    Value d;
    int r = object_getattr_optional(th, AS(Method, self)->func, name_d_doc, &d);
    return r < 0 ? NO_VALUE : r ? d : VALUE_NONE;
}
static Value method_meth_reduce(Thread *th, Value self, Value *args) {
    Value g = import_attr(th, "builtins", "getattr"), name = g ? object_getattr(th, AS(Method, self)->func, name_d_name) : NO_VALUE;
    Value a = name ? tuple_pack2(th, AS(Method, self)->self, name) : NO_VALUE;
    Value r = a ? tuple_pack2(th, g, a) : NO_VALUE;
    decref(th, a);
    decref(th, name);
    decref(th, g);
    return r;
}
static int method_traverse(Object *self, VisitFn visit, void *arg) {
    int r = visit(((Method *)self)->func, arg);
    return r || !((Method *)self)->self ? r : visit(((Method *)self)->self, arg);
}
static void method_dealloc(Thread *th, Object *self) {
    decref(th, ((Method *)self)->func);
    decref(th, ((Method *)self)->self);
    object_free(th, self);
}
static const MethodDef method_methods[] = {{"__reduce__", "(self, /)", method_meth_reduce, NULL, METH_NO_TEXT_SIG}, {0}};
static const GetSetDef method_getsets[] = {{"__func__", method_get_func, NULL, "the function (or other callable) implementing a method"},
    {"__self__", method_get_self, NULL, "the instance to which a method is bound"}, {"__doc__", method_get_doc, NULL}, {0}};
TYPE_DEFINE(method, "method", sizeof(Method), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = method_methods, .getsets = method_getsets,
    .text_signature = "(function, instance, /)", .doc = "Create a bound instance method object.",
    .slots = {.new_ = method_slot_new, .call = method_slot_call, .getattr = method_slot_getattr, .repr = method_slot_repr, .compare = method_slot_compare,
              .hash = method_slot_hash, .descr_get = method_slot_get, .traverse = method_traverse, .dealloc = method_dealloc});

// ---- cells ------------------------------------------------------------------------------------------------------------

Value cell_new(Thread *th, Value v) {
    Cell *c = NEW(Cell, th, &type_cell);
    if (!c) return NO_VALUE;
    c->value = new_ref(th, v ? v : VALUE_UNBOUND);
    return VALUE_OF(c);
}
Value cell_get(Thread *th, Cell *c) { return attr_slot_read(th, &c->head, &c->value); }
void cell_set(Thread *th, Cell *c, Value v) { attr_slot_write(th, &c->head, NULL, &c->value, new_ref(th, v)); }

static Value cell_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames && AS(Tuple, kwnames)->len) return raise_type_error(th, "cell() takes no keyword arguments");
    if (nargs > 1) return raise_type_error(th, "cell expected at most 1 argument, got %zu", nargs);
    return cell_new(th, nargs ? args[0] : VALUE_UNBOUND);
}
static Value cell_get_contents(Thread *th, Value self) {
    Value v = cell_get(th, AS(Cell, self));
    return v == VALUE_UNBOUND ? raise_value_error(th, "Cell is empty") : v;
}
static int cell_set_contents(Thread *th, Value self, Value v) {
    cell_set(th, AS(Cell, self), v ? v : VALUE_UNBOUND);
    return 0;
}
static Value cell_slot_repr(Thread *th, Value self) {
    Value v = cell_get(th, AS(Cell, self));
    if (v == VALUE_UNBOUND) return str_format(th, "<cell at %p: empty>", (void *)(uintptr_t)self);
    Value r = str_format(th, "<cell at %p: %.80s object at %p>", (void *)(uintptr_t)self, type_of(v)->name, (void *)(uintptr_t)v);
    decref(th, v);
    return r;
}
static Value cell_slot_compare(Thread *th, Value a, Value b, int op) {
    if (!value_is_exact(b, &type_cell)) return VALUE_NOT_IMPLEMENTED;
    Value x = cell_get(th, AS(Cell, a)), y = cell_get(th, AS(Cell, b)), r;
    if (x != VALUE_UNBOUND && y != VALUE_UNBOUND) r = object_compare(th, x, y, op);
    else r = object_compare(th, value_imm_int(x != VALUE_UNBOUND), value_imm_int(y != VALUE_UNBOUND), op);
    decref(th, x);
    decref(th, y);
    return r;
}
static int cell_traverse(Object *self, VisitFn visit, void *arg) {
    Value v = ((Cell *)self)->value;
    return v ? visit(v, arg) : 0;
}
static void cell_clear(Thread *th, Object *self) { set_ref(th, &((Cell *)self)->value, VALUE_UNBOUND); }
static void cell_dealloc(Thread *th, Object *self) {
    decref(th, ((Cell *)self)->value);
    object_free(th, self);
}
static const GetSetDef cell_getsets[] = {{"cell_contents", cell_get_contents, cell_set_contents}, {0}};
TYPE_DEFINE(cell, "cell", sizeof(Cell), TYPE_TRACED, .getsets = cell_getsets, .text_signature = "([contents])",
    .doc = "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError.",
    .slots = {.new_ = cell_slot_new, .repr = cell_slot_repr, .compare = cell_slot_compare, .traverse = cell_traverse, .clear = cell_clear, .dealloc = cell_dealloc});
