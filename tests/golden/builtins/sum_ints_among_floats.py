# Integers among floats take part in the compensated sum.
print(sum([10e100, 2, -10e100]))  # expect: 2.0
print(sum([1.0, 10**100, 1, -10**100]))  # expect: 2.0
print(sum([0.1] * 10 + [True]))  # expect: 2.0
print(sum([10e100j, 10e100, 2, -10e100, -10e100j]))  # expect: (2+0j)
