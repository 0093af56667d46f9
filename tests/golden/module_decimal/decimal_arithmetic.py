from decimal import *
D = Decimal
print(D(1) / 3, D("1.10") + D("2.2"), D("1.0") * D("2.50"), D(7) // D("-2"), D(7) % D("-2"), divmod(D("-7.5"), 2))
print(D(10) / 4, D(1000) / 10, D("1.20") / D("0.1"), 1 - D("0.9"), 3 * D("1.1"), 2 ** D(3), -D("-0"), abs(D("-1.50")))
for mode in (ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP):
    print(mode, *(D(x).quantize(D("0.1"), rounding=mode) for x in ("1.05", "1.15", "-1.05", "1.04", "-1.06", "0.01", "-0.01", "1.10")))
c = Context(prec=5, Emax=99, Emin=-99, traps=[])
def show(name, *args):
    c.clear_flags()
    r = getattr(c, name)(*map(D, args))
    print(name, *args, "=", r, *(s.__name__ for s in c.flags if c.flags[s]))
show("add", "99999", "0.5"); show("add", "1E+50", "1E-50"); show("subtract", "1.0000", "1"); show("add", "-1", "1"); show("add", "0E+3", "0")
show("multiply", "9E+60", "9E+60"); show("multiply", "1E-60", "1E-45"); show("multiply", "3E-60", "1E-43"); show("multiply", "0", "Inf")
show("divide", "1", "0"); show("divide", "0", "0"); show("divide", "2", "3"); show("divide", "1", "Inf"); show("divide", "1", "8")
show("divide_int", "1E+10", "3"); show("remainder", "1E+10", "3"); show("remainder", "-10.5", "3"); show("remainder_near", "10", "6"); show("remainder_near", "9", "6")
show("fma", "3", "5", "7"); show("fma", "888565290", "1557.96930", "-86087.7578"); show("fma", "Inf", "0", "NaN7")
show("sqrt", "2"); show("sqrt", "16.00"); show("sqrt", "-1"); show("sqrt", "-0"); show("sqrt", "1E-99")
show("exp", "1"); show("exp", "1E-9"); show("exp", "-1000"); show("exp", "300"); show("exp", "0")
show("ln", "10"); show("ln", "1"); show("ln", "1.00001"); show("ln", "0"); show("ln", "-1"); show("log10", "1000"); show("log10", "0.0002"); show("log10", "2")
show("power", "2", "0.5"); show("power", "4", "0.5"); show("power", "1.10", "3"); show("power", "10", "-3"); show("power", "0.5", "-3"); show("power", "-2", "3")
show("power", "-2", "0.5"); show("power", "0", "0"); show("power", "0", "-1"); show("power", "1.00", "50"); show("power", "2", "1000"); show("power", "0.9", "1E+10")
show("power", "7", "3", "5"); show("power", "-7", "3", "5"); show("power", "7", "-3", "5"); show("power", "7", "3", "100000")
show("quantize", "1234.5", "1E-2"); show("quantize", "1.25", "1E+1"); show("quantize", "Inf", "Inf"); show("quantize", "1", "Inf")
show("normalize", "120.00"); show("normalize", "0E+7"); show("logb", "250"); show("logb", "0"); show("scaleb", "7.5", "-3"); show("scaleb", "7.5", "1.0")
show("shift", "12345", "2"); show("shift", "12345", "-2"); show("rotate", "12345", "2"); show("rotate", "12", "-1"); show("logical_and", "1100", "1010")
show("logical_or", "1100", "1010"); show("logical_xor", "1100", "1010"); show("logical_invert", "101"); show("logical_and", "12", "1")
show("next_plus", "1"); show("next_minus", "1"); show("next_plus", "-Inf"); show("next_toward", "1", "-5"); show("next_minus", "1E-103"); show("next_toward", "9.9999E+99", "Inf")
show("max", "1", "NaN"); show("max", "1", "sNaN5"); show("max", "1.0", "1"); show("min_mag", "-3", "2"); show("max_mag", "-3", "2")
show("compare", "1.0", "1"); show("compare", "NaN3", "1"); show("compare_signal", "NaN3", "1"); show("compare_total", "1.0", "1"); show("compare_total_mag", "-NaN4", "NaN5")
show("add", "sNaN1234567", "NaN1"); show("add", "NaN1", "sNaN2"); show("plus", "1E-104"); show("plus", "1.23456E-99"); show("minus", "0"); show("abs", "-1.234567")
show("to_integral_exact", "2.5"); show("to_integral_value", "3.5"); show("number_class", "1E-100"); show("to_eng_string", "123E+5"); show("to_sci_string", "0E-9")
c = Context(prec=3, Emax=9, Emin=-9, clamp=1, traps=[])
show("plus", "1E+9"); show("plus", "0E+20"); show("plus", "0E-20"); show("add", "999E+7", "1E+7")

# expect: 0.3333333333333333333333333333 3.30 2.500 -3 1 (Decimal('-3'), Decimal('-1.5'))
# expect: 2.5 100 12.0 0.1 3.3 8 0 1.50
# expect: ROUND_UP 1.1 1.2 -1.1 1.1 -1.1 0.1 -0.1 1.1
# expect: ROUND_DOWN 1.0 1.1 -1.0 1.0 -1.0 0.0 -0.0 1.1
# expect: ROUND_CEILING 1.1 1.2 -1.0 1.1 -1.0 0.1 -0.0 1.1
# expect: ROUND_FLOOR 1.0 1.1 -1.1 1.0 -1.1 0.0 -0.1 1.1
# expect: ROUND_HALF_UP 1.1 1.2 -1.1 1.0 -1.1 0.0 -0.0 1.1
# expect: ROUND_HALF_DOWN 1.0 1.1 -1.0 1.0 -1.1 0.0 -0.0 1.1
# expect: ROUND_HALF_EVEN 1.0 1.2 -1.0 1.0 -1.1 0.0 -0.0 1.1
# expect: ROUND_05UP 1.1 1.1 -1.1 1.1 -1.1 0.1 -0.1 1.1
# expect: add 99999 0.5 = 1.0000E+5 Inexact Rounded
# expect: add 1E+50 1E-50 = 1.0000E+50 Inexact Rounded
# expect: subtract 1.0000 1 = 0.0000
# expect: add -1 1 = 0
# expect: add 0E+3 0 = 0
# expect: multiply 9E+60 9E+60 = Infinity Overflow Inexact Rounded
# expect: multiply 1E-60 1E-45 = 0E-103 Underflow Subnormal Inexact Rounded Clamped
# expect: multiply 3E-60 1E-43 = 3E-103 Subnormal
# expect: multiply 0 Inf = NaN InvalidOperation
# expect: divide 1 0 = Infinity DivisionByZero
# expect: divide 0 0 = NaN InvalidOperation
# expect: divide 2 3 = 0.66667 Inexact Rounded
# expect: divide 1 Inf = 0E-103 Clamped
# expect: divide 1 8 = 0.125
# expect: divide_int 1E+10 3 = NaN InvalidOperation
# expect: remainder 1E+10 3 = NaN InvalidOperation
# expect: remainder -10.5 3 = -1.5
# expect: remainder_near 10 6 = -2
# expect: remainder_near 9 6 = -3
# expect: fma 3 5 7 = 22
# expect: fma 888565290 1557.96930 -86087.7578 = 1.3844E+12 Inexact Rounded
# expect: fma Inf 0 NaN7 = NaN InvalidOperation
# expect: sqrt 2 = 1.4142 Inexact Rounded
# expect: sqrt 16.00 = 4.0
# expect: sqrt -1 = NaN InvalidOperation
# expect: sqrt -0 = -0
# expect: sqrt 1E-99 = 3.1623E-50 Inexact Rounded
# expect: exp 1 = 2.7183 Inexact Rounded
# expect: exp 1E-9 = 1.0000 Inexact Rounded
# expect: exp -1000 = 0E-103 Underflow Subnormal Inexact Rounded Clamped
# expect: exp 300 = Infinity Overflow Inexact Rounded
# expect: exp 0 = 1
# expect: ln 10 = 2.3026 Inexact Rounded
# expect: ln 1 = 0
# expect: ln 1.00001 = 0.000010000 Inexact Rounded
# expect: ln 0 = -Infinity
# expect: ln -1 = NaN InvalidOperation
# expect: log10 1000 = 3
# expect: log10 0.0002 = -3.6990 Inexact Rounded
# expect: log10 2 = 0.30103 Inexact Rounded
# expect: power 2 0.5 = 1.4142 Inexact Rounded
# expect: power 4 0.5 = 2.0000 Inexact Rounded
# expect: power 1.10 3 = 1.3310 Rounded
# expect: power 10 -3 = 0.001
# expect: power 0.5 -3 = 8
# expect: power -2 3 = -8
# expect: power -2 0.5 = NaN InvalidOperation
# expect: power 0 0 = NaN InvalidOperation
# expect: power 0 -1 = Infinity
# expect: power 1.00 50 = 1.0000 Rounded
# expect: power 2 1000 = Infinity Overflow Inexact Rounded
# expect: power 0.9 1E+10 = 0E-103 Underflow Subnormal Inexact Rounded Clamped
# expect: power 7 3 5 = 3
# expect: power -7 3 5 = -3
# expect: power 7 -3 5 = NaN InvalidOperation
# expect: power 7 3 100000 = NaN InvalidOperation
# expect: quantize 1234.5 1E-2 = NaN InvalidOperation
# expect: quantize 1.25 1E+1 = 0E+1 Inexact Rounded
# expect: quantize Inf Inf = Infinity
# expect: quantize 1 Inf = NaN InvalidOperation
# expect: normalize 120.00 = 1.2E+2
# expect: normalize 0E+7 = 0
# expect: logb 250 = 2
# expect: logb 0 = -Infinity DivisionByZero
# expect: scaleb 7.5 -3 = 0.0075
# expect: scaleb 7.5 1.0 = NaN InvalidOperation
# expect: shift 12345 2 = 34500
# expect: shift 12345 -2 = 123
# expect: rotate 12345 2 = 34512
# expect: rotate 12 -1 = 20001
# expect: logical_and 1100 1010 = 1000
# expect: logical_or 1100 1010 = 1110
# expect: logical_xor 1100 1010 = 110
# expect: logical_invert 101 = 11010
# expect: logical_and 12 1 = NaN InvalidOperation
# expect: next_plus 1 = 1.0001
# expect: next_minus 1 = 0.99999
# expect: next_plus -Inf = -9.9999E+99
# expect: next_toward 1 -5 = 0.99999
# expect: next_minus 1E-103 = 0E-103
# expect: next_toward 9.9999E+99 Inf = Infinity Overflow Inexact Rounded
# expect: max 1 NaN = 1
# expect: max 1 sNaN5 = NaN5 InvalidOperation
# expect: max 1.0 1 = 1
# expect: min_mag -3 2 = 2
# expect: max_mag -3 2 = -3
# expect: compare 1.0 1 = 0
# expect: compare NaN3 1 = NaN3
# expect: compare_signal NaN3 1 = NaN3 InvalidOperation
# expect: compare_total 1.0 1 = -1
# expect: compare_total_mag -NaN4 NaN5 = -1
# expect: add sNaN1234567 NaN1 = NaN34567 InvalidOperation
# expect: add NaN1 sNaN2 = NaN2 InvalidOperation
# expect: plus 1E-104 = 0E-103 Underflow Subnormal Inexact Rounded Clamped
# expect: plus 1.23456E-99 = 1.2346E-99 Inexact Rounded
# expect: minus 0 = 0
# expect: abs -1.234567 = 1.2346 Inexact Rounded
# expect: to_integral_exact 2.5 = 2 Inexact Rounded
# expect: to_integral_value 3.5 = 4
# expect: number_class 1E-100 = +Subnormal
# expect: to_eng_string 123E+5 = 12.3E+6
# expect: to_sci_string 0E-9 = 0E-9
# expect: plus 1E+9 = 1.00E+9 Clamped
# expect: plus 0E+20 = 0E+7 Clamped
# expect: plus 0E-20 = 0E-11 Clamped
# expect: add 999E+7 1E+7 = Infinity Overflow Inexact Rounded
