xs = [1, 2, 3, 1, 2, 3]
print(xs.index(1, 1), xs.index(3, -2), xs.index(2, 0, 2))  # expect: 3 5 1
try:
    xs.index(1, 4)
except ValueError as e:
    print(e)  # expect: list.index(x): x not in list
