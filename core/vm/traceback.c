// SPDX-License-Identifier: MIT
// traceback objects: one entry per frame that an exception passed. `next` may be set from Python; the rest never changes.
#include "core/object/exception.h"
#include "core/object/abstract.h"
#include "core/object/int.h"
#include "core/object/call.h"
#include "core/object/list.h"
#include "core/object/tuple.h"
#include "core/object/str.h"
#include "core/code/view.h"
#include "core/vm/frame.h"

// An entry for a place where the machine was: its `lasti` is the number of the word, and line and offset are looked up when somebody asks.
enum { LINENO_OF_WORD = INT32_MIN };

int traceback_add(Thread *th, Value exc, Frame *f, uint32_t word) {
    Value fo = frame_object(th, f);
    if (fo == NO_VALUE) return -1;
    Traceback *t = NEW(Traceback, th, &type_traceback);
    if (!t) { decref(th, fo); return -1; }
    Exception *e = AS(Exception, exc);
    t->frame = fo;
    t->lasti = (int32_t)word;
    t->lineno = LINENO_OF_WORD;
    if (LIKELY(!th->mt)) {    // the entry takes over the exception's reference
        t->next = e->traceback;
        e->traceback = VALUE_OF(t);
        return 0;
    }
    // Another thread may have read the old entry and be about to count it: it is let go as what others see is.
    t->next = new_ref(th, atomic_load_acquire(&e->traceback));
    Value old = atomic_swap_acq_rel(&e->traceback, VALUE_OF(t));
    container_release(th, &e->head, old);
    return 0;
}

static Value traceback_new(Thread *th, Type *type, const Value *args, size_t nargs, Value kwnames) {
    static NativeSig *sig;
    Value a[4];
    if (native_args_bind(th, &sig, "TracebackType", "(tb_next, tb_frame, tb_lasti, tb_lineno)", args, nargs, kwnames, a) < 0) return NO_VALUE;
    if (a[0] != VALUE_NONE && !value_is_exact(a[0], &type_traceback)) return raise_type_error(th, "expected traceback object or None, got '%T'", a[0]);
    if (!value_is_exact(a[1], &type_frame)) return raise_type_error(th, "TracebackType() argument 'tb_frame' must be frame, not %T", a[1]);
    int lasti, line;
    if (number_as_int(th, a[2], &lasti) < 0 || number_as_int(th, a[3], &line) < 0) return NO_VALUE;
    Traceback *t = NEW(Traceback, th, type);
    if (!t) return NO_VALUE;
    t->next = a[0] == VALUE_NONE ? NO_VALUE : new_ref(th, a[0]);
    t->frame = new_ref(th, a[1]);
    t->lasti = lasti;
    t->lineno = line;
    if (line == -1) {    // that of the offset
        Code *c = AS(FrameObject, a[1])->code;
        uint32_t w = code_word(th, c, lasti);
        const PosRow *p = w != UINT32_MAX ? code_position(c, w) : NULL;
        t->lineno = p && p->line > 0 ? p->line : 0;
    }
    return VALUE_OF(t);
}
static Value get_next(Thread *th, Value self) {
    Value v = atomic_load_acquire(&AS(Traceback, self)->next);
    return v == NO_VALUE ? VALUE_NONE : new_ref(th, v);
}
static int set_next(Thread *th, Value self, Value v) {
    if (v == NO_VALUE) { raise_type_error(th, "can't delete tb_next attribute"); return -1; }
    if (v == VALUE_NONE) v = NO_VALUE;
    else if (!value_is_exact(v, &type_traceback)) { raise_type_error(th, "expected traceback object, got '%T'", v); return -1; }
    for (Value t = v; t != NO_VALUE; t = AS(Traceback, t)->next)
        if (t == self) { raise_value_error(th, "traceback loop detected"); return -1; }
    incref(th, v);
    Value old = atomic_swap_acq_rel(&AS(Traceback, self)->next, v);
    container_release(th, value_object(self), old);
    return 0;
}
static Value get_frame(Thread *th, Value self) { return new_ref(th, AS(Traceback, self)->frame); }
static Value get_lasti(Thread *th, Value self) {
    Traceback *t = AS(Traceback, self);
    return value_imm_int(t->lineno == LINENO_OF_WORD ? (int64_t)code_lasti(th, AS(FrameObject, t->frame)->code, (uint32_t)t->lasti) : t->lasti);
}
int traceback_lineno(const Traceback *t) {
    if (t->lineno != LINENO_OF_WORD) return t->lineno;
    const PosRow *p = code_position(AS(FrameObject, t->frame)->code, (uint32_t)t->lasti);
    return p && p->line > 0 ? p->line : 0;
}
static Value get_lineno(Thread *th, Value self) { int n = traceback_lineno(AS(Traceback, self)); return n > 0 ? value_imm_int(n) : VALUE_NONE; }
static Value meth_dir(Thread *th, Value self, Value *a) {
    static const char *const names[] = {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"};
    Value l = list_new(th, 4);
    for (size_t i = 0; l != NO_VALUE && i < 4; i++) {
        Value s = str_intern_cstr(th, names[i]);
        if (s == NO_VALUE || list_append_owned(th, AS(List, l), s) < 0) { decref(th, l); return NO_VALUE; }
    }
    return l;
}
static void dealloc(Thread *th, Object *self) {
    Traceback *t = (Traceback *)self;
    // A long chain is taken apart one by one.
    Value next = t->next;
    t->next = NO_VALUE;
    clear_ref(th, &t->frame);
    object_free(th, self);
    decref(th, next);
}
static int traverse(Object *self, VisitFn visit, void *arg) {
    Traceback *t = (Traceback *)self;
    int r;
    if (t->next != NO_VALUE && (r = visit(t->next, arg))) return r;
    return t->frame != NO_VALUE ? visit(t->frame, arg) : 0;
}
static void clear(Thread *th, Object *self) { clear_ref(th, &((Traceback *)self)->next); }
static const MethodDef methods[] = { {"__dir__", "(self, /)", meth_dir, NULL, METH_NO_TEXT_SIG}, {0} };
static const GetSetDef getsets[] = {
    {"tb_next", get_next, set_next, "Return the next traceback object, or None."},
    {"tb_frame", get_frame, NULL, "Return the current frame."}, {"tb_lasti", get_lasti, NULL, "Return the last instruction index."},
    {"tb_lineno", get_lineno, NULL, "Return the current line number."}, {0}
};
TYPE_DEFINE(traceback, "traceback", sizeof(Traceback), TYPE_TRACED, .methods = methods, .getsets = getsets,
            .doc = "Create a new traceback object.", .slots = { .new_ = traceback_new, .dealloc = dealloc, .traverse = traverse, .clear = clear })
