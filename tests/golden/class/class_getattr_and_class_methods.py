# Static and class methods of instances whose class has __getattr__: found like any attribute, also where a site has seen others, and until they are replaced.
class C:
    def __getattr__(self, name):
        return "hook " + name

    @staticmethod
    def s(*args):
        return ("s", *args)

    @classmethod
    def c(cls, *args):
        return (cls.__name__, *args)


class D(C):
    pass


class E:
    def __getattr__(self, name):
        return lambda *args: ("E", name)


for x in C(), D(), C(), E():
    print(x.s(), x.s(1), x.c(), x.c(2), x.s is x.s)
# expect: ('s',) ('s', 1) ('C',) ('C', 2) True
# expect: ('s',) ('s', 1) ('D',) ('D', 2) True
# expect: ('s',) ('s', 1) ('C',) ('C', 2) True
# expect: ('E', 's') ('E', 's') ('E', 'c') ('E', 'c') False

x = C()
for what in "class", "instance", "gone", "missing":
    if what == "instance":
        x.s = lambda *args: "own"
    if what == "gone":
        del x.s
        C.c = staticmethod(lambda *args: "static now")
    if what == "missing":
        del C.s
        del C.c
        C.__getattr__ = lambda self, name: lambda *args: "hook " + name
    print(x.s(), x.c(), callable(x.s))
# expect: ('s',) ('C',) True
# expect: own ('C',) True
# expect: ('s',) static now True
# expect: hook s hook c True
