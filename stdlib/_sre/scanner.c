// SPDX-License-Identifier: MIT
// Scanners and the iterators of finditer(): a search that goes on where it stopped. One thread at a time may step one: the
// busy flag is taken by compare-and-swap, a second thread waits for nothing but gets ValueError (scanner) or tries again
// (iterator, whose steps are short); the search itself runs without a lock.
#include <sched.h>

#include "stdlib/_sre/_sre_int.h"

typedef struct Scanner {
    Object head;
    Value pattern, string;  // [c]
    size_t pos, endpos;     // [c] as given, clipped
    size_t next;            // [busy] where to go on
    uint32_t busy;          // [a] id of the thread that is stepping, 0: none
    bool done, ready;       // [busy] exhausted; subject and state are set up
    Subject subject;        // [busy]
    SreState state;         // [busy]
} Scanner;

Value scanner_new(Thread *th, Type *type, Value pattern, Value string, Value pos, Value endpos) {
    Scanner *s = object_new(th, type, 0);
    if (!s) return NO_VALUE;
    if (subject_get_for(th, AS(Pattern, pattern), string, &s->subject) == 0) {
        if (range_args(th, pos, endpos, s->subject.len, &s->pos, &s->endpos) == 0 &&
            run_init(th, &s->state, AS(Pattern, pattern), &s->subject, s->endpos) == 0) {
            s->pattern = new_ref(th, pattern);
            s->string = new_ref(th, string);
            s->next = s->pos;
            s->done = s->pos > s->endpos;
            s->ready = true;
            return VALUE_OF(s);
        }
        subject_release(th, &s->subject);
    }
    decref(th, VALUE_OF(s));
    return NO_VALUE;
}

// One step with the busy flag held: a Match, or None at the end.
static Value step(Thread *th, Scanner *s, bool search) {
    if (s->done) return VALUE_NONE;
    s->state.poll_arg = th;
    int r = search ? run_search(th, &s->state, s->next) : run_match(th, &s->state, s->next);
    if (r < 0) return NO_VALUE;
    if (r == 0) {
        s->done = true;
        return VALUE_NONE;
    }
    Value m = match_new(th, s->pattern, s->string, &s->state, s->pos, s->endpos);
    if (!m) return NO_VALUE;
    s->state.must_advance = s->state.match_end == s->state.match_start;
    s->next = s->state.match_end;
    return m;
}

static bool begin(Thread *th, Scanner *s) {
    uint32_t nobody = 0;
    return atomic_cas_acq_rel(&s->busy, &nobody, th->tid);
}

static Value scanner_step(Thread *th, Value self, bool search) {
    Scanner *s = AS(Scanner, self);
    if (!begin(th, s)) return raise_value_error(th, "regular expression scanner already executing");
    Value v = step(th, s, search);
    atomic_store_release(&s->busy, 0);
    return v;
}

static Value scanner_meth_match(Thread *th, Value self, Value *args) { return scanner_step(th, self, false); }
static Value scanner_meth_search(Thread *th, Value self, Value *args) { return scanner_step(th, self, true); }

static Value iterator_slot_next(Thread *th, Value self) {
    Scanner *s = AS(Scanner, self);
    while (UNLIKELY(!begin(th, s))) {
        // A signal handler of this thread that interrupted its own step must not wait.
        if (atomic_load_relaxed(&s->busy) == th->tid) return raise_value_error(th, "regular expression scanner already executing");
        BLOCKING_BEGIN(th);
        sched_yield();
        BLOCKING_END;
        if (thread_safepoint(th) < 0) return NO_VALUE;
    }
    Value v = step(th, s, true);
    atomic_store_release(&s->busy, 0);
    return v == VALUE_NONE ? NO_VALUE : v;
}

static Value iterator_slot_iter(Thread *th, Value self) { return new_ref(th, self); }

static void scanner_dealloc(Thread *th, Object *self) {
    Scanner *s = (Scanner *)self;
    if (s->ready) {
        sre_state_free(&s->state);
        subject_release(th, &s->subject);
    }
    decref(th, s->pattern);
    decref(th, s->string);
    object_free(th, self);
}

static int scanner_traverse(Object *self, VisitFn visit, void *arg) {
    Scanner *s = (Scanner *)self;
    int r = s->pattern ? visit(s->pattern, arg) : 0;
    if (!r && s->string) r = visit(s->string, arg);
    if (!r && s->ready && s->subject.has_buffer && s->subject.buffer.obj) r = visit(s->subject.buffer.obj, arg);
    return r;
}

static const MethodDef scanner_methods[] = {{"match", "(self, /)", scanner_meth_match, NULL, 0},
                                            {"search", "(self, /)", scanner_meth_search, NULL, 0},
                                            {0}};
static const MemberDef scanner_members[] = {{"pattern", offsetof(Scanner, pattern), MEMBER_VALUE | MEMBER_READONLY, NULL}, {0}};

TYPE_DEFINE(sre_scanner, "_sre.SRE_Scanner", sizeof(Scanner), TYPE_TRACED | TYPE_NO_INSTANTIATE, .methods = scanner_methods,
            .members = scanner_members, .slots = {.dealloc = scanner_dealloc, .traverse = scanner_traverse})
TYPE_DEFINE(sre_iterator, "callable_iterator", sizeof(Scanner), TYPE_TRACED | TYPE_NO_INSTANTIATE | TYPE_ITERATOR,
            .slots = {.dealloc = scanner_dealloc, .traverse = scanner_traverse, .iter = iterator_slot_iter, .next = iterator_slot_next})
