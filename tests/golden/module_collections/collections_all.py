from collections import *
c = Counter("abracadabra")
print(c.most_common(2), c["z"], c + Counter("aa"), c - Counter("aaaaab"), sorted(c.elements())[:4], c.total(), Counter(a=1) | Counter(a=3), +Counter(a=-1))
d = defaultdict(list)
d["x"].append(1)
print(d, d.default_factory, dict(d))
q = deque([1, 2, 3], maxlen=3)
q.append(4)
q.appendleft(0)
q.rotate(1)
print(q, q.maxlen, q.index(3), list(reversed(q)), q.count(9), q[0])
o = OrderedDict(a=1, b=2)
o.move_to_end("a")
print(o, o.popitem(last=False), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(m["a"], m["b"], dict(m), m.maps, m.new_child({"z": 0})["z"])
print(UserDict(a=1), UserList([1]), UserString("s").upper())

# expect: [('a', 5), ('b', 2)] 0 Counter({'a': 7, 'b': 2, 'r': 2, 'c': 1, 'd': 1}) Counter({'r': 2, 'b': 1, 'c': 1, 'd': 1}) ['a', 'a', 'a', 'a'] 11 Counter({'a': 3}) Counter()
# expect: defaultdict(<class 'list'>, {'x': [1]}) <class 'list'> {'x': [1]}
# expect: deque([3, 0, 2], maxlen=3) 3 0 [2, 0, 3] 0 3
# expect: OrderedDict({'a': 1}) ('b', 2) False
# expect: 1 3 {'a': 1, 'b': 3} [{'a': 1}, {'a': 2, 'b': 3}] 0
# expect: {'a': 1} [1] S
