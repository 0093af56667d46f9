print([1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 9], [1, 2] != [1, 2.0])
print([1, "a"] == [1, "a"], [1] == (1,))

# expect: True True True True True False
# expect: True False
