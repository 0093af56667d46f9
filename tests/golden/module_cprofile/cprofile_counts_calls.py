# Calls of Python and built-in functions, recursive ones, generators, f(*args), other threads: how often, and by whom.
import _lsprof
import cProfile
import io
import pstats
import threading


def leaf(n):
    return sum(range(n))


def caller(lst):
    for i in range(3):
        leaf(10)
        lst.append(i)
        max(*[1, 2], **{"key": int})


def down(n):
    return n and down(n - 1)


def numbers():
    yield 1
    yield 2


def fails():
    raise ValueError


def name(code):
    return code if isinstance(code, str) else code.co_name


def show(p):
    for e in sorted(p.getstats(), key=lambda e: name(e.code)):
        calls = e.calls and sorted((name(c.code), c.callcount, c.reccallcount) for c in e.calls)
        assert e.totaltime >= 0 and e.inlinetime >= 0
        print(name(e.code), e.callcount, e.reccallcount, calls)


p = cProfile.Profile()
p.enable()
caller([])
down(3)
list(numbers())
try:
    fails()
except ValueError:
    pass
p.disable()
show(p)
p.clear()
print(p.getstats())

p = cProfile.Profile(subcalls=False, builtins=False)
p.enable(subcalls=False, builtins=False)
caller([])
p.disable()
show(p)

# a timer of one's own, in units of a second and a half
ticks = iter(range(1000))
p = _lsprof.Profiler(lambda: next(ticks), 1.5)
p.enable()
leaf(1)
p.disable()
print(sorted((name(e.code), e.totaltime, e.inlinetime) for e in p.getstats()))

p = cProfile.Profile()
with p:
    threads = [threading.Thread(target=caller, args=([],)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
print([(name(e.code), e.callcount) for e in sorted(p.getstats(), key=lambda e: name(e.code)) if name(e.code) in ("leaf", "caller") or "append' of 'list" in name(e.code)])
out = io.StringIO()
pstats.Stats(p, stream=out).strip_dirs().sort_stats("name").print_stats("leaf")
print("cprofile_counts_calls.py" in out.getvalue() and "(leaf)" in out.getvalue())
a, b = cProfile.Profile(), cProfile.Profile()
with a:
    try:
        b.enable()
    except ValueError as e:
        print(e)

# expect: <built-in method builtins.max> 3 0 None
# expect: <built-in method builtins.sum> 3 0 None
# expect: <method 'append' of 'list' objects> 3 0 None
# expect: <method 'disable' of '_lsprof.Profiler' objects> 1 0 None
# expect: caller 1 0 [('<built-in method builtins.max>', 3, 0), ("<method 'append' of 'list' objects>", 3, 0), ('leaf', 3, 0)]
# expect: down 4 3 [('down', 3, 2)]
# expect: fails 1 0 None
# expect: leaf 3 0 [('<built-in method builtins.sum>', 3, 0)]
# expect: numbers 3 0 None
# expect: []
# expect: caller 1 0 None
# expect: leaf 3 0 None
# expect: [('<built-in method builtins.sum>', 1.5, 1.5), ("<method 'disable' of '_lsprof.Profiler' objects>", 1.5, 1.5), ('leaf', 4.5, 3.0)]
# expect: [("<method 'append' of 'list' objects>", 12), ('caller', 4), ('leaf', 12)]
# expect: True
# expect: tool 2 is already in use
