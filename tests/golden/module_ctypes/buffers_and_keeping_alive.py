# SPDX-License-Identifier: MIT
import gc
import weakref
from ctypes import *


class S(Structure):
    _fields_ = [("a", c_short), ("b", c_double), ("c", c_char * 3), ("p", c_char_p), ("arr", c_int * 2)]


raw = bytearray(64)
s = S.from_buffer(raw, 8)
s.a, s.b, s.c = 0x4241, 1.0, b"xyz"
print(raw[8:10], raw[24:27], s._objects["ffffffff"].obj is raw)  # expect: bytearray(b'AB') bytearray(b'xyz') True
try:
    raw.append(1)
except BufferError as e:
    print(e)  # expect: Existing exports of data: object cannot be re-sized
raw[8:10] = b"\x01\x00"
print(s.a)  # expect: 1
c = S.from_buffer_copy(bytes(raw), 8)
c.a = 5
print(s.a, c.a, c.c)  # expect: 1 5 b'xyz'
for bad in (lambda: S.from_buffer(b"x" * 64), lambda: S.from_buffer(bytearray(5)), lambda: S.from_buffer(raw, -1), lambda: S.from_buffer_copy(b"abc")):
    try:
        bad()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
# expect: TypeError underlying buffer is not writable
# expect: ValueError Buffer size too small (5 instead of at least 40 bytes)
# expect: ValueError offset cannot be negative
# expect: ValueError Buffer size too small (3 instead of at least 40 bytes)

v = memoryview(s)
print(v.format, v.nbytes, v.itemsize, v.ndim, v.shape, v.readonly)  # expect: T{<h:a:6x<d:b:(3)<c:c:5x<z:p:(2)<i:arr:} 40 40 0 () False
m = memoryview((c_int * 3 * 2)((1, 2, 3), (4, 5, 6)))
print(m.format, m.shape, m.strides, bytes(m)[4:8])  # expect: <i (2, 3) (12, 4) b'\x02\x00\x00\x00'
for t in (c_bool, c_long, c_longdouble, py_object, POINTER(c_int * 3), CFUNCTYPE(None), c_short.__ctype_be__, c_wchar):
    print(memoryview(t()).format, end=" ")
print()  # expect: <? <q <g <O &(3)<i X{} >h <u

# What is kept alive, and where that is written
s = S(p=b"kept")
print(s._objects, s.arr._objects, c_char_p(b"k")._objects)  # expect: {'3': b'kept'} None b'k'
A = POINTER(c_int) * 2
a = A(pointer(c_int(1)), pointer(c_int(2)))
print(sorted(a._objects), a[1].contents)  # expect: ['0', '1'] c_int(2)


class Obj:
    pass


o = Obj()
r = weakref.ref(o)
box = py_object(o)
del o
gc.collect()
print(r() is box.value)  # expect: True
box.value = None
print(r() is None)  # expect: False
del box
gc.collect()
print(r() is None)  # expect: True


class Node(Structure):
    pass


Node._fields_ = [("next", POINTER(Node))]
n = Node()
n.next = pointer(n)  # a cycle through the kept objects
r = weakref.ref(n)
del n
gc.collect()
print(r() is None)  # expect: True
f = CFUNCTYPE(None)(lambda: f)
r = weakref.ref(f)
del f
gc.collect()
print(r() is None)  # expect: True


def make():
    class T(Structure):
        _fields_ = [("x", c_int), ("y", c_int * 5)]
    POINTER(T)
    return weakref.ref(T), weakref.ref(T * 3)


refs = [make() for i in range(5)]
for i in range(3):
    gc.collect()
print([r() for pair in refs for r in pair].count(None) >= 8)  # expect: True

# resize
x = (c_char * 4)(*b"abcd")
resize(x, 100)
print(sizeof(x), x.raw[:5], len(x), sizeof(type(x)))  # expect: 100 b'abcd\x00' 4 4
y = (c_int * 50)(*range(50))
resize(y, 4000)
print(y[49], sizeof(y))  # expect: 49 4000
for bad in (lambda: resize(y, 3), lambda: resize(c_int.from_address(addressof(y)), 8)):
    try:
        bad()
    except ValueError as e:
        print(e)
# expect: minimum size is 200
# expect: Memory cannot be resized because this object doesn't own it
