// SPDX-License-Identifier: MIT
// What the int files share: views of any int as limbs, results under construction, bridges to GMP's mpz functions.
// A view borrows the limbs of an immutable Int, so it needs no lock.
#ifndef LADON_OBJECT_INT_INT_H
#define LADON_OBJECT_INT_INT_H

#include <gmp.h>

#include "core/object/abstract.h"
#include "core/object/int.h"

// Sign and magnitude of an int. d points to n limbs, the top one non-zero; n is 0 for zero.
typedef struct IntView { const uint64_t *d; size_t n; bool neg; uint64_t one; } IntView;

ALWAYS_INLINE void int_view(Value v, IntView *w) {
    if (LIKELY(value_is_imm_int(v))) {
        int64_t i = value_imm_int_get(v);
        w->neg = i < 0;
        w->one = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        w->d = &w->one;
        w->n = i != 0;
    } else if (value_is_object(v)) {
        Int *o = AS(Int, v);
        w->neg = o->size < 0;
        w->n = (size_t)(o->size < 0 ? -o->size : o->size);
        w->d = o->limbs;
    } else {
        w->neg = false;
        w->one = w->n = v == VALUE_TRUE;
        w->d = &w->one;
    }
}

// The value of a bool or of an Int that fits an immediate (instances of subclasses) as immediate; others as they are. Borrowed.
ALWAYS_INLINE Value int_plain(Value v) {
    if (value_is_imm_int(v)) return v;
    if (!value_is_object(v)) return value_imm_int(v == VALUE_TRUE);
    Int *o = AS(Int, v);
    if (o->size == 0) return value_imm_int(0);
    if (o->size == 1 && o->limbs[0] <= (uint64_t)INT_IMM_MAX) return value_imm_int((int64_t)o->limbs[0]);
    if (o->size == -1 && o->limbs[0] <= (uint64_t)INT_IMM_MAX + 1) return value_imm_int((int64_t)(0 - o->limbs[0]));
    return v;
}
// A new reference to an exact int equal to v.
Value int_exact(Thread *th, Value v);

// An unfinished result of up to n limbs (n >= 1); fill limbs, then int_finish. NULL: MemoryError.
Int *int_raw_new(Thread *th, size_t n);
// Normalises r, whose limbs [0, n) hold the magnitude: strips zeros, turns small values into immediates. Takes over r.
Value int_finish(Thread *th, Int *r, size_t n, bool neg);
// The same from limbs elsewhere.
Value int_from_limbs(Thread *th, const uint64_t *d, size_t n, bool neg);
ALWAYS_INLINE Value int_from_mpz(Thread *th, const mpz_t z) { return int_from_limbs(th, (const uint64_t *)mpz_limbs_read(z), mpz_size(z), mpz_sgn(z) < 0); }
// A read-only mpz over w's limbs.
ALWAYS_INLINE void int_view_mpz(const IntView *w, mpz_t z) { mpz_roinit_n(z, (const mp_limb_t *)w->d, (mp_size_t)(w->neg ? -(mp_size_t)w->n : (mp_size_t)w->n)); }

// More limbs than this: MemoryError before GMP would end the program.
#define INT_LIMBS_MAX ((size_t)1 << 33)

int int_limbs_compare(const IntView *a, const IntView *b); // with signs
// a / b with floor semantics; q_out, r_out may be NULL. 0 or -1.
int int_divmod(Thread *th, Value a, Value b, Value *q_out, Value *r_out);
Value int_truediv(Thread *th, Value a, Value b);
Value int_invert(Thread *th, Value a);
// round(v, -digits10): to a multiple of 10**digits10, half to even.
Value int_round_pow10(Thread *th, Value v, Value digits10);

// int_text.c. Parses str, bytes or bytearray x as int(x, base); x_owner is what error messages show.
Value int_from_text_object(Thread *th, Value x, int base);
Value int_slot_repr(Thread *th, Value self);

#endif
