x = (1,
2]

# expect-stderr:     2]
# expect-stderr:      ^
# expect-error: SyntaxError: closing parenthesis ']' does not match opening parenthesis '(' on line 1
