// SPDX-License-Identifier: MIT
// Writing any other object by what it reduces to: a callable, its arguments, and what makes it like the first one.
#include "core/object/call.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

typedef struct Reduced { Value f, args, state, list_items, dict_items, setter; } Reduced; // borrowed; NO_VALUE: none

static COLD int note(Thread *th, Value of, const char *what) {
    if (of) error_note(th, "when serializing %Q %s", of, what);
    return -1;
}
static int save_noted(Thread *th, Pickler *p, Value v, Value of, const char *what) {
    return UNLIKELY(pickle_save(th, p, v) < 0) ? note(th, of, what) : 0;
}

// The parts, checked.
static int reduced_parts(Thread *th, Value reduced, Reduced *r) {
    if (!value_is_tuple(reduced)) return pickling_error(th, "__reduce__ must return a string or tuple, not %Q", reduced), -1;
    const Tuple *t = AS(Tuple, reduced);
    if (t->len < 2 || t->len > 6) return pickling_error(th, "tuple returned by __reduce__ must contain 2 through 6 elements"), -1;
    Value v[6] = {0};
    for (size_t i = 0; i < t->len; i++) v[i] = i >= 2 && t->items[i] == VALUE_NONE ? NO_VALUE : t->items[i];
    *r = (Reduced){v[0], v[1], v[2], v[3], v[4], v[5]};
    if (!object_callable(r->f)) return pickling_error(th, "first item of the tuple returned by __reduce__ must be callable, not %Q", r->f), -1;
    if (!value_is_tuple(r->args)) return pickling_error(th, "second item of the tuple returned by __reduce__ must be a tuple, not %Q", r->args), -1;
    if (r->list_items && !iter_check(r->list_items))
        return pickling_error(th, "fourth item of the tuple returned by __reduce__ must be an iterator, not %Q", r->list_items), -1;
    if (r->dict_items && !iter_check(r->dict_items))
        return pickling_error(th, "fifth item of the tuple returned by __reduce__ must be an iterator, not %Q", r->dict_items), -1;
    if (r->setter && !object_callable(r->setter))
        return pickling_error(th, "sixth item of the tuple returned by __reduce__ must be callable, not %Q", r->setter), -1;
    return 0;
}

// The class that is to be made an instance of: what the object says it is of.
static int check_class(Thread *th, Value cls, Value of, const char *maker) {
    if (!value_is_type(cls)) return pickling_error(th, "first argument to %s() must be a class, not %Q", maker, cls), -1;
    if (!of) return 0;
    Value own = object_getattr(th, of, name_d_class);
    if (!own) return -1;
    if (own != cls) pickling_error(th, "first argument to %s() must be %R, not %R", maker, own, cls);
    decref(th, own);
    return own == cls ? 0 : -1;
}

static int save_newobj_ex(Thread *th, Pickler *p, const Reduced *r, Value of) {
    const Tuple *t = AS(Tuple, r->args);
    if (t->len != 3) return pickling_error(th, "__newobj_ex__ expected 3 arguments, got %zu", t->len), -1;
    Value cls = t->items[0], args = t->items[1], kwargs = t->items[2];
    if (!value_is_type(cls)) return pickling_error(th, "first argument to __newobj_ex__() must be a class, not %Q", cls), -1;
    if (!value_is_tuple(args)) return pickling_error(th, "second argument to __newobj_ex__() must be a tuple, not %Q", args), -1;
    if (!value_is_dict(kwargs)) return pickling_error(th, "third argument to __newobj_ex__() must be a dict, not %Q", kwargs), -1;
    if (check_class(th, cls, of, "__newobj_ex__") < 0) return -1;
    if (p->proto >= 4) {
        if (save_noted(th, p, cls, of, "class") < 0 || save_noted(th, p, args, of, "__new__ arguments") < 0 ||
            save_noted(th, p, kwargs, of, "__new__ arguments") < 0) return -1;
        return out_op(th, p, OPC_NEWOBJ_EX);
    }
    // partial(cls.__new__, cls, *args, **kwargs)(): no instruction takes keywords yet.
    Value made = NO_VALUE, make = object_getattr(th, cls, name_d_new);
    size_t n = AS(Tuple, args)->len;
    Tuple *all = make ? tuple_new(th, n + 2) : NULL;
    if (all) {
        all->items[0] = new_ref(th, make);
        all->items[1] = new_ref(th, cls);
        for (size_t i = 0; i < n; i++) all->items[2 + i] = new_ref(th, AS(Tuple, args)->items[i]);
        made = object_call_ex(th, pickle_globals.partial, VALUE_OF(all), kwargs);
    }
    decref(th, make);
    decref(th, VALUE_OF(all));
    int e = made ? save_noted(th, p, made, of, "reconstructor") : -1;
    decref(th, made);
    if (e == 0) e = pickle_save(th, p, tuple_empty);
    return e < 0 ? -1 : out_op(th, p, OPC_REDUCE);
}

static int save_newobj(Thread *th, Pickler *p, const Reduced *r, Value of) {
    const Tuple *t = AS(Tuple, r->args);
    if (t->len < 1) return pickling_error(th, "__newobj__ expected at least 1 argument, got %zu", t->len), -1;
    Value cls = t->items[0];
    if (check_class(th, cls, of, "__newobj__") < 0 || save_noted(th, p, cls, of, "class") < 0) return -1;
    Value args = tuple_slice(th, r->args, 1, t->len);
    int e = args ? save_noted(th, p, args, of, "__new__ arguments") : -1;
    decref(th, args);
    return e < 0 ? -1 : out_op(th, p, OPC_NEWOBJ);
}

static int save_maker(Thread *th, Pickler *p, const Reduced *r, Value of) {
    if (p->proto >= 2) {
        Value name;
        if (object_getattr_optional(th, r->f, name_d_name, &name) < 0) return -1;
        bool str = name && value_is_str(name);
        bool newobj = str && str_equal_cstr(name, "__newobj__"), ex = str && str_equal_cstr(name, "__newobj_ex__");
        decref(th, name);
        if (newobj) return save_newobj(th, p, r, of);
        if (ex) return save_newobj_ex(th, p, r, of);
    }
    if (save_noted(th, p, r->f, of, "reconstructor") < 0 || save_noted(th, p, r->args, of, "reconstructor arguments") < 0) return -1;
    return out_op(th, p, OPC_REDUCE);
}

int pickle_save_reduce(Thread *th, Pickler *p, Value reduced, Value of) {
    Reduced r;
    if (reduced_parts(th, reduced, &r) < 0 || save_maker(th, p, &r, of) < 0) return -1;
    if (of) {
        // Written meanwhile: it holds itself, and what was just made is one too many.
        const MemoEntry *e = pickle_memo_find(&p->memo, of);
        if (UNLIKELY(e != NULL)) {
            MemoEntry copy = *e;
            if (out_op(th, p, OPC_POP) < 0 || pickle_put_get(th, p, &copy) < 0) return -1;
        } else if (pickle_memoize(th, p, of) < 0) return -1;
    }
    if (r.list_items && pickle_batch_list(th, p, r.list_items, of) < 0) return -1;
    if (r.dict_items && pickle_batch_dict(th, p, r.dict_items, of) < 0) return -1;
    if (!r.state) return 0;
    if (!r.setter) return save_noted(th, p, r.state, of, "state") < 0 ? -1 : out_op(th, p, OPC_BUILD);
    // setter(object, state), for its effect.
    if (save_noted(th, p, r.setter, of, "state setter") < 0 || pickle_save(th, p, of) < 0 || save_noted(th, p, r.state, of, "state") < 0) return -1;
    if (out_op(th, p, OPC_TUPLE2) < 0 || out_op(th, p, OPC_REDUCE) < 0) return -1;
    return out_op(th, p, OPC_POP);
}

// ---- what an object reduces to --------------------------------------------------------------------------------------------------------------

// The type of one of the singletons has no name: type(None).
static int save_singleton_type(Thread *th, Pickler *p, Value v, Value singleton) {
    Value args = tuple_pack1(th, singleton), r = args ? tuple_pack2(th, VALUE_OF(&type_type), args) : NO_VALUE;
    int e = r ? pickle_save_reduce(th, p, r, v) : -1;
    decref(th, args);
    decref(th, r);
    return e;
}
static int save_type(Thread *th, Pickler *p, Value v) {
    if (v == VALUE_OF(&type_none)) return save_singleton_type(th, p, v, VALUE_NONE);
    if (v == VALUE_OF(&type_ellipsis)) return save_singleton_type(th, p, v, VALUE_ELLIPSIS);
    if (v == VALUE_OF(&type_not_implemented)) return save_singleton_type(th, p, v, VALUE_NOT_IMPLEMENTED);
    return pickle_save_global(th, p, v, NO_VALUE);
}

// The function registered for the type of v: new reference, NO_VALUE without an exception where there is none.
static Value registered(Thread *th, Pickler *p, Value v) {
    Value key = VALUE_OF(type_of(v)), f = NO_VALUE;
    Value table = slot_get(th, &p->head, &p->dispatch_table);
    if (!table) return dict_get(th, AS(Dict, pickle_globals.dispatch_table), key, &f) > 0 ? f : NO_VALUE;
    if (value_is_exact_dict(table)) {
        if (dict_get(th, AS(Dict, table), key, &f) <= 0) f = NO_VALUE;
    } else {
        f = object_getitem(th, table, key);
        if (!f) error_clear_if(th, &exc_KeyError);
    }
    decref(th, table);
    return f;
}

// NO_VALUE without an exception: v goes by its name.
static Value reduce(Thread *th, Pickler *p, Value v) {
    Type *t = type_of(v);
    Value f = registered(th, p, v), r;
    if (f) {
        r = call1(th, f, v);
        decref(th, f);
        return r;
    }
    if (error_pending(th) || type_is_subtype(t, &type_type)) return NO_VALUE;
    int has = object_getattr_optional(th, v, name_d_reduce_ex, &f);
    if (has < 0) return NO_VALUE;
    if (has) r = call1(th, f, value_imm_int(p->proto));
    else {
        if (object_getattr_optional(th, v, name_d_reduce, &f) < 0) return NO_VALUE;
        if (!f) return pickling_error(th, "Can't pickle %Q object", v);
        r = call0(th, f);
    }
    decref(th, f);
    return r;
}

int pickle_save_object(Thread *th, Pickler *p, Value v) {
    Value reduced = NO_VALUE;
    if (p->reducer_override) {
        if (!(reduced = call1(th, p->reducer_override, v))) return -1;
        if (reduced == VALUE_NOT_IMPLEMENTED) reduced = NO_VALUE;
    }
    if (!reduced) {
        Type *t = type_of(v);
        if (t == &type_type) return save_type(th, p, v);
        if (t == &type_function) return pickle_save_global(th, p, v, NO_VALUE);
        if (LIKELY(p->plain)) {
            Value f = registered(th, p, v);
            if (!f && error_pending(th)) return -1;
            int r = f ? 0 : pickle_save_instance(th, p, v);
            decref(th, f);
            if (r) return r < 0 ? -1 : 0;
        }
        reduced = reduce(th, p, v);
        if (!reduced) return error_pending(th) ? -1 : pickle_save_global(th, p, v, NO_VALUE);
    }
    int r;
    if (value_is_str(reduced)) r = pickle_save_global(th, p, v, reduced);
    else if ((r = pickle_save_reduce(th, p, reduced, v)) < 0) error_note(th, "when serializing %Q object", v);
    decref(th, reduced);
    return r;
}
