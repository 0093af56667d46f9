print(",".join("abc"), "".join(["x"]), "-".join(str(i) for i in range(3)), ", ".join({"k": 1}), "".join([]))

# expect: a,b,c x 0-1-2 k
