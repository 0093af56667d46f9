[x for 5 in y]

# expect-stderr:     [x for 5 in y]
# expect-stderr:            ^
# expect-error: SyntaxError: cannot assign to literal
