# An AttributeError of __getattr__ or __getattribute__ is told what was asked of whom, unless it says so itself; an UnboundLocalError has no name.
class Bare:
    def __getattr__(self, name):
        raise AttributeError


class Gone:
    def __getattribute__(self, name):
        raise AttributeError("gone")


class Both:
    def __getattribute__(self, name):
        raise AttributeError

    def __getattr__(self, name):
        raise AttributeError("both")


class Given:
    def __getattr__(self, name):
        raise AttributeError("text", name="given")


class Other:
    def __getattr__(self, name):
        return other.zip


other = object()
for cls in Bare, Gone, Both, Given, Other:
    o = cls()
    try:
        getattr(o, "q")
    except AttributeError as e:
        print(cls.__name__, e.name, e.obj is o, e)
# expect: Bare q True 
# expect: Gone q True gone
# expect: Both q True both
# expect: Given given False text
# expect: Other zip False 'object' object has no attribute 'zip'


def unbound():
    x = later
    later = x


def free():
    def inner():
        return z

    if not inner:
        z = 1
    inner()


for f in unbound, free, lambda: undefined:
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e.name)
# expect: UnboundLocalError None
# expect: NameError z
# expect: NameError undefined
