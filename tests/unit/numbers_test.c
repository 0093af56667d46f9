// SPDX-License-Identifier: MIT
// Unit tests of int, float and complex: the C interface and the slots, without running Python code. Results are compared as text; random
// operands are checked by the laws that the operations obey.
#include <math.h>

#include "tests/unit/unit.h"

#include "core/object/abstract.h"
#include "core/object/float.h"
#include "core/object/int.h"
#include "core/object/pack.h"
#include "core/object/str.h"
#include "core/object/tuple.h"
#include "core/vm/runtime.h"

static Thread *th;
static void start(void) {
    th = runtime_init();
    ASSERT(th != NULL);
}
#define I(n) int_from_i64(th, (n))
#define T(text) int_from_text(th, text, strlen(text), 0)
#define F(d) float_from_double(th, (d))

// repr of v, or "Type: message" of the pending exception.
static const char *shown(Value v) {
    Value text, hold;
    if (v != NO_VALUE) text = object_repr(th, v);
    else {
        Value exc = error_fetch(th);
        ASSERT(exc != NO_VALUE);
        text = str_format(th, "%N: %S", type_of(exc), exc);
    }
    ASSERT(text != NO_VALUE);
    size_t n;
    return str_utf8(th, text, &n, &hold);
}
#define SHOWS(v, text) ASSERT_STR_EQ(shown(v), text)
static const char *formatted(Value v, const char *spec) { return shown(object_format(th, v, str_from_cstr(th, spec))); }

TEST(int_small_and_large) {
    start();
    SHOWS(int_add(th, I(INT_IMM_MAX), I(1)), "2305843009213693952");
    SHOWS(int_sub(th, I(INT_IMM_MIN), I(1)), "-2305843009213693953");
    ASSERT(int_sub(th, int_add(th, I(INT_IMM_MAX), I(1)), I(1)) == value_imm_int(INT_IMM_MAX));
    SHOWS(int_mul(th, T("123456789012345678901234567890"), T("-987654321098765432109876543210")),
          "-121932631137021795226185032733622923332237463801111263526900");
    SHOWS(int_pow(th, I(7), I(100), VALUE_NONE), "3234476509624757991344647769100216810857203198904625400933895331391691459636928060001");
    SHOWS(int_pow(th, I(-3), I(3), VALUE_NONE), "-27");
    SHOWS(int_pow(th, I(2), I(-2), VALUE_NONE), "0.25");
    SHOWS(int_pow(th, I(3), I(-1), I(7)), "5");
    SHOWS(int_pow(th, I(3), I(5), I(-7)), "-2");
    SHOWS(int_pow(th, I(2), I(-1), I(4)), "ValueError: base is not invertible for the given modulus");
    SHOWS(int_pow(th, I(0), I(-1), VALUE_NONE), "ZeroDivisionError: zero to a negative power");
    SHOWS(int_floordiv(th, I(-7), I(2)), "-4");
    SHOWS(int_mod(th, I(-7), I(2)), "1");
    SHOWS(int_mod(th, I(7), I(-2)), "-1");
    SHOWS(int_floordiv(th, I(INT_IMM_MIN), I(-1)), "2305843009213693952");
    SHOWS(int_floordiv(th, I(1), I(0)), "ZeroDivisionError: division by zero");
    SHOWS(int_rshift(th, I(-1), T("100000000000000000000000")), "-1");
    SHOWS(int_rshift(th, T("-18446744073709551617"), I(64)), "-2");
    SHOWS(int_lshift(th, I(1), I(64)), "18446744073709551616");
    SHOWS(int_lshift(th, I(1), I(-1)), "ValueError: negative shift count");
    SHOWS(int_and(th, T("-18446744073709551616"), T("0xFFFFFFFFFFFFFFFFFFFF")), "1208907372870555465154560");
    SHOWS(int_or(th, T("-18446744073709551616"), I(5)), "-18446744073709551611");
    SHOWS(int_xor(th, T("18446744073709551616"), I(-1)), "-18446744073709551617");
    SHOWS(int_neg(th, I(INT_IMM_MIN)), "2305843009213693952");
    SHOWS(int_gcd(th, T("1000000000000000000000000"), T("-15")), "5");
    SHOWS(number_binary(th, BINOP_ADD, VALUE_TRUE, VALUE_TRUE), "2");
    SHOWS(number_binary(th, BINOP_AND, VALUE_TRUE, VALUE_FALSE), "False");
}

TEST(int_text) {
    start();
    SHOWS(T("0x_fF"), "255");
    SHOWS(T("0b101"), "5");
    SHOWS(T("-0o17"), "-15");
    SHOWS(T(" 1_000 "), "1000");
    SHOWS(T("0_0"), "0");
    SHOWS(T("012"), "ValueError: invalid literal for int() with base 0: '012'");
    SHOWS(int_from_text(th, "1__0", 4, 10), "ValueError: invalid literal for int() with base 10: '1__0'");
    SHOWS(int_from_text(th, "", 0, 10), "ValueError: invalid literal for int() with base 10: ''");
    SHOWS(int_from_text(th, "zz", 2, 36), "1295");
    SHOWS(int_to_str(th, T("-0x123456789abcdef0123456789abcdef"), 16, true), "'-0x123456789abcdef0123456789abcdef'");
    SHOWS(int_to_str(th, I(-5), 2, true), "'-0b101'");
    SHOWS(int_to_str(th, I(INT_IMM_MIN), 10, false), "'-2305843009213693952'");
    Value big = int_pow(th, I(10), I(4300), VALUE_NONE);
    SHOWS(int_to_str(th, big, 10, false), "ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
    int_max_str_digits = 0;
    Value s = int_to_str(th, big, 10, false);
    ASSERT_EQ(AS(Str, s)->len, 4301u);
    Value back = int_from_text(th, str_data(AS(Str, s)), 4301, 10);
    ASSERT_EQ(int_compare(back, big), 0);
}

TEST(int_division_rounds) {
    start();
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(1), I(3)), "0.3333333333333333");
    SHOWS(number_binary(th, BINOP_TRUEDIV, int_pow(th, I(10), I(400), VALUE_NONE), int_pow(th, I(10), I(399), VALUE_NONE)), "10.0");
    SHOWS(number_binary(th, BINOP_TRUEDIV, int_pow(th, I(10), I(400), VALUE_NONE), I(1)), "OverflowError: integer division result too large for a float");
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(1), int_lshift(th, I(1), I(1074))), "5e-324");
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(1), int_lshift(th, I(1), I(1075))), "0.0");
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(3), int_lshift(th, I(1), I(1075))), "1e-323");
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(-1), I(0)), "ZeroDivisionError: division by zero");
    ASSERT(int_as_double(th, T("9007199254740993")) == 9007199254740992.0);
    ASSERT(int_as_double(th, T("9007199254740995")) == 9007199254740996.0);
    ASSERT(int_as_double(th, T("147573952589676412929")) == 147573952589676412928.0);
    ASSERT(int_as_double(th, int_sub(th, int_lshift(th, I(1), I(1024)), I(1))) == -1.0);
    SHOWS(NO_VALUE, "OverflowError: int too large to convert to float");
    ASSERT_EQ(int_compare_double(T("9007199254740993"), 9007199254740992.0), 1);
    ASSERT_EQ(int_compare_double(T("-9007199254740993"), -9007199254740992.0), -1);
    ASSERT_EQ(int_compare_double(I(1), 1.5), -1);
    ASSERT_EQ(int_compare_double(T("1000000000000000000000000"), INFINITY), -1);
    ASSERT_EQ(int_compare_double(I(0), -0.0), 0);
    ASSERT_EQ(int_compare_double(I(3), NAN), 2);
}

TEST(int_bytes) {
    start();
    uint8_t b[32];
    ASSERT_EQ(int_to_bytes(th, T("-0x8000000000000000"), b, 8, false, true), 0);
    ASSERT_EQ(b[0], 0x80);
    ASSERT_EQ(b[7], 0);
    ASSERT_EQ(int_to_bytes(th, T("0x8000000000000000"), b, 8, false, true), -1);
    SHOWS(NO_VALUE, "OverflowError: int too big to convert");
    ASSERT_EQ(int_to_bytes(th, I(-1), b, 3, true, false), -1);
    SHOWS(NO_VALUE, "OverflowError: can't convert negative int to unsigned");
    uint64_t x = 88172645463325252ull;
    for (int i = 0; i < 2000; i++) {
        size_t n = (size_t)i % 32;
        for (size_t k = 0; k < n; k++) {
            x ^= x << 13; x ^= x >> 7; x ^= x << 17;
            b[k] = (uint8_t)(i % 5 == 0 ? 0xFF : i % 7 == 0 ? 0 : x);
        }
        for (int mode = 0; mode < 4; mode++) {
            uint8_t again[32];
            Value v = int_from_bytes(th, b, n, mode & 1, mode >> 1);
            ASSERT_EQ(int_to_bytes(th, v, again, n, mode & 1, mode >> 1), 0);
            ASSERT_MEM_EQ(b, again, n);
        }
    }
}

static uint64_t rng = 0x9E3779B97F4A7C15ull;
static uint64_t next_random(void) {
    rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17;
    return rng;
}
// A random int of up to 300 bits, with runs of equal bits and values near the edges.
static Value random_int(void) {
    uint8_t b[40];
    size_t n = next_random() % 38;
    for (size_t i = 0; i < n; i++) b[i] = (uint8_t)(next_random() % 3 == 0 ? 0xFF : next_random() % 3 == 0 ? 0 : next_random());
    return int_from_bytes(th, b, n, true, true);
}
#define SAME(a, b)                                                                                      \
    do {                                                                                                \
        Value sa = (a), sb = (b);                                                                       \
        if (!sa || !sb) FAIL("%s, %s: %s", #a, #b, shown(NO_VALUE));                                                 \
        if (int_compare(sa, sb) != 0) FAIL("%s is %s, not %s", #a, shown(sa), shown(sb));               \
        decref(th, sa);                                                                                 \
        decref(th, sb);                                                                                 \
    } while (0)

TEST(int_laws) {
    start();
    for (int i = 0; i < 4000; i++) {
        Value a = random_int(), b = random_int(), c = random_int(), k = I((int64_t)(next_random() % 200));
        SAME(int_sub(th, int_add(th, a, b), b), new_ref(th, a));
        SAME(int_add(th, int_mul(th, a, b), int_mul(th, a, c)), int_mul(th, a, int_add(th, b, c)));
        if (int_sign(b)) {
            Value q = int_floordiv(th, a, b), r = int_mod(th, a, b);
            SAME(int_add(th, int_mul(th, q, b), r), new_ref(th, a));
            ASSERT(int_sign(r) == 0 || int_sign(r) == int_sign(b));
            ASSERT(int_sign(b) > 0 ? int_compare(r, b) < 0 : int_compare(r, b) > 0);
        }
        Value unit = int_lshift(th, I(1), k);
        SAME(int_lshift(th, a, k), int_mul(th, a, unit));
        SAME(int_rshift(th, a, k), int_floordiv(th, a, unit));
        SAME(int_add(th, int_and(th, a, b), int_or(th, a, b)), int_add(th, a, b));
        SAME(int_sub(th, int_or(th, a, b), int_and(th, a, b)), int_xor(th, a, b));
        SAME(int_add(th, int_neg(th, a), a), I(0));
        Value s = int_to_str(th, a, 10, false);
        SAME(int_from_text(th, str_data(AS(Str, s)), AS(Str, s)->len, 10), new_ref(th, a));
        s = int_to_str(th, a, 16, true);
        SAME(int_from_text(th, str_data(AS(Str, s)), AS(Str, s)->len, 0), new_ref(th, a));
        ASSERT_EQ(int_hash(a), int_hash(int_add(th, a, I(0))));
        ASSERT_EQ(int_compare(a, b), -int_compare(b, a));
        ASSERT_EQ(int_compare(a, b), int_sign(int_sub(th, a, b)));
        double d = int_as_double(th, a);
        ASSERT_EQ(int_compare_double(a, d), -int_compare_double(int_neg(th, a), -d));
        SAME(int_from_double(th, d), int_compare_double(a, d) == 0 ? new_ref(th, a) : int_from_double(th, d));
    }
}

TEST(int_round_and_format) {
    start();
    ASSERT_STR_EQ(formatted(T("1234567890123456789012"), ","), "'1,234,567,890,123,456,789,012'");
    ASSERT_STR_EQ(formatted(I(255), "#_x"), "'0xff'");
    ASSERT_STR_EQ(formatted(I(-255), "+#010x"), "'-0x00000ff'");
    ASSERT_STR_EQ(formatted(I(1000), "012,"), "'0,000,001,000'");
    ASSERT_STR_EQ(formatted(I(65), "c"), "'A'");
    ASSERT_STR_EQ(formatted(I(5), ".3d"), "ValueError: Precision not allowed in integer format specifier");
    ASSERT_STR_EQ(formatted(I(5), "s"), "ValueError: Unknown format code 's' for object of type 'int'");
    ASSERT_STR_EQ(formatted(I(2), ".3e"), "'2.000e+00'");
    ASSERT_STR_EQ(formatted(VALUE_TRUE, ""), "'True'");
    ASSERT_STR_EQ(formatted(VALUE_TRUE, "d"), "'1'");
}

TEST(float_arithmetic) {
    start();
    SHOWS(number_binary(th, BINOP_FLOORDIV, F(-7.5), I(2)), "-4.0");
    SHOWS(number_binary(th, BINOP_MOD, F(-7.5), F(2)), "0.5");
    SHOWS(number_binary(th, BINOP_MOD, F(5), F(-INFINITY)), "-inf");
    SHOWS(number_divmod(th, F(1), F(0.1)), "(9.0, 0.09999999999999995)");
    SHOWS(number_binary(th, BINOP_POW, F(-8), F(1.0 / 3)), "(1.0000000000000002+1.7320508075688772j)");
    SHOWS(number_binary(th, BINOP_POW, F(1e300), F(2)), "OverflowError: (34, 'Numerical result out of range')");
    SHOWS(number_binary(th, BINOP_TRUEDIV, F(1), F(0)), "ZeroDivisionError: division by zero");
    SHOWS(F(-0.0), "-0.0");
    SHOWS(F(1e16), "1e+16");
    SHOWS(F(5e-324), "5e-324");
    SHOWS(F(NAN), "nan");
    SHOWS(float_as_integer_ratio(th, 0.1), "(3602879701896397, 36028797018963968)");
    ASSERT(float_round_digits(2.675, 2) == 2.67);
    ASSERT(float_round_digits(0.5, 0) == 0.0 && float_round_digits(1.5, 0) == 2.0);
    ASSERT(float_round_digits(25, -1) == 20 && float_round_digits(35, -1) == 40 && float_round_digits(26, -1) == 30);
    ASSERT(float_round_digits(5, -1) == 0 && float_round_digits(5.000001, -1) == 10 && float_round_digits(9.99, -1) == 10 && float_round_digits(4.9, -1) == 0);
    ASSERT(float_round_digits(1e300, -400) == 0.0);
    ASSERT_STR_EQ(formatted(F(1234.5), ",.2f"), "'1,234.50'");
    ASSERT_STR_EQ(formatted(F(0.25), ".0%"), "'25%'");
    ASSERT_STR_EQ(formatted(F(1.0), ""), "'1.0'");
    ASSERT_STR_EQ(formatted(F(1.5), "x"), "ValueError: Unknown format code 'x' for object of type 'float'");
    ASSERT_STR_EQ(formatted(F(-0.01), "z.1f"), "'0.0'");
    ASSERT_STR_EQ(formatted(F(INFINITY), "010"), "'0000000inf'");
    ASSERT_EQ(object_hash(th, F(1.0)), 1);
    ASSERT_EQ(object_equal(th, F(0x1p70), int_lshift(th, I(1), I(70))), 1);
    SHOWS(float_from_text(th, str_from_cstr(th, " 1_0.5e1 ")), "105.0");
    SHOWS(float_from_text(th, str_from_cstr(th, "1__0")), "ValueError: could not convert string to float: '1__0'");
}

TEST(complex_basics) {
    start();
    SHOWS(complex_new(th, 1, 2), "(1+2j)");
    SHOWS(complex_new(th, 0, 2), "2j");
    SHOWS(complex_new(th, -0.0, -0.0), "(-0-0j)");
    SHOWS(number_binary(th, BINOP_MUL, complex_new(th, 1, 2), F(INFINITY)), "(inf+infj)");
    SHOWS(number_binary(th, BINOP_SUB, F(2), complex_new(th, 0, 0)), "(2-0j)");
    SHOWS(number_binary(th, BINOP_POW, complex_new(th, 1, 2), I(-3)), "(-0.08800000000000001+0.016j)");
    SHOWS(number_binary(th, BINOP_TRUEDIV, I(1), complex_new(th, 1, 2)), "(0.2-0.4j)");
    SHOWS(number_absolute(th, complex_new(th, 3, 4)), "5.0");
    ASSERT_STR_EQ(formatted(complex_new(th, 1e10, 2), ","), "'(10,000,000,000+2j)'");
    ASSERT_STR_EQ(formatted(complex_new(th, 1, 2), ">20.2f"), "'          1.00+2.00j'");
    ASSERT_STR_EQ(formatted(complex_new(th, 1, 2), "010"), "ValueError: Zero padding is not allowed in complex format specifier");
}

TEST(float_pack_all_halves) {
    for (unsigned i = 0; i < 0x10000; i++) {
        uint16_t back;
        ASSERT_EQ(float16_pack(float16_unpack((uint16_t)i), &back), 0);
        ASSERT_EQ((unsigned)back, i);
    }
    uint16_t h;
    ASSERT_EQ(float16_pack(65519.99, &h), 0);
    ASSERT_EQ((unsigned)h, 0x7BFFu);
    ASSERT_EQ(float16_pack(65520.0, &h), -1);
}
