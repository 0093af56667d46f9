print(pow(3, 200, 1000), pow(3, -1, 7), pow(2, 10), pow(-2, 3, 5))  # expect: 1 5 1024 2
try:
    pow(2, -1, 4)
except ValueError as e:
    print(e)  # expect: base is not invertible for the given modulus
try:
    pow(2, 2, 0)
except ValueError as e:
    print(e)  # expect: pow() 3rd argument cannot be 0
