class A: x = 1
print(getattr(A, "x"), getattr(A, "y", None), hasattr(A, "x"), callable(len), id(A) == id(A), type(5) is int, isinstance(True, int), issubclass(bool, int))
try:
    getattr(A, 5)
except TypeError as e:
    print(e)

# expect: 1 None True True True True True True
# expect: attribute name must be string, not 'int'
