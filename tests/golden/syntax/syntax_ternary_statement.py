x = 1 if y else pass

# expect-stderr:     x = 1 if y else pass
# expect-stderr:                     ^^^^
# expect-error: SyntaxError: expected expression after 'else', but statement is given
