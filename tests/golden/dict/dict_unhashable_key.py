{[]: 1}

# expect-error: TypeError: cannot use 'list' as a dict key (unhashable type: 'list')
