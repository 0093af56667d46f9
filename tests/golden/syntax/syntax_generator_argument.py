f(x for x in y, 1)

# expect-stderr:     f(x for x in y, 1)
# expect-stderr:       ^^^^^^^^^^^^
# expect-error: SyntaxError: Generator expression must be parenthesized
