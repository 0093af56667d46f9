hash(bytearray())

# expect-error: TypeError: unhashable type: 'bytearray'
