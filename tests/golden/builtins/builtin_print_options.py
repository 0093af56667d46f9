import sys
print(1, 2, sep="-", end="!\n")  # expect: 1-2!
print("a", "b", sep="")  # expect: ab
print()  # expect:
print(*[1, 2], sep=", ")  # expect: 1, 2
print("err", file=sys.stderr)
print("x", flush=True)  # expect: x
try:
    print(sep=1)
except TypeError as e:
    print(e)  # expect: sep must be None or a string, not int
