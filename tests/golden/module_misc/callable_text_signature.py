# Callables that take one object say so.
import functools
import inspect
import operator

for f in functools.cmp_to_key(lambda a, b: 0), operator.attrgetter("a"), operator.itemgetter(1), operator.methodcaller("a"):
    print(inspect.signature(f))
# expect: (obj)
# expect: (obj, /)
# expect: (obj, /)
# expect: (obj, /)
