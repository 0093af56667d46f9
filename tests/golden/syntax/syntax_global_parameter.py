def f(x):
    global x

# expect-stderr:     global x
# expect-stderr:     ^^^^^^^^
# expect-error: SyntaxError: name 'x' is parameter and global
