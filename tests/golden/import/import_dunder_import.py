m = __import__("os.path")
print(m.__name__, __import__("os.path", fromlist=["join"]).__name__ in ("posixpath",))  # expect: os True
import builtins
real = builtins.__import__
builtins.__import__ = lambda n, *a, **k: "fake" if n == "zzz" else real(n, *a, **k)
import zzz
print(zzz)  # expect: fake
