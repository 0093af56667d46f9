print(True + True, True * 3, -True, ~0, isinstance(True, int), True == 1, True is True)
print(bool(0), bool(5), bool(""), bool([0]), bool(0.0), bool(None))
print(True & False, True | False, True ^ True, type(True & 1), type(True & True))
print(repr(True), str(False), int(True), True // 1)

# expect: 2 3 -1 -1 True True True
# expect: False True False True False False
# expect: False True False <class 'int'> <class 'bool'>
# expect: True False 1 1
