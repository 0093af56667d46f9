# SPDX-License-Identifier: MIT
"""One text file, one binary file and one StringIO used by several threads."""
import io
from _hammer import hammer

f = open("t.txt", "w+", encoding="utf8")
b = open("b.bin", "w+b")
s = io.StringIO()
y = io.BytesIO()


def text(rng):
    f.write("line %d\n" % rng.randrange(100))
    if rng.randrange(10) == 0:
        f.flush()
        f.seek(0)
        f.readline()
        f.seek(0, 2)


def binary(rng):
    b.write(b"0123456789")
    if rng.randrange(10) == 0:
        b.seek(0)
        b.read(15)
    y.write(b"abc")
    y.getvalue()
    if rng.randrange(50) == 0:
        y.seek(0)
        y.truncate()


def strings(rng):
    s.write("x")
    s.getvalue()
    s.tell()
    if rng.randrange(50) == 0:
        s.seek(0)
        s.truncate()


hammer(text, text, binary, binary, strings, turns=800, allowed=(OSError, ValueError))
f.close()
b.close()
print("ok")

# expect: ok
