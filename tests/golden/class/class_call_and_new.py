class A:
    def __new__(cls, *args):
        o = super().__new__(cls)
        o.args = args
        return o
    def __init__(self, *args):
        self.n = len(args)
    def __call__(self, *a, **k):
        return a, k
a = A(1, 2)
print(a.args, a.n, a(1, x=2), callable(a), callable(A), callable(5))
class One:
    it = None
    def __new__(cls):
        if cls.it is None:
            cls.it = super().__new__(cls)
        return cls.it
print(One() is One())
class Other:
    def __new__(cls):
        return "not an Other"
    def __init__(self):
        print("never")
print(Other())

# expect: (1, 2) 2 ((1,), {'x': 2}) True True False
# expect: True
# expect: not an Other
