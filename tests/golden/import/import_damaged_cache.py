import glob
import importlib
import os
import sys

with open("m.py", "w") as f:
    f.write("v = 41 + 1\n")
sys.path.insert(0, os.getcwd())
import m
path = glob.glob("__pycache__/m.*.pyc")[0]
with open(path, "rb") as f:
    good = f.read()
for junk in (b"", b"garbage", good[:7], good[:20], good[:-5], good[:16] + b"\xe3" * 50, good[:16] + bytes(200)):
    with open(path, "wb") as f:
        f.write(junk)
    sys.modules.pop("m", None)
    importlib.invalidate_caches()
    import m
    print(m.v, end=" ")
print()
# expect: 42 42 42 42 42 42 42
# skip-cpython: raises for a damaged file behind a good header
