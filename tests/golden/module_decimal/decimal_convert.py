import copy, math, pickle, operator
from fractions import Fraction
from decimal import *
D = Decimal
print(D(), D("  1_0.5 "), D("\u0661.\u0662"), D(1.1), D(-0.0), D(float("-inf")), D(5e-324).adjusted(), D(2.0 ** 70), D(True), D(10 ** 40), D(-3 ** 90))
print(D((1, (1, 2, 3), -2)), D([0, (), 5]), D((0, (1,), "F")), D((1, (0, 4, 5), "N")), D.from_float(0.1), D.from_number(2.5), D.from_number(7), repr(D("1e5")))
print(D("-1.50").as_tuple(), D("Inf").as_tuple(), D("NaN").as_tuple(), D("-12.5").as_integer_ratio(), D("3E+2").as_integer_ratio(), D(0).as_integer_ratio())
print(int(D("-2.9")), math.floor(D("-2.1")), math.ceil(D("2.1")), math.trunc(D("9.9")), round(D("2.5")), round(D("3.5")), round(D("2.675"), 2), round(D(1234), -2), int(D("1E+30")), int(D("1E-30")))
print(float(D("0.1")), float(D("1E+400")), float(D("-1E-400")), float(D("123456789012345678901234567890")), complex(D("1.5")), bool(D("0E+3")), bool(D("NaN")))
same = [(D("1E+2"), 100), (D("0.5"), 0.5), (D("-2.50"), Fraction(-5, 2)), (D("1E+400"), 10 ** 400), (D("Inf"), float("inf")), (D("0E-9"), 0), (D(2) ** 61 - 1, 2 ** 61 - 1), (D("1E-3"), Fraction(1, 1000))]
print([a == b and hash(a) == hash(b) for a, b in same], hash(D("1.1")) == hash(D("1.10")), hash(D("12345678901234567890123456789012345678901234567890E-20")))
print([op(D("0.1"), x) for op in (operator.lt, operator.eq, operator.gt, operator.ne, operator.le, operator.ge) for x in (0.1, Fraction(1, 10), 1, D("0.10"), -5)])
print(D(1) == 1 + 0j, D(1) == 1j, D(1) == "1", D("NaN") == D("NaN"), D("NaN") != 1, D(3) in {3.0}, sorted([D(3), 1, 2.5, Fraction(5, 3), D("-Inf")]), max(D(1), 2))
class Sub(D):
    "a subclass"
s = Sub("1.5")
s.note = [1]
for x in (D("-0.00"), D("sNaN12"), s, D("1E+50")):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        y = pickle.loads(pickle.dumps(x, protocol))
        assert type(y) is type(x) and str(y) == str(x), (x, y)
    assert str(copy.copy(x)) == str(copy.deepcopy(x)) == str(x)
print(type(s + 1).__name__, type(Sub.from_float(2.5)).__name__, s.note, type(D(s)).__name__, D(s) is s, D(D(5)) == 5, type(Sub(D(1))).__name__, s == D("1.5"))
print(D("12.30").real, D(1).imag, D(1).conjugate(), D(1).radix(), D("1.50").canonical(), D(3).is_canonical(), D("-0").is_signed(), D("1E-5").is_subnormal(Context(Emin=-3)), D(0).number_class())
c = Context(prec=3)
print(c.create_decimal("1.2345"), c.create_decimal(12345), c.create_decimal(0.1), c.create_decimal((0, (9, 9, 9, 9), 0)), c.create_decimal(D("NaN123")), c.flags[FloatOperation], c.create_decimal())
for bad in ("", "1 2", "1__", "e5", "1e", ".", "- 1", "infinit", "NaN x", "0x1", "1e5.5", "\ud800"):
    try:
        print(D(bad))
    except InvalidOperation as e:
        print(e, end=" ")
print()
try:
    c.create_decimal(" 1")
except InvalidOperation as e:
    print(e)
print(sum([D("0.1")] * 10), sum(map(D, range(5)), D("0.5")), math.prod([D("1.5")] * 3), statistics_free := max(map(D, "123")))

# expect: 0 10.5 1.2 1.100000000000000088817841970012523233890533447265625 -0 -Infinity -324 1180591620717411303424 1 10000000000000000000000000000000000000000 -8727963568087712425891397479476727340041449
# expect: -1.23 0E+5 Infinity -sNaN45 0.1000000000000000055511151231257827021181583404541015625 2.5 7 Decimal('1E+5')
# expect: DecimalTuple(sign=1, digits=(1, 5, 0), exponent=-2) DecimalTuple(sign=0, digits=(0,), exponent='F') DecimalTuple(sign=0, digits=(), exponent='n') (-25, 2) (300, 1) (0, 1)
# expect: -2 -3 3 9 2 4 2.68 1.2E+3 1000000000000000000000000000000 0
# expect: 0.1 inf -0.0 1.2345678901234568e+29 (1.5+0j) False True
# expect: [True, True, True, True, True, True, True, True] True 785385913691403436
# expect: [True, False, True, False, False, False, True, False, True, False, False, False, False, False, True, True, False, True, False, True, True, True, True, True, False, False, True, False, True, True]
# expect: True False False False True True [Decimal('-Infinity'), 1, Fraction(5, 3), 2.5, Decimal('3')] 2
# expect: Decimal Sub [1] Decimal False True Sub True
# expect: 12.30 0 1 10 1.50 True True True +Zero
# expect: 1.23 1.23E+4 0.100 1.00E+4 NaN123 True 0
# expect: [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] 1
# expect: [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] [<class 'decimal.ConversionSyntax'>] 
# expect: [<class 'decimal.ConversionSyntax'>]
# expect: 1.0 10.5 3.375 3
