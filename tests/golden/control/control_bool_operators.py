def t(x):
    print(x, end=" ")
    return x
print(t(0) or t(2), t(1) and t(0) or t(3), not t(0), t(1) if t(0) else t(5))
print(None or 0, [] and 1, "a" or 1, 1 and "b", not not "x", 0 or None or "" or 7)

# expect: 0 2 1 0 3 0 0 5 2 3 True 5
# expect: 0 [] a b True 7
