a = [1, 2]
print(f"{a[0]=} {a = } {len(a)=:>5} { a [ 1 ] = }")  # expect: a[0]=1 a = [1, 2] len(a)=    2  a [ 1 ] = 2
