class C:
    def __init__(self, n, swallow=False): self.n, self.s = n, swallow
    def __enter__(self):
        print("enter", self.n)
        return self
    def __exit__(self, t, v, tb):
        print("exit", self.n, t and t.__name__, v)
        return self.s
with C(1) as c:
    print("body", c.n)
with C(2), C(3) as d:
    print("two", d.n)
with C(4, True):
    raise ValueError("swallowed")
with (C(5), C(6) as e,):
    pass
try:
    with C(7):
        raise KeyError("out")
except KeyError as k:
    print("caught", k)
def f():
    with C(8):
        return "r"
print(f())
for i in range(2):
    with C(9):
        continue

# expect: enter 1
# expect: body 1
# expect: exit 1 None None
# expect: enter 2
# expect: enter 3
# expect: two 3
# expect: exit 3 None None
# expect: exit 2 None None
# expect: enter 4
# expect: exit 4 ValueError swallowed
# expect: enter 5
# expect: enter 6
# expect: exit 6 None None
# expect: exit 5 None None
# expect: enter 7
# expect: exit 7 KeyError 'out'
# expect: caught 'out'
# expect: enter 8
# expect: exit 8 None None
# expect: r
# expect: enter 9
# expect: exit 9 None None
# expect: enter 9
# expect: exit 9 None None
