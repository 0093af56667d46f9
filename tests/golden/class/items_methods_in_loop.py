# __getitem__ and __setitem__ written in Python, from all kinds of item accesses: operands and results are held and released as they should be.
import sys

log = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append("del " + self.name)

    def __repr__(self):
        return self.name


class Box:
    def __init__(self, data=None):
        self.data = {} if data is None else data

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value


b = Box()
b["a"] = 1
b["a"] += 2
b["n"] = Box({"x": [10, 20]})
print(b["a"], b["n"]["x"][1], b["n"].data["x"][0])
# expect: 3 20 10
b["n"]["x"][0] += 5
print(b["n"]["x"], Box({2: "two"})[2], Box({"k": "v"})["k"].upper())
# expect: [15, 20] two V


# The operands are temporaries that nobody else holds.
class Keys:
    def __getitem__(self, key):
        log.append("get " + repr(key))
        return key

    def __setitem__(self, key, value):
        log.append("set %r %r" % (key, value))
        return Noisy("ignored")


k = Keys()
k[Noisy("key")]
k[Noisy("key2")].name
k[Noisy("key3")] = Noisy("value3")
Keys()[1]
print(*log, sep=", ")
# expect: get key, del key, get key2, del key2, set key3 value3, del ignored, del key3, del value3, get 1
log.clear()


# The method lets go of what it was given.
class Forgets:
    def __getitem__(self, key):
        del self, key
        return Noisy("result")


Forgets()[Noisy("k")].name
print(log)
# expect: ['del k', 'del result']


# Other kinds of methods.
class Default:
    def __getitem__(self, key, more=5):
        return key, more


class Star:
    def __getitem__(*args):
        return len(args)


class Static:
    @staticmethod
    def __getitem__(key):
        return "static", key


class ClassMethod:
    @classmethod
    def __getitem__(cls, key):
        return cls.__name__, key


class Generates:
    def __getitem__(self, key):
        yield key
        yield key + 1


class Coro:
    async def __getitem__(self, key):
        return key


class Instance:
    def __init__(self):
        self.__getitem__ = lambda key: "not asked"

    def __getitem__(self, key):
        return "class"


class Callable:
    class Get:
        def __call__(self, key):
            return "called", key

    __getitem__ = Get()


class OfList(list):
    def __getitem__(self, key):
        return "list", super().__getitem__(key)


class Plain(list):
    pass


c = Coro()[7]
try:
    c.send(None)
except StopIteration as e:
    print(e.value)
# expect: 7
for x in Default(), Star(), Static(), ClassMethod(), Instance(), Callable(), OfList([1, 2]), Plain([3, 4]):
    print(x[1])
# expect: (1, 5)
# expect: 2
# expect: ('static', 1)
# expect: ('ClassMethod', 1)
# expect: class
# expect: ('called', 1)
# expect: ('list', 2)
# expect: 4
print(list(Generates()[3]))
# expect: [3, 4]


# One place, many types, and a class that changes.
class Changes:
    def __getitem__(self, key):
        type(self).__getitem__ = lambda self, key: "second"
        return "first"


ch = Changes()
print([x[0] for x in (ch, [1], ch, "s", {0: "d"}, Box({0: "b"}), (2,), ch)])
# expect: ['first', 1, 'second', 's', 'd', 'b', 2, 'second']


# Errors, and where they come from.
class Raises:
    def __getitem__(self, key):
        raise KeyError(key)

    def __setitem__(self, key, value):
        raise ValueError(value)


def places(fn):
    try:
        fn()
    except Exception as e:
        tb, lines = e.__traceback__, []
        while tb:
            lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
            tb = tb.tb_next
        return type(e).__name__, e.args, lines[1:]


def get():
    r = Raises()
    return r[
        "k"]


def put():
    Raises()["k"] = "v"


print(places(get))
print(places(put))
# expect: ('KeyError', ('k',), [('get', 2), ('__getitem__', 1)])
# expect: ('ValueError', ('v',), [('put', 1), ('__setitem__', 1)])


class Deep:
    def __getitem__(self, key):
        return self[key + 1]


try:
    Deep()[0]
except RecursionError as e:
    print("RecursionError")
# expect: RecursionError


# Tracing that starts inside.
events = []


def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event))
    return tracer


class Traces:
    def __getitem__(self, key):
        sys.settrace(tracer)
        return self.inner(key)

    def inner(self, key):
        return key * 2


t = Traces()
v = t[4]
sys.settrace(None)
print(v, events)
# expect: 8 [('inner', 'call'), ('inner', 'line'), ('inner', 'return')]
events.clear()


def hook(frame, event, arg):
    if frame.f_code.co_name in ("__getitem__", "__setitem__"):
        events.append((frame.f_code.co_name, event))


sys.setprofile(hook)
b["a"]
b["z"] = 4
sys.setprofile(None)
print(events, b["z"])
# expect: [('__getitem__', 'call'), ('__getitem__', 'return'), ('__setitem__', 'call'), ('__setitem__', 'return')] 4


# In generators, whose registers lie elsewhere.
def gen():
    box = Box({1: 2})
    for i in range(3):
        box[1] += i
        yield box[1]


print(list(gen()))
# expect: [2, 3, 5]
