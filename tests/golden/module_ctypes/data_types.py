# SPDX-License-Identifier: MIT
import pickle
from ctypes import *

print(c_int(-1), c_uint(-1), c_byte(200), c_ubyte(-1), c_longlong(1 << 65), c_bool(5), c_char(b"x"), c_wchar("€"))  # expect: c_int(-1) c_uint(4294967295) c_byte(-56) c_ubyte(255) c_long(0) c_bool(True) c_char(b'x') c_wchar('€')
print(c_float(0.1).value == 0.1, c_double(0.1), c_longdouble(0.25), c_double_complex(1 + 2j), c_float_complex(1j).value)  # expect: False c_double(0.1) c_longdouble(0.25) c_double_complex((1+2j)) 1j
print([sizeof(t) for t in (c_char, c_short, c_int, c_long, c_void_p, c_longdouble, c_wchar, c_bool, c_double_complex)])  # expect: [1, 2, 4, 8, 8, 16, 4, 1, 16]
print(c_int.__ctype_be__(1).value, bytes(c_int.__ctype_be__(1)), bytes(c_double.__ctype_be__(1.0)))  # expect: 1 b'\x00\x00\x00\x01' b'?\xf0\x00\x00\x00\x00\x00\x00'
s = c_char_p(b"text")
print(s.value, c_char_p(None).value, c_wchar_p("wide").value, c_void_p(0).value, c_void_p(17).value)  # expect: b'text' None wide None 17


class Mine(c_int):
    pass


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_int)]


class Rect(Structure):
    _fields_ = [("a", Point), ("b", Point), ("name", c_char * 8), ("mine", Mine), ("next", POINTER(Point))]


r = Rect(Point(1, 2), (3, 4), b"rect", 9)
print(r.a.x, r.b.y, r.name, type(r.mine).__name__, r.mine.value, bool(r.next), sizeof(Rect), Rect.name, alignment(Rect))  # expect: 1 4 b'rect' Mine 9 False 40 <ctypes.CField 'name' type=c_char_Array_8, ofs=16, size=8> 8
part = r.b
del r
part.x = 77
print(part.x, part._b_base_.b.x, part._b_needsfree_)  # expect: 77 77 0
p = Point(5, 6)
q = Rect(next=pointer(p))
q.next.contents.x = 50
q.next[0].y = 60
print(p.x, p.y, q.next.contents.y)  # expect: 50 60 60


class Bits(Structure):
    _fields_ = [("a", c_int, 3), ("b", c_uint, 5), ("c", c_longlong, 40), ("d", c_bool, 1), ("e", c_short)]


b = Bits(-1, 31, -(1 << 39), True, -5)
print(b.a, b.b, b.c, b.d, b.e, sizeof(Bits), Bits.c.bit_size, Bits.c.bit_offset, Bits.b)  # expect: -1 31 -549755813888 True -5 16 40 8 <ctypes.CField 'b' type=c_uint, ofs=0, bit_size=5, bit_offset=3>
b.b = 0
print(b.a, b.b, b.c)  # expect: -1 0 -549755813888


class U(Union):
    _fields_ = [("i", c_uint), ("b", c_ubyte * 4), ("f", c_float)]


u = U(f=1.0)
print(hex(u.i), list(u.b), sizeof(U))  # expect: 0x3f800000 [0, 0, 128, 63] 4


class Outer(Structure):
    _anonymous_ = ["u"]
    _fields_ = [("tag", c_char), ("u", U)]


o = Outer(b"t")
o.i = 258
print(o.u.i, o.b[0], o.b[1], Outer.i.offset, Outer.u.is_anonymous)  # expect: 258 2 1 4 True


class Packed(Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("c", c_char), ("i", c_int)]


class Big(BigEndianStructure):
    _fields_ = [("h", c_short), ("i", c_int), ("hi", c_ushort, 4), ("lo", c_ushort, 12)]


class Aligned(Structure):
    _align_ = 16
    _fields_ = [("i", c_int)]


print(sizeof(Packed), Packed.i.offset, bytes(Big(1, 2, 0xA, 0xBCD)), alignment(Aligned), sizeof(Aligned))  # expect: 5 1 b'\x00\x01\x00\x00\x00\x00\x00\x02\xab\xcd\x00\x00' 16 16


class Node(Structure):
    pass


Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
chain = Node(1, pointer(Node(2, pointer(Node(3)))))
print(chain.next[0].next[0].value, bool(chain.next[0].next[0].next))  # expect: 3 False


class Derived(Point):
    _fields_ = [("z", c_double)]


d = Derived(1, 2, 3.5)
print(d.x, d.y, d.z, sizeof(Derived), memoryview(d).format)  # expect: 1 2 3.5 16 T{<d:z:}
back = pickle.loads(pickle.dumps(Point(7, 8)))
print(back.x, back.y)  # expect: 7 8

# Arrays and pointers
M = c_int * 3 * 2
m = M((1, 2, 3), (4, 5, 6))
print(len(m), m[1][2], [list(row) for row in m], M is c_int * 3 * 2, memoryview(m).shape)  # expect: 2 6 [[1, 2, 3], [4, 5, 6]] True (2, 3)
t = (c_char * 6)(*b"abcdef")
print(t.value, t.raw, t[1:4], t[::-2], t[-1])  # expect: b'abcdef' b'abcdef' b'bcd' b'fdb' b'f'
t.value = b"xy"
print(t.raw, t.value)  # expect: b'xy\x00def' b'xy'
w = create_unicode_buffer("grün", 8)
print(w.value, w[:4], len(w), sizeof(w))  # expect: grün grün 8 32
ip = cast(m, POINTER(c_int))
print(ip[5], ip[1:4], ip[4:0:-2], bool(ip), bool(POINTER(c_int)()))  # expect: 6 [2, 3, 4] [5, 3] True False
ip[0] = 100
pp = pointer(ip)
print(m[0][0], pp[0][5], pp.contents.contents, POINTER(POINTER(c_int)) is type(pp))  # expect: 100 6 c_int(100) True
o = py_object([1, 2])
print(o.value, cast(id(o.value), py_object).value is o.value, py_object())  # expect: [1, 2] True py_object(<NULL>)
