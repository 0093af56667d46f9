5 = x

# expect-stderr:     5 = x
# expect-stderr:     ^
# expect-error: SyntaxError: cannot assign to literal here. Maybe you meant '==' instead of '='?
