# SPDX-License-Identifier: MIT
"""Unpacking into locals: all items are there before the first local changes, and none changes when their number is wrong."""


def itself(t):
    a, b = t
    t, b = t
    return a, t, b


assert itself((1, 2)) == (1, 1, 2) and itself([1, 2]) == (1, 1, 2)


def keep(x):
    a, b, c = 7, 8, 9
    try:
        a, b, c = x
    except (ValueError, TypeError):
        return a, b, c
    return "unpacked", a, b, c


for x in ((1, 2), [1, 2], iter([1]), (1, 2, 3, 4), 5, {1: 2}, iter(range(9)), {1, 2, 3, 4}):
    assert keep(x) == (7, 8, 9)
for x in ((1, 2, 3), [1, 2, 3], iter((1, 2, 3)), "123"):
    assert [int(i) for i in keep(x)[1:]] == [1, 2, 3]


class Logged:
    def __del__(self):
        log.append(1)


log = []


def released():
    a = Logged()
    b = Logged()
    a, b = 1, 2
    assert log == [1, 1]
    p, q = (Logged(), Logged())
    p, q = q, p
    assert log == [1, 1]
    del p
    assert len(log) == 3
    return a, b


def nested():
    (a, b), c = (1, 2), 3
    [x, y] = "ab"
    for k, v in {1: 2, 3: 4}.items():
        pass
    return a, b, c, x, y, k, v


def in_cells():
    a, b = 1, 2
    return (lambda: a + b)()


assert released() == (1, 2) and nested() == (1, 2, 3, "a", "b", 3, 4) and in_cells() == 3
numbers = [1, 2, 3]


class Appends:
    def __radd__(self, other):
        if len(numbers) < 8:
            numbers.append(5)
        return other


numbers[1] = Appends()
print(sum(numbers), sum((1.5, 2)), " a\tb \x1c c".split(), "a\nb\r\n\x1ec".splitlines(), set(set("ab")) | {"c"} == set("abc"))

# expect: 9 3.5 ['a', 'b', 'c'] ['a', 'b', '', 'c'] True
