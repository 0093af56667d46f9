import sys
class A:
    def __eq__(self, o): return self == o
    def __repr__(self): return repr(self)
    def __getattr__(self, n): return getattr(self, n)
    def __add__(self, o): return self + o
    def __hash__(self): return hash(self)
    def __call__(self): return self()
    def __iter__(self): return iter(self)
    def __bool__(self): return bool(self)
    def __len__(self): return len(self)
    def __getitem__(self, k): return self[k]
    def __str__(self): return str(self)
    def __contains__(self, k): return k in self
a = A()
for f in (lambda: a == a, lambda: repr(a), lambda: a.x, lambda: a + 1, lambda: hash(a), lambda: a(), lambda: list(a), lambda: not a, lambda: len(a), lambda: a[0], lambda: f"{a}", lambda: 1 in a, lambda: sorted([a, a]), lambda: {a: 1}):
    try:
        f()
        print("no error")
    except RecursionError:
        print("RecursionError")
    except TypeError as e:
        print(e)

# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: RecursionError
# expect: '<' not supported between instances of 'A' and 'A'
# expect: RecursionError
