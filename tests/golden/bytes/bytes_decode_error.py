b"abc\xff".decode()

# expect-error: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 3: invalid start byte
