class Odd:
    def __eq__(self, other):
        return False
o = Odd()
print(o in [o], o in [Odd()], [o].index(o), [o].count(o), [o] == [o])  # expect: True False 0 1 True
