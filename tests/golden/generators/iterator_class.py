class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration
        self.i += 1
        return self.i
print(list(Count(3)), [x for x in Count(2)], sum(Count(4)), dict(zip("ab", Count(5))), max(Count(3)), 2 in Count(3))
a, *b = Count(4)
print(a, b, sorted(Count(3), reverse=True))

# expect: [1, 2, 3] [1, 2] 10 {'a': 1, 'b': 2} 3 True
# expect: 1 [2, 3, 4] [3, 2, 1]
