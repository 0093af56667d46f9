match = 5
case = 6
type = 7
print(match + case + type)
match match:
    case 5: print("soft")
_ = 3
print(_)

# expect: 18
# expect: soft
# expect: 3
