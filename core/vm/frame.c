// SPDX-License-Identifier: MIT
// Frame objects: what sys._getframe and tracebacks show of frame records (core/vm/frame.h).
//
// While its record lives, a frame object points to it (`frame`); when the record ends, frame_object_detach moves the local registers over, if anyone
// still holds the object. Another thread reads a record only with the world stopped: its owner then stands at a safepoint and the registers are whole.
// Locks: none; fields are swapped atomically.
#include "core/object/abstract.h"
#include "core/object/call.h"
#include "core/object/container_inl.h"
#include "core/object/dict.h"
#include "core/vm/generator.h"
#include "core/object/int.h"
#include "core/object/list.h"
#include "core/object/set.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/code/view.h"
#include "core/vm/frame.h"
#include "core/vm/trace.h"
#include "gc/retire.h"

int frame_lineno(const Frame *f) {
    if (f->pc == f->code->instrs) return f->code->firstlineno;   // not begun: the "call" event of a function
    const PosRow *p = code_position(f->code, frame_word(f));
    if (p && p->line > 0) return p->line;
    if (f->flags & FRAME_TRACED && f->last_line > 0) return f->last_line;
    return code_last_line(f->code, frame_word(f));
}

bool thread_runs(const Thread *t, const Frame *f) {
    for (const Frame *p = t->frame; p; p = p->back) if (p == f) return true;
    return false;
}
void frames_visit_locals(Thread *t, VisitFn visit, void *arg) {
    for (const Frame *f = t->frame; f; f = f->back)
        for (uint32_t i = 0; i < f->code->nlocals; i++)
            if (value_is_object(f->regs[i])) visit(f->regs[i], arg);
}
// The thread on whose stack f is; NULL for a suspended generator. Another thread's only with the world stopped.
static Thread *frame_owner(Thread *th, Frame *f) {
    if (f->flags & FRAME_GENERATOR) {
        if (atomic_load_relaxed(&generator_of_frame(f)->state) != GEN_RUNNING) return NULL;
        if (thread_runs(th, f)) return th;
    } else {
        char *base = thread_frame_base(th);
        if ((char *)f >= base && (char *)f < th->frame_top) return th;
    }
    for (Thread *t = thread_list; t; t = t->next) if (t != th && atomic_load_relaxed(&t->in_use) && thread_runs(t, f)) return t;
    return th;
}
Value frame_object_make(Thread *th, Frame *f) {
    FrameObject *fo = NEW(FrameObject, th, &type_frame);
    if (!fo) return NO_VALUE;
    fo->trace_lines = 1;
    fo->code = (Code *)(uintptr_t)new_ref(th, VALUE_OF(f->code));
    fo->func = (Function *)(uintptr_t)new_ref(th, VALUE_OF(f->func));
    return VALUE_OF(fo);
}
// f gets the object; the reference becomes the frame's.
static void frame_object_fill(Thread *th, Frame *f, Value made_owned) {
    FrameObject *fo = AS(FrameObject, made_owned);
    if (f->flags & FRAME_HAS_LOCALS) fo->locals = new_ref(th, f->locals);
    fo->thread = frame_owner(th, f);
    fo->frame = f;
    f->frame_obj = made_owned;
    f->flags |= FRAME_HAS_OBJ;
}
Value frame_object_with(Thread *th, Frame *f, Value made) {
    if (!(f->flags & FRAME_HAS_OBJ)) frame_object_fill(th, f, new_ref(th, made));
    return new_ref(th, f->frame_obj);
}
Value frame_object(Thread *th, Frame *f) {
    if (!(f->flags & FRAME_HAS_OBJ)) {
        Value made = frame_object_make(th, f);
        if (made == NO_VALUE) return NO_VALUE;
        if (LIKELY(!(f->flags & FRAME_HAS_OBJ))) frame_object_fill(th, f, made);
        else decref(th, made);
    }
    return new_ref(th, f->frame_obj);
}
void frame_object_detach(Thread *th, Frame *f) {
    FrameObject *fo = AS(FrameObject, f->frame_obj);
    f->flags &= ~(uint32_t)FRAME_HAS_OBJ;
    if (object_is_unique(th, &fo->head)) {
        fo->frame = NULL;
        decref(th, VALUE_OF(fo));
        return;
    }
    const Code *c = f->code;
    fo->lasti = frame_word(f);
    Value *saved = c->nlocals ? mem_alloc(th, c->nlocals * sizeof(Value)) : NULL;
    if (c->nlocals && !saved) error_clear(th);
    else for (uint32_t i = 0; i < c->nlocals; i++) { saved[i] = f->regs[i]; f->regs[i] = VALUE_UNBOUND; }
    if (f->back && !(f->flags & FRAME_GENERATOR)) {     // a finished generator has no caller
        Value back = frame_object(th, f->back);
        if (back == NO_VALUE) error_clear(th);
        else fo->back = back;
    }
    atomic_store_release(&fo->saved, saved);
    atomic_store_release(&fo->thread, NULL);
    atomic_store_release(&fo->frame, NULL);
    decref(th, VALUE_OF(fo));
}

// Makes f's record stand still for reading: the caller's own, or its thread is stopped. Returns the record or NULL once it has ended.
static Frame *record_enter(Thread *th, FrameObject *fo, bool *stopped) {
    *stopped = false;
    // What the frame leaves behind is read without a lock, and may be cleared by another thread meanwhile.
    if (UNLIKELY(!object_readable(th, &fo->head))) object_mark_seen(&fo->head);
    if (!atomic_load_acquire(&fo->frame)) return NULL;
    Thread *owner = atomic_load_acquire(&fo->thread);
    if (owner != th && th->mt) { world_stop(th); *stopped = true; }
    Frame *f = atomic_load_acquire(&fo->frame);
    if (!f && *stopped) { world_start(th); *stopped = false; }
    return f;
}
static void record_leave(Thread *th, bool stopped) { if (stopped) world_start(th); }

Value frame_local_value(Thread *th, const Code *code, const Value *regs, uint32_t i) {
    Value v = atomic_load_acquire(&regs[i]); // of an ended frame, others may set it through f_locals
    if (v == VALUE_UNBOUND || v == NO_VALUE) return NO_VALUE;
    // A cell variable is a plain value until MAKE_CELL ran.
    if ((code->local_kinds[i] & LOCAL_CELL) && value_is_object(v) && atomic_load_relaxed(&value_object(v)->shape) == &shape_cell) {
        v = cell_get(th, AS(Cell, v));
        return v == VALUE_UNBOUND ? NO_VALUE : v;
    }
    return new_ref(th, v);
}
static Value free_value(Thread *th, Function *fn, size_t i) {
    if (fn->closure == NO_VALUE) return NO_VALUE;
    Value v = cell_get(th, AS(Cell, AS(Tuple, fn->closure)->items[i]));
    return v == VALUE_UNBOUND ? NO_VALUE : v;
}
// Value of variable i (locals, then free variables) of the object's frame. New reference or NO_VALUE (unbound).
static Value variable_get(Thread *th, FrameObject *fo, size_t i) {
    const Code *c = fo->code;
    if (i >= c->nlocals) return atomic_load_relaxed(&fo->cleared) ? NO_VALUE : free_value(th, fo->func, i - c->nlocals);
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    Value v = NO_VALUE;
    const Value *regs = f ? f->regs : atomic_load_acquire(&fo->saved);
    if (regs) v = frame_local_value(th, c, regs, (uint32_t)i);
    record_leave(th, stopped);
    return v;
}
static size_t variable_count(const Code *c) { return c->nlocals + AS(Tuple, c->freevars)->len; }
static Value variable_name(const Code *c, size_t i) {
    return i < c->nlocals ? AS(Tuple, c->local_names)->items[i] : AS(Tuple, c->freevars)->items[i - c->nlocals];
}
// A variable of an inlined comprehension: it is there while it is bound, in front of a variable of the same name.
static bool variable_hidden(const Code *c, size_t i) { return i < c->nlocals && (c->local_kinds[i] & LOCAL_HIDDEN); }
static Value variable_get(Thread *th, FrameObject *fo, size_t i);
static bool hidden_bound(Thread *th, FrameObject *fo, size_t i) {
    Value v = variable_get(th, fo, i);
    decref(th, v);
    return v != NO_VALUE;
}
// Sets variable i; v NO_VALUE unbinds. The old value stays alive in fo->kept, for the frame may be using it uncounted.
static int variable_set(Thread *th, FrameObject *fo, size_t i, Value v) {
    const Code *c = fo->code;
    if (i >= c->nlocals) {
        if (fo->func->closure != NO_VALUE) cell_set(th, AS(Cell, AS(Tuple, fo->func->closure)->items[i - c->nlocals]), v == NO_VALUE ? VALUE_UNBOUND : v);
        return 0;
    }
    if (fo->kept == NO_VALUE) {
        Value l = list_new(th, 0);
        if (l == NO_VALUE) return -1;
        Value none = NO_VALUE;
        if (!atomic_cas_acq_rel(&fo->kept, &none, l)) decref(th, l);
    }
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    Value *regs = f ? f->regs : atomic_load_acquire(&fo->saved), old = NO_VALUE;
    if (regs) {
        Value cur = atomic_load_acquire(&regs[i]);
        if ((c->local_kinds[i] & LOCAL_CELL) && value_is_object(cur) && atomic_load_relaxed(&value_object(cur)->shape) == &shape_cell) {
            incref(th, cur);
            record_leave(th, stopped);
            cell_set(th, AS(Cell, cur), v == NO_VALUE ? VALUE_UNBOUND : v);
            decref(th, cur);
            return 0;
        }
        old = atomic_swap_acq_rel(&regs[i], v == NO_VALUE ? VALUE_UNBOUND : new_ref(th, v));
    }
    record_leave(th, stopped);
    return value_is_object(old) ? list_append_owned(th, AS(List, fo->kept), old) : 0;
}

// ---- the f_locals proxy -----------------------------------------------------------------------------
typedef struct FrameProxy { Object head; Value frame; } FrameProxy;
static FrameObject *proxy_frame(Value self) { return AS(FrameObject, AS(FrameProxy, self)->frame); }
// Variable called key: its index, or -1. Hidden ones (of comprehensions) count only while bound.
// -2: error.
static intptr_t proxy_find(Thread *th, FrameObject *fo, Value key) {
    size_t n = variable_count(fo->code);
    if (value_is_exact_str(key)) {
        for (size_t i = 0; i < n; i++)
            if (variable_hidden(fo->code, i) && str_equal(AS(Str, variable_name(fo->code, i)), AS(Str, key)) && hidden_bound(th, fo, i)) return (intptr_t)i;
        for (size_t i = 0; i < n; i++)
            if (!variable_hidden(fo->code, i) && (variable_name(fo->code, i) == key || str_equal(AS(Str, variable_name(fo->code, i)), AS(Str, key)))) return (intptr_t)i;
        return -1;
    }
    // Anything that hashes and compares like a name stands for it.
    int64_t h = object_hash(th, key);
    if (h == -1) return -2;
    for (size_t i = 0; i < n; i++) {
        Value name = variable_name(fo->code, i);
        if (variable_hidden(fo->code, i) || str_hash(AS(Str, name)) != h) continue;
        int r = object_equal(th, name, key);
        if (r < 0) return -2;
        if (r) return (intptr_t)i;
    }
    return -1;
}
// 1 found, 0 absent, -1 error.
static int proxy_get(Thread *th, Value self, Value key, Value *out) {
    FrameObject *fo = proxy_frame(self);
    intptr_t i = proxy_find(th, fo, key);
    if (i == -2) return -1;
    if (i >= 0) {
        Value v = variable_get(th, fo, (size_t)i);
        if (v != NO_VALUE) { *out = v; return 1; }
        return error_pending(th) ? -1 : 0;
    }
    Value extra = atomic_load_acquire(&fo->extra);
    int r = extra != NO_VALUE ? dict_get(th, AS(Dict, extra), key, out) : 0;
    if (r != 0 || fo->locals == NO_VALUE) return r;
    // A class or module body seen through the proxy because a comprehension runs in it.
    if (value_is_exact_dict(fo->locals)) return dict_get(th, AS(Dict, fo->locals), key, out);
    *out = object_getitem(th, fo->locals, key);
    return *out != NO_VALUE ? 1 : error_clear_if(th, &exc_KeyError) ? 0 : -1;
}
static Value proxy_getitem(Thread *th, Value self, Value key) {
    Value v;
    int r = proxy_get(th, self, key, &v);
    if (r > 0) return v;
    if (r == 0) {
        if (value_is_str(key) && proxy_find(th, proxy_frame(self), key) < 0) raise_error(th, &exc_KeyError, "local variable '%S' is not defined", key);
        else raise_key_error(th, key);
    }
    return NO_VALUE;
}
static Value proxy_extra(Thread *th, FrameObject *fo) {
    Value d = atomic_load_acquire(&fo->extra);
    if (d != NO_VALUE) return d;
    d = dict_new(th);
    Value none = NO_VALUE;
    if (d != NO_VALUE && !atomic_cas_acq_rel(&fo->extra, &none, d)) { decref(th, d); d = none; }
    return d;
}
static int proxy_setitem(Thread *th, Value self, Value key, Value v) {
    FrameObject *fo = proxy_frame(self);
    intptr_t i = proxy_find(th, fo, key);
    if (i == -2) return -1;
    if (i >= 0) {
        if (v == NO_VALUE) { raise_value_error(th, "cannot remove local variables from FrameLocalsProxy"); return -1; }
        return variable_set(th, fo, (size_t)i, v);
    }
    if (v == NO_VALUE) {
        Value extra = atomic_load_acquire(&fo->extra);
        int r = extra != NO_VALUE ? dict_delete(th, AS(Dict, extra), key) : 0;
        if (r == 0) raise_key_error(th, key);
        return r > 0 ? 0 : -1;
    }
    Value extra = proxy_extra(th, fo);
    return extra == NO_VALUE ? -1 : dict_set(th, AS(Dict, extra), key, v);
}
static int proxy_contains(Thread *th, Value self, Value key) {
    Value v;
    int r = proxy_get(th, self, key, &v);
    if (r > 0) decref(th, v);
    return r;
}
// Puts variable i, whose value is v (consumed; NO_VALUE: unbound), into d. 0 or -1.
static int snapshot_put(Thread *th, Dict *d, const Code *c, size_t i, Value v) {
    if (v == NO_VALUE) return 0;
    int r = dict_set(th, d, variable_name(c, i), v);
    decref(th, v);
    return r;
}
// A Dict with everything that is bound now: the registers as they are at one moment.
static Value snapshot(Thread *th, FrameObject *fo) {
    const Code *c = fo->code;
    size_t n = variable_count(c);
    Value d = dict_new(th), *v = d != NO_VALUE ? mem_calloc(th, n + 1, sizeof(Value)) : NULL;
    if (!v) { decref(th, d); return NO_VALUE; }
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    const Value *regs = f ? f->regs : atomic_load_acquire(&fo->saved);
    for (uint32_t i = 0; regs && i < c->nlocals; i++) v[i] = frame_local_value(th, c, regs, i);
    record_leave(th, stopped);
    for (size_t i = c->nlocals; i < n; i++) v[i] = variable_get(th, fo, i);
    int r = 0;
    for (size_t k = 0; k < 2 * n; k++) { // hidden ones in the second round: they go over the others
        size_t i = k % n;
        if (variable_hidden(c, i) != (k >= n)) continue;
        if (r == 0) r = snapshot_put(th, AS(Dict, d), c, i, v[i]);
        else decref(th, v[i]);
    }
    mem_free(v);
    Value extra = atomic_load_acquire(&fo->extra);
    if (r < 0 || (extra != NO_VALUE && dict_update(th, AS(Dict, d), extra) < 0)) { decref(th, d); return NO_VALUE; }
    return d;
}
static Value proxy_dict(Thread *th, Value self) { return snapshot(th, proxy_frame(self)); }
static intptr_t proxy_len(Thread *th, Value self) {
    Value d = proxy_dict(th, self);
    if (d == NO_VALUE) return -1;
    intptr_t n = (intptr_t)dict_len(AS(Dict, d));
    decref(th, d);
    return n;
}
static Value with_dict(Thread *th, Value self, Value (*fn)(Thread *, Value)) {
    Value d = proxy_dict(th, self);
    if (d == NO_VALUE) return d;
    Value r = fn(th, d);
    decref(th, d);
    return r;
}
static Value proxy_iter(Thread *th, Value self) { return with_dict(th, self, object_iter); }
static Value proxy_repr(Thread *th, Value self) {
    int r = repr_enter(th, self);
    if (r) return r < 0 ? NO_VALUE : str_from_cstr(th, "{...}");
    if (thread_c_recursion(th, " while getting the repr of an object") < 0) { repr_leave(th, self); return NO_VALUE; }
    Value v = with_dict(th, self, object_repr);
    repr_leave(th, self);
    return v;
}
static Value dict_keys_of(Thread *th, Value d) { return dict_keys_list(th, AS(Dict, d)); }
static Value dict_values_of(Thread *th, Value d) { return dict_values_list(th, AS(Dict, d)); }
static Value dict_items_of(Thread *th, Value d) { return dict_items_list(th, AS(Dict, d)); }
static Value proxy_meth_keys(Thread *th, Value self, Value *a) { return with_dict(th, self, dict_keys_of); }
static Value proxy_meth_values(Thread *th, Value self, Value *a) { return with_dict(th, self, dict_values_of); }
static Value proxy_meth_items(Thread *th, Value self, Value *a) { return with_dict(th, self, dict_items_of); }
static Value proxy_meth_copy(Thread *th, Value self, Value *a) { return proxy_dict(th, self); }
static Value proxy_meth_reversed(Thread *th, Value self, Value *a) {
    Value d = proxy_dict(th, self);
    if (d == NO_VALUE) return d;
    Value keys = dict_keys_list(th, AS(Dict, d));
    decref(th, d);
    if (keys == NO_VALUE) return keys;
    size_t n = list_len(AS(List, keys));
    Value *v = list_items_raw(AS(List, keys));
    for (size_t i = 0; i < n / 2; i++) { Value t = v[i]; v[i] = v[n - 1 - i]; v[n - 1 - i] = t; }
    return keys;
}
static Value proxy_meth_get(Thread *th, Value self, Value *a) {
    Value v;
    int r = proxy_get(th, self, a[0], &v);
    if (r < 0) return NO_VALUE;
    return r ? v : a[1] == NO_VALUE ? VALUE_NONE : new_ref(th, a[1]);
}
static Value proxy_meth_setdefault(Thread *th, Value self, Value *a) {
    Value v;
    int r = proxy_get(th, self, a[0], &v);
    if (r < 0) return NO_VALUE;
    if (r) return v;
    v = a[1] == NO_VALUE ? VALUE_NONE : a[1];
    return proxy_setitem(th, self, a[0], v) < 0 ? NO_VALUE : new_ref(th, v);
}
static Value proxy_meth_pop(Thread *th, Value self, Value *a) {
    FrameObject *fo = proxy_frame(self);
    intptr_t i = proxy_find(th, fo, a[0]);
    if (i == -2) return NO_VALUE;
    if (i >= 0) return raise_value_error(th, "cannot remove local variables from FrameLocalsProxy");
    Value v, extra = atomic_load_acquire(&fo->extra);
    int r = extra != NO_VALUE ? dict_pop(th, AS(Dict, extra), a[0], &v) : 0;
    if (r < 0) return NO_VALUE;
    if (r) return v;
    return a[1] != NO_VALUE ? new_ref(th, a[1]) : raise_key_error(th, a[0]);
}
static int update_from(Thread *th, Value self, Value other) {
    Value d = dict_new(th);
    if (d == NO_VALUE) return -1;
    int r = dict_update(th, AS(Dict, d), other);
    size_t pos = 0;
    Value k, v;
    while (r == 0 && dict_next(th, AS(Dict, d), &pos, &k, &v)) {
        r = proxy_setitem(th, self, k, v);
        decref(th, k);
        decref(th, v);
    }
    decref(th, d);
    return r;
}
static Value proxy_meth_update(Thread *th, Value self, Value *a) {
    if (!value_is_dict(a[0]) && !value_is_exact(a[0], &type_frame_locals_proxy)) return raise_type_error(th, "update() argument must be dict or another FrameLocalsProxy");
    return update_from(th, self, a[0]) < 0 ? NO_VALUE : VALUE_NONE;
}
static bool dict_like(Value v) { return value_is_dict(v) || value_is_exact(v, &type_frame_locals_proxy); }
static Value proxy_or(Thread *th, Value a, Value b) {
    if (!dict_like(a) || !dict_like(b)) return VALUE_NOT_IMPLEMENTED;
    Value d = dict_new(th);
    if (d != NO_VALUE && (dict_update(th, AS(Dict, d), a) < 0 || dict_update(th, AS(Dict, d), b) < 0)) { decref(th, d); d = NO_VALUE; }
    return d;
}
static Value proxy_ior(Thread *th, Value a, Value b) {
    if (!dict_like(b)) return VALUE_NOT_IMPLEMENTED;
    return update_from(th, a, b) < 0 ? NO_VALUE : new_ref(th, a);
}
static Value proxy_compare(Thread *th, Value a, Value b, int op) {
    if (op != CMP_EQ && op != CMP_NE) return VALUE_NOT_IMPLEMENTED;
    if (value_is_exact(b, &type_frame_locals_proxy)) return value_bool((proxy_frame(a) == proxy_frame(b)) == (op == CMP_EQ));
    if (!value_is_dict(b)) return VALUE_NOT_IMPLEMENTED;
    Value d = proxy_dict(th, a);
    if (d == NO_VALUE) return d;
    Value r = object_compare(th, d, b, op);
    decref(th, d);
    return r;
}
static Value proxy_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    if (kwnames != NO_VALUE) return raise_type_error(th, "FrameLocalsProxy takes no keyword arguments");
    if (nargs != 1) return raise_type_error(th, "FrameLocalsProxy expected 1 argument, got %zu", nargs);
    if (!value_is_exact(args[0], &type_frame)) return raise_type_error(th, "expect frame, not %T", args[0]);
    FrameProxy *p = NEW(FrameProxy, th, type);
    if (!p) return NO_VALUE;
    p->frame = new_ref(th, args[0]);
    return VALUE_OF(p);
}
static void proxy_dealloc(Thread *th, Object *self) { clear_ref(th, &((FrameProxy *)self)->frame); object_free(th, self); }
static int proxy_traverse(Object *self, VisitFn visit, void *arg) { Value v = ((FrameProxy *)self)->frame; return v ? visit(v, arg) : 0; }
static const MethodDef proxy_methods[] = {
    
    {"copy", "(self, /)", proxy_meth_copy, "Create a copy of the FrameLocalsProxy."},
    {"get", "(self, key, default=None, /)", proxy_meth_get, "Return the value for key if key is in the mapping."},
    {"items", "(self, /)", proxy_meth_items, "Return a list of all items."}, {"keys", "(self, /)", proxy_meth_keys, "Return a list of all keys."},
    {"pop", "(self, key, default=None, /)", proxy_meth_pop, "Remove a key that is no local variable."},
    {"__reversed__", "(self, /)", proxy_meth_reversed, NULL}, {"setdefault", "(self, key, default=None, /)", proxy_meth_setdefault, NULL},
    {"update", "(self, other, /)", proxy_meth_update, NULL}, {"values", "(self, /)", proxy_meth_values, "Return a list of all values."}, {0}
};
TYPE_DEFINE(frame_locals_proxy, "FrameLocalsProxy", sizeof(FrameProxy), TYPE_TRACED | TYPE_MAPPING_PATTERN, .methods = proxy_methods,
            .slots = { .new_ = proxy_new, .repr = proxy_repr, .compare = proxy_compare, .hash = NULL, .iter = proxy_iter, .len = proxy_len, .getitem = proxy_getitem,
                       .setitem = proxy_setitem, .contains = proxy_contains, .or_ = proxy_or, .ior = proxy_ior, .dealloc = proxy_dealloc, .traverse = proxy_traverse })

Value frame_object_locals(Thread *th, FrameObject *fo) {
    Value m = atomic_load_acquire(&fo->locals);
    if (m != NO_VALUE && !(fo->code->flags & CO_OPTIMIZED)) {
        bool hidden = false;
        for (uint32_t i = 0; !hidden && i < fo->code->nlocals; i++) hidden = variable_hidden(fo->code, i) && hidden_bound(th, fo, i);
        if (!hidden) return new_ref(th, m);
    }
    FrameProxy *p = NEW(FrameProxy, th, &type_frame_locals_proxy);
    if (!p) return NO_VALUE;
    p->frame = new_ref(th, VALUE_OF(fo));
    return VALUE_OF(p);
}
Value frame_locals_snapshot(Thread *th, Frame *f) {
    if (f->flags & FRAME_HAS_LOCALS) {
        if (!(f->code->flags & CO_OPTIMIZED)) {
            // Comprehension variables inlined into a class or module body show up in a copy.
            bool hidden = false;
            for (uint32_t i = 0; i < f->code->nlocals; i++) if ((f->code->local_kinds[i] & LOCAL_HIDDEN) && f->regs[i] != VALUE_UNBOUND) hidden = true;
            if (!hidden) return new_ref(th, f->locals);
            Value d = dict_new(th);
            if (d == NO_VALUE || dict_update(th, AS(Dict, d), f->locals) < 0) { decref(th, d); return NO_VALUE; }
            for (uint32_t i = 0; i < f->code->nlocals; i++) {
                Value v = frame_local_value(th, f->code, f->regs, i);
                if (v == NO_VALUE) continue;
                int r = dict_set(th, AS(Dict, d), AS(Tuple, f->code->local_names)->items[i], v);
                decref(th, v);
                if (r < 0) { decref(th, d); return NO_VALUE; }
            }
            return d;
        }
    } else if (!(f->code->flags & CO_OPTIMIZED)) return new_ref(th, VALUE_OF(f->func->globals));
    Value d = dict_new(th);
    if (d == NO_VALUE) return d;
    for (size_t i = 0; i < variable_count(f->code); i++) {
        Value v = i < f->code->nlocals ? frame_local_value(th, f->code, f->regs, (uint32_t)i) : free_value(th, f->func, i - f->code->nlocals);
        if (v == NO_VALUE) continue;
        int r = dict_set(th, AS(Dict, d), variable_name(f->code, i), v);
        decref(th, v);
        if (r < 0) { decref(th, d); return NO_VALUE; }
    }
    if (f->flags & FRAME_HAS_OBJ && AS(FrameObject, f->frame_obj)->extra != NO_VALUE &&
        dict_update(th, AS(Dict, d), AS(FrameObject, f->frame_obj)->extra) < 0) { decref(th, d); return NO_VALUE; }
    return d;
}

// ---- the type -----------------------------------------------------------------------------------------
static Value get_back(Thread *th, Value self) {
    FrameObject *fo = AS(FrameObject, self);
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    if (!f) {
        Value v = atomic_load_acquire(&fo->back);
        return v == NO_VALUE ? VALUE_NONE : new_ref(th, v);
    }
    Value v = f->back ? frame_object(th, f->back) : VALUE_NONE;
    record_leave(th, stopped);
    return v;
}
static Value get_code(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(FrameObject, self)->code)); }
static uint32_t word_of(Thread *th, FrameObject *fo) {
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    uint32_t w = f ? frame_word(f) : fo->lasti;
    record_leave(th, stopped);
    return w;
}
static Value get_lineno(Thread *th, Value self) {
    FrameObject *fo = AS(FrameObject, self);
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    bool fresh = f && f->pc == f->code->instrs, at_opcode = f && (f->flags & FRAME_AT_OPCODE);
    uint32_t w = f ? frame_word(f) : fo->lasti;
    record_leave(th, stopped);
    if (fresh) return value_imm_int(fo->code->firstlineno);
    const PosRow *p = code_position(fo->code, w);
    if (p && p->line > 0) return value_imm_int(p->line);
    if (at_opcode) return VALUE_NONE;
    int line = f && !stopped ? frame_lineno(f) : code_last_line(fo->code, w);
    if (line > 0) return value_imm_int(line);
    unsigned op = instr_op(atomic_load_relaxed(&fo->code->instrs[w]));
    return op == OP_RESUME || op == OP_RETURN_CONST ? value_imm_int(0) : VALUE_NONE;   // the latter: a module without statements
}
static int set_lineno(Thread *th, Value self, Value v) {
    FrameObject *fo = AS(FrameObject, self);
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted"); return -1; }
    if (!value_is_exact(v, &type_int)) { raise_value_error(th, "lineno must be an integer"); return -1; }
    Frame *f = atomic_load_acquire(&fo->thread) == th ? atomic_load_acquire(&fo->frame) : NULL;
    if (!f || trace_event(th) == TRACE_EVENT_NONE) { raise_value_error(th, "f_lineno can only be set in a trace function"); return -1; }
    if (!value_is_imm_int(v) || value_imm_int_get(v) != (int32_t)value_imm_int_get(v)) { raise_value_error(th, "lineno out of range"); return -1; }
    return frame_jump(th, f, (int)value_imm_int_get(v));
}
static Value get_lasti(Thread *th, Value self) {
    FrameObject *fo = AS(FrameObject, self);
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    bool fresh = f && f->pc == f->code->instrs;
    uint32_t w = f ? frame_word(f) : fo->lasti;
    record_leave(th, stopped);
    return value_imm_int(fresh ? 0 : code_lasti(th, fo->code, w));
}
static Value get_globals(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(FrameObject, self)->func->globals)); }
static Value get_builtins(Thread *th, Value self) { return new_ref(th, VALUE_OF(AS(FrameObject, self)->func->builtins)); }
static Value get_locals(Thread *th, Value self) { return frame_object_locals(th, AS(FrameObject, self)); }
static Value get_trace(Thread *th, Value self) { Value v = atomic_load_acquire(&AS(FrameObject, self)->trace); return v == NO_VALUE ? VALUE_NONE : new_ref(th, v); }
static int set_trace(Thread *th, Value self, Value v) {
    FrameObject *fo = AS(FrameObject, self);
    if (v == VALUE_NONE) v = NO_VALUE;
    incref(th, v);
    Value old = atomic_swap_acq_rel(&fo->trace, v);
    container_release(th, &fo->head, old);
    return 0;
}
static Value get_trace_lines(Thread *th, Value self) { return value_bool(AS(FrameObject, self)->trace_lines); }
static int set_bool(Thread *th, uint8_t *p, Value v) {
    if (!value_is_bool(v)) { raise_type_error(th, "attribute value type must be bool"); return -1; }
    atomic_store_relaxed(p, (uint8_t)(v == VALUE_TRUE));
    return 0;
}
static int set_trace_lines(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) { raise_type_error(th, "can't delete numeric/char attribute"); return -1; }
    return set_bool(th, &AS(FrameObject, self)->trace_lines, v);
}
static Value get_trace_opcodes(Thread *th, Value self) { return value_bool(AS(FrameObject, self)->trace_opcodes); }
static int set_trace_opcodes(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) { raise_error(th, &exc_AttributeError, "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted"); return -1; }
    return set_bool(th, &AS(FrameObject, self)->trace_opcodes, v);
}
// The generator whose frame this is, as a new reference, None for another frame, or NO_VALUE (no exception): the frame has ended.
static Value frame_generator(Thread *th, FrameObject *fo) {
    bool stopped;
    Frame *f = record_enter(th, fo, &stopped);
    Value v = f ? VALUE_NONE : NO_VALUE;
    if (f && (f->flags & FRAME_GENERATOR)) {
        v = VALUE_OF(generator_of_frame(f));
        if (!object_try_incref(th, value_object(v))) v = NO_VALUE; // its release has begun
    }
    record_leave(th, stopped);
    return v;
}
static Value get_generator(Thread *th, Value self) {
    Value v = frame_generator(th, AS(FrameObject, self));
    return v == NO_VALUE ? VALUE_NONE : v;
}
static Value meth_clear(Thread *th, Value self, Value *a) {
    FrameObject *fo = AS(FrameObject, self);
    Value gen = frame_generator(th, fo);
    if (gen == VALUE_NONE) return raise_error(th, &exc_RuntimeError, "cannot clear an executing frame");
    if (gen != NO_VALUE) {
        uint32_t s = generator_state(AS(Generator, gen));
        if (s == GEN_CREATED) generator_finalize(th, gen);    // nothing runs, but a coroutine warns
        decref(th, gen);
        if (s == GEN_RUNNING) return raise_error(th, &exc_RuntimeError, "cannot clear an executing frame");
        if (s == GEN_SUSPENDED) return raise_error(th, &exc_RuntimeError, "cannot clear a suspended frame");
    }
    Value *saved = atomic_swap_acq_rel(&fo->saved, (Value *)NULL);
    atomic_store_relaxed(&fo->cleared, (uint8_t)1);
    if (saved) {
        for (uint32_t i = 0; i < fo->code->nlocals; i++) container_release(th, &fo->head, saved[i]);
        container_free(th, &fo->head, saved);
    }
    Value old = atomic_swap_acq_rel(&fo->extra, NO_VALUE);
    container_release(th, &fo->head, old);
    return VALUE_NONE;
}
static Value meth_sizeof(Thread *th, Value self, Value *a) { return value_imm_int((int64_t)(sizeof(FrameObject) + AS(FrameObject, self)->code->nregs * sizeof(Value))); }
static Value slot_repr(Thread *th, Value self) {
    FrameObject *fo = AS(FrameObject, self);
    const PosRow *p = code_position(fo->code, word_of(th, fo));
    return str_format(th, "<frame at %p, file %R, line %d, code %U>", (void *)fo, fo->code->filename, p ? p->line : 0, fo->code->name);
}
static void dealloc(Thread *th, Object *self) {
    FrameObject *fo = (FrameObject *)self;
    if (fo->saved) {
        for (uint32_t i = 0; i < fo->code->nlocals; i++) decref(th, fo->saved[i]);
        mem_free(fo->saved);
        fo->saved = NULL;
    }
    clear_ref(th, &fo->locals); clear_ref(th, &fo->extra); clear_ref(th, &fo->kept); clear_ref(th, &fo->trace);
    Value back = fo->back, code = VALUE_OF(fo->code), func = VALUE_OF(fo->func);
    fo->back = NO_VALUE;
    object_free(th, self);
    decref(th, code);
    decref(th, func);
    decref(th, back);
}
static int traverse(Object *self, VisitFn visit, void *arg) {
    FrameObject *fo = (FrameObject *)self;
    int r;
#define VISIT(v) do { Value v_ = (v); if (value_is_object(v_) && (r = visit(v_, arg))) return r; } while (0)
    VISIT(fo->locals); VISIT(fo->extra); VISIT(fo->kept); VISIT(fo->trace); VISIT(fo->back);
    VISIT(VALUE_OF(fo->code)); VISIT(VALUE_OF(fo->func));
    if (fo->saved) for (uint32_t i = 0; i < fo->code->nlocals; i++) VISIT(fo->saved[i]);
#undef VISIT
    return 0;
}
static void clear(Thread *th, Object *self) {
    FrameObject *fo = (FrameObject *)self;
    Value *saved = fo->saved;
    fo->saved = NULL;
    if (saved) {
        for (uint32_t i = 0; i < fo->code->nlocals; i++) decref(th, saved[i]);
        mem_free(saved);
    }
    clear_ref(th, &fo->locals); clear_ref(th, &fo->extra); clear_ref(th, &fo->kept); clear_ref(th, &fo->trace); clear_ref(th, &fo->back);
}
static const MethodDef methods[] = {
    {"clear", "(self, /)", meth_clear, "Clear all references held by the frame."},
    {"__sizeof__", "(self, /)", meth_sizeof, "Return the size of the frame in memory, in bytes."}, {0}
};
static const GetSetDef getsets[] = {
    {"f_back", get_back, NULL, "Return the previous stack frame."}, {"f_code", get_code, NULL, "Return the code object being executed in this frame."},
    {"f_lineno", get_lineno, set_lineno, "Return the current line number in the frame."}, {"f_lasti", get_lasti, NULL, "Return the index of the last attempted instruction."},
    {"f_globals", get_globals, NULL, "Return the global variables in the frame."}, {"f_builtins", get_builtins, NULL, "Return the built-in variables in the frame."},
    {"f_locals", get_locals, NULL, "Return the mapping used by the frame to look up local variables."}, {"f_trace", get_trace, set_trace, "Return the trace function for this frame, or None."},
    {"f_trace_lines", get_trace_lines, set_trace_lines, NULL}, {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, NULL},
    {"f_generator", get_generator, NULL, "Return the generator or coroutine associated with this frame, or None."}, {0}
};
TYPE_DEFINE(frame, "frame", sizeof(FrameObject), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = methods, .getsets = getsets,
            .slots = { .repr = slot_repr, .dealloc = dealloc, .traverse = traverse, .clear = clear })
