{}[{}]

# expect-error: TypeError: cannot use 'dict' as a dict key (unhashable type: 'dict')
