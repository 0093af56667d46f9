# SPDX-License-Identifier: MIT
"""Damaged pickles: what is raised is one of the exceptions that a damaged pickle may raise, from bytes and from files; nothing crashes, and what can
be read can be written again. What a pickle may import and call is limited to harmless things. FUZZ_SEED and FUZZ_TURNS."""
import builtins
import collections
import io
import os
import pickle
import random
import sys

SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
TURNS = int(os.environ.get("FUZZ_TURNS", "3000"))
sys.stderr.write("seed %d\n" % SEED)
rng = random.Random(SEED)
# Nothing that makes much of a large number.
HARMLESS = {"list", "dict", "set", "frozenset", "tuple", "complex", "object", "int", "str", "slice", "Ellipsis"}


class Plain:
    pass


class Slots:
    __slots__ = ("a", "b")


class Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if module == "builtins" and name in HARMLESS:
            return getattr(builtins, name)
        if module == "__main__" and name in ("Plain", "Slots"):
            return globals()[name]
        if module == "collections" and name in ("OrderedDict", "deque"):
            return getattr(collections, name)
        raise pickle.UnpicklingError("not allowed")

    def persistent_load(self, pid):
        return ("persistent", pid)


class File:
    """Only what has to be there, and sometimes less than asked for."""
    def __init__(self, data):
        f = io.BytesIO(data)
        self.read, self.readline = f.read, f.readline


def seeds():
    plain, slots = Plain(), Slots()
    plain.a, plain.b, slots.a = 1, plain, [2]
    recursive = [1, "text", "\u20ac", b"bytes", 2**70, -3, 1.5, None, True, 300, 70000]
    recursive.append({"k": recursive, (1, 2): {3}, 4: frozenset([5])})
    everything = [recursive, plain, slots, collections.OrderedDict(a=1), collections.deque([1]), range(3), 1j, bytearray(b"ab"), Plain, (1,), (), (1, 2, 3, 4), "x" * 300]
    for proto in range(6):
        for v in (everything if proto > 1 else everything[:2] + everything[3:]), list(range(50)), "abc", {"a": 1}:
            yield pickle.dumps(v, proto)
    yield pickle.dumps([pickle.PickleBuffer(bytearray(b"abc")), pickle.PickleBuffer(b"abc")], 5, buffer_callback=lambda b: None)
    yield b"(S'abc'\nI5\nL6L\nF1.5\nVabc\n(lp0\ng0\na(dp1\nPpid\n(i__main__\nPlain\n(c__main__\nPlain\noU\x01aT\x01\0\0\0bt."


GOOD = list(seeds())
OPCODES = b"(.012FIJKLMNPQRSTUVXabcd}eghijl]opqrst)uGBC" + bytes(range(0x80, 0x99))
ALLOWED = (pickle.UnpicklingError, EOFError, AttributeError, ValueError, TypeError, IndexError, KeyError, ImportError, OverflowError, MemoryError, UnicodeError,
           RecursionError, BufferError)


def damage(data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 5)):
        k = rng.randrange(6)
        i = rng.randrange(len(data) + 1)
        if k == 0:
            del data[i:]
        elif k == 1 and data:
            data[i % len(data)] = rng.randrange(256)
        elif k == 2:
            data[i:i] = bytes([rng.choice(OPCODES)])
        elif k == 3:
            del data[i:i + rng.randrange(1, 9)]
        elif k == 4:
            other = rng.choice(GOOD)
            j = rng.randrange(len(other))
            data[i:i] = other[j:j + rng.randrange(1, 40)]
        elif data:
            data[i % len(data)] = rng.choice(OPCODES)
    return bytes(data)


read = raised = 0
for turn in range(TURNS):
    data = damage(rng.choice(GOOD)) if turn % 8 else bytes(rng.choice(OPCODES) for _ in range(rng.randrange(40)))
    results = []
    for f in io.BytesIO(data), io.BufferedReader(io.BytesIO(data), rng.choice((1, 16, 8192))), File(data):
        try:
            u = Unpickler(f, buffers=[b"one", bytearray(b"two")], encoding=rng.choice(("ASCII", "latin-1", "bytes")))
            v = u.load()
            read += 1
            try:
                pickle.dumps(v, rng.randrange(6))
            except (TypeError, pickle.PicklingError, RecursionError, AttributeError, ValueError, RuntimeError):
                pass
            u.memo.copy()
        except ALLOWED:
            raised += 1
print("ok", read + raised == 3 * TURNS, read > 0, raised > 0)

# expect: ok True True True
# timeout: 300
