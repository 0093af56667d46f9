# SPDX-License-Identifier: MIT
"""collections: deque, OrderedDict, defaultdict and Counter under four threads."""
from collections import Counter, OrderedDict, defaultdict, deque
from _hammer import hammer

q = deque(range(20), maxlen=100)
other = deque(range(20))
o = OrderedDict((i, i) for i in range(20))
dd = defaultdict(list)
c = Counter()


def queue(rng):
    k = rng.randrange(8)
    if k == 0:
        q.append(k)
    elif k == 1:
        q.appendleft(k)
    elif k == 2:
        q.pop()
    elif k == 3:
        q.popleft()
    elif k == 4:
        q.rotate(3)
    elif k == 5:
        q.extend(range(5))
    elif k == 6:
        list(q)
        len(q)
        q[0]
    else:
        3 in q
        q < q.copy()
        q != other


def dicts(rng):
    n = rng.randrange(50)
    o[n] = n
    o.pop(rng.randrange(50), None)
    dd[n].append(n)
    c[n] += 1
    if rng.randrange(4) == 0:
        o.move_to_end(n)
        o.popitem(last=False)
    for k in o:
        k


hammer(queue, queue, dicts, dicts, allowed=(IndexError, RuntimeError, KeyError))
print("ok", len(q) <= 100)

# expect: ok True
