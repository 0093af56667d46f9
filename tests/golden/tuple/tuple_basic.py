t = (1, 2, 3, 2)
print(t[0], t[-1], t[1:3], t.count(2), t.index(3), len(t), t + (4,), t * 2, 2 in t)
print((), (1,), tuple("ab"), tuple(), repr((1, (2,))), t == (1, 2, 3, 2), t < (1, 3))
print(hash((1, 2)) == hash((1, 2)), {(1, 2): "x"}[1, 2])
a, b, *c = t
print(a, b, c)

# expect: 1 2 (2, 3) 2 2 4 (1, 2, 3, 2, 4) (1, 2, 3, 2, 1, 2, 3, 2) True
# expect: () (1,) ('a', 'b') () (1, (2,)) True True
# expect: True x
# expect: 1 2 [3, 2]
