class O: pass
o, xs, d = O(), [0, 0], {}
o.a, xs[1], d["k"] = 1, 2, 3
print(o.a, xs, d)  # expect: 1 [0, 2] {'k': 3}
a = b = c = []
a.append(1)
print(b, c is a)  # expect: [1] True
i = 0
i, xs[i] = 1, 9
print(i, xs)  # expect: 1 [0, 9]
