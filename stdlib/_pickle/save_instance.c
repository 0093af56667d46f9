// SPDX-License-Identifier: MIT
// Writing instances of plain classes without asking them: a class that has object's own __reduce_ex__, __reduce__ and __getstate__, no arguments for
// __new__ and no __slots__ reduces to copyreg.__newobj__(cls) and its attributes, which are written from where they are. Nobody ever had a dict of them,
// so nobody can tell that there was none; the memo gets a place for it all the same, as the reader will count it.
#include "core/object/attr_cache.h"
#include "core/object/names.h"
#include "stdlib/_pickle/pickle_int.h"

enum { PLANS = 8 };

// The attributes of a shape, in their order. [u]
struct InstancePlan {
    uint32_t id;              // of the shape; 0: none
    uint32_t n;
    Value    names[ATTR_MAX]; // interned: immortal
    uint8_t  slots[ATTR_MAX];
};

static bool is_hook(Value name) { return name == name_d_reduce_ex || name == name_d_reduce || name == name_d_getstate; }

// NULL: an attribute of the instance goes before a method that matters here, or MemoryError.
static InstancePlan *plan_of(Thread *th, Pickler *p, Shape *s) {
    uint32_t id = atomic_load_relaxed(&s->id);
    if (!p->plans && !(p->plans = mem_calloc(th, PLANS, sizeof *p->plans))) return NULL;
    InstancePlan *plan = &p->plans[id % PLANS];
    if (LIKELY(plan->id == id)) return plan;
    plan->id = 0;
    plan->n = 0;
    if (s->slot_count > ATTR_MAX) return NULL;
    for (unsigned i = 0; i < s->slot_count; i++) {
        Value name = shape_name_at(s, i);
        if (shape_find(s, name) != (int)i) continue; // deleted
        if (is_hook(name)) return NULL;
        plan->names[plan->n] = name;
        plan->slots[plan->n++] = (uint8_t)i;
    }
    plan->id = id;
    return plan;
}

static bool plain_class(Type *t) {
    if ((t->flags & (TYPE_HEAP | TYPE_HAS_DICT | TYPE_MANAGED_ATTRS | TYPE_VARSIZE | TYPE_CUSTOM_GETATTR)) != (TYPE_HEAP | TYPE_HAS_DICT | TYPE_MANAGED_ATTRS)) return false;
    const Type *b = t;
    for (; b->flags & TYPE_HEAP; b = b->base)
        if (b->slots_count) return false;
    if (b != &type_object) return false;
    const PickleGlobals *g = &pickle_globals;
    if (type_lookup(t, name_d_reduce_ex) != g->object_reduce_ex || type_lookup(t, name_d_reduce) != g->object_reduce ||
        type_lookup(t, name_d_getstate) != g->object_getstate) return false;
    if (type_lookup(t, name_d_getnewargs_ex) || type_lookup(t, name_d_getnewargs)) return false;
    if (type_lookup(t, name_d_class) != g->object_class) return false;
    Value d = type_lookup(t, name_d_dict);
    return d && value_is_exact(d, &type_getset_descriptor);
}

static COLD int note(Thread *th, Value v, const char *what) {
    error_note(th, "when serializing %Q %s", v, what);
    return -1;
}

static int save_made(Thread *th, Pickler *p, Value v, Type *t) {
    if (pickle_save(th, p, VALUE_OF(t)) < 0) return note(th, v, "class");
    uint8_t *b = out_room(th, p, 2);
    if (!b) return -1;
    b[0] = OPC_EMPTY_TUPLE;
    b[1] = OPC_NEWOBJ;
    // Writing a class may run Python code (its metaclass), which may have written v.
    const MemoEntry *e = pickle_memo_find(&p->memo, v);
    if (LIKELY(!e)) return pickle_memoize(th, p, v);
    MemoEntry copy = *e;
    return out_op(th, p, OPC_POP) < 0 ? -1 : pickle_put_get(th, p, &copy);
}

// The attributes of v, whose shape is s: copied, all of one moment, and then written. 0 shape changed meanwhile.
static NOINLINE int save_slots(Thread *th, Pickler *p, Value v, Type *t, Shape *s, const InstancePlan *plan) {
    Object *o = value_object(v);
    size_t n = plan->n, live = 0;
    Value names[n + 1], values[n + 1];
    for (size_t i = 0; i < n; i++) {
        Value *slot = attr_slot_address(o, s, plan->slots[i]);
        Value x = slot ? attr_slot_read(th, o, slot) : NO_VALUE;
        if (!x) continue;
        names[live] = plan->names[i];
        values[live++] = x;
    }
    int r = 0;
    if (LIKELY(atomic_load_acquire(&o->shape) == s)) {
        r = save_made(th, p, v, t) < 0 ? -1 : 1;
        if (r > 0 && live) {
            if (out_op(th, p, OPC_EMPTY_DICT) < 0) r = -1;
            // The dict that the reader makes takes a number. An int is the key of nothing else here: ints are never remembered.
            if (r > 0 && pickle_memoize(th, p, value_imm_int((int64_t)p->memo.used)) < 0) r = -1;
            if (r > 0 && pickle_save_pairs(th, p, names, values, live) < 0) r = note(th, v, "state");
            if (r > 0 && out_op(th, p, OPC_BUILD) < 0) r = -1;
        }
        if (r < 0) note(th, v, "object");
    }
    for (size_t i = 0; i < live; i++) decref(th, values[i]);
    return r;
}

static int save_with_dict(Thread *th, Pickler *p, Value v, Type *t, Value dict) {
    if (save_made(th, p, v, t) < 0) return -1;
    if (dict_len(AS(Dict, dict)) == 0) return 0;
    if (pickle_save(th, p, dict) < 0) return note(th, v, "state");
    return out_op(th, p, OPC_BUILD);
}

int pickle_save_instance(Thread *th, Pickler *p, Value v) {
    if (p->proto < 2 || !value_is_object(v)) return 0;
    Object *o = value_object(v);
    Shape *s = object_shape(o);
    Type *t = s->type;
    if (!plain_class(t)) return 0;
    if (s->flags & SHAPE_DICT_MODE) {
        Value dict = object_get_dict(th, v), hook = NO_VALUE;
        if (!dict) return -1;
        Dict *d = AS(Dict, dict);
        if (!(hook = dict_get_str(th, d, name_d_reduce_ex)) && !(hook = dict_get_str(th, d, name_d_reduce))) hook = dict_get_str(th, d, name_d_getstate);
        int r = 0;
        if (!hook) r = save_with_dict(th, p, v, t, dict) < 0 ? note(th, v, "object") : 1;
        decref(th, hook);
        decref(th, dict);
        return r;
    }
    const InstancePlan *plan = plan_of(th, p, s);
    if (!plan) return error_pending(th) ? -1 : 0;
    return save_slots(th, p, v, t, s, plan);
}
