def deco(tag):
    def wrap(f):
        def inner(*a, **k):
            return f"{tag}({f(*a, **k)})"
        inner.__name__ = f.__name__
        return inner
    return wrap
@deco("outer")
@deco("inner")
def hello(n):
    return "hi " + n
print(hello("bob"), hello.__name__)  # expect: outer(inner(hi bob)) hello
fs = [deco("x")]
@fs[0]
def g():
    return 1
print(g())  # expect: x(1)
