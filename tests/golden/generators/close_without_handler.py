# SPDX-License-Identifier: MIT
"""close() and the end of a generator at a yield in no try: its locals go, the frame too; with a handler, that runs; a yield in a handler sees its exception."""


class Logged:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


log = []


def plain():
    a = Logged("a")
    yield 1
    yield 2
    b = Logged("b")


def guarded():
    try:
        yield 1
    finally:
        log.append("finally")


def caught():
    try:
        yield 1
    except GeneratorExit as e:
        log.append(type(e).__name__)
        return "value"


def in_handler():
    try:
        1 / 0
    except ZeroDivisionError:
        yield 1


def outer():
    o = Logged("o")
    yield from plain()


g = plain()
assert next(g) == 1 and g.close() is None and log == ["a"] and g.gi_frame is None and g.close() is None
assert next(g, "end") == "end"
g = plain()
next(g)
del g
assert log == ["a", "a"]
g = plain()
next(g)
frame = g.gi_frame
assert g.close() is None and g.gi_frame is None
del g, frame
assert log == ["a"] * 3
del log[:]
g = guarded()
next(g)
g.close()
g = guarded()
next(g)
del g
assert log == ["finally"] * 2
g = caught()
next(g)
assert g.close() == "value" and log[2:] == ["GeneratorExit"]
g = in_handler()
next(g)
assert g.close() is None
del log[:]
g = outer()
next(g)
g.close()
assert log == ["a", "o"] or log == ["o", "a"], log
assert any(x for x in (0, 1, 2)) and next(x for x in (7, 8)) == 7


def running():
    yield me.gi_running
    try:
        me.close()
    except ValueError as e:
        yield str(e)


me = running()
assert next(me) is True
print(next(me))

# expect: generator already executing
