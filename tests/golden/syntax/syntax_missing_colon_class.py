class A
    pass

# expect-stderr:     class A
# expect-stderr:            ^
# expect-error: SyntaxError: expected ':'
