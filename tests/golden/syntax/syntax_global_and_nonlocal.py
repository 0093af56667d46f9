def f():
    global x
    nonlocal x

# expect-stderr:     global x
# expect-stderr:     ^^^^^^^^
# expect-error: SyntaxError: name 'x' is nonlocal and global
