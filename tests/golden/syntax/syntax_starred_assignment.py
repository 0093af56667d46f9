*a = 1

# expect-stderr:     *a = 1
# expect-stderr:     ^^
# expect-error: SyntaxError: starred assignment target must be in a list or tuple
