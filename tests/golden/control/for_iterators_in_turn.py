# One loop over iterators of all kinds in turn, in every order of the first two; dicts that change while they are looped over.
def make():
    def each(it):
        out = []
        for x in it: out.append(x)
        return out
    return each
class Own:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration
        return self.n
kinds = [lambda: [1, 2], lambda: (1, 2), lambda: range(1, 3), lambda: {1: 0, 2: 0}, lambda: {1, 2}, lambda: b"\1\2", lambda: (x for x in (1, 2)),
         lambda: iter([1, 2]), lambda: {0: 1, 3: 2}.values(), lambda: map(int, "12"), Own, lambda: reversed([2, 1]), lambda: reversed({2: 0, 1: 0})]
bad = 0
for first in kinds:
    for second in kinds:
        each = make().__class__(make().__code__.replace(), globals())
        for kind in (first, second, first, lambda: first(), second): bad += each(kind()) != [1, 2]
    each = make()
    for kind in kinds: bad += each(kind()) != [1, 2]
print(bad, make()("añ€😀"), make()([]), make()({}))
# expect: 0 ['a', 'ñ', '€', '😀'] [] []
def changing(d):
    for k in d: d[k + 10] = 1
for _ in range(3):
    try: changing({1: 2})
    except RuntimeError as e: print(e)
# expect: dictionary changed size during iteration
# expect: dictionary changed size during iteration
# expect: dictionary changed size during iteration
def emptied(d):
    out = []
    for k in d:
        out.append(k)
        d[k] = None     # the value only
    return out
print(emptied({"a": [1], "b": [2]}))
# expect: ['a', 'b']
