// SPDX-License-Identifier: MIT
// Decimal numbers as plain data, and arithmetic on them after the General Decimal Arithmetic Specification (Cowlishaw, version 1.70). Nothing here knows of
// objects: a result goes to an uninitialised Num, conditions are or'ed into a status word. A Num that can be seen by others is constant, so nothing here locks.
// Invariant: a coefficient of up to SMALL_DIGITS digits is in c, any longer one in z.
#ifndef LADON_STDLIB_DECIMAL_NUMBER_H
#define LADON_STDLIB_DECIMAL_NUMBER_H

#include <gmp.h>

#include "core/base/config.h"

typedef unsigned __int128 u128;
enum { SMALL_DIGITS = 38 };
enum { NUM_FINITE, NUM_INFINITE, NUM_QNAN, NUM_SNAN };

typedef struct Num {
    union { u128 c; mpz_t z; }; // the coefficient; of a NaN its payload. Absolute
    int64_t exp;                // of the last digit; 0 for specials
    int64_t digits;             // of the coefficient, 1 for zero; 0: an infinity, a NaN without payload
    uint8_t kind;               // NUM_*
    bool neg;
} Num;

#define MAX_PREC  999999999999999999
#define MAX_EMAX  999999999999999999
#define MIN_EMIN  (-999999999999999999)
#define MIN_ETINY (MIN_EMIN - (MAX_PREC - 1))
// More digits than this are refused as MemoryError before GMP would end the program.
#define NUM_DIGITS_MAX ((int64_t)30000000000)

enum { ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP, ROUND_COUNT };

// Signals, in the order in which a context shows them, then the conditions that are all InvalidOperation, then what is no condition.
enum {
    ST_CLAMPED = 1 << 0, ST_INVALID = 1 << 1, ST_DIVISION_BY_ZERO = 1 << 2, ST_INEXACT = 1 << 3, ST_FLOAT_OPERATION = 1 << 4, ST_OVERFLOW = 1 << 5,
    ST_ROUNDED = 1 << 6, ST_SUBNORMAL = 1 << 7, ST_UNDERFLOW = 1 << 8, ST_SIGNALS = (1 << 9) - 1,
    ST_CONVERSION_SYNTAX = 1 << 9, ST_DIVISION_IMPOSSIBLE = 1 << 10, ST_DIVISION_UNDEFINED = 1 << 11, ST_INVALID_CONTEXT = 1 << 12,
    ST_PLAIN_INVALID = 1 << 13,     // InvalidOperation itself
    ST_INVALID_CONDITIONS = ST_CONVERSION_SYNTAX | ST_DIVISION_IMPOSSIBLE | ST_DIVISION_UNDEFINED | ST_INVALID_CONTEXT | ST_PLAIN_INVALID,
    ST_MEMORY = 1 << 14,
};

// What an operation needs of a context: a copy of one moment.
typedef struct Ctx { int64_t prec, emax, emin; uint32_t traps; uint8_t round, clamp, capitals; } Ctx;
extern const Ctx ctx_max;        // the largest one: exact results
ALWAYS_INLINE int64_t ctx_etiny(const Ctx *c) { return c->emin - (c->prec - 1); }
ALWAYS_INLINE int64_t ctx_etop(const Ctx *c) { return c->emax - (c->prec - 1); }

ALWAYS_INLINE bool num_is_big(const Num *a) { return a->digits > SMALL_DIGITS; }
ALWAYS_INLINE bool num_is_special(const Num *a) { return a->kind != NUM_FINITE; }
ALWAYS_INLINE bool num_is_nan(const Num *a) { return a->kind >= NUM_QNAN; }
ALWAYS_INLINE bool num_is_zero(const Num *a) { return a->kind == NUM_FINITE && !num_is_big(a) && a->c == 0; }
ALWAYS_INLINE int64_t num_adjusted(const Num *a) { return a->exp + a->digits - 1; }
ALWAYS_INLINE void num_free(Num *a) { if (UNLIKELY(num_is_big(a))) mpz_clear(a->z); }

// ---- number.c: making, rounding
void num_init(void);                                        // fills the tables; before anything else, once
extern u128 num_pow10[SMALL_DIGITS + 1];                    // [c] after num_init
int num_digits(u128 c);                                     // 1 for 0
void num_set_small(Num *r, bool neg, u128 c, int64_t exp);  // c < 10**38
void num_set_special(Num *r, int kind, bool neg);
void num_set_mpz(Num *r, bool neg, mpz_t z_owned, int64_t exp); // takes over z, which is not negative
void num_copy(Num *r, const Num *a);
void num_invalid(Num *r, uint32_t condition, uint32_t *st); // r = NaN
// Is there memory for a few numbers of so many digits? Else r = NaN and ST_MEMORY. Asked before every operation on large coefficients.
bool num_room(Num *r, int64_t digits, uint32_t *st);
// Rounds r, which is exact, to the context.
void num_finish(Num *r, const Ctx *ctx, uint32_t *st);
// If a (or b, may be NULL) is a NaN: r = the NaN that an operation on them gives.
bool num_nans(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st);
void num_fit_payload(Num *r, const Ctx *ctx);               // of a NaN
// A read-only view of a's coefficient, good as long as a and v stay where they are.
typedef struct NumView { mpz_t z; mp_limb_t d[2]; } NumView;
mpz_srcptr num_view(const Num *a, NumView *v);
void mpz_pow10(mpz_t z, uint64_t n);                        // initialised z = 10**n
int64_t mpz_digits(mpz_srcptr z);                           // decimal digits of z > 0
void num_shift_left(Num *r, const Num *a, int64_t n);       // r = a's coefficient * 10**n, exponent lowered: the same value. Room was asked for
// What is cut off, against half a unit of the last place that stays.
enum { REST_NONE, REST_LESS, REST_HALF, REST_MORE };
bool round_away(int mode, bool neg, int rest, unsigned last_digit);
// a divided by 10**n, n >= 0: the whole part to r (exponent n more), the rest classified.
int num_cut(Num *r, const Num *a, int64_t n);
unsigned num_last_digit(const Num *a);
void num_increment(Num *a);                                 // coefficient + 1

// Products and sums of two small coefficients before rounding: 256 bits, up to 76 digits.
typedef struct Wide { uint64_t d[4]; } Wide;
Wide wide_mul(u128 a, u128 b);
void wide_finish(Num *r, Wide *w, bool neg, int64_t exp, const Ctx *ctx, uint32_t *st);

typedef void NumUnary(Num *r, const Num *a, const Ctx *ctx, uint32_t *st);
typedef void NumBinary(Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st);

// ---- arith.c
NumBinary num_add, num_sub, num_mul;
NumUnary num_abs, num_plus, num_minus;
void num_fma(Num *r, const Num *a, const Num *b, const Num *c, const Ctx *ctx, uint32_t *st);
// ---- divide.c
NumBinary num_div, num_divint, num_rem, num_rem_near;
void num_divmod(Num *q, Num *r, const Num *a, const Num *b, const Ctx *ctx, uint32_t *st);
NumUnary num_sqrt;
void num_powmod(Num *r, const Num *a, const Num *b, const Num *m, const Ctx *ctx, uint32_t *st);
// ---- compare.c
int num_order(const Num *a, const Num *b);                  // of numbers, infinities included: -1 0 1
int num_total_order(const Num *a, const Num *b, bool magnitude);
NumBinary num_compare, num_compare_signal, num_compare_total, num_compare_total_mag, num_max, num_max_mag, num_min, num_min_mag, num_copy_sign;
bool num_same_quantum(const Num *a, const Num *b);
const char *num_class(const Num *a, const Ctx *ctx);
bool num_is_normal(const Num *a, const Ctx *ctx);
bool num_is_subnormal(const Num *a, const Ctx *ctx);
bool num_is_integer(const Num *a);
bool num_is_odd(const Num *a);                              // a is an integer
// ---- places.c: digits and exponents
NumBinary num_quantize, num_scaleb, num_shift, num_rotate, num_next_toward, num_logical_and, num_logical_or, num_logical_xor;
NumUnary num_logical_invert, num_next_minus, num_next_plus, num_normalize, num_logb, num_to_integral_exact, num_to_integral_value;
void num_rescale(Num *r, const Num *a, int64_t exp, const Ctx *ctx, uint32_t *st); // quantize to an exponent, for formatting: precision is no limit
void num_strip_zeros(Num *a, int64_t max);                  // removes up to max trailing zeros of the coefficient, which is not 0
// ---- transcend.c
int64_t num_bits(int64_t digits);                           // that many decimal digits in bits, rounded up
// z = ln(x) * 2**bits, x > 0; wrong by 64 at most.
void num_ln_fixed(mpz_t z, const Num *x, int64_t bits);
// r = y * 2**-bits * 10**exp for the final rounding, where y > 0 is wrong by 2**8 at most and bits are 24 more than digits need. true: any rounding to the
// context gives what the exact value would. give_up: take a value next to one that has one digit more than the precision for that one.
bool num_settle(Num *r, mpz_srcptr y, int64_t bits, int64_t exp, bool neg, int64_t digits, bool give_up, const Ctx *ctx);
// The same for exp(z), z with the bits given, at least 100 more than the digits need; wrong by 64 at most.
bool num_exp_settle(Num *r, mpz_srcptr z, int64_t bits, bool neg, int64_t digits, bool give_up, const Ctx *ctx);
enum { GUARD_DIGITS = 16 };                                 // for the first attempt; then twice as many
// ---- power.c
NumUnary num_exp, num_ln, num_log10;
NumBinary num_pow;
// ---- text.c
void num_parse(Num *r, const char *s, size_t n, uint32_t *st); // exact (but for exponents of more than 18 digits); ST_CONVERSION_SYNTAX
void num_fit_exact(Num *r, uint32_t *st);                   // r as it is, or InvalidOperation where it is beyond all limits
enum { TEXT_ENG = 1, TEXT_CAPITALS = 2 };
// The text of a into small, or a block for free(); NULL without memory.
char *num_text(const Num *a, int flags, char *small, size_t small_size, size_t *len);
enum { NUM_TEXT_SMALL = 96 };
// Writes the digits of the coefficient, no 0 behind them: digits bytes (1 for zero).
void num_digits_text(const Num *a, char *to);

#endif
