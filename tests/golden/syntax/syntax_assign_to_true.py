True = 1

# expect-stderr:     True = 1
# expect-stderr:     ^^^^
# expect-error: SyntaxError: cannot assign to True
