# x.__class__ of plain objects, after __class__ was set, with a property or a value in its place, borrowed and owned.
class A: pass
class B(A): pass
class P:
    @property
    def __class__(self): return int
class V:
    __class__ = "mine"
def get(x): return x.__class__
def name(x): return x.__class__.__name__
def both(x): return x.__class__ is A, type(x) is A
a = A()
print([get(x).__name__ for x in (a, B(), 1, "s", [], None, A, 1.5)], get(P()), get(V()), isinstance(P(), int))
# expect: ['A', 'B', 'int', 'str', 'list', 'NoneType', 'type', 'float'] <class 'int'> mine True
for i in range(3):
    print(name(a), both(a), name(A()), A().__class__ is A)
    a.__class__ = B if i == 0 else A
# expect: A (True, True) A True
# expect: B (False, False) A True
# expect: A (True, True) A True
def local():
    class C: pass
    return C().__class__
print(local().__name__, [local().__name__ for _ in range(3)])
# expect: C ['C', 'C', 'C']
