print("x".ljust(3) + "|", "x".rjust(3, "."), "x".center(4, "*"), "x".center(5, "*"), "-5".zfill(4), "abc".zfill(2), "a\tb\tc".expandtabs(4))

# expect: x  | ..x *x** **x** -005 abc a   b   c
