# SPDX-License-Identifier: MIT
"""Classes as programs use them: attributes, methods, properties, inheritance, protocols, dataclasses, enums, exceptions."""
import abc
import contextlib
import dataclasses
import enum
import functools
import weakref


class Shape(abc.ABC):
    count = 0

    def __init__(self, name):
        self.name = name
        Shape.count += 1

    @abc.abstractmethod
    def area(self): ...

    def describe(self):
        return f"{self.name}: {self.area():.2f}"


class Rectangle(Shape):
    def __init__(self, width, height):
        super().__init__("rectangle")
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height

    @property
    def square(self):
        return self.width == self.height

    @classmethod
    def of_side(cls, side):
        return cls(side, side)

    @staticmethod
    def unit():
        return Rectangle(1, 1)


class Circle(Shape):
    __slots__ = ("radius",)

    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.14159 * self.radius ** 2


@dataclasses.dataclass(order=True)
class Account:
    number: int
    owner: str
    balance: float = 0.0
    tags: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


class Vector:
    def __init__(self, *parts):
        self.parts = parts

    def __add__(self, other):
        return Vector(*[a + b for a, b in zip(self.parts, other.parts)])

    def __mul__(self, k):
        return Vector(*(k * a for a in self.parts))

    __rmul__ = __mul__

    def __getitem__(self, i):
        return self.parts[i]

    def __len__(self):
        return len(self.parts)

    def __iter__(self):
        return iter(self.parts)

    def __eq__(self, other):
        return isinstance(other, Vector) and self.parts == other.parts

    def __hash__(self):
        return hash(self.parts)

    def __repr__(self):
        return f"Vector{self.parts!r}"

    def __bool__(self):
        return any(self.parts)

    def __contains__(self, x):
        return x in self.parts


class Lazy:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return name

    @functools.cached_property
    def costly(self):
        return sum(range(10))


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Mode(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()
    RUN = enum.auto()


class Failure(Exception):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


def fail(i):
    if i % 3 == 0:
        raise Failure(i)
    if i % 3 == 1:
        return {}["missing"]
    return int("x")


@contextlib.contextmanager
def section(log):
    log.append("in")
    try:
        yield log
    finally:
        log.append("out")


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is KeyError


@functools.singledispatch
def kind(x):
    return "other"


@kind.register
def _(x: int):
    return "int"


@kind.register
def _(x: str):
    return "str"


class Node:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def insert(self, key):
        node = self
        while True:
            side = "left" if key < node.key else "right"
            below = getattr(node, side)
            if below is None:
                setattr(node, side, Node(key))
                return
            node = below

    def walk(self):
        if self.left is not None:
            yield from self.left.walk()
        yield self.key
        if self.right is not None:
            yield from self.right.walk()


def match_kind(x):
    match x:
        case [a, b]:
            return a, b
        case {"kind": k, **rest}:
            return k, rest
        case Point(x=0, y=y):
            return y
        case int() | float():
            return x
        case str() as s if s:
            return s
        case _:
            return None


def main():
    for turn in range(1200):
        shapes = [Rectangle(i, i + 1) if i & 1 else Circle(i) for i in range(20)] + [Rectangle.of_side(3), Rectangle.unit()]
        total = sum(s.area() for s in shapes)
        squares = [s for s in shapes if isinstance(s, Rectangle) and s.square]
        texts = [s.describe() for s in shapes if not isinstance(s, Circle) or s.radius > 3]
        accounts = [Account(i * 7 % 11, f"owner{i}", i * 1.5) for i in range(20)]
        accounts.sort()
        accounts[0].tags.append(total)
        a = dataclasses.replace(accounts[1], balance=3.0)
        assert a == a and accounts[0] <= accounts[1]
        p = Point(0, 0)
        for i in range(20):
            p = p + Point(i, -i)
        seen = {Point(i % 5, 0) for i in range(20)}
        v = Vector(1, 2, 3)
        for i in range(20):
            v = v + 2 * Vector(1, 0, -1)
            assert v[0] and len(v) == 3 and v and 2 in v and v == v
        lazy = Lazy()
        assert lazy.some == "some" and lazy.costly == lazy.costly and not hasattr(lazy, "_none")
        for c in Color:
            assert Color(c.value) is c and c.name and Color[c.name] is c
        mode = Mode.READ | Mode.WRITE
        assert Mode.READ in mode and not mode & Mode.RUN
        caught = 0
        for i in range(30):
            try:
                fail(i)
            except Failure as e:
                caught += e.code
            except (KeyError, ValueError) as e:
                caught += len(e.args)
            finally:
                caught += 1
        log = []
        for i in range(10):
            with section(log) as inner, Guard():
                inner.append(i)
            with contextlib.suppress(KeyError):
                {}[i]
        kinds = [kind(x) for x in (1, "a", 2.0, 3, "b")]
        root = Node(50)
        for i in range(60):
            root.insert(i * 37 % 101)
        assert len(list(root.walk())) == 61
        refs = weakref.WeakValueDictionary()
        for i, s in enumerate(shapes):
            refs[i] = s
        assert refs.get(0) is shapes[0] and weakref.ref(v)() is v
        for x in ([1, 2], {"kind": 1, "more": 2}, Point(0, 4), 3, "s", None) * 4:
            match_kind(x)
        assert squares and texts and seen and kinds and caught
        cycle = [root]
        cycle.append(cycle)


main()
