# SPDX-License-Identifier: MIT
"""Every built-in function, type and method, and the functions of some native modules, called with
wrong and odd arguments: an exception or a result, never a crash. FUZZ_SEED and FUZZ_TURNS."""
import builtins
import os
import random
import sys
import warnings

warnings.simplefilter("ignore")
SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
TURNS = int(os.environ.get("FUZZ_TURNS", "20000"))
sys.stderr.write("seed %d\n" % SEED)
rng = random.Random(SEED)


class Odd:
    """Has every conversion, each with a wrong answer."""
    def __index__(self):
        return "x"
    def __len__(self):
        return -5
    def __hash__(self):
        raise ValueError("hash")
    def __eq__(self, other):
        raise ValueError("eq")
    def __iter__(self):
        return 5
    def __bool__(self):
        return None
    def __getitem__(self, k):
        raise IndexError


class Shrinking:
    """Empties a list while something looks at it."""
    def __eq__(self, other):
        del victim[:]
        return False
    def __hash__(self):
        del victim[:]
        return 1
    def __lt__(self, other):
        del victim[:]
        return True
    def __index__(self):
        del victim[:]
        return 1


victim = []


def values():
    victim[:] = [Shrinking(), 1, "a", Shrinking()]
    return [None, True, 0, -1, 1, 2 ** 31, 2 ** 62, -2 ** 63, 10 ** 40, 0.0, -0.5, float("nan"), float("inf"), 1e308, 2j,
            "", "a", "abc\u20ac", "\U0001f600" * 3, "\ud800", "%s %d", "{} {0}", b"", b"ab\xff", bytearray(b"abc"),
            memoryview(b"abc"), [], [1, 2, 3], [[]], victim, (), (1, "a"), {}, {"a": 1}, {1: 2}, set(), {1, 2},
            frozenset({3}), range(5), range(10 ** 18), slice(1, None), Ellipsis, NotImplemented, int, str, list, dict,
            type, object, object(), len, Odd(), Odd, Shrinking(), lambda *a, **k: None, lambda: 1 / 0, iter([1]),
            (i for i in "ab"), zip([1], [2]), ValueError("x"), ValueError, super, property(), staticmethod(len), sys]


SKIP = {"exit", "quit", "input", "breakpoint", "help", "open", "exec", "eval", "copyright", "credits", "license",
        "compile", "print", "__import__", "__build_class__", "globals", "memoryview"}
targets = [(n, getattr(builtins, n)) for n in sorted(dir(builtins)) if n not in SKIP and not n.startswith("_")]
for t in (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice, memoryview, type,
          property, super, object, BaseException, type(iter([])), type(lambda: 0)):
    for n in sorted(dir(t)):
        if n not in ("__subclasshook__", "__init_subclass__", "mro", "__reduce__", "__reduce_ex__", "__class__"):
            targets.append((t.__name__ + "." + n, getattr(t, n, None)))
for name in ("math", "itertools", "_operator", "_functools", "_collections", "_struct", "_string", "_sre", "binascii",
             "zlib", "_bisect", "_heapq", "_random", "_weakref", "_codecs", "_hashlib", "_abc", "errno", "time"):
    try:
        module = __import__(name)
    except ImportError:
        continue
    for n in sorted(dir(module)):
        f = getattr(module, n)
        if callable(f) and not n.startswith("__") and n not in ("sleep", "register", "unregister", "lookup_error",
                                                             # A clock of a thread that is not there: glibc crashes.
                                                             "pthread_getcpuclockid", "clock_settime", "clock_settime_ns"):
            targets.append((name + "." + n, f))

BIG = (2 ** 31, 2 ** 62, -2 ** 63, 10 ** 40)
calls = raised = 0
for turn in range(TURNS):
    name, f = targets[turn % len(targets)] if turn < 2 * len(targets) else rng.choice(targets)
    pool = values()
    args = [rng.choice(pool) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4)))]
    kwargs = {rng.choice(("key", "x", "start", "default", "encoding", "self")): rng.choice(pool)} if rng.randrange(12) == 0 else {}
    # What is asked for must not be too big for the machine: huge numbers go to nothing that allocates.
    if any(type(a) is int and abs(a) > 2 ** 20 for a in args) and name.split(".")[-1] in (
            "bytes", "bytearray", "pow", "__pow__", "__rpow__", "__lshift__", "__rlshift__", "lshift", "ljust", "rjust", "center", "zfill",
            "expandtabs", "__mul__", "__rmul__", "__imul__", "mul", "imul", "repeat", "to_bytes", "factorial", "comb", "perm", "__ipow__",
            "ipow", "__alloc__", "concat", "range", "sum", "list", "tuple", "set", "frozenset", "sorted", "bytes_concat", "ilshift", "decompress",
            "compressobj", "decompressobj", "combinations", "combinations_with_replacement", "permutations", "product", "tee", "batched", "deque", "pbkdf2_hmac", "scrypt", "getrandbits"):
        continue
    if name.split(".")[-1] in ("pbkdf2_hmac", "scrypt", "factorial"):
        continue
    if any(isinstance(a, range) and len(a) > 1000 for a in args):
        args = [range(5) if isinstance(a, range) else a for a in args]
    calls += 1
    try:
        r = f(*args, **kwargs)
        if type(r) in (int, float, str, bytes, bool, type(None)):
            pass
        elif hasattr(type(r), "__next__"):
            for _, x in zip(range(10), r):
                pass
    except Exception as e:
        raised += 1
        try:
            str(e)
        except Exception:
            pass
    except BaseException as e:
        if type(e) in (SystemExit, KeyboardInterrupt, GeneratorExit):
            raised += 1
        else:
            raise
sys.stderr.write("%d calls, %d raised\n" % (calls, raised))
print("ok", calls > 0)

# expect: ok True
# timeout: 300
