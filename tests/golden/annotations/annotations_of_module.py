import sys
v: int = 3
w: str
m = sys.modules[__name__]
print(m.__annotations__, "w" in globals())  # expect: {'v': <class 'int'>, 'w': <class 'str'>} False
