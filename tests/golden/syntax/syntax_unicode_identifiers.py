été = 1
ﬁ = 2
print(été, fi, "fi" in globals(), "ﬁ" in globals())  # expect: 1 2 True False
变量 = "x"
print(变量)  # expect: x
