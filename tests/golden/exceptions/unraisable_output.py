# What nobody can catch is printed with source lines, without carets, and with a colon even when there is no text.
# expect-stderr:     raise ValueError
# expect-stderr: ValueError: 
# expect-stderr:     1 / 0
# expect-stderr: ZeroDivisionError: division by zero
# expect-stderr: decimal.FloatOperation: float
import decimal, weakref
class A:
    def __del__(self):
        raise ValueError
A()
def callback(ref):
    1 / 0
a = object.__new__(type("B", (), {}))
ref = weakref.ref(a, callback)
del a
class C:
    def __del__(self):
        raise decimal.FloatOperation("float")
C()
