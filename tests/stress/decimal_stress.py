# SPDX-License-Identifier: MIT
"""One context, its signal dicts and some Decimals used by several threads at once: flags are never lost or torn, results are those of some setting."""
import decimal
import threading
from decimal import Context, Decimal, Inexact, Overflow, Rounded, localcontext, setcontext
from _hammer import hammer

shared = Context(prec=28, traps=[])
numbers = [Decimal(n) / 7 for n in range(1, 40)]
big = Decimal(3) ** 400
thirds = {str(Context(prec=p).divide(Decimal(1), 3)) for p in (5, 28, 60)}
cell = [Decimal("0.5")]
local = threading.local()


def calculate(rng):
    assert str(shared.divide(Decimal(1), 3)) in thirds
    a, b = rng.choice(numbers), rng.choice(numbers)
    assert shared.compare(a, b) in (-1, 0, 1) and hash(a) == hash(Decimal(str(a)))
    shared.multiply(big, a), shared.exp(b), shared.ln(b), shared.power(a, b)
    assert big * 1 != 0 and str(+a)


def change(rng):
    shared.prec = rng.choice((5, 28, 60))
    shared.rounding = decimal.ROUND_HALF_EVEN
    shared.capitals = rng.randrange(2)
    if rng.randrange(4) == 0:
        shared.clear_flags()
    assert shared.prec in (5, 28, 60)


def flags(rng):
    f = shared.flags
    assert len(f) == 9 and set(f.values()) <= {True, False}
    f[rng.choice((Overflow, Inexact, Rounded))] = rng.randrange(2)
    shared.flags = dict(f)
    shared.traps = shared.traps.copy()
    assert repr(shared).startswith("Context(prec=") and f == f


def own(rng):
    if not hasattr(local, "set"):
        setcontext(Context(prec=20))
        local.set = True
    with localcontext(prec=rng.randrange(1, 40)) as c:
        x = Decimal(2) / 3
        assert len(x.as_tuple().digits) == c.prec and c.flags[Inexact]
    assert len((Decimal(2) / 3).as_tuple().digits) == 20


def exchange(rng):
    cell[0] = cell[0] + rng.choice(numbers) if cell[0] < 10 ** 6 else Decimal(10) ** 50 + 1
    if cell[0] > 10 ** 40:
        cell[0] = Decimal("0.5")


def keep(rng):
    f = Context(prec=3).flags
    try:
        len(f)
    except ValueError as e:
        assert str(e) == "invalid signal dict"
    else:
        raise AssertionError("the context is gone")


hammer(calculate, calculate, change, flags, own, own, exchange, exchange, keep, turns=300)
print("ok")

# expect: ok
