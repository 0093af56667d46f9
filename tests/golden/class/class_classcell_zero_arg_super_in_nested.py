class A:
    def f(self): return "A.f"
class B(A):
    def f(self):
        def g():
            return super(B, self).f() + "!"
        return g() + __class__.__name__
print(B().f())  # expect: A.f!B
