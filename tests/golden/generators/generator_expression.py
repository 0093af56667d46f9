print(list(x for x in range(3)), sum(x * y for x in range(3) for y in range(3) if x != y), any(x > 2 for x in range(5)), "".join(c for c in "abc"))
g = (print("eval") or x for x in [1])
print("made")
print(next(g))
try:
    (x for x in 5)
except TypeError as e:
    print(e)

# expect: [0, 1, 2] 4 True abc
# expect: made
# expect: eval
# expect: 1
# expect: 'int' object is not iterable
