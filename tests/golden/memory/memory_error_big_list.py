try:
    x = [0] * (2 ** 60)
except MemoryError as e:
    print("MemoryError", e.args)  # expect: MemoryError ()
try:
    x = "a" * (2 ** 62)
except MemoryError:
    print("MemoryError")  # expect: MemoryError
try:
    x = bytearray(2 ** 62)
except MemoryError:
    print("MemoryError")  # expect: MemoryError
try:
    x = [1] * (2 ** 64)
except OverflowError as e:
    print(e)  # expect: cannot fit 'int' into an index-sized integer
