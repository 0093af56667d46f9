# SPDX-License-Identifier: MIT
from ctypes import *
import ctypes
import _ctypes


class S(Structure):
    _fields_ = [("a", c_int), ("b", c_int)]


libc = CDLL(None)
arr = (c_int * 3)(1, 2, 3)
F = CFUNCTYPE(c_int, c_int)


def tell(f, *a):
    try:
        print("no error", f(*a))
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])


tell(Structure)  # expect: TypeError abstract class
tell(lambda: type("X", (_ctypes._SimpleCData,), {}))  # expect: AttributeError class must define a '_type_' attribute
tell(lambda: type("X", (_ctypes._SimpleCData,), {"_type_": "ab"}))  # expect: ValueError class must define a '_type_' attribute which must be a string of length 1
tell(lambda: type("X", (Array,), {"_length_": 1 << 62, "_type_": c_int}))  # expect: OverflowError array too large
tell(lambda: c_int * -1)  # expect: ValueError Array length must be >= 0, not -1
tell(lambda: type("X", (Structure,), {"_fields_": [("a", c_float, 3)]}))  # expect: TypeError bit fields not allowed for type c_float
tell(lambda: type("X", (Structure,), {"_fields_": [("a", c_int, 33)]}))  # expect: ValueError number of bits invalid for bit field 'a'
tell(setattr, S, "_fields_", [])  # expect: AttributeError _fields_ is final
tell(S, 1, 2, 3)  # expect: TypeError too many initializers
tell(lambda: S(1, a=2))  # expect: TypeError duplicate values for field 'a'
tell(delattr, S(), "a")  # expect: TypeError can't delete attribute
tell(lambda: arr[3])  # expect: IndexError invalid index
tell(lambda: POINTER(c_int)().contents)  # expect: ValueError NULL pointer access
tell(lambda: pointer(c_int())[0:])  # expect: ValueError slice stop is required
tell(POINTER(c_int).from_param, pointer(c_float()))  # expect: TypeError expected LP_c_int instance instead of LP_c_float
tell(c_char, b"ab")  # expect: TypeError one character bytes, bytearray, or an integer in range(256) expected, not bytes of length 2
tell(c_void_p.from_param, 1.5)  # expect: TypeError 'float' object cannot be interpreted as ctypes.c_void_p
tell(libc.strlen, 1.5)  # expect: ArgumentError argument 1: TypeError: Don't know how to convert parameter 1
tell(F(lambda x: 1), "a")  # expect: ArgumentError argument 1: TypeError: 'str' object cannot be interpreted as an integer
tell(F(lambda x: 1))  # expect: TypeError this function takes at least 1 argument (0 given)
tell(F, "x")  # expect: TypeError argument must be callable or integer function address
tell(F, ("strlen", libc), ((1,), (1,)))  # expect: ValueError paramflags must have the same length as argtypes
tell(F, ("strlen", libc), ((2,),))  # expect: TypeError 'out' parameter 1 must be a pointer type, not c_int
tell(cast, 3, c_int)  # expect: TypeError cast() argument 2 must be a pointer type, not c_int
tell(hash, c_int())  # expect: TypeError unhashable type
tell(sizeof, 3)  # expect: TypeError this type has no size
tell(c_char_p(b"x").__reduce__)  # expect: ValueError ctypes objects containing pointers cannot be pickled
tell(CDLL, "no such library.so")  # expect: OSError no such library.so: cannot open shared object file: No such file or directory
print(hasattr(libc, "no_such_function"), hasattr(pythonapi, "no_such_function"))  # expect: False False
tell(setattr, libc.strlen, "argtypes", [3])  # expect: TypeError item 1 in _argtypes_ has no from_param method


class Tree(Structure):
    pass


tell(setattr, Tree, "_fields_", [("self", Tree)])  # expect: AttributeError Structure or union cannot contain itself


class NoTarget(POINTER(c_int)):
    pass


tell(NoTarget, c_int(1))  # expect: TypeError Cannot create instance: has no _type_
tell(F(("strlen", libc), ((1, "s"),)).__class__, "y")  # expect: TypeError argument must be callable or integer function address
