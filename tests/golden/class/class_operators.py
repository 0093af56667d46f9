class V:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y)
    def __sub__(self, o): return V(self.x - o.x, self.y - o.y)
    def __mul__(self, k): return V(self.x * k, self.y * k)
    def __rmul__(self, k): return self * k
    def __neg__(self): return V(-self.x, -self.y)
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** 0.5
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __bool__(self): return bool(self.x or self.y)
    def __repr__(self): return f"V({self.x}, {self.y})"
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __len__(self): return 2
    def __contains__(self, v): return v in (self.x, self.y)
    def __iadd__(self, o):
        self.x += o.x
        return self
v = V(3, 4)
print(v + V(1, 1), v - V(1, 1), v * 2, 2 * v, -v, abs(v), v == V(3, 4), v != V(0, 0), bool(V(0, 0)), v[0], len(v), 4 in v, list(v), {v: 1}[V(3, 4)])
v += V(10, 0)
print(v)

# expect: V(4, 5) V(2, 3) V(6, 8) V(6, 8) V(-3, -4) 5.0 True True False 3 2 True [3, 4] 1
# expect: V(13, 4)
