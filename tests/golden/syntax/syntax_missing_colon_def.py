def f()
    pass

# expect-stderr:     def f()
# expect-stderr:            ^
# expect-error: SyntaxError: expected ':'
