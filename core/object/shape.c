// SPDX-License-Identifier: MIT
// Shapes: which attribute sits in which slot of an instance. A type has one tree of shapes per inline capacity its instances ever had
// (the roots, linked by next_root); a tree's edges are "attribute added" and "attribute deleted". A deleted one's slot stays, empty: an attribute that comes later
// gets another, so a shape has a few deletions at most. Shapes live as long as their type.
// Invariant: a shape's slot_count, names and layout never change; children tables are replaced whole and read under RCU.
// Locks: shape_mutex for every change; nothing else is taken under it.
#include "core/object/bytes.h"
#include "core/object/int.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"
#include "gc/retire.h"

static RtMutex shape_mutex = RT_MUTEX(SHAPE);
static uint32_t shape_id_counter;

typedef struct ShapeChildren {
    uint32_t count, mask;
    Shape *tab[];     // [a] open addressing by name
} ShapeChildren;

// Index of a shape with many attributes: name -> slot.
typedef struct ShapeNames {
    uint32_t mask;
    struct { Value name; uint32_t slot; } tab[];
} ShapeNames;

enum { SHAPE_LINEAR_MAX = 8, SHAPE_GONE_MAX = 8 };

// Does s stand for the deletion of s->name?
ALWAYS_INLINE bool shape_is_removal(const Shape *s) { return s->gone != s->parent->gone; }
ALWAYS_INLINE int shape_own_slot(const Shape *s) { return shape_is_removal(s) ? -1 : s->slot_count - 1; }

uint32_t shape_new_id(void) {
    uint32_t id;
    do id = __atomic_add_fetch(&shape_id_counter, 1, __ATOMIC_RELAXED); while (id == 0);
    return id;
}

ALWAYS_INLINE uint32_t name_spread(Value name) { return (uint32_t)(name >> 4) * 0x9E3779B1u >> 7; }

static Shape *shape_make(Thread *th, Type *t, unsigned inline_cap) {
    Shape *s = mem_calloc(th, 1, sizeof *s);
    if (!s) return NULL;
    s->type = t;
    s->id = shape_new_id();
    s->flags = t->flags;
    s->inline_cap = (uint16_t)inline_cap;
    if ((t->flags & TYPE_MANAGED_ATTRS) && !(t->flags & TYPE_VARSIZE)) s->attr_offset = (uint32_t)type_area_offset(t, 0);
    return s;
}

int shape_init_root(Thread *th, Type *t, unsigned inline_cap) {
    if (!(t->flags & TYPE_MANAGED_ATTRS) || (t->flags & TYPE_VARSIZE)) inline_cap = 0;
    // Blocks are multiples of 16 bytes: the last slot may cost nothing.
    if ((t->flags & TYPE_MANAGED_ATTRS) && !(t->flags & TYPE_VARSIZE) && (type_area_offset(t, 0) + 8 + 8 * inline_cap) % 16) inline_cap++;
    if (inline_cap > ATTR_INLINE_MAX) inline_cap = ATTR_INLINE_MAX;
    Shape *s = shape_make(th, t, inline_cap);
    if (!s) return -1;
    t->root_shapes = s;
    t->inline_hint = (uint16_t)inline_cap;
    t->shape = s;
    return 0;
}

// The root with this capacity, made if needed. Under shape_mutex.
static Shape *shape_root_locked(Thread *th, Type *t, unsigned inline_cap) {
    for (Shape *s = t->root_shapes; s; s = s->next_root)
        if (s->inline_cap == inline_cap) return s;
    Shape *s = shape_make(th, t, inline_cap);
    if (!s) return NULL;
    s->next_root = t->root_shapes;
    atomic_store_release(&t->root_shapes, s);
    return s;
}

static Shape *shape_root_of(Shape *s) {
    while (s->parent) s = s->parent;
    return s;
}

void shape_learn(Thread *th, Shape *child) {
    Type *t = child->type;
    if (!(t->flags & TYPE_HEAP) || (t->flags & TYPE_VARSIZE)) return;
    unsigned hint = atomic_load_relaxed(&t->inline_hint);
    unsigned want = child->slot_count < ATTR_INLINE_MAX ? child->slot_count : ATTR_INLINE_MAX;
    if (want > hint) {
        atomic_store_relaxed(&t->inline_hint, (uint16_t)want);
        return;
    }
    // A second instance overflows and needs no more than the ones before it: from now on they get that room inline.
    if (atomic_load_acquire(&t->shape)->inline_cap >= hint) return;
    rt_mutex_lock(th, &shape_mutex);
    Shape *root = shape_root_locked(th, t, hint);
    if (root) atomic_store_release(&t->shape, root);
    else error_clear(th);
    rt_mutex_unlock(th, &shape_mutex);
}

static ShapeNames *shape_build_names(Thread *th, const Shape *shape) {
    uint32_t size = 16;
    while (size < (shape->slot_count + 1u) * 2) size *= 2;
    ShapeNames *n = mem_calloc(th, 1, sizeof *n + size * sizeof n->tab[0]);
    if (!n) { error_clear(th); return NULL; }
    n->mask = size - 1;
    for (const Shape *s = shape; s->parent; s = s->parent) {
        uint32_t i = name_spread(VALUE_OF(s->name)) & n->mask;
        while (n->tab[i].name && n->tab[i].name != VALUE_OF(s->name)) i = (i + 1) & n->mask;
        if (n->tab[i].name) continue;       // deleted, or added again, later
        n->tab[i].name = VALUE_OF(s->name);
        n->tab[i].slot = (uint32_t)shape_own_slot(s);
    }
    void *expected = NULL;
    if (!atomic_cas_acq_rel((void **)&((Shape *)shape)->names, &expected, (void *)n)) {
        mem_free(n);
        n = expected;
    }
    return n;
}

static NOINLINE int shape_find_text(const Shape *shape, Value name) {
    for (const Shape *s = shape; s->parent; s = s->parent)
        if (str_equal(s->name, AS(Str, name))) return shape_own_slot(s);
    return -1;
}

int shape_find(const Shape *shape, Value name) {
    if (shape->slot_count == 0) return -1;
    if (UNLIKELY(!str_is_interned(name))) return shape_find_text(shape, name);
    if (shape->slot_count <= SHAPE_LINEAR_MAX) {
        for (const Shape *s = shape; s->parent; s = s->parent)
            if (VALUE_OF(s->name) == name) return shape_own_slot(s);
        return -1;
    }
    ShapeNames *n = atomic_load_acquire((ShapeNames **)&shape->names);
    if (UNLIKELY(!n) && !(n = shape_build_names(thread_current(), shape))) return shape_find_text(shape, name);
    for (uint32_t i = name_spread(name) & n->mask; n->tab[i].name; i = (i + 1) & n->mask)
        if (n->tab[i].name == name) return (int)n->tab[i].slot;
    return -1;
}

Value shape_name_at(const Shape *s, unsigned i) {
    while (s->slot_count > i + 1 || shape_is_removal(s)) s = s->parent;
    return VALUE_OF(s->name);
}

void shape_names_of(const Shape *s, Value *names) {
    for (; s->parent; s = s->parent)
        if (!shape_is_removal(s)) names[s->slot_count - 1] = VALUE_OF(s->name);
}

static Shape *children_find(const ShapeChildren *c, Value name) {
    if (!c) return NULL;
    Shape *s;
    for (uint32_t i = name_spread(name) & c->mask; (s = atomic_load_acquire(&((ShapeChildren *)c)->tab[i])); i = (i + 1) & c->mask)
        if (VALUE_OF(s->name) == name) return s;
    return NULL;
}

static void children_put(ShapeChildren *c, Shape *child) {
    uint32_t i = name_spread(VALUE_OF(child->name)) & c->mask;
    while (c->tab[i]) i = (i + 1) & c->mask;
    atomic_store_release(&c->tab[i], child);
    c->count++;
}

// gone 0: name is added, 1: deleted. A shape that has the name has no child that adds it, and the other way round.
static Shape *shape_child_locked(Thread *th, Shape *shape, Value name, unsigned gone) {
    ShapeChildren *c = shape->children;
    Shape *child = children_find(c, name);
    if (child) return child;
    child = shape_make(th, shape->type, shape->inline_cap);
    if (!child) return NULL;
    child->flags = atomic_load_relaxed(&shape->flags);
    child->slot_count = (uint16_t)(shape->slot_count + 1 - gone);
    child->gone = shape->gone + gone;
    child->parent = shape;
    child->name = AS(Str, name);
    if (!c || (c->count + 1) * 4 > (c->mask + 1) * 3) {
        uint32_t size = c ? (c->mask + 1) * 2 : 2;
        ShapeChildren *bigger = mem_calloc(th, 1, sizeof *bigger + size * sizeof(Shape *));
        if (!bigger) { mem_free(child); return NULL; }
        bigger->mask = size - 1;
        if (c)
            for (uint32_t i = 0; i <= c->mask; i++)
                if (c->tab[i]) children_put(bigger, c->tab[i]);
        children_put(bigger, child);
        atomic_store_release((ShapeChildren **)&shape->children, bigger);
        if (c) retire_block(th, c);
    } else children_put(c, child);
    return child;
}

Shape *shape_add(Thread *th, Shape *shape, Value name) {
    if (UNLIKELY(shape->slot_count >= ATTR_MAX || (shape->flags & SHAPE_DICT_MODE))) return NULL;
    Shape *child = children_find(atomic_load_acquire((ShapeChildren **)&shape->children), name);
    if (LIKELY(child != NULL)) return child;
    rt_mutex_lock(th, &shape_mutex);
    child = shape_child_locked(th, shape, name, 0);
    rt_mutex_unlock(th, &shape_mutex);
    return child;
}

Shape *shape_without_last(Shape *s, Value name) { return s->parent && VALUE_OF(s->name) == name && !shape_is_removal(s) ? s->parent : NULL; }

Shape *shape_remove(Thread *th, Shape *shape, Value name) {
    if (shape->gone >= SHAPE_GONE_MAX || (shape->flags & SHAPE_DICT_MODE)) return NULL;
    Shape *child = children_find(atomic_load_acquire((ShapeChildren **)&shape->children), name);
    if (LIKELY(child != NULL)) return child;
    rt_mutex_lock(th, &shape_mutex);
    child = shape_child_locked(th, shape, name, 1);
    rt_mutex_unlock(th, &shape_mutex);
    return child;
}

Shape *shape_dict_mode(Thread *th, Shape *s) {
    if (s->flags & SHAPE_DICT_MODE) return s;
    Shape *root = shape_root_of(s);
    Shape *d = atomic_load_acquire(&root->dict_shape);
    if (d) return d;
    rt_mutex_lock(th, &shape_mutex);
    if (!(d = root->dict_shape) && (d = shape_make(th, root->type, root->inline_cap))) {
        d->attr_offset = root->attr_offset;
        d->flags = atomic_load_relaxed(&root->flags) | SHAPE_DICT_MODE;
        atomic_store_release(&root->dict_shape, d);
    }
    rt_mutex_unlock(th, &shape_mutex);
    return d;
}

static Shape *shape_replay_locked(Thread *th, Shape *root, const Shape *s) {
    if (!s->parent) return root;
    Shape *up = shape_replay_locked(th, root, s->parent);
    return up ? shape_child_locked(th, up, VALUE_OF(s->name), shape_is_removal(s)) : NULL;
}

Shape *shape_rebase(Thread *th, Shape *s, Type *to) {
    rt_mutex_lock(th, &shape_mutex);
    Shape *root = shape_root_locked(th, to, s->inline_cap);
    Shape *r = root && !(s->flags & SHAPE_DICT_MODE) ? shape_replay_locked(th, root, s) : root;
    rt_mutex_unlock(th, &shape_mutex);
    return r && (s->flags & SHAPE_DICT_MODE) ? shape_dict_mode(th, r) : r;
}

static void shape_each(Shape *s, void (*fn)(Shape *)) {
    ShapeChildren *c = s->children;
    if (c)
        for (uint32_t i = 0; i <= c->mask; i++)
            if (c->tab[i]) shape_each(c->tab[i], fn);
    if (s->dict_shape) shape_each(s->dict_shape, fn);
    fn(s);
}

static void shape_renew_id(Shape *s) { atomic_store_relaxed(&s->id, shape_new_id()); }
static void shape_copy_flags(Shape *s) {
    atomic_store_relaxed(&s->flags, s->type->flags | (s->flags & SHAPE_DICT_MODE));
}
static void shape_free(Shape *s) {
    mem_free(s->names);
    mem_free(s->children);
    if (s->type->flags & TYPE_HEAP) mem_free(s);
}

static void shape_each_of_type(Type *t, void (*fn)(Shape *)) {
    Thread *th = thread_current();
    rt_mutex_lock(th, &shape_mutex);
    Shape *next;
    for (Shape *s = t->root_shapes; s; s = next) {
        next = s->next_root;
        shape_each(s, fn);
    }
    rt_mutex_unlock(th, &shape_mutex);
}

void shape_renew_ids(Type *t) { shape_each_of_type(t, shape_renew_id); }
void shape_sync_flags(Type *t) { shape_each_of_type(t, shape_copy_flags); }
void shape_free_all(Thread *th, Type *t) {
    shape_each_of_type(t, shape_free);
    t->root_shapes = NULL;
}

Value *object_tail(const Object *o, const Shape *s) {
    size_t size;
    uint32_t f = s->flags;
    if (f & TYPE_TUPLE_SUBCLASS) size = s->type->basic_size + AS(Tuple, o)->len * sizeof(Value);
    else if (f & TYPE_INT_SUBCLASS) {
        int64_t n = *(const int64_t *)((const char *)o + sizeof(Object));
        size = s->type->basic_size + (size_t)(n < 0 ? -n : n) * 8;
    } else if (f & TYPE_STR_SUBCLASS) {
        const Str *str = (const Str *)o;
        size = s->type->basic_size + (str->len + 1) * str->kind;
    } else if (f & TYPE_BYTES_SUBCLASS) {
        size_t len = ((const size_t *)((const char *)o + sizeof(Object)))[1];
        size = s->type->basic_size + len + 1;
    } else return NULL;
    return (Value *)((char *)o + ((size + 7) & ~(size_t)7));
}
Value *object_attr_area_varsize(const Object *o, const Shape *s) {
    Value *tail = object_tail(o, s);
    return tail ? (Value *)((char *)tail + s->type->tail_size) : NULL;
}

Value *object_attr_area(const Object *o) { return attrs_area(o, atomic_load_acquire(&((Object *)o)->shape)); }
