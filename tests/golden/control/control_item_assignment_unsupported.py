(lambda: 0)[0] = 1

# expect-error: TypeError: 'function' object does not support item assignment
