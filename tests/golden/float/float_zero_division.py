1.0 / 0.0

# expect-error: ZeroDivisionError: division by zero
