(5).x = 1

# expect-error: AttributeError: 'int' object has no attribute 'x' and no __dict__ for setting new attributes
