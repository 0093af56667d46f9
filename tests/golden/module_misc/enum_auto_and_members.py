from enum import *
class E(StrEnum):
    A = auto()
    B = "bee"
print(E.A, E.B == "bee", E("a"), E.A.upper(), [*E], E.__members__)
@unique
class U(Enum):
    X = 1
try:
    @unique
    class V(Enum):
        X = 1
        Y = 1
except ValueError as e:
    print(e)
class Planet(Enum):
    EARTH = (1, 2)
    def __init__(self, m, r): self.m, self.r = m, r
    @property
    def both(self): return self.m + self.r
print(Planet.EARTH.both, Planet.EARTH.value)
try:
    E.C
except AttributeError as e:
    print(e)

# expect: a True a A [<E.A: 'a'>, <E.B: 'bee'>] {'A': <E.A: 'a'>, 'B': <E.B: 'bee'>}
# expect: duplicate values found in <enum 'V'>: Y -> X
# expect: 3 (1, 2)
# expect: type object 'E' has no attribute 'C'
