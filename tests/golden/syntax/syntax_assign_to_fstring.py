f"{x}" = 1

# expect-stderr:     f"{x}" = 1
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: cannot assign to f-string expression here. Maybe you meant '==' instead of '='?
