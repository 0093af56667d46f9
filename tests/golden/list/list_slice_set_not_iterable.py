xs = [1, 2]
xs[0:1] = 5

# expect-error: TypeError: must assign iterable to extended slice
