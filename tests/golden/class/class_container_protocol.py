class C:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
    def __reversed__(self): return iter(list(self.d)[::-1])
c = C()
c["a"] = 1
c[1, 2] = "t"
c[1:2] = "s"
print(c["a"], c[1, 2], c[1:2], len(c), list(c)[:2], "a" in c, list(reversed(c))[-1])
del c["a"]
print("a" in c, bool(c))

# expect: 1 t s 3 ['a', (1, 2)] True a
# expect: False True
