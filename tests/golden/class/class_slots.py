class P:
    __slots__ = ("x", "y")
    def __init__(self, x):
        self.x = x
p = P(1)
print(p.x, hasattr(p, "y"), hasattr(p, "__dict__"), P.__slots__, type(P.x).__name__)
try:
    p.z = 1
except AttributeError as e:
    print(e)
try:
    p.y
except AttributeError as e:
    print(e)
p.y = 2
del p.x
print(p.y, hasattr(p, "x"))
class Q(P): pass
q = Q(1)
q.z = 5
print(q.z, q.x, q.__dict__)
class R(P):
    __slots__ = "w"
r = R(1)
r.w = 3
print(r.w, r.x)

# expect: 1 False False ('x', 'y') member_descriptor
# expect: 'P' object has no attribute 'z' and no __dict__ for setting new attributes
# expect: 'P' object has no attribute 'y'
# expect: 2 False
# expect: 5 1 {'z': 5}
# expect: 3 1
