"{x}".format()

# expect-error: KeyError: 'x'
