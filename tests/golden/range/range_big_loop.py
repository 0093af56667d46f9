n = 0
for i in range(2 ** 62 - 2, 2 ** 62 + 2):
    n += 1
    print(i)
print(n)
for i in range(2 ** 64, 2 ** 64 - 4, -2):
    print(i)

# expect: 4611686018427387902
# expect: 4611686018427387903
# expect: 4611686018427387904
# expect: 4611686018427387905
# expect: 4
# expect: 18446744073709551616
# expect: 18446744073709551614
