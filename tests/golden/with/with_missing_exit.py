class C:
    def __enter__(self): pass
with C():
    pass

# expect-error: TypeError: 'C' object does not support the context manager protocol (missed __exit__ method)
