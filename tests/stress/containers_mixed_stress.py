# SPDX-License-Identifier: MIT
"""Every container and shared iterator at once, with keys whose __eq__ and __hash__ are Python code and collide."""
import collections
import functools
import itertools
from _hammer import hammer


class K:
    def __init__(self, v):
        self.v = v

    def __hash__(self):
        return self.v % 7

    def __eq__(self, other):
        return self.v == other.v


d, l, s = {}, [], set()
dq, od, dd = collections.deque(maxlen=50), collections.OrderedDict(), collections.defaultdict(list)
shared = [iter(range(100000)), itertools.chain.from_iterable([range(1000)] * 100), enumerate(range(100000)),
          itertools.islice(itertools.count(), 100000), zip(range(50000), range(50000)),
          itertools.combinations(range(200), 2), itertools.groupby(range(5000)), itertools.tee(range(10000))[0],
          itertools.cycle([1, 2, 3]), itertools.accumulate(range(10000)), itertools.batched(range(10000), 3),
          itertools.pairwise(range(10000)), iter(list(range(20000))), iter({i: i for i in range(20000)}.items()),
          iter(set(range(20000))), itertools.product(range(100), repeat=2), itertools.permutations(range(9), 3)]


@functools.lru_cache(maxsize=16)
def cached(x):
    return x


def dicts(rng):
    k = rng.randrange(40)
    r = rng.randrange(8)
    if r == 0:
        d[K(k)] = k
    elif r == 1:
        d.pop(K(k), None)
    elif r == 2:
        v = d.get(K(k))
        if v is not None and v != k:
            raise AssertionError((v, k))
    elif r == 3:
        list(d.values())
        d.copy()
    elif r == 4:
        d.setdefault(K(k), k)
    elif r == 5:
        d.update({K(k): k})
    elif r == 6:
        od[k] = k
        od.move_to_end(k, last=bool(k & 1))
        list(od.items())
    else:
        od.popitem(last=bool(k & 1))
        dd[k].append(1)


def lists(rng):
    k = rng.randrange(40)
    r = rng.randrange(9)
    if r < 2:
        l.append(k)
    elif r == 2:
        l.pop()
    elif r == 3:
        l.sort()
    elif r == 4:
        l[:] = l[2:40]
    elif r == 5:
        l.extend(l[:3])
        l.insert(1, 2)
        del l[1:3]
    elif r == 6:
        l.count(3), 3 in l, tuple(l), l.reverse(), repr(l)
    elif r == 7:
        dq.append(k)
        dq.appendleft(k)
        dq.rotate(3)
    else:
        dq.popleft()
        list(dq)


def sets(rng):
    k = rng.randrange(40)
    r = rng.randrange(4)
    if r == 0:
        s.add(K(k))
    elif r == 1:
        s.discard(K(k))
    elif r == 2:
        K(k) in s
        len(s | {K(50)})
    else:
        s & {K(1)}
        s.copy()
    if cached(k) != k:
        raise AssertionError("lru_cache")


def iterators(rng):
    next(rng.choice(shared))


hammer(dicts, lists, sets, iterators, dicts, lists, turns=4000,
       allowed=(KeyError, IndexError, RuntimeError, ValueError, StopIteration))
print("ok", all(k.v == v for k, v in d.items()), len(s) <= 41)

# expect: ok True True
