# SPDX-License-Identifier: MIT
"""Kinds with a promise: operations that are documented as atomic lose nothing and give nothing twice."""
import collections
import itertools
import queue
import threading

from . import kind, must


def taken_once(put, take, size):
    """Everything put is taken once or still there: operations and check."""
    counter, got, done = itertools.count(), [], []

    def producer(rng):
        n = next(counter)
        put(n)
        done.append(n)

    def consumer(rng):
        got.append(take())

    def check():
        rest = []
        while True:
            try:
                rest.append(take())
            except (IndexError, KeyError, queue.Empty):
                break
        must(len(set(done)) == len(done), "a counter gave a number twice")
        must(sorted(got + rest) == sorted(done), "lost or given twice", len(got), len(rest), len(done))
        must(size() == 0, "not empty", size())
    return [producer, producer, consumer], check


@kind
def exact_list(rng):
    xs = []
    return taken_once(xs.append, xs.pop, lambda: len(xs))


@kind
def exact_list_ends(rng):
    xs = []
    return taken_once(lambda n: xs.insert(0, n), lambda: xs.pop(len(xs) // 2 if len(xs) % 2 else -1), lambda: len(xs))


@kind
def exact_list_extended(rng):
    xs = []

    def put(n):
        nonlocal xs
        xs += (n,) if n % 3 else [n]
    return taken_once(put, lambda: xs.pop(0), lambda: len(xs))


@kind
def exact_deque(rng):
    d = collections.deque()
    return taken_once(rng.choice((d.append, d.appendleft)), rng.choice((d.pop, d.popleft)), lambda: len(d))


@kind
def exact_set(rng):
    s = set()
    return taken_once(s.add, s.pop, lambda: len(s))


@kind
def exact_dict(rng):
    d = rng.choice((dict, collections.OrderedDict))()

    def put(n):
        d[n] = n
        must(d.get(n, n) == n, "another key's value")
    return taken_once(put, lambda: d.popitem()[1], lambda: len(d))


@kind
def exact_queue(rng):
    q = rng.choice((queue.SimpleQueue, queue.Queue))()
    return taken_once(q.put, q.get_nowait, q.qsize)


@kind
def exact_bytearray(rng):
    b, added, lock = bytearray(), [], threading.Lock()

    def add(rng):
        b.append(7)
        added.append(1)

    def extend(rng):
        b.extend(b"abc")
        added.append(3)

    def look(rng):
        bytes(b), b.count(7), b.find(b"c\7"), b[-1:]
    return [add, extend, look], lambda: must(len(b) == sum(added), len(b), sum(added))


@kind
def exact_keys(rng):
    """Every key that was put is found by who put it, whatever others do with their keys."""
    d, s = {}, set()
    local = threading.local()

    def put(rng):
        name = (threading.get_ident(), getattr(local, "n", 0))
        local.n = name[1] + 1
        d[name], d[str(name)] = name, name
        s.add(name)
        must(d[name] == name and d[str(name)] == name and name in s, "lost", name)
        if name[1] % 3:
            del d[str(name)]
            s.discard(name)
            must(str(name) not in d and name not in s, "still there", name)

    def look(rng):
        for k in rng.choice((d, s)):
            must(isinstance(k, (str, tuple)), "not a key", k)
        must(len(list(d)) >= 0 and len(s.copy()) >= 0)
    return [put, put, look], lambda: must(len(d) == len(list(d)) and all(k in d for k in list(d)), "length")


@kind
def exact_setdefault(rng):
    d, seen = {}, collections.defaultdict(list)

    def one(rng):
        k = rng.randrange(20)
        seen[k].append(d.setdefault(k, object()))
    return [one], lambda: must(all(len(set(map(id, v))) == 1 for v in seen.values()), "two winners")


@kind
def exact_locks(rng):
    lock = rng.choice((threading.Lock, threading.RLock, threading.Semaphore, threading.Condition))()
    box = [0, 0]

    def one(rng):
        with lock:
            box[0] += 1
        box.append(None)

    def other(rng):
        if lock.acquire(blocking=False):
            box[0] += 1
            lock.release()
            box.append(None)
    return [one, other], lambda: must(box[0] == len(box) - 2, box[0], len(box) - 2)


@kind
def exact_attributes(rng):
    class Node:
        pass
    node, names = Node(), ["a%d" % i for i in range(rng.choice((3, 12, 60)))]

    def put(rng):
        name = rng.choice(names)
        setattr(node, name, (name, rng.random()))

    def look(rng):
        name = rng.choice(names)
        v = getattr(node, name, None)
        must(v is None or v[0] == name, "another attribute's value", name, v)

    def take(rng):
        delattr(node, rng.choice(names))

    def all_of_them(rng):
        for k, v in list(vars(node).items()):
            must(v[0] == k, "another attribute's value", k, v)
    return rng.choice(([put, look, take], [put, look, take, all_of_them]))


@kind
def exact_globals(rng):
    space = {}
    exec("def get_a():\n return a\ndef get_b():\n return b\ndef set_a(v):\n global a\n a = v\n"
         "def set_b(v):\n global b\n b = v\ndef drop():\n global a\n del a\n", space)

    def look(rng):
        must(space["get_a"]()[0] == "a" and space["get_b"]()[0] == "b", "another name's value")
    return [look, look, lambda rng: space["set_a"](("a", rng.random())), lambda rng: space["set_b"](("b", rng.random())),
            lambda rng: space["drop"](), lambda rng: space.__setitem__("x%d" % rng.randrange(50), 1),
            lambda rng: space.pop("x%d" % rng.randrange(50))]


@kind
def exact_generator(rng):
    """A generator gives each of its values once, to whoever asked."""
    def numbers():
        yield from range(10 ** 6)
    g, got = numbers(), []

    def one(rng):
        got.append(next(g))

    def check():
        must(sorted(got) == list(range(len(got))), "lost or given twice")
    return [one], check


@kind
def exact_cells(rng):
    def make():
        x = ("x", 0)

        def get():
            return x

        def put(v):
            nonlocal x
            x = v

        def drop():
            nonlocal x
            del x
        return get, put, drop
    get, put, drop = make()
    return [lambda rng: must(get()[0] == "x", "another value"), lambda rng: put(("x", rng.random())), lambda rng: drop()]
