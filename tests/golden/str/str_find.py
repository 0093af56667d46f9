s = "abcabc"
print(s.find("c"), s.find("c", 3), s.find("z"), s.rfind("b"), s.index("b"), s.rindex("a"), s.count("bc"), s.count(""), "".count(""))
print(s.find("", 10), s.find("", 6), s.startswith("ab"), s.startswith(("x", "a")), s.endswith("bc", 0, 3), s.startswith("b", 1))

# expect: 2 5 -1 4 1 3 2 7 1
# expect: -1 6 True True True True
