1 in 5

# expect-error: TypeError: argument of type 'int' is not a container or iterable
