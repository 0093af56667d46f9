# The tree that ast.parse(optimize=...) and PyCF_OPTIMIZED_AST give: formatting as f-strings, numbers of patterns, __debug__, docstrings.
import ast


def show(text, optimize=1):
    print(ast.dump(ast.parse(text, optimize=optimize)))


for text in ("'a%sb%-5r%%%10.3a%.2s' % (x, y, z, q)", "'%-08.s' % (x,)", "'%% %#+5s' % (x,)", "'abc' % ()"):
    print(ast.unparse(ast.parse(text, optimize=1)))
# expect: f'a{x!s}b{y!r:5}%{z!a:>10.3}{q!s:.2}'
# expect: f'{x!s:8.0}'
# expect: f'% {x!s:>5}'
# expect: f'abc'
for text in ("'%d' % (x,)", "'%s' % x", "'%s' % (x, y)", "'%s' % (*x,)", "'%(a)s' % (x,)", "'%999s' % (x,)", "'%s%' % (x,)", "'%*s' % (x, y)", "b'%s' % (x,)"):
    print(ast.unparse(ast.parse(text, optimize=1)) == text, end=" ")
print()  # expect: True True True True True True True True True 
e = ast.parse("'a%5s' % (x,)", optimize=1).body[0].value
print(e.col_offset, e.end_col_offset, [v.col_offset for v in e.values], e.values[1].format_spec.lineno)  # expect: 0 13 [-1, 10] -1
show("'%s' % (x,)", 0)
# expect: Module(body=[Expr(value=BinOp(left=Constant(value='%s'), op=Mod(), right=Tuple(elts=[Name(id='x', ctx=Load())], ctx=Load())))])
show("match a:\n case -1 | {-0.5: 1, 1+2j: 2} | [-3-4j, A(b=-2)] if -1: pass")
# expect: Module(body=[Match(subject=Name(id='a', ctx=Load()), cases=[match_case(pattern=MatchOr(patterns=[MatchValue(value=Constant(value=-1)), MatchMapping(keys=[Constant(value=-0.5), Constant(value=(1+2j))], patterns=[MatchValue(value=Constant(value=1)), MatchValue(value=Constant(value=2))]), MatchSequence(patterns=[MatchValue(value=Constant(value=(-3-4j))), MatchClass(cls=Name(id='A', ctx=Load()), kwd_attrs=['b'], kwd_patterns=[MatchValue(value=Constant(value=-2))])])]), guard=UnaryOp(op=USub(), operand=Constant(value=1)), body=[Pass()])])])
print(ast.unparse(ast.parse("[__debug__, __debug__.x]", optimize=1)), ast.unparse(ast.parse("__debug__", optimize=0)))  # expect: [False, False .x] __debug__
print(ast.dump(compile("__debug__", "f", "eval", ast.PyCF_OPTIMIZED_AST, optimize=0)))  # expect: Expression(body=Constant(value=True))
tree = ast.parse("from __future__ import annotations\nx: __debug__ = __debug__", optimize=2)
print(ast.unparse(tree.body[1]))  # expect: x: __debug__ = False
tree = ast.parse("'doc'\ndef f():\n  'doc'\n  'two'\nclass A:\n  'x'; y = 1\nasync def g(): 'd'\n", optimize=2)
print(ast.unparse(tree))
# expect: def f():
# expect:     f'two'
# expect: 
# expect: class A:
# expect:     y = 1
# expect: 
# expect: async def g():
# expect:     pass
p = tree.body[2].body[0]
print(p.lineno, p.col_offset, p.end_lineno, p.end_col_offset)  # expect: 7 15 7 19
tree = ast.parse("'%s' % (x,)")
x = "text"
print(eval(compile(compile(tree, "f", "exec", ast.PyCF_OPTIMIZED_AST), "f", "exec")), ast.unparse(tree))  # expect: None '%s' % (x,)
try:
    ast.parse("t''", feature_version=(3, 13))
except SyntaxError as error:
    print(error.msg)  # expect: t-strings are only supported in Python 3.14 and greater
for text in "Tru\u1d49", "x.Fal\u017fe = 1", "def None\u1d49(): pass":
    try:
        print(ast.dump(ast.parse(text))[:30])
    except ValueError as error:
        print(error)
# expect: identifier field can't represent 'True' constant
# expect: identifier field can't represent 'False' constant
# expect: Module(body=[FunctionDef(name=
