# Loops that unpack the pairs of items(), enumerate() and zip(), again and again and with other iterators in between.
class Pairs:
    def __init__(self, items): self.items = iter(items)
    def __iter__(self): return self
    def __next__(self): return next(self.items)
class Count(enumerate):
    def __next__(self):
        i, x = super().__next__()
        return i + 100, x
def each(it):
    out = []
    for a, b in it:
        out.append((a, b))
    return out
d = {1: "a", 2: "b"}
for it in (d.items(), enumerate("xy"), zip("xy", [3, 4]), [(1, 2)], Pairs([(5, 6)]), Count("z"), reversed(d.items()), zip([1], [2])):
    print(each(it))
# expect: [(1, 'a'), (2, 'b')]
# expect: [(0, 'x'), (1, 'y')]
# expect: [('x', 3), ('y', 4)]
# expect: [(1, 2)]
# expect: [(5, 6)]
# expect: [(100, 'z')]
# expect: [(2, 'b'), (1, 'a')]
# expect: [(1, 2)]
try:
    each(zip([1], [2], [3]))
except ValueError as e:
    print(e)  # expect: too many values to unpack (expected 2, got 3)
try:
    each(zip([1]))
except ValueError as e:
    print(e)  # expect: not enough values to unpack (expected 2, got 1)
try:
    each(zip([1, 2], [3], strict=True))
except ValueError as e:
    print(e)  # expect: zip() argument 2 is shorter than argument 1
try:
    for k, v in d.items():
        d[k + 10] = v
except RuntimeError as e:
    print(e)  # expect: dictionary changed size during iteration
for k, k in zip([1], [2]):
    print(k)  # expect: 2
print([k + v for k, v in zip([1, 2], [3, 4])], {v: k for k, v in enumerate("ab")})  # expect: [4, 6] {'a': 0, 'b': 1}
