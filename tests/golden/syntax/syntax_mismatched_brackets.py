x = (1]

# expect-stderr:     x = (1]
# expect-stderr:           ^
# expect-error: SyntaxError: closing parenthesis ']' does not match opening parenthesis '('
