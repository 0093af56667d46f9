class O:
    x = 1
o = O()
o.x += 5
xs = [1, 2]
xs[0] += 10
d = {"k": "a"}
d["k"] *= 3
i = iter(range(5))
xs2 = [0] * 5
xs2[next(i)] += 1
print(o.x, O.x, xs, d, xs2, next(i))  # expect: 6 1 [11, 2] {'k': 'aaa'} [1, 0, 0, 0, 0] 1
