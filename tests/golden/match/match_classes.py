class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
def f(o):
    match o:
        case P(0, 0): return "origin"
        case P(x, y=0): return f"on x {x}"
        case P(x=a, y=b) if a == b: return f"diag {a}"
        case P(): return "point"
        case int(n) | float(n): return f"num {n}"
        case str() as s: return f"str {s}"
        case list([a, b]): return f"list {a} {b}"
        case _: return "?"
print([f(o) for o in (P(0, 0), P(3, 0), P(2, 2), P(1, 2), 5, 2.5, "s", [1, 2], [1], None)])

# expect: ['origin', 'on x 3', 'diag 2', 'point', 'num 5', 'num 2.5', 'str s', 'list 1 2', '?', '?']
