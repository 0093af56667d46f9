# SPDX-License-Identifier: MIT
"""A mapping that threads read, write, resize, close and export at once; each closed one is replaced by a new one."""
import mmap
import tempfile
from _hammer import hammer

file = tempfile.TemporaryFile()
file.truncate(1 << 17)
box = [mmap.mmap(-1, 1 << 17, flags=mmap.MAP_PRIVATE), mmap.mmap(file.fileno(), 0)]


def write(rng):
    k = rng.randrange(7)
    m = box[rng.randrange(2)]
    if k == 0:
        m.seek(rng.randrange(100))
        m.write(b"line\n" * rng.randrange(20))
    elif k == 1:
        m[rng.randrange(1000)] = 7
        m[10:20] = b"0123456789"
        m[20:40:2] = b"0123456789"
    elif k == 2:
        box[0].resize(4096 * rng.randrange(1, 40))
    elif k == 3:
        m.move(0, 50, 1000)
        m.move(0, 1, (1 << 16) + 100)
    elif k == 4:
        m.write_byte(10)
    elif k == 5:
        box[0].close()
        box[0] = mmap.mmap(-1, 1 << 17, flags=mmap.MAP_PRIVATE)
    else:
        with memoryview(m) as v:
            v[3] = 5
            v[5:10] = b"abcde"


def read(rng):
    k = rng.randrange(8)
    m = box[rng.randrange(2)]
    if k == 0:
        m.read(rng.randrange(1 << 17)), m.tell()
    elif k == 1:
        m.readline(), m.read_byte()
    elif k == 2:
        m[rng.randrange(1000)], m[5:100], m[5:100:3], m[:]
    elif k == 3:
        m.seek(0), len(m), repr(m), m.closed
    elif k == 4:
        with memoryview(m) as v:
            v[4], bytes(v[3:50]), len(v)
    elif k == 5:
        m.flush(), m.madvise(mmap.MADV_WILLNEED)
    elif k == 6:
        next(iter(m)), m.seekable()
    else:
        box[1].size(), box[1].seek(0, 2)


hammer(write, write, read, read, turns=400, allowed=(ValueError, IndexError, BufferError))
print("ok", len(box[1]) == 1 << 17)
# expect: ok True
