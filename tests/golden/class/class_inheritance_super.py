class A:
    def f(self):
        return ["A"]
    @classmethod
    def c(cls):
        return "A.c " + cls.__name__
class B(A):
    def f(self):
        return ["B"] + super().f()
class C(A):
    def f(self):
        return ["C"] + super().f()
    @classmethod
    def c(cls):
        return "C.c " + super().c()
class D(B, C):
    def f(self):
        return ["D"] + super(D, self).f()
print(D().f(), D.c(), [k.__name__ for k in D.__mro__], issubclass(D, A), D.__bases__, A.__subclasses__())

# expect: ['D', 'B', 'C', 'A'] C.c A.c D ['D', 'B', 'C', 'A', 'object'] True (<class '__main__.B'>, <class '__main__.C'>) [<class '__main__.B'>, <class '__main__.C'>]
