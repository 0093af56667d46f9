x = 5
x += 3
x -= 1
x *= 2
x //= 3
x **= 2
x %= 7
x <<= 4
x >>= 1
x |= 3
x &= 0xFE
x ^= 0x55
print(x)  # expect: 71
x /= 4
print(x)  # expect: 17.75
