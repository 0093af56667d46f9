1 += 1

# expect-stderr:     1 += 1
# expect-stderr:     ^
# expect-error: SyntaxError: 'literal' is an illegal expression for augmented assignment
