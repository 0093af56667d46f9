class Aw:
    def __await__(self):
        x = yield "asked"
        return x + "!"
async def f():
    return await Aw()
c = f()
print(c.send(None), type(c).__name__, c.cr_running)  # expect: asked coroutine False
try:
    c.send("hi")
except StopIteration as e:
    print(e.value)  # expect: hi!
try:
    c.send(None)
except RuntimeError as e:
    print(e)  # expect: cannot reuse already awaited coroutine
