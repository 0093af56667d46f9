# skip-cpython: reads what has been cleared
# readinto() of a raw stream that resizes the bytearray it fills, or says it filled more.
# expect: ValueError
# expect: ValueError
# expect: b'abc'
import io
class Raw(io.RawIOBase):
    def readinto(self, b):
        return act(b)
def clears(b):
    b.clear()
    return 10
def lies(b):
    return 11
def fills(b):
    b[:] = b"abcdefghij"
    return 3
for act in (clears, lies, fills):
    try:
        print(Raw().read(10))
    except ValueError as e:
        print("ValueError")
