# SPDX-License-Identifier: MIT
"""Compares the regular expression engine with the `re` of the Python 3.14 that runs this file, by ctypes.

    cc -shared -fPIC -O2 -D_GNU_SOURCE -I. -o /tmp/sre.so stdlib/_sre/sre_*.c core/base/unicode.c core/base/unicode_tables.c
    python3.14 tests/tools/sre_oracle.py /tmp/sre.so [tests | random [N] | damage [N] | speed]

tests: the patterns of test.re_tests; random: made-up patterns and texts; damage: spoilt code lists must be refused or run
without a crash. The seed is printed and taken from SEED. Exits with 1 when anything differs.
"""

import ctypes as C
import os
import random
import re
import sys
import time
import warnings
from re import _compiler, _parser

lib = C.CDLL(sys.argv[1])
warnings.simplefilter("ignore")


class State(C.Structure):
    _fields_ = [("program", C.c_void_p), ("text", C.c_void_p), ("width", C.c_uint32), ("length", C.c_size_t),
                ("end", C.c_size_t), ("full", C.c_bool), ("must_advance", C.c_bool), ("dirty", C.c_bool),
                ("poll", C.c_void_p), ("poll_arg", C.c_void_p), ("fuel", C.c_uint32), ("match_start", C.c_size_t),
                ("match_end", C.c_size_t), ("regs", C.POINTER(C.c_size_t)), ("rest", C.c_char * 8192)]


lib.sre_program_new.restype = C.c_void_p
lib.sre_program_free.argtypes = [C.c_void_p]
lib.sre_state_init.argtypes = [C.c_void_p, C.c_void_p, C.c_void_p, C.c_uint32, C.c_size_t, C.c_size_t]
lib.sre_match.argtypes = lib.sre_search.argtypes = [C.c_void_p, C.c_size_t]
lib.sre_group.restype = C.c_bool
POLL = C.CFUNCTYPE(C.c_int, C.c_void_p)
steps = 0


@POLL
def poll(_):
    global steps
    steps -= 1
    return steps < 0


def program(code, groups):
    error = C.c_int()
    words = (C.c_uint32 * len(code))(*code)
    p = lib.sre_program_new(words, C.c_size_t(len(code)), C.c_uint32(groups), C.byref(error))
    return p, error.value


def buffer(text):
    if isinstance(text, bytes):
        return text, 1
    top = max(map(ord, text), default=0)
    width = 1 if top < 256 else 2 if top < 65536 else 4
    ctype = {1: C.c_uint8, 2: C.c_uint16, 4: C.c_uint32}[width]
    return (ctype * (len(text) + 1))(*map(ord, text)), width


def spans(p, groups, text, how, pos=0, endpos=None, advance=False):
    """All groups' spans and lastindex, None, or the error's number."""
    global steps
    data, width = buffer(text)
    n = len(text)
    end = n if endpos is None else max(0, min(endpos, n))
    pos = max(0, min(pos, n))
    s = State()
    lib.sre_state_init(C.byref(s), p, data, width, n, end)
    s.full = how == "fullmatch"
    s.must_advance = advance
    s.poll = C.cast(poll, C.c_void_p).value
    steps = 40
    r = (lib.sre_search if how == "search" else lib.sre_match)(C.byref(s), pos)
    out = None
    if r == 1:
        a, b = C.c_size_t(), C.c_size_t()
        out = []
        for g in range(groups + 1):
            ok = lib.sre_group(C.byref(s), C.c_uint32(g), C.byref(a), C.byref(b))
            out.append((a.value, b.value) if ok else (-1, -1))
        out = tuple(out), s.regs[0] or None
    elif r < 0:
        out = r
    lib.sre_state_free(C.byref(s))
    return out


def expected(rx, text, how, *where):
    m = getattr(rx, how)(text, *where)
    return m and (m.regs, m.lastindex)


bad = 0


def differ(*what):
    global bad
    bad += 1
    if bad < 30:
        print("DIFFERS", *map(ascii, what))


def compile_both(pattern, flags=0):
    tree = _parser.parse(pattern, flags)
    code = _compiler._code(tree, flags)
    groups = tree.state.groups - 1
    p, error = program(code, groups)
    if not p:
        differ("refused", pattern, error, code)
    return re.compile(pattern, flags), p, groups


def check(pattern, flags, texts):
    try:
        rx, p, groups = compile_both(pattern, flags)
    except (re.PatternError, RecursionError, OverflowError):
        return 0
    if not p:
        return 0
    count = 0
    for text in texts:
        for how in "match", "search", "fullmatch":
            where = ()
            if random.random() < .2:
                where = random.randrange(len(text) + 2), random.randrange(len(text) + 3)
                if where[1] < where[0]:
                    where = where[1], where[0]
                if where[0] > len(text):
                    where = len(text), len(text)
            got = spans(p, groups, text, how, *where)
            if got == -2:
                continue
            want = expected(rx, text, how, *where)
            count += 1
            if got != want:
                differ(pattern, flags, how, text, where, got, want)
    lib.sre_program_free(p)
    return count


def part_tests():
    from test.re_tests import tests
    n = 0
    for t in tests:
        pattern, text = t[0], t[1]
        for flags in 0, re.I, re.M, re.S, re.A, re.I | re.A:
            try:
                n += check(pattern, flags, [text, text + "\u0100", text + "\U00010000\n"])
                n += check(pattern.encode("ascii"), flags, [text.encode("ascii")])
                if not flags & re.A:
                    n += check(pattern.encode("ascii"), flags | re.L, [text.encode("ascii")])
            except (ValueError, UnicodeEncodeError):
                pass
    print("tests:", n, "comparisons")


ALPHABET = "aab bc1\n_K\u212a\xe9\xc9\u0131I\U00010400\U00010428\u4e00s\u017f"


def make(depth, groups):
    """A random pattern as text."""
    kind = random.random()
    if depth <= 0 or kind < .3:
        return random.choice(["a", "b", "c", ".", r"\w", r"\d", r"\s", r"\W", "[ab]", "[^a]", "[a-c]", r"[\w-]", "^", "$",
                              r"\b", r"\B", r"\A", r"\Z", "1", " ", r"\n", "k", "ab", "aa", "abc", r"[^\s\S]", r"[\s\S]",
                              "[a\u0100-\u5000]", "\u00e9", "[^\U00010000-\U00010500]", "I", r"[\dk]", "s", "[a-z]", "[^A-Z]",
                              r"[^\W]", "\U00010400", "[\U00010400-\U00010410]"])
    if kind < .5:
        return make(depth - 1, groups) + make(depth - 1, groups)
    if kind < .7:
        q = random.choice(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "+?", "??", "{1,2}?", "*+", "++", "?+", "{1,3}+"])
        inner = make(depth - 1, groups)
        return f"(?:{inner}){q}" if len(inner) > 1 or random.random() < .2 else inner + q
    if kind < .8:
        return "(?:" + "|".join(make(depth - 1, groups) for _ in range(random.randrange(2, 5))) + ")"
    if kind < .9:
        inner = make(depth - 1, groups)
        groups.append(1)
        return f"({inner})"
    if kind < .93 and groups:
        return f"\\{random.randrange(1, len(groups) + 1)}"
    if kind < .95 and groups:
        return f"(?({random.randrange(1, len(groups) + 1)}){make(depth - 1, [])}|{make(depth - 1, [])})"
    inner = make(depth - 1, groups)
    return random.choice([f"(?={inner})", f"(?!{inner})", f"(?>{inner})", f"(?<={random.choice(['a', 'ab', '(?:a|b)', '.'])})",
                          f"(?<!{random.choice(['a', 'b.', '[ab]'])})", f"(?i:{inner})", f"(?s:{inner})"])


def part_random(count=20000):
    n = 0
    for _ in range(int(count)):
        pattern = make(random.randrange(1, 6), [])
        flags = random.choice([0, 0, re.I, re.M, re.S, re.A, re.I | re.A, re.M | re.I])
        texts = ["".join(random.choices(ALPHABET[:random.choice([4, 6, 10, len(ALPHABET)])], k=random.randrange(12))) for _ in range(5)]
        n += check(pattern, flags, texts)
    print("random:", n, "comparisons")


def part_damage(count=100000):
    codes = []
    for _ in range(400):
        try:
            tree = _parser.parse(make(5, []), random.choice([0, re.I]))
            codes.append((_compiler._code(tree, 0), tree.state.groups - 1))
        except (re.PatternError, OverflowError):
            pass
    accepted = 0
    for _ in range(int(count)):
        code, groups = random.choice(codes)
        code = list(code)
        for _ in range(random.randrange(1, 4)):
            k = random.randrange(len(code))
            how = random.random()
            if how < .6:
                code[k] = random.choice([random.randrange(50), random.randrange(50), 0, 1, 0xFFFFFFFF, 0x80000000, len(code)])
            elif how < .8 and len(code) > 1:
                del code[k]
            else:
                code.insert(k, random.randrange(50))
        p, error = program(code, groups if random.random() < .9 else random.randrange(4))
        if p:
            accepted += 1
            for how in "match", "search", "fullmatch":
                spans(p, groups if False else 0, random.choice(["", "ab a1\n", "aaab\u4e00", "\U00010400b"]), how)
            lib.sre_program_free(p)
    print("damage:", accepted, "accepted of", count)


def part_speed():
    # needs the counting helper of tests/tools/sre_count.c in the library
    base = ("def fish(self, x, y=10, *args, **kwargs):\n    return self.value + x * 3.14 # comment here\n"
            "    'a string' \"another\" 0x1F <<= >>= != __name__ if while\n") * 300
    base += "zzz-end 2024-01-31T10:20:30 user@example.com http://www.example.com/path?x=1&y=2\n"
    cases = [r"\w+", r"[a-zA-Z_]\w*", r"\s+", r"(\w+)\s*=\s*(\w+)", r"'[^']*'|\"[^\"]*\"", r"zzz", r"zzz-\w+", r"(?i)ZZZ", r"\bself\b",
             r"(?:def|class|return|if|while)\b", r"\d+(?:\.\d+)?", r"(\d{4})-(\d\d)-(\d\d)", r"[\w.]+@[\w.]+", r"#.*", r".*end", r"(?m)^\s*(\w+)",
             r"(a|b|c)*d", r"(?:[^\n]*\n)*", r"\S+\s", r"[^\W\d_]+", r"x*y", r"\(([^()]*)\)"]
    total = 0
    for pattern in cases:
        for text in base, base + "\u4e00":
            rx, p, groups = compile_both(pattern)
            data, width = buffer(text)
            t = time.perf_counter()
            want = 0
            for m in rx.finditer(text):
                want += 1
            theirs = time.perf_counter() - t
            n = C.c_size_t(len(text))
            t = time.perf_counter()
            got = lib.sre_count(C.c_void_p(p), data, C.c_uint32(width), n)
            ours = time.perf_counter() - t
            print(f"{pattern:40.40} {width} {want:7} {theirs * 1e3:9.2f} ms {ours * 1e3:9.2f} ms {theirs / ours:6.1f}x{'' if got == want else ' COUNT ' + str(got)}")
            lib.sre_program_free(p)


def main():
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print("seed", seed)
    random.seed(seed)
    part, *args = sys.argv[2:] or ["tests"]
    globals()["part_" + part](*args)
    sys.exit(bad > 0)


main()
