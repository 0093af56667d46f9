ExceptionGroup("x", [5])

# expect-error: ValueError: Item 0 of second argument (exceptions) is not an exception
