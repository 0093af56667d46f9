f(a=1, a=2)

# expect-stderr:     f(a=1, a=2)
# expect-stderr:            ^^^
# expect-error: SyntaxError: keyword argument repeated: a
