x = [1, 2 3]

# expect-stderr:     x = [1, 2 3]
# expect-stderr:             ^^^
# expect-error: SyntaxError: invalid syntax. Perhaps you forgot a comma?
