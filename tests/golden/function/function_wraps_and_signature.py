import functools, inspect
def deco(f):
    @functools.wraps(f)
    def w(*a, **k):
        return f(*a, **k)
    return w
@deco
def f(a, b: int = 2, *args, c, **kw) -> str:
    "doc"
print(f.__name__, f.__doc__, inspect.signature(f), f.__wrapped__.__name__)

# expect: f doc (a, b: int = 2, *args, c, **kw) -> str f
