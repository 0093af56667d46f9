# SPDX-License-Identifier: MIT
"""Cached byte code with damaged bytes: the module is compiled anew or loads as before; a damaged
file is never trusted. What does not begin as code is an error, as in CPython. FUZZ_SEED and FUZZ_TURNS."""
import glob
import importlib
import os
import random
import sys

SEED = int(os.environ.get("FUZZ_SEED", "20260101"))
TURNS = int(os.environ.get("FUZZ_TURNS", "400"))
sys.stderr.write("seed %d\n" % SEED)
rng = random.Random(SEED)
with open("victim.py", "w") as f:
    f.write("def f(x, *a, k=1, **kw):\n    return [i * 2.5 for i in range(x)], 'text', b'bytes', 10 ** 30, None\n"
            "class A:\n    y = f(3)\n    def m(self): return self.y, lambda: x\nresult = len(A().m())\n")
sys.path.insert(0, os.getcwd())
import victim
path = glob.glob("__pycache__/victim.*.pyc")[0]
with open(path, "rb") as f:
    good = f.read()
right = 0
for turn in range(TURNS):
    data = bytearray(good)
    k = rng.randrange(4)
    if k == 0:
        del data[rng.randrange(len(data)):]
    elif k == 1:
        for _ in range(rng.randrange(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif k == 2:
        i = rng.randrange(16, len(data))
        data[i:i] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 30)))
    else:
        i = rng.randrange(16, len(data))
        del data[i:i + rng.randrange(1, 30)]
    with open(path, "wb") as f:
        f.write(data)
    sys.modules.pop("victim", None)
    importlib.invalidate_caches()
    try:
        import victim
        right += victim.result == 2
    except (EOFError, ValueError, ImportError):
        right += len(data) <= 16 or data[16] & 0x7F != ord("c")
print("ok", right == TURNS)

# expect: ok True
# timeout: 300
# skip-cpython: trusts a file behind a good header
