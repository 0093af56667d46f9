a, b = 1, 2
a, b = b, a
print(a, b)
first, *rest = [1, 2, 3]
*init, last = "abc"
x, *mid, y = range(5)
(p, q), [r, *s] = (1, 2), [3, 4, 5]
print(first, rest, init, last, x, mid, y, p, q, r, s)
for i, (j, *k) in enumerate([(1, 2, 3), (4,)]):
    print(i, j, k)

# expect: 2 1
# expect: 1 [2, 3] ['a', 'b'] c 0 [1, 2, 3] 4 1 2 3 [4, 5]
# expect: 0 1 [2, 3]
# expect: 1 4 []
