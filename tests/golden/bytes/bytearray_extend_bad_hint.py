# An error of the length hint is not swallowed.
class Bad:
    def __iter__(self):
        return iter(range(3))
    def __len__(self):
        raise RuntimeError("no length")

b = bytearray(b"a")
try:
    b.extend(Bad())
except RuntimeError as e:
    print(e, b)
# expect: no length bytearray(b'a')
