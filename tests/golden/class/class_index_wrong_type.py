class A:
    def __index__(self): return "x"
[1][A()]

# expect-error: TypeError: __index__ returned non-int (type str)
