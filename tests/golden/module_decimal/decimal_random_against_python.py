# Random operands, a fixed seed: the native arithmetic against the library's own in Python, results and flags.
import _decimal as C
import _pydecimal as P
import random
R = random.Random(20250807)
UNARY = "exp ln log10 logb logical_invert next_minus next_plus normalize sqrt abs minus plus _apply to_integral_exact to_integral_value to_sci_string to_eng_string number_class create_decimal".split()
BINARY = ("compare compare_signal compare_total compare_total_mag copy_sign logical_and logical_or logical_xor max max_mag min min_mag next_toward remainder_near rotate scaleb shift add subtract "
          "multiply divide divide_int remainder quantize divmod power same_quantum add subtract multiply divide").split()
ROUNDINGS = [n for n in dir(C) if n.startswith("ROUND_")]
def digits():
    n = R.choice([1, 2, 18, 19, 20, 37, 38, 39, 40, 76, 77]) if R.random() < .2 else R.randint(1, 30)
    s = R.choice(["9" * n, "1" + "0" * (n - 1), "5" + "0" * (n - 1)]) if R.random() < .4 else "".join(R.choice("0123456789" if R.random() < .8 else "01") for _ in range(n))
    return s[:n // 2] + "0" * (n - n // 2) if R.random() < .1 else s
def number():
    m = R.random()
    sign = R.choice(["", "-"])
    if m < .05: return sign + R.choice(["Inf", "NaN", "sNaN", "NaN" + digits()])
    return sign + digits() + (f"E{R.randint(-60, 60)}" if m < .7 else "")
count = 0
for turn in range(6000):
    kw = dict(prec=R.choice([1, 3, 9, 16, 28, 37, 38, 39, 50]), rounding=R.choice(ROUNDINGS), clamp=R.randint(0, 1), capitals=R.randint(0, 1), flags=[], traps=[])
    kw["Emax"], kw["Emin"] = R.choice([(999999, -999999), (96, -95)])
    name = R.choice(UNARY if R.random() < .3 else BINARY)
    args = [number(), number()] if name in BINARY else [number()]
    if name in ("exp", "ln", "log10", "power"):
        # Python's own are slow, and power rounds correctly only to nearest.
        args = [str(R.randint(-500, 500) / R.choice([1, 2, 8, 10])) for _ in args]
        kw["rounding"], kw["prec"], kw["Emax"], kw["Emin"] = C.ROUND_HALF_EVEN, R.choice([3, 9, 16]), 999999, -999999
    elif name in ("rotate", "shift", "scaleb"): args[1] = str(R.randint(-40, 40))
    elif name == "quantize": args[1] = f"1E{R.randint(-30, 9)}"
    got = []
    for m in (C, P):
        c = m.Context(**kw)
        r = getattr(c, name)(*[m.Decimal(a) for a in args])
        got.append((str(r) if not isinstance(r, tuple) else list(map(str, r)), sorted(s.__name__ for s in c.flags if c.flags[s])))
    if got[0] != got[1] and not (name == "power" and got[0][0] == got[1][0]):
        print(name, args, kw, *got)
        count += 1
print(count)

# expect: 0
