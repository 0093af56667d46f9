# SPDX-License-Identifier: MIT
"""Collections while threads make cycles, resurrect objects and hold weak references."""
import gc
import weakref
from _hammer import hammer

saved = []


class Node:
    def __init__(self):
        self.edges = []


class Phoenix(Node):
    def __del__(self):
        if len(saved) < 5:
            saved.append(self)


def cycles(rng):
    nodes = [Node() for _ in range(10)] + [Phoenix()]
    for n in nodes:
        n.edges.append(rng.choice(nodes))
        n.edges.append({"back": nodes})
    w = weakref.ref(nodes[0], lambda r: None)
    del nodes
    w()


def collect(rng):
    gc.collect()
    saved.clear()


def frames(rng):
    def g():
        me = yield
        yield me
    it = g()
    next(it)
    it.send(it)


hammer(cycles, cycles, frames, collect, turns=150)
gc.collect()
print("ok")

# expect: ok
