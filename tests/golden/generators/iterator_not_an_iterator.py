next([1])

# expect-error: TypeError: 'list' object is not an iterator
