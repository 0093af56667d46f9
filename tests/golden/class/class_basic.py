class A:
    """Doc of A."""
    kind = "a"
    def __init__(self, x):
        self.x = x
    def get(self):
        return self.x
a = A(5)
print(a.x, a.get(), a.kind, A.kind, A.__name__, A.__doc__, A.__module__, type(a) is A, isinstance(a, A), a.__class__, A.__qualname__)
a.kind = "mine"
A.kind = "b"
print(a.kind, A(1).kind, a.__dict__, vars(a), "x" in dir(a), hasattr(a, "y"), getattr(a, "y", 0))
del a.kind
print(a.kind)
setattr(a, "z", 3)
delattr(a, "x")
print(a.__dict__)

# expect: 5 5 a a A Doc of A. __main__ True True <class '__main__.A'> A
# expect: mine b {'x': 5, 'kind': 'mine'} {'x': 5, 'kind': 'mine'} True False 0
# expect: b
# expect: {'z': 3}
