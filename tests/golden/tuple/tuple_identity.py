t = (1, 2)
print(tuple(t) is t, t[:] is t, t * 1 is t, () is ())  # expect: True True True True
