# A memoryview of an object with __buffer__ is an exporter of its own: views of it come and go without the object.
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
