def f(x):
    nonlocal x

# expect-stderr:     nonlocal x
# expect-stderr:     ^^^^^^^^^^
# expect-error: SyntaxError: name 'x' is parameter and nonlocal
