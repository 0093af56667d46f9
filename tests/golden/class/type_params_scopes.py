# Around a generic class only the names of its type parameters are mangled; annotation scopes in a class look at the class and then at the globals when the
# class binds the name.
import typing
class __Base:
    def __init_subclass__(cls, **kwargs): cls.kwargs = kwargs
class Derived[T](__Base, __kwarg=1): pass
print(Derived.__bases__ == (__Base, typing.Generic), Derived.kwargs)

def base(f): return f() if callable(f) else f
class A: pass
_A__X = 1
class __X: pass
class Y[T: __X](base(lambda: __X), base(lambda: (lambda: A)())): pass
print(Y.__bases__[:2] == (__X, A), Y.__type_params__[0].__bound__ is __X)

class Foo[__T, __U: __T]:
    param = __T
    def m(self): return __U
print([t.__name__ for t in Foo.__type_params__], Foo.__type_params__[1].__bound__ is Foo.__type_params__[0], Foo.param is Foo.__type_params__[0],
      Foo().m() is Foo.__type_params__[1])

x = "global"
def outer():
    x = "nonlocal"
    class Cls:
        type Alias = x
        val = Alias.__value__
        def meth[T: x](self, arg: x): ...
        bound = meth.__type_params__[0].__bound__
        x = "class"
    return Cls
print(outer().val, outer().bound, outer().Alias.__value__)
def explicit():
    x = "nonlocal"
    class Cls:
        global x
        type Alias = x
    Cls.x = "class"
    return Cls
print(explicit().Alias.__value__)
def nonlocals():
    x = "nonlocal"
    class Cls:
        type Alias = x
    return Cls
print(nonlocals().Alias.__value__)

# expect: True {'__kwarg': 1}
# expect: True True
# expect: ['__T', '__U'] True True True
# expect: global global global
# expect: global
# expect: nonlocal
