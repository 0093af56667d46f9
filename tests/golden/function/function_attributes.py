def f(a: int, b: str = "x") -> bool:
    """Doc."""
f.tag = 1
print(f.__name__, f.__qualname__, f.__doc__, f.__annotations__, f.tag, f.__module__, f.__dict__, f.__code__.co_argcount, f.__code__.co_varnames)
class A:
    def m(self):
        def inner(): pass
        return inner
print(A.m.__qualname__, A().m().__qualname__, (lambda: 0).__name__)

# expect: f f Doc. {'a': <class 'int'>, 'b': <class 'str'>, 'return': <class 'bool'>} 1 __main__ {'tag': 1} 2 ('a', 'b')
# expect: A.m A.m.<locals>.inner <lambda>
