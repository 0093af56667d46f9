a, = None

# expect-error: TypeError: cannot unpack non-iterable NoneType object
