print(0xFF, 0b1010, 0o777, 1_000_000, 0x_ff)  # expect: 255 10 511 1000000 255
print(00, 0_0)  # expect: 0 0
