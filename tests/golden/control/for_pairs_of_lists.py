# Loops that unpack the items of lists into two: tuples, other sequences in between, wrong lengths, lists that change meanwhile.
def each(seq):
    out = []
    for a, b in seq:
        out.append((a, b))
    return out
class Pair(tuple): pass
class Odd(tuple):
    def __iter__(self): return iter("xy")
print(each([(1, 2), (3, 4)]), each([]), each(((1, 2), (3, 4))), [x * 2 for x in (1, "a")])
print(each([(1, 2), [3, 4], "ab", {5: 0, 6: 0}, Pair((7, 8)), Odd((9, 10, 11)), (12, 13)]))
# expect: [(1, 2), (3, 4)] [] [(1, 2), (3, 4)] [2, 'aa']
# expect: [(1, 2), (3, 4), ('a', 'b'), (5, 6), (7, 8), ('x', 'y'), (12, 13)]
for bad in ([(1, 2), (3,)], [(1, 2), (3, 4, 5)], [(1, 2), 3]):
    try: each(bad)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
# expect: ValueError not enough values to unpack (expected 2, got 1)
# expect: ValueError too many values to unpack (expected 2, got 3)
# expect: TypeError cannot unpack non-iterable int object
print(each(x for x in [(1, 2)]), each(iter([(3, 4)])), each(((5, 6),)), each({(7, 8)}))
# expect: [(1, 2)] [(3, 4)] [(5, 6)] [(7, 8)]
class Last:
    def __init__(self, seen): self.seen = seen
    def __del__(self): self.seen.append("gone")
def shrinking():
    seen, pairs = [], []
    for i in range(4): pairs.append((i, Last(seen)))
    for i, last in pairs:
        pairs.pop()
        seen.append(i)
    del last
    return seen, len(pairs)
print(shrinking())
# expect: (['gone', 0, 'gone', 1, 'gone', 'gone'], 2)
def replaced():
    pairs, out = [("a", "b")], []
    for a, b in pairs:
        pairs[0] = None         # the tuple goes, what it held stays
        out.append(a + b)
        if len(out) == 1: pairs.append((str(1000) * 2, str(2000)))
    return out
print(replaced())
# expect: ['ab', '100010002000']
def names():
    for a, a in [(1, 2), (3, 4)]: yield a
    for names.x, names.y in [(5, 6)]: yield names.x, names.y
print(list(names()), [a + b for a, b in [(1, 2), (3, 4)]], {a: b for a, b in [("k", 1)]})
# expect: [2, 4, (5, 6)] [3, 7] {'k': 1}
