"{:d}".format("x")

# expect-error: ValueError: Unknown format code 'd' for object of type 'str'
