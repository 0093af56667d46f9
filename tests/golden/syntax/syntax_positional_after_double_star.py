f(**k, 2)

# expect-stderr:     f(**k, 2)
# expect-stderr:             ^
# expect-error: SyntaxError: positional argument follows keyword argument unpacking
