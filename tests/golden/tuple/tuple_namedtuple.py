from collections import namedtuple
P = namedtuple("P", "x y", defaults=[0])
p = P(1)
print(p, p.x, p._replace(y=5), p._asdict(), P._fields, P._make([3, 4]), p == (1, 0))
try:
    P()
except TypeError as e:
    print(e)

# expect: P(x=1, y=0) 1 P(x=1, y=5) {'x': 1, 'y': 0} ('x', 'y') P(x=3, y=4) True
# expect: P.__new__() missing 1 required positional argument: 'x'
