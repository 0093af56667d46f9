fro x in y:
    pass

# expect-stderr:     fro x in y:
# expect-stderr:     ^^^
# expect-error: SyntaxError: invalid syntax. Did you mean 'for'?
