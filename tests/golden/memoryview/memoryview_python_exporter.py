class Exporter:
    def __buffer__(self, flags):
        return memoryview(b"data")
    def __release_buffer__(self, view):
        print("released", bytes(view))

with memoryview(Exporter()) as m:
    print(m.tobytes(), len(m))  # expect: b'data' 4
# expect: released b'data'
