print("a" < "b", "a" < "B", "" < "a", "abc" < "abd", "é" > "z", "😀" > "\uffff", "a" == "a", "a" != b"a", max("abc"), sorted("héllo"))

# expect: True False True True True True True True c ['h', 'l', 'l', 'o', 'é']
