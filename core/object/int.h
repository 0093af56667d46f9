// SPDX-License-Identifier: MIT
// int: 62-bit immediates, larger ones as sign and GMP limbs. Values that fit an immediate are always immediates (but for instances of subclasses).
#ifndef LADON_OBJECT_INT_H
#define LADON_OBJECT_INT_H
#include "core/object/type.h"
typedef struct Int { Object head; int64_t size; uint64_t limbs[]; } Int; // [c] |size| limbs, least first, top one non-zero; sign of size = sign
Value int_from_i64(Thread *th, int64_t i);
Value int_from_u64(Thread *th, uint64_t u);
Value int_from_double(Thread *th, double d);              // truncates; OverflowError/ValueError for inf/nan
Value int_from_bytes(Thread *th, const uint8_t *p, size_t n, bool little_endian, bool is_signed);
// Writes n bytes; 0, or -1 with OverflowError ("int too big to convert" / "can't convert negative int to unsigned").
int int_to_bytes(Thread *th, Value v, uint8_t *p, size_t n, bool little_endian, bool is_signed);
Value int_from_text(Thread *th, const char *digits, size_t n, int base); // int() grammar: sign, underscores, prefix with base 0; ValueError as int()
Value int_to_str(Thread *th, Value v, int base, bool prefix);
int int_as_i64(Thread *th, Value v, int64_t *out);        // v any int; OverflowError
int int_as_i64_overflow(Value v, int64_t *out);           // v any int; returns 0 ok, -1 too small, +1 too large; no exception
// The decimal text of i, without a 0 behind it; its length.
enum { INT_TEXT_MAX = 24 };
size_t int_text_i64(int64_t i, char text[INT_TEXT_MAX]);
int int_as_u64(Thread *th, Value v, uint64_t *out);
uint64_t int_as_u64_mask(Value v);                        // low 64 bits, two's complement
int int_sign(Value v);                                    // any int (bool included): -1 0 1
double int_as_double(Thread *th, Value v);                // correctly rounded; -1.0 with OverflowError "int too large to convert to float"
size_t int_bit_length(Value v);   // of the absolute value
int int_compare(Value a, Value b);   // negative, 0 or positive
bool int_is_odd(Value v);
// Arithmetic on any ints, results normalised.
Value int_add(Thread *th, Value a, Value b); Value int_sub(Thread *th, Value a, Value b); Value int_mul(Thread *th, Value a, Value b);
Value int_floordiv(Thread *th, Value a, Value b); Value int_mod(Thread *th, Value a, Value b); Value int_pow(Thread *th, Value a, Value b, Value mod);
Value int_lshift(Thread *th, Value a, Value b); Value int_rshift(Thread *th, Value a, Value b);
Value int_and(Thread *th, Value a, Value b); Value int_or(Thread *th, Value a, Value b); Value int_xor(Thread *th, Value a, Value b);
Value int_neg(Thread *th, Value a); Value int_gcd(Thread *th, Value a, Value b);
int64_t int_hash(Value v);                                // v any int
// Compares with a float exactly: -1 0 1, or 2 when d is NaN.
int int_compare_double(Value v, double d);
// v = m * 2^*exponent, 0.5 <= |m| < 1 (m may round up to 1); any size. For logarithms.
double int_frexp(Value v, int64_t *exponent);
// int(x) of any object: __int__, __index__, text. New reference; TypeError, ValueError.
Value int_from_object(Thread *th, Value x);
extern int int_max_str_digits;                            // [a] sys.set_int_max_str_digits; 0: no limit
enum { INT_MAX_STR_DIGITS_THRESHOLD = 640 };              // the lowest limit that may be set
Value int_format_spec(Thread *th, Value self, Value spec); // int.__format__; spec a Str
#endif
