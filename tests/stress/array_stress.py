# SPDX-License-Identifier: MIT
"""Arrays that several threads read, grow, shrink, sort out and export at once."""
import array
from _hammer import hammer

a = array.array("q", range(100))
b = array.array("d", [0.5] * 50)
it = iter(a)


def write(rng):
    k = rng.randrange(9)
    if k == 0:
        a.append(rng.randrange(1000))
    elif k == 1:
        a.pop()
    elif k == 2:
        a.extend(a[:20])
    elif k == 3:
        del a[::3]
    elif k == 4:
        a[5:9] = array.array("q", [1, 2])
    elif k == 5:
        a.insert(2, 7)
        a.byteswap()
        a.byteswap()
    elif k == 6:
        a.reverse()
    elif k == 7:
        if len(a) > 400:
            del a[200:]
    else:
        b[rng.randrange(50)] = rng.random()


def read(rng):
    k = rng.randrange(8)
    if k == 0:
        sum(a)
    elif k == 1:
        a.tolist(), a.tobytes(), repr(a)
    elif k == 2:
        a == array.array("q", a)
    elif k == 3:
        a.index(7)
    elif k == 4:
        with memoryview(b) as m:
            m[3], m.tolist()
    elif k == 5:
        next(it, None), 3 in a, a.count(1)
    elif k == 6:
        a[rng.randrange(30)], a[-1], a[2:8], a * 2
    else:
        with memoryview(a) as m:
            len(m), m[:5].tolist()


hammer(write, write, read, read, turns=400, allowed=(ValueError, IndexError, BufferError))
print("ok", all(isinstance(v, int) for v in a), all(0 <= v < 1 for v in b))

# expect: ok True True
