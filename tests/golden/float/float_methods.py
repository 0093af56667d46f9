print((0.5).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (1.5).hex(), float.fromhex("0x1.8p1"))
print((0.1).as_integer_ratio())
print((-0.0).hex(), float("inf").hex(), (5e-324).hex())

# expect: (1, 2) True False 0x1.8000000000000p+0 3.0
# expect: (3602879701896397, 36028797018963968)
# expect: -0x0.0p+0 inf 0x0.0000000000001p-1022
