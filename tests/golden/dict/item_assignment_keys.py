# d[k] = v: keys of several kinds, new and there already, equal but not identical, colliding, from temporaries, of dicts that are temporaries, and what is released.
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return 8
    def __eq__(self, o): return isinstance(o, K) and self.n == o.n or o == self.n
    def __repr__(self): return f"K({self.n})"
class Loud:
    def __init__(self, n): self.n = n
    def __del__(self): print("gone", self.n)
class Sub(dict):
    def __setitem__(self, k, v): super().__setitem__(k, ("sub", v))

def put(d, k, v):
    d[k] = v
def add(d, a, b, v):
    d[a + b] = v
def name():
    return "".join(["na", "me"])

d = {}
for rounds in range(3):
    for i in range(12):
        put(d, i, i * rounds)
        put(d, i * 8, -i)
    put(d, "name", rounds)
    put(d, name(), rounds + 1)
    add(d, "na", "me", rounds + 2)
    put(d, None, 1); put(d, 1.5, 2); put(d, (1, 2), 3); put(d, True, "one"); put(d, K, K); put(d, len, len)
print(len(d), d["name"], d[1], d[8], d[K], d[len] is len, d[(1, 2)])
# expect: 28 4 one 16 <class '__main__.K'> True 3
e = {8: "int"}
put(e, K(8), "K")
put(e, K(16), "other")
put(e, 8, "again")
print(e)
# expect: {8: 'again', K(16): 'other'}
s = Sub()
put(s, "a", 1); put(s, "a", 2)
print(s)
# expect: {'a': ('sub', 2)}
for i in range(2):
    put(d, "loud", Loud(i))
    [d][0]["loud2"] = Loud(i + 10)
    d["loud3"] = d["loud3"] = Loud(i + 20)
# expect: gone 0
# expect: gone 10
# expect: gone 20
d.clear()
# expect: gone 1
# expect: gone 11
# expect: gone 21
