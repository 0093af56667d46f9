# Attributes that make an object another one are audited, however they are set; a hook that raises keeps them as they are.
import sys
class A: pass
class B: pass
class C(A): pass
def f(): pass
def g(a=1, *, b=2): pass
a = A()
log, veto = [], False
def hook(event, args):
    if event in ("object.__setattr__", "object.__delattr__"):
        log.append((event, args[1]))
        if veto: raise RuntimeError("no")
sys.addaudithook(hook)
C.__name__ = "X"
C.__qualname__ = "X"
C.__bases__ = (B,)
type.__dict__["__bases__"].__set__(C, (B,))
C.attribute = 1
a.__class__ = B
f.__code__ = (lambda: 1).__code__
g.__defaults__ = (3,)
g.__kwdefaults__ = {"b": 4}
del g.__defaults__
print(*log, sep="\n")
veto = True
for change in (lambda: setattr(C, "__name__", "Y"), lambda: setattr(f, "__code__", g.__code__), lambda: setattr(a, "__class__", A)):
    try: change()
    except RuntimeError as e: print(e)
veto = False
print(C.__name__, f(), type(a).__name__)

# expect: ('object.__setattr__', '__name__')
# expect: ('object.__setattr__', '__qualname__')
# expect: ('object.__setattr__', '__bases__')
# expect: ('object.__setattr__', '__bases__')
# expect: ('object.__setattr__', '__class__')
# expect: ('object.__setattr__', '__code__')
# expect: ('object.__setattr__', '__defaults__')
# expect: ('object.__setattr__', '__kwdefaults__')
# expect: ('object.__delattr__', '__defaults__')
# expect: no
# expect: no
# expect: no
# expect: X 1 B
