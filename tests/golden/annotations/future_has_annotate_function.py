# Under `from __future__ import annotations` a function has __annotate__, too; it gives texts. A class and a module have none.
from __future__ import annotations

import functools
import inspect
import sys


def f(args: int, *g: str) -> None: pass


a = f.__annotate__
print(a(1), a.__qualname__)  # expect: {'args': 'int', 'g': 'str', 'return': 'None'} f.__annotate__
print(a(2) == a(1) == f.__annotations__)  # expect: True
try:
    a(3)
except NotImplementedError:
    print("no such format")  # expect: no such format


class C:
    x: int

    def m[T](self, x: T) -> C: pass


y: int = 1
print(C.__annotate__, C.__annotations__, sys.modules["__main__"].__annotate__, __annotations__)  # expect: None {'x': 'int'} None {'y': 'int'}
print(C.m.__annotate__(1), C.m.__annotate__.__qualname__)  # expect: {'x': 'T', 'return': 'C'} C.m.__annotate__


@functools.singledispatch
def h(x): return "any"


@h.register
def _(x: int): return "int"


print(h(1), h(""))  # expect: int any
print(inspect.signature(f.__annotate__))  # expect: (format, /)
