# Long coefficients: nothing is quadratic, and all digits are right.
from decimal import *
setcontext(Context(prec=100_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, Inexact]))
n = 7 ** 50_000
d = Decimal(n)
print(d.adjusted(), d == n, hash(d) == hash(n), int(d) == n, d == Decimal(7) ** 50_000)
print(d * d == n * n, d * d / d == d, (d * d).sqrt() == d, d * 3 // d, (d * d + 1) % d, divmod(d * 5 + 2, d))
text = str(d)
print(len(text), text[:10], text[-10:], Decimal(text) == d, Decimal(text[:9] + "." + text[9:]).scaleb(len(text) - 9) == d, len(d.as_tuple().digits))
getcontext().traps[Inexact] = False
third = Decimal(1) / 3
print(len(str(third)), third * 3 == 1, 1 - third * 3, format(d, ".5e"), d.quantize(Decimal("1E+42240"), context=Context(prec=30, Emax=MAX_EMAX)))
getcontext().prec = 1000
x = Decimal(2).ln()
print(len(str(x)), abs(x.exp() - 2) < Decimal("1E-998"), str(Decimal(2) ** Decimal("0.5")) == str(Decimal(2).sqrt()), str(Decimal(3).log10())[-5:])

# expect: 42254 True True True True
# expect: True True True 3 1 (Decimal('5'), Decimal('2'))
# expect: 42255 7979959970 4030000001 True True 42255
# expect: 100002 False 1E-100000 7.97996e+42254 7.97995997080210E+42254
# expect: 1002 True True 60053
# timeout: 90
