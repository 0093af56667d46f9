class A:
    def __repr__(self):
        return None
repr(A())

# expect-error: TypeError: __repr__ returned non-string (type NoneType)
