import sys, types
m = types.ModuleType("m")
exec("__all__ = ['a']\na = 1\nb = 2\n_c = 3", m.__dict__)
sys.modules["m"] = m
from m import *
print(a, "b" in globals())  # expect: 1 False
m2 = types.ModuleType("m2")
exec("x = 1\n_y = 2", m2.__dict__)
sys.modules["m2"] = m2
from m2 import *
print(x, "_y" in globals())  # expect: 1 False
