x++

# expect-stderr:     x++
# expect-stderr:        ^
# expect-error: SyntaxError: invalid syntax
