import copy, pickle, sys
from decimal import *
D = Decimal
setcontext(Context(prec=6, traps=[InvalidOperation, DivisionByZero, Overflow]))
print(getcontext(), D(1) / 7, getcontext().flags[Inexact], list(getcontext().flags) == list(getcontext().traps))
def attempt(what):
    try:
        print(what, "->", eval(what))
    except Exception as e:
        print(what, "!!", type(e).__name__, e)
for what in ("D('x')", "D(1) / 0", "D(0) / 0", "D('Inf') - D('Inf')", "divmod(D(1), 0)", "D('sNaN') == 1", "D('NaN') < 1", "D('NaN') == 1", "D(1) + 1.5", "D(1) + 'a'", "D(1) < 1.5",
             "D(10) ** 1000000", "D(1).quantize(D('1e-7'))", "D(10) ** 10 // 3", "D(1).exp(5)", "D(1).quantize(1, 'x')", "getcontext().add(1.5, 1)", "getcontext().add('1', 1)",
             "Context(prec=0)", "Context(prec='a')", "Context(rounding='up')", "Context(Emin=1)", "Context(Emax=10**18)", "Context(prec=2**63)", "Context(capitals=2)", "Context(flags=5)",
             "Context(flags=[5])", "Context(traps={1: 2})", "setattr(getcontext(), 'x', 1)", "delattr(getcontext(), 'prec')", "getcontext().flags[5]", "getcontext().flags.__delitem__(Inexact)",
             "setcontext(5)", "localcontext(5)", "localcontext(x=5)", "IEEEContext(64)", "IEEEContext(100)", "type(localcontext())()", "D.from_float('1')", "D.from_number('1')",
             "getcontext().canonical(1)", "hash(D('sNaN'))", "int(D('Inf'))", "int(D('NaN'))", "D('Inf').as_integer_ratio()", "float(D('sNaN'))", "D((0, (1, 10), 2))", "D((0, (1,), 'x'))", "D((2, (), 0))"):
    attempt(what)
with localcontext(prec=3, rounding=ROUND_UP) as c:
    print(D(1) / 3, c is getcontext())
    with localcontext(Context(prec=2)):
        print(D(1) / 3)
    print(D(1) / 3)
print(D(1) / 3)
c = Context(prec=4, flags=[Inexact, Clamped], traps=[Overflow])
for other in (c.copy(), copy.copy(c), copy.deepcopy(c), pickle.loads(pickle.dumps(c))):
    print(other, other.flags == c.flags, other.traps == dict(c.traps), other.flags is c.flags)
c.flags[Rounded] = True
c.traps = c.flags
print(c.flags == c.traps, c.flags != c.traps, len(c.flags), Inexact in c.flags, c.flags.get(Overflow), c)
c.clear_flags(), c.clear_traps()
print(c, c.Etiny(), c.Etop())
c.traps[FloatOperation] = True
setcontext(c)
attempt("D(1.5)"), attempt("D(1) < 1.5"), attempt("D(1) == 1.5"), attempt("D.from_float(1.5)"), attempt("getcontext().create_decimal_from_float(0.1)")
setcontext(DefaultContext)
print(getcontext() is DefaultContext, getcontext())
print([issubclass(Underflow, x) for x in (Inexact, Rounded, Subnormal, ArithmeticError, Overflow)], issubclass(DivisionByZero, ZeroDivisionError), issubclass(FloatOperation, TypeError))
class Sub(Context):
    def __init__(self, prec):
        super().__init__(prec=prec)
        self.name = "sub"
print(Sub(3).divide(D(2), 3), Sub(3).name, type(Sub(3).copy()).__name__)
print(MAX_PREC, MAX_EMAX, MIN_EMIN, MIN_ETINY, HAVE_THREADS, HAVE_CONTEXTVAR)
kept = Context().flags
try:
    len(kept)
except ValueError as e:
    print(e)

# expect: Context(prec=6, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Inexact, Rounded], traps=[InvalidOperation, DivisionByZero, Overflow]) 0.142857 True True
# expect: D('x') !! InvalidOperation [<class 'decimal.ConversionSyntax'>]
# expect: D(1) / 0 !! DivisionByZero [<class 'decimal.DivisionByZero'>]
# expect: D(0) / 0 !! InvalidOperation [<class 'decimal.DivisionUndefined'>]
# expect: D('Inf') - D('Inf') !! InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: divmod(D(1), 0) !! InvalidOperation [<class 'decimal.InvalidOperation'>, <class 'decimal.DivisionByZero'>]
# expect: D('sNaN') == 1 !! InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: D('NaN') < 1 !! InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: D('NaN') == 1 -> False
# expect: D(1) + 1.5 !! TypeError unsupported operand type(s) for +: 'decimal.Decimal' and 'float'
# expect: D(1) + 'a' !! TypeError unsupported operand type(s) for +: 'decimal.Decimal' and 'str'
# expect: D(1) < 1.5 -> True
# expect: D(10) ** 1000000 !! Overflow [<class 'decimal.Overflow'>]
# expect: D(1).quantize(D('1e-7')) !! InvalidOperation [<class 'decimal.InvalidOperation'>]
# expect: D(10) ** 10 // 3 !! InvalidOperation [<class 'decimal.DivisionImpossible'>]
# expect: D(1).exp(5) !! TypeError optional argument must be a context
# expect: D(1).quantize(1, 'x') !! TypeError valid values for rounding are:
# expect:   [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,
# expect:    ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
# expect:    ROUND_05UP]
# expect: getcontext().add(1.5, 1) !! TypeError conversion from float to Decimal is not supported
# expect: getcontext().add('1', 1) !! TypeError conversion from str to Decimal is not supported
# expect: Context(prec=0) !! ValueError valid range for prec is [1, MAX_PREC]
# expect: Context(prec='a') !! TypeError an integer is required
# expect: Context(rounding='up') !! TypeError valid values for rounding are:
# expect:   [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,
# expect:    ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
# expect:    ROUND_05UP]
# expect: Context(Emin=1) !! ValueError valid range for Emin is [MIN_EMIN, 0]
# expect: Context(Emax=10**18) !! ValueError valid range for Emax is [0, MAX_EMAX]
# expect: Context(prec=2**63) !! OverflowError Python int too large to convert to C ssize_t
# expect: Context(capitals=2) !! ValueError valid values for capitals are 0 or 1
# expect: Context(flags=5) !! TypeError argument must be a signal dict
# expect: Context(flags=[5]) !! KeyError 'valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]'
# expect: Context(traps={1: 2}) !! KeyError 'invalid signal dict'
# expect: setattr(getcontext(), 'x', 1) !! AttributeError 'decimal.Context' object has no attribute 'x'
# expect: delattr(getcontext(), 'prec') !! AttributeError context attributes cannot be deleted
# expect: getcontext().flags[5] !! KeyError 'valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]'
# expect: getcontext().flags.__delitem__(Inexact) !! ValueError signal keys cannot be deleted
# expect: setcontext(5) !! TypeError argument must be a context
# expect: localcontext(5) !! TypeError optional argument must be a context
# expect: localcontext(x=5) !! TypeError this function got an unexpected keyword argument 'x'
# expect: IEEEContext(64) -> Context(prec=16, rounding=ROUND_HALF_EVEN, Emin=-383, Emax=384, capitals=1, clamp=1, flags=[], traps=[])
# expect: IEEEContext(100) !! ValueError argument must be a multiple of 32, with a maximum of 512
# expect: type(localcontext())() !! TypeError cannot create 'decimal.ContextManager' instances
# expect: D.from_float('1') !! TypeError argument must be int or float
# expect: D.from_number('1') !! TypeError conversion from str to Decimal is not supported
# expect: getcontext().canonical(1) !! TypeError argument must be a Decimal
# expect: hash(D('sNaN')) !! TypeError Cannot hash a signaling NaN value
# expect: int(D('Inf')) !! OverflowError cannot convert Infinity to integer
# expect: int(D('NaN')) !! ValueError cannot convert NaN to integer
# expect: D('Inf').as_integer_ratio() !! OverflowError cannot convert Infinity to integer ratio
# expect: float(D('sNaN')) !! ValueError cannot convert signaling NaN to float
# expect: D((0, (1, 10), 2)) !! ValueError coefficient must be a tuple of digits
# expect: D((0, (1,), 'x')) !! ValueError string argument in the third position must be 'F', 'n' or 'N'
# expect: D((2, (), 0)) !! ValueError sign must be an integer with the value 0 or 1
# expect: 0.334 True
# expect: 0.33
# expect: 0.334
# expect: 0.333333
# expect: Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Clamped, Inexact], traps=[Overflow]) True True False
# expect: Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Clamped, Inexact], traps=[Overflow]) True True False
# expect: Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Clamped, Inexact], traps=[Overflow]) True True False
# expect: Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Clamped, Inexact], traps=[Overflow]) True True False
# expect: True False 9 True False Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[Clamped, Inexact, Rounded], traps=[Clamped, Inexact, Rounded])
# expect: Context(prec=4, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[], traps=[]) -1000002 999996
# expect: D(1.5) !! FloatOperation [<class 'decimal.FloatOperation'>]
# expect: D(1) < 1.5 !! FloatOperation [<class 'decimal.FloatOperation'>]
# expect: D(1) == 1.5 -> False
# expect: D.from_float(1.5) -> 1.5
# expect: getcontext().create_decimal_from_float(0.1) -> 0.1000
# expect: False Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[], traps=[InvalidOperation, DivisionByZero, Overflow])
# expect: [True, True, True, True, False] True True
# expect: 0.667 sub Context
# expect: 999999999999999999 999999999999999999 -999999999999999999 -1999999999999999997 True True
# expect: invalid signal dict
