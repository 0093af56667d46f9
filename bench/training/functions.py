# SPDX-License-Identifier: MIT
"""Calls, closures, generators, comprehensions, sorting, itertools and functools, awaits."""
import asyncio
import bisect
import collections
import functools
import heapq
import itertools
import operator


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def with_defaults(a, b=2, *rest, c=3, **more):
    return a + b + c + len(rest) + len(more)


def counter(start):
    n = start

    def step(by=1):
        nonlocal n
        n += by
        return n
    return step


def memoized(f):
    cache = {}

    @functools.wraps(f)
    def call(*args, **kwargs):
        key = args, tuple(sorted(kwargs.items()))
        if key not in cache:
            cache[key] = f(*args, **kwargs)
        return cache[key]
    return call


@memoized
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


@functools.lru_cache(maxsize=64)
def collatz(n):
    return 0 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


def primes():
    found = []
    for n in itertools.count(2):
        if all(n % p for p in itertools.takewhile(lambda p: p * p <= n, found)):
            found.append(n)
            yield n


def chunks(items, size):
    it = iter(items)
    while chunk := list(itertools.islice(it, size)):
        yield chunk


def averager():
    total, n, mean = 0, 0, None
    while True:
        x = yield mean
        if x is None:
            return total
        total += x
        n += 1
        mean = total / n


def queens(n, row=0, columns=(), up=(), down=()):
    if row == n:
        yield columns
        return
    for c in range(n):
        if c not in columns and row + c not in up and row - c not in down:
            yield from queens(n, row + 1, columns + (c,), up + (row + c,), down + (row - c,))


def shortest(graph, start):
    far = {start: 0}
    heap = [(0, start)]
    while heap:
        d, node = heapq.heappop(heap)
        if d > far[node]:
            continue
        for other, w in graph[node].items():
            if d + w < far.get(other, 1 << 30):
                far[other] = d + w
                heapq.heappush(heap, (d + w, other))
    return far


async def leaf(n):
    return n


async def tree(n):
    if n == 0:
        return await leaf(1)
    return await tree(n - 1) + await tree(n - 1)


async def numbers(n):
    for i in range(n):
        yield i
        if i % 8 == 0:
            await asyncio.sleep(0)


async def producer(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def consumer(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total


async def many():
    total = sum(await asyncio.gather(*(leaf(i) for i in range(200))))
    total += sum([x async for x in numbers(100)])
    queue = asyncio.Queue(8)
    async with asyncio.TaskGroup() as group:
        group.create_task(producer(queue, 200))
        total += await group.create_task(consumer(queue))
    async with asyncio.timeout(10):
        async with asyncio.Lock():
            await asyncio.sleep(0)
    return total + await tree(7)


def main():
    fibonacci(25)
    ackermann(2, 60)
    for turn in range(300):
        for i in range(50):
            with_defaults(i)
            with_defaults(i, 1, 2, 3)
            with_defaults(i, c=5, d=6)
            with_defaults(*(1, 2, 3), **{"c": 1, "z": 2})
        step = counter(turn)
        for i in range(100):
            step()
            step(by=2)
        binomial(20, 10)
        collatz(turn + 27)
        list(itertools.islice(primes(), 60))
        list(chunks(range(50), 7))
        mean = averager()
        next(mean)
        for i in range(50):
            mean.send(i)
        words = "the quick brown fox jumps over the lazy dog and runs away from the big bad wolf".split()
        counts = collections.Counter(words)
        counts.most_common(3)
        groups = collections.defaultdict(list)
        for w in words:
            groups[len(w)].append(w)
        sorted(words, key=len)
        sorted(groups.items(), key=lambda kv: (-len(kv[1]), kv[0]))
        sorted(words, key=operator.itemgetter(0), reverse=True)
        [k for k, g in itertools.groupby(sorted(words))]
        dict(zip(words, itertools.accumulate(range(len(words)))))
        {w: i for i, w in enumerate(words) if w > "c"}
        {len(w) for w in words}
        sum(x * x for x in range(100) if x % 2)
        list(map(lambda a, b: a + b, range(50), range(50)))
        list(filter(None, [0, 1, "", "a", None]))
        functools.reduce(operator.mul, range(1, 20))
        list(itertools.product("ab", range(3)))
        list(itertools.permutations(range(4)))
        list(itertools.combinations(range(6), 3))
        list(itertools.chain.from_iterable([[1, 2], [3]]))
        max(words, key=len), min(words), any(w == "fox" for w in words), all(words)
        add = functools.partial(with_defaults, 1, c=2)
        [add(i) for i in range(20)]
        ring = collections.deque(maxlen=16)
        for i in range(60):
            ring.append(i)
            if i % 3 == 0:
                ring.popleft()
        table = []
        for i in range(60):
            bisect.insort(table, i * 37 % 61)
        Pair = PAIR
        pairs = [Pair(i, -i) for i in range(30)]
        sum(p.first + p.second for p in pairs)
        [p._replace(first=0) for p in pairs[:5]]
        a, *rest, z = range(10)
        (a, b), c = (1, 2), 3
        matrix = [[i * j for j in range(8)] for i in range(8)]
        [list(col) for col in zip(*matrix)]
    next(queens(8))
    graph = {i: {(i * 7 + k) % 200: k + 1 for k in range(1, 6)} for i in range(200)}
    for start in range(8):
        shortest(graph, start)
    for i in range(12):
        asyncio.run(many())


PAIR = collections.namedtuple("Pair", "first second")
main()
