# A collection clears the weak references to garbage before it runs finalizers: those find none of them, and what comes back to life has lost them.
# expect: ('a', False, False) ('b', False, False)
# expect: None None
# expect: class False
# expect: None <_io.FileIO [closed]>
import gc, io, os, tempfile, warnings, weakref
kept = []
class A:
    def __del__(self):
        kept.append((self.name, self.own() is not None, self.other() is not None, self))
def pair():
    a, b = A(), A()
    a.name, b.name, a.peer, b.peer = "a", "b", b, a
    a.own = b.other = weakref.ref(a)
    b.own = a.other = weakref.ref(b)
    return a.own, b.own
refs = pair()
gc.collect()
print(*(entry[:3] for entry in sorted(kept)))
print(refs[0](), refs[1]())
class Meta(type):
    def __del__(cls):
        print("class", ref() is not None)
ref = weakref.ref(Meta("C", (), {}))
gc.collect()
gc.collect()
fd, name = tempfile.mkstemp()
os.close(fd)
f = io.FileIO(name, "wb")
f.itself, ref = f, weakref.ref(f)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    del f
    gc.collect()
print(ref(), caught[0].source)
os.unlink(name)
