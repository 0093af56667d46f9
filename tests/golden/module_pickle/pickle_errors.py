# SPDX-License-Identifier: MIT
# What cannot be written, and the notes that say where it was.
import io
import pickle
import sys


class Reduced:
    def __init__(self, r):
        self.r = r

    def __reduce_ex__(self, protocol):
        return self.r


class Nothing:
    __reduce_ex__ = None


class Plain:
    pass


def attempt(f, *args, **kw):
    try:
        print("=", f(*args, **kw))
    except Exception as e:
        text = "%s: %s" % (type(e).__name__, e)
        if " at 0x" in text:
            text = text[:text.index(" at 0x")] + text[text.index(">", text.index(" at 0x")):]
        print(text, getattr(e, "__notes__", ""), type(e.__context__).__name__, e.__cause__)


bad = lambda: 1
plain = Plain()
plain.attribute = bad
for r in (3, (), (1,), (1, 2), (print, 2), (print, (), 3, 4), (print, (), 3, None, 4), (print, (), 3, None, None, 4), "nosuch", (print, (), None, iter([1, 2, bad])),
          (print, (), None, None, iter([(1, bad)])), (print, (), None, None, iter([1])), (bad, ()), (print, (bad,)), (print, (), bad), (print, (), 1, None, None, bad)):
    attempt(pickle.dumps, Reduced(r))
for v in (bad, [{"a": (bad,)}], {bad}, frozenset({bad}), {bad: 1}, plain, Nothing(), sys, (i for i in []), type(sys)):
    attempt(pickle.dumps, v)
for args, kw in (((), {}), ((1, 2, 3), {}), ((1, 6), {}), ((1, "x"), {}), ((1, 4), {"buffer_callback": print}), ((1,), {"foo": 2})):
    attempt(pickle.dumps, *args, **kw)
for args, kw in (((), {}), ((1,), {}), ((b"N.", 1), {}), ((b"N.",), {"encoding": 1}), ((b"N.",), {"errors": None}), ((b"N.",), {"buffers": 3}), ((memoryview(b"NxN.")[::2],), {})):
    attempt(pickle.loads, *args, **kw)
attempt(pickle.dump, 1, 2)
attempt(pickle.load, 1)
for C in pickle.Pickler, pickle.Unpickler:
    class Sub(C):
        def __init__(self):
            pass
    attempt(C)
    attempt(Sub().dump, 1) if C is pickle.Pickler else attempt(Sub().load)
recursive = []
recursive.append(recursive)
p = pickle.Pickler(io.BytesIO())
p.fast = True
try:
    p.dump(recursive)
except ValueError as e:
    print(str(e)[:60])
nested = []
for i in range(500000):
    nested = [nested]
try:
    pickle.dumps(nested)
except RecursionError:
    print("RecursionError")
while nested:
    nested = nested.pop()

# expect: PicklingError: __reduce__ must return a string or tuple, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: tuple returned by __reduce__ must contain 2 through 6 elements ['when serializing Reduced object'] NoneType None
# expect: PicklingError: tuple returned by __reduce__ must contain 2 through 6 elements ['when serializing Reduced object'] NoneType None
# expect: PicklingError: first item of the tuple returned by __reduce__ must be callable, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: second item of the tuple returned by __reduce__ must be a tuple, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: fourth item of the tuple returned by __reduce__ must be an iterator, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: fifth item of the tuple returned by __reduce__ must be an iterator, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: sixth item of the tuple returned by __reduce__ must be callable, not int ['when serializing Reduced object'] NoneType None
# expect: PicklingError: Can't pickle <__main__.Reduced object>: it's not found as __main__.nosuch  AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing Reduced item 2', 'when serializing Reduced object'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing Reduced item 1', 'when serializing Reduced object'] AttributeError None
# expect: TypeError: dict items iterator must return 2-tuples ['when serializing Reduced object'] NoneType None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing Reduced reconstructor', 'when serializing Reduced object'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing tuple item 0', 'when serializing Reduced reconstructor arguments', 'when serializing Reduced object'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing Reduced state', 'when serializing Reduced object'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing Reduced state setter', 'when serializing Reduced object'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda>  AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing tuple item 0', "when serializing dict item 'a'", 'when serializing list item 0'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing set element'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ['when serializing frozenset element'] AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda>  AttributeError None
# expect: PicklingError: Can't pickle <function <lambda>>: it's not found as __main__.<lambda> ["when serializing dict item 'attribute'", 'when serializing Plain state', 'when serializing Plain object'] AttributeError None
# expect: TypeError: 'NoneType' object is not callable  NoneType None
# expect: TypeError: cannot pickle 'module' object  NoneType None
# expect: TypeError: cannot pickle 'generator' object  NoneType None
# expect: PicklingError: Can't pickle <class 'module'>: it's not found as builtins.module  AttributeError None
# expect: TypeError: dumps() missing required argument 'obj' (pos 1)  NoneType None
# expect: TypeError: dumps() takes at most 2 positional arguments (3 given)  NoneType None
# expect: ValueError: pickle protocol must be <= 5  NoneType None
# expect: TypeError: 'str' object cannot be interpreted as an integer  NoneType None
# expect: ValueError: buffer_callback needs protocol >= 5  NoneType None
# expect: TypeError: dumps() got an unexpected keyword argument 'foo'  NoneType None
# expect: TypeError: loads() takes exactly 1 positional argument (0 given)  NoneType None
# expect: TypeError: a bytes-like object is required, not 'int'  NoneType None
# expect: TypeError: loads() takes exactly 1 positional argument (2 given)  NoneType None
# expect: TypeError: loads() argument 'encoding' must be str, not int  NoneType None
# expect: TypeError: loads() argument 'errors' must be str, not None  NoneType None
# expect: TypeError: 'int' object is not iterable  NoneType None
# expect: BufferError: memoryview: underlying buffer is not C-contiguous  NoneType None
# expect: TypeError: file must have a 'write' attribute  NoneType None
# expect: TypeError: file must have 'read' and 'readline' attributes  NoneType None
# expect: TypeError: Pickler() missing required argument 'file' (pos 1)  NoneType None
# expect: PicklingError: Pickler.__init__() was not called by Sub.__init__()  NoneType None
# expect: TypeError: Unpickler() missing required argument 'file' (pos 1)  NoneType None
# expect: UnpicklingError: Unpickler.__init__() was not called by Sub.__init__()  NoneType None
# expect: fast mode: can't pickle cyclic objects including object type
# expect: RecursionError
