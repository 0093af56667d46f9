print(int("42"), int("  -42 "), int("+7"), int("1_000"))
print(int("ff", 16), int("0xff", 16), int("0b101", 0), int("0o17", 0), int("z", 36))
print(int(3.99), int(-3.99), int(True), int())
print(int(b"12"), int("\u0663"))

# expect: 42 -42 7 1000
# expect: 255 255 5 15 35
# expect: 3 -3 1 0
# expect: 12 3
