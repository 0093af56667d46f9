# A view of foreign data, whose format has a byte order, becomes one of bytes; other formats it cannot have.
import ctypes

view = memoryview((ctypes.c_uint * 2)(1, 2))
print(view.format, view.cast("B").tolist(), view.cast("c")[4])  # expect: <I [1, 0, 0, 0, 2, 0, 0, 0] b'\x02'
for format in ("I", "<B"):
    try:
        view.cast(format)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
# expect: TypeError memoryview: cannot cast between two non-byte formats
# expect: ValueError memoryview: destination format must be a native single character format prefixed with an optional '@'
