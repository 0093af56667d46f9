from functools import partial, reduce, lru_cache, cached_property, singledispatch, total_ordering, cmp_to_key
p = partial(int, base=2)
print(p("101"), p.func, p.keywords, reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, [], 9))
calls = []
@lru_cache(maxsize=None)
def fib(n):
    calls.append(n)
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(30), len(calls), fib.cache_info())
@singledispatch
def show(x):
    return "obj"
@show.register
def _(x: int):
    return "int"
@show.register(list)
def _(x):
    return "list"
print(show(1), show([]), show("s"), show(True))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))

# expect: 5 <class 'int'> {'base': 2} 120 9
# expect: 832040 31 CacheInfo(hits=28, misses=31, maxsize=None, currsize=31)
# expect: int list obj int
# expect: [3, 2, 1]
