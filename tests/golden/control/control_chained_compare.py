def t(x):
    print(x, end=" ")
    return x
print(t(1) < t(2) < t(3), t(3) < t(2) < t(1), 1 < 2 == 2, 1 in [1] == True, (1 in [1]) == True)

# expect: 1 2 3 3 2 True False True False True
