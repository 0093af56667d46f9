range(3)[3]

# expect-error: IndexError: range object index out of range
