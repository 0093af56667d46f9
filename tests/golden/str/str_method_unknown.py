"abc".push("x")

# expect-error: AttributeError: 'str' object has no attribute 'push'
