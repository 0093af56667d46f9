b"ab\xe2\x82".decode()

# expect-error: UnicodeDecodeError: 'utf-8' codec can't decode bytes in position 2-3: unexpected end of data
