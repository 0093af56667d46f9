"a€".encode("ascii")

# expect-error: UnicodeEncodeError: 'ascii' codec can't encode character '\u20ac' in position 1: ordinal not in range(128)
