# SPDX-License-Identifier: MIT
"""bytearray and memoryview: resizes while views are exported, reads and writes."""
from _hammer import hammer

b = bytearray(b"hello world" * 5)


def mutate(rng):
    k = rng.randrange(8)
    if k == 0:
        b.append(65)
    elif k == 1:
        b.extend(b"xyz")
    elif k == 2:
        b.pop()
    elif k == 3:
        b[1:3] = b"1234"
    elif k == 4:
        del b[:2]
    elif k == 5:
        b[0] = 33
    elif k == 6 and len(b) > 300:
        b.clear()
    else:
        b.insert(0, 66)


def read(rng):
    len(b)
    bytes(b)
    b[0]
    b.find(b"w")
    b[1:5]
    b == b"abc"
    b.upper()
    for x in b:
        x


def view(rng):
    with memoryview(b) as m:
        len(m)
        m[0]
        m[0] = 70
        bytes(m[1:4])
        m.tolist()


hammer(mutate, read, view, view, allowed=(IndexError, BufferError, ValueError))
print("ok")

# expect: ok
