import copy, pickle
class A:
    def __init__(self): self.x = [1]
a = A()
b, c = copy.copy(a), copy.deepcopy(a)
print(b.x is a.x, c.x is a.x, copy.deepcopy([[1], (2, [3])]), callable(copy.replace))
loop = [1]
loop.append(loop)
d = copy.deepcopy(loop)
print(d[1] is d)
for proto in (0, 2, 5):
    print(pickle.loads(pickle.dumps({"a": [1, (2.5, None)], "b": {1}, "c": "é", "d": b"x", "e": 10 ** 40, "f": True}, proto)))
print(pickle.loads(pickle.dumps(a)).x, pickle.loads(pickle.dumps(len)) is len)

# expect: True False [[1], (2, [3])] True
# expect: True
# expect: {'a': [1, (2.5, None)], 'b': {1}, 'c': 'é', 'd': b'x', 'e': 10000000000000000000000000000000000000000, 'f': True}
# expect: {'a': [1, (2.5, None)], 'b': {1}, 'c': 'é', 'd': b'x', 'e': 10000000000000000000000000000000000000000, 'f': True}
# expect: {'a': [1, (2.5, None)], 'b': {1}, 'c': 'é', 'd': b'x', 'e': 10000000000000000000000000000000000000000, 'f': True}
# expect: [1] True
