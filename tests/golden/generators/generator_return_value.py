def g():
    yield 1
    return "result"
it = g()
next(it)
try:
    next(it)
except StopIteration as e:
    print(e.value, e.args)  # expect: result ('result',)
def outer():
    r = yield from g()
    print("got", r)  # expect: got result
    yield 2
print(list(outer()))  # expect: [1, 2]
