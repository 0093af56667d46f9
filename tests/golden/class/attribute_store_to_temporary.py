# SPDX-License-Identifier: MIT
"""Attributes set on an object that only the expression holds: the value arrives, the old one goes, the object goes after that."""

class Node:
    def __init__(self, name):
        self.name = name
        self.value = None
    def __del__(self):
        print("gone", self.name, self.value if isinstance(self.value, int) else type(self.value).__name__)

class Other(Node):
    def __init__(self, name):
        self.extra = 1
        super().__init__(name)

kept = [Node("a"), Other("b")]

def get(i):
    return kept[i]

for n in range(8):
    get(n & 1).value = n
    get(n & 1).value = "text" + str(n)
    get(n & 1).value = [n]
print(kept[0].value, kept[1].value)
# expect: [6] [7]

def drop(cls, value):
    cls("temp").value = value
for cls in Node, Other, Node, Other:
    drop(cls, 3)
    drop(cls, [])
# expect: gone temp 3
# expect: gone temp list
# expect: gone temp 3
# expect: gone temp list
# expect: gone temp 3
# expect: gone temp list
# expect: gone temp 3
# expect: gone temp list

# The old value's finalizer sees the new one.
class Watch:
    def __del__(self):
        print("old goes, there is", get(0).value)
for i in range(3):
    get(0).value = Watch()
    get(0).value = i
# expect: old goes, there is 0
# expect: old goes, there is 1
# expect: old goes, there is 2

class Slots:
    __slots__ = ("x",)
s = Slots()
def same():
    return s
for i in range(4):
    same().x = i
    try:
        same().y = i
    except AttributeError as e:
        pass
print(s.x, hasattr(s, "y"))
# expect: 3 False
kept[0].value = kept[1].value = 0
kept.clear()
# expect: gone b 0
# expect: gone a 0
