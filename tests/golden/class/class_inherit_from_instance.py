class B(5): pass

# expect-error: TypeError: int expected at most 2 arguments, got 3
