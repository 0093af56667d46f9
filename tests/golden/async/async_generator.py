async def g():
    for i in range(3):
        yield i
async def agen_run():
    out = [x async for x in g() if x]
    d = {x: y async for x, y in pairs()}
    async for x in g():
        if x == 1: break
    else:
        print("never")
    return out, d
async def pairs():
    yield 1, 2
    yield 3, 4
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e:
        return e.value
print(run(agen_run()))  # expect: ([1, 2], {1: 2, 3: 4})
