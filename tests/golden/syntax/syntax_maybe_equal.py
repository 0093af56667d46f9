if x = 3:
    pass

# expect-stderr:     if x = 3:
# expect-stderr:        ^^^^^
# expect-error: SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?
