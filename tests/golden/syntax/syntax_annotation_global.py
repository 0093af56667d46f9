def f():
    global x
    x: int = 1

# expect-stderr:     x: int = 1
# expect-stderr:     ^^^^^^^^^^
# expect-error: SyntaxError: annotated name 'x' can't be global
