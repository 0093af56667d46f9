from functools import total_ordering, cached_property
@total_ordering
class A:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(A(1) <= A(1), A(2) > A(1), A(1) >= A(2))  # expect: True True False
class B:
    n = 0
    @cached_property
    def x(self):
        self.n += 1
        return self.n
b = B()
print(b.x, b.x, b.n)  # expect: 1 1 1
