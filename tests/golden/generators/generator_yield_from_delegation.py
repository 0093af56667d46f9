def inner():
    x = yield 1
    print("inner got", x)
    try:
        yield 2
    except KeyError:
        print("inner caught")
    return "r"
def outer():
    v = yield from inner()
    yield v
it = outer()
print(next(it), it.send("hello"))
print(it.throw(KeyError))
print(list(it))

# expect: inner got hello
# expect: 1 2
# expect: inner caught
# expect: r
# expect: []
