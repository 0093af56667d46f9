for 1 in x: pass

# expect-stderr:     for 1 in x: pass
# expect-stderr:         ^
# expect-error: SyntaxError: cannot assign to literal
