# SPDX-License-Identifier: MIT
# Slices of bytes and bytearray at every edge, and needles of every kind, against what indexing byte by byte gives.
data = bytes(range(7))
edges = [None, -(2**70), -9, -8, -7, -6, -1, 0, 1, 3, 6, 7, 8, 2**70]


def by_hand(lo, hi):
    n = len(data)
    lo = 0 if lo is None else max(lo + n, 0) if lo < 0 else lo
    hi = n if hi is None else max(hi + n, 0) if hi < 0 else min(hi, n)
    return [data[i] for i in range(lo, hi)] if lo < hi else []


bad = [(lo, hi) for lo in edges for hi in edges
       if not (list(data[lo:hi]) == list(bytearray(data)[lo:hi]) == list(memoryview(data)[lo:hi]) == by_hand(lo, hi))]
print(bad)                                          # expect: []
print(data[:] is data, data[-7:7] is data)          # expect: True True


class Bound:
    def __init__(self, n, then=lambda: None):
        self.n, self.then = n, then

    def __index__(self):
        self.then()
        return self.n


a = bytearray(b"abcdefgh")
print(a[Bound(2, lambda: a.extend(b"ij")):])        # expect: bytearray(b'cdefghij')
print(data[Bound(1):Bound(3)], data[True:])         # expect: b'\x01\x02' b'\x01\x02\x03\x04\x05\x06'
try:
    data["a":]
except TypeError as e:
    print(e)    # expect: slice indices must be integers or None or have an __index__ method


class Sub(bytes):
    pass


text = b"one\r\n\r\ntwo"
for needle in (b"\r\n\r\n", Sub(b"\r\n\r\n"), bytearray(b"\r\n\r\n"), memoryview(b"\r\n\r\n"), 13, True):
    print([t.find(needle) for t in (text, Sub(text), bytearray(text))], needle in text)
# expect: [3, 3, 3] True
# expect: [3, 3, 3] True
# expect: [3, 3, 3] True
# expect: [3, 3, 3] True
# expect: [3, 3, 3] True
# expect: [-1, -1, -1] False
print(text.startswith(b"one"), text.startswith(Sub(b"one")), text.endswith((b"x", bytearray(b"two"))), text.startswith(b"ne", 1, 2))
# expect: True True True False
for wrong in ("one", 1.5, 256):
    try:
        text.find(wrong)
    except (TypeError, ValueError) as e:
        print(e)
# expect: argument should be integer or bytes-like object, not 'str'
# expect: argument should be integer or bytes-like object, not 'float'
# expect: byte must be in range(0, 256)

b = bytearray(b"x")
b += b"yz"
b.extend(b"")
b.extend(Sub(b"!"))
with memoryview(b):
    b.extend(b"")
    try:
        b += b"more"
    except BufferError as e:
        print(e)    # expect: Existing exports of data: object cannot be re-sized
print(b, bytes(b), bytes(memoryview(b)[1:]), bytes(text) is text)   # expect: bytearray(b'xyz!') b'xyz!' b'yz!' True
