print(repr(Ellipsis), repr(None), repr(NotImplemented), __debug__, None == False, hash(None) == hash(None))

# expect: Ellipsis None NotImplemented True False True
