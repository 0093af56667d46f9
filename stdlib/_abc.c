// SPDX-License-Identifier: MIT
// The native module _abc: registry and caches of abstract base classes.
// The caches hold versions of types (unique numbers that are never reused), not references: a class that changed or went away just misses.
// Invariant: a cache table is read under RCU and written under the data's lock; a slot goes from 0 to a number once; growing replaces the table.
// Locks: AbcData.lock for the tables and the registry pointer; no Python runs under it.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/dict.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/module.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/weakref.h"
#include "gc/retire.h"
#include "sched/thread/lock.h"

typedef struct VersionSet { uint32_t mask, count; uint32_t tab[]; } VersionSet;
enum { VERSION_SET_MAX = 1 << 14 };

typedef struct AbcData {
    Object head;
    ObjLock lock;
    VersionSet *cache, *negative;  // [r]
    uint64_t negative_token;       // [a] of the time the negative cache is about
    Value registry;                // [a] Set of weak references, or NO_VALUE
} AbcData;

static uint64_t abc_token; // [a] changes with every registration

static int data_traverse(Object *self, VisitFn visit, void *arg) { return ((AbcData *)self)->registry ? visit(((AbcData *)self)->registry, arg) : 0; }
static void data_dealloc(Thread *th, Object *self) {
    AbcData *d = (AbcData *)self;
    mem_free(d->cache);
    mem_free(d->negative);
    decref(th, d->registry);
    object_free(th, self);
}
static Value data_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    AbcData *d = NEW(AbcData, th, type);
    return d ? VALUE_OF(d) : NO_VALUE;
}
MODULE_TYPE_DEFINE(abc_data, "_abc._abc_data", sizeof(AbcData), TYPE_TRACED, .doc = "Internal state held by ABC machinery.",
    .slots = {.new_ = data_new, .traverse = data_traverse, .dealloc = data_dealloc})

static bool versions_has(const VersionSet *s, uint32_t v) {
    if (!s) return false;
    uint32_t x;
    for (uint32_t i = v * 0x9E3779B1u & s->mask; (x = atomic_load_acquire(&((VersionSet *)s)->tab[i])); i = (i + 1) & s->mask)
        if (x == v) return true;
    return false;
}

static void versions_put(VersionSet *s, uint32_t v) {
    uint32_t i = v * 0x9E3779B1u & s->mask;
    while (s->tab[i]) i = (i + 1) & s->mask;
    s->count++;
    atomic_store_release(&s->tab[i], v);
}

// Adds v; no memory: forgets it.
static void versions_add(Thread *th, AbcData *d, VersionSet **where, uint32_t v) {
    obj_lock(th, &d->lock);
    VersionSet *s = *where, *old = NULL;
    if (versions_has(s, v)) goto done;
    if (!s || (s->count + 1) * 2 > s->mask + 1) {
        uint32_t size = s ? (s->mask + 1) * 2 : 8;
        bool fresh = size > VERSION_SET_MAX;
        if (fresh) size = 8;
        VersionSet *n = mem_calloc(th, 1, sizeof *n + size * sizeof(uint32_t));
        if (!n) { error_clear(th); goto done; }
        n->mask = size - 1;
        if (s && !fresh)
            for (uint32_t i = 0; i <= s->mask; i++)
                if (s->tab[i]) versions_put(n, s->tab[i]);
        old = s;
        atomic_store_release(where, n);
        s = n;
    }
    versions_put(s, v);
done:
    obj_unlock(th, &d->lock);
    if (old) retire_block(th, old);
}

static uint32_t version_of(Value cls) { return atomic_load_acquire(&AS(Type, cls)->version); }

// The data of an ABC: borrowed (the class holds it). NULL with TypeError or AttributeError.
static AbcData *data_of(Thread *th, Value cls) {
    static Value name;
    if (!name && !(name = str_intern_cstr(th, "_abc_impl"))) return NULL;
    Value v = value_is_type(cls) ? type_lookup(AS(Type, cls), name) : NO_VALUE;
    if (!v) {
        if (!(v = object_getattr(th, cls, name))) return NULL;
        decref(th, v);
    }
    if (!value_is_exact(v, &type_abc_data)) {
        raise_type_error(th, "_abc_impl is set to a wrong type");
        return NULL;
    }
    return AS(AbcData, v);
}

static bool negative_current(AbcData *d) { return atomic_load_acquire(&d->negative_token) == atomic_load_acquire(&abc_token); }

static void negative_add(Thread *th, AbcData *d, Value cls) {
    uint64_t token = atomic_load_acquire(&abc_token);
    VersionSet *old = NULL;
    obj_lock(th, &d->lock);
    if (d->negative_token != token) {
        old = d->negative;
        atomic_store_release(&d->negative, (VersionSet *)NULL);
        atomic_store_release(&d->negative_token, token);
    }
    obj_unlock(th, &d->lock);
    if (old) retire_block(th, old);
    versions_add(th, d, &d->negative, version_of(cls));
}

// ---- set-up ------------------------------------------------------------------------------------------------------

static int is_abstract(Thread *th, Value v) {
    Value a;
    int r = object_getattr_optional(th, v, str_intern_cstr(th, "__isabstractmethod__"), &a);
    if (r <= 0) return r;
    r = object_truth(th, a);
    decref(th, a);
    return r;
}

static int add_inherited(Thread *th, Value cls, Value base, Value set) {
    Value names;
    int r = object_getattr_optional(th, base, name_d_abstractmethods, &names);
    if (r <= 0) return r;
    Value list = sequence_to_list(th, names);
    decref(th, names);
    if (!list) return -1;
    r = 0;
    for (size_t i = 0; r == 0 && i < list_len(AS(List, list)); i++) {
        Value key = list_get(th, AS(List, list), (intptr_t)i), v;
        int f = key ? object_getattr_optional(th, cls, key, &v) : -1;
        if (f > 0) {
            f = is_abstract(th, v);
            decref(th, v);
            if (f > 0) f = set_add(th, AS(Set, set), key);
        }
        decref(th, key);
        r = f < 0 ? -1 : 0;
    }
    decref(th, list);
    return r;
}

static int compute_abstract(Thread *th, Value cls) {
    Value set = set_new(th, NO_VALUE);
    if (!set) return -1;
    Value items = dict_items_list(th, AS(Type, cls)->dict);
    int r = items ? 0 : -1;
    for (size_t i = 0; r == 0 && i < list_len(AS(List, items)); i++) {
        Value pair = list_get(th, AS(List, items), (intptr_t)i);
        int f = is_abstract(th, AS(Tuple, pair)->items[1]);
        if (f > 0) f = set_add(th, AS(Set, set), AS(Tuple, pair)->items[0]);
        decref(th, pair);
        r = f < 0 ? -1 : 0;
    }
    decref(th, items);
    Tuple *bases = AS(Tuple, AS(Type, cls)->bases);
    for (size_t i = 0; r == 0 && i < bases->len; i++) r = add_inherited(th, cls, bases->items[i], set);
    Value frozen = r ? NO_VALUE : frozenset_new(th, set);
    decref(th, set);
    if (!frozen) return -1;
    r = object_setattr(th, cls, name_d_abstractmethods, frozen);
    decref(th, frozen);
    return r;
}

enum { PATTERN_FLAGS = TYPE_SEQUENCE_PATTERN | TYPE_MAPPING_PATTERN };

static void set_pattern_flags(Type *t, uint32_t flags) {
    if (!(t->flags & TYPE_HEAP) || (t->flags & PATTERN_FLAGS) == flags) return;
    atomic_store_relaxed(&t->flags, (t->flags & ~(uint32_t)PATTERN_FLAGS) | flags);
    for (Shape *s = t->root_shapes; s; s = s->next_root) atomic_store_relaxed(&s->flags, (s->flags & ~(uint32_t)PATTERN_FLAGS) | flags);
    Type **subs = t->subclasses;
    for (uint32_t i = 0; i < t->subclass_count; i++) set_pattern_flags(subs[i], flags);
}

static Value abc_fn_init(Thread *th, Value self, Value *args) {
    Value cls = args[0];
    if (!value_is_type(cls)) return raise_type_error(th, "_abc_init() argument must be a class");
    if (compute_abstract(th, cls)) return NO_VALUE;
    Value d = data_new(th, &type_abc_data, NULL, 0, NO_VALUE);
    if (!d) return NO_VALUE;
    AS(AbcData, d)->negative_token = atomic_load_acquire(&abc_token);
    object_mark_seen(value_object(d));
    object_make_uncounted(th, value_object(d));
    int r = object_setattr(th, cls, str_intern_cstr(th, "_abc_impl"), d);
    decref(th, d);
    if (r) return NO_VALUE;
    Value key = str_intern_cstr(th, "__abc_tpflags__");
    Value flags = dict_get_str(th, AS(Type, cls)->dict, key);
    if (flags) {
        if (value_is_imm_int(flags)) {
            int64_t f = value_imm_int_get(flags);
            uint32_t ours = (f & 1 << 5 ? TYPE_SEQUENCE_PATTERN : 0) | (f & 1 << 6 ? TYPE_MAPPING_PATTERN : 0);
            if (ours == PATTERN_FLAGS) return raise_type_error(th, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
            set_pattern_flags(AS(Type, cls), ours);
        }
        decref(th, flags);
        if (object_setattr(th, cls, key, NO_VALUE)) return NO_VALUE;
    }
    return VALUE_NONE;
}

static Value abc_fn_register(Thread *th, Value self, Value *args) {
    Value cls = args[0], sub = args[1];
    if (!value_is_type(sub)) return raise_type_error(th, "Can only register classes");
    int r = object_issubclass(th, sub, cls);
    if (r < 0) return NO_VALUE;
    if (r) return new_ref(th, sub);
    r = object_issubclass(th, cls, sub);
    if (r < 0) return NO_VALUE;
    if (r) return raise_error(th, &exc_RuntimeError, "Refusing to create an inheritance cycle");
    AbcData *d = data_of(th, cls);
    if (!d) return NO_VALUE;
    Value reg = atomic_load_acquire(&d->registry);
    if (!reg) {
        if (!(reg = set_new(th, NO_VALUE))) return NO_VALUE;
        object_mark_seen(value_object(reg));
        Value expected = NO_VALUE;
        if (!atomic_cas_acq_rel(&d->registry, &expected, reg)) {
            decref(th, reg);
            reg = expected;
        }
    }
    Value ref = weakref_new(th, sub, NO_VALUE);
    if (!ref || set_add(th, AS(Set, reg), ref)) { decref(th, ref); return NO_VALUE; }
    decref(th, ref);
    __atomic_add_fetch(&abc_token, 1, __ATOMIC_ACQ_REL);
    if (value_is_type(cls) && (AS(Type, cls)->flags & PATTERN_FLAGS)) set_pattern_flags(AS(Type, sub), AS(Type, cls)->flags & PATTERN_FLAGS);
    return new_ref(th, sub);
}

// ---- checks --------------------------------------------------------------------------------------------------------

static Value subclasscheck(Thread *th, Value cls, Value sub) { return call_method1(th, cls, name_d_subclasscheck, sub); }

static Value abc_fn_instancecheck(Thread *th, Value self, Value *args) {
    Value cls = args[0], instance = args[1];
    AbcData *d = data_of(th, cls);
    if (!d) return NO_VALUE;
    Value type = VALUE_OF(type_of(instance)), r = NO_VALUE, sub;
    int has = object_getattr_optional(th, instance, name_d_class, &sub);
    if (has < 0) return NO_VALUE;
    if (!has) sub = new_ref(th, type);
    uint32_t v = value_is_type(sub) ? version_of(sub) : 0;
    if (v && versions_has(atomic_load_acquire(&d->cache), v)) r = VALUE_TRUE;
    else if (sub == type) {
        if (negative_current(d) && versions_has(atomic_load_acquire(&d->negative), v)) r = VALUE_FALSE;
        else r = subclasscheck(th, cls, sub);
    } else {
        r = subclasscheck(th, cls, sub);
        int t = r ? object_truth(th, r) : -1;
        if (t == 0) {
            decref(th, r);
            r = subclasscheck(th, cls, type);
        } else if (t < 0) clear_ref(th, &r);
    }
    decref(th, sub);
    return r;
}

// 1, 0, -1
static int check_slow(Thread *th, AbcData *d, Value cls, Value sub) {
    Value hook = call_method1(th, cls, name_d_subclasshook, sub);
    if (!hook) return -1;
    if (hook == VALUE_TRUE) return 1;
    if (hook == VALUE_FALSE) return 0;
    if (hook != VALUE_NOT_IMPLEMENTED) {
        decref(th, hook);
        raise_error(th, &exc_AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
        return -1;
    }
    if (value_is_type(cls) && type_is_subtype(AS(Type, sub), AS(Type, cls))) return 1;
    Value reg = atomic_load_acquire(&d->registry);
    if (reg) {
        Value list = sequence_to_list(th, reg);
        if (!list) return -1;
        int r = 0;
        for (size_t i = 0; r == 0 && i < list_len(AS(List, list)); i++) {
            Value ref = list_get(th, AS(List, list), (intptr_t)i), c = ref ? weakref_get(th, ref) : NO_VALUE;
            decref(th, ref);
            if (!c) continue;
            r = object_issubclass(th, sub, c);
            decref(th, c);
        }
        decref(th, list);
        if (r) return r;
    }
    Value subs = call_method0(th, cls, str_intern_cstr(th, "__subclasses__"));
    if (!subs) return -1;
    if (!value_is_list(subs)) {
        decref(th, subs);
        raise_type_error(th, "__subclasses__() must return a list");
        return -1;
    }
    int r = 0;
    for (size_t i = 0; r == 0 && i < list_len(AS(List, subs)); i++) {
        Value c = list_get(th, AS(List, subs), (intptr_t)i);
        r = c ? object_issubclass(th, sub, c) : -1;
        decref(th, c);
    }
    decref(th, subs);
    return r;
}

static Value abc_fn_subclasscheck(Thread *th, Value self, Value *args) {
    Value cls = args[0], sub = args[1];
    if (!value_is_type(sub)) return raise_type_error(th, "issubclass() arg 1 must be a class");
    AbcData *d = data_of(th, cls);
    if (!d) return NO_VALUE;
    uint32_t v = version_of(sub);
    if (versions_has(atomic_load_acquire(&d->cache), v)) return VALUE_TRUE;
    if (negative_current(d) && versions_has(atomic_load_acquire(&d->negative), v)) return VALUE_FALSE;
    if (thread_c_recursion(th, " in __subclasscheck__")) return NO_VALUE;
    int r = check_slow(th, d, cls, sub);
    if (r < 0) return NO_VALUE;
    if (r) versions_add(th, d, &d->cache, version_of(sub));
    else negative_add(th, d, sub);
    return value_bool(r);
}

// ---- for debugging -----------------------------------------------------------------------------------------------------

static Value abc_fn_get_cache_token(Thread *th, Value self, Value *args) { return int_from_u64(th, atomic_load_acquire(&abc_token)); }

static Value abc_fn_get_dump(Thread *th, Value self, Value *args) {
    AbcData *d = data_of(th, args[0]);
    if (!d) return NO_VALUE;
    Value reg = set_new(th, atomic_load_acquire(&d->registry)), a = set_new(th, NO_VALUE), b = set_new(th, NO_VALUE);
    Value items[4] = {reg, a, b, int_from_u64(th, atomic_load_acquire(&d->negative_token))};
    return tuple_from_owned(th, items, 4);
}
static Value abc_fn_reset_registry(Thread *th, Value self, Value *args) {
    AbcData *d = data_of(th, args[0]);
    if (!d) return NO_VALUE;
    Value old = atomic_swap_seqcst(&d->registry, NO_VALUE);
    container_release(th, &d->head, old);
    return VALUE_NONE;
}
static Value abc_fn_reset_caches(Thread *th, Value self, Value *args) {
    AbcData *d = data_of(th, args[0]);
    if (!d) return NO_VALUE;
    obj_lock(th, &d->lock);
    VersionSet *a = d->cache, *b = d->negative;
    atomic_store_release(&d->cache, (VersionSet *)NULL);
    atomic_store_release(&d->negative, (VersionSet *)NULL);
    obj_unlock(th, &d->lock);
    if (a) retire_block(th, a);
    if (b) retire_block(th, b);
    return VALUE_NONE;
}

static const MethodDef abc_methods[] = {
    {"get_cache_token", "()", abc_fn_get_cache_token, "Returns the current ABC cache token: it changes with every call to register() on any ABC."},
    {"_abc_init", "(self, /)", abc_fn_init, "Internal ABC helper for class set-up. Should be never used outside abc module."},
    {"_reset_registry", "(self, /)", abc_fn_reset_registry, "Internal ABC helper to reset registry of a given class."},
    {"_reset_caches", "(self, /)", abc_fn_reset_caches, "Internal ABC helper to reset both caches of a given class."},
    {"_get_dump", "(self, /)", abc_fn_get_dump, "Internal ABC helper for cache and registry debugging: registry, empty sets for the caches, negative cache version."},
    {"_abc_register", "(self, subclass, /)", abc_fn_register, "Internal ABC helper for subclasss registration. Should be never used outside abc module."},
    {"_abc_instancecheck", "(self, instance, /)", abc_fn_instancecheck, "Internal ABC helper for instance checks. Should be never used outside abc module."},
    {"_abc_subclasscheck", "(self, subclass, /)", abc_fn_subclasscheck, "Internal ABC helper for subclasss checks. Should be never used outside abc module."},
    {0}};

static int abc_exec(Thread *th, Value m) { return type_ready(th, &type_abc_data); }

const ModuleDef module__abc = {"_abc", "Module contains faster C implementation of abc.ABCMeta", abc_methods, abc_exec};
