class A:
    return 1

# expect-stderr:     return 1
# expect-stderr:     ^^^^^^^^
# expect-error: SyntaxError: 'return' outside function
