hash([])

# expect-error: TypeError: unhashable type: 'list'
