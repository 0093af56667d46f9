import inspect
print(inspect.signature(len), inspect.signature(sorted), inspect.signature(list.append), inspect.signature(print))

# expect: (obj, /) (iterable, /, *, key=None, reverse=False) (self, object, /) (*args, sep=' ', end='\n', file=None, flush=False)
