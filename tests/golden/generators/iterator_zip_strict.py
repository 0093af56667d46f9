try:
    list(zip([1, 2], [1], strict=True))
except ValueError as e:
    print(e)
try:
    list(zip([1], [1, 2], strict=True))
except ValueError as e:
    print(e)
print(list(zip()), list(zip([1], [2], [3])), list(zip("abc", range(2))))

# expect: zip() argument 2 is shorter than argument 1
# expect: zip() argument 2 is longer than argument 1
# expect: [] [(1, 2, 3)] [('a', 0), ('b', 1)]
