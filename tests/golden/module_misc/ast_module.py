import ast
t = ast.parse("x = 1 + f(y)\nif x: pass")
print(ast.dump(t.body[0]), [type(n).__name__ for n in ast.walk(t)][:5])
print(ast.unparse(t), ast.literal_eval("{'a': [1, (2, 3)]}"))
t2 = ast.parse("a + b", mode="eval")
t2.body.op = ast.Mult()
print(eval(compile(t2, "f", "eval"), {"a": 6, "b": 7}))
try:
    ast.literal_eval("f()")
except ValueError as e:
    print(str(e).split(":")[0])

# expect: Assign(targets=[Name(id='x', ctx=Store())], value=BinOp(left=Constant(value=1), op=Add(), right=Call(func=Name(id='f', ctx=Load()), args=[Name(id='y', ctx=Load())]))) ['Module', 'Assign', 'If', 'Name', 'BinOp']
# expect: x = 1 + f(y)
# expect: if x:
# expect:     pass {'a': [1, (2, 3)]}
# expect: 42
# expect: malformed node or string on line 1
