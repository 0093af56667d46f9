async def f():
    await 5
f().send(None)

# expect-error: TypeError: 'int' object can't be awaited
