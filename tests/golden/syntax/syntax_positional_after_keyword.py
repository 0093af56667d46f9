f(a=1, 2)

# expect-stderr:     f(a=1, 2)
# expect-stderr:             ^
# expect-error: SyntaxError: positional argument follows keyword argument
