whille True:
    pass

# expect-stderr:     whille True:
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: invalid syntax. Did you mean 'while'?
