exec("x = " + "+".join(["1"] * 5000) + "\nprint(x)")
exec("\n".join(f"v{i} = {i}" for i in range(2000)) + "\nprint(v1999)")
exec("def f(" + ",".join(f"a{i}" for i in range(400)) + "): return a399\nprint(f(*range(400)))")
exec("print(len([" + ",".join(str(i) for i in range(3000)) + "]))")
exec("d = {" + ",".join(f"'{i}': {i}" for i in range(3000)) + "}\nprint(len(d))")

# expect: 5000
# expect: 1999
# expect: 399
# expect: 3000
# expect: 3000
