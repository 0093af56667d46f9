import sys
x = object()
a = sys.getrefcount(x)
y = [x, x, x]
b = sys.getrefcount(x)
del y
print(b - a, sys.getrefcount(x) == a, sys.getrefcount(None))  # expect: 3 True 3221225472
