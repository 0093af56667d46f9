lambda (x): x

# expect-stderr:     lambda (x): x
# expect-stderr:            ^^^
# expect-error: SyntaxError: Lambda expression parameters cannot be parenthesized
