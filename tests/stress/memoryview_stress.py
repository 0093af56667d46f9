# SPDX-License-Identifier: MIT
"""Views of one export made, used, sliced and released from several threads: the export lasts as long as the last of them, and ends with it."""
from _hammer import hammer

data = bytearray(b"abcdefgh" * 8)
shared = [memoryview(data) for _ in range(4)]


def use(rng):
    view = shared[rng.randrange(4)]
    try:
        part = view[rng.randrange(8):]
        with part[1:] as inner:
            assert len(inner) == len(part) - 1 and inner[0] in b"abcdefgh"
        part.release()
    except ValueError as e:
        assert "released" in str(e), e


def replace(rng):
    i = rng.randrange(4)
    old, shared[i] = shared[i], memoryview(data)
    old.release()


def resize(rng):
    try:
        data.append(1)
        data.pop()
    except BufferError:
        pass


hammer(use, use, replace, resize)
for view in shared:
    view.release()
data.append(1)              # no view is left that would forbid it
print("ok")
# expect: ok
