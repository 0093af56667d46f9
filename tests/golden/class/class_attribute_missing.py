class A:
    pass
A().nope

# expect-error: AttributeError: 'A' object has no attribute 'nope'
