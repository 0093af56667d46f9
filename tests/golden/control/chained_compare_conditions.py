# Chains as conditions and as values: what is in the middle is evaluated once, kept no longer than needed, and the rest only where it matters.
import weakref

class Num:
    live = 0
    def __init__(self, n):
        self.n = n
        Num.live += 1
    def __del__(self):
        Num.live -= 1
    def __lt__(self, other):
        return self.n < (other.n if isinstance(other, Num) else other)
    def __gt__(self, other):
        return self.n > (other.n if isinstance(other, Num) else other)

log = []
def v(n):
    log.append(n)
    return n
def num(n):
    log.append(n)
    return Num(n)

def conditions(x, y, make):
    out = []
    if 0 < x < 10: out.append("a")
    if not 0 < x < 10: out.append("b")
    if 0 < make(x) < 10: out.append("c")
    if not 0 < make(x) < 10: out.append("d")
    if make(0) < make(x) < make(10): out.append("e")
    if x < y < 10 < make(20) or make(x) == 3: out.append("f")
    if 0 < x < y < 10 and y: out.append("g")
    while 0 < x < 4: x += 1
    while 0 < make(x) < 6: x += 1
    while not 0 < make(x) < 6 and x < 8: x += 1
    out.append(x)
    out.append([z for z in range(6) if 1 < z < 4] + [z for z in range(6) if 1 < make(z) < 4])
    return out

def values(x, y, make):
    return [0 < x < 10, (0 < make(x) < 10), x < y < 5 < make(6), 0 < x < y < 10, x is y is None, 1 in [x] in [[1]], (0 < x < 3) + 1, "k" if 1 <= x <= y else "l"]

for make in v, num:
    for x, y in (5, 7), (1, 3), (-1, 4), (11, 2), (3, 9):
        log.clear()
        print(conditions(x, y, make), len(log), sum(log), Num.live)
        log.clear()
        print(*values(x, y, make), len(log), Num.live)

def walrus(x):
    return 0 < (x := x + 1) < 5 and x, x if 0 < x < (x := 2) else -x
print(walrus(1), walrus(7))

def fails(x):
    try:
        if 0 < Num(5) < x < 3:
            return 1
    except TypeError as e:
        return str(e), Num.live
print(fails("a"), Num.live)
def unbound(c):
    if c: x = 1
    return 0 < x < 2
try:
    unbound(0)
except UnboundLocalError as e:
    print(e)
def consts():
    return b'!'[0], "abc"[-1], (1, (2, 3))[1], (1, 2, 3)[1] < 5, b"ab"[1] == 98, (1, "ab"[1])
print(consts())
for bad in "'abc'[3]", "()[0]", "b''[-1]", "(1,)[True]", "1 if 'a'[1] else 2":
    try:
        print(eval(bad))
    except IndexError as e:
        print(e)
long = "def f(x, y):\n r = 0\n" + " if 0 < x < 5: r += 1\n if 0 < abs(x) < y < 7: r += 2\n" * 9000 + " return r\n"
names = {}
exec(long, names)
print(names["f"](3, 6), names["f"](-3, 6), names["f"](9, 9))

# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 17 92 0
# expect: True True False True False False 1 k 1 0
# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 18 84 0
# expect: True True True True False True 2 k 2 0
# expect: ['b', 'd', 'f', 1, [2, 3, 2, 3]] 15 31 0
# expect: False False True False False False 1 l 2 0
# expect: ['b', 'd', 11, [2, 3, 2, 3]] 14 91 0
# expect: False False False False False False 1 l 1 0
# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 18 90 0
# expect: True True False True False False 1 k 1 0
# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 17 92 0
# expect: True True False True False False 1 k 1 0
# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 18 84 0
# expect: True True True True False True 2 k 2 0
# expect: ['b', 'd', 'f', 1, [2, 3, 2, 3]] 15 31 0
# expect: False False True False False False 1 l 2 0
# expect: ['b', 'd', 11, [2, 3, 2, 3]] 14 91 0
# expect: False False False False False False 1 l 1 0
# expect: ['a', 'c', 'e', 'f', 'g', 8, [2, 3, 2, 3]] 18 90 0
# expect: True True False True False False 1 k 1 0
# expect: (2, -2) (False, -2)
# expect: ("'<' not supported between instances of 'int' and 'str'", 1) 0
# expect: cannot access local variable 'x' where it is not associated with a value
# expect: (33, 'c', (2, 3), True, True, (1, 'b'))
# expect: string index out of range
# expect: tuple index out of range
# expect: index out of range
# expect: tuple index out of range
# expect: string index out of range
# expect: 27000 18000 0
