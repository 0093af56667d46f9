# A docstring of a new class must be encodable; a later one need not.
try:
    type("A", (), {"__doc__": "x\udcdcy"})
except UnicodeEncodeError as error:
    print(error)  # expect: 'utf-8' codec can't encode character '\udcdc' in position 1: surrogates not allowed
A = type("A", (), {"__doc__": "\xc4"})
A.__doc__ = "x\udcdcy"
print(ascii(A.__doc__))  # expect: 'x\udcdcy'
