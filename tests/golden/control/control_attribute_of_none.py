None.foo

# expect-error: AttributeError: 'NoneType' object has no attribute 'foo'
