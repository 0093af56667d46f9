# Attributes that a metatype's data descriptors answer, at sites that see classes, metatypes and instances in turn, before and after they change.

class Meta(type):
    @property
    def label(cls):
        return "label of " + cls.__name__

class A: pass
class B(A, metaclass=Meta):
    label = "own"
class C(B): pass

def name(x): return x.__name__
def mro(x): return [t.__name__ for t in x.__mro__]
def label(x): return x.label
def has(x, k): return k in x.__dict__, x.__dict__.get(k), x.__dict__.get(k, 1)

def f(): pass
for _ in range(3):
    print([name(x) for x in (A, B, C, int, Meta, type, f, len)])
# expect: ['A', 'B', 'C', 'int', 'Meta', 'type', 'f', 'len']
# expect: ['A', 'B', 'C', 'int', 'Meta', 'type', 'f', 'len']
# expect: ['A', 'B', 'C', 'int', 'Meta', 'type', 'f', 'len']
print(mro(C), mro(bool), mro(Meta))
# expect: ['C', 'B', 'A', 'object'] ['bool', 'int', 'object'] ['Meta', 'type', 'object']
for _ in range(3):
    print([label(x) for x in (B, C, B(), C())])
# expect: ['label of B', 'label of C', 'own', 'own']
# expect: ['label of B', 'label of C', 'own', 'own']
# expect: ['label of B', 'label of C', 'own', 'own']
Meta.label = "plain"
print([label(x) for x in (B, C, B())])
# expect: ['own', 'own', 'own']
del B.label
print([label(x) for x in (B, C)])
# expect: ['plain', 'plain']
class Data:
    def __get__(self, obj, cls): return obj.__name__.lower(), cls.__name__
    def __set__(self, obj, v): raise AttributeError
Meta.label = Data()
print([label(x) for x in (B, C, B)])
# expect: [('b', 'Meta'), ('c', 'Meta'), ('b', 'Meta')]
B.x = 5
for c in (B, C, A):
    print(has(c, "x"), c.__dict__["__module__"])
# expect: (True, 5, 5) __main__
# expect: (False, None, 1) __main__
# expect: (False, None, 1) __main__
try:
    C.__dict__["nothing"]
except KeyError as e:
    print("KeyError", e)
try:
    C.__dict__[[]]
except TypeError as e:
    print(e)
try:
    [] in C.__dict__
except TypeError as e:
    print(e)
# expect: KeyError 'nothing'
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
C.__name__ = "Renamed"
print(name(C), label(C), C.__class__, C().__class__.__name__)
# expect: Renamed ('renamed', 'Meta') <class '__main__.Meta'> Renamed

# A type with its own __getattribute__ in the metatype; __name__ of a class replaced by one of the metatype.
class Own(type):
    def __getattribute__(cls, k): return "asked for " + k
class D(metaclass=Own): pass
class Named(type):
    __name__ = "constant"
class E(metaclass=Named): pass
print(name(D), name(E), name(A), E.__qualname__)
# expect: asked for __name__ constant A E
E.__name__ = "renamed"
print(name(E), E.__dict__.get("__name__"))
# expect: renamed renamed

# Objects that are equal to themselves only, among others that are not.
class Eq:
    def __eq__(self, other): return True
    __hash__ = object.__hash__
print(A in (int, str, A), A in [B, C], Eq() in (A, B), A in (Eq(),), A in (int, None, "a", 1.5), (A, B) == (A, C), [A] == [Eq()], A != B, A == B)
# expect: True False True True False False True True False
