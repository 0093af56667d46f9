from enum import Enum, IntEnum, Flag, auto
class C(Enum):
    RED = 1
    GREEN = 2
    ALIAS = 1
print(C.RED, repr(C.RED), C(2), C["RED"], C.ALIAS is C.RED, list(C), C.RED.name, C.RED.value, C.RED == 1, len(C))
class N(IntEnum):
    A = auto()
    B = auto()
print(N.B + 1, N.A < N.B, N(1).name, isinstance(N.A, int))
class F(Flag):
    R = auto()
    W = auto()
print(F.R | F.W, (F.R | F.W) & F.W, F.R in (F.R | F.W), ~F.R)
try:
    C(9)
except ValueError as e:
    print(e)

# expect: C.RED <C.RED: 1> C.GREEN C.RED True [<C.RED: 1>, <C.GREEN: 2>] RED 1 False 2
# expect: 3 True A True
# expect: F.R|W F.W True F.W
# expect: 9 is not a valid C
