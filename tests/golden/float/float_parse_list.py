float([])

# expect-error: TypeError: float() argument must be a string or a real number, not 'list'
