print((255).to_bytes(2, "big"), (255).to_bytes(2, "little"), (-1).to_bytes(2, "big", signed=True))
print(int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\xff\xff", "big", signed=True))
print((10).as_integer_ratio(), (5).conjugate(), (5).real, (5).imag, (5).numerator, (5).denominator)
print((3).is_integer(), (0).bit_length(), (-5).bit_length())

# expect: b'\x00\xff' b'\xff\x00' b'\xff\xff'
# expect: 256 -1
# expect: (10, 1) 5 5 0 5 1
# expect: True 0 3
