# SPDX-License-Identifier: MIT
"""Sites that have seen __getattr__, __getattribute__, __setattr__, descriptors, properties and class methods notice when those change."""

class Hook:
    def __init__(self):
        self.real = 5

    def __getattr__(self, name):
        if name == "bad":
            raise AttributeError(name)
        return name + "!"


def read_q(o):
    return o.q


o = Hook()
for i in range(5):
    assert o.x == "x!" and o.real == 5 and o.y.upper() == "Y!" and read_q(o) == "q!"
    try:
        o.bad
    except AttributeError as e:
        assert str(e) == "bad"
    else:
        assert False
Hook.q = 3
assert read_q(o) == 3
del Hook.q
assert read_q(o) == "q!"
o.q = 9
assert read_q(o) == 9
del o.q
assert read_q(o) == "q!"
Hook.__getattr__ = lambda self, name: "new"
assert read_q(o) == "new"
del Hook.__getattr__
try:
    read_q(o)
except AttributeError:
    pass
else:
    assert False


class Own:
    def __getattribute__(self, name):
        return name


def missing(self, name):
    raise AttributeError(name)


o = Own()
for i in range(4):
    assert read_q(o) == "q"
Own.__getattr__ = lambda self, name: "hook"
assert read_q(o) == "q"
Own.__getattribute__ = missing
assert read_q(o) == "hook"


class Data:
    def __get__(self, obj, cls):
        return obj, cls

    def __set__(self, obj, value):
        obj.__dict__["log"] = value


class NonData:
    def __get__(self, obj, cls):
        return "n", obj


class Holder:
    d = Data()
    n = NonData()


def read_both(o):
    return o.d, o.n


def store_d(o, v):
    o.d = v


h = Holder()
for i in range(4):
    assert read_both(h) == ((h, Holder), ("n", h))
for i in range(4):
    store_d(h, i)
    assert h.log == i
h.__dict__["n"] = 4
for i in range(4):
    assert read_both(h) == ((h, Holder), 4)
Holder.d = 7
for i in range(4):
    assert read_both(h) == (7, 4)
store_d(h, 8)
assert read_both(h) == (8, 4)


class Props:
    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        if value == "error":
            raise ValueError(value)
        self._x = value
        return "dropped"


def store_x(o, v):
    o.x = v


p = Props()
for i in range(5):
    store_x(p, i)
    assert p.x == i
try:
    store_x(p, "error")
except ValueError as e:
    assert str(e) == "error"
assert p.x == 4
Props.x = property(lambda self: 1)
try:
    store_x(p, 1)
except AttributeError as e:
    print(e)


class Doubler:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)


def store_ab(o, v):
    o.a = v
    o.b = v


s = Doubler()
for i in range(5):
    store_ab(s, i)
    assert s.a == s.b == i * 2
del Doubler.__setattr__
store_ab(s, 3)
assert s.a == s.b == 3


class Methods:
    def m(self):
        return "m"

    @classmethod
    def c(cls, a=0):
        return cls, a

    @staticmethod
    def t(a=0):
        return a


class Sub(Methods):
    pass


def call_object(o):
    return o.m(), o.c(), o.c(3), o.t(4), o.k


def call_class(cls):
    return cls.c(), cls.c(2), cls.t(5)


o = Methods()
o.__dict__["k"] = 1
for i in range(5):
    assert call_object(o) == ("m", (Methods, 0), (Methods, 3), 4, 1)
    assert call_class(Methods) == ((Methods, 0), (Methods, 2), 5)
    assert call_class(Sub) == ((Sub, 0), (Sub, 2), 5)
o.m = lambda: "own"
assert call_object(o)[0] == "own"
del o.m
assert call_object(o)[0] == "m"
Methods.c = staticmethod(lambda a=0: "static")
assert call_class(Methods) == ("static", "static", 5) and call_object(o)[1] == "static"


class Meta(type):
    def of_meta(cls):
        return cls

    @property
    def prop(cls):
        return "prop"


class WithMeta(metaclass=Meta):
    @classmethod
    def c(cls):
        return cls


for i in range(4):
    assert (WithMeta.of_meta(), WithMeta.prop, WithMeta.c()) == (WithMeta, "prop", WithMeta)


class Wrapper:
    def __getattr__(self, name):
        return getattr(self.__dict__["_w"], name)


w = Wrapper()
w.__dict__["_w"] = [1, 2]
for i in range(5):
    w.append(3)
    assert len(w._w) == 3 and w.pop() == 3
print("ok")

# expect: property '<lambda>' of 'Props' object has no setter
# expect: ok
