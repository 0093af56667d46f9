x, y = 5, "hey"
print(f"{x} {y} {x + 1} {y!r} {x:>4} {y.upper()} {{x}} {x=} {x + 1 = } {y=!s} {x=:03}")
print(f"{'nested'} {f'{x}'} {f"{f"{x}"}"} {[i for i in range(3)]} { {'a': 1}['a'] }")

# expect: 5 hey 6 'hey'    5 HEY {x} x=5 x + 1 = 6 y=hey x=005
# expect: nested 5 5 [0, 1, 2] 1
