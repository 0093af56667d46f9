class A:
    def __len__(self): return "x"
len(A())

# expect-error: TypeError: 'str' object cannot be interpreted as an integer
