# SPDX-License-Identifier: MIT
"""Numbers, lists, dicts, sets and tuples in loops: simulations, sieves, matrices, dynamic programming, dates."""
import array
import datetime
import decimal
import fractions
import math
import random
import statistics


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]


def multiply(a, b):
    n, m, p = len(a), len(b), len(b[0])
    out = [[0.0] * p for _ in range(n)]
    for i in range(n):
        row = a[i]
        for j in range(p):
            s = 0.0
            for k in range(m):
                s += row[k] * b[k][j]
            out[i][j] = s
    return out


def knapsack(items, room):
    best = [0] * (room + 1)
    for weight, value in items:
        for w in range(room, weight - 1, -1):
            if best[w - weight] + value > best[w]:
                best[w] = best[w - weight] + value
    return best[room]


def life(cells, size):
    near = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    at = (x + dx) % size, (y + dy) % size
                    near[at] = near.get(at, 0) + 1
    return {c for c, n in near.items() if n == 3 or n == 2 and c in cells}


def bubble(items):
    items = items[:]
    for i in range(len(items)):
        for j in range(len(items) - 1 - i):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
    return items


def quick(items):
    if len(items) < 2:
        return items
    pivot = items[len(items) // 2]
    return quick([x for x in items if x < pivot]) + [x for x in items if x == pivot] + quick([x for x in items if x > pivot])


def newton(x):
    guess = x / 2
    while abs(guess * guess - x) > 1e-9:
        guess = (guess + x / guess) / 2
    return guess


def orbit(steps):
    x, y, vx, vy, dt = 1.0, 0.0, 0.0, 1.0, 0.001
    for _ in range(steps):
        r3 = (x * x + y * y) ** 1.5
        vx -= x / r3 * dt
        vy -= y / r3 * dt
        x += vx * dt
        y += vy * dt
    return math.hypot(x, y)


def mixed_radix(n):
    digits = []
    while n:
        n, d = divmod(n, 62)
        digits.append(d)
    return digits


def checksum(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


def flood(grid, x, y):
    stack, n = [(x, y)], 0
    while stack:
        x, y = stack.pop()
        if 0 <= y < len(grid) and 0 <= x < len(grid[y]) and grid[y][x] == 0:
            grid[y][x] = 1
            n += 1
            stack.extend([(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)])
    return n


def simulate(rng):
    sieve(20_000)
    a = [[rng.random() for _ in range(24)] for _ in range(24)]
    for _ in range(3):
        a = multiply(a, a)
    for _ in range(6):
        knapsack([(rng.randrange(1, 20), rng.randint(1, 99)) for _ in range(20)], 200)
    cells = {(rng.randrange(24), rng.randrange(24)) for _ in range(150)}
    for _ in range(12):
        cells = life(cells, 24)
    items = [rng.randrange(1000) for _ in range(120)]
    assert bubble(items) == quick(items) == sorted(items)
    for i in range(1, 200):
        newton(float(i))
    orbit(15_000)
    for i in range(400):
        mixed_radix(i ** 7 + 12345)
    checksum(bytes(range(256)) * 40)
    flood([[0] * 40 for _ in range(40)], 3, 3)
    total, bits = 0, 0
    i = 0
    while i < 40_000:
        i += 1
        if i % 3 == 0 or i % 5 == 0:
            total += i
        elif i & 1:
            bits ^= i << 2
        else:
            bits |= (i >> 3) & 0xFF
    big = 1
    for i in range(1, 300):
        big *= i
        if i % 50 == 0:
            big //= 7
    pow(3, 1000, 10 ** 9 + 7), math.gcd(big, 2 ** 64), -big % 97, big == big + 0, big > 5
    for turn in range(60):
        d = {}
        for i in range(120):
            d[i % 37] = d.get(i % 37, 0) + i
            d.setdefault(str(i % 11), []).append(i)
        for k, v in d.items():
            if isinstance(v, list):
                v.reverse()
        for k in list(d):
            if k == turn % 37:
                del d[k]
        {**d, "x": 1} | {"y": 2}
        d.pop("1", None), d.update(a=1), sorted(map(str, d)), list(d.values())[:3], max(d, key=str), 5 in d
        s, t = set(range(0, 60, 2)), set(range(0, 60, 3))
        s & t, s | t, s - t, s ^ t, s <= t, 6 in s, s.add(turn), s.discard(2), frozenset(t)
        x = list(range(60))
        x.append(1), x.extend(x[:5]), x.insert(3, 9), x.pop(), x.pop(0), x.remove(9), x.index(7), x.count(1), x.sort(), x.reverse()
        x[2:4] = [7, 7, 7]
        del x[1]
        x + [1] * 3, x[-1], x[::2], sum(x), len(x), min(x), tuple(x), [y for y in reversed(x)], x == x[:], 7 in x, (1, 2) < (1, 3)
        for p, q in zip(x, x[1:]):
            total += p - q
        for i, y in enumerate(x):
            x[i] = y + 1
        numbers = array.array("d", [1.0, 2.5])
        for i in range(30):
            numbers.append(i * 0.5)
        sum(numbers), math.sqrt(turn), math.floor(2.7), math.sin(turn) ** 2, round(2.567, 2), abs(-turn), divmod(turn, 7), 7.5 // 2, 2 ** 0.5, int(3.9)
        complex(1, 2) * 3j, fractions.Fraction(turn, 7) + 1
        day = datetime.datetime(2024, 2, 28, 12, 30) + datetime.timedelta(days=turn, hours=5)
        day.isoformat(), day.strftime("%Y-%m-%d %H:%M"), (day - datetime.datetime(2024, 1, 1)).total_seconds(), day.date() < datetime.date.max
        rng.choice(x), rng.shuffle(x), rng.gauss(0, 1), rng.sample(x, 3), rng.uniform(1, 2)
    statistics.mean(items), statistics.stdev(items)
    for i in range(1, 40):
        decimal.Decimal(i) / 7 + decimal.Decimal("1.10")


def main():
    for seed in range(8):
        simulate(random.Random(seed))


main()
