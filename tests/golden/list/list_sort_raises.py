class Bad:
    def __lt__(self, other):
        raise RuntimeError("no order")
xs = [Bad(), Bad()]
try:
    xs.sort()
except RuntimeError as e:
    print(e, len(xs))  # expect: no order 2
