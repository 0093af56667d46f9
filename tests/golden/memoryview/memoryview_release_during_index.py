class Index:
    def __index__(self):
        m.release()
        return 1

m = memoryview(bytearray(b"abc"))
m[Index()]

# expect-error: ValueError: operation forbidden on released memoryview object
