class S:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * 10
print(list(S()), 20 in S(), 5 in S(), [*S()], tuple(S()))

# expect: [0, 10, 20, 30] True False [0, 10, 20, 30] (0, 10, 20, 30)
