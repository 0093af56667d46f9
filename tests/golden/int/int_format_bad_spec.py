f"{1:s}"

# expect-error: ValueError: Unknown format code 's' for object of type 'int'
