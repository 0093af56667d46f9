# What compile() says of trees that are none: messages and the order in which the parts are looked at.
import ast
def t(x, mode='exec'):
    m=ast.Module([x],[]) if isinstance(x,ast.stmt) else ast.Expression(x)
    ast.fix_missing_locations(m)
    try: compile(m,'<t>','exec' if isinstance(x,ast.stmt) else 'eval'); print('ok')
    except Exception as e: print(type(e).__name__, e)
P=ast.Pass; L=ast.Load(); S=ast.Store(); N=lambda n='x',c=None: ast.Name(n,c or L)
t(ast.Try([P()],[],[],[])); t(ast.TryStar([P()],[],[],[])); t(ast.Try([P()],[],[P()],[P()]))
A=lambda **k: ast.arguments(**{**dict(posonlyargs=[],args=[],vararg=None,kwonlyargs=[],kw_defaults=[],kwarg=None,defaults=[]),**k})
t(ast.FunctionDef('f',A(defaults=[N()]),[P()],[],None,None,[]))
t(ast.FunctionDef('f',A(kwonlyargs=[ast.arg('a')],kw_defaults=[]),[P()],[],None,None,[]))
t(ast.FunctionDef('f',A(args=[ast.arg('a')],defaults=[N(c=S)]),[P()],[],None,None,[]))
t(ast.FunctionDef('f',A(kwonlyargs=[ast.arg('a')],kw_defaults=[N(c=S)]),[P()],[],None,None,[]))
t(ast.FunctionDef('f',A(kwonlyargs=[ast.arg('a')],kw_defaults=[None,N(c=S)]),[P()],[],None,None,[]))
t(ast.Lambda(A(kwonlyargs=[ast.arg('a')],kw_defaults=[None,N(c=S)]),N()))
g=ast.comprehension(N(),N(),[],0)
t(ast.ListComp(N(c=S),[g])); t(ast.ListComp(N(),[g])); t(ast.SetComp(N(c=S),[g])); t(ast.GeneratorExp(N(c=S),[g])); t(ast.DictComp(N(c=S),N(),[g])); t(ast.ListComp(N(),[]))
t(ast.Constant((1,type))); t(ast.Constant(type)); t(ast.Constant((1,[])))
for n in ('None','True','False'):
    t(ast.Expr(ast.Attribute(N(),n,L))); t(ast.Name(n,L)); t(ast.FunctionDef(n,A(),[P()],[],None,None,[])); t(ast.Global([n]));t(ast.Import([ast.alias(n)])); t(ast.Call(N(),[],[ast.keyword(n,N())]))
    t(ast.ExceptHandler and ast.Try([P()],[ast.ExceptHandler(N(),n,[P()])],[],[])); t(ast.Match(N(),[ast.match_case(ast.MatchAs(None,n),None,[P()])]));t(ast.Expr(ast.Lambda(A(args=[ast.arg(n)]),N())))

# expect: ValueError Try has neither except handlers nor finalbody
# expect: ValueError TryStar has neither except handlers nor finalbody
# expect: ValueError Try has orelse but no except handlers
# expect: ValueError more positional defaults than args on arguments
# expect: ValueError length of kwonlyargs is not the same as kw_defaults on arguments
# expect: ValueError expression must have Load context but has Store instead
# expect: ValueError expression must have Load context but has Store instead
# expect: ValueError length of kwonlyargs is not the same as kw_defaults on arguments
# expect: ValueError length of kwonlyargs is not the same as kw_defaults on arguments
# expect: ValueError expression must have Store context but has Load instead
# expect: ValueError expression must have Store context but has Load instead
# expect: ValueError expression must have Store context but has Load instead
# expect: ValueError expression must have Store context but has Load instead
# expect: ValueError expression must have Store context but has Load instead
# expect: ValueError comprehension with no generators
# expect: TypeError got an invalid type in Constant: type
# expect: TypeError got an invalid type in Constant: type
# expect: TypeError got an invalid type in Constant: list
# expect: ok
# expect: ValueError identifier field can't represent 'None' constant
# expect: ValueError identifier field can't represent 'None' constant
# expect: ok
# expect: ValueError identifier field can't represent 'None' constant
# expect: ok
# expect: ValueError identifier field can't represent 'None' constant
# expect: ValueError identifier field can't represent 'None' constant
# expect: ok
# expect: ok
# expect: ValueError identifier field can't represent 'True' constant
# expect: ValueError identifier field can't represent 'True' constant
# expect: ok
# expect: ValueError identifier field can't represent 'True' constant
# expect: ok
# expect: ValueError identifier field can't represent 'True' constant
# expect: ValueError identifier field can't represent 'True' constant
# expect: ok
# expect: ok
# expect: ValueError identifier field can't represent 'False' constant
# expect: ValueError identifier field can't represent 'False' constant
# expect: ok
# expect: ValueError identifier field can't represent 'False' constant
# expect: ok
# expect: ValueError identifier field can't represent 'False' constant
# expect: ValueError identifier field can't represent 'False' constant
# expect: ok
