print(str(KeyError("a b")), str(KeyError()), str(KeyError(1, 2)), repr(ValueError("a", 1)), str(ValueError()), ValueError("a") == ValueError("a"))

# expect: 'a b'  (1, 2) ValueError('a', 1)  False
