"""What a generator handles is the context of what is thrown into it; what its caller handles is not."""


def chain(e):
    names = []
    while e is not None:
        names.append(type(e).__name__)
        e = e.__context__
    return names


def plain():
    yield 1


def handling():
    try:
        1 / 0
    except ZeroDivisionError:
        yield 1


def outer(inner):
    try:
        [][1]
    except IndexError:
        yield from inner


for make in plain, handling, lambda: outer(plain()), lambda: outer(handling()):
    g = make()
    next(g)
    try:
        try:
            {}[5]
        except KeyError:
            g.throw(ValueError("thrown"))
    except ValueError as e:
        print(chain(e))

# expect: ['ValueError']
# expect: ['ValueError', 'ZeroDivisionError']
# expect: ['ValueError', 'IndexError']
# expect: ['ValueError', 'IndexError']
