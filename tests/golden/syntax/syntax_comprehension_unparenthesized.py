[x, y for x, y in z]

# expect-stderr:     [x, y for x, y in z]
# expect-stderr:      ^^^^
# expect-error: SyntaxError: did you forget parentheses around the comprehension target?
