# Patterns of trees made by hand: what compile() refuses; copy.replace() of nodes.
import ast
import copy


def check(pattern):
    tree = ast.parse("match x:\n case _: pass")
    tree.body[0].cases[0].pattern = pattern
    ast.fix_missing_locations(tree)
    try:
        compile(tree, "f", "exec")
        print("ok")
    except ValueError as error:
        print(error)


C, star, other = ast.Constant, ast.MatchStar(name="x"), ast.MatchAs()
name = ast.Name("c", ast.Load())
for pattern in (star, ast.MatchClass(name, [star], [], []), ast.MatchClass(name, [], ["a"], [star]), ast.MatchOr([star, other]), ast.MatchAs(star, "y"),
                ast.MatchMapping([C(1)], [star]), ast.MatchSequence([star])):
    check(pattern)
# expect: can't use MatchStar here
# expect: can't use MatchStar here
# expect: can't use MatchStar here
# expect: can't use MatchStar here
# expect: can't use MatchStar here
# expect: can't use MatchStar here
# expect: ok
for value in (1, 2.5, 1j, "s", b"s", 2**80, (1, 2), frozenset(), True, None, ...):
    check(ast.MatchValue(C(value)))
# expect: ok
# expect: ok
# expect: ok
# expect: ok
# expect: ok
# expect: ok
# expect: unexpected constant inside of a literal pattern
# expect: unexpected constant inside of a literal pattern
# expect: unexpected constant inside of a literal pattern
# expect: unexpected constant inside of a literal pattern
# expect: unexpected constant inside of a literal pattern
check(ast.MatchMapping([C(True)], [other]))  # expect: ok
check(ast.MatchMapping([C((1,))], [other]))  # expect: unexpected constant inside of a literal pattern
check(ast.MatchValue(ast.UnaryOp(ast.USub(), C("s"))))  # expect: patterns may only match literals and attribute lookups
check(ast.MatchValue(ast.BinOp(C(1), ast.Add(), C(2))))  # expect: patterns may only match literals and attribute lookups
check(ast.MatchValue(ast.BinOp(ast.UnaryOp(ast.USub(), C(1)), ast.Sub(), C(2j))))  # expect: ok

node = ast.parse("x").body[0].value
node.extra = 3
print(sorted(vars(copy.replace(node, id="y"))))  # expect: ['col_offset', 'ctx', 'end_col_offset', 'end_lineno', 'id', 'lineno']
fields = ast.AST._fields
del ast.AST._fields
try:
    ast.AST()
except AttributeError as error:
    print(error)  # expect: type object 'ast.AST' has no attribute '_fields'
ast.AST._fields = fields
