# SPDX-License-Identifier: MIT
import ctypes
import errno
from ctypes import *

libc = CDLL(None, use_errno=True)
print(libc.strlen(b"hello"), libc.abs(-7), libc.toupper(ord("a")))  # expect: 5 7 65

libc.atof.restype = c_double
libc.atof.argtypes = [c_char_p]
print(libc.atof(b"2.5"), libc.atof(b"x"))  # expect: 2.5 0.0

libc.strchr.restype = c_char_p
libc.strchr.argtypes = c_char_p, c_char
print(libc.strchr(b"abcdef", b"d"), libc.strchr(b"abc", b"x"))  # expect: b'def' None
try:
    libc.strchr("abc", b"x")
except ArgumentError as e:
    print(e)  # expect: argument 1: TypeError: 'str' object cannot be interpreted as ctypes.c_char_p

# Varargs
buf = create_string_buffer(64)
n = libc.snprintf(buf, c_size_t(64), b"%d %s %.2f %c %ld", 42, b"text", c_double(1.5), ord("z"), c_long(1 << 40))
print(n, buf.value)  # expect: 28 b'42 text 1.50 z 1099511627776'
libc.snprintf.argtypes = [c_char_p, c_size_t, c_char_p]
print(libc.snprintf(buf, 10, b"%05d|%s", 7, b"cut off"), buf.value, buf.raw[:12])  # expect: 13 b'00007|cut' b'00007|cut\x0050'
wide = create_unicode_buffer(20)
print(libc.swprintf(wide, c_size_t(20), "%ls-%d", "wörld", 3), wide.value)  # expect: 7 wörld-3


# Structures by value and by reference
class div_t(Structure):
    _fields_ = [("quot", c_int), ("rem", c_int)]


class ldiv_t(Structure):
    _fields_ = [("quot", c_long), ("rem", c_long)]


libc.div.restype = div_t
libc.ldiv.restype = ldiv_t
libc.ldiv.argtypes = [c_long, c_long]
d, l = libc.div(17, 5), libc.ldiv(-(1 << 40), 1000)
print(d.quot, d.rem, l.quot, l.rem)  # expect: 3 2 -1099511627 -776


class tm(Structure):
    _fields_ = [(n, c_int) for n in "sec min hour mday mon year wday yday isdst".split()] + [("gmtoff", c_long), ("zone", c_char_p)]


libc.gmtime_r.restype = POINTER(tm)
t, when = tm(), c_long(86400 * 365)
p = libc.gmtime_r(byref(when), byref(t))
print(t.year, t.mon, t.mday, t.yday, t.zone, p.contents.wday, addressof(p.contents) == addressof(t))  # expect: 71 0 1 0 b'GMT' 5 True
libc.timegm.restype = c_long
print(libc.timegm(p), libc.timegm(byref(t)))  # expect: 31536000 31536000

# A callback
COMPARE = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
values = (c_int * 6)(5, 1, 4, 2, 6, 3)
libc.qsort.restype = None
libc.qsort(values, len(values), sizeof(c_int), COMPARE(lambda a, b: b[0] - a[0]))
print(list(values))  # expect: [6, 5, 4, 3, 2, 1]
libc.bsearch.restype = c_void_p
found = libc.bsearch(byref(c_int(4)), values, c_size_t(6), c_size_t(4), COMPARE(lambda a, b: b[0] - a[0]))
print((found - addressof(values)) // 4)  # expect: 2

# Out parameters
end = c_char_p()
libc.strtol.restype = c_long
text = c_char_p(b"123rest")
print(libc.strtol(text, byref(end), 10), end.value)  # expect: 123 b'rest'
proto = CFUNCTYPE(c_double, c_double, POINTER(c_int))
frexp = proto(("frexp", CDLL("libm.so.6")), ((1, "x"), (2, "exp")))
print(frexp(10.0), frexp(x=0.25))  # expect: 4 -1
frexp.errcheck = lambda result, func, args: (result, args[1].value)
print(frexp(10.0))  # expect: (0.625, 4)

# errno is the thread's own copy
set_errno(0)
print(libc.open(b"/nowhere/at all", 0), errno.errorcode[get_errno()], set_errno(7), get_errno())  # expect: -1 ENOENT 2 7
import threading
seen = []
th = threading.Thread(target=lambda: seen.append((get_errno(), libc.close(-1), errno.errorcode[get_errno()])))
th.start()
th.join()
print(seen, get_errno())  # expect: [(0, -1, 'EBADF')] 7

# Results that are called, subclassed, or checked
libc.abs.restype = lambda r: "abs %d" % r
print(libc.abs(-3))  # expect: abs 3


class Checked(c_int):
    def _check_retval_(self):
        return self.value + 1


libc.abs.restype = Checked
print(libc.abs(-3))  # expect: 4
libc.getenv.restype = c_char_p
print(libc.getenv(b"NO SUCH VARIABLE"))  # expect: None
print(c_int.in_dll(CDLL(None), "optind").value, CDLL("libc.so.6")["strlen"](b"four"))  # expect: 1 4


class Adapter:
    _as_parameter_ = b"adapted"


print(libc.strlen(Adapter()))  # expect: 7
print(memmove(buf, b"moved", 6) == addressof(buf), buf.value, memset(buf, ord("x"), 3) > 0, buf.value)  # expect: True b'moved' True b'xxxed'
print(string_at(buf), string_at(buf, 2), wstring_at("wide", 3), bytes(memoryview_at(buf, 4)))  # expect: b'xxxed' b'xx' wid b'xxxe'
fn = CFUNCTYPE(c_size_t, c_char_p)(cast(libc.strlen, c_void_p).value)
print(fn(b"by address"), bool(fn), bool(CFUNCTYPE(c_int)()))  # expect: 10 True False
