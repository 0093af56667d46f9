"a" * "b"

# expect-error: TypeError: can't multiply sequence by non-int of type 'str'
