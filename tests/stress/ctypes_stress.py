# SPDX-License-Identifier: MIT
"""Foreign calls, callbacks and shared C data on many threads: calls into libc with callbacks, one structure and one array that all read, write, resize and
export, kept objects replaced under readers, types made and dropped, functions whose argtypes change, and threads that Python has not made."""
import threading
from ctypes import *
from _hammer import hammer

libc = CDLL(None, use_errno=True)
COMPARE = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
START = CFUNCTYPE(c_void_p, c_void_p)


class Point(Structure):
    _fields_ = [("x", c_int), ("bits", c_int, 5), ("more", c_int, 7), ("name", c_char_p), ("next", POINTER(c_int)), ("arr", c_int * 4), ("obj", py_object)]


point = Point(name=b"start", obj=1)
array = (c_char * 32)()
pointers = (c_char_p * 8)()
shared = libc.abs


def call(rng):
    values = (c_int * 20)(*(rng.randrange(100) for i in range(20)))
    libc.qsort(values, c_size_t(20), c_size_t(4), COMPARE(lambda a, b: a[0] - b[0]))
    assert list(values) == sorted(values)
    e = rng.randrange(1, 100)
    set_errno(e)
    assert libc.strlen(b"x" * e) == e and get_errno() == e


def fields(rng):
    k = rng.randrange(8)
    if k == 0:
        point.x, point.bits, point.more = k, rng.randrange(16), rng.randrange(60)
        point.x, point.bits, point.more
    elif k == 1:
        point.name = b"name %d" % rng.randrange(1000)
    elif k == 2:
        point.next = pointer(c_int(rng.randrange(100)))
    elif k == 3:
        point.arr[rng.randrange(4)] = 5
        list(point.arr), point.arr[:]
    elif k == 4:
        memoryview(point).nbytes, bytes(point), point._objects
    elif k == 5:
        part = point.arr
        part[0], part._b_base_ is point
    elif k == 6:
        pointers[rng.randrange(8)] = b"p%d" % rng.randrange(100)
    else:
        cast(pointers, c_void_p), repr(pointers._objects)


def blocks(rng):
    k = rng.randrange(5)
    if k == 0:
        resize(array, 32 + rng.randrange(2000))
    elif k == 1:
        array.value = b"v" * rng.randrange(31)
    elif k == 2:
        array.value, array[3:9], sizeof(array)
    elif k == 3:
        with memoryview(array) as m:
            m.nbytes
    else:
        memmove(array, b"moved", 5), string_at(array, 5)


def types(rng):
    n = rng.randrange(1, 50)
    t = c_short * n
    assert t is c_short * n and len(t()) == n

    class S(Structure):
        pass

    S._fields_ = [("self", POINTER(S)), ("v", c_int * n)]
    s = S()
    s.self = pointer(s)
    assert s.self[0].v[n - 1] == 0


def functions(rng):
    k = rng.randrange(4)
    if k == 0:
        shared.argtypes = [c_int]
    elif k == 1:
        shared.restype = c_long if rng.randrange(2) else c_int
    elif k == 2:
        shared.errcheck = lambda r, f, a: r
    assert shared(-5) == 5


def foreign(rng):
    box = []
    start = START(lambda a: box.append(a))
    tid = c_ulong()
    assert libc.pthread_create(byref(tid), None, start, c_void_p(7)) == 0
    assert libc.pthread_join(tid, None) == 0 and box == [7]


hammer(call, call, fields, fields, blocks, types, functions, foreign, turns=400)
assert threading.active_count() >= 1
