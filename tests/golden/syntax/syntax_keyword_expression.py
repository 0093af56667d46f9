f(a.b=1)

# expect-stderr:     f(a.b=1)
# expect-stderr:       ^^^^
# expect-error: SyntaxError: expression cannot contain assignment, perhaps you meant "=="?
