class A: pass
a = A()
del a.x

# expect-error: AttributeError: 'A' object has no attribute 'x'
