(a.b := 1)

# expect-stderr:     (a.b := 1)
# expect-stderr:      ^^^
# expect-error: SyntaxError: cannot use assignment expressions with attribute
