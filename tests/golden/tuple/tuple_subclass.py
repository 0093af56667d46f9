class P(tuple):
    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))
    @property
    def x(self):
        return self[0]
p = P(1, 2)
print(p, p.x, p == (1, 2), isinstance(p, tuple), len(p))  # expect: (1, 2) 1 True True 2
