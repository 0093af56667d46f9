while : pass

# expect-stderr:     while : pass
# expect-stderr:           ^
# expect-error: SyntaxError: invalid syntax
