// SPDX-License-Identifier: MIT
// Reading: instructions that find classes, make instances and fill them. All may run any Python code.
#include "core/object/attr_cache.h"
#include "core/object/call.h"
#include "core/object/codecs.h"
#include "core/object/int.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"
#include "stdlib/sys/sys.h"

// ---- names ----------------------------------------------------------------------------------------------------------------------------------

// The attribute of a module: from protocol 4 on the name may be a dotted path.
static Value find_in_module(Thread *th, Unpickler *u, Value m, Value module, Value name) {
    bool dotted = u->proto >= 4 && value_is_str(name) && str_find(AS(Str, name), AS(Str, str_latin1_char('.')), 0, (intptr_t)AS(Str, name)->len, 1) >= 0;
    if (!dotted) return object_getattr(th, m, name);
    Value v = pickle_getattribute(th, m, name);
    if (!v && error_matches(th, &exc_AttributeError)) pickle_error_over(th, &exc_AttributeError, "Can't resolve path %R on module %R", name, module);
    return v;
}

Value unpickle_find_class(Thread *th, Unpickler *u, Value module, Value name) {
    if (sys_audit(th, "pickle.find_class", 2, module, name) < 0) return NO_VALUE;
    incref(th, module);
    incref(th, name);
    Value m = NO_VALUE, v = NO_VALUE;
    if (!(u->proto < 3 && u->fix_imports) || pickle_map_names(th, false, &module, &name) == 0) m = pickle_import(th, module);
    if (m) v = find_in_module(th, u, m, module, name);
    decref(th, m);
    decref(th, module);
    decref(th, name);
    return v;
}

static Value find_class(Thread *th, Unpickler *u, Value module, Value name) {
    if (LIKELY(value_is_exact(VALUE_OF(u), unpickler_type))) return unpickle_find_class(th, u, module, name);
    Value a[2] = {module, name};
    return call_method(th, VALUE_OF(u), str_intern_cstr(th, "find_class"), a, 2);
}

// The name that a line holds.
static Value line_name(Thread *th, Unpickler *u, const char *encoding) {
    size_t n;
    const uint8_t *p = in_line(th, u, &n);
    if (!p) return NO_VALUE;
    if (n < 2) return unpickling_error(th, "pickle data was truncated");
    return codec_decode_text(th, p, n - 1, encoding, NULL);
}
static Value line_class(Thread *th, Unpickler *u, const char *encoding) {
    Value module = line_name(th, u, encoding), name = module ? line_name(th, u, encoding) : NO_VALUE;
    Value c = name ? find_class(th, u, module, name) : NO_VALUE;
    decref(th, module);
    decref(th, name);
    return c;
}

int load_global(Thread *th, Unpickler *u) { return stack_push(th, u, line_class(th, u, "utf-8")); }

int load_stack_global(Thread *th, Unpickler *u) {
    Value name = stack_pop(th, u), module = name ? stack_pop(th, u) : NO_VALUE, c = NO_VALUE;
    if (module) {
        if (!value_is_exact_str(name) || !value_is_exact_str(module)) unpickling_error(th, "STACK_GLOBAL requires str");
        else c = find_class(th, u, module, name);
    }
    decref(th, name);
    decref(th, module);
    return stack_push(th, u, c);
}

int load_extension(Thread *th, Unpickler *u, size_t nbytes) {
    const uint8_t *p = in_need(th, u, nbytes);
    if (!p) return -1;
    int64_t code = 0;
    for (size_t i = 0; i < nbytes; i++) code |= (int64_t)p[i] << 8 * i;
    code = (int32_t)code;
    Value key = value_imm_int(code), pair, v;
    if (code <= 0) return unpickling_error(th, "EXT specifies code <= 0"), -1;
    int r = dict_get(th, AS(Dict, pickle_globals.extension_cache), key, &v);
    if (r < 0) return -1;
    if (r > 0) return stack_push(th, u, v);
    r = dict_get(th, AS(Dict, pickle_globals.inverted_registry), key, &pair);
    if (r == 0) raise_value_error(th, "unregistered extension code %ld", (long)code);
    if (r <= 0) return -1;
    const Tuple *t = AS(Tuple, pair);
    v = NO_VALUE;
    if (!value_is_tuple(pair) || t->len != 2 || !value_is_str(t->items[0]) || !value_is_str(t->items[1]))
        raise_value_error(th, "_inverted_registry[%ld] isn't a 2-tuple of strings", (long)code);
    else v = find_class(th, u, t->items[0], t->items[1]);
    decref(th, pair);
    if (v && dict_set(th, AS(Dict, pickle_globals.extension_cache), key, v) < 0) clear_ref(th, &v);
    return stack_push(th, u, v);
}

int load_persid(Thread *th, Unpickler *u, bool text) {
    Value pid;
    if (text) {
        size_t n;
        const uint8_t *p = in_line(th, u, &n);
        if (!p) return -1;
        pid = ascii_codec_decode(th, p, n - 1, NULL);
        if (!pid && error_clear_if(th, &exc_UnicodeDecodeError)) unpickling_error(th, "persistent IDs in protocol 0 must be ASCII strings");
    } else pid = stack_pop(th, u);
    if (!pid) return -1;
    Value v = NO_VALUE;
    if (u->persistent_load) v = call1(th, u->persistent_load, pid);
    else unpickling_error(th, "A load persistent id instruction was encountered, but no persistent_load function was specified.");
    decref(th, pid);
    return stack_push(th, u, v);
}

// ---- instances ------------------------------------------------------------------------------------------------------------------------------

// The items from `at` on as a new tuple, taken from the stack.
static Value take_tuple(Thread *th, Unpickler *u, size_t at) {
    size_t n = u->len - at;
    u->len = at;
    return tuple_from_owned(th, u->stack + at, n);
}

// As protocol 0 made instances: a class without __getinitargs__ and without arguments is not called. Takes over both.
static int instantiate(Thread *th, Unpickler *u, Value cls, Value args) {
    Value v = NO_VALUE, init = NO_VALUE;
    int has = 1;
    if (cls && args) {
        if (AS(Tuple, args)->len == 0 && value_is_type(cls)) has = object_getattr_optional(th, cls, str_intern_cstr(th, "__getinitargs__"), &init);
        decref(th, init);
        if (has == 0) v = call_method1(th, cls, name_d_new, cls);
        else if (has > 0) v = object_call_ex(th, cls, args, NO_VALUE);
    }
    decref(th, cls);
    decref(th, args);
    return stack_push(th, u, v);
}

int load_inst(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    if (at < 0) return -1;
    Value cls = line_class(th, u, "ascii");
    if (!cls) return -1;
    return instantiate(th, u, cls, take_tuple(th, u, (size_t)at));
}

int load_obj(Thread *th, Unpickler *u) {
    intptr_t at = stack_mark(th, u);
    if (at < 0) return -1;
    if (u->len - (size_t)at < 1) return stack_underflow(th, u);
    Value args = take_tuple(th, u, (size_t)at + 1);
    return instantiate(th, u, stack_pop(th, u), args);
}

// cls.__new__(cls, *args, **kwargs)
static Value make(Thread *th, Value cls, Value args, Value kwargs) {
    Type *t = AS(Type, cls);
    if (!kwargs || dict_len(AS(Dict, kwargs)) == 0) return t->slots.new_(th, t, AS(Tuple, args)->items, AS(Tuple, args)->len, NO_VALUE);
    size_t n = AS(Tuple, args)->len;
    Value f = object_getattr(th, cls, name_d_new), v = NO_VALUE;
    Tuple *all = f ? tuple_new(th, n + 1) : NULL;
    if (all) {
        all->items[0] = new_ref(th, cls);
        for (size_t i = 0; i < n; i++) all->items[i + 1] = new_ref(th, AS(Tuple, args)->items[i]);
        v = object_call_ex(th, f, VALUE_OF(all), kwargs);
    }
    decref(th, f);
    decref(th, VALUE_OF(all));
    return v;
}

int load_newobj(Thread *th, Unpickler *u, bool with_kwargs) {
    const char *op = with_kwargs ? "NEWOBJ_EX" : "NEWOBJ";
    Value kwargs = NO_VALUE, args = NO_VALUE, cls = NO_VALUE, v = NO_VALUE;
    if ((with_kwargs && !(kwargs = stack_pop(th, u))) || !(args = stack_pop(th, u)) || !(cls = stack_pop(th, u))) goto done;
    if (!value_is_type(cls)) unpickling_error(th, "%s class argument must be a type, not %.200s", op, type_of(cls)->name);
    else if (!AS(Type, cls)->slots.new_) unpickling_error(th, "%s class argument '%.200s' doesn't have __new__", op, AS(Type, cls)->name);
    else if (!value_is_tuple(args)) unpickling_error(th, "%s args argument must be a tuple, not %.200s", op, type_of(args)->name);
    else if (with_kwargs && !value_is_dict(kwargs)) unpickling_error(th, "%s kwargs argument must be a dict, not %.200s", op, type_of(kwargs)->name);
    else v = make(th, cls, args, kwargs);
done:
    decref(th, kwargs);
    decref(th, args);
    decref(th, cls);
    return stack_push(th, u, v);
}

int load_reduce(Thread *th, Unpickler *u) {
    Value args = stack_pop(th, u), f = args ? stack_pop(th, u) : NO_VALUE, v = NO_VALUE;
    if (f) v = value_is_tuple(args) ? object_call_ex(th, f, args, NO_VALUE) : raise_type_error(th, "argument list must be a tuple");
    decref(th, args);
    decref(th, f);
    return stack_push(th, u, v);
}

// ---- state ----------------------------------------------------------------------------------------------------------------------------------

// Attributes of inst go into its own slots, and no class has a word in it: what setting them in inst.__dict__ would do.
static bool plain_attributes(Value inst) {
    Type *t = type_of(inst);
    if (!value_is_object(inst) || !(t->flags & TYPE_MANAGED_ATTRS) || !(t->flags & TYPE_HAS_DICT) || (t->flags & (TYPE_CUSTOM_GETATTR | TYPE_TYPE_SUBCLASS))) return false;
    if (object_shape(value_object(inst))->flags & SHAPE_DICT_MODE) return false;
    Value d = type_lookup(t, name_d_dict);
    return d && value_is_exact(d, &type_getset_descriptor);
}

static Value interned(Thread *th, Value name) {
    if (str_is_interned(name)) return name;
    return str_intern(th, new_ref(th, name)); // immortal from now on
}

static int set_attributes(Thread *th, Value inst, Value state) {
    size_t pos = 0;
    Value k, v, dict = NO_VALUE;
    int r = 0;
    bool plain = plain_attributes(inst);
    if (!plain && !(dict = object_getattr(th, inst, name_d_dict))) return -1;
    while (r == 0 && dict_next(th, AS(Dict, state), &pos, &k, &v)) {
        Value name = value_is_exact_str(k) ? interned(th, k) : k;
        if (!name) r = -1;
        else if (plain && value_is_exact_str(k)) r = attr_instance_set(th, inst, name, v);
        else {
            if (!dict && !(dict = object_getattr(th, inst, name_d_dict))) r = -1;
            else r = object_setitem(th, dict, name, v);
            plain = false;
        }
        decref(th, k);
        decref(th, v);
    }
    decref(th, dict);
    return r < 0 ? -1 : 0;
}

static int set_slots(Thread *th, Value inst, Value state) {
    size_t pos = 0;
    Value k, v;
    int r = 0;
    while (r == 0 && dict_next(th, AS(Dict, state), &pos, &k, &v)) {
        r = object_setattr(th, inst, k, v);
        decref(th, k);
        decref(th, v);
    }
    return r;
}

static int build(Thread *th, Value inst, Value state) {
    Value setstate, slots = NO_VALUE;
    int has = object_getattr_optional(th, inst, name_d_setstate, &setstate);
    if (has < 0) return -1;
    if (has) {
        Value r = call1(th, setstate, state);
        decref(th, setstate);
        decref(th, r);
        return r ? 0 : -1;
    }
    if (value_is_tuple(state) && AS(Tuple, state)->len == 2) { // the attributes, and what is in slots
        slots = AS(Tuple, state)->items[1];
        state = AS(Tuple, state)->items[0];
    }
    if (state != VALUE_NONE) {
        if (!value_is_dict(state)) return unpickling_error(th, "state is not a dictionary"), -1;
        if (set_attributes(th, inst, state) < 0) return -1;
    }
    if (!slots) return 0;
    if (!value_is_dict(slots)) return unpickling_error(th, "slot state is not a dictionary"), -1;
    return set_slots(th, inst, slots);
}

int load_build(Thread *th, Unpickler *u) {
    if (u->len - u->fence < 2) return stack_underflow(th, u);
    Value state = u->stack[--u->len];
    int r = build(th, u->stack[u->len - 1], state); // the instance stays on the stack, and so alive
    decref(th, state);
    return r;
}

// ---- buffers beside the pickle --------------------------------------------------------------------------------------------------------------

int load_next_buffer(Thread *th, Unpickler *u) {
    if (!u->buffers) return unpickling_error(th, "pickle stream refers to out-of-band data but no *buffers* argument was given"), -1;
    Value v = iter_next(th, u->buffers);
    if (!v && !error_pending(th)) unpickling_error(th, "not enough out-of-band buffers");
    return stack_push(th, u, v);
}

int load_readonly_buffer(Thread *th, Unpickler *u) {
    if (u->len <= u->fence) return stack_underflow(th, u);
    Value view = memoryview_new(th, u->stack[u->len - 1]), yes = view ? object_getattr_cstr(th, view, "readonly") : NO_VALUE;
    int r = yes ? 0 : -1;
    if (yes == VALUE_FALSE) {
        Value ro = call_method0(th, view, str_intern_cstr(th, "toreadonly"));
        if (ro) set_ref(th, &u->stack[u->len - 1], ro);
        else r = -1;
    }
    decref(th, view);
    return r;
}
