# SPDX-License-Identifier: MIT
"""super(class, self) as it is written out: with any arguments, with another `super`, from classes and metaclasses."""
class A:
    x = 5
    def m(self, *a): return "A.m", a
    @classmethod
    def c(cls): return "A.c", cls.__name__
    @property
    def p(self): return "A.p"


class B(A):
    def m(self, *a): return super(B, self).m(*a), super(B, self).m(1, k), super(B, self).p, super(B, self).x
    @classmethod
    def c(cls): return super(B, cls).c()


k = 2
b = B()
assert b.m(3) == (("A.m", (3,)), ("A.m", (1, 2)), "A.p", 5), b.m(3)
assert B.c() == ("A.c", "B")
for args in ((B, 1), (1, b), (B, object()), (A, B)):
    for what in ("super(*args).m", "super(args[0], args[1]).m", "super(args[0], args[1]).m()", "super(args[0], args[1]).x"):
        try: print(what, type(eval(what)).__name__)
        except (TypeError, AttributeError) as e: print(what, type(e).__name__)
assert super(A, None).__thisclass__ is A and super(A, None).__self__ is None
try: super(A, None).m()
except AttributeError as e: print(e)
try: super(B, b).nothing()
except AttributeError as e: print(e)
assert super(B, b).__class__ is super and super(B, b).__thisclass__ is B and super(B, b).__self__ is b


def local():
    super = lambda *a: a
    return super(1, 2).count(1), super(1, 2).__len__()


def replaced():
    global super
    super = lambda *a: [a]
    try: return super(1, 2).count((1, 2)), super(1, 2).__len__()
    finally: del super


assert local() == (1, 2) and replaced() == (1, 1)
for i in range(3): assert b.m() == (("A.m", ()), ("A.m", (1, 2)), "A.p", 5)


class M(type):
    def t(cls): return "M.t"


class N(M):
    def t(cls): return super(N, cls).t() + "!"


class C(metaclass=N): pass


assert C.t() == "M.t!"

# expect: super(*args).m TypeError
# expect: super(args[0], args[1]).m TypeError
# expect: super(args[0], args[1]).m() TypeError
# expect: super(args[0], args[1]).x TypeError
# expect: super(*args).m TypeError
# expect: super(args[0], args[1]).m TypeError
# expect: super(args[0], args[1]).m() TypeError
# expect: super(args[0], args[1]).x TypeError
# expect: super(*args).m TypeError
# expect: super(args[0], args[1]).m TypeError
# expect: super(args[0], args[1]).m() TypeError
# expect: super(args[0], args[1]).x TypeError
# expect: super(*args).m AttributeError
# expect: super(args[0], args[1]).m AttributeError
# expect: super(args[0], args[1]).m() AttributeError
# expect: super(args[0], args[1]).x AttributeError
# expect: 'super' object has no attribute 'm'
# expect: 'super' object has no attribute 'nothing'
