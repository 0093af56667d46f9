async def f():
    async for x in [1]: pass
f().send(None)

# expect-error: TypeError: 'async for' requires an object with __aiter__ method, got list
