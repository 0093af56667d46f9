print(len("\d"))  # expect: 2
