f(True=1)

# expect-stderr:     f(True=1)
# expect-stderr:       ^^^^^
# expect-error: SyntaxError: cannot assign to True
