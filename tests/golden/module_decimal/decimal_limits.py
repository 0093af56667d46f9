# The largest contexts: exact results work, endless ones end in MemoryError, great exponents in signals.
from decimal import *
D = Decimal
big = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, DivisionByZero, Overflow])
def attempt(what):
    try:
        print(what, "->", eval(what))
    except Exception as e:
        print(what, "!!", type(e).__name__)
with localcontext(big):
    for what in ("D(1) + 2", "D(1) / 8", "D(1) / 3", "D(2).sqrt()", "D(5) ** 20", "D(1) + D('1E-999999999999')", "D('1E+999999999999') % 7",
                 "D('1E+999999999999999999') * 10", "D(4).sqrt()", "D(1).next_plus()", "D('1E-1999999999999999997')", "D('1E-1999999999999999998')",
                 "D('1E+1000000000000000000')", "D(1).logical_invert()", "int(D('1E+999999999999'))", "format(D(1), '.999999999999f')", "D('0E+999999999999') + 1", "D(7).rotate(1)"):
        attempt(what)
with localcontext(Context(prec=9, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, DivisionByZero, Overflow])):
    for what in ("D('1E+999999999999999999') + 1", "D(10) ** 999999999999999999", "D(10) ** 1000000000000000000", "D('0.1') ** 3000000000000000000", "D('1.000000001') ** 10000000000000",
                 "D('1E+18').exp()", "D('2E+18').exp()", "D('1E+30').exp()", "D('-1E+30').exp()", "D('1E-999999999999999999').exp()", "D('1E+999999999999999999').log10()", "D('1E-999999999999999999').ln()",
                 "D('1E+999999999999999999').sqrt()", "D('1E+999999999999999999') // 3", "D('1E+999999999999999999').scaleb(5)", "hash(D('1E+999999999999999999'))", "D('1E+999999999999999999') > 10 ** 400",
                 "D('0E+999999999999') % D('1.5')", "pow(D(3), 10 ** 30, 7)", "D('1E+999999999999').compare(D('1E-999999999999'))", "D(-1) ** 10 ** 40", "D('1E+500000000000000000') ** 2"):
        attempt(what)

# expect: D(1) + 2 -> 3
# expect: D(1) / 8 -> 0.125
# expect: D(1) / 3 !! MemoryError
# expect: D(2).sqrt() !! MemoryError
# expect: D(5) ** 20 -> 95367431640625
# expect: D(1) + D('1E-999999999999') !! MemoryError
# expect: D('1E+999999999999') % 7 !! MemoryError
# expect: D('1E+999999999999999999') * 10 !! Overflow
# expect: D(4).sqrt() -> 2
# expect: D(1).next_plus() !! MemoryError
# expect: D('1E-1999999999999999997') -> 1E-1999999999999999997
# expect: D('1E-1999999999999999998') !! InvalidOperation
# expect: D('1E+1000000000000000000') !! InvalidOperation
# expect: D(1).logical_invert() !! MemoryError
# expect: int(D('1E+999999999999')) !! MemoryError
# expect: format(D(1), '.999999999999f') !! MemoryError
# expect: D('0E+999999999999') + 1 -> 1
# expect: D(7).rotate(1) -> 70
# expect: D('1E+999999999999999999') + 1 -> 1.00000000E+999999999999999999
# expect: D(10) ** 999999999999999999 -> 1.00000000E+999999999999999999
# expect: D(10) ** 1000000000000000000 !! Overflow
# expect: D('0.1') ** 3000000000000000000 -> 0E-1000000000000000007
# expect: D('1.000000001') ** 10000000000000 -> 8.80677419E+4342
# expect: D('1E+18').exp() -> 4.47846226E+434294481903251827
# expect: D('2E+18').exp() -> 2.00566242E+868588963806503655
# expect: D('1E+30').exp() !! Overflow
# expect: D('-1E+30').exp() -> 0E-1000000000000000007
# expect: D('1E-999999999999999999').exp() -> 1.00000000
# expect: D('1E+999999999999999999').log10() -> 1.00000000E+18
# expect: D('1E-999999999999999999').ln() -> -2.30258509E+18
# expect: D('1E+999999999999999999').sqrt() -> 3.16227766E+499999999999999999
# expect: D('1E+999999999999999999') // 3 !! InvalidOperation
# expect: D('1E+999999999999999999').scaleb(5) !! Overflow
# expect: hash(D('1E+999999999999999999')) -> 446793810335211678
# expect: D('1E+999999999999999999') > 10 ** 400 -> True
# expect: D('0E+999999999999') % D('1.5') -> 0.0
# expect: pow(D(3), 10 ** 30, 7) -> 4
# expect: D('1E+999999999999').compare(D('1E-999999999999')) -> 1
# expect: D(-1) ** 10 ** 40 -> 1
# expect: D('1E+500000000000000000') ** 2 !! Overflow
