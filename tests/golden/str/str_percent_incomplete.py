"%" % ()

# expect-error: ValueError: incomplete format
