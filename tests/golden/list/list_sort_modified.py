xs = [3, 2, 1]
def key(x):
    xs.append(0)
    return x
xs.sort(key=key)

# expect-error: ValueError: list modified during sort
