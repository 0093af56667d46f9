bool(NotImplemented)

# expect-error: TypeError: NotImplemented should not be used in a boolean context
