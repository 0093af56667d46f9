print("aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("b", ""), "aXbX".replace("X", "yy"), "aaa".replace("aa", "b"), "abab".replace("ab", "c", count=1))

# expect: bba -a-b-c- ac ayybyy ba cab
