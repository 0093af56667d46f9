s = staticmethod(lambda x: x + 1)
print(s(2), s.__wrapped__(3))  # expect: 3 4
