# SPDX-License-Identifier: MIT
"""Strings shared by threads: hashes, interning, building, splitting, formatting."""
import sys
from _hammer import hammer

words = ["w%d" % i for i in range(50)]
seen = {}


def use(rng):
    w = rng.choice(words)
    x = sys.intern("".join([w, "-", w]))
    if seen.setdefault(x, x) is not sys.intern("%s-%s" % (w, w)):
        raise AssertionError(x)
    hash(w)
    f"{w}:{len(w)}".split(":")
    w.upper().encode().decode()
    " ".join(words[:10]).replace("w", "v").find("v3")


hammer(use, use, use, use)
print("ok", len(seen) <= 50)

# expect: ok True
