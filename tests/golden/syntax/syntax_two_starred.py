*a, *b = 1

# expect-stderr:     *a, *b = 1
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: multiple starred expressions in assignment
