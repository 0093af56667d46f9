# A loop variable that the first statement of the body unpacks keeps its tuple.
def dict_items(m):
    seen = []
    for edge in m.items():
        u, v = edge
        seen.append((edge, u, v))
    return seen, edge

def enumerated(xs):
    out = "kept"
    for pair in enumerate(xs):
        i, x = pair
        print(out, pair, i, x)

def zipped(a, b):
    for pair in zip(a, b):
        [x, y] = pair
        if pair in {(1, 2)}:
            return pair, x, y

for _ in range(3):
    print(dict_items({1: 2, 3: 4}))
    enumerated("ab")
    print(zipped([0, 1], [5, 2]))
# expect: ([((1, 2), 1, 2), ((3, 4), 3, 4)], (3, 4))
# expect: kept (0, 'a') 0 a
# expect: kept (1, 'b') 1 b
# expect: ((1, 2), 1, 2)
# expect: ([((1, 2), 1, 2), ((3, 4), 3, 4)], (3, 4))
# expect: kept (0, 'a') 0 a
# expect: kept (1, 'b') 1 b
# expect: ((1, 2), 1, 2)
# expect: ([((1, 2), 1, 2), ((3, 4), 3, 4)], (3, 4))
# expect: kept (0, 'a') 0 a
# expect: kept (1, 'b') 1 b
# expect: ((1, 2), 1, 2)
