import inspect
def f(a, /, b: int = 1, *c, d, **e) -> str:
    """Doc
       text"""
    yield
print(inspect.signature(f), inspect.isgeneratorfunction(f), inspect.getdoc(f), inspect.getsource(f).splitlines()[0], inspect.getfullargspec(f).args, inspect.signature(f).bind(1, d=2).arguments, inspect.stack()[0].function, inspect.ismodule(inspect), inspect.getmodule(f).__name__)
class A:
    def m(self, x): pass
print(inspect.signature(A.m), inspect.signature(A().m), [n for n, v in inspect.getmembers(A, inspect.isfunction)])

# expect: (a, /, b: int = 1, *c, d, **e) -> str True Doc
# expect: text def f(a, /, b: int = 1, *c, d, **e) -> str: ['a', 'b'] {'a': 1, 'd': 2} <module> True __main__
# expect: (self, x) (x) ['m']
