// SPDX-License-Identifier: MIT
// contextvars: Context, ContextVar, Token, over a persistent hash trie of immutable nodes (32 ways, keyed by the variable's unique hash, so two keys never
// collide to the end). Invariant: a node never changes once published; Context.root is only replaced by the thread that has entered the context, under
// the context's lock; that thread reads it without, everyone else with the lock. Source: Bagwell, Ideal Hash Trees (2001).
#include "core/object/context.h"

#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "gc/gc.h"
#include "sched/thread/lock.h"

typedef struct Node { Object head; uint32_t bitmap; uint32_t children; Value v[]; } Node; // [c] v: key, value per bit; a child node: NO_VALUE, node
typedef struct Context {
    Object   head;
    ObjLock  lock;
    uint8_t  entered;  // [a]
    size_t   count;    // [l]; [a] for len()
    Value    root;     // [l] Node or NO_VALUE; see above
    Value    prev;     // [o] current context of the thread that entered, before that; owned
} Context;
typedef struct ContextVar { Object head; uint64_t hash; Value name, dflt; } ContextVar;   // [c]
typedef struct Token { Object head; Value ctx, var, old; uint8_t used; } Token;           // [c] used [a]

enum { BITS = 5, WAYS = 32 };
static uint64_t next_var;      // [a]
static Value token_missing;    // immortal

// ---- nodes -----------------------------------------------------------------------------------------------------------------------------

static void node_slot_dealloc(Thread *th, Object *self) {
    Node *n = (Node *)self;
    int w = __builtin_popcount(n->bitmap) * 2;
    for (int i = 0; i < w; i++) decref(th, n->v[i]);
    object_free(th, self);
}
static int node_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Node *n = (Node *)self;
    int w = __builtin_popcount(n->bitmap) * 2, r;
    for (int i = 0; i < w; i++)
        if (n->v[i] && (r = visit(n->v[i], arg))) return r;
    return 0;
}
MODULE_TYPE_DEFINE(hamt, "hamt_node", sizeof(Node), TYPE_TRACED | TYPE_NO_INSTANTIATE,
                   .slots = { .dealloc = node_slot_dealloc, .traverse = node_slot_traverse })

static Node *node_alloc(Thread *th, uint32_t bitmap, uint32_t children) {
    Node *n = object_alloc(th, &shape_hamt, sizeof(Node) + sizeof(Value) * 2 * (size_t)__builtin_popcount(bitmap));
    if (n) {
        n->bitmap = bitmap;
        n->children = children;
    }
    return n;
}
ALWAYS_INLINE uint32_t bit_of(uint64_t hash, int shift) { return 1u << (hash >> shift & (WAYS - 1)); }
ALWAYS_INLINE int index_of(uint32_t bitmap, uint32_t bit) { return __builtin_popcount(bitmap & (bit - 1)) * 2; }

// Borrowed value, or NO_VALUE.
static Value node_find(Value root, Value var) {
    uint64_t hash = AS(ContextVar, var)->hash;
    Node *n = AS(Node, root);
    for (int shift = 0; n; shift += BITS) {
        uint32_t bit = bit_of(hash, shift);
        if (!(n->bitmap & bit)) return NO_VALUE;
        int i = index_of(n->bitmap, bit);
        if (!(n->children & bit)) return n->v[i] == var ? n->v[i + 1] : NO_VALUE;
        n = AS(Node, n->v[i + 1]);
    }
    return NO_VALUE;
}

// A copy of n with the pair at bit replaced; k, v borrowed; child: v is a node.
static Node *node_with(Thread *th, Node *n, uint32_t bit, Value k, Value v, bool child) {
    uint32_t bitmap = n->bitmap | bit;
    Node *c = node_alloc(th, bitmap, child ? n->children | bit : n->children & ~bit);
    if (!c) return NULL;
    int at = index_of(bitmap, bit), w = __builtin_popcount(bitmap) * 2;
    bool had = n->bitmap & bit;
    for (int i = 0, from = 0; i < w; i += 2) {
        if (i == at) {
            c->v[i] = new_ref(th, k);
            c->v[i + 1] = new_ref(th, v);
            if (had) from += 2;
        } else {
            c->v[i] = new_ref(th, n->v[from]);
            c->v[i + 1] = new_ref(th, n->v[from + 1]);
            from += 2;
        }
    }
    return c;
}

static Node *node_pair(Thread *th, int shift, Value k1, Value v1, Value k2, Value v2) {
    uint32_t b1 = bit_of(AS(ContextVar, k1)->hash, shift), b2 = bit_of(AS(ContextVar, k2)->hash, shift);
    if (b1 == b2) {
        Node *sub = node_pair(th, shift + BITS, k1, v1, k2, v2);
        Node *n = sub ? node_alloc(th, b1, b1) : NULL;
        if (n) n->v[1] = VALUE_OF(sub);
        else if (sub) decref(th, VALUE_OF(sub));
        return n;
    }
    Node *n = node_alloc(th, b1 | b2, 0);
    if (!n) return NULL;
    int i = index_of(b1 | b2, b1), j = index_of(b1 | b2, b2);
    n->v[i] = new_ref(th, k1);
    n->v[i + 1] = new_ref(th, v1);
    n->v[j] = new_ref(th, k2);
    n->v[j + 1] = new_ref(th, v2);
    return n;
}

// New root with var = v. *added: it was not there.
static Node *node_set(Thread *th, Node *n, int shift, Value var, Value v, bool *added) {
    uint32_t bit = bit_of(AS(ContextVar, var)->hash, shift);
    if (!n) {
        *added = true;
        n = node_alloc(th, bit, 0);
        if (!n) return NULL;
        n->v[0] = new_ref(th, var);
        n->v[1] = new_ref(th, v);
        return n;
    }
    if (!(n->bitmap & bit)) {
        *added = true;
        return node_with(th, n, bit, var, v, false);
    }
    int i = index_of(n->bitmap, bit);
    Node *sub;
    if (n->children & bit) {
        sub = node_set(th, AS(Node, n->v[i + 1]), shift + BITS, var, v, added);
    } else {
        if (n->v[i] == var) return node_with(th, n, bit, var, v, false);
        *added = true;
        sub = node_pair(th, shift + BITS, n->v[i], n->v[i + 1], var, v);
    }
    if (!sub) return NULL;
    Node *c = node_with(th, n, bit, NO_VALUE, VALUE_OF(sub), true);
    decref(th, VALUE_OF(sub));
    return c;
}

// New root without var, which is there; *out NULL when nothing is left. 0, or -1 without memory.
static int node_remove(Thread *th, Node *n, int shift, Value var, Node **out) {
    uint32_t bit = bit_of(AS(ContextVar, var)->hash, shift);
    int at = index_of(n->bitmap, bit);
    Node *sub = NULL;
    if (n->children & bit) {
        if (node_remove(th, AS(Node, n->v[at + 1]), shift + BITS, var, &sub)) return -1;
        if (sub) {
            *out = node_with(th, n, bit, NO_VALUE, VALUE_OF(sub), true);
            decref(th, VALUE_OF(sub));
            return *out ? 0 : -1;
        }
    }
    uint32_t bitmap = n->bitmap & ~bit;
    *out = NULL;
    if (!bitmap) return 0;
    Node *c = node_alloc(th, bitmap, n->children & ~bit);
    if (!c) return -1;
    int w = __builtin_popcount(n->bitmap) * 2, to = 0;
    for (int i = 0; i < w; i += 2) {
        if (i == at) continue;
        c->v[to] = new_ref(th, n->v[i]);
        c->v[to + 1] = new_ref(th, n->v[i + 1]);
        to += 2;
    }
    *out = c;
    return 0;
}

static int node_each(Thread *th, Node *n, int (*fn)(Thread *th, Value k, Value v, void *arg), void *arg) {
    uint32_t left = n ? n->bitmap : 0;
    for (int i = 0; left; i += 2, left &= left - 1) {
        uint32_t bit = left & -left;
        int r = n->children & bit ? node_each(th, AS(Node, n->v[i + 1]), fn, arg) : fn(th, n->v[i], n->v[i + 1], arg);
        if (r) return r;
    }
    return 0;
}

// ---- contexts --------------------------------------------------------------------------------------------------------------------------

static Context *context_make(Thread *th, Value root_owned, size_t count) {
    Context *c = NEW(Context, th, &type_context);
    if (!c) {
        decref(th, root_owned);
        return NULL;
    }
    c->root = root_owned;
    c->count = count;
    return c;
}

Value context_current(Thread *th) {
    if (!th->context) {
        Context *c = context_make(th, NO_VALUE, 0);
        if (!c) return NO_VALUE;
        c->entered = 1;
        th->context = VALUE_OF(c);
    }
    return th->context;
}

// New reference to the root as it is now.
static Value context_root(Thread *th, Context *c, size_t *count) {
    obj_lock(th, &c->lock);
    Value root = new_ref(th, c->root);
    if (count) *count = c->count;
    obj_unlock(th, &c->lock);
    return root;
}
static Value context_copy(Thread *th, Context *from) {
    size_t n;
    Value root = context_root(th, from, &n);
    return VALUE_OF(context_make(th, root, n));
}
Value context_copy_current(Thread *th) {
    Value cur = context_current(th);
    return cur ? context_copy(th, AS(Context, cur)) : NO_VALUE;
}

int context_enter(Thread *th, Value ctx) {
    Context *c = AS(Context, ctx);
    uint8_t zero = 0;
    if (!atomic_cas_acq_rel(&c->entered, &zero, (uint8_t)1)) {
        raise_error(th, &exc_RuntimeError, "cannot enter context: %R is already entered", ctx);
        return -1;
    }
    c->prev = th->context;
    th->context = new_ref(th, ctx);
    return 0;
}
void context_exit(Thread *th, Value ctx) {
    Context *c = AS(Context, ctx);
    Value mine = th->context;
    th->context = c->prev;
    c->prev = NO_VALUE;
    atomic_store_release(&c->entered, (uint8_t)0);
    decref(th, mine);
}

// Of the thread's current context, by that thread.
static int context_put(Thread *th, Context *c, Value var, Value v) {
    bool added = false;
    Node *root = node_set(th, AS(Node, c->root), 0, var, v, &added);
    if (!root) return -1;
    obj_lock(th, &c->lock);
    Value old = c->root;
    c->root = VALUE_OF(root);
    atomic_store_relaxed(&c->count, c->count + added);
    obj_unlock(th, &c->lock);
    decref(th, old);
    return 0;
}
static int context_drop(Thread *th, Context *c, Value var) {
    if (!node_find(c->root, var)) return 0;
    Node *root;
    if (node_remove(th, AS(Node, c->root), 0, var, &root)) return -1;
    obj_lock(th, &c->lock);
    Value old = c->root;
    c->root = VALUE_OF(root);
    atomic_store_relaxed(&c->count, c->count - 1);
    obj_unlock(th, &c->lock);
    decref(th, old);
    return 0;
}

static int need_var(Thread *th, Value v) {
    if (value_is_exact(v, &type_contextvar)) return 0;
    raise_type_error(th, "a ContextVar key was expected, got %R", v);
    return -1;
}
// 1, 0, -1; *out new reference.
static int context_lookup(Thread *th, Value self, Value key, Value *out) {
    if (need_var(th, key)) return -1;
    Value root = context_root(th, AS(Context, self), NULL);
    *out = new_ref(th, node_find(root, key));
    decref(th, root);
    return *out != NO_VALUE;
}

static Value context_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (nargs || kwnames_len(kwnames)) return raise_type_error(th, "Context() does not accept any arguments");
    return VALUE_OF(context_make(th, NO_VALUE, 0));
}
static void context_slot_dealloc(Thread *th, Object *self) {
    Context *c = (Context *)self;
    clear_ref(th, &c->root);
    clear_ref(th, &c->prev);
    object_release_attrs(th, self);
    object_free(th, self);
}
static void context_slot_clear(Thread *th, Object *self) {
    Context *c = (Context *)self;
    clear_ref(th, &c->root);
    clear_ref(th, &c->prev);
    c->count = 0;
}
static int context_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Context *c = (Context *)self;
    int r;
    if (c->root && (r = visit(c->root, arg))) return r;
    return c->prev ? visit(c->prev, arg) : 0;
}
static intptr_t context_slot_len(Thread *th, Value self) { return (intptr_t)atomic_load_relaxed(&AS(Context, self)->count); }
static Value context_slot_getitem(Thread *th, Value self, Value key) {
    Value v;
    int r = context_lookup(th, self, key, &v);
    return r > 0 ? v : r == 0 ? raise_key_error(th, key) : NO_VALUE;
}
static int context_slot_contains(Thread *th, Value self, Value key) {
    Value v;
    int r = context_lookup(th, self, key, &v);
    if (r > 0) decref(th, v);
    return r;
}
static Value context_meth_get(Thread *th, Value self, Value *args) {
    Value v;
    int r = context_lookup(th, self, args[0], &v);
    if (r < 0) return NO_VALUE;
    return r ? v : args[1] ? new_ref(th, args[1]) : VALUE_NONE;
}

typedef struct Listing { List *list; int what; } Listing;
static int list_one(Thread *th, Value k, Value v, void *arg) {
    Listing *l = arg;
    if (l->what < 2) return list_append(th, l->list, l->what ? v : k);
    Value pair = tuple_pack2(th, k, v);
    return pair ? list_append_owned(th, l->list, pair) : -1;
}
static Value context_listing(Thread *th, Value self, int what) {
    Value list = list_new(th, 0), root = context_root(th, AS(Context, self), NULL), it = NO_VALUE;
    Listing l = { AS(List, list), what };
    if (list && node_each(th, AS(Node, root), list_one, &l) == 0) it = object_iter(th, list);
    decref(th, root);
    decref(th, list);
    return it;
}
static Value context_slot_iter(Thread *th, Value self) { return context_listing(th, self, 0); }
static Value context_meth_keys(Thread *th, Value self, Value *args) { return context_listing(th, self, 0); }
static Value context_meth_values(Thread *th, Value self, Value *args) { return context_listing(th, self, 1); }
static Value context_meth_items(Thread *th, Value self, Value *args) { return context_listing(th, self, 2); }
static Value context_meth_copy(Thread *th, Value self, Value *args) { return context_copy(th, AS(Context, self)); }

static int equal_one(Thread *th, Value k, Value v, void *arg) {
    Value other = node_find(*(Value *)arg, k);
    if (!other) return 1;
    int r = object_equal(th, v, other);
    return r < 0 ? -1 : !r;
}
static Value context_slot_compare(Thread *th, Value a, Value b, int op) {
    if ((op != CMP_EQ && op != CMP_NE) || !value_is_exact(a, &type_context) || !value_is_exact(b, &type_context)) return VALUE_NOT_IMPLEMENTED;
    size_t na, nb;
    Value x = context_root(th, AS(Context, a), &na), y = context_root(th, AS(Context, b), &nb);
    int r = na != nb ? 1 : x == y ? 0 : node_each(th, AS(Node, x), equal_one, &y);
    decref(th, x);
    decref(th, y);
    return r < 0 ? NO_VALUE : value_bool((r == 0) == (op == CMP_EQ));
}

static Value context_meth_run(Thread *th, Value self, const Value *args, size_t nargs, Value kwnames) {
    if (nargs < 1) return raise_type_error(th, "run() missing 1 required positional argument");
    if (context_enter(th, self)) return NO_VALUE;
    Value r = object_call(th, args[0], args + 1, nargs - 1, kwnames);
    context_exit(th, self);
    return r;
}

static const MethodDef context_methods[] = {
    {"get", "(self, key, default=None, /)", context_meth_get, "Return the value for `key` if `key` has the value in the context object.\n\nIf `key` does not exist, return `default`. If `default` is not given,\nreturn None."},
    {"items", "(self, /)", context_meth_items, "Return all variables and their values in the context object.\n\nThe result is returned as a list of 2-tuples (variable, value)."},
    {"keys", "(self, /)", context_meth_keys, "Return a list of all variables in the context object."},
    {"values", "(self, /)", context_meth_values, "Return a list of all variables' values in the context object."},
    {"copy", "(self, /)", context_meth_copy, "Return a shallow copy of the context object."},
    {"run", "(self, callable, /, *args, **kwargs)", context_meth_run, NULL, METH_RAW | METH_NO_TEXT_SIG},
    {0}
};
TYPE_DEFINE(context, "_contextvars.Context", sizeof(Context), TYPE_TRACED | TYPE_WEAKREFABLE, .methods = context_methods,
            .slots = { .new_ = context_slot_new, .dealloc = context_slot_dealloc, .traverse = context_slot_traverse, .clear = context_slot_clear,
                       .len = context_slot_len, .getitem = context_slot_getitem, .contains = context_slot_contains, .iter = context_slot_iter,
                       .compare = context_slot_compare, .hash = object_hash_unhashable })

// ---- variables -------------------------------------------------------------------------------------------------------------------------

static Value var_make(Thread *th, Value name, Value dflt) {
    ContextVar *v = NEW(ContextVar, th, &type_contextvar);
    if (!v) return NO_VALUE;
    v->hash = (atomic_add_relaxed(&next_var, (uint64_t)1) + 1) * 0x9E3779B97F4A7C15u;   // odd factor: different numbers, different hashes
    v->name = new_ref(th, name);
    v->dflt = new_ref(th, dflt);
    return VALUE_OF(v);
}
Value contextvar_new(Thread *th, const char *name, Value dflt) {
    Value n = str_from_cstr(th, name), v = n ? var_make(th, n, dflt) : NO_VALUE;
    decref(th, n);
    return v;
}

Value contextvar_find(Thread *th, Value var) { return th->context ? node_find(AS(Context, th->context)->root, var) : NO_VALUE; }

int contextvar_get(Thread *th, Value var, Value dflt, Value *out) {
    ContextVar *v = AS(ContextVar, var);
    Value found = contextvar_find(th, var);
    if (!found) found = dflt ? dflt : v->dflt;
    *out = new_ref(th, found);
    return found != NO_VALUE;
}

Value contextvar_set(Thread *th, Value var, Value v) {
    Value ctx = context_current(th);
    if (!ctx) return NO_VALUE;
    Token *t = NEW(Token, th, &type_context_token);
    if (!t) return NO_VALUE;
    t->ctx = new_ref(th, ctx);
    t->var = new_ref(th, var);
    t->old = new_ref(th, node_find(AS(Context, ctx)->root, var));
    if (context_put(th, AS(Context, ctx), var, v) == 0) return VALUE_OF(t);
    decref(th, VALUE_OF(t));
    return NO_VALUE;
}

int contextvar_reset(Thread *th, Value var, Value token) {
    Token *t = AS(Token, token);
    if (t->used) {
        raise_error(th, &exc_RuntimeError, "%R has already been used once", token);
        return -1;
    }
    if (t->var != var) {
        raise_value_error(th, "%R was created by a different ContextVar", token);
        return -1;
    }
    Value ctx = context_current(th);
    if (!ctx) return -1;
    if (t->ctx != ctx) {
        raise_value_error(th, "%R was created in a different Context", token);
        return -1;
    }
    t->used = 1;
    return t->old ? context_put(th, AS(Context, ctx), var, t->old) : context_drop(th, AS(Context, ctx), var);
}

static Value contextvar_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[2] = { NO_VALUE, NO_VALUE };
    if (native_args_bind(th, &sig, "ContextVar", "(name, /, *, default=None)", args, nargs, kwnames, a)) return NO_VALUE;
    if (!value_is_str(a[0])) return raise_type_error(th, "context variable name must be a str");
    if (object_hash(th, a[0]) == -1 && error_pending(th)) return NO_VALUE;
    return var_make(th, a[0], a[1]);
}
static void contextvar_slot_dealloc(Thread *th, Object *self) {
    ContextVar *v = (ContextVar *)self;
    clear_ref(th, &v->name);
    clear_ref(th, &v->dflt);
    object_release_attrs(th, self);
    object_free(th, self);
}
static int contextvar_slot_traverse(Object *self, VisitFn visit, void *arg) {
    ContextVar *v = (ContextVar *)self;
    int r;
    if (v->name && (r = visit(v->name, arg))) return r;
    return v->dflt ? visit(v->dflt, arg) : 0;
}
static void contextvar_slot_clear(Thread *th, Object *self) {
    ContextVar *v = (ContextVar *)self;
    clear_ref(th, &v->dflt);
}
static Value contextvar_slot_repr(Thread *th, Value self) {
    ContextVar *v = AS(ContextVar, self);
    if (v->dflt) return str_format(th, "<ContextVar name=%R default=%R at %p>", v->name, v->dflt, AS(void, self));
    return str_format(th, "<ContextVar name=%R at %p>", v->name, AS(void, self));
}
static Value contextvar_meth_get(Thread *th, Value self, Value *args) {
    Value v;
    int r = contextvar_get(th, self, args[0], &v);
    if (r == 0) raise_with_value(th, &exc_LookupError, self);
    return r > 0 ? v : NO_VALUE;
}
static Value contextvar_meth_set(Thread *th, Value self, Value *args) { return contextvar_set(th, self, args[0]); }
static Value contextvar_meth_reset(Thread *th, Value self, Value *args) {
    if (!value_is_exact(args[0], &type_context_token)) return raise_type_error(th, "expected an instance of Token, got %R", args[0]);
    return contextvar_reset(th, self, args[0]) ? NO_VALUE : VALUE_NONE;
}
static const MemberDef contextvar_members[] = { {"name", offsetof(ContextVar, name), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0} };
static const MethodDef contextvar_methods[] = {
    {"get", "(self, default=<unrepresentable>, /)", contextvar_meth_get, "Return a value for the context variable for the current context.\n\nIf there is no value for the variable in the current context, the method will:\n * return the value of the default argument of the method, if provided; or\n * return the default value for the context variable, if it was created\n   with one; or\n * raise a LookupError."},
    {"set", "(self, value, /)", contextvar_meth_set, "Call to set a new value for the context variable in the current context.\n\nThe required *value* argument is the new value for the context variable.\n\nReturns a Token object that can be used to restore the variable to its previous\nvalue via the `ContextVar.reset()` method."},
    {"reset", "(self, token, /)", contextvar_meth_reset, "Reset the context variable.\n\nThe variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used."},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
TYPE_DEFINE(contextvar, "_contextvars.ContextVar", sizeof(ContextVar), TYPE_TRACED, .methods = contextvar_methods, .members = contextvar_members,
            .slots = { .new_ = contextvar_slot_new, .repr = contextvar_slot_repr, .dealloc = contextvar_slot_dealloc,
                       .traverse = contextvar_slot_traverse, .clear = contextvar_slot_clear })

// ---- tokens ----------------------------------------------------------------------------------------------------------------------------

static Value token_slot_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    return raise_error(th, &exc_RuntimeError, "Tokens can only be created by ContextVars");
}
static void token_slot_dealloc(Thread *th, Object *self) {
    Token *t = (Token *)self;
    clear_ref(th, &t->ctx);
    clear_ref(th, &t->var);
    clear_ref(th, &t->old);
    object_free(th, self);
}
static int token_slot_traverse(Object *self, VisitFn visit, void *arg) {
    Token *t = (Token *)self;
    int r;
    if (t->ctx && (r = visit(t->ctx, arg))) return r;
    if (t->var && (r = visit(t->var, arg))) return r;
    return t->old ? visit(t->old, arg) : 0;
}
static Value token_slot_repr(Thread *th, Value self) {
    Token *t = AS(Token, self);
    return str_format(th, "<Token%s var=%R at %p>", t->used ? " used" : "", t->var, AS(void, self));
}
static Value token_get_var(Thread *th, Value self) { return new_ref(th, AS(Token, self)->var); }
static Value token_get_old_value(Thread *th, Value self) {
    Value v = AS(Token, self)->old;
    return new_ref(th, v ? v : token_missing);
}
static Value token_meth_enter(Thread *th, Value self, Value *args) { return new_ref(th, self); }
static Value token_meth_exit(Thread *th, Value self, Value *args) {
    return contextvar_reset(th, AS(Token, self)->var, self) ? NO_VALUE : VALUE_NONE;
}
static const GetSetDef token_getsets[] = { {"var", token_get_var, NULL, NULL}, {"old_value", token_get_old_value, NULL, NULL}, {0} };
static const MethodDef token_methods[] = {
    {"__enter__", "(self, /)", token_meth_enter, "Enter into Token context manager."},
    {"__exit__", "(self, type, val, tb, /)", token_meth_exit, "Exit from Token context manager, restore the linked ContextVar."},
    {"__class_getitem__", "(cls, object, /)", object_class_getitem, "See PEP 585", METH_CLASS},
    {0}
};
TYPE_DEFINE(context_token, "_contextvars.Token", sizeof(Token), TYPE_TRACED, .methods = token_methods, .getsets = token_getsets,
            .slots = { .new_ = token_slot_new, .repr = token_slot_repr, .hash = object_hash_unhashable, .dealloc = token_slot_dealloc,
                       .traverse = token_slot_traverse })

static Value missing_slot_repr(Thread *th, Value self) { return str_from_cstr(th, "<Token.MISSING>"); }
MODULE_TYPE_DEFINE(token_missing, "Token.MISSING", sizeof(Object), TYPE_NO_INSTANTIATE, .slots = { .repr = missing_slot_repr })

int context_types_ready(Thread *th) {
    if (token_missing) return 0;
    if (type_ready(th, &type_hamt) || type_ready(th, &type_token_missing)) return -1;
    token_missing = VALUE_OF(object_new(th, &type_token_missing, 0));
    if (!token_missing) return -1;
    object_make_immortal(value_object(token_missing));
    Value name = str_intern_cstr(th, "MISSING");
    int r = name && type_context_token.dict ? dict_set(th, type_context_token.dict, name, token_missing) : -1;
    decref(th, name);
    return r;
}
