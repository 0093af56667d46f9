print("a" x)

# expect-stderr:     print("a" x)
# expect-stderr:           ^^^^^
# expect-error: SyntaxError: invalid syntax. Perhaps you forgot a comma?
