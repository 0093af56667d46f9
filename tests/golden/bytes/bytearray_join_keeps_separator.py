# A bytearray that joins exports itself while the items are asked for.
sep = bytearray(b",")


def items():
    try:
        sep.clear()
    except BufferError as error:
        print(error)  # expect: Existing exports of data: object cannot be re-sized
    yield b"A"
    yield b"B"


print(sep.join(items()), sep)  # expect: bytearray(b'A,B') bytearray(b',')
sep.clear()
print(sep)  # expect: bytearray(b'')
