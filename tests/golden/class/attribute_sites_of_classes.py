# SPDX-License-Identifier: MIT
"""What sites remember of class methods, static methods and class attributes, when those change under way."""
class C:
    F = 1
    @classmethod
    def cm(cls, *a): return cls.__name__, a
    @staticmethod
    def sm(*a): return a


class D(C): F = "d"


def by_class(c): return c.cm(1), c.sm(2), c.F
def by_instance(o): return o.cm(1), o.sm(2), o.F
def of_global(): return G.F == 1, G.F, G.cm(), G.sm(3), H().cm(), H().sm()
def temporary(): return H().F == 1, H().cm(4)


G = H = C
for i in range(20):
    assert by_class(C) == (("C", (1,)), (2,), 1) and by_class(D) == (("D", (1,)), (2,), "d")
    assert by_instance(C()) == (("C", (1,)), (2,), 1) and by_instance(D()) == (("D", (1,)), (2,), "d")
    assert of_global() == (True, 1, ("C", ()), (3,), ("C", ()), ()), of_global()
    assert temporary() == (True, ("C", (4,)))
o = C()
o.cm = lambda *a: ("mine", a)      # an instance's own attribute goes before what is no data descriptor
o.sm = lambda *a: "own"
o.__dict__["F"] = 7
for i in range(5):
    assert by_instance(o) == (("mine", (1,)), "own", 7) and by_instance(C()) == (("C", (1,)), (2,), 1)
C.F = 2.5
C.cm = classmethod(lambda cls, *a: (cls, "new", a))
C.sm = staticmethod(max)
for i in range(5):
    assert C.cm(1) == (C, "new", (1,)) and C().cm() == (C, "new", ()) and C.sm(3, 4) == 4 and temporary()[0] is False
C.cm = classmethod(len)            # no Python function: len(cls)
try: by_class(C)
except TypeError as e: print(e)
C.cm = staticmethod(C)             # a class
assert type(C.cm()) is C
del C.cm
try: by_class(D)
except AttributeError as e: print(e)


class Held:
    def __del__(self): print("gone")
    @classmethod
    def make(cls): return cls()
    @classmethod
    def name(cls): return cls.__name__
    @staticmethod
    def none(): return None


for i in range(3): print(Held().name(), Held().none(), Held.make() is None)


class Plain: pass
class Counted(Plain): __slots__ = ("a",)


def make(c): return c()
for i in range(10): assert type(make(Plain)) is Plain and type(make(Counted)) is Counted and make(int) == 0 and make(list) == []
p = make(Plain)
for i in range(50): setattr(p, "a%d" % i, Held)
q = make(Counted)
q.a, q.b, q.c = Held(), Held(), p
del p, q
Plain.__init__ = lambda self: print("init")
make(Plain)
try: Plain(1)
except TypeError as e: print(str(e)[-60:])
class Made:
    pass


assert type(make(Made)) is Made
Made.__new__ = lambda cls: 5
assert make(Made) == 5

# expect: len() takes exactly one argument (2 given)
# expect: type object 'D' has no attribute 'cm'
# expect: gone
# expect: gone
# expect: gone
# expect: Held None False
# expect: gone
# expect: gone
# expect: gone
# expect: Held None False
# expect: gone
# expect: gone
# expect: gone
# expect: Held None False
# expect: gone
# expect: gone
# expect: init
# expect: <lambda>() takes 1 positional argument but 2 were given
