def g(n):
    for i in range(n):
        yield i * i
print(list(g(5)), sum(g(4)), next(g(1)), [*g(3)], max(g(3)), dict(enumerate(g(2))))
it = g(2)
print(next(it), next(it), next(it, "end"), next(it, "end"))

# expect: [0, 1, 4, 9, 16] 14 0 [0, 1, 4] 4 {0: 0, 1: 1}
# expect: 0 1 end end
