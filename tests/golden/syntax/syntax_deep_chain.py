# A chain of a million attributes, items or calls is an error, on the left of an assignment, too: never a crash of the compiler.
for text in ("a" + ".b" * 1000000, "a" + "[0]" * 1000000, "a" + "()" * 1000000, "a" + "*a" * 1000000, "a" + ".b" * 1000000 + " = 1", "del a" + "[0]" * 1000000,
             "a" + ".b" * 1000000 + " + 1"):
    try:
        compile(text, "x", "exec")
        print("compiled")
    except RecursionError as e:
        print("too deep")
# expect: too deep
# expect: too deep
# expect: too deep
# expect: too deep
# expect: too deep
# expect: too deep
# expect: too deep
