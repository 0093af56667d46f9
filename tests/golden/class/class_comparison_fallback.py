class A:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __eq__(self, o):
        if not isinstance(o, A):
            return NotImplemented
        return self.v == o.v
a, b = A(1), A(2)
print(a < b, b > a, a == A(1), a != b, a == 5, a != 5, sorted([b, a])[0].v, max(a, b).v)
try:
    a <= b
except TypeError as e:
    print(e)
try:
    hash(a)
except TypeError as e:
    print(e)

# expect: True True True True False True 1 2
# expect: '<=' not supported between instances of 'A' and 'A'
# expect: unhashable type: 'A'
