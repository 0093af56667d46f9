a + b = c

# expect-stderr:     a + b = c
# expect-stderr:     ^^^^^
# expect-error: SyntaxError: cannot assign to expression here. Maybe you meant '==' instead of '='?
