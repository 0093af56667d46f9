f(**k, *a)

# expect-stderr:     f(**k, *a)
# expect-stderr:          ^^^^
# expect-error: SyntaxError: iterable argument unpacking follows keyword argument unpacking
