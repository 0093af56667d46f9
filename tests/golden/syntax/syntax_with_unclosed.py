with open("x" as f:
    pass

# expect-stderr:     with open("x" as f:
# expect-stderr:                   ^^
# expect-error: SyntaxError: invalid syntax
