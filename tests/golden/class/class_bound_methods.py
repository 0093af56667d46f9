class A:
    def f(self, x=0): return (self.n, x)
a = A()
a.n = 5
m = a.f
print(m(1), m.__self__ is a, m.__func__ is A.f, m == a.f, m is a.f, A.f(a, 2), m.__name__, hash(m) == hash(a.f))
a.n = 6
print(m())

# expect: (5, 1) True True True False (5, 2) f True
# expect: (6, 0)
