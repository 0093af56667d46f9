class M(type):
    def __instancecheck__(c, o): return o == 42
    def __subclasscheck__(c, k): return k is int
class A(metaclass=M): pass
print(isinstance(42, A), isinstance(1, A), issubclass(int, A), issubclass(str, A), isinstance(1, (str, int)), isinstance(1, int | str), isinstance(None, int | None))

# expect: True False True False True True True
