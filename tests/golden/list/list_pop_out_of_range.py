[1].pop(5)

# expect-error: IndexError: pop index out of range
