match 5:
    case 6: print("no")
print("nothing happened")  # expect: nothing happened
