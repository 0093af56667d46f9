f() = 1

# expect-stderr:     f() = 1
# expect-stderr:     ^^^
# expect-error: SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='?
