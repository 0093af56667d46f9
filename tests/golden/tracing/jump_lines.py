# A trace function sets f_lineno: what may be jumped to, what is dropped, and what the events are.
import sys, warnings

def run(f, start, target, event="line"):
    first, log, done = f.__code__.co_firstlineno, [], []
    def tracer(frame, what, arg):
        if frame.f_code.co_filename != __file__ or frame.f_code.co_name in ("__init__", "__enter__", "__exit__"): return None
        line = frame.f_lineno - first
        log.append(f"{what[0]}{line}")
        if (what, line) == (event, start) and not done:
            done.append(1)
            try: frame.f_lineno = first + target if isinstance(target, int) else target
            except ValueError as e: log.append(str(e))
        return tracer
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always", RuntimeWarning)
        sys.settrace(tracer)
        try: result = f()
        except Exception as e: result = repr(e)
        finally: sys.settrace(None)
    print(*log, "->", result, [str(x.message) for x in w])

class CM:
    def __init__(self, name): self.name = name
    def __enter__(self): return self.name
    def __exit__(self, *a): out.append("exit " + self.name)
out = []

def plain():
    a = 1
    b = 2
    c = 3
    return a, b, c
run(plain, 2, 1)
run(plain, 2, 4)
run(plain, 4, 3)
run(plain, 2, 9)
run(plain, 2, "x")
run(plain, 2, 10**30)
run(plain, 4, 2, "return")
run(plain, 0, 2, "call")

def loops():
    n = i = 0
    for i in "ab":
        n += 1
    for i in "cd":
        n += 10
        while n < 40:
            n += 5
    return n, i
run(loops, 3, 8)
run(loops, 3, 5)
run(loops, 1, 3)
run(loops, 7, 2)

def blocks():
    out.clear(); x = 0
    with CM("a") as x:
        with CM("b"):
            x += "1"
        x += "2"
    try:
        x += "3"
        1 / 0
    except ZeroDivisionError as e:
        x += "4"
        x += str(sys.exception())
    finally:
        x += "5"
    return x, out, sys.exception()
run(blocks, 4, 5)
run(blocks, 4, 7)
run(blocks, 4, 10)
run(blocks, 1, 5)
run(blocks, 10, 14)
run(blocks, 10, 4)
run(blocks, 11, 13)

def gen():
    x = 1
    yield x
    x = 2
    yield x
run(lambda: list(gen()), 4 + gen.__code__.co_firstlineno - run.__code__.co_firstlineno, 0)

def consume(): return list(gen())
def shifted(start, target, event): run_gen(start, target, event)
def run_gen(start, target, event):
    done = []
    base = gen.__code__.co_firstlineno
    def tracer(frame, what, arg):
        if frame.f_code is gen.__code__ and (what, frame.f_lineno - base) == (event, start) and not done:
            done.append(1)
            frame.f_lineno = base + target
        return tracer
    sys.settrace(tracer)
    try: print(list(gen()))
    finally: sys.settrace(None)
run_gen(4, 1, "line")
run_gen(2, 1, "return")
run_gen(4, 3, "return")

try: sys._getframe().f_lineno = 3
except ValueError as e: print(e)

# expect: c0 l1 l2 l2 l3 l4 r4 -> (1, 2, 3) ['assigning None to 2 unbound locals']
# expect: c0 l1 l2 r4 -> (1, None, None) ['assigning None to 2 unbound locals']
# expect: c0 l1 l2 l3 l4 l4 r4 -> (1, 2, 3) []
# expect: c0 l1 l2 line 38 comes after the current code block l3 l4 r4 -> (1, 2, 3) []
# expect: c0 l1 l2 lineno must be an integer l3 l4 r4 -> (1, 2, 3) []
# expect: c0 l1 l2 lineno out of range l3 l4 r4 -> (1, 2, 3) []
# expect: c0 l1 l2 l3 l4 r4 can only jump from a 'line' trace event -> (1, 2, 3) []
# expect: c0 can't jump from the 'call' trace event of a new frame l1 l2 l3 l4 r4 -> (1, 2, 3) []
# expect: c0 l1 l2 l3 r8 -> (0, 'a') []
# expect: c0 l1 l2 l3 l6 l7 l6 l7 l6 l7 l6 l7 l6 l7 l6 l7 l6 l4 l5 l6 l4 l8 r8 -> (50, 'b') []
# expect: c0 l1 can't jump into the body of a for loop l2 l3 l2 l3 l2 l4 l5 l6 l7 l6 l7 l6 l7 l6 l7 l6 l7 l6 l7 l6 l4 l5 l6 l4 l8 r8 -> (52, 'd') []
# expect: c0 l1 l2 l3 l2 l3 l2 l4 l5 l6 l7 l3 l2 l3 l2 l4 l5 l6 l7 l6 l7 l6 l7 l6 l7 l6 l4 l5 l6 l4 l8 r8 -> (54, 'd') []
# expect: c0 l1 l2 l3 l4 l2 l6 l7 l8 e8 l9 l10 l11 l13 l14 r14 -> ('a234division by zero5', ['exit a'], None) ['assigning None to 1 unbound local']
# expect: c0 l1 l2 l3 l4 l8 e8 l9 l10 l11 l13 l14 r14 -> ('a34division by zero5', [], None) ['assigning None to 1 unbound local']
# expect: c0 l1 l2 l3 l4 can't jump into an 'except' block as there's no exception l3 l5 l2 l6 l7 l8 e8 l9 l10 l11 l13 l14 r14 -> ('a1234division by zero5', ['exit b', 'exit a'], None) []
# expect: c0 l1 incompatible stacks l2 l3 l4 l3 l5 l2 l6 l7 l8 e8 l9 l10 l11 l13 l14 r14 -> ('a1234division by zero5', ['exit b', 'exit a'], None) []
# expect: c0 l1 l2 l3 l4 l3 l5 l2 l6 l7 l8 e8 l9 l10 r14 -> ('a123', ['exit b', 'exit a'], None) []
# expect: c0 l1 l2 l3 l4 l3 l5 l2 l6 l7 l8 e8 l9 l10 incompatible stacks l11 l13 l14 r14 -> ('a1234division by zero5', ['exit b', 'exit a'], None) []
# expect: c0 l1 l2 l3 l4 l3 l5 l2 l6 l7 l8 e8 l9 l10 l11 l14 r14 -> ('a12345', ['exit b', 'exit a'], None) []
# expect: c0 l0 c-5 l-4 l-3 r-3 c-3 l-2 l-1 r-1 c-1 r-1 r0 -> [1, 2] []
# expect: [1, 1, 2]
# expect: [1, 2]
# expect: [1, 2]
# expect: f_lineno can only be set in a trace function
