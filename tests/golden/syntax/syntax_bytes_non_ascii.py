b"é"

# expect-stderr:     b"é"
# expect-stderr:     ^^^^
# expect-error: SyntaxError: bytes can only contain ASCII literal characters
