print(" a b c ".split(None, 1), " a b c ".rsplit(None, 1))  # expect: ['a', 'b c '] [' a b', 'c']
