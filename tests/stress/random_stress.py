# SPDX-License-Identifier: MIT
"""One random generator, one struct.Struct and the cache of formats, used by several threads at once."""
import random
import struct
from _hammer import hammer

r = random.Random(5)
s = struct.Struct("<iqd")
packed = struct.pack("<64i", *range(64))
chunks = struct.iter_unpack("<i", packed * 50)
seen = []


def draw(rng):
    assert 0 <= r.random() < 1 and 0 <= r.getrandbits(100) < 1 << 100
    if rng.randrange(50) == 0:
        r.setstate(r.getstate())
        r.seed(rng.randrange(1000))


def pack(rng):
    n = rng.randrange(200)
    assert struct.unpack("<%dB" % n, struct.pack("<%dB" % n, *([7] * n))) == (7,) * n
    assert s.unpack(s.pack(1, 2, 3.5)) == (1, 2, 3.5)
    if n == 3:
        s.__init__("<iqd")


def unpack(rng):
    for v, in [next(chunks, (None,))]:
        if v is not None:
            seen.append(v)


hammer(draw, draw, pack, pack, unpack, unpack, turns=400)
print("ok", all(0 <= v < 64 for v in seen))

# expect: ok True
