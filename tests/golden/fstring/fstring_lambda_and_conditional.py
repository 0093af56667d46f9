print(f"{(lambda v: v * 2)(4)} {'a' if True else 'b'} {[*range(2)]} {1 if 0 else 2:>3}")
print(f"{3 != 4} {1 == 1} {2 >= 1} {(y := 7)} {y:=5}")

# expect: 8 a [0, 1]   2
# expect: True True True 7     7
