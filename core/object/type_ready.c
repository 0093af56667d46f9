// SPDX-License-Identifier: MIT
// Makes static types ready: mro, bases, dict with descriptors made from the tables and slots, inheritance of slots and flags.
// Runs once per type: at start, when a native module is imported, or when the type is first needed; under ready_mutex. TYPE_READY is set last.
#include "gc/gc.h"
#include "core/base/assert.h"
#include "core/object/dict.h"
#include "core/object/function.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/call.h"
#include "core/object/type_new.h"
#include "gc/gc.h"

enum {
    TYPE_INHERITED_FLAGS = TYPE_INT_SUBCLASS | TYPE_FLOAT_SUBCLASS | TYPE_STR_SUBCLASS | TYPE_BYTES_SUBCLASS | TYPE_TUPLE_SUBCLASS | TYPE_LIST_SUBCLASS |
        TYPE_DICT_SUBCLASS | TYPE_SET_SUBCLASS | TYPE_TYPE_SUBCLASS | TYPE_EXC_SUBCLASS | TYPE_COMPLEX_SUBCLASS | TYPE_TRACED | TYPE_VARSIZE | TYPE_HAS_DICT |
        TYPE_SEQUENCE_PATTERN | TYPE_MAPPING_PATTERN | TYPE_MATCH_SELF | TYPE_WEAKREFABLE,
};

// T.__new__ as Python calls it: self is T.
static Value type_new_call(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    Type *t = AS(Type, self);
    if (nargs < 1) return raise_type_error(th, "%s.__new__(): not enough arguments", t->name);
    if (!value_is_type(args[0])) return raise_type_error(th, "%s.__new__(X): X is not a type object (%s)", t->name, type_of(args[0])->name);
    Type *s = AS(Type, args[0]);
    if (!type_is_subtype(s, t)) return raise_type_error(th, "%s.__new__(%s): %s is not a subtype of %s", t->name, s->name, s->name, t->name);
    if (s->flags & TYPE_NO_INSTANTIATE) return raise_type_error(th, "cannot create '%s' instances", s->name);
    // The first static base decides what memory an instance has.
    Type *b = s;
    while (b && b->slots.new_ == slot_py_new) b = b->base;
    if (b && b->slots.new_ != t->slots.new_) return raise_type_error(th, "%s.__new__(%s) is not safe, use %s.__new__()", t->name, s->name, b->name);
    return t->slots.new_(th, s, args + 1, nargs - 1, kwnames);
}

const MethodDef type_new_def = {"__new__", "($type, *args, **kwargs)", (void *)type_new_call,
                                "Create and return a new object.  See help(type) for accurate signature.", METH_RAW};

const char *type_short_name(const Type *t) {
    if (t->flags & TYPE_HEAP) return t->name;
    const char *dot = strrchr(t->name, '.');
    return dot ? dot + 1 : t->name;
}

static int put(Thread *th, Type *t, Value name, Value v_owned) {
    if (!v_owned || !name) return -1;
    int r = dict_set(th, t->dict, name, v_owned);
    decref(th, v_owned);
    return r;
}

static int put_slots(Thread *th, Type *t) {
    for (size_t i = 1; i < slot_row_count; i++) { // row 0 is __new__
        const SlotRow *row = &slot_rows[i];
        void *fn = *(void **)((char *)&t->slots + row->offset);
        if (!fn) continue;
        // Sequences concatenate from the left only: what adds but does not subtract has no __radd__.
        if (fn == (void *)t->slots.add && !t->slots.sub && strcmp(row->dunder, "__radd__") == 0) continue;
        // The truth of text and bytes is their length for Python code; the slot is only quicker.
        if (fn == (void *)t->slots.bool_ && t->slots.contains && t->slots.len && t->slots.mod && strcmp(row->dunder, "__bool__") == 0) continue;
        if (fn == (void *)object_hash_unhashable) {
            if (dict_set(th, t->dict, row->name, VALUE_NONE)) return -1;
            continue;
        }
        if (put(th, t, row->name, wrapper_descr_new(th, t, row, fn))) return -1;
    }
    if (t->slots.new_ && (t == &type_object || t->slots.new_ != object_slot_new)) {
        BuiltinFunction *f = AS(BuiltinFunction, builtin_function_new(th, &type_new_def, VALUE_OF(t), NO_VALUE));
        if (!f) return -1;
        f->owner = t;
        if (put(th, t, name_d_new, VALUE_OF(f))) return -1;
    }
    if (t->slots.compare && !t->slots.hash && dict_set(th, t->dict, name_d_hash, VALUE_NONE)) return -1;
    return 0;
}

static int put_tables(Thread *th, Type *t) {
    for (const MethodDef *m = t->methods; m && m->name; m++) {
        Value name = str_intern_cstr(th, m->name);
        if (!name) return -1;
        if (!(m->flags & METH_COEXIST) && dict_get_str_borrow(th, t->dict, name)) continue;
        Value d = method_descr_new(th, t, m);
        if (d && (m->flags & METH_STATIC)) {
            ClassMethod *s = NEW(ClassMethod, th, &type_staticmethod);
            if (!s) return -1;
            s->callable = d;
            d = VALUE_OF(s);
        }
        if (put(th, t, name, d)) return -1;
    }
    for (const GetSetDef *g = t->getsets; g && g->name; g++)
        if (put(th, t, str_intern_cstr(th, g->name), getset_descr_new(th, t, g))) return -1;
    for (const MemberDef *m = t->members; m && m->name; m++)
        if (put(th, t, str_intern_cstr(th, m->name), member_descr_new(th, t, m))) return -1;
    if ((t->flags & TYPE_MANAGED_ATTRS) && !(t->base && (t->base->flags & TYPE_MANAGED_ATTRS)) && !dict_get_str_borrow(th, t->dict, name_d_dict) &&
        put(th, t, name_d_dict, getset_descr_new(th, t, &static_dict_getset)))
        return -1;
    if (!dict_get_str_borrow(th, t->dict, name_d_doc) && put(th, t, name_d_doc, t->doc ? str_from_cstr(th, t->doc) : VALUE_NONE)) return -1;
    return 0;
}

static size_t table_size(const Type *t) {
    size_t n = 4;
    for (const MethodDef *m = t->methods; m && m->name; m++) n++;
    for (const GetSetDef *g = t->getsets; g && g->name; g++) n++;
    for (const MemberDef *m = t->members; m && m->name; m++) n++;
    for (size_t i = 0; i < slot_row_count; i++)
        if (*(void **)((char *)&t->slots + slot_rows[i].offset)) n++;
    return n;
}

static int fill_mro(Thread *th, Type *t) {
    Tuple *up = t->base ? AS(Tuple, t->base->mro) : NULL;
    size_t n = 1 + (up ? up->len : 0);
    Tuple *m = tuple_new(th, n);
    if (!m) return -1;
    m->items[0] = VALUE_OF(t);
    for (size_t i = 1; i < n; i++) m->items[i] = up->items[i - 1];
    t->mro = VALUE_OF(m);
    t->bases = t->base ? tuple_pack1(th, VALUE_OF(t->base)) : tuple_empty;
    return t->bases ? 0 : -1;
}

// A doc may begin with "name(signature)\n--\n\n", as CPython's do: the signature is kept apart.
static int split_doc(Thread *th, Type *t) {
    const char *end = t->doc && !t->text_signature && !(t->flags & TYPE_HEAP) ? strstr(t->doc, "\n--\n\n") : NULL;
    const char *open = end ? memchr(t->doc, '(', (size_t)(end - t->doc)) : NULL;
    if (!open) return 0;
    char *sig = mem_alloc(th, (size_t)(end - open) + 1);
    if (!sig) return -1;
    memcpy(sig, open, (size_t)(end - open));
    sig[end - open] = 0;
    t->text_signature = sig;
    t->doc = end + 5;
    return 0;
}

// Do instances refer to nothing and have nothing to do at their end?
static bool is_leaf(const Type *t) {
    if (t->flags & (TYPE_MANAGED_ATTRS | TYPE_TRACED | TYPE_HEAP | TYPE_WEAKREFABLE) || t->slots.finalize) return false;
    for (; t; t = t->base)
        for (const MemberDef *m = t->members; m && m->name; m++) {
            uint32_t kind = m->kind & ~(uint32_t)MEMBER_READONLY;
            if (kind == MEMBER_VALUE || kind == MEMBER_VALUE_EX) return false;
        }
    return true;
}

// Two modules may share a type, and two threads import them at once; some types are made ready when they are first needed.
static RtMutex ready_mutex = RT_MUTEX(TYPE_READY);

static int make_ready(Thread *th, Type *t) { // under ready_mutex
    if (t->flags & TYPE_READY) return 0;
    if (!t->base && t != &type_object) t->base = &type_object;
    if (t == &type_object) t->base = NULL; // the table row names itself
    if (t->base && make_ready(th, t->base)) return -1;
    if (!(t->flags & TYPE_HEAP)) gc_add_static(&t->head);
    if (!t->head.shape) t->head.shape = &shape_type;
    if (t->base && t->base != &type_object && !t->head.shape->type) t->head.shape = t->base->head.shape;
    if (split_doc(th, t)) return -1;
    Type *base = t->base;
    if (base) {
        t->flags |= base->flags & TYPE_INHERITED_FLAGS;
        if (t->basic_size < base->basic_size) t->basic_size = base->basic_size;
        if (!t->item_size) t->item_size = base->item_size;
    }
    if ((t->flags & TYPE_HAS_DICT) && !(t->flags & TYPE_TYPE_SUBCLASS) && t != &type_module) t->flags |= TYPE_MANAGED_ATTRS;
    Value dict = dict_new_sized(th, table_size(t));
    if (!dict) return -1;
    t->dict = AS(Dict, dict);
    if (!t->name_obj && !(t->name_obj = str_intern_cstr(th, type_short_name(t)))) return -1;
    if (!t->qualname) t->qualname = t->name_obj;
    if (!t->mro && fill_mro(th, t)) return -1;
    if (put_slots(th, t) || put_tables(th, t)) return -1;

    bool own_new = t->slots.new_ != NULL;
    for (Type *b = base; b; b = b->base) type_inherit_slots(t, b);
    if (base && (!t->slots.dealloc || t->slots.dealloc == leaf_dealloc)) t->slots.dealloc = is_leaf(t) ? leaf_dealloc : NULL;
    if (t->slots.compare && !t->slots.hash) t->slots.hash = object_hash_unhashable;
    if (!own_new && base == &type_object && (t->flags & TYPE_BASETYPE) && t->basic_size == base->basic_size) t->slots.new_ = base->slots.new_;
    else if (!own_new && (base == &type_object || !base)) { // instances come from elsewhere
        t->slots.new_ = NULL;
        if (t != &type_object) t->flags |= TYPE_NO_INSTANTIATE;
    } else if (!own_new && base && (base->flags & TYPE_NO_INSTANTIATE)) t->flags |= TYPE_NO_INSTANTIATE;
    if (t->flags & TYPE_NO_INSTANTIATE) t->slots.new_ = NULL;
    uint32_t metho = t->flags & (TYPE_METHOD_DESCR | TYPE_DATA_DESCR);
    type_flags_from_slots(t);
    t->flags |= metho;
    DEBUG_ASSERT(!(t->flags & TYPE_HAS_DEL) || (t->flags & (TYPE_TRACED | TYPE_HEAP)));

    Shape *s = t->shape;
    s->type = t;
    s->flags = t->flags | TYPE_READY;
    if ((t->flags & TYPE_MANAGED_ATTRS) && !(t->flags & TYPE_VARSIZE)) s->attr_offset = (uint32_t)type_area_offset(t, 0);
    s->id = shape_new_id();
    t->root_shapes = s;
    t->version = shape_new_id();
    // Everyone may read the dict from the start; only type_set_own writes it.
    object_mark_seen(value_object(dict));
    AS(Dict, dict)->flags |= DICT_IS_TYPE_NS;
    if (base && type_add_subclass(th, base, t)) return -1;
    // Release: who sees it ready, without the lock, sees all of it.
    atomic_store_release(&t->flags, t->flags | TYPE_READY);
    return 0;
}
int type_ready(Thread *th, Type *t) {
    if (atomic_load_acquire(&t->flags) & TYPE_READY) return 0;
    rt_mutex_lock(th, &ready_mutex);
    int r = make_ready(th, t);
    rt_mutex_unlock(th, &ready_mutex);
    return r;
}

int types_init(Thread *th) {
    if (slots_init(th)) return -1;
    gc_hooks.unlink_type = type_unlink;
    // Shapes are used before their types are ready.
#define TYPE(name, base) shape_##name.type = &type_##name;
#include "core/value/types.def"
    static Type *const all[] = {
#define TYPE(name, base) &type_##name,
#include "core/value/types.def"
#define EXC(name, base, layout) &exc_##name,
#include "core/value/errors.def"
    };
    // Static methods in the tables need the type of their wrapper.
    if (type_ready(th, &type_object) || type_ready(th, &type_type) || type_ready(th, &type_staticmethod)) return -1;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (type_ready(th, all[i])) return -1;
    return 0;
}
