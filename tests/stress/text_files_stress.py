# SPDX-License-Identifier: MIT
"""One text file and its buffer iterated, written, reconfigured, detached and made anew by all threads: lines stay whole."""
import io
from _hammer import hammer

LINES = ["line %d \u20ac\n" % i for i in range(200)]
box = [None]


def fresh(rng):
    raw = io.BytesIO("".join(LINES).encode())
    box[0] = io.TextIOWrapper(rng.choice((io.BufferedReader, io.BufferedRandom))(raw), encoding="utf-8", newline="\n")


def iterate(rng):
    f = box[0]
    for _ in range(20):
        line = next(f)
        if line not in LINES:
            raise AssertionError(line)


def look(rng):
    f = box[0]
    rng.choice((f.flush, f.readable, f.fileno, lambda: f.encoding, lambda: f.errors, lambda: f.newlines, lambda: f.closed, lambda: repr(f), lambda: f.line_buffering,
                lambda: f.buffer.tell(), lambda: f.buffer.raw.__getstate__(), lambda: f.buffer.closed, lambda: f.reconfigure(line_buffering=rng.choice((True, False)))))()


def change(rng):
    f = box[0]
    if rng.randrange(10) == 0:
        rng.choice((f.detach, f.close, lambda: f.buffer.detach(), lambda: f.__init__(io.BytesIO("".join(LINES).encode()), encoding="utf-8", newline="\n"),
                    lambda: f.buffer.__init__(io.BytesIO("".join(LINES).encode()))))()


fresh(__import__("random"))
hammer(fresh, iterate, iterate, look, change, turns=1500,
       allowed=(StopIteration, ValueError, io.UnsupportedOperation, RuntimeError, AttributeError, TypeError, OSError))

# Without changes every line comes once.
raw = io.BytesIO("".join("%d\n" % i for i in range(20000)).encode())
shared, got = io.TextIOWrapper(raw, encoding="ascii"), []
hammer(*[lambda rng: got.append(next(shared))] * 3, turns=20000, allowed=StopIteration)
while line := shared.readline():
    got.append(line)
print("ok", sorted(map(int, got)) == list(range(20000)))

# expect: ok True
