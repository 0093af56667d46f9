class A: pass
A.nope

# expect-error: AttributeError: type object 'A' has no attribute 'nope'
