class A:
    @staticmethod
    def s(x):
        return x
    @classmethod
    def c(cls, x=1):
        return cls, x
    n = staticmethod(len)
class B(A): pass
print(A.s(1), A().s(2), B.c(), B().c(3), A.n("abc"), type(A.__dict__["s"]).__name__, A.__dict__["c"].__func__.__name__)

# expect: 1 2 (<class '__main__.B'>, 1) (<class '__main__.B'>, 3) 3 staticmethod c
