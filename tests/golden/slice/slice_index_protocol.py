class I:
    def __index__(self):
        return 2
print([1, 2, 3, 4][I()], [1, 2, 3, 4][I():], "abc"[I()], range(I()), [0] * I(), hex(I()))

# expect: 3 [3, 4] c range(0, 2) [0, 0] 0x2
