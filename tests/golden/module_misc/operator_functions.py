import operator as op
print(op.add(1, 2), op.itemgetter(1, 0)("ab"), op.attrgetter("real", "imag")(1j), op.methodcaller("upper")("a"), op.getitem([1, 2], 1), op.contains([1], 1), op.truth([]), op.index(5), op.concat("a", "b"), op.countOf([1, 1], 1), op.length_hint([1]), op.is_not(1, 2), op.floordiv(7, 2), op.inv(5))

# expect: 3 ('b', 'a') (0.0, 1.0) A 2 True False 5 ab 2 1 True 3 -6
