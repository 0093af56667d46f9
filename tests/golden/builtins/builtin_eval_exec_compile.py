print(eval("1 + 2"), eval("[x for x in range(3)]"), eval(compile("2 * 3", "f", "eval")), eval("a", {"a": 5}))
exec("x = 1\nprint(x + 1)")
c = compile("y = 5\nif y: z = y", "f", "exec")
ns = {}
exec(c, ns)
print(ns["z"], c.co_filename, type(c).__name__)
exec(compile("'shown'", "f", "single"))

# expect: 3 [0, 1, 2] 6 5
# expect: 2
# expect: 5 f code
# expect: 'shown'
