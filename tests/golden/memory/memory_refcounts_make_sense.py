import sys
x = object()
a = sys.getrefcount(x)
y = [x, x, x]
b = sys.getrefcount(x)
del y
print(b - a, sys.getrefcount(x) == a, sys.getrefcount(None) > 1000)  # expect: 3 True True
