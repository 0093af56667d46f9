# Which consumers ask an iterable for its length, and what JSON and copies of subclasses of list, tuple and dict are made from.
import collections, functools, itertools, json
calls = []
class Sized:
    def __iter__(self): calls.append("iter"); return iter((1, 2, 3))
    def __len__(self): calls.append("len"); return 3
class Hint:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
    def __length_hint__(self): calls.append("hint"); return 3
def asked(f):
    out = []
    for cls in Sized, Hint:
        calls.clear()
        try: f(cls())
        except TypeError: pass
        out.append(" ".join(calls))
    print(*out, sep=" | ")
asked(tuple)                                        # expect: iter | 
asked(list)                                         # expect: iter len | hint
asked(bytes)                                        # expect: iter len | hint
asked(lambda x: max(*x))                            # expect: iter | 
asked(lambda x: [*x])                               # expect: iter len | hint
asked(lambda x: (*x,))                              # expect: iter len | hint
asked(lambda x: [1].__setitem__(slice(0, 1), x))    # expect: iter | hint
asked(itertools.product)                            # expect: iter | 
asked(type("T", (tuple,), {}))                      # expect: iter | 
asked("".join)                                      # expect: iter | hint
asked(b"".join)                                     # expect: iter | hint

class L(list):
    def __iter__(self): return iter(["from iter"])
    def __len__(self): return 7
class T(tuple):
    def __iter__(self): return iter(["from iter"])
class D(dict):
    def __iter__(self): return iter(["k"])
    def keys(self): return ["k"]
    def items(self): return [("from", "items")]
    def __getitem__(self, key): return "got"
    def __len__(self): return 9
for o in L(), L([1, 2]), T((1, 2)), D(), D(a=1), [L([1])], {"x": D(a=1)}:
    print(json.dumps(o))
# expect: ["from iter"]
# expect: ["from iter"]
# expect: ["from iter"]
# expect: {}
# expect: {"from": "items"}
# expect: [["from iter"]]
# expect: {"x": {"from": "items"}}
print(D(a=1).copy(), D().copy(), D(a=1) | {"b": 2}, dict(D(a=1)))  # expect: {'k': 'got'} {} {'k': 'got', 'b': 2} {'k': 'got'}
loop = L()
loop_holder = [loop]
class Self(list):
    def __iter__(self): return iter([self])
try:
    json.dumps(Self())
except ValueError as e:
    print(e)  # expect: Circular reference detected
