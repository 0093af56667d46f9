print(10 ** 30 / 10 ** 28, 1 / 3, 10 ** 400 / 10 ** 399)  # expect: 100.0 0.3333333333333333 10.0
try:
    10 ** 400 / 3
except OverflowError as e:
    print(e)  # expect: integer division result too large for a float
try:
    float(10 ** 400)
except OverflowError as e:
    print(e)  # expect: int too large to convert to float
