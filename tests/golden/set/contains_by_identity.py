# SPDX-License-Identifier: MIT
"""`in` finds elements that are the same object at once, and all others by comparing: in sets, frozensets and dicts, held by names or by nothing else."""

names = ["alpha", "beta", "g"]
made = ["".join(list(n)) for n in names]    # equal, not the same
S, F, D = set(names), frozenset(names), dict.fromkeys(names)

def count(box, keys):
    return sum(k in box for k in keys), sum(k not in box for k in keys)

for box in S, F, D:
    print(count(box, names), count(box, made), count(box, ["delta", "", "x"]), count(box, [n[0] for n in names]))
# expect: (3, 0) (3, 0) (0, 3) (1, 2)
# expect: (3, 0) (3, 0) (0, 3) (1, 2)
# expect: (3, 0) (3, 0) (0, 3) (1, 2)

for box in {1, 2, 1 << 70}, frozenset((1, 2, 1 << 70)), {1: 0, 2: 0, 1 << 70: 0}:
    print(1 in box, 1.0 in box, True in box, 3 in box, -1 in box, (1 << 70) in box, (1 << 70) + 1 in box)
# expect: True True True False False True False
# expect: True True True False False True False
# expect: True True True False False True False

# What has been removed leaves its place behind.
s = set(range(20))
for i in range(0, 20, 2):
    s.discard(i)
print([i for i in range(22) if i in s], "a" in s)
d = dict.fromkeys(range(20))
for i in range(0, 20, 2):
    del d[i]
print([i for i in range(22) if i not in d])
# expect: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19] False
# expect: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21]

# The operands are temporaries, both or one.
def text(i):
    return "ab\u1234c"[i]
print(text(0) in set(names) | {"a"}, text(1) in dict(a=1), text(2) in {"\u1234"}, "".join(["a", "b"]) in frozenset(["ab"]))
print([c in F for c in "ga"], ["gx"[i] in F for i in range(2)], ["g" + c in {"ga"} for c in "ab"])
# expect: True False True True
# expect: [True, False] [True, False] [True, False]

class Key:
    def __init__(self, text):
        self.text = text
    def __hash__(self):
        return hash(self.text)
    def __eq__(self, other):
        print("compared")
        return self.text == getattr(other, "text", other)

print("alpha" in {Key("alpha")}, Key("beta") in F)
try:
    [] in F
except TypeError as e:
    print(e)
# expect: compared
# expect: compared
# expect: True True
# expect: cannot use 'list' as a set element (unhashable type: 'list')
