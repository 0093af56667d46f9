"}".format()

# expect-error: ValueError: Single '}' encountered in format string
