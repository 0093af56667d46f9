# An attribute of what a property of a temporary gives: the temporary goes, and what it gave stays as long as it is needed.
import weakref

class Holder:
    value = 5
    def get(self, n=0):
        return self.value + n

class WithProperty:
    def __init__(self):
        self.held = Holder()
    @property
    def shared(self):
        return SHARED
    @property
    def own(self):
        return self.held
    @property
    def fresh(self):
        return Holder()

class WithHook:
    def __getattr__(self, name):
        return SHARED if name == "shared" else Holder()

class Descriptor:
    def __get__(self, o, owner):
        return SHARED

class WithDescriptor:
    shared = own = fresh = Descriptor()

SHARED = Holder()
def same(x):
    return x

for cls in WithProperty, WithHook, WithDescriptor:
    gone = []
    for _ in range(5):
        for what in (lambda: same(o).shared.get(1), lambda: [o][0].own.get(2), lambda: same(o).fresh.get(3), lambda: same(o).own.value, lambda: same(o).shared.value,
                     lambda: cls().own.get(), lambda: cls().fresh.value, lambda: cls().shared.get(), lambda: cls().own.__class__.__name__):
            o = cls()
            ref = weakref.ref(o)
            what()
            del o
            gone.append(ref() is None)
    print(all(gone), [cls().own.get(k) for k in range(3)])
# expect: True [5, 6, 7]
# expect: True [5, 6, 7]
# expect: True [5, 6, 7]

# When the getter ends by an error, too.
class Raises:
    @property
    def own(self):
        raise KeyError("own")
for _ in range(3):
    o = Raises()
    ref = weakref.ref(o)
    try:
        same(o).own.get()
    except KeyError as e:
        pass
    del o
    print(ref() is None)
# expect: True
# expect: True
# expect: True
