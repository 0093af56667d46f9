float("inf").as_integer_ratio()

# expect-error: OverflowError: cannot convert Infinity to integer ratio
