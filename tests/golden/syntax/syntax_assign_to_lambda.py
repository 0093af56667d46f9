(lambda: 0) = 1

# expect-stderr:     (lambda: 0) = 1
# expect-stderr:      ^^^^^^^^^
# expect-error: SyntaxError: cannot assign to lambda here. Maybe you meant '==' instead of '='?
