if x:
    pass
else:
    pass
elif y:
    pass

# expect-stderr:     elif y:
# expect-stderr:     ^^^^
# expect-error: SyntaxError: 'elif' block follows an 'else' block
