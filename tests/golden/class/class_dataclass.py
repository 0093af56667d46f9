from dataclasses import dataclass, field, asdict, replace, fields
@dataclass(order=True)
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False)
p = P(1, 2)
print(p, p == P(1, 2), p < P(1, 3), asdict(p), replace(p, y=9), [f.name for f in fields(P)])
@dataclass(frozen=True, slots=True)
class F:
    a: int
    def __post_init__(self): print("post", self.a)
f = F(1)
print(hash(f) == hash(F(1)))
try:
    f.a = 2
except AttributeError as e:
    print(type(e).__name__, e)

# expect: P(x=1, y=2, tags=[]) True True {'x': 1, 'y': 2, 'tags': []} P(x=1, y=9, tags=[]) ['x', 'y', 'tags']
# expect: post 1
# expect: post 1
# expect: True
# expect: FrozenInstanceError cannot assign to field 'a'
