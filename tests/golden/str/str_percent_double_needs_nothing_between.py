print("%%" % ())  # expect: %
"%5%" % 3

# expect-error: ValueError: unsupported format character '%' (0x25) at index 2
