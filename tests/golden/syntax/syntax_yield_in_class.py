class A:
    yield 1

# expect-stderr:     yield 1
# expect-stderr:     ^^^^^^^
# expect-error: SyntaxError: 'yield' outside function
