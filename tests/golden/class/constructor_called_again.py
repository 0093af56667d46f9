# One call of a class, many times: what it remembers of __init__ must not outlive a change of the class.
class A:
    def __init__(self, x):
        self.x = x
class B(A):
    pass
def make(cls, *args):
    return cls(1) if not args else cls(*args)
def one():
    return B(1)
for _ in range(3):
    print(vars(one()))
# expect: {'x': 1}
# expect: {'x': 1}
# expect: {'x': 1}
B.__init__ = lambda self, x: setattr(self, "y", x + 1)
print(vars(one()))  # expect: {'y': 2}
del B.__init__
print(vars(one()))  # expect: {'x': 1}
A.__init__ = lambda self, x, z=5: setattr(self, "z", z)
print(vars(one()))  # expect: {'z': 5}
B.__new__ = lambda cls, *args: [cls.__name__, args]
print(one())  # expect: ['B', (1,)]
def two():
    return A(1)
print(vars(two()), vars(two()))  # expect: {'z': 5} {'z': 5}
A.__init__ = lambda self, x: x
for _ in range(2):
    try:
        two()
    except TypeError as e:
        print(e)
# expect: __init__() should return None, not 'int'
# expect: __init__() should return None, not 'int'
class Meta(type):
    def __call__(cls, *args):
        return ("called", super().__call__(*args).x)
class C(metaclass=Meta):
    def __init__(self, x):
        self.x = x
print([C(i) for i in range(3)])  # expect: [('called', 0), ('called', 1), ('called', 2)]
class Node:
    def __init__(self, n):
        self.next = Node(n - 1) if n else None
n, depth = Node(60), 0
while n := n.next:
    depth += 1
print(depth)  # expect: 60
def generated():
    for i in range(3):
        yield C.__mro__[0].__name__, Node(0).next
print(list(generated()))  # expect: [('C', None), ('C', None), ('C', None)]
