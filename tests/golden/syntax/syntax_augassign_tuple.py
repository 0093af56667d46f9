(a, b) += 1

# expect-stderr:     (a, b) += 1
# expect-stderr:     ^^^^^^
# expect-error: SyntaxError: 'tuple' is an illegal expression for augmented assignment
