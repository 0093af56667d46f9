# SPDX-License-Identifier: MIT
# Expressions of several float operations, warm: what stands between two operations is never lost, whatever its type, size or owner.
import math
import sys
import traceback


class P:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Slot:
    __slots__ = ("v",)


def poly(a, b, c):
    return a * b + c * (a - b) / 2.0 - b * 3


def move(p, d):
    p.x -= d * p.y
    p.y = p.x * 2 + d
    return p.x * p.y - p.x


def inside(a, b):
    if a * a + b * b > 4.0:
        return 1
    if 2.0 < a - b:
        return 2
    return 3 if a + b == b * 1.0 else 4


def dot(xs, ys, n):
    s = 0
    for i in range(n):
        s += xs[i] * ys[i]
    return s


def run(f, *cases):
    for args in cases * 3:          # each case after every other one
        r = f(*args)
    return [f(*args) for args in cases]


print(run(poly, (1.5, 2.5, 3.0), (2, 3, 4), (1e308, 1e308, 1.0), (10**30, 2, 3), (True, 2.0, 1j), (5e-324, 0.5, 2.0)))  # expect: [-5.25, -5.0, nan, 3.4999999999999996e+30, (-4-0.5j), -2.0]
print(run(inside, (1.0, 1.0), (3.0, 0.0), (1.9, -0.5), (0.0, 0.5), (0, 0), (float("nan"), 1.0), (2**70, 1.0)))  # expect: [4, 1, 2, 3, 3, 4, 1]
print([move(P(1.0, 2.0), 0.5) for _ in range(3)][-1])  # expect: 0.0
print(move(P(1, 2), 3))  # expect: 40
print(move(P(1e300, 1e200), 1e150))  # expect: inf
print(repr(move(P(float("inf"), 2.0), 0.5)))  # expect: nan
print(dot([1.0, 2.0, 0.5], [4.0, 5.0, 6.0], 3), dot([1, 2.5], [2, 2], 2), dot((1.5, 2), [2, 3], 2))  # expect: 17.0 7.0 9.0


# The other operand decides: strings, lists, classes with operators.
class Other:
    def __radd__(self, x):
        return "radd %r" % (x,)

    def __rmul__(self, x):
        return x

    def __lt__(self, x):
        return "lt %r" % (x,)


def mixed(a, b, c):
    return a * b + c


for c in (1.0, 2, Other(), 1.0):
    for _ in range(3):
        r = mixed(2.0, 4.0, c)
    print(r)
# expect: 9.0
# expect: 10.0
# expect: radd 8.0
# expect: 9.0


def compare(a, b, c):
    return "yes" if c < a * b else "no"


print([compare(2.0, 3.0, c) for c in (1.0, 7.0, Other(), 1, 2**80)])  # expect: ['yes', 'no', 'yes', 'yes', 'no']


# Errors stand where they belong.
def ratio(a, b, c):
    return (a - b) / (b * c) + (a
                                / c)


def where(*args):
    for _ in range(5):
        ratio(4.0, 2.0, 1.0)
    try:
        ratio(*args)
    except Exception as e:
        f = traceback.extract_tb(e.__traceback__)[-1]
        print(type(e).__name__, e, f.lineno - ratio.__code__.co_firstlineno, f.end_lineno - f.lineno, f.colno, f.end_colno)


where(1.0, 2.0, 0.0)  # expect: ZeroDivisionError division by zero 1 0 11 28
where(1.0, 0.5, "x")  # expect: TypeError can't multiply sequence by non-int of type 'float' 1 0 22 27
where(1.0, "x", 1.0)  # expect: TypeError unsupported operand type(s) for -: 'float' and 'str' 1 0 12 17


# A slot that does not exist, one that is read only, an attribute of a class.
def store(o, a, b):
    o.v = a * b
    return o.v


class Fixed:
    v = property(lambda self: 5)


s = Slot()
print([store(s, 2.0, x) for x in (1.0, 1e300 * 1e300, 3)])  # expect: [2.0, inf, 6.0]
for o in (Fixed(), 1, None):
    try:
        store(o, 1.5, 2.0)
    except AttributeError as e:
        print(e)
# expect: property 'v' of 'Fixed' object has no setter
# expect: 'int' object has no attribute 'v' and no __dict__ for setting new attributes
# expect: 'NoneType' object has no attribute 'v' and no __dict__ for setting new attributes


# A tracer sees the same before and after the code is warm.
def lines(a, b):
    return (a * b
            + a / (
                b - a)
            - b * a)


def traced():
    seen = []

    def tracer(frame, event, arg):
        if frame.f_code is lines.__code__:
            frame.f_trace_opcodes = True
            seen.append((event, frame.f_lineno, frame.f_lasti))
        return tracer

    sys.settrace(tracer)
    lines(2.0, 3.0)
    sys.settrace(None)
    return seen


cold = traced()
for _ in range(5):
    lines(2.0, 3.0)
print(traced() == cold, len(cold) > 5)  # expect: True True


def pairs(n):
    x = 0.5
    for i in range(n):
        x = x * 1.5 - i / 4 if i % 2 else x - 0.25 * i
        x = -x * x + 1.0 if x > 2.0 else x
    return x


print(pairs(40))  # expect: -16570.783650398254
print(math.isclose(pairs(400) / pairs(400), 1.0))  # expect: True
print([2.0 ** x for x in (0.5, -1, 2)], (-8.0) ** (1 / 3), [x ** -1.5 for x in (4.0, 1e-100)])  # expect: [1.4142135623730951, 0.5, 4.0] (1.0000000000000002+1.7320508075688772j) [0.125, 1e+150]
