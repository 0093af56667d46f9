import json, copy, pickle, ast
deep = []
for _ in range(50000):
    deep = [deep]
other = []
for _ in range(50000):
    other = [other]
for f in (lambda: deep == other, lambda: repr(deep), lambda: copy.deepcopy(deep), lambda: hash((lambda t: t)(deep)), lambda: str(deep), lambda: isinstance(1, deep)):
    try:
        f()
        print("no error")
    except RecursionError:
        print("RecursionError")
    except TypeError as e:
        print(str(e)[:40])
t = ()
for _ in range(50000):
    t = (t,)
try:
    hash(t)
    print("hashed or")
except RecursionError:
    print("hashed or")

# expect: no error
# expect: no error
# expect: RecursionError
# expect: unhashable type: 'list'
# expect: no error
# expect: isinstance() arg 2 must be a type, a tup
# expect: hashed or
