# A memoryview over an object with its own __buffer__ is an exporter like any other.
import _pyio, io


class Exporter:
    def __init__(self, data):
        self.data, self.released = data, 0

    def __buffer__(self, flags):
        return memoryview(self.data)

    def __release_buffer__(self, view):
        self.released += 1


e = Exporter(b"ABC")
view = memoryview(e)
print(bytes(view), bytearray(view), b"".join([view, view]), bytes(memoryview(view)), bytes(memoryview(view)[1:]), e.released)
# expect: b'ABC' bytearray(b'ABC') b'ABCABC' b'ABC' b'BC' 0
target = bytearray(b"xyz")
target[0:1] = view
print(target, target.find(view), target + view, e.released)  # expect: bytearray(b'ABCyz') 0 bytearray(b'ABCyzABC') 0
view.release()
print(e.released)  # expect: 1
for kind in io.BytesIO, _pyio.BytesIO:
    e, out = Exporter(bytearray(b"12345")), kind()
    print(out.write(e), out.write(memoryview(e)), out.getvalue(), e.released)
# expect: 5 5 b'1234512345' 2
# expect: 5 5 b'1234512345' 2


class Mutual:
    def __buffer__(self, flags):
        self.kept = out.getbuffer()
        return memoryview(b"A")


for kind in io.BytesIO, _pyio.BytesIO:
    out = kind()
    try:
        out.write(Mutual())
    except BufferError as err:
        print(err)
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized


class B:
    released = 0
    def __buffer__(self, flags):
        return memoryview(b"AB")
    def __release_buffer__(self, view):
        B.released += 1

with memoryview(B()) as v:
    data = bytearray()
    data[0:2] = v
    print(bytes(v), data, B.released)       # expect: b'AB' bytearray(b'AB') 0
    w = memoryview(v)
    print(bytes(w), v[:1].tobytes())        # expect: b'AB' b'A'
    w.release()
    held = memoryview(data)
    try:
        data[0:1] = v
    except BufferError as e:
        print(e)                            # expect: Existing exports of data: object cannot be re-sized
print(B.released)                           # expect: 1
