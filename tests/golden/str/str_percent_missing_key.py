"%(x)s" % {}

# expect-error: KeyError: 'x'
