// SPDX-License-Identifier: MIT
// dict: the methods.
#include "core/object/dict_int.h"
#include "core/object/set_int.h"

static Value dict_meth_get(Thread *th, Value self, Value *args) {
    Value v;
    int r = dict_get(th, AS(Dict, self), args[0], &v);
    if (r > 0) return v;
    if (r < 0) return NO_VALUE;
    return args[1] ? new_ref(th, args[1]) : VALUE_NONE;
}

static Value dict_meth_getitem(Thread *th, Value self, Value *args) { return type_dict.slots.getitem(th, self, args[0]); }
static Value dict_meth_contains(Thread *th, Value self, Value *args) {
    int r = dict_contains(th, AS(Dict, self), args[0]);
    return r < 0 ? NO_VALUE : value_bool(r);
}

static Value dict_meth_setdefault(Thread *th, Value self, Value *args) {
    Value v;
    return dict_setdefault(th, AS(Dict, self), args[0], args[1] ? args[1] : VALUE_NONE, &v) < 0 ? NO_VALUE : v;
}

static Value dict_meth_pop(Thread *th, Value self, Value *args) {
    Value v;
    int r = dict_pop(th, AS(Dict, self), args[0], &v);
    if (r > 0) return v;
    if (r < 0) return NO_VALUE;
    return args[1] ? new_ref(th, args[1]) : raise_key_error(th, args[0]);
}

static Value dict_meth_popitem(Thread *th, Value self, Value *args) {
    Value kv[2];
    if (!dict_popitem(th, AS(Dict, self), &kv[0], &kv[1])) return raise_error(th, &exc_KeyError, "popitem(): dictionary is empty");
    return tuple_from_owned(th, kv, 2);
}

static Value dict_meth_keys(Thread *th, Value self, Value *args) { return dict_view_new(th, &type_dict_keys, self); }
static Value dict_meth_values(Thread *th, Value self, Value *args) { return dict_view_new(th, &type_dict_values, self); }
static Value dict_meth_items(Thread *th, Value self, Value *args) { return dict_view_new(th, &type_dict_items, self); }

static Value dict_meth_update(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    return dict_update_args(th, self, "update", args, nargs, kwnames) < 0 ? NO_VALUE : VALUE_NONE;
}

static Value dict_meth_clear(Thread *th, Value self, Value *args) { dict_clear(th, AS(Dict, self)); return VALUE_NONE; }
static Value dict_meth_copy(Thread *th, Value self, Value *args) { return dict_shown_copy(th, self); }
static Value dict_meth_reversed(Thread *th, Value self, Value *args) { return dict_iter_new(th, &type_dict_reversekeyiterator, self); }

typedef struct FromKeys { Value target, value; bool exact; } FromKeys;
static int fromkeys_one(Thread *th, Value item, void *arg) {
    FromKeys *f = arg;
    return f->exact ? dict_set(th, AS(Dict, f->target), item, f->value) : object_setitem(th, f->target, item, f->value);
}
static Value dict_meth_fromkeys(Thread *th, Value cls, Value *args) {
    Value d = call0(th, cls);
    if (!d) return NO_VALUE;
    if (value_is_exact_dict(d) && (value_is_exact_dict(args[0]) || (value_is_set(args[0]) && type_of(args[0])->slots.iter == set_slot_iter))) {
        // The hashes are known.
        size_t pos = 0;
        Value k, v = args[1] ? args[1] : VALUE_NONE;
        int64_t h;
        bool from_set = value_is_set(args[0]);
        while (from_set ? set_next_hash(th, AS(Set, args[0]), &pos, &k, &h) : dict_next_hash(th, AS(Dict, args[0]), &pos, &k, NULL, &h)) {
            int e = dict_set_hash(th, AS(Dict, d), k, h, v);
            decref(th, k);
            if (e < 0) { decref(th, d); return NO_VALUE; }
        }
        return d;
    }
    FromKeys f = {d, args[1] ? args[1] : VALUE_NONE, value_is_exact_dict(d)};
    if (iterate(th, args[0], fromkeys_one, &f) < 0) { decref(th, d); return NO_VALUE; }
    return d;
}

size_t dict_sizeof(Thread *th, Dict *d) {
    dict_lock(th, d);
    DictTable *t = d->table;
    size_t n = object_shape(&d->head)->type->basic_size;
    if (t != DICT_EMPTY) n += sizeof(DictTable) + t->cap * sizeof(DictEntry) + ((size_t)t->index_width << t->log2_size);
    dict_unlock(th, d);
    return n;
}
static Value dict_meth_sizeof(Thread *th, Value self, Value *args) { return value_imm_int((int64_t)dict_sizeof(th, AS(Dict, self))); }

const MethodDef dict_methods[] = {
    {"__contains__", "(self, key, /)", dict_meth_contains, "True if the dictionary has the specified key, else False.", METH_COEXIST},
    {"__getitem__", "(self, key, /)", dict_meth_getitem, "Return self[key].", METH_COEXIST},
    {"__sizeof__", "(self, /)", dict_meth_sizeof, "Return the size of the dict in memory.", 0},
    {"get", "(self, key, default=None, /)", dict_meth_get, "Return the value for key if key is in the dictionary, else default.", 0},
    {"setdefault", "(self, key, default=None, /)", dict_meth_setdefault,
     "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.", 0},
    {"pop", "(self, key, default=<unrepresentable>, /)", dict_meth_pop,
     "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.", METH_NO_TEXT_SIG},
    {"popitem", "(self, /)", dict_meth_popitem,
     "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.", 0},
    {"keys", "(self, /)", dict_meth_keys, "Return a set-like object providing a view on the dict's keys.", 0},
    {"items", "(self, /)", dict_meth_items, "Return a set-like object providing a view on the dict's items.", 0},
    {"values", "(self, /)", dict_meth_values, "Return an object providing a view on the dict's values.", 0},
    {"update", NULL, dict_meth_update,
     "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\n"
     "If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]", METH_RAW | METH_NO_TEXT_SIG},
    {"fromkeys", "(type, iterable, value=None, /)", dict_meth_fromkeys, "Create a new dictionary with keys from iterable and values set to value.", METH_CLASS},
    {"clear", "(self, /)", dict_meth_clear, "Remove all items from the dict.", 0},
    {"copy", "(self, /)", dict_meth_copy, "Return a shallow copy of the dict.", 0},
    {"__reversed__", "(self, /)", dict_meth_reversed, "Return a reverse iterator over the dict keys.", 0},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0},
};
