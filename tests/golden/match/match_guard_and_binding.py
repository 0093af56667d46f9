x = 10
match x:
    case n if n > 100: print("big", n)
    case n if n > 5: print("medium", n)
print(n)
match [1, 2]:
    case [a, 3]: pass
    case _: print("fell")
match 1, 2:
    case 1, y: print(y)

# expect: medium 10
# expect: 10
# expect: fell
# expect: 2
