class A:
    def __init__(self):
        object.__setattr__(self, "log", [])
    def __getattr__(self, n):
        if n.startswith("x"):
            return n * 2
        raise AttributeError(n)
    def __setattr__(self, n, v):
        self.log.append((n, v))
        object.__setattr__(self, n, v)
    def __delattr__(self, n):
        self.log.append(("del", n))
        object.__delattr__(self, n)
a = A()
print(a.xy, hasattr(a, "q"))  # expect: xyxy False
a.q = 5
del a.q
print(a.log, hasattr(a, "q"))  # expect: [('q', 5), ('del', 'q')] False
