"""Slots of str subclasses: texts of all widths, inherited slots, with a __dict__, weak references, copies, cycles."""
import gc, weakref, pickle, copy, sys
class A(str):
    __slots__ = ('x', 'y')
class B(A):
    __slots__ = ('z',)
class C(B):
    pass
class D(str):
    __slots__ = ('q', '__dict__', '__weakref__')
for text in ('', 'a', 'ab', 'abcdefg', 'abcdefgh', 'é', '日本', '\U0001F600' * 3):
    for cls in (A, B, C, D):
        v = cls(text)
        assert v == text and str(v) == text and len(v) == len(text)
        for n in 'xyzq':
            if hasattr(cls, n):
                try: getattr(v, n)
                except AttributeError as e: assert str(e) == f"'{cls.__name__}' object has no attribute '{n}'", e
                else: assert 0
                setattr(v, n, [n])
        for n in 'xyzq':
            if hasattr(cls, n): assert getattr(v, n) == [n]
        if cls in (C, D):
            v.other = 1; v.more = v
            assert v.other == 1
        if cls is not A and cls is not B:
            assert v.__dict__['other'] == 1
            r = weakref.ref(v)
        try: v.nope = 1
        except AttributeError as e: assert cls in (A, B)
        else: assert cls in (C, D)
        assert v == text
        if cls is B:
            del v.z
            try: v.z
            except AttributeError: pass
            try: del v.z
            except AttributeError as e: print(e)
        if cls is A:
            w = copy.copy(v); assert w == v and w.x == ['x'] and type(w) is A
            w = pickle.loads(pickle.dumps(v, 2)); assert w == v and w.y == ['y']
class N(A): pass
cyc = C('cycle'); cyc.x = cyc; cyc.y = [cyc]
r = weakref.ref(cyc); del cyc; gc.collect(); assert r() is None
for t in (int, bytes, tuple):
    try: type('T', (t,), {'__slots__': ('x',)})
    except TypeError as e: print(e)
class A2(str):
    __slots__ = ('x', 'y')
a = A('u')
try: a.__class__ = A2; print(type(a))
except TypeError as e: print(e)
try: a.__class__ = B
except TypeError as e: print(e)
try:
    class M(A, D):
        __slots__ = ()
except TypeError as e:
    print(e)

# expect: z
# expect: z
# expect: z
# expect: z
# expect: z
# expect: z
# expect: z
# expect: z
# expect: nonempty __slots__ not supported for subtype of 'int'
# expect: nonempty __slots__ not supported for subtype of 'bytes'
# expect: nonempty __slots__ not supported for subtype of 'tuple'
# expect: <class '__main__.A2'>
# expect: __class__ assignment: 'B' object layout differs from 'A2'
# expect: multiple bases have instance lay-out conflict
