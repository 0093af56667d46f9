# Getters of properties, called a few times from one place each, so that their calls are cached: results, borrowed operands, exceptions,
# frames, recursion, generators, changes of the class and of the getter while it runs.
import gc, operator, sys, threading

class P:
    def __init__(self, x): self._x = x
    @property
    def x(self): return self._x
    @property
    def f(self): return self._x * 0.5
    @property
    def fresh(self): return [self._x]
    @property
    def me(self): return P(self._x + 1)
    @property
    def bad(self): raise KeyError(self._x)
    @property
    def frame(self): return sys._getframe().f_back.f_lineno - sys._getframe().f_lineno, sys._getframe().f_code.co_name
    @property
    def gen(self):
        yield self._x
        yield self._x + 1
    @property
    def deep(self): return 0 if self._x == 0 else 1 + P(self._x - 1).deep
    @property
    def endless(self): return self.endless
    @property
    def gone(self):
        del P.gone
        gc.collect()
        return "gone"
    @property
    def rebinds(self):
        x = self._x
        self = None
        gc.collect()
        return x
    @property
    def constant(self): return 7
    @property
    def default(self, extra=3): return self._x + extra
    c = property(operator.attrgetter("_x"))
    @property
    async def coro(self): return self._x

def each(f, n=4):
    return [f(P(i)) for i in range(n)]

print(each(lambda p: p.x), each(lambda p: p.x + p.x * 2))     # expect: [0, 1, 2, 3] [0, 3, 6, 9]
print(each(lambda p: p.f + p.f * 2 - p.f))                    # expect: [0.0, 1.0, 2.0, 3.0]
print(each(lambda p: p.fresh[0]), each(lambda p: P(p.x).x))   # expect: [0, 1, 2, 3] [0, 1, 2, 3]
print(each(lambda p: p.me.me.me.x), each(lambda p: p.me.fresh + p.me.fresh))    # expect: [3, 4, 5, 6] [[1, 1], [2, 2], [3, 3], [4, 4]]
print(each(lambda p: p.constant), each(lambda p: p.default), each(lambda p: p.c))   # expect: [7, 7, 7, 7] [3, 4, 5, 6] [0, 1, 2, 3]
print(each(lambda p: p.rebinds), each(lambda p: list(p.gen)))  # expect: [0, 1, 2, 3] [[0, 1], [1, 2], [2, 3], [3, 4]]

def catch(p):
    try:
        return 1 + p.me.bad
    except KeyError as e:
        tb = e.__traceback__
        names = []
        while tb:
            names.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
        return e.args[0], names
print(each(catch, 3))               # expect: [(1, ['catch', 'bad']), (2, ['catch', 'bad']), (3, ['catch', 'bad'])]
print({p[1] for p in each(lambda p: p.frame)})    # expect: {'frame'}
print(P(50).deep)                   # expect: 50
for _ in range(3):
    try:
        P(0).endless
    except RecursionError:
        print("RecursionError")     # expect: RecursionError
                                    # expect: RecursionError
                                    # expect: RecursionError

def produce(ps):
    for p in ps:
        yield p.x + p.fresh[0]      # the caller's registers lie in a generator
print(list(produce([P(i) for i in range(4)])))      # expect: [0, 2, 4, 6]

def run(coro):
    try:
        coro.send(None)
    except StopIteration as e:
        return e.value
async def awaits(p): return await p.coro + p.x
print([run(awaits(P(i))) for i in range(4)])        # expect: [0, 2, 4, 6]

def gone(p): return p.gone
class Q(P):
    pass
old = P.gone
for _ in range(3):
    P.gone = old
    print(gone(Q(1)), hasattr(P, "gone"))
    # expect: gone False
    # expect: gone False
    # expect: gone False

class Swaps:
    @property
    def v(self): return 1
def read(o): return o.v
got = [read(Swaps()) for _ in range(3)]
Swaps.v = property(lambda self: 2)
got += [read(Swaps()) for _ in range(3)]
Swaps.v = property(lambda self: 1 / 0)
for _ in range(2):
    try:
        read(Swaps())
    except ZeroDivisionError:
        got.append("0")
Swaps.v = 5
print(got + [read(Swaps())])        # expect: [1, 1, 1, 2, 2, 2, '0', '0', 5]

class Falls:
    @property
    def v(self): raise AttributeError("v")
    def __getattr__(self, name): return "for " + name
print([read(Falls()) for _ in range(3)])            # expect: ['for v', 'for v', 'for v']

events = []
def trace(frame, event, arg):
    events.append((event, frame.f_code.co_name))
    return trace
p = P(3)
def traced(): return p.x
traced(); traced()
sys.settrace(trace)
traced()
sys.settrace(None)
print([e for e in events if e[0] in ("call", "return")])
# expect: [('call', 'traced'), ('call', 'x'), ('return', 'x'), ('return', 'traced')]
class T:
    @property
    def starts(self):
        sys.settrace(trace)
        return 1
    @property
    def stops(self):
        sys.settrace(None)
        return 2
def both(t): return t.starts + t.stops
print([both(T()) for _ in range(3)])                # expect: [3, 3, 3]

class Dies:
    alive = 0
    def __init__(self): Dies.alive += 1
    def __del__(self): Dies.alive -= 1
    @property
    def v(self): return 1.5
print(sum(Dies().v * 2 for _ in range(10)), Dies.alive)     # expect: 30.0 0

shared, sums = P(2), []
def hammer():
    s = 0
    for _ in range(20000):
        s += shared.x + shared.f
    sums.append(s)
threads = [threading.Thread(target=hammer) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
print(sums)                         # expect: [60000.0, 60000.0, 60000.0]
