class A:
    def f(self): return "A"
class B:
    def f(self): return "B"
class C(A): pass
c = C()
print(c.f())  # expect: A
C.__bases__ = (B,)
print(c.f(), C.__mro__[1].__name__)  # expect: B B
A.g = lambda self: "late"
B.g = lambda self: "late B"
print(c.g())  # expect: late B
