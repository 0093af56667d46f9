# SPDX-License-Identifier: MIT
# Functions with *args and **kwargs called from a frame, a generator and by a method, with fewer and more arguments than they name.
def rest(*args):
    return args


def one(a, *args):
    return a, args


def both(a, *args, **kw):
    return a, args, kw


def named(a, **kw):
    b = a
    return a, kw, b


class C:
    def m(self, *args):
        return args

    def k(self, **kw):
        return kw


def say(f, *args):
    try:
        print(f(*args))
    except TypeError as e:
        print("TypeError", e)


def calls():
    c = C()
    yield rest()
    yield rest(1, 2, 3)
    yield one(1)
    yield one(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    yield both(1)
    yield both(1, 2)
    yield both(1, x=2, y=3, z=4)
    yield named(1)
    yield named(b=1, a=2)
    yield c.m()
    yield c.m(1, [2])
    yield c.k()
    yield c.k(p=1)


for x in calls():
    print(x)
# expect: ()
# expect: (1, 2, 3)
# expect: (1, ())
# expect: (1, (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
# expect: (1, (), {})
# expect: (1, (2,), {})
# expect: (1, (), {'x': 2, 'y': 3, 'z': 4})
# expect: (1, {}, 1)
# expect: (2, {'b': 1}, 2)
# expect: ()
# expect: (1, [2])
# expect: {}
# expect: {'p': 1}
say(lambda: one())
say(lambda: named(1, 2))
say(lambda: named(1, a=2))
# expect: TypeError one() missing 1 required positional argument: 'a'
# expect: TypeError named() takes 1 positional argument but 2 were given
# expect: TypeError named() got multiple values for argument 'a'


def deep(n, *args):
    return args if n == 0 else deep(n - 1, *args, n)


print(len(deep(200)), deep(3))
kept = [rest(i, str(i)) for i in range(3)]
print(kept)
# expect: 200 (3, 2, 1)
# expect: [(0, '0'), (1, '1'), (2, '2')]
