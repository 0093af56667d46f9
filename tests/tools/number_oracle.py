# SPDX-License-Identifier: MIT
"""Compares numbers of two interpreters on random operations.

    number_oracle.py emit SEED COUNT            prints one line per operation and its result
    number_oracle.py compare A B [SEED [COUNT]] runs both interpreters on the same operations and shows where they differ

The operations come from a generator written here, so that they do not depend on the random module of either side.
Results that C libraries may round differently (powers and the like of floats) are not part of it.
"""
import math
import sys


class Source:
    """xorshift64*: the same numbers everywhere."""

    def __init__(self, seed):
        self.state = seed * 2654435769 + 88172645463325252 & 0xFFFFFFFFFFFFFFFF or 1

    def bits(self, n):
        value = 0
        for _ in range(n // 32 + 1):
            s = self.state
            s ^= s >> 12
            s ^= s << 25 & 0xFFFFFFFFFFFFFFFF
            s ^= s >> 27
            self.state = s
            value = value << 32 | (s * 2685821657736338717 & 0xFFFFFFFFFFFFFFFF) >> 32
        return value & (1 << n) - 1

    def below(self, n):
        return self.bits(40) % n

    def choice(self, items):
        return items[self.below(len(items))]


EDGES = [0, 1, -1, 2, 3, 7, 10, 2**15, 2**30, 2**31 - 1, 2**31, -2**31, 2**32, 2**53, 2**53 + 1, 2**60, 2**61 - 1, 2**61, -2**61,
         -2**61 - 1, 2**62, 2**63 - 1, 2**63, -2**63, 2**64 - 1, 2**64, 2**64 + 1, -2**64, 10**18, 10**19, 10**30, 2**127, 2**128, True, False]
FLOAT_EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 0.1, 1e16, 1e17, 123456789.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
               float("inf"), -float("inf"), float("nan"), 2.0**53, 2.0**61, 2.0**62, 2.0**63, 1e22, 1e23, 9007199254740993.0, 0.3, 1e-5, 1e-4,
               2.0**-255, 2.0**-256, 2.0**255, 2.0**256, 2.0**-767]


def an_int(s):
    k = s.below(10)
    if k < 3:
        v = s.choice(EDGES) + s.below(3) - 1
    elif k < 5:
        v = s.bits(s.below(64))
    elif k < 8:
        v = s.bits(s.below(200))
    elif k < 9:
        v = (1 << s.below(300)) + s.below(3) - 1
    else:
        v = s.bits(s.below(2500))
    return -v if s.below(2) else v


def a_float(s):
    k = s.below(8)
    if k < 2:
        return s.choice(FLOAT_EDGES)
    if k < 4:
        v = s.bits(s.below(70)) / (1 << s.below(70))
    elif k < 5:
        v = s.bits(40) / 10**s.below(12)
    else:
        v = math.ldexp(s.bits(53), s.below(2080) - 1120)
    return -v if s.below(2) else v


def a_number(s):
    return a_float(s) if s.below(3) == 0 else an_int(s)


def a_complex(s):
    return complex(a_float(s), a_float(s))


def an_int_spec(s):
    return (s.choice(["", "", "*<", "0>", "^", "=", "x="]) + s.choice(["", "", "+", "-", " "]) + s.choice(["", "", "#"]) + s.choice(["", "0"]) +
            s.choice(["", str(s.below(40))]) + s.choice(["", "", ",", "_"]) + s.choice(["", "d", "b", "o", "x", "X", "n", "c", "e", "f", "g", "%", "s"]))


def a_float_spec(s):
    return (s.choice(["", "", "*<", "0>", "^", "=", "x="]) + s.choice(["", "", "+", "-", " "]) + s.choice(["", "", "z"]) + s.choice(["", "", "#"]) +
            s.choice(["", "0"]) + s.choice(["", str(s.below(40))]) + s.choice(["", "", ",", "_"]) + s.choice(["", "." + str(s.below(25))]) +
            s.choice(["", "", "", ",", "_"]) + s.choice(["", "e", "E", "f", "F", "g", "G", "n", "%", "d"]))


def a_text(s):
    v = s.choice([an_int, an_int, a_float])(s)
    t = s.choice([repr, hex, oct, bin])(v) if isinstance(v, int) and not isinstance(v, bool) else repr(v)
    for _ in range(s.below(3)):
        at = s.below(len(t) + 1)
        t = t[:at] + s.choice(["_", "_", " ", "0", "e", ".", "-", "x", "\n", "\u0663", "j", "n", ""]) + t[at + s.below(2):]
    return t


def small(s):
    return s.below(260) - 20


BINARY = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "//": lambda a, b: a // b,
    "%": lambda a, b: a % b, "divmod": divmod, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}
BITS = {"&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b}
UNARY = {
    "neg": lambda a: -a, "pos": lambda a: +a, "abs": abs, "repr": repr, "hash": lambda a: hash(a) if a == a else 0, "bool": bool, "int": int,
    "float": float, "round": round, "ratio": lambda a: a.as_integer_ratio(), "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc,
    "is_integer": lambda a: a.is_integer(),
}
INT_UNARY = {"invert": lambda a: ~int(a), "bits": lambda a: a.bit_length(), "ones": lambda a: a.bit_count(), "hex": hex, "oct": oct, "bin": bin,
             "isqrt": math.isqrt}
COMPLEX = {"+": BINARY["+"], "-": BINARY["-"], "*": BINARY["*"], "/": BINARY["/"], "==": BINARY["=="], "!=": BINARY["!="], "<": BINARY["<"]}


def operation(s):
    """Name, function, arguments."""
    k = s.below(20)
    if k < 5:
        name = s.choice(list(BINARY))
        return name, BINARY[name], (a_number(s), a_number(s))
    if k < 6:
        name = s.choice(list(BITS))
        return name, BITS[name], (an_int(s), an_int(s))
    if k < 8:
        name = s.choice(list(UNARY))
        return name, UNARY[name], (a_number(s),)
    if k < 9:
        name = s.choice(list(INT_UNARY))
        return name, INT_UNARY[name], (an_int(s),)
    if k < 10:
        return s.choice([("<<", lambda a, b: a << b), (">>", lambda a, b: a >> b)]) + ((an_int(s), small(s)),)
    if k < 11:
        return "pow", pow, s.choice([(an_int(s), s.below(40)), (an_int(s), an_int(s), an_int(s)), (s.below(20), s.below(300))])
    if k < 12:
        return "round", round, (a_number(s), s.below(40) - 25)
    if k < 13:
        return "format", format, (an_int(s), an_int_spec(s))
    if k < 14:
        return "format", format, (a_float(s), a_float_spec(s))
    if k < 15:
        return s.choice([("int", int), ("float", float), ("complex", complex)]) + ((a_text(s),),)
    if k < 16:
        return "int", int, (a_text(s), s.choice([0, 0, 2, 8, 10, 16, 36, 1, 37]))
    if k < 17:
        name = s.choice(list(COMPLEX))
        pair = s.choice([(a_complex, a_complex), (a_complex, a_number), (a_number, a_complex)])
        return name, COMPLEX[name], (pair[0](s), pair[1](s))
    if k < 18:
        return s.choice([
            ("gcd", math.gcd, (an_int(s), an_int(s))), ("lcm", math.lcm, (an_int(s), an_int(s))), ("comb", math.comb, (small(s), small(s))),
            ("perm", math.perm, (small(s), small(s))), ("fsum", math.fsum, ([a_float(s) for _ in range(s.below(12))],)),
            ("hypot", math.hypot, [a_float(s) for _ in range(s.below(5))]), ("frexp", math.frexp, (a_float(s),)), ("modf", math.modf, (a_float(s),)),
            ("sqrt", math.sqrt, (a_number(s),)), ("remainder", math.remainder, (a_number(s), a_number(s))), ("ulp", math.ulp, (a_float(s),)),
            ("sumprod", math.sumprod, ([1, 2.5, a_float(s)], [a_number(s) for _ in range(3)])), ("fma", math.fma, (a_float(s), a_float(s), a_float(s))),
            ("nextafter", lambda a, b, n: math.nextafter(a, b, steps=n), (a_float(s), a_float(s), s.below(1000))), ("fmod", math.fmod, (a_float(s), a_float(s))),
            ("copysign", math.copysign, (a_float(s), a_float(s))), ("factorial", math.factorial, (small(s),)),
        ])
    if k < 19:
        return s.choice([
            ("to_bytes", lambda v, n, o, g: v.to_bytes(n, o, signed=g), (an_int(s), s.below(40), s.choice(["big", "little"]), bool(s.below(2)))),
            ("from_bytes", lambda v, o, g: int.from_bytes(bytes(v), o, signed=g), ([s.below(256) for _ in range(s.below(40))], s.choice(["big", "little"]), bool(s.below(2)))),
            ("hex", float.hex, (a_float(s),)), ("fromhex", lambda x: float.fromhex(x), (hex(s.bits(80)) + s.choice(["", ".8", ".123456789abcdef"]) + "p" + str(s.below(2300) - 1200),)),
        ])
    spec = s.choice(["%d", "%x", "%o", "%#x", "%+05d", "%.3d", "%g", "%.2f", "%10.3e", "%r", "%s", "%c", "%5.1f", "%-10d|", "% d", "%G", "%#.0f", "%i"])
    return "%", lambda f, v: f % v, (spec, a_number(s))


def emit(seed, count):
    s = Source(seed)
    for i in range(count):
        name, fn, args = operation(s)
        try:
            r = fn(*args)
            shown = type(r).__name__ + " " + (hex(r) if type(r) is int else repr(r))
        except Exception as e:
            shown = type(e).__name__ + ": " + str(e)
        given = ", ".join(hex(a) if type(a) is int else repr(a) for a in args)
        print(ascii(str(i) + " " + name + "(" + given + ") -> " + shown))


def compare(a, b, seed, count):
    import subprocess
    outs = [subprocess.run([p, __file__, "emit", str(seed), str(count)], capture_output=True, text=True, timeout=600) for p in (a, b)]
    for p, out in zip((a, b), outs):
        if out.returncode:
            print(p, "ended with", out.returncode, out.stderr[-2000:])
    bad = 0
    left, right = (out.stdout.splitlines() for out in outs)
    for x, y in zip(left, right):
        if x != y:
            bad += 1
            if bad <= 40:
                print("-", x[:600])
                print("+", y[:600])
    print(len(left), len(right), "lines,", bad, "differences")
    return 1 if bad or len(left) != len(right) or not left else 0


if __name__ == "__main__":
    if len(sys.argv) > 3 and sys.argv[1] == "emit":
        emit(int(sys.argv[2]), int(sys.argv[3]))
    elif len(sys.argv) > 3 and sys.argv[1] == "compare":
        sys.exit(compare(sys.argv[2], sys.argv[3], int((sys.argv + [1])[4]) if len(sys.argv) > 4 else 1, int(sys.argv[5]) if len(sys.argv) > 5 else 20000))
    else:
        print(__doc__)
