print(5 is 5)  # expect: True
