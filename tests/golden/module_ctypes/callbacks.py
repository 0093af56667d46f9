# SPDX-License-Identifier: MIT
import sys
import threading
from ctypes import *

libc = CDLL(None)
for t, v in ((c_byte, -3), (c_ubyte, 250), (c_short, -300), (c_ushort, 65000), (c_int, -70000), (c_uint, 1 << 31), (c_long, -(1 << 40)), (c_ulonglong, 1 << 63),
             (c_float, 0.5), (c_double, 0.1), (c_longdouble, 0.25), (c_bool, True), (c_char, b"c"), (c_wchar, "w"), (c_void_p, 12345), (py_object, [1])):
    F = CFUNCTYPE(t, t, c_int)
    f = F(lambda a, n: (seen.append((a, n)), a)[1])
    seen = []
    print(t.__name__, f(v, 7), seen[0] == (v, 7), end="; ")
print()  # expect: c_byte -3 True; c_ubyte 250 True; c_short -300 True; c_ushort 65000 True; c_int -70000 True; c_uint 2147483648 True; c_long -1099511627776 True; c_ulong 9223372036854775808 True; c_float 0.5 True; c_double 0.1 True; c_longdouble 0.25 True; c_bool True True; c_char b'c' True; c_wchar w True; c_void_p 12345 True; py_object [1] True;


class P(Structure):
    _fields_ = [("x", c_int), ("y", c_double)]


class Large(Structure):
    _fields_ = [("v", c_int * 40)]


g = CFUNCTYPE(c_double, P, POINTER(P), Large, c_char_p)(lambda p, q, large, s: p.x + q[0].y + large.v[39] + len(s))
big = Large()
big.v[39] = 1000
print(g(P(1, 2.0), byref(P(3, 4.5)), big, b"text"))  # expect: 1009.5
print(CFUNCTYPE(None)(lambda: 5)(), CFUNCTYPE(c_int)(lambda: None) is not None)  # expect: None True

# Exceptions are reported
reports = []
sys.unraisablehook = lambda u: reports.append((u.err_msg.split(" <")[0], type(u.exc_value).__name__, str(u.exc_value)))
CFUNCTYPE(c_int, c_int)(lambda a: 1 // a)(0)
CFUNCTYPE(c_int)(lambda: "text")()
for r in reports:
    print(*r)
# expect: Exception ignored while calling ctypes callback function ZeroDivisionError division by zero
# expect: Exception ignored while converting result of ctypes callback function TypeError 'str' object cannot be interpreted as an integer
sys.unraisablehook = sys.__unraisablehook__
try:
    CFUNCTYPE(P)(lambda: None)
except TypeError as e:
    print(e)  # expect: invalid result type for callback function

# Callbacks of functions that call callbacks
depth = []
C = CFUNCTYPE(c_int, c_int)


def down(n):
    depth.append(n)
    return cb(n - 1) + 1 if n else 0


cb = C(down)
print(cb(20), len(depth))  # expect: 20 21

# Threads that Python has not made
START = CFUNCTYPE(c_void_p, c_void_p)
main = threading.get_ident()
log = []


def body(arg):
    libc.usleep(1000)
    log.append((arg, threading.get_ident() != main, type(threading.current_thread()).__name__))
    return arg + 1


start = START(body)
tids = []
for i in range(8):
    tid = c_ulong()
    assert libc.pthread_create(byref(tid), None, start, c_void_p(i + 1)) == 0
    tids.append(tid)
results = []
for tid in tids:
    r = c_void_p()
    libc.pthread_join(tid, byref(r))
    results.append(r.value)
print(results, sorted(log) == [(i, True, "_DummyThread") for i in range(1, 9)])  # expect: [2, 3, 4, 5, 6, 7, 8, 9] True

# errno belongs to the callback's caller, or to the thread's copy
lib = CDLL(None, use_errno=True)
E = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int), use_errno=True)
seen = []


def compare(a, b):
    seen.append(get_errno())
    set_errno(33)
    return a[0] - b[0]


set_errno(11)
values = (c_int * 2)(2, 1)
lib.qsort(values, c_size_t(2), c_size_t(4), E(compare))
print(seen[0], get_errno(), values[:])  # expect: 11 33 [1, 2]
