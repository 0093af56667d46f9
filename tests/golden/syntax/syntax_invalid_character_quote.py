x = “a”

# expect-stderr:     x = “a”
# expect-stderr:         ^
# expect-error: SyntaxError: invalid character '“' (U+201C)
