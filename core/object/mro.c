// SPDX-License-Identifier: MIT
// The method resolution order: C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for Dylan", 1996), and
// metatypes' own mro(). Works on borrowed tuples that live until the next safepoint at least; no locks.
#include "core/object/dict.h"
#include "core/object/list.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/object/type_int.h"

static bool in_tail(Tuple *t, size_t from, Value v) {
    for (size_t i = from + 1; i < t->len; i++)
        if (t->items[i] == v) return true;
    return false;
}

static Value mro_conflict(Thread *th, Tuple **seqs, const size_t *at, size_t n) {
    StrBuilder b;
    str_builder_init(&b, th);
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        if (at[i] >= seqs[i]->len) continue;
        Value v = seqs[i]->items[at[i]];
        bool seen = false;
        for (size_t k = 0; k < i; k++) seen |= at[k] < seqs[k]->len && seqs[k]->items[at[k]] == v;
        if (seen) continue;
        if (!first) str_builder_cstr(&b, ", ");
        first = false;
        if (value_is_type(v)) str_builder_str(&b, atomic_load_acquire(&AS(Type, v)->name_obj));
    }
    Value text = str_builder_finish(&b);
    if (!text) return NO_VALUE;
    raise_type_error(th, "Cannot create a consistent method resolution order (MRO) for bases %U", text);
    decref(th, text);
    return NO_VALUE;
}

Value mro_compute(Thread *th, Type *t, Value bases_v) {
    Tuple *bases = AS(Tuple, bases_v);
    for (size_t i = 0; i < bases->len; i++) {
        Type *b = AS(Type, bases->items[i]);
        if (!atomic_load_acquire(&b->mro)) return raise_type_error(th, "Cannot extend an incomplete type '%.100s'", b->name);
    }
    if (bases->len == 1) {
        Tuple *up = AS(Tuple, atomic_load_acquire(&AS(Type, bases->items[0])->mro));
        Tuple *m = tuple_new(th, up->len + 1);
        if (!m) return NO_VALUE;
        m->items[0] = new_ref(th, VALUE_OF(t));
        for (size_t i = 0; i < up->len; i++) m->items[i + 1] = new_ref(th, up->items[i]);
        return VALUE_OF(m);
    }
    for (size_t i = 0; i < bases->len; i++)
        for (size_t k = i + 1; k < bases->len; k++)
            if (bases->items[i] == bases->items[k]) return raise_type_error(th, "duplicate base class %U", atomic_load_acquire(&AS(Type, bases->items[i])->name_obj));
    size_t n = bases->len + 1, total = 1;
    Tuple **seqs = mem_alloc(th, n * (sizeof(Tuple *) + sizeof(size_t)));
    if (!seqs) return NO_VALUE;
    size_t *at = (size_t *)(seqs + n);
    for (size_t i = 0; i < bases->len; i++) {
        seqs[i] = AS(Tuple, atomic_load_acquire(&AS(Type, bases->items[i])->mro));
        total += seqs[i]->len;
    }
    seqs[n - 1] = bases;
    for (size_t i = 0; i < n; i++) at[i] = 0;
    Value *out = mem_alloc(th, (total + bases->len) * sizeof(Value));
    Value r = NO_VALUE;
    if (!out) goto done;
    size_t len = 0;
    out[len++] = VALUE_OF(t);
    for (;;) {
        bool any = false;
        Value pick = NO_VALUE;
        for (size_t i = 0; i < n && !pick; i++) {
            if (at[i] >= seqs[i]->len) continue;
            any = true;
            Value cand = seqs[i]->items[at[i]];
            bool ok = true;
            for (size_t k = 0; k < n && ok; k++) ok = at[k] >= seqs[k]->len || !in_tail(seqs[k], at[k], cand);
            if (ok) pick = cand;
        }
        if (!any) break;
        if (!pick) {
            mro_conflict(th, seqs, at, n);
            goto done;
        }
        out[len++] = pick;
        for (size_t i = 0; i < n; i++)
            if (at[i] < seqs[i]->len && seqs[i]->items[at[i]] == pick) at[i]++;
    }
    r = tuple_from_array(th, out, len);
done:
    mem_free(out);
    mem_free(seqs);
    return r;
}

bool type_mro_is_own(Thread *th, Type *t) {
    Tuple *metas = AS(Tuple, atomic_load_acquire(&type_of(VALUE_OF(t))->mro));
    for (size_t i = 0; i < metas->len && metas->items[i] != VALUE_OF(&type_type); i++)
        if (dict_get_str_borrow(th, AS(Type, metas->items[i])->dict, name_mro)) return false;
    return true;
}

Value type_call_mro(Thread *th, Type *t) {
    if (type_mro_is_own(th, t)) return mro_compute(th, t, atomic_load_acquire(&t->bases));
    bool found;
    Value r = special_call(th, VALUE_OF(t), name_mro, NULL, 0, &found);
    if (!r) return found || error_pending(th) ? NO_VALUE : raise_error(th, &exc_AttributeError, "mro");
    Value m = sequence_to_tuple(th, r);
    decref(th, r);
    if (!m) return NO_VALUE;
    for (size_t i = 0; i < AS(Tuple, m)->len; i++) {
        Value v = AS(Tuple, m)->items[i];
        if (!value_is_type(v)) raise_type_error(th, "mro() returned a non-class ('%.500s')", type_of(v)->name);
        else if (!type_is_subtype(type_solid_base(t), type_solid_base(AS(Type, v)))) raise_type_error(th, "mro() returned base with unsuitable layout ('%.500s')", AS(Type, v)->name);
        else continue;
        decref(th, m);
        return NO_VALUE;
    }
    return m;
}
