# What only frames hold (local variables, operands, iterators, suspended and running generators, other threads) outlives a collection; the rest goes.
import gc, threading, weakref

class Node:
    def __init__(self, n):
        self.n = n
        self.me = self

def ring(n):
    nodes = [Node(i) for i in range(n)]
    for a, b in zip(nodes, nodes[1:] + nodes[:1]):
        a.next = b
    return nodes[0]

def length(node):
    n, at = 1, node.next
    while at is not node:
        n, at = n + 1, at.next
    return n

def local():
    kept = ring(50)
    ring(30)
    found = gc.collect()
    return found, length(kept)

def operand(x, y):
    return length(x) + y

def collected():
    return gc.collect()

def loop():
    out = []
    for node in [ring(3), ring(4), ring(5)]:
        out.append((gc.collect(), length(node)))
        del node
    return out

def generator():
    kept = ring(7)
    while True:
        yield gc.collect(), length(kept)

def deep(n):
    kept = ring(2)
    return (deep(n - 1) if n else gc.collect()) + (length(kept) - 2)

gc.collect()
print(local())
print(gc.collect())
print(operand(ring(6), collected()), gc.collect())
print(loop(), gc.collect())
g = generator()
print(next(g), next(g))
gc.collect()
print(next(g))
g.close()
print(gc.collect(), deep(200), gc.collect())

go, done = threading.Event(), threading.Event()
def thread():
    kept = ring(9)
    go.set()
    done.wait()
    out.append(length(kept))
out = []
t = threading.Thread(target=thread)
t.start()
go.wait()
n = gc.collect()
done.set()
t.join()
print(n, out)
gc.collect()

dead = []
class Final:
    def __del__(self):
        kept = ring(3)
        dead.append((gc.collect() < 100, length(kept)))
def finalizers():
    a, b, c = Final(), ring(4), Final()
    w = weakref.ref(b)
    return w
w = finalizers()
gc.collect()
print(dead, w() is None)

def strings():
    d = {str(i): Node(i) for i in range(20)}
    d["self"] = d
    m = {(i, str(i)): d for i in range(5)}
    d["m"] = m
    return weakref.ref(d["3"])
w = strings()
print(w() is not None, gc.collect() > 20, w() is None)
d = {"a": 1, "b": [2]}
d["c"] = d
print({"v", 2} <= set(gc.get_referents({"k": "v", "w": 2})), gc.get_referents((1, "a")) in ([1, "a"], ["a", 1], ["a"]), d in gc.get_referrers(d["b"]))

# expect: (30, 50)
# expect: 50
# expect: 6 6
# expect: [(0, 3), (0, 4), (0, 5)] 12
# expect: (0, 7) (0, 7)
# expect: (0, 7)
# expect: 7 0 402
# expect: 0 [9]
# expect: [(True, 3), (True, 3)] True
# expect: True True True
# expect: True True True
