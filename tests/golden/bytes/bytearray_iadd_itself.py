b = bytearray(b"ab")
b.extend(b)
print(b)  # expect: bytearray(b'abab')
b += b

# expect-error: BufferError: Existing exports of data: object cannot be re-sized
