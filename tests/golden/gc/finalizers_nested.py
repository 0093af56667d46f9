# Finalizers that drop the next object with a finalizer: as many as there are, on any C stack.
import sys
sys.setrecursionlimit(10**7)
N = 200000
def g(x):
    for i in x:
        yield i
x = [1]
for _ in range(N):
    x = g(x)
try:
    next(x)
except RecursionError:
    pass
del x
print("not started")  # expect: not started
def one(x):
    yield x
x = None
for _ in range(N):
    x = one(x)
    next(x)
del x
print("suspended")  # expect: suspended
n = []
def h(x):
    try:
        yield next(x)
    finally:
        n.append(1)
x = iter([1])
for _ in range(200):
    x = h(x)
print(next(x), len(n))  # expect: 1 0
x.close()
print(len(n))  # expect: 200
class A:
    def __init__(self, next): self.next = next
    def __del__(self):
        self.next = None
sys.unraisablehook = lambda _: None     # the recursion may be refused to a finalizer; the object goes all the same
x = None
for _ in range(N):
    x = A(x)
del x
print("classes")  # expect: classes
