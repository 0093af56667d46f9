class K:
    def __init__(self, v):
        self.v = v
    def __hash__(self):
        return self.v % 3
    def __eq__(self, o):
        return isinstance(o, K) and self.v == o.v
    def __repr__(self):
        return f"K{self.v}"
d = {K(i): i for i in range(10)}
print(d[K(4)], K(11) in d, len(d))  # expect: 4 False 10
for i in range(0, 10, 3):
    del d[K(i)]
print(d)  # expect: {K1: 1, K2: 2, K4: 4, K5: 5, K7: 7, K8: 8}
