# SPDX-License-Identifier: MIT
"""One pattern, one scanner and one finditer() iterator used by several threads at once."""
import re
from _hammer import hammer

text = "key_1 = value, other = 25; " * 20
pattern = re.compile(r"(\w+)\s*=\s*(?:(\d+)|(\w+))")
want = pattern.findall(text)
box = [None, None]


def refill(rng):
    box[0] = pattern.finditer(text)
    box[1] = pattern.scanner(text)


def iterate(rng):
    it = box[0]
    if it is not None:
        for _ in range(10):
            m = next(it)
            assert m.group(1) in ("key_1", "other"), m


def scan(rng):
    scanner = box[1]
    if scanner is not None:
        m = scanner.search()
        assert m is None or m.group(1) in ("key_1", "other"), m


def search(rng):
    assert pattern.findall(text) == want
    assert pattern.sub(r"\1:\2\3", text).count(":") == len(want)


hammer(refill, iterate, iterate, scan, scan, search, turns=500, allowed=(StopIteration, ValueError))
print("ok")

# expect: ok
