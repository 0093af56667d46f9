class P:
    def __init__(self, flip):
        if flip:
            self.a = 1; self.b = 2
        else:
            self.b = 2; self.a = 1
def total(p): return p.a * 10 + p.b
print([total(P(i % 2)) for i in range(6)], list(P(True).__dict__), list(P(False).__dict__))

# expect: [12, 12, 12, 12, 12, 12] ['a', 'b'] ['b', 'a']
