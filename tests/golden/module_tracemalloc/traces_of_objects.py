# tracemalloc: where objects were allocated, how much, and what start, stop and clear do.
import gc
import sys
import tracemalloc


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


def make(n):
    return b"x" * n     # line 15


print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory(), tracemalloc._get_traces())
# expect: False 1 (0, 0) []
for n in (0, -1, 70000, "a", 2 ** 40):
    attempt(tracemalloc.start, n)
# expect: ValueError the number of frames must be in range [1; 65535]
# expect: ValueError the number of frames must be in range [1; 65535]
# expect: ValueError the number of frames must be in range [1; 65535]
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: OverflowError Python int too large to convert to C int
before = make(100)
tracemalloc.start(2)
tracemalloc.start(5)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_object_traceback(before), tracemalloc.get_object_traceback(3))
# expect: True 2 None None
data = make(10000)      # line 32
tb = tracemalloc.get_object_traceback(data)
print([(f.filename == __file__, f.lineno) for f in tb])
# expect: [(True, 32), (True, 15)]
size = [s for domain, s, frames, total in tracemalloc._get_traces() if frames == tuple(reversed([(f.filename, f.lineno) for f in tb]))]
print(size == [sys.getsizeof(data)])
# expect: True
now, peak = tracemalloc.get_traced_memory()
big = make(1_000_000)
more = tracemalloc.get_traced_memory()[0] - now
print(1_000_000 < more < 1_010_000)
# expect: True
del big
less, peak = tracemalloc.get_traced_memory()
print(less < now + 10_000, peak >= now + 1_000_000, tracemalloc.reset_peak(), tracemalloc.get_traced_memory()[1] < now + 20_000)
# expect: True True None True

snapshot = tracemalloc.take_snapshot()
items = [[i] for i in range(1000)]      # line 50
grown = [s for s in tracemalloc.take_snapshot().compare_to(snapshot, "lineno") if s.traceback[-1].lineno == 50]
print(len(grown), grown[0].count_diff >= 1000, grown[0].size_diff > 30_000)
# expect: 1 True True
del items
gc.collect()
left = [s for s in tracemalloc.take_snapshot().compare_to(snapshot, "lineno") if s.traceback[-1].lineno == 50 and s.size > 1000]
print(left)
# expect: []


def numbers():
    yield make(50)
    yield make(60)


print([[f.lineno for f in tracemalloc.get_object_traceback(x)] for x in numbers()])
# expect: [[62, 15], [63, 15]]
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(data), tracemalloc.is_tracing(), tracemalloc.get_tracemalloc_memory() >= 0)
# expect: None True True
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc._get_traces())
# expect: False (0, 0) []
