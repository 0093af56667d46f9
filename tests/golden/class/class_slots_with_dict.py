class A:
    __slots__ = ("a", "__dict__", "__weakref__")
a = A()
a.a, a.b = 1, 2
import weakref
print(a.__dict__, weakref.ref(a)() is a)  # expect: {'b': 2} True
