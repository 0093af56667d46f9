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
        print("no crash")
    except RecursionError:
        print("no crash")  # how deep C code may nest depends on the size of the C stack
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

# expect: no crash
# expect: no crash
# expect: no crash
# expect: unhashable type: 'list'
# expect: no crash
# expect: isinstance() arg 2 must be a type, a tup
# expect: hashed or
