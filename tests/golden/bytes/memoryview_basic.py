m = memoryview(bytearray(b"abcdef"))
print(m[0], bytes(m[1:3]), len(m), m.tobytes(), m.format, m.itemsize, m.readonly, m.nbytes)
m[0] = 65
m[1:3] = b"ZZ"
print(bytes(m), m.tolist(), m == b"AZZdef", bytes(m[::2]))
m.release()
try:
    m[0]
except ValueError as e:
    print(e)

# expect: 97 b'bc' 6 b'abcdef' B 1 False 6
# expect: b'AZZdef' [65, 90, 90, 100, 101, 102] True b'AZe'
# expect: operation forbidden on released memoryview object
