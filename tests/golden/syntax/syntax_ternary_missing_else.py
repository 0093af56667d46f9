x = 1 if y

# expect-stderr:     x = 1 if y
# expect-stderr:         ^^^^^^
# expect-error: SyntaxError: expected 'else' after 'if' expression
