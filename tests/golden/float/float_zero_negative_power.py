0.0 ** -1

# expect-error: ZeroDivisionError: zero to a negative power
