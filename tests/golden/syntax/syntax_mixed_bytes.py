"a" b"b"

# expect-stderr:     "a" b"b"
# expect-stderr:             ^
# expect-error: SyntaxError: cannot mix bytes and nonbytes literals
